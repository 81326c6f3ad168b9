"""Forecasts of whole plans: against the index, in scenarios, the same bits, refusals."""

from __future__ import annotations

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from typing import Any

import numpy as np
import pytest
from attrs import evolve

import behaviour_culture as bc
from behaviour_culture.content import content_ids, load_content
from behaviour_culture.errors import UnknownContentError
from behaviour_culture.impact.forecasting.run import Job, run_job
from behaviour_culture.impact.forecasting.series import CLEAR, chances
from behaviour_culture.impact.forecasting.tally import Tally
from behaviour_culture.impact.forecasting.times import DAYS, half_term_ends
from behaviour_culture.scheduling import ReasonKind, ScheduleStatus
from behaviour_culture.scheduling.result import BoundSource
from builders import example_journey
from long_calls import seen

START = dt.date(2026, 9, 1)

SCENARIOS = tuple(
    load_content("scenario", name) for name in content_ids("scenario") if name != "half-capacity"
)
"""Those that need no new schedule: the schedules here are made by hand and say no hours."""


def schedule(plan: bc.ActionPlan, weeks: dict[str, int]) -> bc.Schedule:
    """Each step starts so many weeks after the plan and takes two."""
    steps = [
        bc.scheduling.ScheduledStep(
            step=s.id, title=s.title, lead=s.lead, start=START + dt.timedelta(weeks=weeks[s.id]),
            finish=START + dt.timedelta(weeks=weeks[s.id] + 2), first_week=weeks[s.id], weeks=2,
            half_term="Autumn 1", finish_half_term="Autumn 1", slack_weeks=0,
            reasons=[bc.scheduling.Reason(kind=ReasonKind.START, week=START)],
        )
        for s in plan.steps
        if s.id in weeks
    ]  # fmt: skip
    return bc.Schedule(
        id="s", plan=plan.id, calendar="c", engine="given", seed=0, status=ScheduleStatus.PARTIAL,
        makespan=10, lower_bound=1, bound_by=BoundSource.CHAIN, most_placed=1, tried=1,
        starts=START, ends=START + dt.timedelta(weeks=20), steps=steps,
        left_out={
            s.id: [bc.scheduling.Reason(kind=ReasonKind.STOPPED)]
            for s in plan.steps
            if s.id not in weeks
        },
    )  # fmt: skip


class Case:
    """A plan of three steps on two principles, kept up, all at once unless weeks are given."""

    def __init__(self, make: Any, **weeks: int) -> None:
        self.plan = make.plan(
            make.step("a", ["p"], reach=0.8, phase=bc.StepPhase.MONITOR),
            make.step("b", ["p", "q"], before=["a"], reach=0.6),
            make.step(
                "c", ["q"], parameter="teacher-training", grade="A", phase=bc.StepPhase.MONITOR
            ),
        )
        self.result = make.result({"p": (0.6, 0.1), "q": (0.8, 0.1)})
        self.schedule = schedule(self.plan, weeks or {"a": 0, "b": 0, "c": 0})

    def forecast(self, **options: Any) -> bc.Forecast:
        return bc.forecast(
            self.plan, self.result, self.schedule, **{"draws": 4_000, "half_terms": 6, **options}
        )

    def compare(self, scenarios: Any, **options: Any) -> bc.impact.ForecastComparison:
        return bc.compare_forecasts(
            scenarios, self.plan, self.result, self.schedule,
            **{"draws": 2_000, "half_terms": 6, **options},
        )  # fmt: skip


@pytest.fixture(scope="module")
def case(make: Any) -> Case:
    return Case(make)


