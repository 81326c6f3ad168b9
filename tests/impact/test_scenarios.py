"""Many scenarios of one plan: one answer with `schedule_plan`, the same bits, never run twice."""

from __future__ import annotations

import datetime as dt
import shelve
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

import behaviour_culture as bc
from behaviour_culture.impact import ScenarioRun, ScenarioRuns, scenario_grid
from behaviour_culture.scheduling import engine
from builders import example_journey

EXAMPLE = Path(__file__).parents[2] / "examples" / "illustrative_journey.toml"
DRAWS = 300


@pytest.fixture(scope="module")
def made() -> Any:
    return example_journey()


def run(made: Any, scenarios: Any, **options: Any) -> ScenarioRuns:
    return bc.run_scenarios(
        made.plan, made.result, made.schedule, scenarios, **{"draws": DRAWS, **options}
    )


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every search that is given no budget builds a few schedules only."""
    monkeypatch.setattr(engine, "_BUDGET", 50)


GRID = scenario_grid(turnover=[0.1, 0.4], delay_weeks=[0, 13], maintenance=[None, False])


class TestOneAnswer:
    @pytest.mark.usefixtures("quick")
    def test_half_the_hours_is_what_schedule_plan_makes_of_half_the_hours(self, made: Any) -> None:
        of = made.schedule.options
        half = bc.schedule_plan(
            made.plan,
            calendar=made.calendar,
            capacity=made.school.capacity.times(0.5),
            pins=of.pins,
            deadlines=of.deadlines,
            launch_limit=of.launch_limit,
            benefits=of.benefits,
            prefer=of.prefer,
            seed=made.schedule.seed,
        )
        told = bc.forecast(made.plan, made.result, half, draws=DRAWS)
        scenario = bc.content.load_content("scenario", "half-capacity")
        asked = bc.forecast(made.plan, made.result, made.schedule, scenario=scenario, draws=DRAWS)
        assert asked.outcomes == told.outcomes
        assert asked.maturity == told.maturity
        assert asked.unscheduled == told.unscheduled == tuple(
            s.id for s in made.plan.steps if s.id in half.left_out
        )  # fmt: skip
        assert asked.unscheduled
        runs = run(made, [scenario])
        assert runs.scenario("half-capacity").unscheduled == asked.unscheduled
        assert f"{len(asked.unscheduled)} steps not scheduled" in str(runs)

    def test_a_run_is_the_forecast_under_its_scenario(self, made: Any) -> None:
        runs = run(made, GRID, seed=4)
        planned = bc.forecast(made.plan, made.result, made.schedule, draws=DRAWS, seed=4)
        assert runs.planned == planned.outcomes
        for scenario in GRID[:3]:
            alone = bc.forecast(
                made.plan, made.result, made.schedule, scenario=scenario, draws=DRAWS, seed=4
            )
            assert runs.scenario(scenario.id).outcomes == alone.outcomes

    def test_the_comparison_is_that_of_compare_forecasts(self, made: Any) -> None:
        compared = bc.compare_forecasts(
            iter(GRID[:3]), made.plan, made.result, made.schedule, draws=DRAWS
        )
        assert run(made, GRID).comparison.differences[:3] == compared.differences

    def test_the_plan_itself_makes_no_difference(self, made: Any) -> None:
        same = run(made, scenario_grid(hours=[1, None])).runs[0]
        assert not any(s.mean.any() for s in same.against_plan)
        assert all(e.ratio.value == pytest.approx(1) for e in same.delivered)

    def test_shares_of_hours_keep_people_and_scale_the_rest(self, made: Any) -> None:
        capacity = made.school.capacity
        half = capacity.times(0.5)
        assert [r.people for r in half.roles] == [r.people for r in capacity.roles]
        for role in capacity.roles:
            day = made.schedule.starts
            assert half.hours(role.id, day) == capacity.hours(role.id, day) / 2
        with pytest.raises(bc.InvalidInputError, match="share"):
            capacity.times(0)


class Backwards(Executor):
    """Does the work when it has all of it, the last first."""

    def __init__(self) -> None:
        self.waiting: list[tuple[Future[Any], Any, Any]] = []

    def submit(self, fn: Any, /, *args: Any, **_kwargs: Any) -> Future[Any]:
        self.waiting.append((Future(), fn, args))
        future, fn, args = self.waiting.pop()
        future.set_result(fn(*args))
        return future


class TestBits:
    def test_the_same_for_any_executor_and_any_scenarios_beside_it(self, made: Any) -> None:
        alone = run(made, GRID)
        with ThreadPoolExecutor(3) as pool:
            assert run(made, GRID, executor=pool) == alone
        assert run(made, GRID, executor=Backwards()) == alone
        assert run(made, GRID[::-1]).runs == alone.runs[::-1]
        assert run(made, [GRID[5]]).runs == (alone.runs[5],)
        assert run(made, GRID, seed=1) != alone

    def test_processes_of_our_own(self, made: Any) -> None:
        assert run(made, GRID[:2], workers=2) == run(made, GRID[:2])

    def test_several_groups_of_draws_are_added_up_in_their_order(self, made: Any) -> None:
        many = 70_000
        alone = run(made, GRID[:1], draws=many, half_terms=2)
        with ThreadPoolExecutor(2) as pool:
            assert run(made, GRID[:1], draws=many, half_terms=2, executor=pool) == alone


class TestProgress:
    def test_it_is_told_along_the_way_and_to_the_end(self, made: Any) -> None:
        told: list[tuple[int, int]] = []

        def progress(stage: str, *at: int) -> None:
            assert stage == "comparing scenarios"
            told.append((at[0], at[1]))

        run(made, GRID, progress=progress)
        total = DRAWS * (len(GRID) + 1)
        assert told[-1] == (total, total)
        assert len(told) >= len(GRID)
        assert told == sorted(told)
        told.clear()
        bc.compare_forecasts(
            GRID, made.plan, made.result, made.schedule, draws=DRAWS,
            progress=progress,
        )  # fmt: skip
        assert told[-1] == (DRAWS * len(GRID), DRAWS * len(GRID))
        assert len(told) >= len(GRID)


class TestGoingOn:
    def test_what_is_finished_is_kept_when_it_breaks_off(self, made: Any) -> None:
        kept: dict[str, ScenarioRun] = {}

        def stop(_stage: str, done: int, _total: int) -> None:
            if done >= 3 * DRAWS:
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            run(made, GRID, kept=kept, progress=stop)
        finished = dict(kept)
        assert 0 < len(finished) < len(GRID)
        told: list[int] = []
        resumed = run(made, GRID, kept=kept, progress=lambda _, done, __: told.append(done))
        assert resumed == run(made, GRID)
        assert told[0] > DRAWS * len(finished)
        assert all(kept[key] is value for key, value in finished.items())
        again = run(made, GRID, kept=kept)
        assert again == resumed

    def test_a_shelf_keeps_them_for_another_process(self, made: Any, tmp_path: Path) -> None:
        with shelve.open(str(tmp_path / "runs")) as shelf:  # noqa: S301  (our own)
            first = run(made, GRID[:3], kept=shelf)
        with shelve.open(str(tmp_path / "runs")) as shelf:  # noqa: S301
            assert len(shelf) == 4
            assert run(made, GRID[:4], kept=shelf).runs[:3] == first.runs

    def test_a_run_of_something_else_is_not_taken_for_it(self, made: Any) -> None:
        kept: dict[str, ScenarioRun] = {}
        run(made, GRID[:1], kept=kept)
        other = run(made, GRID[:1], kept=kept, seed=9)
        assert other == run(made, GRID[:1], seed=9)
        (key, *_) = kept
        swapped = {key: other.runs[0]}
        assert run(made, GRID[:1], kept=swapped) == run(made, GRID[:1])


class TestRows:
    def test_one_row_for_each_scenario_measure_outcome_and_half_term(self, made: Any) -> None:
        runs = run(made, GRID, half_terms=3)
        rows = runs.to_rows()
        outcomes = len(runs.planned)
        assert len(rows) == 3 * outcomes * (2 * len(GRID) + 1)
        keys = [(r["scenario"], r["measure"], r["outcome"], r["half_term"]) for r in rows]
        assert len(set(keys)) == len(keys)
        assert {r["scenario"] for r in rows} == {"as-planned", *(s.id for s in GRID)}
        frame = runs.to_frame(kind="polars")
        assert frame.height == len(rows)
        assert frame["ends"].dtype.is_temporal()
        assert len(runs.delivery_rows()) == len(GRID) * len(runs.runs[0].delivered)

    def test_it_comes_back_from_its_file(self, made: Any) -> None:
        runs = run(made, GRID[:2], half_terms=2)
        assert bc.loads(bc.dumps(runs, format="json"), format="json") == runs


class TestGrid:
    @given(
        st.lists(st.sampled_from([0.25, 0.5, 1.0]), unique=True),
        st.lists(st.sampled_from([None, 0.0, 0.125, 1.0]), unique=True, min_size=1),
    )
    def test_each_combination_once_under_an_id_of_its_own(
        self, hours: list[float], turnover: list[float | None]
    ) -> None:
        grid = scenario_grid(hours=hours, turnover=turnover)
        assert len(grid) == max(1, len(hours)) * len(turnover)
        assert len({s.id for s in grid}) == len({s.name for s in grid}) == len(grid)
        assert {s.staff_turnover for s in grid} == set(turnover)
        assert {s.capacity for s in grid} == set(hours or [1.0])

    @pytest.mark.parametrize(
        ("values", "path"),
        [
            ({}, "hours"),
            ({"hours": 0.5}, "hours"),
            ({"hours": [0.5, 0.5]}, "hours"),
            ({"turnover": [33]}, "turnover\\[0\\]"),
        ],
    )
    def test_what_makes_no_grid_is_refused(self, values: Any, path: str) -> None:
        with pytest.raises(bc.InvalidInputError, match=path):
            scenario_grid(**values)


@pytest.mark.parametrize(
    ("scenarios", "options", "path"),
    [
        ([], {}, "scenarios"),
        ([GRID[0], GRID[0]], {}, "scenarios"),
        ("half-capacity", {}, "scenarios"),
        ([bc.Scenario(id="as-planned", name="x")], {}, r"scenarios\[0\].id"),
        (GRID, {"kept": []}, "kept"),
        (GRID, {"draws": 1}, "draws"),
    ],
)
def test_what_cannot_be_run_is_refused(made: Any, scenarios: Any, options: Any, path: str) -> None:
    with pytest.raises(bc.InvalidInputError, match=path):
        run(made, scenarios, **options)


@pytest.mark.usefixtures("quick")
def test_other_hours_need_the_hours_and_the_calendar(made: Any) -> None:
    half = [bc.content.load_content("scenario", "half-capacity")]
    old = evolve(made.schedule, capacity=None)
    with pytest.raises(bc.InvalidInputError, match=r"scenarios\[0\].capacity.*hours"):
        bc.run_scenarios(made.plan, made.result, old, half, draws=DRAWS)
    away = evolve(made.schedule, calendar="ours")
    with pytest.raises(bc.InvalidInputError, match="calendar="):
        bc.run_scenarios(made.plan, made.result, away, half, draws=DRAWS)
    mine = evolve(made.calendar, id="ours")
    runs = bc.run_scenarios(made.plan, made.result, away, half, draws=DRAWS, calendar=mine)
    assert runs.calendar == "ours"


def test_a_schedule_that_was_planned_again_does_not_say_hours(made: Any) -> None:
    assert made.schedule.capacity == made.school.capacity
    changed = bc.scheduling.replan(
        made.schedule,
        made.plan,
        [],
        today=made.schedule.starts + dt.timedelta(weeks=6),
        calendar=made.calendar,
        capacity=made.school.capacity,
    )
    assert changed.schedule.capacity is None


def test_work_over_more_weeks_shows_by_as_much_later(made: Any) -> None:
    step = made.schedule.steps[0]
    spread = evolve(step, likely_weeks=max(1, step.weeks // 2), weeks=2 * (step.weeks // 2) or 2)
    slow = evolve(made.schedule, steps=[spread, *made.schedule.steps[1:]])
    at = [s.id for s in made.plan.steps].index(step.step)
    usual, later = (
        bc.forecast(made.plan, made.result, s, draws=100).inputs.starts[at]
        for s in (made.schedule, slow)
    )
    assert later > usual
    assert np.isfinite(later)
