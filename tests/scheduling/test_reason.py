"""Reasons are data: each kind has a sentence, and no sentence is anything but shown."""

from __future__ import annotations

import datetime as dt
from typing import Any
from unittest import mock

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

import behaviour_culture as bc
from behaviour_culture.scheduling import ReasonKind, reason, replan, result
from behaviour_culture.scheduling.reason import needed_fields, reason_text, reasons_text
from behaviour_culture.scheduling.result import bound_text
from behaviour_culture.testing import ScheduledPlan, reasons, scheduled_plans

DAY = dt.date(2026, 9, 7)
ALL: dict[str, Any] = {
    "step": "teach", "title": "Teach {it}", "why": "It rests on it.", "role": "head-of-year",
    "left": 0.5, "of": 2, "needed": 1.5, "weeks": 2, "week": DAY, "day": dt.date(2026, 9, 18),
    "ready": dt.date(2026, 9, 21), "ends": dt.date(2027, 7, 20), "part": "Autumn 1",
    "rule": bc.model.StartRule.INSET_DAY,
}  # fmt: skip
SENTENCES = {
    "prerequisite": "waits for 'Teach {it}', which ends on 18 September 2026, and 2 school weeks "
    "must pass: It rests on it",
    "role": "head-of-year has 0.5 of 2 hours left in the week of 07 September 2026, and it needs "
    "1.5",
    "running": "head-of-year has 0.5 of 2 hours a week left to keep things going, from the week of "
    "07 September 2026 on, and it needs 1.5",
    "moved": "is not to begin before 18 September 2026",
    "upkeep": "keeping it going takes head-of-year 1.5 hours a week, and head-of-year has 2 at "
    "most",
    "elsewhere": "another school that takes part has too few hours left in the week of 07 "
    "September 2026",
    "calendar": "may happen only on an INSET day",
    "term": "belongs to the Autumn 1 term",
    "launches": "2 launches begin in Autumn 1 already, and that is the limit",
    "load": "could start in the week of 07 September 2026, but was moved to spread the load",
    "kept": "could start in the week of 07 September 2026, but keeps the place that it had",
    "actual": "begun on 07 September 2026, finished on 18 September 2026",
    "pin": "pinned to the week of 07 September 2026",
    "start": "starts with the plan, in the week of 07 September 2026",
    "now": "starts now, with what is left of the plan, in the week of 07 September 2026",
    "missing": "it needs 'Teach {it}' first, which is not in the schedule",
    "hours": "it needs head-of-year for 1.5 hours a week, and head-of-year has 2 at most",
    "length": "it takes 2 weeks, and the calendar has 2",
    "early-pin": "it is pinned to the week of 07 September 2026, but cannot start before 21 "
    "September 2026",
    "late-pin": "pinned to the week of 07 September 2026 it runs past the end on 20 July 2027",
    "no-week": "its deadline lies before the end of the plan's first week",
    "deadline": "it has to end by 18 September 2026 and takes 2 weeks, but cannot start before 21 "
    "September 2026",
    "too-late": "its prerequisites end too late: 2 weeks of work do not fit before the calendar "
    "ends on 20 July 2027",
    "no-room": "no room for it before its deadline on 18 September 2026",
    "stopped": "it was stopped",
}


@pytest.mark.parametrize("kind", [k for k in ReasonKind if k is not ReasonKind.OTHER])
def test_each_kind_has_a_sentence_and_needs_what_it_speaks_of(kind: ReasonKind) -> None:
    assert reason_text(bc.scheduling.Reason(kind=kind, **ALL)) == SENTENCES[kind.value]
    fewest = {name: ALL[name] for name in needed_fields(kind)}
    assert bc.scheduling.Reason(kind=kind, **fewest).text.strip()
    for name in fewest:
        with pytest.raises(
            bc.InvalidInputError, match=rf"{name}: a reason of the kind {kind.value}"
        ):
            bc.scheduling.Reason(kind=kind, **{k: v for k, v in fewest.items() if k != name})


@pytest.mark.parametrize(
    ("kind", "without", "sentence"),
    [
        ("prerequisite", "weeks", "waits for 'Teach {it}', which ends on 18 September 2026: It "
         "rests on it"),
        ("elsewhere", "week", "another school that takes part has too few hours"),
        ("actual", "day", "begun on 07 September 2026"),
        ("early-pin", "ready", "it is pinned to the week of 07 September 2026, but cannot start "
         "before the end of the calendar on 20 July 2027"),
        ("deadline", "ready", "it has to end by 18 September 2026 and takes 2 weeks, but cannot "
         "start before the end of the calendar on 20 July 2027"),
        ("no-room", "day", "no room for it before the calendar ends on 20 July 2027"),
    ],
)  # fmt: skip
def test_what_may_be_absent_is_left_out(kind: str, without: str, sentence: str) -> None:
    fields = {k: v for k, v in ALL.items() if k != without}
    assert reason_text(bc.scheduling.Reason(kind=ReasonKind(kind), **fields)) == sentence


