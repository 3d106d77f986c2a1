"""A pipeline of SDK 2.x: parameters, step arguments and steps with an estimator, caching, a condition."""

from sagemaker.estimator import Estimator
from sagemaker.inputs import TrainingInput
from sagemaker.processing import ProcessingOutput
from sagemaker.sklearn.processing import SKLearnProcessor
from sagemaker.tuner import HyperparameterTuner, IntegerParameter
from sagemaker.workflow.condition_step import ConditionStep
from sagemaker.workflow.conditions import ConditionLessThanOrEqualTo
from sagemaker.workflow.functions import JsonGet
from sagemaker.workflow.parameters import ParameterInteger, ParameterString
from sagemaker.workflow.pipeline import Pipeline
from sagemaker.workflow.pipeline_context import PipelineSession
from sagemaker.workflow.properties import PropertyFile
from sagemaker.workflow.steps import CacheConfig, ProcessingStep, TrainingStep, TransformStep, TuningStep

role = "arn:aws:iam::123456789012:role/SageMakerRole"
session = PipelineSession()
instance = ParameterString("TrainingInstance", default_value="ml.m5.2xlarge")
count = ParameterInteger(name="ProcessingCount", default_value=2)
cache = CacheConfig(enable_caching=True, expire_after="P30D")

processor = SKLearnProcessor("1.2-1", role, count, "ml.m5.xlarge", sagemaker_session=session)
report = PropertyFile(name="Report", output_name="metrics", path="metrics.json")
prepare = ProcessingStep(
    name="Prepare",
    step_args=processor.run(
        code="prepare.py", outputs=[ProcessingOutput(output_name="metrics", source="/opt/ml/processing/metrics")]
    ),
    property_files=[report],
    cache_config=cache,
)
image = "246618743249.dkr.ecr.us-west-2.amazonaws.com/sagemaker-xgboost:1.7-1"
estimator = Estimator(
    image,
    role,
    1,
    instance,
    max_run=3600,
    use_spot_instances=True,
    max_wait=7200,
    output_path="s3://pipeline/output",
    sagemaker_session=session,
)
train = TrainingStep("Train", step_args=estimator.fit({"train": TrainingInput("s3://pipeline/train")}))
tuner = HyperparameterTuner(
    Estimator(image, role, 2, "ml.m5.4xlarge", sagemaker_session=session, output_path="s3://pipeline/output"),
    "validation:rmse",
    {"max_depth": IntegerParameter(2, 6)},
    max_jobs=4,
)
tune = TuningStep(name="Tune", step_args=tuner.fit({"train": TrainingInput("s3://pipeline/train")}), cache_config=cache)
branch = ConditionStep(
    name="GoodEnough",
    conditions=[ConditionLessThanOrEqualTo(JsonGet(step_name="Prepare", property_file=report, json_path="rmse"), 6.0)],
    if_steps=[train],
    else_steps=[tune],
)
pipeline = Pipeline("abalone", parameters=[instance, count], steps=[prepare, branch], sagemaker_session=session)
pipeline.upsert(role_arn=role)
pipeline.start()
