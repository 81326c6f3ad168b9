"""Groups of raters and rounds: kept apart, compared with intervals, small ones withheld."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, ClassVar

import numpy as np
import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

import behaviour_culture as bc
from behaviour_culture.audit import (
    NotComparableError,
    compare_rounds,
    krippendorff_alpha,
    score_groups,
)
from behaviour_culture.audit.agreement.alpha import bootstrap_alpha
from behaviour_culture.audit.difference import ScoreDifference, difference
from behaviour_culture.audit.result import ScoreKind

PROVENANCE = bc.model.Provenance(mark=bc.model.Mark.INFERRED)
ITEMS = 8


def small(levels: int = 4) -> bc.Framework:
    """Two domains, four principles, two items each."""
    return bc.Framework(
        id="small",
        name="Small",
        edition="1",
        scale=bc.model.RatingScale(
            id="s",
            name="S",
            levels=[bc.model.RatingLevel(value=i, label=f"L{i}") for i in range(levels)],
        ),
        domains=[
            bc.model.Domain(id=d, name=d.upper(), provenance=PROVENANCE) for d in ("d0", "d1")
        ],
        principles=[
            bc.Principle(
                id=f"p{i}", name=f"P{i}", domain=f"d{i // 2}", text="t", provenance=PROVENANCE
            )
            for i in range(4)
        ],
        items=[bc.AuditItem(id=f"i{i}", principle=f"p{i // 2}", text="t") for i in range(ITEMS)],
    )


def audit_of(
    groups: Mapping[str, int], rate: Callable[[str, int, int], int | None], key: str = "a"
) -> bc.Audit:
    """Let each rater of each group rate each item: ``rate(group, rater, item)``."""
    return bc.Audit(
        id=key,
        framework="small",
        edition="1",
        responses=[
            bc.Response(rater=f"{g or 'r'}-{n}", group=g, item=f"i{i}", rating=rate(g, n, i))
            for g, size in groups.items()
            for n in range(size)
            for i in range(ITEMS)
        ],
    )


def whole(differences: tuple[ScoreDifference, ...]) -> ScoreDifference:
    return next(d for d in differences if d.kind is ScoreKind.WHOLE)


class TestDifference:
    # Newcombe (1998), Statistics in Medicine 17:873-890, table II, method 10.
    @pytest.mark.parametrize(
        ("one", "other", "ends"),
        [
            ((56, 70), (48, 80), (0.0524, 0.3339)),
            ((9, 10), (3, 10), (0.1705, 0.8090)),
            ((5, 56), (0, 29), (-0.0381, 0.1926)),
        ],
    )
    def test_newcombes_examples(
        self, one: tuple[int, int], other: tuple[int, int], ends: tuple[float, float]
    ) -> None:
        found = difference(wilson(*other), wilson(*one))
        assert (found.lower, found.upper) == pytest.approx(ends, abs=1e-4)


def wilson(hits: int, n: int) -> bc.Estimate:
    z = 1.959963984540054
    p = hits / n
    centre, half = p + z * z / (2 * n), z * (p * (1 - p) / n + z * z / (4 * n * n)) ** 0.5
    ends = [(centre - half) / (1 + z * z / n), (centre + half) / (1 + z * z / n)]
    return bc.Estimate(value=p, lower=max(0, ends[0]), upper=min(1, ends[1]), method="Wilson")


class TestGroups:
    groups: ClassVar = {"teachers": 5, "leaders": 2, "pupils": 12}

    @staticmethod
    def rate(group: str, rater: int, item: int) -> int:
        return {"leaders": 3, "teachers": (rater + item) % 3, "pupils": (rater * item) % 2}[group]

    def test_each_is_scored_as_if_it_were_alone(self) -> None:
        result = score_groups(audit_of(self.groups, self.rate), small())
        assert [g.id for g in result.groups] == ["leaders", "teachers", "pupils"]
        for group, size in self.groups.items():
            alone = bc.score_audit(audit_of({group: size}, self.rate), small())
            assert result.group(group).result == alone

    def test_gaps_are_signed_and_turn_round(self) -> None:
        result = score_groups(audit_of(self.groups, self.rate), small())
        gap = whole(result.gaps_between("teachers", "leaders"))
        assert (gap.first, gap.second, gap.first_score) == ("leaders", "teachers", 1.0)
        assert gap.estimate.value == pytest.approx(gap.second_score - gap.first_score)
        assert gap.clear
        assert len(result.gaps) == 3 * (1 + 2 + 4)

    def test_gaps_rest_on_items_that_both_assessed(self) -> None:
        # Teachers differ from leaders only on items that leaders did not rate.
        def rate(group: str, _rater: int, item: int) -> int | None:
            if item >= 4:
                return None if group == "leaders" else 0
            return 2

        gap = whole(score_groups(audit_of({"leaders": 2, "teachers": 3}, rate), small()).gaps)
        assert (gap.estimate.value, gap.items) == (0, 4)

    def test_missing_items_are_bounds(self) -> None:
        def rate(_group: str, _rater: int, item: int) -> int | None:
            return None if item % 2 else 3

        result = score_groups(audit_of({"leaders": 2}, rate), small()).group("leaders").result
        assert (result.whole.lowest, result.whole.highest) == (0.5, 1.0)
        assert "0.50 to 1.00 whatever the others are" in str(
            score_groups(audit_of({"leaders": 2}, rate), small())
        )

    def test_agreement_is_alpha_with_an_interval(self) -> None:
        result = score_groups(audit_of(self.groups, self.rate), small()).group("teachers")
        table = [[self.rate("teachers", n, i) for i in range(ITEMS)] for n in range(5)]
        found = result.agreement.alpha
        assert found is not None
        assert found.value == pytest.approx(krippendorff_alpha(table, level="ordinal"))
        assert found.lower < found.value < found.upper
        assert result.agreement.alike == pytest.approx(alike(table))

    def test_no_alpha_where_there_is_nothing_to_compare(self) -> None:
        result = score_groups(audit_of({"leaders": 3, "outside-observer": 1}, self.full), small())
        leaders, outside = (g.agreement for g in result.groups)
        assert (leaders.alpha, leaders.alike) == (None, 1.0)
        assert leaders.reason == "all ratings are the same"
        assert (outside.alpha, outside.alike, outside.items) == (None, None, 0)

    @staticmethod
    def full(_group: str, _rater: int, _item: int) -> int:
        return 3

    def test_the_same_seed_is_the_same_bits_whatever_other_groups_there_are(self) -> None:
        one = score_groups(audit_of(self.groups, self.rate), small(), seed=4)
        assert one == score_groups(audit_of(self.groups, self.rate), small(), seed=4)
        fewer = score_groups(audit_of({"teachers": 5}, self.rate), small(), seed=4)
        assert fewer.group("teachers") == one.group("teachers")

    @given(st.randoms(use_true_random=False))
    def test_the_order_of_responses_changes_nothing(self, chance: Any) -> None:
        audit = audit_of({"teachers": 3, "leaders": 2}, self.other)
        mixed = list(audit.responses)
        chance.shuffle(mixed)
        again = score_groups(evolve(audit, responses=mixed), small(), draws=100)
        assert again == score_groups(audit, small(), draws=100)

    @staticmethod
    def other(group: str, rater: int, item: int) -> int:
        return (len(group) + rater * item) % 4


def alike(table: list[list[int]]) -> float:
    pairs = [
        table[a][i] == table[b][i]
        for i in range(ITEMS)
        for a in range(len(table))
        for b in range(a)
    ]
    return sum(pairs) / len(pairs)


class TestSmallGroups:
    @pytest.mark.parametrize("group", ["pupils", "parents", "year-7"])
    def test_below_the_least_base_nothing_is_shown(self, group: str) -> None:
        audit = audit_of({"leaders": 1, group: 9}, lambda g, n, i: (len(g) + n + i) % 4)
        result = score_groups(audit, small())
        assert [g.id for g in result.groups] == ["leaders"]
        assert result.withheld == (group,)
        assert not result.gaps
        assert f"Not shown, fewer than 10 raters: {group}" in str(result)

    def test_a_staff_group_of_your_own(self) -> None:
        audit = audit_of({"prefects": 2}, lambda _g, n, i: (n + i) % 4)
        with pytest.raises(bc.InvalidInputError, match="no group has enough raters"):
            score_groups(audit, small())
        assert score_groups(audit, small(), staff_groups=["prefects"]).groups[0].id == "prefects"

    def test_an_item_that_few_pupils_rated_moves_no_score(self) -> None:
        def rate(value: int) -> bc.Audit:
            return audit_of(
                {"pupils": 12},
                lambda _g, n, i: (value if n < 3 else None) if i == 0 else (n + i) % 4,
            )

        low, high = (score_groups(rate(v), small()) for v in (0, 3))
        assert low == high
        assert not [s for s in low.groups[0].result.items if s.id == "i0"]

    def test_the_rules_can_ask_for_more(self) -> None:
        audit = audit_of({"leaders": 1, "pupils": 12}, lambda _g, n, i: (n + i) % 4)
        rules = bc.disclosure.DisclosureRules(least_base=20)
        assert score_groups(audit, small(), rules=rules).withheld == ("pupils",)


class TestBootstrap:
    @given(st.lists(st.lists(st.integers(0, 3), min_size=3, max_size=3), min_size=2, max_size=8))
    def test_its_value_is_alpha(self, items: list[list[int]]) -> None:
        if len({v for item in items for v in item}) < 2:
            return
        value, lower, upper = bootstrap_alpha(items, 0.95, 100, (1,))
        table = [list(rater) for rater in zip(*items, strict=True)]
        assert value == pytest.approx(krippendorff_alpha(table, level="ordinal"), abs=1e-9)
        assert lower <= value <= upper

    def test_it_is_that_of_resampled_items(self) -> None:
        rng = np.random.default_rng(3)
        truth = rng.integers(0, 4, 40)
        items = [[int(v) if rng.random() < 0.7 else int(rng.integers(0, 4)) for _ in range(4)]
                 for v in truth]  # fmt: skip
        _, lower, upper = bootstrap_alpha(items, 0.95, 4000, (1,))
        drawn = [
            krippendorff_alpha(np.array(items)[rng.integers(0, 40, 40)].T, level="ordinal")
            for _ in range(600)
        ]
        assert (lower, upper) == pytest.approx(tuple(np.quantile(drawn, [0.025, 0.975])), abs=0.03)


class TestRounds:
    @staticmethod
    def rate(shift: int) -> Callable[[str, int, int], int]:
        return lambda _g, n, i: min(3, (n + i) % 3 + shift)

    def test_no_change_is_0_and_turning_round_changes_the_sign(self) -> None:
        before = audit_of({"teachers": 6}, self.rate(0), "autumn")
        after = audit_of({"teachers": 6}, self.rate(1), "summer")
        same = compare_rounds(before, before, small())
        assert all(c.estimate.value == 0 and not c.clear for c in same.changes)
        there, back = compare_rounds(before, after, small()), compare_rounds(after, before, small())
        for a, b in zip(there.changes, back.changes, strict=True):
            assert a.estimate.value == pytest.approx(-b.estimate.value)
            assert (a.estimate.lower, a.estimate.upper) == pytest.approx(
                (-b.estimate.upper, -b.estimate.lower)
            )
        assert whole(there.changes).estimate.value == pytest.approx(1 / 3)

    def test_pairing_alike_raters_narrows_and_drops_those_of_one_round(self) -> None:
        # Raters keep their own habit: one is always strict, another always lenient.
        before = audit_of({"teachers": 8}, lambda _g, n, i: (n // 3) % 3 + (i == 0), "autumn")
        after = audit_of({"teachers": 6}, lambda _g, n, i: (n // 3) % 3 + (i != 1), "summer")
        loose = whole(compare_rounds(before, after, small()).changes)
        paired = whole(compare_rounds(before, after, small(), paired=True).changes)
        common = evolve(before, responses=[r for r in before.responses if r.rater < "teachers-6"])
        unpaired = whole(compare_rounds(common, after, small()).changes)
        assert paired.estimate.value == pytest.approx(unpaired.estimate.value)
        assert paired.estimate.value != pytest.approx(loose.estimate.value)
        width = paired.estimate.upper - paired.estimate.lower
        assert width < unpaired.estimate.upper - unpaired.estimate.lower
        assert "6 raters' own differences" in paired.estimate.method

    def test_groups_stay_apart(self) -> None:
        before = audit_of({"leaders": 2, "teachers": 4, "pupils": 4}, self.rate(0), "autumn")
        after = audit_of({"leaders": 2, "teachers": 4, "pupils": 4, "parents": 11}, self.rate(1))
        result = compare_rounds(before, after, small())
        assert {c.group for c in result.changes} == {"leaders", "teachers"}
        assert result.not_compared == ("pupils", "parents")

    def test_the_interval_covers_about_as_often_as_it_says(self) -> None:
        rng = np.random.default_rng(8)
        hits = 0
        runs = 150
        for _ in range(runs):
            seen = [
                audit_of({"": 6}, lambda *_, p=p: int(rng.random(3)[0] < p) * 3, key)
                for key, p in (("autumn", 0.4), ("summer", 0.7))
            ]
            e = whole(compare_rounds(*seen, small(), rater_correlation=0.0).changes).estimate
            hits += e.lower <= 0.3 <= e.upper
        assert 0.90 <= hits / runs <= 1.0

    def test_editions_and_frameworks_are_not_compared(self) -> None:
        audit = audit_of({"leaders": 2}, self.rate(0))
        with pytest.raises(NotComparableError, match=r"editions differ \('1' and '2'\)"):
            compare_rounds(audit, evolve(audit, edition="2"), small())
        with pytest.raises(NotComparableError, match="frameworks differ"):
            compare_rounds(evolve(audit, framework="other"), audit, small())

    def test_neither_are_two_schools_nor_rounds_in_the_wrong_order(self) -> None:
        audit = evolve(audit_of({"leaders": 2}, lambda *_: 1), school="One", date=date(2026, 9, 1))
        later = evolve(audit, school="Another", date=date(2027, 7, 1))
        with pytest.raises(bc.InvalidInputError) as caught:
            compare_rounds(later, audit, small())
        assert [f.path for f in caught.value.faults] == ["after.school", "after.date"]
        assert compare_rounds(audit, evolve(later, school=None), small()).changes


def test_clear_differences_come_with_how_many_chance_alone_would_show() -> None:
    # One group is at the top in the first principle and at the bottom elsewhere, with the other.
    def rate(group: str, _rater: int, item: int) -> int:
        return 3 if item < 2 and group == "teachers" else 0

    sizes = {"teachers": 12, "support-staff": 12}
    text = str(score_groups(audit_of(sizes, rate), small()))
    assert "Where views differ most (1 of 4 compared are clear; fewer than 1 would be by" in text
    sure = str(score_groups(audit_of(sizes, rate), small(), level=0.5))
    assert "of 4 compared are clear; about 2 would be by chance):" in sure
    same = str(score_groups(audit_of(sizes, lambda *_: 1), small()))
    assert "differ most" not in same


def test_a_score_over_several_groups_says_so() -> None:
    both = bc.score_audit(audit_of({"leaders": 2, "pupils": 12}, lambda *_: 1), small())
    assert both.groups == ("leaders", "pupils")
    assert "Views of leaders, pupils are taken together here" in str(both)
    one = bc.score_audit(audit_of({"leaders": 2}, lambda *_: 1), small())
    assert "taken together" not in str(one)


class TestRefusals:
    def test_every_response_names_its_group(self) -> None:
        audit = audit_of({"leaders": 1, "": 2}, lambda *_: 1)
        with pytest.raises(bc.InvalidInputError, match="2 raters in no group: r-0, r-1"):
            score_groups(audit, small())

    def test_a_rater_speaks_for_one_group(self) -> None:
        answers = [
            bc.Response(rater="head", group=group, item=f"i{i}", rating=1)
            for i, group in enumerate(["leaders", "teachers"])
        ]
        with pytest.raises(bc.InvalidInputError, match="give the rater one group"):
            bc.Audit(id="a", framework="small", edition="1", responses=answers)

    @pytest.mark.parametrize(
        "options",
        [{"draws": 5}, {"seed": -1}, {"level": 1}, {"rules": 10}, {"staff_groups": "leaders"},
         {"rater_correlation": 2}],
    )  # fmt: skip
    def test_options(self, options: Any) -> None:
        audit = audit_of({"leaders": 1}, lambda *_: 1)
        (name,) = options
        with pytest.raises(bc.InvalidInputError, match=name):
            score_groups(audit, small(), **options)

    @pytest.mark.parametrize(
        ("options", "words"),
        [({"paired": 1}, "paired: expected true or false"), ({"level": 0}, "level"),
         ({"rules": 3}, "rules"), ({"staff_groups": [1]}, "staff_groups")],
    )  # fmt: skip
    def test_options_of_rounds(self, options: Any, words: str) -> None:
        audit = audit_of({"leaders": 1}, lambda *_: 1)
        with pytest.raises(bc.InvalidInputError, match=words):
            compare_rounds(audit, audit, small(), **options)

    def test_nothing_in_common(self) -> None:
        audits = [
            audit_of({"leaders": 1}, lambda _g, _n, i, half=half: 1 if i // 4 == half else None)
            for half in (0, 1)
        ]
        with pytest.raises(bc.InvalidInputError, match="nothing to compare"):
            compare_rounds(*audits, small())
        renamed = [evolve(r, rater="deputy") for r in audits[0].responses]
        with pytest.raises(bc.InvalidInputError, match="no rater of a group"):
            compare_rounds(audits[0], evolve(audits[0], responses=renamed), small(), paired=True)
