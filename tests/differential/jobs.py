"""The jobs that generated programs start: each dialect's, with settings that are drawn."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from trees import Client, Code, Imported, Invoked, Method, Several, Table

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from choosing import Choices
    from trees import Constant, Tree

ROLE = "arn:aws:iam::123456789012:role/service-role/AmazonSageMaker-ExecutionRole-20240101T000000"
IMAGE = "763104351884.dkr.ecr.us-west-2.amazonaws.com/pytorch-training:2.3.0-gpu-py311-cu121-ubuntu20.04-sagemaker"
TRAINED_ON = ("ml.m5.xlarge", "ml.g5.2xlarge", "ml.p3.2xlarge", "ml.c5.4xlarge", "ml.g4dn.xlarge")
SERVED_ON = ("ml.m5.large", "ml.c5.xlarge", "ml.g4dn.xlarge", "ml.m5.2xlarge")
WITHOUT_GPU = ("ml.m5.xlarge", "ml.c5.4xlarge", "ml.m5.large")
TIMES = (3600, 7200, 86400, 900)
_METRIC = {"Name": "loss", "Regex": "loss=([0-9.]+)"}


@dataclass(frozen=True)
class Job:
    """One job.

    Attributes:
        sdk: the environment that it runs in.
        made: the expression that starts it.
        after: statements to follow, ``{}`` for what the expression returns.
    """

    sdk: str
    made: Tree
    after: tuple[str, ...] = ()


def training_settings(choose: Choices, *, spot: bool = True) -> dict[str, Constant]:
    """A training job's settings in words of their own; what is absent is not set."""
    settings: dict[str, Constant] = {
        "instance_type": choose.one(TRAINED_ON),
        "instance_count": choose.one((1, 2, 4)),
    }
    if choose.rarely():
        settings["max_run"] = choose.one(TIMES)
    if spot and choose.often():
        settings["spot"] = choose.one((True, True, False))
        if settings["spot"] or choose.rarely():
            settings["max_wait"] = choose.one((86400, 172800))
    if choose.rarely():
        settings["checkpoint"] = choose.one(("s3://bucket/checkpoints", "s3://other/run/state"))
    if choose.rarely():
        settings["keep_alive"] = choose.one((600, 1800))
    return settings


def renamed(settings: Mapping[str, Constant], names: Mapping[str, str]) -> dict[str, Tree]:
    """Settings by the names that a dialect gives them; those without are left out."""
    return {names[key]: value for key, value in settings.items() if key in names}


# -- version 2 and 1 -----------------------------------------------------------------------------------------------

_V2 = {
    "instance_type": "instance_type",
    "instance_count": "instance_count",
    "max_run": "max_run",
    "spot": "use_spot_instances",
    "max_wait": "max_wait",
    "checkpoint": "checkpoint_s3_uri",
    "keep_alive": "keep_alive_period_in_seconds",
}
_V1 = {
    "instance_type": "train_instance_type",
    "instance_count": "train_instance_count",
    "max_run": "train_max_run",
    "spot": "train_use_spot_instances",
    "max_wait": "train_max_wait",
    "checkpoint": "checkpoint_s3_uri",
}
_ASSIGNED = frozenset(_V2.values())


def _estimator_v2(choose: Choices) -> Invoked:
    settings = renamed(training_settings(choose), _V2)
    which = choose.one(("Estimator", "PyTorch", "XGBoost", "SKLearn"))
    if which == "Estimator":
        given = {"image_uri": Code("IMAGE"), "role": Code("ROLE"), **_ordered(settings)}
        positions = ("image_uri", "role", "instance_count", "instance_type")
        return Invoked(Imported("sagemaker.estimator", which), given, positions, _ASSIGNED)
    if choose.rarely():
        rule = Invoked(Imported("sagemaker.debugger", "rule_configs.loss_not_decreasing"))
        settings["rules"] = Several((Invoked(Method(Imported("sagemaker.debugger", "Rule"), "sagemaker"), {"": rule}),))
    if which == "PyTorch":
        if choose.rarely():
            settings["distribution"] = Table({"torch_distributed": Table({"enabled": True})})
            settings["instance_type"] = choose.one(("ml.g5.2xlarge", "ml.p3.2xlarge"))
        given = {"entry_point": "train.py", "framework_version": "2.0.1", "py_version": "py310"}
        package = "sagemaker.pytorch"
    elif which == "XGBoost":
        given = {"entry_point": "train.py", "framework_version": "1.7-1"}
        package = "sagemaker.xgboost"
    else:
        given = {"entry_point": "train.py", "framework_version": "1.2-1"}
        package = "sagemaker.sklearn"
        settings["instance_count"] = 1
        settings["instance_type"] = choose.one(WITHOUT_GPU)
        settings.pop("rules", None)
    given = {**given, "role": Code("ROLE"), **settings}
    return Invoked(Imported(package, which), given, ("entry_point", "framework_version"), _ASSIGNED)


