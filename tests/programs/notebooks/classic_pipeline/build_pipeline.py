import boto3
import sagemaker
from sagemaker import ModelPackage
from sagemaker.estimator import Estimator
from sagemaker.inputs import CreateModelInput, TransformInput, TrainingInput
from sagemaker.lambda_helper import Lambda
from sagemaker.transformer import Transformer
from sagemaker.workflow import parameters as wp
from sagemaker.workflow import steps
from sagemaker.workflow.check_job_config import CheckJobConfig
from sagemaker.workflow.lambda_step import LambdaStep
from sagemaker.workflow.pipeline import Pipeline
from sagemaker.workflow.quality_check_step import DataQualityCheckConfig, QualityCheckStep
from sagemaker.workflow.step_collections import RegisterModel

sess = sagemaker.Session()
role = sagemaker.get_execution_role()
bucket = sess.default_bucket()

instance = wp.ParameterString("Instance", default_value="ml.m5.xlarge")
cache = steps.CacheConfig(enable_caching=True, expire_after="P7D")


class Names:
    train = "Train"
    model = "CreateModel"


def make_estimator(image, count=1, **extra):
    return Estimator(image_uri=image, role=role, instance_count=count, instance_type=instance,
                     output_path=f"s3://{bucket}/out", **extra)


estimator = make_estimator("111122223333.dkr.ecr.us-east-1.amazonaws.com/algo:2", max_run=1800)
step_train = steps.TrainingStep(
    name=Names.train,
    estimator=estimator,
    inputs={"train": TrainingInput(f"s3://{bucket}/train")},
    cache_config=cache,
)
model = sagemaker.Model(image_uri=estimator.training_image_uri(), role=role,
                        model_data=step_train.properties.ModelArtifacts.S3ModelArtifacts)
step_model = steps.CreateModelStep(name=Names.model, model=model,
                                   inputs=CreateModelInput(instance_type="ml.m5.large", accelerator_type="ml.eia1.medium"))
transformer = Transformer(step_model.properties.ModelName, 1, "ml.m5.4xlarge", output_path=f"s3://{bucket}/scored")
step_transform = steps.TransformStep("Score", transformer, TransformInput(f"s3://{bucket}/in"))

check_config = CheckJobConfig(role=role, instance_count=1, instance_type="ml.c5.xlarge", volume_size_in_gb=120)
step_check = QualityCheckStep(
    name="DataQuality",
    quality_check_config=DataQualityCheckConfig(baseline_dataset="s3://x", dataset_format={}, output_s3_uri="s3://y"),
    check_job_config=check_config,
    skip_check=False,
    cache_config=cache,
)
step_register = RegisterModel(
    name="Register", estimator=estimator,
    model_data=step_train.properties.ModelArtifacts.S3ModelArtifacts,
    content_types=["text/csv"], response_types=["text/csv"],
    inference_instances=["ml.t2.medium"], transform_instances=["ml.m5.xlarge"],
    model_package_group_name="group",
)
step_notify = LambdaStep(name="Notify", lambda_func=Lambda(function_arn="arn:aws:lambda:us-east-1:111122223333:function:n"), inputs={})

pipeline = Pipeline(name="classic", parameters=[instance],
                    steps=[step_check, step_train, step_model, step_transform, step_register, step_notify])

if __name__ == "__main__":
    pipeline.create(role)
    pipeline.start()
    approved = ModelPackage(role=role, model_package_arn="arn:aws:sagemaker:us-east-1:111122223333:model-package/group/1")
    approved.deploy(1, "ml.m5.xlarge")
