# %%
import boto3
import pandas as pd
import sagemaker
from sagemaker import image_uris
from sagemaker.session import Session
from time import gmtime, strftime

sess = sagemaker.Session()
role = sagemaker.get_execution_role()
bucket = sess.default_bucket()
prefix = "linear"
region = boto3.Session().region_name

# %% train
container = image_uris.retrieve("linear-learner", region)
linear = sagemaker.estimator.Estimator(
    container,
    role,
    instance_count=1,
    instance_type="ml.c4.xlarge",
    output_path=f"s3://{bucket}/{prefix}/output",
    sagemaker_session=sess,
)
linear.set_hyperparameters(feature_dim=784, predictor_type="binary_classifier", mini_batch_size=200)
linear.fit({"train": f"s3://{bucket}/{prefix}/train"})

# %% deploy
linear_predictor = linear.deploy(initial_instance_count=1, instance_type="ml.m4.xlarge")

# %% tune
from sagemaker.tuner import ContinuousParameter, HyperparameterTuner, IntegerParameter

ranges = {"learning_rate": ContinuousParameter(0.01, 0.2), "mini_batch_size": IntegerParameter(250, 5000)}
tuner = HyperparameterTuner(linear, "validation:objective_loss", ranges, max_jobs=9, max_parallel_jobs=3, objective_type="Minimize")
tuner.fit({"train": f"s3://{bucket}/{prefix}/train"}, wait=False)
boto3.client("sagemaker").describe_hyper_parameter_tuning_job(
    HyperParameterTuningJobName=tuner.latest_tuning_job.job_name
)["HyperParameterTuningJobStatus"]

# %% low level
sm = boto3.Session().client("sagemaker")
job = "linear-lowlevel-" + strftime("%Y-%m-%d-%H-%M-%S", gmtime())
params = {
    "RoleArn": role,
    "TrainingJobName": job,
    "AlgorithmSpecification": {"TrainingImage": container, "TrainingInputMode": "File"},
    "ResourceConfig": {"InstanceCount": 1, "InstanceType": "ml.c4.2xlarge", "VolumeSizeInGB": 10},
    "InputDataConfig": [],
    "OutputDataConfig": {"S3OutputPath": f"s3://{bucket}/{prefix}/"},
    "HyperParameters": {"feature_dim": "784"},
    "StoppingCondition": {"MaxRuntimeInSeconds": 60 * 60},
}
sm.create_training_job(**params)
status = sm.describe_training_job(TrainingJobName=job)["TrainingJobStatus"]
sm.get_waiter("training_job_completed_or_stopped").wait(TrainingJobName=job)

# %% host it
model_name = job
info = sm.describe_training_job(TrainingJobName=job)
sm.create_model(
    ModelName=model_name,
    ExecutionRoleArn=role,
    PrimaryContainer={"Image": container, "ModelDataUrl": info["ModelArtifacts"]["S3ModelArtifacts"]},
)
endpoint_config = "cfg-" + job
sm.create_endpoint_config(
    EndpointConfigName=endpoint_config,
    ProductionVariants=[
        {
            "InstanceType": "ml.m4.xlarge",
            "InitialVariantWeight": 1,
            "InitialInstanceCount": 1,
            "ModelName": model_name,
            "VariantName": "AllTraffic",
        }
    ],
)
endpoint_name = "ep-" + job
response = sm.create_endpoint(EndpointName=endpoint_name, EndpointConfigName=endpoint_config)
sm.get_waiter("endpoint_in_service").wait(EndpointName=endpoint_name)

# %% clean up
linear_predictor.delete_endpoint()
sm.delete_endpoint(EndpointName=endpoint_name)