def _ordered(settings: Mapping[str, Tree]) -> dict[str, Tree]:
    first = ("instance_count", "instance_type")
    return {**{key: settings[key] for key in first}, **settings}


def training_v2(choose: Choices) -> Job:
    """``estimator.fit``."""
    given = choose.one(({}, {"wait": False}, {"inputs": "s3://data/train"}))
    return Job("v2", Invoked(Method(_estimator_v2(choose), "fit"), given, ("inputs",)))


def _tuned(choose: Choices, first: str, estimator: Tree, metrics: str = "Minimize") -> dict[str, Tree]:
    ranges = Invoked(Imported("sagemaker.tuner", "ContinuousParameter"), {"": Code("0.001, 0.1")})
    given: dict[str, Tree] = {
        first: estimator,
        "objective_metric_name": "loss",
        "hyperparameter_ranges": Table({"lr": ranges}),
        "metric_definitions": Several((Table(dict(_METRIC)),)),
    }
    if choose.often():
        given["strategy"] = choose.one(("Random", "Bayesian", "Hyperband"))
    given["objective_type"] = metrics
    if choose.often():
        given["max_jobs"] = choose.one((6, 20, 9))
    given["max_parallel_jobs"] = choose.one((2, 3))
    if choose.often() and given.get("strategy") != "Hyperband":
        given["early_stopping_type"] = choose.one(("Auto", "Off"))
    return given


_TUNER_POSITIONS = (
    "objective_metric_name", "hyperparameter_ranges", "metric_definitions", "strategy", "objective_type", "max_jobs",
)  # fmt: skip


def tuning_v2(choose: Choices) -> Job:
    """``tuner.fit``."""
    given = _tuned(choose, "estimator", _estimator_v2(choose))
    tuner = Invoked(Imported("sagemaker.tuner", "HyperparameterTuner"), given, ("estimator", *_TUNER_POSITIONS))
    return Job("v2", Invoked(Method(tuner, "fit"), choose.one(({}, {"wait": False}))))


def processing_v2(choose: Choices) -> Job:
    """``processor.run``."""
    given: dict[str, Tree] = {
        "role": Code("ROLE"),
        "instance_type": choose.one(TRAINED_ON),
        "instance_count": choose.one((1, 2)),
    }
    if choose.often():
        given["max_runtime_in_seconds"] = choose.one(TIMES)
    if choose.often():
        given = {**given, "image_uri": Code("IMAGE"), "command": Code("['python3']")}
        made = Invoked(Imported("sagemaker.processing", "ScriptProcessor"), given)
    else:
        given = {**given, "instance_type": choose.one(WITHOUT_GPU), "framework_version": "1.2-1"}
        made = Invoked(Imported("sagemaker.sklearn.processing", "SKLearnProcessor"), given)
    return Job("v2", Invoked(Method(made, "run"), {"code": "preprocess.py"}, ("code",)))


def transform_v2(choose: Choices) -> Job:
    """``transformer.transform``."""
    given: dict[str, Tree] = {
        "model_name": "model",
        "instance_count": choose.one((1, 2)),
        "instance_type": choose.one(SERVED_ON),
        "output_path": "s3://data/out",
    }
    made = Invoked(
        Imported("sagemaker.transformer", "Transformer"), given, ("model_name", "instance_count", "instance_type")
    )
    return Job("v2", Invoked(Method(made, "transform"), {"data": "s3://data/batch"}, ("data",)))


