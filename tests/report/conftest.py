from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable
from html.parser import HTMLParser
from typing import Any

import pytest
from attrs import evolve

import behaviour_culture as bc
from behaviour_culture.model.support import StrandOffer
from behaviour_culture.report import ReportParts, render_html
from behaviour_culture.scheduling import ScheduleOptions
from behaviour_culture.scheduling.effort import Effort
from behaviour_culture.scheduling.engine import schedule_with
from builders import HOURS, audit_of, framework_of, plan_of, step

START = dt.date(2026, 9, 2)
TRAINING = {"teacher": 1.5, "support-staff": 1.5}
"""Training in the use of force asks more of every adult than an hour a week."""


def journey(
    *, priorities: int = 5, whole: bool = False, skip: int = 0, draws: int = 400
) -> dict[str, Any]:
    """The parts of a report on shipped content; ``skip`` items of the audit stay unanswered.

    A ``whole`` plan has every step of the catalogue that is not met.
    """
    framework, catalogue = bc.load_framework("bennett-2017"), bc.load_catalogue("bennett-2017")
    year = bc.load_calendar("illustrative-2026-27")
    rng = random.Random(8)  # noqa: S311  (ratings with gaps that steps with an effect answer)
    responses = [
        bc.Response(rater=rater, item=item.id, rating=rng.choice([0, 1, 1, 2, 3]))
        for item in framework.items[skip:]
        for rater in ("head", "teacher-1", "teacher-2")
    ]
    roles = [
        bc.Role(id=k, title=f"The {k.replace('-', ' ')}", hours_per_week=v, people=2)
        for k, v in (HOURS | TRAINING).items()
    ]
    school = bc.School(
        id="riverbank",
        name="Riverbank School",
        illustrative=True,
        roll=388,
        capacity=bc.Capacity(roles=roles),
    )
    audit = bc.Audit(
        id="summer",
        framework=framework.id,
        edition=framework.edition,
        school=school.name,
        date=dt.date(2026, 7, 8),
        responses=responses,
    )
    result = bc.score_audit(audit, framework)
    plan = bc.draft_plan(
        result,
        catalogue=catalogue,
        school=school,
        priorities=priorities,
        starts=START,
    )
    if whole:
        plan = _with_all_steps(plan, catalogue.for_school(school))
    evidence = bc.load_evidence()
    assert school.capacity is not None
    # The fewest more hours of a plan of all steps take half a minute to find.
    schedule = schedule_with(
        plan, year, school.capacity, ScheduleOptions(), Effort(budget=50), more_hours=not whole
    )
    return {
        "framework": framework,
        "audit": result,
        "plan": plan,
        "school": school,
        "schedule": schedule,
        "impact": bc.score_impact(plan, result, evidence=evidence, school=school, draws=draws),
        "forecast": bc.forecast(
            plan, result, schedule, calendar=year, evidence=evidence, draws=draws
        ),
        "evidence": evidence,
        "benchmarks": bc.content.load_content("benchmarks", "national-behaviour-survey"),
        "support_offer": _offer(),
        "catalogue": catalogue,
        "duties": bc.content.load_duties(),
        "calendar": year,
    }


def _with_all_steps(plan: bc.ActionPlan, catalogue: bc.StepCatalogue) -> bc.ActionPlan:
    """The plan with what it skipped, more than a year holds: a draft never is."""
    added = [catalogue.step(key) for key in sorted(s.step for s in plan.skipped)]
    own = [
        bc.model.Inclusion(step=s.id, kind=bc.model.InclusionKind.OWN, reason="We want all of it.")
        for s in added
    ]
    return evolve(
        plan,
        steps=[*plan.steps, *added],
        inclusions=[*plan.inclusions, *own],
        skipped=(),
    )


def _offer() -> bc.model.SupportOffer:
    provenance = bc.model.Provenance(mark=bc.model.Mark.READ, sources=["s"])
    return bc.model.SupportOffer(
        id="lead",
        lead="Lead School",
        programme="A programme",
        lead_since="2022-04",
        strands=[
            StrandOffer(strand=strand, text=f"What we do: {strand.value}", provenance=provenance)
            for strand in list(bc.model.SupportStrand)[:4]
        ],
        sources=[bc.model.Source(id="s", title="Our page", url="https://example.org/hub")],
    )


# -- reading a page ----------------------------------------------------------------------

VOID = {"meta", "br", "line", "rect", "circle", "path"}


class Node:
    """An element of a parsed page."""

    def __init__(self, tag: str, attrs: dict[str, str], parent: Node | None) -> None:
        self.tag, self.attrs, self.parent = tag, attrs, parent
        self.children: list[Node | str] = []

    def all(self, *tags: str) -> list[Node]:
        found = []
        for child in self.children:
            if isinstance(child, Node):
                found += ([child] if not tags or child.tag in tags else []) + child.all(*tags)
        return found

    def first(self, tag: str, key: str | None = None) -> Node:
        return next(n for n in self.all(tag) if key is None or n.attrs.get("id") == key)

    @property
    def text(self) -> str:
        """What the element says, pictures and styles left out, spaces made one."""
        return " ".join("".join(self._texts()).split())

    def _texts(self) -> list[str]:
        texts = []
        for child in self.children:
            if isinstance(child, str):
                texts.append(child)
            elif child.tag not in {"style", "svg", "head"}:
                texts += child._texts()
                texts.append("" if child.tag in {"a", "span", "strong", "q"} else " ")
        return texts


class Reader(HTMLParser):
    """Reads a page and refuses one whose elements do not close in order."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Node("page", {}, None)
        self.here = self.root

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attrs]
        assert len(set(names)) == len(names), (tag, names)
        node = Node(tag, {name: value or "" for name, value in attrs}, self.here)
        self.here.children.append(node)
        if tag not in VOID:
            self.here = node

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in VOID
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        assert self.here.tag == tag, f"</{tag}> inside <{self.here.tag}>: {self.here.text[:80]}"
        assert self.here.parent is not None
        self.here = self.here.parent

    def handle_data(self, data: str) -> None:
        self.here.children.append(data)


def parse(html: str) -> Node:
    reader = Reader()
    reader.feed(html)
    reader.close()
    assert reader.here is reader.root
    return reader.root


Render = Callable[..., tuple[str, Node]]


@pytest.fixture(scope="session")
def render() -> Render:
    """Make the page of some parts; return its text and what it parses to."""

    def make(parts: dict[str, Any], **changes: Any) -> tuple[str, Node]:
        html = render_html(ReportParts(**(parts | changes)))
        return html, parse(html)

    return make


@pytest.fixture(scope="session")
def parts() -> dict[str, Any]:
    return journey()


@pytest.fixture(scope="session")
def small() -> dict[str, Any]:
    """A plan of one step for one principle: what is written of it takes no time to make."""
    framework = framework_of({"p": [1]})
    audit = bc.score_audit(audit_of(framework, 1), framework)
    plan = plan_of(step("only", principles=["p"], hours=1.0), framework=framework.id)
    return {"framework": framework, "audit": audit, "plan": plan}


@pytest.fixture(scope="session")
def large() -> dict[str, Any]:
    """All principles and all steps, more than a year holds; part of the audit is missing."""
    return journey(priorities=24, whole=True, skip=6, draws=200)


@pytest.fixture(scope="session")
def html(parts: dict[str, Any], render: Render) -> str:
    return render(parts)[0]


@pytest.fixture(scope="session")
def page(html: str) -> Node:
    return parse(html)


@pytest.fixture(scope="session")
def large_page(large: dict[str, Any], render: Render) -> Node:
    return render(large)[1]
