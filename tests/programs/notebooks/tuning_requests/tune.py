import boto3
import yaml
from time import gmtime, strftime

smclient = boto3.Session().client("sagemaker")
bucket = "tuning-bucket"

with open("config.yaml") as stream:
    settings = yaml.safe_load(stream)

tuning_job_name = "xgboost-tuning-" + strftime("%d-%H-%M-%S", gmtime())

tuning_job_config = {
    "ParameterRanges": {
        "CategoricalParameterRanges": [],
        "ContinuousParameterRanges": [{"MaxValue": "1", "MinValue": "0", "Name": "eta"}],
        "IntegerParameterRanges": [{"MaxValue": "10", "MinValue": "1", "Name": "max_depth"}],
    },
    "ResourceLimits": {"MaxNumberOfTrainingJobs": 20, "MaxParallelTrainingJobs": 3},
    "Strategy": "Bayesian",
    "HyperParameterTuningJobObjective": {"MetricName": "validation:auc", "Type": "Maximize"},
}

training_job_definition = {
    "AlgorithmSpecification": {"TrainingImage": "img", "TrainingInputMode": "File"},
    "InputDataConfig": [],
    "OutputDataConfig": {"S3OutputPath": "s3://{}/out".format(bucket)},
    "ResourceConfig": {"InstanceCount": 1, "InstanceType": "ml.m4.xlarge", "VolumeSizeInGB": 10},
    "RoleArn": settings["role"],
    "StaticHyperParameters": {"num_round": "100"},
    "StoppingCondition": {"MaxRuntimeInSeconds": 43200},
}

smclient.create_hyper_parameter_tuning_job(
    HyperParameterTuningJobName=tuning_job_name,
    HyperParameterTuningJobConfig=tuning_job_config,
    TrainingJobDefinition=training_job_definition,
)

# a second search, random and with early stopping, on spot
tuning_job_config["Strategy"] = "Random"
tuning_job_config["TrainingJobEarlyStoppingType"] = "Auto"
tuning_job_config["ResourceLimits"]["MaxNumberOfTrainingJobs"] = settings["max_jobs"]
training_job_definition["EnableManagedSpotTraining"] = True
training_job_definition["StoppingCondition"]["MaxWaitTimeInSeconds"] = 2 * 43200
training_job_definition["ResourceConfig"]["InstanceType"] = settings.get("instance_type", "ml.m5.xlarge")
training_job_definition["CheckpointConfig"] = {"S3Uri": "s3://%s/ckpt" % bucket}
smclient.create_hyper_parameter_tuning_job(
    HyperParameterTuningJobName=tuning_job_name + "-2",
    HyperParameterTuningJobConfig=tuning_job_config,
    TrainingJobDefinition=training_job_definition,
)

processing = dict(
    ProcessingJobName="evaluate",
    AppSpecification={"ImageUri": "img", "ContainerEntrypoint": ["python3", "/opt/ml/evaluate.py"]},
    RoleArn=settings["role"],
)
cluster = {"InstanceCount": 2, "InstanceType": "ml.c5.xlarge", "VolumeSizeInGB": 30}
processing["ProcessingResources"] = {"ClusterConfig": cluster}
if settings["short"]:
    processing["StoppingCondition"] = {"MaxRuntimeInSeconds": 600}
else:
    processing["StoppingCondition"] = {"MaxRuntimeInSeconds": 3600}
smclient.create_processing_job(**processing)

request = \
{
    "TransformJobName": "score",
    "ModelName": "m",
    "TransformInput": {"DataSource": {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": "s3://a"}}},
    "TransformOutput": {"S3OutputPath": "s3://b"},
    "TransformResources": {
            "InstanceType": "ml.m4.xlarge",
            "InstanceCount": 1
    }
}
request["TransformResources"]["InstanceCount"] += 2
smclient.create_transform_job(**request)
