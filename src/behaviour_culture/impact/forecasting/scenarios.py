"""Run many scenarios of one plan, on any executor, and go on where a run was broken off."""

from __future__ import annotations

import json
from collections.abc import Iterable, MutableMapping
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from attrs import evolve, fields

from behaviour_culture._arrays import FrozenArray
from behaviour_culture._seeds import Seed, as_seed
from behaviour_culture._version import __version__
from behaviour_culture._watch import Watch
from behaviour_culture.audit.result import AuditResult
from behaviour_culture.checks import Check, as_whole
from behaviour_culture.errors import shorten
from behaviour_culture.fields import Slug, derived_id
from behaviour_culture.impact.forecasting.cases import ComparedCase, compare_cases, unscheduled
from behaviour_culture.impact.forecasting.inputs import ForecastInputs
from behaviour_culture.impact.forecasting.request import (
    Compiled,
    ForecastRequest,
    take_scenarios,
)
from behaviour_culture.impact.forecasting.scenario_runs import ScenarioRun, ScenarioRuns
from behaviour_culture.model.evidence import EvidenceBase
from behaviour_culture.model.scenario import AS_PLANNED, Scenario
from behaviour_culture.model.school_years import Years
from behaviour_culture.planning.plan import ActionPlan
from behaviour_culture.scheduling.result import Schedule
from behaviour_culture.typing import Progress, Stop

if TYPE_CHECKING:
    from concurrent.futures import Executor
    from hashlib import _Hash as HASH

__all__ = ["run_scenarios"]


def run_scenarios(  # noqa: PLR0913  (as forecast)
    plan: ActionPlan,
    result: AuditResult,
    schedule: Schedule,
    scenarios: Iterable[Scenario],
    *,
    executor: Executor | None = None,
    seed: Seed = 0,
    progress: Progress | None = None,
    stop: Stop | None = None,
    kept: MutableMapping[str, ScenarioRun] | None = None,
    calendar: Years | None = None,
    evidence: EvidenceBase | None = None,
    half_terms: int = 12,
    draws: int = 10_000,
    workers: int = 1,
    id: str | None = None,  # noqa: A002  (the name of the field)
) -> ScenarioRuns:
    """Run many scenarios of one plan, all in the same draws, and return one table.

    All scenarios share their random numbers with the plan as it is and with each other, so that
    each draw compares one school with itself. A scenario that leaves people other hours is
    scheduled again with those hours, as `schedule_plan` would: what does not fit is left out,
    and its run says so.

    Parameters
    ----------
    plan, result, schedule, calendar, evidence, half_terms, draws, seed
        As for `forecast`.
    scenarios : iterable of Scenario
        At least one, each with an id of its own. `behaviour_culture.impact.scenario_grid` makes
        them of several values of each setting.
    executor : concurrent.futures.Executor, optional
        Anything with ``submit``: a process pool, that of Dask or of MPI.
    progress : callable, optional
        Called with ("comparing scenarios", draws done, draws in all) along the way.
    stop : callable, optional
        As for `forecast`; what is in ``kept`` by then stays there.
    kept : mutable mapping, optional
        Finished runs are put into it one by one, under a digest of all that each was made of;
        those that it holds already are not run again. Where a long run was broken off, give the
        same mapping again. A ``dict`` does, or a ``shelve`` that outlives the process.
    workers : int
        Processes of our own where no executor is given.
    id : str, optional
        The id of the runs; that of the plan and ``scenario-runs`` without it.

    Returns
    -------
    ScenarioRuns
        The same bits for any executor, any number of workers, and however often the run was
        broken off.

    Raises
    ------
    InvalidInputError, UnknownNameError, WorkersLostError, StoppedError
        As `forecast`.

    Examples
    --------
    >>> from pathlib import Path
    >>> import behaviour_culture as bc
    >>> made = bc.run_journey(Path("examples/illustrative_journey.toml"))
    >>> grid = bc.impact.scenario_grid(turnover=[0.15, 0.33], delay_weeks=[0, 13])
    >>> runs = run_scenarios(made.plan, made.result, made.schedule, grid, draws=1_000)
    >>> runs.scenario("turnover-33-delay-weeks-13").delivered[0].ratio.value < 1
    True
    >>> runs.to_frame(kind="polars").columns[:3]
    ['scenario', 'capacity', 'staff_turnover']
    """
    request = ForecastRequest(
        plan, result, schedule, calendar, evidence, as_whole(half_terms), as_whole(draws),
        as_seed(seed), as_whole(workers), executor, Watch(progress, stop),
    )  # fmt: skip
    check = Check("run_scenarios")
    check.value("id", id, Slug | None)
    given = take_scenarios(scenarios, check)
    for i, scenario in enumerate(given):
        if scenario.id == AS_PLANNED.id:
            message = "stands for the plan as it is: choose another id"
            check.fault(f"scenarios[{i}].id", message, scenario.id)
    if kept is not None and not isinstance(kept, MutableMapping):
        check.fault("kept", f"expected a dict or the like, got {shorten(kept)}", kept)
    compiled = request.compiled([None, *given], check, alone=True)
    made = _Running(request, compiled, given, {} if kept is None else kept).run()
    return made if id is None else evolve(made, id=id)


