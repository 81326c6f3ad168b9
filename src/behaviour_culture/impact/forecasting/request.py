"""What a forecast is asked for: its arguments, checked together, and what they are compiled to."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple, TypeAlias

from behaviour_culture._watch import Watch
from behaviour_culture.audit.result import AuditResult
from behaviour_culture.checks import Check
from behaviour_culture.content.loader import load_evidence
from behaviour_culture.errors import shorten
from behaviour_culture.fields import Some, Unique
from behaviour_culture.impact.forecasting.compile import (
    assumed_by,
    compile_forecast,
    under_scenario,
)
from behaviour_culture.impact.forecasting.inputs import ForecastInputs
from behaviour_culture.impact.forecasting.shared import outcomes_alone
from behaviour_culture.impact.forecasting.times import calendar_of, half_term_ends
from behaviour_culture.impact.forecasting.timetabled import hours_faults, scenario_schedules
from behaviour_culture.limits import LIMITS
from behaviour_culture.model.belonging import belongs_faults, calendar_faults, framework_faults
from behaviour_culture.model.calendar import SchoolYear
from behaviour_culture.model.evidence import EvidenceBase
from behaviour_culture.model.scenario import Scenario
from behaviour_culture.model.school_years import Years, take_years
from behaviour_culture.planning.plan import ActionPlan
from behaviour_culture.scheduling.result import Schedule

if TYPE_CHECKING:
    from concurrent.futures import Executor

__all__ = ["Compiled", "ForecastRequest", "take_scenarios"]

_MIN_DRAWS = 100
_Scenarios: TypeAlias = Annotated[tuple[Scenario, ...], Some(), Unique("id")]


def take_scenarios(given: object, check: Check) -> tuple[Scenario, ...]:
    """Return one scenario, or several, as a tuple; none where a fault was recorded."""
    several = isinstance(given, Iterable) and not isinstance(given, (str, bytes))
    most = LIMITS.scenarios + 1
    some: Any = tuple(islice(given, most)) if several else (given,)  # type: ignore[call-overload]
    check.within("scenarios", len(some), "scenarios")
    return some if check.ok("scenarios") and check.value("scenarios", some, _Scenarios) else ()


class Compiled(NamedTuple):
    """The inputs and the schedule of each case, and the fields that all results have."""

    cases: list[ForecastInputs]
    schedules: list[Schedule]
    facts: dict[str, Any]


class ForecastRequest(NamedTuple):
    """The arguments that `forecast`, `compare_forecasts` and `run_scenarios` share."""

    plan: ActionPlan
    result: AuditResult
    schedule: Schedule
    calendar: Years | None
    evidence: EvidenceBase | None
    half_terms: int
    draws: int
    seed: int
    workers: int
    executor: Executor | None
    watch: Watch

    def compiled(
        self, scenarios: Sequence[Scenario | None], check: Check, *, alone: bool = False
    ) -> Compiled:
        """Check all arguments and compile a case for each scenario.

        With ``alone`` the cases hold only what outcomes depend on, for comparisons.
        """
        self._check(check)
        check.done()
        evidence = load_evidence() if self.evidence is None else self.evidence
        year = calendar_of(self.schedule) if self.calendar is None else self._year(Check(""))
        for i, scenario in enumerate(scenarios):
            if scenario is not None:
                path = f"scenarios[{i - 1}]" if len(scenarios) > 1 else "scenario"
                hours_faults(path, scenario, self.schedule, year, check)
        check.done()
        times = half_term_ends(self.schedule.starts, self.half_terms, year)
        schedules = scenario_schedules(
            self.plan,
            self.schedule,
            year,
            scenarios,
            workers=self.workers,
            executor=self.executor,
            watch=self.watch,
        )
        different = {id(of): of for of in schedules}  # most scenarios share one
        bare = [
            compile_forecast(self.plan, self.result, of, evidence, times)
            for of in different.values()
        ]
        made = dict(zip(different, outcomes_alone(bare) if alone else bare, strict=True))
        assumed = assumed_by(evidence, scenarios)
        cases = [
            under_scenario(made[id(of)], self.plan, of, assumed, scenario)
            for scenario, of in zip(scenarios, schedules, strict=True)
        ]
        facts = {
            "plan": self.plan.id,
            "evidence": evidence.id,
            "evidence_edition": evidence.edition,
            "draws": self.draws,
            "seed": self.seed,
            "starts": self.schedule.starts,
            "calendar": None if year is None else year.id,
            "half_terms": [t.label for t in times],
            "ends": [t.end for t in times],
        }
        return Compiled(cases, schedules, facts)

    def _check(self, check: Check) -> None:
        check.value("plan", self.plan, ActionPlan)
        check.value("result", self.result, AuditResult)
        check.value("schedule", self.schedule, Schedule)
        check.value("evidence", self.evidence, EvidenceBase | None)
        if check.ok():
            self._check_fit(check)
        check.within("half_terms", self.half_terms, "half_terms")
        check.within("draws", self.draws, "streamed_draws", _MIN_DRAWS)
        check.whole("seed", self.seed, 0, 2**63)
        check.within("workers", self.workers, "workers")
        if self.executor is not None and not callable(getattr(self.executor, "submit", None)):
            message = f"expected an Executor with a submit method, got {shorten(self.executor)}"
            check.fault("executor", message)
        check.watch(*self.watch)

    def _year(self, check: Check) -> SchoolYear | None:
        """Return the calendar that was given, as one year, or record its faults."""
        of = self.schedule
        if self.calendar is None:
            return None
        return take_years(self.calendar, check, starts=of.starts, until=of.projected_until)

    def _check_fit(self, check: Check) -> None:
        """Record the faults of arguments that do not belong together."""
        check.add(framework_faults("plan", self.plan, self.result))
        if not self.plan.steps:
            check.fault("plan.steps", "there is no step to forecast")
        schedule, year = self.schedule, self._year(check)
        check.add(belongs_faults("schedule.plan", "plan", (schedule.plan,), (self.plan.id,)))
        if year is None:
            return
        if other := calendar_faults(schedule.calendar, year):
            check.add(other)
        elif year.span.end < max([schedule.starts, *(s.finish for s in schedule.steps)]):
            message = f"ends on {year.span.end}, before the schedule does: schedule the plan again"
            check.fault("calendar", message)
