"""Reviews of plans: expected beside seen, targets met, what to change, what differs."""

from __future__ import annotations

import datetime as dt
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

import behaviour_culture as bc
from behaviour_culture.checks import Check
from behaviour_culture.disclosure import DisclosureRules
from behaviour_culture.errors import InvalidInputError
from behaviour_culture.monitoring import survey_change
from behaviour_culture.review import Agreement, PlanReview, compare_plans, review_plan
from behaviour_culture.review.foreseen import beside_forecast
from behaviour_culture.review.result import TargetStanding
from behaviour_culture.testing import action_plans
from builders import estimate, example_journey, examples, faults_of, plan_of, step
from long_calls import seen

STARTS = dt.date(2025, 9, 1)
UNIT = "per 100 pupil-days"


def plan(**changes: Any) -> bc.ActionPlan:
    """A plan of two steps for two objectives, one to rise and one to fall (illustrative)."""
    steps = [step(f"step-{name}", weeks=(2, 3, 5), principles=["calm"]) for name in ("a", "b")]
    objectives = [
        bc.model.Objective(
            id=name,
            title=name.title(),
            principle="calm",
            measure="share",
            baseline=estimate(0.5),
            target=target,
            target_basis="judgement",
        )
        for name, target in (("rise", 0.7), ("fall", 0.3))
    ]
    why = [
        bc.model.Inclusion(
            step=key,
            kind=bc.model.InclusionKind.PRIORITY,
            objectives=[objective],
            reason=f"It serves {objective}",
        )
        for key, objective in (("step-a", "rise"), ("step-b", "fall"))
    ]
    given = {"starts": STARTS, "objectives": objectives, "inclusions": why}
    return plan_of(*changes.pop("steps", steps), **(given | changes))


def series(
    counts: list[float | None], *, exposure: float = 1e4, name: str = "incidents", **more: Any
) -> bc.Series:
    periods = [
        bc.model.SeriesPeriod(
            label=f"half {i + 1}",
            start=STARTS + dt.timedelta(weeks=7 * i),
            end=STARTS + dt.timedelta(weeks=7 * i, days=40),
            count=count,
            exposure=exposure,
            masked="" if count is not None else "snow",
        )
        for i, count in enumerate(counts)
    ]
    return bc.Series(
        id="s",
        indicator=name,
        exposure_kind=bc.model.ExposureKind.PUPIL_DAYS,
        periods=periods,
        **more,
    )


def reviewed(expected: bc.Estimate, count: float | None, **more: Any) -> Agreement:
    key = ("incidents", "half 1")
    return review_plan({key: expected}, series([count], **more), plan()).outcomes[0].agreement


