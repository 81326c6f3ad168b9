"""A control chart: points, centre line, limits, signals, and the statements that they allow."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, NamedTuple, TypeAlias

import numpy as np
from attrs import evolve, field, frozen

from behaviour_culture._arrays import (
    FrozenArray,
    array_field,
    as_numbers,
    frozen_array,
)
from behaviour_culture._display import count_of
from behaviour_culture.checks import Check, TupleOf, Value, as_float
from behaviour_culture.disclosure.rules import DisclosureRules, given_rules
from behaviour_culture.errors import shorten
from behaviour_culture.fields import NotNegative, OneOf, Range, Shape, Share, Texts
from behaviour_culture.monitoring.control_charts.false_signals import expect_false_signals
from behaviour_culture.monitoring.control_charts.limits import (
    T_POWER,
    ChartKind,
    Design,
    exact_distances,
    fit,
    pearson_dispersion,
)
from behaviour_culture.monitoring.control_charts.rules import RULE_SETS, Signal, find_signals
from behaviour_culture.statistics.small_counts import hide_counts
from behaviour_culture.typing import FloatArray

__all__ = ["ENOUGH_POINTS", "OVERDISPERSED", "PER", "Behind", "ControlChart", "make_chart"]

PER = 100
"""Exposure for which an XmR chart of a series shows rates."""
ENOUGH_POINTS = 12
"""Points of a baseline below which limits are on trial (Wheeler 1993, as commonly stated)."""
OVERDISPERSED = 1.3
"""Pearson dispersion above which Laney's prime chart is advised (judgement)."""
_LISTED = 8
"""Points with a signal that a sentence names."""
_FEW = 5
"""Expected count below which a point says little (judgement)."""

_NAMES = {
    ChartKind.XMR: "XmR chart",
    ChartKind.U: "u-chart",
    ChartKind.P: "p-chart",
    ChartKind.G: "g-chart of days between events",
    ChartKind.T: "t-chart of days between events",
}


def _signals(values: Any) -> Any:  # noqa: ANN401  (an attrs converter)
    try:
        return tuple(v if isinstance(v, Signal) else Signal(*v) for v in values)
    except TypeError:
        return values  # the check names the field


_Points: TypeAlias = Annotated[FrozenArray, Shape("values", missing=True)]
_PointsOrNone: TypeAlias = Annotated[FrozenArray, Shape("values", missing=True, empty=True)]
_Counts: TypeAlias = Annotated[_PointsOrNone, Range(low=0, high=1e15)]
_Exposure: TypeAlias = Annotated[_PointsOrNone, Range(low=1e-9, high=1e15)]
"""Beyond these, rates and their limits are no numbers that can be held."""


