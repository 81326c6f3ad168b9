"""Ids of results: one can be given to each, and what is joined is told apart."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import behaviour_culture as bc
from behaviour_culture.fields import MAX_SLUG, is_slug
from behaviour_culture.scheduling import assess_robustness, replan
from builders import INFERRED, autumn, framework_of, people, plan_of, step

LONG = "a" * MAX_SLUG
YEAR, HEADS = autumn(8, 4), people(head=10)


def small_plan(**fields: Any) -> bc.ActionPlan:
    return plan_of(step("one", principles=["p"]), step("two", "one"), **fields)


def schedule_of(plan: bc.ActionPlan, **options: Any) -> bc.Schedule:
    return bc.schedule_plan(plan, calendar=YEAR, capacity=HEADS, budget=5, **options)


FRAMEWORK = framework_of({"p": [1]})


def audit_by(key: str, rater: str = "head", group: str = "") -> bc.Audit:
    rating = bc.Response(rater=rater, group=group, item=FRAMEWORK.items[0].id, rating=1)
    return bc.Audit(id=key, framework=FRAMEWORK.id, edition="1", responses=[rating])


def result_of(key: str) -> bc.AuditResult:
    return bc.score_audit(audit_by(key), FRAMEWORK)


def carried(key: str, **options: Any) -> bc.audit.CarriedResult:
    other = FRAMEWORK.evolve(id="other")
    link = bc.model.CrosswalkLink(
        source="p", target="p", relation=bc.model.Relation.EQUAL, said_by="us",
        strength=bc.model.Strength.FULL,
        provenance=INFERRED,
    )  # fmt: skip
    walk = bc.model.Crosswalk(
        id="walk", name="Walk", source_framework="small", source_edition="1",
        target_framework="other", target_edition="1", links=[link],
    )  # fmt: skip
    return bc.audit.carry(result_of(key), walk, FRAMEWORK, other, **options)


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


OF_AN_AUDIT: dict[str, Callable[..., Any]] = {
    "score_audit": lambda key, **o: bc.score_audit(audit_by(key), FRAMEWORK, **o),
    "score_groups": lambda key, **o: bc.audit.score_groups(
        audit_by(key, group="leaders"), FRAMEWORK, draws=100, **o
    ),
    "profile_audit": lambda key, **o: bc.audit.profile_audit(audit_by(key), FRAMEWORK, **o),
    "compare_rounds": lambda key, **o: bc.audit.compare_rounds(
        audit_by("before"), audit_by(key), FRAMEWORK, **o
    ),
    "carry": carried,
}


class TestMakers:
    @pytest.mark.parametrize("what", OF_AN_AUDIT)
    def test_a_result_of_an_audit_has_its_id_or_one_of_its_own(self, what: str) -> None:
        make = OF_AN_AUDIT[what]
        assert make(LONG).id == LONG
        assert make("a", id="second").id == "second"
        with pytest.raises(bc.InvalidInputError, match="id: "):
            make("a", id="Not one")

    def test_a_series_has_the_id_of_its_file_or_one_of_its_own(self, tmp_path: Path) -> None:
        path = tmp_path / "Incidents 2026.csv"
        path.write_text("start,end,count,exposure\n2026-09-07,2026-09-11,3,100\n", "utf-8")
        indicator = bc.load_indicators().indicator("low-level-incidents")
        assert bc.read_series(path, indicator=indicator).id == "incidents-2026"
        assert bc.read_series(path, indicator=indicator, id="second").id == "second"
        with pytest.raises(bc.InvalidInputError, match="id: "):
            bc.read_series(path, indicator=indicator, id="Not one")

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
