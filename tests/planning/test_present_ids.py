"""Progress under old ids: what a step that took over from others has of their reports."""

from __future__ import annotations

import datetime as dt
from itertools import product

import pytest

import behaviour_culture as bc
from behaviour_culture.model import StepCatalogue
from behaviour_culture.planning.present_ids import under_present_ids
from builders import step

MONDAY = dt.date(2026, 9, 7)
COMPLETE, ON_TRACK = bc.StepStatus.COMPLETE, bc.StepStatus.ON_TRACK
STATUSES = (None, ON_TRACK, COMPLETE)


def catalogue(*old: str) -> StepCatalogue:
    return StepCatalogue(
        id="c",
        name="C",
        framework="f",
        edition="1",
        steps=[step("rules"), step("gate")],
        aliases=dict.fromkeys(old, "rules"),
    )


def report(key: str, status: bc.StepStatus, week: int) -> bc.StepProgress:
    """One that began on the Monday of a week, and ended on its Friday where it did."""
    began = MONDAY + dt.timedelta(weeks=week)
    ended = began + dt.timedelta(days=4) if status is COMPLETE else None
    return bc.StepProgress(step=key, status=status, started=began, finished=ended, note=f"n{week}")


@pytest.mark.parametrize("statuses", [s for s in product(STATUSES, repeat=2) if any(s)])
@pytest.mark.parametrize("weeks", [(0, 1), (1, 0)])
def test_complete_once_all_are_from_the_first_start_to_the_last_end(
    statuses: tuple[bc.StepStatus | None, ...], weeks: tuple[int, ...]
) -> None:
    told = zip("ab", statuses, weeks, strict=True)
    reports = [report(key, status, week) for key, status, week in told if status]
    (made,) = under_present_ids(reports, catalogue("a", "b"))
    done = statuses == (COMPLETE, COMPLETE)
    assert made.step == "rules"
    assert made.status is (COMPLETE if done else ON_TRACK)
    assert made.started == min(r.started for r in reports if r.started)
    assert made.finished == (max(r.finished for r in reports if r.finished) if done else None)
    names = ", ".join(f"'{r.step}'" for r in reports)
    assert made.note == "; ".join([f"reported as {names}", *(r.note for r in reports)])


@pytest.mark.parametrize("status", [ON_TRACK, COMPLETE, bc.StepStatus.STOPPED])
def test_a_step_that_took_over_from_one_has_its_report(status: bc.StepStatus) -> None:
    old = report("a", status, 2).evolve(fidelity=0.5, reach=0.25)
    (made,) = under_present_ids([old], catalogue("a"))
    assert made.evolve(step="a", note=old.note) == old


def test_a_report_under_the_present_id_wins_and_others_stay_as_they_are() -> None:
    present, other = report("rules", ON_TRACK, 0), report("gate", COMPLETE, 1)
    given = [report("a", COMPLETE, 3), other, present]
    assert [*under_present_ids(given, catalogue("a"))] == [other, present]


def test_steps_that_took_over_are_in_one_order_whatever_that_of_the_reports() -> None:
    two = catalogue().evolve(aliases={"a": "rules", "b": "gate"})
    reports = [report("a", ON_TRACK, 0), report("b", ON_TRACK, 1)]
    found = [under_present_ids(some, two) for some in (reports, reports[::-1])]
    assert [r.step for r in found[0]] == ["gate", "rules"]
    assert found[0] == found[1]
