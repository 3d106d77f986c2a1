"""Low-level calls of the SDK's own session, multi-data models and inference pipelines."""
import sagemaker
from sagemaker.multidatamodel import MultiDataModel
from sagemaker.pipeline import PipelineModel
from sagemaker.async_inference import AsyncInferenceConfig
from sagemaker.mxnet import MXNet, MXNetModel
from sagemaker.sparkml.model import SparkMLModel
from sagemaker.compute_resource_requirements.resource_requirements import ResourceRequirements
from sagemaker.enums import EndpointType

sess = sagemaker.Session()
role = sagemaker.get_execution_role()
sm = sess.sagemaker_client

mxnet = MXNet(entry_point="t.py", role=role, instance_count=1, instance_type="ml.c4.xlarge", framework_version="1.9",
              py_version="py38")
mxnet.fit("s3://x")
model = mxnet.create_model(role=role, image_uri="img")

mme = MultiDataModel(name="many", model_data_prefix="s3://x/many/", model=model, sagemaker_session=sess)
mme_predictor = mme.deploy(initial_instance_count=1, instance_type="ml.m5.xlarge", endpoint_name="many")

chain = PipelineModel(name="chain", role=role, models=[SparkMLModel(model_data="s3://s"), model])
chain.deploy(1, "ml.c5.xlarge", endpoint_name="chain")
chain_transformer = chain.transformer(instance_count=1, instance_type="ml.m5.large")

async_predictor = MXNetModel("s3://x", role, "e.py", framework_version="1.9", py_version="py38").deploy(
    async_inference_config=AsyncInferenceConfig(output_path="s3://out"),
    initial_instance_count=1,
    instance_type="ml.g4dn.xlarge",
)
component = sagemaker.Model(image_uri="img", model_data="s3://m", role=role)
component.deploy(
    initial_instance_count=1,
    instance_type="ml.g5.2xlarge",
    endpoint_type=EndpointType.INFERENCE_COMPONENT_BASED,
    resources=ResourceRequirements(requests={"memory": 1024, "num_accelerators": 1, "copies": 1}),
    endpoint_name="ic-endpoint",
)

sess.endpoint_from_production_variants(
    name="ab",
    production_variants=[
        sagemaker.production_variant("m1", "ml.m5.large", 1, "A", 1),
        sagemaker.production_variant(model_name="m2", instance_type="ml.m5.large", initial_instance_count=2, variant_name="B"),
    ],
)

sess.delete_endpoint("ab")
sess.delete_endpoint(endpoint_name="chain")
sm.delete_endpoint(EndpointName=async_predictor.endpoint_name)
mme_predictor.delete_model()
