"""Calendar, people, lags and pins: one small case each, worked out by hand."""

from __future__ import annotations

import datetime as dt
from types import MappingProxyType
from typing import Any

import pytest
from attrs import evolve

import behaviour_culture as bc
from behaviour_culture.scheduling import ReasonKind, Schedule, ScheduleStatus
from behaviour_culture.testing import assert_feasible
from builders import autumn, people, plan_of, step

# Two half-terms of three weeks: 7, 14 and 21 September, a week's break, 5, 12 and 19 October.
YEAR = autumn(7, 3)
THREE_HOURS = people(head=3)
TWO_HOURS = people(head=2)


def day(number: int, month: int = 9) -> dt.date:
    return dt.date(2026, month, number)


def launch(key: str, *before: str, **fields: Any) -> bc.ActionStep:
    return step(key, *before, starts=bc.model.StartRule.HALF_TERM_START, **fields)


def schedule(
    made: bc.ActionPlan,
    capacity: bc.Capacity = TWO_HOURS,
    calendar: bc.SchoolYear = YEAR,
    **wishes: Any,
) -> Schedule:
    found = bc.schedule_plan(made, calendar=calendar, capacity=capacity, budget=100, **wishes)
    assert_feasible(found, made, calendar, capacity)
    assert all(getattr(found.options, name) == wish for name, wish in wishes.items())
    return found


class TestCalendar:
    def test_work_goes_on_after_a_holiday(self) -> None:
        found = schedule(plan_of(step("a", weeks=4)))
        assert (found.start("a"), found.finish("a")) == (day(7), day(9, 10))
        entry = found.step("a")
        assert (entry.half_term, entry.finish_half_term) == ("Autumn 1", "Autumn 2")
        assert found.explain("a") == ["starts with the plan, in the week of 07 September 2026"]
        assert (found.starts, found.ends) == (day(7), day(9, 10))

    def test_a_launch_waits_for_the_first_week_of_a_half_term(self) -> None:
        found = schedule(plan_of(step("agree"), launch("teach", "agree")))
        assert found.start("teach") == day(5, 10)
        assert {r.kind for r in found.step("teach").reasons} == {
            ReasonKind.CALENDAR,
            ReasonKind.PREREQUISITE,
        }
        assert "may start only in the first week of a half-term" in found.explain("teach")
        assert found.step("teach").slack_weeks == 0
        # Prepared in any of three weeks: the launch leaves it two weeks to spare.
        assert found.step("agree").slack_weeks == 2
        assert found.critical() == ("teach",)

    def test_a_launch_with_the_plan(self) -> None:
        assert schedule(plan_of(launch("teach"))).start("teach") == day(7)

    def test_a_plan_that_starts_inside_the_year(self) -> None:
        made = plan_of(step("a"), launch("b"), starts=day(16))
        found = schedule(made)
        assert (found.start("a"), found.finish("a")) == (day(16), day(18))
        assert found.start("b") == day(5, 10)  # the first week of Autumn 1 is gone
        assert found.starts == day(16)
        assert found.step("b").first_week == 2

    def test_a_plan_that_starts_in_a_holiday(self) -> None:
        found = schedule(plan_of(launch("a"), starts=day(29)))
        assert found.start("a") == day(5, 10)

    def test_a_plan_that_starts_on_a_day_off(self) -> None:
        year = evolve(YEAR, days_off=[bc.model.DayOff(day=day(16), name="closed")])
        found = schedule(plan_of(step("a"), starts=day(16)), calendar=year)
        assert found.start("a") == found.starts == day(17)

    def test_a_short_week_is_a_week(self) -> None:
        year = evolve(YEAR, inset=[day(n) for n in range(14, 18)])
        found = schedule(plan_of(step("a", weeks=2)), calendar=year)
        assert (found.start("a"), found.finish("a")) == (day(7), day(18))

    def test_what_does_not_fit_the_year(self) -> None:
        found = schedule(plan_of(step("a", weeks=5), step("b", "a", weeks=2), step("c", weeks=7)))
        assert found.status is ScheduleStatus.PARTIAL
        assert dict(found.unscheduled) == {
            "b": "its prerequisites end too late: 2 weeks of work do not fit before the "
            "calendar ends on 23 October 2026",
            "c": "it takes 7 weeks, and the calendar has 6",
        }

    def test_what_needs_a_step_that_does_not_fit(self) -> None:
        found = schedule(plan_of(step("a", weeks=9), step("b", "a"), step("c", "b")))
        assert found.unscheduled["b"] == "it needs 'Step a' first, which is not in the schedule"
        assert found.unscheduled["c"] == "it needs 'Step b' first, which is not in the schedule"
        assert found.steps == ()
        assert found.makespan == 0


