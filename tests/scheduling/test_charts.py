"""Charts: on the axes that are given, with titles and units, and no trace left behind."""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from attrs import evolve

import behaviour_culture as bc
from behaviour_culture.scheduling import (
    Reason,
    Robustness,
    Schedule,
    assess_robustness,
)
from behaviour_culture.scheduling.charts import plot_done_by, plot_gantt
from behaviour_culture.scheduling.reason import ReasonKind
from builders import people, plan_of, step

matplotlib = pytest.importorskip("matplotlib")
YEAR = bc.load_calendar("illustrative-2026-27")
HEAD = people(**{"head": 2, "behaviour-lead": 2})


def wordy(key: str, *before: str, lead: str = "head", weeks: int = 4) -> bc.ActionStep:
    title = f"Step {key} with a title that is longer than one line of a label can be"
    return step(key, *before, lead=lead, weeks=(1, weeks, 3 * weeks), title=title)


def made_of(*steps: bc.ActionStep) -> tuple[Schedule, bc.ActionPlan]:
    plan = plan_of(*steps)
    return bc.schedule_plan(plan, calendar=YEAR, capacity=HEAD, budget=20), plan


def schedule() -> Schedule:
    return made_of(
        wordy("a"),
        wordy("b", "a", lead="behaviour-lead"),
        wordy("c", lead="behaviour-lead", weeks=1),
    )[0]


def robustness(*steps: bc.ActionStep) -> Robustness:
    made, plan = made_of(*steps)
    return assess_robustness(made, plan, calendar=YEAR, capacity=HEAD, draws=500)


@pytest.fixture(autouse=True)
def settings() -> Iterator[dict[str, Any]]:
    """Draw to memory, and see that no setting is changed and nothing stays open."""
    import matplotlib.pyplot as plt

    matplotlib.use("Agg")
    before = dict(matplotlib.rcParams)
    yield before
    assert dict(matplotlib.rcParams) == before
    plt.close("all")


@pytest.fixture
def axes() -> Any:
    import matplotlib.pyplot as plt

    return plt.subplots()[1]


class TestGantt:
    def test_it_draws_on_the_axes_that_it_is_given(self, axes: Any) -> None:
        import matplotlib.pyplot as plt

        figures = plt.get_fignums()
        assert plot_gantt(schedule(), ax=axes) is axes
        assert plt.get_fignums() == figures

    def test_a_bar_for_each_row_of_the_table(self) -> None:
        from matplotlib.dates import num2date

        made = schedule()
        axes = plot_gantt(made, calendar=YEAR)
        bars = list(axes.containers)
        assert len(bars) == len(made.to_rows()) == 3
        for (bar,), row in zip(bars, made.to_rows(), strict=True):
            begin = num2date(bar.get_x()).date()
            end = num2date(bar.get_x() + bar.get_width()).date() - dt.timedelta(days=1)
            assert (begin.isoformat(), end.isoformat()) == (row["start"], row["finish"])
        labels = [t.get_text().replace("\n", " ") for t in axes.get_yticklabels()]
        assert labels == [row["title"] for row in made.to_rows()]

    def test_it_says_what_it_shows_and_not_by_colour_alone(self) -> None:
        axes = plot_gantt(schedule(), calendar=YEAR)
        assert axes.get_xlabel() == "Date, by month"
        assert axes.get_ylabel() == "Step"
        assert axes.get_title(loc="left") == "3 steps in 8 teaching weeks"
        legend = [t.get_text() for t in axes.get_legend().get_texts()]
        assert legend == ["behaviour lead", "head", "cannot slip", "can slip as far as"]
        hatches = {bar.get_hatch() for (bar,) in axes.containers}
        assert len(hatches) == 2
        assert {t.get_text() for t in axes.texts} == {"Autumn 1"}

    def test_slack_is_drawn_as_far_as_it_goes(self) -> None:
        from matplotlib.dates import num2date

        made = schedule()
        slipping = made.step("c")
        (line,) = plot_gantt(made, calendar=YEAR).lines
        weeks = [w.end for w in YEAR.weeks]
        last = weeks[slipping.first_week + slipping.weeks - 1 + slipping.slack_weeks]
        assert slipping.slack_weeks
        assert num2date(line.get_xdata()[1]).date() == last + dt.timedelta(days=1)

    def test_nothing_is_scheduled(self) -> None:
        assert not plot_gantt(made_of()[0], calendar=YEAR).containers

    def test_another_calendar_is_refused(self) -> None:
        other = evolve(YEAR, id="other")
        with pytest.raises(bc.InvalidInputError, match="for the calendar 'illustrative-2026"):
            plot_gantt(schedule(), calendar=other)


