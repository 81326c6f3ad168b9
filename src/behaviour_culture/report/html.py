"""The HTML page: one file with style and pictures inside, that runs and loads nothing."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, NamedTuple

from markupsafe import Markup

from behaviour_culture._version import __version__
from behaviour_culture.checks import require_types
from behaviour_culture.errors import InvalidInputError
from behaviour_culture.report.actions import Actions, actions
from behaviour_culture.report.backing import Backing, Offer, backing, offer
from behaviour_culture.report.change import Change, change
from behaviour_culture.report.counted import Counted, counted
from behaviour_culture.report.expected import Expected, expected
from behaviour_culture.report.law import Law, law
from behaviour_culture.report.names import Names, Nobody
from behaviour_culture.report.outlook import Outlook, outlook
from behaviour_culture.report.own_sections import OwnSection, own_sections
from behaviour_culture.report.parts import ReportParts, part_faults
from behaviour_culture.report.running import Running, running
from behaviour_culture.report.since import Since, since
from behaviour_culture.report.standing import Standing, standing
from behaviour_culture.report.summary import Summary, summary
from behaviour_culture.report.timing import (
    Chart,
    Load,
    MilestoneRow,
    Timing,
    charts,
    load,
    milestones,
    timing,
)
from behaviour_culture.report.words import clean, day

if TYPE_CHECKING:
    from jinja2 import Environment

__all__ = ["Page", "environment", "gather", "render_html", "render_page", "style"]

_TEMPLATES = "templates"


class Section(NamedTuple):
    """A numbered section; a ``wide`` one is printed in landscape."""

    key: str
    title: str
    number: int
    wide: bool


class Page(NamedTuple):
    """The content of the template; a part that is None or empty has no section."""

    title: str
    version: str
    style: Markup
    summary: Summary
    sections: list[Section]
    since: Since | None
    counted: Counted | None
    change: Change | None
    standing: Standing
    actions: Actions
    charts: list[Chart]
    timing: Timing | None
    load: Load | None
    running: Running | None
    law: Law | None
    expected: Expected | None
    outlook: Outlook | None
    milestones: list[MilestoneRow]
    nobody: list[Nobody]
    doubts: list[str]
    offer: Offer | None
    backing: Backing
    own: dict[str, OwnSection]
    """The sections of the user's, by their key."""


def render_html(parts: ReportParts) -> str:
    """Return the page of a report as text; the same parts give the same text.

    `write_report` writes it to a file. A service that shows it needs none.

    Raises
    ------
    InvalidInputError
        Parts are wrong, or do not belong to each other.

    Examples
    --------
    >>> import behaviour_culture as bc
    >>> from behaviour_culture.report import ReportParts
    >>> framework = bc.load_framework("bennett-2017")
    >>> ratings = [bc.Response(rater="head", item=i.id, rating=1) for i in framework.items]
    >>> audit = bc.Audit(id="a", framework="bennett-2017", edition="2017", responses=ratings)
    >>> result = bc.score_audit(audit, framework)
    >>> plan = bc.draft_plan(result, catalogue=bc.load_catalogue("bennett-2017"))
    >>> page = render_html(ReportParts(framework=framework, audit=result, plan=plan))
    >>> page.startswith("<!doctype html>")
    True
    """
    require_types("render_html", parts=(parts, ReportParts))
    if faults := part_faults(parts):
        raise InvalidInputError("render_html", faults)
    return render_page(gather(parts))


def render_page(page: Page) -> str:
    """Return the page that says what was gathered."""
    return environment().get_template("report.html.j2").render(page=page)


def gather(parts: ReportParts) -> Page:
    """Gather what a report says, once for the page and for all documents."""
    names = Names(parts)
    date = day(parts.audit.date) if parts.audit.date else ""
    scores, acts, loads = standing(parts, names, date), actions(parts, names), load(parts, names)
    page = Page(
        title=parts.title or parts.plan.title,
        version=__version__,
        style=style("report.css"),
        summary=summary(parts, names, acts, scores, loads),
        sections=[],
        since=since(parts, names),
        counted=counted(parts),
        change=change(parts),
        standing=scores,
        actions=acts,
        charts=charts(parts, names),
        timing=timing(parts, names),
        load=loads,
        running=running(parts, names),
        law=law(parts, names),
        expected=expected(parts, names),
        outlook=outlook(parts, names),
        milestones=milestones(parts),
        nobody=names.nobody,
        doubts=[warning.words(names.part) for warning in parts.plan.warnings],
        offer=offer(parts, names),
        backing=backing(parts, names, __version__),
        own={},
    )
    titles = {title for _, title, _, _ in _all_sections(page)}
    page = page._replace(own={o.key: o for o in own_sections(parts, titles)})
    return page._replace(sections=_sections(page))


def _sections(page: Page) -> list[Section]:
    shown = [(key, title, wide) for key, title, is_shown, wide in _all_sections(page) if is_shown]
    return [Section(key, title, i, wide) for i, (key, title, wide) in enumerate(shown, start=1)]


def _all_sections(page: Page) -> list[tuple[str, str, bool, bool]]:
    """Return key and title of each section, whether it is shown, and whether it is wide."""
    return [
        ("since", "Since the plan began", page.since is not None, False),
        ("counted", "What was counted", page.counted is not None, False),
        ("change", "What we change", page.change is not None, False),
        ("standing", "Where we are", True, False),
        ("priorities", "What first and why", True, False),
        ("plan", "The plan", page.actions.steps > 0, True),
        ("gantt", "The plan by half-term", bool(page.charts), True),
        ("dates", "Why these dates", page.timing is not None and page.actions.steps > 0, False),
        ("load", "Staff load", page.load is not None, False),
        ("running", "What it takes from then on", page.running is not None, False),
        ("law", "Law and guidance behind the steps", page.law is not None, False),
        ("expected", "Expected impact: a planning index", page.expected is not None, False),
        ("forecast", "What to expect by half-term", page.outlook is not None, False),
        ("milestones", "Milestones and reviews", bool(page.milestones), False),
        ("support", "Support from the lead school", page.offer is not None, False),
        *((own.key, own.title, True, False) for own in page.own.values()),
        ("sources", "Assumptions and sources", True, False),
    ]


def _finalise(value: Any) -> Any:  # noqa: ANN401  (whatever a template prints)
    return clean(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def style(*names: str) -> Markup:
    """Return what all pages look like, and some style sheets of ours, as a page holds them."""
    sheets = (_text_of(name) for name in ("base.css", *names))
    return Markup("".join(sheets))  # noqa: S704  (our own files)


def _text_of(name: str) -> str:
    """Return the text of a file of ours, from a zip archive too."""
    return (files("behaviour_culture.report") / _TEMPLATES / name).read_text("utf-8")


@cache
def environment() -> Environment:
    """Return the templates of pages: they escape all that they are given."""
    from jinja2 import Environment, FunctionLoader, StrictUndefined  # noqa: PLC0415  (slow)

    return Environment(
        loader=FunctionLoader(_text_of),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_finalise,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        auto_reload=False,
    )