class _Running:
    """One call: what it is made of, and which runs are there."""

    def __init__(
        self,
        request: ForecastRequest,
        compiled: Compiled,
        scenarios: tuple[Scenario, ...],
        kept: MutableMapping[str, ScenarioRun],
    ) -> None:
        self._request, self._compiled, self._kept = request, compiled, kept
        # The plan as it is is a case too, the last one: it is compared with itself.
        self._scenarios = (*scenarios, AS_PLANNED)
        first, *others = compiled.cases
        self._cases = [*others, first]
        self._schedules = [*compiled.schedules[1:], compiled.schedules[0]]
        whole = [request.seed, request.draws, compiled.facts["half_terms"], _plain(first)]
        base = sha256(json.dumps([__version__, *whole]).encode())
        self._keys = [
            _digest(base, case, scenario, request.plan, under)
            for case, scenario, under in zip(
                self._cases, self._scenarios, self._schedules, strict=True
            )
        ]

    def run(self) -> ScenarioRuns:
        """Run what is not there yet, and return all in the order of the scenarios."""
        request = self._request
        left = [i for i, key in enumerate(self._keys) if not self._holds(key)]
        there = (len(self._keys) - len(left)) * request.draws

        def take(place: int, case: ComparedCase) -> None:
            self._keep(left[place], case)

        def told(stage: str, done: int, total: int) -> None:
            request.watch.tell(stage, there + done, there + total)

        if left:
            compare_cases(
                [self._compiled.cases[0], *(self._cases[i] for i in left)],
                request.seed,
                request.draws,
                take,
                levels=True,
                workers=request.workers,
                executor=request.executor,
                watch=Watch(told, request.watch.stop),
            )
        else:
            told("comparing scenarios", 0, 0)
        *runs, planned = [self._kept[key] for key in self._keys]
        return ScenarioRuns(
            id=derived_id(None, request.plan.id, "scenario-runs"),
            planned=planned.outcomes,
            unscheduled=planned.unscheduled,
            runs=runs,
            **self._compiled.facts,
        )

    def _holds(self, key: str) -> bool:
        run = self._kept.get(key)
        return isinstance(run, ScenarioRun) and run.made_of == key

    def _keep(self, place: int, case: ComparedCase) -> None:
        self._kept[self._keys[place]] = ScenarioRun(
            scenario=self._scenarios[place],
            outcomes=case.levels,
            against_plan=case.differences,
            delivered=case.delivered,
            unscheduled=unscheduled(self._request.plan, self._schedules[place]),
            made_of=self._keys[place],
        )


def _plain(case: ForecastInputs) -> dict[str, Any]:
    """Return the inputs of a case as plain data."""
    made = {}
    for f in fields(ForecastInputs):
        value = getattr(case, f.name)
        is_array = isinstance(value, FrozenArray)
        made[f.name] = value.tolist() if is_array else value
    return made | {"constants": dict(case.constants)}


def _digest(
    base: HASH, case: ForecastInputs, scenario: Scenario, plan: ActionPlan, under: Schedule
) -> str:
    """Return a digest of all that a run is made of: the plan as it is, the case, the numbers."""
    own = base.copy()
    settings = [scenario.id, scenario.name, scenario.text, sorted(scenario.basis.items())]
    own.update(json.dumps([settings, list(scenario.changes), _plain(case)]).encode())
    own.update(json.dumps(unscheduled(plan, under)).encode())
    return own.hexdigest()
