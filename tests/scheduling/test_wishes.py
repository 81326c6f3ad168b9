"""Deadlines, launches, benefits, load, other leads, INSET days; and that reasons are true."""

from __future__ import annotations

import datetime as dt
from importlib.util import find_spec
from typing import Any, NamedTuple

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

import behaviour_culture as bc
from behaviour_culture.scheduling import ReasonKind, Schedule, ScheduleStatus
from behaviour_culture.testing import assert_feasible
from builders import DAY, FRIDAY, autumn, examples, mondays, people, plan_of, step

# Two half-terms of four weeks: 7 to 28 September, a week's break, 12 October to 2 November.
YEAR, WEEKS = autumn(9, 4), mondays(9, 4)
TWO_HOURS = people(deputy=2, head=2)
LAUNCH = {"phase": bc.StepPhase.LAUNCH}
INSET = {"starts": bc.model.StartRule.INSET_DAY}


def schedule(
    *steps: bc.ActionStep,
    capacity: bc.Capacity = TWO_HOURS,
    calendar: bc.SchoolYear = YEAR,
    **wishes: Any,
) -> Schedule:
    plan = plan_of(*steps)
    made = bc.schedule_plan(plan, calendar=calendar, capacity=capacity, **{"budget": 100, **wishes})
    assert_feasible(made, plan, calendar, capacity)
    return made


def weeks_of(made: Schedule) -> dict[str, int]:
    return {s.step: s.first_week for s in made.steps}


class TestDeadlines:
    def test_what_is_due_goes_first(self) -> None:
        steps = [step(k, hours_per_week={"head": 2}) for k in "abc"]
        made = schedule(*steps, deadlines={"c": WEEKS[0] + FRIDAY})
        assert weeks_of(made)["c"] == 0
        assert made.makespan == 3
        assert made.options.deadlines == {"c": WEEKS[0] + FRIDAY}
        assert repr(evolve(made.options, launch_limit=2)) == (
            "<ScheduleOptions 0 pins, 1 deadlines, early-impact, at most 2 launches a half-term>"
        )

    @pytest.mark.parametrize(("due", "kept"), [(3, False), (4, True), (10, True)])
    def test_the_last_teaching_day_of_a_week_counts(self, due: int, kept: bool) -> None:  # noqa: FBT001
        made = schedule(step("a"), deadlines={"a": WEEKS[0] + due * DAY})
        assert ("a" in weeks_of(made)) == kept

    def test_before_the_first_week_ends_nothing_can_be_done(self) -> None:
        made = schedule(step("a"), deadlines={"a": WEEKS[0]})
        assert made.explain("a") == ["its deadline lies before the end of the plan's first week"]

    def test_what_cannot_be_done_in_time_says_so(self) -> None:
        made = schedule(step("a", weeks=2), step("b", "a"), deadlines={"b": WEEKS[1] + FRIDAY})
        assert made.status is ScheduleStatus.PARTIAL
        (why,) = made.explain("b")
        assert why == (
            "it has to end by 18 September 2026 and takes 1 week, but cannot start before "
            "21 September 2026"
        )

    def test_what_is_crowded_out_names_who_is_busy(self) -> None:
        away = bc.model.CapacityChange(
            role="head", start=WEEKS[0], end=WEEKS[1] + FRIDAY, hours_per_week=0.5
        )
        made = schedule(
            step("a"),
            capacity=evolve(TWO_HOURS, changes=[away]),
            deadlines={"a": WEEKS[1] + FRIDAY},
        )
        (why,) = made.explain("a")
        assert why.startswith("no room for it before its deadline on 18 September 2026: head has")

    def test_a_deadline_after_the_year_changes_nothing(self) -> None:
        steps = [step("a"), step("b", "a")]
        assert weeks_of(schedule(*steps, deadlines={"b": YEAR.end + 99 * DAY})) == {"a": 0, "b": 1}


ENGINES = [
    "heuristic",
    pytest.param(
        "exact", marks=pytest.mark.skipif(find_spec("ortools") is None, reason="needs OR-Tools")
    ),
]


