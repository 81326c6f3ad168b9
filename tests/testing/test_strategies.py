"""The strategies that users get: valid, registered, and strict about their options."""

from __future__ import annotations

import inspect
import subprocess
import sys
from collections.abc import Callable
from typing import Annotated, Any

import numpy as np
import pytest
from attrs import frozen
from hypothesis import Phase, find, given, settings
from hypothesis import strategies as st

import behaviour_culture as bc
from behaviour_culture import testing
from behaviour_culture._arrays import FrozenArray, array_field
from behaviour_culture.checks import Value
from behaviour_culture.errors import InvalidInputError, MissingExtraError
from behaviour_culture.fields import Range, Shape, Share, Slug, Text
from behaviour_culture.model.plan import PlanChange
from behaviour_culture.monitoring.control_charts.chart import ChartKind
from behaviour_culture.testing import _charts, objects
from behaviour_culture.testing._registry import ARRANGED, DRAWN, import_strategies
from behaviour_culture.testing.register import register
from builders import DAY, MONDAY, first_of, framework_of, public_classes

# The first example will do: to shrink a whole framework takes minutes.
FIRST = settings(max_examples=5, phases=[Phase.generate], deadline=None)
FUNCTIONS = {
    name: getattr(testing, name)
    for name in testing.__all__
    if name.islower() and not name.startswith("assert_") and name != "objects"
}

import_strategies()
OTHERS = sorted({*ARRANGED, *DRAWN} - {*public_classes()}, key=lambda class_: class_.__name__)
"""Classes with a strategy of their own that no package offers: parts of those that one does."""


class TestNames:
    def test_every_strategy_has_keyword_options_only_and_a_docstring(self) -> None:
        for name, function in FUNCTIONS.items():
            parameters = inspect.signature(function).parameters.values()
            assert all(p.kind is p.KEYWORD_ONLY for p in parameters), name
            assert all(p.default is not p.empty for p in parameters), name
            assert function.__doc__.startswith("Draw "), name

    def test_names_are_plural(self) -> None:
        assert all(name.endswith("s") for name in FUNCTIONS)

    @pytest.mark.parametrize("name", sorted(FUNCTIONS))
    def test_each_draws_without_options(self, name: str) -> None:
        value = find(FUNCTIONS[name](), lambda _: True, settings=FIRST)
        assert value is not None


class TestRegistered:
    @pytest.mark.parametrize("class_", OTHERS, ids=lambda class_: class_.__name__)
    def test_a_class_that_objects_of_ours_hold_is_drawn_too(self, class_: type[Any]) -> None:
        assert type(find(st.from_type(class_), lambda _: True, settings=FIRST)) is class_

    def test_a_class_of_a_user_s_own_that_holds_ours_is_drawn_too(self) -> None:
        def visit(school: bc.School, phase: bc.Phase) -> tuple[bc.School, bc.Phase]:
            return school, phase

        school, phase = find(st.builds(visit), lambda _: True, settings=FIRST)
        assert isinstance(school, bc.School)
        assert isinstance(phase, bc.Phase)

    def test_registering_twice_does_no_harm(self) -> None:
        register()
        assert isinstance(find(st.from_type(bc.Role), lambda _: True, settings=FIRST), bc.Role)

    def test_a_user_s_own_strategy_takes_the_place_of_ours(self) -> None:
        code = (
            "import behaviour_culture as bc\n"
            "from hypothesis import Phase, find, settings, strategies as st\n"
            "first = settings(phases=[Phase.generate], max_examples=50, deadline=None)\n"
            "mine = bc.Role(id='mine', title='Mine', hours_per_week=1)\n"
            "find(st.from_type(bc.Capacity), lambda c: True, settings=first)\n"
            "st.register_type_strategy(bc.Role, st.just(mine))\n"
            "assert find(st.from_type(bc.Role), lambda _: True) is mine\n"
            "ours = bc.model.Monitoring(who='x', when='y', how='z')\n"
            "st.register_type_strategy(bc.model.Monitoring, st.just(ours))\n"
            "goals = st.from_type(bc.model.Objective)\n"
            "goal = find(goals, lambda o: o.monitoring is not None, settings=first)\n"
            "assert goal.monitoring.who == 'x'\n"
        )
        run(code)

    def test_importing_hypothesis_alone_registers_them_and_imports_next_to_nothing(self) -> None:
        code = (
            "import sys, hypothesis\n"
            "ours = {m for m in sys.modules if m.startswith('behaviour_culture.')}\n"
            "print(sorted(m.partition('.')[2] for m in ours))\n"
            "print(sorted({'attrs', 'numpy', 'networkx', 'cattrs'} & set(sys.modules)))\n"
            "from hypothesis import strategies as st\n"
            "import behaviour_culture as bc\n"
            "print(st.from_type(bc.Role).validate())\n"
        )
        assert run(code).splitlines() == [
            "['_lazy', '_version', 'testing', 'testing.register']",
            "[]",
            "None",
        ]

    def test_a_hypothesis_that_does_not_ask_is_told_at_once(self) -> None:
        code = (
            "from hypothesis.strategies._internal import types\n"
            "types._global_extra_lookup.pop('behaviour_culture')\n"
            "del types._global_extra_lookup\n"
            "from behaviour_culture.testing.register import register\n"
            "register()\n"
            "types._global_extra_lookup = {}\n"
            "import behaviour_culture as bc\n"
            "from hypothesis import Phase, find, settings, strategies as st\n"
            "first = settings(phases=[Phase.generate], max_examples=5, deadline=None)\n"
            "for class_ in (bc.Role, bc.School, bc.Framework, bc.Weeks, bc.planning.StepGraph):\n"
            "    found = find(st.from_type(class_), lambda _: True, settings=first)\n"
            "    print(type(found) is class_)\n"
        )
        assert run(code).split() == ["True"] * 5


