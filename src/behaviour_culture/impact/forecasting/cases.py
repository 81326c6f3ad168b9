"""Cases of one plan beside the plan as it is: in blocks, so that workers share the work."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from behaviour_culture._watch import NOBODY, Watch
from behaviour_culture.impact.forecasting.comparison import Delivery
from behaviour_culture.impact.forecasting.inputs import ForecastInputs
from behaviour_culture.impact.forecasting.labels import outcome_labels, outcome_name, series_of
from behaviour_culture.impact.forecasting.run import (
    Job,
    common_outcomes,
    run_job,
    run_jobs,
)
from behaviour_culture.impact.forecasting.series import ForecastSeries
from behaviour_culture.impact.forecasting.shared import outcomes_alone
from behaviour_culture.impact.forecasting.tally import Tally
from behaviour_culture.model.estimate import Estimate
from behaviour_culture.planning.plan import ActionPlan
from behaviour_culture.scheduling.result import Schedule

if TYPE_CHECKING:
    from concurrent.futures import Executor

__all__ = ["ComparedCase", "compare_cases", "deliveries", "unscheduled"]

_BLOCK = 25
"""Cases that share one run of the plan as it is, at most: a task of about 0.5 s (measured)."""
_BLOCKS = 8
"""So many blocks at least, where there are as many cases: then progress is told along the way, and
two, four or eight workers have as much to do as each other."""


class ComparedCase(NamedTuple):
    """What one case comes to, beside the plan as it is."""

    delivered: tuple[Delivery, ...]
    differences: list[ForecastSeries]
    levels: list[ForecastSeries]
    """Its own outcomes; empty where they were not asked for."""


def compare_cases(  # noqa: PLR0913  (the cases, and how they are run)
    cases: Sequence[ForecastInputs],
    seed: int,
    draws: int,
    take: Callable[[int, ComparedCase], object],
    *,
    levels: bool = False,
    workers: int = 1,
    executor: Executor | None = None,
    watch: Watch = NOBODY,
    stage: str = "comparing scenarios",
) -> None:
    """Compare each further case with the first one, draw by draw.

    Parameters
    ----------
    cases : sequence of ForecastInputs
        As `outcomes_alone` leaves them.
    take : callable
        Called with the place of each further case, from 0, and what it comes to, as soon as it
        is known. What it is given does not depend on the other cases.
    levels : bool
        Count each case's own outcomes too.
    seed, draws, workers, executor, watch, stage
        As `run_jobs`.
    """
    first, others = cases[0], cases[1:]
    size = max(1, min(_BLOCK, len(others) // _BLOCKS))
    blocks = [range(i, min(i + size, len(others))) for i in range(0, len(others), size)]
    names = common_outcomes(cases)
    jobs = [
        Job(
            (first, *(others[i] for i in block)),
            seed,
            draws,
            levels=levels,
            delivered=bool(names),
        )
        for block in blocks
    ]

    def took(at: int, found: list[ComparedCase]) -> None:
        """Hand on the cases of a block."""
        for i, case in zip(blocks[at], found, strict=True):
            take(i, case)

    run_jobs(jobs, _cases_of, took, workers=workers, executor=executor, watch=watch, stage=stage)


def _cases_of(job: Job, tallies: list[Tally]) -> list[ComparedCase]:
    """Return what each case comes to by its tallies."""
    names, labels = common_outcomes(job.cases), outcome_labels(job.cases[0])
    each = len(tallies) // (len(job.cases) - 1)
    made = []
    for k, case in enumerate(job.cases[1:]):
        compared, *delivered = tallies[k * each : (k + 1) * each]
        made.append(
            ComparedCase(
                _delivered(names, delivered[0]) if delivered else (),
                series_of(case, compared, labels),
                series_of(case, compared, labels, len(labels)) if job.levels else [],
            )
        )
    return made


def deliveries(
    cases: Sequence[ForecastInputs], draws: int, seed: int, watch: Watch = NOBODY
) -> tuple[Delivery, ...]:
    """Return how much of each common outcome's work the second case delivers beside the first."""
    names = common_outcomes(cases)
    if not names:
        return ()
    job = Job(tuple(outcomes_alone(cases)), seed, draws, differences=False, delivered=True)
    (tally,) = run_job(job, watch=watch, stage="comparing deliveries")
    return _delivered(names, tally)


def unscheduled(plan: ActionPlan, schedule: Schedule) -> tuple[str, ...]:
    """Return the steps of a plan that are not in its schedule, in the order of the plan."""
    placed = {s.step for s in schedule.steps}
    return tuple(s.id for s in plan.steps if s.id not in placed)


def _delivered(names: Sequence[str], tally: Tally) -> tuple[Delivery, ...]:
    centre = np.exp(tally.median())
    lower, upper = np.exp(tally.intervals()[-1]).T
    return tuple(
        Delivery(
            outcome=name,
            name=outcome_name(name),
            ratio=Estimate(
                value=float(centre[k]),
                lower=min(float(lower[k]), float(centre[k])),
                upper=max(float(upper[k]), float(centre[k])),
                method="median and quantiles of the draws",
            ),
            ahead=float(tally.better[k] / tally.draws),
            behind=float(tally.worse[k] / tally.draws),
        )
        for k, name in enumerate(names)
    )
