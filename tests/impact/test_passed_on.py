"""Workers, executor, progress and stop of a forecast reach those who share out the work."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

import behaviour_culture as bc
from behaviour_culture.impact.forecasting import run, timetabled
from builders import audit_of, autumn, framework_of, people, plan_of, step

HALF = bc.Scenario(id="half", name="Half", capacity=0.5, basis={"capacity": "judgement"})
AHEAD = {"forecasting": 6, "comparing scenarios": 6, "scheduling again": None}

FRAMEWORK = framework_of({"p": [1]})
RESULT = bc.score_audit(audit_of(FRAMEWORK, 1), FRAMEWORK)
PLAN = plan_of(
    step(
        "a",
        principles=["p"],
        effects=[bc.model.EffectLink(parameter="classroom-management", grade="B", reason="r")],
    ),
    framework=FRAMEWORK.id,
)
YEAR = autumn(6, 3)
SCHEDULE = bc.schedule_plan(PLAN, calendar=YEAR, capacity=people(head=2))


@pytest.fixture
def shared_out(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """How the work was asked to be shared out, each time; it is then done here."""
    seen: list[dict[str, Any]] = []

    def recording(original: Callable[..., None]) -> Callable[..., None]:
        def record(task: Any, tasks: Any, take: Any, **options: Any) -> None:
            seen.append(options)
            original(task, tasks, take, **(options | {"workers": 1, "executor": None}))

        return record

    for module in (run, timetabled):
        monkeypatch.setattr(module, "run_chunks", recording(module.run_chunks))
    return seen


@pytest.mark.parametrize(
    ("call", "stages"),
    [
        (
            lambda **options: bc.forecast(PLAN, RESULT, SCHEDULE, scenario=HALF, **options),
            ["scheduling again", "forecasting"],
        ),
        (
            lambda **options: bc.compare_forecasts([HALF], PLAN, RESULT, SCHEDULE, **options),
            ["scheduling again", "comparing scenarios"],
        ),
        (
            lambda **options: bc.run_scenarios(PLAN, RESULT, SCHEDULE, [HALF], **options),
            ["scheduling again", "comparing scenarios"],
        ),
    ],
)
def test_all_is_passed_on(
    shared_out: list[dict[str, Any]], call: Callable[..., object], stages: list[str]
) -> None:
    told: list[tuple[str, int, int]] = []

    def stop() -> bool:
        return False

    def progress(stage: str, done: int, total: int) -> None:
        told.append((stage, done, total))

    options: dict[str, Any] = {"draws": 100, "half_terms": 2, "progress": progress, "stop": stop}
    options["calendar"] = YEAR
    call(workers=3, **options)
    assert [of["stage"] for of in shared_out] == stages
    assert all(of["workers"] == 3 for of in shared_out)
    assert all(of["executor"] is None for of in shared_out)
    assert all(of["watch"].stop is stop for of in shared_out)
    assert [of.get("ahead") for of in shared_out] == [AHEAD[stage] for stage in stages]
    assert {stage for stage, _, _ in told} <= set(stages)
    assert told[-1][0] == stages[-1]
    assert told[-1][1] == told[-1][2] > 0
    shared_out.clear()
    with ThreadPoolExecutor(1) as executor:
        call(workers=3, executor=executor, **options)
        assert all(of["executor"] is executor for of in shared_out)
        assert shared_out[-1]["ahead"] == 8  # not knowing how many workers there are
        call(workers=9, executor=executor, **options)
        assert shared_out[-1]["ahead"] == 18