def test_one_is_not_many() -> None:
    one = {**ALL, "weeks": 1, "of": 1}
    assert (
        "and 1 school week must" in bc.scheduling.Reason(kind=ReasonKind.PREREQUISITE, **one).text
    )
    assert bc.scheduling.Reason(kind=ReasonKind.LAUNCHES, **one).text.startswith(
        "1 launch begins in"
    )
    assert (
        "1 week of work does not fit" in bc.scheduling.Reason(kind=ReasonKind.TOO_LATE, **one).text
    )


def test_several_reasons_are_one_sentence() -> None:
    room, role, pin = (
        bc.scheduling.Reason(kind=ReasonKind(kind), **ALL) for kind in ("no-room", "role", "pin")
    )
    assert reasons_text([room, role, pin]) == f"{room.text}: {role.text}; {pin.text}"
    missing = [bc.scheduling.Reason(kind=ReasonKind.MISSING, title=f"Step {k}") for k in "ab"]
    assert reasons_text(missing) == (
        "it needs 'Step a', 'Step b' first, which is not in the schedule"
    )
    assert reasons_text([]) == ""


def test_titles_of_roles_go_in_when_the_sentence_is_made() -> None:
    def title(key: str) -> str:
        return {"head-of-year": "Head of Year 7"}[key]

    short = bc.scheduling.Reason(kind=ReasonKind.ROLE, **ALL)
    assert reason_text(short, title).startswith("Head of Year 7 has 0.5 of 2 hours")
    never = bc.scheduling.Reason(kind=ReasonKind.HOURS, **ALL)
    assert reasons_text([never], title).count("Head of Year 7") == 2
    drawn = bc.schedule_plan(_plan(), calendar=YEAR, capacity=HEAD)
    assert bound_text(drawn, title) == "hours of Head of Year 7"


@given(reasons())
def test_any_reason_shows_itself(drawn: bc.scheduling.Reason) -> None:
    assert str(drawn) == drawn.text
    assert drawn.words is None or drawn.text == drawn.words


YEAR = bc.SchoolYear(
    id="year",
    name="Year",
    terms=[bc.model.Term(name="Autumn", start=DAY, end=dt.date(2026, 10, 2))],
)
HEAD = bc.Capacity(roles=[bc.Role(id="head-of-year", title="Head", hours_per_week=2)])


def _plan() -> bc.ActionPlan:
    steps = [
        bc.ActionStep(id=k, title=k, lead="head-of-year", hours_per_week={"head-of-year": 2})
        for k in "abcd"
    ]
    return bc.ActionPlan(
        id="plan", title="Plan", framework="f", edition="1", catalogue="c", objectives=[],
        steps=steps,
        inclusions=[
            bc.model.Inclusion(step=k, kind=bc.model.InclusionKind.OWN, reason="ours")
            for k in "abcd"
        ],
    )  # fmt: skip


@given(scheduled_plans(), st.data())
def test_with_other_sentences_nothing_but_text_changes(
    drawn: ScheduledPlan, data: st.DataObject
) -> None:
    """As in a translation: what is made, written and read again is the same."""
    made, plan, calendar, capacity = drawn
    done = [s for s in made.steps if s.first_week == 0 and data.draw(st.booleans())]
    progress = [
        bc.StepProgress(step=s.step, status=bc.StepStatus.ON_TRACK, started=s.start) for s in done
    ]

    def walk() -> tuple[str, str]:
        again = bc.schedule_plan(
            plan,
            calendar=calendar,
            capacity=capacity,
            pins=made.options.pins,
            deadlines=made.options.deadlines,
            launch_limit=made.options.launch_limit,
            prefer=made.options.prefer,
            budget=5,
        )
        today = min(max((s.start for s in done), default=again.starts), calendar.end)
        new = replan(again, plan, progress, today=today, calendar=calendar, capacity=capacity)
        files = [bc.dumps(s, format="json") for s in (again, new.schedule)]
        back = [bc.loads(text, format="json") for text in files]
        assert back == [again, new.schedule]
        return files[0], files[1]

    plain = walk()
    stub = {kind: f"<{kind.value}>" for kind in reason._SENTENCES}
    bounds = {kind: f"<{kind.value}>" for kind in result._BOUNDS}
    with (
        mock.patch.object(reason, "_SENTENCES", stub),
        mock.patch.object(result, "_BOUNDS", bounds),
    ):
        assert walk() == plain
        assert all(text.startswith("<") for s in plan.steps for text in made.explain(s.id))
        assert made.bound_source.startswith("<")
    assert evolve(made) == made