class TestDoneBy:
    def test_the_axes_given_and_the_numbers_of_the_table(self, axes: Any) -> None:
        found = robustness(wordy("a"), wordy("b", "a"))
        assert plot_done_by(found, ax=axes) is axes
        (image,) = axes.images
        assert image.get_array().tolist() == [
            [v for k, v in row.items() if k.startswith("done_by_")] for row in found.to_rows()
        ]
        half_terms = [t.get_text() for t in axes.get_xticklabels()]
        assert half_terms == [h.label for h in YEAR.half_terms]
        assert axes.get_ylabel() == "Step"
        assert axes.get_xlabel().startswith("Half-term")
        assert axes.get_title(loc="left") == "Chance that a step is done by the end of a half-term"

    def test_each_cell_says_its_chance_and_one_a_row_is_marked(self) -> None:
        found = robustness(wordy("a"), wordy("b", "a"))
        cells = [t.get_text() for t in plot_done_by(found).texts]
        assert len(cells) == 2 * len(YEAR.half_terms)
        assert sum(c.startswith("\N{BULLET} ") for c in cells) == 2
        assert all(c.endswith("%") for c in cells)

    def test_what_is_not_quite_certain_is_not_called_certain(self) -> None:
        found = robustness(wordy("a"))
        (entry,) = found.steps
        shares = dict.fromkeys(entry.done_by, 1.0)
        first, second, *_ = shares
        almost = evolve(entry, done_by={**shares, first: 0.001, second: 0.999})
        cells = [t.get_text() for t in plot_done_by(evolve(found, steps=[almost])).texts]
        assert cells[:3] == ["<1%", "\N{BULLET} >99%", "100%"]

    def test_an_empty_plan(self, axes: Any) -> None:
        assert plot_done_by(robustness(), ax=axes).get_ylabel() == "Step"


@pytest.mark.parametrize("chart", [plot_gantt, plot_done_by])
def test_a_missing_extra_says_what_to_install(chart: Any, monkeypatch: Any) -> None:
    given = schedule() if chart is plot_gantt else robustness(wordy("a"))
    for name in [n for n in sys.modules if n.split(".")[0] == "matplotlib"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(bc.errors.MissingExtraError, match=r'install "behaviour_culture\[plot\]"'):
        chart(given)


class TestWhatDoesNotFit:
    """Nothing that is made from a schedule passes over the steps without a place."""

    def test_it_has_a_row_in_the_charts_and_in_their_numbers(self) -> None:
        made = evolve(schedule(), left_out={"staff-survey": [Reason(kind=ReasonKind.STOPPED)]})
        axes = plot_gantt(made)
        assert axes.get_yticklabels()[-1].get_text() == "staff survey"
        assert "1 of 4 steps does not fit" in axes.get_title(loc="left")
        assert made.to_rows()[-1]["step"] == "staff-survey"
        assert made.to_rows()[-1]["start"] is None
        found = evolve(robustness(wordy("a")), unscheduled={"staff-survey": "Ask staff"})
        axes = plot_done_by(found)
        assert axes.get_yticklabels()[-1].get_text() == "Ask staff (does not fit)"
        assert axes.texts[-1].get_text() == "0%"
        assert found.to_rows()[-1]["done"] == 0
        assert "1 of 2 steps does not fit the schedule" in str(found)
