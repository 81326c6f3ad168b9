"""The schedule that a scenario leads to: with other hours the plan is scheduled again."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import TYPE_CHECKING

from behaviour_culture._chunks import run_chunks
from behaviour_culture._watch import NOBODY, Watch
from behaviour_culture.checks import Check
from behaviour_culture.model.calendar import SchoolYear
from behaviour_culture.model.scenario import Scenario
from behaviour_culture.planning.plan import ActionPlan
from behaviour_culture.scheduling.effort import ENGINES, Effort
from behaviour_culture.scheduling.engine import schedule_with
from behaviour_culture.scheduling.result import Schedule

if TYPE_CHECKING:
    from concurrent.futures import Executor

__all__ = ["hours_faults", "scenario_schedules"]


def hours_faults(
    path: str, scenario: Scenario, schedule: Schedule, year: SchoolYear | None, check: Check
) -> None:
    """Record why a plan cannot be scheduled again with the hours of a scenario."""
    if scenario.capacity == 1:
        return
    if schedule.capacity is None:
        check.fault(
            f"{path}.capacity",
            "the schedule does not say which hours it was made with: it was planned again on the "
            "way or together with other schools, or is of an older file; schedule the plan, or "
            "replan, with the other hours and forecast that",
            scenario.capacity,
        )
    elif year is None:
        check.fault(
            f"{path}.capacity",
            "with other hours the plan is scheduled again: give the calendar= that the schedule "
            "was made with",
            scenario.capacity,
        )


def scenario_schedules(  # noqa: PLR0913  (a schedule, what it was made of, and the workers)
    plan: ActionPlan,
    schedule: Schedule,
    year: SchoolYear | None,
    scenarios: Iterable[Scenario | None],
    *,
    workers: int,
    executor: Executor | None,
    watch: Watch = NOBODY,
) -> list[Schedule]:
    """Return the schedule under each scenario, made once for each share of the hours.

    It is the schedule that `schedule_plan` makes with that share of all hours and the options,
    engine and seed of the first one. `hours_faults` has passed the scenarios.
    """
    shares = [1.0 if s is None else s.capacity for s in scenarios]
    made = {1.0: schedule}
    others = sorted({*shares} - {*made})
    task = partial(_with_share, plan, schedule, year)
    run_chunks(
        task,
        others,
        made.__setitem__,
        executor=executor,
        workers=workers,
        watch=watch,
        stage="scheduling again",
    )
    return [made[share] for share in shares]


def _with_share(plan: ActionPlan, of: Schedule, year: SchoolYear | None, share: float) -> Schedule:
    """Schedule a plan with a share of all hours."""
    assert of.capacity is not None  # noqa: S101  (checked with the arguments)
    assert year is not None  # noqa: S101
    engine = of.engine if of.engine in ENGINES else "heuristic"
    return schedule_with(
        plan,
        year,
        of.capacity.times(share),
        of.options,
        Effort(engine=engine, seed=of.seed),
        more_hours=False,
    )
