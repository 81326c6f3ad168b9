"""Targets that agree with the forecast: a level that the plan reaches, with its chance."""

from __future__ import annotations

import datetime as dt
from math import floor

import numpy as np
from attrs import evolve

from behaviour_culture.checks import Check
from behaviour_culture.impact.forecasting.result import Forecast
from behaviour_culture.impact.forecasting.series import ForecastSeries
from behaviour_culture.impact.forecasting.tally import LEVELS
from behaviour_culture.model.belonging import belongs_faults
from behaviour_culture.model.plan import Objective, ObjectiveScale, TargetOrigin
from behaviour_culture.planning.objectives import add_months, half_way_statement
from behaviour_culture.planning.plan import ActionPlan
from behaviour_culture.typing import FloatArray

__all__ = ["propose_targets"]

_LIKELY = 0.8
"""The chance with which a target should be reached (judgement)."""
_STRETCH = 0.25
"""The chance with which a stretch target should be reached (judgement)."""
_EVEN = 0.5
_STEP = 0.01
"""Targets above today's level are whole hundredths of the scale."""
_TINY = 1e-9


def propose_targets(plan: ActionPlan, forecast: Forecast) -> ActionPlan:
    """Return a plan whose targets agree with what its forecast expects, each with its chance.

    A target that a rule set becomes the level that the plan reaches with a chance of 80 per cent,
    or where that is no more than today, as likely as not; where that is no more either, it is to
    hold what is in place. A stretch target stands beside it, reached with a chance of 25 per cent
    (all judgement). A target that people agreed, or that an earlier
    forecast proposed, never moves: it gets the chance that the plan reaches it.

    Parameters
    ----------
    plan : ActionPlan
    forecast : Forecast
        Of this plan, as it is planned.

    Returns
    -------
    ActionPlan
        Objectives that the forecast says nothing about stay as they are.

    Raises
    ------
    InvalidInputError
        The forecast is of another plan.

    Notes
    -----
    A forecast keeps the quantiles at which its intervals of 50, 80 and 95% end. Between them a
    chance is read on straight lines; beyond the outer ones it is given as theirs.

    Examples
    --------
    >>> import behaviour_culture as bc
    >>> made = bc.run_journey("examples/illustrative_journey.toml")
    >>> agreed = propose_targets(made.plan, made.forecast)
    >>> goals = [o for o in agreed.objectives if o.chance is not None]
    >>> all(o.baseline.value <= o.target <= o.stretch for o in goals)
    True
    >>> propose_targets(agreed, made.forecast) == agreed
    True
    """
    check = Check("propose_targets")
    check.value("plan", plan, ActionPlan)
    check.value("forecast", forecast, Forecast)
    check.done()
    check.add(belongs_faults("forecast.plan", "plan", (forecast.plan,), (plan.id,)))
    check.done()
    maturity = {series.id: series for series in forecast.maturity}
    objectives = [
        _agreed(o, maturity.get(o.principle), _half_term(o, forecast))
        if o.scale is ObjectiveScale.AUDIT
        else o
        for o in plan.objectives
    ]
    by_id = {o.id: o for o in objectives}
    moved = {o.id for o in objectives if o.target != plan.objective(o.id).target}
    return evolve(
        plan,
        objectives=objectives,
        milestones=[
            evolve(m, statement=half_way_statement(by_id[m.objective]))
            if m.objective in moved and m.step is None
            else m
            for m in plan.milestones
        ],
    )


def _half_term(objective: Objective, forecast: Forecast) -> int:
    """Return the place of the half-term by the end of which an objective is due, or the last."""
    due: dt.date = objective.by or add_months(forecast.starts, objective.months)
    ended = [k for k, end in enumerate(forecast.ends) if end <= due]
    return ended[-1] if ended else 0


def _agreed(objective: Objective, series: ForecastSeries | None, half_term: int) -> Objective:
    today = objective.baseline.value
    if series is None:  # no step of the plan works on it: what is in place stays
        chances, levels = (
            np.array([1.0, _EVEN, 0.0]),
            np.array([today - _STEP, today, today + _STEP]),
        )
    else:
        chances, levels = _quantiles(series, half_term)
    if objective.target_origin is not TargetOrigin.RULE:
        return evolve(objective, chance=_chance(objective.target, chances, levels))

    def reached(chance: float) -> float:
        return _down(float(np.interp(1 - chance, 1 - chances, levels)))

    above = (level for level in map(reached, (_LIKELY, _EVEN)) if level >= today + _STEP)
    # What is in place is held to the digit: rounded down, the target would lie below today's level.
    target = next(above, today)
    stretch = max(target, reached(_STRETCH))
    return evolve(
        objective,
        target=target,
        target_origin=TargetOrigin.FORECAST,
        target_basis="the level that the plan reaches in the forecast, or what is in place today",
        chance=_chance(target, chances, levels),
        stretch=stretch,
        stretch_chance=_chance(stretch, chances, levels),
    )


def _down(level: float) -> float:
    return min(1.0, max(0.0, floor(level / _STEP + _TINY) * _STEP))


def _quantiles(series: ForecastSeries, half_term: int) -> tuple[FloatArray, FloatArray]:
    """Return levels that rise, and the chance that each is reached or passed."""
    lower = [((1 + p) / 2, series.intervals[i, half_term, 0]) for i, p in enumerate(LEVELS)]
    upper = [((1 - p) / 2, series.intervals[i, half_term, 1]) for i, p in enumerate(LEVELS)]
    pairs = np.array([*reversed(lower), *upper])
    return pairs[:, 0], np.maximum.accumulate(pairs[:, 1])


def _chance(level: float, chances: FloatArray, levels: FloatArray) -> float:
    """Return the chance that a level is reached or passed, to the nearest hundredth."""
    return round(float(np.interp(level, levels, chances)), 2)
