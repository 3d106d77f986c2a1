import functools

import boto3
from sagemaker.estimator import Estimator
from sagemaker.processing import FrameworkProcessor, ScriptProcessor
from sagemaker.pytorch import PyTorch
from sagemaker.spark.processing import PySparkProcessor
from sagemaker.tensorflow import TensorFlow
from sagemaker.workflow.model_step import ModelStep
from sagemaker.workflow.parameters import ParameterInteger, ParameterString
from sagemaker.workflow.pipeline import Pipeline
from sagemaker.workflow.pipeline_context import LocalPipelineSession, PipelineSession
from sagemaker.workflow.steps import CacheConfig, ProcessingStep, TrainingStep
from sagemaker.workflow.retry import StepRetryPolicy, StepExceptionTypeEnum

CACHE = CacheConfig(enable_caching=True, expire_after="P1D")
cached_processing = functools.partial(ProcessingStep, cache_config=CACHE)


def session(local=False):
    return LocalPipelineSession() if local else PipelineSession()


def spark_pipeline(name, role, instance_type="ml.m5.xlarge"):
    count = ParameterInteger(name="SparkCount", default_value=3)
    processor = PySparkProcessor(base_job_name="s", framework_version="3.3", role=role, instance_count=count, instance_type=instance_type,
                                 sagemaker_session=session())
    step = cached_processing("Spark", step_args=processor.run(submit_app="app.py"))
    return Pipeline(name=name, parameters=[count], steps=[step], sagemaker_session=session())


def training_pipeline(framework, role):
    params = {p.name: p for p in [ParameterString(name="Type", default_value="ml.g4dn.xlarge")]}
    kwargs = dict(entry_point="t.py", role=role, instance_count=1, instance_type="ml.g4dn.xlarge", py_version="py310",
                  sagemaker_session=session())
    if framework == "pytorch":
        estimator = PyTorch(framework_version="2.0", **kwargs)
    elif framework == "tensorflow":
        estimator = TensorFlow(framework_version="2.13", distribution={"multi_worker_mirrored_strategy": {"enabled": True}},
                               **{**kwargs, "instance_count": 2})
    else:
        raise ValueError(framework)
    step = TrainingStep(
        name="Train", step_args=estimator.fit({"train": "s3://t"}),
        retry_policies=[StepRetryPolicy(exception_types=[StepExceptionTypeEnum.SERVICE_FAULT], max_attempts=2)],
        cache_config=CacheConfig(enable_caching=True, expire_after="P30D"),
    )
    return Pipeline(name=f"train-{framework}", parameters=list(params.values()), steps=[step])


def local_pipeline(role):
    local = LocalPipelineSession()
    estimator = Estimator("img", role, 1, "ml.m5.large", sagemaker_session=local)
    return Pipeline(name="local", steps=[TrainingStep(name="t", step_args=estimator.fit())], sagemaker_session=local)


ROLE = "arn:aws:iam::111122223333:role/x"
for framework in ("pytorch", "tensorflow"):
    training_pipeline(framework, ROLE).upsert(ROLE)
spark_pipeline("spark", ROLE).upsert(role_arn=ROLE)
local_pipeline(ROLE).create(ROLE)
