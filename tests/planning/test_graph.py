"""The dependency graph of steps: checked against networkx and against brute force."""

from __future__ import annotations

import pickle
from collections.abc import Iterator, Mapping
from itertools import pairwise
from random import Random

import networkx as nx
import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

import behaviour_culture as bc
import builders
from behaviour_culture.testing import step_graphs as any_graphs
from builders import examples, plan_of

_STRENGTH = {bc.model.Basis.JUDGEMENT: 0, bc.model.Basis.INFERRED: 1, bc.model.Basis.STATED: 2}


def step(
    key: str,
    before: Mapping[str, tuple[int, bc.model.Basis]] | None = None,
    *,
    weeks: int = 1,
    title: str = "",
) -> bc.ActionStep:
    requires = [
        bc.Prerequisite(step=b, reason=f"why {b}", lag_weeks=lag, basis=basis)
        for b, (lag, basis) in (before or {}).items()
    ]
    return builders.step(key, weeks=weeks, title=title or f"Title of {key}", requires=requires)


def chain(*keys: str) -> list[bc.ActionStep]:
    none: dict[str, tuple[int, bc.model.Basis]] = {}
    return [
        step(k, {b: (0, bc.model.Basis.JUDGEMENT)} if b else none)
        for b, k in zip(("", *keys), keys, strict=False)
    ]


@st.composite
def step_graphs(draw: st.DrawFn, max_size: int = 8) -> bc.planning.StepGraph:
    """Lean and dense graphs, acyclic by construction; ids do not follow the order."""
    keys = draw(st.lists(st.sampled_from("abcdefghijkl"), max_size=max_size, unique=True))
    steps = []
    for i, key in enumerate(keys):
        some = draw(st.sets(st.sampled_from(keys[:i]))) if i else set()
        before = {
            b: (draw(st.integers(0, 3)), draw(st.sampled_from(bc.model.Basis)))
            for b in sorted(some)
        }
        steps.append(step(key, before, weeks=draw(st.integers(1, 5))))
    return bc.planning.StepGraph(draw(st.permutations(steps)))


graphs = step_graphs() | any_graphs(max_steps=4)


def oracle(graph: bc.planning.StepGraph) -> nx.DiGraph[str]:
    """The same graph, built from the steps alone."""
    made: nx.DiGraph[str] = nx.DiGraph()
    made.add_nodes_from(graph.steps)
    for s in graph.steps.values():
        made.add_edges_from((p.step, s.id) for p in s.requires if p.step in graph.steps)
    return made


