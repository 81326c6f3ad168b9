"""The strategies that users get: valid, registered, and strict about their options."""

from __future__ import annotations

import inspect
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import Phase, find, given, settings
from hypothesis import strategies as st

import behaviour_culture as bc
from behaviour_culture import testing
from behaviour_culture.errors import InvalidInputError
from behaviour_culture.testing import strategies
from behaviour_culture.testing.register import register, registered_types

# The first example will do: to shrink a whole framework takes minutes.
FIRST = settings(max_examples=5, phases=[Phase.generate], deadline=None)
FUNCTIONS = {
    name: getattr(strategies, name)
    for name in strategies.__all__
    if inspect.isfunction(inspect.unwrap(getattr(strategies, name)))
}


class TestNames:
    def test_every_strategy_has_keyword_options_only_and_a_docstring(self) -> None:
        for name, function in FUNCTIONS.items():
            parameters = inspect.signature(function).parameters.values()
            assert all(p.kind is p.KEYWORD_ONLY for p in parameters), name
            assert all(p.default is not p.empty for p in parameters), name
            assert function.__doc__.startswith("Draw "), name

    def test_names_are_plural(self) -> None:
        singular = {name for name in FUNCTIONS if not name.endswith("s")}
        assert singular == {"days_off", "criteria"}  # plurals of another form

    def test_the_package_offers_them_all(self) -> None:
        assert set(strategies.__all__) <= set(testing.__all__)

    @pytest.mark.parametrize("name", sorted(FUNCTIONS))
    def test_each_draws_without_options(self, name: str) -> None:
        value = find(FUNCTIONS[name](), lambda _: True, settings=FIRST)
        assert value is not None


class TestRegistered:
    def test_from_type_draws_an_instance_of_just_that_class(self, public_type: type) -> None:
        value = find(st.from_type(public_type), lambda _: True, settings=FIRST)
        assert type(value) is public_type

    def test_a_class_of_a_user_s_own_that_holds_ours_is_drawn_too(self) -> None:
        def visit(school: bc.School, phase: bc.Phase) -> tuple[bc.School, bc.Phase]:
            return school, phase

        school, phase = find(st.builds(visit), lambda _: True, settings=FIRST)
        assert isinstance(school, bc.School)
        assert isinstance(phase, bc.Phase)

    def test_registering_twice_does_no_harm(self) -> None:
        register()
        assert len(set(registered_types())) == len(registered_types())

    def test_a_user_s_own_strategy_takes_the_place_of_ours(self) -> None:
        mine = bc.Role(id="head", title="Head", hours_per_week=1)
        try:
            st.register_type_strategy(bc.Role, st.just(mine))
            assert find(st.from_type(bc.Role), lambda _: True) is mine
        finally:
            register()

    def test_importing_hypothesis_alone_registers_them_and_draws_nothing_in(self) -> None:
        code = (
            "import sys, hypothesis\n"
            "heavy = {'numpy', 'networkx', 'cattrs', 'behaviour_culture.testing.strategies'}\n"
            "print(sorted(heavy & set(sys.modules)))\n"
            "from hypothesis import strategies as st\n"
            "import behaviour_culture as bc\n"
            "print(st.from_type(bc.Role).validate())\n"
        )
        done = subprocess.run(  # noqa: S603  (this interpreter and the code above)
            [sys.executable, "-c", code], capture_output=True, text=True, check=True
        )
        assert done.stdout.split() == ["[]", "None"]


BAD: list[tuple[Callable[[], Any], str]] = [
    (lambda: strategies.slugs(max_size=0), "max_size: expected a whole number from 1"),
    (lambda: strategies.slugs(max_size=101), "at most 100 characters"),
    (lambda: strategies.slugs(max_size=True), "whole number"),
    (lambda: strategies.texts(min_size=-1), "min_size: expected a whole number from 0"),
    (lambda: strategies.texts(min_size=5, max_size=4), "max_size: expected a whole number from 5"),
    (lambda: strategies.texts(max_size=2.5), "whole number"),
    (lambda: strategies.dates(min_value="2026"), "min_value: expected a date"),
    (lambda: strategies.dates(max_value=bc.load_calendar("blue-coat-2024-25")), "max_value"),
    (lambda: strategies.estimates(min_value=1.0, max_value=1.0), "is not above"),
    (lambda: strategies.rating_scales(min_levels=1), "min_levels: expected a whole number from 2"),
    (lambda: strategies.frameworks(max_principles=0), "max_principles"),
    (lambda: strategies.frameworks(min_items=3, max_items=2), "max_items"),
    (lambda: strategies.durations(max_weeks=201), "at most 200 weeks"),
    (lambda: strategies.catalogues(min_steps=4, max_steps=3), "max_steps"),
    (lambda: strategies.action_plans(max_steps=-1), "max_steps"),
    (lambda: strategies.action_plans(starts="2026-09-01"), "a strategy of dates"),
    (lambda: strategies.action_plans(roles=[]), "a sequence of ids to choose from"),
    (lambda: strategies.roles(ids="head"), "a sequence of ids to choose from"),
    (lambda: strategies.principles(domains=[]), "domains: expected a sequence of ids"),
    (lambda: strategies.responses(ratings=()), "ratings: expected values"),
    (lambda: strategies.school_years(min_terms=0), "min_terms"),
    (lambda: strategies.school_years(max_inset=-1), "max_inset"),
    (lambda: strategies.audits(max_raters=0), "max_raters"),
    (lambda: strategies.scheduled_plans(max_steps=None), "max_steps"),
]