class TestPeople:
    def test_a_role_has_only_so_many_hours(self) -> None:
        found = schedule(plan_of(*(step(k, hours={"head": 1.5}) for k in "abc")))
        assert [found.step(k).first_week for k in "abc"] == [0, 1, 2]
        assert found.explain("b") == [
            "head has 0.5 of 2 hours left in the week of 07 September 2026, and it needs 1.5"
        ]
        assert found.bound_source == "longest chain of prerequisites" or found.lower_bound == 3
        assert [(u.used, u.capacity) for u in found.use] == [(1.5, 2.0)] * 3

    def test_an_absence_moves_the_work(self) -> None:
        away = bc.model.CapacityChange(role="head", start=day(7), end=day(18), hours_per_week=0)
        found = schedule(plan_of(step("a")), evolve(TWO_HOURS, changes=[away]))
        assert found.start("a") == day(21)
        assert found.explain("a") == [
            "head has 0 of 0 hours left in the week of 14 September 2026, and it needs 1"
        ]
        assert (found.lower_bound, found.status) == (3, ScheduleStatus.OPTIMAL)
        assert found.bound_source == "hours of head"

    def test_an_absence_in_the_middle_is_not_worked_around(self) -> None:
        away = bc.model.CapacityChange(role="head", start=day(14), end=day(18), hours_per_week=0.5)
        found = schedule(plan_of(step("a", weeks=2)), evolve(TWO_HOURS, changes=[away]))
        assert found.start("a") == day(21)

    def test_more_hours_for_a_while(self) -> None:
        more = bc.model.CapacityChange(role="head", start=day(14), end=day(18), hours_per_week=5)
        found = schedule(plan_of(step("a", hours={"head": 4})), evolve(TWO_HOURS, changes=[more]))
        assert found.start("a") == day(14)

    def test_hours_that_nobody_can_give(self) -> None:
        found = schedule(plan_of(step("a", hours={"head": 2.5})))
        assert found.unscheduled["a"] == (
            "it needs head for 2.5 hours a week, and head has 2 at most"
        )

    @pytest.mark.parametrize("hours", [168.5, 1e15, 1e308])
    def test_no_week_has_more_than_168_hours(self, hours: float) -> None:
        with pytest.raises(bc.InvalidInputError, match=r"hours_per_week\.head.*at most 168"):
            step("a", hours={"head": hours})

    def test_hours_that_nobody_has_do_not_spill_into_another_role(self) -> None:
        both = bc.Capacity(
            roles=[bc.Role(id=k, title=k, hours_per_week=2) for k in ("head", "zoo-keeper")]
        )
        found = schedule(plan_of(step("a", hours={"head": 168}), step("b")), both)
        assert found.unscheduled.keys() == {"a"}
        assert found.start("b") == day(7)

    def test_a_role_that_gives_no_time_need_not_exist(self) -> None:
        found = schedule(plan_of(step("a", hours={"head": 1, "senco": 0})))
        assert found.start("a") == day(7)

    def test_a_step_that_takes_no_time(self) -> None:
        busy = step("a", hours={"head": 2}, weeks=6)
        found = schedule(plan_of(busy, step("b", hours={"head": 0})))
        assert found.start("b") == day(7)

    def test_an_empty_plan(self) -> None:
        found = schedule(plan_of())
        assert (found.steps, found.makespan, found.gap) == ((), 0, 0)
        assert found.status is ScheduleStatus.OPTIMAL


class TestLags:
    def test_school_weeks_pass_in_between(self) -> None:
        found = schedule(plan_of(step("a"), step("b", "a", lag=2)))
        assert found.start("b") == day(5, 10)  # the holiday is no school week
        assert found.explain("b") == [
            "waits for 'Step a', which ends on 11 September 2026, and 2 school weeks must pass: "
            "it rests on it"
        ]

    def test_the_later_of_two_decides(self) -> None:
        found = schedule(
            plan_of(step("a"), step("b", weeks=2), step("c", "a", "b", lag=1)),
        )
        assert found.step("c").first_week == 3
        assert [r.step for r in found.step("c").reasons] == ["b"]

    def test_a_lag_beyond_the_year(self) -> None:
        found = schedule(plan_of(step("a"), step("b", "a", lag=6)))
        assert found.unscheduled["b"].startswith("its prerequisites end too late")