class TestAgainstTheIndex:
    def test_in_the_long_run_of_a_plan_that_is_kept_it_is_the_planning_index(
        self, make: Any, case: Case
    ) -> None:
        base = make.evidence(dropout_hazard=0.0, ramp_months=1.0)
        kept = bc.Scenario(
            id="kept", name="Kept up", maintenance=True, basis={"maintenance": "judgement"}
        )
        made = case.forecast(
            evidence=base, scenario=kept, draws=40_000, half_terms=60, seed=5
        ).outcome("conduct")
        index = bc.score_impact(case.plan, case.result, evidence=base, draws=40_000, seed=6).total
        error = 5 * index.standard_error / 100 / 40_000**0.5 * 2**0.5
        assert made.mean[-1] == pytest.approx(index.value / 100, abs=error)
        assert made.deviation[-1] == pytest.approx(index.standard_error / 100, rel=0.03)
        assert made.interval()[-1] == pytest.approx(
            [index.lower / 100, index.upper / 100], abs=0.01
        )

    def test_the_mean_of_one_step_grows_as_the_ramp_says(self, make: Any) -> None:
        plan = make.plan(make.step("a"))
        base = make.sure_evidence(dropout_hazard=0.0, ramp_months=6.0)
        made = bc.forecast(
            plan, make.result({"p": (0.5, 0.0)}), schedule(plan, {"a": 0}),
            evidence=base, draws=1_000, half_terms=3, scenario=bc.Scenario(
                id="kept", name="Kept up", maintenance=True, basis={"maintenance": "judgement"}),
        ).outcome("conduct")  # fmt: skip
        growth = 1 - np.exp(-np.array([2, 4, 6]) / 6)
        assert made.mean / made.mean[-1] == pytest.approx(growth / growth[-1], rel=1e-9)


class TestScenarios:
    def test_all_shipped_ones_are_judgement_and_never_better_where_effects_are_sure(
        self, make: Any, case: Case
    ) -> None:
        made = case.compare(SCENARIOS, evidence=make.sure_evidence(view_spread=0.0))
        for entry in made.differences:
            assert all("judgement" in text for text in entry.scenario.basis.values())
            for series in entry.outcomes:
                assert (series.mean <= 1e-12).all()
                assert (series.p_benefit == 0).all()
            assert entry.outcome("conduct").mean.min() < -1e-4

    def test_differences_are_those_of_two_forecasts_with_the_same_seed(self, case: Case) -> None:
        late = load_content("scenario", "late-start")
        made = case.compare([late], seed=3).scenario("late-start")
        alone = [case.forecast(scenario=s, seed=3, draws=2_000) for s in (None, late)]
        for series in made.outcomes:
            means = [f.outcome(series.id).mean for f in alone]
            assert series.mean == pytest.approx(means[1] - means[0], abs=1e-12)
        spread = alone[0].outcome("conduct").deviation
        assert (made.outcome("conduct").deviation[1:] < spread[1:]).all()

    def test_a_scenario_that_changes_nothing_makes_no_difference(self, case: Case) -> None:
        made = case.compare([bc.Scenario(id="same", name="Same")])
        for series in made.differences[0].outcomes:
            assert (series.mean == 0).all()
            assert (series.intervals == 0).all()

    def test_unknown_ids_get_a_suggestion(self) -> None:
        with pytest.raises(UnknownContentError, match="did you mean 'late-start'"):
            load_content("scenario", "late-starts")

    @pytest.mark.parametrize(
        ("fields", "path"),
        [
            ({"capacity": 0.5}, "basis.capacity"),
            ({"capacity": 0}, "capacity"),
            ({"staff_turnover": 1.5}, "staff_turnover"),
            ({"start_delay_weeks": 1.5}, "start_delay_weeks"),
            ({"leader_leaves": 0}, "leader_leaves"),
            ({"maintenance": "no"}, "maintenance"),
            ({"dropout": float("nan")}, "dropout"),
            ({"basis": {"capacities": "judgement"}}, "basis"),
            ({"basis": "judgement"}, "basis"),
            ({"capacity": 0.5, "basis": {"capacity": " "}}, "basis.capacity"),
        ],
    )
    def test_refusals(self, fields: dict[str, Any], path: str) -> None:
        with pytest.raises(bc.InvalidInputError) as caught:
            bc.Scenario(id="x", name="X", **fields)
        assert path in [f.path for f in caught.value.faults]


