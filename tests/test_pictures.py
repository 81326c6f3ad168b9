"""Pictures: every kind is drawn on the axes given, says in words what it shows, and has numbers."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

import behaviour_culture as bc
from behaviour_culture._pictures import PICTURES

matplotlib = pytest.importorskip("matplotlib")
pytest.importorskip("scipy")
pytest.importorskip("statsmodels")
from shown import shown_objects  # noqa: E402  (it needs the extras)

KINDS = [(name.rpartition(".")[2], kind) for name, kinds in PICTURES.items() for kind in kinds]
IDS = [f"{name}-{kind}" for name, kind in KINDS]


@pytest.fixture(autouse=True)
def _no_trace() -> Iterator[None]:
    matplotlib.use("Agg")
    before = dict(matplotlib.rcParams)
    yield
    import matplotlib.pyplot as plt

    plt.close("all")
    assert dict(matplotlib.rcParams) == before


def test_there_is_an_object_of_each_class_with_pictures() -> None:
    assert set(shown_objects()) == {name for name, _ in KINDS}


@pytest.mark.parametrize(("name", "kind"), KINDS, ids=IDS)
class TestEachPicture:
    def test_it_is_drawn_on_the_axes_given_with_words_on_both(self, name: str, kind: str) -> None:
        import matplotlib.pyplot as plt

        figure, (mine, other) = plt.subplots(1, 2)
        axes = shown_objects()[name].plot(kind, ax=mine)
        assert axes is mine
        assert axes.get_xlabel() or axes.get_ylabel()
        assert axes.get_title(loc="left")
        assert axes.has_data()
        assert not other.has_data()
        legend = axes.get_legend()
        if legend is not None:  # inside, so that a grid of pictures can be used
            figure.canvas.draw()
            box, room = legend.get_window_extent(), axes.get_window_extent()
            assert box.x0 < room.x1

    def test_words_say_what_it_shows(self, name: str, kind: str) -> None:
        words = shown_objects()[name].plot.describe(kind)
        assert words == getattr(shown_objects()[name].plot, kind).describe()
        assert words.endswith(".")
        assert "\n" not in words
        assert "  " not in words
        assert "<" not in words
        assert len(words) > 40

    def test_numbers_are_plain_rows(self, name: str, kind: str) -> None:
        rows = shown_objects()[name].plot.rows(kind)
        assert rows
        assert json.loads(json.dumps(rows, allow_nan=False)) == rows

    def test_it_is_read_on_a_dark_page(self, name: str, kind: str) -> None:
        import matplotlib.pyplot as plt
        from matplotlib.colors import to_hex

        with plt.style.context("dark_background"):
            axes = shown_objects()[name].plot(kind)
            around = [*axes.get_xticklabels(), *axes.get_yticklabels(), axes.xaxis.label]
            assert {to_hex(words.get_color()) for words in around} == {"#ffffff"}
            assert to_hex(axes.get_facecolor()) == "#ffffff"
            if not axes.images:  # a cell of a table may be dark
                words_on_it = (
                    axes.texts
                    if axes.get_legend() is None
                    else [*axes.texts, *axes.get_legend().get_texts()]
                )
                assert "#ffffff" not in {to_hex(words.get_color()) for words in words_on_it}


class TestTheAccessor:
    def test_tab_lists_the_kinds(self) -> None:
        schedule = shown_objects()["Schedule"]
        assert {"gantt", "load", "describe", "rows"} <= set(dir(schedule.plot))
        assert schedule.plot.kinds == ("gantt", "load")
        assert repr(schedule.plot) == "<pictures of a Schedule: gantt, load>"
        assert schedule.plot.load(role="head").get_title(loc="left")
        assert schedule.plot.load.rows(role="head") == schedule.plot.rows("load", role="head")
        assert repr(schedule.plot.load) == "<picture load>"

    def test_a_kind_that_is_none_gets_a_suggestion(self) -> None:
        schedule = shown_objects()["Schedule"]
        with pytest.raises(bc.errors.UnknownNameError, match="did you mean 'gantt'"):
            schedule.plot("gant")
        with pytest.raises(AttributeError, match="there is gantt, load"):
            _ = schedule.plot.gant

    def test_an_object_without_pictures_has_no_plot(self) -> None:
        school: Any = bc.School(id="a", name="A")
        assert not hasattr(school, "plot")

    def test_small_counts_are_in_no_picture(self) -> None:
        series = shown_objects()["Series"]
        hidden = [row for row in series.plot.rows() if row["count"] is None]
        assert len(hidden) == 1
        assert len([r for r in series.plot.rows(internal=True) if r["count"] is None]) == 0


class TestInANotebook:
    @pytest.mark.parametrize("name", ["Forecast", "ImpactResult", "Robustness", "SobolIndices"])
    def test_a_result_of_draws_says_how_many_and_which(self, name: str) -> None:
        made = shown_objects()[name]
        assert f"Made with {made.draws:,} draws, seed {made.seed}." in made._repr_html_()

    def test_no_estimate_is_shown_without_its_interval(self) -> None:
        frontier, sobol = shown_objects()["Frontier"], shown_objects()["SobolIndices"]
        for choice in frontier.choices:
            assert f"({choice.benefit.lower:.3g} to {choice.benefit.upper:.3g})" in str(frontier)
        for low, high in (*sobol.first_interval, *sobol.total_interval):
            assert f"({low:.0%} to {high:.0%})" in str(sobol)
        pooled = bc.impact.pool_effects([-0.30, -0.10, 0.05], [0.08, 0.06, 0.09])
        assert f"[{pooled.estimate.lower:.3g}, {pooled.estimate.upper:.3g}]" in repr(pooled)