def endpoint_v2(choose: Choices) -> Job:
    """``model.deploy``, real-time, serverless or asynchronous, sometimes deleted."""
    model = Invoked(
        Imported("sagemaker.pytorch", "PyTorchModel"),
        {
            "model_data": "s3://models/model.tar.gz",
            "role": Code("ROLE"),
            "entry_point": "inference.py",
            "framework_version": "2.0.1",
            "py_version": "py310",
        },
    )
    given: dict[str, Tree] = {
        "initial_instance_count": choose.one((1, 2)),
        "instance_type": choose.one(SERVED_ON),
    }
    if choose.rarely():
        capture = {"enable_capture": choose.one((True, False)), "destination_s3_uri": "s3://data/capture"}
        given["data_capture_config"] = Invoked(Imported("sagemaker.model_monitor", "DataCaptureConfig"), capture)
    if choose.rarely():
        queue = Invoked(Imported("sagemaker.async_inference", "AsyncInferenceConfig"), {"output_path": "s3://data/a"})
        given["async_inference_config"] = queue
    if choose.rarely():
        memory = {"memory_size_in_mb": 2048, "max_concurrency": 5}
        small = Invoked(Imported("sagemaker.serverless", "ServerlessInferenceConfig"), memory)
        given = {"serverless_inference_config": small}
    after = ("{}.delete_endpoint()",) if choose.rarely() else ()
    positions = ("initial_instance_count", "instance_type")
    return Job("v2", Invoked(Method(model, "deploy"), given, positions), after)


def pipeline_v2(choose: Choices) -> Job:
    """A pipeline of one training step."""
    number = choose.number()
    step: dict[str, Tree] = {"name": f"Train{number}", "estimator": _estimator_v2(choose)}
    if choose.often():
        cached = {"enable_caching": choose.one((True, False)), "expire_after": "P30d"}
        step["cache_config"] = Invoked(Imported("sagemaker.workflow.steps", "CacheConfig"), cached)
    made = Invoked(
        Imported("sagemaker.workflow.pipeline", "Pipeline"),
        {
            "name": f"pipeline-{number}",
            "steps": Several((Invoked(Imported("sagemaker.workflow.steps", "TrainingStep"), step),)),
        },
    )
    return Job("v2", Invoked(Method(made, "upsert"), {"role_arn": Code("ROLE")}))


def training_v1(choose: Choices) -> Job:
    """``estimator.fit`` with the names of 1.x."""
    settings = renamed(training_settings(choose), _V1)
    given = {"entry_point": "train.py", "role": Code("ROLE"), "framework_version": "1.5.0", "py_version": "py3"}
    made = Invoked(Imported("sagemaker.pytorch", "PyTorch"), {**given, **settings}, ("entry_point",))
    return Job("v1", Invoked(Method(made, "fit"), {"inputs": "s3://data/train"}, ("inputs",)))


def tuning_v1(choose: Choices) -> Job:
    """``tuner.fit`` over an estimator with the names of 1.x."""
    settings = renamed(training_settings(choose), _V1)
    given = {"image_name": Code("IMAGE"), "role": Code("ROLE"), **settings}
    made = Invoked(Imported("sagemaker.estimator", "Estimator"), given)
    tuner = Invoked(Imported("sagemaker.tuner", "HyperparameterTuner"), _tuned(choose, "estimator", made))
    return Job("v1", Invoked(Method(tuner, "fit"), {"inputs": "s3://data/train"}))


# -- version 3 and its preview -------------------------------------------------------------------------------------


def _trainer(choose: Choices, train: str, configs: str) -> Invoked:
    settings = training_settings(choose)
    compute = renamed(
        settings,
        {
            "instance_type": "instance_type",
            "instance_count": "instance_count",
            "spot": "enable_managed_spot_training",
            "keep_alive": "keep_alive_period_in_seconds",
        },
    )
    stop = renamed(settings, {"max_run": "max_runtime_in_seconds", "max_wait": "max_wait_time_in_seconds"})
    given: dict[str, Tree] = {"training_image": Code("IMAGE"), "role": Code("ROLE")}
    given["source_code"] = Invoked(Imported(configs, "SourceCode"), {"source_dir": "src", "entry_script": "train.py"})
    given["compute"] = Invoked(Imported(configs, "Compute"), compute)
    if stop:
        given["stopping_condition"] = Invoked(Imported(configs, "StoppingCondition"), stop)
    if "checkpoint" in settings:
        given["checkpoint_config"] = Invoked(Imported(configs, "CheckpointConfig"), {"s3_uri": settings["checkpoint"]})
    return Invoked(Imported(train, "ModelTrainer"), given)


