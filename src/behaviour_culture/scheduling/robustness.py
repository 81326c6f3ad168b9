"""How a schedule changes when steps take longer or shorter than is likely."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any, ClassVar

from attrs import field, frozen

from behaviour_culture._display import count_of
from behaviour_culture._entries import Entries
from behaviour_culture._seeds import Seed, as_seed
from behaviour_culture.checks import (
    Check,
    MapOf,
    TupleOf,
    Value,
    as_float,
    as_whole,
    find,
    require_types,
)
from behaviour_culture.fields import Count, Range, Share, Slug, Text, derived_id
from behaviour_culture.model.estimate import Estimate
from behaviour_culture.model.school import Capacity
from behaviour_culture.model.school_years import Years, join_years
from behaviour_culture.model.step import Weeks
from behaviour_culture.planning.plan import ActionPlan
from behaviour_culture.scheduling.problem import Problem, build_problem, read_back, schedule_faults
from behaviour_culture.scheduling.result import Schedule
from behaviour_culture.scheduling.simulate import (
    STAGE,
    Run,
    draw_durations,
    early_start_arcs,
    early_start_floors,
    run_early_start,
    run_resource_policy,
)
from behaviour_culture.statistics.estimates import estimate_of_draws
from behaviour_culture.typing import Progress, Stop

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["Policy", "PolicyOutcome", "Robustness", "StepRobustness", "assess_robustness"]

_MIN_DRAWS = 100
_BYTES = 18.0
"""Bytes that a draw of one step takes at the most of the work (measured)."""


class Policy(StrEnum):
    """How a school reacts when a step takes longer than planned."""

    RESOURCE = "resource"
    """It plans again as it goes, in the order of the schedule."""
    EARLY_START = "early-start"
    """It keeps the order in which each role serves the steps."""
    PRECEDENCE = "precedence"
    """It forgets that people's hours are limited; for comparison only."""


@frozen(kw_only=True, repr=False)
class PolicyOutcome(Value):
    """How long the whole takes under one policy.

    ``weeks`` is over the draws in which everything is done within the calendar, whose
    share is ``done``; None where there is none. Steps that are not in the schedule are left out of
    both, and none of them is ever done (``unscheduled`` of the whole).
    """

    policy: Policy
    done: Share = field(converter=as_float)
    weeks: Estimate | None = None

    def _lines(self) -> list[str]:
        weeks = self.weeks
        how_long = (
            f", {weeks.value:.0f} weeks ({weeks.lower:.0f} to {weeks.upper:.0f})" if weeks else ""
        )
        return [
            f"{self.policy.value}: all that is scheduled is done in {self.done:.0%} of "
            f"draws{how_long}"
        ]


@frozen(kw_only=True, repr=False)
class StepRobustness(Value):
    """How sure the date of one step is, under the resource policy.

    Attributes
    ----------
    planned_weeks : int
        Week of the plan at whose end it should be done, from 1.
    done : float
        Share of draws in which it is done within the calendar.
    done_by : mapping of str to float
        Share of draws in which it is done by the end of each half-term.
    buffer_weeks : int
        Weeks after the planned end by which it is done in a share ``level`` of the draws;
        0 where it is done by then anyway, -1 where no week of the calendar is late enough.
    critical : float
        Share of draws in which a longer duration would have delayed the end of the plan
        (early-start policy).
    sensitivity : float
        Correlation of its duration with the end of the plan: where it is high, a buffer
        after the step, or help with it, pays most.
    """

    step: Slug
    title: Text
    planned_weeks: Annotated[int, Range(low=1)]
    done: Share = field(converter=as_float)
    done_by: Mapping[str, float] = field(converter=MapOf[str, float])
    buffer_weeks: Annotated[int, Range(low=-1)]
    critical: Share = field(converter=as_float)
    sensitivity: Annotated[float, Range(low=-1, high=1)] = field(converter=as_float)

    def _lines(self) -> list[str]:
        plural = "" if self.buffer_weeks == 1 else "s"
        late = f"{self.buffer_weeks} week{plural} later" if self.buffer_weeks > 0 else "as planned"
        if self.buffer_weeks < 0:
            late = "not within the calendar"
        return [f"{self.title}: safe to promise {late}; critical in {self.critical:.0%} of draws"]


