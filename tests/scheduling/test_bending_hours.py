"""Hours that bend: work spread, moved and shared, what is kept going, and the fewest more hours."""

from __future__ import annotations

import datetime as dt
from itertools import product
from math import ceil
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

import behaviour_culture as bc
from behaviour_culture.scheduling import ReasonKind, Schedule
from behaviour_culture.scheduling.forward import bring_forward
from behaviour_culture.testing import assert_feasible
from builders import MONDAY, autumn, examples, people, plan_of, step

YEAR = autumn(weeks=9, gap=4)
WEEKS = 8
HEAD = people(head=1)


def made(
    *steps: bc.ActionStep, capacity: bc.Capacity = HEAD, **options: Any
) -> tuple[bc.ActionPlan, Schedule]:
    """A schedule that the independent checker finds feasible."""
    plan = plan_of(*steps)
    schedule = bc.schedule_plan(plan, calendar=YEAR, capacity=capacity, **options)
    assert_feasible(schedule, plan, YEAR, capacity)
    return plan, schedule


class TestSpread:
    def test_half_the_hours_take_twice_the_weeks(self) -> None:
        _, schedule = made(step("a", weeks=(1, 2, 4), hours=2))
        (entry,) = schedule.steps
        assert (entry.weeks, entry.likely_weeks, dict(entry.hours_per_week)) == (4, 2, {"head": 1})
        assert "over 4 weeks rather than 2" in str(schedule)
        assert sum(u.used for u in schedule.use) == 4

    def test_a_quarter_of_an_hour_is_enough_in_the_end(self) -> None:
        _, schedule = made(
            step("a", weeks=(1, 2, 2), longest_weeks=8, hours=1), capacity=people(head=0.25)
        )
        assert schedule.step("a").weeks == 8

    def test_not_longer_than_it_may_take(self) -> None:
        _, schedule = made(step("a", weeks=(1, 1, 3), hours=4))
        assert schedule.left_out["a"][0].kind is ReasonKind.HOURS
        assert dict(schedule.hours_needed) == {"head": 0.5}  # 4 hours in 3 weeks, in quarters
        assert (schedule.would_fit, schedule.hours_proven) == (1, True)
        assert "With more hours a week of each (head 0.5) 1 of 1 step fit" in str(schedule)

    def test_no_longer_than_needed(self) -> None:
        _, schedule = made(step("a", weeks=(1, 2, 6)))
        assert (schedule.step("a").weeks, schedule.step("a").likely_weeks) == (2, None)

    def test_an_inset_day_is_one_day(self) -> None:
        on_inset = step("a", hours=2, longest_weeks=5, starts=bc.model.StartRule.INSET_DAY)
        assert on_inset.most_weeks == 1


class TestMovedAndShared:
    BOTH = people(head=1, deputy=1)

    def test_another_role_takes_the_lead(self) -> None:
        away = bc.model.CapacityChange(
            role="head", start=MONDAY, end=MONDAY + dt.timedelta(days=300), hours_per_week=0
        )
        capacity = evolve(self.BOTH, changes=[away])
        _, schedule = made(step("a", lead_options=["deputy"]), capacity=capacity)
        assert schedule.step("a").lead == "deputy"

    def test_two_share_what_neither_can_do_alone(self) -> None:
        _, schedule = made(step("a", hours=2, lead_options=["deputy"]), capacity=self.BOTH)
        (entry,) = schedule.steps
        assert (entry.lead, dict(entry.hours_per_week)) == ("head", {"head": 1, "deputy": 1})

    def test_holders_share_work_that_is_of_the_role(self) -> None:
        years = bc.Capacity(
            roles=[bc.Role(id="head", title="Heads of year", people=5, hours_per_week=1)]
        )
        each = [step(k, hours=2) for k in "ab"]
        assert not made(*each, capacity=years)[1].steps
        shared = [step(k, hours=2, shared_roles=["head"]) for k in "ab"]
        _, schedule = made(*shared, capacity=years)
        assert schedule.makespan == 1
        assert schedule.use[0].used == pytest.approx(4 / 5)


