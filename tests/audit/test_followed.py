"""Where the code does what a practice asks for: one small program for each practice that can be seen followed."""

import pytest

JOB = """
job = PyTorch(entry_point="train.py", role=role, framework_version="2.1", py_version="py310",
              instance_type="{kind}", instance_count={count}, max_run=3600{more})
job.fit("s3://bucket/data")
"""
TUNER = """
estimator = sagemaker.estimator.Estimator("image:1", role, 1, "ml.m7i.large", max_run=3600)
HyperparameterTuner(estimator, "loss", {{"rate": ContinuousParameter(0.1, 1)}}, max_jobs=9{more}).fit("s3://bucket/data")
"""
MODEL = """
from sagemaker.model import Model
model = Model("image:1", "s3://bucket/model.tar.gz", role=role)
"""
SCALING = """
scaling = boto3.client("application-autoscaling")
target = dict(ServiceNamespace="sagemaker", ResourceId="endpoint/shop/variant/AllTraffic",
              ScalableDimension="sagemaker:variant:DesiredInstanceCount")
scaling.register_scalable_target(MinCapacity={least}, MaxCapacity=4, **target)
scaling.put_scaling_policy(PolicyName="traffic", PolicyType="TargetTrackingScaling", **target)
"""
PIPELINE = """
from sagemaker.processing import ProcessingInput
from sagemaker.workflow.pipeline import Pipeline
from sagemaker.workflow.pipeline_context import PipelineSession
from sagemaker.workflow.steps import CacheConfig, ProcessingStep
processor = ScriptProcessor("image:1", ["python3"], role, 1, "ml.m7i.large", max_runtime_in_seconds=600,
                            sagemaker_session=PipelineSession())
step = ProcessingStep("prepare", step_args=processor.run("prepare.py"),
                      cache_config=CacheConfig(enable_caching=True, expire_after="P30D"))
Pipeline("features", steps=[step]).start()
"""


def job(kind="ml.g6.xlarge", count=1, more=""):
    return JOB.format(kind=kind, count=count, more=more)


