"""Published rules of scoring: points, criteria, bands, grades that are never averaged."""

from __future__ import annotations

from statistics import NormalDist

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

import behaviour_culture as bc
from behaviour_culture.audit import NotComparableError, profile_audit
from behaviour_culture.audit.comparable import require_comparable
from behaviour_culture.audit.reading import lowest_of
from behaviour_culture.audit.result import ThresholdScore
from behaviour_culture.content import load_content
from behaviour_culture.model.scoring import Criterion, least_points
from builders import faults_of

TFI = bc.load_framework("tfi-2.1")
OFSTED = bc.load_framework("ofsted-2025")
ITEMS = {
    d.id: [i.id for p in TFI.principles_of(d.id) for i in TFI.items_of(p.id)] for d in TFI.domains
}
# Points possible, and the least that reach 70 per cent (frameworks: TFI 2.1, scoring).
TIERS = {"tier-1": (30, 21), "tier-2": (26, 19), "tier-3": (34, 24)}


def ratings(tier: str, points: int) -> list[bc.Response]:
    """Invent an item vector of a tier that adds up to so many points: first 2s, then a 1."""
    found = []
    for item in ITEMS[tier]:
        given_now = min(2, points)
        points -= given_now
        found.append(bc.Response(rater="team", item=item, rating=given_now))
    assert points == 0
    return found


def tfi(*pairs: tuple[str, int], **options: object) -> bc.AuditResult:
    responses = [r for tier, points in pairs for r in ratings(tier, points)]
    audit = bc.Audit(id="a", framework="tfi-2.1", edition="2.1", responses=responses)
    return bc.score_audit(audit, TFI, **options)  # type: ignore[arg-type]


def judged(result: bc.AuditResult, key: str) -> ThresholdScore:
    return next(t for t in result.thresholds if t.id == key)


class TestFidelityInventory:
    def test_it_has_fifteen_thirteen_and_seventeen_items(self) -> None:
        assert [len(ITEMS[t]) for t in TIERS] == [15, 13, 17]
        assert len(TFI.items) == 45
        numbers = [i.id.removeprefix("tfi-") for i in TFI.items]
        assert numbers == [
            f"{t}.{n}" for t, k in ((1, 15), (2, 13), (3, 17)) for n in range(1, k + 1)
        ]
        assert all(i.label and i.provenance for i in TFI.items)

    def test_subscales_have_the_published_points(self) -> None:
        most = {p.id: 2 * len(TFI.items_of(p.id)) for p in TFI.principles}
        assert list(most.values()) == [4, 18, 8, 8, 10, 8, 8, 6, 12, 8]

    @pytest.mark.parametrize(("tier", "possible", "least"), [(t, *v) for t, v in TIERS.items()])
    def test_seventy_per_cent_begins_where_the_guide_says(
        self, tier: str, possible: int, least: int
    ) -> None:
        assert 2 * len(ITEMS[tier]) == possible
        assert least_points(70, possible) == least
        assert judged(tfi((tier, least)), f"{tier}-70").met is True
        assert judged(tfi((tier, least - 1)), f"{tier}-70").met is False

    @pytest.mark.parametrize(
        ("tier", "points", "percent"),
        [("tier-1", 25, 83.3), ("tier-2", 22, 84.6), ("tier-3", 28, 82.4)],
    )
    def test_the_cut_scores_of_the_bookmark_study(
        self, tier: str, points: int, percent: float
    ) -> None:
        result = tfi((tier, points))
        share = {s.id: s.estimate.value for s in result.domains}[tier]
        assert round(100 * share, 1) == percent
        assert judged(result, f"{tier}-cut").met is True
        assert judged(tfi((tier, points - 1)), f"{tier}-cut").met is False

    def test_a_team_may_take_only_the_tiers_that_it_runs(self) -> None:
        result = tfi(("tier-1", 21))
        assert [t.id for t in result.thresholds] == ["tier-1-70", "tier-1-cut"]
        assert [s.id for s in result.domains] == ["tier-1"]

    def test_the_total_pools_points_or_averages_tiers_and_says_which(self) -> None:
        tiers = (("tier-1", 30), ("tier-2", 0), ("tier-3", 17))
        pooled = tfi(*tiers)
        averaged = tfi(*tiers, aggregation=bc.model.Aggregation.MEAN_OF_DOMAINS)
        assert pooled.whole.estimate.value == pytest.approx(47 / 90)
        assert averaged.whole.estimate.value == pytest.approx((1 + 0 + 0.5) / 3)
        assert "pooled" in pooled.method
        assert "mean of domains" in averaged.method

    def test_points_and_not_subscales_make_a_tier(self) -> None:
        only = {i.id for i in TFI.items_of("tier-1-teams")}
        seen = [
            bc.Response(rater="team", item=i, rating=2 if i in only else 0) for i in ITEMS["tier-1"]
        ]
        audit = bc.Audit(id="a", framework="tfi-2.1", edition="2.1", responses=seen)
        assert bc.score_audit(audit, TFI).domains[0].estimate.value == pytest.approx(4 / 30)

    def test_an_item_that_is_missing_leaves_the_criterion_open(self) -> None:
        seen = ratings("tier-3", 24)
        audit = bc.Audit(id="a", framework="tfi-2.1", edition="2.1", responses=seen[1:])
        found = judged(bc.score_audit(audit, TFI), "tier-3-70")
        assert found.met is None
        assert found.probability_lower < found.probability_upper

    def test_the_lowest_of_several_interventions_counts(self) -> None:
        first = bc.Audit(
            id="a", framework="tfi-2.1", edition="2.1", responses=ratings("tier-2", 26)
        )
        second = evolve(first, id="b", responses=ratings("tier-2", 19))
        joined = lowest_of([first, second], id="tier-2")
        assert joined.responses == second.responses
        unknown = [evolve(second.responses[0], rating=None), *second.responses[1:]]
        open_item = lowest_of([first, evolve(second, responses=unknown)], id="tier-2")
        assert open_item.responses[0].rating is None


