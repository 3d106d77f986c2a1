import argparse
import base64
import boto3


def parse_args():
    parser = argparse.ArgumentParser()
    parser.add_argument("--instance-type", default="ml.t3.medium")
    parser.add_argument("--app-instance")
    parser.add_argument("--vpc", required=True)
    return parser.parse_args()


def idle(minutes):
    return {"AppLifecycleManagement": {"IdleSettings": {"LifecycleManagement": "ENABLED", "IdleTimeoutInMinutes": minutes}}}


def main():
    args = parse_args()
    session = boto3.session.Session()
    client = session.client(service_name="sagemaker")
    role = session.client("iam").get_role(RoleName="studio")["Role"]["Arn"]

    script = base64.b64encode(b"#!/bin/bash\necho idle").decode()
    client.create_notebook_instance_lifecycle_config(
        NotebookInstanceLifecycleConfigName="auto-stop", OnStart=[{"Content": script}]
    )
    client.create_notebook_instance(
        NotebookInstanceName="research",
        InstanceType=args.instance_type,
        RoleArn=role,
        LifecycleConfigName="auto-stop",
    )
    client.create_notebook_instance(
        NotebookInstanceName="gpu-research", InstanceType="ml.p3.2xlarge", RoleArn=role)

    domain = client.create_domain(
        DomainName="ml",
        AuthMode="IAM",
        VpcId=args.vpc,
        SubnetIds=["subnet-1"],
        DefaultUserSettings={
            "ExecutionRole": role,
            "JupyterLabAppSettings": dict(
                idle(60),
                DefaultResourceSpec={"InstanceType": "ml.t3.large"},
            ),
        },
    )
    domain_id = domain["DomainArn"].split("/")[-1]
    for user in ["ana", "ben"]:
        client.create_user_profile(DomainId=domain_id, UserProfileName=user)
    client.create_space(
        DomainId=domain_id, SpaceName="shared",
        SpaceSettings={"AppType": "JupyterLab",
                       "JupyterLabAppSettings": {"DefaultResourceSpec": {"InstanceType": "ml.m5.xlarge"}}})
    client.create_app(
        DomainId=domain_id, SpaceName="shared", AppType="JupyterLab", AppName="default",
        ResourceSpec={"InstanceType": args.app_instance})
    client.create_code_repository(CodeRepositoryName="repo", GitConfig={"RepositoryUrl": "https://example.org/r.git"})


if __name__ == "__main__":
    main()