def paths(graph: bc.planning.StepGraph) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Every chain from a first step to a last one, with its length in weeks."""
    made = oracle(graph)
    lags = {(p.step, s.id): p.lag_weeks for s in graph.steps.values() for p in s.requires}

    def walk(path: tuple[str, ...], length: int) -> Iterator[tuple[int, tuple[str, ...]]]:
        after = sorted(made.successors(path[-1]))
        if not after:
            yield length, path
        for later in after:
            more = lags[path[-1], later] + graph.steps[later].weeks.likely
            yield from walk((*path, later), length + more)

    for key in graph.steps:
        if made.in_degree(key) == 0:
            yield from walk((key,), graph.steps[key].weeks.likely)


class TestOrder:
    @given(graphs)
    def test_waves_are_the_generations(self, graph: bc.planning.StepGraph) -> None:
        expected = [tuple(sorted(w)) for w in nx.topological_generations(oracle(graph))]
        assert list(graph.waves()) == expected

    @given(graphs)
    def test_a_step_comes_after_all_it_requires(self, graph: bc.planning.StepGraph) -> None:
        place = {key: i for i, key in enumerate(graph.order())}
        assert place.keys() == graph.steps.keys()
        for s in graph.steps.values():
            assert all(place[p.step] < place[s.id] for p in graph.prerequisites(s.id))

    @given(step_graphs())
    def test_of_steps_that_are_ready_the_first_by_id_comes_next(
        self, graph: bc.planning.StepGraph
    ) -> None:
        left, order = oracle(graph), []
        while left:
            first = min(key for key in left if left.in_degree(key) == 0)
            order.append(first)
            left.remove_node(first)
        assert graph.order() == tuple(order) == tuple(graph)

    @given(graphs)
    def test_what_comes_before_and_after(self, graph: bc.planning.StepGraph) -> None:
        made = oracle(graph)
        for key in graph.steps:
            assert graph.ancestors(key) == nx.ancestors(made, key)
            assert graph.descendants(key) == nx.descendants(made, key)

    @given(step_graphs())
    def test_reduction_leaves_out_what_a_chain_implies(self, graph: bc.planning.StepGraph) -> None:
        made = oracle(graph)
        kept = set(graph.reduced())
        assert kept >= set(nx.transitive_reduction(made).edges)
        implied = {
            (a, b) for a, b in made.edges if any(nx.has_path(made, m, b) for m in made[a] if m != b)
        }
        # A lag can ask for more than the chain that goes round it.
        for before, after in kept & implied:
            assert graph.to_networkx().edges[before, after]["lag_weeks"] > 0
        assert kept >= set(made.edges) - implied

    def test_a_lag_that_no_chain_takes_as_long_as_is_kept(self) -> None:
        def graph(lag: int) -> bc.planning.StepGraph:
            def step(key: str, **requires: int) -> bc.ActionStep:
                return bc.ActionStep(
                    id=key,
                    title=key,
                    lead="head",
                    hours_per_week={"head": 1},
                    weeks=bc.Weeks(2, 3, 4),
                    requires=[
                        bc.Prerequisite(step=k, reason="r", lag_weeks=n)
                        for k, n in requires.items()
                    ],
                )

            return bc.planning.StepGraph([step("a"), step("b", a=1), step("c", a=lag, b=1)])

        # Round by b at best: 1 week of lag, 2 of work, 1 of lag.
        assert ("a", "c") not in graph(4).reduced()
        assert ("a", "c") in graph(5).reduced()

    def test_of_two_chains_the_longer_implies(self) -> None:
        def graph(lag: int) -> bc.planning.StepGraph:
            lags = {"b": {"a": 0}, "d": {"a": 0}, "c": {"a": lag, "b": 0, "d": 0}, "a": {}}
            steps = [
                builders.step(
                    key,
                    weeks=(4, 5, 6) if key == "d" else (1, 1, 1),
                    requires=[
                        bc.Prerequisite(step=k, reason="r", lag_weeks=n) for k, n in before.items()
                    ],
                )
                for key, before in lags.items()
            ]
            return bc.planning.StepGraph(steps)

        assert ("a", "c") not in graph(4).reduced()
        assert ("a", "c") in graph(5).reduced()


class TestLength:
    @given(graphs)
    def test_it_is_the_longest_path(self, graph: bc.planning.StepGraph) -> None:
        weighted: nx.DiGraph[str] = nx.DiGraph()
        for s in graph.steps.values():
            weighted.add_edge(f"{s.id} starts", f"{s.id} ends", weight=s.weeks.likely)
            for p in graph.prerequisites(s.id):
                weighted.add_edge(f"{p.step} ends", f"{s.id} starts", weight=p.lag_weeks)
        assert graph.length_weeks() == nx.dag_longest_path_length(weighted)

    @given(step_graphs(max_size=7))
    def test_the_critical_path_is_the_first_of_the_longest(
        self, graph: bc.planning.StepGraph
    ) -> None:
        found = list(paths(graph))
        longest = max((length for length, _ in found), default=0)
        assert graph.length_weeks() == longest
        best = [path for length, path in found if length == longest]
        assert graph.critical_path() == min(best, default=())

    @given(graphs)
    def test_earliest_and_tails_meet_on_the_critical_path(
        self, graph: bc.planning.StepGraph
    ) -> None:
        length, starts, tails = graph.length_weeks(), graph.earliest(), graph.tails()
        assert all(starts[key] + tails[key] <= length for key in graph.steps)
        assert all(starts[key] + tails[key] == length for key in graph.critical_path())
        for s in graph.steps.values():
            for p in graph.prerequisites(s.id):
                ends = starts[p.step] + graph.step(p.step).weeks.likely
                assert starts[s.id] >= ends + p.lag_weeks

    def test_lags_decide(self) -> None:
        lagged = step("c", {"a": (5, bc.model.Basis.STATED), "b": (0, bc.model.Basis.STATED)})
        graph = bc.planning.StepGraph([step("a"), step("b", weeks=4), lagged])
        assert graph.critical_path() == ("a", "c")
        assert graph.length_weeks() == 7
        assert dict(graph.earliest()) == {"a": 0, "b": 0, "c": 6}
        assert dict(graph.tails()) == {"a": 7, "b": 5, "c": 1}

    def test_nothing_has_no_length(self) -> None:
        graph = bc.planning.StepGraph([])
        assert (graph.length_weeks(), graph.critical_path(), list(graph.waves())) == (0, (), [])
        assert len(graph) == 0


class TestObject:
    @given(graphs, st.randoms(use_true_random=False))
    def test_the_order_of_steps_and_prerequisites_changes_nothing(
        self, graph: bc.planning.StepGraph, random: Random
    ) -> None:
        steps = []
        for s in graph.steps.values():
            mixed = list(s.requires)
            random.shuffle(mixed)
            steps.append(evolve(s, requires=mixed))
        random.shuffle(steps)
        other = bc.planning.StepGraph(steps, met=graph._met)
        assert other.order() == graph.order()
        assert list(other.waves()) == list(graph.waves())
        assert other.critical_path() == graph.critical_path()
        assert other.to_mermaid() == graph.to_mermaid()
        assert [other.explain(k) for k in graph.steps] == [graph.explain(k) for k in graph.steps]

    @given(graphs)
    def test_it_is_a_value(self, graph: bc.planning.StepGraph) -> None:
        again = bc.planning.StepGraph(list(graph.steps.values())[::-1], met=graph._met)
        assert again == graph
        assert hash(again) == hash(graph)
        copied = pickle.loads(pickle.dumps(graph))  # noqa: S301  (our own bytes)
        assert copied == graph
        assert copied.order() == graph.order()
        assert graph != bc.planning.StepGraph(
            [*graph.steps.values(), step("z-more")], met=graph._met
        )
        assert graph != "a graph"

    def test_what_is_met_is_part_of_the_value(self) -> None:
        assert bc.planning.StepGraph([step("a")], met=["b"]) != bc.planning.StepGraph([step("a")])

    @given(step_graphs())
    def test_a_networkx_copy_is_independent(self, graph: bc.planning.StepGraph) -> None:
        before = (graph.order(), graph.reduced(), graph.length_weeks())
        copied = graph.to_networkx()
        assert set(copied.nodes) == graph.steps.keys()
        assert set(copied.edges) == set(oracle(graph).edges)
        for key in graph.steps:
            copied.nodes[key]["title"] = "changed"
        copied.add_edge("new", "newer")
        copied.remove_edges_from(list(copied.edges))
        assert (graph.order(), graph.reduced(), graph.length_weeks()) == before
        again = graph.to_networkx()
        assert all(again.nodes[k]["title"] == s.title for k, s in graph.steps.items())

    def test_a_networkx_copy_says_all_about_its_edges(self) -> None:
        copied = bc.planning.StepGraph(
            [step("a"), step("b", {"a": (2, bc.model.Basis.STATED)})]
        ).to_networkx()
        assert copied.edges["a", "b"] == {"lag_weeks": 2, "reason": "why a", "basis": "stated"}
        assert copied.nodes["b"] == {"title": "Title of b", "weeks": 1}

    def test_looking_up(self) -> None:
        graph = bc.planning.StepGraph(chain("agree", "teach"))
        assert "agree" in graph
        assert "agrees" not in graph
        for look_up in (graph.step, graph.ancestors, graph.descendants, graph.explain):
            with pytest.raises(
                bc.errors.UnknownNameError, match="no step 'agrees'; did you mean 'agree'"
            ):
                look_up("agrees")

    def test_rows_and_words(self) -> None:
        graph = bc.planning.StepGraph([step("a"), step("b", {"a": (2, bc.model.Basis.STATED)})])
        assert graph.to_rows() == [
            {"before": "a", "after": "b", "lag_weeks": 2, "basis": "stated", "reason": "why a"}
        ]
        assert str(graph) == (
            "2 steps, 1 prerequisite, at least 4 school weeks\n  wave 1: a\n  wave 2: b"
        )


class TestExplain:
    graph = bc.planning.StepGraph(
        [
            step("agree"),
            step(
                "teach",
                {"agree": (3, bc.model.Basis.STATED), "there": (0, bc.model.Basis.JUDGEMENT)},
            ),
            step("walk", {"teach": (0, bc.model.Basis.INFERRED)}),
        ],
        met=["there"],
    )

    def test_what_it_waits_for_and_what_waits_for_it(self) -> None:
        assert self.graph.explain("teach") == [
            "after agree (Title of agree), 3 weeks later: why agree [stated]",
            "there is already in place: why there",
            "before walk",
        ]
        assert self.graph.explain("agree") == ["before teach"]

    def test_a_step_on_its_own(self) -> None:
        assert bc.planning.StepGraph([step("a")]).explain("a") == [
            "waits for nothing, and nothing waits for it"
        ]

    @given(graphs)
    def test_every_prerequisite_has_a_line(self, graph: bc.planning.StepGraph) -> None:
        for key, s in graph.steps.items():
            lines = graph.explain(key)
            waited = [line for line in lines if not line.startswith("before ")]
            assert len(waited) == max(len(s.requires), 0 if len(lines) > len(waited) else 1)


class TestMermaid:
    @pytest.mark.parametrize(
        ("title", "shown"),
        [
            ('say "yes"', "say #quot;yes#quot;"),
            ("<script>alert(1)</script>", "#lt;script#gt;alert(1)#lt;/script#gt;"),
            ("a\nb\r\nc\u2028d", "a b c d"),
            ("&lt;b&gt; #1 `x`", "#amp;lt;b#amp;gt; #35;1 #96;x#96;"),
            ("a]; b --> c", "a]; b --#gt; c"),
        ],
    )
    def test_a_hostile_title_stays_inside_its_quotes(self, title: str, shown: str) -> None:
        text = bc.planning.StepGraph([step("a", title=title)]).to_mermaid()
        assert text == f'graph LR\n  s0["{shown}"]'

    @given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1).filter(str.strip))
    def test_no_title_breaks_out(self, title: str) -> None:
        graph = bc.planning.StepGraph(
            [step("a", title=title), step("b", {"a": (0, bc.model.Basis.STATED)})]
        )
        first, a, b, arrow = graph.to_mermaid().splitlines()
        assert (first, b, arrow) == ("graph LR", '  s1["Title of b"]', "  s0 --> s1")
        assert a.startswith('  s0["')
        assert a.endswith('"]')
        assert not set(a[6:-2]) & set('"<>`&')

    def test_arrows_of_the_reduction_with_their_lags(self) -> None:
        steps = [
            *chain("a", "b"),
            step("c", {"a": (0, bc.model.Basis.STATED), "b": (2, bc.model.Basis.STATED)}),
        ]
        arrows = bc.planning.StepGraph(steps).to_mermaid().splitlines()[4:]
        assert arrows == ["  s0 --> s1", "  s1 -->|2 weeks| s2"]


@st.composite
def tangles(draw: st.DrawFn) -> list[bc.ActionStep]:
    """Up to six steps that may go round in circles."""
    keys = draw(st.lists(st.sampled_from("abcdefg"), min_size=1, max_size=6, unique=True))
    steps = []
    for key in keys:
        some = draw(st.sets(st.sampled_from(keys), max_size=3)) - {key}
        steps.append(
            step(key, {b: (0, draw(st.sampled_from(bc.model.Basis))) for b in sorted(some)})
        )
    return steps


class TestCircles:
    @examples(150)
    @given(tangles(), st.randoms(use_true_random=False))
    def test_the_shortest_and_first_circle_is_named_with_its_weakest_link(
        self, steps: list[bc.ActionStep], random: Random
    ) -> None:
        made: nx.DiGraph[str] = nx.DiGraph()
        made.add_nodes_from(s.id for s in steps)
        made.add_edges_from((p.step, s.id) for s in steps for p in s.requires)
        circles = []
        for circle in nx.simple_cycles(made):
            at = circle.index(min(circle))
            circles.append(tuple(circle[at:] + circle[:at]))
        if not circles:
            assert len(bc.planning.StepGraph(steps)) == len(steps)
            return
        expected = min(circles, key=lambda c: (len(c), c))
        basis = {(p.step, s.id): p.basis for s in steps for p in s.requires}
        links = list(pairwise([*expected, expected[0]]))
        weakest = min(links, key=lambda link: (_STRENGTH[basis[link]], link))
        for _ in range(2):
            with pytest.raises(bc.errors.CycleError) as caught:
                bc.planning.StepGraph(steps)
            assert caught.value.cycle == expected
            assert caught.value.weakest == weakest
            random.shuffle(steps)

    def test_the_message(self) -> None:
        steps = [
            step("agree", {"write": (0, bc.model.Basis.STATED)}, title="Agree the vision"),
            step("write", {"teach": (0, bc.model.Basis.INFERRED)}, title="Write the norms"),
            step("teach", {"agree": (0, bc.model.Basis.STATED)}, title="Teach them"),
        ]
        with pytest.raises(bc.errors.CycleError) as caught:
            bc.planning.StepGraph(steps)
        assert str(caught.value) == (
            "the prerequisites form a circle: agree (Agree the vision) -> teach (Teach "
            "them) -> write (Write the norms) -> agree; drop the weakest one: 'write' requires "
            "'teach' (it is only inferred)"
        )
        assert caught.value.titles == ("Agree the vision", "Teach them", "Write the norms")

    def test_a_plan_and_a_catalogue_refuse_it_too(self) -> None:
        steps = [
            step("a", {"b": (0, bc.model.Basis.STATED)}),
            step("b", {"a": (0, bc.model.Basis.STATED)}),
        ]
        with pytest.raises(bc.errors.CycleError, match="a source states it"):
            bc.StepCatalogue(id="c", name="C", framework="f", edition="1", steps=steps)
        with pytest.raises(bc.errors.CycleError):
            plan_of(*steps)

    def test_a_long_circle_needs_no_deep_stack(self) -> None:
        keys = [f"s{i:04}" for i in range(1_500)]
        steps = [
            step(k, {b: (0, bc.model.Basis.JUDGEMENT)}) for b, k in pairwise([keys[-1], *keys])
        ]
        with pytest.raises(bc.errors.CycleError) as caught:
            bc.planning.StepGraph(steps)
        assert caught.value.cycle == tuple(keys)


class TestRefusals:
    def test_a_step_that_requires_itself(self) -> None:
        with pytest.raises(bc.InvalidInputError, match=r"requires\[0\].step: 'a' requires itself"):
            step("a", {"a": (0, bc.model.Basis.STATED)})

    def test_a_prerequisite_that_does_not_exist(self) -> None:
        with pytest.raises(bc.InvalidInputError) as caught:
            bc.planning.StepGraph(
                [*chain("agree"), step("teach", {"agre": (0, bc.model.Basis.STATED)})]
            )
        assert "steps[1].requires[0].step: no step 'agre'; did you mean 'agree'?" in str(
            caught.value
        )

    def test_two_steps_with_one_id(self) -> None:
        with pytest.raises(bc.InvalidInputError, match="'a' appears 2 times"):
            bc.planning.StepGraph([step("a"), step("a", weeks=2)])

    def test_all_faults_at_once(self) -> None:
        with pytest.raises(bc.InvalidInputError) as caught:
            bc.planning.StepGraph([step("a", {"x": (0, bc.model.Basis.STATED)}), step("a")])
        assert [f.path for f in caught.value.faults] == ["steps[1].id", "steps[0].requires[0].step"]