class TestOutcomes:
    @given(st.integers(0, 5_000), st.sampled_from([0.8, 0.95, 0.99]))
    def test_the_interval_is_near_the_exact_poisson_one(self, count: int, level: float) -> None:
        seen = review_plan({}, series([count]), plan(), level=level).outcomes[0].seen
        assert seen is not None
        tail = (1 - level) / 2
        low = 0.0 if count == 0 else stats.chi2.ppf(tail, 2 * count) / 2
        high = stats.chi2.ppf(1 - tail, 2 * count + 2) / 2
        assert seen.lower * 100 == pytest.approx(low, abs=0.12)
        assert seen.upper * 100 == pytest.approx(high, abs=0.12)
        assert seen.unit == UNIT

    def test_each_way_that_seen_can_lie_to_expected(self) -> None:
        assert reviewed(estimate(1.0, 0.3), 100) is Agreement.AS_EXPECTED
        assert reviewed(estimate(0.5, 0.1), 100) is Agreement.HIGHER
        assert reviewed(estimate(2.0, 0.1), 100) is Agreement.LOWER
        assert reviewed(estimate(1.25, 0.1), 100) is Agreement.COULD_NOT_TELL
        # So few events agree with anything: that is no agreement.
        assert reviewed(estimate(1.0, 0.1), 2, exposure=200) is Agreement.COULD_NOT_TELL
        assert reviewed(estimate(1.0, 0.1), None) is Agreement.NOT_SEEN

    def test_what_nobody_looked_at_takes_a_line_for_each_outcome(self) -> None:
        expected = {("climate", i): estimate(1.0) for i in range(1, 13)}
        review = review_plan({**expected, ("calm", 1): estimate(1.0)}, {}, plan())
        assert {o.agreement for o in review.outcomes} == {Agreement.NO_SERIES}
        text = str(review)
        assert text.count("climate") == 1
        assert "climate: expected in 12 half-terms for which nothing was seen" in text
        assert "calm: expected in 1 half-term for which" in text

    @given(
        st.floats(-10, 10), st.floats(0, 5), st.floats(-10, 10), st.floats(0, 5), st.floats(-50, 50)
    )
    def test_shifting_both_changes_nothing_and_turning_both_swaps_the_sides(
        self, a: float, half_a: float, b: float, half_b: float, by: float
    ) -> None:
        key = ("climate", 1)

        def of(x: float, y: float) -> Agreement:
            one, two = {key: estimate(x, half_a)}, {key: estimate(y, half_b)}
            return review_plan(one, two, plan()).outcomes[0].agreement

        swap = {Agreement.HIGHER: Agreement.LOWER, Agreement.LOWER: Agreement.HIGHER}
        assert of(-a, -b) is swap.get(of(a, b), of(a, b))
        gap = abs(abs(a - b) - (half_a + half_b))
        if gap > 1e-6 and abs(abs(a - b) - half_a) > 1e-6 and abs(half_b - half_a) > 1e-6:
            edge = abs(half_b - half_a - abs(a - b))
            if edge > 1e-6:
                assert of(a + by, b + by) is of(a, b)

    def test_half_terms_by_number_count_from_the_start_of_the_plan(self) -> None:
        later = plan(starts=STARTS + dt.timedelta(weeks=7))
        expected = {("incidents", 1): estimate(0.5, 0.2), ("incidents", 2): estimate(9, 1)}
        review = review_plan(expected, series([300, 50, 60]), later)
        seen = [(o.half_term, o.seen.value if o.seen else None) for o in review.outcomes]
        assert seen == [("half-term 1", 0.5), ("half-term 2", 0.6)]
        with pytest.raises(InvalidInputError, match=r"plan\.starts"):
            review_plan(expected, series([1]), plan(starts=None))

    def test_an_object_that_says_what_it_expects(self) -> None:
        class Forecasting:
            def expected(self) -> dict[tuple[str, int | str], bc.Estimate]:
                return {("incidents", 1): estimate(1.0, 0.3)}

        review = review_plan(Forecasting(), series([100]), plan())
        assert review.outcomes[0].agreement is Agreement.AS_EXPECTED

    @examples(10)
    @given(st.from_type(bc.Forecast))
    def test_a_forecast_is_what_it_expects_at_each_half_term(self, made: bc.Forecast) -> None:
        seen = {(o.id, i): o.at(i) for o in made.outcomes for i in range(1, len(made.ends) + 1)}
        review = review_plan(made, seen, plan())
        assert len(review.outcomes) == len(seen)
        assert all(o.expected == o.seen for o in review.outcomes)
        assert {o.agreement for o in review.outcomes} <= {Agreement.AS_EXPECTED}

    def test_scales_that_differ_are_refused(self) -> None:
        expected = {("incidents", 1): estimate(1.0, 0.3, unit="standard deviation")}
        with pytest.raises(InvalidInputError, match="on one scale"):
            review_plan(expected, series([100]), plan())
        same = {("incidents", 1): estimate(1.0, 0.3, unit=UNIT)}
        assert review_plan(same, series([100]), plan()).outcomes[0].seen is not None

    def test_a_recording_change_since_the_start_makes_it_could_not_tell(self) -> None:
        change = bc.model.RecordingChange(day=STARTS + dt.timedelta(days=5), what="a new system")
        assert reviewed(estimate(1, 0.3), 100, recording_changes=[change]) is (
            Agreement.COULD_NOT_TELL
        )
        before = evolve(change, day=STARTS - dt.timedelta(days=5))
        assert reviewed(estimate(1, 0.3), 100, recording_changes=[before]) is (
            Agreement.AS_EXPECTED
        )

    def test_words_claim_no_cause(self) -> None:
        review = review_plan(
            {("suspensions", 1): estimate(2, 0.1)}, series([50], name="suspensions"), plan()
        )
        text = str(review).casefold()
        for word in ("impact", "because", "due to", "proved", "caused"):
            assert word not in text
        assert "no proof of calmer behaviour" in text


