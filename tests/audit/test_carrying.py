"""Crosswalks both ways and in a chain, and results carried across as bounds."""

from __future__ import annotations

from functools import reduce
from itertools import pairwise, product

import pytest
from attrs import evolve
from hypothesis import example, given
from hypothesis import strategies as st

import behaviour_culture as bc
from behaviour_culture.audit import CarriedResult, carry
from behaviour_culture.content import load_content
from behaviour_culture.testing import crosswalks
from builders import examples

BENNETT = bc.load_framework("bennett-2017")
DFE = bc.load_framework("dfe-audit-tool")
WALK = load_content("crosswalk", "bennett-2017-to-dfe-audit-tool")
R, S = bc.model.Relation, bc.model.Strength
INFERRED = bc.model.Provenance(mark=bc.model.Mark.INFERRED)


def link(
    source: str, target: str, relation: bc.model.Relation, strength: bc.model.Strength = S.FULL
) -> bc.model.CrosswalkLink:
    return bc.model.CrosswalkLink(
        source=source,
        target=target,
        relation=relation,
        strength=strength,
        said_by="test",
        provenance=INFERRED,
    )


def walk(start: str, end: str, *links: bc.model.CrosswalkLink) -> bc.model.Crosswalk:
    return bc.model.Crosswalk(
        id=f"{start}-to-{end}",
        name="w",
        source_framework=start,
        source_edition="1",
        target_framework=end,
        target_edition="1",
        links=links,
    )


def relation_of(a: frozenset[int], b: frozenset[int]) -> bc.model.Relation | None:
    if a == b:
        return R.EQUAL
    if a < b:
        return R.SUBSET
    if a > b:
        return R.SUPERSET
    return R.INTERSECTS if a & b else None


def holds(relation: bc.model.Relation, a: frozenset[int], b: frozenset[int]) -> bool:
    return {R.EQUAL: a == b, R.SUBSET: a <= b, R.SUPERSET: a >= b, R.INTERSECTS: bool(a & b)}[
        relation
    ]


def test_a_link_of_the_same_two_is_told_beside_the_first() -> None:
    one = link("a", "b", R.EQUAL)
    with pytest.raises(bc.InvalidInputError, match=r"links the same two as links\[0\]") as caught:
        walk("x", "y", one, link("a", "c", R.EQUAL), one)
    assert [f.path for f in caught.value.faults] == ["links[2]"]


def test_what_is_no_link_is_told_before_any_two_are_compared() -> None:
    with pytest.raises(bc.InvalidInputError) as caught:
        walk("x", "y", "a link")  # type: ignore[arg-type]
    assert [f.path for f in caught.value.faults] == ["links[0]"]


SETS = [frozenset(i for i in range(4) if n >> i & 1) for n in range(1, 16)]


class TestBothWays:
    @given(crosswalks())
    def test_turned_twice_it_is_itself(self, crosswalk: bc.model.Crosswalk) -> None:
        back = crosswalk.reversed()
        assert back.reversed().links == crosswalk.links
        assert {(k.target, k.source) for k in back.links} == {
            (k.source, k.target) for k in crosswalk.links
        }

    def test_subset_becomes_superset(self) -> None:
        pairs = {(R.SUBSET, R.SUPERSET), (R.SUPERSET, R.SUBSET), (R.EQUAL, R.EQUAL)}
        for relation, turned in pairs | {(R.INTERSECTS, R.INTERSECTS)}:
            back = walk("f", "g", link("a", "b", relation)).reversed()
            assert (back.id, back.links[0].relation) == ("g-to-f", turned)