def training_modules(choose: Choices) -> Job:
    """``sagemaker.modules``' trainer."""
    made = _trainer(choose, "sagemaker.modules.train", "sagemaker.modules.configs")
    return Job("v2", Invoked(Method(made, "train"), {"wait": False}))


def training_v3(choose: Choices) -> Job:
    """``ModelTrainer.train``."""
    made = _trainer(choose, "sagemaker.train", "sagemaker.train.configs")
    return Job("v3", Invoked(Method(made, "train"), {"wait": False}))


def tuning_v3(choose: Choices) -> Job:
    """``HyperparameterTuner.tune``."""
    trainer = _trainer(choose, "sagemaker.train", "sagemaker.train.configs")
    given = _tuned(choose, "model_trainer", trainer)
    ranges = Invoked(Imported("sagemaker.core.parameter", "ContinuousParameter"), {"": Code("0.001, 0.1")})
    given["hyperparameter_ranges"] = Table({"lr": ranges})
    tuner = Invoked(Imported("sagemaker.train.tuner", "HyperparameterTuner"), given)
    return Job("v3", Invoked(Method(tuner, "tune"), {"wait": False}))


def processing_v3(choose: Choices) -> Job:
    """``processor.run``."""
    given: dict[str, Tree] = {
        "role": Code("ROLE"),
        "image_uri": Code("IMAGE"),
        "command": Code("['python3']"),
        "instance_count": choose.one((1, 2)),
        "instance_type": choose.one(TRAINED_ON),
    }
    if choose.often():
        given["max_runtime_in_seconds"] = choose.one(TIMES)
    made = Invoked(Imported("sagemaker.core.processing", "ScriptProcessor"), given)
    return Job("v3", Invoked(Method(made, "run"), {"code": "preprocess.py", "wait": False, "logs": False}))


def training_core(choose: Choices) -> Job:
    """``TrainingJob.create``."""
    settings = training_settings(choose)
    shapes = "sagemaker.core.shapes"
    names = {"instance_type": "instance_type", "instance_count": "instance_count"}
    where = {**renamed(settings, {**names, "keep_alive": "keep_alive_period_in_seconds"}), "volume_size_in_gb": 30}
    stop = renamed(settings, {"max_run": "max_runtime_in_seconds", "max_wait": "max_wait_time_in_seconds"})
    algorithm = {"training_image": "image:1", "training_input_mode": "File"}
    given: dict[str, Tree] = {
        "training_job_name": f"core-{choose.number()}",
        "role_arn": Code("ROLE"),
        "algorithm_specification": Invoked(Imported(shapes, "AlgorithmSpecification"), algorithm),
        "output_data_config": Invoked(Imported(shapes, "OutputDataConfig"), {"s3_output_path": "s3://jobs/output"}),
        "resource_config": Invoked(Imported(shapes, "ResourceConfig"), where),
        "stopping_condition": Invoked(Imported(shapes, "StoppingCondition"), stop),
        **renamed(settings, {"spot": "enable_managed_spot_training"}),
    }
    if "checkpoint" in settings:
        given["checkpoint_config"] = Invoked(Imported(shapes, "CheckpointConfig"), {"s3_uri": settings["checkpoint"]})
    return Job("v3", Invoked(Method(Imported("sagemaker.core.resources", "TrainingJob"), "create"), given))


# -- boto3 ---------------------------------------------------------------------------------------------------------


