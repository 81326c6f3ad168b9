"""Schedules, the problem behind them, and what is found when they are asked."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable, Mapping
from functools import partial
from types import SimpleNamespace
from typing import Any
from unittest import mock

import numpy as np
import pytest
from attrs import evolve

import behaviour_culture as bc
from behaviour_culture._watch import Watch
from behaviour_culture.checks import Check
from behaviour_culture.errors import BehaviourCultureError, InvalidInputError, StoppedError
from behaviour_culture.model.plan import Inclusion, InclusionKind, Milestone, Objective
from behaviour_culture.model.step import StartRule, StepPhase
from behaviour_culture.scheduling import (
    assess_robustness,
    bring_forward,
    compare_schedules,
    date_milestones,
    exact,
    find_conflict,
    more_hours,
    project,
    replan,
    search,
    simulate,
    staffing,
    timetable,
    what_if,
)
from behaviour_culture.scheduling.effort import Effort
from behaviour_culture.scheduling.engine import find_answer, first_seconds
from behaviour_culture.scheduling.explain import Explainer
from behaviour_culture.scheduling.options import ScheduleOptions
from behaviour_culture.scheduling.other_engines import engine_name
from behaviour_culture.scheduling.pictures import load_rows
from behaviour_culture.scheduling.problem import (
    Problem,
    allowed_weeks,
    build_problem,
    monday_of,
    read_back,
    week_of,
)
from behaviour_culture.scheduling.project import Project, Solution
from behaviour_culture.scheduling.reason import Reason, ReasonKind, needed_fields, reasons_text
from behaviour_culture.scheduling.result import (
    BoundSource,
    RoleWeek,
    Schedule,
    ScheduleStatus,
    bound_text,
    more_hours_text,
    projected_text,
)
from behaviour_culture.scheduling.solver import new_solver
from builders import DAY, MONDAY, LyingSolver, autumn, estimate, people, plan_of, step

_YEAR = autumn(7, 3)
"""Two half-terms of three weeks: 7, 14 and 21 September, a break, 5, 12 and 19 October."""
_LAUNCH = StepPhase.LAUNCH
_HALF_TERM, _INSET = StartRule.HALF_TERM_START, StartRule.INSET_DAY


def _day(number: int, month: int = 9) -> dt.date:
    return dt.date(2026, month, number)


def _told(make: Callable[[], Any]) -> Any:
    """Return what a call gives, or the error with which it is refused."""
    try:
        return make()
    except InvalidInputError as error:
        return error
    except BehaviourCultureError as error:
        return f"{type(error).__name__}: {error}"


def _schedule(*steps: bc.ActionStep, **options: Any) -> Any:
    of = {k: options.pop(k) for k in ("starts", "not_before", "not_after") if k in options}
    usual: dict[str, Any] = {"calendar": _YEAR, "capacity": people(head=2), "budget": 60}
    with mock.patch.object(more_hours, "find_spec", return_value=None):
        return _told(lambda: bc.schedule_plan(plan_of(*steps, **of), **(usual | options)))


def _hours(hours: Mapping[str, float]) -> str:
    return ", ".join(f"{role} {each:.6g}" for role, each in hours.items())


def _shown(made: Any) -> Any:
    """Return all that a schedule says, a line for each step."""
    if not isinstance(made, Schedule):
        return made
    needed = {**made.hours_needed}, {**made.running_hours_needed}, made.would_fit
    return {
        "lines": [line for line in str(made).splitlines()[:-1] if not line.startswith("    ")],
        "steps": {
            s.step: f"{s.start} to {s.finish}, week {s.first_week} for {s.weeks} "
            f"(likely {s.likely_weeks}), slack {s.slack_weeks}, {s.lead} "
            f"{_hours(s.hours_per_week)}, {s.half_term} to {s.finish_half_term}: "
            f"{'; '.join(made.explain(s.step))}"
            for s in made.steps
        },
        "out": dict(made.unscheduled),
        "numbers": f"{made.status.value}, {made.makespan} of at least {made.lower_bound} by "
        f"{made.bound_source}, gap {made.gap:.3g}; most {made.most_placed}, tried {made.tried}, "
        f"launches {made.launch_weeks} of at least {made.least_launch_weeks}, proven {made.proven}",
        "needed": f"{needed} {made.hours_proven} {more_hours_text(made)}"
        if made.left_out
        else None,
        "after": dict(made.running_hours),
        "use": {
            role: ", ".join(
                f"{u.used:g}+{u.running:g} of {u.capacity:g}"
                + ("" if u.running_capacity is None else f"+{u.running_capacity:g}")
                for u in made.use
                if u.role == role
            )
            for role in dict.fromkeys(u.role for u in made.use)
        },
    }


# -- schedules by hand -----------------------------------------------------------------------


def schedules_of_few_steps() -> Any:
    """Order, lags, hours, ties, holidays, and a plan that begins within the year."""
    ways: dict[str, Any] = {
        "nothing": _schedule(),
        "one": _schedule(step("a")),
        "over a break": _schedule(step("a", weeks=4)),
        "chain": _schedule(step("b", "a", lag=1), step("a", weeks=2), step("c", "b")),
        "side by side": _schedule(step("b"), step("a"), step("c")),
        "worth": _schedule(step("a"), step("b", weeks=2), step("c"), capacity=people(head=1),
                           benefits={"c": 5.0, "a": -1.0, "b": 0.5}),
        "whole term": _schedule(step("a", weeks=6)),
        "too long": _schedule(step("a", weeks=7)),
        "mid-week": _schedule(step("a", weeks=2), step("b", "a"), starts=_day(16)),
        "in the break": _schedule(step("a"), starts=_day(30)),
        "last day": _schedule(step("a"), starts=_day(23, 10)),
        "too late": _schedule(step("a"), starts=_day(24, 10)),
        "before": _schedule(step("a"), starts=_day(1)),
        "quarters": _schedule(step("a", hours=1.25), step("b", hours=0.75), step("c", hours=0.01)),
        "thirds": _schedule(step("a", hours=1 / 3), step("b", hours=5 / 3), step("c", hours=0.1)),
        "two roles": _schedule(
            step("a", hours={"head": 1, "senco": 2}), step("b", lead="senco"),
            step("c", "a", hours={"head": 2, "senco": 1}), capacity=people(head=2, senco=2),
        ),
        "chain and hours": _schedule(*(step(k, hours=2) for k in "abcd")),
        "level": _schedule(step("a", weeks=3), step("b"), step("c"), prefer="level-load"),
        "level, two": _schedule(step("a"), step("b"), step("c", "a", weeks=2), step("d", "c"),
                                prefer="level-load", capacity=people(head=4)),
    }  # fmt: skip
    return {name: _shown(made) for name, made in ways.items()}


def schedules_where_hours_bend() -> Any:
    """Work over more weeks, by another lead, by both; people; hours that are kept going."""
    week = bc.model.CapacityChange
    head = bc.Role(id="head", title="Head", hours_per_week=2)
    many = bc.Role(id="head", title="Head", hours_per_week=1, people=3)
    away = week(role="head", start=_day(14), end=_day(20), hours_per_week=0)
    more = week(role="head", start=_day(5, 10), end=_day(9, 10), hours_per_week=3)
    ways: dict[str, Any] = {
        "longer": _schedule(step("a", hours=4, weeks=(1, 1, 3))),
        "as long as it may": _schedule(step("a", hours=4, longest_weeks=2)),
        "not long enough": _schedule(step("a", hours=4.1, longest_weeks=2)),
        "beside another": _schedule(step("a"), step("b", hours=4, weeks=(1, 1, 5))),
        "other lead": _schedule(
            step("a", hours=2, lead_options=["senco"]), step("b", hours=2, lead_options=["senco"]),
            capacity=people(head=2, senco=2),
        ),
        "halves": _schedule(step("a", hours=4, lead_options=["senco"]),
                            capacity=people(head=2, senco=2)),
        "people": _schedule(step("a"), step("b"), capacity=bc.Capacity(roles=[many])),
        "shared": _schedule(step("a", hours=3, shared_roles=["head"]), step("b"),
                            capacity=bc.Capacity(roles=[many])),
        "away": _schedule(step("a", weeks=2), step("b", weeks=1),
                          capacity=bc.Capacity(roles=[head], changes=[away, more])),
        "more": _schedule(step("a", hours=3), capacity=bc.Capacity(roles=[head], changes=[more])),
        "running": _schedule(step("a", running_hours={"head": 1}), step("b", "a"),
                             step("c", "a", hours=2), step("d", running_hours={"head": 0.5})),
        "running apart": _schedule(
            step("a", running_hours={"head": 1}), step("b", running_hours={"head": 0.5}),
            step("c", running_hours={"head": 1}), capacity=people(head=2, kept=1.5),
        ),
        "running only": _schedule(
            step("a", running_hours={"senco": 1}), step("b", "a", running_hours={"senco": 2}),
            capacity=people(head=2, senco=2, kept=2),
        ),
        "never kept": _schedule(step("a", running_hours={"head": 3})),
        "many lengths": _schedule(step("a", hours=9, weeks=(1, 1, 30)), calendar=autumn(20, 9),
                                  capacity=people(head=1)),
        "long, few hours": _schedule(step("a", hours=0.5, weeks=(2, 3, 20)),
                                     calendar=autumn(14, 7), capacity=people(head=0.1)),
    }  # fmt: skip
    return {name: _shown(made) for name, made in ways.items()}


def schedules_with_rules() -> Any:
    """Launches, half-terms, INSET days, pins, deadlines, days before which nothing begins."""
    launch = partial(step, phase=_LAUNCH)
    open_ = partial(step, starts=_HALF_TERM)
    inset = evolve(_YEAR, inset=[_day(16), _day(5, 10)])
    before = evolve(_YEAR, inset=[_day(4), _day(3)])
    ways: dict[str, Any] = {
        "half-term": _schedule(step("a"), open_("b", "a"), open_("c")),
        "launches": _schedule(launch("a"), launch("b"), launch("c"), launch_limit=1),
        "launches, two": _schedule(*(launch(k) for k in "abcde"), launch_limit=2),
        "launches by worth": _schedule(
            launch("a"), launch("b"), step("z"), capacity=people(head=1),
            benefits={"a": 0.1, "b": 1.0, "z": 9.0},
        ),
        "launches of no worth": _schedule(launch("a"), launch("b"), capacity=people(head=1),
                                          benefits={"a": 0.0, "b": -1.0}),
        "launch after": _schedule(step("a", weeks=2), launch("b", "a"), step("c", weeks=3),
                                  capacity=people(head=1)),
        "inset": _schedule(step("a", starts=_INSET), step("b", starts=_INSET, hours=2),
                           step("c", "a"), calendar=inset),
        "inset from a day": _schedule(step("a", starts=_INSET), starts=_day(17), calendar=inset),
        "inset, none": _schedule(step("a", starts=_INSET)),
        "inset before term": _schedule(
            step("a", starts=_INSET), step("b"), launch("c"), calendar=before
        ),
        "pins": _schedule(step("a"), step("b", "a"), pins={"b": _day(23)}),
        "pin too early": _schedule(step("a", weeks=2), step("b", "a"), pins={"b": _day(14)}),
        "pin too late": _schedule(step("a", weeks=2), pins={"a": _day(19, 10)}),
        "pin on inset": _schedule(step("a", starts=_INSET), pins={"a": _day(5, 10)},
                                  calendar=inset),
        "pin without room": _schedule(step("a", hours=2), step("b", hours=2),
                                      pins={"a": _day(14), "b": _day(14)}),
        "deadline": _schedule(step("a"), step("b"), deadlines={"b": _day(11)},
                              capacity=people(head=1)),
        "deadline, on the day": _schedule(step("a", weeks=2), deadlines={"a": _day(18)}),
        "deadline, a day less": _schedule(step("a", weeks=2), deadlines={"a": _day(17)}),
        "deadline before": _schedule(step("a"), deadlines={"a": _day(10)}),
        "deadline without room": _schedule(step("a", hours=2), step("b", hours=2),
                                           deadlines={"a": _day(11), "b": _day(11)}),
        "deadline of inset": _schedule(step("a", starts=_INSET), deadlines={"a": _day(16)},
                                       calendar=inset),
        "deadline of inset, less": _schedule(step("a", starts=_INSET), deadlines={"a": _day(15)},
                                             calendar=inset),
        "deadlines, both": _schedule(step("a", weeks=2), not_after={"a": _day(25)},
                                     deadlines={"a": _day(18)}),
        "deadlines, both, plan": _schedule(step("a", weeks=2), not_after={"a": _day(18)},
                                           deadlines={"a": _day(25)}),
        "not before": _schedule(step("a"), step("b", "a"), not_before={"a": _day(16)}),
        "not before, week": _schedule(step("a"), not_before={"a": _day(14)}),
        "not before, break": _schedule(step("a"), not_before={"a": _day(30)}),
        "not before, inset": _schedule(step("a", starts=_INSET), not_before={"a": _day(17)},
                                       calendar=inset),
        "not before, on inset": _schedule(step("a", starts=_INSET), not_before={"a": _day(16)},
                                          calendar=inset),
        "not before, pin": _schedule(step("a"), not_before={"a": _day(22)}, pins={"a": _day(14)}),
        "not before, ever": _schedule(step("a"), step("b"), not_before={"a": _day(30, 11)}),
        "not before, hours": _schedule(step("a", hours=2), step("b", hours=2, weeks=3),
                                       not_before={"a": _day(14)}, pins={"b": _day(14)}),
        "missing first": _schedule(step("a", weeks=9), step("x", weeks=9), step("b", "a", "x"),
                                   step("c", "b")),
        "too late for one": _schedule(step("a", weeks=5), step("b", "a", weeks=2)),
        "too late for a week": _schedule(step("a", weeks=6), step("b", "a")),
        "never enough": _schedule(step("a", hours={"head": 3, "senco": 3}),
                                  capacity=people(head=2, senco=1)),
        "no room": _schedule(*(step(k, hours=2, weeks=2) for k in "abcd")),
        "level with launches": _schedule(
            launch("a"), launch("b"), step("c", weeks=2), launch_limit=2, prefer="level-load"
        ),
        "level, launches of a half-term": _schedule(
            *(launch(k) for k in "abc"), step("z", weeks=6), launch_limit=2, prefer="level-load",
            benefits=dict.fromkeys("abc", 0.0),
        ),
    }  # fmt: skip
    return {name: _shown(made) for name, made in ways.items()}


def schedules_that_lack_hours() -> Any:
    """The fewest more hours by trying, in quarters, by role."""
    with mock.patch.object(more_hours, "find_spec", return_value=None):
        ways: dict[str, Any] = {
            "a quarter": _schedule(*(step(k) for k in "abcdefg"), capacity=people(head=1)),
            "one step": _schedule(step("a", hours=2.1)),
            "two roles": _schedule(
                *(step(k, hours={"head": 1, "senco": 0.5}) for k in "abcdefghi"),
                capacity=people(head=1, senco=0.5),
            ),
            "running": _schedule(
                *(step(k, running_hours={"head": 0.5}) for k in "abc"),
                capacity=people(head=2, kept=1),
            ),
            "no help": _schedule(step("a", weeks=9), step("b", hours=3)),
            "time alone": _schedule(step("a", weeks=9)),
            "people": _schedule(
                step("a", hours=3),
                capacity=bc.Capacity(
                    roles=[bc.Role(id="head", title="Head", hours_per_week=2, people=3)]
                ),
            ),
        }
    return {
        name: {k: v for k, v in _shown(made).items() if k in {"out", "needed", "lines"}}
        for name, made in ways.items()
    }


def schedules_over_years() -> Any:
    """A year that is missing is projected, before or between, and the schedule says so."""
    later = evolve(autumn(7, 3), id="later", name="Later")
    moved = [evolve(t, start=t.start + 728 * DAY, end=t.end + 728 * DAY, half_term=None)
             for t in later.terms]  # fmt: skip
    both = [_YEAR, evolve(later, terms=moved)]
    long = _schedule(step("a", weeks=6), step("b", "a", weeks=6), calendar=both)
    early = _schedule(step("a", weeks=2), starts=dt.date(2025, 10, 13))
    return {
        "long": _shown(long),
        "projected": [f"{s}: {projected_text(s)}" for s in long.projected],
        "until": long.projected_until,
        "early": _shown(early),
        "half-terms": [long.half_terms, early.half_terms],
        "early projected": [*map(str, early.projected)],
        "none": [_schedule(step("a")).projected_until is None],
    }


def schedules_refused() -> Any:
    a, b = step("a", lead="sneco"), step("b", lead="sneco")
    ways: dict[str, Any] = {
        "role": _schedule(a, capacity=people(senco=1)),
        "roles": _schedule(*(step(k, lead="x") for k in "edcba"), capacity=people(senco=1)),
        "four": _schedule(*(step(k, lead="x") for k in "dcba"), capacity=people(senco=1)),
        "two": _schedule(a, b, capacity=people(senco=1)),
        "running": _schedule(step("a", running_hours={"senco": 0, "clerk": 1})),
        "option": _schedule(step("a", lead="x", lead_options=["head"])),
        "option too": _schedule(step("a", hours={"x": 1, "y": 1}, lead="x",
                                     lead_options=["head"])),
        "names": _schedule(step("a"), pins={"b": _day(7)}, deadlines={"c": _day(7)},
                           benefits={"d": 1.0}),
        "days": _schedule(step("a"), step("b", starts=_INSET), step("c"), step("d"),
                          pins={"a": _day(12), "b": _day(28), "c": _day(4), "d": _day(7),
                                "z": _day(12)},
                          starts=_day(14)),
        "options": _schedule(step("a"), budget=0, workers=0, seed=-1, time_limit=-1.0,
                             cpu_limit=-0.5, engine="exat"),
        "cpu": _schedule(step("a"), engine="exact", cpu_limit=1.0),
        "wishes": _schedule(step("a"), prefer="late", launch_limit=0),
        "watch": _schedule(step("a"), progress=1, stop=2),
        "id": _schedule(step("a"), id="No Id"),
        "calendar": _schedule(step("a"), calendar=3),
        "no calendar": _schedule(step("a"), calendar="illustrative-2026-72"),
        "years": _schedule(step("a"), calendar=[]),
        "capacity": _schedule(step("a"), capacity=3),
    }  # fmt: skip
    return {name: _shown(made) for name, made in ways.items()} | {
        "plan": _told(lambda: bc.schedule_plan(3, calendar=_YEAR, capacity=3))
    }  # type: ignore[arg-type]


def schedules_by_options() -> Any:
    """Names, seeds, limits, and what is told along the way."""
    heard: list[tuple[str, int, int]] = []
    steps = [step(k, weeks=1 + i % 2) for i, k in enumerate("abcde")]
    told = _schedule(*steps, progress=lambda *some: heard.append(some), seed=3, budget=30)
    named = _schedule(*steps, id="mine")
    usual = _schedule(*steps, budget=None)
    stopped = _schedule(*steps, stop=lambda: True)
    at_once = _schedule(*steps, time_limit=0.0)
    cpu = _schedule(*steps, cpu_limit=0.0)
    ours = _schedule(*steps, calendar="illustrative-2026-27")
    return {
        "heard": [f"{stage} {done} of {total}" for stage, done, total in heard[:3]],
        "heard in all": [len(heard), heard[-1][1], heard[-1][2]],
        "made": [f"{s.id} {s.engine} {s.seed} {s.calendar} {s.plan} {s.tried}"
                 for s in (told, named, usual, stopped, at_once, cpu, ours)],
        "stopped, in need": _shown(_schedule(step("a", hours=3), stop=lambda: True)).get("needed"),
        "late, in need": _shown(_schedule(step("a", hours=3), time_limit=0.0)).get("needed"),
        "rows": named.to_rows(),
        "critical": named.critical(),
        "autumn": [s.step for s in named.in_half_term("Autumn 1")],
        "repr": [repr(named), repr(_schedule(step("a", hours=3)))],
        "asked": [named.start("a"), named.finish("a"), _told(lambda: named.step("z"))],
        "first seconds": [first_seconds(s) for s in (0, 0.5, 1.25, 2, 5, 6, 100)],
        "seconds": [_search_budget(n) for n in (1, 50, 51, 200)],
    }  # fmt: skip


def _search_budget(many: int) -> int:
    """How many schedules are tried by default, by the size of a plan: told to the first one."""
    heard = []
    with mock.patch("behaviour_culture.scheduling.engine.search") as asked:
        asked.side_effect = lambda _project, *, budget, **_: heard.append(budget) or 1 / 0
        plan = plan_of(*(step(f"s{i:03}") for i in range(many)))
        problem = build_problem(plan, _YEAR, people(head=2), ScheduleOptions())
        with pytest.raises(ZeroDivisionError):
            find_answer(problem, Effort())
    return int(heard[0])


# -- the problem -----------------------------------------------------------------------------


def _problem(*steps: bc.ActionStep, more: bool = False, **options: Any) -> Problem:
    of = {k: options.pop(k) for k in ("starts", "not_before", "not_after") if k in options}
    year = options.pop("calendar", _YEAR)
    capacity = options.pop("capacity", people(head=2))
    wishes = ScheduleOptions(**options)
    return build_problem(plan_of(*steps, **of), year, capacity, wishes, more_hours=more)


def _numbers(made: Project) -> dict[str, Any]:
    return {
        "duration": made.duration, "lengths": [list(n) for n in made.lengths],
        "before": [str(b) for b in made.before], "after": [str(b) for b in made.after],
        "modes": [str(m) for m in made.modes], "running": [str(m) for m in made.running],
        "capacity": [list(row) for row in made.capacity], "beyond": made.beyond,
        "allowed": ["all" if a is None else "".join(".x"[x] for x in a) for a in made.allowed],
        "rest": f"{made.horizon} {made.launches} {made.launch_limit} {made.group} {made.due} "
        f"{made.early} {made.weight}",
    }  # fmt: skip


def problems() -> Any:
    inset = evolve(_YEAR, inset=[_day(16), _day(4)])
    many = bc.Role(id="head", title="Head", hours_per_week=1.5, people=2)
    ways = {
        "plain": _problem(step("b", "a", lag=2), step("a", hours=0.5)),
        "rules": _problem(
            step("a", starts=_HALF_TERM), step("b", starts=_INSET), step("c", phase=_LAUNCH),
            step("d"), step("e", starts=_HALF_TERM, phase=_LAUNCH), calendar=inset,
            launch_limit=1, pins={"d": _day(21)}, deadlines={"a": _day(9), "b": _day(15)},
            not_before={"b": _day(10), "a": _day(15)}, benefits={"a": -2.0, "c": 4.0, "e": 3.0},
        ),
        "bent": _problem(
            step("a", hours=2, weeks=(1, 2, 4), lead_options=["senco"]),
            step("b", hours={"head": 1, "senco": 0.3}, running_hours={"senco": 0.4, "head": 0}),
            capacity=people(head=2, senco=1),
        ),
        "people": _problem(
            step("a", hours=1.5, running_hours={"head": 0.25}), step("b", hours=0.75, weeks=2),
            capacity=bc.Capacity(roles=[many]),
        ),
        "more": _problem(step("a", hours=9), more=True),
        "fine": _problem(step("a", hours=0.1), step("b", hours=1 / 7), step("c", hours=1e-7)),
    }  # fmt: skip
    return {
        name: {
            **_numbers(made.project),
            "scale": made.scale, "roles": [str(r) for r in made.roles], "people": made.people,
            "ways": [[f"{w.lead} {w.weeks} {_hours(w.hours)}" for w in some] for some in made.ways],
            "days": f"{made.pins} {made.deadlines} {made.moved} "
            f"{[str(d) for d in made.due_days]} {[str(d) for d in made.inset]}",
            "hours": [_hours(made.hours_of(d)) for some in made.project.modes for d in some],
            "first days": [
                str(made.first_day(w, s))
                for w, s in (
                    (0, None), (2, None), (2, made.weeks[2].start + DAY), (2, _day(2)),
                )
            ],
        }
        for name, made in ways.items()
    }  # fmt: skip


def weeks_of_days() -> Any:
    weeks = _YEAR.staff_weeks
    rows = [(None, None, 0, 3), (None, 1, 2, 3), (None, None, 2, 3), ((True, False), None, 0, 4),
            ((False, True), None, 1, 2), ((True,), None, 2, 4)]  # fmt: skip
    return {
        "week of": {str(d): week_of(weeks, d) for d in (
            _day(6), _day(7), _day(11), _day(13), _day(14), _day(27), _day(28), _day(4, 10),
            _day(5, 10), _day(25, 10), _day(26, 10),
        )},
        "mondays": [monday_of(w) for w in weeks],
        "allowed": [str(allowed_weeks(*row)) for row in rows],
    }  # fmt: skip


def schedules_read_back() -> Any:
    """Starts and modes of a schedule, also where the hours of people have changed since."""
    steps = [step("a", hours=2, weeks=(1, 2, 4), lead_options=["senco"]), step("b", hours=2),
             step("z", hours=9)]  # fmt: skip
    capacity = people(head=2, senco=2)
    made = _schedule(*steps, capacity=capacity)
    found = {"made": [str(x) for x in read_back(_problem(*steps, capacity=capacity), made)]}
    for name, other in {"less": people(head=1, senco=1), "more": people(head=9, senco=9)}.items():
        found[name] = [str(x) for x in read_back(_problem(*steps, capacity=other), made)]
    bare = evolve(made, steps=[evolve(s, hours_per_week={}, lead="nobody") for s in made.steps])
    found["bare"] = [str(x) for x in read_back(_problem(*steps, capacity=capacity), bare)]
    return found


def explainers_asked() -> Any:
    """Reasons of a schedule with gaps that no search would leave."""
    problem = _problem(step("a"), step("b", "a", hours=2), step("c", hours=2), step("d", "c"),
                       not_before={"d": _day(14)}, deadlines={"c": _day(23, 10)})  # fmt: skip
    places = [(0, 2, 1, 4), (1, 3, 0, 5), (0, None, 1, 2), (None, None, None, None)]
    asked = {}
    for starts in places:
        made = Explainer(problem, starts, (0,) * 4)
        asked[str(starts)] = {
            "why": [[r.text for r in made.reasons(i)] for i in range(4)],
            "slack": [made.slack(i) for i in range(4)],
            "not at all": [
                [r.text for r in made.why_not_at_all(i)] for i in range(4) if starts[i] is None
            ],
        }
    return asked


# -- projects of whole numbers, drawn --------------------------------------------------------


def _drawn(seed: int, size: int = 7) -> Project:
    """A project with all that one can have: some steps have modes, running units, rules."""
    rng = random.Random(seed)  # noqa: S311
    horizon = rng.randint(8, 12)
    roles = rng.randint(1, 3)

    def demand(low: int = 0) -> tuple[tuple[int, int], ...]:
        pairs = ((r, rng.randint(low, 3)) for r in range(roles))
        return tuple((r, u) for r, u in pairs if u)

    duration, before, modes, lengths, running = [], [], [], [], []
    for i in range(size):
        many = rng.choice((1, 1, 2, 3))
        mine = sorted(rng.randint(1, 3) for _ in range(many))
        modes.append(tuple(demand() for _ in range(many)))
        lengths.append(tuple(mine))
        duration.append(mine[0])
        kept = tuple((r, 1) for r in range(roles) if rng.random() < 0.12)
        running.append((kept,) * many)
        some = rng.sample(range(i), min(i, rng.choice((0, 1, 2))))
        before.append(tuple((b, rng.choice((0, 0, 1))) for b in sorted(some)))
    goes_on = any(any(some) for some in running)
    return Project(
        duration=tuple(duration), before=tuple(before), modes=tuple(modes),
        lengths=tuple(lengths), running=tuple(running) if goes_on else (), horizon=horizon,
        capacity=tuple(
            tuple(rng.choice((0, 3, 4, 4, 5)) for _ in range(horizon)) for _ in range(roles)
        ),
        beyond=tuple(rng.randint(3, 5) for _ in range(roles)) if goes_on else (),
        allowed=tuple(
            None if rng.random() < 0.7 else tuple(rng.random() < 0.6 for _ in range(horizon))
            for _ in range(size)
        ),
        weight=tuple(rng.choice((0.0, 1.0, 2.5)) for _ in range(size)),
        launches=tuple(rng.random() < 0.5 for _ in range(size)) if seed % 2 else (),
        launch_limit=rng.randint(1, 2) if seed % 2 else 0,
        group=tuple(t // 4 for t in range(horizon)),
        due=tuple(rng.choice((None, None, None, horizon - 1, 5)) for _ in range(size))
        if seed % 3 else (),
        early=tuple(rng.choice((0, 0, 1, 3)) for _ in range(size)) if seed % 4 else (),
    )  # fmt: skip


_SEEDS = range(10)


def _found(made: Project, budget: int = 40, seed: int = 1) -> Solution:
    return search.search(made, budget=budget, time_limit=None, seed=seed)


def _solution(found: Solution) -> str:
    return (
        f"{found.starts} {found.modes} end {found.makespan} >= {found.bound}, "
        f"most {found.most_placed}, early {found.early} >= {found.early_bound}, "
        f"tried {found.tried}, fault {found.solver_fault}, proven {found.proven}"
    )


def projects_measured() -> Any:
    """Heads, tails, bounds by number of steps, work at least."""
    found = {}
    for seed in _SEEDS[:8]:
        made = _drawn(seed)
        starts = _found(made).starts
        modes = _found(made).modes
        found[str(seed)] = {
            "heads": project.heads(made), "tails": project.tails(made),
            "earliest": project.earliest(made),
            "bounds": [str(project.lower_bound(made, n)) for n in (None, *range(8))],
            "work": project.least_work(made), "early": project.early_bound(made),
            "cost": project.early_cost(made, starts),
            "last": [[made.last_start(i, m) for m in range(len(made.modes[i]))] for i in range(7)],
            "first and last": [
                f"{project.earliest_start(made, starts, modes, i)} "
                f"{project.latest_start(made, starts, modes, i, made.horizon)}" for i in range(7)
            ],
        }  # fmt: skip
    return found


def projects_searched() -> Any:
    """What the heuristic finds, by budget and seed, and where it is stopped."""
    found = {}
    for seed in _SEEDS:
        made = _drawn(seed, 9)
        found[str(seed)] = [
            _solution(_found(made, budget, number))
            for budget, number in ((1, 0), (2, 0), (30, 0), (30, 1), (150, 2))
        ]
    return found


def projects_searched_long() -> Any:
    """Larger ones, in which lists are crossed and generations follow."""
    return [_solution(_found(_drawn(seed, 16), 240, seed)) for seed in (20, 21, 22, 23)]


class _Ticking:
    """A clock that goes on by a second each time that it is asked."""

    def __init__(self, each: float) -> None:
        self.now, self.each = 0.0, each

    def __call__(self) -> float:
        self.now += self.each
        return self.now


def _after(asked: int) -> Callable[[], bool]:
    """Say no so many times, then yes."""
    left = iter([False] * asked)
    return lambda: next(left, True)


class _Slowing(_Ticking):
    """A clock that goes on by more and more."""

    def __call__(self) -> float:
        self.each += 0.01
        return super().__call__()


def searches_by_the_clock() -> Any:
    """Limits of time, of the processor, of both; the size of the population that they allow."""
    made = _drawn(5, 12)
    found = {}
    for name, limits in {
        "wall": {"time_limit": 30.0}, "processor": {"time_limit": None, "cpu_limit": 30.0},
        "both": {"time_limit": 50.0, "cpu_limit": 20.0}, "other": {"time_limit": 20.0,
        "cpu_limit": 50.0}, "none left": {"time_limit": 0.0}, "long": {"time_limit": 2_000.0},
    }.items():  # fmt: skip
        heard: list[tuple[int, int]] = []
        clock = SimpleNamespace(monotonic=_Ticking(0.5), thread_time=_Ticking(0.25))
        with mock.patch.object(search, "time", clock):
            answer = search.search(
                made, budget=500, seed=2, **limits,  # type: ignore[arg-type]
                watch=Watch(lambda _stage, done, total, to=heard: to.append((done, total))),
            )  # fmt: skip
        found[name] = [_solution(answer), f"{len(heard)} {heard[:1]} {heard[-1:]}"]
    for name, budget, limit in (("slowing", 3_000, 100.0), ("slowing less", 3_000, 300.0),
                                ("many", 800_000, 1e6), ("few", 900, 1e6)):  # fmt: skip
        clock = search._Clock(_Slowing(0.001), 0.0, limit)
        one = search._Search(_drawn(5, 20), budget, [clock], 2, Watch(stop=_after(60)))
        found[name] = [_solution(one.run()), f"{one.kept} kept"]
    stopped = search.search(made, budget=500, time_limit=None, seed=2, watch=Watch(stop=_after(9)))
    return {**found, "stopped": _solution(stopped)}


def timetables_asked() -> Any:
    """First and last starts, units left, launches, before and after steps are placed."""

    def told(table: timetable.Timetable, made: Project) -> list[str]:
        rows = []
        for i in range(len(made.duration)):
            for m in range(len(made.modes[i])):
                first = [table.first(i, m, t) for t in range(0, made.horizon, 2)]
                last = [table.last(i, m, t) for t in range(-1, made.horizon, 2)]
                rows.append(f"{i}.{m} first {first} last {last}")
        full = ["".join(".x"[table.launches_full(i, t)] for t in range(made.horizon))
                for i in range(len(made.duration))]  # fmt: skip
        left = [[table.left(r, t) for t in range(made.horizon)] for r in range(len(made.capacity))]
        return [*rows, f"left {left}", f"full {full}"]

    found = {}
    for seed in (0, 1, 3, 5):
        made = _drawn(seed, 5)
        table = timetable.Timetable(made)
        empty = told(table, made)
        other = table.copy()
        placed = [other.place_first(i, 0) for i in range(5)]
        full = told(other, made)
        ways = [table.copy().place_first(i, 1, [len(made.modes[i]) - 1, 0]) for i in range(5)]
        for i, (start, mode) in enumerate(placed):
            if start >= 0:
                other.remove(i, mode, start)
        found[str(seed)] = {
            "empty": empty, "placed": [str(p) for p in placed], "full": full,
            "ways": [str(w) for w in ways], "emptied": told(other, made) == empty,
            "kept": told(table, made) == empty,
        }  # fmt: skip
    return found


def schedules_moved() -> Any:
    """Levelled, packed to the left, and checked by all rules."""
    found = {}
    for seed in _SEEDS:
        made = _drawn(seed)
        starts, modes = _found(made)[:2]
        level = timetable.level_load(made, starts, modes)
        late = [
            tuple(None if s is None else s + by * (i == n) for i, s in enumerate(starts))
            for by in (1, -1) for n in range(7)
        ]  # fmt: skip
        fine = [some for some in late if timetable.keeps_rules(made, some, modes)]
        found[str(seed)] = {
            "found": str(starts), "level": str(level),
            "kept": [timetable.keeps_rules(made, some, modes) for some in (starts, level)],
            "moved": "".join(".x"[some in fine] for some in late),
            "packed": [str(timetable.pack_left(made, some, modes)) for some in (level, *fine)],
        }  # fmt: skip
    return found


def durations_drawn() -> Any:
    """Both policies, arcs, floors; a schedule of drawn steps with drawn durations."""
    found = {}
    for seed in _SEEDS[:8]:
        made = _drawn(seed)
        starts, modes = _found(made)[:2]
        rng = np.random.default_rng(seed)
        three = [
            (max(1, n[m] - 1), n[m], n[m] + 2) for n, m in zip(made.lengths, modes, strict=True)
        ]
        three[0] = (2, 2, 2)
        drawn = simulate.draw_durations(three, 40, rng)
        placed = [i for i, s in enumerate(starts) if s is not None]
        order = sorted(placed, key=lambda i: (starts[i] or 0, i))
        arcs = simulate.early_start_arcs(made, starts, modes)
        floors = simulate.early_start_floors(made, starts, modes)
        runs = {
            "resource": simulate.run_resource_policy(made, order, modes, drawn),
            "early": simulate.run_early_start(made, starts, arcs, drawn, floors),
            "alone": simulate.run_early_start(
                made, starts, {i: made.before[i] for i in placed}, drawn
            ),
        }
        found[str(seed)] = {
            "durations": drawn.ravel(), "arcs": [f"{k}: {v}" for k, v in arcs.items()],
            "floors": str(sorted(floors.items())),
            **{f"{name} {what}": values.ravel() for name, run in runs.items()
               for what, values in zip(("starts", "ends"), run, strict=True)},
        }  # fmt: skip
    return found


def durations_told() -> Any:
    """In chunks, with what is heard, into arrays that are given."""
    made = _drawn(2)
    starts, modes = _found(made)[:2]
    drawn = simulate.draw_durations([(1, 2, 3)] * 7, 1_100, np.random.default_rng(1))
    heard: list[str] = []
    watch = Watch(lambda stage, done, total: heard.append(f"{stage} {done} of {total}"))
    order = [i for i, s in enumerate(starts) if s is not None]
    order.sort(key=lambda i: (starts[i] or 0, i))
    run = simulate.run_resource_policy(made, order, modes, drawn, watch)
    out = simulate.Run(np.empty_like(drawn), np.empty_like(drawn))
    arcs = simulate.early_start_arcs(made, starts, modes)
    again = simulate.run_early_start(made, starts, arcs, drawn, None, out)
    return {
        "heard": heard, "ends": run.ends.ravel(), "starts": run.starts.ravel(),
        "out": again.ends is out.ends, "early": again.starts.ravel(),
        "means": [float(row.mean()) for row in drawn],
        "shares": [float((drawn == n).mean()) for n in (1, 2, 3)],
    }  # fmt: skip


# -- the exact engine ------------------------------------------------------------------------


def exact_answers() -> Any:
    """The optimum of drawn projects, from the first schedule and from a good one."""
    pytest.importorskip("ortools")
    found = {}
    for seed in (*_SEEDS, 13, 15):
        made = _drawn(seed, 6)
        first = _found(made, 1)
        answer = exact.solve(made, first, Effort(budget=200))
        found[str(seed)] = (
            f"placed {first.placed} to {answer.placed}, early {answer.early} >= "
            f"{answer.early_bound}, end {answer.makespan} >= {answer.bound}, most "
            f"{answer.most_placed}, proven {answer.proven}, fault {answer.solver_fault}, keeps "
            f"{timetable.keeps_rules(made, *answer[:2])}"
        )
    return found


def exact_answers_not_believed() -> Any:
    """A solver that lies: its bound, its status, its schedule."""
    cp = pytest.importorskip("ortools.sat.python.cp_model")
    found = {}
    for name, seed, lies in (
        ("sound", 3, {}), ("unknown", 3, {"status": cp.UNKNOWN}),
        ("infeasible", 3, {"status": cp.INFEASIBLE}), ("feasible", 3, {"status": cp.FEASIBLE}),
        ("bound", 3, {"bound": 1e6}), ("low bound", 3, {"bound": 1.0}),
        ("low bound, feasible", 3, {"bound": 1.0, "status": cp.FEASIBLE}),
        ("all at once", 3, {"value": 1}), ("part", 1, {"status": cp.FEASIBLE}),
        ("part, bound", 1, {"status": cp.FEASIBLE, "bound": 0.0}),
        ("part, more", 1, {"status": cp.FEASIBLE, "bound": -5.0}),
        ("whole", 24, {}), ("whole, feasible", 24, {"status": cp.FEASIBLE}),
        ("whole, low", 24, {"status": cp.FEASIBLE, "bound": 3.0}),
        ("whole, early", 54, {"status": cp.FEASIBLE}),
        ("whole, early, low", 54, {"status": cp.FEASIBLE, "bound": 139.0}),
        ("whole, early, lower", 54, {"status": cp.FEASIBLE, "bound": -99.0}),
        ("whole, at the bound", 29, {"status": cp.FEASIBLE}),
        ("whole, at the bound, low", 29, {"status": cp.FEASIBLE, "bound": 45.0}),
    ):  # fmt: skip
        made = _drawn(seed, 6)
        first = _found(made, 1)
        with mock.patch.object(
            exact, "new_solver",
            lambda *some, lies=lies: LyingSolver(new_solver(*some), **lies),
        ):  # fmt: skip
            answer = exact.solve(made, first, Effort(budget=200))
        found[name] = [
            f"{answer.makespan} >= {answer.bound}, most {answer.most_placed}, early {answer.early} "
            f">= {answer.early_bound}, fault {answer.solver_fault}, same "
            f"{answer[:2] == first[:2]}"
        ]
    return found


def exact_more_units() -> Any:
    """The fewest packets with which all steps fit, and steps that have to start by a week."""
    pytest.importorskip("ortools")
    found = {}
    for seed in _SEEDS:
        made = evolve(_drawn(seed, 5), allowed=(None,) * 5, due=(), launches=())
        roles = len(made.capacity)
        answer = exact.least_more_units(made, [2] * roles, [1, 3, 2][:roles], Effort(budget=300))
        assert answer is not None
        price = sum(n * p for n, p in zip(answer.packets, (1, 3, 2), strict=False))
        found[str(seed)] = (
            f"price {price}, placed {project.count_placed(answer.starts)}, proven {answer.proven}"
        )
    made = _drawn(0, 4)
    first = _found(made, 1)
    found["all can be placed"] = str(
        [exact.can_all_be_placed(_drawn(s, 5), _found(_drawn(s, 5), 1), seed=0) for s in _SEEDS]
    )
    early = exact.least_more_units(
        made, [1] * len(made.capacity), [1] * len(made.capacity), Effort(budget=100), None, {3: 1}
    )
    found["by"] = str(early and early.starts[3])
    found["first"] = str(first.starts)
    return found


class _Recording:
    """Records how the exact engine, or the heuristic beside it, was asked."""

    def __init__(self, answer: Solution) -> None:
        self.answer, self.heard = answer, list[str]()

    def solve(self, _project: Project, found: Solution, effort: Effort, **options: Any) -> Any:
        self.heard.append(f"solve {effort.time_limit:.4f} {options} {found.makespan}")
        return self.answer

    def search(self, _project: Project, **options: Any) -> Solution:
        limit = options.pop("time_limit")
        self.heard.append(f"search {limit:.4f} {options['budget']} {options['seed']}")
        return self.answer


def exact_within_time() -> Any:
    """How a limit of time is shared out, for small and large plans, until all is proven."""
    found: dict[str, Any] = {}
    for name, size, each, changes in (
        ("small", 50, 0.25, {}), ("large", 51, 0.25, {}), ("slow", 9, 2.5, {}),
        ("late", 9, 4.0, {}),
        ("proven", 9, 0.25, {"bound": 99, "most_placed": 0, "early_bound": 99}),
        ("fault", 9, 0.25, {"solver_fault": True}),
    ):  # fmt: skip
        made = evolve(_drawn(2, size), early=(1,) * size)
        first = _found(made, 1)
        asked = _Recording(first._replace(**changes))
        clock = SimpleNamespace(monotonic=_Ticking(each))
        with mock.patch.multiple(exact, solve=asked.solve, search=asked.search, time=clock):
            exact.solve_in_time(made, first, Effort(time_limit=10.0, seed=4))
        found[name] = asked.heard
    return found


def exact_goes_on_searching() -> Any:
    """The heuristic's schedule is taken where it is better, with what was proven before."""
    made = _drawn(3, 6)
    first = _found(made, 1)
    found: dict[str, Any] = {}
    for name, changes in {
        "same": {}, "later": {"makespan": first.makespan + 1}, "earlier": {"makespan": 1},
        "less early": {"early": first.early - 1}, "more": {"starts": (0,) * 6, "bound": 2},
        "fewer": {"starts": (None,) * 6}, "proven": {"early": 0, "bound": 3, "early_bound": 7},
    }.items():  # fmt: skip
        other = _Recording(first._replace(tried=5, most_placed=6, **changes))
        clock = SimpleNamespace(monotonic=_Ticking(0.01))
        before = first._replace(bound=4, early_bound=5, most_placed=6, tried=11)
        asked = _Recording(before)
        with mock.patch.multiple(exact, solve=asked.solve, search=other.search, time=clock):
            exact.solve_in_time(made, before, Effort(time_limit=1.0))
            asked.answer = before
            found[name] = _solution(exact._searched(made, before, Effort(time_limit=0.5)))
    return found


