"""The SageMaker Python SDK 2.x, and 1.x, whose names bind to the same parameters through the SDK's own renames."""

from __future__ import annotations

from sagegreen.sagemaker.forms import Form, Nested

ESTIMATOR = "sagemaker.estimator.EstimatorBase"
TUNER = "sagemaker.tuner.HyperparameterTuner"
PROCESSOR = "sagemaker.processing.Processor"
TRANSFORMER = "sagemaker.transformer.Transformer"
MODEL = "sagemaker.model.Model"
STEP = "sagemaker.workflow.entities.Entity"

MONITOR = "sagemaker.model_monitor.model_monitoring.ModelMonitor"

#: What a monitor was made with holds for its schedules, and for the processing jobs that make their baselines.
MONITORED = {
    "instance_type": "instance_type",
    "instance_count": "instance_count",
    "max_run": "max_runtime_in_seconds",
    "session": "sagemaker_session",
}
BASELINES = ("suggest_baseline", "run_baseline")

_INSTANCES = {"instance_type": ("instance_type",), "instance_count": ("instance_count",)}
_INITIAL = {"instance_type": ("instance_type",), "instance_count": ("initial_instance_count",)}

TRAINING = {
    **_INSTANCES,
    "spot": ("use_spot_instances",),
    "max_run": ("max_run",),
    "max_wait": ("max_wait",),
    "checkpoint": ("checkpoint_s3_uri",),
    "checkpoint_local_path": ("checkpoint_local_path",),
    "rules": ("rules",),
    "distribution": ("distribution",),
    "keep_alive": ("keep_alive_period_in_seconds",),
    "debugger_hook": ("debugger_hook_config",),
    "profiler_disabled": ("disable_profiler",),
    "hyperparameters": ("hyperparameters",),
    "framework_version": ("framework_version",),
    "image": ("image_uri",),
    "training_plan": ("training_plan",),
    "instance_groups": ("instance_groups",),
    "group_instance_type": ("instance_groups", "*", "instance_type"),
    "compiler": ("compiler_config",),
    "volume_size": ("volume_size",),
    "session": ("sagemaker_session",),
    "entry_point": ("entry_point",),
    "source_dir": ("source_dir",),
    "role": ("role",),
    "output_path": ("output_path",),
    "base_job_name": ("base_job_name",),
    "max_retry_attempts": ("max_retry_attempts",),
    "input_mode": ("input_mode",),
}

_TUNING = {
    "strategy": ("strategy",),
    "max_jobs": ("max_jobs",),
    "max_parallel_jobs": ("max_parallel_jobs",),
    "early_stopping": ("early_stopping_type",),
    "ranges": ("hyperparameter_ranges",),
    "estimator": ("estimator",),
    "completion_criteria": ("completion_criteria_config",),
    "warm_start": ("warm_start_config",),
    "metric": ("objective_metric_name",),
    "autotune": ("autotune",),
}

_DEPLOYMENT = {
    **_INITIAL,
    "endpoint_name": ("endpoint_name",),
    "serverless": ("serverless_inference_config",),
    "asynchronous": ("async_inference_config",),
    "data_capture": ("data_capture_config",),
    "accelerator": ("accelerator_type",),
    "endpoint_type": ("endpoint_type",),
    "managed_scaling": ("managed_instance_scaling",),
    "update_endpoint": ("update_endpoint",),
    "inference_config": ("inference_config",),
}

_PROCESSING = {
    **_INSTANCES,
    "max_run": ("max_runtime_in_seconds",),
    "session": ("sagemaker_session",),
    "image": ("image_uri",),
    "framework_version": ("framework_version",),
}
_TRANSFORM = {**_INSTANCES, "session": ("sagemaker_session",)}

_REGISTRATION = {
    "approval": ("approval_status",),
    "group": ("model_package_group_name",),
    "model_card": ("model_card",),
    "model_metrics": ("model_metrics",),
}

_REMOTE = {
    **_INSTANCES,
    "spot": ("use_spot_instances",),
    "max_run": ("max_runtime_in_seconds",),
    "max_wait": ("max_wait_time_in_seconds",),
    "keep_alive": ("keep_alive_period_in_seconds",),
    "session": ("sagemaker_session",),
}

_DEBUGGER = {"rules": Nested("sagemaker.debugger", "ProfilerRule")}
_RECEIVER = {"instance_type": "instance_type", "builder_mode": "mode"}

