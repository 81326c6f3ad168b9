"""One object of each class that has a picture, of the demonstration or small and made up."""

from __future__ import annotations

import datetime as dt
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

import behaviour_culture as bc
from behaviour_culture import audit, content, impact, monitoring, programme, scheduling
from behaviour_culture.journey import demo_folder
from behaviour_culture.programme.hub.heat_map import heat_map
from builders import DAY, MONDAY, example_journey

FEW = 100
"""Draws."""
WEEK = dt.timedelta(days=7)
EXAMPLES = Path(__file__).resolve().parents[1] / "examples"


@cache
def demo() -> Any:
    """The journey of the demonstration, as every test of pictures shares it."""
    return example_journey()


@cache
def shown_objects() -> dict[str, Any]:
    """One object of each class with pictures, by the name of its class."""
    made: list[Any] = [*_of_the_journey(), *_of_the_audit(), *_of_counts(), *_of_many()]
    return {type(one).__name__: one for one in made}


def _of_the_journey() -> list[Any]:
    journey = demo()
    plan, result, schedule = journey.plan, journey.result, journey.schedule
    cases = [
        bc.Scenario(
            id="late", name="Everything begins a term later", start_delay_weeks=13,
            basis={"start_delay_weeks": "judgement: a term"},
        ),
        bc.Scenario(
            id="half", name="People have half of the hours", capacity=0.5,
            basis={"capacity": "judgement: a hard year"},
        ),
    ]  # fmt: skip
    runs = bc.run_scenarios(plan, result, schedule, cases, draws=FEW)
    robust = scheduling.assess_robustness(
        schedule, plan, calendar=journey.calendar, capacity=journey.school.capacity, draws=FEW
    )
    scorers = [impact.gap_closed, impact.unlock_value]
    ranking = impact.rank_steps(plan, result, scorers, draws=FEW)
    frontier = impact.efficient_frontier(plan, journey.impact, school=journey.school, points=5)
    names = ["gap", "effect", "fidelity"]
    return [
        *(result, plan, plan.graph, schedule, journey.impact, journey.forecast),
        *(runs.comparison, robust, ranking, ranking.acceptability, frontier, runs),
        _drivers(),
        impact.pool_effects([-0.30, -0.10, 0.05, -0.12], [0.08, 0.06, 0.09, 0.05]),
        *_looked_back(journey),
        impact.tornado(_benefit, inputs=names),
        impact.sobol_indices(_benefit, inputs=names, draws=256, seed=1),
    ]


def _drivers() -> impact.AssumptionDrivers:
    """What two assumptions do, made up: `what_drives` takes seconds."""
    drivers = [
        impact.AssumptionDriver(
            assumption=key, name=name, value=0.5, low=0.2, high=0.8, at_low=low, at_high=high,
            alone=share, together=share, first_low={"gap": "rules"}, first_high={"gap": first},
        )
        for key, name, low, high, share, first in (
            ("persistence", "What stays after a year", 0.02, 0.09, 0.7, "routines"),
            ("fidelity", "Done as intended", 0.04, 0.06, 0.2, "rules"),
        )
    ]  # fmt: skip
    return impact.AssumptionDrivers(
        plan="plan", evidence="behaviour-2026", evidence_edition="1", outcome="Conduct",
        unit="standard deviation", base=0.05, drivers=drivers, still=["Hours"],
        first={"gap": "rules"}, titles={"rules": "Rules", "routines": "Routines"},
        first_share={"gap": 0.8}, combinations=8, draws=100, seed=0,
    )  # fmt: skip


def _looked_back(journey: Any) -> list[Any]:
    """What was counted, judged, and beside what was expected."""
    known = bc.load_indicators()
    counts = [
        bc.read_series(EXAMPLES / f"illustrative_{name}.csv", indicator=known.indicator(indicator))
        for name, indicator in (
            ("incidents_the_year_before", "low-level-incidents"),
            ("incidents", "low-level-incidents"),
            ("survey_staff", "good-behaviour-staff"),
        )
    ]
    judged = monitoring.judge_counts(counts, starts=journey.schedule.starts)
    return [judged, judged.verdict, bc.review_plan(journey.forecast, counts, journey.plan)]