def exact_solvers() -> Any:
    """What the solver is told: seconds, seed, threads, kinds of search; when it is not asked."""
    cp = pytest.importorskip("ortools.sat.python.cp_model")
    made = evolve(_drawn(3, 4), due=())
    first = _found(made, 1)
    told: list[str] = []

    def kept(solver: Any, _model: Any, _watch: Any) -> Any:
        p = solver.parameters
        told.append(
            f"{p.max_deterministic_time:.4g} {p.max_time_in_seconds:.3g} {p.num_workers} "
            f"{p.random_seed} {p.use_lns_only} {p.interleave_search} {p.linearization_level} "
            f"{p.cp_model_presolve} {p.catch_sigint_signal}"
        )
        return cp.UNKNOWN

    clock = SimpleNamespace(monotonic=_Ticking(0.25))
    efforts = [
        Effort(budget=100), Effort(budget=2_000, seed=2**31 + 5), Effort(budget=100, workers=2),
        Effort(time_limit=3.0), Effort(time_limit=0.5), Effort(time_limit=0.0),
        Effort(watch=Watch(stop=lambda: True)),
        Effort(budget=None),
    ]  # fmt: skip
    with mock.patch.multiple(exact, run_solver=kept, time=clock):
        same = [
            exact.solve(made, first, effort, neighbourhoods=lns) is first
            for effort in efforts for lns in (False, True)
        ]  # fmt: skip
        none = exact.least_more_units(made, [1] * 3, [1] * 3, Effort(budget=100))
        exact.can_all_be_placed(made, first, seed=3)
    return {"told": told, "same": all(same), "none": none is None}