@pytest.mark.parametrize("engine", ENGINES)
class TestDeadlinesOfThePlan:
    def scheduled(self, plan: bc.ActionPlan, engine: str, **wishes: Any) -> Schedule:
        made = bc.schedule_plan(
            plan, calendar=YEAR, capacity=TWO_HOURS, engine=engine, budget=50, **wishes
        )
        assert_feasible(made, plan, YEAR, TWO_HOURS)
        return made

    def test_they_are_kept_as_those_of_the_wishes_are(self, engine: str) -> None:
        plan = plan_of(*(step(k, hours_per_week={"head": 2}) for k in "abc"))
        day = WEEKS[0] + FRIDAY
        made = self.scheduled(plan.deadline("c", not_after=day), engine)
        asked = self.scheduled(plan, engine, deadlines={"c": day})
        assert weeks_of(made)["c"] == 0
        assert evolve(made, options=asked.options) == asked
        assert made.lower_bound == made.makespan == 3

    @pytest.mark.parametrize("own", [0, 2])
    def test_the_earlier_of_two_counts(self, engine: str, own: int) -> None:
        plan = plan_of(*(step(k, hours_per_week={"head": 2}) for k in "abc"))
        plan = plan.deadline("c", not_after=WEEKS[own] + FRIDAY)
        made = self.scheduled(plan, engine, deadlines={"c": WEEKS[2 - own] + FRIDAY})
        assert weeks_of(made)["c"] == 0

    def test_what_cannot_be_kept_says_so_with_the_day_as_it_was_agreed(self, engine: str) -> None:
        plan = plan_of(step("a", weeks=2), step("b", "a"), step("c", "b"))
        plan = plan.deadline("b", not_after=WEEKS[2])
        made = self.scheduled(plan, engine)
        assert [*made.left_out] == ["b", "c"]
        assert made.explain("b") == [
            "it has to end by 21 September 2026 and takes 1 week, but cannot start before "
            "21 September 2026"
        ]

    def test_put_off_beyond_its_deadline(self, engine: str) -> None:
        plan = plan_of(step("a")).move("a", not_before=WEEKS[2])
        made = self.scheduled(plan.deadline("a", not_after=WEEKS[1] + FRIDAY), engine)
        (why,) = made.explain("a")
        assert why == (
            "no room for it before its deadline on 18 September 2026: is not to begin before "
            "21 September 2026"
        )

    def test_planning_again_keeps_it_for_what_has_not_begun(self, engine: str) -> None:
        plan = plan_of(*(step(k, hours_per_week={"head": 2}) for k in "ab"))
        old = self.scheduled(plan, engine)
        late = plan.deadline("b", not_after=WEEKS[1] + FRIDAY)
        begun = bc.StepProgress(
            step=old.steps[0].step, status=bc.StepStatus.ON_TRACK, started=WEEKS[0]
        )
        new = bc.scheduling.replan(
            old, late, [begun], today=WEEKS[2], calendar=YEAR, capacity=TWO_HOURS
        ).schedule
        assert ("b" in new.left_out) == (begun.step != "b")


def test_a_conflict_names_the_deadline_of_the_plan() -> None:
    plan = plan_of(step("a", weeks=2), step("b", "a"))
    due = plan.deadline("b", not_after=WEEKS[1] + FRIDAY)
    found = bc.scheduling.find_conflict(due, calendar=YEAR, capacity=TWO_HOURS)
    assert found is not None
    assert "'Step b' (1 week) has to end by 18 September 2026" in [f.text for f in found.facts]
    assert bc.scheduling.find_conflict(plan, calendar=YEAR, capacity=TWO_HOURS) is None


class TestLaunches:
    def test_too_many_at_once_wait_for_the_next_half_term(self) -> None:
        made = schedule(*(step(k, **LAUNCH) for k in "abc"), launch_limit=2)
        assert sorted(weeks_of(made).values()) == [0, 0, 4]
        late = next(s for s in made.steps if s.first_week == 4)
        assert [r.kind for r in late.reasons if r.kind is not ReasonKind.ROLE] == [
            ReasonKind.LAUNCHES
        ]
        text = "2 launches begin in Autumn 1 already, and that is the limit"
        assert text in made.explain(late.step)

    def test_other_steps_are_not_counted(self) -> None:
        made = schedule(step("a", **LAUNCH), step("b"), step("c", "b", **LAUNCH), launch_limit=1)
        assert weeks_of(made) == {"a": 0, "b": 0, "c": 4}

    def test_what_finds_no_half_term_is_left_out(self) -> None:
        made = schedule(*(step(k, **LAUNCH) for k in "abc"), launch_limit=1)
        assert len(made.steps) == 2
        assert "1 launch begins in" in next(iter(made.unscheduled.values()))

    @pytest.mark.parametrize("limit", [0, -1, 1.5, True])
    def test_limits_that_are_none(self, limit: object) -> None:
        with pytest.raises(bc.InvalidInputError, match="launch_limit"):
            schedule(step("a"), launch_limit=limit)


