import boto3

s3 = boto3.resource("s3")
s3_client = boto3.client("s3", region_name="eu-north-1")
featurestore = boto3.client("sagemaker-featurestore-runtime")
sm = boto3.Session(region_name="eu-north-1").client("sagemaker")

NAMES = ["raw-data", "features"]

for name in NAMES:
    s3_client.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": "eu-north-1"})

s3.create_bucket(Bucket="models")
bucket = s3.Bucket("scratch")
bucket.create()

sm.create_feature_group(
    FeatureGroupName="customers",
    RecordIdentifierFeatureName="id",
    EventTimeFeatureName="time",
    FeatureDefinitions=[{"FeatureName": "id", "FeatureType": "String"}],
    OnlineStoreConfig={"EnableOnlineStore": True},
)
featurestore.put_record(FeatureGroupName="customers", Record=[])

sm.create_model_package_group(ModelPackageGroupName="churn")
package = {
    "ModelPackageGroupName": "churn",
    "InferenceSpecification": {
        "Containers": [{"Image": "x"}],
        "SupportedContentTypes": ["text/csv"],
        "SupportedResponseMIMETypes": ["text/csv"],
        "SupportedRealtimeInferenceInstanceTypes": ["ml.m5.xlarge"],
    },
}
sm.create_model_package(**package)
sm.update_model_package(ModelPackageArn="arn:aws:sagemaker:eu-north-1:111122223333:model-package/churn/1",
                        ModelApprovalStatus="Approved")
