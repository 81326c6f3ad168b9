"""Distributions by half-term, of which all results of a forecast are made, and their words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, ClassVar

import numpy as np
from attrs import field, frozen

from behaviour_culture._arrays import FrozenArray, array_field
from behaviour_culture._display import count_of
from behaviour_culture.checks import Check, TupleOf, Value
from behaviour_culture.errors import Fault, InvalidInputError
from behaviour_culture.fields import (
    Count,
    Range,
    Shape,
    Slug,
    Text,
    Texts,
)
from behaviour_culture.impact.forecasting.tally import LEVELS
from behaviour_culture.model.estimate import Estimate
from behaviour_culture.typing import FloatArray

__all__ = [
    "CLEAR",
    "ForecastSeries",
    "OfHalfTerms",
    "chances",
    "points",
    "signed",
    "unit_lines",
    "unscheduled_lines",
]

CLEAR = 0.6
"""Share of draws from which a direction is called clear (judgement)."""


@frozen(kw_only=True, repr=False)
class ForecastSeries(Value):
    """One outcome, or the maturity of one principle, at the end of each half-term.

    Attributes
    ----------
    id, name, unit : str
    mean, deviation, p_benefit, p_worse : arrays of shape (half_terms,)
        Over the draws: mean, standard deviation, share above today's level, share below it.
    intervals : array of shape (3, half_terms, 2)
        Lower and upper ends of the intervals that hold 50, 80 and 95% of the draws.
    """

    id: Slug
    name: Text
    unit: Text
    mean: Annotated[FrozenArray, Shape(None)] = array_field()
    deviation: Annotated[FrozenArray, Shape("mean"), Range(low=0)] = array_field()
    intervals: Annotated[FrozenArray, Shape(len(LEVELS), "mean", 2)] = array_field()
    p_benefit: Annotated[FrozenArray, Shape("mean"), Range(low=0, high=1)] = array_field()
    p_worse: Annotated[FrozenArray, Shape("mean"), Range(low=0, high=1)] = array_field()

    def _check(self, check: Check) -> None:
        if check.ok("mean") and not len(self.mean):
            check.fault("mean", "expected at least one half-term")
        if check.ok() and (self.intervals[..., 0] > self.intervals[..., 1]).any():
            check.fault("intervals", "a lower end lies above its upper end")

    def interval(self, level: float = 0.95) -> FloatArray:
        """Return lower and upper ends, shape (half_terms, 2), at a level of 0.5, 0.8 or 0.95."""
        if level not in LEVELS:
            raise InvalidInputError(
                "interval", [Fault("level", f"expected one of {LEVELS}", repr(level)[:80])]
            )
        return np.array(self.intervals[LEVELS.index(level)])

    def at(self, half_term: int, level: float = 0.95) -> Estimate:
        """Return mean and interval at the end of a half-term, counted from 1."""
        check = Check("at")
        check.whole("half_term", half_term, 1, len(self.mean))
        check.done()
        k = half_term - 1
        lower, upper = self.interval(level)[k].tolist()
        mean = float(self.mean[k])
        return Estimate(
            value=mean,
            lower=min(mean, lower),
            upper=max(mean, upper),
            level=level,
            standard_error=float(self.deviation[k]),
            method="mean and quantiles of the draws",
            unit=self.unit,
        )

    def _label(self) -> str:
        return f"{self.id}: {count_of(len(self.mean), 'half-term')}"

    def _lines(self) -> list[str]:
        k = len(self.mean)
        return [f"{self.name}: {points(self, k)} in half-term {k}; {chances(self)}; {self._unit()}"]

    def _unit(self) -> str:
        return f"a point is a hundredth of a {self.unit}"


@frozen(kw_only=True, repr=False)
class OfHalfTerms(Value):
    """The fields that a forecast and a comparison of forecasts have in common."""

    id: Slug
    plan: Slug
    evidence: Slug
    evidence_edition: Text
    draws: Annotated[int, Range(low=1)]
    seed: Count
    starts: dt.date
    calendar: Text | None = None
    half_terms: Texts = field(converter=TupleOf[str])
    ends: tuple[dt.date, ...] = field(converter=TupleOf[dt.date])

    def _check(self, check: Check) -> None:
        if check.ok("ends") and list(self.ends) != sorted(self.ends):
            check.fault("ends", "the half-terms are not in order")
        elif check.ok("ends", "half_terms") and len(self.half_terms) != len(self.ends):
            check.fault("half_terms", f"expected {len(self.ends)} names, one for each end")

    _COLUMNS: ClassVar[Mapping[str, type]] = {
        "series": str,
        "name": str,
        "half_term": int,
        "label": str,
        "ends": dt.date,
        "mean": float,
        "lower_50": float,
        "upper_50": float,
        "lower_80": float,
        "upper_80": float,
        "lower_95": float,
        "upper_95": float,
        "p_benefit": float,
        "p_worse": float,
        "unit": str,
    }

    def _rows(self, series: tuple[ForecastSeries, ...]) -> list[dict[str, Any]]:
        return [
            {
                "series": s.id,
                "name": s.name,
                "half_term": k + 1,
                "label": label,
                "ends": end.isoformat(),
                "mean": float(s.mean[k]),
                **{
                    f"{side}_{round(100 * level)}": float(s.intervals[i, k, j])
                    for i, level in enumerate(LEVELS)
                    for j, side in enumerate(("lower", "upper"))
                },
                "p_benefit": float(s.p_benefit[k]),
                "p_worse": float(s.p_worse[k]),
                "unit": s.unit,
            }
            for s in series
            for k, (label, end) in enumerate(zip(self.half_terms, self.ends, strict=True))
        ]


def points(series: ForecastSeries, half_term: int) -> str:
    """Return mean and 95% interval in hundredths of the unit."""
    at = series.at(half_term)
    value, low, high = (signed(100 * v) for v in (at.value, at.lower, at.upper))
    return f"{value} point{'' if value in {'+1', '-1'} else 's'} ({low} to {high})"


def signed(value: float) -> str:
    """Return a signed number with one decimal where it rounds to 0 without it."""
    size = abs(value)
    text = f"{value:+z.0f}" if size >= 0.95 else f"{value:+z.1f}"  # noqa: PLR2004  (1 once rounded)
    return "0" if float(text) == 0 else text


def chances(series: ForecastSeries, better: str = "better", worse: str = "worse") -> str:
    """Return in which shares of draws a series ends above and below 0, and if either is clear."""
    above, below = float(series.p_benefit[-1]), float(series.p_worse[-1])
    said = f"{better} in {above:.0%} of draws, {worse} in {below:.0%}"
    return f"{said}: no clear direction" if max(above, below) < CLEAR else said


def unit_lines(series: tuple[ForecastSeries, ...]) -> list[str]:
    """Say what a point is, once for each unit."""
    units = dict.fromkeys(s.unit for s in series)
    many = len(units) > 1
    return [
        f"A point is a hundredth of a {unit}"
        + (f" for {', '.join(s.name for s in series if s.unit == unit)}" if many else "")
        + "; brackets hold 95% of the draws."
        for unit in units
    ]


def unscheduled_lines(steps: Sequence[str], of: int | None = None) -> list[str]:
    """Say which steps are not in the schedule, so that nobody takes the rest for the whole."""
    if not steps:
        return []
    fit = "does not fit" if len(steps) == 1 else "do not fit"
    some = f"{len(steps)} of {count_of(of, 'step')}" if of else count_of(len(steps), "step")
    return [f"{some} {fit} the schedule, and nothing comes of them: {', '.join(steps)}"]