class TestBenefits:
    STEPS = tuple(step(k, hours_per_week={"head": 2}) for k in "abc")

    def test_the_most_useful_comes_first(self) -> None:
        made = schedule(*self.STEPS, benefits={"a": 0.1, "b": 1, "c": 5})
        assert weeks_of(made) == {"c": 0, "b": 1, "a": 2}

    def test_what_does_harm_comes_last_but_comes(self) -> None:
        made = schedule(*self.STEPS, benefits={"a": -3})
        assert weeks_of(made)["a"] == 2

    def test_the_end_of_the_plan_goes_before_benefit(self) -> None:
        """d is worth much, but c has to go first: what waits for it takes four weeks."""
        steps = [step("c", hours_per_week={"head": 2}), step("d", hours_per_week={"head": 2})]
        last = step("e", "c", weeks=4, hours_per_week={"head": 0})
        made = schedule(*steps, last, benefits={"d": 100})
        assert weeks_of(made) == {"c": 0, "d": 1, "e": 1}

    def test_unknown_steps_are_refused(self) -> None:
        with pytest.raises(bc.InvalidInputError, match=r"benefits\['aa'\]: no step 'aa'"):
            schedule(*self.STEPS, benefits={"aa": 1})


class TestOtherLeads:
    STEPS = tuple(step(k, hours_per_week={"head": 2}, lead_options=["deputy"]) for k in "ab")

    def test_another_lead_takes_over_where_the_first_is_busy(self) -> None:
        made = schedule(*self.STEPS)
        assert weeks_of(made) == {"a": 0, "b": 0}
        assert sorted(s.lead for s in made.steps) == ["deputy", "head"]

    def test_the_named_lead_is_taken_where_that_is_as_early(self) -> None:
        assert schedule(self.STEPS[0]).step("a").lead == "head"

    def test_the_hours_of_the_lead_go_with_the_lead(self) -> None:
        """The deputy gives an hour anyway: with the head's two that would be three."""
        both = step("a", hours_per_week={"head": 2, "deputy": 1}, lead_options=["deputy"])
        away = bc.model.CapacityChange(
            role="head", start=WEEKS[0], end=WEEKS[0] + FRIDAY, hours_per_week=0
        )
        made = schedule(both, capacity=evolve(TWO_HOURS, changes=[away]))
        assert weeks_of(made) == {"a": 1}

    def test_a_lead_whom_the_school_has_not_got(self) -> None:
        one = bc.Capacity(roles=[bc.Role(id="deputy", title="Deputy", hours_per_week=2)])
        assert schedule(self.STEPS[0], capacity=one).step("a").lead == "deputy"
        with pytest.raises(bc.InvalidInputError, match="the role 'head'"):
            schedule(step("a"), capacity=one)


class TestInsetDays:
    YEAR = evolve(YEAR, inset=[WEEKS[2] + DAY, WEEKS[6]])

    def test_it_happens_on_that_day(self) -> None:
        made = schedule(step("train", **INSET), step("b", "train"), calendar=self.YEAR)
        assert made.start("train") == made.finish("train") == WEEKS[2] + DAY
        assert made.start("b") == WEEKS[3]
        assert made.explain("train") == ["may happen only on an INSET day"]

    def test_each_needs_hours_of_that_week(self) -> None:
        steps = [step(k, hours_per_week={"head": 1.5}, **INSET) for k in "ab"]
        made = schedule(*steps, calendar=self.YEAR)
        assert [s.start for s in made.steps] == [WEEKS[2] + DAY, WEEKS[6]]

    def test_a_year_without_one(self) -> None:
        made = schedule(step("train", **INSET))
        (why,) = made.explain("train")
        assert why == (
            "no room for it before the calendar ends on 06 November 2026: may happen only on "
            "an INSET day"
        )

    def test_a_pin_stands_above_the_rule(self) -> None:
        made = schedule(step("train", **INSET), calendar=self.YEAR, pins={"train": WEEKS[1]})
        assert made.start("train") == WEEKS[1]


