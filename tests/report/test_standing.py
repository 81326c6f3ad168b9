"""What the annex says of items that nobody was asked, and of those that nobody assessed."""

from __future__ import annotations

import pytest

import behaviour_culture as bc
from behaviour_culture.report import ReportParts
from behaviour_culture.report.names import Names
from behaviour_culture.report.standing import Standing, standing


def shown(asked: list[str], rated: list[str]) -> Standing:
    framework = bc.load_framework("bennett-2017")
    responses = [
        bc.Response(rater="head", item=item, rating=1 if item in rated else None) for item in asked
    ]
    audit = bc.Audit(id="a", framework=framework.id, edition=framework.edition, responses=responses)
    result = bc.score_audit(audit, framework)
    catalogue = bc.load_catalogue("bennett-2017")
    plan = bc.draft_plan(result, catalogue=catalogue, priorities=1, steps_per_priority=1)
    parts = ReportParts(framework=framework, audit=result, plan=plan, catalogue=catalogue)
    return standing(parts, Names(parts), "")


@pytest.mark.parametrize("left", [0, 2])
def test_items_outside_the_short_form_are_not_called_unassessed(left: int) -> None:
    framework = bc.load_framework("bennett-2017")
    short = [*framework.short_form]
    made = shown(short, short[left:])
    texts = {item.id: item.text for item in framework.items}
    listed = [text for _, items in made.items_open for text in items]
    assert sorted(listed) == sorted(texts[key] for key in short[:left])
    assert made.items_count == f"{left} of {len(short)} items"
    assert made.rests_on.startswith(f"The short form asked {len(short)} of the")
    assert "nobody was asked or assessed" in made.bounds


def test_all_that_was_asked_is_listed_where_nobody_assessed_it() -> None:
    items = [item.id for item in bc.load_framework("bennett-2017").items]
    made = shown(items, items[3:])
    assert sum(len(texts) for _, texts in made.items_open) == 3
    assert made.items_count == f"3 of {len(items)} items"
    assert made.rests_on == ""
    assert "nobody assessed" in made.bounds
