"""A hub of one lead school and six partners: audits, matching, and one calendar for all.

All schools are illustrative. Run it from anywhere: python examples/hub.py [FOLDER]
"""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path

from attrs import evolve

import behaviour_culture as bc
from behaviour_culture.content import load_content
from behaviour_culture.programme import (
    PartnerPlan,
    SupportEvent,
    match_hub,
    needs_from,
    plan_support,
)

HERE = Path(__file__).parent
framework = bc.load_framework("bennett-2017")
catalogue = bc.load_catalogue("bennett-2017")
people = bc.read(HERE / "illustrative_school.toml").capacity
# Consulting on the governors' principles takes more of them than the school's own file says. Duty,
# and seeing every serious incident, take more of phase leaders and of the safeguarding lead.
governors = bc.Role(id="governor", title="Link governor", hours_per_week=1.5)
clerk = bc.Role(id="clerk", title="Clerk to the governors", hours_per_week=1)
more = {"middle-leader": 3, "safeguarding-lead": 8}
others = [
    evolve(role, running_hours_per_week=more.get(role.id, role.running_hours_per_week))
    for role in people.roles
    if role.id != "governor"
]
people = evolve(people, roles=[*others, governors, clerk])
year = bc.load_calendar("illustrative-2026-27")
hub = bc.read(HERE / "illustrative_hub.toml")
programme = load_content("programme", hub.programme)

# Every partner audits itself. These answers are invented: low where the hub's file names a need.
levels = sorted(level.value for level in framework.scale.levels)
results = {}
for partner in hub.partners:
    answers = [
        bc.Response(
            rater=rater,
            item=item.id,
            rating=levels[round((1 - partner.needs.get(item.principle, 0.25)) * (len(levels) - 1))],
        )
        for rater in ("head", "teacher")
        for item in framework.items
    ]
    audit = bc.Audit(
        id=f"{partner.id}-audit",
        framework=framework.id,
        edition=framework.edition,
        school=partner.name,
        responses=answers,
    )
    results[partner.id] = bc.score_audit(audit, framework)

# Who helps whom, and why? Needs are 1 minus the audit's scores.
hub = evolve(hub, partners=[evolve(p, needs=needs_from(results[p.id])) for p in hub.partners])
matching = match_hub(hub)
print(matching)

# What does each partner do? Its own plan, from its own audit.
plans = [
    PartnerPlan(
        id=partner.id,
        name=partner.name,
        route=partner.route,
        plan=bc.draft_plan(results[partner.id], catalogue=catalogue, priorities=2),
        capacity=people,
    )
    for partner in hub.partners
    if matching.match(partner.id).lead == "harbour"
]

# What does the lead offer? How often is the programme's; hours and seats are judgement.
STRANDS = {
    bc.model.SupportStrand.OPEN_DAYS: ("open-day", "Open day", 3, 6.0, 3.0),
    bc.model.SupportStrand.NETWORKING: ("networking", "Networking meeting", 6, 3.0, 2.0),
    bc.model.SupportStrand.ONE_TO_ONE: ("visit", "Coaching visit", 1, 4.0, 2.0),
    bc.model.SupportStrand.ACTION_PLAN: ("plan-review", "Work on the action plan", 1, 2.0, 2.0),
}
events = []
for strand, (key, title, seats, lead_hours, partner_hours) in STRANDS.items():
    doses = {route.id: route.dose(strand) for route in programme.routes}
    events.append(
        SupportEvent(
            id=key,
            title=title,
            strand=strand,
            times={
                route: dose.times
                for route, dose in doses.items()
                if dose is not None and dose.times and dose.per == "term"
            },
            seats=seats,
            lead_hours={"coach": lead_hours},
            partner_hours={"behaviour-lead": partner_hours},
            gap_weeks=2,
            source="times: the programme's routes; hours and seats: judgement",
        )
    )
events.append(
    SupportEvent(
        id="send-training",
        title="Training on SEND",
        strand=bc.model.SupportStrand.TRAINING,
        times={"core": 1, "extended": 1},
        terms=["Autumn"],
        seats=6,
        lead_hours={"coach": 4.0},
        partner_hours={"senco": 2.0},
        before=bc.StepPhase.LAUNCH,
        source="times: written answer 141292; hours and seats: judgement",
    )
)

# When? One calendar: the coach's hours are shared by all six schools.
calendar = plan_support(
    "harbour",
    plans,
    events,
    lead_staff=bc.Capacity(roles=[bc.Role(id="coach", title="Coach", hours_per_week=8)]),
    calendar=year,
    starts=date(2026, 9, 2),
    seed=1,
)
print(calendar)
for school in calendar.schools:
    print(
        f"\n{school.name}: {school.schedule.makespan} weeks, at least {school.schedule.lower_bound}"
    )
print("\nwhy that open day is not earlier:", calendar.session("open-day.1").reasons[0])

# A file for each school, to open with bc.read().
if len(sys.argv) > 1:
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    bc.write(calendar, folder / "harbour-support.json")
    for school in calendar.schools:
        bc.write(school.schedule, folder / f"{school.id}-schedule.toml")
    print(f"\nwritten to {folder}")