class TestViews:
    def test_staff_and_pupils_may_disagree_and_are_never_averaged(self, case: Case) -> None:
        made = case.forecast()
        assert [s.id for s in made.outcomes] == ["conduct", "climate-staff", "climate-pupils"]
        assert "may disagree" in str(made)
        staff, pupils = made.outcome("climate-staff"), made.outcome("climate-pupils")
        assert staff.mean[-1] > pupils.mean[-1]
        assert staff.deviation[-1] > made.outcome("conduct").deviation[-1]

    def test_outcomes_on_other_scales_stay_apart(self, make: Any) -> None:
        plan = make.plan(
            make.step("a"),
            make.step("l", parameter="absence-letter", grade="B", reach=0.2),
            make.step("m", parameter="empathic-mindset", grade="C"),
            make.step("s", parameter="suspension-programme", grade="B"),
        )
        made = bc.forecast(
            plan,
            make.result({"p": (0.6, 0.1)}),
            schedule(plan, dict.fromkeys("alms", 0)),
            draws=500,
        )
        assert [s.id for s in made.outcomes] == [
            "absence", "conduct", "suspension", "suspension-smd", "climate-staff",
            "climate-pupils",
        ]  # fmt: skip
        assert "logarithm" in made.outcome("absence").unit


class TestSteps:
    def test_what_is_not_scheduled_adds_nothing_and_is_named(self, make: Any) -> None:
        made = Case(make, a=0, c=0)
        whole = made.forecast()
        assert whole.left_out == {"b": "it is not in the schedule"}
        fewer = evolve(
            made.plan,
            steps=[s for s in made.plan.steps if s.id != "b"],
            inclusions=[i for i in made.plan.inclusions if i.step != "b"],
        )
        alone = bc.forecast(fewer, made.result, made.schedule, draws=4_000, half_terms=6)
        assert (alone.outcome("conduct").mean == whole.outcome("conduct").mean).all()

    def test_a_later_start_is_seen_later(self, make: Any) -> None:
        sure = make.sure_evidence()
        early = Case(make, a=0, b=2, c=4).forecast(evidence=sure).outcome("conduct")
        late = Case(make, a=10, b=12, c=14).forecast(evidence=sure).outcome("conduct")
        assert late.mean[0] == 0
        assert (late.mean < early.mean).all()

    def test_maturity_begins_at_the_audit_and_rises(self, case: Case) -> None:
        made = case.forecast().principle("p")
        assert made.mean[0] == pytest.approx(0.4, abs=0.06)
        assert (np.diff(made.mean) > 0).all()
        assert made.p_benefit[-1] == pytest.approx(1.0, abs=0.01)
        assert (made.p_worse == 0).all()


# -- the same bits ------------------------------------------------------------------------------


def digest(tallies: list[Tally]) -> bytes:
    parts = [p.tobytes() for t in tallies for p in (t.counts, t.sums, t.ends, t.better, t.worse)]
    return b"".join(parts)


class TestBits:
    DRAWS = 70_000  # two tasks, the last chunk a part of one

    def test_workers_and_executors_do_not_change_a_bit(self, case: Case) -> None:
        inputs = case.forecast(draws=100).inputs
        job = Job((inputs,), 11, self.DRAWS)
        one = digest(run_job(job))
        assert digest(run_job(job, workers=2)) == one
        with ThreadPoolExecutor(3) as pool:
            assert digest(run_job(job, workers=7, executor=pool)) == one
        assert digest(run_job(job._replace(seed=12))) != one

    def test_progress_is_told_to_the_end(self, case: Case) -> None:
        told: list[tuple[str, int, int]] = []
        case.forecast(draws=self.DRAWS, progress=lambda *at: told.append(at))
        assert told == [("forecasting", n, self.DRAWS) for n in (65_536, self.DRAWS)]

    def test_a_forecast_comes_back_from_its_file(self, case: Case) -> None:
        made = case.forecast(draws=200, scenario=SCENARIOS[0])
        for name in ("json", "toml"):
            assert bc.loads(bc.dumps(made, format=name), format=name) == made

    def test_the_name_stays_a_function_when_the_module_has_been_imported(self) -> None:
        import_module("behaviour_culture.impact.forecasting.forecast")
        import_module("behaviour_culture.review.learning.learn")
        assert callable(bc.impact.forecast)
        assert callable(bc.review.learn)
        assert bc.forecast is bc.impact.forecast


