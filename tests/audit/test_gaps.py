"""Gaps of an audit: how large, how much they hold up, and in which order they come."""

from __future__ import annotations

import sys
from fractions import Fraction
from itertools import pairwise

import networkx as nx
import pytest
from hypothesis import given
from hypothesis import strategies as st

import behaviour_culture as bc
from builders import framework_of


def made_of(weights: dict[str, float], after: dict[str, list[str]]) -> bc.Framework:
    """One item a principle; ``after`` names what each builds on."""
    labels = ("absent", "emerging", "established", "embedded")
    return framework_of(
        {key: [1.0] for key in weights}, labels=labels, weights=weights, after=after
    )


def score(framework: bc.Framework, ratings: dict[str, int]) -> bc.AuditResult:
    responses = [bc.Response(rater="r", item=f"{p}-0", rating=v) for p, v in ratings.items()]
    audit = bc.Audit(id="a", framework="small", edition="1", responses=responses)
    return bc.score_audit(audit, framework)


@st.composite
def cases(draw: st.DrawFn) -> tuple[bc.Framework, dict[str, int]]:
    """Up to seven principles that build on each other, some of them not assessed."""
    names = [f"p{i}" for i in range(draw(st.integers(1, 7)))]
    order = draw(st.permutations(names))
    after = {
        p: sorted(draw(st.sets(st.sampled_from(order[:i]), max_size=3)))
        for i, p in enumerate(order)
        if i
    }
    weights = {p: draw(st.sampled_from([0.5, 1.0, 2.0])) for p in names}
    assessed = draw(st.sets(st.sampled_from(names), min_size=1))
    ratings = {p: draw(st.integers(0, 3)) for p in names if p in assessed}
    return made_of(weights, after), ratings


@given(cases())
def test_size_weight_and_what_builds_on_it_make_the_priority(
    case: tuple[bc.Framework, dict[str, int]],
) -> None:
    framework, ratings = case
    graph = nx.DiGraph()
    graph.add_nodes_from(p.id for p in framework.principles)
    graph.add_edges_from((q.principle, p.id) for p in framework.principles for q in p.prerequisites)
    weight = {p.id: Fraction(p.weight) for p in framework.principles}
    size = {p: 1 - Fraction(v, 3) for p, v in ratings.items()}
    total = sum((weight[p] * s for p, s in size.items()), Fraction(0)) or Fraction(1)
    result = score(framework, ratings)
    assert {g.principle for g in result.gaps} == ratings.keys()
    for gap in result.gaps:
        waiting = {p for p in nx.descendants(graph, gap.principle) if size.get(p, 0) > 0}
        share = sum((weight[p] * size[p] for p in waiting), Fraction(0)) / total
        exact = weight[gap.principle] * size[gap.principle] * (1 + share)
        assert gap.priority == pytest.approx(float(exact), abs=1e-12)
        assert gap.holds_up == tuple(sorted(waiting))
        assert gap.weight == weight[gap.principle]


@given(cases())
def test_rank_is_the_order_of_priority(case: tuple[bc.Framework, dict[str, int]]) -> None:
    gaps = score(*case).gaps
    assert [g.rank for g in gaps] == list(range(1, len(gaps) + 1))
    assert list(gaps) == sorted(gaps, key=lambda g: (-g.priority, g.principle))


@given(cases())
def test_a_gap_is_what_the_score_leaves(case: tuple[bc.Framework, dict[str, int]]) -> None:
    result = score(*case)
    for gap in result.gaps:
        known = result.score(gap.principle).estimate
        assert gap.size.value == 1 - known.value
        assert (gap.size.lower, gap.size.upper) == (1 - known.upper, 1 - known.lower)
        assert gap.size.standard_error == known.standard_error
        assert result.gap(gap.principle) is gap


@given(cases(), st.data())
def test_the_order_of_principles_changes_no_rank(
    case: tuple[bc.Framework, dict[str, int]], data: st.DataObject
) -> None:
    framework, ratings = case
    names = data.draw(st.permutations([p.id for p in framework.principles]))
    mixed = made_of(
        {n: framework.principle(n).weight for n in names},
        {n: [q.principle for q in framework.principle(n).prerequisites] for n in names},
    )
    # Equal up to the last bit of a sum, so ties by priority are left to the id.
    rounded = [
        [(round(g.priority, 9), g.principle) for g in score(f, ratings).gaps]
        for f in (framework, mixed)
    ]
    assert sorted(rounded[0]) == sorted(rounded[1])


class TestExample:
    """Weights 1; a at 1 of 3, b at 2 of 3, c in place; b and c build on a, d was not seen."""

    framework = made_of(dict.fromkeys("abcd", 1.0), {"b": ["a"], "c": ["b"], "d": ["c"]})
    result = score(framework, {"a": 1, "b": 2, "c": 3})

    def test_by_hand(self) -> None:
        # Gaps 2/3 and 1/3, together 1; a holds up b, a third of it: 2/3 x (1 + 1/3) = 8/9.
        first, second, third = self.result.gaps
        assert (first.principle, first.rank) == ("a", 1)
        assert first.priority == pytest.approx(8 / 9)
        assert second.priority == pytest.approx(1 / 3)
        assert third.priority == 0
        assert first.holds_up == ("b",)

    def test_words(self) -> None:
        reason = self.result.gap("a").reason
        assert reason.startswith("nearest to 'emerging' at 33% of the scale (")
        assert reason.endswith("; 1 other principle with a gap builds on it")
        assert "build" not in self.result.gap("b").reason

    def test_a_long_chain_of_principles_needs_no_deep_stack(self) -> None:
        names = [f"p{i:04}" for i in range(400)]
        after = {q: [p] for p, q in pairwise(names)}
        usual = sys.getrecursionlimit()
        sys.setrecursionlimit(350)
        try:
            result = score(made_of(dict.fromkeys(names, 1.0), after), dict.fromkeys(names, 1))
        finally:
            sys.setrecursionlimit(usual)
        assert len(result.gap("p0000").holds_up) == 399
        assert result.gaps[0].principle == "p0000"