class TestKeptGoing:
    KEPT = step("a", running_hours={"head": 0.75})

    def test_it_takes_hours_from_its_end_on(self) -> None:
        _, schedule = made(self.KEPT, step("b", "a", weeks=(1, 1, 4)))
        assert schedule.step("b").weeks == 4
        assert [u.running for u in schedule.use] == [0, *[0.75] * 4]
        assert dict(schedule.running_hours) == {"head": 0.75}

    def test_what_cannot_be_kept_up_is_not_in_the_plan(self) -> None:
        _, schedule = made(self.KEPT, step("b", running_hours={"head": 0.75}))
        assert len(schedule.steps) == 1
        assert dict(schedule.hours_needed) == {"head": 0.75}  # to set one up beside the other

    def test_more_than_there_ever_is(self) -> None:
        _, schedule = made(step("a", running_hours={"head": 1.5}))
        (why,) = schedule.left_out["a"]
        assert (why.kind, why.needed, why.of) == (ReasonKind.UPKEEP, 1.5, 1)

    def test_hours_set_aside_for_it_are_apart(self) -> None:
        capacity = bc.Capacity(
            roles=[bc.Role(id="head", title="Head", hours_per_week=1, running_hours_per_week=0.75)]
        )
        _, schedule = made(self.KEPT, step("b", "a"), capacity=capacity)
        assert schedule.step("b").weeks == 1
        assert [u.running_capacity for u in schedule.use] == [0.75, 0.75]
        _, schedule = made(self.KEPT, step("b", running_hours={"head": 0.5}), capacity=capacity)
        assert len(schedule.steps) == 1
        assert not schedule.hours_needed
        assert dict(schedule.running_hours_needed) == {"head": 0.5}

    def test_a_role_that_nobody_has_is_asked_for(self) -> None:
        with pytest.raises(bc.InvalidInputError, match="needs the role 'senco'"):
            made(step("a", running_hours={"senco": 1}))


LAUNCH = {"phase": bc.model.StepPhase.LAUNCH}


class TestOrderOfAims:
    def test_pupils_meet_it_first(self) -> None:
        steps = [step("a", weeks=4), step("b", weeks=2, **LAUNCH)]
        _, schedule = made(*steps)
        assert schedule.step("b").first_week == 0
        assert (schedule.launch_weeks, schedule.least_launch_weeks) == (0, 0)

    def test_the_launch_with_most_benefit_comes_first(self) -> None:
        steps = [step(k, **LAUNCH) for k in "ab"]
        _, schedule = made(*steps, benefits={"a": 1, "b": 3})
        assert [s.step for s in schedule.steps] == ["b", "a"]

    def test_then_the_end(self) -> None:
        steps = [step("a"), step("b", "a", **LAUNCH), step("c", "b", weeks=3), step("d")]
        for engine in ("heuristic", "exact"):
            _, schedule = made(*steps, engine=engine)
            assert (schedule.step("b").first_week, schedule.makespan) == (1, 6)
            assert schedule.status.value == "optimal"


def test_moved_by_the_school() -> None:
    later = MONDAY + dt.timedelta(days=14)
    plan = plan_of(step("a"), step("b", "a")).move("a", not_before=later)
    schedule = bc.schedule_plan(plan, calendar=YEAR, capacity=HEAD)
    assert schedule.start("a") == later
    assert schedule.explain("a") == ["is not to begin before 21 September 2026"]


def test_moved_into_the_middle_of_a_week() -> None:
    """It begins on that very day, not on the Monday before; a pin goes before it."""
    day = MONDAY + dt.timedelta(days=16)
    plan = plan_of(step("a", starts=bc.model.StartRule.ANY_WEEK)).move("a", not_before=day)
    schedule = bc.schedule_plan(plan, calendar=YEAR, capacity=HEAD)
    assert (schedule.start("a"), schedule.finish("a")) == (day, MONDAY + dt.timedelta(days=18))
    assert_feasible(schedule, plan, YEAR, HEAD)
    late = evolve(schedule, steps=[evolve(schedule.steps[0], start=day - dt.timedelta(days=2))])
    with pytest.raises(AssertionError, match="must not begin before 2026-09-23"):
        assert_feasible(late, plan, YEAR, HEAD)
    pinned = bc.schedule_plan(plan, calendar=YEAR, capacity=HEAD, pins={"a": MONDAY})
    assert pinned.start("a") == MONDAY
    assert_feasible(pinned, plan, YEAR, HEAD)


def test_an_inset_day_before_the_first_day_is_not_taken() -> None:
    days = [MONDAY + dt.timedelta(days=n) for n in (14, 28)]
    year = autumn(8, 3, inset=days)
    plan = plan_of(step("a", starts=bc.model.StartRule.INSET_DAY))
    plan = plan.move("a", not_before=days[0] + dt.timedelta(days=2))
    schedule = bc.schedule_plan(plan, calendar=year, capacity=HEAD)
    assert schedule.start("a") == days[1]
    assert_feasible(schedule, plan, year, HEAD)


class TestBringForward:
    STEPS = (step("a", hours=1), step("b", hours=1), step("c", "a", "b", hours=0.5))

    def test_the_fewest_hours(self) -> None:
        plan, schedule = made(*self.STEPS)
        assert schedule.step("c").first_week == 2
        found = bring_forward(schedule, plan, "c", calendar=YEAR, capacity=HEAD)
        assert dict(found.hours) == {"head": 1}
        assert found.start == MONDAY + dt.timedelta(days=7)
        assert found.proven
        assert "with more hours a week of each (head 1)" in str(found)

    def test_no_hours_help_where_time_is_short(self) -> None:
        plan, schedule = made(step("a"), step("b", "a"))
        found = bring_forward(schedule, plan, "b", calendar=YEAR, capacity=HEAD)
        assert (found.start, dict(found.hours)) == (None, {})
        assert "no hours would bring it forward" in str(found)

    def test_what_starts_with_the_plan(self) -> None:
        plan, schedule = made(step("a"))
        assert bring_forward(schedule, plan, "a", calendar=YEAR, capacity=HEAD).start is None

    def test_another_plan_is_refused(self) -> None:
        _, schedule = made(step("a"))
        other = plan_of(step("a"), id="other")
        with pytest.raises(bc.InvalidInputError) as refused:
            bring_forward(schedule, other, "a", calendar=YEAR, capacity=HEAD, weeks=0)
        assert [fault.path for fault in refused.value.faults] == ["schedule.plan", "weeks"]