def run(code: str) -> str:
    """Run code in an interpreter of its own, and return what it prints."""
    done = subprocess.run(  # noqa: S603  (this interpreter and the code above)
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    return done.stdout


class TestFromFields:
    def test_a_rule_is_drawn_as_a_type(self) -> None:
        assert find(st.from_type(Share), lambda share: share > 0.5) <= 1.0
        assert find(st.from_type(tuple[Slug, ...]), lambda slugs: len(slugs) == 2) == ("0", "0")

    def test_a_class_of_a_user_s_own_needs_no_line_more(self) -> None:
        @frozen(kw_only=True, repr=False)
        class Coverage(Value):
            group: Slug
            share: Share
            weeks: Annotated[int, Range(low=3)] | None = None

        assert find(st.from_type(Coverage), lambda c: c.weeks is not None).weeks == 3
        assert find(objects(Coverage, group="staff"), lambda c: c.share == 1).group == "staff"

    def test_pairs_and_arrays_of_a_class_are_of_one_shape(self) -> None:
        @frozen(kw_only=True, repr=False)
        class Grid(Value):
            corner: tuple[Share, Text]
            once: Annotated[FrozenArray, Shape("n", None, missing=True)] = array_field()
            again: Annotated[FrozenArray, Shape("n", 2)] = array_field()

        several = settings(FIRST, max_examples=200)
        found = find(st.from_type(Grid), lambda g: np.isnan(g.once).any(), settings=several)
        assert list(map(type, found.corner)) == [float, str]
        assert found.again.shape == (len(found.once), 2)

    @given(objects(bc.School, name="Hill", roll=st.integers(1, 9), systems=[]))
    def test_fields_that_are_given_are_kept(self, school: bc.School) -> None:
        assert (school.name, school.systems) == ("Hill", ())
        assert 1 <= school.roll <= 9

    @given(objects(bc.model.DateRange, end=bc.load_calendar("illustrative-2026-27").end))
    def test_what_does_not_fit_the_rest_is_not_drawn(self, days: bc.model.DateRange) -> None:
        assert days.start <= days.end

    @given(objects(bc.Weeks, optimistic=1))
    def test_a_named_tuple_is_drawn_too(self, weeks: bc.Weeks) -> None:
        assert weeks.optimistic == 1

    def test_a_wrong_name_and_a_wrong_value(self) -> None:
        with pytest.raises(InvalidInputError, match="nme: School has no such field; did you mean"):
            objects(bc.School, nme="Hill")
        with pytest.raises(InvalidInputError, match="urn: 3 is out of range"):
            find(objects(bc.School, urn=3), lambda _: True)


BAD: list[tuple[Callable[[], Any], str]] = [
    (lambda: testing.slugs(max_size=0), "max_size: expected a whole number from 1"),
    (lambda: testing.slugs(max_size=101), "at most 100 characters"),
    (lambda: testing.slugs(max_size=True), "whole number"),
    (lambda: testing.texts(min_size=-1), "min_size: expected a whole number from 0"),
    (lambda: testing.texts(min_size=5, max_size=4), "max_size: expected a whole number from 5"),
    (lambda: testing.texts(max_size=2.5), "whole number"),
    (lambda: testing.dates(min_value="2026"), "min_value: expected a date"),
    (lambda: testing.dates(max_value=bc.load_calendar("blue-coat-2024-25")), "max_value"),
    (lambda: testing.dates(min_value=MONDAY, max_value=MONDAY - DAY), "is before 2026-09-07"),
    (lambda: testing.estimates(min_value=1.0, max_value=1.0), "is not above"),
    (lambda: testing.rating_scales(min_levels=1), "min_levels: expected a whole number from 2"),
    (lambda: testing.frameworks(max_principles=0), "max_principles"),
    (lambda: testing.frameworks(min_items=3, max_items=2), "max_items"),
    (lambda: testing.catalogues(min_steps=4, max_steps=3), "max_steps"),
    (lambda: testing.action_plans(max_steps=-1), "max_steps"),
    (lambda: testing.action_plans(starts="2026-09-01"), "a strategy of dates"),
    (lambda: testing.action_plans(roles=[]), "a sequence of ids to choose from"),
    (lambda: testing.capacities(roles="head"), "a sequence of ids to choose from"),
    (lambda: testing.schools(kinds=[]), "kinds: expected a sequence of ids"),
    (lambda: testing.school_years(min_terms=0), "min_terms"),
    (lambda: testing.school_years(max_inset=-1), "max_inset"),
    (lambda: testing.audits(max_raters=0), "max_raters"),
    (lambda: testing.scheduled_plans(max_steps=None), "max_steps"),
]


class TestOptions:
    @pytest.mark.parametrize(("make", "words"), BAD)
    def test_a_bad_one_is_refused_when_the_strategy_is_made(
        self, make: Callable[[], Any], words: str
    ) -> None:
        with pytest.raises(InvalidInputError, match=words):
            make()

    @settings(max_examples=3)
    @given(bare=testing.frameworks(max_items=0))
    def test_an_audit_needs_a_framework_with_items(self, bare: bc.Framework) -> None:
        for make in (testing.audits, testing.audit_results, testing.drafted_plans):
            with pytest.raises(InvalidInputError, match="has no items to audit"):
                make(framework=bare)

    @given(st.data())
    def test_ids_that_are_given_are_the_only_ones_used(self, data: st.DataObject) -> None:
        kinds, known = ["one", "two"], ["p-1"]
        school = data.draw(testing.schools(kinds=kinds, principles=known, roles=["head"]))
        assert {s.kind for s in school.systems} <= {None, *kinds}
        assert {p for s in school.systems for p in s.principles} <= set(known)
        assert [role.id for role in school.capacity.roles] == ["head"]
        step = data.draw(testing.action_steps(roles=["head"], requires=["a", "b"]))
        assert set(step.hours_per_week) | {step.lead, *step.lead_options} <= {"head"}
        assert {p.step for p in step.requires} <= {"a", "b"} - {step.id}

    @settings(max_examples=settings.default.max_examples // 2)  # a plan is slow to draw
    @given(st.data())
    def test_a_plan_for_a_framework_answers_its_principles(self, data: st.DataObject) -> None:
        framework = data.draw(testing.frameworks())
        plan = data.draw(testing.action_plans(framework=framework, min_steps=1))
        assert (plan.framework, plan.edition) == (framework.id, framework.edition)
        known = {p.id for p in framework.principles}
        assert {p for s in plan.steps for p in s.principles} <= known
        assert {o.principle for o in plan.objectives} <= known

    def test_links_between_frameworks_join_their_principles(self) -> None:
        source, target = framework_of({"a": [1]}), framework_of({"b": [1]}).evolve(id="other")
        walks = testing.crosswalks(source=source, target=target)
        walk = find(walks, lambda w: bool(w.links), settings=settings(FIRST, max_examples=200))
        assert (walk.source_framework, walk.target_framework) == ("small", "other")
        assert (walk.source_edition, walk.target_edition) == ("1", "1")
        assert {(link.source, link.target) for link in walk.links} == {("a", "b")}

    def test_a_step_cites_no_effect_that_was_measured_among_a_few_pupils(self) -> None:
        known = bc.load_evidence()
        few = [p.evolve(most_reach=0.5) for p in known.parameters]
        steps = testing.action_steps(evidence=known.evolve(parameters=few))
        assert find(steps, lambda _: True, settings=FIRST).effects == ()

    @given(testing.texts(min_size=3, max_size=5), testing.slugs(max_size=2))
    def test_sizes_are_kept(self, text: str, slug: str) -> None:
        assert 3 <= len(text) <= 5
        assert text.strip()
        assert 1 <= len(slug) <= 2


class TestWithoutHypothesis:
    @pytest.fixture(autouse=True)
    def _anew(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.delitem(sys.modules, "behaviour_culture.testing._basics")
        monkeypatch.delitem(vars(testing), "slugs", raising=False)

    def test_the_extra_is_named(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setitem(sys.modules, "hypothesis", None)
        with pytest.raises(MissingExtraError, match=r"behaviour_culture\[testing\]"):
            _ = testing.slugs

    def test_nothing_else_that_is_missing_is_taken_for_it(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setitem(sys.modules, "behaviour_culture.checks", None)
        with pytest.raises(ModuleNotFoundError, match=r"behaviour_culture\.checks"):
            _ = testing.slugs


class TestTheyReachWhatTheyShould:
    """Each case that a strategy is meant to draw is found; find fails where there is none."""

    @pytest.mark.parametrize(
        ("strategy", "case"),
        first_of(
            [
                (testing.frameworks(), lambda f: any(p.prerequisites for p in f.principles)),
                (testing.frameworks(), lambda f: any(c.opposes for c in f.challenges)),
                (testing.catalogues(), lambda k: any(s.requires for s in k.steps)),
                (testing.catalogues(), lambda k: k.audit_step and k.roles),
                (testing.action_plans(), lambda p: any(i.objectives for i in p.inclusions)),
                (testing.capacities(), lambda c: len(c.changes) > 1),
                (testing.school_years(), lambda y: len(y.half_terms) > 3 and y.inset),
                (testing.audit_results(), lambda r: r.not_assessed),
                (st.from_type(PlanChange), lambda c: c.old),
                (testing.texts(), lambda t: "<" in t or "&" in t),
                (testing.action_plans(), lambda p: p.met and p.progress and p.milestones),
                (testing.schedules(), lambda s: s.unscheduled and s.steps),
                (testing.schedules(), lambda s: any(e.slack_weeks for e in s.steps)),
                (testing.schedules(), lambda s: s.options.pins or s.options.deadlines),
                (st.from_type(bc.impact.ImpactResult), lambda r: r.steps and r.unscored),
            ],
            10,
        ),
    )
    def test_a_case_that_matters(
        self, strategy: st.SearchStrategy[Any], case: Callable[[Any], Any]
    ) -> None:
        assert find(strategy, lambda v: bool(case(v)), settings=settings(FIRST, max_examples=2_000))

    def test_a_chart_without_width_in_one_form_is_drawn_in_the_other(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def narrow(*given: Any, **options: Any) -> Any:
            if "screen_moving_ranges" in options:
                raise InvalidInputError("xmr_chart", [])
            return bc.monitoring.xmr_chart(*given, **options)

        monkeypatch.setattr(_charts, "xmr_chart", narrow)
        xmr = ChartKind.XMR
        assert find(testing.control_charts(), lambda c: c.chart is xmr, settings=FIRST)

    @pytest.mark.slow
    def test_what_fails_shrinks_to_something_small(self) -> None:
        plan = find(testing.action_plans(), lambda p: any(s.requires for s in p.steps))
        assert not plan.objectives
        assert not plan.progress
        # One step, and what it requires, planned or met.
        assert len(plan.steps) + len(plan.met) == 2