FORMS: tuple[Form, ...] = (
    Form("training_job", "v2", ESTIMATOR, "__init__", TRAINING, _DEBUGGER),
    Form("tuning_job", "v2", TUNER, "__init__", _TUNING),
    Form("tuning_job", "v2", TUNER, "create", {**_TUNING, "estimator": ("estimator_dict",)}),
    Form("processing_job", "v2", PROCESSOR, "__init__", _PROCESSING),
    Form("transform_job", "v2", TRANSFORMER, "__init__", {**_TRANSFORM, "model_name": ("model_name",)}),
    *(
        Form("transform_job", "v2", owner, "transformer", _TRANSFORM)
        for owner in (ESTIMATOR, MODEL, "sagemaker.pipeline.PipelineModel")
    ),
    *(
        Form("endpoint", "v2", owner, "deploy", _DEPLOYMENT, fallback=_RECEIVER)
        for owner in (
            MODEL,
            "sagemaker.model.ModelBase",
            "sagemaker.serve.builder.model_builder.ModelBuilder",
        )
    ),
    *(
        # what these were made with says where they train, not where their model is served
        Form("endpoint", "v2", owner, "deploy", _DEPLOYMENT)
        for owner in (
            ESTIMATOR,
            "sagemaker.multidatamodel.MultiDataModel",
            "sagemaker.pipeline.PipelineModel",
            TUNER,
            "sagemaker.automl.automl.AutoML",
            "sagemaker.automl.automlv2.AutoMLV2",
        )
    ),
    Form(
        "endpoint",
        "v2",
        "sagemaker.session.Session",
        "endpoint_from_production_variants",
        {
            "endpoint_name": ("name",),
            "instance_type": ("production_variants", "*", "instance_type"),
            "instance_count": ("production_variants", "*", "initial_instance_count"),
            "serverless": ("production_variants", "*", "serverless_inference_config"),
            "model_name": ("production_variants", "*", "model_name"),
            "asynchronous": ("async_inference_config_dict",),
            "data_capture": ("data_capture_config_dict",),
        },
    ),
    *(
        Form("endpoint", "v2", "sagemaker.session.Session", method, {**_INITIAL, "endpoint_name": ("name",)})
        for method in ("endpoint_from_model_data", "endpoint_from_job", "create_endpoint_config")
    ),
    Form(
        "endpoint",
        "v2",
        "sagemaker.session.Session",
        "create_endpoint",
        {"endpoint_name": ("endpoint_name",), "config_name": ("config_name",)},
    ),
    Form(
        "pipeline",
        "v2",
        "sagemaker.workflow.pipeline.Pipeline",
        "__init__",
        {"steps": ("steps",), "session": ("sagemaker_session",)},
    ),
    *(
        Form("model_registration", "v2", owner, "register", _REGISTRATION)
        for owner in (
            ESTIMATOR,
            MODEL,
            "sagemaker.pipeline.PipelineModel",
            "sagemaker.multidatamodel.MultiDataModel",
        )
    ),
    Form(
        "model_registration",
        "v2",
        "sagemaker.workflow.step_collections.RegisterModel",
        "__init__",
        _REGISTRATION,
    ),
    *(
        Form(
            "pipeline_step",
            "v2",
            owner,
            "__init__",
            {
                "cache": ("cache_config",),
                "estimator": ("estimator",),
                "tuner": ("tuner",),
                "processor": ("processor",),
                "transformer": ("transformer",),
                "step_args": ("step_args",),
                "name": ("name",),
            },
        )
        for owner in ("sagemaker.workflow.steps.Step", "sagemaker.workflow.step_collections.StepCollection")
    ),
    Form("pipeline_step", "v2", "sagemaker.workflow.function_step", "step", _REMOTE),
    Form("remote_function", "v2", "sagemaker.remote_function.client", "remote", _REMOTE),
    Form("remote_function", "v2", "sagemaker.remote_function.client.RemoteExecutor", "__init__", _REMOTE),
    Form(
        "feature_group",
        "v2",
        "sagemaker.feature_store.feature_group.FeatureGroup",
        "create",
        {"online_store": ("enable_online_store",), "ttl": ("ttl_duration",)},
    ),
    Form(
        "monitoring_schedule",
        "v2",
        "sagemaker.model_monitor.model_monitoring.ModelMonitor",
        "create_monitoring_schedule",
        {"cron": ("schedule_cron_expression",)},
        fallback={
            "instance_type": "instance_type",
            "instance_count": "instance_count",
            "max_run": "max_runtime_in_seconds",
        },
    ),
    *(Form("processing_job", "v2", MONITOR, method, fallback=MONITORED) for method in BASELINES),
    Form(
        "other_job",
        "v2",
        "sagemaker.automl.automl.AutoML",
        "__init__",
        {"max_run": ("total_job_runtime_in_seconds",)},
    ),
    Form(
        "other_job",
        "v2",
        "sagemaker.automl.automlv2.AutoMLV2",
        "__init__",
        {"max_run": ("problem_config", "max_total_job_runtime_in_seconds")},
    ),
    Form("other_job", "v2", ESTIMATOR, "compile_model", {"max_run": ("compile_max_run",)}),
    Form("other_job", "v2", MODEL, "compile", {"max_run": ("compile_max_run",)}),
    Form("other_job", "v2", MODEL, "right_size", {"max_run": ("job_duration_in_seconds",)}),
    Form(
        "other_job",
        "v2",
        "sagemaker.serve.builder.model_builder.ModelBuilder",
        "optimize",
        {"instance_type": ("instance_type",), "max_run": ("max_runtime_in_sec",)},
    ),
)