def engines_by_name() -> Any:
    """Auto is exact only where the heuristic's own bound does not prove its answer."""
    pytest.importorskip("ortools")
    steps = [step(k, hours=h) for k, h in zip("abcde", (2, 1.5, 1, 1, 0.5), strict=True)]
    easy = [step("a"), step("b", "a")]
    return {
        f"{name} {engine}": {
            k: v for k, v in _shown(_schedule(*some, engine=engine)).items() if k == "numbers"
        } | {"engine": _schedule(*some, engine=engine).engine}
        for name, some in (("hard", steps), ("easy", easy))
        for engine in ("auto", "exact", "heuristic")
    }  # fmt: skip


def engines_by_the_clock() -> Any:
    """What the engines are given of a limit of time, of a budget, and where one is missing."""
    heard: list[str] = []
    problem = _problem(
        *(step(k, hours=h) for k, h in zip("abcde", (2, 1.5, 1, 1, 0.5), strict=True))
    )

    def searched(made: Project, **options: Any) -> Solution:
        options.pop("watch")
        heard.append(f"search {options}")
        return search.search(made, budget=5, time_limit=None, seed=0)._replace(bound=1)

    def solved(_made: Project, found: Solution, effort: Effort) -> Solution:
        heard.append(f"solve {effort.budget} {effort.time_limit}")
        return found._replace(solver_fault=effort.seed == 9, bound=2)

    efforts = [
        Effort("heuristic", time_limit=8.0), Effort("heuristic", budget=7, cpu_limit=2.0),
        Effort("exact", time_limit=8.0), Effort("exact", time_limit=1.0), Effort("exact"),
        Effort("exact", budget=100, seed=9), Effort("auto"), Effort("auto", budget=10),
    ]  # fmt: skip
    clock = SimpleNamespace(monotonic=_Ticking(0.5))
    with mock.patch.multiple(
        "behaviour_culture.scheduling.engine", search=searched, solve=solved, solve_in_time=solved,
        time=clock,
    ):  # fmt: skip
        for spec in (None, "there"):
            with mock.patch("behaviour_culture.scheduling.engine.find_spec", return_value=spec):
                for effort in efforts:
                    answer = find_answer(problem, effort)
                    heard.append(
                        f"{answer.engine} {answer.source.value} {answer.role} {answer.seed}"
                    )
    return heard