class TestSmallCounts:
    def review(self) -> PlanReview:
        expected = {("incidents", i): estimate(0.9, 0.1) for i in (1, 2)}
        return review_plan(expected, series([3, 100]), plan())

    def test_they_are_not_shown_nor_published_but_kept_for_the_school(self) -> None:
        review = self.review()
        assert review.to_rows(internal=True)[0]["seen"] == pytest.approx(0.03)
        for text in (str(review), str(review.to_rows()), review._repr_html_()):
            assert "0.03" not in text
            assert "small count" in text
        out = review.published(DisclosureRules())
        assert out.outcomes[0].seen is None
        assert out.outcomes[0].agreement is Agreement.HIDDEN
        assert [o.count for o in out.outcomes] == [None, None]
        assert out.disclosure == "published"
        assert out.published() == out

    def test_bc_write_publishes_it_so(self, tmp_path: Any) -> None:
        bc.write(self.review(), tmp_path / "own.json")
        bc.write(self.review(), tmp_path / "out.json", publish=True)
        assert bc.read(tmp_path / "own.json") == self.review()
        assert bc.read(tmp_path / "out.json") == self.review().published()


class TestTargets:
    @pytest.mark.parametrize(
        ("rise", "fall", "standings"),
        [
            (estimate(0.75, 0.05), estimate(0.2, 0.09), (TargetStanding.MET,) * 2),
            (estimate(0.75, 0.06), estimate(0.2, 0.11), (TargetStanding.COULD_NOT_TELL,) * 2),
            (estimate(0.6, 0.05), estimate(0.4, 0.05), (TargetStanding.NOT_MET,) * 2),
        ],
    )
    def test_a_target_is_met_by_the_whole_interval(
        self, rise: bc.Estimate, fall: bc.Estimate, standings: tuple[TargetStanding, ...]
    ) -> None:
        review = review_plan({}, {}, plan(), found={"rise": rise, "fall": fall})
        assert tuple(o.standing for o in review.objectives) == standings

    def test_what_to_change_follows_from_what_was_done(self) -> None:
        found = {"rise": estimate(0.6, 0.05), "fall": estimate(0.4, 0.05)}
        started = bc.StepProgress(step="step-a", status=bc.StepStatus.OFF_TRACK)
        done = bc.StepProgress(step="step-b", status=bc.StepStatus.COMPLETE, fidelity=0.4)
        review = review_plan({}, {}, plan(progress=[started, done]), found=found)
        assert [s.about for s in review.suggestions] == ["step-a", "step-b"]
        assert "off track" in review.suggestions[0].reason
        assert "40%" in review.suggestions[1].reason
        full = evolve(done, fidelity=0.9)
        again = review_plan({}, {}, plan(progress=[evolve(full, step="step-a"), full]), found=found)
        assert [s.about for s in again.suggestions] == ["rise", "fall"]
        assert all("other steps" in s.text for s in again.suggestions)

    def test_steps_that_nobody_reported_are_asked_for_once(self) -> None:
        found = {"rise": estimate(0.6, 0.05), "fall": estimate(0.2, 0.05)}
        first, second = review_plan({}, {}, plan(), found=found).suggestions
        assert (first.about, second.about) == ("rise", "fall")
        assert "1 of 1 step not reported" in first.reason
        assert "Keep" in second.text

    def test_nobody_looked(self) -> None:
        review = review_plan({}, {}, plan())
        assert {o.standing for o in review.objectives} == {TargetStanding.NOT_LOOKED_AT}

    def test_an_audit_done_again(self) -> None:
        framework = bc.load_framework("bennett-2017")
        audit = bc.read_audit("examples/illustrative_responses.csv", framework=framework)
        result = bc.score_audit(audit, framework)
        drafted = bc.draft_plan(
            result,
            catalogue=bc.load_catalogue("bennett-2017"),
            school=bc.read("examples/illustrative_school.toml"),
        )
        review = review_plan({}, {}, drafted, found=result)
        for entry, objective in zip(review.objectives, drafted.objectives, strict=True):
            assert entry.found == result.score(objective.principle).estimate
            assert entry.standing is not TargetStanding.MET