class TestComposed:
    @pytest.mark.parametrize(("first", "second"), list(product(R, R)))
    def test_what_is_said_holds_of_all_sets_and_no_less_could_be_said(
        self, first: bc.model.Relation, second: bc.model.Relation
    ) -> None:
        composed = walk("f", "g", link("a", "b", first)).then(
            walk("g", "h", link("b", "c", second))
        )
        ends = [
            (a, c)
            for a, b, c in product(SETS, SETS, SETS)
            if holds(first, a, b) and holds(second, b, c)
        ]
        if composed.links:
            said = composed.links[0].relation
            assert all(holds(said, a, c) for a, c in ends)
            assert not composed.lost
        else:
            # Nothing holds of all: some pairs of ends have nothing in common.
            assert any(relation_of(a, c) is None for a, c in ends)
            assert "says nothing about the two ends" in composed.lost[0]

    def test_dead_ends_are_lost_and_named(self) -> None:
        there = walk("f", "g", link("a", "b", R.EQUAL), link("x", "y", R.EQUAL))
        on = walk("g", "h", link("b", "c", R.EQUAL, S.PART), link("m", "n", R.EQUAL))
        composed = there.then(on)
        assert composed.lost == (
            "x -> y: no link leads on from there",
            "m -> n: no link leads there",
        )
        assert composed.links[0].strength is S.PART
        assert composed.links[0].provenance.mark is bc.model.Mark.INFERRED

    def test_of_two_ways_the_one_that_says_most_is_kept(self) -> None:
        there = walk("f", "g", link("a", "b", R.INTERSECTS), link("a", "c", R.SUBSET))
        on = walk("g", "h", link("b", "d", R.EQUAL), link("c", "d", R.EQUAL))
        for first in (there, evolve(there, links=there.links[::-1])):
            (kept,) = first.then(on).links
            assert (kept.relation, kept.reason) == (R.SUBSET, "by way of c")

    def test_hops_are_counted_where_shares_multiply(self) -> None:
        def hops(*relations: bc.model.Relation) -> int:
            made = walk("f0", "f1", link("p0", "p1", relations[0]))
            for i, relation in enumerate(relations[1:], 1):
                made = made.then(walk(f"f{i}", f"f{i + 1}", link(f"p{i}", f"p{i + 1}", relation)))
            return made.links[0].hops

        assert hops(R.EQUAL, R.SUBSET, R.EQUAL) == 1
        assert hops(R.SUBSET, R.SUBSET, R.SUBSET) == 3
        # Each end holds the whole middle.
        assert hops(R.SUPERSET, R.SUBSET) == 1
        assert hops(R.SUPERSET, R.SUPERSET, R.SUBSET) == 2
        assert hops(R.INTERSECTS, R.SUBSET) == hops(R.SUPERSET, R.INTERSECTS) == 2

    def test_they_must_meet(self) -> None:
        with pytest.raises(bc.InvalidInputError, match="begins at"):
            WALK.then(WALK)


def one_score(low: float, high: float) -> tuple[bc.AuditResult, bc.Framework, bc.Framework]:
    """Return a result whose principle 'a' lies between two bounds, and two small frameworks."""

    def framework(key: str, principle: str) -> bc.Framework:
        return evolve(
            BENNETT,
            id=key,
            edition="1",
            principles=[evolve(BENNETT.principles[0], id=principle, domain="design")],
            items=[evolve(BENNETT.items[0], principle=principle)],
            short_form=(),
            retired=(),
            domains=BENNETT.domains[:1],
            challenges=[],
            systems=[],
        )

    source, target = framework("f", "a"), framework("g", "b")
    seen = [bc.Response(rater="head", item=source.items[0].id, rating=2)]
    result = bc.score_audit(bc.Audit(id="r", framework="f", edition="1", responses=seen), source)
    scores = [
        evolve(
            s,
            lowest=low,
            highest=high,
            estimate=evolve(s.estimate, value=low, lower=low, upper=high),
        )
        for s in result.scores
    ]
    return evolve(result, scores=scores), source, target


