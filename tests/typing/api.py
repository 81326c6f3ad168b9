"""What type checkers see of the stable names; mypy and pyright run over it, nothing runs it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, assert_type

from hypothesis.strategies import SearchStrategy

import behaviour_culture as bc
from behaviour_culture.model.calendar import HalfTerm, SchoolWeek
from behaviour_culture.model.finding import AttainmentFinding
from behaviour_culture.model.framework_parts import Unverified
from behaviour_culture.report.parts import SectionMaker
from behaviour_culture.scheduling.project import Project
from behaviour_culture.testing import (
    action_plans,
    assert_closed,
    assert_feasible,
    assert_round_trip,
    frameworks,
    scheduled_plans,
)
from behaviour_culture.typing import Engine, Entries, Stop

day = dt.date(2026, 9, 7)

# -- content and files --------------------------------------------------------------------

assert_type(bc.framework_ids(), tuple[str, ...])
framework = bc.load_framework("bennett-2017")
assert_type(framework, bc.Framework)
assert_type(bc.load_framework(Path("mine.toml")), bc.Framework)
catalogue = bc.load_catalogue("bennett-2017")
assert_type(catalogue, bc.StepCatalogue)
year = bc.load_calendar("illustrative-2026-27")
assert_type(year, bc.SchoolYear)
evidence = bc.load_evidence()
assert_type(evidence, bc.model.EvidenceBase)
assert_type(
    bc.content.load_content("benchmarks", "national-behaviour-survey"), bc.model.BenchmarkSet
)
assert_type(bc.read("school.toml"), Any)
assert_type(bc.read("school.toml", bc.School), bc.School)
assert_type(bc.loads("{}", bc.Framework, format="json"), bc.Framework)
assert_type(bc.from_dict({}, bc.StepCatalogue), bc.StepCatalogue)
assert_type(bc.to_dict(framework), dict[str, Any])
assert_type(framework.evolve(name="Ours"), bc.Framework)
school: bc.School = bc.read("school.toml", kind="school")
assert_type(bc.write(school, "school.json"), Path)
assert_type(bc.dumps(school, format="toml"), str)
assert_type(bc.interchange.read_gias("register.csv").schools, Entries[bc.School])
assert_type(bc.interchange.read_gias("register.csv")[0], bc.School)
assert_type(bc.interchange.school_from_gias({"URN": "100000"}), bc.School)
audit = bc.read_audit("responses.csv", framework=framework)
assert_type(audit, bc.Audit)

# -- framework, school, year --------------------------------------------------------------

assert_type(framework.principles, Entries[bc.Principle])
principle = framework.principle("design-vision")
assert_type(principle.id, str)
assert_type(principle.name, str)
assert_type(principle.domain, str)
assert_type(principle.prerequisites, Entries[bc.model.PrinciplePrerequisite])
assert_type(framework.items, Entries[bc.AuditItem])
assert_type(framework.items[0].principle, str)
assert_type(framework.items[0].text, str)
assert_type(framework.rating_scale.levels, Entries[bc.model.RatingLevel])
assert_type(framework.rating_scale.levels[0].value, int)
assert_type(framework.rating_scale.levels[0].label, str)
assert_type(framework.unverified(), Entries[Unverified])
assert_type(school.capacity, bc.Capacity | None)
capacity = bc.Capacity(roles=[bc.Role(id="head", title="Head", hours_per_week=2)])
assert_type(capacity, bc.Capacity)
assert_type(capacity.roles, Entries[bc.Role])
assert_type(capacity.hours("head", day), float)
assert_type(year.is_teaching_day(day), bool)
assert_type(year.half_term(day), HalfTerm | None)
assert_type(year.weeks, Entries[SchoolWeek])

# -- audit, plan, graph -------------------------------------------------------------------

result = bc.score_audit(audit, framework)
assert_type(result, bc.AuditResult)
assert_type(result.whole.estimate, bc.Estimate)
assert_type(result.gaps, Entries[bc.audit.Gap])
assert_type(result.whole.estimate.lower, float)
assert_type(result.whole.estimate.standard_error, float | None)
plan = bc.draft_plan(result, catalogue=catalogue, school=school, priorities=5)
assert_type(plan, bc.ActionPlan)
assert_type(plan.objectives, Entries[bc.model.Objective])
assert_type(plan.steps, Entries[bc.ActionStep])
assert_type(catalogue.steps, Entries[bc.ActionStep])
step = plan.step("agree-vision")
assert_type(step.title, str)
assert_type(step.weeks, bc.Weeks)
assert_type(step.weeks.likely, int)
assert_type(step.hours_per_week, Mapping[str, float])
assert_type(step.requires, Entries[bc.Prerequisite])
assert_type(step.requires[0].step, str)
assert_type(step.requires[0].lag_weeks, int)
assert_type(step.requires[0].reason, str)
assert_type(step.success_criteria, tuple[str, ...])
assert_type(step.source, str)
assert_type(plan.graph, bc.planning.StepGraph)
assert_type(plan.graph.waves(), Iterator[tuple[str, ...]])
assert_type(plan.graph.critical_path(), tuple[str, ...])
assert_type(plan.graph.explain("agree-vision"), list[str])
assert_type(plan.graph.to_mermaid(), str)
assert_type(plan.why("agree-vision"), str)
assert_type(plan.to_rows(), list[dict[str, Any]])

# -- schedule and impact ------------------------------------------------------------------

schedule = bc.schedule_plan(plan, calendar=year, capacity=capacity, budget=2_000, seed=0)
assert_type(schedule, bc.Schedule)
assert_type(schedule.start("agree-vision"), dt.date)
assert_type(schedule.finish("agree-vision"), dt.date)
assert_type(schedule.unscheduled, Mapping[str, str])
assert_type(schedule.explain("agree-vision"), list[str])
assert_type(schedule.status, bc.scheduling.ScheduleStatus)
assert_type(schedule.lower_bound, int)
assert_type(schedule.gap, float)
impact = bc.score_impact(plan, result, evidence=evidence, draws=10_000, seed=0)
assert_type(impact, bc.impact.ImpactResult)
assert_type(impact.steps, Entries[bc.impact.ImpactScore])
assert_type(impact.benefits, Mapping[str, float])
assert_type(
    bc.draft_plan(result, catalogue=catalogue, scorer=bc.impact.planning_index), bc.ActionPlan
)
assert_type(bc.choose_steps(plan, scorer=bc.impact.gap_closed, result=result), bc.impact.StepChoice)
assert_type(
    bc.impact.rank_steps(plan, result, [bc.impact.unlock_value], draws=200, seed=0),
    bc.impact.StepRanking,
)

# -- errors -------------------------------------------------------------------------------

try:
    bc.read("plan.toml")
except bc.InvalidInputError as error:
    assert_type(error.faults, tuple[bc.errors.Fault, ...])
    assert_type(error.faults[0].path, str)
except bc.BehaviourCultureError:
    pass

# -- help for users' tests ----------------------------------------------------------------

assert_type(frameworks(max_principles=3), SearchStrategy[bc.Framework])
assert_type(action_plans(framework=framework), SearchStrategy[bc.ActionPlan])
drawn = scheduled_plans(max_steps=3).example()
assert_type(drawn.schedule, bc.Schedule)
assert_feasible(drawn.schedule, drawn.plan, drawn.calendar, drawn.capacity)
assert_closed(drawn.plan)
assert_round_trip(drawn.schedule)

# -- findings ------------------------------------------------------------------------------

assert_type(evidence.findings, Entries[bc.model.Finding])
assert_type(evidence.attainment, Entries[AttainmentFinding])

# -- other tools ---------------------------------------------------------------------------


def in_order(project: Project, /, *, seed: int, stop: Stop) -> list[tuple[int, int] | None]:
    return [None if stop() or seed < 0 else (0, 0) for _ in project.before]


def our_section(_parts: Any) -> tuple[str, str]:
    return "Ours", "Agreed."


engine: Engine = in_order
section: SectionMaker = our_section
own_schedule = bc.schedule_plan(plan, calendar=year, capacity=bc.Capacity(roles=[]), engine=engine)
assert_type(bc.loads("{}", bc.Response, format="json"), bc.Response)
assert_type(bc.School(id="a", name="A", extra={"mis": {"record": 1}}).extra, bc.model.Extra)
assert_type(bc.to_dict(plan, made_from=[catalogue]), dict[str, Any])
