from unittest import mock
from unittest.mock import MagicMock, patch

import boto3
import pytest
import sagemaker
from deployer import deploy
from moto import mock_aws
from sagemaker.sklearn import SKLearn


@pytest.fixture
def role():
    return "arn:aws:iam::111122223333:role/r"


@pytest.fixture(scope="module")
def session():
    fake = MagicMock(spec=sagemaker.Session)
    fake.boto_region_name = "eu-west-1"
    return fake


@pytest.fixture
def estimator(role, session):
    return SKLearn(
        entry_point="train.py",
        framework_version="1.2-1",
        role=role,
        instance_type="ml.m5.large",
        instance_count=1,
        sagemaker_session=session,
    )


@pytest.fixture
def bucket():
    with mock_aws():
        s3 = boto3.resource("s3", region_name="us-east-1")
        yield s3.create_bucket(Bucket="test-bucket")


def test_estimator_fits(estimator, session):
    estimator.fit("s3://b/train", wait=False)
    session.train.assert_called_once()


@patch("deployer.SKLearnModel")
def test_deploy_uses_the_small_type(model_class, role):
    deploy("s3://b/m.tar.gz", role)
    model_class.return_value.deploy.assert_called_once_with(initial_instance_count=1, instance_type="ml.t2.medium")


def test_deploy_type(role):
    with mock.patch("deployer.SKLearnModel") as model_class:
        deploy("s3://b/m.tar.gz", role, instance_type="ml.m5.large")
    assert model_class.called


@pytest.mark.parametrize("count", [1, 2])
def test_counts(role, session, count):
    estimator = SKLearn(
        "train.py",
        framework_version="1.2-1",
        role=role,
        instance_type="ml.m5.large",
        instance_count=count,
        sagemaker_session=session,
    )
    assert estimator.instance_count == count


def test_client_is_mocked():
    client = MagicMock()
    client.create_training_job(TrainingJobName="x", ResourceConfig={"InstanceType": "ml.m5.large"})
    client.create_training_job.assert_called_once()
