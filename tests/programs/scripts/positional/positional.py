from sagemaker import KMeans, LDA, get_execution_role
from sagemaker.amazon.amazon_estimator import RecordSet
from sagemaker.estimator import Estimator
from sagemaker.model import Model
from sagemaker.processing import FrameworkProcessor, Processor, ScriptProcessor
from sagemaker.pytorch import PyTorch
from sagemaker.sklearn.processing import SKLearnProcessor
from sagemaker.spark.processing import PySparkProcessor
from sagemaker.transformer import Transformer
from sagemaker.tuner import HyperparameterTuner, IntegerParameter

role = get_execution_role()
image = "111122223333.dkr.ecr.eu-west-1.amazonaws.com/algo:3"

est = Estimator(image, role, 2, "ml.c5.4xlarge", output_path="s3://b/out")
km = KMeans(role, 2, "ml.c4.xlarge", k=10)
lda = LDA(role, "ml.c4.2xlarge", num_topics=5)

args = (image, role)
more = [1, "ml.m5.12xlarge"]
starred = Estimator(*args, *more)

tuner = HyperparameterTuner(est, "validation:auc", {"depth": IntegerParameter(1, 9)}, None, "Random", "Maximize", 50, 5)
tuner.fit({"train": "s3://b/train"})

Processor(role, image, 1, "ml.m5.xlarge").run()
ScriptProcessor(role, image, ["python3"], 3, "ml.m5.2xlarge").run("s.py")
FrameworkProcessor(PyTorch, "2.1", role, 1, "ml.g4dn.xlarge").run("p.py")
spark = PySparkProcessor(role, "ml.m5.4xlarge", 6, "3.3")
spark.run(submit_app="etl.py")
sk = SKLearnProcessor("1.2-1", role, instance_type="ml.t3.medium", instance_count=1, max_runtime_in_seconds=1200)
sk.run(code="prep.py")

model = Model(image, "s3://b/model.tar.gz", role)
endpoint = model.deploy(3, "ml.c5.xlarge")
batch = model.transformer(2, "ml.c5.2xlarge")
batch.transform("s3://b/in")
Transformer("model-1", 1, "ml.m4.xlarge").transform("s3://b/in")

records = RecordSet("s3://b/r", num_records=10, feature_dim=3)
km.fit(records)
lda.fit(records, mini_batch_size=100)
starred.fit()
