"""The schedule that a scenario leads to: with other hours the plan is scheduled again."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from behaviour_culture._chunks import run_chunks
from behaviour_culture.checks import Check
from behaviour_culture.model.calendar import SchoolYear
from behaviour_culture.model.scenario import Scenario
from behaviour_culture.planning.plan import ActionPlan
from behaviour_culture.scheduling.effort import ENGINES, Effort
from behaviour_culture.scheduling.engine import schedule_with
from behaviour_culture.scheduling.result import Schedule

if TYPE_CHECKING:
    from concurrent.futures import Executor

__all__ = ["ScenarioSchedules", "hours_faults"]


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


class ScenarioSchedules:
    """The schedule of a plan under each scenario, made once for each share of the hours.

    It is the schedule that `schedule_plan` makes with that share of all hours and the options,
    engine and seed of the first one.
    """

    def __init__(self, plan: ActionPlan, schedule: Schedule, year: SchoolYear | None) -> None:
        self._plan, self._schedule, self._year = plan, schedule, year
        self._made: dict[float, Schedule] = {1.0: schedule}

    def prepare(
        self, scenarios: Iterable[Scenario | None], workers: int, executor: Executor | None
    ) -> None:
        """Make the schedules of several scenarios, on workers where there is more than one."""
        shares = sorted({s.capacity for s in scenarios if s is not None} - set(self._made))
        run_chunks(
            self.with_share, shares, self._made.__setitem__, executor=executor, workers=workers
        )

    def under(self, scenario: Scenario | None) -> Schedule:
        """Return the schedule with the hours of a scenario, which `hours_faults` has passed."""
        share = 1.0 if scenario is None else scenario.capacity
        if share not in self._made:
            self._made[share] = self.with_share(share)
        return self._made[share]

    def with_share(self, share: float) -> Schedule:
        """Schedule the plan with a share of all hours."""
        of = self._schedule
        assert of.capacity is not None  # noqa: S101  (checked with the arguments)
        assert self._year is not None  # noqa: S101
        engine = of.engine if of.engine in ENGINES else "heuristic"
        return schedule_with(
            self._plan,
            self._year,
            of.capacity.times(share),
            of.options,
            Effort(engine=engine, seed=of.seed),
            more_hours=False,
        )
