"""The result of an interrupted time series: step, counterfactual and caveats."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar

from attrs import field, frozen

from behaviour_culture._arrays import FrozenArray, array_field, as_numbers
from behaviour_culture._display import count_of
from behaviour_culture.checks import Check, TupleOf, Value, as_float
from behaviour_culture.disclosure.rules import DisclosureRules
from behaviour_culture.fields import Count, NotNegative, Shape, Text, Texts
from behaviour_culture.model.estimate import Estimate
from behaviour_culture.model.indicator import Series
from behaviour_culture.monitoring.before_after.power import DetectableFrom

__all__ = ["LEAST_SIDE", "InterruptedTimeSeries"]

LEAST_SIDE = 8
"""Points on each side of a change below which a series is only described (judgement)."""


@frozen(kw_only=True, repr=False)
class InterruptedTimeSeries(Value):
    """The change at one point of a series, beyond its trend and season.

    Attributes
    ----------
    level : Estimate
        The step at the change: a ratio for counts (1 is no change), a difference for
        ``gaussian`` (0 is no change).
    without_trend : Estimate or None
        The step if there was no trend before: a second reading for the first years, in which a
        trend takes most of the information. It describes; no verdict rests on it. None where no
        trend was allowed for.
    detectable : DetectableFrom or None
        The day from which a fall of a fifth could be found; None unless the data were a series.
    slope : Estimate or None
        The change of the trend for each point after; None unless it was asked for.
    dispersion : float
        Pearson's chi-square over its degrees of freedom; about 1 if counts vary by chance alone.
    alpha : float or None
        Of the negative binomial, whose variance is ``mu + alpha mu**2``.
    fitted, counterfactual : array of shape (n,), in the unit of the values
        Values of the model with and without the change, equal before it; NaN for a point without
        exposure that was left out. ``values`` are NaN where nothing was counted.
    fewer : Estimate
        Events (or units) fewer after the change than without it; negative means more.
    caveats : tuple of str
        Weaknesses of the result, in words to print with it.
    descriptive : bool
        True where the series is too short for more than a description, or small counts are
        hidden in it.
    series : Series or None
        The data, if they were a series: `measure_of` takes window, exposure and recording
        changes from it.
    """

    values: Annotated[FrozenArray, Shape(None, missing=True)] = array_field()
    change_at: Count
    family: Text
    level: Estimate
    without_trend: Estimate | None = None
    detectable: DetectableFrom | None = None
    slope: Estimate | None = None
    dispersion: NotNegative = field(converter=as_float)
    alpha: NotNegative | None = None
    fitted: Annotated[FrozenArray, Shape("values", missing=True)] = array_field()
    counterfactual: Annotated[FrozenArray, Shape("values", missing=True)] = array_field()
    fewer: Estimate
    n_before: Count
    n_after: Count
    method: Text
    caveats: Texts = field(default=(), converter=TupleOf[str])
    descriptive: bool = False
    series: Series | None = None

    def _check(self, check: Check) -> None:
        if check.ok("values") and self.series is not None:
            periods, points = len(self.series.periods), len(self.values)
            if periods != points:
                check.fault("series", f"has {periods} periods, values {points}")
        if check.ok("values", "change_at") and not 0 < self.change_at < len(self.values):
            message = f"expected a point from 1 to {len(self.values) - 1}"
            check.fault("change_at", message, self.change_at)

    @property
    def at(self) -> str:
        """The place of the change: the label of its first period, or the number of the point."""
        if self.series is None:
            return f"point {self.change_at}"
        return self.series.periods[self.change_at].label

    _COLUMNS: ClassVar[Mapping[str, type]] = {
        "point": int,
        "after": bool,
        "value": float,
        "fitted": float,
        "without_change": float,
        "note": str,
    }

    def to_rows(self, *, internal: bool = False) -> list[dict[str, Any]]:
        """Return a row for each point: its value, the fit, and the fit without the change.

        Small counts are hidden unless ``internal``. If there are any, all fits are hidden too:
        they have the sums of the values on each side of the change and in each season, from
        which a hidden count would follow.
        """
        rules = DisclosureRules()
        whole = self.family != "gaussian" and not internal
        hidden = [whole and rules.is_small(float(v)) for v in self.values]
        columns = (as_numbers(c) for c in (self.values, self.fitted, self.counterfactual))
        return [
            {
                "point": i,
                "after": i >= self.change_at,
                "value": None if small else value,
                "fitted": None if any(hidden) else fit,
                "without_change": None if any(hidden) else counter,
                "note": "hidden" if small else "left out" if value is None else "",
            }
            for i, (value, fit, counter, small) in enumerate(zip(*columns, hidden, strict=True))
        ]

    def _label(self) -> str:
        return f"step {self.level.value:.3g} [{self.level.lower:.3g}, {self.level.upper:.3g}]"

    def _lines(self) -> list[str]:
        word = "" if self.family == "gaussian" else "ratio "  # a difference says so in its unit
        few = self.fewer
        lines = [f"Step at {self.at}, beyond trend and season: {word}{self.level}"]
        if self.slope is not None:
            lines.append(f"  Change of trend for each point: {word}{self.slope}")
        side = "fewer" if few.value >= 0 else "more"
        low, high = (few.lower, few.upper) if few.value >= 0 else (-few.upper, -few.lower)
        lines.append(
            f"  About {abs(few.value):,.0f} {side} than without the change "
            f"({few.level:.0%} interval {low:,.0f} to {high:,.0f})"
        )
        lines.append(
            f"  {count_of(self.n_before, 'point')} before, {self.n_after} after; {self.method}"
        )
        if self.without_trend is not None:
            lines.append(
                f"  If there was no trend before: {word}{self.without_trend}; a description"
            )
        if self.detectable is not None:
            lines.append(f"  {self.detectable}")
        return lines + [f"  {caveat}" for caveat in self.caveats]
