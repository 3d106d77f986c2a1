"""Facts confirmed in the installed SDK releases, asked of the catalogues."""

import pytest

from sagegreen.sagemaker.catalogue import ParameterKind, load


@pytest.mark.parametrize(
    ("generation", "written", "canonical"),
    [
        ("v1", "sagemaker.s3_input", "sagemaker.inputs.s3_input"),
        ("v1", "sagemaker.RealTimePredictor", "sagemaker.predictor.RealTimePredictor"),
        ("v1", "sagemaker.pytorch.PyTorch", "sagemaker.pytorch.estimator.PyTorch"),
        ("v2", "sagemaker.pytorch.PyTorch", "sagemaker.pytorch.estimator.PyTorch"),
        ("v2", "sagemaker.PCA", "sagemaker.amazon.pca.PCA"),
        ("v2", "sagemaker.Session", "sagemaker.session.Session"),
        ("v2", "sagemaker.session", "sagemaker.session"),
        ("v2", "sagemaker.session.s3_input", "sagemaker.inputs.TrainingInput"),
        ("v2", "sagemaker.predictor.RealTimePredictor", "sagemaker.base_predictor.Predictor"),
        ("v2", "sagemaker.debugger.Rule.sagemaker", "sagemaker.debugger.debugger.Rule.sagemaker"),
        ("v2", "sagemaker.spark.PySparkProcessor", "sagemaker.spark.processing.PySparkProcessor"),
        ("v2", "sagemaker.image_uris.retrieve", "sagemaker.image_uris.retrieve"),
        ("v2", "sagemaker.remote_function.remote", "sagemaker.remote_function.client.remote"),
        ("v2", "sagemaker.modules.train.ModelTrainer", "sagemaker.modules.train.model_trainer.ModelTrainer"),
        (
            "v2",
            "sagemaker_core.main.resources.TrainingJob.create",
            "sagemaker_core.main.resources.TrainingJob.create",
        ),
        ("v3", "sagemaker.train.ModelTrainer", "sagemaker.train.model_trainer.ModelTrainer"),
        ("v3", "sagemaker.train.configs.Compute", "sagemaker.core.training.configs.Compute"),
        ("v3", "sagemaker.mlops.ModelBuilder", "sagemaker.serve.model_builder.ModelBuilder"),
        ("v3", "sagemaker.core.shapes.StoppingCondition", "sagemaker.core.shapes.shapes.StoppingCondition"),
        ("v3", "sagemaker.core.Transformer", "sagemaker.core.transformer.Transformer"),
    ],
)
def test_reexports_lead_to_the_defining_name(generation, written, canonical):
    assert load(generation).canonical(written) == canonical


@pytest.mark.parametrize(
    ("generation", "written"),
    [
        ("v2", "sagemaker.s3_input"),
        ("v2", "sagemaker.Estimator"),
        ("v2", "sagemaker.estimator.Estimator.no_such_method"),
        ("v2", "sagemaker.estimator.Estimator.fit.more"),
        ("v2", "numpy.array"),
        ("v3", "sagemaker.Session"),
        ("v3", "sagemaker.estimator.Estimator"),
        ("v3", ""),
    ],
)
def test_what_the_sdk_lacks_has_no_canonical_name(generation, written):
    assert load(generation).canonical(written) is None


def test_rule_configurations_come_from_their_own_package():
    found = load("v2").canonical("sagemaker.debugger.rule_configs.overfit")
    assert found is not None
    assert load("v2").is_function(found)


def positions(signature):
    return [p.name for p in signature.parameters if p.kind is ParameterKind.POSITIONAL_OR_KEYWORD]


def older(catalogue, version_before, name):
    """The signature whose range ends with the release ``version_before``."""
    return next(s for r, s in catalogue.older_signatures(name) if r.endswith(f"<{version_before}"))


def test_estimator_positions_moved_at_2_110():
    v2 = load("v2")
    name = "sagemaker.estimator.Estimator"
    newest = v2.signature(name)
    assert newest is not None
    assert positions(newest)[:8] == [
        "image_uri",
        "role",
        "instance_count",
        "instance_type",
        "keep_alive_period_in_seconds",
        "volume_size",
        "volume_kms_key",
        "max_run",
    ]
    assert newest.position("use_spot_instances") == 21
    assert newest.position("max_wait") == 22
    before = older(v2, "2.110.0", name)
    assert positions(before)[4:7] == ["volume_size", "volume_kms_key", "max_run"]
    assert before.parameter("keep_alive_period_in_seconds") is None


