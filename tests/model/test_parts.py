"""Smaller parts of the model: circles, scales, hours, maps that cannot change."""

from __future__ import annotations

import copy
import datetime as dt
import pickle
from collections.abc import Callable
from itertools import pairwise, permutations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import behaviour_culture as bc
from behaviour_culture._frozenmap import FrozenMap, frozen_map
from behaviour_culture.content import load_content
from behaviour_culture.errors import CycleError, UnknownNameError
from behaviour_culture.model.benchmark import BenchmarkFigure
from behaviour_culture.model.exposure import exposure_from_calendar
from behaviour_culture.model.order import check_acyclic, shortest_cycle
from behaviour_culture.model.reading import Doubt
from behaviour_culture.model.support import StrandOffer
from behaviour_culture.testing import (
    capacities,
    catalogues,
    frameworks,
    rating_scales,
    schools,
    slugs,
)
from builders import INFERRED

BENNETT = bc.load_framework("bennett-2017")
YEAR = bc.load_calendar("illustrative-2026-27")
NAMES = "abcdef"
graphs = st.dictionaries(
    st.sampled_from(NAMES),
    st.dictionaries(st.sampled_from(NAMES), st.sampled_from(bc.model.Basis), max_size=3),
    max_size=6,
)
Graph = dict[str, dict[str, bc.model.Basis]]


def all_cycles(requires: Graph) -> list[tuple[str, ...]]:
    """Try every order of every subset: slow, plain, and sure."""
    nodes = sorted(requires)
    return [
        some
        for size in range(1, len(nodes) + 1)
        for some in permutations(nodes, size)
        if some[0] == min(some)
        and all(
            before in requires[after]
            for before, after in zip(some, (*some[1:], some[0]), strict=True)
        )
    ]


class TestCircles:
    @given(graphs)
    def test_the_shortest_one_and_of_several_the_first(self, requires: Graph) -> None:
        cycles = all_cycles(requires)
        best = min(cycles, key=lambda cycle: (len(cycle), cycle), default=())
        assert shortest_cycle(requires) == best

    @given(graphs, st.randoms(use_true_random=False))
    def test_the_order_of_input_makes_no_difference(self, requires: Graph, random: Any) -> None:
        mixed = {}
        for key in random.sample(sorted(requires), len(requires)):
            inner = requires[key]
            mixed[key] = {b: inner[b] for b in random.sample(sorted(inner), len(inner))}
        assert shortest_cycle(mixed) == shortest_cycle(requires)

    @given(graphs)
    def test_the_link_to_drop_is_one_of_the_weakest(self, requires: Graph) -> None:
        cycle = shortest_cycle(requires)
        try:
            check_acyclic(requires, {})
        except CycleError as error:
            found: CycleError | None = error
        else:
            found = None
        assert bool(cycle) == (found is not None)
        if found is None:
            return
        assert found.cycle == cycle
        before, after = found.weakest
        assert before in requires[after]
        assert after == cycle[(cycle.index(before) + 1) % len(cycle)]
        strength = [bc.model.Basis.JUDGEMENT, bc.model.Basis.INFERRED, bc.model.Basis.STATED]
        links = [requires[b][a] for a, b in zip(cycle, (*cycle[1:], cycle[0]), strict=True)]
        assert requires[after][before] == min(links, key=strength.index)

    def test_a_chain_of_thousands_needs_no_depth_of_calls(self) -> None:
        names = [f"s{i:05}" for i in range(1_100)]
        chain: Graph = {names[0]: {}}
        chain |= {b: {a: bc.model.Basis.STATED} for a, b in pairwise(names)}
        assert shortest_cycle(chain) == ()
        chain[names[0]] = {names[-1]: bc.model.Basis.JUDGEMENT}
        assert shortest_cycle(chain) == tuple(names)


class TestScale:
    @given(rating_scales())
    def test_levels_lie_between_nought_and_one_in_order(self, scale: bc.model.RatingScale) -> None:
        places = [scale.fraction(value) for value in scale.values]
        assert places == sorted(places)
        assert (places[0], places[-1]) == (0.0, 1.0)
        for level in scale.levels:
            assert scale.level(level.value) is level
            assert scale.nearest(scale.fraction(level.value)) is level

    def test_half_way_goes_to_the_lower(self, framework: bc.Framework) -> None:
        assert framework.scale.nearest(0.5).label == "emerging"
        with pytest.raises(UnknownNameError, match="no rating '7'; known: 0, 1, 2, 3"):
            framework.scale.level(7)


