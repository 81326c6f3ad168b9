"""How often stable data show a signal: what the charts state, and published run lengths.

The rules are written here a second time, in plain loops over the points of one series.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from itertools import pairwise
from statistics import fmean

import numpy as np
import pytest

from behaviour_culture.monitoring import p_chart, u_chart, xmr_chart
from behaviour_culture.monitoring.control_charts.rules import RUN_LENGTHS

Search = Callable[[list[float]], list[int]]


def limits(z: list[float]) -> list[int]:
    return [i for i, v in enumerate(z) if abs(v) > 3]


def some_of(k: int, n: int, far: float) -> Search:
    def search(z: list[float]) -> list[int]:
        found = []
        for i in range(len(z)):
            last = z[max(0, i - n + 1) : i + 1]
            above, below = sum(v > far for v in last), sum(v < -far for v in last)
            if (z[i] > far and above >= k) or (z[i] < -far and below >= k):
                found.append(i)
        return found

    return search


def run(length: int) -> Search:
    def search(z: list[float]) -> list[int]:
        found, side, count = [], 0, 0
        for i, v in enumerate(z):
            now = 1 if v > 0 else -1
            count = count + 1 if now == side else 1
            side = now
            if count == length:
                found.append(i)
        return found

    return search


def trend(length: int) -> Search:
    def search(z: list[float]) -> list[int]:
        found, way, count = [], 0, 1
        for i in range(1, len(z)):
            now = 1 if z[i] > z[i - 1] else -1
            count = count + 1 if now == way else 2
            way = now
            if count == length:
                found.append(i)
        return found

    return search


SETS: dict[str, list[Search]] = {
    "nhs": [limits, run(7), trend(7), some_of(2, 3, 2)],
    "western-electric": [limits, some_of(2, 3, 2), some_of(4, 5, 1), run(8)],
    "limits": [limits],
}


def signals(z: list[float], rules: str) -> list[int]:
    return [i for search in SETS[rules] for i in search(z)]


def xmr(values: list[float], first: int) -> list[float]:
    base = values[:first]
    centre = fmean(base)
    sigma = fmean(abs(b - a) for a, b in pairwise(base)) / 1.128
    return [(v - centre) / sigma for v in values]


class TestTheSame:
    @pytest.mark.parametrize("rules", sorted(SETS))
    def test_rules_find_what_plain_loops_find(self, rules: str) -> None:
        rng = random.Random(7)  # noqa: S311  (test data)
        count = 0
        for _ in range(40):
            values = [rng.gauss(10, 2) + 3 * (i > 25) for i in range(40)]
            chart = xmr_chart(values, baseline=20, rules=rules)
            found = sorted(signals(xmr(values, 20), rules))
            assert sorted(s.point for s in chart.signals) == found
            count += len(found)
        assert count > 20


class TestStated:
    @pytest.mark.parametrize(
        ("rules", "points", "first"), [("nhs", 24, 24), ("nhs", 40, 12), ("limits", 30, 15)]
    )
    def test_of_single_values(self, rules: str, points: int, first: int) -> None:
        rng = random.Random(3)  # noqa: S311  (test data)
        series = [[rng.gauss(0, 1) for _ in range(points)] for _ in range(1_500)]
        found = [len(signals(xmr(values, first), rules)) for values in series]
        chart = xmr_chart(series[0], baseline=first, rules=rules)
        # Both are means of a thousand series or more: four standard errors of their difference.
        error = 4 * np.std(found) * (1 / 1_000 + 1 / 1_500) ** 0.5
        assert chart.expected_false_signals == pytest.approx(np.mean(found), abs=error)
        share = np.mean([n > 0 for n in found])
        assert chart.any_false_signal == pytest.approx(share, abs=0.08)

    def test_of_counts(self) -> None:
        rng = np.random.default_rng(12)
        exposure = rng.integers(800, 1200, 24)
        found = []
        for counts in rng.poisson(0.02 * exposure, (1_500, 24)):
            rate = counts.sum() / exposure.sum()
            z = (counts / exposure - rate) / np.sqrt(rate / exposure)
            found.append(len(signals(z.tolist(), "nhs")))
        chart = u_chart(np.round(0.02 * exposure), exposure)
        error = 4 * np.std(found) * (1 / 1_000 + 1 / 1_500) ** 0.5
        assert chart.expected_false_signals == pytest.approx(np.mean(found), abs=error)

    def test_of_shares(self) -> None:
        rng = np.random.default_rng(13)
        found = []
        for counts in rng.binomial(200, 0.7, (1_500, 24)):
            share = counts.mean() / 200
            z = (counts / 200 - share) / np.sqrt(share * (1 - share) / 200)
            found.append(len(signals(z.tolist(), "nhs")))
        chart = p_chart([140] * 24, [200] * 24)
        error = 4 * np.std(found) * (1 / 1_000 + 1 / 1_500) ** 0.5
        assert chart.expected_false_signals == pytest.approx(np.mean(found), abs=error)

    def test_few_points_for_the_limits_mean_more_false_signals(self) -> None:
        many, few = xmr_chart(range(60), baseline=40), xmr_chart(range(60), baseline=8)
        assert few.expected_false_signals > 1.5 * many.expected_false_signals

    @pytest.mark.parametrize("rules", sorted(SETS))
    def test_run_lengths(self, rules: str) -> None:
        """In plain loops, a few hundred series: within four standard errors."""
        rng = np.random.default_rng(21)
        total, ended = 0, 0
        for _ in range(250):
            z = rng.standard_normal(600).tolist()
            first = min(signals(z, rules), default=None)
            total += 600 if first is None else first + 1
            ended += first is not None
        length = total / ended
        assert length == pytest.approx(RUN_LENGTHS[rules], abs=4 * length / ended**0.5)

    def test_run_lengths_are_those_published(self) -> None:
        """Champ and Woodall (1987), and 1 / 0.0027 in closed form."""
        assert RUN_LENGTHS["western-electric"] == pytest.approx(91.75, rel=0.03)
        assert RUN_LENGTHS["limits"] == pytest.approx(370.4, rel=0.03)