class TestBounds:
    @given(
        st.sets(st.integers(0, 9), min_size=1),
        st.sets(st.integers(0, 9), min_size=1),
        st.sets(st.integers(0, 9)),
        st.sampled_from([0.2, 0.5, 0.8]),
    )
    def test_the_truth_lies_within(
        self, asked: set[int], other: set[int], in_place: set[int], share: float
    ) -> None:
        relation = relation_of(frozenset(asked), frozenset(other))
        if relation is None:
            return
        common = asked & other
        if len(common) / len(asked) < share or len(common) / len(other) < share:
            return
        score = len(asked & in_place) / len(asked)
        truth = len(other & in_place) / len(other)
        result, source, target = one_score(score, score)
        carried = carry(
            result,
            walk("f", "g", link("a", "b", relation)),
            source,
            target,
            full_share=share,
        )
        found = carried.scores[0]
        assert found.lower - 1e-9 <= truth <= found.upper + 1e-9

    @given(
        st.lists(st.sampled_from(SETS), min_size=3, max_size=4),
        st.sets(st.integers(0, 3)),
    )
    @example([frozenset({0}), frozenset({0, 1}), frozenset({0, 1, 2, 3})], {0})
    @example([frozenset({0, 1, 2, 3}), frozenset({0, 1}), frozenset({0})], {1, 2, 3})
    def test_the_truth_lies_within_after_every_hop(
        self, asked: list[frozenset[int]], in_place: set[int]
    ) -> None:
        share = 1.0
        walks = []
        for i, (a, b) in enumerate(pairwise(asked)):
            relation = relation_of(a, b)
            if relation is None:
                return
            share = min(share, len(a & b) / len(a), len(a & b) / len(b))
            walks.append(walk(f"f{i}", f"f{i + 1}", link(f"p{i}", f"p{i + 1}", relation)))
        composed = reduce(lambda first, second: first.then(second), walks)
        if not composed.links:
            return
        score, truth = (len(x & in_place) / len(x) for x in (asked[0], asked[-1]))
        result, source, target = one_score(score, score)
        on = evolve(composed.links[0], source="a", target="b")
        carried = carry(result, walk("f", "g", on), source, target, full_share=share)
        found = carried.scores[0]
        assert found.lower - 1e-9 <= truth <= found.upper + 1e-9

    def test_by_hand(self) -> None:
        result, source, target = one_score(0.9, 0.9)

        def bounds(relation: bc.model.Relation, strength: bc.model.Strength) -> tuple[float, float]:
            found = carry(
                result, walk("f", "g", link("a", "b", relation, strength)), source, target
            )
            return found.scores[0].lower, found.scores[0].upper

        assert bounds(R.EQUAL, S.PART) == pytest.approx((0.9, 0.9))
        # 0.8 of the second is the first: 0.8 x 0.9, and the other fifth may be all or nothing.
        assert bounds(R.SUBSET, S.FULL) == pytest.approx((0.72, 0.92))
        # The second is 0.8 of the first: the tenth that is missing may lie inside it or outside.
        assert bounds(R.SUPERSET, S.FULL) == pytest.approx((0.875, 1.0))
        assert bounds(R.INTERSECTS, S.FULL) == pytest.approx((0.7, 1.0))
        assert bounds(R.INTERSECTS, S.PART) == pytest.approx((0.0, 1.0))

    def test_links_are_cut_and_a_contradiction_is_said(self) -> None:
        result, source, target = one_score(0.2, 0.3)
        both = evolve(source, domains=source.domains)
        same = walk("f", "g", link("a", "b", R.EQUAL), link("design", "b", R.SUBSET))
        cut = carry(result, same, both, target).scores[0]
        assert (cut.lower, cut.upper) == pytest.approx((0.2, 0.3))
        assert cut.agree
        scores = [
            evolve(s, lowest=0.9, highest=0.9, estimate=evolve(s.estimate, lower=0.9, upper=0.9))
            if s.id == "design"
            else s
            for s in result.scores
        ]
        clash = carry(evolve(result, scores=scores), same, both, target).scores[0]
        assert not clash.agree
        assert clash.lower == 0.2
        assert clash.upper == pytest.approx(0.92)