def hours_needed_at_the_last_moment() -> Any:
    """More hours are looked for while there is time, and not when there is none left."""
    found = {}
    for name, each, limit in (("none", 0.0, 0.0), ("some", 0.0, 1.0), ("no longer", 0.5, 1.0),
                              ("just", 0.25, 1.0), ("long", 0.25, 9.0)):  # fmt: skip
        still = SimpleNamespace(monotonic=_Ticking(each))
        with (
            mock.patch("behaviour_culture.scheduling.engine.time", still),
            mock.patch.object(more_hours, "monotonic", _Ticking(0.0)),
        ):
            made = _schedule(step("a", hours=3), step("b"), time_limit=limit)
        found[name] = f"{dict(made.hours_needed)} {made.would_fit} {made.hours_proven}"
    return found


def more_hours_by_the_clock() -> Any:
    """Half of the time is for trying; it is told, and it can be stopped."""
    problem = _problem(*(step(k) for k in "abcdefgh"), more=True, capacity=people(head=1))
    found: dict[str, Any] = {}
    for name, each, effort in (
        ("free", 0.0, Effort(budget=9)), ("enough", 0.01, Effort(time_limit=9.0)),
        ("at the end", 0.5, Effort(time_limit=3.0)), ("too little", 0.5, Effort(time_limit=2.0)),
        ("stopped", 0.0, Effort(watch=Watch(stop=lambda: True))),
    ):  # fmt: skip
        heard: list[str] = []
        told = effort._replace(
            watch=Watch(
                lambda *some, to=heard: to.append(" ".join(map(str, some))), effort.watch.stop
            )
        )
        with (
            mock.patch.object(more_hours, "find_spec", return_value=None),
            mock.patch.object(more_hours, "monotonic", _Ticking(each)),
        ):
            made = more_hours.least_more_hours(problem, told)
        found[name] = [
            "nothing" if made is None else f"{dict(made.hours)} {made.placed} {made.proven}",
            f"{len(heard)} {heard[:1]}",
        ]
    asked: list[str] = []

    def units(_made: Project, packets: Any, prices: Any, effort: Effort, *rest: Any) -> Any:
        asked.append(f"{[*packets]} {[*prices]} {effort.time_limit} {rest[0] is None} {rest[1]}")

    with (
        mock.patch.object(more_hours, "find_spec", return_value="there"),
        mock.patch.object(more_hours, "least_more_units", units),
        mock.patch.object(more_hours, "monotonic", _Ticking(0.125)),
    ):
        for limit, by in ((None, None), (8.0, None), (8.0, {0: 1})):
            made = more_hours.least_more_hours(problem, Effort(budget=9, time_limit=limit), by)
            asked.append(f"{made and made.placed}")
    return {**found, "asked": asked}