class TestRefusals:
    def test_all_faults_at_once(self) -> None:
        with pytest.raises(InvalidInputError) as caught:
            review_plan(
                {("incidents", 1.5): estimate(1), ("a", 1): 3, "b": estimate(1)},  # type: ignore[dict-item]
                series([1]),
                plan(),
                found={"rize": estimate(1), "fall": 0.3},  # type: ignore[dict-item]
                indicators=[3],  # type: ignore[list-item]
                per=0,
                level=float("nan"),
            )
        assert len(caught.value.faults) == 8
        assert "did you mean 'rise'" in str(caught.value)

    def test_series(self) -> None:
        with pytest.raises(InvalidInputError, match="two series of 'incidents'"):
            review_plan({}, [series([1]), series([2])], plan())
        for wrong in (3, [], [3], None):
            with pytest.raises(InvalidInputError, match="one or more Series"):
                review_plan({}, wrong, plan())  # type: ignore[arg-type]
        with pytest.raises(InvalidInputError, match="ActionPlan"):
            review_plan({}, {}, None)  # type: ignore[arg-type]


class TestDifference:
    @examples(12)
    @given(action_plans())
    def test_a_plan_does_not_differ_from_itself(self, one: bc.ActionPlan) -> None:
        assert len(compare_plans(one, one)) == 0

    @examples(12)
    @given(action_plans(), action_plans())
    def test_turned_round_what_came_is_what_went(
        self, one: bc.ActionPlan, two: bc.ActionPlan
    ) -> None:
        there, back = compare_plans(one, two), compare_plans(two, one)
        turned = {"added": "dropped", "dropped": "added", "changed": "changed"}
        assert {(c.part, c.id, c.kind.value) for c in there.changes} == {
            (c.part, c.id, turned[c.kind.value]) for c in back.changes
        }
        order = [
            ("objective", "step").index(c.part) * 3 + list(turned).index(c.kind.value)
            for c in there.changes
        ]
        assert order == sorted(order)
        steps = {s.id for s in two.steps} - {s.id for s in one.steps}
        added = {c.id for c in there.changes if c.part == "step" and c.kind.value == "added"}
        assert added == steps

    def test_reasons_come_from_the_newer_plan(self) -> None:
        old = plan()
        longer = evolve(old.steps[1], weeks=bc.Weeks(optimistic=2, likely=4, pessimistic=5))
        new = plan(
            id="new-plan",
            steps=[longer],
            inclusions=[old.inclusions[1]],
            met=[bc.model.MetStep(step="step-a", title="Step a", reason="It is done")],
        )
        dropped, changed = compare_plans(old, new).changes
        assert (dropped.id, dropped.kind.value, dropped.reason) == (
            "step-a",
            "dropped",
            "It is done",
        )
        assert changed.differs == ("weeks 2 to 5, likely 3 -> 2 to 5, likely 4",)
        assert changed.reason == "It serves fall"

    def test_hours_and_costs_are_words_and_what_other_systems_keep_is_not_shown(self) -> None:
        old, new = plan(), plan(id="new-plan")
        first, *rest = new.steps
        other = evolve(
            first,
            hours_per_week={"head": 2, "office": 0.5},
            running_hours={"head": 1.25},
            cost_gbp=bc.model.CostRange(50, 1050),
            extra={"mis": {"site": 12}},
        )
        (changed,) = compare_plans(old, evolve(new, steps=[other, *rest])).changes
        assert changed.differs == (
            "hours per week head 1 -> head 2, office 0.5",
            "running hours none -> head 1.25",
            "cost gbp 0 to 0 -> 50 to 1050",
            "what other systems keep with it",
        )

    def test_a_step_that_serves_other_objectives_says_which(self) -> None:
        old, new = plan(), plan(id="new-plan")
        first, *rest = new.inclusions
        new = evolve(new, inclusions=[evolve(first, objectives=["fall"]), *rest])
        (changed,) = compare_plans(old, new).changes
        assert changed.differs == ("no longer for: Rise", "now for: Fall")
        assert "    no longer for: Rise" in str(compare_plans(old, new)).splitlines()

    def test_arguments(self) -> None:
        with pytest.raises(InvalidInputError) as caught:
            compare_plans(1, 2)  # type: ignore[arg-type]
        assert [f.path for f in caught.value.faults] == ["old", "new"]


