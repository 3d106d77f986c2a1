"""The SageMaker Python SDK 3.x: ``sagemaker.train``, ``serve``, ``mlops`` and the classes of ``core``."""

from __future__ import annotations

from sagegreen.sagemaker.dialects import v2
from sagegreen.sagemaker.forms import Form, Nested

TRAINER = "sagemaker.train.model_trainer.ModelTrainer"

_CONFIGS = "sagemaker.train.configs"

NESTED = {
    "compute": Nested(_CONFIGS, "Compute"),
    "stopping_condition": Nested(_CONFIGS, "StoppingCondition"),
    "checkpoint_config": Nested(_CONFIGS, "CheckpointConfig"),
}

TRAINING = {
    "instance_type": ("compute", "instance_type"),
    "instance_count": ("compute", "instance_count"),
    "spot": ("compute", "enable_managed_spot_training"),
    "keep_alive": ("compute", "keep_alive_period_in_seconds"),
    "instance_groups": ("compute", "instance_groups"),
    "group_instance_type": ("compute", "instance_groups", "*", "instance_type"),
    "instance_preferences": ("compute", "instance_preferences"),
    "training_plan": ("compute", "training_plan_arn"),
    "volume_size": ("compute", "volume_size_in_gb"),
    "max_run": ("stopping_condition", "max_runtime_in_seconds"),
    "max_wait": ("stopping_condition", "max_wait_time_in_seconds"),
    "checkpoint": ("checkpoint_config",),
    "checkpoint_uri": ("checkpoint_config", "s3_uri"),
    "distribution": ("distributed",),
    "hyperparameters": ("hyperparameters",),
    "image": ("training_image",),
    "algorithm": ("algorithm_name",),
    "session": ("sagemaker_session",),
    "training_mode": ("training_mode",),
    "source_code": ("source_code",),
    "entry_point": ("source_code", "entry_script"),
    "source_dir": ("source_code", "source_dir"),
    "command": ("source_code", "command"),
    "role": ("role",),
    "output_path": ("output_data_config", "s3_output_path"),
    "base_job_name": ("base_job_name",),
    "compute": ("compute",),
    "stopping_condition": ("stopping_condition",),
    "input_mode": ("training_input_mode",),
}

_RECIPES = ("SFTTrainer", "DPOTrainer", "RLVRTrainer", "RLAIFTrainer", "CPTTrainer", "MultiTurnRLTrainer")
_RECIPE_MODULES = {
    "SFTTrainer": "sft_trainer",
    "DPOTrainer": "dpo_trainer",
    "RLVRTrainer": "rlvr_trainer",
    "RLAIFTrainer": "rlaif_trainer",
    "CPTTrainer": "cpt_trainer",
    "MultiTurnRLTrainer": "multi_turn_rl_trainer",
}

_INSTANCES = {"instance_type": ("instance_type",), "instance_count": ("instance_count",)}

_DEPLOYMENT = {
    "instance_type": ("instance_type",),
    "instance_count": ("initial_instance_count",),
    "endpoint_name": ("endpoint_name",),
    "inference_config": ("inference_config",),
    "serverless": ("serverless_inference_config",),
    "asynchronous": ("async_inference_config",),
    "data_capture": ("data_capture_config",),
    "update_endpoint": ("update_endpoint",),
}

_REMOTE = {
    **_INSTANCES,
    "spot": ("use_spot_instances",),
    "max_run": ("max_runtime_in_seconds",),
    "max_wait": ("max_wait_time_in_seconds",),
    "keep_alive": ("keep_alive_period_in_seconds",),
    "session": ("sagemaker_session",),
}