def engines_of_the_user() -> Any:
    """Answers that are kept, completed and refused."""

    def answers(*places: Any) -> Any:
        return lambda *_, **__: list(places)

    def fails(_project: Any, *, seed: int, stop: Any) -> Any:
        msg = f"no luck with {seed} {stop()}"
        raise ValueError(msg)

    steps = [step("a"), step("b", "a", lag=1), step("c", hours=2)]
    given = {
        "kept": answers((1, 0), (3, 0), (0, 0)),
        "completed": answers((1, 0), None, None),
        "nothing": answers(None, None, None),
        "fewer": answers((1, 0)),
        "no list": lambda *_, **__: 3,
        "no place": answers((1,), None, None),
        "list": answers([1, 0], None, None),
        "late": answers((6, 0), None, None),
        "last": answers((5, 0), None, None),
        "below": answers((-1, 0), None, None),
        "way": answers((1, 1), None, None),
        "below way": answers((1, -1), None, None),
        "half": answers((1.0, 0), None, None),
        "truth": answers((1, False), None, None),
        "waits": answers(None, (3, 0), None),
        "too early": answers((1, 0), (2, 0), None),
        "no room": answers((1, 0), None, (1, 0)),
        "fails": fails,
    }
    found = {}
    for name, engine in given.items():
        made = _schedule(*steps, engine=engine, seed=7)
        shown = _shown(made)
        found[name] = shown if made is shown else {k: shown[k] for k in ("steps", "numbers")}
    found["stopped"] = _schedule(*steps, engine=_stopped)
    launch = [step("a"), step("b", "a", phase=_LAUNCH), step("z", weeks=9)]
    for name, some in (("launch", launch[:2]), ("launch, not all", launch)):
        found[name] = _shown(_schedule(*some, engine=answers(*(None,) * len(some))))["numbers"]
    return {**found, "names": [engine_name("auto"), engine_name(fails)]}