def several(
    sizes: list[int], rated: list[int], domains: list[str] | None = None
) -> tuple[bc.AuditResult, bc.Framework, bc.Framework]:
    """Return a result whose principles have ``rated`` of ``sizes`` in place, for sure."""
    keys = [f"a{i}" for i in range(len(sizes))]
    places = domains or ["design"] * len(keys)
    source = evolve(
        BENNETT,
        id="f",
        edition="1",
        domains=[evolve(BENNETT.domains[0], id=d) for d in dict.fromkeys(places)],
        principles=[
            evolve(BENNETT.principles[0], id=key, domain=place)
            for key, place in zip(keys, places, strict=True)
        ],
        items=[evolve(BENNETT.items[0], id=f"i-{key}", principle=key) for key in keys],
        short_form=(),
        retired=(),
        challenges=[],
        systems=[],
    )
    target = one_score(0.0, 0.0)[2]
    seen = [bc.Response(rater="head", item=item.id, rating=1) for item in source.items]
    result = bc.score_audit(bc.Audit(id="r", framework="f", edition="1", responses=seen), source)
    places_of = {key: k / n for key, n, k in zip(keys, sizes, rated, strict=True)}
    for key in dict.fromkeys(places):
        inside = [i for i, place in enumerate(places) if place == key]
        places_of[key] = sum(rated[i] for i in inside) / sum(sizes[i] for i in inside)
    scores = [
        evolve(
            s,
            lowest=places_of[s.id],
            highest=places_of[s.id],
            estimate=evolve(
                s.estimate,
                value=places_of[s.id],
                lower=places_of[s.id],
                upper=places_of[s.id],
            ),
        )
        if s.id in places_of
        else s
        for s in result.scores
    ]
    return evolve(result, scores=scores), source, target


class TestSeveralLinks:
    """The other part asks ten things; each source asks some things of its own."""

    @examples(40)
    @given(st.data())
    def test_the_bounds_hold_and_are_reached(self, data: st.DataObject) -> None:
        # c of the ten things are a source's; it asks m in all, of which k are in place.
        count = data.draw(st.integers(1, 4))
        common = data.draw(st.sampled_from([1, 2]))  # the share of each link, in tenths
        inside = data.draw(st.lists(st.booleans(), min_size=count, max_size=count))
        sizes = [common if within else 10 for within in inside]
        rated = [data.draw(st.integers(0, size)) for size in sizes]
        result, source, target = several(sizes, rated)
        links = [
            link(f"a{i}", "b", R.SUBSET if within else R.INTERSECTS)
            for i, within in enumerate(inside)
        ]
        (found,) = carry(
            result, walk("f", "g", *links), source, target, full_share=common / 10
        ).scores
        # All schools with these scores: how many of each source's common things are in place.
        ways = [
            range(max(0, k - (m - common)), min(k, common) + 1)
            for m, k in zip(sizes, rated, strict=True)
        ]
        rest = 10 - common * count
        truths = [sum(way) + more for way in product(*ways) for more in range(rest + 1)]
        assert found.lower == pytest.approx(min(truths) / 10, abs=1e-9)
        assert found.upper == pytest.approx(max(truths) / 10, abs=1e-9)

    def test_sources_that_must_overlap_are_not_added(self) -> None:
        result, source, target = several([10, 10], [9, 8])
        full = walk("f", "g", link("a0", "b", R.SUBSET), link("a1", "b", R.SUBSET))
        (found,) = carry(result, full, source, target).scores
        assert (found.lower, found.upper) == pytest.approx((0.72, 0.84))
        (apart,) = carry(result, full, source, target, full_share=0.4).scores
        assert (apart.lower, apart.upper) == pytest.approx((0.68, 0.88))
        (loose,) = carry(result, full, source, target, full_share=0.4, disjoint=False).scores
        assert (loose.lower, loose.upper) == pytest.approx((0.36, 0.92))

    def test_a_domain_and_its_principles_count_once(self) -> None:
        result, source, target = several([10, 10, 10], [9, 8, 7], ["x", "x", "y"])
        keys = ("x", "a0", "a1", "a2")
        some = walk("f", "g", *(link(key, "b", R.SUBSET) for key in keys))
        (found,) = carry(result, some, source, target, full_share=0.3).scores
        # Of x its principles say more, 0.3 x (0.9 + 0.8), than the domain, 0.3 x 0.85.
        assert found.lower == pytest.approx(0.3 * (0.9 + 0.8 + 0.7))
        assert found.upper == pytest.approx(1 - 0.3 * (0.1 + 0.2 + 0.3))
        (whole,) = carry(result, walk("f", "g", *some.links[:1]), source, target).scores
        assert whole.lower == pytest.approx(0.8 * 0.85)


