"""A control chart as it may be published: nothing in it depends on a small count."""

from __future__ import annotations

import numpy as np
from attrs import evolve

from behaviour_culture._arrays import frozen_array
from behaviour_culture.disclosure import DisclosureRules
from behaviour_culture.monitoring.control_charts.chart import PER, ControlChart
from behaviour_culture.monitoring.control_charts.charting import Behind, make_chart
from behaviour_culture.monitoring.control_charts.limits import ChartKind, Design

__all__ = ["hide_small"]


def hide_small(chart: ControlChart, rules: DisclosureRules) -> ControlChart:
    """Return a chart as it may be published; see `ControlChart.published`."""
    if chart.disclosure == "published" or not chart.whole:
        return evolve(chart, disclosure="published")
    everything = tuple(range(len(chart.values)))
    if chart.chart in {ChartKind.G, ChartKind.T}:
        gone = frozen_array(np.full(len(chart.values), np.nan))
        return evolve(chart, values=gone, signals=(), hidden=everything, disclosure="published")
    counted = bool(len(chart.counts))
    counts = np.array(chart.counts if counted else chart.values, subok=False)
    exposure = np.array(chart.exposure, subok=False)
    # Out of people, those who do not count may be few too; out of pupil-days they never are.
    sizes = exposure if counted and chart.chart is not ChartKind.U else None
    taken, hidden = counts.copy(), []
    for i in everything:
        if np.isnan(counts[i]):
            continue
        size = None if sizes is None else float(sizes[i])
        stand_in = _stand_in(counts[i], size, rules)
        if stand_in is not None:
            taken[i] = stand_in
            hidden.append(i)
        elif counts[i] == np.floor(counts[i]):
            rounded = float(rules.round(int(counts[i])))
            taken[i] = min(rounded, size) if chart.chart is ChartKind.P and size else rounded
    design = Design(
        chart.chart,
        np.arange(len(counts)) < chart.baseline,
        exposure if chart.chart in {ChartKind.U, ChartKind.P} else None,
        prime=chart.prime,
        screened=chart.screened,
    )
    of_rates = counted and chart.chart is ChartKind.XMR
    return make_chart(
        design,
        PER * taken / exposure if of_rates else taken,
        chart.rules,
        behind=Behind(taken, exposure, chart.remarks) if counted else None,
        hidden=tuple(hidden),
    )


def _stand_in(count: float, size: float | None, rules: DisclosureRules) -> float | None:
    """Return what stands in for a count that must not be published, or None if it may be."""
    if size is not None and size < rules.least_base:
        return size / 2
    if rules.is_small(count):
        return rules.middle if size is None else min(rules.middle, size)
    if size is not None and rules.is_small(size - count):
        return size - rules.middle
    return None
