from dataclasses import dataclass

import sagemaker
from sagemaker.automl.automl import AutoML, AutoMLInput
from sagemaker.clarify import BiasConfig, DataConfig
from sagemaker.estimator import Estimator
from sagemaker.pipeline import PipelineModel
from sagemaker.processing import ScriptProcessor
from sagemaker.sklearn import SKLearn, SKLearnModel
from sagemaker.tuner import HyperparameterTuner, IntegerParameter
from sagemaker.workflow.automl_step import AutoMLStep
from sagemaker.workflow.callback_step import CallbackStep
from sagemaker.workflow.check_job_config import CheckJobConfig
from sagemaker.workflow.clarify_check_step import ClarifyCheckStep, DataBiasCheckConfig
from sagemaker.workflow.emr_step import EMRStep, EMRStepConfig
from sagemaker.workflow.model_step import ModelStep
from sagemaker.workflow.parallelism_config import ParallelismConfiguration
from sagemaker.workflow.parameters import ParameterBoolean, ParameterFloat, ParameterInteger, ParameterString
from sagemaker.workflow.pipeline import Pipeline
from sagemaker.workflow.pipeline_context import PipelineSession
from sagemaker.workflow.steps import CacheConfig, ProcessingStep, TrainingStep, TransformStep, TuningStep
from sagemaker.workflow.step_collections import EstimatorTransformer
from sagemaker.workflow.triggers import PipelineSchedule


@dataclass
class Hardware:
    train: str = "ml.m5.2xlarge"
    prep: str = "ml.m5.large"
    count: int = 1


class PipelineBuilder:
    cache = CacheConfig(enable_caching=True, expire_after="PT12H")

    def __init__(self, role, hardware=None):
        self.role = role
        self.hardware = hardware or Hardware(count=2)
        self.session = PipelineSession()
        self.params = {
            "instance": ParameterString("Instance", default_value=self.hardware.train),
            "runtime": ParameterInteger("Runtime", 7200),
            "threshold": ParameterFloat(name="Threshold", default_value=0.5),
            "spot": ParameterBoolean(name="Spot", default_value=False),
        }
        self.steps = []

    def add(self, step):
        self.steps.append(step)
        return self

    def prepare(self, names):
        for name in names:
            processor = ScriptProcessor(
                role=self.role, image_uri="img", command=["python3"], instance_type=self.hardware.prep,
                instance_count=self.hardware.count, sagemaker_session=self.session)
            self.add(ProcessingStep(name=f"prep-{name}", step_args=processor.run(code=f"{name}.py"), cache_config=self.cache))
        return self

    def train(self):
        estimator = SKLearn(
            entry_point="train.py", framework_version="1.2-1", role=self.role, instance_type=self.params["instance"],
            instance_count=1, max_run=self.params["runtime"], use_spot_instances=self.params["spot"],
            sagemaker_session=self.session)
        step = TrainingStep(name="train", step_args=estimator.fit(wait=False))
        self.add(step)
        self.estimator = estimator
        return self

    def tune(self):
        tuner = HyperparameterTuner(self.estimator, "acc", {"depth": IntegerParameter(1, 5)}, max_jobs=10,
                                    metric_definitions=[{"Name": "acc", "Regex": "acc=(.*)"}], early_stopping_type="Off")
        return self.add(TuningStep("tune", step_args=tuner.fit(), depends_on=["train"]))

    def register(self):
        model = PipelineModel(models=[SKLearnModel("s3://m", self.role, "i.py", framework_version="1.2-1")], role=self.role,
                              sagemaker_session=self.session)
        args = model.register(content_types=["text/csv"], response_types=["text/csv"], inference_instances=["ml.m5.xlarge"],
                              transform_instances=["ml.m5.xlarge"], model_package_group_name="g", approval_status="Approved")
        self.add(ModelStep(name="register", step_args=args))
        return self

    def others(self):
        auto = AutoML(role=self.role, target_attribute_name="y", mode="ENSEMBLING", total_job_runtime_in_seconds=3600,
                      sagemaker_session=self.session)
        self.add(AutoMLStep(name="auto", step_args=auto.fit(inputs=[AutoMLInput(inputs="s3://x", target_attribute_name="y", channel_type="training")])))
        self.add(CallbackStep(name="ask", sqs_queue_url="https://sqs", inputs={}, outputs=[]))
        self.add(EMRStep(name="emr", display_name="emr", description="d", cluster_id="j-1", step_config=EMRStepConfig(jar="s3://x.jar")))
        self.add(ClarifyCheckStep(
            name="bias",
            clarify_check_config=DataBiasCheckConfig(data_config=DataConfig("s3://a", "s3://b"), data_bias_config=BiasConfig([1], "f")),
            check_job_config=CheckJobConfig(role=self.role, instance_type="ml.c5.xlarge"),
            skip_check=True,
        ))
        legacy = Estimator("img", self.role, 1, "ml.c4.xlarge")
        self.add(EstimatorTransformer(
            name="batch", estimator=legacy, model_data="s3://m", model_inputs=None, instance_count=2, instance_type="ml.m4.xlarge",
            transform_inputs=None))
        transformer = legacy.transformer(1, "ml.m5.large")
        self.add(TransformStep(name="score", transformer=transformer, inputs=None, cache_config=self.cache))
        return self

    def build(self):
        return Pipeline(name="built", parameters=list(self.params.values()), steps=self.steps, sagemaker_session=self.session)


def main():
    pipeline = PipelineBuilder(sagemaker.get_execution_role()).prepare(["a", "b"]).train().tune().register().others().build()
    pipeline.upsert(role_arn="arn:aws:iam::111122223333:role/x", parallelism_config=ParallelismConfiguration(2))
    pipeline.put_triggers([PipelineSchedule(name="daily", rate=(1, "days"))], role_arn="arn:aws:iam::111122223333:role/x")
    pipeline.start(parallelism_config=dict(MaxParallelExecutionSteps=5))


main()
