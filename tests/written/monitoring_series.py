"""Before and after: interrupted series, power, and change beside comparison schools."""

from __future__ import annotations

import datetime as dt
import math
from typing import Any

import attrs
import numpy as np

import behaviour_culture as bc
from behaviour_culture import monitoring
from behaviour_culture.arguments import Arguments
from behaviour_culture.monitoring.before_after.autocorrelation import find_alike
from behaviour_culture.monitoring.before_after.design import (
    build_design,
    check_season,
    season_columns,
    years_before,
)
from behaviour_culture.monitoring.before_after.power import detectable_effect, detectable_from
from behaviour_culture.monitoring.before_after.regression import Points, fit_segments
from builders import DAY, MONDAY, outcome_of

NAN = math.nan
COUNTS = [52, 48, 50, 55, 47, 51, 49, 53, 40, 38, 42, 41, 37, 43, 39, 40]
OVER = [4_500, 4_400, 4_600, 4_500] * 4
MANY = [40 + (11 * i) % 17 - (8 if i > 17 else 0) + i // 5 for i in range(36)]
WAVES = [30 + round(12 * math.sin(i / 3)) + (7 * i) % 5 for i in range(60)]
ITS = monitoring.interrupted_time_series


def _said(made: Any) -> list[str]:
    return [repr(made), *str(made).splitlines()]


def _rough(value: Any, digits: int = 6) -> Any:
    """Numbers with fewer digits, where other versions of a library may end elsewhere."""
    if hasattr(value, "tolist"):
        value = value.tolist()
    if isinstance(value, (bc.Series, bc.Estimate)) or attrs.has(type(value)):
        value = {f.name: getattr(value, f.name) for f in attrs.fields(type(value))}
    if isinstance(value, dict):
        return {k: _rough(v, digits) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [_rough(v, digits) for v in value]
    if isinstance(value, float):
        return 0.0 if abs(value) < 1e-6 else float(f"{value:.{digits}g}")
    return value


def _its(made: Any, digits: int = 6) -> Any:
    numbers = {
        name: getattr(made, name)
        for name in ("level", "slope", "without_trend", "fewer", "alpha", "fitted")
    }
    more = [made.dispersion, *np.asarray(made.counterfactual).tolist()]
    return {
        "facts": [made.n_before, made.n_after, made.descriptive, made.at, made.method],
        **_rough(numbers, digits),
        "more": _rough(more, digits),
        "said": _said(made),
    }


def _series(counts: list[float | None], *, each: int = 7, **fields: Any) -> bc.Series:
    periods = [
        bc.model.SeriesPeriod(
            label=f"week {i + 1}",
            start=MONDAY + each * i * DAY,
            end=MONDAY + (each * i + 4) * DAY,
            count=count,
            exposure=None if count is None else 4_000 + 10 * i,
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


# -- interrupted time series -------------------------------------------------------------------


def a_step_in_counts() -> Any:
    return _its(ITS(COUNTS, change_at=8, exposure=OVER))


def a_step_without_a_trend() -> Any:
    return _its(ITS(COUNTS, change_at=8, trend=False, level=0.8))


def a_step_and_a_slope() -> Any:
    return _its(ITS(COUNTS, change_at=8, exposure=OVER, slope_change=True))


def a_slope_without_a_trend() -> Any:
    return _its(ITS(COUNTS, change_at=7, exposure=OVER, slope_change=True, trend=False))


def a_step_with_errors_of_the_model() -> Any:
    return _its(ITS(COUNTS, change_at=8, exposure=OVER, robust="model"))


def a_step_with_wider_errors() -> Any:
    return _its(ITS(MANY, change_at=18, robust="quasi"))


def a_step_by_newey_and_west() -> Any:
    few = ITS(COUNTS, change_at=8, exposure=OVER, robust="newey-west")
    return {"few": _its(few), "many": _its(ITS(MANY, change_at=18, robust="newey-west"))}


def twenty_nine_points_and_thirty() -> Any:
    return [_its(ITS(MANY[:n], change_at=18))["facts"] for n in (28, 29, 30, 31)]


def a_step_in_many_points() -> Any:
    return _its(ITS(WAVES, change_at=30, robust="quasi"))


def points_that_are_alike() -> Any:
    """Counts in waves: errors that allow for it, and a caveat where they do not."""
    return {
        "allowed for": _its(ITS(WAVES, change_at=30)),
        "not": _its(ITS(WAVES, change_at=30, robust="model"))["said"],
        "of chance": _its(ITS([30 + round(4 * math.sin(i / 3)) for i in range(60)], change_at=30)),
    }


def fifty_points_more_than_terms() -> Any:
    return [
        _rough(ITS(WAVES[:n], change_at=25, robust="quasi").level) for n in (52, 53, 54)
    ]  # fmt: skip


def a_step_in_measurements() -> Any:
    values = [x / 7 for x in COUNTS]
    return {
        "few": _its(ITS(values, change_at=8, family="gaussian")),
        "wide": _its(ITS(values, change_at=8, family="gaussian", robust="quasi"))["facts"],
        "model": _its(ITS(values, change_at=8, family="gaussian", robust="model"))["level"],
        "slope": _its(ITS(values, change_at=8, family="gaussian", slope_change=True)),
        "more": _its(ITS([-v for v in values], change_at=8, family="gaussian"))["said"],
    }


def measurements_that_the_model_meets() -> Any:
    values = [1.0 + 0.5 * i + (2 if i >= 8 else 0) for i in range(16)]
    made = ITS(values, change_at=8, family="gaussian")
    return [made.method, made.dispersion, round(made.level.value, 6), list(made.caveats)]


def a_step_in_quasi_counts() -> Any:
    return _its(ITS([x / 2 for x in COUNTS], change_at=8, family="quasi-poisson"))


def a_step_in_negative_binomial_counts() -> Any:
    spread = [52, 20, 80, 55, 30, 91, 49, 23, 40, 18, 62, 31, 47, 13, 39, 50]
    return {
        "spread": _its(ITS(spread, change_at=8, family="negative-binomial"), 4),
        "none": _its(ITS(COUNTS, change_at=8, family="negative-binomial"), 4)["facts"],
    }


def a_step_with_a_season() -> Any:
    counts = [v + (6 if i % 4 == 1 else 0) for i, v in enumerate(COUNTS)]
    names = ["autumn", "spring", "summer", "late"] * 4
    return {
        "dummies": _its(ITS(counts, change_at=8, season=4)),
        "waves": _its(ITS(counts, change_at=8, season=("harmonic", 4, 1))),
        "two waves": _its(ITS(counts, change_at=8, season=("harmonic", 4, 2)))["level"],
        "labels": _its(ITS(counts, change_at=8, season=names)),
        "two years": list(ITS(counts, change_at=8, season=4).caveats),
        "less": list(ITS(counts, change_at=7, season=4).caveats),
    }


def points_that_are_left_out() -> Any:
    gaps = [*COUNTS[:6], NAN, *COUNTS[7:]]
    over = [*OVER[:6], NAN, *OVER[7:]]
    return {
        "one": _its(ITS(gaps, change_at=8, exposure=over, exclude=[6])),
        "several": _its(ITS(COUNTS, change_at=8, exclude=[0, 6, 15, 14, 13])),
        "by an array": _its(ITS(COUNTS, change_at=8, exclude=np.array([6])))["facts"],  # type: ignore[arg-type]
        "on the edge": _its(ITS(COUNTS, change_at=9, exclude=[0]))["facts"],
    }


def few_points() -> Any:
    return {
        "seven before": _its(ITS(COUNTS[1:], change_at=7)),
        "seven after": _its(ITS(COUNTS[:15], change_at=8))["facts"],
        "under five": list(ITS([4, 5, 5, 5, 5, 5, 5, 5] * 2, change_at=8).caveats),
        "five": list(ITS([5, 5, 5, 5, 4, 6, 5, 5] * 2, change_at=8).caveats),
        "rare": _its(ITS([0, 1, 0, 2, 0, 0, 1, 3, 0, 1, 0, 0, 0, 0, 1, 0], change_at=8)),
    }


def a_step_in_a_series() -> Any:
    change = bc.model.RecordingChange(day=MONDAY + 30 * DAY, what="a new form")
    early = bc.model.RecordingChange(day=MONDAY, what="before the first")
    counts: list[float | None] = [*COUNTS, *COUNTS[:6]]
    counts[3] = None
    series = _series(counts, recording_changes=[early, change])
    made = ITS(series, change_at=MONDAY + 7 * 10 * DAY)
    inside = ITS(series, change_at=MONDAY + 7 * 10 * DAY + 2 * DAY)
    weekend = ITS(series, change_at=MONDAY + 7 * 10 * DAY + 5 * DAY)
    return {
        "on a Monday": _its(made),
        "inside": _its(inside)["facts"] + list(inside.caveats),
        "on a Friday": _its(ITS(series, change_at=MONDAY + (70 + 4) * DAY))["facts"],
        "on a Saturday": _its(weekend)["facts"],
        "by number": _its(ITS(series, change_at=10))["facts"],
        "first": _its(ITS(series, change_at=MONDAY + 7 * DAY, trend=False))["facts"],
        "last": _its(ITS(series, change_at=series.periods[-1].start, trend=False))["facts"],
        "moment": _its(ITS(series, change_at=dt.datetime(2026, 11, 16)))["facts"],  # noqa: DTZ001
        "rows": made.to_rows(),
        "detectable": made.detectable,
        "negative binomial": ITS(
            series, change_at=10, family="negative-binomial"
        ).detectable,
        "nothing": ITS(series, change_at=10, trend=False).detectable,
    }  # fmt: skip


def a_step_with_small_counts() -> Any:
    counts: list[float | None] = [*COUNTS[:5], 3, *COUNTS[6:], 0]
    series = _series(counts)
    whole, shown = ITS(series, change_at=8), ITS(series.published(), change_at=8)
    measured = ITS([3.0, 4, 5, 3, 4, 6, 2, 1] * 2, change_at=8, family="gaussian")
    return {
        "internal": whole.to_rows(internal=True)[4:7],
        "hidden": whole.to_rows(),
        "shown": _its(shown)["said"],
        "measured": measured.to_rows()[0],
        "picture": [whole.plot.describe(), shown.plot.describe()],
    }  # fmt: skip


def one_small_count_beside_enough_points() -> Any:
    return [
        _its(ITS(_series([float(c) for c in counts]).published(), change_at=9))["facts"]
        for counts in ([52, *COUNTS], [3, *COUNTS], [3, *COUNTS, 4])
    ]


def series_that_are_refused() -> Any:
    its: Any = ITS
    series = _series([float(c) for c in COUNTS])
    made = ITS(series, change_at=8)
    wrong: Any = {
        "options": lambda: its(
            COUNTS, change_at=0, family="normal", trend=1, slope_change=2, level=1, robust="hac"
        ),
        "places": lambda: its(COUNTS, change_at=16, exclude=[-1, 16, 1.5]),
        "exclude": lambda: its(COUNTS, change_at=8, exclude="1"),
        "exclude one": lambda: its(COUNTS, change_at=8, exclude=1),
        "values": lambda: its([-1, 2.5, NAN, 3], change_at=2, exposure=[0, 1, NAN, 1]),
        "exposure": lambda: its(COUNTS, change_at=8, exposure=[1, 2]),
        "fractions": lambda: its([2.5] * 8, change_at=4, family="negative-binomial"),
        "a day": lambda: its(COUNTS, change_at=MONDAY),
        "measured with exposure": lambda: its(
            COUNTS, change_at=8, family="gaussian", exposure=OVER
        ),
        "series with exposure": lambda: its(series, change_at=8, exposure=OVER),
        "series, gaussian": lambda: its(series, change_at=8, family="gaussian"),
        "early": lambda: its(series, change_at=MONDAY),
        "late": lambda: its(series, change_at=series.periods[-1].start + DAY),
        "no place": lambda: its(series, change_at="soon"),
        "one side": lambda: its(COUNTS, change_at=1, exclude=[0]),
        "few points": lambda: its(COUNTS[:4], change_at=2, season=["a", "b", "c", "a"]),
        "terms": lambda: its(COUNTS[:6], change_at=3, season=3),
        "not apart": lambda: its(COUNTS, change_at=8, season=["a"] * 8 + ["b"] * 8),
        "zeros before": lambda: its([0] * 8 + [3] * 8, change_at=8),
        "zeros after": lambda: its([3] * 8 + [0] * 8, change_at=8),
        "all alike": lambda: its([3] * 16, change_at=8, family="gaussian"),
        "no fit": lambda: its(
            [0] * 7 + [5, 5] + [0] * 7, change_at=8, season=7, slope_change=True
        ),
        "far apart": lambda: fit_segments(
            Points(np.array([1e300, 1, 1e300]), np.ones((3, 1)), np.arange(3) * 1e4, np.arange(3)),
            "poisson",
            "model",
        ),
        "nothing happens": lambda: fit_segments(
            Points(np.zeros(9), np.ones((9, 1)), np.zeros(9), np.arange(9)), "poisson", None
        ),
        "season": lambda: its(COUNTS, change_at=8, season=9),
        "season of one": lambda: its(COUNTS, change_at=8, season=1),
        "harmonic": lambda: its(COUNTS, change_at=8, season=("harmonic", 4, 3)),
        "harmonic of text": lambda: its(COUNTS, change_at=8, season=("harmonic", "x", 0)),
        "labels": lambda: its(COUNTS, change_at=8, season=["a"] * 15),
        "one label": lambda: its(COUNTS, change_at=8, season=["a"] * 16),
        "periods": lambda: attrs.evolve(made, values=made.values[1:], fitted=(), counterfactual=()),
        "place": lambda: attrs.evolve(made, change_at=16),
        "place at 0": lambda: attrs.evolve(made, change_at=0),
    }  # fmt: skip
    return {name: outcome_of(make) for name, make in wrong.items()}


# -- its parts ---------------------------------------------------------------------------------


def columns_of_a_design() -> Any:
    given = Arguments("test")
    names = ["a", "b", "a", "c", "b", "a"]
    return {
        "bare": build_design(4, 2, np.empty((4, 0)), trend=False, slope_change=False),
        "all": build_design(5, 2, season_columns(2, 5), trend=True, slope_change=True),
        "none": season_columns(None, 3).shape,
        "waves": _rough(season_columns(("harmonic", 6, 3), 6)),
        "two waves": _rough(season_columns(("harmonic", 5, 2), 5)),
        "labels": season_columns(names, 6),
        "checked": _rough(check_season(given, ("harmonic", 4, 2), 8)),
        "years": [years_before(4, 11), years_before(("harmonic", 4, 1), 12), years_before(None, 9)],
        "rounds": [years_before(names, n) for n in range(7)],
        "runs": years_before(["a", "a", "b", "b", "a", "a"], 6),
    }


def neighbours_that_are_alike() -> Any:
    wave = np.array([math.sin(i / 2) + 0.3 * math.cos(5 * i) for i in range(24)])
    design = np.column_stack([np.ones(24), np.arange(24.0)])
    places = np.array([*range(10), *range(12, 26)])
    found = {
        "half": find_alike(wave, design, np.full(24, 0.5), np.arange(24)),
        "whole": find_alike(wave, design, np.ones(24), np.arange(24)),
        "with a gap": find_alike(wave, design, np.full(24, 0.5), places),
        "of chance": find_alike(wave, design, np.zeros(24), np.arange(24)),
        "turned": find_alike(wave * (-1.0) ** np.arange(24), design, np.ones(24), np.arange(24)),
        "nothing": find_alike(np.zeros(24), design, np.ones(24), np.arange(24)),
    }
    return {k: "none" if v is None else _rough(v._asdict()) for k, v in found.items()}


def fits_of_each_family() -> Any:
    values = np.array(COUNTS, float)
    design = build_design(16, 8, np.empty((16, 0)), trend=True, slope_change=False)
    points = Points(values, design, np.log(np.array(OVER, float) / 4_500), np.arange(16))
    return {
        f"{family}, {robust}": _rough(fit_segments(points, family, robust)._asdict(), 4)
        for family in ("poisson", "gaussian", "negative-binomial")
        for robust in (None, "quasi", "model", "newey-west")
    }


# -- power -------------------------------------------------------------------------------------


def what_a_comparison_would_find() -> Any:
    made = {
        "usual": detectable_effect(rate=10, before=10, after=10, dispersion=2, ratio=0.8),
        "a rise": detectable_effect(rate=10, before=10, after=10, ratio=1.25),
        "no change": detectable_effect(rate=10, before=10, after=10, ratio=1.0),
        "a trend": detectable_effect(rate=30, before=20, after=10, trend=True),
        "a season": detectable_effect(rate=30, before=12, after=6, season=6),
        "labels": detectable_effect(rate=30, before=4, after=4, season=["a", "b"] * 4),
        "at a half": detectable_effect(rate=3.5, before=1, after=2, power=0.5, level=0.5),
        "no more than chance": detectable_effect(rate=3, before=9, after=9, power=0.05),
        "just more": detectable_effect(rate=3, before=9, after=9, power=0.051),
    }
    return {name: {"effect": m, "said": _said(m)} for name, m in made.items()}


def from_when_it_could_be_found() -> Any:
    year = _series([30 + i % 5 for i in range(46)])
    half = _series([40, 38, 44, 41, 39, 43], each=49)
    one = _series([40])
    gaps = _series([30, None, 31, 29, None, 33, 30, 28, 31, 30, 29, 35])
    quiet = _series([3.0] * 30)
    spread = _series([30, 80, 12, 55, 31, 90, 20, 44, 61, 35, 70, 25])
    after = MONDAY + 7 * 30 * DAY
    found = {
        "a year": detectable_from(year, change_at=after),
        "given": detectable_from(year, change_at=after, dispersion=1.5),
        "at the end": detectable_from(year, change_at=year.periods[-1].start + DAY),
        "later": detectable_from(year, change_at=MONDAY + 500 * DAY, dispersion=1, years=2),
        "less of a fall": detectable_from(year, change_at=after, ratio=0.95, dispersion=1),
        "never": detectable_from(quiet, change_at=after - 70 * DAY, ratio=0.97, years=1),
        "at other levels": detectable_from(year, change_at=after, power=0.5, level=0.8),
        "a season": detectable_from(half, change_at=half.periods[4].start, season=["a", "b"] * 3),
        "half-terms": detectable_from(half, change_at=half.periods[3].start, years=3),
        "with a trend, at once": detectable_from(
            year, change_at=MONDAY + DAY, ratio=0.01, power=0.01, level=0.01, dispersion=1
        ),
        "of one": detectable_from(one, change_at=MONDAY + 30 * DAY, dispersion=1),
        "gaps": detectable_from(gaps, change_at=MONDAY + 70 * DAY),
        "spread": detectable_from(spread, change_at=MONDAY + 63 * DAY),
        "too few to tell": detectable_from(spread, change_at=MONDAY + 35 * DAY),
        "just enough to tell": detectable_from(spread, change_at=MONDAY + 56 * DAY),
        "just too few": detectable_from(spread, change_at=MONDAY + 49 * DAY),
    }
    return {name: {"from": _rough(m), "said": _said(m)} for name, m in found.items()}


def powers_that_are_refused() -> Any:
    effect: Any = detectable_effect
    when: Any = detectable_from
    year = _series([30 + i % 5 for i in range(46)])
    wrong: Any = {
        "numbers": lambda: effect(
            rate=0, before=0, after=0, dispersion=0.9, trend=1, ratio=0, power=0, level=1
        ),
        "large": lambda: effect(rate=1, before=100_001, after=1.5),
        "season": lambda: effect(rate=1, before=3, after=3, season=4),
        "not apart": lambda: effect(rate=1, before=1, after=1, trend=True),
        "no series": lambda: when(3, change_at=MONDAY),
        "years": lambda: when(year, change_at=MONDAY, years=21),
        "no years": lambda: when(year, change_at=MONDAY, years=0),
        "first day": lambda: when(year, change_at=MONDAY),
        "far": lambda: when(year, change_at=MONDAY + 9_999 * DAY),
        "no day": lambda: when(year, change_at="soon"),
        "all": lambda: when(
            year, change_at=MONDAY + 70 * DAY, dispersion=0.5, ratio=1, power=1, level=0, season=99
        ),
        "nothing before": lambda: when(
            _series([0, 0, 0, 5, 6]), change_at=MONDAY + 21 * DAY
        ),
    }  # fmt: skip
    return {name: outcome_of(make) for name, make in wrong.items()}


# -- comparison schools ------------------------------------------------------------------------


def _panel(treated: int, others: int, periods: int = 4, late: int = 2, **more: Any) -> Any:
    schools = [f"school {i:02}" for i in range(treated + others)]
    rows = [(i, p) for i in range(len(schools)) for p in range(periods)]
    outcome = [
        20 + (7 * i) % 5 + 0.5 * p + ((3 * i + 5 * p) % 4) / 4
        - (2 if i < treated and p >= periods - late else 0)
        for i, p in rows
    ]  # fmt: skip
    return monitoring.difference_in_differences(
        outcome,
        unit=[schools[i] for i, _ in rows],
        period=[p + 2020 for _, p in rows],
        treated=[i < treated for i, _ in rows],
        after=[p >= periods - late for _, p in rows],
        **more,
    )


def _differences(made: Any) -> Any:
    return {"difference": made, "said": _said(made), "rows": made.to_rows()}


def schools_beside_schools() -> Any:
    return {
        "five beside five": _differences(_panel(5, 5)),
        "four beside five": _said(_panel(4, 5)),
        "two beside two": _differences(_panel(2, 2)),
        "two beside one": _differences(_panel(2, 1)),
    }


def one_school_beside_others() -> Any:
    return {
        "nine": _differences(_panel(1, 9)),
        "nineteen": _said(_panel(1, 19, level=0.9)),
        "thirty-nine": _said(_panel(1, 39)),
        "forty": _said(_panel(1, 40)),
        "one of ten that has none": _differences(_panel(9, 1)),
        "one": _differences(_panel(1, 1)),
        "picture": _panel(1, 1).plot.describe(),
    }


def many_ways_to_choose() -> Any:
    told: list[Any] = []
    made = _panel(9, 9, seed=3, progress=lambda *at: told.append(list(at)))
    return {"p": made.p_permutation, "told": [told[0], told[-1]], "picture": made.plot.describe()}


def periods_before_the_change() -> Any:
    return {
        "three": [list(_panel(5, 5, 5, 2).caveats)],
        "two": list(_panel(5, 5, 4, 2).caveats),
        "one": _said(_panel(5, 5, 2, 1)),
    }


def schools_that_changed_alike() -> Any:
    made = monitoring.difference_in_differences(
        [1.0, 2, 1, 2, 1, 4, 1, 4],
        unit=[*"aabbccdd"],
        period=[1, 2] * 4,
        treated=[0, 0, 0, 0, 1, 1, 1, 1],
        after=[0, 1] * 4,
    )
    return _differences(made)


def several_rows_of_a_school() -> Any:
    made = monitoring.difference_in_differences(
        [1.0, 3, 2, 1, 2, 6, 4, 4.5],
        unit=[2, 2, 2, "b", "b", 10, 10, 10],
        period=["first", "first", "second", "first", "second", "first", "second", "second"],
        treated=[0, 0, 0, 0, 0, 1, 1, 1],
        after=[0, 0, 1, 0, 1, 0, 1, 1],
    )
    return _differences(made)


def panels_that_are_refused() -> Any:
    did: Any = monitoring.difference_in_differences
    made = _panel(2, 2)

    def of(unit: str, period: Any, treated: str, after: str) -> Any:
        return did(
            list(range(len(unit))),
            unit=[*unit],
            period=list(period),
            treated=[int(t) for t in treated],
            after=[int(a) for a in after],
        )

    wrong: Any = {
        "columns": lambda: did([1, "x"], unit=["a"], period=3, treated=[2, 0], after=[0, 1, 1]),
        "options": lambda: did(
            [1, 2], unit=["a", "b"], period=[1, 2], treated=[1, 0], after=[0, 1], level=1,
            progress=3, stop=4,
        ),
        "both": lambda: of("aabb", [1, 2, 1, 2], "1000", "0101"),
        "staggered": lambda: of("aabb", [1, 2, 1, 2], "1100", "0111"),
        "missing": lambda: of("aabbcc", [1, 2, 1, 3, 2, 3], "110000", "010101"),
        "many missing": lambda: of("abcdefgh", [1, 2, 3, 4, 5, 6, 7, 8], "10000000", "00001111"),
        "turned": lambda: of("aabb", [1, 2, 1, 2], "1100", "1010"),
        "nobody": lambda: of("aabb", [1, 2, 1, 2], "0000", "0101"),
        "all after": lambda: of("aabb", [1, 2, 1, 2], "1100", "1111"),
        "order of texts": lambda: of("aabb", ["p", "q", "q", "p"], "1100", "0110"),
        "flags": lambda: attrs.evolve(made, event_after=[True]),
        "ends": lambda: attrs.evolve(made, event_lower=[1.0]),
    }  # fmt: skip
    return {name: outcome_of(make) for name, make in wrong.items()}


def numbers_before_texts() -> Any:
    return [
        list(
            monitoring.difference_in_differences(
                [1.0, 2, 3, 4, 5, 7, 6, 9],
                unit=[10, 10, 9, 9, "b", "b", "a", "a"],
                period=[1, 2] * 4,
                treated=[1, 1, 0, 0, 1, 1, 0, 0],
                after=[0, 1] * 4,
            ).evolve().treated_units
        ),
        _panel(2, 2).comparison_units,
    ]  # fmt: skip
