"""What the report says of the time after setting up, of roles that nobody holds, and of the law."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from attrs import evolve

import behaviour_culture as bc
from behaviour_culture.model.setting import Governance
from behaviour_culture.model.step import CostRange
from behaviour_culture.report.law import law
from behaviour_culture.report.names import Names
from behaviour_culture.report.parts import ReportParts
from behaviour_culture.report.running import running

Parts = dict[str, Any]
Render = Callable[..., tuple[str, Any]]


def one_goes_on(parts: Parts, **hours: float) -> Parts:
    """The parts with a plan in which the first step alone goes on once it is set up."""
    first, *others = parts["plan"].steps
    steps = [
        evolve(first, running_hours=hours, running_cost_gbp=CostRange(100, 300)),
        *(evolve(s, running_hours={}, running_cost_gbp=CostRange(0, 0)) for s in others),
    ]
    return parts | {"plan": evolve(parts["plan"], steps=steps)}


def school_of(parts: Parts, *posts: bc.Role) -> bc.School:
    return evolve(parts["school"], capacity=bc.Capacity(roles=posts))


def without(parts: Parts, role: str) -> tuple[bc.Role, ...]:
    return tuple(r for r in parts["school"].capacity.roles if r.id != role)


class TestRunning:
    def test_hours_of_all_people_and_pounds_a_year(self, parts: Parts) -> None:
        given = ReportParts(**one_goes_on(parts, head=0.5, teacher=0.25))
        found = running(given, Names(given))
        assert found is not None
        # Two heads at half an hour and two teachers at a quarter.
        assert found.total == "1.5"
        assert found.cost == "£100 to £300"
        assert [(r.role, r.people, r.each, r.total) for r in found.rows] == [
            ("The head", 2, "0.5", "1"),
            ("The teacher", 2, "0.25", "0.5"),
        ]
        assert found.over == []

    def test_who_has_too_little_time_is_named(self, parts: Parts) -> None:
        given = ReportParts(**one_goes_on(parts, head=2.5))
        found = running(given, Names(given))
        assert found is not None
        assert found.over == ["The head"]

    def test_nothing_goes_on(self, parts: Parts) -> None:
        given = ReportParts(
            **parts
            | {
                "plan": evolve(
                    parts["plan"],
                    steps=[
                        evolve(s, running_hours={}, running_cost_gbp=CostRange(0, 0))
                        for s in parts["plan"].steps
                    ],
                )
            }
        )
        assert running(given, Names(given)) is None

    def test_the_first_page_names_both(self, render: Render, parts: Parts) -> None:
        _, page = render(one_goes_on(parts, head=0.5))
        first = page.all("section")[0].text
        assert "From then on: about 1 hours a week of all staff together" in first
        assert "£100 to £300 a year" in first


class TestNobody:
    def test_a_role_that_nobody_holds_is_to_be_named(self, render: Render, parts: Parts) -> None:
        role = parts["plan"].steps[0].lead
        school = school_of(parts, *without(parts, role))
        given = ReportParts(**parts | {"school": school, "schedule": None})
        title = parts["catalogue"].roles[[r.id for r in parts["catalogue"].roles].index(role)].title
        assert title in [n.title for n in Names(given).nobody]
        _, page = render(parts, school=school)
        assert f"Nobody holds the role {title}." in page.text
        assert f"Name who is {title}" in page.all("section")[0].text

    def test_a_post_that_holds_it_is_enough(self, parts: Parts) -> None:
        role = parts["plan"].steps[0].lead
        first, *others = without(parts, role)
        school = school_of(parts, evolve(first, holds=[role]), *others)
        given = ReportParts(**parts | {"school": school})
        names = Names(given)
        assert role not in {n.title.lower() for n in names.nobody}
        assert names.role(role) == first.title


class TestLaw:
    def test_a_row_for_each_duty_with_the_steps(self, parts: Parts) -> None:
        given = ReportParts(**parts)
        found = law(given, Names(given))
        assert found is not None
        named = {s.duty for s in parts["plan"].steps} - {None}
        titles = {d.title for d in parts["duties"].duties if d.id in named}
        assert {r.title for r in found.rows} == titles
        assert sum(len(r.steps) for r in found.rows) == sum(
            s.duty is not None for s in parts["plan"].steps
        )

    def test_steps_that_no_duty_asks_for_have_no_section(self, parts: Parts) -> None:
        steps = [evolve(s, duty=None) for s in parts["plan"].steps]
        given = ReportParts(**parts | {"plan": evolve(parts["plan"], steps=steps)})
        assert law(given, Names(given)) is None

    @pytest.mark.parametrize(("days", "notices"), [(0, 1), (1, 2)])
    def test_an_old_register_says_so(self, parts: Parts, days: int, notices: int) -> None:
        on = parts["duties"].review_by + dt.timedelta(days=days)
        given = ReportParts(**parts | {"written_on": on})
        found = law(given, Names(given))
        assert found is not None
        assert len(found.notices) == notices

    def test_a_duty_of_other_schools_is_not_called_binding(self, parts: Parts) -> None:
        academy = evolve(parts["school"], governance=Governance.ACADEMY)
        given = ReportParts(**parts | {"school": academy})
        found = law(given, Names(given))
        assert found is not None
        rows = {r.title: r.force for r in found.rows}
        for duty in parts["duties"].duties:
            if duty.title in rows:
                binds = duty.binds_school(academy)
                assert ("for other kinds of school" in rows[duty.title]) is not binds

    def test_a_duty_that_the_register_lacks_is_a_fault(self, parts: Parts) -> None:
        first, *others = parts["plan"].steps
        odd = evolve(parts["plan"], steps=[evolve(first, duty="no-such-duty"), *others])
        with pytest.raises(bc.InvalidInputError, match="no-such-duty"):
            bc.report.render_html(ReportParts(**parts | {"plan": odd}))
