"""The SDK is the judge: what it sends is what the tool reads, and fixes change what they say and nothing else.

Every program runs in the SDK it is written for, with every AWS call ended below botocore's validation. Programs say
what is special about them in comments:

``# replay: skip - REASON``             it cannot run (counted in ``test_share.py``)
``# replay: unknown - KIND.SETTING``    the tool cannot know these settings (comma-separated)
``# replay: unseen - KIND``             the program creates these, and the tool has no word for it
``# replay: unchanged - REASON``        its fix changes nothing that is sent
``# replay: arguments - --epochs 3``    its command line
``# replay: environment - NAME=value``  its environment
``# replay: files - data/x.csv``        files beside it (``name=content`` where the content matters)
``# replay: then - main()``             what calls its entry point
``# replay: sdk - v2``                  another SDK than its dialect's
"""

from __future__ import annotations

from collections import Counter
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory, mkdtemp

import pytest
from judging import judge, read, sdk_of
from promises import FIXTURES, broken, changes, matches, promises_of
from stage import contents, is_python, judged, plays, probes, staged

from sagegreen.checking.files import Mode

SCENES = [play for play in plays() if is_python(play)]
PROGRAMS = [*probes(), *SCENES]
RUNNABLE = [play for play in PROGRAMS if "skip" not in play.said]
FLAGGED = [play for play in RUNNABLE if play.scene is not None and play.scene.flagged]


@cache
def reading(play):
    """What the tool reads of a program and its project."""
    return written(play.files())


def written(files):
    """What the tool reads of a project with these files."""
    with TemporaryDirectory() as folder:
        for path, content in files.items():
            Path(folder, path).parent.mkdir(parents=True, exist_ok=True)
            Path(folder, path).write_bytes(content)
        return read(Path(folder))


@cache
def sdk(play):
    return play.said.get("sdk") or sdk_of(reading(play), play.path.read_text(encoding="utf-8"))


@cache
def fixed(play):
    """The project after all fixes of the scene's rule, and their titles; nothing where no fix applies."""
    copy = staged(play.scene, Path(mkdtemp()))
    titles = [fix.title for result in judged(copy, play.scene.rule, Mode.FIX) for fix in result.applied]
    files = contents(copy)
    return (files, "\n".join(titles)) if files != play.files() else None


@pytest.fixture(scope="session")
def replays(environments, request):
    """Starts every program of the selected tests, so that they run while others are judged."""
    usable = {}

    def replay(play, files=None):
        name = sdk(play)
        if name not in usable:
            usable[name] = environments.problem(name)
        if usable[name] and name == "v1":
            pytest.skip(f"SDK 1.72.1 does not run here: {usable[name]}")
        assert not usable[name], usable[name]
        return environments.replay(name, play.main, files or play.files())

    parameters = [getattr(getattr(item, "callspec", None), "params", {}) for item in request.session.items]
    selected = {params["play"] for params in parameters if params.get("play") in RUNNABLE}
    for name in sorted({sdk(play) for play in selected}):
        environments.build(name)
    for play in sorted(selected, key=str):
        if not (sdk(play) == "v1" and environments.problem("v1")):
            replay(play)
    return replay


@pytest.mark.parametrize("play", RUNNABLE, ids=str)
def test_a_program_runs(play, replays):
    record = replays(play).result()
    assert record.failure is None, record.failure


@pytest.mark.parametrize("play", RUNNABLE, ids=str)
def test_what_is_read_is_what_is_sent(play, replays, compared):
    judgement = judge(reading(play), replays(play).result())
    for api, kind in judgement.claimed:
        compared[api, kind, "programs"] += 1
        compared[api, kind, "requests"] += judgement.claimed[api, kind]
        compared[api, kind, "settings"] += judgement.compared[api, kind]
    compared["unknown"] += len(judgement.unknown)
    compared["unseen"] += len(judgement.unclaimed)
    compared["contradictions"] += len(judgement.contradictions)
    assert judgement.contradictions == []
    marked = listed(play.said.get("unknown", ""))
    assert [line for name, line in judgement.unknown if name not in marked] == []
    assert marked <= {name for name, _ in judgement.unknown}, "a marker for what is known"
    unseen = listed(play.said.get("unseen", ""))
    assert [line for kind, line in judgement.unclaimed if kind not in unseen] == []
    assert unseen <= {kind for kind, _ in judgement.unclaimed}, "a marker for what is seen"


def listed(text):
    return {word.strip() for word in text.partition("(")[0].split(",") if word.strip()}


@pytest.mark.parametrize("play", FLAGGED, ids=str)
def test_a_fix_changes_what_it_promises(play, replays):
    after = fixed(play)
    if after is None:
        return  # nothing is fixed in this scene
    files, titles = after
    original, repaired = replays(play).result(), replays(play, files).result()
    assert repaired.failure is None, repaired.failure
    found = changes(original, repaired)
    # a fix of what a script does by itself changes no request
    said = promises_of(play.scene.rule) or not found
    assert said, f"say in fixtures/{play.scene.rule}/promises.py what its fixes change"
    problems = [broken(play.scene.rule, change, titles) for change in found]
    assert [problem for problem in problems if problem] == []


@pytest.mark.parametrize("rule", sorted(path.parent.name for path in FIXTURES.glob("*/promises.py")))
def test_every_promise_is_kept_somewhere(rule, replays):
    """A promise that no scene shows says nothing."""
    seen = []
    for play in FLAGGED:
        after = fixed(play) if play.scene.rule == rule else None
        if after is not None:
            seen += changes(replays(play).result(), replays(play, after[0]).result())
    kept = {member for member in promises_of(rule) if any(matches(change, member) for change in seen)}
    assert kept == set(promises_of(rule))


def test_settings_of_every_dialect_are_compared(replays):
    """The probes alone hold every dialect; a harness that compares nothing would be green as well."""
    compared = Counter()
    for play in probes():
        compared += judge(reading(play), replays(play).result()).compared
    apis = Counter()
    for (api, _), count in compared.items():
        apis[api] += count
    assert all(apis[api] >= 10 for api in ("v1", "v2", "v3", "v3core", "boto3", "modules")), apis


OPERATIONS = {
    "CreateTrainingJob", "CreateHyperParameterTuningJob", "CreateProcessingJob", "CreateTransformJob", "CreateModel",
    "CreateEndpointConfig", "CreateEndpoint", "CreateInferenceComponent", "CreatePipeline", "CreateModelPackage",
    "CreateMonitoringSchedule", "CreateNotebookInstance", "CreateDomain", "CreateApp", "CreateFeatureGroup",
    "CreateAutoMLJob", "CreateCompilationJob", "CreateBucket", "PutBucketLifecycleConfiguration",
    "PutRetentionPolicy", "RegisterScalableTarget", "PutScalingPolicy",
}  # fmt: skip


def test_all_kinds_of_requests_are_recorded(replays):
    asked = {request.operation for play in probes() for request in replays(play).result().requests}
    assert OPERATIONS - asked == set()