class TestPins:
    def test_a_pin_is_kept(self) -> None:
        found = schedule(plan_of(step("a"), step("b")), pins={"a": day(23)})
        assert found.start("a") == day(21)
        assert found.explain("a") == ["pinned to the week of 21 September 2026"]
        assert found.step("a").slack_weeks == 0
        assert found.start("b") == day(7)

    def test_a_pin_stands_above_the_start_rule(self) -> None:
        found = schedule(plan_of(launch("a")), pins={"a": day(15)})
        assert found.start("a") == day(14)

    def test_others_make_room_for_a_pin(self) -> None:
        # By length, c would come first and take the week of the pin.
        steps = [
            step("b", hours={"head": 2}),
            step("c", hours={"head": 2}, weeks=3),
            step("d", "c", weeks=1),
            step("e", "b", hours={"head": 2}),
        ]
        found = schedule(plan_of(*steps), pins={"e": day(14)})
        assert [found.step(k).first_week for k in "bec"] == [0, 1, 2]
        assert found.status is ScheduleStatus.OPTIMAL

    def test_a_pin_before_what_is_needed(self) -> None:
        found = schedule(plan_of(step("a", weeks=2), step("b", "a")), pins={"b": day(14)})
        assert found.unscheduled["b"] == (
            "it is pinned to the week of 14 September 2026, but cannot start before "
            "21 September 2026"
        )

    def test_a_pin_that_can_never_come(self) -> None:
        found = schedule(plan_of(step("a", weeks=6), step("b", "a")), pins={"b": day(14)})
        assert found.unscheduled["b"] == (
            "it is pinned to the week of 14 September 2026, but cannot start before the end of "
            "the calendar on 23 October 2026"
        )

    def test_a_pin_too_late_in_the_year(self) -> None:
        found = schedule(plan_of(step("a", weeks=2)), pins={"a": day(19, 10)})
        assert found.unscheduled["a"] == (
            "pinned to the week of 19 October 2026 it runs past the end on 23 October 2026"
        )

    def test_a_pin_where_nobody_is_there(self) -> None:
        away = bc.model.CapacityChange(role="head", start=day(14), end=day(18), hours_per_week=0)
        absent = evolve(TWO_HOURS, changes=[away])
        found = schedule(plan_of(launch("a")), absent, pins={"a": day(15)})
        assert found.unscheduled["a"] == (
            "no room for it before the calendar ends on 23 October 2026: head has 0 of 0 hours "
            "left in the week of 14 September 2026, and it needs 1"
        )

    def test_two_pins_that_exclude_each_other(self) -> None:
        full = {"head": 2.0}
        found = schedule(
            plan_of(step("a", hours=full), step("b", hours=full)), pins={"a": day(7), "b": day(7)}
        )
        assert len(found.unscheduled) == 1
        assert "head has 0 of 2 hours left" in next(iter(found.unscheduled.values()))


class TestDeadlines:
    full = MappingProxyType({"head": 2.0})

    def test_what_is_due_comes_first(self) -> None:
        made = plan_of(*(step(k, hours=self.full) for k in "abc"))
        found = schedule(made, deadlines={"c": day(11)})
        assert found.start("c") == day(7)
        assert {found.step(k).first_week for k in "ab"} == {1, 2}

    def test_what_cannot_end_in_time(self) -> None:
        found = schedule(plan_of(step("a", weeks=2), step("b", "a")), deadlines={"b": day(18)})
        assert found.start("a") == day(7)
        assert found.unscheduled["b"] == (
            "it has to end by 18 September 2026 and takes 1 week, but cannot start before 21 "
            "September 2026"
        )

    def test_a_deadline_before_the_first_week_ends(self) -> None:
        found = schedule(plan_of(step("a")), deadlines={"a": day(10)})
        assert found.unscheduled["a"] == "its deadline lies before the end of the plan's first week"

    def test_a_deadline_of_a_step_that_nobody_knows(self) -> None:
        with pytest.raises(bc.InvalidInputError, match="no step 'z'"):
            schedule(plan_of(step("a")), deadlines={"z": day(10)})