def _stopped(_project: Any, *, seed: int, stop: Any) -> Any:
    raise StoppedError(f"seed {seed}", stop(), 9)


def efforts_checked() -> Any:
    given = [
        Effort(), Effort(budget=0), Effort(budget=1), Effort(workers=0), Effort(seed=-1),
        Effort(engine="exact", cpu_limit=1.0), Effort(cpu_limit=1.0), Effort(time_limit=-1),
        Effort(time_limit=0), Effort(engine="heurstic"), Effort(engine=print),
        Effort(time_limit=1e9), Effort(watch=Watch(1, 2)),  # type: ignore[arg-type]
    ]  # fmt: skip

    def checked(effort: Effort, **options: Any) -> Any:
        check = Check("x")
        effort.check(check, **options)
        return _told(check.done)

    return [checked(e) or "fine" for e in given] + [
        checked(Effort(engine=print), others=True) or "fine",  # type: ignore[arg-type]
        checked(Effort(engine="exact"), engines=("auto",)) or "fine",
    ]


# -- schedules asked again -------------------------------------------------------------------


def _base(**options: Any) -> tuple[bc.ActionPlan, Schedule, dict[str, Any]]:
    steps = options.pop("steps", None) or [
        step("a"), step("b", "a", weeks=2), step("c", hours=2, weeks=(1, 1, 2)),
        step("d", "b", phase=_LAUNCH),
    ]  # fmt: skip
    plan = plan_of(*steps)
    what = {"calendar": options.pop("calendar", _YEAR),
            "capacity": options.pop("capacity", people(head=2))}  # fmt: skip
    with mock.patch.object(more_hours, "find_spec", return_value=None):
        return plan, bc.schedule_plan(plan, **what, budget=60, **options), what


def _compared(made: Any) -> Any:
    if not hasattr(made, "changes"):
        return made
    rows = [" ".join(f"{v}" for v in row.values()) for row in made.to_rows()]
    new = made.schedule
    return {
        "lines": str(made).splitlines(), "rows": rows,
        "steps": {c.step: _shown(new)["steps"].get(c.step) for c in made.changed},
        "numbers": _shown(new)["numbers"],
        "out": dict(new.unscheduled), "ids": f"{made.old} {new.id} {new.capacity is None}",
        "changed": f"{made!r} {[c.step for c in made.changed]}",
    }  # fmt: skip


def _report(key: str, status: bc.StepStatus, **fields: Any) -> bc.StepProgress:
    return bc.StepProgress(step=key, status=status, **fields)


def replanned() -> Any:
    """After what happened by a day: kept, slipped, ended, stopped, in a holiday."""
    plan, made, what = _base()
    on, done, stopped = bc.StepStatus.ON_TRACK, bc.StepStatus.COMPLETE, bc.StepStatus.STOPPED
    ways: dict[str, tuple[list[bc.StepProgress], dt.date, dict[str, Any]]] = {
        "nothing": ([], _day(7), {}),
        "a week later": ([], _day(14), {}),
        "mid-week": ([], _day(16), {}),
        "in the break": ([], _day(30), {}),
        "last week": ([], _day(21, 10), {}),
        "begun": ([_report("a", on, started=_day(9))], _day(10), {}),
        "overrun": ([_report("a", on, started=_day(7))], _day(22), {}),
        "done": ([_report("a", done, started=_day(7), finished=_day(9))], _day(10), {}),
        "done late": ([_report("a", done, started=_day(7), finished=_day(22))], _day(23), {}),
        "done on a Monday": (
            [_report("a", done, started=_day(7), finished=_day(14))], _day(15), {},
        ),
        "begun on a Sunday": ([_report("a", on, started=_day(13))], _day(14), {}),
        "begun on a Monday": ([_report("a", on, started=_day(14))], _day(14), {}),
        "done on a Saturday": (
            [_report("a", done, started=_day(12), finished=_day(12))], _day(14), {},
        ),
        "done in the break": ([_report("a", done, started=_day(28), finished=_day(2, 10))],
                              _day(5, 10), {}),
        "begun in the break": ([_report("a", on, started=_day(28))], _day(30), {}),
        "begun out of order": ([_report("b", on, started=_day(7))], _day(8), {}),
        "stopped": ([_report("b", stopped)], _day(8), {}),
        "stopped, begun": ([_report("b", stopped, started=_day(7))], _day(8), {}),
        "stopped last": ([_report("d", stopped)], _day(8), {"id": "again"}),
        "fewer hours": ([], _day(8), {"capacity": people(head=1)}),
        "more hours": ([], _day(8), {"capacity": people(head=9)}),
        "no stop": ([], _day(21, 10), {"stop": lambda: True}),
        "not started": ([_report("a", bc.StepStatus.NOT_STARTED)], _day(15), {}),
    }  # fmt: skip
    return {
        name: _compared(_told(partial(replan, made, plan, reports, today=day, **(what | more))))
        for name, (reports, day, more) in ways.items()
    }


