"""An editor completes names: Jedi, which notebooks and many editors use, finds them."""

from __future__ import annotations

from pathlib import Path

import jedi
import pytest

import behaviour_culture as bc

SOURCE = Path(str(bc.__file__)).parents[1]
JOURNEY = """
import behaviour_culture as bc

framework = bc.load_framework("bennett-2017")
audit = bc.read_audit("responses.csv", framework=framework)
result = bc.score_audit(audit, framework)
plan = bc.draft_plan(result, catalogue="bennett-2017")
schedule = bc.schedule_plan(plan, calendar="2026-27", capacity=None)
forecast = bc.forecast(plan, result, schedule)
"""


def completions(code: str) -> set[str]:
    """Return what an editor offers at the end of some code."""
    script = jedi.Script(JOURNEY + code, project=jedi.Project(SOURCE, sys_path=[str(SOURCE)]))
    return {found.name for found in script.complete()}


@pytest.mark.parametrize("package", ["bc.", "bc.impact.", "bc.monitoring."])
def test_names_of_a_package_are_completed(package: str) -> None:
    module = eval(package.rstrip("."))  # noqa: S307  (one of three words)
    assert set(module.__all__) <= completions(package)


def test_arguments_are_completed() -> None:
    assert "calendar=" in completions("bc.schedule_plan(plan, cal")


@pytest.mark.slow
@pytest.mark.parametrize("name", ["framework", "audit", "result", "plan", "schedule", "forecast"])
def test_fields_and_methods_of_what_a_function_returns_are_completed(name: str) -> None:
    place = {"framework": "load_framework", "audit": "read_audit", "result": "score_audit"}
    place |= {"plan": "draft_plan", "schedule": "schedule_plan", "forecast": "forecast"}
    returned = getattr(bc, getattr(bc, place[name]).__annotations__["return"])
    wanted = {key for key in dir(returned) if not key.startswith("_")}
    assert wanted - {"plot"} <= completions(f"{name}.")


@pytest.mark.slow
def test_so_are_those_of_an_entry_of_a_result() -> None:
    assert {"weeks", "lead", "requires"} <= completions("plan.steps[0].")
    assert {"principle", "size"} <= completions("result.gaps[0].")
