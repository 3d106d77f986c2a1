import sagemaker
from ml import estimators
from ml.constants import Instances

session = sagemaker.Session()
spec = estimators.JobSpec(name="gpu", instance_type=Instances.GPU, instance_count=2, spot=True)
estimator = estimators.make_estimator(spec, "gpu:1", session, max_run=7200)
estimator.fit("s3://b/gpu")
batch = estimator.transformer(instance_count=1, instance_type=Instances.GPU)
batch.transform("s3://b/in")
