import re

import pytest

from sagegreen.sagemaker.savings import saving, savings


@pytest.mark.parametrize("found", savings(), ids=lambda found: found.id)
def test_a_figure_has_kind_and_source(found):
    assert re.search(r"\d", found.claim)
    assert found.kind in {"energy", "cost", "time", "jobs", "compute", "storage"}
    assert found.source
    assert found.url.startswith("https://")
    assert found.year is None or 2015 <= found.year <= 2026
    assert saving(found.id) is found
    assert (f"({found.kind}: " in found.text) == (found.kind == "energy")
    assert found.source in found.text


def test_a_cost_is_never_called_energy():
    assert "(cost, not energy: " in saving("managed-spot-training").text


def test_a_practice_without_figure_has_no_entry():
    with pytest.raises(KeyError):
        saving("model-cards")
