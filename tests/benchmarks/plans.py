"""Plans of schools: how many an exact schedule proves optimal, and what a large plan costs.

The first part audits invented schools against the Bennett framework with random ratings,
drafts a plan from each and schedules it exactly with a limit of a second: once with the staff
of the illustrative school, once with two to ten hours a week of each role, which is too
little for nearly half of the plans. The second drafts and schedules a plan of as many steps
as asked by the heuristic.
"""

from __future__ import annotations

import json
import time
from typing import Any

import attrs
import numpy as np
from paired import arguments

import behaviour_culture as bc
from behaviour_culture.journey import demo_folder

SECONDS = 1.0


def random_school(rng: np.random.Generator, roles: tuple[str, ...]) -> bc.School:
    """Return an invented school whose staff have from two to ten hours a week each."""
    capacity = [
        bc.Role(id=r, title=r, hours_per_week=float(rng.integers(4, 21)) / 2) for r in roles
    ]
    return bc.School(
        id="invented",
        name="Invented School",
        illustrative=True,
        capacity=bc.Capacity(roles=capacity),
    )


def random_audit(rng: np.random.Generator, framework: bc.Framework) -> bc.Audit:
    """Return ratings about a level of the school's own, each item and rater a little apart."""
    values = np.array(framework.rating_scale.values)
    level = rng.uniform(0, len(values) - 1)
    responses = [
        bc.Response(
            rater=f"rater-{r}",
            item=item.id,
            rating=int(values[np.clip(round(rng.normal(level, 1)), 0, len(values) - 1)]),
        )
        for r in range(int(rng.integers(1, 6)))
        for item in framework.items
    ]
    return bc.Audit(
        id="random",
        framework=framework.id,
        edition=framework.edition,
        school="invented",
        responses=responses,
    )


def proofs(count: int, seed: int, *, random_staff: bool) -> dict[str, Any]:
    """Schedule the plans of random audits exactly; return how many were proven, and times."""
    framework, catalogue = bc.load_framework("bennett-2017"), bc.load_catalogue("bennett-2017")
    year = bc.load_calendar("illustrative-2026-27")
    roles = tuple(sorted({r for s in catalogue.steps for r in (s.lead, *s.hours_per_week)}))
    times: list[float] = []
    sizes: list[int] = []
    proven = whole = 0
    given = bc.read(demo_folder() / "illustrative_school.toml")
    for number in range(count):
        rng = np.random.default_rng([seed, number])
        school = random_school(rng, roles) if random_staff else given
        result = bc.score_audit(random_audit(rng, framework), framework)
        plan = bc.draft_plan(
            result,
            catalogue=catalogue,
            school=school,
            priorities=int(rng.integers(3, 13)),
        )
        begun = time.perf_counter()
        made = bc.schedule_plan(
            plan,
            calendar=year,
            capacity=school.capacity,
            engine="exact",
            time_limit=SECONDS,
            workers=2,
        )
        times.append(time.perf_counter() - begun)
        sizes.append(len(plan.steps))
        proven += made.proven and times[-1] < SECONDS
        whole += not made.unscheduled
    return {
        "audits": count,
        "steps": [min(sizes), max(sizes)],
        "plans_that_fit_whole": whole,
        "proven_under_a_second": proven,
        "seconds_median": float(np.median(times)),
        "seconds_largest": max(times),
    }


def large(size: int, hours: float = 40) -> dict[str, Any]:
    """Plan and schedule copies of the catalogue's steps, ``size`` in all, by the heuristic."""
    framework, catalogue = bc.load_framework("bennett-2017"), bc.load_catalogue("bennett-2017")
    copies = []
    for number in range(-(-size // len(catalogue.steps))):
        for step in catalogue.steps:
            needs = [attrs.evolve(p, step=f"{p.step}-{number}") for p in step.requires]
            copies.append(attrs.evolve(step, id=f"{step.id}-{number}", requires=needs))
    kept = {s.id for s in copies[:size]}
    steps = [
        attrs.evolve(s, requires=[p for p in s.requires if p.step in kept]) for s in copies[:size]
    ]
    many = attrs.evolve(catalogue, steps=steps, audit_step=None, patterns=(), aliases={})
    roles = tuple(sorted({r for s in catalogue.steps for r in (s.lead, *s.hours_per_week)}))
    capacity = bc.Capacity(roles=[bc.Role(id=r, title=r, hours_per_week=hours) for r in roles])
    school = bc.School(id="invented", name="Invented School", illustrative=True, capacity=capacity)
    lowest = framework.rating_scale.values[0]
    audit = bc.Audit(
        id="low",
        framework=framework.id,
        edition=framework.edition,
        school="invented",
        responses=[
            bc.Response(rater="head", item=i.id, rating=int(lowest)) for i in framework.items
        ],
    )
    result = bc.score_audit(audit, framework)
    begun = time.process_time()
    plan = bc.draft_plan(
        result,
        catalogue=many,
        school=school,
        priorities=len(framework.principles),
        steps_per_priority=size,
    )
    drafted = time.process_time()
    made = bc.schedule_plan(
        plan, calendar=bc.load_calendar("illustrative-2026-27"), capacity=capacity
    )
    return {
        "steps": len(plan.steps),
        "placed": len(made.steps),
        "schedules_tried": made.tried,
        "status": made.status.value,
        "draft_cpu_seconds": drafted - begun,
        "schedule_cpu_seconds": time.process_time() - drafted,
    }


def main() -> None:
    """Run both parts and print them."""
    parser = arguments(__doc__, rounds=100)
    parser.add_argument("--steps", type=int, default=200, help="size of the large plan")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    figures = {
        "random audits, illustrative staff": proofs(
            options.rounds, options.seed, random_staff=False
        ),
        "random audits, random staff": proofs(options.rounds, options.seed, random_staff=True),
        "large": large(options.steps),
    }
    if options.json:
        print(json.dumps(figures, indent=2))
        return
    for what, row in figures.items():
        print(what)
        for name, value in row.items():
            print(f"  {name:24} {value}")


if __name__ == "__main__":
    main()
