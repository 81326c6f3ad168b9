"""Ids of results: one can be given to each, and what is joined is told apart."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

import behaviour_culture as bc
from behaviour_culture.fields import MAX_SLUG, is_slug
from behaviour_culture.scheduling import assess_robustness, replan
from builders import autumn, framework_of, people, plan_of, step

LONG = "a" * MAX_SLUG
YEAR, HEADS = autumn(8, 4), people(head=10)


def small_plan(**fields: Any) -> bc.ActionPlan:
    return plan_of(step("one", principles=["p"]), step("two", "one"), **fields)


def schedule_of(plan: bc.ActionPlan, **options: Any) -> bc.Schedule:
    return bc.schedule_plan(plan, calendar=YEAR, capacity=HEADS, budget=5, **options)


def result_of(key: str) -> bc.AuditResult:
    framework = framework_of({"p": [1]})
    rating = bc.Response(rater="head", item=framework.items[0].id, rating=1)
    audit = bc.Audit(id=key, framework=framework.id, edition="1", responses=[rating])
    return bc.score_audit(audit, framework)


def forecast_of(key: str, **options: Any) -> bc.Forecast:
    plan = small_plan(id=key, framework="small")
    return bc.forecast(plan, result_of("a"), schedule_of(plan), calendar=YEAR, draws=100, **options)


MAKERS: dict[str, Callable[..., Any]] = {
    "schedule": lambda key, **o: schedule_of(small_plan(id=key), **o),
    "impact": lambda key, **o: bc.score_impact(
        small_plan(id=key, framework="small"), result_of("a"), draws=100, **o
    ),
    "forecast": forecast_of,
    "scenarios": lambda key, **o: bc.compare_forecasts(
        [bc.Scenario(id="s", name="S")],
        plan := small_plan(id=key, framework="small"),
        result_of("a"),
        schedule_of(plan),
        calendar=YEAR,
        draws=100,
        **o,
    ),
    "scenario-runs": lambda key, **o: bc.run_scenarios(
        plan := small_plan(id=key, framework="small"),
        result_of("a"),
        schedule_of(plan),
        [bc.Scenario(id="s", name="S")],
        calendar=YEAR,
        draws=100,
        **o,
    ),
}


class TestMakers:
    @pytest.mark.parametrize("what", MAKERS)
    def test_each_takes_an_id_and_makes_one_of_its_parents(self, what: str) -> None:
        make = MAKERS[what]
        assert make("plan").id == f"plan-{what}"
        assert make("plan", id="second").id == "second"
        longest = make(LONG).id
        assert is_slug(longest)
        assert longest.endswith(f"a-{what}")
        with pytest.raises(bc.InvalidInputError, match="id: "):
            make("plan", id="Not one")

    def test_two_plans_of_one_audit(self) -> None:
        steps = [step("one", principles=["p"])]
        catalogue = bc.StepCatalogue(id="c", name="C", framework="small", edition="1", steps=steps)
        plans = [
            bc.draft_plan(result_of(LONG), catalogue=catalogue, id=key) for key in (None, "b-plan")
        ]
        assert [is_slug(p.id) for p in plans] == [True, True]
        assert plans[1].id == "b-plan"
        with pytest.raises(bc.InvalidInputError, match="draft_plan: 1 fault\n  id: "):
            bc.draft_plan(result_of("a"), catalogue=catalogue, id="Not one")

    def test_a_schedule_planned_again_and_its_robustness(self) -> None:
        plan = small_plan()
        first = schedule_of(plan)
        again = replan(first, plan, [], today=YEAR.start, calendar=YEAR, capacity=HEADS, id="again")
        assert (again.schedule.id, again.schedule.plan) == ("again", "plan")
        options: dict[str, Any] = {"calendar": YEAR, "capacity": HEADS, "draws": 100}
        assert assess_robustness(first, plan, **options).id == "plan-schedule-robustness"
        assert assess_robustness(first, plan, **options, id="r").id == "r"


class TestRowsOfSeveralSchools:
    plans = tuple(small_plan(id=f"plan-{n}", school=f"School {n}") for n in "ab")

    @pytest.mark.parametrize("kind", ["polars", "pandas", "pyarrow"])
    def test_each_row_says_what_it_belongs_to(self, kind: str) -> None:
        pytest.importorskip(kind)
        made = bc.to_frame([schedule_of(p) for p in self.plans], kind=kind, ids=True)
        rows = made.to_pylist() if kind == "pyarrow" else None
        rows = rows or (made.to_dicts() if kind == "polars" else made.to_dict("records"))
        assert [(r["plan"], r["result"], r["step"]) for r in rows] == [
            (f"plan-{n}", f"plan-{n}-schedule", s) for n in "ab" for s in ("one", "two")
        ]

    def test_a_plan_has_its_school_too(self) -> None:
        frame = bc.to_frame(self.plans[0], kind="polars", ids=True)
        assert frame.columns[:3] == ["school", "plan", "result"]
        assert frame.row(0)[:3] == ("School a", "plan-a", "plan-a")
        plain = bc.to_frame(self.plans[0], kind="polars")
        assert frame.drop("school", "plan", "result").equals(plain)

    def test_the_same_ids_twice_are_refused_by_name(self) -> None:
        same = [schedule_of(self.plans[0])] * 2
        with pytest.raises(bc.InvalidInputError, match=r"value\[1\]: has the ids of value\[0\]"):
            bc.to_frame(same, ids=True)

    def test_objects_of_two_classes_are_refused(self) -> None:
        with pytest.raises(bc.InvalidInputError, match=r"value\[1\]: is no Schedule"):
            bc.to_frame([schedule_of(self.plans[0]), self.plans[0]], ids=True)