# -- the fewest more hours, by brute force --------------------------------------------------

SHORT = autumn(weeks=5, gap=2)


@st.composite
def crowded(draw: st.DrawFn) -> tuple[tuple[bc.ActionStep, ...], bc.Capacity]:
    """Two or three steps of two roles in four weeks, with too few hours now and then."""
    steps: list[bc.ActionStep] = []
    for key in "abc"[: draw(st.integers(2, 3))]:
        likely = draw(st.integers(1, 2))
        longest = draw(st.sampled_from([likely, 2 * likely]))
        hours = {
            role: draw(st.sampled_from([0.5, 1.0, 2.0, 3.0]))
            for role in draw(st.sampled_from([("head",), ("deputy",), ("head", "deputy")]))
        }
        before = [s.id for s in steps if draw(st.integers(0, 3)) == 0]
        running = draw(st.sampled_from([{}, {}, {"head": 0.25}]))
        steps.append(
            step(
                key,
                *before,
                weeks=(1, likely, likely),
                longest_weeks=longest,
                hours=hours,
                lead=next(iter(hours)),
                running_hours=running,
            )
        )
    return tuple(steps), people(head=draw(st.sampled_from([0.5, 1])), deputy=0.5)


def fewest(steps: tuple[bc.ActionStep, ...], capacity: bc.Capacity) -> float | None:
    """The least sum of more hours over all starts and all lengths; None where none is enough."""
    horizon, best = 4, None
    ways = [
        [
            (start, length)
            for length in range(s.weeks.likely, s.most_weeks + 1)
            for start in range(horizon - length + 1)
        ]
        for s in steps
    ]
    for chosen in product(*ways):
        end = {s.id: start + length for s, (start, length) in zip(steps, chosen, strict=True)}
        if any(
            start < end[p.step]
            for s, (start, _) in zip(steps, chosen, strict=True)
            for p in s.requires
        ):
            continue
        total = 0.0
        for role in capacity.roles:
            load = [0.0] * (horizon + 1)
            for s, (start, length) in zip(steps, chosen, strict=True):
                for week in range(start, start + length):
                    load[week] += s.hours_per_week.get(role.id, 0.0) * s.weeks.likely / length
                for week in range(start + length, horizon + 1):
                    load[week] += s.running_hours.get(role.id, 0.0)
            short = max(load) - role.hours_per_week
            total += max(0, ceil(short * 4 - 1e-6)) / 4
        best = total if best is None else min(best, total)
    return best


def check_fewest(case: tuple[tuple[bc.ActionStep, ...], bc.Capacity]) -> None:
    steps, capacity = case
    plan = plan_of(*steps)
    schedule = bc.schedule_plan(plan, calendar=SHORT, capacity=capacity, engine="exact")
    assert_feasible(schedule, plan, SHORT, capacity)
    least = fewest(steps, capacity)
    if least == 0:
        assert not schedule.left_out
        assert not schedule.hours_needed
    elif least is not None:
        assert schedule.left_out
        assert sum(schedule.hours_needed.values()) == pytest.approx(least)
        assert (schedule.would_fit, schedule.hours_proven) == (len(steps), True)
        roles = [
            evolve(r, hours_per_week=r.hours_per_week + schedule.hours_needed.get(r.id, 0.0))
            for r in capacity.roles
        ]
        enough = bc.Capacity(roles=roles)
        again = bc.schedule_plan(plan, calendar=SHORT, capacity=enough, engine="exact")
        assert not again.left_out


@examples(30)
@given(crowded())
def test_the_fewest_more_hours_are_those_of_brute_force(
    case: tuple[tuple[bc.ActionStep, ...], bc.Capacity],
) -> None:
    check_fewest(case)


@pytest.mark.slow
@settings(max_examples=300)
@given(crowded())
def test_the_fewest_more_hours_of_many_cases(
    case: tuple[tuple[bc.ActionStep, ...], bc.Capacity],
) -> None:
    check_fewest(case)


def test_without_the_exact_engine_some_hours_are_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("behaviour_culture.scheduling.more_hours.find_spec", lambda _: None)
    _, schedule = made(step("a", hours=2), step("b", hours=2))
    assert dict(schedule.hours_needed) == {"head": 1}
    assert not schedule.hours_proven
    assert "(fewer hours may do)" in str(schedule)