class TestHalfTerms:
    def test_without_a_calendar_they_end_before_the_same_day_two_months_on(self) -> None:
        made = half_term_ends(dt.date(2026, 12, 31), 3)
        assert [str(e.end) for e in made] == ["2027-02-27", "2027-04-29", "2027-06-29"]
        assert [e.months for e in made] == [2, 4, 6]

    @pytest.mark.parametrize("key", ["illustrative-2026-27", "blue-coat-2024-25"])
    def test_they_are_those_of_the_calendar_and_then_the_same_weeks_a_year_on(
        self, key: str
    ) -> None:
        year = bc.load_calendar(key)
        for first, part in enumerate(year.half_terms):
            for starts in (part.start, part.end):
                made = half_term_ends(starts, 14, year)
                real = [h.end for h in year.half_terms[first:]]
                assert [e.end for e in made[: len(real)]] == real
                later = [a.end - b.end for a, b in zip(made[6:], made[:-6], strict=True)]
                assert set(later) == {dt.timedelta(weeks=52)}
                assert [e.months for e in made] == pytest.approx(
                    [((e.end - starts).days + 1) / DAYS for e in made]
                )
                assert len({e.label for e in made}) == 14
        assert half_term_ends(year.half_terms[1].end + dt.timedelta(days=1), 1, year)[
            0
        ].label.startswith("Spring 1")

    def test_a_part_of_a_year_is_followed_by_two_months_each(self) -> None:
        year = bc.load_calendar("illustrative-2026-27")
        autumn = evolve(year, id="autumn", terms=year.terms[:1], inset=[], days_off=[])
        made = half_term_ends(year.start, 4, autumn)
        assert [str(e.end) for e in made] == [
            "2026-10-23",
            "2026-12-18",
            "2027-02-18",
            "2027-04-18",
        ]
        assert made[1].label == "Autumn 2 2026"
        assert made[3].label == "To 18 Apr 2027"

    def test_a_forecast_takes_the_calendar_of_its_schedule(self, case: Case) -> None:
        year = evolve(bc.load_calendar("illustrative-2026-27"), id="c")
        mine = evolve(case.schedule, starts=year.start)
        real = bc.forecast(case.plan, case.result, mine, calendar=year, draws=200)
        assert (real.calendar, real.half_terms[0]) == ("c", "Autumn 1 2026")
        assert real.ends[:6] == tuple(h.end for h in year.half_terms)
        assert real.to_rows()[5]["label"] == "Summer 2 2027"
        counted = bc.forecast(case.plan, case.result, mine, draws=200)
        assert (counted.calendar, counted.half_terms[0]) == (None, "Half-term 1")
        shipped = evolve(mine, calendar="illustrative-2026-27")
        found = bc.forecast(case.plan, case.result, shipped, draws=200)
        assert found.calendar == "illustrative-2026-27"
        assert found.outcomes == real.outcomes
        elsewhere = evolve(shipped, starts=year.start.replace(year=2030))
        assert bc.forecast(case.plan, case.result, elsewhere, draws=200).calendar is None
        compared = bc.compare_forecasts(
            SCENARIOS, case.plan, case.result, mine, calendar=year, draws=200
        )
        assert compared.half_terms == real.half_terms

    def test_another_calendar_than_the_schedules_is_refused(self, case: Case) -> None:
        year = bc.load_calendar("illustrative-2026-27")
        for wrong, path in (
            (year, "schedule.calendar"),
            (evolve(year, id="c", terms=year.terms[:1], inset=[], days_off=[]), "calendar"),
            ("c", "calendar"),
        ):
            late = evolve(case.schedule, starts=dt.date(2027, 1, 5))
            with pytest.raises(bc.InvalidInputError) as caught:
                bc.forecast(case.plan, case.result, late, calendar=wrong)  # type: ignore[arg-type]
            assert [f.path for f in caught.value.faults] == [path]


def test_it_says_what_it_is(case: Case) -> None:
    made = case.forecast()
    assert str(made).startswith("Planning index of plan")
    assert "planning index under stated assumptions" in str(made)
    assert "by Half-term 6" in str(made)
    assert "two calendar months" in str(made)
    assert 0.98 < made.running[-1] < 0.99
    assert set(made.mc_error) == {"conduct", "climate-staff", "climate-pupils"}
    estimate = made.outcome("conduct").at(6, level=0.8)
    assert estimate.level == 0.8
    assert estimate.lower < estimate.value < estimate.upper


