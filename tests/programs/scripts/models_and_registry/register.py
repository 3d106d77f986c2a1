import time

import boto3
import sagemaker
from sagemaker import ModelPackage, PipelineModel
from sagemaker.drift_check_baselines import DriftCheckBaselines
from sagemaker.huggingface import HuggingFaceModel
from sagemaker.multidatamodel import MultiDataModel
from sagemaker.predictor import Predictor
from sagemaker.sklearn.model import SKLearnModel
from sagemaker.tensorflow import TensorFlowModel
from sagemaker.tensorflow.serving import Model as ServingModel
from sagemaker.workflow.pipeline_context import PipelineSession

role = sagemaker.get_execution_role()
session = sagemaker.Session()
sm = boto3.client("sagemaker")

sk = SKLearnModel("s3://b/sk.tar.gz", role, "prep.py", framework_version="1.2-1")
tf = TensorFlowModel(model_data="s3://b/tf.tar.gz", role=role, framework_version="2.12")
serving = ServingModel(model_data="s3://b/tf.tar.gz", role=role, framework_version="2.12")

chain = PipelineModel(name="chain", role=role, models=[sk, tf], sagemaker_session=session)
chain_predictor = chain.deploy(2, "ml.c5.xlarge", endpoint_name="chain")

package = sk.register(
    content_types=["text/csv"],
    response_types=["text/csv"],
    inference_instances=["ml.m5.large"],
    transform_instances=["ml.m5.large"],
    model_package_group_name="sk",
    approval_status="Approved",
    drift_check_baselines=DriftCheckBaselines(),
)
package.deploy(initial_instance_count=1, instance_type="ml.m5.large", endpoint_name="sk-endpoint")

newest = sm.list_model_packages(ModelPackageGroupName="sk", SortBy="CreationTime")["ModelPackageSummaryList"][0]
registered = ModelPackage(role=role, model_package_arn=newest["ModelPackageArn"], sagemaker_session=session)
registered.deploy(1, "ml.m5.xlarge", endpoint_name="registered")

multi = MultiDataModel(name="multi", model_data_prefix="s3://b/models/", model=sk)
multi_predictor = multi.deploy(initial_instance_count=1, instance_type="ml.r5.large")
multi.add_model("s3://b/other.tar.gz", "other.tar.gz")

hub = HuggingFaceModel(
    env={"HF_MODEL_ID": "gpt2"}, role=role, transformers_version="4.28", pytorch_version="2.0", py_version="py310"
)
hub.deploy(initial_instance_count=1, instance_type="ml.g4dn.xlarge", endpoint_name="hub", wait=False)
serving.transformer(1, "ml.m5.large").transform("s3://b/in")

scaling = boto3.client("application-autoscaling")
target = {
    "ServiceNamespace": "sagemaker",
    "ResourceId": "endpoint/registered/variant/AllTraffic",
    "ScalableDimension": "sagemaker:variant:DesiredInstanceCount",
}
scaling.register_scalable_target(**target, MinCapacity=1, MaxCapacity=3)
scaling.put_scaling_policy(PolicyName="p", PolicyType="TargetTrackingScaling", **target)

time.sleep(60)
chain_predictor.delete_endpoint()
for name in ("sk-endpoint", multi_predictor.endpoint_name):
    Predictor(name).delete_endpoint()

staged = SKLearnModel("s3://b/s.tar.gz", role, "s.py", framework_version="1.2-1", sagemaker_session=PipelineSession())
step_args = staged.register(
    content_types=["text/csv"], response_types=["text/csv"], model_package_group_name="staged"
)
