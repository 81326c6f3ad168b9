"""Small schedules beside all that are possible: bounds, optimum, reasons and slack.

The oracle below shares no code with the scheduler: it counts weeks by walking the days of
the calendar, and tries every start of every step.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from typing import Any, NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import behaviour_culture as bc
from behaviour_culture.scheduling import ReasonKind, Schedule, ScheduleStatus
from behaviour_culture.testing import assert_feasible
from builders import DAY, MONDAY, examples, plan_of

TINY = 1e-6


class Case(NamedTuple):
    plan: bc.ActionPlan
    calendar: bc.SchoolYear
    capacity: bc.Capacity
    pins: dict[str, dt.date]

    def schedule(self, **options: Any) -> Schedule:
        return bc.schedule_plan(
            self.plan,
            calendar=self.calendar,
            capacity=self.capacity,
            pins=self.pins,
            **{"budget": 200, **options},
        )


class Week(NamedTuple):
    first: dt.date
    last: dt.date
    opens: bool


Starts = Mapping[str, int]


class Oracle:
    """One case in plain numbers: weeks of the plan, and what fits in each."""

    def __init__(self, case: Case) -> None:
        self.steps = {s.id: s for s in case.plan.steps}
        self.capacity = case.capacity
        closed = {d.day for d in case.calendar.days_off} | set(case.calendar.inset)
        self.weeks: list[Week] = []
        for term in case.calendar.terms:  # none of ours has a break: each is one half-term
            opens, monday = True, term.start - term.start.weekday() * DAY
            while monday <= term.end:
                days = [monday + i * DAY for i in range(5)]
                days = [d for d in days if term.start <= d <= term.end and d not in closed]
                if days:
                    week, opens = Week(days[0], days[-1], opens), False
                    if case.plan.starts is None or week.last >= case.plan.starts:
                        self.weeks.append(week)
                monday += 7 * DAY
        self.pins = {
            key: next(i for i, w in enumerate(self.weeks) if w.first <= day <= w.last)
            for key, day in case.pins.items()
        }

    def length(self, key: str) -> int:
        return self.steps[key].weeks.likely

    def earliest(self, key: str, starts: Starts) -> int:
        """First week after all that is required, as far as it is in the schedule."""
        return max(
            (
                starts[p.step] + self.length(p.step) + p.lag_weeks
                for p in self.steps[key].requires
                if p.step in starts
            ),
            default=0,
        )

    def left(self, role: str, week: int, starts: Starts) -> float:
        """Hours that a role has left in a week."""
        used = sum(
            self.steps[k].hours_per_week.get(role, 0.0)
            for k, s in starts.items()
            if s <= week < s + self.length(k)
        )
        return self.capacity.hours(role, self.weeks[week].first) - used

    def full(self, key: str, week: int, others: Starts) -> set[str]:
        """Roles that lack the hours to begin a step in a week."""
        return {
            role
            for role, hours in self.steps[key].hours_per_week.items()
            for w in range(week, min(week + self.length(key), len(self.weeks)))
            if hours > 0 and self.left(role, w, others) < hours - TINY
        }

    def may_start(self, key: str, week: int) -> bool:
        if key in self.pins:
            return week == self.pins[key]
        rule = self.steps[key].starts
        return rule is bc.model.StartRule.ANY_WEEK or self.weeks[week].opens

    def fits(self, key: str, week: int, others: Starts) -> bool:
        """Say whether a step can begin in a week while all others stay where they are."""
        return (
            self.earliest(key, others) <= week <= len(self.weeks) - self.length(key)
            and self.may_start(key, week)
            and not self.full(key, week, others)
            and all(
                week + self.length(key) + p.lag_weeks <= others[later.id]
                for later in self.steps.values()
                for p in later.requires
                if p.step == key and later.id in others
            )
        )

    def best(self) -> tuple[int, int]:
        """Fewest steps left out and, of those schedules, the earliest end, by trying all."""
        order = bc.planning.StepGraph(self.steps.values()).order()
        best = (len(order), 0)

        def place(at: int, done: dict[str, int], end: int) -> None:
            nonlocal best
            out = at - len(done)
            if at == len(order):
                best = min(best, (out, end))
                return
            key = order[at]
            if all(p.step in done for p in self.steps[key].requires):
                last = len(self.weeks) - self.length(key)
                for week in range(self.earliest(key, done), last + 1):
                    ends = max(end, week + self.length(key))
                    if (out, ends) >= best:
                        break
                    if self.may_start(key, week) and not self.full(key, week, done):
                        place(at + 1, {**done, key: week}, ends)
            if (out + 1, end) < best:
                place(at + 1, done, end)

        place(0, {}, 0)
        return best

    def optimum(self) -> int | None:
        """The earliest end of all schedules that hold every step, or None if there is none."""
        out, end = self.best()
        return None if out else end


@st.composite
def cases(draw: st.DrawFn, *, pinned: bool = True) -> Case:
    """Up to five steps, up to ten weeks in one to three half-terms, two busy roles."""
    terms, monday, days = [], MONDAY, []
    for i, count in enumerate(draw(st.lists(st.integers(2, 4), min_size=1, max_size=3))):
        end = monday + (7 * count - 3) * DAY
        terms.append(bc.model.Term(name=f"Part {i}", start=monday, end=end))
        days += [d for d in bc.model.DateRange(start=monday, end=end).days() if d.weekday() < 5]
        monday += 7 * (count + 1) * DAY
    some_day = st.sampled_from(days)
    closed = draw(st.lists(some_day, max_size=3, unique=True)) if len(days) > 5 else []
    calendar = bc.SchoolYear(
        id="year",
        name="Year",
        terms=terms,
        days_off=[bc.model.DayOff(day=d, name="off") for d in closed],
    )
    capacity = draw(capacities(days))
    starts = draw(st.none() | some_day.filter(lambda d: d <= calendar.end))
    plan = draw(plans(starts))
    open_days = [d for d in days if calendar.is_teaching_day(d) and (not starts or d >= starts)]
    pins = {}
    if pinned and plan.steps and draw(st.booleans()):
        key = draw(st.sampled_from([s.id for s in plan.steps]))
        pins[key] = draw(st.sampled_from(open_days))
    return Case(plan, calendar, capacity, pins)


@st.composite
def capacities(draw: st.DrawFn, days: list[dt.date]) -> bc.Capacity:
    hours = st.sampled_from([2.0, 3.0, 1.5])
    changes = []
    for role in draw(st.sets(st.sampled_from(["head", "teacher"]))):
        start, end = sorted(draw(st.tuples(st.sampled_from(days), st.sampled_from(days))))
        other = draw(st.sampled_from([0.0, 1.0, 4.0]))
        changes.append(
            bc.model.CapacityChange(role=role, start=start, end=end, hours_per_week=other)
        )
    return bc.Capacity(
        roles=[
            bc.Role(id=role, title=role, hours_per_week=draw(hours)) for role in ("head", "teacher")
        ],
        changes=changes,
    )


@st.composite
def plans(draw: st.DrawFn, starts: dt.date | None) -> bc.ActionPlan:
    keys = draw(st.permutations("abcde"))[: draw(st.integers(1, 5))]
    any_week, opening = bc.model.StartRule.ANY_WEEK, bc.model.StartRule.HALF_TERM_START
    steps = []
    for i, key in enumerate(keys):
        before = draw(st.sets(st.sampled_from(keys[:i]), max_size=2)) if i else set()
        likely = draw(st.sampled_from([1, 1, 2, 3]))
        need = st.sampled_from([1.0, 0.0, 0.5, 1.5, 2.0])
        steps.append(
            bc.ActionStep(
                id=key,
                title=f"Step {key}",
                lead="head",
                hours_per_week={"head": draw(need), "teacher": draw(need)},
                weeks=bc.Weeks(1, likely, likely),
                starts=draw(st.sampled_from([any_week, any_week, opening])),
                requires=[
                    bc.Prerequisite(
                        step=b, reason="it rests on it.", lag_weeks=draw(st.sampled_from([0, 0, 1]))
                    )
                    for b in sorted(before)
                ],
            )
        )
    return plan_of(*steps, starts=starts)


def starts_of(schedule: Schedule) -> dict[str, int]:
    return {s.step: s.first_week for s in schedule.steps}


def without(starts: Starts, key: str) -> dict[str, int]:
    return {k: v for k, v in starts.items() if k != key}


@examples(200)
@given(cases())
def test_every_schedule_keeps_the_promises_of_all(case: Case) -> None:
    """Each schedule is looked at in every way: to make it takes the longest."""
    schedule, oracle = case.schedule(), Oracle(case)
    it_can_be_carried_out(case, schedule, oracle)
    bound_and_status_are_true(schedule, oracle)
    no_step_could_start_earlier(schedule, oracle)
    reasons_name_what_really_stands_in_the_way(case, schedule, oracle)
    slack_is_how_far_a_step_can_slip(case, schedule, oracle)
    what_does_not_fit_has_a_true_reason(case, schedule, oracle)


def it_can_be_carried_out(case: Case, schedule: Schedule, oracle: Oracle) -> None:
    assert_feasible(schedule, case.plan, case.calendar, case.capacity)
    assert schedule.options.pins == case.pins
    starts = starts_of(schedule)
    for key, week in starts.items():
        assert oracle.fits(key, week, without(starts, key))
        days = [oracle.weeks[w] for w in (week, week + oracle.length(key) - 1)]
        assert schedule.start(key) >= max(days[0].first, case.plan.starts or days[0].first)
        assert schedule.finish(key) == days[1].last


def bound_and_status_are_true(schedule: Schedule, oracle: Oracle) -> None:
    optimum = oracle.optimum()
    if optimum is None:
        assert schedule.status is ScheduleStatus.PARTIAL
        out, end = oracle.best()
        if len(schedule.unscheduled) == out:
            assert schedule.lower_bound <= end
        return
    assert schedule.lower_bound <= optimum
    if schedule.status is ScheduleStatus.OPTIMAL:
        assert schedule.makespan == schedule.lower_bound == optimum
        assert schedule.gap == 0
    elif schedule.status is ScheduleStatus.FEASIBLE:
        assert schedule.makespan >= optimum > 0
        assert schedule.makespan > schedule.lower_bound


@settings(max_examples=100, derandomize=True)
@given(cases())
def test_small_plans_are_scheduled_as_well_as_can_be(case: Case) -> None:
    # A heuristic owes this to nobody, so the cases are always the same ones.
    made = case.schedule()
    assert (len(made.unscheduled), made.makespan) == Oracle(case).best()


@examples(20)
@given(cases())
def test_the_exact_engine_finds_and_proves_the_best(case: Case) -> None:
    pytest.importorskip("ortools")
    made = case.schedule(engine="exact")
    assert_feasible(made, case.plan, case.calendar, case.capacity)
    out, end = Oracle(case).best()
    assert (len(made.unscheduled), made.makespan) == (out, end)
    assert made.proven
    assert made.lower_bound == end
    assert (made.status is ScheduleStatus.OPTIMAL) == (not out)


def no_step_could_start_earlier(schedule: Schedule, oracle: Oracle) -> None:
    starts = starts_of(schedule)
    for key, week in starts.items():
        others = without(starts, key)
        assert not any(oracle.fits(key, w, others) for w in range(week))


def reasons_name_what_really_stands_in_the_way(
    case: Case, schedule: Schedule, oracle: Oracle
) -> None:
    starts = starts_of(schedule)
    for entry in schedule.steps:
        key, others = entry.step, without(starts, entry.step)
        step, earliest = oracle.steps[key], oracle.earliest(key, others)
        kinds = {r.kind for r in entry.reasons}
        assert schedule.explain(key) == [r.text for r in entry.reasons]
        if key in case.pins:
            assert kinds == {ReasonKind.PIN}
            continue
        # Each reason is true.
        for reason in entry.reasons:
            if reason.kind is ReasonKind.PREREQUISITE:
                link = next(p for p in step.requires if p.step == reason.step)
                ends = starts[link.step] + oracle.length(link.step) + link.lag_weeks
                assert ends == earliest > 0
                last = oracle.weeks[ends - link.lag_weeks - 1].last
                assert f"'Step {link.step}', which ends on {last:%d %B %Y}" in reason.text
            elif reason.kind is ReasonKind.ROLE:
                assert reason.role is not None
                week = next(i for i, w in enumerate(oracle.weeks) if w.first == reason.week)
                assert earliest <= week < entry.first_week + entry.weeks
                need = step.hours_per_week[reason.role]
                left = oracle.left(reason.role, week, others)
                assert left < need
                assert f"{reason.role} has {max(left, 0):g} of" in reason.text
                assert reason.text.endswith(f"it needs {need:g}")
            elif reason.kind is ReasonKind.CALENDAR:
                assert step.starts is bc.model.StartRule.HALF_TERM_START
            else:
                assert reason.kind is ReasonKind.START
                assert entry.first_week == 0
        # Together they say all: no week before the start is left unexplained.
        assert (ReasonKind.PREREQUISITE in kinds) == (earliest > 0)
        roles = {r.role for r in entry.reasons if r.kind is ReasonKind.ROLE}
        for week in range(earliest, entry.first_week):
            if oracle.may_start(key, week):
                assert oracle.full(key, week, others) & roles
            else:
                assert ReasonKind.CALENDAR in kinds


def slack_is_how_far_a_step_can_slip(case: Case, schedule: Schedule, oracle: Oracle) -> None:
    starts = starts_of(schedule)
    for entry in schedule.steps:
        others = without(starts, entry.step)
        if entry.step in case.pins:
            assert entry.slack_weeks == 0
            continue
        latest = schedule.makespan - entry.weeks
        able = [
            w - entry.first_week
            for w in range(entry.first_week, latest + 1)
            if oracle.fits(entry.step, w, others)
        ]
        assert entry.slack_weeks == max(able)
        assert entry.critical == (len(able) == 1)
    assert schedule.critical() == tuple(s.step for s in schedule.steps if not s.slack_weeks)


def what_does_not_fit_has_a_true_reason(case: Case, schedule: Schedule, oracle: Oracle) -> None:
    starts = starts_of(schedule)
    for key, why in schedule.unscheduled.items():
        step, horizon = oracle.steps[key], len(oracle.weeks)
        earliest, length = oracle.earliest(key, starts), oracle.length(key)
        if missing := [p.step for p in step.requires if p.step not in starts]:
            assert all(f"'Step {b}'" in why for b in missing)
            assert "first, which is not in the schedule" in why
            continue
        assert not any(oracle.fits(key, w, starts) for w in range(horizon))
        if said := re.match(r"it needs (\w+) for (\S+) hours a week, and \w+ has (\S+) at", why):
            most = max(case.capacity.hours(said[1], w.first) for w in oracle.weeks)
            assert step.hours_per_week[said[1]] > most
            assert said.groups()[1:] == (f"{step.hours_per_week[said[1]]:g}", f"{most:g}")
        elif why.startswith("it takes"):
            assert length > horizon
        elif why.startswith("it is pinned"):
            assert oracle.pins[key] < earliest
        elif why.startswith("pinned"):
            assert oracle.pins[key] + length > horizon
        elif why.startswith("its prerequisites end too late"):
            assert earliest + length > horizon
        else:
            assert why.startswith("no room for it before the calendar ends on ")
            blocked = {
                role
                for w in range(earliest, horizon - length + 1)
                if oracle.may_start(key, w)
                for role in oracle.full(key, w, starts)
            }
            named = {r for r in ("head", "teacher") if f"{r} has " in why}
            assert named == blocked


def test_it_finds_the_optimum_where_two_steps_share_a_role() -> None:
    """Two chains over one head: 1 and 2 hours of 2, so they cannot overlap but in part."""
    capacity = bc.Capacity(roles=[bc.Role(id="head", title="Head", hours_per_week=2)])
    year = bc.SchoolYear(
        id="year",
        name="Year",
        terms=[bc.model.Term(name="All", start=MONDAY, end=MONDAY + 88 * DAY)],
    )

    def step(key: str, weeks: int, hours: float, *before: str) -> bc.ActionStep:
        return bc.ActionStep(
            id=key,
            title=key,
            lead="head",
            hours_per_week={"head": hours},
            weeks=bc.Weeks(1, weeks, weeks),
            requires=[bc.Prerequisite(step=b, reason="r") for b in before],
        )

    steps = [step("a", 3, 1), step("b", 2, 2, "a"), step("c", 2, 2), step("d", 3, 1, "c")]
    case = Case(plan_of(*steps), year, capacity, {})
    schedule = case.schedule()
    # c, then a beside d, then b: 2 + 3 + 2 weeks; 14 hours of work need 7 weeks of 2 hours.
    assert starts_of(schedule) == {"c": 0, "a": 2, "d": 2, "b": 5}
    assert (schedule.makespan, schedule.lower_bound) == (7, 7)
    assert schedule.status is ScheduleStatus.OPTIMAL
    assert schedule.bound_source == "hours of head"
    assert Oracle(case).optimum() == 7


@pytest.mark.parametrize("share", [1 / 3, 0.1, 0.7 / 7])
def test_shares_of_an_hour_add_up(share: float) -> None:
    """Three thirds of an hour are an hour, whatever floating point makes of them."""
    many = round(1 / share)
    capacity = bc.Capacity(roles=[bc.Role(id="head", title="Head", hours_per_week=1)])
    year = bc.SchoolYear(
        id="year",
        name="Year",
        terms=[bc.model.Term(name="All", start=MONDAY, end=MONDAY + 4 * DAY)],
    )
    steps = [
        bc.ActionStep(id=f"s{i}", title="S", lead="head", hours_per_week={"head": share})
        for i in range(many + 1)
    ]
    schedule = Case(plan_of(*steps), year, capacity, {}).schedule()
    assert len(schedule.steps) == many
    assert len(schedule.unscheduled) == 1
