"""The public functions that can take long, each with small arguments of its own."""

from __future__ import annotations

import functools
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from attrs import evolve

import behaviour_culture as bc
from behaviour_culture import audit, impact, monitoring, programme, scheduling
from behaviour_culture.hub import run_hub
from behaviour_culture.journey import JourneyResult
from behaviour_culture.programme.nation import simulation
from builders import audit_of, example_journey, framework_of

__all__ = ["CALLS", "EXAMPLES", "made", "small_chunks"]

EXAMPLES = Path(__file__).resolve().parents[1] / "examples"
MANY = 200
NATION = 1_000
"""Schools of a nation, in chunks of five draws with `small_chunks`."""
RNG = np.random.default_rng(1)
PANEL: dict[str, Any] = {
    "outcome": RNG.normal(size=80),
    "unit": [f"s{i // 2}" for i in range(80)],
    "period": [i % 2 for i in range(80)],
    "treated": [i // 2 < 15 for i in range(80)],
    "after": [i % 2 == 1 for i in range(80)],
}


def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a nation of few schools be simulated in several chunks."""
    monkeypatch.setattr(simulation, "_CHUNK_SCHOOLS", 5 * NATION)


@functools.cache
def made() -> JourneyResult:
    """The illustrative journey."""
    return example_journey()


@functools.cache
def seen(draws: int = 1_000) -> bc.Forecast:
    """A forecast of its plan."""
    m = made()
    return bc.forecast(m.plan, m.result, m.schedule, draws=draws)


def planned() -> dict[str, Any]:
    """What its schedule was made of."""
    assert made().school.capacity is not None
    return {"calendar": made().calendar, "capacity": made().school.capacity}


def on_plan(function: Callable[..., Any], **usual: Any) -> Callable[..., Any]:
    """Return a function of the plan and the audit."""
    return lambda **more: function(made().plan, made().result, **(usual | more))


def on_schedule(function: Callable[..., Any], *, last: bool = False, **usual: Any) -> Any:
    """Return a function of the plan, the audit and the schedule; or of schedule and plan."""

    def call(**more: Any) -> Any:
        m = made()
        if last:
            return function(m.schedule, m.plan, **(planned() | usual | more))
        return function(m.plan, m.result, m.schedule, **(usual | more))

    return call


def schedule(**more: Any) -> bc.Schedule:
    return bc.schedule_plan(made().plan, **(planned() | more))


def what_if(**more: Any) -> Any:
    m = made()
    step = m.schedule.steps[0].step
    return scheduling.what_if(m.schedule, m.plan, step, start=m.schedule.ends, **planned(), **more)


def replan(**more: Any) -> Any:
    """Nearly all hours are gone, so that room has to be searched for."""
    m, capacity = made(), planned()["capacity"].times(0.3)
    options = {"today": m.schedule.starts, "calendar": m.calendar, "capacity": capacity}
    return scheduling.replan(m.schedule, m.plan, [], **options, **more)


def find_conflict(**more: Any) -> Any:
    m = made()
    due = {s.step: m.schedule.starts for s in m.schedule.steps[-2:]}
    return scheduling.find_conflict(m.plan, deadlines=due, **planned(), **more)


def bring_forward(**more: Any) -> Any:
    m = made()
    return scheduling.bring_forward(
        m.schedule, m.plan, m.schedule.steps[-1].step, **planned(), **more
    )


def support(**more: Any) -> Any:
    plan = evolve(made().plan, id="a-plan")
    partner = programme.PartnerPlan(
        id="elm", name="Elm", route="core", plan=plan, capacity=planned()["capacity"]
    )
    event = programme.SupportEvent(
        id="visit",
        title="A visit",
        strand=bc.model.SupportStrand.OPEN_DAYS,
        times={"core": 1},
        lead_hours={"head": 1.0},
        partner_hours={"head": 1.0},
    )
    staff = bc.Capacity(roles=[bc.Role(id="head", title="Head", hours_per_week=5)])
    return programme.plan_support(
        "oak",
        [partner],
        [event],
        **({"lead_staff": staff, "calendar": made().calendar, "engine": "heuristic"} | more),
    )


def choose(**more: Any) -> Any:
    return bc.choose_steps(made().plan, made().impact, **({"hours": 200} | more))


def choose_scored(**more: Any) -> Any:
    scorer, result = impact.planning_index, made().result
    return bc.choose_steps(
        made().plan, scorer=scorer, result=result, **({"hours": 200, "draws": 500} | more)
    )


def draft(**more: Any) -> Any:
    return bc.draft_plan(
        made().result,
        catalogue=made().catalogue,
        **({"scorer": impact.planning_index, "draws": 100} | more),
    )


def rank_steps(**more: Any) -> Any:
    scorers = [impact.planning_index, impact.gap_closed]
    return impact.rank_steps(made().plan, made().result, scorers, **({"draws": 500} | more))


def rank_weights(**more: Any) -> Any:
    return impact.rank_acceptability([[0.9, 0.2], [0.5, 0.5], [0.1, 0.1]], **more)


def total(u: Any) -> Any:
    return u[:, 0] + 2 * u[:, 1]


def value_of_information(**more: Any) -> Any:
    effect, cost = np.random.default_rng(1).normal(size=(2, 500))
    benefits = np.stack([np.zeros(500), effect - 0.1 * cost], axis=1)
    return impact.value_of_information(benefits, np.stack([effect, cost], axis=1), **more)


GRID = (
    bc.Scenario(id="late", name="Late", start_delay_weeks=13, basis={"start_delay_weeks": "x"}),
    bc.Scenario(id="later", name="Later", start_delay_weeks=26, basis={"start_delay_weeks": "x"}),
)


def compare(**more: Any) -> Any:
    m = made()
    return bc.compare_forecasts(GRID, m.plan, m.result, m.schedule, **({"draws": 1_000} | more))


def run_grid(**more: Any) -> Any:
    m = made()
    return bc.run_scenarios(m.plan, m.result, m.schedule, GRID, **({"draws": 1_000} | more))


def deliveries(**more: Any) -> Any:
    return impact.compare_deliveries(seen(), seen(), **more)


LOOKED = [bc.Observation(half_term=6, outcome="conduct", value=-0.1, standard_error=0.1)]


def learn_cohort(**more: Any) -> Any:
    return programme.learn_cohort([seen(5_000)] * 2, [LOOKED] * 2, **more)


def score_groups(**more: Any) -> Any:
    framework = framework_of({"p": [1.0] * 4})
    responses = [
        bc.Response(rater=f"{group}-{i}", group=group, item=item.id, rating=(i // 2 + j) % 3)
        for group in ("leaders", "teachers")
        for i in range(3)
        for j, item in enumerate(framework.items)
    ]
    of = audit_of(framework, responses=responses)
    return audit.score_groups(of, framework, **more)


def match(**more: Any) -> Any:
    rng = np.random.default_rng(0)
    return programme.match_partners(rng.random((12, 4)), rng.random((3, 4)), [4, 4, 4], **more)


def match_hub(**more: Any) -> Any:
    return programme.match_hub(bc.read(EXAMPLES / "illustrative_hub.toml"), **more)


def read_cohort(**more: Any) -> Any:
    tfi = bc.load_framework("tfi-2.1")
    cohort = programme.Cohort(
        framework=tfi, schools=["s-1", "s-2"], rounds=[1], ratings=[[[1.0] * 45] * 2]
    )
    with tempfile.TemporaryDirectory() as folder:
        path = cohort.write_jsonl(Path(folder) / "audits.jsonl")
        return programme.Cohort.read_jsonl(path, tfi, **more)


def permute(**more: Any) -> Any:
    return monitoring.difference_in_differences(**(PANEL | more))


CALLS: Mapping[str, Callable[..., Any]] = {
    "schedule_plan": functools.partial(schedule, budget=MANY),
    "schedule_plan, exact": lambda **more: schedule(**({"engine": "exact", "budget": 50} | more)),
    "what_if": what_if,
    "replan": replan,
    "find_conflict": find_conflict,
    "bring_forward": bring_forward,
    "assess_robustness": on_schedule(scheduling.assess_robustness, last=True, draws=1_000),
    "plan_support": functools.partial(support, budget=20),
    "draft_plan": draft,
    "choose_steps": choose,
    "choose_steps, scorer": choose_scored,
    "efficient_frontier": on_plan(
        lambda plan, _, **more: impact.efficient_frontier(plan, made().impact, **more), points=3
    ),
    "rank_steps": rank_steps,
    "rank_acceptability": rank_weights,
    "sobol_indices": lambda **more: impact.sobol_indices(
        total, **({"inputs": 2, "draws": 64} | more)
    ),
    "tornado": lambda **more: impact.tornado(total, **({"inputs": 2} | more)),
    "what_drives": on_plan(impact.what_drives, draws=100, combinations=8),
    "value_of_information": value_of_information,
    "score_impact": on_plan(bc.score_impact, draws=1_000),
    "planning_index": on_plan(impact.planning_index, draws=1_000),
    "benefit_per_hour": on_plan(impact.benefit_per_hour, draws=1_000),
    "gap_closed": on_plan(impact.gap_closed, draws=1_000),
    "unlock_value": on_plan(impact.unlock_value, draws=1_000),
    "forecast": on_schedule(bc.forecast, draws=10_000),
    "compare_forecasts": compare,
    "run_scenarios": run_grid,
    "compare_deliveries": deliveries,
    "learn": lambda **more: bc.learn(seen(5_000), LOOKED, **more),
    "learn_cohort": learn_cohort,
    "simulate_nation": lambda **more: programme.simulate_nation(
        **({"schools": NATION, "draws": 6, "workers": 1} | more)
    ),
    "redraw_gaps": lambda **more: audit.redraw_gaps(made().audit, made().framework, **more),
    "score_groups": score_groups,
    "match_partners": match,
    "match_hub": match_hub,
    "read_jsonl": read_cohort,
    "difference_in_differences": permute,
    "suppress": lambda **more: bc.disclosure.suppress(
        [[3, 20, 31, 1], [12, 9, 14, 8], [8, 25, 17, 2]], **more
    ),
    "run_journey": lambda **more: bc.run_journey(EXAMPLES / "illustrative_journey.toml", **more),
    "run_hub": lambda **more: run_hub(EXAMPLES / "illustrative_hub.toml", **more),
}