class TestProbability:
    @given(points=st.integers(0, 30), level=st.sampled_from([0.5, 0.8, 0.95]))
    def test_it_is_the_interval_turned_round(self, points: int, level: float) -> None:
        framework = evolve(
            TFI,
            thresholds=[
                evolve(
                    TFI.thresholds[0],
                    id=f"end-{n}",
                    criteria=[Criterion(of="tier-1", percent=100 * end)],
                )
                for n, end in enumerate(self.ends(points, level))
                if 0 < end < 1
            ],
        )
        audit = bc.Audit(
            id="a", framework="tfi-2.1", edition="2.1", responses=ratings("tier-1", points)
        )
        for found in bc.score_audit(audit, framework).thresholds:
            tail = 0.5 - level / 2
            wanted = 1 - tail if found.id == "end-0" else tail
            assert found.probability_lower == pytest.approx(wanted, abs=1e-6)

    def ends(self, points: int, level: float) -> tuple[float, float]:
        estimate = tfi(("tier-1", points), level=level).domains[0].estimate
        # The mean itself is no end of Wilson's interval.
        return tuple(
            e if abs(e - estimate.value) > 1e-9 else 0.0 for e in (estimate.lower, estimate.upper)
        )  # type: ignore[return-value]

    def test_it_rises_with_the_points(self) -> None:
        found = [judged(tfi(("tier-1", n)), "tier-1-70").probability_lower for n in range(31)]
        assert found == sorted(found)
        assert found[21] == pytest.approx(0.5)
        assert NormalDist().cdf(-8) <= found[0] < 0.01

    def test_several_criteria_have_bounds(self) -> None:
        both = bc.model.Threshold(
            id="both",
            name="both",
            criteria=[
                Criterion(of="tier-1", percent=70),
                Criterion(of="tier-1-teams", percent=70),
            ],
            provenance=bc.model.Provenance(mark=bc.model.Mark.INFERRED),
        )
        audit = bc.Audit(
            id="a", framework="tfi-2.1", edition="2.1", responses=ratings("tier-1", 21)
        )
        one = [evolve(both, id=f"one-{n}", criteria=[c]) for n, c in enumerate(both.criteria)]
        framework = evolve(TFI, thresholds=[both, *one])
        found = bc.score_audit(audit, framework).thresholds
        a, b = (t.probability_lower for t in found[1:])
        assert found[0].probability_lower == pytest.approx(max(0, a + b - 1))
        assert found[0].probability_upper == pytest.approx(min(a, b))


