"""Nearly all fixtures run; those that do not say why."""

from __future__ import annotations

import pytest
from scenes import registry, rules
from stage import plays

from faces import shown

PLAYS = plays()
SKIPPED = [play for play in PLAYS if "skip" in play.said]
WORDS = {"skip", "unknown", "unseen", "unchanged", "arguments", "environment", "files", "then", "sdk"}


@pytest.mark.parametrize("play", [play for play in PLAYS if play.said], ids=str)
def test_a_marker_says_something(play):
    assert set(play.said) <= WORDS
    assert all(text for text in play.said.values())
    if "skip" in play.said:
        assert len(play.said["skip"].split()) >= 3, "a reason, please"


#: What no program can show without a network, with the reason.
NOT_REPLAYED = {("uncompiled-model", "v3"): "it speaks of models of JumpStart, whose description the SDK downloads"}


def test_more_than_nine_in_ten_run():
    assert len(SKIPPED) < len(PLAYS) / 10, [str(play) for play in SKIPPED]


@pytest.mark.parametrize("rule", rules())
def test_every_dialect_in_which_a_rule_speaks_is_replayed(rule):
    running = {
        play.scene for play in PLAYS if play.scene.flagged and play.scene.rule == rule and "skip" not in play.said
    }
    assert running, "no scene of this rule is replayed"
    replayed = frozenset().union(*(shown(scene).dialects for scene in running))
    # what stands in a training script sends nothing
    wanted = {dialect for dialect in registry().find(rule).dialects if dialect != "script"}
    assert {dialect for dialect in wanted if (rule, dialect) not in NOT_REPLAYED} <= replayed