def test_sklearn_processor_order_flipped_at_2_109():
    v2 = load("v2")
    name = "sagemaker.sklearn.processing.SKLearnProcessor"
    newest = v2.signature(name)
    assert newest is not None
    assert positions(newest)[1:4] == ["role", "instance_count", "instance_type"]
    assert positions(older(v2, "2.109.0", name))[1:4] == ["role", "instance_type", "instance_count"]


def test_tuner_positions_moved_at_2_133():
    v2 = load("v2")
    name = "sagemaker.tuner.HyperparameterTuner"
    newest = v2.signature(name)
    assert newest is not None
    assert newest.position("strategy") == 4
    assert newest.position("max_runtime_in_seconds") == 8
    before = older(v2, "2.133.0", name)
    assert before.position("tags") == 8
    assert before.parameter("max_runtime_in_seconds") is None


def test_older_signatures_are_newest_first_and_never_the_newest():
    v2 = load("v2")
    name = "sagemaker.estimator.Estimator"
    found = v2.older_signatures(name)
    lows = [tuple(map(int, r.split(",")[0].removeprefix(">=").split("."))) for r, _ in found]
    assert lows == sorted(lows, reverse=True)
    assert v2.signature(name) not in [signature for _, signature in found]


def test_spark_processors_take_the_type_before_the_count():
    signature = load("v2").signature("sagemaker.spark.processing.PySparkProcessor")
    assert signature is not None
    assert signature.position("instance_type") is not None
    assert signature.position("instance_type") < signature.position("instance_count")


def test_framework_estimators_show_what_they_hand_to_their_bases():
    signature = load("v2").signature("sagemaker.pytorch.estimator.PyTorch")
    assert signature is not None
    assert positions(signature)[:4] == ["entry_point", "framework_version", "py_version", "source_dir"]
    spot = signature.parameter("use_spot_instances")
    assert spot is not None
    assert (spot.kind, spot.required, spot.has_literal_default, spot.default) == (
        ParameterKind.KEYWORD_ONLY,
        False,
        True,
        False,
    )
    runtime = signature.parameter("max_run")
    assert runtime is not None
    assert runtime.default == 86400
    assert signature.accepts_any_keyword
    names = [p.name for p in signature.parameters]
    assert len(names) == len(set(names))


def test_a_base_argument_that_the_class_gives_itself_is_not_offered():
    signature = load("v2").signature("sagemaker.amazon.lda.LDA")
    assert signature is not None
    assert positions(signature)[:2] == ["role", "instance_type"]
    assert signature.parameter("instance_count") is None
    assert signature.parameter("max_run") is not None


def test_algorithm_estimator_keeps_its_keywords_to_itself():
    v2 = load("v2")
    signature = v2.signature("sagemaker.algorithm.AlgorithmEstimator")
    assert signature is not None
    assert signature.parameter("use_spot_instances") is not None
    for dropped in ("checkpoint_s3_uri", "keep_alive_period_in_seconds", "rules", "environment"):
        assert signature.parameter(dropped) is None
    assert v2.is_subclass("sagemaker.algorithm.AlgorithmEstimator", "sagemaker.estimator.EstimatorBase")


def test_v1_names_and_refusal_of_unknown_keywords():
    signature = load("v1").signature("sagemaker.estimator.Estimator")
    assert signature is not None
    assert positions(signature)[:5] == [
        "image_name",
        "role",
        "train_instance_count",
        "train_instance_type",
        "train_volume_size",
    ]
    assert not signature.accepts_any_keyword


def test_v1_and_v2_models_swap_their_first_two_positions():
    v1, v2 = (load(g).signature("sagemaker.model.Model") for g in ("v1", "v2"))
    assert v1 is not None
    assert v2 is not None
    assert positions(v1)[:2] == ["model_data", "image"]
    assert positions(v2)[:2] == ["image_uri", "model_data"]


def test_deploy_is_found_on_subclasses():
    v2, v3 = load("v2"), load("v3")
    for name in ("sagemaker.pytorch.model.PyTorchModel", "sagemaker.sklearn.estimator.SKLearn"):
        signature = v2.signature(name, "deploy")
        assert signature is not None
        assert positions(signature)[:2] == ["initial_instance_count", "instance_type"]
    builder = v3.signature("sagemaker.serve.model_builder.ModelBuilder", "deploy")
    assert builder is not None
    assert builder.position("endpoint_name") == 0


def test_model_trainer_is_keyword_only_and_closed():
    signature = load("v3").signature("sagemaker.train.model_trainer.ModelTrainer")
    assert signature is not None
    assert {p.kind for p in signature.parameters} == {ParameterKind.KEYWORD_ONLY}
    assert signature.parameter("stopping_condition") is not None
    assert signature.parameter("rules") is None