@frozen(kw_only=True, repr=False)
class Robustness(Value):
    """How a schedule holds when durations vary between their three estimates.

    Attributes
    ----------
    steps : tuple of StepRobustness
        Those that are in the schedule.
    unscheduled : mapping of str to str
        The other steps of the plan, by id, with their titles: no draw gets any of them done.
    """

    id: Slug
    schedule: Slug
    draws: Annotated[int, Range(low=1)]
    seed: Count
    level: Annotated[float, Range(high=1, above=0)] = field(converter=as_float)
    policies: Entries[PolicyOutcome] = field(converter=TupleOf[PolicyOutcome])
    steps: Entries[StepRobustness] = field(converter=TupleOf[StepRobustness])
    unscheduled: Mapping[Slug, Text] = field(factory=dict, converter=MapOf[str, str])

    def step(self, step_id: str) -> StepRobustness:
        """Return one step, or raise `UnknownNameError`."""
        return find("scheduled step", step_id, self.steps, by="step")

    def policy(self, policy: Policy) -> PolicyOutcome:
        """Return the outcome of one policy, or raise `UnknownNameError`."""
        return find("policy", str(policy), self.policies, by="policy.value")

    _COLUMNS: ClassVar[Mapping[str, type]] = {
        "step": str,
        "title": str,
        "planned_weeks": int,
        "buffer_weeks": int,
        "done": float,
        "critical": float,
        "sensitivity": float,
    }

    def to_rows(self) -> list[dict[str, Any]]:
        """Return a row for each step, with a column for each half-term.

        A step that is not in the schedule is done in no draw; it has no week, and no share of
        what decides the end.
        """
        labels = dict.fromkeys(name for s in self.steps for name in s.done_by)
        done = [f"done_by_{name.lower().replace(' ', '_')}" for name in labels]
        never: dict[str, Any] = dict.fromkeys(self._COLUMNS)
        return [
            {
                "step": s.step,
                "title": s.title,
                "planned_weeks": s.planned_weeks,
                "buffer_weeks": s.buffer_weeks,
                "done": s.done,
                "critical": s.critical,
                "sensitivity": s.sensitivity,
                **{f"done_by_{name.lower().replace(' ', '_')}": p for name, p in s.done_by.items()},
            }
            for s in self.steps
        ] + [
            {**never, "step": key, "title": title, "done": 0.0, **dict.fromkeys(done, 0.0)}
            for key, title in self.unscheduled.items()
        ]

    def _label(self) -> str:
        out = len(self.unscheduled)
        fit = f", {count_of(out, 'step')} not scheduled" if out else ""
        return f"{self.schedule}: {self.draws:,} draws{fit}"

    def _lines(self) -> list[str]:
        lines = [f"{self.draws:,} draws of all durations between their three estimates"]
        if out := len(self.unscheduled):
            every = count_of(out + len(self.steps), "step")
            fit, is_ = ("does not fit", "is") if out == 1 else ("do not fit", "are")
            lines.append(f"  {out} of {every} {fit} the schedule and {is_} never done:")
            lines += [f"    {title}" for title in self.unscheduled.values()]
        lines += [f"  {p}" for p in self.policies]
        worst = sorted(self.steps, key=lambda s: (-s.sensitivity, s.step))[:5]
        lines.append("  Where a buffer or help pays most:")
        return lines + [f"    {s}" for s in worst]


def assess_robustness(  # noqa: PLR0913  (a schedule and what it was made of)
    schedule: Schedule,
    plan: ActionPlan,
    *,
    calendar: Years,
    capacity: Capacity,
    draws: int = 10_000,
    level: float = 0.8,
    seed: Seed = 0,
    progress: Progress | None = None,
    stop: Stop | None = None,
    id: str | None = None,  # noqa: A002  (the name of the field)
) -> Robustness:
    """Simulate a schedule with all durations drawn from their three estimates.

    Parameters
    ----------
    schedule : Schedule
    plan, calendar, capacity
        What it was made of.
    draws : int
        100 to 10,000,000, as far as memory goes: 18 bytes each for every step.
    level : float
        How sure a promised date should be, between 0 and 1; 0.8 is judgement.
    seed : int, SeedSequence or Generator
        The same seed gives the same bits.
    progress : callable, optional
        Called with ("simulating durations", draws done, draws).
    stop : callable, optional
        Asked again and again: once it says True, `StoppedError` is raised in under a second.
    id : str, optional
        The id of the result; that of the schedule and ``robustness`` without it.

    Returns
    -------
    Robustness

    Raises
    ------
    InvalidInputError
        The schedule is for another plan or calendar; options out of range; more draws than
        memory holds.
    StoppedError
        The simulation was stopped.
    """
    import numpy as np  # noqa: PLC0415  (keeps import behaviour_culture light)

    require_types(
        "assess_robustness",
        schedule=(schedule, Schedule),
        plan=(plan, ActionPlan),
        capacity=(capacity, Capacity),
    )
    draws, seed = as_whole(draws), as_seed(seed)
    year = join_years(calendar, starts=plan.starts, until=schedule.projected_until)
    check = Check("assess_robustness")
    check.add(schedule_faults(schedule, plan, year))
    check.within("draws", draws, "draws", _MIN_DRAWS)
    check.kept("draws", draws, _BYTES * len(plan.steps), f"draws of {len(plan.steps)} steps")
    check.whole("seed", seed, 0)
    check.share("level", level)
    check.value("id", id, Slug | None)
    watch = check.watch(progress, stop)
    check.done()
    problem = build_problem(plan, year, capacity, schedule.options)
    starts, modes = read_back(problem, schedule)
    project = problem.project
    estimates = [
        _spread(s.weeks, project.lengths[i][modes[i]]) for i, s in enumerate(problem.steps)
    ]
    durations = draw_durations(estimates, draws, np.random.default_rng(seed), watch)
    placed = [i for i, s in enumerate(starts) if s is not None]
    order = sorted(placed, key=lambda i: (starts[i] or 0, i))
    resource = run_resource_policy(project, order, modes, durations, watch)
    arcs = early_start_arcs(project, starts, modes)
    floors = early_start_floors(project, starts, modes)
    watch.tell(STAGE, draws, draws)
    early = run_early_start(project, starts, arcs, durations, floors)
    watch.check(STAGE, draws, draws)
    alone = run_early_start(project, starts, {i: project.before[i] for i in placed}, durations)
    runs = {Policy.RESOURCE: resource, Policy.EARLY_START: early, Policy.PRECEDENCE: alone}
    critical = _critical(arcs, order, early)
    end = resource.ends[placed].max(axis=0).astype(np.float64) if placed else np.zeros(draws)
    return Robustness(
        id=derived_id(id, schedule.id, "robustness"),
        schedule=schedule.id,
        draws=draws,
        seed=seed,
        level=level,
        policies=[_outcome(policy, run, placed, project.horizon) for policy, run in runs.items()],
        steps=[
            _step(
                problem,
                i,
                (starts[i] or 0) + project.lengths[i][modes[i]],
                resource,
                level,
                critical[i],
                _correlation(durations[i], end),
            )
            for i in order
        ],
        unscheduled={
            s.id: s.title for s, start in zip(problem.steps, starts, strict=True) if start is None
        },
    )