@pytest.mark.parametrize(
    ("options", "path"),
    [
        ({"draws": 0}, "draws"),
        ({"draws": 1e4}, "draws"),
        ({"seed": 0.5}, "seed"),
        ({"seed": -1}, "seed"),
        ({"half_terms": 0}, "half_terms"),
        ({"half_terms": True}, "half_terms"),
        ({"workers": 0}, "workers"),
        ({"executor": "pool"}, "executor"),
        ({"progress": 1}, "progress"),
        ({"scenario": "late-start"}, "scenario"),
        ({"evidence": "behaviour-2026"}, "evidence"),
    ],
)
def test_an_option_that_is_wrong_is_named(case: Case, options: dict[str, Any], path: str) -> None:
    with pytest.raises(bc.InvalidInputError) as caught:
        case.forecast(**options)
    assert [f.path for f in caught.value.faults] == [path]


def test_all_that_does_not_fit_comes_at_once(make: Any, case: Case) -> None:
    other = evolve(case.result, edition="2")
    wrong = evolve(case.schedule, plan="another")
    with pytest.raises(bc.InvalidInputError) as caught:
        bc.forecast(case.plan, other, wrong, draws=-1)
    assert [f.path for f in caught.value.faults] == ["plan.edition", "schedule.plan", "draws"]
    with pytest.raises(bc.InvalidInputError, match="no step to forecast"):
        bc.forecast(make.plan(), case.result, case.schedule)
    for scenarios in ([], [SCENARIOS[0], SCENARIOS[0]], ["late-start"], SCENARIOS[0].id):
        with pytest.raises(bc.InvalidInputError, match="scenario"):
            case.compare(scenarios)


def test_series_refuse_what_is_not_there(case: Case) -> None:
    series = case.forecast(draws=100).outcome("conduct")
    for bad in (0, 7, 1.0):
        with pytest.raises(bc.InvalidInputError, match="half_term"):
            series.at(bad)  # type: ignore[arg-type]
    with pytest.raises(bc.InvalidInputError, match="level"):
        series.interval(0.9)
    with pytest.raises(bc.errors.UnknownNameError, match="did you mean 'conduct'"):
        case.forecast(draws=100).outcome("conducts")


class TestNoReassurance:
    """What is missing is said in the same breath as what is there."""

    def test_a_forecast_names_the_steps_that_are_not_scheduled(self, make: Any) -> None:
        part = Case(make, a=0).forecast(draws=200)
        assert part.unscheduled == ("b", "c")
        assert "all as planned" not in str(part)
        assert "2 of 3 steps do not fit the schedule" in str(part)
        whole = Case(make).forecast(draws=200)
        assert whole.unscheduled == ()
        assert "all as planned" in str(whole)

    def test_a_plan_without_a_measured_effect_has_no_score_of_nought(self, make: Any) -> None:
        plan = make.plan(evolve(make.step("a"), effects=[]))
        made = bc.score_impact(plan, make.result({"p": (0.5, 0.1)}), draws=200)
        assert str(made).startswith("Nothing could be scored: none of 1 step")
        assert "0 points" not in str(made) + repr(made)


def test_the_chances_in_words_are_those_of_the_last_half_term() -> None:
    (series, *_) = seen(draws=1_000).outcomes
    size = len(series.p_benefit)
    for better, worse, clear in ((CLEAR, 0.02, True), (0.02, CLEAR, True), (0.5, 0.3, False)):
        made = evolve(
            series,
            p_benefit=np.r_[np.full(size - 1, 0.4), better],
            p_worse=np.r_[np.full(size - 1, 0.4), worse],
        )
        said = chances(made, "up", "down")
        assert said.startswith(f"up in {better:.0%} of draws, down in {worse:.0%}")
        assert ("no clear direction" in said) != clear


def test_a_year_on_is_told_before_the_end() -> None:
    made = example_journey().forecast
    assert made is not None
    line = next(line for line in str(made).splitlines() if line.startswith("  Conduct:"))
    year, end = (line.index(f" by {made.half_terms[k]}") for k in (5, -1))
    assert year < end
