import json
import boto3

sm = boto3.client("sagemaker", "us-east-1")

DEFINITION = {
    "Version": "2020-12-01",
    "Steps": [
        {"Name": "Train", "Type": "Training",
         "Arguments": {"ResourceConfig": {"InstanceType": "ml.m5.large", "InstanceCount": 1}}},
    ],
}


def upsert(name, role):
    body = dict(PipelineName=name, PipelineDefinition=json.dumps(DEFINITION), RoleArn=role)
    try:
        sm.create_pipeline(**body)
    except sm.exceptions.ClientError:
        sm.update_pipeline(**body)
    return sm.start_pipeline_execution(PipelineName=name)["PipelineExecutionArn"]


if __name__ == "__main__":
    upsert("by-hand", "arn:aws:iam::111122223333:role/p")
    events = boto3.client("events")
    events.put_rule(Name="nightly", ScheduleExpression="rate(1 day)")
    boto3.client("stepfunctions").create_state_machine(name="x", definition="{}", roleArn="arn")
