import pytest

from sagegreen.sagemaker.distilled_models import model_ids, smaller

PAIRS = {(model.replaces, model.model_id): model for name in model_ids() for model in smaller(name)}


@pytest.mark.parametrize("spelling", ["bert-base-uncased", "google-bert/bert-base-uncased", "Bert-Base-Uncased"])
def test_a_model_is_found_by_each_of_its_names(spelling):
    first, *others = smaller(spelling)
    assert first.model_id == "distilbert/distilbert-base-uncased"
    assert first.relation == "distilled"
    assert "97 %" in first.quality
    assert others


def test_a_model_without_smaller_equivalent_has_none():
    assert smaller("distilbert/distilbert-base-uncased") == ()
    assert smaller("no/such-model") == ()


@pytest.mark.parametrize("model", PAIRS.values(), ids=lambda model: model.model_id)
def test_a_pair_is_whole(model):
    assert 0 < model.parameters < model.larger_parameters
    assert 0 < model.reduction < 1
    assert model.relation in {"distilled", "distilled_other_teacher", "smaller_official"}
    assert model.scope
    assert model.source
    assert 2018 <= model.source_year <= 2026
    assert model.model_id != model.replaces


def test_there_are_many_pairs():
    assert len(PAIRS) > 50
