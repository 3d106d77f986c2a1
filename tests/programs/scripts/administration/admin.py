"""Keeps a team's notebooks and Studio in order."""
import logging
from datetime import datetime, timedelta, timezone

import boto3

log = logging.getLogger(__name__)
USERS = ["ada", "grace"]


class Admin:
    def __init__(self, client=None, region="eu-north-1"):
        self.client = client or boto3.client("sagemaker", region_name=region)

    def idle_notebooks(self, days=7):
        limit = datetime.now(timezone.utc) - timedelta(days=days)
        paginator = self.client.get_paginator("list_notebook_instances")
        for page in paginator.paginate(StatusEquals="InService"):
            for notebook in page["NotebookInstances"]:
                if notebook["LastModifiedTime"] < limit:
                    yield notebook["NotebookInstanceName"]

    def stop_idle(self):
        for name in self.idle_notebooks():
            self.client.stop_notebook_instance(NotebookInstanceName=name)

    def create_notebook(self, user, instance_type="ml.t3.medium"):
        self.client.create_notebook_instance(
            NotebookInstanceName=f"{user}-notebook",
            InstanceType=instance_type,
            RoleArn="arn:aws:iam::111122223333:role/notebook",
            VolumeSizeInGB=20,
        )

    def create_app(self, domain, user):
        return self.client.create_app(
            DomainId=domain,
            UserProfileName=user,
            AppType="KernelGateway",
            AppName="gpu",
            ResourceSpec={"InstanceType": "ml.g4dn.xlarge"},
        )

    def create_domain(self):
        return self.client.create_domain(
            DomainName="team",
            AuthMode="IAM",
            DefaultUserSettings={
                "ExecutionRole": "arn:aws:iam::111122223333:role/studio",
                "KernelGatewayAppSettings": {"DefaultResourceSpec": {"InstanceType": "ml.t3.medium"}},
            },
            SubnetIds=["subnet-1"],
            VpcId="vpc-1",
        )


def clean_endpoints(client):
    for endpoint in client.list_endpoints(StatusEquals="InService")["Endpoints"]:
        client.delete_endpoint(EndpointName=endpoint["EndpointName"])


if __name__ == "__main__":
    admin = Admin()
    admin.stop_idle()
    for user in USERS:
        admin.create_notebook(user)
        admin.create_app("d-1", user)
    admin.create_domain()
    clean_endpoints(admin.client)