def replanned_with_rules() -> Any:
    """Launches beyond the limit, running hours, INSET days, steps that have to move for one."""
    on = bc.StepStatus.ON_TRACK
    inset = evolve(_YEAR, inset=[_day(16), _day(5, 10)])
    launches = [step(k, phase=_LAUNCH) for k in "abcd"]
    running = [step("a", running_hours={"head": 1}), step("b", running_hours={"head": 1}),
               step("c", hours=1)]  # fmt: skip
    tight = [step("a", weeks=2, hours=2), step("b", "a", hours=2), step("c", hours=2, weeks=3)]
    late = [step("x", weeks=2, hours=2), step("y", "x", hours=2), step("a", hours=2, weeks=2),
            step("z", "y", hours=2)]  # fmt: skip
    leads = [step("a", hours=2, lead_options=["senco"]), step("b", hours=2, lead_options=["senco"])]
    rows: dict[str, Any] = {
        "crowded": (_base(steps=launches, launch_limit=1), [_report("a", on, started=_day(7)),
                    _report("b", on, started=_day(8))], _day(9)),
        "within": (_base(steps=launches, launch_limit=2), [_report("a", on, started=_day(7))],
                   _day(9)),
        "running": (_base(steps=running), [_report("a", on, started=_day(7))], _day(15)),
        "running apart": (_base(steps=running, capacity=people(head=2, kept=1)),
                          [_report("b", on, started=_day(7))], _day(15)),
        "inset": (_base(steps=[step("a", starts=_INSET), step("b")], calendar=inset), [], _day(17)),
        "inset, same day": (_base(steps=[step("a", starts=_INSET)], calendar=inset), [], _day(16)),
        "no room": (_base(steps=tight), [], _day(14)),
        "urgent": (_base(steps=late), [], _day(14)),
        "urgent, deadline": (_base(steps=late, deadlines={"z": _day(23, 10)}), [], _day(14)),
        "pinned": (_base(steps=tight, pins={"c": _day(5, 10)}), [], _day(14)),
        "leads": (_base(steps=leads, capacity=people(head=2, senco=2)),
                  [_report("a", on, started=_day(14))], _day(15)),
        "deadline passed": (_base(steps=[step("a"), step("b")], deadlines={"a": _day(11)}),
                            [_report("a", on, started=_day(7))], _day(15)),
    }  # fmt: skip
    return {
        name: _compared(_told(partial(replan, made, plan, reports, today=day, **what)))
        for name, ((plan, made, what), reports, day) in rows.items()
    }


def replan_refused() -> Any:
    plan, made, what = _base()
    done = bc.StepStatus.COMPLETE
    other = evolve(made, plan="another", calendar="other")

    def refused(*reports: bc.StepProgress, today: Any = None, **more: Any) -> Any:
        options = what | more
        of = options.pop("of", made)
        return _told(lambda: replan(of, plan, reports, today=today or _day(8), **options))

    return {
        "reports": refused(_report("z", done), _report("a", done), _report("a", done)),
        "days": refused(_report("a", done, started=_day(9), finished=_day(9))),
        "days, today": _compared(refused(_report("a", done, started=_day(8), finished=_day(8)))),
        "no end": refused(_report("a", done, started=_day(7))),
        "after": refused(today=_day(24, 10)),
        "on the last day": _compared(refused(today=_day(23, 10)))["numbers"],
        "no day": refused(today="soon"),
        "other": refused(of=other),
        "stop": refused(stop=3),
        "schedule": _told(lambda: replan(3, plan, [], today=_day(8), **what)),  # type: ignore[arg-type]
    }


def what_ifs() -> Any:
    plan, made, what = _base()
    ways: dict[str, dict[str, Any]] = {
        "nothing": {}, "longer": {"weeks": 3}, "shorter": {"weeks": 1}, "same": {"weeks": 2},
        "hours": {"hours_per_week": {"head": 2}}, "pinned": {"start": _day(5, 10)},
        "free": {"without": ["a"]}, "effort": {"effort": Effort(budget=2, seed=5)},
        "unknown": {"without": ["aa", "z"]}, "lead": {"hours_per_week": {"senco": 1}},
    }  # fmt: skip
    with mock.patch.object(more_hours, "find_spec", return_value=None):
        found = {
            name: _compared(_told(partial(what_if, made, plan, "b", **what, **more)))
            for name, more in ways.items()
        }
    return {**found, "no step": _told(lambda: what_if(made, plan, "bb", **what))}


def comparisons() -> Any:
    """Each kind of change between two schedules, and of another calendar."""
    steps = {k: step(k) for k in "abcdef"}
    first = _schedule(*steps.values(), capacity=people(head=1), calendar=autumn(9, 4))
    then = _schedule(
        evolve(steps["a"], weeks=bc.Weeks(1, 2, 2)), *(steps[k] for k in "cbdg" if k in steps),
        step("g"), step("h", hours=5), capacity=people(head=1), calendar=autumn(9, 4),
    )  # fmt: skip
    away = _schedule(*steps.values(), capacity=people(head=1), starts=_day(14),
                     calendar=autumn(9, 4))  # fmt: skip
    return {
        "there": _compared(compare_schedules(first, then)),
        "back": _compared(compare_schedules(then, first)),
        "later": _compared(compare_schedules(first, away)),
        "same": _compared(compare_schedules(first, first)),
        "refused": _told(lambda: compare_schedules(first, 3)),  # type: ignore[arg-type]
    }


def milestones_dated() -> Any:
    """After their steps, on teaching days, in this year and in years like it."""

    def stone(key: str, day: dt.date | None, **fields: Any) -> Milestone:
        return Milestone(id=key, statement="s", months=1, date=day, **fields)

    goal = Objective(
        id="goal", title="T", principle="p", measure="m", baseline=estimate(0.25), target=0.5,
        target_basis="b",
    )  # fmt: skip
    why = [
        Inclusion(
            step=k, kind=InclusionKind.OWN, objectives=["goal"] if k in "bcd" else [], reason="r"
        )
        for k in "abcd"
    ]
    stones = [
        stone("far-before", MONDAY - 100 * DAY), stone("before", MONDAY - 99 * DAY),
        stone("none", None), stone("none-of-goal", None, objective="goal"),
        stone("teaches", _day(9)), stone("saturday", _day(12)), stone("break", _day(29)),
        stone("last", _day(23, 10)), stone("after", _day(24, 10)),
        stone("next-year", dt.date(2027, 9, 5)), stone("far", dt.date(2030, 1, 5)),
        stone("of-step", _day(9), step="a"), stone("of-no-step", _day(10), step="z"),
        stone("of-goal", _day(7), objective="goal"), stone("late", _day(20, 10), objective="goal"),
        stone("of-both", _day(7), objective="goal", step="d"), stone("end", dt.date.max),
        stone("near-the-end", dt.date.max - 100 * DAY), stone("nearer", dt.date.max - 99 * DAY),
    ]  # fmt: skip
    steps = [step("a"), step("b", "a"), step("c", "b"), step("d", "c", weeks=2)]
    plan = plan_of(*steps, objectives=[goal], inclusions=why, milestones=stones)
    made = _schedule(*steps)
    found = {}
    for name, year in {"a term": _YEAR, "a week": autumn(3, 1), "long": autumn(16, 8)}.items():
        dated = date_milestones(plan, made, year)
        found[name] = {m.id: str(m.date) for m in dated.milestones}
    wrong: Any = 3
    return found | {"refused": _told(lambda: date_milestones(wrong, wrong, wrong))}


def conflicts() -> Any:
    """Facts that cannot all hold, as the heuristic finds them."""
    chain = [step("a", weeks=3, title="Agree"), step("b", "a", title="Build", lag=1),
             step("c", title="Coach", hours=2, weeks=2)]  # fmt: skip
    launches = [step(k, phase=_LAUNCH, title=k.upper()) for k in "abc"]
    kept = [step(k, running_hours={"head": 1}, title=k.upper()) for k in "abc"]
    many = [step(k, hours=1, title=k.upper()) for k in "abcde"]
    ways: dict[str, Any] = {
        "chain": (chain, {"deadlines": {"b": _day(25)}}),
        "chain, pin": (chain, {"pins": {"b": _day(21)}}),
        "early pin": (chain, {"pins": {"a": _day(14), "b": _day(12, 10)}}),
        "fits": (chain, {"deadlines": {"b": _day(16, 10)}}),
        "no wish": (chain, {}),
        "two pins": (chain, {"pins": {"a": _day(7), "c": _day(7)}}),
        "rule": ([step("a", starts=_HALF_TERM, weeks=2)], {"deadlines": {"a": _day(16, 10)},
                 "pins": {}}),
        "rule, late": ([step("z"), step("a", "z", starts=_HALF_TERM)],
                       {"deadlines": {"a": _day(2, 10)}}),
        "launches": (launches, {"deadlines": dict.fromkeys("abc", _day(25)), "launch_limit": 2}),
        "one launch": (launches, {"deadlines": dict.fromkeys("ab", _day(25)), "launch_limit": 1}),
        "running": (kept, {"deadlines": dict.fromkeys("abc", _day(25))}),
        "hours": (many, {"deadlines": dict.fromkeys("abcde", _day(18))}),
        "calendar": ([step("a", weeks=7, title="Agree")], {"deadlines": {"a": _day(1, 12)}}),
        "before all": (chain, {"deadlines": {"a": _day(8)}}),
    }  # fmt: skip
    with mock.patch("behaviour_culture.scheduling.conflicts.find_spec", return_value=None):
        found = {}
        for name, (steps, wishes) in ways.items():
            heard: list[str] = []
            made = find_conflict(
                plan_of(*steps), calendar=_YEAR, capacity=people(head=2), **wishes,
                progress=lambda stage, i, n, to=heard: to.append(f"{stage} {i} of {n}"),
            )  # fmt: skip
            found[name] = [
                *(str(made).splitlines() if made else ["none"]), *heard[-1:],
                *(f"{f.kind.value} {f.step} {f.role}" for f in (made.facts if made else ())),
            ]  # fmt: skip
    dated = plan_of(*chain, not_after={"b": _day(25)}, not_before={"a": _day(9), "c": _day(8)})
    with mock.patch("behaviour_culture.scheduling.conflicts.find_spec", return_value=None):
        found["of the plan"] = str(
            find_conflict(dated, calendar=_YEAR, capacity=people(head=2))
        ).splitlines()
    wrong = {"calendar": _YEAR, "capacity": people(head=2)}
    return found | {
        "refused": _told(lambda: find_conflict(dated, **wrong, seed=-1, stop=3, progress=3)),  # type: ignore[arg-type]
        "unknown": _told(lambda: find_conflict(dated, **wrong, pins={"z": _day(8)})),
        "stopped": _told(lambda: find_conflict(dated, **wrong, stop=lambda: True)),
    }