def _definition(settings: Mapping[str, Constant]) -> dict[str, Tree]:
    names = {"instance_type": "InstanceType", "instance_count": "InstanceCount"}
    resources = renamed(settings, {**names, "keep_alive": "KeepAlivePeriodInSeconds"})
    stop = renamed(settings, {"max_run": "MaxRuntimeInSeconds", "max_wait": "MaxWaitTimeInSeconds"})
    found: dict[str, Tree] = {
        "AlgorithmSpecification": Table({"TrainingImage": "image:1", "TrainingInputMode": "File"}),
        "RoleArn": Code("ROLE"),
        "OutputDataConfig": Table({"S3OutputPath": "s3://jobs/output"}),
        "ResourceConfig": Table({**resources, "VolumeSizeInGB": 30}),
        "StoppingCondition": Table(stop),
        **renamed(settings, {"spot": "EnableManagedSpotTraining"}),
    }
    if "checkpoint" in settings:
        found["CheckpointConfig"] = Table({"S3Uri": settings["checkpoint"]})
    return found


def _asked(name: str, given: Mapping[str, Tree]) -> Job:
    return Job("v2", Invoked(Method(Client("sagemaker"), name), given))


def training_boto3(choose: Choices) -> Job:
    """``create_training_job``."""
    given = {"TrainingJobName": f"job-{choose.number()}", **_definition(training_settings(choose))}
    return _asked("create_training_job", given)


def tuning_boto3(choose: Choices) -> Job:
    """``create_hyper_parameter_tuning_job``."""
    config: dict[str, Tree] = {
        "Strategy": choose.one(("Random", "Bayesian", "Hyperband")),
        "ResourceLimits": Table({"MaxNumberOfTrainingJobs": choose.one((5, 20)), "MaxParallelTrainingJobs": 2}),
    }
    if choose.often():
        config["TrainingJobEarlyStoppingType"] = choose.one(("Auto", "Off"))
    settings = training_settings(choose)
    settings.pop("keep_alive", None)
    given = {
        "HyperParameterTuningJobName": f"search-{choose.number()}",
        "HyperParameterTuningJobConfig": Table(config),
        "TrainingJobDefinition": Table(_definition(settings)),
    }
    return _asked("create_hyper_parameter_tuning_job", given)


def processing_boto3(choose: Choices) -> Job:
    """``create_processing_job``."""
    cluster: dict[str, Tree] = {"InstanceCount": choose.one((1, 2)), "InstanceType": choose.one(TRAINED_ON)}
    given: dict[str, Tree] = {
        "ProcessingJobName": f"prepare-{choose.number()}",
        "ProcessingResources": Table({"ClusterConfig": Table({**cluster, "VolumeSizeInGB": 20})}),
        "AppSpecification": Table({"ImageUri": "image:1"}),
        "RoleArn": Code("ROLE"),
    }
    if choose.often():
        given["StoppingCondition"] = Table({"MaxRuntimeInSeconds": choose.one(TIMES)})
    return _asked("create_processing_job", given)


def configuration_boto3(choose: Choices) -> Job:
    """``create_endpoint_config`` of one or two variants."""
    variants = tuple(
        Table(
            {
                "VariantName": f"variant-{index}",
                "ModelName": "model",
                "InitialInstanceCount": choose.one((1, 3)),
                "InstanceType": choose.one(SERVED_ON),
            }
        )
        for index in range(choose.one((1, 2)))
    )
    given = {"EndpointConfigName": f"config-{choose.number()}", "ProductionVariants": Several(variants)}
    return _asked("create_endpoint_config", given)


def notebook_boto3(choose: Choices) -> Job:
    """``create_notebook_instance``."""
    given: dict[str, Tree] = {
        "NotebookInstanceName": f"desk-{choose.number()}",
        "InstanceType": choose.one(("ml.t3.medium", "ml.m5.xlarge")),
        "RoleArn": Code("ROLE"),
    }
    return _asked("create_notebook_instance", given)


#: What starts the jobs of each SDK.
DIALECTS: dict[str, tuple[Callable[[Choices], Job], ...]] = {
    "v1": (training_v1, tuning_v1),
    "v2": (training_v2, tuning_v2, processing_v2, transform_v2, endpoint_v2, pipeline_v2),
    "modules": (training_modules,),
    "v3": (training_v3, tuning_v3, processing_v3),
    "v3core": (training_core,),
    "boto3": (training_boto3, tuning_boto3, processing_boto3, configuration_boto3, notebook_boto3),
}