def test_configuration_objects_inherit_the_fields_of_their_shapes():
    signature = load("v3").signature("sagemaker.core.training.configs.Compute")
    assert signature is not None
    assert signature.parameter("enable_managed_spot_training") is not None
    assert signature.parameter("keep_alive_period_in_seconds") is not None
    volume = signature.parameter("volume_size_in_gb")
    assert volume is not None
    assert volume.default == 30
    preview = load("v2").signature("sagemaker.modules.configs.Compute")
    assert preview is not None
    assert preview.parameter("instance_type") is not None


def test_core_resources_know_their_create_parameters():
    create = load("v3").signature("sagemaker.core.resources.TrainingJob", "create")
    assert create is not None
    assert create.parameter("enable_managed_spot_training") is not None
    assert create.position("training_job_name") == 0
    v2 = load("v2")
    assert v2.signature("sagemaker_core.main.resources.TrainingJob", "create") is not None
    assert v2.is_subclass("sagemaker.modules.configs.Compute", "sagemaker_core.main.shapes.ResourceConfig")


def test_remote_function_defaults():
    signature = load("v2").function_signature("sagemaker.remote_function.client.remote")
    assert signature is not None
    runtime = signature.parameter("max_runtime_in_seconds")
    assert runtime is not None
    assert (runtime.kind, runtime.default) == (ParameterKind.KEYWORD_ONLY, 86400)
    ranges = [r for r, s in load("v2").older_function_signatures("sagemaker.remote_function.client.remote")]
    assert any(r.endswith("<2.182.0") for r in ranges)


def test_enumerations_and_attrs_classes():
    v2 = load("v2")
    assert v2.enum_members("sagemaker.tuner.WarmStartTypes") == {
        "IDENTICAL_DATA_AND_ALGORITHM": "IdenticalDataAndAlgorithm",
        "TRANSFER_LEARNING": "TransferLearning",
    }
    assert v2.enum_members("sagemaker.estimator.Estimator") is None
    assert v2.canonical("sagemaker.tuner.WarmStartTypes.TRANSFER_LEARNING") is not None
    cache = v2.signature("sagemaker.workflow.steps.CacheConfig")
    assert cache is not None
    assert [(p.name, p.default) for p in cache.parameters] == [("enable_caching", False), ("expire_after", None)]


def test_symbols_that_came_or_went():
    v2 = load("v2")
    gone = v2.canonical("sagemaker.djl_inference.FasterTransformerModel")
    assert gone is not None
    assert v2.removed_in(gone) == "2.224.4"
    assert v2.added_in("sagemaker.modules.train.model_trainer.ModelTrainer") == "2.236.0"
    assert v2.added_in("sagemaker.estimator.Estimator") is None
    assert v2.removed_in("sagemaker.estimator.Estimator") is None


def test_renames_and_removed_modules():
    v2, v3 = load("v2"), load("v3")
    assert v2.renamed_keywords["train_instance_type"] == "instance_type"
    assert v2.renamed_keywords["train_use_spot_instances"] == "use_spot_instances"
    assert v2.renamed_keywords["image_name"] == "image_uri"
    assert ("image", "image_uri") in {(r.old, r.new) for r in v2.renamed_arguments}
    assert "sagemaker.estimator" in v3.removed_modules
    assert "sagemaker.serve" not in v3.removed_modules


def test_homonyms_stay_apart():
    v3 = load("v3")
    assert v3.canonical("sagemaker.core.shapes.TrainingJob") != v3.canonical("sagemaker.core.resources.TrainingJob")
    assert v3.signature("sagemaker.core.shapes.shapes.TrainingJob", "create") is None


@pytest.mark.parametrize("generation", ["v1", "v2", "v3", "core1"])
def test_every_stored_symbol_can_be_read(generation):
    catalogue = load(generation)
    count = 0
    for name in catalogue.classes():
        assert catalogue.bases(name)[0] == name
        for method in catalogue.methods(name):
            signature = catalogue.signature(name, method)
            assert signature is not None
            named = [p.name for p in signature.parameters]
            assert len(named) == len(set(named)), (name, method)
            count += 1
    for name in catalogue.functions():
        assert catalogue.function_signature(name) is not None
    assert count > 500


def test_every_older_signature_can_be_read():
    v2 = load("v2")
    differing = [name for name in v2.classes() if v2.older_signatures(name)]
    assert "sagemaker.model.Model" in differing


def test_unknown_catalogue_is_named():
    with pytest.raises(LookupError, match="v9"):
        load("v9")