def brought_forward() -> Any:
    """What would let a step start earlier; the exact engine says how few hours."""
    pytest.importorskip("ortools")
    steps = [step("a"), step("b", "a"), step("c", hours=2), step("d", hours=2)]
    plan, made, what = _base(steps=steps)
    pinned_plan, pinned, _ = _base(steps=steps, pins={"d": _day(12, 10)})
    found = {
        f"{key} {weeks}": str(bring_forward(made, plan, key, weeks=weeks, **what))
        for key in "abcd" for weeks in (1, 2)
    }  # fmt: skip
    return found | {
        "whole": bring_forward(made, plan, made.steps[-1].step, **what),
        "pinned": bring_forward(pinned, pinned_plan, "d", **what),
        "refused": _told(lambda: bring_forward(made, plan, "a", weeks=0, **what)),
        "unknown": _told(lambda: bring_forward(made, plan, "z", **what)),
        "stopped": _told(lambda: bring_forward(made, plan, "b", stop=lambda: True, **what)),
    }


def robustness_of_a_schedule() -> Any:
    """Shares, buffers, what is critical; under three policies."""
    steps = [step("a", weeks=(1, 2, 3)), step("b", "a", weeks=(1, 1, 3)),
             step("c", hours=2, weeks=(1, 1, 2)), step("d", "c"), step("z", weeks=9)]  # fmt: skip
    plan, made, what = _base(steps=steps)
    ways = {
        "usual": assess_robustness(made, plan, **what, draws=200),
        "sure": assess_robustness(made, plan, **what, draws=200, level=0.99, seed=4, id="mine"),
        "doubtful": assess_robustness(made, plan, **what, draws=100, level=0.05),
    }
    none_plan, none, none_what = _base(steps=[step("z", weeks=9)])
    tight = _base(steps=[step("a", weeks=(6, 6, 9))])
    empty = bc.schedule_plan(plan_of(), **what)
    spread = _base(steps=[step("a", hours=4, weeks=(1, 2, 5))])
    found = {
        name: {"lines": str(r).splitlines(), "rows": r.to_rows(), "label": repr(r),
               "policies": [f"{p.policy.value} {p.done} {p.weeks}" for p in r.policies]}
        for name, r in {
            **ways,
            "none": assess_robustness(none, none_plan, **none_what, draws=100),
            "empty": assess_robustness(empty, plan_of(), **what, draws=100),
            "spread": assess_robustness(spread[1], spread[0], **spread[2], draws=100),
            "tight": assess_robustness(tight[1], tight[0], **tight[2], draws=100, level=0.9),
            "never": assess_robustness(
                evolve(tight[1], steps=[evolve(tight[1].steps[0], first_week=1)]), tight[0],
                **tight[2], draws=100,
            ),
        }.items()
    }  # fmt: skip
    heard: list[str] = []
    assess_robustness(
        made, plan, **what, draws=1_100,
        progress=lambda stage, i, n: heard.append(f"{stage} {i} of {n}"),
    )  # fmt: skip
    wrong: dict[str, Any] = {"draws": 99, "level": 1.0, "seed": -1, "id": "No Id", "stop": 3}
    return found | {
        "heard": heard,
        "asked": [ways["usual"].step("a").done,
                  ways["usual"].policy(ways["usual"].policies[1].policy).done],
        "refused": _told(lambda: assess_robustness(made, plan, **what, **wrong)),
        "too many": _told(lambda: assess_robustness(made, plan, **what, draws=10**7 + 1)),
        "no level": _told(lambda: assess_robustness(made, plan, **what, level=0.0)),
        "other": _told(lambda: assess_robustness(made, plan_of(id="q"), **what)),
    }  # fmt: skip


# -- results ---------------------------------------------------------------------------------


def reasons_in_words() -> Any:
    """A sentence of each kind, and the fields that it has to have."""
    full: dict[str, Any] = {
        "step": "a", "title": "Agree", "why": "it rests on it.", "role": "head", "left": 0.333,
        "of": 1.0, "needed": 2.125, "weeks": 1, "week": _day(7), "day": _day(11),
        "ready": _day(14), "ends": _day(23, 10), "rule": _INSET, "part": "Autumn 1", "words": None,
    }  # fmt: skip
    few = full | {"weeks": 3, "day": None, "ready": None, "week": None, "of": 2.0, "left": 0.0}
    found: dict[str, Any] = {}
    for kind in ReasonKind:
        for name, fields in (("full", full), ("few", few)):
            found[f"{kind.value} {name}"] = _told(lambda k=kind, f=fields: Reason(kind=k, **f).text)
        found[f"{kind.value} needs"] = ", ".join(needed_fields(kind))
    rows = [
        [], [Reason(kind=ReasonKind.STOPPED)],
        [Reason(kind=ReasonKind.MISSING, step=k, title=k.upper()) for k in "ab"],
        [Reason(kind=ReasonKind.NO_ROOM, ends=_day(23, 10)), Reason(kind=ReasonKind.STOPPED)],
        [Reason(kind=ReasonKind.NO_ROOM, ends=_day(23, 10))],
        [Reason(kind=ReasonKind.STOPPED)] * 2,
        [Reason(kind=ReasonKind.OTHER, words="so it is")],
    ]  # fmt: skip
    return found | {"together": [reasons_text(row) for row in rows]}


def results_of_engines() -> Any:
    made = _schedule(step("a"), step("b", hours=3))
    return {
        "bounds": [
            bound_text(evolve(made, bound_by=b, bound_role="head"), str.upper) for b in BoundSource
        ],
        "no role": _told(lambda: evolve(made, bound_by=BoundSource.ROLE, bound_role=None)),
        "gaps": [
            evolve(made, makespan=m, lower_bound=b).gap for m, b in ((6, 4), (4, 4), (3, 4), (3, 0))
        ],
        "proven": [
            evolve(made, **fields).proven
            for fields in (
                {},
                {"left_out": {}, "most_placed": 1},
                {"most_placed": 1, "lower_bound": 0},
                {"most_placed": 1, "launch_weeks": 1},
                {"most_placed": 1, "launch_weeks": 1, "least_launch_weeks": 1},
                {"most_placed": 0},
            )
        ],
        "statuses": [
            str(evolve(made, status=s, solver_fault=f)).splitlines()[:2]
            for s in ScheduleStatus
            for f in (False, True)
        ],
        "more": [
            more_hours_text(evolve(made, **fields), str.upper)
            for fields in (
                {},
                {"hours_needed": {"head": 1.0}, "would_fit": None},
                {"hours_needed": {"head": 1.0}, "would_fit": 2, "hours_proven": True},
                {"hours_needed": {}, "running_hours_needed": {"head": 0.25}, "would_fit": 1},
            )
        ],
        "use": [*map(str, made.use[:2])],
        "use apart": [
            str(
                RoleWeek(
                    role="head", week=_day(7), used=1, capacity=2, running=r, running_capacity=c
                )
            )
            for r in (0, 0.5)
            for c in (None, 3)
        ],
        "not at all": list(made.explain("b")),
        "no table": _told(lambda: evolve(made, left_out=[1])),
        "steps twice": _told(lambda: evolve(made, steps=[*made.steps, *made.steps])),
        "backwards": _told(lambda: evolve(made.steps[0], finish=_day(1), reasons=[])),
        "load": load_rows(made)[:2],
        "load of nobody": load_rows(made, role="clerk"),
    }


def ways_to_staff() -> Any:
    """Ways by hours, weeks and people; the units of an hour in which all are whole."""
    weeks = autumn(14, 7).staff_weeks
    many = bc.Role(id="head", title="Head", hours_per_week=1, people=3)
    rows = {
        "few lengths": (step("a", hours=8, weeks=(1, 1, 7)), people(head=2)),
        "eight": (step("a", hours=1, weeks=(1, 1, 8)), people(head=2)),
        "nine": (step("a", hours=1, weeks=(1, 1, 9)), people(head=2)),
        "thirteen": (step("a", hours=1, weeks=(1, 1, 30)), people(head=2)),
        "options": (step("a", hours={"head": 2, "senco": 1}, lead_options=["senco", "clerk"]),
                    people(head=2, senco=4)),
        "not led": (step("a", hours={"head": 2, "senco": 1}, lead="senco",
                         lead_options=["head"]), people(head=3, senco=1)),
        "people": (step("a", hours=2, weeks=(1, 1, 3)), bc.Capacity(roles=[many])),
        "none able": (step("a", hours=90), people(head=2)),
        "no hours": (step("a", hours={}), people(head=2)),
        "running": (step("a", running_hours={"head": 0.5, "senco": 0.0}), people(head=2, senco=1)),
        "running apart": (step("a", running_hours={"head": 0.5}), people(head=2, kept=1)),
        "minutes": (step("a", hours=1 / 60), people(head=2)),
        "seconds": (step("a", hours=1 / 3600), people(head=2)),
        "less": (step("a", hours=1 / 7), people(head=2)),
        "spread": (step("a", hours=0.25, weeks=(1, 1, 2)), people(head=2)),
    }  # fmt: skip
    return {
        f"{name}{' more' if more else ''}": {
            "ways": [[f"{w.lead} {w.weeks} {_hours(w.hours)}" for w in some] for some in s.ways],
            "units": f"{s.roles} {s.people} {s.scale} {s.modes} {s.running} {s.beyond} "
            f"{[row[:2] for row in s.capacity]}",
        }
        for name, (one, capacity) in rows.items()
        for more in (False, True)
        if (s := staffing.staff_steps([one], weeks, capacity, more_hours=more))
    }
