import sagemaker.core as core
from sagemaker.core.clarify import SageMakerClarifyProcessor
from sagemaker.core.model_monitor import DefaultModelMonitor, CronExpressionGenerator
from sagemaker.core.processing import FrameworkProcessor, Processor
from sagemaker.core.remote_function import remote
from sagemaker.core.spark import PySparkProcessor
from sagemaker.core.transformer import Transformer
from sagemaker.mlops.feature_store import FeatureGroupManager

ROLE = "arn:aws:iam::111122223333:role/x"

proc = Processor(role=ROLE, image_uri="img", instance_count=1, instance_type="ml.m5.xlarge",
                 max_runtime_in_seconds=60 * 30)
proc.run(wait=True)
fw = FrameworkProcessor("img", ROLE, 2, "ml.g5.xlarge")
fw.run(code="x.py")
spark = PySparkProcessor(ROLE, "ml.r5.2xlarge", 4, framework_version="3.5")
spark.run(submit_app="a.py")
batch = Transformer("model", 2, "ml.c5.xlarge", output_path="s3://x")
batch.transform("s3://in")

clarify = SageMakerClarifyProcessor(role=ROLE, instance_count=1, instance_type="ml.m5.large")
clarify.run_pre_training_bias(None, None)

monitor = DefaultModelMonitor(role=ROLE)
monitor.create_monitoring_schedule(endpoint_input="ep", output_s3_uri="s3://x",
                                   schedule_cron_expression=CronExpressionGenerator.daily())


@remote(instance_type="ml.m5.xlarge", keep_alive_period_in_seconds=60)
def add(a, b):
    return a + b


add(1, 2)