def _spread(weeks: Weeks, planned: int) -> tuple[int, int, int]:
    """Return the three estimates of a step that is spread over other weeks than the likely ones."""
    low, high = (max(1, round(n * planned / weeks.likely)) for n in (weeks[0], weeks[2]))
    return min(low, planned), planned, max(high, planned)


def _outcome(policy: Policy, run: Run, placed: Sequence[int], horizon: int) -> PolicyOutcome:
    if not placed:
        return PolicyOutcome(policy=policy, done=0.0 if len(run.ends) else 1.0)
    ends = run.ends[list(placed)].max(axis=0)
    inside = ends[ends <= horizon]
    share = float(inside.size / ends.size)
    if not inside.size:
        return PolicyOutcome(policy=policy, done=share)
    method = f"mean and quantiles of {inside.size:,} draws that are done in the calendar"
    weeks = estimate_of_draws(inside, method=method, unit="weeks")
    return PolicyOutcome(policy=policy, done=share, weeks=weeks)


def _step(  # noqa: PLR0913, PLR0917
    problem: Problem,
    step: int,
    planned: int,
    run: Run,
    level: float,
    critical: float,
    sensitivity: float,
) -> StepRobustness:
    import numpy as np  # noqa: PLC0415

    horizon, ends = problem.project.horizon, run.ends[step]
    last_week = {w.half_term: i + 1 for i, w in enumerate(problem.weeks)}
    safe = int(np.quantile(ends, level, method="higher"))
    return StepRobustness(
        step=problem.steps[step].id,
        title=problem.steps[step].title,
        planned_weeks=planned,
        done=float((ends <= horizon).mean()),
        done_by={label: float((ends <= week).mean()) for label, week in last_week.items()},
        buffer_weeks=max(0, safe - planned) if safe <= horizon else -1,
        critical=critical,
        sensitivity=sensitivity,
    )


def _critical(
    arcs: Mapping[int, Sequence[tuple[int, int]]], order: Sequence[int], run: Run
) -> dict[int, float]:
    """Return the share of draws in which each step lies on a chain that decides the end."""
    if not order:
        return {}
    end = run.ends[list(order)].max(axis=0)
    on_chain = {step: run.ends[step] == end for step in order}
    for step in reversed(order):
        for before, lag in arcs[step]:
            tight = run.ends[before] + lag == run.starts[step]
            on_chain[before] = on_chain[before] | (on_chain[step] & tight)
    return {step: float(flags.mean()) for step, flags in on_chain.items()}


def _correlation(duration: NDArray[np.int16], end: NDArray[np.float64]) -> float:
    import numpy as np  # noqa: PLC0415

    first = duration.astype(np.float64)
    spread = float(first.std() * end.std())
    if spread == 0:
        return 0.0
    covariance = float(((first - first.mean()) * (end - end.mean())).mean())
    return max(-1.0, min(1.0, covariance / spread))