@frozen(kw_only=True, repr=False)
class ControlChart(Value):
    """A control chart: the range of usual variation, and the points outside it.

    It states at most a signal of change, cause unknown. Make one with `xmr_chart`, `u_chart`,
    `p_chart` or `days_between_chart`.

    Attributes
    ----------
    chart : ChartKind
    values : array of float, shape (points,)
        The plotted points; NaN for one that was left out or is hidden.
    counts, exposure : array of float, shape (points,) or (0,)
        Of a u-chart (exposure in any unit of time at risk), a p-chart (sizes) or an XmR chart
        of a series, whose values are rates for 100; empty for other charts.
    centre : float
        The centre line, from the baseline.
    lower_limits, upper_limits : array of float, shape (points,)
        ``lower`` and ``upper`` are the same limits, as one number if they do not vary.
    signals : tuple of (index, rule)
        Points, from 0, at which a rule of the set ``rules`` is met.
    baseline : int
        Number of first points that determine centre and limits, which then stay fixed for the
        later ones.
    sigma_z : float or None
        Laney's factor, of a prime chart.
    dispersion : float or None
        Pearson's X2 over its degrees of freedom in the baseline; 1 without extra variation.
    screened : bool
        Moving ranges beyond their own limit were left out of the limits, once.
    whole : bool
        Values are counts, or may be: small ones are hidden when the chart is published.
    expected_false_signals, any_false_signal : float
        Signals in a stable series of this length, with limits made in this way: their mean
        number, and the share of such series with at least one. From 1,000 drawn series.
    hidden : tuple of int
        Points, from 0, that are hidden in a published chart, with small counts.
    remarks : tuple of str
        Sentences to print with a chart of a series: recording changes and missing periods.
    disclosure : str
        ``internal``: with all counts. ``published``: small ones are hidden.
    """

    chart: ChartKind
    values: _Points = array_field()
    counts: _Counts = array_field()
    exposure: _Exposure = array_field()
    centre: Annotated[float, Range(low=-1e15, high=1e15)] = field(converter=as_float)
    lower_limits: _Points = array_field()
    upper_limits: _Points = array_field()
    signals: tuple[Signal, ...] = field(converter=_signals)
    rules: Annotated[str, OneOf(tuple(RULE_SETS))]
    baseline: Annotated[int, Range(low=1)]
    sigma_z: NotNegative | None = None
    dispersion: NotNegative | None = None
    screened: bool = False
    whole: bool = False
    expected_false_signals: NotNegative = field(converter=as_float)
    any_false_signal: Share = field(converter=as_float)
    hidden: tuple[int, ...] = field(default=(), converter=TupleOf[int])
    remarks: Texts = field(default=(), converter=TupleOf[str])
    indicator: str = ""
    """The indicator of the series that is charted; empty for numbers."""
    labels: Texts = field(default=(), converter=TupleOf[str])
    """The labels of its periods, one for each point; empty for numbers."""
    disclosure: Annotated[str, OneOf(("internal", "published"))] = "internal"

    def _check(self, check: Check) -> None:
        if not check.ok("values"):
            return
        length = len(self.values)
        if check.ok("baseline") and self.baseline > max(1, length):
            check.fault("baseline", f"expected at most {max(1, length)}", self.baseline)
        if check.ok("rules", "signals"):
            self._check_signals(check, length)
        if check.ok() and (self.lower_limits > self.upper_limits).any():
            check.fault("lower_limits", "a lower limit lies above its upper limit")
        rates = self.chart in {ChartKind.U, ChartKind.P}
        if check.ok() and rates and not (len(self.exposure) and len(self.counts)):
            check.fault("exposure", "a chart of rates has counts and exposure")
        if check.ok() and self.chart is ChartKind.P and (self.counts > self.exposure).any():
            check.fault("counts", "more members count than there are")
        if check.ok("labels") and self.labels and len(self.labels) != length:
            check.fault("labels", f"expected {length}, one for each point", len(self.labels))
        if check.ok("hidden"):
            for i in self.hidden:
                _check_point(check, "hidden", i, length)

    def _check_signals(self, check: Check, length: int) -> None:
        names = {rule.name for rule in RULE_SETS[self.rules]}
        for i, (index, rule) in enumerate(self.signals):
            _check_point(check, f"signals[{i}].point", index, length)
            check.known(f"signals[{i}].rule", rule, names, "rule of the set")

    # -- statements -------------------------------------------------------------------------

    @property
    def lower(self) -> Any:  # noqa: ANN401  (float or array)
        """Lower limit: a number where it is the same for all points, an array otherwise."""
        return self._limit(self.lower_limits)

    @property
    def upper(self) -> Any:  # noqa: ANN401  (float or array)
        """Upper limit: a number where it is the same for all points, an array otherwise."""
        return self._limit(self.upper_limits)

    def _limit(self, limits: FrozenArray) -> Any:  # noqa: ANN401
        return limits if self.chart in {ChartKind.U, ChartKind.P} else float(limits[0])

    @property
    def prime(self) -> bool:
        """True where Laney's factor widens or narrows the limits."""
        return self.sigma_z is not None

    @property
    def trial(self) -> bool:
        """True where fewer than 12 points made the limits."""
        return self._usable < ENOUGH_POINTS

    @property
    def _usable(self) -> int:
        there = ~np.isnan(np.asarray(self.values[: self.baseline]))
        there[[i for i in self.hidden if i < self.baseline]] = True
        points = int(there.sum())
        if self.prime or self.chart in {ChartKind.XMR, ChartKind.T}:  # by ranges of neighbours
            return min(points, int((there[1:] & there[:-1]).sum()) + 1)
        return points

    @property
    def notes(self) -> tuple[str, ...]:
        """Cautions for anybody who acts on the chart, a sentence each."""
        notes = list(self.remarks)
        if self.trial:
            notes.append(
                f"Trial limits: they are made of {self._usable} points; at least "
                f"{ENOUGH_POINTS} are needed to rely on them."
            )
        if self.dispersion is not None and self.dispersion > OVERDISPERSED and not self.prime:
            notes.append(
                f"Counts vary {self.dispersion:.1f} times as much as by chance alone (Pearson "
                "dispersion): choose the prime chart, for this reason and not for the look of the "
                "signals."
            )
        if len(self.exposure):
            per = PER if self.chart is ChartKind.XMR else 1
            expected = self.centre / per * np.nanmedian(np.asarray(self.exposure))
            if expected < _FEW:
                notes.append(
                    f"Only {expected:.1f} expected at a usual point: take longer periods, or chart "
                    "the days between rare events."
                )
        notes.append(
            f"In a stable series of this length these rules show "
            f"{self.expected_false_signals:.1f} signals on average by chance alone; "
            f"{self.any_false_signal:.0%} of such series show at least one. Over many charts these "
            "numbers add up."
        )
        if self.disclosure == "published" and not self.whole:
            notes.append(
                "The counts behind these values are not known, so none is hidden: if they are "
                "rates of counts, chart the Series itself."
            )
        if self.hidden and self.chart in {ChartKind.G, ChartKind.T}:
            notes.append(
                f"All {len(self.hidden)} points are hidden, since each is one event; centre and "
                "limits are those of the school's own chart."
            )
        elif self.hidden:
            notes.append(
                f"{len(self.hidden)} of {len(self.values)} points are hidden, since few pupils "
                "are behind them; limits were made without knowing them, so they differ "
                "from those of the school's own chart."
            )
        return tuple(notes)

    @property
    def title(self) -> str:
        """Name and finding, in a line."""
        if self.hidden and len(self.hidden) == len(self.values):
            return f"{self._name(of=True)}: {count_of(len(self.values), 'point')}, all hidden"
        signals = len({s.point for s in self.signals})
        found = f"{signals or 'no'} point{'' if signals == 1 else 's'} with a signal of change"
        hidden = f", {len(self.hidden)} hidden" if self.hidden else ""
        return f"{self._name(of=True)}: {count_of(len(self.values), 'point')}{hidden}; {found}"

    @property
    def statement(self) -> str:
        """The one sentence that the chart may say."""
        if self.chart in {ChartKind.G, ChartKind.T} and self.hidden:
            return "Each point is one event: points and signals are in the school's own chart."
        places = sorted({s.point for s in self.signals})
        if not places and self.hidden:
            return "No signal of change among the points shown, which says little."
        if not places:
            return "No signal of change: nothing beyond usual variation, which proves no calm."
        listed = ", ".join(str(i + 1) for i in places[:_LISTED])
        if len(places) > _LISTED:
            listed += f" and {len(places) - _LISTED} more"
        return f"Signal of change, cause unknown, at point{'s'[: len(places) > 1]} {listed}."

    def published(self, rules: DisclosureRules | None = None) -> ControlChart:
        """Return the chart as it may be published: small counts hidden.

        Centre, limits and signals are computed again from the points shown, with the middle of
        the possible values in place of each hidden count: nothing published depends on a hidden
        count. In a chart of days between events each point is one event: all points are hidden.
        """
        if self.disclosure == "published" or not self.whole:
            return evolve(self, disclosure="published")
        length = len(self.values)
        if self.chart in {ChartKind.G, ChartKind.T}:
            gone = frozen_array(np.full(length, np.nan))
            everything = tuple(range(length))
            return evolve(self, values=gone, signals=(), hidden=everything, disclosure="published")
        if not len(self.counts):
            taken, hidden = hide_counts(self.values, given_rules(rules))
            return make_chart(self._design, taken, self.rules, hidden=hidden)
        # Out of people, those not counted may be few too; out of pupil-days they never are.
        sizes = None if self.chart is ChartKind.U else self.exposure
        taken, hidden = hide_counts(self.counts, given_rules(rules), sizes)
        exposure = self.exposure.copy()
        data = PER * taken / exposure if self.chart is ChartKind.XMR else taken
        behind = Behind(taken, exposure, self.remarks, self.indicator, self.labels)
        return make_chart(self._design, data, self.rules, behind=behind, hidden=hidden)

    @property
    def _design(self) -> Design:
        return Design(
            self.chart,
            np.arange(len(self.values)) < self.baseline,
            self.exposure.copy() if self.chart in {ChartKind.U, ChartKind.P} else None,
            prime=self.prime,
            screened=self.screened,
        )

    _COLUMNS: ClassVar[Mapping[str, type]] = {
        "point": int,
        "period": str,
        "value": float,
        "count": float,
        "exposure": float,
        "centre": float,
        "lower": float,
        "upper": float,
        "signal": str,
        "note": str,
    }

    def to_rows(self, *, internal: bool = False) -> list[dict[str, Any]]:
        """Return a row for each point; small counts only with ``internal=True``."""
        chart = self if internal else self.published()
        rules: dict[int, list[str]] = {}
        for index, rule in chart.signals:
            rules.setdefault(index, []).append(rule)
        names = ("values", "counts", "exposure", "lower_limits", "upper_limits")
        columns = [getattr(chart, name) for name in names]
        none = [None] * len(chart.values)
        cells = zip(*(as_numbers(c) if len(c) else none for c in columns), strict=True)
        return [
            {
                "point": i + 1,
                "period": chart.labels[i] if chart.labels else None,
                "value": value,
                "count": count,
                "exposure": exposure,
                "centre": chart.centre,
                "lower": lower,
                "upper": upper,
                "signal": ", ".join(rules.get(i, [])),
                "note": "hidden" if i in chart.hidden else "left out" if value is None else "",
            }
            for i, (value, count, exposure, lower, upper) in enumerate(cells)
        ]

    def _name(self, *, of: bool = False) -> str:
        name = _NAMES[self.chart] + (f" of {self.indicator}" if of and self.indicator else "")
        return name.replace("-chart", "\N{PRIME}-chart", 1) if self.prime else name

    def _label(self) -> str:
        return (
            f"{self._name()}: {count_of(len(self.values), 'point')}, "
            f"{count_of(len(self.signals), 'signal')}"
        )

    def _lines(self) -> list[str]:
        low, high = np.asarray(self.lower_limits), np.asarray(self.upper_limits)
        if np.isnan(low).all():
            limits = "no limits"
        elif np.nanmax(high) == np.nanmin(high) and np.nanmax(low) == np.nanmin(low):
            limits = f"limits {np.nanmin(low):.4g} to {np.nanmin(high):.4g}"
        else:
            limits = (
                f"limits {np.nanmin(low):.4g} to {np.nanmax(low):.4g} below and "
                f"{np.nanmin(high):.4g} to {np.nanmax(high):.4g} above"
            )
        first = f"first {self.baseline} points" if self.baseline < len(self.values) else "all"
        head = (
            f"{self._name()} of {count_of(len(self.values), 'point')}: centre "
            f"{self.centre:.4g}, {limits}, "
            f"baseline {first}; {self.disclosure}"
        )
        lines = [head, f"  {self.statement}"]
        texts = {rule.name: rule.text for rule in RULE_SETS[self.rules]}
        lines += [f"  point {i + 1}: {texts[rule]}" for i, rule in self.signals[:10]]
        return lines + [f"  {note}" for note in self.notes]


