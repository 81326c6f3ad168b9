"""What leaves the school: nothing in it depends on a count that is hidden."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import behaviour_culture as bc
from behaviour_culture.disclosure import DisclosureRules
from behaviour_culture.errors import InvalidInputError
from behaviour_culture.model.indicator import ExposureKind, Series, SeriesPeriod
from behaviour_culture.monitoring import (
    days_between_chart,
    funnel,
    group_rate_ratios,
    p_chart,
    shrink_rates,
    u_chart,
    xmr_chart,
)
from builders import examples


def series(counts: list[int], kind: ExposureKind, exposure: int) -> Series:
    periods = [
        SeriesPeriod(
            label=f"week {i}",
            start=date(2024, 9, 2) + timedelta(weeks=i),
            end=date(2024, 9, 8) + timedelta(weeks=i),
            count=count,
            exposure=exposure + 10 * i,
        )
        for i, count in enumerate(counts)
    ]
    return Series(id="s", indicator="s", exposure_kind=kind, periods=periods)


COUNTS = st.lists(st.integers(0, 9) | st.integers(10, 40), min_size=4, max_size=16).filter(any)
MADE: dict[str, Any] = {
    "xmr": xmr_chart,
    "u": lambda counts: u_chart(counts, [900 + 10 * i for i in range(len(counts))]),
    "u-prime": lambda counts: u_chart(counts, [1000] * len(counts), prime=True),
    "p": lambda counts: p_chart(counts, [300] * len(counts)),
    "xmr of a series": lambda counts: xmr_chart(series(counts, ExposureKind.PUPIL_DAYS, 900)),
    "u of a series": lambda counts: u_chart(series(counts, ExposureKind.PUPIL_DAYS, 900)),
    "p of a series": lambda counts: p_chart(series(counts, ExposureKind.PUPILS, 300)),
}


class TestNothingLeaks:
    @pytest.mark.parametrize("kind", sorted(MADE))
    @examples(15)
    @given(counts=COUNTS, random=st.randoms())
    def test_other_hidden_counts_give_the_same_published_chart(
        self, kind: str, counts: list[int], random: Any
    ) -> None:
        other = [random.randint(1, 4) if 1 <= c < 5 else c for c in counts]
        one, two = (MADE[kind](c).published() for c in (counts, other))
        assert one == two
        assert str(one) == str(two)
        assert one.to_rows() == two.to_rows()
        small = tuple(i for i, c in enumerate(counts) if 1 <= c < 5)
        assert one.hidden == small
        assert np.isnan(np.asarray(one.values)[list(small)]).all()
        assert one.published() == one

    def test_a_signal_on_a_hidden_point_is_not_told(self) -> None:
        counts = [30, 31, 29, 30, 32, 28, 30, 31, 29, 30, 28, 31, 3]
        chart = u_chart(counts, [100] * 13, baseline=12)
        assert chart.signals == ((12, "limits"),)
        assert chart.published().signals == ()
        assert "hidden" in str(chart.published())

    def test_views_of_an_internal_chart_hide_small_counts_too(self) -> None:
        chart = u_chart([30, 31, 29, 30, 32, 3], [100] * 6)
        assert chart.to_rows()[5]["count"] is None
        assert chart.to_rows()[5]["note"] == "hidden"
        assert chart.to_rows(internal=True)[5]["count"] == 3
        assert "0.03" not in chart._repr_html_()
        assert "0.31" in chart._repr_html_()

    def test_each_event_is_one_pupil(self) -> None:
        chart = days_between_chart([12, 9, 30, 4, 17, 22])
        published = chart.published()
        assert published.hidden == tuple(range(6))
        assert np.isnan(np.asarray(published.values)).all()

    def test_single_values_that_are_no_counts_stay(self) -> None:
        chart = xmr_chart([2.5, 3.5, 1.25, 4.0])
        assert chart.published().hidden == ()
        assert chart.published().values.tolist() == [2.5, 3.5, 1.25, 4.0]

    def test_shares_of_a_small_group_and_of_all_but_few(self) -> None:
        published = p_chart([20, 6, 37, 21, 22], [40, 9, 40, 40, 40]).published()
        assert published.hidden == (1, 2)

    def test_rates_without_their_series_cannot_be_hidden_and_say_so(self) -> None:
        own = series([30, 31, 29, 30, 32, 3], ExposureKind.PUPIL_DAYS, 900)
        bare, whole = xmr_chart(own.rates()).published(), xmr_chart(own).published()
        assert bare.hidden == ()
        assert any("chart the Series itself" in note for note in bare.notes)
        assert whole.hidden == (5,)
        assert not any("chart the Series itself" in note for note in whole.notes)

    def test_a_series_of_people_hides_all_but_few_too(self) -> None:
        own = series([29, 36, 20, 20, 32, 20], ExposureKind.PUPILS, 30)
        assert xmr_chart(own).published().hidden == (0, 1)  # of 30 and of 40

    @settings(max_examples=settings.default.max_examples // 2)  # each makes every chart there is
    @given(COUNTS, st.sampled_from([5, 10]))
    def test_what_is_shown_is_rounded(self, counts: list[int], to: int) -> None:
        rules = DisclosureRules(round_to=to)
        for made in MADE.values():
            shown = made(counts).published(rules)
            there = np.asarray(shown.counts if len(shown.counts) else shown.values)
            assert not (there[~np.isnan(there)] % to).any()
        assert all(
            g.count is None or g.count % to == 0
            for g in group_rate_ratios(
                [c + to for c in counts],
                [900.0] * len(counts),
                groups=[f"group {i}" for i in range(len(counts))],
                rules=rules,
            ).groups
        )
        expected = [c + 0.5 for c in counts]
        for unit in (funnel(counts, expected), shrink_rates(counts, [900] * len(counts))):
            seen = np.asarray(unit.published(rules).to_rows()[0].get("observed") or 0)
            assert seen % to == 0

    def test_the_rules_are_a_setting(self) -> None:
        chart = u_chart([30, 31, 7, 30, 32, 3], [100] * 6)
        assert chart.published(DisclosureRules(threshold=10)).hidden == (2, 5)
        assert chart.published(DisclosureRules(threshold=2)).hidden == ()


class TestFiles:
    def test_a_school_s_own_file_keeps_counts_and_says_so(self, tmp_path: Path) -> None:
        chart = u_chart([30, 31, 29, None, 32, 3], [100] * 6)
        for name in ("own.json", "own.toml"):
            path = bc.write(chart, tmp_path / name)
            assert bc.read(path) == chart
        data = json.loads((tmp_path / "own.json").read_text(encoding="utf-8"))
        assert data["kind"] == "control-chart"
        assert data["counts"] == [30, 31, 29, None, 32, 3]
        assert "published" not in (tmp_path / "own.json").read_text(encoding="utf-8")

    def test_publishing_hides_them(self, tmp_path: Path) -> None:
        chart = u_chart([30, 31, 29, None, 32, 3], [100] * 6)
        path = bc.write(chart, tmp_path / "out.json", publish=True)
        data = json.loads(path.read_text(encoding="utf-8"))
        assert data["counts"] == [30, 31, 29, None, 32, None]
        assert (data["disclosure"], data["hidden"]) == ("published", [5])
        assert bc.read(path) == chart.published()
        rules = DisclosureRules(threshold=31)
        path = bc.write(chart, tmp_path / "out.toml", publish=True, rules=rules)
        assert bc.read(path).hidden == (0, 2, 5)

    def test_what_holds_no_counts_is_written_as_it_is(self, tmp_path: Path) -> None:
        school = bc.School(id="hill", name="Hill")
        assert bc.read(bc.write(school, tmp_path / "s.toml", publish=True)) == school

    @pytest.mark.parametrize(
        ("options", "path"),
        [
            ({"publish": "yes"}, "publish"),
            ({"publish": 1}, "publish"),
            ({"publish": True, "rules": 5}, "rules"),
            ({"rules": DisclosureRules()}, "rules"),
        ],
    )
    def test_options_are_checked_before_anything_is_written(
        self, tmp_path: Path, options: dict[str, Any], path: str
    ) -> None:
        with pytest.raises(InvalidInputError) as caught:
            bc.write(xmr_chart([1, 2, 3]), tmp_path / "x.json", **options)
        assert [fault.path for fault in caught.value.faults] == [path]
        assert list(tmp_path.iterdir()) == []
