import boto3
from sagemaker import AutoML, Session
from sagemaker.model import Model
from sagemaker.pytorch import PyTorchModel
from sagemaker.automl.automlv2 import AutoMLV2, AutoMLTabularConfig

role = "arn:aws:iam::111122223333:role/SageMaker"
session = Session(boto3.Session(region_name="us-west-2"))
client = boto3.client(service_name="sagemaker", region_name="us-west-2")

auto_ml = AutoML(role=role, target_attribute_name="y", sagemaker_session=session, max_candidates=20)
auto_ml.fit("s3://b/train.csv", wait=False)
auto_predictor = auto_ml.deploy(1, "ml.m5.2xlarge", endpoint_name="auto")

v2 = AutoMLV2(problem_config=AutoMLTabularConfig(target_attribute_name="y", max_candidates=5), role=role)
v2.fit()

client.create_auto_ml_job_v2(
    AutoMLJobName="text",
    AutoMLJobInputDataConfig=[],
    OutputDataConfig={"S3OutputPath": "s3://b"},
    AutoMLProblemTypeConfig={"TextClassificationJobConfig": {}},
    RoleArn=role,
)

pytorch_model = PyTorchModel(model_data="s3://b/m.tar.gz", role=role, entry_point="i.py",
                             framework_version="1.13", py_version="py39")
compiled = pytorch_model.compile(
    target_instance_family="ml_c5", input_shape={"input0": [1, 3, 224, 224]}, output_path="s3://b/compiled",
    role=role, job_name="neo", framework="pytorch", framework_version="1.13", compile_max_run=900)
compiled.deploy(initial_instance_count=1, instance_type="ml.c5.9xlarge")

client.create_compilation_job(
    CompilationJobName="low-level-neo",
    RoleArn=role,
    InputConfig={"S3Uri": "s3://b/m.tar.gz", "DataInputConfig": '{"input0":[1,3,224,224]}', "Framework": "PYTORCH"},
    OutputConfig={"S3OutputLocation": "s3://b", "TargetDevice": "ml_inf2"},
    StoppingCondition={"MaxRuntimeInSeconds": 900},
)

client.create_inference_recommendations_job(
    JobName="recommend",
    JobType="Default",
    RoleArn=role,
    InputConfig={"ModelPackageVersionArn": "arn:aws:sagemaker:us-west-2:111122223333:model-package/a/1"},
)
right_sized = pytorch_model.right_size(
    sample_payload_url="s3://b/payload.tar.gz", supported_content_types=["application/json"],
    supported_instance_types=["ml.c5.xlarge", "ml.c5.2xlarge"], framework="PYTORCH")
client.create_optimization_job(
    OptimizationJobName="quantize",
    RoleArn=role,
    ModelSource={"S3": {"S3Uri": "s3://b/llm"}},
    DeploymentInstanceType="ml.g5.12xlarge",
    OptimizationConfigs=[{"ModelQuantizationConfig": {"OverrideEnvironment": {"OPTION_QUANTIZE": "awq"}}}],
    OutputConfig={"S3OutputLocation": "s3://b/llm-out"},
    StoppingCondition={"MaxRuntimeInSeconds": 36000},
)
auto_predictor.delete_endpoint()
