from __future__ import annotations

import datetime as dt
from functools import cache
from pathlib import Path
from typing import Any

import pytest

import behaviour_culture as bc
from behaviour_culture.journey import JourneyResult
from behaviour_culture.report import ReportParts
from behaviour_culture.report.documents.three import Documents
from builders import first_of

SCHOOLS = Path(__file__).resolve().parents[3] / "examples" / "schools"
NAMES = tuple(sorted(p.name for p in SCHOOLS.iterdir() if p.is_dir()))


@cache
def _parts_of(name: str) -> ReportParts:
    return _parts(bc.run_journey(SCHOOLS / name / "journey.toml"))


def _parts(done: JourneyResult) -> ReportParts:
    return ReportParts(
        framework=done.framework,
        audit=done.result,
        plan=done.plan,
        school=done.school,
        schedule=done.schedule,
        impact=done.impact,
        forecast=done.forecast,
        evidence=done.evidence,
        catalogue=done.catalogue,
        duties=done.duties,
        calendar=done.calendar,
        groups=done.groups,
        counted=done.counted,
        review=done.review,
        first_schedule=done.first_schedule,
        written_on=done.today or done.journey.audit_date,
    )


@cache
def _documents_of(name: str) -> Documents:
    return Documents(_parts_of(name))


@pytest.fixture(params=first_of(NAMES, 2))
def school(request: pytest.FixtureRequest) -> ReportParts:
    """The parts of the report of each illustrative school."""
    return _parts_of(request.param)


@pytest.fixture(params=first_of(NAMES))
def three_of_school(request: pytest.FixtureRequest) -> Documents:
    """The documents of each illustrative school."""
    return _documents_of(request.param)


@pytest.fixture(scope="session")
def some(parts: dict[str, Any]) -> ReportParts:
    """Parts of an invented school, with a date."""
    return ReportParts(**parts, written_on=dt.date(2026, 7, 8))


@pytest.fixture(scope="session")
def looked_back() -> ReportParts:
    """Parts of the illustrative school, a year later."""
    return _parts(bc.run_journey(SCHOOLS.parent / "illustrative_journey_a_year_later.toml"))


@pytest.fixture(scope="session")
def three(some: ReportParts) -> Documents:
    return Documents(some)


@pytest.fixture(scope="session")
def all_steps(parts: dict[str, Any]) -> ReportParts:
    """Every principle as a priority, and as many steps as a plan is drafted with."""
    plan = bc.draft_plan(
        parts["audit"],
        catalogue=parts["catalogue"],
        school=parts["school"],
        priorities=24,
        steps_per_priority=30,
        starts=dt.date(2026, 9, 2),
    )
    schedule = bc.schedule_plan(
        plan, calendar=parts["calendar"], capacity=parts["school"].capacity, budget=1
    )
    assert len(plan.steps) > 25
    assert len(plan.objectives) == 24
    names = ("framework", "audit", "school", "catalogue", "calendar", "duties")
    return ReportParts(**{n: parts[n] for n in names}, plan=plan, schedule=schedule)


@pytest.fixture(scope="session")
def three_of_all(all_steps: ReportParts) -> Documents:
    return Documents(all_steps)
