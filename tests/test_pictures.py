"""Pictures: every kind is drawn on the axes given, says in words what it shows, and has numbers."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
from attrs import evolve

import behaviour_culture as bc
from behaviour_culture._pictures import PICTURES
from behaviour_culture.journey import demo_folder
from behaviour_culture.review.result import Agreement
from builders import audit_of, framework_of

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
            box = legend.get_window_extent(figure.canvas.get_renderer())
            room = axes.get_window_extent()
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


def shown(name: str) -> Any:
    return shown_objects()[name]


def half_answered() -> Any:
    framework = framework_of({"a": [1, 1], "b": [1]})
    return bc.score_audit(
        audit_of(framework, 2, responses=audit_of(framework, 2).responses[1:]), framework
    )


def of_many() -> Any:
    run = shown("ScenarioRuns").runs[0]
    cases = [evolve(run.scenario, id=f"case-{i}") for i in range(50)]
    return evolve(shown("ScenarioRuns"), runs=[evolve(run, scenario=case) for case in cases])


def with_a_small_count() -> Any:
    counts = shown("JudgedCounts")
    entry = counts.entries[0]
    first, *rest = entry.series.periods
    few = evolve(entry.series, periods=[evolve(first, count=3), *rest])
    return evolve(counts, entries=[evolve(entry, series=few, chart=None)])


def at_some_distance() -> Any:
    """A hub whose one lead has room for one partner."""
    hub = bc.read(demo_folder() / "illustrative_hub.toml")
    return bc.programme.match_hub(evolve(hub, leads=[evolve(hub.leads[0], places={"core": 1})]))


OTHERS: dict[str, tuple[Callable[[], Any], str, str]] = {
    "answers are missing": (half_answered, "profile", "whatever missing answers are"),
    "no change is clear": (
        lambda: evolve(
            shown("RoundComparison"),
            changes=[c for c in shown("RoundComparison").changes if not c.clear],
        ),
        "rounds",
        "could be no change",
    ),
    "too few studies for a new setting": (
        lambda: bc.impact.pool_effects([-0.3, -0.1], [0.08, 0.06]),
        "forest",
        "studies; mean over settings",
    ),
    "every step has a place": (
        lambda: evolve(shown("ScenarioRuns"), runs=shown("ScenarioRuns").runs[:1]),
        "runs",
        "mean, 80% of draws; the plan as it is",
    ),
    "too many cases to name": (of_many, "runs", "the plan as it is"),
    "few points of measured values": (
        lambda: bc.monitoring.interrupted_time_series(
            [30.5, 28, 33, 31, 29, 12, 11, 13, 10, 12.5], change_at=5, family="gaussian"
        ),
        "before_after",
        "a description: too short",
    ),
    "what was counted has changed": (
        lambda: evolve(
            shown("Verdict"),
            measures=[evolve(m, recording_changes=["a form"]) for m in shown("Verdict").measures],
        ),
        "measures",
        "hidden or not comparable",
    ),
    "a small count before the plan": (with_a_small_count, "counted", "left out or hidden"),
    "a small count in a review": (
        lambda: evolve(
            shown("PlanReview"),
            outcomes=[
                evolve(o, agreement=Agreement.HIDDEN, seen=None)
                for o in shown("PlanReview").outcomes
            ],
        ),
        "seen",
        "hidden: small count",
    ),
    "nothing was expected": (
        lambda: evolve(
            shown("PlanReview"),
            outcomes=[
                evolve(o, expected=None, unchanged=None) for o in shown("PlanReview").outcomes
            ],
        ),
        "seen",
        "seen",
    ),
    "values below nought": (
        lambda: bc.monitoring.xmr_chart([1.5, -2, 3, 0, 1, -1, 2, 1, 0, -3, 2, 1]),
        "control",
        "limits; centre line",
    ),
    "too few schools for intervals": (
        lambda: evolve(shown("DifferenceInDifferences"), event_lower=[], event_upper=[]),
        "event_study",
        "before; after",
    ),
    "not everybody has a place": (at_some_distance, "matching", "no place"),
}
"""Objects that show what the usual ones do not, the kind of picture, and its words for it."""
EMPTY: dict[str, tuple[Callable[[], Any], str, str]] = {
    "scores of the whole alone": (
        lambda: evolve(shown("AuditResult"), scores=[shown("AuditResult").whole]),
        "profile",
        "the whole is ",
    ),
    "no group": (
        lambda: evolve(shown("GroupedResult"), groups=[], gaps=[]), "perception_gap", "(no group)",
    ),
    "no link": (lambda: evolve(shown("Crosswalk"), links=[]), "links", "Grid of 0 links"),
    "no principle answered": (
        lambda: evolve(shown("Forecast"), maturity=[]), "practice", "no step of the plan answers",
    ),
    "no step scored": (lambda: evolve(shown("ImpactResult"), steps=[]), "index", "none could be"),
    "no hours": (lambda: evolve(shown("Schedule"), use=[]), "load", "asks no hours of anybody"),
    "no step scheduled": (
        lambda: evolve(shown("Robustness"), steps=[]), "done_by", "each of 0 scheduled steps",
    ),
    "groups too small": (
        lambda: evolve(shown("CohortBands"), quantiles=np.full((1, 14, 5), np.nan)),
        "spread",
        "lies: not shown",
    ),
}  # fmt: skip
"""Objects that have little to show, the kind of picture, and what `describe` says of it."""


class TestOthers:
    @pytest.mark.parametrize("case", OTHERS)
    def test_what_is_seldom_shown_is_said_in_the_picture(self, case: str) -> None:
        make, kind, words = OTHERS[case]
        axes = make().plot(kind)
        legend = axes.get_legend()
        labels = [text.get_text() for text in legend.get_texts()] if legend else []
        said = "; ".join([*labels, *(text.get_text() for text in axes.texts)])
        assert words in said

    @pytest.mark.parametrize("case", EMPTY)
    def test_nothing_to_show_is_a_picture_without_marks(self, case: str) -> None:
        make, kind, words = EMPTY[case]
        made = make()
        assert made.plot(kind).get_title(loc="left") or kind == "done_by"
        assert words in made.plot.describe(kind)

    def test_inside_the_school_the_lines_of_the_model_are_drawn(self) -> None:
        axes = shown("InterruptedTimeSeries").plot.before_after(internal=True)
        labels = [text.get_text() for text in axes.get_legend().get_texts()]
        assert labels == ["seen", "model", "without the change, by the model", "the change"]

    def test_scenarios_by_an_outcome_that_is_named(self) -> None:
        compared = shown("ForecastComparison")
        rows = compared.plot.rows("scenarios", outcome="climate-staff")
        assert {row["series"] for row in rows} == {"climate-staff"}
        with pytest.raises(bc.errors.UnknownNameError, match="did you mean 'climate-staff'"):
            compared.plot.rows("scenarios", outcome="climate-staf")


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
