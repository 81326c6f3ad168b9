"""The sections on what was counted and what to change, on counts of every awkward kind."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

import pytest

from behaviour_culture.model.calendar import DateRange
from behaviour_culture.model.estimate import Estimate
from behaviour_culture.model.indicator import ExposureKind, RecordingChange, Series, SeriesPeriod
from behaviour_culture.model.plan import ObjectiveScale
from behaviour_culture.monitoring import judge_counts
from behaviour_culture.report import ReportParts, render_html
from behaviour_culture.review import PlanReview
from behaviour_culture.review.result import (
    Agreement,
    ObjectiveReview,
    OutcomeReview,
    Suggestion,
    TargetStanding,
)

STARTS = date(2026, 9, 2)
WEEK = timedelta(weeks=1)
WINDOWS = [
    DateRange(start=STARTS + k * 8 * WEEK, end=STARTS + (k + 1) * 8 * WEEK - timedelta(days=1))
    for k in range(6)
]


def weeks(counts: list[int], **fields: Any) -> Series:
    """Counts of weeks, half of them from before the plan."""
    first = STARTS - len(counts) // 2 * WEEK
    return Series(
        id="counts",
        indicator="serious-incidents",
        exposure_kind=ExposureKind.PUPIL_DAYS,
        periods=[
            SeriesPeriod(
                label=f"week {i}", start=first + i * WEEK, end=first + i * WEEK + timedelta(days=4),
                count=count, exposure=5000,
            )
            for i, count in enumerate(counts)
        ],
        **fields,
    )  # fmt: skip


def section(html: str, key: str) -> str:
    found = re.search(rf'<section id="{key}".*?</section>', html, re.DOTALL)
    return found.group() if found else ""


@pytest.fixture
def basic(parts: dict[str, Any]) -> dict[str, Any]:
    return {k: parts[k] for k in ("framework", "audit", "plan", "school")}


def page_of(basic: dict[str, Any], **more: Any) -> str:
    return render_html(ReportParts(**basic, **more))


class TestWhatWasCounted:
    def test_limits_and_signals(self, basic: dict[str, Any]) -> None:
        calm = [21, 25, 18, 22, 27, 20, 24, 19] * 3
        judged = judge_counts(weeks([*calm, *(3 * c for c in calm)]), starts=STARTS)
        text = section(page_of(basic, counted=judged), "counted")
        assert "Signal of change, cause unknown" in text
        assert 'class="limit"' in text
        assert 'class="signal"' in text
        assert "<strong>Worse.</strong>" in text
        assert "no verdict rests on it" in text

    def test_small_counts_are_nowhere_on_the_page(self, basic: dict[str, Any]) -> None:
        counts = [37, 2, 41, 3, 29, 1, 33, 4] * 6
        judged = judge_counts(weeks(counts), starts=STARTS, windows=WINDOWS)
        text = section(page_of(basic, counted=judged), "counted")
        shown = {int(n) for n in re.findall(r'data-label="Incidents" class="figure">(\d+)<', text)}
        assert shown
        assert not shown & set(counts)
        assert "added up to half-terms" in text

    def test_a_half_term_with_few_is_hidden_with_the_figures(self, basic: dict[str, Any]) -> None:
        counts = [20] * 24 + [0, 1] * 12
        judged = judge_counts(weeks(counts), starts=STARTS, windows=WINDOWS)
        text = section(page_of(basic, counted=judged), "counted")
        assert ">hidden<" in text
        assert "No figures: few events are behind it." in text
        assert "492" not in text  # all of them: the hidden ones would follow

    def test_recording_that_changed_is_said(self, basic: dict[str, Any]) -> None:
        change = RecordingChange(day=STARTS + 2 * WEEK, what="a new <category>")
        judged = judge_counts(weeks([20] * 48, recording_changes=[change]), starts=STARTS)
        text = section(page_of(basic, counted=judged), "counted")
        assert "Recording changed" in text
        assert "a new &lt;category&gt;" in text

    def test_nothing_counted_has_no_section(self, basic: dict[str, Any]) -> None:
        text = page_of(basic)
        assert not section(text, "counted")
        assert not section(text, "change")


def review(plan: str, standing: TargetStanding = TargetStanding.MET) -> PlanReview:
    def count(value: float, half: float = 0.0, unit: str = "incidents") -> Estimate:
        return Estimate(
            value=value, lower=value - half, upper=value + half, level=0.8, method="m", unit=unit
        )

    rows = [
        OutcomeReview(
            outcome="conduct", half_term=f"half-term {i}", indicator="serious-incidents",
            expected=count(40, 9), unchanged=count(44, 9), seen=count(seen), count=seen,
            agreement=agreement,
        )
        for i, (seen, agreement) in enumerate(
            [(38, Agreement.AS_EXPECTED), (70, Agreement.HIGHER), (3, Agreement.LOWER)]
        )
    ]  # fmt: skip
    return PlanReview(
        plan=plan,
        outcomes=[*rows, OutcomeReview(outcome="bullied", half_term="a",
                                       agreement=Agreement.NO_SERIES)],
        objectives=[
            ObjectiveReview(
                objective="o", title="Calm <corridors>", target=0.5, scale=ObjectiveScale.AUDIT,
                baseline=count(0.3, unit=""), found=count(0.6, 0.05, ""), standing=standing,
            )
        ],
        suggestions=[Suggestion(text="Look again", reason="few answered")],
    )  # fmt: skip


class TestWhatWeChange:
    def test_this_plan(self, basic: dict[str, Any]) -> None:
        html = page_of(basic, review=review(basic["plan"].id))
        text = section(html, "change")
        assert "Last year" not in text
        assert "1 of 1 target met" in text
        assert "Calm &lt;corridors&gt;" in text
        assert "60% (55% to 65%)" in text
        assert "beyond it" in text
        assert "within it" in text
        assert "Look again." in text
        assert "Expected, and not counted: Bullied: 1 half-term" in text
        assert 'href="#change">Looking back</a>' in html

    def test_targets_that_nobody_looked_at_are_not_counted(self, basic: dict[str, Any]) -> None:
        unseen = review(basic["plan"].id, TargetStanding.NOT_LOOKED_AT)
        text = section(page_of(basic, review=unseen), "change")
        assert "targets met" not in text
        assert "1 of 2 figures as expected" in text

    def test_a_small_count_is_hidden(self, basic: dict[str, Any]) -> None:
        text = section(page_of(basic, review=review(basic["plan"].id)), "change")
        assert Agreement.HIDDEN.value in text
        assert not re.search(r'data-label="Seen" class="figure">3<', text)

    def test_the_plan_of_the_year_before(self, basic: dict[str, Any]) -> None:
        html = page_of(basic, review=review("plan-of-last-year", TargetStanding.NOT_MET))
        assert "Last year's targets" in section(html, "change").replace("&#39;", "'")
        assert "not met" in section(html, "change")
