"""The audit as text, Markdown and HTML: for people, so what they need is there and nothing breaks it."""

import re
from html.parser import HTMLParser

import pytest

from sagegreen.checking.practices import phases, practices
from sagegreen.cli import main

CODE = """
job = PyTorch(entry_point="train.py", role=role, framework_version="2.1", py_version="py310",
              instance_type="ml.p3.2xlarge", instance_count=1, max_run=3600)
job.fit("s3://bucket/data")
spot = PyTorch(entry_point="train.py", role=role, framework_version="2.1", py_version="py310",
               instance_type="ml.g5.2xlarge", instance_count=1, max_run=3600, use_spot_instances=True, max_wait=7200,
               checkpoint_s3_uri="s3://bucket/checkpoints/job-1")
spot.fit("s3://bucket/data")
spot.deploy(1, "ml.m5.xlarge")
job.deploy(1, open("type").read())
"""
VOID = {"meta", "br", "hr", "wbr"}


class Page(HTMLParser):
    """Collects elements, and complains of what is not closed."""

    def __init__(self):
        super().__init__()
        self.open, self.tags, self.text = [], [], ""

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if self.open[-1:] != ["style"]:
            self.text += data


@pytest.fixture
def shown(project, capsys):
    def run(output_format, *, name="jobs.py", arguments=()):
        project(name, CODE)
        assert main(["audit", "--output-format", output_format, "--region", "eu-north-1", *arguments]) == 0
        return capsys.readouterr().out

    return run


def parsed(text):
    page = Page()
    page.feed(text)
    assert page.open == []
    return page


def test_the_page_is_whole_and_needs_nothing_else(shown):
    text = shown("html")
    page = parsed(text)
    tags = {tag for tag, _ in page.tags}
    assert not tags & {"script", "link", "img", "iframe", "object"}
    assert "url(" not in text
    assert "@import" not in text
    assert {"h1", "table", "svg", "style", "details"} <= tags
    assert all(attrs["href"].startswith(("#", "https://")) for tag, attrs in page.tags if tag == "a")
    anchors = {attrs["href"][1:] for tag, attrs in page.tags if tag == "a" and attrs["href"].startswith("#")}
    assert anchors
    assert anchors <= {attrs.get("id") for _, attrs in page.tags}


def test_the_page_shows_every_practice_phase_and_place(shown):
    page = parsed(shown("html"))
    for entry in practices():
        assert entry.title in page.text
    for phase in phases():
        assert phase.title in page.text
    assert "jobs.py:10:7" in page.text
    assert "SG301" in page.text
    assert "kg CO2e" in page.text
    assert "+/- 30 %" in page.text


def test_charts_can_be_read_without_eyes_and_without_colours(shown):
    page = parsed(shown("html"))
    charts = [attrs for tag, attrs in page.tags if tag == "svg" and "aria-hidden" not in attrs]
    assert len(charts) >= 3
    for attrs in charts:
        assert attrs["role"] == "img"
        assert re.search(r"\d", attrs["aria-label"])
    for sign in "✓✗?":
        assert sign in page.text


def test_light_dark_and_print_have_their_styles(shown):
    text = shown("html")
    assert "prefers-color-scheme: dark" in text
    assert "@media print" in text


@pytest.mark.parametrize("output_format", ["html", "markdown"])
def test_names_of_files_cannot_break_the_report(shown, output_format):
    text = shown(output_format, name="a<script>b|c&d.py")
    if output_format == "html":
        page = parsed(text)
        assert "script" not in {tag for tag, _ in page.tags}
        assert "a<script>b|c&d.py" in page.text
    else:
        rows = [line for line in text.splitlines() if line.startswith("|")]
        for row in rows:
            cells = re.split(r"(?<!\\)\|", row)
            assert len(cells) in {5, 8, 10}, row


def test_markdown_has_tables_by_phase_and_the_places(shown):
    text = shown("markdown")
    assert text.startswith("# Sustainability audit of SageMaker code\n")
    for phase in phases():
        assert f"## {phase.title}" in text
    assert "| Managed spot training | partly followed | followed at 1 place, missing at 1 place |" in text
    assert "- `jobs.py:10:7` (SG301): " in text
    assert "not known for 1 resource" in text


def test_text_is_plain_when_piped_and_coloured_on_demand(shown, monkeypatch):
    plain = shown("text")
    assert "\x1b" not in plain
    assert plain.isascii()
    assert "~ Managed spot training (managed-spot-training): followed at 1 place, missing at 1 place" in plain
    assert "    jobs.py:10:7: SG301" in plain
    monkeypatch.setenv("FORCE_COLOR", "1")
    coloured = shown("text")
    assert "█" in coloured
    without = re.sub(r"\x1b\[[0-9;]*m", "", coloured)
    assert re.sub("  [█░]+ ", "", without) == plain


def test_the_report_goes_to_a_file(project, tmp_path, capsys):
    project("jobs.py", CODE)
    assert main(["audit", "--output-format", "html", "-o", "report.html"]) == 0
    assert capsys.readouterr().out == ""
    parsed((tmp_path / "report.html").read_text(encoding="utf-8"))


@pytest.mark.parametrize("output_format", ["text", "json", "markdown", "html"])
def test_an_empty_folder_has_a_report_too(tmp_path, monkeypatch, capsys, output_format):
    monkeypatch.chdir(tmp_path)
    assert main(["audit", "--output-format", output_format]) == 0
    assert capsys.readouterr().out
