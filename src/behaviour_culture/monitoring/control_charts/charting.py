"""How a control chart is made: its design checked, its limits, what its rules find by chance."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from behaviour_culture._arrays import FloatArray, frozen_array
from behaviour_culture.arguments import Given
from behaviour_culture.monitoring.control_charts.chart import ControlChart
from behaviour_culture.monitoring.control_charts.limits import (
    T_POWER,
    ChartKind,
    Design,
    Fit,
    draw_stable,
    fit,
    pearson_dispersion,
)
from behaviour_culture.monitoring.control_charts.rules import RULE_SETS, Signal, find_signals

__all__ = ["LEAST", "Behind", "check_design", "make_chart"]

LEAST = 3
"""Points below which there is no chart at all (judgement)."""
_SERIES = 1_000
"""Stable series on which the rules are tried."""
_SEED = 20260901
"""Of those series: the same chart states the same number of false signals."""


def check_design(  # noqa: PLR0913  (what a chart's maker was given)
    given: Given,
    kind: ChartKind,
    data: FloatArray,
    baseline: int | None,
    rules: str,
    *,
    exposure: FloatArray | None = None,
    prime: bool = False,
    screened: bool = False,
) -> Design:
    """Check what all charts share and return the design, or raise with every fault."""
    given.one_of("rules", rules, RULE_SETS)
    if baseline is not None:
        given.whole("baseline", baseline, LEAST, max(LEAST, len(data)))
    given.done()
    first = len(data) if baseline is None else int(baseline)
    base = np.arange(len(data)) < first
    if (usable := int((~np.isnan(data[:first])).sum())) < LEAST:
        given.fault("baseline", f"only {usable} of its points are there: {LEAST} are needed")
        given.done()
    return Design(kind, base, exposure, prime=prime, screened=screened)


class Behind(NamedTuple):
    """What is behind the plotted rates."""

    counts: FloatArray
    exposure: FloatArray
    remarks: tuple[str, ...] = ()


def make_chart(
    design: Design,
    data: FloatArray,
    rules: str,
    *,
    behind: Behind | None = None,
    hidden: tuple[int, ...] | None = None,
) -> ControlChart:
    """Return the chart of one series; with ``hidden`` points (also none), a published one."""
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
    met = find_signals(np.where(shown, found.z, np.nan), rule_set)[:, 0, :]
    signals = sorted(Signal(int(i), rule_set[r].name) for r, i in np.argwhere(met))
    mean_false, any_false = _false_signals(design, found, data, shown, rules)
    rate = design.exposure is not None
    values = data / design.exposure if design.exposure is not None else data
    whole = bool(np.all(np.isnan(data) | ((data >= 0) & (data == np.round(data)))))
    return ControlChart(
        chart=design.kind,
        values=frozen_array(np.where(shown, values, np.nan)),
        counts=frozen_array(() if behind is None else np.where(shown, behind.counts, np.nan)),
        exposure=frozen_array(() if behind is None else behind.exposure),
        centre=centre,
        lower_limits=frozen_array(lower),
        upper_limits=frozen_array(upper),
        signals=signals,
        rules=rules,
        baseline=int(design.base.sum()),
        sigma_z=None if found.sigma_z is None else float(found.sigma_z[0]),
        dispersion=pearson_dispersion(design, data) if rate else None,
        screened=design.screened,
        whole=behind is not None or whole or hidden is not None,
        expected_false_signals=mean_false,
        any_false_signal=any_false,
        hidden=hidden or (),
        remarks=() if behind is None else behind.remarks,
        disclosure="internal" if hidden is None else "published",
    )


def _false_signals(
    design: Design, found: Fit, data: FloatArray, shown: NDArray[np.bool_], rules: str
) -> tuple[float, float]:
    """Return the mean number of signals in stable series like this one, and the share with any.

    Those of single values and of roots of gaps do not depend on the data, only on which
    points there are: they are worked out once.
    """
    if design.exposure is None and design.kind is not ChartKind.G:
        there = tuple((~np.isnan(data)).tolist())
        base = int(design.base.sum())
        return _false_by_shape(
            design.kind, base, design.screened, there, tuple(shown.tolist()), rules
        )
    stable = draw_stable(design, found, data, series=_SERIES, rng=np.random.default_rng(_SEED))
    return _count_false(design, stable, shown, rules)


@lru_cache(maxsize=512)
def _false_by_shape(  # noqa: PLR0913, PLR0917  (a key of the cache)
    kind: ChartKind,
    base: int,
    screened: bool,  # noqa: FBT001
    there: tuple[bool, ...],
    shown: tuple[bool, ...],
    rules: str,
) -> tuple[float, float]:
    data = np.where(np.array(there), 1.0, np.nan)
    design = Design(kind, np.arange(len(data)) < base, screened=screened)
    found = fit(design, data[None, :])
    stable = draw_stable(design, found, data, series=_SERIES, rng=np.random.default_rng(_SEED))
    return _count_false(design, stable, np.array(shown), rules)


def _count_false(
    design: Design, stable: FloatArray, shown: NDArray[np.bool_], rules: str
) -> tuple[float, float]:
    z = np.where(shown, fit(design, stable).z, np.nan)
    false = find_signals(z, RULE_SETS[rules]).sum(axis=(0, 2))
    return float(false.mean()), float((false > 0).mean())
