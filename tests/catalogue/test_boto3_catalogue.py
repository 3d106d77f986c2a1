import pytest

from sagegreen.sagemaker.catalogue import load_boto3


def test_training_job_input():
    operation = load_boto3().operation("sagemaker", "create_training_job")
    assert operation is not None
    assert operation.name == "CreateTrainingJob"
    shape = operation.input
    assert shape is not None
    assert {"TrainingJobName", "RoleArn", "OutputDataConfig"} <= shape.required
    assert shape.members["EnableManagedSpotTraining"].kind == "boolean"
    stopping = shape.members["StoppingCondition"]
    assert (stopping.kind, stopping.name) == ("structure", "StoppingCondition")
    assert {"MaxRuntimeInSeconds", "MaxWaitTimeInSeconds"} <= set(stopping.members)
    assert "S3Uri" in shape.members["CheckpointConfig"].required
    rules = shape.members["DebugRuleConfigurations"]
    assert rules.kind == "list"
    assert rules.element is not None
    assert "RuleEvaluatorImage" in rules.element.members
    assert "UseSpotInstances" not in shape.members


def test_strings_know_their_enumeration():
    operation = load_boto3().operation("sagemaker", "create_hyper_parameter_tuning_job")
    assert operation is not None
    assert operation.input is not None
    configuration = operation.input.members["HyperParameterTuningJobConfig"]
    assert configuration.members["Strategy"].values == {"Bayesian", "Random", "Hyperband", "Grid"}
    assert configuration.members["TrainingJobEarlyStoppingType"].values == {"Off", "Auto"}


def test_studio_spaces_have_no_lifecycle_switch():
    """Domains take ``LifecycleManagement``, spaces only the time: the service model tells them apart."""
    domain = load_boto3().operation("sagemaker", "create_domain")
    space = load_boto3().operation("sagemaker", "create_space")
    assert domain is not None
    assert domain.input is not None
    assert space is not None
    assert space.input is not None
    path = ("JupyterLabAppSettings", "AppLifecycleManagement", "IdleSettings")
    of_domain, of_space = domain.input.members["DefaultUserSettings"], space.input.members["SpaceSettings"]
    for step in path:
        of_domain, of_space = of_domain.members[step], of_space.members[step]
    assert "LifecycleManagement" in of_domain.members
    assert set(of_space.members) == {"IdleTimeoutInMinutes"}


@pytest.mark.parametrize(
    ("service", "method", "member"),
    [
        ("application-autoscaling", "register_scalable_target", "MinCapacity"),
        ("application-autoscaling", "put_scaling_policy", "TargetTrackingScalingPolicyConfiguration"),
        ("logs", "put_retention_policy", "retentionInDays"),
        ("s3", "put_object", "StorageClass"),
        ("s3", "put_bucket_lifecycle_configuration", "LifecycleConfiguration"),
        ("emr", "put_auto_termination_policy", "AutoTerminationPolicy"),
        ("events", "put_rule", "ScheduleExpression"),
        ("scheduler", "create_schedule", "ScheduleExpression"),
        ("glue", "create_dev_endpoint", "NumberOfNodes"),
        ("cloudwatch", "put_metric_alarm", "AlarmName"),
    ],
)
def test_neighbouring_services(service, method, member):
    operation = load_boto3().operation(service, method)
    assert operation is not None
    assert operation.input is not None
    assert member in operation.input.members


def test_operations_without_a_kept_input_are_still_operations():
    catalogue = load_boto3()
    describe = catalogue.operation("sagemaker", "describe_training_job")
    assert describe is not None
    assert not describe.input_known
    assert catalogue.is_operation("sts", "get_caller_identity")
    assert not catalogue.is_operation("sagemaker", "create_train_job")
    assert catalogue.operation("sagemaker", "create_train_job") is None
    assert not catalogue.is_operation("no-such-service", "create_training_job")


def test_instance_types_differ_by_api():
    catalogue = load_boto3()
    assert "ml.c7g.xlarge" in catalogue.instance_types("ProductionVariantInstanceType")
    assert "ml.c7g.xlarge" not in catalogue.instance_types("TrainingInstanceType")
    for shape in (
        "ProcessingInstanceType",
        "TransformInstanceType",
        "InstanceType",
        "AppInstanceType",
        "ClusterInstanceType",
    ):
        assert "ml.m5.xlarge" in catalogue.instance_types(shape)
    assert "ml_c5" in catalogue.enumeration("TargetDevice")
    with pytest.raises(LookupError):
        catalogue.instance_types("NoSuchInstanceType")


def test_regions_by_partition():
    regions = load_boto3().regions
    assert "eu-north-1" in regions["aws"]
    assert regions["aws-cn"] == {"cn-north-1", "cn-northwest-1"}


def test_recursive_shapes_can_be_walked():
    catalogue = load_boto3()
    for service in catalogue.services:
        for method in catalogue.operations(service):
            operation = catalogue.operation(service, method)
            assert operation is not None
            if operation.input is not None:
                assert operation.input.required <= set(operation.input.members)
                for shape in operation.input.members.values():
                    assert shape.kind


def test_transfers_know_the_order_of_their_parameters():
    boto3 = load_boto3()
    assert boto3.transfer("client", "upload_file") == ("Filename", "Bucket", "Key", "ExtraArgs", "Callback", "Config")
    assert boto3.transfer("Bucket", "upload_fileobj")[:2] == ("Fileobj", "Key")
    assert boto3.transfer("Object", "copy")[:2] == ("CopySource", "ExtraArgs")
    assert boto3.transfer("client", "put_object") is None
