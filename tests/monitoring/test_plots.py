"""Pictures: what they show is what the rows say, and small counts are not in them."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from behaviour_culture.errors import InvalidInputError, MissingExtraError
from behaviour_culture.monitoring import funnel, u_chart, xmr_chart
from behaviour_culture.monitoring.plots import plot_chart, plot_funnel

matplotlib = pytest.importorskip("matplotlib")
pytest.importorskip("scipy")
COUNTS = [30, 31, 29, 33, None, 32, 28, 30, 31, 29, 30, 28, 31, 3, 70]


@pytest.fixture(autouse=True)
def _close() -> Iterator[None]:
    matplotlib.use("Agg")
    before = dict(matplotlib.rcParams)
    yield
    import matplotlib.pyplot as plt

    plt.close("all")
    assert dict(matplotlib.rcParams) == before  # no trace left behind


def line(axes: Any, label: str) -> Any:
    return next(found for found in axes.lines if found.get_label() == label)


def chart() -> Any:
    return u_chart(COUNTS, [100] * len(COUNTS), baseline=13)


class TestChart:
    def test_points_are_those_of_the_rows(self) -> None:
        made = chart()
        axes = plot_chart(made)
        drawn = line(axes, "points").get_ydata()
        rows = [np.nan if r["value"] is None else r["value"] for r in made.to_rows()]
        np.testing.assert_array_equal(drawn, rows)
        assert np.isnan(drawn[[4, 13]]).all()
        assert line(axes, "hidden: few pupils").get_xdata() == [13]
        assert list(line(axes, "signal of change, cause unknown").get_xdata()) == [14]
        assert "1 hidden; 1 point with a signal" in axes.get_title(loc="left")

    def test_inside_the_school_all_points_are_drawn(self) -> None:
        made = chart()
        axes = plot_chart(made, internal=True)
        np.testing.assert_array_equal(line(axes, "points").get_ydata(), np.asarray(made.values))

    def test_labels_and_axes_are_those_given(self) -> None:
        import matplotlib.pyplot as plt

        _, mine = plt.subplots()
        labels = [f"week {i}" for i in range(15)]
        assert plot_chart(chart(), ax=mine, labels=labels) is mine
        assert [t.get_text() for t in mine.get_xticklabels()] == labels
        assert mine.get_xlabel()
        assert mine.get_ylabel()

    def test_trial_limits_say_so(self) -> None:
        axes = plot_chart(xmr_chart([31.5, 28, 33, 30]))
        texts = [t.get_text() for t in axes.get_legend().get_texts()]
        assert "trial limits" in texts


class TestFunnel:
    def test_points_are_those_of_the_rows(self) -> None:
        made = funnel([3, 70, 60, 150], [2.5, 66, 61, 50], overdispersion=False)
        axes = plot_funnel(made, labels=["a", "b", "c", "d"])
        assert list(line(axes, "outside 99.8%, cause unknown").get_ydata()) == [3.0]
        inside = line(axes, "inside 99.8%").get_ydata()
        assert np.isnan(inside[0])
        assert [t.get_text() for t in axes.texts] == ["d"]
        assert not np.isnan(line(plot_funnel(made, internal=True), "inside 99.8%").get_ydata()[0])

    def test_names_of_points_in_one_place_do_not_cover_each_other(self) -> None:
        made = funnel([150, 151, 60, 61], [50, 50, 61, 60], overdispersion=False)
        names = plot_funnel(made).texts
        assert [text.get_ha() for text in names] == ["left", "right"]


class TestRefusals:
    @pytest.mark.parametrize(
        ("call", "path"),
        [
            (lambda: plot_chart("x"), "chart"),
            (lambda: plot_funnel(chart()), "made"),
            (lambda: plot_chart(chart(), labels=["a"]), "labels"),
            (lambda: plot_chart(chart(), labels="abcdefghijklmno"), "labels"),
            (lambda: plot_chart(chart(), internal=1), "internal"),
        ],
    )
    def test_faults_are_named(self, call: Any, path: str) -> None:
        with pytest.raises(InvalidInputError) as caught:
            call()
        assert [fault.path for fault in caught.value.faults] == [path]

    def test_without_matplotlib(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setitem(sys.modules, "matplotlib.pyplot", None)
        with pytest.raises(MissingExtraError, match=r"behaviour_culture\[plot\]"):
            plot_chart(chart())
