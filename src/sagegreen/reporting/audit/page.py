"""The audit as one page of HTML: no network, no script, light and dark, readable when printed."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from sagegreen.reporting.audit.assumptions import assumptions
from sagegreen.reporting.audit.charts import legend, phases_chart, ranges_chart, sign
from sagegreen.reporting.audit.markup import Markup, element, joined
from sagegreen.reporting.audit.matrix import matrix
from sagegreen.reporting.audit.scorecard import Status
from sagegreen.reporting.audit.wording import (
    KINDS,
    PERIODS,
    carbon,
    counted,
    energy,
    evidence,
    headline,
    machine,
    place,
    power,
    status,
    where,
)
from sagegreen.reporting.report import on_one_line, path_on_one_line

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sagegreen.checking.audit import At, Mark
    from sagegreen.reporting.audit.scorecard import Audit, Estimate, Score

_FILES = 15
_PLACES = 25
_BARS = 12
_ROWS = 30


def audit_page(audit: Audit, date: str) -> str:
    """An audit as an HTML document."""
    from sagegreen import __version__

    style = Path(__file__).with_name("page.css").read_text(encoding="utf-8")
    head = element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("title", "Sustainability audit of SageMaker code"),
        element("style", Markup(style)),
    )
    looked_at = ", ".join(audit.paths)
    body = element(
        "body",
        element(
            "header",
            element("h1", "Sustainability audit of SageMaker code"),
            element(
                "p",
                "Which practices of the AWS guidance on sustainable machine learning the code in ",
                element("code", looked_at),
                f" follows: {headline(audit)}, read on {date} by sagegreen {__version__}. Nothing was run.",
                class_="quiet",
            ),
        ),
        element("main", *(part for part in _sections(audit) if part)),
    )
    page = element("html", head, body, lang="en")
    return f"<!DOCTYPE html>\n{page}\n"


def _sections(audit: Audit) -> Iterator[Markup]:
    yield _tiles(audit)
    yield _section(
        "By phase of the lifecycle",
        element(
            "figure",
            phases_chart(audit),
            legend(),
            element("figcaption", "Number of practices of each phase, by what the code shows of them."),
        ),
    )
    by_folder = matrix(audit)
    if by_folder is not None:
        yield _section("Which practices are followed where", element("div", by_folder, class_="wide"))
    yield _scorecard(audit)
    yield _top_files(audit)
    yield _estimates(audit)
    yield _details(audit)
    if audit.problems:
        items = (element("li", problem) for problem in audit.problems)
        yield _section("What could not be read", element("ul", *items))


def _section(title: str, *children: Markup) -> Markup:
    return element("section", element("h2", title), *children)


def _tiles(audit: Audit) -> Markup:
    counts = Counter(score.status for score in audit.scores)
    judged = sum(counts[kind] for kind in (Status.FOLLOWED, Status.PARTLY, Status.MISSING))
    tiles = [
        (f"{counts[Status.FOLLOWED]} of {judged}", "practices that apply and can be judged are followed"),
        (str(counts[Status.PARTLY]), "more are followed in places"),
        (f"{len(_missing(audit)):,}", "places where something is missing"),
    ]
    tiles += [
        (energy(total.kilowatt_hours), f"and {carbon(total.kilograms_co2e)}, estimated for {PERIODS[total.period]}")
        for total in audit.totals
    ]
    if audit.unknown:
        tiles.append((f"{audit.unknown:,}", "resources whose energy is not known"))
    return element(
        "ul", *(element("li", element("b", figure), element("span", text), class_="tile") for figure, text in tiles),
        class_="tiles",
    )  # fmt: skip


def _scorecard(audit: Audit) -> Markup:
    tables = []
    for phase, scores in audit.phases:
        rows = [
            element(
                "tr",
                element("th", score.practice.title, scope="row"),
                element("td", _mark(score)),
                element("td", _evidence(score)),
                element("td", ", ".join(score.codes)),
            )
            for score in scores
        ]
        names = ("practice", "status", "evidence", "rules")
        head = element("tr", *(element("th", name, scope="col") for name in names))
        table = element("table", element("thead", head), element("tbody", *rows), class_="scores")
        tables += [element("h3", phase.title), element("div", table, class_="wide")]
    return _section("Scorecard", *tables)


def _mark(score: Score) -> Markup:
    return element("span", f"{sign(score.status)} {status(score)}", class_=f"mark is-{score.status.value}")


def _evidence(score: Score) -> Markup:
    words = evidence(score)
    if not score.of("followed") and not score.of("missing"):
        return joined(words)
    return element("a", words, href=f"#{score.practice.id}")


def _top_files(audit: Audit) -> Markup:
    codes: dict[Path, list[str]] = {}
    for code, at in _missing(audit):
        codes.setdefault(at.path, []).append(code)
    if not codes:
        return Markup()
    most = sorted(codes.items(), key=lambda item: (-len(item[1]), str(item[0])))[:_FILES]
    rows = [
        element(
            "tr",
            element("td", element("code", path_on_one_line(path))),
            element("td", len(found), class_="number"),
            element("td", ", ".join(sorted(set(found)))),
        )
        for path, found in most
    ]
    head = element(
        "tr",
        element("th", "file", scope="col"),
        element("th", "places", scope="col", class_="number"),
        element("th", "rules", scope="col"),
    )
    caption = f"{counted(len(codes), 'file')} with something missing; the {len(rows)} with most places."
    table = element("table", element("caption", caption), element("thead", head), element("tbody", *rows))
    return _section("Where most is missing", element("div", table, class_="wide"))


def _missing(audit: Audit) -> set[tuple[str, At]]:
    """Every finding once, whatever the number of its practices."""
    return {(mark.code, mark.at) for score in audit.scores for mark in score.of("missing")}


def _estimates(audit: Audit) -> Markup:
    if not audit.estimates:
        return Markup()
    parts: list[Markup] = []
    for period, title in (
        ("month", "Endpoints, each month that they are left on"),
        ("run", "Jobs, one run of each at most"),
    ):
        known = [
            (entry, entry.emissions.kilowatt_hours)
            for entry in audit.estimates
            if entry.emissions is not None and entry.machines.draw.period == period
        ]
        if known:
            rows = [(_file(entry.machines.at), machine(entry), found) for entry, found in known[:_BARS]]
            caption = f"{title}: from idle to full load; logarithmic axis."
            if len(known) > _BARS:
                caption += f" The {_BARS} greatest of {len(known):,}."
            parts.append(element("figure", ranges_chart(rows, title), element("figcaption", caption)))
    parts.append(_machines(audit.estimates))
    items = (element("li", text) for text in assumptions(audit.region))
    parts += [element("h3", "What the estimates rest on"), element("ul", *items, class_="quiet")]
    return _section("Energy and emissions", *parts)


def _file(at: At) -> str:
    """A place without its folders."""
    name = on_one_line(at.path.name)
    return f"{name}, line {at.row}" if at.cell is None else f"{name}, cell {at.cell}"


def _machines(estimates: Sequence[Estimate]) -> Markup:
    names = ("place", "machines", "power", "energy and CO2e", "Region", "rests on")
    rows = []
    for entry in estimates[:_ROWS]:
        draw, found = entry.machines.draw, entry.emissions
        known = found and joined(energy(found.kilowatt_hours), element("br"), carbon(found.kilograms_co2e))
        cells = (
            element("td", element("code", place(entry.machines.at))),
            element("td", KINDS[entry.machines.kind], element("br"), machine(entry)),
            element("td", "not known" if draw.watts is None else power(draw.watts), class_="figure"),
            element("td", known or "not known", class_="figure"),
            element("td", where(entry), class_="figure"),
            element("td", draw.basis),
        )
        rows.append(element("tr", *cells))
    head = element("tr", *(element("th", name, scope="col") for name in names))
    caption = "Every resource that holds machines, the greatest first."
    if len(estimates) > _ROWS:
        caption = f"The first {_ROWS} of {len(estimates):,} resources that hold machines, the greatest first."
    table = element(
        "table",
        element("caption", caption),
        element("thead", head),
        element("tbody", *rows),
        class_="machines",
    )
    return element("div", table, class_="wide")


def _details(audit: Audit) -> Markup:
    shown = [score for score in audit.scores if score.of("followed") or score.of("missing")]
    if not shown:
        return Markup()
    return _section("Practices and places", *(_detail(score) for score in shown))


def _detail(score: Score) -> Markup:
    practice = score.practice
    sources = [element("a", source.title, href=source.url) for source in practice.sources]
    return element(
        "details",
        element("summary", practice.title, " ", _mark(score)),
        element("p", practice.statement),
        element("p", practice.departure, class_="quiet") if practice.departure else None,
        *_marks("Still used" if practice.retired else "Missing", score.of("missing")),
        *_marks("Followed", score.of("followed")),
        element("p", "Recommended in: ", *_separated(sources), class_="quiet"),
        id=practice.id,
        open="open",
    )


def _marks(title: str, marks: Sequence[Mark]) -> Iterator[Markup]:
    if not marks:
        return
    yield element("p", element("b", f"{title} at {counted(len(marks), 'place')}"))
    items = [
        element("li", element("code", place(mark.at)), f" {mark.code}: ", *_prose(mark.what))
        for mark in marks[:_PLACES]
    ]
    if len(marks) > _PLACES:
        items.append(element("li", f"and {counted(len(marks) - _PLACES, 'more place')}"))
    yield element("ul", *items)


def _prose(text: str) -> Iterator[object]:
    """A message, with what stands between backticks as code."""
    for number, part in enumerate(" ".join(text.split()).split("`")):
        yield element("code", part) if number % 2 else part


def _separated(items: Sequence[Markup]) -> Iterator[object]:
    for index, item in enumerate(items):
        if index:
            yield "; "
        yield item
