"""What an interrupted time series gives: the step, the counterfactual, and what weakens it."""

from __future__ import annotations

from typing import Annotated, Any

import numpy as np
from attrs import field, frozen

from behaviour_culture._arrays import FrozenArray, array_field
from behaviour_culture.checks import Check, Value, as_float, as_tuple
from behaviour_culture.disclosure import DisclosureRules
from behaviour_culture.fields import Count, NotNegative, Shape, Text, Texts
from behaviour_culture.model.estimate import Estimate
from behaviour_culture.model.indicator import Series

__all__ = ["InterruptedTimeSeries"]


@frozen(kw_only=True, repr=False)
class InterruptedTimeSeries(Value):
    """What changed at one point of a series, beyond its trend and season.

    Attributes
    ----------
    level : Estimate
        The step at the change: a ratio for counts (1 is no change), a difference for
        ``gaussian`` (0 is no change).
    slope : Estimate or None
        The change of the trend for each point after; None unless it was asked for.
    dispersion : float
        Pearson's chi-square over its degrees of freedom; 1 is what chance alone gives counts.
    alpha : float or None
        Of the negative binomial, whose variance is ``mu + alpha mu**2``.
    fitted, counterfactual : array of shape (n,), in the unit of the values
        What the model gives, and what it gives without the change. Equal before it; NaN where a
        point was left out that has no exposure. ``values`` are NaN where nothing was counted.
    fewer : Estimate
        Events (or units) fewer after the change than without it; negative means more.
    caveats : tuple of str
        What weakens the result, in words to print with it.
    descriptive : bool
        True where the series is too short for more than a description, or small counts are
        hidden in it.
    series : Series or None
        What it was made of, where it was made of one: `measure_of` takes window, exposure and
        recording changes from it.
    """

    values: Annotated[FrozenArray, Shape(None, missing=True)] = array_field()
    change_at: Count
    family: Text
    level: Estimate
    slope: Estimate | None = None
    dispersion: NotNegative = field(converter=as_float)
    alpha: NotNegative | None = None
    fitted: Annotated[FrozenArray, Shape("values", missing=True)] = array_field()
    counterfactual: Annotated[FrozenArray, Shape("values", missing=True)] = array_field()
    fewer: Estimate
    n_before: Count
    n_after: Count
    method: Text
    caveats: Texts = field(default=(), converter=as_tuple)
    descriptive: bool = False
    series: Series | None = None

    def _check(self, check: Check) -> None:
        if check.ok("values") and self.series is not None:
            periods, points = len(self.series.periods), len(self.values)
            if periods != points:
                check.fault("series", f"has {periods} periods, values {points}")

    @property
    def at(self) -> str:
        """Where the change is: the period that begins it, or the number of the point."""
        if self.series is None:
            return f"point {self.change_at}"
        return self.series.periods[self.change_at].label

    def to_rows(self, *, internal: bool = False) -> list[dict[str, Any]]:
        """Return a row for each point: what was seen, the fit, and the fit without the change.

        Small counts are hidden unless ``internal``. Then the fits are too: they sum to what was
        seen, on each side of the change and in each season, and would give the counts back.
        """
        rules = DisclosureRules()
        whole = self.family != "gaussian" and not internal
        hidden = [whole and rules.is_small(float(v)) for v in self.values]
        columns = zip(self.values, self.fitted, self.counterfactual, hidden, strict=True)
        return [
            {
                "point": i,
                "after": i >= self.change_at,
                "value": None if small else _number(value),
                "fitted": None if any(hidden) else _number(fit),
                "without_change": None if any(hidden) else _number(counter),
                "note": "hidden" if small else "left out" if np.isnan(value) else "",
            }
            for i, (value, fit, counter, small) in enumerate(columns)
        ]

    def _label(self) -> str:
        return f"step {self.level.value:.3g} [{self.level.lower:.3g}, {self.level.upper:.3g}]"

    def _lines(self) -> list[str]:
        word = "difference" if self.family == "gaussian" else "ratio"
        few = self.fewer
        lines = [f"Step at {self.at}, beyond trend and season: {word} {self.level}"]
        if self.slope is not None:
            lines.append(f"  Change of trend for each point: {word} {self.slope}")
        side = "fewer" if few.value >= 0 else "more"
        low, high = (few.lower, few.upper) if few.value >= 0 else (-few.upper, -few.lower)
        lines.append(
            f"  About {abs(few.value):,.0f} {side} than without the change "
            f"({few.level:.0%} interval {low:,.0f} to {high:,.0f})"
        )
        lines.append(f"  {self.n_before} points before, {self.n_after} after; {self.method}")
        return lines + [f"  {caveat}" for caveat in self.caveats]


def _number(value: float) -> float | None:
    return None if np.isnan(value) else float(value)
