"""Control charts, single comparisons, funnels, shrunk rates, groups and surveys."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping
from typing import Any

import attrs
import numpy as np

import behaviour_culture as bc
from behaviour_culture import monitoring
from behaviour_culture.disclosure import DisclosureRules
from behaviour_culture.monitoring.control_charts.limits import ChartKind, Design, exact_distances
from behaviour_culture.monitoring.control_charts.limits import fit as fit_limits
from behaviour_culture.monitoring.control_charts.rules import RULE_SETS, find_signals
from behaviour_culture.monitoring.funnels import limits_at
from behaviour_culture.monitoring.rates import rate_of
from behaviour_culture.monitoring.shrink import shrunk_interval
from builders import DAY, MONDAY, refusal

NAN = math.nan
STEADY = [31, 28, 33, 30, 29, 34, 30, 31, 27, 32, 30, 29]
SMALL = DisclosureRules(threshold=10, show_zeros=False, round_to=5)


def _said(made: Any) -> list[str]:
    return [repr(made), *str(made).splitlines()]


def _coarse(value: Any) -> Any:
    """A result with numbers of five digits, where a search found them."""
    if hasattr(value, "tolist"):
        value = value.tolist()
    if attrs.has(type(value)):
        value = {f.name: getattr(value, f.name) for f in attrs.fields(type(value))}
    if isinstance(value, Mapping):
        return {key: _coarse(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [_coarse(inner) for inner in value]
    return float(f"{value:.5g}") if isinstance(value, float) else value


def _series(counts: list[float | None], exposure: float = 1_000, **fields: Any) -> bc.Series:
    periods = [
        bc.model.SeriesPeriod(
            label=f"week {i + 1}",
            start=MONDAY + 7 * i * DAY,
            end=MONDAY + (7 * i + 4) * DAY,
            count=count,
            exposure=None if count is None else exposure + 10 * i,
            masked="" if count is not None else "snow",
        )
        for i, count in enumerate(counts)
    ]
    usual: dict[str, Any] = {
        "id": "incidents",
        "indicator": "serious-incidents",
        "exposure_kind": bc.model.ExposureKind.PUPIL_DAYS,
    }
    return bc.Series(periods=periods, **(usual | fields))


# -- rules of control charts -------------------------------------------------------------------


def every_rule_at_its_bound() -> Any:
    """Where each rule of each set is met, in rows of distances made for it."""
    step, near, far = 2e-9, 0.5e-9, 1.000001
    rows = {
        "beyond": [0, 3, 3.000001, -3, -3.1, 0, 3.5, NAN, -4],
        "two of three": [2.1, 0.1, 2.1, 0.1, 0.1, 2.1, 2.1, 2.1, -2.1, -2.1, NAN, 2.1, 2.1, 0, 2.1],
        "two apart": [2.1, NAN, 2.1, -2.1, 2.1, 2.0, 2.0, 0, -2.1, 0.1, -2.1, 0.1, 0.1, -2.1],
        "four of five": [1.1, 1.1, 0.1, 1.1, 1.1, 1.1, -1.1, -1.1, -1.1, 0, -1.1, 1.0, 1, 1, 1],
        "four broken": [1.1, 1.1, NAN, 1.1, 1.1, 1.1, 1.1, -0.1, 1.1, 0.1, 1.1, 1.1, 1.1],
        "run above": [0.5] * 11,
        "run below": [0.1, *([-0.5] * 10)],
        "run over the line": [0.5, 0.5, 0, 0.5, near, 0.5, step, 0.5, 0.5, 0.5, -near, 0.5],
        "run broken": [0.5] * 6 + [NAN] + [0.5] * 8 + [-step] + [0.5] * 9,
        "rising": [0.1 * i - 0.5 for i in range(10)],
        "falling": [-0.1 * i + 0.5 for i in range(10)],
        "rising, then alike": [0, 0.1, 0.2, 0.3, 0.4, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0, 0.0],
        "rising by a little": [i * step for i in range(9)] + [i * near for i in range(9)],
        "rising over a gap": [0, 0.1, 0.2, NAN, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9],
        "in turn": [(-1) ** i * 0.3 for i in range(17)],
        "in turn, then twice": [(-1) ** i * 0.3 for i in range(13)] + [0.3, -0.3, 0.3, -0.3],
        "in turn, then alike": [*((-1) ** i * 0.3 for i in range(5)), 0.3, *([0.1, 0.3] * 8)],
        "in turn, with a gap": [0.3, -0.3, NAN, *((-1) ** i * 0.3 for i in range(15))],
        "within": [(-1) ** (i // 2) * 1.0 for i in range(17)],
        "within but one": [(-1) ** (i // 2) * 0.9 for i in range(14)] + [far] + [0.9] * 16,
        "both sides": [(-1) ** (i // 2) * far for i in range(10)],
        "both sides late": [far] * 9 + [-far, far, far] + [0] + [-far] * 7 + [far],
        "both sides, not all": [far, -far, 1.0, far, -far, far, -far, far, -far, far, -far],
    }
    return {
        f"{name}, {rules}": [
            f"{rule.name}: {np.flatnonzero(met).tolist()}"
            for rule, met in zip(
                RULE_SETS[rules], find_signals(np.array([row], float), RULE_SETS[rules])[:, 0],
                strict=True,
            )
            if met.any()
        ]
        for name, row in rows.items()
        for rules in RULE_SETS
    }  # fmt: skip


def several_series_at_once() -> Any:
    z = np.array([[0.5] * 8, [-0.5] * 8, [3.5, 0, 0, 0, 2.5, 2.5, 0, 0], [NAN] * 8])
    return {name: np.argwhere(find_signals(z, rules)) for name, rules in RULE_SETS.items()}


# -- limits ------------------------------------------------------------------------------------


def _limits(design: Design, *rows: list[float]) -> Any:
    found = fit_limits(design, np.array(rows, dtype=float))
    return {"fit": found._asdict(), "exact": exact_distances(design, np.array(rows, float), found)}


def limits_of_each_kind() -> Any:
    base = np.array([True] * 5 + [False])
    over = np.array([100.0, 120, 80, 100, 90, 110])
    counts = [4.0, 7, 2, NAN, 5, 30]
    kinds = {
        kind.value: _limits(
            Design(kind, base, over if kind in {ChartKind.U, ChartKind.P} else None),
            counts,
            [9.0, 9, 9, 9, 9, 9],
        )
        for kind in ChartKind
    }
    return {
        **kinds,
        "u, prime": _limits(Design(ChartKind.U, base, over, prime=True), counts),
        "p, prime": _limits(Design(ChartKind.P, base, over, prime=True), counts),
        "gap in the exposure": _limits(
            Design(ChartKind.U, base, np.array([100, NAN, 80, 100, 90, 110])), counts
        ),
        "screened": _limits(
            Design(ChartKind.XMR, np.ones(12, bool), screened=True),
            [30.0, 31, 29, 30, 31, 30, 60, 30, 31, 29, 30, 31],
        ),
        "nothing there": _limits(Design(ChartKind.XMR, base), [NAN] * 6),
    }


def rare_counts_beyond_the_limits() -> Any:
    """A few events where hardly any are expected: how far they are, by their own distribution."""
    found = {}
    for kind in (ChartKind.U, ChartKind.P):
        for each in (0.2, 0.6, 1.5, 5.0):
            base = np.array([True] * 20 + [False] * 8)
            data = [each] * 20 + [0.0, 1, 2, 3, 4, 5, 8, 12]
            design = Design(kind, base, np.full(28, 40.0))
            plain = fit_limits(design, np.array([data]))
            found[f"{kind.value}, {each}"] = [
                plain.z[0][20:], exact_distances(design, np.array([data]), plain)[0][20:]
            ]  # fmt: skip
    return found


def rounding_is_no_difference() -> Any:
    values = [0.1 + 0.2, 0.3, 0.3, 0.1 * 3, 0.3, 0.3 + 1e-16]
    return _limits(Design(ChartKind.XMR, np.ones(6, bool)), values)


# -- control charts ----------------------------------------------------------------------------


def _cell(value: Any) -> str:
    if value is None:
        return "-"
    return f"{value:.6g}" if isinstance(value, float) else str(value)


def _chart(made: Any, *, internal: bool = True) -> Any:
    rows = made.to_rows(internal=internal)
    names = ("point", "period", "value", "count", "exposure", "centre", "lower", "upper")
    return {
        "kind": [made.chart, made.rules, made.disclosure, made.prime, made.trial, made.whole],
        "numbers": [made.centre, made.sigma_z or -1, made.dispersion or -1],
        "false": [made.expected_false_signals, made.any_false_signal],
        "rows": [f"{' '.join(_cell(r[n]) for n in names)} {r['signal']}/{r['note']}" for r in rows],
        "title": made.title,
        "said": _said(made),
    }


def charts_of_single_values() -> Any:
    xmr = monitoring.xmr_chart
    return {
        "fixed": _chart(xmr([*STEADY, 44], baseline=12)),
        "all": _chart(xmr([*STEADY, 44])),
        "screened": _chart(xmr([*STEADY[:6], 60, *STEADY[6:]], screen_moving_ranges=True)),
        "three": _chart(xmr([1, 2, 3])),
        "left out": _chart(xmr([*STEADY[:4], None, *STEADY[4:], NAN], baseline=8)),
        "not whole": _chart(xmr([0.5, 0.25, 0.75, 0.5])),
        "below 0": _chart(xmr([-1, 2, -3, 4])),
        "alike": _chart(xmr([5, 5, 5, 5])),
    }


def a_chart_of_each_rule_set() -> Any:
    row = [*STEADY, 35, 36, 35, 34, 36, 35, 35, 36, 37, 38, 39, 41]
    return {
        rules: _chart(monitoring.xmr_chart(row, baseline=12, rules=rules))["said"]
        for rules in RULE_SETS
    }


def charts_of_rates() -> Any:
    u = monitoring.u_chart
    counts, over = [40, 52, 38, 61, 45, 44, 49, 12, 90], [4500, 4600, 3700, 4500, 4e3, 4e3, 4e3] * 2
    return {
        "plain": _chart(u(counts, over[:9], baseline=7)),
        "prime": _chart(u(counts, over[:9], baseline=7, prime=True)),
        "rare": _chart(u([0, 1, 0, 2, 0, 0, 1, 3, 0], [100] * 9)),
        "left out": _chart(u([40, None, 38, 61, 52], [4500, 4600, None, 4500, 4600])),
        "three": _chart(u([5, 6, 7], [1, 1, 1])),
        "twelve": _chart(u([5, 6, 7, 4] * 3, [1] * 12)),
        "eleven": _chart(u([5, 6, 7, 4, 5, 6, 7, 4, 5, 6, 7], [1] * 11)),
        "five expected": _chart(u([5, 5, 5, 5, 5, 5], [2, 2, 2, 2, 2, 2])),
        "four expected": _chart(u([4, 5, 5, 5, 5, 5], [2, 2, 2, 2, 2, 2])),
    }


def charts_of_shares() -> Any:
    p = monitoring.p_chart
    return {
        "plain": _chart(p([210, 198, 220, 205], [300, 295, 301, 298])),
        "near 1": _chart(p([299, 294, 300, 290, 250], [300, 295, 301, 298, 290], baseline=4)),
        "prime": _chart(p([210, 150, 260, 205, 100], [300, 295, 301, 298, 290], prime=True)),
        "small": _chart(p([2, 8, 9, 10, 11, 4], [14, 12, 13, 14, 12, 13])),
    }


def charts_of_days() -> Any:
    days = monitoring.days_between_chart
    gaps = [12, 9, 30, 4, 17, 22, 8, 15, 11, 26, 6, 13, 140]
    dates = [MONDAY + n * DAY for n in (0, 3, 3, 20, 60, 61, 90)]
    return {
        "t": _chart(days(gaps, baseline=12)),
        "g": _chart(days(gaps, chart="g", rules="limits")),
        "g, by nhs": _chart(days(gaps, chart="g"))["said"],
        "dates": _chart(days(dates)),
        "moments": _chart(days([dt.date(2026, 9, 1), "2026-09-04", "2026-09-10", "2026-10-01"])),
        "left out": _chart(days([5, None, 7, 9, 0])),
        "an array": _said(days(np.array([5.0, 2, 7, 9, 1]))),
        "published": _chart(days(gaps, baseline=12), internal=False),
        "published g": _said(days(gaps, chart="g").published()),
    }


def charts_of_series() -> Any:
    change = bc.model.RecordingChange(day=MONDAY + 30 * DAY, what="a new form")
    counts = [31, 28, None, 30, 3, 34, 30, 0, 27, 32, 30, 4, 29, 60]
    series = _series(counts, recording_changes=[change])
    people = _series([31, 28, 33, 995, 3, 34], exposure_kind=bc.model.ExposureKind.PUPILS)
    made = {
        "u": monitoring.u_chart(series, baseline=10),
        "u, prime": monitoring.u_chart(series, prime=True),
        "xmr": monitoring.xmr_chart(series),
        "p": monitoring.p_chart(people),
    }
    shown = {f"{name}, shown": chart.published() for name, chart in made.items()}
    other = {f"{name}, otherwise": chart.published(SMALL) for name, chart in made.items()}
    again = monitoring.u_chart(series.published())
    return {
        name: _chart(chart) for name, chart in {**made, **shown, **other, "of shown": again}.items()
    }


def charts_that_are_shown() -> Any:
    whole = monitoring.xmr_chart([*STEADY, 3, 44, 0], baseline=12)
    bare = monitoring.xmr_chart([0.5, 0.25, 0.75, 0.5])
    few = monitoring.u_chart([3, 2, 4, 1], [100] * 4)
    return {
        "whole": _chart(whole.published()),
        "bare": _chart(bare.published()),
        "twice": whole.published().published() == whole.published(),
        "all hidden": _chart(few.published()),
        "rows": [r["note"] for r in whole.to_rows()],
    }


def charts_in_words() -> Any:
    one = monitoring.xmr_chart([*STEADY, 44], baseline=12)
    many = monitoring.xmr_chart([*STEADY, *([44] * 11)], baseline=12, rules="limits")
    eight = monitoring.xmr_chart([*STEADY, *([44] * 8)], baseline=12, rules="limits")
    return {
        "one": [one.title, one.statement, one.lower, one.upper],
        "many": [many.title, many.statement, *str(many).splitlines()],
        "eight": [eight.title, eight.statement],
        "labels": attrs.evolve(one, labels=[f"w{i}" for i in range(13)]).to_rows()[-1],
        "no limits": str(
            attrs.evolve(one, lower_limits=[NAN] * 13, upper_limits=[NAN] * 13, signals=())
        ).splitlines()[0],
    }


def charts_that_are_refused() -> Any:
    u: Any = monitoring.u_chart
    p: Any = monitoring.p_chart
    xmr: Any = monitoring.xmr_chart
    days: Any = monitoring.days_between_chart
    chart = xmr([*STEADY, 44], baseline=12)
    rates = u([40, 52, 38], [4500, 4600, 3700])
    shares = p([40, 52, 38], [450, 460, 370])
    beyond = [(13, "limits"), (-1, "run"), (True, "run-of-7")]
    turned = {"lower_limits": chart.upper_limits, "upper_limits": chart.lower_limits}
    wrong: Any = {
        "two": lambda: xmr([1, 2]),
        "texts": lambda: xmr(["a", "b", "c"]),
        "options": lambda: xmr([1, 2, 3], rules="house", screen_moving_ranges=1, baseline=2),
        "baseline": lambda: xmr([1, 2, 3], baseline=4),
        "few of it": lambda: xmr([1, None, 2, 3, 4], baseline=3),
        "two of it": lambda: xmr([None, None, 1, 2, None]),
        "no width": lambda: xmr([5, 5, 5, 5, 9], baseline=4),
        "no neighbours": lambda: xmr([5, None, 6, None, 7]),
        "no exposure": lambda: u([1, 2, 3]),
        "exposure twice": lambda: u(_series([1, 2, 3]), [1, 2, 3]),
        "lengths": lambda: u([1, 2, 3], [1, 2]),
        "counts": lambda: u([1, -2, 2.5], [1, 0, 3], prime="x"),
        "nothing": lambda: u([0, 0, 0, 4], [1, 1, 1, 1], baseline=3),
        "prime alike": lambda: u([5, 5, 5, 9], [1, 1, 1, 1], baseline=3, prime=True),
        "too many": lambda: p([5, 7, 3, 4, 6, 8, 9], [4, 6, 3, 3, 5, 7, 8]),
        "no sizes": lambda: p([5, 7, 3]),
        "sizes": lambda: p([5, 7, 3], [5.5, 0, 3]),
        "everybody": lambda: p([5, 7, 3, 1], [5, 7, 3, 3], baseline=3),
        "gaps below 0": lambda: days([5, -1, 3]),
        "no gaps": lambda: days([0, 0, 0, 5], baseline=3),
        "kind": lambda: days([1, 2, 3], chart="u"),
        "mixed": lambda: days([MONDAY, 3, MONDAY, MONDAY]),
        "order": lambda: days([MONDAY, MONDAY - DAY, MONDAY, MONDAY]),
        "gaps alike": lambda: days([5, 5, 5, 9], baseline=3),
        "signals": lambda: attrs.evolve(chart, signals=beyond),
        "places of signals": lambda: attrs.evolve(chart, signals=beyond[:2]),
        "no signals": lambda: attrs.evolve(chart, signals=3),
        "turned limits": lambda: attrs.evolve(chart, **turned),
        "its baseline": lambda: attrs.evolve(chart, baseline=14),
        "its values": lambda: attrs.evolve(chart, values="x", baseline=99),
        "its labels": lambda: attrs.evolve(chart, labels=["a"]),
        "its hidden": lambda: attrs.evolve(chart, hidden=[13, 12]),
        "its exposure": lambda: attrs.evolve(rates, exposure=(), counts=()),
        "its counts": lambda: attrs.evolve(shares, counts=[451, 52, 38]),
    }  # fmt: skip
    return {name: refusal(make) for name, make in wrong.items()}


# -- single comparisons ------------------------------------------------------------------------


def shares_of_a_whole() -> Any:
    return {
        f"{n} of {size}, {level}": monitoring.wilson_interval(n, size, level=level)
        for n, size, level in (
            *((0, 1, 0.95), (1, 1, 0.95), (15, 148, 0.95)),
            *((74, 148, 0.5), (3, 9, 0.99)),
        )
    }


def rates_with_intervals() -> Any:
    return {
        f"{n} over {over}": rate_of(n, over, per=per, level=level, unit="each")
        for n, over, per, level in (
            *((0, 10, 100, 0.95), (1, 10, 1, 0.95), (0.01, 10, 100, 0.95)),
            *((10, 2000, 100, 0.8), (250, 3, 1, 0.99)),
        )
    }


def ratios_of_rates() -> Any:
    ratio: Any = monitoring.rate_ratio
    pairs = (
        (80, 100),
        (0, 4),
        (1, 1),
        (3, 5),
        (10, 9),
        (10, 10),
        (11, 9),
        (19, 1),
        (0, 30),
        (30, 1),
    )
    return {
        f"{one} after {none}, {method}": ratio(one, 2e4, none, 1e4, method=method)
        for one, none in pairs
        for method in (None, "score", "mid-p", "exact")
    } | {
        "level": ratio(8, 2e4, 9, 1e4, level=0.5),
        "as expected": ratio(10, 1e4, 10, 1e4, method="mid-p"),
        "as expected, exact": ratio(10, 1e4, 10, 1e4, method="exact"),
        "few of a little": ratio(1, 1e9, 3, 1, method="mid-p"),
        "many of a little": ratio(3, 1, 1, 1e9, method="mid-p"),
    }  # fmt: skip


def the_fall_to_expect() -> Any:
    fall = monitoring.regression_to_mean
    return {
        f"{mean}, {within}, {between}, {cutoff}": fall(
            mean=mean, sd_within=within, sd_between=between, cutoff=cutoff
        )
        for mean, within, between, cutoff in (
            (50, 8, 6, 60), (50, 0, 6, 60), (50, 8, 0, 40), (50, 8, 6, 299), (50, 8, 6, 300),
            (50, 8, 6, 301), (50, 8, 6, 900), (50, 3, 4, -100),
        )
    }  # fmt: skip


def comparisons_that_are_refused() -> Any:
    ratio: Any = monitoring.rate_ratio
    fall = monitoring.regression_to_mean
    wrong: Any = {
        "share": lambda: monitoring.wilson_interval(5, 4, level=1),
        "share of none": lambda: monitoring.wilson_interval(5, 0),
        "share below 0": lambda: monitoring.wilson_interval(-1, 4, level=0),
        "rate": lambda: rate_of(-1, 0, per=0, level=0),
        "ratio": lambda: ratio(-1, 0, 0, 0, method="wald", level=1),
        "parts": lambda: ratio(1.5, 1, 1, 1),
        "fall": lambda: fall(mean=NAN, sd_within=-1, sd_between=-1, cutoff=1),
        "nothing varies": lambda: fall(mean=1, sd_within=0, sd_between=0, cutoff=1),
    }  # fmt: skip
    return {name: refusal(make) for name, make in wrong.items()}


# -- funnels -----------------------------------------------------------------------------------

OBSERVED = [8, 30, 41, 90, 22, 61, 3]
EXPECTED = [20, 28.5, 40, 60, 24, 55, 9]


def funnels() -> Any:
    return {
        "wide": monitoring.funnel(OBSERVED, EXPECTED),
        "of chance": monitoring.funnel(OBSERVED, EXPECTED, overdispersion=False),
        "as expected": monitoring.funnel([20, 30, 41], [20, 30, 40]),
        "two": monitoring.funnel([5, 12], [6, 10]),
        "zeros": monitoring.funnel([0, 0, 0, 1, 40], [0.1, 3, 6.9, 6.9, 20], overdispersion=False),
        "zeros, wide": monitoring.funnel([0, 0, 9, 1, 40], [0.1, 3, 6.9, 7.0, 20]),
    }


def funnels_in_words() -> Any:
    made = monitoring.funnel(OBSERVED, EXPECTED, overdispersion=False)
    line = monitoring.funnel([0, 0, 0, 1, 40], [0.1, 3, 6.9, 6.9, 20], overdispersion=False)
    return {
        "said": _said(made),
        "wide": _said(monitoring.funnel(OBSERVED, EXPECTED)),
        "rows": made.to_rows(internal=True),
        "notes": [[r["outside_998"], r["note"]] for r in line.to_rows(internal=True)],
        "shown": _said(made.published()),
        "shown rows": made.to_rows(),
        "picture": [made.plot.describe(), made.plot.describe(internal=True)],
    }


def funnels_that_are_shown() -> Any:
    found = {}
    tables = {
        "sums differ": (OBSERVED, EXPECTED),
        "one small": ([3, 20, 30, 40], [8, 20, 25, 40]),
        "one small, one large": ([3, 90, 30, 40], [8, 90, 25, 40]),
        "two small": ([3, 1, 30, 40], [8, 6, 20, 40]),
        "few to hide with": ([3, 6, 7, 8], [6, 6, 6, 6]),
        "three to hide with": ([1, 2, 8, 9, 9, 12], [4, 4, 8, 9, 9, 12]),
        "none to hide with": ([3, 5, 5, 5], [6, 4, 4, 4]),
        "alike": ([3, 12, 12, 12], [9, 10, 10, 10]),
        "alike in part": ([3, 8, 8, 9], [7, 6, 7, 8]),
        "all small": ([3, 1, 2, 4], [2, 2, 3, 3]),
        "zeros": ([0, 20, 30, 40], [5, 20, 25, 40]),
        "on the edge": ([3, 20, 30], [8, 20, 29.5]),
        "beyond the edge": ([3, 20, 30], [8, 20, 26.6]),
        "below it": ([1, 20, 30], [2, 20, 28.4]),
        "three small": ([4, 9, 4, 2, 12], [3.1, 9.3, 4.1, 2.1, 12.4]),
        "two that are alike": ([5, 8, 4, 8, 3, 0], [5.7, 8, 3.4, 8, 2.3, 0.6]),
        "all that there are": ([0, 8, 1, 9, 1], [1, 8, 0.5, 9, 0.5]),
        "just enough room": ([9, 8, 2], [9, 9, 1]),
        "the larger is enough": ([30, 8, 4, 8, 3], [29.1, 8.4, 4.7, 7.5, 3.3]),
        "on the upper end": ([3, 20, 30], [4, 20, 30.5]),
        "above the upper end": ([3, 20, 30], [4, 20, 30.6]),
        "on the lower end": ([3, 20, 30], [1, 20, 29.5]),
        "below the lower end": ([3, 20, 30], [1, 20, 29.4]),
        "just known": ([1, 20, 30], [2, 20, 28.6]),
    }
    for name, (seen, hoped) in tables.items():
        made = monitoring.funnel(seen, hoped)
        found[name] = [
            [name_of, list(m.hidden), list(m.outliers_998), m.dispersion, m.tau2]
            for name_of, m in (("usual", made.published()), ("other", made.published(SMALL)))
        ]
    made = monitoring.funnel(OBSERVED, EXPECTED)
    return {
        **found,
        "whole": made.published(),
        "twice": made.published() == made.published().published(),
    }


def limits_of_funnels() -> Any:
    target = np.array([0.5, 1, 20, 1e6])
    return {str(tau2): limits_at(target, tau2) for tau2 in (0.0, 0.04, 1e6)}


def funnels_that_are_refused() -> Any:
    funnel: Any = monitoring.funnel
    made = funnel(OBSERVED, EXPECTED)
    wrong: Any = {
        "one": lambda: funnel([1], [1]),
        "lengths": lambda: funnel([1, 2], [1, 2, 3]),
        "values": lambda: funnel([-1, 2.5], [0, 1], overdispersion="x"),
        "a text": lambda: attrs.evolve(made, observed="x", hidden=[9]),
        "hidden": lambda: attrs.evolve(made, hidden=[1]),
        "places": lambda: attrs.evolve(made, hidden=[-1, 7], outliers_998=[7, -1]),
        "limits": lambda: attrs.evolve(made, lower_95=made.upper_95, upper_95=made.lower_95),
    }
    return {name: refusal(make) for name, make in wrong.items()}


# -- shrunk rates ------------------------------------------------------------------------------


MANY = [(7 * i) % 23 + 2 for i in range(60)]


def shrunk_rates() -> Any:
    shrink = monitoring.shrink_rates
    made = shrink([0, 12, 60, 20, 33], [40, 400, 400, 60, 500])
    return _coarse([made, shrink([1, 9], [10, 10]), shrink([10, 20, 30], [100, 200, 300])])


def shrunk_rates_by_moments() -> Any:
    def shrink(counts: Any, over: Any) -> Any:
        return monitoring.shrink_rates(counts, over, method="marshall")

    return {
        "spread": shrink([0, 12, 60, 20, 33], [40, 400, 400, 60, 500]),
        "no spread": shrink([10, 20, 30], [100, 200, 300]),
        "fifty-nine": shrink(MANY[:59], [100] * 59),
        "sixty": shrink(MANY, [100] * 60),
        "sixty, no spread": shrink([10] * 60, [100] * 60),
    }


def shrunk_rates_of_many() -> Any:
    return _coarse(monitoring.shrink_rates(MANY, [100] * 60))


def shrunk_rates_that_are_shown() -> Any:
    return _coarse(monitoring.shrink_rates([0, 1, 60, 20], [40, 40, 400, 60]).published())


def shrunk_rates_in_words() -> Any:
    counts, over = [0, 12, 60, 20, 3], [40, 400, 400, 60, 50]
    made = monitoring.shrink_rates(counts, over, method="marshall")
    alike = monitoring.shrink_rates([10, 20, 30], [100, 200, 300])
    return {
        "said": _said(made),
        "shown": _said(made.published()),
        "alike": _said(alike),
        "rows": _coarse(made.to_rows(internal=True)),
        "shown rows": _coarse(made.to_rows()),
        "otherwise": _coarse(made.published(SMALL)),
        "two hidden": _said(made.published(DisclosureRules(show_zeros=False))),
        "twice": made.published() == made.published().published(),
    }


def ends_of_shrunk_rates() -> Any:
    counts, over = np.array([0.0, 12, 60, 20]), np.array([40.0, 400, 400, 60])
    return {
        f"{level}, {known}": shrunk_interval(counts, over, 0.1, level, known=known)
        for level in (0.5, 0.95)
        for known in (True, False)
    } | {"nothing": shrunk_interval(np.zeros(3), np.ones(3), 0.1, 0.95)}


def shrunk_rates_that_are_refused() -> Any:
    shrink: Any = monitoring.shrink_rates
    made = shrink([0, 12, 60], [40, 400, 400], method="marshall")
    wrong: Any = {
        "one": lambda: shrink([1], [1]),
        "lengths": lambda: shrink([1, 2], [1, 2, 3], method="james-stein"),
        "nothing": lambda: shrink([0, 0], [1, 2]),
        "values": lambda: shrink([-1, 2.5], [0, 1e-9]),
        "hidden": lambda: attrs.evolve(made, hidden=[1]),
        "places": lambda: attrs.evolve(made, hidden=[-1, 3]),
        "a text": lambda: attrs.evolve(made, exposure="x", hidden=[9]),
        "ends": lambda: attrs.evolve(made, lower=made.upper, upper=made.lower),
    }
    return {name: refusal(make) for name, make in wrong.items()}


# -- groups ------------------------------------------------------------------------------------


def _groups(*counts: int, **more: Any) -> Any:
    names = ["SEN", "none", "new", "other"][: len(counts)]
    days = [9_000, 30_000, 1_000, 900][: len(counts)]
    made = monitoring.group_rate_ratios(list(counts), days, groups=names, **more)
    return {
        "groups": _coarse(made),
        "said": _said(made),
        "rows": _coarse(made.to_rows()),
        "labels": [repr(group) for group in made.groups],
    }


def rates_of_groups_of_which_one_is_small() -> Any:
    return _groups(60, 40, 3)


def rates_of_groups_of_which_the_total_is_small() -> Any:
    return _groups(3, 0, 0)


def rates_of_groups_by_other_rules() -> Any:
    return _groups(60, 43, 3, 21, rules=SMALL)


def rates_of_groups_at_a_half() -> Any:
    return _groups(60, 0, 30, level=0.5)


def groups_that_are_refused() -> Any:
    groups: Any = monitoring.group_rate_ratios
    wrong: Any = {
        "one": lambda: groups([6], [9], groups=["a"]),
        "twice": lambda: groups([6, 7], [9, 9], groups=["a", "a"]),
        "numbers": lambda: groups([6, 7], [9, 9], groups=[1, 2]),
        "nothing": lambda: groups([0, 0], [9, 9], groups=["a", "b"]),
        "values": lambda: groups([-1, 2.5], [0, 9], groups=["a"], level=1, rules=3),
        "lengths": lambda: groups([6, 7], [9], groups=["a", "b", "c"]),
        "none": lambda: groups([], [], groups=[]),
    }
    return {name: refusal(make) for name, make in wrong.items()}


# -- surveys -----------------------------------------------------------------------------------


def _waves(yes: int, of: int, yes_later: int, of_later: int, **more: Any) -> Any:
    usual: dict[str, Any] = {
        "group": "pupils",
        "asked_before": of + 20,
        "asked_after": of_later + 5,
    }
    return monitoring.survey_change(
        [1] * yes + [0] * (of - yes),
        [1] * yes_later + [0] * (of_later - yes_later),
        **(usual | more),
    )


def _classes(size: int, number: int) -> list[str]:
    return [f"class {i * number // size}" for i in range(size)]


def changes_of_a_survey() -> Any:
    made = {
        "of pupils": _waves(60, 120, 80, 120),
        "worse": _waves(80, 120, 60, 110, group="staff"),
        "thirty": _waves(15, 30, 20, 30, group="parents", question="Is it calm?"),
        "twenty-nine": _waves(15, 29, 20, 300),
        "ninety-nine": _waves(50, 99, 60, 100),
        "a hundred": _waves(50, 100, 60, 100, group="staff"),
        "few said yes": _waves(4, 100, 60, 100),
        "few said no": _waves(50, 100, 97, 100),
        "all said yes": _waves(100, 100, 100, 100),
        "none said yes": _waves(0, 100, 0, 100, group="staff"),
        "all were asked": _waves(50, 100, 60, 100, asked_before=100, asked_after=100),
        "at a half": _waves(60, 120, 80, 120, level=0.5),
        "in pairs": _waves(60, 120, 80, 120, paired=True),
        "in pairs, all alike": _waves(60, 120, 60, 120, paired=True, level=0.8),
        "in pairs, all turned": _waves(0, 120, 120, 120, paired=True),
        "by class": _waves(
            60, 120, 80, 120, clusters_before=_classes(120, 6), clusters_after=_classes(120, 4)
        ),
        "by class that differ little": _waves(
            60, 120, 80, 120, clusters_before=[i % 5 for i in range(120)],
            clusters_after=[i % 6 for i in range(120)],
        ),
        "by class, in pairs": _waves(
            60, 120, 80, 120, paired=True, clusters_before=_classes(120, 6),
            clusters_after=_classes(120, 6),
        ),
        "by class, all yes": _waves(
            120, 120, 120, 120, clusters_before=_classes(120, 6), clusters_after=_classes(120, 6)
        ),
    }  # fmt: skip
    told = {name: {"change": m, "said": _said(m)} for name, m in made.items()}
    return {**told, "without bounds": _said(attrs.evolve(made["of pupils"], worst=None))}


def surveys_that_are_refused() -> Any:
    survey: Any = monitoring.survey_change
    asked = {"group": "staff", "asked_before": 9, "asked_after": 9}
    wrong: Any = {
        "values": lambda: survey([0, 2], [1, "x"], **asked),
        "others": lambda: survey([0, 1], [1, 0], group="cooks", asked_before=1, asked_after=1.5),
        "options": lambda: survey([0, 1], [1, 0], **asked, paired=3, level=0, question=7),
        "pairs": lambda: survey([0, 1], [1, 0, 1], **asked, paired=True),
        "one wave of classes": lambda: survey([0, 1], [1, 0], **asked, clusters_before=["a", "b"]),
        "one class": lambda: survey(
            [0, 1], [1, 0], **asked, clusters_before=["a", "a"], clusters_after=["a", "b", "c"]
        ),
        "nobody": lambda: survey([], [1, 0], **asked),
    }
    return {name: refusal(make) for name, make in wrong.items()}
