"""Drafting a plan from the gaps of an audit: what must hold for every draft."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from functools import cache
from random import Random
from time import process_time
from typing import Any, NamedTuple

import networkx as nx
import numpy as np
import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

import behaviour_culture as bc
from behaviour_culture.model.catalogue import check_steps_acyclic
from behaviour_culture.planning.objectives import add_months
from behaviour_culture.testing import assert_closed, drafted_plans
from builders import audit_of, examples

RUNNING = (bc.StepStatus.ON_TRACK, bc.StepStatus.AT_RISK, bc.StepStatus.OFF_TRACK)


MONITORING = {"baseline-survey", "data-review", "governor-visits", "re-audit"}


class Inputs(NamedTuple):
    """What a draft is made from."""

    result: bc.AuditResult
    options: dict[str, Any]

    def draft(self, **changes: Any) -> bc.ActionPlan:
        options = {"catalogue": catalogue(), **self.options, **changes}
        return bc.draft_plan(self.result, **options)


@cache
def framework() -> bc.Framework:
    return bc.load_framework("bennett-2017")


@cache
def catalogue() -> bc.StepCatalogue:
    return bc.load_catalogue("bennett-2017")


def audit(choose: Callable[[bc.AuditItem], int | None]) -> bc.AuditResult:
    made = audit_of(framework(), *map(choose, framework().items))
    return bc.score_audit(made, framework())


@cache
def audit_number(number: int) -> bc.AuditResult:
    """One of some audits: all alike but for one item, or all different, some principles unseen."""
    rng, items = np.random.default_rng(number), framework().items
    if number % 2:
        principles = sorted({p.id for p in framework().principles} - {items[0].principle})
        unseen = set(rng.choice(principles, size=int(rng.integers(20)), replace=False))
        return audit(lambda i: None if i.principle in unseen else int(rng.integers(4)))
    better = items[int(rng.integers(len(items)))]
    level = number // 2 % 4
    return audit(lambda i: 2 if i == better else level)


audit_results = st.integers(0, 31).map(audit_number)


@st.composite
def progresses(draw: st.DrawFn, keys: list[str]) -> list[bc.StepProgress]:
    some = draw(st.lists(st.sampled_from(keys), max_size=6, unique=True))
    return [bc.StepProgress(step=k, status=draw(st.sampled_from(bc.StepStatus))) for k in some]


@st.composite
def schools(draw: st.DrawFn) -> bc.School:
    kinds = sorted({s.system for s in catalogue().steps if s.system})
    some = draw(st.lists(st.sampled_from(kinds), max_size=4, unique=True))
    return bc.School(
        id="elm",
        name="Elm",
        systems=[
            bc.SchoolSystem(
                id=f"our-{kind}",
                name=f"Our {kind}",
                kind=kind,
                status=draw(st.sampled_from(bc.model.SystemStatus)),
            )
            for kind in some
        ],
    )


@st.composite
def own_steps(draw: st.DrawFn) -> list[bc.ActionStep]:
    principles = st.sampled_from([p.id for p in framework().principles])
    keys = [s.id for s in catalogue().steps]
    return [
        bc.ActionStep(
            id=f"own-{i}",
            title=f"Own {i}",
            lead="head",
            hours_per_week={"head": 1},
            principles=draw(st.lists(principles, max_size=2, unique=True)),
            payoff=draw(st.sampled_from(bc.model.Payoff)),
            requires=[
                bc.Prerequisite(step=k, reason="it comes first")
                for k in draw(st.sets(st.sampled_from(keys), max_size=2))
            ],
        )
        for i in range(draw(st.integers(0, 2)))
    ]


@st.composite
def inputs(draw: st.DrawFn) -> Inputs:
    own = draw(own_steps())
    keys = [s.id for s in (*catalogue().steps, *own)]
    options: dict[str, Any] = {
        "priorities": draw(st.integers(1, 6) | st.just(40)),
        "steps_per_priority": draw(st.integers(1, 4)),
        "own_steps": own,
        "progress": draw(progresses(keys)),
        "school": draw(st.none() | schools()),
        "starts": draw(st.none() | st.dates(dt.date(2020, 1, 1), dt.date(2100, 1, 1))),
    }
    if draw(st.booleans()):
        random = draw(st.randoms(use_true_random=True))
        options["benefits"] = {k: random.uniform(-1, 9) for k in keys if random.random() < 0.8}
    return Inputs(draw(audit_results), options)


def is_strong(result: bc.AuditResult, step: bc.ActionStep) -> bool:
    """Whether raters place its main principle at three quarters of the scale or more."""
    scores = {s.id: s.estimate.value for s in result.principles}
    return scores.get(str(step.main_principle), 0.0) >= 0.75


def in_plan(plan: bc.ActionPlan) -> set[str]:
    return {s.id for s in plan.steps}


def met(plan: bc.ActionPlan) -> set[str]:
    return {m.step for m in plan.met}


def status_of(given_inputs: Inputs) -> dict[str, bc.StepStatus]:
    return {p.step: p.status for p in given_inputs.options["progress"]}


@settings(max_examples=3 * settings.default.max_examples)
@given(inputs())
def test_every_draft_keeps_the_promises_of_all(drawn: Inputs) -> None:
    """Each draft is looked at in every way: to make it takes the longest."""
    plan = drawn.draft()
    is_closed_and_has_no_circle(plan)
    says_of_every_step_what_becomes_of_it(drawn, plan)
    gives_one_reason_for_each_step(drawn, plan)
    works_on_the_largest_gaps(drawn, plan)
    aims_one_level_higher_from_where_the_audit_stands(drawn, plan)
    audits_again_after_12_and_18_months(drawn, plan)
    gives_the_right_rank_of_what_was_left_out(drawn, plan)
    is_decided_by_progress(drawn, plan)
    has_own_steps_unless_they_are_finished(drawn, plan)
    has_met_what_audit_progress_and_systems_say(drawn, plan)


def is_closed_and_has_no_circle(plan: bc.ActionPlan) -> None:
    there = in_plan(plan) | met(plan)
    assert all(p.step in there for s in plan.steps for p in s.requires)
    made = nx.DiGraph([(p.step, s.id) for s in plan.steps for p in s.requires])
    assert nx.is_directed_acyclic_graph(made)
    check_steps_acyclic(plan.steps)


def says_of_every_step_what_becomes_of_it(drawn: Inputs, plan: bc.ActionPlan) -> None:
    skipped = {s.step for s in plan.skipped}
    parts = [in_plan(plan), met(plan), skipped]
    known = {s.id for s in (*catalogue().steps, *drawn.options["own_steps"])}
    assert sum(len(part) for part in parts) == len(set().union(*parts)) == len(known)
    assert set().union(*parts) == known
    assert all(plan.why(key).strip() for key in known)
    school = drawn.options["school"]
    ours = catalogue() if school is None else catalogue().for_school(school)
    titles = {s.id: s.title for s in (*ours.steps, *drawn.options["own_steps"])}
    titles |= {key: left.title for key, left in ours.left_out.items()}
    assert all(titles[e.step] == e.title for e in (*plan.met, *plan.skipped))


def gives_one_reason_for_each_step(drawn: Inputs, plan: bc.ActionPlan) -> None:
    assert sorted(i.step for i in plan.inclusions) == sorted(in_plan(plan))
    needed = {p.step for s in plan.steps for p in s.requires}
    own = {s.id for s in drawn.options["own_steps"]}
    for inclusion in plan.inclusions:
        assert inclusion.reason.strip()
        if inclusion.kind is bc.model.InclusionKind.PRIORITY:
            assert inclusion.objectives
            assert "answers priorit" in inclusion.reason
        elif inclusion.kind is bc.model.InclusionKind.PREREQUISITE:
            assert inclusion.step in needed
            assert "needed before" in inclusion.reason
        elif inclusion.kind is bc.model.InclusionKind.UNDER_WAY:
            assert status_of(drawn)[inclusion.step] in RUNNING
        assert (inclusion.kind is bc.model.InclusionKind.OWN) == (inclusion.step in own)


def works_on_the_largest_gaps(drawn: Inputs, plan: bc.ActionPlan) -> None:
    open_gaps = [g for g in drawn.result.gaps if g.size.value > 0.25]
    assert len(plan.objectives) == min(drawn.options["priorities"], len(open_gaps))
    for objective, gap in zip(plan.objectives, open_gaps, strict=False):
        assert objective.principle == gap.principle
        assert objective.reason.startswith(f"gap {gap.rank} of {len(drawn.result.gaps)}: ")


def aims_one_level_higher_from_where_the_audit_stands(drawn: Inputs, plan: bc.ActionPlan) -> None:
    for objective in plan.objectives:
        known = drawn.result.score(objective.principle).estimate
        assert objective.baseline == known
        assert objective.target == pytest.approx(min(1.0, known.value + 1 / 3))
        assert objective.target_basis.startswith("judgement")
        assert objective.target_origin.value == "rule"
        assert len(objective.success_criteria) == 3
        assert objective.monitoring is not None


def audits_again_after_12_and_18_months(drawn: Inputs, plan: bc.ActionPlan) -> None:
    starts = drawn.options["starts"]
    audits = [m for m in plan.milestones if m.objective is None]
    if "re-audit" in in_plan(plan):
        assert [(m.id, m.step) for m in audits] == [
            ("re-audit", "re-audit"),
            ("re-audit-next", None),
        ]
        again = audits[0].date
        assert plan.not_before == ({} if again is None else {"re-audit": again})
        if again is not None:
            assert (again.month, again.day) == (6, 1)
            assert later(starts, 4) <= again <= later(starts, 16)
    else:
        assert [m.months for m in audits] == [12, 18]
    half_way = [m for m in plan.milestones if m.objective is not None]
    assert [m.objective for m in half_way] == [o.id for o in plan.objectives]
    for m in half_way:
        assert m.date == (None if starts is None else later(starts, m.months))
    for o in plan.objectives:
        assert (o.months, o.by) == (12, None if starts is None else later(starts, 12))


def gives_the_right_rank_of_what_was_left_out(drawn: Inputs, plan: bc.ActionPlan) -> None:
    ranks = {g.principle: g for g in drawn.result.gaps}
    chosen = {o.principle for o in plan.objectives}
    for entry in plan.skipped:
        principles = catalogue().step(entry.step).principles
        if "what a plan holds" in entry.reason:
            assert set(principles) & chosen
        elif status_of(drawn).get(entry.step) is bc.StepStatus.STOPPED:
            assert entry.reason == "the school stopped it, and no step of the plan needs it"
        elif answered := [p for p in principles if p in chosen]:
            assert entry.reason.startswith(f"for {ranks[answered[0]].name} the ")
        elif known := [ranks[p] for p in principles if p in ranks]:
            weak = [g for g in known if drawn.result.score(g.principle).estimate.value < 0.75]
            first = min(weak or known, key=lambda g: g.rank)
            if not weak:
                share = f"{1 - first.size.value:.0%}"
                assert entry.reason == f"{first.name} is rated {share}, so it is no priority"
                continue
            assert first.rank > max(ranks[p].rank for p in chosen)
            said = re.match(r"(.*) ranks (\d+) of (\d+) gaps \((\d+)%\)", entry.reason)
            assert said is not None
            assert said.groups() == (
                first.name,
                str(first.rank),
                str(len(ranks)),
                f"{first.size.value:.0%}"[:-1],
            )
        else:
            assert entry.reason == "none of its principles was assessed"


def is_decided_by_progress(drawn: Inputs, plan: bc.ActionPlan) -> None:
    needed = {p.step for s in plan.steps for p in s.requires}
    own = {s.id for s in drawn.options["own_steps"]}
    for key, status in status_of(drawn).items():
        if status is bc.StepStatus.COMPLETE:
            assert key in met(plan)
        elif status in RUNNING:
            assert key in in_plan(plan) | met(plan)
        elif status is bc.StepStatus.STOPPED and key not in own:
            assert (key in in_plan(plan)) <= (key in needed)
    assert {p.step for p in plan.progress} <= in_plan(plan) | met(plan)
    for entry in plan.progress:
        if entry.step in in_plan(plan):
            assert plan.status(entry.step) is entry.status


def has_own_steps_unless_they_are_finished(drawn: Inputs, plan: bc.ActionPlan) -> None:
    for s in drawn.options["own_steps"]:
        finished = status_of(drawn).get(s.id) is bc.StepStatus.COMPLETE
        assert (s.id in met(plan), s.id in in_plan(plan)) == (finished, not finished)


def has_met_what_audit_progress_and_systems_say(drawn: Inputs, plan: bc.ActionPlan) -> None:
    school = drawn.options["school"]
    expected = {catalogue().audit_step}
    expected |= {k for k, s in status_of(drawn).items() if s is bc.StepStatus.COMPLETE}
    made = nx.DiGraph([(p.step, s.id) for s in catalogue().steps for p in s.requires])
    made.add_nodes_from(s.id for s in catalogue().steps)
    led = set()
    for s in catalogue().steps:
        if s.id in MONITORING or s.id in expected:
            continue
        if school and s.system and school.has_in_place(s.system):
            led |= {s.id}
            led |= {
                b
                for b in nx.ancestors(made, s.id)
                if catalogue().step(b).main_principle == s.main_principle
            }
    done = {k for k, s in status_of(drawn).items() if s is bc.StepStatus.COMPLETE}
    assert met(plan) == expected | (led - MONITORING) | done


class TestEveryDraft:
    @given(inputs())
    def test_every_priority_gets_a_quick_and_an_embedding_step_until_the_year_is_full(
        self, drawn: Inputs
    ) -> None:
        plan = drawn.draft(steps_per_priority=max(2, drawn.options["steps_per_priority"]))
        stopped = {k for k, s in status_of(drawn).items() if s is bc.StepStatus.STOPPED}
        for objective in plan.objectives:
            candidates = [
                s
                for s in (*catalogue().steps, *drawn.options["own_steps"])
                if objective.principle in s.principles
                and s.id not in met(plan) | stopped
                and not is_strong(drawn.result, s)
            ]
            chosen = {
                s.payoff for s in plan.steps if objective.id in plan.inclusion(s.id).objectives
            }
            assert chosen or not candidates
            for s in candidates:
                assert s.payoff in chosen or "what a plan holds" in plan.why(s.id)

    @given(inputs(), st.randoms(use_true_random=False))
    def test_does_not_hang_on_the_order_of_anything(self, drawn: Inputs, random: Random) -> None:
        def mixed(values: Any) -> list[Any]:
            return random.sample(list(values), k=len(values))

        other = drawn._replace(result=evolve(drawn.result, gaps=mixed(drawn.result.gaps)))
        changes = {k: mixed(drawn.options[k]) for k in ("own_steps", "progress")}
        if "benefits" in drawn.options:
            changes["benefits"] = dict(mixed(drawn.options["benefits"].items()))
        shuffled = evolve(catalogue(), steps=mixed(catalogue().steps))
        assert other.draft(catalogue=shuffled, **changes) == drawn.draft()


@examples(25)
@given(drafted_plans())
def test_any_framework_catalogue_and_school(plan: bc.ActionPlan) -> None:
    assert_closed(plan)
    assert [i.step for i in plan.inclusions] == [s.id for s in plan.steps]
    assert all(plan.why(key).strip() for key in in_plan(plan) | met(plan))
    assert len(plan.milestones) == len(plan.objectives) + 2


class TestWhatIsThereAlready:
    def test_only_a_system_that_is_in_place_counts(self) -> None:
        result = audit(lambda _: 1)
        step = next(s for s in catalogue().steps if s.system)
        name = result.score(str(step.main_principle)).name
        for status in bc.model.SystemStatus:
            system = bc.SchoolSystem(id="ours", name="Ours", kind=step.system, status=status)
            school = bc.School(id="elm", name="Elm", systems=[system])
            plan = bc.draft_plan(result, catalogue=catalogue(), school=school)
            assert (step.id in met(plan)) == (status is bc.model.SystemStatus.IN_PLACE)
            if step.id in met(plan):
                assert plan.why(step.id) == (
                    f"the school has it in place: Ours; but raters place {name!r} at 33%: check "
                    "that it is in place in practice"
                )

    def test_the_audit_itself_is_done(self) -> None:
        done = evolve(audit(lambda _: 1), date=dt.date(2026, 9, 30))
        plan = bc.draft_plan(done, catalogue=catalogue())
        assert catalogue().audit_step == "baseline-audit"
        assert plan.why("baseline-audit") == "this audit of 30 September 2026 is what it asks for"


class TestBenefits:
    @examples(30)
    @given(audit_results, st.integers(1, 5), st.randoms(use_true_random=True))
    def test_the_larger_benefit_comes_first(
        self, result: bc.AuditResult, limit: int, random: Random
    ) -> None:
        benefits = {s.id: random.uniform(0, 9) for s in catalogue().steps}
        plan = bc.draft_plan(
            result,
            catalogue=catalogue(),
            priorities=1,
            steps_per_priority=limit,
            benefits=benefits,
        )
        if not plan.objectives:
            return
        principle = plan.objectives[0].principle
        ranked = sorted(
            (
                s
                for s in catalogue().for_principle(principle)
                if s.id not in met(plan) and not is_strong(result, s)
            ),
            key=lambda s: -benefits[s.id],
        )
        if any("what a plan holds" in plan.why(s.id) for s in ranked):
            return
        quick = [s.id for s in ranked if s.payoff is bc.model.Payoff.QUICK][: limit > 1]
        embeds = [s.id for s in ranked if s.payoff is bc.model.Payoff.EMBEDS][: limit > 1]
        expected = [*quick, *embeds]
        expected += [s.id for s in ranked if s.id not in expected][: limit - len(expected)]
        given_anyway = MONITORING
        chosen = {i.step for i in plan.inclusions if i.kind is bc.model.InclusionKind.PRIORITY}
        assert chosen - set(expected) <= {s.id for s in ranked}
        assert len(chosen | given_anyway & set(expected)) <= max(limit, 2)
        assert set(expected[:1]) <= chosen | given_anyway

    def test_those_of_an_impact_score_can_be_used(self) -> None:
        result = audit(lambda _: 1)
        plan = bc.draft_plan(result, catalogue=catalogue())
        benefits = bc.score_impact(plan, result, draws=200).benefits
        again = bc.draft_plan(result, catalogue=catalogue(), benefits=benefits)
        assert again.objectives == plan.objectives
        assert in_plan(again) & benefits.keys()


class TestScorer:
    result = audit(lambda _: 1)

    def test_the_means_of_its_draws_are_the_benefits(self) -> None:
        def lottery(plan: bc.ActionPlan, _result: object, *, draws: int, seed: int) -> object:
            return np.random.default_rng(seed).normal(size=(draws, len(plan.steps)))

        plan = bc.draft_plan(
            self.result, catalogue=catalogue(), scorer=lottery, draws=5, seed=np.int64(3)
        )
        ids = sorted({s.id for s in catalogue().steps} - met(plan))
        means = np.random.default_rng(3).normal(size=(5, len(ids))).mean(axis=0)
        benefits = dict(zip(ids, means.tolist(), strict=True))
        assert plan == bc.draft_plan(self.result, catalogue=catalogue(), benefits=benefits)
        other = bc.draft_plan(self.result, catalogue=catalogue(), scorer=lottery, draws=5, seed=4)
        assert in_plan(other) != in_plan(plan)

    def test_it_sees_every_candidate_with_what_is_met_and_reported(self) -> None:
        seen: list[tuple[bc.ActionPlan, object]] = []

        def watching(plan: bc.ActionPlan, result: object, *, draws: int, **_: int) -> object:
            seen.append((plan, result))
            return np.zeros((draws, len(plan.steps)))

        own = bc.ActionStep(id="mine", title="Mine", lead="head", hours_per_week={"head": 1})
        first, second = catalogue().steps[5:7]
        reports = [
            bc.StepProgress(step=first.id, status=bc.StepStatus.COMPLETE),
            bc.StepProgress(step=second.id, status=bc.StepStatus.STOPPED),
        ]
        bc.draft_plan(
            self.result,
            catalogue=catalogue(),
            own_steps=[own],
            progress=reports,
            starts=dt.date(2026, 9, 2),
            scorer=watching,
        )
        ((plan, result),) = seen
        assert result is self.result
        assert {m.step for m in plan.met} == {first.id, catalogue().audit_step}
        everything = {s.id for s in catalogue().steps} | {"mine"}
        assert {s.id for s in plan.steps} == everything - {m.step for m in plan.met}
        assert plan.progress == tuple(reports)
        assert plan.starts == dt.date(2026, 9, 2)
        assert not plan.objectives

    def test_ours_can_be_used(self) -> None:
        plans = [
            bc.draft_plan(self.result, catalogue=catalogue(), scorer=scorer, draws=200)
            for scorer in (bc.impact.planning_index, bc.impact.gap_closed)
        ]
        assert in_plan(plans[0]) != in_plan(plans[1])


def later(day: dt.date, months: int) -> dt.date:
    """Count month by month; the last day of a month that is too short."""
    year, month = day.year, day.month
    for _ in range(months):
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    for back in range(4):
        try:
            return dt.date(year, month, day.day - back)
        except ValueError:
            continue
    raise AssertionError(day)


class TestMonths:
    @given(st.dates(dt.date(1900, 1, 1), dt.date(2200, 1, 1)), st.integers(0, 60))
    def test_counting(self, day: dt.date, months: int) -> None:
        assert add_months(day, months) == later(day, months)

    @pytest.mark.parametrize(
        ("starts", "june", "months"),
        [
            (dt.date(2026, 9, 2), 2027, 8),
            (dt.date(2026, 6, 22), 2027, 11),
            (dt.date(2027, 1, 4), 2027, 4),
            (dt.date(2027, 2, 1), 2027, 4),
            (dt.date(2027, 2, 2), 2028, 15),
        ],
    )
    def test_the_audit_is_done_again_in_the_last_half_term_of_a_school_year(
        self, starts: dt.date, june: int, months: int
    ) -> None:
        plan = bc.draft_plan(audit(lambda _: 1), catalogue=catalogue(), starts=starts)
        found = {m.id: m for m in plan.milestones}
        assert found["re-audit"].date == dt.date(june, 6, 1) == plan.not_before["re-audit"]
        assert found["re-audit"].months == months
        assert found["re-audit-next"].date == dt.date(june + 1, 6, 1)


class TestRefusals:
    result = audit(lambda _: 1)

    def _refuse(self, match: str, **changes: Any) -> None:
        with pytest.raises(bc.InvalidInputError, match=match):
            bc.draft_plan(self.result, **{"catalogue": catalogue(), **changes})

    def test_a_catalogue_for_another_framework(self) -> None:
        other = evolve(catalogue(), framework="another")
        self._refuse("catalogue.framework: is for the framework 'another'", catalogue=other)

    def test_a_catalogue_for_another_edition(self) -> None:
        self._refuse(r"\(2018\), not for .*\(2017\)", catalogue=evolve(catalogue(), edition="2018"))

    @pytest.mark.parametrize("name", ["priorities", "steps_per_priority"])
    @pytest.mark.parametrize("value", [0, -1, 2.0, True, "3", None])
    def test_numbers_of_things(self, name: str, value: object) -> None:
        self._refuse(
            rf"{name}: (expected a whole number|\S+ is out of range: at least 1)", **{name: value}
        )

    @pytest.mark.parametrize("starts", ["01/09/2026", 5, dt.date.max])
    def test_a_start_that_is_no_usable_date(self, starts: object) -> None:
        self._refuse("starts: expected a date", starts=starts)

    def test_an_own_step_with_an_id_of_the_catalogue(self) -> None:
        own = [catalogue().step("agree-vision")]
        self._refuse("a step 'agree-vision' too: give yours another id", own_steps=own)

    def test_own_steps_with_one_id(self) -> None:
        one = bc.ActionStep(id="mine", title="Mine", lead="head", hours_per_week={"head": 1})
        self._refuse(r"own_steps\[1\].id", own_steps=[one, one])

    def test_an_own_step_that_requires_what_nobody_knows(self) -> None:
        before = bc.Prerequisite(step="agree-visions", reason="r")
        own = bc.ActionStep(
            id="mine", title="Mine", lead="head", hours_per_week={"head": 1}, requires=[before]
        )
        self._refuse("did you mean 'agree-vision'?", own_steps=[own])

    def test_progress_of_a_step_that_nobody_knows(self) -> None:
        report = bc.StepProgress(step="agree-visio", status=bc.StepStatus.COMPLETE)
        self._refuse("no step 'agree-visio'; did you mean 'agree-vision'", progress=[report])

    def test_two_reports_of_one_step(self) -> None:
        reports = [
            bc.StepProgress(step="agree-vision", status=s)
            for s in (bc.StepStatus.COMPLETE, bc.StepStatus.STOPPED)
        ]
        self._refuse("2 reports of one step: keep the latest", progress=reports)

    @pytest.mark.parametrize("benefit", [float("nan"), float("inf"), "3", None])
    def test_a_benefit_that_is_no_number(self, benefit: object) -> None:
        self._refuse("expected a number", benefits={"agree-vision": benefit})

    def test_a_scorer_that_is_not_one_or_comes_with_benefits(self) -> None:
        self._refuse("expected a function scorer", scorer="gap closed")
        self._refuse("give a scorer or benefits", scorer=bc.impact.gap_closed, benefits={})
        self._refuse("draws: 0 is out of range: at least 1", draws=0)
        self._refuse("seed: -1 is out of range: at least 0", seed=-1)

    def test_a_scorer_whose_numbers_have_another_shape(self) -> None:
        def one(*_: object, **__: int) -> object:
            return [1.0]

        self._refuse(r"scorer\(...\): expected an array of numbers", scorer=one)

    def test_a_scorer_that_answers_for_other_steps_or_draws(self) -> None:
        def some(plan: bc.ActionPlan, *_: object, draws: int, **__: int) -> object:
            return np.zeros((draws + 1, len(plan.steps)))

        def others(plan: bc.ActionPlan, *_: object, draws: int, **__: int) -> object:
            return np.zeros((draws, len(plan.steps) + 1))

        self._refuse(r"has the shape \(8, \d+\), expected 7 rows", scorer=some, draws=7)
        self._refuse(r"has the shape \(7, \d+\), expected 7 rows", scorer=others, draws=7)

    def test_a_benefit_of_a_step_that_nobody_knows(self) -> None:
        self._refuse("no step 'nothing'", benefits={"nothing": 1.0})

    def test_redraws_of_another_kind(self) -> None:
        self._refuse("redraws: expected a table of names and values", redraws=["one"])

    def test_all_faults_at_once(self) -> None:
        with pytest.raises(bc.InvalidInputError) as caught:
            bc.draft_plan(
                self.result,
                catalogue=evolve(catalogue(), framework="another", edition="1"),
                priorities=0,
                benefits={"nothing": 1.0},
            )
        assert [f.path for f in caught.value.faults] == [
            "priorities",
            "catalogue.framework",
            "benefits['nothing']",
        ]


def test_a_long_chain_of_steps_takes_no_square_of_the_time() -> None:
    framework, base = bc.load_framework("bennett-2017"), bc.load_catalogue("bennett-2017")
    result = bc.score_audit(audit_of(framework, *[0] * len(framework.items)), framework)
    serves = [result.gaps[0].principle]

    def chained(n: int) -> float:
        steps = [
            bc.ActionStep(
                id=f"s-{i}",
                title=f"S {i}",
                principles=serves,
                hours_per_week={"head": 1.0},
                lead="head",
                requires=[bc.Prerequisite(step=f"s-{i - 1}", reason="x")] if i else [],
            )
            for i in range(n)
        ]
        whole = {"steps": steps, "audit_step": None, "roles": (), "patterns": (), "aliases": {}}
        many, worth = evolve(base, **whole), {f"s-{n - 1}": 1.0}
        began = process_time()
        plan = bc.draft_plan(
            result, catalogue=many, priorities=1, steps_per_priority=1, benefits=worth
        )
        assert len(plan.steps) == n
        return process_time() - began

    small = chained(200)
    assert chained(1_600) < max(1.0, 25 * small)