class TestFacts:
    def test_both_criteria_of_the_evaluation_tool_must_hold(self) -> None:
        both = load_content("instrument", "set-2.1").threshold("both-80")
        for whole, taught, met in (
            (80, 80, True),
            (100, 79, False),
            (79, 100, False),
            (0, 0, False),
        ):
            assert both.met({"whole": whole, "expectations-taught": taught}) is met
        given = {"whole": 101, "expectations-taught": True}
        wrong = faults_of(lambda: both.met(given))
        assert list(wrong) == ["percents.whole", "percents.expectations-taught"]
        assert "expected a percentage from 0 to 100, got 101" in wrong["percents.whole"].message
        assert "percents" in faults_of(lambda: both.met([80, 80]))  # type: ignore[arg-type]

    def test_its_bands(self) -> None:
        tool = load_content("instrument", "set-2.1")
        posted, staff, pupils = (tool.banding(b.id) for b in tool.bandings)
        assert [posted.rating(n) for n in (0, 4, 5, 7, 8, 10)] == [0, 0, 1, 1, 2, 2]
        assert [staff.rating(n) for n in (0, 50, 51, 89, 90, 100)] == [0, 0, 1, 1, 2, 2]
        assert [pupils.rating(n) for n in (0, 25, 26, 49, 50, 100)] == [0, 0, 1, 1, 2, 2]
        for bad in (-1, 11, float("nan"), True, "8"):
            with pytest.raises(bc.InvalidInputError, match="from 0 to 10"):
                posted.rating(bad)  # type: ignore[arg-type]

    def test_the_benchmarks_of_quality_pass_at_75_of_107(self) -> None:
        boq = load_content("instrument", "boq")
        assert boq.least_points("fidelity", "whole") == 75
        fidelity = boq.threshold("fidelity")
        assert fidelity.met({"whole": boq.percent("whole", 75)})
        assert not fidelity.met({"whole": boq.percent("whole", 74)})
        assert round(boq.percent("whole", 74), 2) == 69.16

    def test_the_third_edition_has_other_numbers(self) -> None:
        third = load_content("instrument", "tfi-3.0")
        assert [p.items for p in third.parts] == [20, 15, 19]
        assert {c.percent for t in third.thresholds for c in t.criteria} == {50.0}
        with pytest.raises(bc.InvalidInputError, match="not known"):
            third.percent("tier-1", 10)

    @given(st.integers(1, 2000), st.integers(1, 10_000))
    def test_least_points_are_the_least(self, possible: int, hundredths: int) -> None:
        least = least_points(hundredths / 100, possible)
        assert least * 10_000 >= hundredths * possible
        assert (least - 1) * 10_000 < hundredths * possible

    @pytest.mark.parametrize(("percent", "possible"), [(0, 10), (101, 10), (True, 10), (70, 0)])
    def test_least_points_refuses(self, percent: float, possible: int) -> None:
        with pytest.raises(bc.InvalidInputError):
            least_points(percent, possible)


class TestOrdinal:
    def audit(self, *given_levels: int) -> bc.Audit:
        item = OFSTED.items[0].id
        seen = [
            bc.Response(rater=f"lead-{n}", item=item, rating=v) for n, v in enumerate(given_levels)
        ]
        return bc.Audit(id="a", framework=OFSTED.id, edition=OFSTED.edition, responses=seen)

    def test_there_is_no_mean_and_the_reason_is_said(self) -> None:
        with pytest.raises(bc.InvalidInputError, match=r"order and no distance.*profile_audit"):
            bc.score_audit(self.audit(3, 4), OFSTED)
        with pytest.raises(bc.InvalidInputError, match="no distance"):
            bc.score_audit(self.audit(3), OFSTED, aggregation=bc.model.Aggregation.MEAN)
        assert not hasattr(profile_audit(self.audit(3, 4), OFSTED).part("whole"), "mean")

    def test_levels_are_counted(self) -> None:
        whole = profile_audit(self.audit(3, 4, 4, 2), OFSTED).part("whole")
        assert dict(whole.counts) == {
            "urgent improvement": 0,
            "needs attention": 1,
            "expected standard": 1,
            "strong standard": 2,
            "exceptional": 0,
        }
        assert whole.mode == ("strong standard",)
        nothing = evolve(whole, counts=dict.fromkeys(whole.counts, 0), assessed=0)
        assert (nothing.mode, nothing.lowest) == ((), None)
        assert whole.lowest == "needs attention"
        assert (whole.items, whole.assessed) == (2, 1)

    @given(st.lists(st.integers(1, 5), min_size=1, max_size=8))
    def test_counts_add_up_and_the_lowest_is_the_least(self, levels: list[int]) -> None:
        whole = profile_audit(self.audit(*levels), OFSTED).part("whole")
        assert sum(whole.counts.values()) == len(levels)
        assert whole.lowest == OFSTED.scale.level(min(levels)).label
        assert all(whole.counts[m] == max(whole.counts.values()) for m in whole.mode)

    def test_a_scale_and_its_aggregation_go_together(self) -> None:
        with pytest.raises(bc.InvalidInputError, match="ordinal scale"):
            evolve(OFSTED, aggregation=bc.model.Aggregation.MEAN)
        with pytest.raises(bc.InvalidInputError, match="ordinal scale"):
            evolve(TFI, aggregation=bc.model.Aggregation.NONE)


class TestComparable:
    def test_two_editions_are_not(self) -> None:
        result = tfi(("tier-1", 21))
        require_comparable(result, result)
        with pytest.raises(NotComparableError, match=r"editions differ \('2.1' and '3.0'\)"):
            require_comparable(result, evolve(result, edition="3.0"))

    def test_nor_are_results_that_were_added_up_differently(self) -> None:
        result = tfi(("tier-1", 21))
        other = tfi(("tier-1", 21), aggregation=bc.model.Aggregation.MEAN_OF_DOMAINS)
        with pytest.raises(NotComparableError, match="added up differently"):
            require_comparable(result, other)
        with pytest.raises(NotComparableError, match="tailored differently"):
            require_comparable(result, evolve(result, tailorings=["ours"]))
        with pytest.raises(NotComparableError, match=r"frameworks differ.*different levels"):
            require_comparable(result, evolve(result, framework="x", level_labels=["a", "b"]))
