"""What must hold for every planning index, whatever the plan and the evidence."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from random import Random
from typing import Any, NamedTuple

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

import behaviour_culture as bc
from builders import examples

PRINCIPLES = ("p", "q", "r")
SMD = ("classroom-management", "teacher-training", "rewards-game", "phone-policy")
OTHER = ("suspension-programme", "empathic-mindset", "bullying-programme", "absence-letter")


class Case(NamedTuple):
    plan: bc.ActionPlan
    result: bc.AuditResult

    def score(self, **options: Any) -> bc.impact.ImpactResult:
        return bc.score_impact(self.plan, self.result, **{"draws": 300, **options})


@st.composite
def cases(draw: st.DrawFn, make: Any, *, some: int = 0) -> Case:
    """Up to five steps at three principles, one of them perhaps not audited."""
    shares = st.sampled_from([0.0, 0.2, 0.5, 0.9, 1.0])
    gaps = {p: (draw(shares), draw(st.sampled_from([0.0, 0.1, 0.3]))) for p in PRINCIPLES}
    keys = draw(st.permutations("abcde"))[: draw(st.integers(some, 5))]
    steps = [
        make.step(
            key,
            draw(st.lists(st.sampled_from(PRINCIPLES), min_size=1, max_size=2, unique=True)),
            parameter=draw(st.sampled_from(SMD + OTHER[:2] * (some == 0))),
            grade=draw(st.sampled_from("ABCD")),
            before=sorted(draw(st.sets(st.sampled_from(keys[:i]), max_size=2))) if i else (),
            reach=draw(shares),
        )
        for i, key in enumerate(keys)
    ]
    progress = [
        bc.StepProgress(step=k, status=bc.StepStatus.ON_TRACK, fidelity=draw(shares))
        for k in draw(st.sets(st.sampled_from(keys), max_size=2) if keys else st.just(set()))
    ]
    if draw(st.booleans()):
        del gaps["r"]
    return Case(make.plan(*steps, progress=progress), make.result(gaps))


class TestSameBits:
    @examples(30)
    @given(data=st.data(), random=st.randoms(use_true_random=False))
    def test_the_same_seed_in_any_order_of_steps(
        self, make: Any, data: st.DataObject, random: Random
    ) -> None:
        case = data.draw(cases(make))
        seed = data.draw(st.integers(0, 2**63 - 1))
        steps = [
            evolve(s, requires=random.sample(s.requires, k=len(s.requires)))
            for s in case.plan.steps
        ]
        random.shuffle(steps)
        progress = random.sample(case.plan.progress, k=len(case.plan.progress))
        other = evolve(case.plan, steps=steps, progress=progress)
        gaps = random.sample(case.result.gaps, k=len(case.result.gaps))
        again = Case(other, evolve(case.result, gaps=gaps))
        assert again.score(seed=seed) == case.score(seed=seed)

    def test_another_seed_gives_other_bits(self, make: Any) -> None:
        case = Case(make.plan(make.step("a")), make.result({"p": (0.5, 0.1)}))
        first, second = case.score(seed=1), case.score(seed=2)
        assert first.total.value != second.total.value
        assert (first.seed, second.seed) == (1, 2)

    def test_two_plans_share_the_draws_of_what_they_have_in_common(self, make: Any) -> None:
        # With nothing that diminishes and no cap, a second step leaves the first one as it is.
        base = make.evidence(diminishing_rho=1, plan_cap=100)
        audit = make.result({"p": (0.5, 0.1), "q": (0.7, 0.2)})
        one, other = make.step("a", ["p"]), make.step("b", ["q"], parameter="teacher-training")
        alone = Case(make.plan(one), audit).score(evidence=base)
        both = Case(make.plan(one, other), audit).score(evidence=base)
        assert both.step("a").index == alone.step("a").index


class TestEveryIndex:
    @examples(25)
    @given(data=st.data())
    def test_shares_of_draws_add_up(self, make: Any, data: st.DataObject) -> None:
        made = data.draw(cases(make)).score()
        if made.steps:
            assert sum(s.first for s in made.steps) == pytest.approx(1)
            assert sum(s.top_three for s in made.steps) == pytest.approx(min(3, len(made.steps)))
        for s in made.steps:
            assert 0 <= s.first <= s.top_three <= 1
            assert 0 <= s.p_benefit <= 1

    @examples(25)
    @given(data=st.data())
    def test_steps_come_in_the_order_of_their_mean(self, make: Any, data: st.DataObject) -> None:
        made = data.draw(cases(make)).score(evidence=make.sure_evidence(plan_cap=100))
        assert [s.rank for s in made.steps] == list(range(1, len(made.steps) + 1))
        means = [s.index.value for s in made.steps]
        assert means == sorted(means, reverse=True)
        assert all(s.beats_next is not None for s in made.steps[:-1])
        assert all(s.beats_next is None for s in made.steps[-1:])
        assert [r["step"] for r in made.to_rows()] == [s.step for s in made.steps]

    @examples(25)
    @given(data=st.data())
    def test_intervals_hold_their_mean(self, make: Any, data: st.DataObject) -> None:
        made = data.draw(cases(make)).score()
        estimates = [made.total]
        for s in made.steps:
            estimates += [s.index, s.enables, *([s.per_100_hours] if s.per_100_hours else [])]
        for e in estimates:
            assert e.lower <= e.value <= e.upper
            assert (e.level, e.unit) == (0.95, "points")
        assert made.mc_error == pytest.approx((made.total.standard_error or 0) / 300**0.5)

    @examples(25)
    @given(data=st.data())
    def test_steps_add_up_to_the_plan(self, make: Any, data: st.DataObject) -> None:
        made = data.draw(cases(make)).score()
        assert sum(s.index.value for s in made.steps) == pytest.approx(made.total.value, abs=1e-9)

    @examples(30)
    @given(data=st.data(), cap=st.sampled_from([0.0, 0.01, 0.05, 0.4]))
    def test_the_cap_holds(self, make: Any, data: st.DataObject, cap: float) -> None:
        made = data.draw(cases(make)).score(evidence=make.evidence(plan_cap=cap), level=0.999)
        assert -100 * cap - 1e-9 <= made.total.lower <= made.total.upper <= 100 * cap + 1e-9
        assert 0 <= made.p_capped <= 1

    @examples(25)
    @given(data=st.data())
    def test_no_gap_no_points(self, make: Any, data: st.DataObject) -> None:
        case = data.draw(cases(make))
        made = case._replace(result=make.result(dict.fromkeys(PRINCIPLES, (0.0, 0.0)))).score()
        for s in made.steps:
            assert (s.index.value, s.index.lower, s.index.upper, s.p_benefit) == (0, 0, 0, 0)
        assert (made.total.value, made.total.upper, made.p_capped) == (0, 0, 0)

    @given(data=st.data(), lift=st.floats(0, 1))
    def test_a_larger_gap_never_lowers_the_whole(
        self, make: Any, data: st.DataObject, lift: float
    ) -> None:
        # Where every effect is for the better, draw by draw.
        case, base = data.draw(cases(make)), make.sure_evidence()
        assumed = case.result.gaps
        wider = evolve(
            case.result,
            gaps=[
                evolve(g, size=make.estimate(min(1.0, g.size.value + lift), g.size.standard_error))
                for g in assumed
            ],
        )
        before, after = (
            c.score(evidence=base).total.value for c in (case, case._replace(result=wider))
        )
        assert after >= before - 1e-9

    @examples(25)
    @given(data=st.data())
    def test_drivers_come_by_size(self, make: Any, data: st.DataObject) -> None:
        made = data.draw(cases(make)).score()
        sizes = [abs(d.swing.value) for d in made.drivers]
        assert sizes == sorted(sizes, reverse=True)
        assert len({d.name for d in made.drivers}) == len(sizes) <= 12
        for d in made.drivers:
            assert d.swing.lower <= d.swing.value <= d.swing.upper


class TestSharedEvidence:
    def test_steps_of_one_study_have_one_effect(self, make: Any) -> None:
        # Reach and fidelity certain, gaps alike, nothing diminishes: only the effect is left.
        base = make.evidence(diminishing_rho=1, plan_cap=100)
        audit = make.result({"p": (0.5, 0.0), "q": (0.5, 0.0)})
        progress = [
            bc.StepProgress(step=k, status=bc.StepStatus.ON_TRACK, fidelity=1.0) for k in "ab"
        ]
        same = make.plan(make.step("a", ["p"]), make.step("b", ["q"]), progress=progress)
        made = Case(same, audit).score(evidence=base, draws=2_000)
        first, second = made.steps
        assert first.index == second.index
        assert (first.step, first.first, first.beats_next) == ("a", 1.0, 0.5)
        assert made.total.standard_error == pytest.approx(2 * first.index.standard_error)

    def test_steps_of_two_studies_do_not(self, make: Any) -> None:
        base = make.evidence(diminishing_rho=1, plan_cap=100)
        alike = [evolve(p, mean=-0.1) for p in base.parameters]
        base = evolve(base, parameters=alike)
        audit = make.result({"p": (0.5, 0.0), "q": (0.5, 0.0)})
        progress = [
            bc.StepProgress(step=k, status=bc.StepStatus.ON_TRACK, fidelity=1.0) for k in "ab"
        ]
        two = make.plan(
            make.step("a", ["p"], parameter="rewards-game", grade="B"),
            make.step("b", ["q"], parameter="phone-policy", grade="B"),
            progress=progress,
        )
        made = Case(two, audit).score(evidence=base, draws=10_000)
        assert made.steps[0].beats_next == pytest.approx(0.5, abs=0.03)
        assert not made.steps[0].clear
        assert "no clear order between it and the next" in str(made.steps[0])
        # Independent: variances add, where shared draws would add the deviations.
        apart = sum((s.index.standard_error or 0) ** 2 for s in made.steps) ** 0.5
        assert made.total.standard_error == pytest.approx(apart, rel=0.03)

    def test_the_second_of_two_alike_at_one_principle_counts_half(self, make: Any) -> None:
        audit = make.result({"p": (0.5, 0.0)})
        progress = [
            bc.StepProgress(step=k, status=bc.StepStatus.ON_TRACK, fidelity=1.0) for k in "ab"
        ]
        made = Case(make.plan(make.step("a"), make.step("b"), progress=progress), audit).score(
            evidence=make.evidence(plan_cap=100, diminishing_rho=0.5)
        )
        assert made.step("b").index.value == pytest.approx(made.step("a").index.value / 2)


class TestInputs:
    def _points(self, make: Any, audit: bc.AuditResult, *steps: Any, **options: Any) -> float:
        progress: Sequence[bc.StepProgress] = options.pop("progress", ())
        plan = make.plan(*steps, progress=progress)
        made = bc.score_impact(plan, audit, draws=4_000, **options)
        return made.step(steps[-1].id).index.value

    def test_fidelity_and_reach_that_were_seen_replace_what_is_assumed(self, make: Any) -> None:
        audit, s = make.result({"p": (0.8, 0.0)}), make.step("a", reach=0.5)

        def points(**seen: float) -> float:
            report = bc.StepProgress(step="a", status=bc.StepStatus.ON_TRACK, **seen)
            return self._points(make, audit, s, progress=[report])

        usual = self._points(make, audit, s)
        assert points(fidelity=0.3) < usual < points(fidelity=0.95)
        assert points(fidelity=0.0) == 0
        assert points(reach=0.1) < usual < points(reach=0.9)
        assert points() == usual

    def test_a_prerequisite_done_badly_unlocks_a_quarter(self, make: Any) -> None:
        audit = make.result({"p": (0.8, 0.0), "q": (0.0, 0.0)})
        pair = (make.step("a", ["q"]), make.step("b", before=["a"]))

        def points(fidelity: float) -> float:
            report = bc.StepProgress(step="a", status=bc.StepStatus.ON_TRACK, fidelity=fidelity)
            return self._points(make, audit, *pair, progress=[report])

        # The logistic is all but 0 at 0 and within half a per cent of 1 at 1.
        assert points(0.0) / points(1.0) == pytest.approx(0.25, abs=0.005)

    def test_a_prerequisite_that_is_met_holds_nothing_back(self, make: Any) -> None:
        audit = make.result({"p": (0.8, 0.0)})
        met = bc.model.MetStep(step="there", title="There", reason="in place")
        waiting = evolve(
            make.plan(make.step("b")),
            met=[met],
            steps=[make.step("b", before=["there"])],
        )
        alone = bc.score_impact(make.plan(make.step("b")), audit, draws=500)
        assert bc.score_impact(waiting, audit, draws=500).steps == alone.steps

    def test_a_principle_that_nobody_assessed_may_have_any_gap(self, make: Any) -> None:
        sure = make.sure_evidence(plan_cap=100)
        unknown = self._points(make, make.result({}), make.step("a"), evidence=sure)
        half = self._points(make, make.result({"p": (0.5, 0.0)}), make.step("a"), evidence=sure)
        assert unknown == pytest.approx(half, rel=0.05)

    def test_effort_counts_every_person_in_a_role(self, make: Any) -> None:
        audit = make.result({"p": (0.8, 0.0)})
        s = make.step("a", hours_per_week={"head": 2}, weeks=bc.Weeks(1, 5, 9))
        school = bc.School(
            id="elm",
            name="Elm",
            capacity=bc.Capacity(
                roles=[bc.Role(id="head", title="Head", people=4, hours_per_week=3)]
            ),
        )
        alone = bc.score_impact(make.plan(s), audit, draws=500).step("a")
        four = bc.score_impact(make.plan(s), audit, draws=500, school=school).step("a")
        assert alone.per_100_hours is not None
        assert four.per_100_hours is not None
        assert alone.per_100_hours.value == pytest.approx(alone.index.value * 100 / 10)
        assert four.per_100_hours.value == pytest.approx(alone.index.value * 100 / 40)
        free = make.step("a", hours_per_week={"head": 0})
        assert bc.score_impact(make.plan(free), audit, draws=500).step("a").per_100_hours is None

    def test_what_a_step_enables_is_the_sum_of_what_waits_for_it(self, make: Any) -> None:
        audit = make.result({"p": (0.8, 0.0), "q": (0.4, 0.0)})
        chain = make.plan(
            make.step("a"), make.step("b", ["q"], before=["a"]), make.step("c", before=["b"])
        )
        made = bc.score_impact(chain, audit, draws=500)
        points = {s.step: s.index.value for s in made.steps}
        enabled = {s.step: s.enables.value for s in made.steps}
        assert enabled["a"] == pytest.approx(points["b"] + points["c"])
        assert enabled["b"] == pytest.approx(points["c"])
        assert enabled["c"] == 0

    def test_more_draws_bring_a_smaller_error(self, make: Any) -> None:
        case = Case(make.plan(make.step("a")), make.result({"p": (0.5, 0.1)}))
        few, many = (case.score(draws=n).mc_error for n in (2_000, 32_000))
        assert few / many == pytest.approx(4, rel=0.1)

    def test_a_higher_level_widens(self, make: Any) -> None:
        case = Case(make.plan(make.step("a")), make.result({"p": (0.5, 0.1)}))
        narrow, wide = (case.score(level=level).total for level in (0.5, 0.9))
        assert wide.lower < narrow.lower < narrow.value < narrow.upper < wide.upper


class TestUnscored:
    @pytest.mark.parametrize("parameter", OTHER)
    def test_another_outcome_may_not_enter(self, make: Any, parameter: str) -> None:
        outcome = bc.load_evidence().parameter(parameter).outcome
        assert outcome is not bc.model.Outcome.CONDUCT
        audit = make.result({"p": (0.8, 0.0)})
        both = make.plan(make.step("a"), make.step("b", ["q"], parameter=parameter, reach=0.1))
        made = bc.score_impact(both, audit, draws=500)
        assert [s.step for s in made.steps] == ["a"]
        assert made.unscored == {
            "b": f"its effect is on {outcome.value}, not on conduct: it may not enter an index "
            "of conduct"
        }

    def test_behaviour_on_another_scale_may_not_enter_either(self, make: Any) -> None:
        base = bc.load_evidence()
        ratio = evolve(
            base.parameter("rewards-game"), id="ratio", scale=bc.model.EffectScale.LOG_RATE_RATIO
        )
        made = bc.score_impact(
            make.plan(make.step("a", parameter="ratio")),
            make.result({"p": (0.8, 0.0)}),
            evidence=evolve(base, parameters=[*base.parameters, ratio]),
            draws=100,
        )
        assert made.unscored["a"].startswith("its effect on conduct is a log-rate-ratio")

    def test_no_effect_and_no_principle(self, make: Any) -> None:
        made = bc.score_impact(
            make.plan(make.step("a", effects=()), make.step("b", [])), make.result({}), draws=100
        )
        assert dict(made.unscored) == {
            "a": "no study measured what it does by itself: it prepares other steps or keeps "
            "them up",
            "b": "it answers no principle of the framework",
        }
        assert (made.steps, made.total.value, made.p_benefit) == ((), 0, 0)

    @given(data=st.data())
    def test_each_step_is_scored_or_not_with_a_reason(self, make: Any, data: st.DataObject) -> None:
        case = data.draw(cases(make))
        made = case.score()
        scored = {s.step for s in made.steps}
        assert scored | made.unscored.keys() == {s.id for s in case.plan.steps}
        assert not scored & made.unscored.keys()
        assert all(made.unscored.values())
        with pytest.raises(bc.errors.UnknownNameError):
            made.step("nowhere")


@cache
def real() -> Case:
    framework = bc.load_framework("bennett-2017")
    responses = [
        bc.Response(rater=r, item=item.id, rating=i % 4)
        for i, item in enumerate(framework.items)
        for r in ("head", "teacher")
    ]
    audit = bc.Audit(id="a", framework="bennett-2017", edition="2017", responses=responses)
    result = bc.score_audit(audit, framework)
    catalogue = bc.load_catalogue("bennett-2017")
    measured = {s.id: 1.0 for s in catalogue.steps if s.effects}
    return Case(bc.draft_plan(result, catalogue=catalogue, benefits=measured), result)


class TestShipped:
    def test_benefits_can_choose_the_next_plan(self) -> None:
        made = real().score()
        assert made.benefits == {s.step: s.index.value for s in made.steps}
        again = bc.draft_plan(
            real().result, catalogue=bc.load_catalogue("bennett-2017"), benefits=made.benefits
        )
        best = made.steps[0].step
        assert best in {s.id for s in again.steps}

    def test_it_says_what_it_is_not(self) -> None:
        made = real().score()
        assert "is not a forecast" in made.statement
        assert made.statement in str(made)
        assert "draws" in str(made)
        assert str(made).startswith("Planning index of the plan: ")
        assert (made.evidence, made.draws) == ("behaviour-2026", 300)

    def test_every_step_of_the_catalogue_cites_evidence_that_is_there(self) -> None:
        base = bc.load_evidence()
        for s in bc.load_catalogue("bennett-2017").steps:
            for link in s.effects:
                assert base.parameter(link.parameter)
                assert base.grade(link.grade)

    def test_drivers_name_gaps_studies_and_fidelity(self) -> None:
        names = {d.name.split(":")[0] for d in real().score(draws=2_000).drivers}
        assert names <= {"gap", "study", "setting", "fidelity"}
        assert {"setting", "fidelity"} <= names


class TestRefusals:
    def _refuse(self, make: Any, match: str, **changes: Any) -> None:
        case = Case(make.plan(make.step("a")), make.result({"p": (0.5, 0.1)}))
        with pytest.raises(bc.InvalidInputError, match=match):
            case.score(**changes)

    @pytest.mark.parametrize("draws", [99, 0, -1, 10**7 + 1, 1e3, True, "300"])
    def test_draws(self, make: Any, draws: object) -> None:
        self._refuse(
            make, r"draws: (expected a whole number|\S+ is out of range: at least 100)", draws=draws
        )

    @pytest.mark.parametrize("seed", [-1, 2**63 + 1, 0.5, False, None])
    def test_seed(self, make: Any, seed: object) -> None:
        self._refuse(
            make,
            r"seed: (expected a whole number|\S+ is out of range|a whole number of more than)",
            seed=seed,
        )

    @pytest.mark.parametrize("level", [0.0, 1.0, 95, float("nan")])
    def test_level(self, make: Any, level: float) -> None:
        self._refuse(
            make,
            "out of range: more than 0 and less than 1|expected a number|not a finite",
            level=level,
        )

    def test_a_plan_for_another_framework_or_edition(self, make: Any) -> None:
        plan, audit = make.plan(make.step("a")), make.result({})
        for changes in ({"framework": "g"}, {"edition": "2"}):
            with pytest.raises(bc.InvalidInputError, match="is for the framework"):
                bc.score_impact(evolve(plan, **changes), audit)

    @pytest.mark.parametrize(
        ("step", "match"),
        [
            ({"parameter": "classroom"}, "no effect parameter 'classroom'"),
            ({"grade": "E"}, "no grade 'E'; known: A, B, C, D"),
        ],
    )
    def test_evidence_that_is_not_there(self, make: Any, step: dict[str, str], match: str) -> None:
        with pytest.raises(bc.errors.UnknownNameError, match=match):
            bc.score_impact(make.plan(make.step("a", **step)), make.result({}))

    def test_an_assumption_that_is_not_there(self, make: Any) -> None:
        base = bc.load_evidence()
        lacking = evolve(base, assumptions=[a for a in base.assumptions if a.id != "plan-cap"])
        with pytest.raises(bc.errors.UnknownNameError, match="no assumption 'plan-cap'"):
            bc.score_impact(make.plan(make.step("a")), make.result({}), evidence=lacking)