def _check_point(check: Check, path: str, point: object, length: int) -> None:
    if not isinstance(point, int) or isinstance(point, bool) or not 0 <= point < length:
        message = f"no point {shorten(point)}: points are 0 to {length - 1}"
        check.fault(path, message, point)


class Behind(NamedTuple):
    """The counts behind the plotted rates, their exposure, and remarks on their series."""

    counts: FloatArray
    exposure: FloatArray
    remarks: tuple[str, ...] = ()
    indicator: str = ""
    labels: tuple[str, ...] = ()


def make_chart(
    design: Design,
    data: FloatArray,
    rules: str,
    *,
    behind: Behind | None = None,
    hidden: tuple[int, ...] | None = None,
) -> ControlChart:
    """Return the chart of checked data; a published one if ``hidden`` is a tuple, even empty."""
    found = fit(design, data[None, :])
    sigma, centre = found.sigma[0], float(found.centre[0])
    lower, upper = centre - 3 * sigma, centre + 3 * sigma
    if design.kind is not ChartKind.XMR or behind is not None:
        lower = np.maximum(lower, 0.0)  # a count, or a rate of one
    if design.kind is ChartKind.P:
        upper = np.minimum(upper, 1.0)
    if design.kind is ChartKind.T:
        centre, lower, upper = centre**T_POWER, lower**T_POWER, upper**T_POWER
    rule_set = RULE_SETS[rules]
    shown = np.ones(len(data), dtype=np.bool_)
    shown[list(hidden or ())] = False  # no rule looks at a hidden point, nor reaches across it
    # Limits without width, as around values that are all the same, say nothing of any point.
    seen = shown & (sigma > 0)
    met = find_signals(
        np.where(seen, exact_distances(design, data[None, :], found), np.nan), rule_set
    )[:, 0, :]
    mean_false, any_false = expect_false_signals(design, found, data, shown, rules)
    over = design.exposure
    whole = bool(np.all(np.isnan(data) | ((data >= 0) & (data == np.round(data)))))
    return ControlChart(
        chart=design.kind,
        values=frozen_array(np.where(shown, data if over is None else data / over, np.nan)),
        counts=frozen_array(() if behind is None else np.where(shown, behind.counts, np.nan)),
        exposure=frozen_array(() if behind is None else behind.exposure),
        centre=centre,
        lower_limits=frozen_array(lower),
        upper_limits=frozen_array(upper),
        signals=sorted(Signal(int(i), rule_set[r].name) for r, i in np.argwhere(met)),
        rules=rules,
        baseline=int(design.base.sum()),
        sigma_z=None if found.sigma_z is None else found.sigma_z.item(),
        dispersion=None if over is None else pearson_dispersion(design, data),
        screened=design.screened,
        whole=behind is not None or whole or hidden is not None,
        expected_false_signals=mean_false,
        any_false_signal=any_false,
        hidden=hidden or (),
        remarks=() if behind is None else behind.remarks,
        indicator="" if behind is None else behind.indicator,
        labels=() if behind is None else behind.labels,
        disclosure="internal" if hidden is None else "published",
    )
