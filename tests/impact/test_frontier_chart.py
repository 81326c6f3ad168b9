"""The picture of a frontier: on the axes that are given, and it hides no interval."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

import behaviour_culture as bc
from behaviour_culture.impact import Frontier, efficient_frontier
from behaviour_culture.impact.choosing.frontier import plot_frontier
from behaviour_culture.impact.forecasting.chart import plot_forecast

matplotlib = pytest.importorskip("matplotlib")


@pytest.fixture(autouse=True)
def _off_screen() -> Iterator[None]:
    matplotlib.use("Agg")
    before = dict(matplotlib.rcParams)
    yield
    assert dict(matplotlib.rcParams) == before
    import matplotlib.pyplot as plt

    plt.close("all")


def frontier(spread: float = 0.3) -> Frontier:
    steps = [
        bc.ActionStep(
            id=k, title=k, lead="head", hours_per_week={"head": h}, weeks=bc.Weeks(2, 3, 4)
        )
        for k, h in (("a", 1.0), ("b", 2.0), ("c", 4.0))
    ]
    book = bc.StepCatalogue(id="book", name="B", framework="f", edition="1", steps=steps)
    draws = np.random.default_rng(0).normal([3, 2, 1], spread, (4000, 3))
    return efficient_frontier(book, draws, points=5)


def texts_of(axes: Any) -> list[str]:
    return [t.get_text() for t in axes.texts] + [
        t.get_text() for t in axes.get_legend().get_texts()
    ]


def test_line_marks_and_numbers_are_those_of_the_rows() -> None:
    found = frontier()
    axes = plot_frontier(found)
    line = axes.lines[0]
    rows = found.to_rows()
    assert list(line.get_xdata()) == [r["hours"] for r in rows]
    assert list(line.get_ydata()) == [r["value"] for r in rows]
    shown = texts_of(axes)
    assert [str(r["steps"]) for r in rows] == shown[: len(rows)]
    assert "95% interval of the benefit" in shown
    assert "hours" in axes.get_xlabel()
    assert axes.get_ylabel() == "Mean benefit"


def test_on_given_axes_and_without_choices() -> None:
    import matplotlib.pyplot as plt

    _, axes = plt.subplots()
    assert plot_frontier(frontier(), ax=axes) is axes
    assert plot_frontier(Frontier(plan="p", choices=()), ax=axes) is axes


def test_an_interval_too_wide_to_draw_is_told() -> None:
    axes = plot_frontier(frontier(spread=30))
    assert not axes.collections or all(
        "interval" not in str(c.get_label()) for c in axes.collections
    )
    shown = " ".join(texts_of(axes))
    assert "wider than this picture" in shown
    assert "for the last choice" in shown
    low, high = axes.get_ylim()
    assert all(low < y < high for y in axes.lines[0].get_ydata())


def test_refusals(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(bc.InvalidInputError, match="Frontier"):
        plot_frontier("no")  # type: ignore[arg-type]
    found = frontier()
    monkeypatch.setitem(sys.modules, "matplotlib.pyplot", None)
    with pytest.raises(bc.errors.MissingExtraError, match="plot"):
        plot_frontier(found)


@pytest.mark.parametrize("outcome", ["conduct", "climate-pupils", "p"])
def test_a_forecast_is_drawn_as_its_rows_say(make: Any, outcome: str) -> None:
    plan = make.plan(make.step("a"))
    result = make.result({"p": (0.6, 0.1)})
    schedule = bc.schedule_plan(
        plan,
        calendar=bc.load_calendar("illustrative-2026-27"),
        capacity=bc.Capacity(roles=[bc.Role(id="head", title="Head", hours_per_week=9)]),
        budget=1,
    )
    made = bc.forecast(plan, result, schedule, draws=200, half_terms=3)
    rows = [r for r in made.to_rows() if r["series"] == outcome]
    axes = plot_forecast(made, outcome)
    np.testing.assert_allclose(axes.lines[0].get_ydata(), [100 * r["mean"] for r in rows])
    assert [t.get_text() for t in axes.get_xticklabels()] == [r["label"] for r in rows]
    ends = axes.collections[0].get_paths()[0].vertices[:, 1]
    assert min(ends) == pytest.approx(100 * min(r["lower_95"] for r in rows))
    assert max(ends) == pytest.approx(100 * max(r["upper_95"] for r in rows))
    assert "not a prediction" in axes.get_title(loc="left")


def test_what_is_no_forecast_is_refused() -> None:
    with pytest.raises(bc.InvalidInputError, match="forecast"):
        plot_forecast(None)  # type: ignore[arg-type]
