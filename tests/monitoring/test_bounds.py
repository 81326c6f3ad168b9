"""Arguments at the edge: the last value that is taken and the first refused, by its path."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Mapping
from typing import Any

import pytest

import behaviour_culture as bc
from behaviour_culture.monitoring import (
    detectable_effect,
    group_rate_ratios,
    interrupted_time_series,
    rate_ratio,
    shrink_rates,
)
from behaviour_culture.monitoring.before_after.power import detectable_from
from behaviour_culture.monitoring.rates import rate_of, regression_to_mean, wilson_interval
from builders import faults_of

WEEK = dt.timedelta(days=7)
FIRST = dt.date(2025, 9, 1)
SERIES = bc.model.Series(
    id="logged",
    indicator="serious-incidents",
    exposure_kind=bc.model.ExposureKind.PUPIL_DAYS,
    periods=[
        bc.model.SeriesPeriod(
            label=str(i),
            start=FIRST + i * WEEK,
            end=FIRST + i * WEEK + dt.timedelta(days=4),
            count=30,
            exposure=4500,
        )
        for i in range(40)
    ],
)
SHARE = ([0, 1, -0.1, 1.5, float("nan")], [1e-6, 1 - 1e-6])
ABOVE = ([0, -1e-9, float("inf")], [1e-6, 1e6])
EFFECT = {"rate": 10, "before": 10, "after": 10, "dispersion": 2, "ratio": 0.8}
FROM = {"series": SERIES, "change_at": FIRST + 20 * WEEK, "dispersion": 1.5, "ratio": 0.7}
RATIO = {"count_1": 4, "exposure_1": 100, "count_0": 8, "exposure_0": 100}
GROUPS = {"counts": [30, 40, 50], "exposure": [400, 500, 600], "groups": ["a", "b", "c"]}
Call = tuple[Callable[..., Any], Mapping[str, Any]]
BOUNDS: list[tuple[Call, str, list[Any], list[Any]]] = [
    ((wilson_interval, {"count": 3, "size": 9}), "level", *SHARE),
    ((wilson_interval, {"count": 0, "size": 9}), "size", [0, -1, 2.5], [1, 10]),
    ((wilson_interval, {"count": 3, "size": 9}), "count", [-1, 10], [0, 9]),
    ((rate_of, {"count": 3, "exposure": 9}), "count", [-1e-9], [0, 1]),
    ((rate_of, {"count": 3, "exposure": 9}), "exposure", *ABOVE),
    ((rate_of, {"count": 3, "exposure": 9}), "per", *ABOVE),
    ((rate_of, {"count": 3, "exposure": 9}), "level", *SHARE),
    ((rate_ratio, RATIO), "count_1", [-1], [0]),
    ((rate_ratio, RATIO), "count_0", [0], [1]),
    ((rate_ratio, RATIO), "exposure_1", *ABOVE),
    ((rate_ratio, RATIO), "exposure_0", *ABOVE),
    ((rate_ratio, RATIO), "level", *SHARE),
    ((detectable_effect, EFFECT), "rate", *ABOVE),
    ((detectable_effect, EFFECT), "before", [0], [1]),
    ((detectable_effect, EFFECT), "after", [0], [1]),
    ((detectable_effect, EFFECT), "dispersion", [0.999], [1, 5]),
    ((detectable_effect, EFFECT), "ratio", [0], [0.1, 3]),
    ((detectable_effect, EFFECT), "power", *SHARE),
    ((detectable_effect, EFFECT), "level", *SHARE),
    ((detectable_from, FROM), "years", [0, 21], [1, 20]),
    ((detectable_from, FROM), "dispersion", [0.999], [1]),
    ((detectable_from, FROM), "ratio", *SHARE),
    ((detectable_from, FROM), "power", *SHARE),
    ((detectable_from, FROM), "level", *SHARE),
    ((group_rate_ratios, GROUPS), "level", *SHARE),
    ((interrupted_time_series, {"values": [*range(10, 30)], "change_at": 10}), "level", *SHARE),
    (
        (interrupted_time_series, {"values": [*range(10, 30)], "change_at": 10}),
        "change_at",
        [0, 20],
        [1, 5, 15, 19],
    ),
]


@pytest.mark.parametrize(
    ("call", "name", "refused", "taken"),
    [pytest.param(*row, id=f"{row[0][0].__name__}-{row[1]}") for row in BOUNDS],
)
def test_the_edge_of_each_argument(
    call: Call, name: str, refused: list[Any], taken: list[Any]
) -> None:
    function, options = call
    for value in refused:
        assert set(faults_of(lambda v=value: function(**{**options, name: v}))) == {name}
    for value in taken:
        assert function(**{**options, name: value})


def test_a_spread_may_be_nothing_but_not_less() -> None:
    options = {"mean": 10.0, "sd_within": 1.0, "sd_between": 1.0, "cutoff": 12.0}
    for name in ("sd_within", "sd_between"):
        wrong = {**options, name: -1e-9}
        assert set(faults_of(lambda w=wrong: regression_to_mean(**w))) == {name}
        assert regression_to_mean(**{**options, name: 0.0}) >= 0
    none = {"sd_within": 0.0, "sd_between": 0.0}
    assert set(faults_of(lambda: regression_to_mean(**{**options, **none}))) == {"sd_within"}
    unknown = {**options, **none, "mean": math.nan}
    assert set(faults_of(lambda: regression_to_mean(**unknown))) == {"mean"}


def test_a_power_that_chance_alone_has_is_found_at_any_ratio() -> None:
    found = detectable_effect(rate=10, before=10, after=10, dispersion=2, power=0.05)
    assert found.ratio == 1
    better = detectable_effect(rate=10, before=10, after=10, dispersion=2, power=0.06)
    assert better.ratio < 1


def test_groups_that_are_all_shown_share_their_whole() -> None:
    made = group_rate_ratios(**GROUPS)
    assert [row.count for row in made.groups] == GROUPS["counts"]
    same = group_rate_ratios([30, 60], [300, 600], groups=["a", "b"])
    assert [row.ratio.value for row in same.groups if row.ratio] == pytest.approx([1, 1])


def test_two_rates_are_the_fewest_that_are_shrunk() -> None:
    assert set(faults_of(lambda: shrink_rates([3], [100]))) >= {"counts"}
    assert len(shrink_rates([3, 4], [100, 100]).rates) == 2
