import sagemaker
from sagemaker.amazon.amazon_estimator import get_image_uri
from sagemaker.mxnet import MXNet
from sagemaker.predictor import RealTimePredictor, csv_serializer
from sagemaker.pytorch import PyTorch
from sagemaker.session import s3_input
from sagemaker.tensorflow import TensorFlow
from sagemaker.tuner import ContinuousParameter, HyperparameterTuner

sess = sagemaker.Session()
role = sagemaker.get_execution_role()
container = get_image_uri(sess.boto_region_name, "xgboost", "0.90-1")

xgb = sagemaker.estimator.Estimator(
    container,
    role,
    train_instance_count=1,
    train_instance_type="ml.m4.xlarge",
    train_use_spot_instances=True,
    train_max_run=3600,
    train_max_wait=7200,
    checkpoint_s3_uri="s3://b/ckpt",
    output_path="s3://b/out",
    sagemaker_session=sess,
)
xgb.set_hyperparameters(num_round=100, objective="binary:logistic")
xgb.fit({"train": s3_input(s3_data="s3://b/train", content_type="csv")})

tf_args = {"train_instance_type": "ml.p2.xlarge", "train_instance_count": 2}
tf = TensorFlow(
    entry_point="tf.py",
    role=role,
    framework_version="1.14",
    py_version="py3",
    script_mode=True,
    distributions={"parameter_server": {"enabled": True}},
    **tf_args,
)
tf.fit("s3://b/tf")

mx = MXNet(
    "mx.py", role=role, train_instance_count=1, train_instance_type="ml.c5.xlarge", image_name="custom:1"
)

pt = PyTorch(
    entry_point="pt.py",
    role=role,
    framework_version="1.4.0",
    train_instance_count=1,
    train_instance_type="ml.p3.2xlarge",
)
tuner = HyperparameterTuner(
    pt,
    "loss",
    {"lr": ContinuousParameter(0.001, 0.1)},
    [{"Name": "loss", "Regex": "loss=(.*)"}],
    max_jobs=20,
    max_parallel_jobs=2,
    early_stopping_type="Auto",
)
tuner.fit("s3://b/pt")

predictor = xgb.deploy(initial_instance_count=1, instance_type="ml.m4.xlarge")
predictor.serializer = csv_serializer
predictor.predict("1,2,3")
sess.delete_endpoint(predictor.endpoint)

other = RealTimePredictor(endpoint="already-there", sagemaker_session=sess)
other.delete_endpoint()

mx_predictor = mx.deploy(1, "ml.c5.large", accelerator_type="ml.eia1.medium")
mx.delete_endpoint()
