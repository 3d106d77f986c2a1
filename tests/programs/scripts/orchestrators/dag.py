"""Orchestrators have classes and operators of their own: they are no calls of the SageMaker SDK."""
from datetime import datetime

import boto3
import sagemaker
from airflow import DAG
from airflow.operators.python import PythonOperator
from airflow.providers.amazon.aws.operators.sagemaker import (
    SageMakerEndpointOperator,
    SageMakerProcessingOperator,
    SageMakerTrainingOperator,
)
from sagemaker.estimator import Estimator
from sagemaker.workflow.airflow import training_config
from stepfunctions import steps
from stepfunctions.workflow import Workflow

role = sagemaker.get_execution_role()

xgb = Estimator(
    image_uri="111122223333.dkr.ecr.us-east-1.amazonaws.com/xgb:1",
    role=role,
    instance_count=1,
    instance_type="ml.m5.4xlarge",
    max_run=3600,
)
config = training_config(estimator=xgb, inputs="s3://b/train")


def evaluate(**context):
    runtime = boto3.client("sagemaker-runtime")
    return runtime.invoke_endpoint(EndpointName="churn", Body=b"1,2")["Body"].read()


with DAG("churn", start_date=datetime(2024, 1, 1), schedule_interval="@daily") as dag:
    prepare = SageMakerProcessingOperator(
        task_id="prepare",
        config={
            "ProcessingJobName": "prepare",
            "ProcessingResources": {
                "ClusterConfig": {"InstanceType": "ml.m5.large", "InstanceCount": 1, "VolumeSizeInGB": 10}
            },
        },
    )
    train = SageMakerTrainingOperator(task_id="train", config=config, wait_for_completion=True)
    deploy = SageMakerEndpointOperator(task_id="deploy", config={"Endpoint": {"EndpointName": "churn"}})
    score = PythonOperator(task_id="score", python_callable=evaluate)
    prepare >> train >> deploy >> score

training_step = steps.TrainingStep(
    "Train", estimator=xgb, data={"train": sagemaker.inputs.TrainingInput("s3://b/train")}, job_name="train"
)
model_step = steps.ModelStep("Save", model=training_step.get_expected_model(), model_name="churn")
endpoint_config = steps.EndpointConfigStep(
    "Config", endpoint_config_name="churn", model_name="churn", initial_instance_count=1, instance_type="ml.m5.large"
)
workflow = Workflow(name="churn", definition=steps.Chain([training_step, model_step, endpoint_config]), role=role)
workflow.create()
workflow.execute()