EXAMPLES = Path("examples")


@cache
def demo() -> tuple[bc.Forecast, bc.ActionPlan, dict[str, bc.Series]]:
    """The illustrative school: its forecast, its plan, and all that it counted."""
    made = example_journey()
    indicators = bc.load_indicators()
    files = {
        "incidents_the_year_before": "low-level-incidents",
        "incidents": "low-level-incidents",
        "absence": "absence",
        "survey_staff": "good-behaviour-staff",
        "survey_pupils": "good-behaviour-pupils",
    }
    counted = {
        name: bc.read_series(
            EXAMPLES / f"illustrative_{name}.csv", indicator=indicators.indicator(indicator)
        )
        for name, indicator in files.items()
    }
    forecast = bc.forecast(made.plan, made.result, made.schedule, half_terms=6, draws=2_000)
    return forecast, made.plan, counted


class TestBesideAForecast:
    def test_all_that_the_illustrative_school_counted_is_compared(self) -> None:
        forecast, made, counted = demo()
        review = review_plan(forecast, [*counted.values()], made)
        rows = [o for o in review.outcomes if o.indicator]
        assert {o.outcome for o in rows} == {
            "conduct", "absence", "climate-staff", "climate-pupils",
        }  # fmt: skip
        assert all(o.agreement.compared for o in rows)
        assert sum(o.outcome == "conduct" for o in rows) == 6
        for row in rows:
            assert row.seen is not None
            assert row.expected is not None
            assert row.seen.lower == row.seen.upper == row.seen.value
            assert row.expected.unit == row.seen.unit
            inside = row.expected.lower <= row.seen.value <= row.expected.upper
            assert inside is (row.agreement is Agreement.AS_EXPECTED)

    def test_a_half_term_is_the_sum_of_its_weeks(self) -> None:
        forecast, made, counted = demo()
        given = [counted["incidents_the_year_before"], counted["incidents"]]
        rows = [o for o in review_plan(forecast, given, made).outcomes if o.indicator]
        total = sum(o.seen.value for o in rows if o.seen)
        assert total == sum(p.count or 0 for p in counted["incidents"].periods)

    def test_of_an_outcome_that_no_step_acts_on_no_change_is_expected(self) -> None:
        forecast, made, counted = demo()
        assert "absence" not in {s.id for s in forecast.outcomes}
        review = review_plan(forecast, counted["absence"], made)
        rows = [o for o in review.outcomes if o.indicator]
        assert rows
        for row in rows:
            assert row.expected is not None
            assert row.unchanged is not None
            assert row.expected.value == pytest.approx(row.unchanged.value, rel=0.02)
            assert "claims nothing" in row.expected.method

    def test_counts_without_any_from_before_the_plan_have_nothing_beside_them(self) -> None:
        forecast, made, counted = demo()
        review = review_plan(forecast, counted["incidents"], made)
        rows = [o for o in review.outcomes if o.indicator]
        assert {o.agreement for o in rows} == {Agreement.NOT_EXPECTED}
        assert "no count from before the plan" in str(review)

    def test_an_indicator_without_an_outcome_is_set_beside_the_years_before(self) -> None:
        forecast, made, counted = demo()
        other = evolve(counted["absence"], indicator="internal-truancy")
        rows = [o for o in review_plan(forecast, other, made).outcomes if o.indicator]
        assert {o.agreement for o in rows} == {Agreement.NOT_EXPECTED}
        assert all(o.unchanged is not None for o in rows)

    def test_ten_times_the_incidents_are_more_than_expected_and_tell(self) -> None:
        forecast, made, counted = demo()
        after = counted["incidents"]
        many = evolve(after, periods=[evolve(p, count=10 * (p.count or 0)) for p in after.periods])
        review = review_plan(forecast, [counted["incidents_the_year_before"], many], made)
        rows = [o for o in review.outcomes if o.indicator]
        assert {o.agreement for o in rows} == {Agreement.HIGHER}
        assert all(o.tells for o in rows)
        assert any("Low-level incidents logged" in s.text for s in review.suggestions)

    def test_small_counts_and_what_is_expected_of_them_are_hidden(self) -> None:
        forecast, made, counted = demo()
        few = evolve(
            counted["absence"],
            indicator="suspensions",
            periods=[
                evolve(p, count=float(i % 3)) for i, p in enumerate(counted["absence"].periods)
            ],
        )
        review = review_plan(forecast, few, made)
        out = [o for o in review.published().outcomes if o.indicator]
        assert {o.agreement for o in out} == {Agreement.HIDDEN}
        assert all(o.seen is o.expected is o.unchanged is None for o in out)
        assert "no proof of calmer behaviour" in str(review)

    def test_a_survey_of_few_is_hidden(self) -> None:
        forecast, made, counted = demo()
        survey = counted["survey_staff"]
        few = evolve(survey, periods=[evolve(p, count=6, exposure=9) for p in survey.periods])
        (row,) = [o for o in review_plan(forecast, few, made).outcomes if o.indicator]
        assert row.seen is not None
        assert row.published().agreement is Agreement.HIDDEN

    def test_recording_that_changed_after_the_start_could_not_tell_and_before_it_shortens(
        self,
    ) -> None:
        forecast, made, counted = demo()

        def rows(*days: dt.date) -> list[Any]:
            changes = [bc.model.RecordingChange(day=d, what="a new system") for d in days]
            series = evolve(counted["absence"], recording_changes=changes)
            return [o for o in review_plan(forecast, series, made).outcomes if o.indicator]

        start = forecast.starts
        agreements = [o.agreement for o in rows(start + dt.timedelta(days=100))]
        assert agreements[0].compared
        assert set(agreements[2:]) == {Agreement.COULD_NOT_TELL}
        assert {o.agreement for o in rows(start)} == {Agreement.NOT_EXPECTED}

    def test_a_masked_half_term_says_why(self) -> None:
        forecast, made, counted = demo()
        absence = counted["absence"]
        periods = [
            evolve(p, masked="flood") if p.start > dt.date(2027, 5, 30) else p
            for p in absence.periods
        ]
        rows = review_plan(forecast, evolve(absence, periods=periods), made).outcomes
        (gone,) = [o for o in rows if o.agreement is Agreement.NOT_SEEN]
        assert gone.note == "flood"

    def test_a_survey_change_is_compared_with_the_change_of_its_share(self) -> None:
        forecast, made, _ = demo()

        def agreement(after: int) -> Agreement:
            change = survey_change(
                [1] * 200 + [0] * 200, [1] * after + [0] * (400 - after),
                group="pupils", asked_before=500, asked_after=500,
            )  # fmt: skip
            rows = review_plan(forecast, {("climate-pupils", 6): change}, made).outcomes
            (row,) = [o for o in rows if o.seen is not None]
            return row.agreement

        assert agreement(390) is Agreement.HIGHER
        assert agreement(10) is Agreement.LOWER
        assert agreement(202).compared

    def test_a_survey_change_needs_an_outcome_of_the_forecast_and_a_base(self) -> None:
        forecast, made, _ = demo()
        good = survey_change([1, 0] * 40, [1, 0] * 40, group="pupils", asked_before=80,
                             asked_after=80)  # fmt: skip
        small = survey_change([1, 0], [1, 0], group="pupils", asked_before=80, asked_after=80)
        seen = {("manners", 1): good, ("climate-pupils", 99): good, ("climate-pupils", 1): small}
        assert len(faults_of(lambda: review_plan(forecast, seen, made))) == 3

    def test_two_series_of_one_indicator_may_not_overlap(self) -> None:
        forecast, made, counted = demo()
        twice = [counted["absence"], counted["absence"]]
        with pytest.raises(InvalidInputError, match="overlap"):
            review_plan(forecast, twice, made)

    def test_the_verdict_of_monitoring_is_kept_and_said(self, tmp_path: Path) -> None:
        forecast, made, counted = demo()
        measure = bc.monitoring.measure_of(
            bc.monitoring.rate_ratio(80, 40_000, 140, 40_000),
            name="removals", source="log", matters=0.8, window="a year", exposure="80,000 days",
            events=220,
        )  # fmt: skip
        said = bc.monitoring.verdict([measure])
        review = review_plan(forecast, counted["absence"], made, verdict=said)
        assert said.sentences[0] in str(review)
        assert review.published().verdict == said.published()
        bc.write(review, tmp_path / "review.json")
        assert bc.read(tmp_path / "review.json") == review
        assert "verdict" in faults_of(
            lambda: review_plan(forecast, counted["absence"], made, verdict=3)  # type: ignore[arg-type]
        )


