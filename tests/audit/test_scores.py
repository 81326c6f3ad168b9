"""Scores of an audit: what they are means of, and what must not change them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from fractions import Fraction
from random import Random
from typing import NamedTuple

import pytest
from attrs import evolve
from hypothesis import assume, given
from hypothesis import strategies as st

import behaviour_culture as bc
from behaviour_culture.audit.result import Score
from behaviour_culture.testing import audit_results
from builders import examples, framework_of

Ratings = Mapping[tuple[str, str], int | None]
"""By rater and item; None where it was not assessed."""


class Round(NamedTuple):
    framework: bc.Framework
    ratings: Ratings


def score(framework: bc.Framework, ratings: Ratings, **options: float) -> bc.AuditResult:
    responses = [bc.Response(rater=r, item=i, rating=v) for (r, i), v in ratings.items()]
    audit = bc.Audit(id="a", framework=framework.id, edition=framework.edition, responses=responses)
    return bc.score_audit(audit, framework, **options)


@st.composite
def rounds(draw: st.DrawFn) -> Round:
    """A small framework, and one to four raters who leave some items out."""
    some_weights = st.sampled_from([0.5, 1.0, 2.0, 3.0])
    names = [f"p{i}" for i in range(draw(st.integers(1, 4)))]
    framework = framework_of(
        {p: draw(st.lists(some_weights, min_size=1, max_size=3)) for p in names},
        values=draw(st.sampled_from([(0, 1), (0, 1, 2), (0, 1, 2, 3), (1, 2, 4, 8, 9)])),
        weights={p: draw(some_weights) for p in names},
        after={p: draw(st.sets(st.sampled_from(names[:i]))) for i, p in enumerate(names) if i},
        domains={p: draw(st.sampled_from(["build", "design"])) for p in names},
    )
    pairs = [(f"r{r}", i.id) for r in range(draw(st.integers(1, 4))) for i in framework.items]
    chosen = st.sampled_from([None, *framework.scale.values])
    ratings = {pair: draw(chosen) for pair in pairs}
    first = draw(st.sampled_from(pairs))
    ratings[first] = draw(st.sampled_from(framework.scale.values))
    return Round(framework, ratings)


def exact_means(framework: bc.Framework, ratings: Ratings) -> dict[str, Fraction]:
    """Items and principles, each by its id, in exact arithmetic."""
    low, *_, high = framework.scale.values
    found: dict[str, Fraction] = {}
    for item in framework.items:
        mine = [v for (_, i), v in ratings.items() if i == item.id and v is not None]
        if mine:
            found[item.id] = Fraction(sum(mine) - low * len(mine), (high - low) * len(mine))
    for principle in framework.principles:
        pairs = [
            (Fraction(i.weight), found[i.id])
            for i in framework.items
            if i.principle == principle.id and i.id in found
        ]
        if pairs:
            found[principle.id] = _weighted(pairs)
    return found


def _weighted(pairs: Iterable[tuple[Fraction, Fraction]]) -> Fraction:
    whole = list(pairs)
    return sum(w * x for w, x in whole) / sum((w for w, _ in whole), Fraction(0))


def values(result: bc.AuditResult) -> dict[tuple[str, str], float]:
    return {(s.kind.value, s.id): s.estimate.value for s in result.scores}


def width(estimate: bc.Estimate) -> float:
    return estimate.upper - estimate.lower


class TestMeans:
    @given(rounds())
    def test_items_and_principles_are_weighted_means(self, drawn: Round) -> None:
        result = score(*drawn)
        exact = exact_means(*drawn)
        for entry in (*result.items, *result.principles):
            assert entry.estimate.value == pytest.approx(float(exact[entry.id]), abs=1e-12)
        assert {s.id for s in (*result.items, *result.principles)} == exact.keys()

    @given(rounds())
    def test_domains_and_the_whole_are_weighted_means_of_principles(self, drawn: Round) -> None:
        framework, ratings = drawn
        result = score(framework, ratings)
        exact = exact_means(framework, ratings)
        pairs = [(p.domain, Fraction(p.weight), p.id) for p in framework.principles]
        for entry in (*result.domains, result.whole):
            inside = [(w, exact[p]) for d, w, p in pairs if entry.id in {d, "whole"} and p in exact]
            assert entry.estimate.value == pytest.approx(float(_weighted(inside)), abs=1e-12)

    @given(rounds())
    def test_a_score_lies_in_its_interval_and_both_on_the_scale(self, drawn: Round) -> None:
        for entry in score(*drawn).scores:
            estimate = entry.estimate
            assert 0 <= estimate.lower <= estimate.value <= estimate.upper <= 1
            assert width(estimate) > 0

    @given(rounds(), st.sampled_from([0, -1]))
    def test_all_at_one_end_of_the_scale_is_that_end(self, drawn: Round, end: int) -> None:
        framework, ratings = drawn
        level = framework.scale.values[end]
        result = score(framework, {k: None if v is None else level for k, v in ratings.items()})
        assert {s.estimate.value for s in result.scores} == {0.0 if end == 0 else 1.0}

    def test_a_principle_with_many_items_counts_no_more_than_one_with_few(self) -> None:
        framework = framework_of({"many": [1.0] * 9, "one": [1.0]})
        ratings = {("r", i.id): 3 if i.principle == "one" else 0 for i in framework.items}
        assert score(framework, ratings).whole.estimate.value == 0.5

    def test_a_scale_whose_levels_are_not_evenly_spaced(self) -> None:
        framework = framework_of({"p": [1.0]}, values=(2, 3, 7))
        assert score(framework, {("r", "p-0"): 3}).whole.estimate.value == pytest.approx(0.2)


@examples(25)
@given(audit_results())
def test_any_framework_and_raters(result: bc.AuditResult) -> None:
    for entry in result.scores:
        estimate = entry.estimate
        assert 0 <= estimate.lower <= estimate.value <= estimate.upper <= 1
        assert entry.lowest - 1e-9 <= estimate.value <= entry.highest + 1e-9
        assert 1 <= entry.assessed <= entry.items
    known = {s.id for s in result.principles}
    assert {g.principle for g in result.gaps} == known
    assert not known & set(result.not_assessed)
    assert str(result)


def without_asked(result: bc.AuditResult) -> list[Score]:
    """Return the scores without the number of items asked, which may be more than those rated."""
    return [evolve(score, asked=None) for score in result.scores]


class TestWhatChangesNothing:
    @given(rounds(), st.randoms(use_true_random=False))
    def test_the_order_of_responses(self, drawn: Round, random: Random) -> None:
        framework, ratings = drawn
        mixed = list(ratings.items())
        random.shuffle(mixed)
        assert score(framework, dict(mixed)) == score(framework, ratings)

    @given(rounds(), st.randoms(use_true_random=False))
    def test_the_order_of_items_in_the_framework(self, drawn: Round, random: Random) -> None:
        framework, ratings = drawn
        mixed = list(framework.items)
        random.shuffle(mixed)
        there = {(s.kind, s.id): s for s in score(framework, ratings).scores}
        back = {(s.kind, s.id): s for s in score(evolve(framework, items=mixed), ratings).scores}
        assert there.keys() == back.keys()
        for key, entry in there.items():
            # Sums run in the framework's order of items: equal up to the last bit.
            assert back[key].estimate.value == pytest.approx(entry.estimate.value, abs=1e-15)
            assert evolve(back[key], estimate=entry.estimate, lowest=0, highest=1) == evolve(
                entry, lowest=0, highest=1
            )

    @given(rounds())
    def test_what_was_not_assessed(self, drawn: Round) -> None:
        framework, ratings = drawn
        result = score(framework, ratings)
        known = score(framework, {k: v for k, v in ratings.items() if v is not None})
        silent = {("silent", i.id): None for i in framework.items}
        padded = score(framework, {**silent, **ratings})
        for other in (known, padded):
            assert without_asked(other) == without_asked(result)
            assert other.gaps == result.gaps
            assert other.not_assessed == result.not_assessed

    @given(rounds())
    def test_the_names_of_raters(self, drawn: Round) -> None:
        framework, ratings = drawn
        renamed = {(f"z-{r[::-1]}", i): v for (r, i), v in ratings.items()}
        assert values(score(framework, renamed)) == values(score(framework, ratings))


class TestMoreOfAGoodThing:
    @given(rounds(), st.data())
    def test_raising_one_rating_lowers_no_score(self, drawn: Round, data: st.DataObject) -> None:
        framework, ratings = drawn
        scale = framework.scale.values
        below = sorted(k for k, v in ratings.items() if v is not None and v < scale[-1])
        assume(below)
        key = data.draw(st.sampled_from(below))
        old = ratings[key]
        assert old is not None
        higher = data.draw(st.sampled_from([v for v in scale if v > old]))
        before, after = (values(score(framework, r)) for r in (ratings, {**ratings, key: higher}))
        assert all(after[k] >= before[k] for k in before)
        assert after["whole", "whole"] > before["whole", "whole"]

    @given(rounds())
    def test_the_same_answers_of_twice_as_many_raters_are_surer(self, drawn: Round) -> None:
        framework, ratings = drawn
        twice = {**ratings, **{(f"{r}-too", i): v for (r, i), v in ratings.items()}}
        for one, two in zip(
            score(framework, ratings).scores, score(framework, twice).scores, strict=True
        ):
            assert two.estimate.value == pytest.approx(one.estimate.value, abs=1e-12)
            assert width(two.estimate) < width(one.estimate)

    @given(rounds(), st.sampled_from([(0.0, 0.1), (0.1, 0.3), (0.3, 0.9), (0.9, 1.0)]))
    def test_raters_who_answer_more_alike_are_less_sure(
        self, drawn: Round, rho: tuple[float, float]
    ) -> None:
        framework, ratings = drawn
        less, more = (score(framework, ratings, rater_correlation=r) for r in rho)
        for near, far in zip(less.scores, more.scores, strict=True):
            assert far.estimate.value == near.estimate.value
            most = max(
                sum(v is not None for (r, _), v in ratings.items() if r == rater)
                for rater in {r for r, _ in ratings}
            )
            assert width(far.estimate) >= width(near.estimate) - 1e-12
            if far.kind.value == "whole" and most > 1:
                assert width(far.estimate) > width(near.estimate)

    @given(rounds(), st.sampled_from([(0.5, 0.8), (0.8, 0.95), (0.95, 0.99)]))
    def test_a_higher_level_widens(self, drawn: Round, levels: tuple[float, float]) -> None:
        framework, ratings = drawn
        low, high = (score(framework, ratings, level=level) for level in levels)
        for inner, outer in zip(low.scores, high.scores, strict=True):
            assert outer.estimate.lower <= inner.estimate.lower
            assert outer.estimate.upper >= inner.estimate.upper
            assert width(outer.estimate) > width(inner.estimate)
            assert outer.estimate.level == levels[1]


class TestWhatIsNotKnown:
    @given(rounds())
    def test_the_score_lies_between_its_bounds(self, drawn: Round) -> None:
        for entry in score(*drawn).scores:
            value = entry.estimate.value
            assert 0 <= entry.lowest <= value + 1e-12
            assert value - 1e-12 <= entry.highest <= 1
            if entry.assessed == entry.items:
                assert entry.lowest == value == entry.highest
            else:
                assert entry.lowest < entry.highest

    @given(rounds())
    def test_the_bounds_are_what_the_missing_ends_would_give(self, drawn: Round) -> None:
        framework, ratings = drawn
        low, *_, high = framework.scale.values
        answered = {i for (_, i), v in ratings.items() if v is not None}
        missing = {("r0", i.id) for i in framework.items if i.id not in answered}
        result = score(framework, ratings)
        filled = {
            end: values(score(framework, {**ratings, **dict.fromkeys(missing, end)}))
            for end in (low, high)
        }
        for entry in result.scores:
            key = (entry.kind.value, entry.id)
            assert entry.lowest == pytest.approx(filled[low][key], abs=1e-12)
            assert entry.highest == pytest.approx(filled[high][key], abs=1e-12)

    @given(rounds())
    def test_counts_say_what_stands_behind_a_score(self, drawn: Round) -> None:
        framework, ratings = drawn
        real = {k: v for k, v in ratings.items() if v is not None}
        result = score(framework, ratings)
        whole = result.whole
        assert whole.items == len(framework.items)
        assert whole.assessed == len({i for _, i in real})
        assert whole.ratings == len(real) == sum(s.ratings for s in result.principles)
        assert whole.raters == len({r for r, _ in real})

    def test_a_principle_that_nobody_assessed_has_no_score(self) -> None:
        framework = framework_of({"seen": [1.0], "unseen": [1.0]}, after={"unseen": ["seen"]})
        result = score(framework, {("r", "seen-0"): 1, ("r", "unseen-0"): None})
        assert result.not_assessed == ("unseen",)
        assert [s.id for s in result.principles] == ["seen"]
        assert [g.principle for g in result.gaps] == ["seen"]
        assert result.gap("seen").holds_up == ()
        assert result.whole.estimate.value == pytest.approx(1 / 3)
        for look_up in (result.score, result.gap):
            with pytest.raises(bc.errors.UnknownNameError, match="no scored principle 'unseen'"):
                look_up("unseen")

    def test_a_principle_without_items_is_not_assessed(self) -> None:
        framework = framework_of({"seen": [1.0], "empty": []})
        assert score(framework, {("r", "seen-0"): 3}).not_assessed == ("empty",)


class TestResult:
    def test_it_names_what_was_scored(self) -> None:
        framework = framework_of({"p": [1.0], "q": [1.0]})
        audit = bc.Audit(
            id="autumn",
            framework="small",
            edition="1",
            school="Elm",
            date=dt.date(2026, 9, 30),
            responses=[
                bc.Response(rater=r, item=i, rating=2) for r in ("head", "ta") for i in ("q-0",)
            ],
        )
        result = bc.score_audit(audit, framework)
        assert (result.id, result.school, result.date) == ("autumn", "Elm", dt.date(2026, 9, 30))
        assert result.raters == ("head", "ta")
        assert result.level_labels == ("level 0", "level 1", "level 2", "level 3")
        assert [row["kind"] for row in result.to_rows()] == ["whole", "domain", "principle", "item"]
        assert [s.id for s in result.items_of("q")] == ["q-0"]
        assert "Audit of Elm against Small: 0.67" in str(result)
        assert "asked 1 of its 2 items, 1 assessed" in str(result)
        assert "Not assessed: p" in str(result)


class TestRefusals:
    framework = framework_of({"p": [1.0, 1.0]})

    def _refuse(self, match: str, **changes: object) -> bc.InvalidInputError:
        fine = {
            "id": "a",
            "framework": "small",
            "edition": "1",
            "responses": [bc.Response(rater="r", item="p-0", rating=1)],
        }
        with pytest.raises(bc.InvalidInputError, match=match) as caught:
            bc.score_audit(bc.Audit(**{**fine, **changes}), self.framework)
        return caught.value

    def test_another_framework(self) -> None:
        self._refuse(
            r"framework: is for the framework 'large' \(1\), not for 'small'", framework="large"
        )

    def test_another_edition(self) -> None:
        self._refuse("load the edition it was made with", edition="2")

    def test_an_item_that_the_framework_has_not_got(self) -> None:
        responses = [bc.Response(rater="r", item="p-00", rating=1)]
        self._refuse("no audit item 'p-00' in small; did you mean 'p-0'?", responses=responses)

    def test_a_rating_off_the_scale(self) -> None:
        responses = [bc.Response(rater="r", item="p-0", rating=4)]
        self._refuse(
            r"4 is not on the scale 0 \(.*\), 1 \(.*\), 2 \(.*\), 3 \(", responses=responses
        )

    def test_all_faults_at_once_each_with_its_path(self) -> None:
        responses = [
            bc.Response(rater="r", item="p-0", rating=9),
            bc.Response(rater="r", item="nowhere", rating=1),
        ]
        error = self._refuse("2 faults", responses=responses)
        assert [f.path for f in error.faults] == ["responses[0].rating", "responses[1].item"]

    @pytest.mark.parametrize("level", [0.0, 1.0, -0.1, 1.1, float("nan")])
    def test_a_level_out_of_range(self, level: float) -> None:
        with pytest.raises(
            bc.InvalidInputError,
            match=r"out of range: more than 0 and less than 1|not a finite number",
        ):
            score(self.framework, {("r", "p-0"): 1}, level=level)

    @pytest.mark.parametrize("rho", [-0.01, 1.01, float("nan")])
    def test_a_correlation_out_of_range(self, rho: float) -> None:
        with pytest.raises(
            bc.InvalidInputError,
            match=r"out of range: at least 0 and at most 1|not a finite number",
        ):
            score(self.framework, {("r", "p-0"): 1}, rater_correlation=rho)
