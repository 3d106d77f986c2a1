from sagemaker.core import resources as r
from sagemaker.core import shapes as s
import sagemaker.core.resources as core_resources
from sagemaker.core.resources import App, AutoMLJobV2, Cluster, Space, UserProfile, LabelingJob, OptimizationJob

ROLE = "arn:aws:iam::111122223333:role/x"
spec = s.AlgorithmSpecification(training_image="i", training_input_mode="File")
config = dict(instance_type="ml.trn1.2xlarge", instance_count=1, volume_size_in_gb=100)
request = {
    "training_job_name": "j",
    "algorithm_specification": spec,
    "role_arn": ROLE,
    "resource_config": s.ResourceConfig(**config, keep_alive_period_in_seconds=900),
    "stopping_condition": s.StoppingCondition(max_runtime_in_seconds=1000),
}
request["enable_managed_spot_training"] = False
r.TrainingJob.create(**request)

definition = s.HyperParameterTrainingJobDefinition(
    algorithm_specification=spec, role_arn=ROLE,
    resource_config=s.ResourceConfig(instance_type="ml.m5.large", instance_count=2, volume_size_in_gb=1),
    stopping_condition=s.StoppingCondition(max_runtime_in_seconds=600, max_wait_time_in_seconds=900),
    enable_managed_spot_training=True,
    checkpoint_config=s.CheckpointConfig(s3_uri="s3://c"),
)
limits = s.ResourceLimits(max_parallel_training_jobs=1)
limits.max_number_of_training_jobs = 9
tuning_config = s.HyperParameterTuningJobConfig(strategy="Bayesian", resource_limits=limits, training_job_early_stopping_type="Auto")
core_resources.HyperParameterTuningJob.create(
    hyper_parameter_tuning_job_name="t", hyper_parameter_tuning_job_config=tuning_config, training_job_definition=definition)


def variants(names):
    return [s.ProductionVariant(variant_name=n, model_name=n, instance_type="ml.c5.large", initial_instance_count=1) for n in names]


ec = r.EndpointConfig.create(endpoint_config_name="cfg", production_variants=variants(["a", "b"]))
ep = r.Endpoint.create(endpoint_name="two", endpoint_config_name="cfg")
mm = r.Model.create(model_name="mm", execution_role_arn=ROLE,
                    primary_container=s.ContainerDefinition(image="i", mode="MultiModel", model_data_url="s3://m/"))
r.EndpointConfig.create(endpoint_config_name="mm", production_variants=[s.ProductionVariant(
    variant_name="v", model_name=mm.model_name, instance_type="ml.m5.xlarge", initial_instance_count=2)])
multi = r.Endpoint.create(endpoint_name="mm", endpoint_config_name="mm")

UserProfile.create(domain_id="d", user_profile_name="u")
Space.create(domain_id="d", space_name="s", space_settings=s.SpaceSettings(
    jupyter_lab_app_settings=s.SpaceJupyterLabAppSettings(default_resource_spec=s.ResourceSpec(instance_type="ml.t3.xlarge"))))
App.create(domain_id="d", app_type="JupyterLab", app_name="a", resource_spec=s.ResourceSpec(instance_type="ml.g4dn.xlarge"))
AutoMLJobV2.create(auto_ml_job_name="a", auto_ml_job_input_data_config=[], output_data_config=s.AutoMLOutputDataConfig(s3_output_path="s3://x"),
                   auto_ml_problem_type_config=s.AutoMLProblemTypeConfig(), role_arn=ROLE)
OptimizationJob.create(optimization_job_name="o", role_arn=ROLE, deployment_instance_type="ml.g6.12xlarge", model_source=None,
                       optimization_configs=[], output_config=None, stopping_condition=s.StoppingCondition(max_runtime_in_seconds=7200))
Cluster.get(cluster_name="c").refresh()
r.TrainingJob.get("old").stop()
for endpoint in r.Endpoint.get_all(name_contains="tmp"):
    print(endpoint.endpoint_status)
ep.delete()