class TestHours:
    @given(capacities(), st.dates(dt.date(2015, 1, 1), dt.date(2040, 12, 31)))
    def test_of_a_day_are_those_of_the_change_that_holds_it(
        self, capacity: bc.Capacity, day: dt.date
    ) -> None:
        for role in capacity.roles:
            on = [
                c.hours_per_week
                for c in capacity.changes
                if c.role == role.id and c.start <= day <= c.end
            ]
            assert len(on) <= 1
            assert capacity.hours(role.id, day) == (on[0] if on else role.hours_per_week)
            assert capacity.has(role.id)

    def test_of_a_role_that_is_not_there(self) -> None:
        capacity = bc.Capacity(roles=[bc.Role(id="head", title="Head", hours_per_week=1)])
        with pytest.raises(UnknownNameError, match="no role 'haed'; did you mean 'head'"):
            capacity.hours("haed", dt.date(2026, 9, 1))
        assert not capacity.has("haed")

    @given(schools(), slugs())
    def test_people_of_a_role_are_one_where_nothing_is_said(
        self, school: bc.School, role: str
    ) -> None:
        known = {r.id: r.people for r in school.capacity.roles} if school.capacity else {}
        assert school.people(role) == known.get(role, 1)
        for key, people in known.items():
            assert school.people(key) == people


class TestLookingUp:
    @given(frameworks())
    def test_what_a_framework_holds_is_found_by_id(self, framework: bc.Framework) -> None:
        for domain in framework.domains:
            assert framework.domain(domain.id) is domain
            assert all(p.domain == domain.id for p in framework.principles_of(domain.id))
        for principle in framework.principles:
            assert framework.principle(principle.id) is principle
            assert principle in framework.principles_of(principle.domain)
        for item in framework.items:
            assert framework.item(item.id) is item
            assert item in framework.items_of(item.principle)
        assert framework.rating_scale is framework.scale

    @given(frameworks())
    def test_unverified_lists_each_statement_without_a_verified_mark(
        self, framework: bc.Framework
    ) -> None:
        lists = (
            *(framework.domains, framework.principles, framework.features),
            *(framework.challenges, framework.systems, framework.recommendations),
            *(framework.practices, framework.sections),
        )
        marks = [entry.provenance.mark for entries in lists for entry in entries]
        marks += [
            q.provenance.mark
            for p in framework.principles
            for q in p.prerequisites
            if q.origin is not bc.model.Origin.OWN
        ]
        marks += [i.provenance.mark for i in framework.items if i.provenance is not None]
        doubtful = sorted(
            m.value for m in marks if m not in {bc.model.Mark.READ, bc.model.Mark.COMPUTED}
        )
        assert sorted(u.mark.value for u in framework.unverified()) == doubtful

    def test_what_is_not_there_gets_a_suggestion(self, framework: bc.Framework) -> None:
        with pytest.raises(UnknownNameError, match="did you mean 'design-vision'"):
            framework.principle("design-vison")
        with pytest.raises(UnknownNameError, match="no audit item"):
            framework.item("design-vison")
        with pytest.raises(UnknownNameError, match="no domain"):
            framework.principles_of("no-such")
        with pytest.raises(KeyError):
            framework.items_of("no-such")

    @given(catalogues())
    def test_steps_of_a_catalogue(self, catalogue: bc.StepCatalogue) -> None:
        for step in catalogue.steps:
            assert catalogue.step(step.id) is step
            assert all(step in catalogue.for_principle(p) for p in step.principles)
            assert step.main_principle == (step.principles[0] if step.principles else None)

    @given(st.from_type(bc.model.SupportOffer))
    def test_offers_by_strand(self, offer: bc.model.SupportOffer) -> None:
        found = [offer.offer(strand) for strand in bc.model.SupportStrand]
        assert sorted((o.strand for o in found if o), key=str) == sorted(
            (o.strand for o in offer.strands), key=str
        )
        for one in offer.strands:
            assert bool(one.dose) == (one.times is not None)
            assert one.dose in str(one)

    def test_a_dose_is_in_words(self) -> None:
        given_ = {"strand": bc.model.SupportStrand.OPEN_DAYS, "text": "A morning", "times": 2}
        provenance = bc.model.Provenance(mark=bc.model.Mark.INFERRED)
        offers = [
            StrandOffer(per=per, provenance=provenance, **given_) for per in ("term", "route")
        ]
        assert [o.dose for o in offers] == ["2 a term", "2 in all"]
        assert str(offers[0]) == "open-days: 2 a term, A morning"
        with pytest.raises(bc.InvalidInputError, match="one of term, year, route"):
            StrandOffer(per="week", provenance=provenance, **given_)

    @given(st.from_type(bc.model.BenchmarkSet))
    def test_the_latest_figure_of_each_measure_and_group(
        self, survey: bc.model.BenchmarkSet
    ) -> None:
        latest = survey.latest()
        assert {(f.measure, f.group) for f in latest} == {
            (f.measure, f.group) for f in survey.figures
        }
        for figure in latest:
            rivals = [f for f in survey.figures if f.measure == figure.measure]
            assert figure.wave == max(f.wave for f in rivals if f.group is figure.group)


