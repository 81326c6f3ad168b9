"""The outcomes of a forecast by name and unit, and their series made of a tally."""

from __future__ import annotations

from collections.abc import Sequence

from behaviour_culture._arrays import frozen_array
from behaviour_culture.impact.forecasting.inputs import ForecastInputs
from behaviour_culture.impact.forecasting.series import ForecastSeries
from behaviour_culture.impact.forecasting.tally import Tally
from behaviour_culture.model.evidence import EffectScale, Outcome

__all__ = ["outcome_labels", "outcome_name", "series_of"]

_SMD = EffectScale.SMD.value
_UNITS = {
    _SMD: "standard deviation (more is better)",
    EffectScale.LOG_RATE_RATIO.value: "unit of the logarithm of the rate (more is better)",
    EffectScale.LOG_ODDS_RATIO.value: "unit of the logarithm of the odds (more is better)",
}
_NAMES = {
    Outcome.CONDUCT: "Conduct",
    Outcome.BULLIED: "Being bullied",
    Outcome.SUSPENSION: "Being suspended",
    Outcome.ABSENCE: "Absence",
    Outcome.ON_TASK: "Time on task",
    Outcome.CLIMATE_STAFF: "What staff see",
    Outcome.CLIMATE_PUPILS: "What pupils see",
}


def outcome_labels(inputs: ForecastInputs) -> list[tuple[str, str, str]]:
    """Return id, name and unit of each outcome."""
    scales = dict(zip(inputs.outcomes, inputs.scales, strict=True))
    return [
        (key, outcome_name(key.removesuffix(f"-{scales.get(key)}")), _UNITS[scales.get(key, _SMD)])
        for key in inputs.names
    ]


def outcome_name(outcome: str) -> str:
    """Return the name of an outcome by its id; of one that is not known, the id."""
    return _NAMES[Outcome(outcome)] if outcome in {*Outcome} else outcome


def series_of(
    inputs: ForecastInputs,
    tally: Tally,
    labels: Sequence[tuple[str, str, str]],
    first: int = 0,
) -> list[ForecastSeries]:
    """Return a series for each label (id, name, unit), from the rows of the ``first`` one on."""
    times = len(inputs.months)
    tally = tally.part(first * times, (first + len(labels)) * times)
    mean, deviation, intervals = tally.means(), tally.deviations(), tally.intervals()
    better, worse = tally.better / tally.draws, tally.worse / tally.draws
    made = []
    for i, (key, name, unit) in enumerate(labels):
        rows = slice(i * times, (i + 1) * times)
        made.append(
            ForecastSeries(
                id=key,
                name=name,
                unit=unit,
                mean=frozen_array(mean[rows]),
                deviation=frozen_array(deviation[rows]),
                intervals=frozen_array(intervals[:, rows]),
                p_benefit=frozen_array(better[rows]),
                p_worse=frozen_array(worse[rows]),
            )
        )
    return made