def _benefit(u: Any) -> Any:
    """A gap times an effect times how well it is done, of uniforms."""
    return (0.2 + 0.6 * u[:, 0]) * (0.4 * u[:, 1] - 0.1) * (0.6 + 0.2 * u[:, 2])


def _of_the_audit() -> list[Any]:
    framework = bc.load_framework("bennett-2017")
    autumn, summer = _round("autumn", framework, 0), _round("summer", framework, 1)
    walk = content.load_content("crosswalk", "bennett-2017-to-dfe-audit-tool")
    there = bc.load_framework(walk.target_framework)
    return [
        audit.score_groups(autumn, framework, draws=FEW),
        audit.compare_rounds(autumn, summer, framework, paired=True),
        audit.profile_audit(autumn, framework),
        walk,
        audit.carry(demo().result, walk, framework, there),
    ]


def _round(key: str, framework: bc.Framework, teachers: int) -> bc.Audit:
    people = (("leaders", 3, 2), ("teachers", 8, teachers), ("pupils", 12, 0))
    responses = [
        bc.Response(
            rater=f"{group}-{n}",
            group=group,
            item=item.id,
            rating=min(3, level + (k % 3 == 0) + ((n + k) % 5 == 0)),
        )
        for group, many, level in people
        for n in range(many)
        for k, item in enumerate(framework.items[:40])
    ]
    return bc.Audit(id=key, framework=framework.id, edition=framework.edition, responses=responses)


def _of_counts() -> list[Any]:
    counts = [31, 28, 35, 30, 29, 33, 27, 3, 32, 30, 31, 12, 14, 11, 15, 13, 12, 10, 14, 13]
    periods = [
        bc.model.SeriesPeriod(
            label=f"week {i + 1}", start=MONDAY + i * WEEK, end=MONDAY + i * WEEK + 4 * DAY,
            count=n, exposure=1_000,
        )
        for i, n in enumerate(counts)
    ]  # fmt: skip
    change = bc.model.RecordingChange(day=MONDAY + 9 * WEEK, what="a new form")
    series = bc.Series(
        id="incidents", indicator="low-level-incidents", periods=periods,
        exposure_kind=bc.model.ExposureKind.PUPIL_DAYS, recording_changes=[change],
    )  # fmt: skip
    before = series.evolve(recording_changes=())
    schools = [f"school {i}" for i in range(8)]
    rows = [(s, p) for s in schools for p in range(6)]
    outcome = [
        5 + i % 3 + i % 7 / 4 - (2 if p > 3 and s in schools[:3] else 0)
        for i, (s, p) in enumerate(rows)
    ]
    return [
        series,
        monitoring.u_chart(before, baseline=10),
        monitoring.funnel([8, 30, 41, 90, 22, 61, 3], [20, 28.5, 40, 60, 24, 55, 9]),
        monitoring.interrupted_time_series(before, change_at=periods[11].start),
        monitoring.difference_in_differences(
            outcome,
            unit=[s for s, _ in rows],
            period=[p for _, p in rows],
            treated=[s in schools[:3] for s, _ in rows],
            after=[p > 3 for _, p in rows],
        ),
    ]


def _of_many() -> list[Any]:
    framework = bc.load_framework("tfi-2.1")
    size = len(framework.items)
    drawn = np.random.default_rng(1).integers(0, 3, size=(1, 80, size)).astype(float)
    cohort = programme.Cohort(
        framework=framework, rounds=[1], ratings=drawn, schools=[f"s-{i:02d}" for i in range(80)]
    )
    hub = bc.read(demo_folder() / "illustrative_hub.toml")
    return [
        programme.cohort_bands(cohort),
        programme.school_standing(cohort, "s-03"),
        programme.match_hub(hub),
        heat_map(hub, {}),
    ]