class TestFrozenMap:
    @given(st.dictionaries(st.text(), st.integers()))
    def test_equals_the_dict_that_it_was_made_of(self, items: dict[str, int]) -> None:
        made = FrozenMap(items)
        assert made == items
        assert dict(made) == items
        assert list(made) == list(items)
        backwards = FrozenMap(reversed(list(items.items())))
        assert backwards == made
        assert hash(backwards) == hash(made)
        copies = (copy.deepcopy(made), pickle.loads(pickle.dumps(made)))  # noqa: S301  (made here)
        assert all(c == made and type(c) is FrozenMap for c in copies)

    def test_cannot_be_changed_nor_through_what_it_was_made_of(self) -> None:
        items = {"head": 1.0}
        made = FrozenMap(items)
        items["head"] = 9.0
        assert made["head"] == 1.0
        for change in ("made['x'] = 1", "del made['head']"):
            with pytest.raises(TypeError):
                exec(change, {"made": made})  # noqa: S102  (the statement is under test)
        with pytest.raises(AttributeError):
            made._items = {}
        with pytest.raises(AttributeError):
            del made._items

    def test_what_is_no_mapping_is_left_for_the_checks(self) -> None:
        wrong: Any = [("head", 1.0)]
        assert frozen_map(wrong) is wrong


class TestWords:
    @pytest.mark.parametrize(
        ("source", "words"),
        [
            ({"author": "T. Bennett", "year": 2017}, "T. Bennett (2017). Creating a culture."),
            ({"author": "T. Bennett"}, "T. Bennett. Creating a culture."),
            ({"year": 2017}, "Creating a culture (2017)."),
            ({}, "Creating a culture."),
        ],
    )
    def test_a_source_cites_itself(self, source: dict[str, Any], words: str) -> None:
        assert bc.model.Source(id="s", title="Creating a culture", **source).cite() == words

    @pytest.mark.parametrize(
        ("make", "words"),
        [
            (lambda: BENNETT.sections[0], "Section foreword Foreword"),
            (lambda: load_content("programme", "behaviour-hubs").stages[0], "diagnose: Find the"),
            (lambda: load_content("instrument", "set-2.1").bandings[0].bands[1], "Band from 5: 1"),
            (lambda: YEAR.weeks[0], "SchoolWeek week 1, 2026-09-03 to 2026-09-04, Autumn 1"),
            (lambda: exposure_from_calendar(YEAR, 9)[0], "PeriodExposure Autumn 1: 36 days"),
            (lambda: bc.load_duties().duties[0], "Duty governors-principles: Governors make"),
            (lambda: Doubt(code="odd", column="day", message="no day", count=1), "Doubt odd day"),
        ],
    )
    def test_a_part_of_something_says_what_it_is(
        self, make: Callable[[], object], words: str
    ) -> None:
        assert words in repr(make())

    def test_a_recommendation_is_its_text(self) -> None:
        one = BENNETT.recommendations[0]
        assert str(one) == one.text

    def test_a_figure_of_a_survey_says_whom_it_asked(self) -> None:
        figure = BenchmarkFigure(
            id="f", measure="calm", topic="calm", group="parents", wave="May 2024", value=51.0,
            unit="per cent", base=1200, provenance=INFERRED,
        )  # fmt: skip
        assert str(figure) == "calm, parents, May 2024: 51 per cent, 1,200 asked"
        old = figure.evolve(id="old", wave="June 2023")
        survey = bc.model.BenchmarkSet(id="s", name="S", publisher="P", figures=[figure, old])
        assert [f.id for f in survey.latest()] == ["f"]

    def test_a_status_has_words(self) -> None:
        assert [s.words for s in bc.StepStatus][:2] == ["not started", "on track"]
