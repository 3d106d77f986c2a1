"""Reads what exists; creates nothing."""
import boto3
import sagemaker
from sagemaker import image_uris, script_uris, model_uris, clarify, hyperparameters
from sagemaker.predictor import Predictor
from sagemaker.serializers import JSONSerializer
from sagemaker.inputs import CreateModelInput
from sagemaker.analytics import TrainingJobAnalytics
from sagemaker.estimator import Estimator as SMEstimator
from sagemaker.tuner import HyperparameterTuner
from sklearn.cluster import KMeans
from sklearn.pipeline import Pipeline
from sklearn.ensemble import RandomForestClassifier
from transformers import Trainer

TEMPLATE = '''
from sagemaker.pytorch import PyTorch
PyTorch(instance_type="ml.p3.2xlarge", instance_count=1).fit()
'''
SNIPPET = "sm.create_training_job(TrainingJobName='x')"


class Model:
    def deploy(self, initial_instance_count, instance_type):
        return instance_type


def report():
    sm = boto3.client("sagemaker")
    for job in sm.list_training_jobs()["TrainingJobSummaries"]:
        print(sm.describe_training_job(TrainingJobName=job["TrainingJobName"])["ResourceConfig"]["InstanceType"])
    sm.stop_training_job(TrainingJobName="x")
    sm.add_tags(ResourceArn="arn", Tags=[])
    sm.create_presigned_notebook_instance_url(NotebookInstanceName="n")
    sm.delete_endpoint(EndpointName="old")


def uris(region):
    image = image_uris.retrieve("pytorch", region, version="2.1", image_scope="training", instance_type="ml.p3.2xlarge")
    source = script_uris.retrieve(model_id="a", model_version="*", script_scope="training")
    model = model_uris.retrieve(model_id="a", model_version="*", model_scope="training")
    defaults = hyperparameters.retrieve_default(model_id="a", model_version="*")
    return image, source, model, defaults


def local_things():
    pipeline = Pipeline([("clf", RandomForestClassifier())])
    pipeline.fit([[1]], [1])
    KMeans(n_clusters=2).fit([[1], [2]])
    Trainer(model=None, args=None).train()
    Model().deploy(1, "ml.m5.large")


def invoke():
    predictor = Predictor("existing-endpoint", serializer=JSONSerializer())
    predictor.predict({"x": 1})
    boto3.client("sagemaker-runtime").invoke_endpoint(EndpointName="existing-endpoint", Body=b"1")
    boto3.client("bedrock-runtime").invoke_model(modelId="m", body=b"")
    TrainingJobAnalytics("job").dataframe()
    attached = SMEstimator.attach("job-1")
    print(attached.latest_training_job)
    tuner = HyperparameterTuner.attach("tuning-1")
    print(tuner.analytics().dataframe())
    clarify.ModelConfig(model_name="m", instance_type="ml.m5.xlarge", instance_count=1)
    CreateModelInput(instance_type="ml.m5.xlarge")


def others():
    boto3.client("ec2").run_instances(InstanceType="m5.large", MinCount=1, MaxCount=1)
    boto3.client("emr").run_job_flow(Name="n", Instances={})
    boto3.client("comprehend").create_endpoint(EndpointName="e", ModelArn="a", DesiredInferenceUnits=1)
    boto3.client("personalize").create_solution(name="s")
    boto3.client("iot").create_domain_configuration(domainConfigurationName="d")
    boto3.client("opensearch").create_domain(DomainName="d")
    boto3.client("rekognition").create_project(ProjectName="p")
    boto3.client("application-autoscaling").put_scaling_policy(
        PolicyName="ecs", ServiceNamespace="ecs", ResourceId="service/a/b", ScalableDimension="ecs:service:DesiredCount")