def test_periods_that_begin_after_the_forecast_ends_are_counted_aloud() -> None:
    forecast = seen()
    last = forecast.ends[-1]
    for days, late in ((-40, 0), (0, 0), (1, 1)):
        begins = last + dt.timedelta(days=days)
        period = bc.model.SeriesPeriod(
            label="p", start=begins, end=begins + dt.timedelta(days=30), count=9, exposure=900
        )
        check = Check("a call")
        _, caveats = beside_forecast(
            forecast, [series([9]).evolve(periods=[period])], {}, 0.95, check
        )
        assert check.ok()
        said = [f"incidents: {late} periods after {last}, where the forecast ends"] * bool(late)
        assert [c for c in caveats if "periods after" in c] == said


@pytest.mark.parametrize(
    ("value", "tells"), [(0.69, True), (0.7, False), (1.3, False), (1.31, True)]
)
def test_what_lies_on_an_end_of_the_unchanged_tells_nothing(value: float, *, tells: bool) -> None:
    unchanged = bc.Estimate(value=1.0, lower=0.7, upper=1.3, level=0.95, method="m", unit=UNIT)
    one = series([100])
    outcome = review_plan({("incidents", "half 1"): estimate(1.0)}, one, plan()).outcomes[0]
    assert outcome.evolve(seen=estimate(value), unchanged=unchanged).tells == tells
    assert not outcome.evolve(seen=None, unchanged=unchanged).tells
    assert not outcome.evolve(seen=estimate(value), unchanged=None).tells