FORMS: tuple[Form, ...] = (
    *(
        Form("training_job", "v3", TRAINER, method, TRAINING, NESTED)
        for method in ("__init__", "from_recipe", "from_jumpstart_config")
    ),
    *(
        Form("training_job", "v3", f"sagemaker.train.{_RECIPE_MODULES[name]}.{name}", "__init__", TRAINING, NESTED)
        for name in _RECIPES
    ),
    Form(
        "tuning_job",
        "v3",
        "sagemaker.train.tuner.HyperparameterTuner",
        "__init__",
        {
            "strategy": ("strategy",),
            "max_jobs": ("max_jobs",),
            "max_parallel_jobs": ("max_parallel_jobs",),
            "early_stopping": ("early_stopping_type",),
            "ranges": ("hyperparameter_ranges",),
            "estimator": ("model_trainer",),
            "completion_criteria": ("completion_criteria_config",),
            "warm_start": ("warm_start_config",),
            "metric": ("objective_metric_name",),
            "autotune": ("autotune",),
        },
    ),
    Form(
        "processing_job",
        "v3",
        "sagemaker.core.processing.Processor",
        "__init__",
        {
            **_INSTANCES,
            "max_run": ("max_runtime_in_seconds",),
            "session": ("sagemaker_session",),
            "image": ("image_uri",),
        },
    ),
    Form(
        "transform_job",
        "v3",
        "sagemaker.core.transformer.Transformer",
        "__init__",
        {**_INSTANCES, "session": ("sagemaker_session",), "model_name": ("model_name",)},
    ),
    Form("transform_job", "v3", "sagemaker.serve.model_builder.ModelBuilder", "transformer", _INSTANCES),
    Form(
        "endpoint",
        "v3",
        "sagemaker.serve.model_builder.ModelBuilder",
        "deploy",
        _DEPLOYMENT,
        fallback={"instance_type": "instance_type", "builder_mode": "mode"},
    ),
    Form(
        "model_registration",
        "v3",
        "sagemaker.serve.model_builder.ModelBuilder",
        "register",
        {
            "approval": ("approval_status",),
            "group": ("model_package_group_name",),
            "model_card": ("model_card",),
            "model_metrics": ("model_metrics",),
        },
    ),
    Form(
        "other_job",
        "v3",
        "sagemaker.serve.model_builder.ModelBuilder",
        "optimize",
        {"instance_type": ("instance_type",), "max_run": ("max_runtime_in_sec",)},
    ),
    Form(
        "other_job",
        "v3",
        "sagemaker.serve.model_builder.ModelBuilder",
        "right_size",
        {"max_run": ("job_duration_in_seconds",)},
    ),
    Form(
        "pipeline",
        "v3",
        "sagemaker.mlops.workflow.pipeline.Pipeline",
        "__init__",
        {"steps": ("steps",), "session": ("sagemaker_session",)},
    ),
    *(
        Form(
            "pipeline_step",
            "v3",
            owner,
            "__init__",
            {"cache": ("cache_config",), "step_args": ("step_args",), "name": ("name",)},
        )
        for owner in (
            "sagemaker.mlops.workflow.steps.Step",
            "sagemaker.mlops.workflow.step_collections.StepCollection",
        )
    ),
    Form("pipeline_step", "v3", "sagemaker.mlops.workflow.function_step", "step", _REMOTE),
    Form("remote_function", "v3", "sagemaker.core.remote_function.client", "remote", _REMOTE),
    Form("remote_function", "v3", "sagemaker.core.remote_function.client.RemoteExecutor", "__init__", _REMOTE),
    Form(
        "monitoring_schedule",
        "v3",
        "sagemaker.core.model_monitor.model_monitoring.ModelMonitor",
        "create_monitoring_schedule",
        {"cron": ("schedule_cron_expression",)},
        fallback={
            "instance_type": "instance_type",
            "instance_count": "instance_count",
            "max_run": "max_runtime_in_seconds",
        },
    ),
    *(
        Form(
            "processing_job",
            "v3",
            "sagemaker.core.model_monitor.model_monitoring.ModelMonitor",
            method,
            fallback=v2.MONITORED,
        )
        for method in v2.BASELINES
    ),
    Form(
        "feature_group",
        "v3",
        "sagemaker.mlops.feature_store.feature_group_manager.FeatureGroupManager",
        "create",
        {
            "online_store": ("online_store_config", "enable_online_store"),
            "ttl": ("online_store_config", "ttl_duration"),
        },
    ),
)