class TestLaunches:
    made = plan_of(*(step(k, phase=bc.StepPhase.LAUNCH) for k in "ab"), step("c"))

    def test_no_more_than_the_limit_begin_in_one_half_term(self) -> None:
        found = schedule(self.made, THREE_HOURS, launch_limit=1)
        halves = sorted(found.step(k).half_term for k in "ab")
        assert halves == ["Autumn 1", "Autumn 2"]
        assert found.step("c").first_week == 0
        late = max("ab", key=lambda k: found.step(k).first_week)
        assert found.start(late) == day(5, 10)
        assert found.explain(late) == ["1 launch begins in Autumn 1 already, and that is the limit"]

    def test_without_a_limit_all_begin_at_once(self) -> None:
        assert {s.first_week for s in schedule(self.made, THREE_HOURS).steps} == {0}

    def test_what_is_beyond_the_limit_all_year(self) -> None:
        many = plan_of(*(step(k, phase=bc.StepPhase.LAUNCH) for k in "abc"))
        found = schedule(many, THREE_HOURS, launch_limit=1)
        (why,) = found.unscheduled.values()
        assert why.startswith("no room for it before the calendar ends on 23 October 2026: ")
        assert "1 launch begins in Autumn" in why


class TestInset:
    year = evolve(YEAR, inset=[day(25)])
    training = step("train", starts=bc.model.StartRule.INSET_DAY)

    def test_it_happens_on_the_day(self) -> None:
        found = schedule(plan_of(self.training, step("use", "train")), calendar=self.year)
        assert found.start("train") == found.finish("train") == day(25)
        assert found.explain("train") == ["may happen only on an INSET day"]
        assert found.start("use") == day(5, 10)

    def test_a_year_without_one(self) -> None:
        found = schedule(plan_of(self.training))
        assert "may happen only on an INSET day" in found.unscheduled["train"]


class TestPreference:
    two = bc.Capacity(roles=[bc.Role(id=k, title=k, hours_per_week=2) for k in ("head", "teacher")])

    def test_someone_else_may_lead(self) -> None:
        pair = [step(k, hours={"head": 2}, lead_options=["teacher"]) for k in "ab"]
        found = schedule(plan_of(*pair), self.two)
        assert {s.first_week for s in found.steps} == {0}
        assert {s.lead for s in found.steps} == {"head", "teacher"}

    @pytest.mark.parametrize("best", "abc")
    def test_the_larger_benefit_comes_first(self, best: str) -> None:
        made = plan_of(*(step(k, hours={"head": 2}) for k in "abc"))
        found = schedule(made, benefits={"a": 1, "b": 1, "c": 1} | {best: 5})
        assert found.steps[0].step == best

    def test_a_level_load_ends_no_later(self) -> None:
        made = plan_of(step("a"), step("b"), step("c", weeks=4, hours={"head": 0, "teacher": 1}))
        early, level = (
            schedule(made, self.two, prefer=how) for how in ("early-impact", "level-load")
        )
        assert early.makespan == level.makespan == 4
        most = [max(u.used for u in s.use if u.role == "head") for s in (early, level)]
        assert most == [2, 1]


def test_an_inset_day_after_the_last_lesson_of_its_week_can_miss_a_deadline() -> None:
    year = evolve(YEAR, inset=[day(25)])  # a Friday: teaching ends on Thursday
    training = plan_of(step("train", starts=bc.model.StartRule.INSET_DAY))
    for due, fits in ((day(24), False), (day(25), True)):
        made = bc.schedule_plan(
            training, calendar=year, capacity=TWO_HOURS, deadlines={"train": due}
        )
        assert ("train" not in made.unscheduled) is fits
        assert_feasible(made, training, year, TWO_HOURS)