class TestOptions:
    @pytest.mark.parametrize(("make", "words"), BAD)
    def test_a_bad_one_is_refused_when_the_strategy_is_made(
        self, make: Callable[[], Any], words: str
    ) -> None:
        with pytest.raises(InvalidInputError, match=words):
            make()

    @settings(max_examples=3)
    @given(bare=strategies.frameworks(max_items=0))
    def test_an_audit_needs_a_framework_with_items(self, bare: bc.Framework) -> None:
        for make in (strategies.audits, strategies.audit_results, strategies.drafted_plans):
            with pytest.raises(InvalidInputError, match="has no items to audit"):
                make(framework=bare)

    @given(st.data())
    def test_ids_that_are_given_are_the_only_ones_used(self, data: st.DataObject) -> None:
        domains, cited = ["one", "two"], ["s-1"]
        drawn = data.draw(strategies.principles(domains=domains, requires=["p"], sources=cited))
        assert drawn.domain in domains
        assert set(drawn.provenance.sources) <= set(cited)
        assert {q.principle for q in drawn.prerequisites} <= {"p"}
        step = data.draw(strategies.action_steps(roles=["head"], requires=["a", "b"]))
        assert set(step.hours_per_week) | {step.lead, *step.lead_options} <= {"head"}
        assert {p.step for p in step.requires} <= {"a", "b"} - {step.id}

    @given(st.data())
    def test_a_plan_for_a_framework_answers_its_principles(self, data: st.DataObject) -> None:
        framework = data.draw(strategies.frameworks())
        plan = data.draw(strategies.action_plans(framework=framework, min_steps=1))
        assert (plan.framework, plan.edition) == (framework.id, framework.edition)
        known = {p.id for p in framework.principles}
        assert {p for s in plan.steps for p in s.principles} <= known
        assert {o.principle for o in plan.objectives} <= known

    @given(strategies.texts(min_size=3, max_size=5), strategies.slugs(max_size=2))
    def test_sizes_are_kept(self, text: str, slug: str) -> None:
        assert 3 <= len(text) <= 5
        assert text.strip()
        assert 1 <= len(slug) <= 2


class TestTheyReachWhatTheyShould:
    """Each case that a strategy is meant to draw is found; find fails where there is none."""

    @pytest.mark.parametrize(
        ("strategy", "case"),
        [
            (strategies.frameworks(), lambda f: any(p.prerequisites for p in f.principles)),
            (strategies.frameworks(), lambda f: any(c.opposes for c in f.challenges)),
            (strategies.catalogues(), lambda k: any(s.requires for s in k.steps)),
            (strategies.catalogues(), lambda k: k.audit_step and k.roles),
            (strategies.action_plans(), lambda p: any(i.objectives for i in p.inclusions)),
            (strategies.action_plans(), lambda p: p.met and p.progress and p.milestones),
            (strategies.capacities(), lambda c: len(c.changes) > 1),
            (strategies.school_years(), lambda y: len(y.half_terms) > 3 and y.inset),
            (strategies.schedules(), lambda s: s.unscheduled and s.steps),
            (strategies.schedules(), lambda s: any(e.slack_weeks for e in s.steps)),
            (strategies.schedules(), lambda s: s.options.pins or s.options.deadlines),
            (strategies.audit_results(), lambda r: r.not_assessed),
            (strategies.impact_results(), lambda r: r.steps and r.unscored),
            (strategies.texts(), lambda t: "<" in t or "&" in t),
        ],
    )
    def test_a_case_that_matters(
        self, strategy: st.SearchStrategy[Any], case: Callable[[Any], Any]
    ) -> None:
        assert find(strategy, lambda v: bool(case(v)), settings=settings(FIRST, max_examples=2_000))

    @pytest.mark.slow
    def test_what_fails_shrinks_to_something_small(self) -> None:
        plan = find(strategies.action_plans(), lambda p: any(s.requires for s in p.steps))
        assert not plan.objectives
        assert not plan.progress
        # One step, and what it requires, planned or met.
        assert len(plan.steps) + len(plan.met) == 2
