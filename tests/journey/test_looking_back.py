"""A journey that names counts and a second audit, and the report of the year that follows."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from types import MappingProxyType

import pytest
from attrs import evolve

import behaviour_culture as bc
from behaviour_culture.errors import InvalidInputError
from behaviour_culture.interchange.files import read
from behaviour_culture.journey import JourneyResult, run_journey
from behaviour_culture.model.journey import CountsFile, Journey
from behaviour_culture.review import Agreement
from behaviour_culture.review.result import TargetStanding
from builders import example_journey

EXAMPLES = Path(__file__).parents[2] / "examples"
LATER = EXAMPLES / "illustrative_journey_a_year_later.toml"


@cache
def made() -> JourneyResult:
    return run_journey(LATER)


def _written(result: JourneyResult) -> dict[str, bytes]:
    with TemporaryDirectory() as folder:
        return {f.name: f.read_bytes() for f in result.write(folder, formats=("html",))}


def _page(result: JourneyResult) -> str:
    return _written(result)["annex.html"].decode()


@cache
def _files_of_made() -> Mapping[str, bytes]:
    return MappingProxyType(_written(made()))


def _page_of_made() -> str:
    return _files_of_made()["annex.html"].decode()


class TestTheSameYear:
    def test_everything_that_was_named_is_compared(self) -> None:
        review = made().review
        assert review is not None
        rows = [o for o in review.outcomes if o.indicator]
        assert {o.outcome for o in rows} == {
            "conduct", "absence", "climate-staff", "climate-pupils",
        }  # fmt: skip
        assert all(o.agreement.compared for o in rows)
        assert not any(o.agreement is Agreement.NOT_SEEN for o in review.outcomes)

    def test_expected_is_what_the_plan_as_it_began_led_to(self) -> None:
        result = made()
        assert result.first_plan is not None
        assert result.review is not None
        first = example_journey()
        assert [o.target for o in first.plan.objectives] == [
            o.target for o in result.review.objectives
        ]
        assert first.forecast is not None
        series = [
            bc.read_series(EXAMPLES / c.file, indicator=bc.load_indicators().indicator(c.indicator))
            for c in result.journey.counts
        ]
        review = bc.review_plan(first.forecast, series, first.plan)
        assert [o.expected for o in review.outcomes] == [o.expected for o in result.review.outcomes]

    def test_targets_are_met_or_missed(self) -> None:
        result = made()
        assert result.review is not None
        assert result.result_again is not None
        assert {o.standing for o in result.review.objectives} <= {
            TargetStanding.MET, TargetStanding.NOT_MET, TargetStanding.COULD_NOT_TELL,
        }  # fmt: skip
        text = _page_of_made()
        assert "What was counted" in text
        assert "What we change" in text
        for objective in result.review.objectives:
            assert objective.title in text
            assert objective.standing.value in text

    def test_each_picture_has_a_title_and_a_description(self) -> None:
        text = _page_of_made()
        pictures = re.findall(r'<svg class="run".*?</svg>', text, re.DOTALL)
        assert len(pictures) == 4
        for picture in pictures:
            assert 'role="img"' in picture
            assert re.search(r"<title>[^<]{20,}</title><desc>[^<]{40,}</desc>", picture)

    def test_the_words_are_those_of_monitoring(self) -> None:
        result = made()
        assert result.counted is not None
        assert result.counted.verdict is not None
        text = _page_of_made()
        for sentence in result.counted.published().verdict.sentences:  # type: ignore[union-attr]
            assert sentence in text

    def test_the_same_files_give_the_same_bytes(self) -> None:
        written = _files_of_made()
        assert written.keys() == {"governors.html", "plan.html", "annex.html"}
        assert written == _written(run_journey(LATER))


def changed(tmp_path: Path, change: Callable[[Journey], Journey]) -> Path:
    """The journey with a change and few draws, its files beside it."""
    for file in EXAMPLES.glob("*.*"):
        if file.suffix in {".csv", ".toml"}:
            (tmp_path / file.name).write_bytes(file.read_bytes())
    journey = change(read(LATER, kind="journey"))
    journey = evolve(journey, draws=200, budget=20)
    bc.write(journey, tmp_path / "journey.toml")
    return tmp_path / "journey.toml"


def test_an_objective_says_where_its_indicator_stood(tmp_path: Path) -> None:
    """Of the year before the plan, and nothing of what was counted after it."""
    (tmp_path / "fair.csv").write_text(
        "start,end,label,count,exposure\n2026-07-01,2026-07-08,before,90,150\n"
        "2027-07-01,2027-07-08,after,20,150\n"
    )
    counts = [CountsFile(file="fair.csv", indicator="rules-fair-pupils")]
    path = changed(tmp_path, lambda j: evolve(j, counts=counts))
    plan = run_journey(path).plan
    (objective,) = (
        o for o in plan.objectives if o.indicator and o.indicator.indicator == "rules-fair-pupils"
    )
    assert objective.indicator_baseline is not None
    assert objective.indicator_baseline.value == pytest.approx(0.6)
    assert "now 0.60" in str(plan)


class TestTheYearThatFollows:
    def test_last_years_targets_are_looked_at_by_this_years_audit(self, tmp_path: Path) -> None:
        first = example_journey()
        first.write(tmp_path / "last-year", formats=("json",))
        path = changed(
            tmp_path,
            lambda j: evolve(
                j,
                responses=j.audit_again or "",
                audit_again=None,
                progress=None,
                starts=None,
                calendar=["illustrative-2026-27"],
                last_plan="last-year/plan.json",
                last_forecast="last-year/forecast.json",
            ),
        )
        result = run_journey(path)
        assert result.review is not None
        assert result.review.plan == first.plan.id
        assert [o.objective for o in result.review.objectives] == [
            o.id for o in first.plan.objectives
        ]
        assert [o.found for o in result.review.objectives] == [
            result.result.score(o.principle).estimate for o in first.plan.objectives
        ]
        rows = [o for o in result.review.outcomes if o.indicator]
        assert len(rows) == 14
        assert all(o.agreement.compared for o in rows)

    def test_the_page_calls_them_last_years(self, tmp_path: Path) -> None:
        first = example_journey()
        bc.write(evolve(first.plan, id="the-plan-before"), tmp_path / "old.json")
        path = changed(
            tmp_path,
            lambda j: evolve(j, counts=[], audit_again=None, progress=None, last_plan="old.json"),
        )
        text = _page(run_journey(path))
        assert "Last year&#39;s targets" in text or "Last year's targets" in text
        assert "What was counted" not in text


class TestRefusals:
    def test_a_second_audit_and_a_plan_of_last_year_are_one_too_many(self, tmp_path: Path) -> None:
        first = example_journey()
        first.write(tmp_path / "last-year", formats=("json",))
        path = changed(tmp_path, lambda j: evolve(j, last_plan="last-year/plan.json"))
        with pytest.raises(InvalidInputError, match="name one of the two"):
            run_journey(path)
        path = changed(tmp_path, lambda j: evolve(j, last_forecast="last-year/forecast.json"))
        with pytest.raises(InvalidInputError, match="last_plan"):
            run_journey(path)

    def test_faults_of_counts_come_with_all_others(self, tmp_path: Path) -> None:
        (tmp_path / "bad.csv").write_text("start,count,exposure\n2026-09-07,many,10\n")
        path = changed(
            tmp_path,
            lambda j: evolve(
                j,
                counts=[
                    CountsFile(file="bad.csv", indicator="absence"),
                    CountsFile(file="none.csv", indicator="suspensions"),
                    CountsFile(file="illustrative_absence.csv", indicator="calm"),
                ],
            ),
        )
        with pytest.raises(InvalidInputError) as caught:
            run_journey(path)
        text = str(caught.value)
        assert "many" in text
        assert "none.csv" in text
        assert "counts[2].indicator" in text


def test_a_review_shows_no_suggestion_about_a_count_that_is_hidden() -> None:
    result = made()
    assert result.review is not None
    small = [evolve(o, count=2.0) if o.outcome == "conduct" else o for o in result.review.outcomes]
    published = evolve(result.review, outcomes=small).published()
    assert not any(s.about == "low-level-incidents" for s in published.suggestions)
