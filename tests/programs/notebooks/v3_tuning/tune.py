from sagemaker.core.parameter import CategoricalParameter, ContinuousParameter, IntegerParameter
from sagemaker.train import ModelTrainer
from sagemaker.train.configs import Compute, SourceCode, StoppingCondition
from sagemaker.train.tuner import HyperparameterTuner


def build_trainer(instance_type="ml.m5.xlarge", spot=True):
    return ModelTrainer(
        training_image="683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-xgboost:1.7-1",
        source_code=SourceCode(entry_script="train.py"),
        compute=Compute(instance_type=instance_type, instance_count=1, enable_managed_spot_training=spot),
        stopping_condition=StoppingCondition(max_runtime_in_seconds=1800, max_wait_time_in_seconds=3600),
        hyperparameters={"epochs": 10},
    )


RANGES = {
    "lr": ContinuousParameter(1e-4, 1e-1, scaling_type="Logarithmic"),
    "batch": CategoricalParameter([32, 64]),
    "depth": IntegerParameter(2, 8),
}
limits = {"max_jobs": 12, "max_parallel_jobs": 4}

bayesian = HyperparameterTuner(
    model_trainer=build_trainer(),
    objective_metric_name="loss",
    objective_type="Minimize",
    metric_definitions=[{"Name": "loss", "Regex": "loss=(.*)"}],
    hyperparameter_ranges=RANGES,
    early_stopping_type="Auto",
    **limits,
)
bayesian.tune(inputs=None, wait=False)

grid = HyperparameterTuner(build_trainer("ml.c5.4xlarge", False), "loss", {"batch": RANGES["batch"]}, strategy="Grid")
grid.tune()
