"""Every rule against its scenes, and what holds for the fixes of every rule."""

from __future__ import annotations

import json

import pytest
from scenes import FIXTURES, comments, folders, judged, problems, read, registry, rules, scenes, staged

from faces import DIALECTS, KINDS, shown
from sagegreen.checking.files import Mode
from sagegreen.documents.edits import rewrite

SCENES = scenes()
FLAGGED = [scene for scene in SCENES if scene.flagged]
CLEAN = [scene for scene in SCENES if not scene.flagged]


def own(results, rule):
    code = registry().codes_by_name[rule]
    return [finding for result in results for finding in result.findings if finding.code == code]


def contents(copy):
    files = [copy] if copy.is_file() else sorted(path for path in copy.rglob("*") if path.is_file())
    return {path: path.read_bytes() for path in files}


# --- every rule has its scenes -------------------------------------------------------------------------------


@pytest.mark.parametrize("folder", folders())
def test_a_folder_of_fixtures_belongs_to_a_rule(folder):
    assert folder in rules()


@pytest.mark.parametrize("rule", rules())
def test_a_rule_has_scenes_of_both_kinds_and_both_forms(rule):
    flagged = [file for scene in FLAGGED if scene.rule == rule for file in scene.files()]
    assert {".py", ".ipynb"} <= {file.suffix for file in flagged}
    assert [scene for scene in CLEAN if scene.rule == rule]


@pytest.mark.parametrize("rule", folders())
def test_no_snapshot_is_left_over(rule):
    known = set()
    for scene in FLAGGED:
        if scene.rule == rule:
            path = scene.path
            known |= {f"{path.name}.findings.txt", path.name if path.is_dir() else f"{path.stem}.fixed{path.suffix}"}
    assert {path.name for path in (FIXTURES / rule / "snapshots").glob("*")} <= known


@pytest.mark.parametrize("scene", SCENES, ids=str)
def test_a_scene_is_sound(scene):
    assert [problem for file in scene.files() for problem in problems(read(file))] == []


# --- what is found -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("scene", CLEAN, ids=str)
def test_a_clean_scene_has_no_finding(scene):
    assert shown(scene).text == ""


@pytest.mark.parametrize("scene", FLAGGED, ids=str)
def test_a_flagged_scene_has_the_findings_of_its_snapshot(scene, snapshot):
    assert shown(scene).spoken
    snapshot.snapshot_dir = scene.snapshots
    snapshot.assert_match(shown(scene).text, f"{scene.path.name}.findings.txt")


@pytest.mark.parametrize("rule", rules())
def test_what_a_rule_sees_followed_in_its_scenes_are_its_own_practices(rule):
    followed = frozenset().union(*(shown(scene).followed for scene in SCENES if scene.rule == rule))
    assert followed <= set(registry().find(rule).practices)


@pytest.mark.parametrize("rule", rules())
def test_a_rule_declares_the_dialects_and_fixes_of_its_scenes(rule):
    """``sagegreen rule --all`` shows them: none more than the scenes prove, none less."""
    check = registry().find(rule)
    found = [shown(scene) for scene in FLAGGED if scene.rule == rule]
    dialects = frozenset().union(*(entry.dialects for entry in found))
    fixes = frozenset().union(*(entry.fixes for entry in found))
    assert check.dialects == tuple(name for name in DIALECTS if name in dialects)
    assert check.fixes == tuple(name for name in KINDS if name in fixes)


# --- what is fixed -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("scene", FLAGGED, ids=str)
def test_the_fixes_make_the_file_of_the_snapshot(scene, tmp_path, snapshot):
    copy = staged(scene, tmp_path)
    before = contents(copy)
    judged(copy, scene.rule, Mode.FIX)
    for path, raw in contents(copy).items():
        if scene.path.is_dir():
            snapshot.snapshot_dir = scene.snapshots / scene.path.name
            kept = snapshot.snapshot_dir / path.relative_to(copy)
            name = kept.with_name(f"{path.stem}.fixed{path.suffix}")
        else:
            snapshot.snapshot_dir = scene.snapshots
            name = snapshot.snapshot_dir / f"{path.stem}.fixed{path.suffix}"
        if raw != before[path]:
            snapshot.assert_match(raw, name)
        else:
            assert not name.exists(), f"{name.name} says that a fix changes {path.name}; nothing does"


@pytest.mark.parametrize("scene", FLAGGED, ids=str)
def test_fixes_converge_to_sound_code_that_keeps_every_comment(scene, tmp_path):
    copy = staged(scene, tmp_path)
    files = {path: comments(read(path)) for path in contents(copy) if path.suffix in {".py", ".ipynb"}}
    first = judged(copy, scene.rule, Mode.FIX)
    assert [result.error for result in first if result.error] == []
    for path, kept in files.items():
        after = read(path)
        assert problems(after) == []
        assert kept - comments(after) == {}
    fixed = contents(copy)
    second = judged(copy, scene.rule, Mode.FIX)
    assert [fix for result in second for fix in result.applied] == []
    assert contents(copy) == fixed


@pytest.mark.parametrize("scene", FLAGGED, ids=str)
def test_each_fix_leaves_everything_outside_its_edits_alone(scene, tmp_path):
    for result in judged(staged(scene, tmp_path), scene.rule):
        raw = result.document.raw
        for finding in result.findings:
            for fix in finding.fixes:
                if fix.edits:
                    assert_only_edited(result.document, raw, rewrite(result.document, fix.edits), fix.edits)


def assert_only_edited(document, before, after, edits):
    """What is between the edits must stand in the new text, in order, and nothing else but the edits' content."""
    if document.kind == "script":
        assert after.decode(document.encoding) == spliced(before.decode(document.encoding), edits)
        return
    old, new = json.loads(before), json.loads(after)
    for number, cell in enumerate(old["cells"], start=1):
        mine = [edit for edit in edits if edit.cell == number]
        if mine:
            joined = spliced("".join(cell["source"]), mine)
            assert joined == "".join(new["cells"][number - 1]["source"])
            cell["source"] = new["cells"][number - 1]["source"]
    assert old == new
    # Formatting: a line of JSON that belongs to no edited cell stands in the new file as it stood in the old one.
    edited = {line for number in {edit.cell for edit in edits} for line in lines_of(before, number)}
    untouched = [line for line in before.splitlines() if line not in edited]
    remaining = iter(after.splitlines())
    assert all(line in remaining for line in untouched)


def lines_of(raw, number):
    """The lines of the file that hold a cell's source."""
    source = json.loads(raw)["cells"][number - 1]["source"]
    lines = [source] if isinstance(source, str) else source
    spelt = {json.dumps(line, ensure_ascii=escaped) for line in lines for escaped in (True, False)}
    return {line for line in raw.splitlines() if any(each.encode() in line for each in spelt)}


def spliced(text, edits):
    pieces, copied = [], 0
    for edit in sorted(edits, key=lambda edit: (edit.start, edit.end)):
        pieces += [text[copied : edit.start], edit.content]
        copied = edit.end
    return "".join([*pieces, text[copied:]])
