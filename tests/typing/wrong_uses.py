"""Wrong uses that type checkers refuse; mypy and pyright run over it, nothing runs it.

Each marked line is wrong, and the mark has the code that mypy gives. Both checkers report a mark
that they do not need, so a line that begins to pass is noticed.
"""

# pyright: reportUnnecessaryTypeIgnoreComment=true

from __future__ import annotations

import datetime as dt

import behaviour_culture as bc

day = dt.date(2026, 9, 7)
framework = bc.load_framework("bennett-2017")
audit = bc.read_audit("responses.csv", framework=framework)
result = bc.score_audit(audit, framework)
catalogue = bc.load_catalogue("bennett-2017")
year = bc.load_calendar("illustrative-2026-27")
school = bc.read("school.toml", bc.School)
capacity = bc.Capacity(roles=[bc.Role(id="head", title="Head", hours_per_week=2)])
plan = bc.draft_plan(result, catalogue=catalogue)
schedule = bc.schedule_plan(plan, calendar=year, capacity=capacity)
impact = bc.score_impact(plan, result)
forecast = bc.forecast(plan, result, schedule)
indicator = bc.load_indicators().indicators[0]

# -- values ----------------------------------------------------------------------------------

bc.School(id="a", name="A", systems=[1])  # type: ignore[list-item]
bc.School(id="a", name="A", phase="primary-ish")  # type: ignore[arg-type]
bc.School(id="a")  # type: ignore[call-arg]
bc.School(id="a", name="A", pupils_named=["B"])  # type: ignore[call-arg]
bc.Role(id="head", title="Head", hours_per_week="two")  # type: ignore[arg-type]
bc.Audit(id="a", framework="f", edition="1", responses=["one"])  # type: ignore[list-item]
bc.Response(rater="r", item="i", rating=[1])  # type: ignore[arg-type]
bc.ActionStep(id="a", title="A", lead="h", hours_per_week={"h": "2"})  # type: ignore[dict-item]
bc.Observation(half_term=1, outcome=1, value=0.2, standard_error=0.1)  # type: ignore[arg-type]
school.name = "B"  # type: ignore[misc]
plan.steps[0] = plan.steps[1]  # type: ignore[index]
framework.evolve(2026)  # type: ignore[call-arg]
name = school.nmae  # type: ignore[attr-defined]

# -- files -----------------------------------------------------------------------------------

bc.dumps(framework, format="yaml")  # type: ignore[arg-type]
bc.loads("", format="JSON")  # type: ignore[call-overload]
bc.from_dict([], bc.School)  # type: ignore[arg-type]
bc.json_schema("plan")  # type: ignore[arg-type]
bc.load_framework(2017)  # type: ignore[arg-type]
bc.read_series("counts.csv", indicator="suspensions")  # type: ignore[arg-type]
bc.read_series("counts.csv", indicator=indicator, missing="nought")  # type: ignore[arg-type]
bc.audit_form(framework, "form.csv", form="long")  # type: ignore[arg-type]

# -- the journey -----------------------------------------------------------------------------

bc.score_audit("responses.csv", framework)  # type: ignore[arg-type]
bc.score_audit(audit, framework, 0.9)  # type: ignore[call-arg]
bc.score_audit(audit, "bennett-2017")  # type: ignore[arg-type]
bc.draft_plan(audit, catalogue=catalogue)  # type: ignore[arg-type]
bc.draft_plan(result)  # type: ignore[call-arg]
bc.draft_plan(result, catalogue=catalogue, priorities="five")  # type: ignore[arg-type]
bc.schedule_plan(plan, calendar=year, capacity=school)  # type: ignore[arg-type]
bc.schedule_plan(plan, calendar=year, capacity=capacity, seed="0")  # type: ignore[arg-type]
bc.schedule_plan(plan, calendar=year, capacity=capacity, pins={"a": "7 May"})  # type: ignore[dict-item]
bc.score_impact(plan, audit)  # type: ignore[arg-type]
bc.score_impact(plan, result, draw=100)  # type: ignore[call-arg]
bc.forecast(plan, schedule, result)  # type: ignore[arg-type]
bc.choose_steps(result)  # type: ignore[arg-type]
bc.learn(impact, [])  # type: ignore[arg-type]
bc.review_plan(forecast, plan, plan)  # type: ignore[arg-type]
bc.resolve(framework, "tailoring.toml")  # type: ignore[arg-type]
bc.write_report("out", framework=framework, audit=audit, plan=plan)  # type: ignore[arg-type]
schedule.start(day)  # type: ignore[arg-type]
capacity.hours("head", "2026-09-07")  # type: ignore[arg-type]
framework.principle(1)  # type: ignore[arg-type]

# -- what may be absent has to be looked at -----------------------------------------------------

school.capacity.hours("head", day)  # type: ignore[union-attr]
name = year.half_term(day).name  # type: ignore[union-attr]
result.whole.estimate.standard_error + 1  # type: ignore[operator]

# -- attainment is no behaviour --------------------------------------------------------------

evidence = bc.load_evidence()


def scored(finding: bc.model.Finding) -> float | None:
    """Stand for whatever scores behaviour."""
    return finding.estimate


scored(evidence.attainment[0])  # type: ignore[arg-type]
bc.model.EvidenceBase(
    id="mixed",
    name="Mixed",
    edition="1",
    grades=evidence.grades,
    parameters=evidence.parameters,
    findings=evidence.attainment,  # type: ignore[arg-type]
)

# -- words of which there are a few ------------------------------------------------------------

ratings = [[1, 2], [2, 2], [3, 4]]
bc.audit.icc(ratings, form="ICC(4,1)")  # type: ignore[arg-type]
bc.audit.krippendorff_alpha(ratings, level="ranked")  # type: ignore[arg-type]
bc.audit.cohen_kappa([1, 2], [2, 2], weights="square")  # type: ignore[arg-type]
bc.impact.pool_effects([0.1, 0.2], [0.1, 0.1], method="fixed")  # type: ignore[arg-type]
bc.monitoring.shrink_rates([1, 2], [9.0, 9.0], method="bayes")  # type: ignore[arg-type]
bc.monitoring.xmr_chart([1.0, 2.0], rules="nhs-2019")  # type: ignore[arg-type]
bc.monitoring.days_between_chart(["2026-09-07"], chart="x")  # type: ignore[arg-type]
bc.monitoring.rate_ratio(1, 2.0, 3, 4.0, method="wald")  # type: ignore[arg-type]