class TestRefusals:
    made = plan_of(step("agree"), step("teach", "agree", hours={"head": 1, "teacher": 1}))

    def _refuse(self, match: str, **changes: Any) -> bc.InvalidInputError:
        people = bc.Capacity(
            roles=[bc.Role(id=k, title=k, hours_per_week=2) for k in ("head", "teacher")]
        )
        options = {"calendar": YEAR, "capacity": people, **changes}
        with pytest.raises(bc.InvalidInputError, match=match) as caught:
            bc.schedule_plan(options.pop("plan", self.made), **options)
        return caught.value

    def test_roles_that_the_school_has_not_got_all_at_once(self) -> None:
        steps = [step(f"s{i}", hours={"head": 1, "teachr": 1, "senco": 2}) for i in range(6)]
        both = people(head=2, teacher=2)
        error = self._refuse("2 faults", plan=plan_of(*steps), capacity=both)
        assert [str(f) for f in error.faults] == [
            "capacity.roles['senco']: s0, s1, s2, s3 and others need the role 'senco', which the "
            "school does not have: add it to the capacity, or leave the steps out",
            "capacity.roles['teachr']: s0, s1, s2, s3 and others need the role 'teachr', which "
            "the school does not have; did you mean 'teacher'?: add it to the capacity, or leave "
            "the steps out",
        ]

    def test_what_is_no_plan_and_no_capacity(self) -> None:
        error = self._refuse("2 faults", plan=self.made.steps, capacity={"head": 2})
        assert [f.path for f in error.faults] == ["plan", "capacity"]

    def test_an_engine_that_nobody_knows(self) -> None:
        self._refuse("no engine 'heuristics'; did you mean 'heuristic'", engine="heuristics")

    @pytest.mark.parametrize("value", [0, -1, 2.5, True, "9"])
    def test_a_budget(self, value: object) -> None:
        self._refuse(
            r"budget: (expected a whole number|\S+ is out of range: at least 1)", budget=value
        )

    @pytest.mark.parametrize("value", [-1, 0.5, False, "9", None])
    def test_a_seed(self, value: object) -> None:
        self._refuse(r"seed: (expected a whole number|\S+ is out of range: at least 0)", seed=value)

    def test_a_preference_that_nobody_knows(self) -> None:
        self._refuse("'level'; did you mean 'level-load'", prefer="level")

    @pytest.mark.parametrize("name", ["workers", "launch_limit"])
    @pytest.mark.parametrize("value", [0, -1, 1.5, "2"])
    def test_counts(self, name: str, value: object) -> None:
        self._refuse(f"{name}: ", **{name: value})

    @pytest.mark.parametrize("name", ["time_limit", "cpu_limit"])
    @pytest.mark.parametrize(
        ("value", "why"),
        [
            (-1.0, "-1.0 is out of range: at least 0 and at most 604,800"),
            (604_801, "604801 is out of range: at least 0 and at most 604,800"),
            (float("nan"), "nan is not a finite number"),
            (float("inf"), "inf is not a finite number"),
            ("9", "expected a number, got '9'"),
            (True, "expected a number, got True"),
        ],
    )
    def test_a_limit_of_time(self, name: str, value: object, why: str) -> None:
        self._refuse(f"{name}: {why}", **{name: value})

    def test_options_all_at_once(self) -> None:
        error = self._refuse("4 faults", engine="", budget=0, seed=-1, time_limit=-1)
        assert {f.path for f in error.faults} == {"engine", "budget", "seed", "time_limit"}

    def test_a_calendar_that_ends_before_the_plan_starts(self) -> None:
        late = plan_of(step("a"), starts=day(24, 10))
        self._refuse("Year ends on 2026-10-23, before the plan starts 2026-10-24", plan=late)

    def test_a_pin_of_a_step_that_nobody_knows(self) -> None:
        self._refuse("no step 'agre'; did you mean 'agree'", pins={"agre": day(7)})

    @pytest.mark.parametrize(
        "pin", [day(30), day(12), dt.date(2027, 1, 1)], ids=["holiday", "Saturday", "next year"]
    )
    def test_a_pin_on_a_day_without_teaching(self, pin: dt.date) -> None:
        self._refuse(f"{pin} is no teaching day of the plan", pins={"agree": pin})

    def test_a_pin_on_a_day_off(self) -> None:
        year = evolve(YEAR, days_off=[bc.model.DayOff(day=day(16), name="closed")])
        self._refuse("2026-09-16 is no teaching day", calendar=year, pins={"agree": day(16)})

    def test_a_pin_before_the_plan(self) -> None:
        made = evolve(self.made, starts=day(14))
        self._refuse("2026-09-08 is no teaching day of the plan", plan=made, pins={"agree": day(8)})

    @pytest.mark.parametrize("pin", ["2026-09-07", dt.datetime(2026, 9, 7), None])  # noqa: DTZ001
    def test_a_pin_that_is_no_date(self, pin: object) -> None:
        self._refuse(r"pins\.agree: expected a date", pins={"agree": pin})