# -- properties ------------------------------------------------------------------------------


class Case(NamedTuple):
    steps: tuple[bc.ActionStep, ...]
    capacity: bc.Capacity
    launch_limit: int | None

    def schedule(self, **wishes: Any) -> Schedule:
        return schedule(
            *self.steps,
            capacity=self.capacity,
            **{"budget": 30, "launch_limit": self.launch_limit, **wishes},
        )


@st.composite
def cases(draw: st.DrawFn) -> Case:
    keys = "abcdef"[: draw(st.integers(1, 6))]
    hours = st.sampled_from([0, 0.5, 1, 1.5, 2])
    steps = [
        step(
            key,
            *sorted(draw(st.sets(st.sampled_from(keys[:i]), max_size=1)) if i else ()),
            weeks=draw(st.integers(1, 2)),
            lag=draw(st.sampled_from([0, 0, 1])),
            hours_per_week={"head": draw(hours), "deputy": draw(hours)},
            phase=draw(st.sampled_from([bc.StepPhase.DEVELOP, bc.StepPhase.LAUNCH])),
            starts=draw(
                st.sampled_from(
                    [bc.model.StartRule.ANY_WEEK] * 2 + [bc.model.StartRule.HALF_TERM_START]
                )
            ),
        )
        for i, key in enumerate(keys)
    ]
    first, last = sorted(draw(st.tuples(st.integers(0, 3), st.integers(0, 3))))
    away = bc.model.CapacityChange(
        role="head",
        start=WEEKS[first],
        end=WEEKS[last] + FRIDAY,
        hours_per_week=draw(st.sampled_from([0.0, 1.0, 3.0])),
    )
    changes = draw(st.sampled_from([[], [away]]))
    limit = draw(st.sampled_from([None, 1, 2]))
    return Case(tuple(steps), evolve(TWO_HOURS, changes=changes), limit)


def hours_by_week(capacity: bc.Capacity, more: dict[tuple[str, dt.date], float]) -> bc.Capacity:
    """Return the same hours, written down week by week, with some added."""
    changes = [
        bc.model.CapacityChange(
            role=role.id,
            start=week,
            end=week + FRIDAY,
            hours_per_week=capacity.hours(role.id, week) + more.get((role.id, week), 0),
        )
        for role in capacity.roles
        for week in WEEKS
    ]
    return evolve(capacity, changes=changes)


@examples(120)
@given(cases())
def test_without_what_is_named_it_could_start_a_week_earlier(case: Case) -> None:
    made = case.schedule()
    pins = {s.step: s.start for s in made.steps}
    steps = {s.id: s for s in case.steps if s.id in pins}
    for entry in made.steps:
        if entry.first_week == 0:
            assert [r.kind for r in entry.reasons] == [ReasonKind.START]
            continue
        begin, kinds = entry.first_week - 1, {r.kind for r in entry.reasons}
        assert kinds <= {
            ReasonKind.PREREQUISITE, ReasonKind.ROLE, ReasonKind.LAUNCHES, ReasonKind.CALENDAR
        }  # fmt: skip
        changed, limit = steps[entry.step], case.launch_limit
        waits = begin < _ready(changed, made, steps)
        opens = changed.starts is bc.model.StartRule.ANY_WEEK or begin in {0, 4}
        if opens and not waits:
            # It might have begun in the week before: only what is named is taken away.
            more = {(r.role, r.week): 10.0 for r in entry.reasons if r.role and r.week}
            limit = None if ReasonKind.LAUNCHES in kinds else limit
        else:
            # That week was ruled out, and people and launches were not looked at in it.
            more, limit = {(r, w): 10.0 for r in ("head", "deputy") for w in WEEKS}, None
            assert opens or ReasonKind.CALENDAR in kinds or waits
        if waits:
            named = {r.step for r in entry.reasons if r.kind is ReasonKind.PREREQUISITE}
            assert named
            others = [p for p in changed.requires if p.step not in named]
            changed = evolve(changed, requires=others)
        again = schedule(
            *(changed if s.id == entry.step else s for s in steps.values()),
            capacity=hours_by_week(case.capacity, more),
            launch_limit=limit,
            pins={**pins, entry.step: WEEKS[begin]},
        )
        assert not again.unscheduled
        assert again.step(entry.step).first_week == begin