class TestShipped:
    def carried(self, rating: int = 3, **options: float) -> CarriedResult:
        seen = [bc.Response(rater="head", item=i.id, rating=rating) for i in BENNETT.items]
        audit = bc.Audit(id="a", framework="bennett-2017", edition="2017", responses=seen)
        return carry(bc.score_audit(audit, BENNETT), WALK, BENNETT, DFE, **options)

    def test_all_areas_have_bounds_and_what_is_not_asked_is_listed(self) -> None:
        found = self.carried()
        assert [s.id for s in found.scores] == [p.id for p in DFE.principles]
        linked = {k.source for k in WALK.links}
        assert set(found.never_asked) == {p.id for p in BENNETT.principles} - linked
        assert "build-attendance-punctuality" in found.never_asked
        assert all(s.lower < s.upper for s in found.scores)

    def test_larger_shares_give_narrower_bounds(self) -> None:
        loose, tight = self.carried(), self.carried(part_share=0.7, full_share=0.95)
        for a, b in zip(loose.scores, tight.scores, strict=True):
            assert b.upper - b.lower <= a.upper - a.lower + 1e-12

    def test_what_nobody_assessed_says_nothing(self) -> None:
        seen = [bc.Response(rater="head", item="design-vision-1", rating=3)]
        audit = bc.Audit(id="a", framework="bennett-2017", edition="2017", responses=seen)
        found = carry(bc.score_audit(audit, BENNETT), WALK, BENNETT, DFE)
        assert [s.id for s in found.scores] == ["leadership-management"]
        assert found.not_covered["pupil-support"] == "Pupil support"

    def test_refusals(self) -> None:
        with pytest.raises(bc.InvalidInputError) as error:
            self.carried(full_share=0.0, part_share=2.0)
        assert [f.path for f in error.value.faults] == ["full_share", "part_share"]
        seen = [bc.Response(rater="head", item="design-vision-1", rating=3)]
        audit = bc.Audit(id="a", framework="bennett-2017", edition="2017", responses=seen)
        result = bc.score_audit(audit, BENNETT)
        with pytest.raises(bc.InvalidInputError, match="not for 'bennett-2017'"):
            carry(result, WALK, DFE, BENNETT)
        ofsted = bc.load_framework("ofsted-2025")
        there = load_content("crosswalk", "bennett-2017-to-ofsted-2025")
        with pytest.raises(bc.InvalidInputError, match="an order and no distance"):
            carry(result, there, BENNETT, ofsted)
        with pytest.raises(bc.InvalidInputError, match="disjoint: expected true or false"):
            carry(result, WALK, BENNETT, DFE, disjoint=1)  # type: ignore[arg-type]
        with pytest.raises(bc.InvalidInputError, match="AuditResult"):
            carry(None, WALK, BENNETT, DFE)  # type: ignore[arg-type]