PROGRAMS = {
    "managed-training": job(),
    "automatic-shutdown": job(),
    "efficient-instance-types": job(),
    "trainium": job("ml.trn1.2xlarge"),
    "distributed-training": job(count=2, more=', distribution={"torch_distributed": {"enabled": True}}'),
    "managed-spot-training": job(
        more=', use_spot_instances=True, max_wait=7200, checkpoint_s3_uri="s3://bucket/checkpoints/1"'
    ),
    "minimal-data-movement": job(more=', input_mode="FastFile"'),
    "debugger-rules": "from sagemaker.debugger import Rule, rule_configs\n"
    + job(more=", rules=[Rule.sagemaker(rule_configs.overfit(), actions=rule_configs.StopTraining())]"),
    "bayesian-search": TUNER.format(more=', strategy="Bayesian"'),
    "automatic-model-tuning": TUNER.format(more=""),
    "sustainable-tuning": TUNER.format(more=', early_stopping_type="Auto"'),
    "log-retention": 'boto3.client("logs").put_retention_policy(logGroupName="/aws/sagemaker/TrainingJobs", retentionInDays=30)\n',
    "repeatable-pipelines": PIPELINE,
    "managed-processing": PIPELINE,
    "unused-resource-shutdown": MODEL + 'model.deploy(1, "ml.m7i.large").delete_endpoint()\n',
    "serverless-inference": MODEL + "model.deploy(serverless_inference_config=ServerlessInferenceConfig(2048))\n",
    "asynchronous-inference": "from sagemaker.async_inference import AsyncInferenceConfig\n"
    + MODEL
    + 'model.deploy(1, "ml.m7i.large", async_inference_config=AsyncInferenceConfig("s3://bucket/out"), endpoint_name="shop")\n'
    + SCALING.format(least=0),
    "batch-transform": MODEL + 'model.transformer(1, "ml.m7i.large").transform("s3://bucket/data")\n',
    "inferentia": MODEL + 'model.deploy(1, "ml.inf2.xlarge")\n',
    "endpoint-auto-scaling": MODEL
    + 'model.deploy(1, "ml.m7i.large", endpoint_name="shop")\n'
    + SCALING.format(least=1),
    "data-lifecycle": 's3 = boto3.client("s3")\ns3.create_bucket(Bucket="features")\n'
    's3.put_bucket_lifecycle_configuration(Bucket="features", LifecycleConfiguration={"Rules": [{"ID": "old", "Status": "Enabled", "Filter": {}, "Expiration": {"Days": 90}}]})\n',
    "intelligent-tiering": 'boto3.client("s3").upload_file("train.csv", "features", "raw/train.csv", ExtraArgs={"StorageClass": "INTELLIGENT_TIERING"})\n',
    "one-zone-storage": 'boto3.client("s3").upload_file("train.csv", "features", "raw/train.csv", ExtraArgs={"StorageClass": "ONEZONE_IA"})\n',
    "archival-storage": 'boto3.client("s3").upload_file("train.csv", "features", "raw/train.csv", ExtraArgs={"StorageClass": "GLACIER"})\n',
    "low-carbon-region": 'boto3.client("sagemaker", region_name="eu-north-1").list_models()\n',
    "idle-notebook-shutdown": 'boto3.client("sagemaker").create_notebook_instance(NotebookInstanceName="n", InstanceType="ml.t3.medium", RoleArn=role, LifecycleConfigName="stop-when-idle")\n',
    "shared-endpoints": "from sagemaker.multidatamodel import MultiDataModel\n"
    + MODEL
    + 'MultiDataModel("shop", "s3://bucket/models/", model=model).deploy(1, "ml.m7i.large")\n',
    "model-monitoring": "from sagemaker.model_monitor import DataCaptureConfig\n"
    + MODEL
    + 'model.deploy(1, "ml.m7i.large", data_capture_config=DataCaptureConfig(True))\n',
    "model-registry": MODEL + 'model.register(["text/csv"], ["text/csv"], model_package_group_name="shop")\n',
    "endpoint-monitoring": 'boto3.client("cloudwatch").put_metric_alarm(AlarmName="idle", MetricName="Invocations", Namespace="AWS/SageMaker")\n',
    "feature-reuse": "from sagemaker.feature_store.feature_group import FeatureGroup\n"
    'FeatureGroup("customers").create("s3://bucket/store", "id", "time", role, enable_online_store=False)\n',
    "serverless-data-pipeline": PIPELINE,
    "model-cards": 'boto3.client("sagemaker").create_model_package(ModelPackageGroupName="shop",\n'
    '    ModelCard={"ModelCardStatus": "Draft", "ModelCardContent": "{}"})\n',
    "evaluation-jobs": 'boto3.client("sagemaker").create_model_package(ModelPackageGroupName="shop",\n'
    '    ModelMetrics={"ModelQuality": {"Statistics": {"ContentType": "application/json", "S3Uri": "s3://b/m"}}})\n',
    "performance-criteria": PIPELINE
    + "from sagemaker.workflow.condition_step import ConditionStep\n"
    + "from sagemaker.workflow.conditions import ConditionGreaterThan\n"
    + 'check = ConditionStep("good", conditions=[ConditionGreaterThan(step.properties.ExitMessage, 1)], if_steps=[])\n'
    + 'Pipeline("checked", steps=[step, check]).start()\n',
    "pretrained-models": 'from sagemaker.jumpstart.model import JumpStartModel\nJumpStartModel("llama").deploy()\n',
    "transfer-learning": "from sagemaker.jumpstart.estimator import JumpStartEstimator\n"
    'JumpStartEstimator("llama").fit()\n',
    "simplified-algorithms": job(more=', hyperparameters={"model_name_or_path": "distilbert-base-uncased"}'),
    "idle-studio-shutdown": 'boto3.client("sagemaker").create_domain(DomainName="d", AuthMode="IAM", DefaultUserSettings={\n'
    '    "ExecutionRole": role, "JupyterLabAppSettings": {"AppLifecycleManagement": {"IdleSettings": {\n'
    '        "LifecycleManagement": "ENABLED", "IdleTimeoutInMinutes": 60}}}})\n',
    "model-compilation": 'boto3.client("sagemaker").create_compilation_job(CompilationJobName="c", RoleArn=role)\n',
    "right-size-endpoints": 'boto3.client("sagemaker").create_inference_recommendations_job(JobName="r", RoleArn=role)\n',
    "automated-deployment": PIPELINE
    + MODEL
    + 'model.register(["text/csv"], ["text/csv"], model_package_group_name="shop")\n',
}


@pytest.mark.parametrize("practice", sorted(PROGRAMS))
def test_a_practice_is_seen_followed(project, audit, practice):
    project("program.py", PROGRAMS[practice])
    found = next(entry for entry in audit()["practices"] if entry["id"] == practice)
    assert found["followed"], found
    assert found["status"] in {"followed", "partly-followed"}