def _ready(changed: bc.ActionStep, made: Schedule, steps: dict[str, bc.ActionStep]) -> int:
    """Return the first week after all that a step requires."""
    return max(
        (
            made.step(p.step).first_week + steps[p.step].weeks.likely + p.lag_weeks
            for p in changed.requires
        ),
        default=0,
    )


@examples(80)
@given(cases())
def test_a_level_load_ends_no_later_and_is_no_less_even(case: Case) -> None:
    plain, level = case.schedule(), case.schedule(prefer="level-load")
    assert level.makespan == plain.makespan
    assert level.unscheduled.keys() == plain.unscheduled.keys()

    def unevenness(made: Schedule) -> float:
        return sum((u.used / u.capacity) ** 2 for u in made.use if u.capacity)

    assert unevenness(level) <= unevenness(plain) + 1e-9
    for entry in level.steps:
        earlier = plain.step(entry.step)
        assert entry.first_week >= earlier.first_week
        kinds = {r.kind for r in entry.reasons}
        assert (ReasonKind.START in kinds) == (entry.first_week == 0)
        if ReasonKind.LOAD in kinds:
            assert entry.first_week > 0


def test_a_level_load_by_hand() -> None:
    """a and b at once ask for all of the head's hours; b can wait until a has ended."""
    steps = [step("a", weeks=2), step("b", weeks=2), step("c", weeks=4, hours_per_week={"head": 0})]
    assert weeks_of(schedule(*steps)) == {"a": 0, "b": 0, "c": 0}
    level = schedule(*steps, prefer="level-load")
    assert level.makespan == 4
    assert sorted((level.step("a").first_week, level.step("b").first_week)) == [0, 2]
    moved = next(s for s in level.steps if s.first_week == 2)
    assert level.explain(moved.step) == [
        "could start in the week of 07 September 2026, but was moved to spread the load"
    ]


def test_a_level_load_moves_nothing_that_pupils_meet() -> None:
    steps = [
        *(step(key, phase=bc.model.StepPhase.LAUNCH) for key in ("a", "b")),
        *(step(key, weeks=2) for key in ("c", "d")),
        step("e", weeks=6, hours_per_week={"head": 0}),
    ]
    level = weeks_of(schedule(*steps, prefer="level-load"))
    plain = weeks_of(schedule(*steps))
    assert (level["a"], level["b"]) == (plain["a"], plain["b"])
    assert (level["c"], level["d"]) != (plain["c"], plain["d"])


@examples(60)
@given(cases())
def test_a_slack_that_is_used_up_breaks_nothing(case: Case) -> None:
    made = case.schedule()
    for entry in made.steps:
        pins = {s.step: s.start for s in made.steps}
        pins[entry.step] = WEEKS[entry.first_week + entry.slack_weeks]
        kept = [s for s in case.steps if s.id in pins]
        again = schedule(*kept, capacity=case.capacity, launch_limit=case.launch_limit, pins=pins)
        assert not again.unscheduled
        assert again.makespan == made.makespan


def test_next_to_no_hours_of_somebody_who_has_none_need_no_room() -> None:
    away = bc.model.CapacityChange(
        role="head", start=WEEKS[0], end=WEEKS[1] + FRIDAY, hours_per_week=0
    )
    made = schedule(
        step("a", hours={"head": 1e-10, "deputy": 1}),
        step("b", hours={"head": 1e-6, "deputy": 1}),
        capacity=evolve(TWO_HOURS, changes=[away]),
        prefer="level-load",
    )
    assert weeks_of(made) == {"a": 0, "b": 2}


def test_an_unknown_preference() -> None:
    with pytest.raises(bc.InvalidInputError, match="got 'level'; did you mean 'level-load'"):
        schedule(step("a"), prefer="level")
