"""What drives a plan: only what the model takes moves it, and what changes its first step."""

from __future__ import annotations

from typing import Any

import pytest
from attrs import evolve

import behaviour_culture as bc
from behaviour_culture.impact import AssumptionDrivers, what_drives
from builders import example_journey

pytest.importorskip("scipy")


@pytest.fixture(scope="module")
def made() -> Any:
    return example_journey()


@pytest.fixture(scope="module")
def found(made: Any) -> AssumptionDrivers:
    return what_drives(made.plan, made.result, combinations=8, draws=100)


def test_every_assumption_is_named_once(found: AssumptionDrivers) -> None:
    evidence = bc.load_evidence()
    named = [d.name for d in found.drivers] + list(found.still)
    assert sorted(named) == sorted(a.name for a in evidence.assumptions)
    assert [d.together for d in found.drivers] == sorted(
        (d.together for d in found.drivers), reverse=True
    )
    text = str(found)
    assert all(name in text for name in named)
    assert "drivers[" not in text


def test_the_ends_are_the_index_with_that_assumption_there(
    made: Any, found: AssumptionDrivers
) -> None:
    evidence = bc.load_evidence()
    driver = found.driver("fidelity-mean")
    for place, seen in ((0.2, driver.at_low), (-0.2, driver.at_high)):
        end = driver.low if place > 0 else driver.high
        value = end + abs(place) * (driver.value - end)
        moved = [
            evolve(a, value=value) if a.id == "fidelity-mean" else a for a in evidence.assumptions
        ]
        points = bc.impact.planning_index(
            made.plan, made.result, draws=100, evidence=evolve(evidence, assumptions=moved)
        )
        assert seen == pytest.approx(points.sum(axis=1).mean(), rel=1e-9)


def test_with_a_schedule_what_happens_over_time_drives_it_too(made: Any) -> None:
    found = what_drives(made.plan, made.result, made.schedule, combinations=8, draws=100)
    assert found.driver("ramp-months").at_low > found.driver("ramp-months").at_high
    assert "How much of a change in behaviour staff see" in found.still
    assert found == what_drives(made.plan, made.result, made.schedule, combinations=8, draws=100)


def test_an_assumption_that_changes_the_first_step_is_said_by_name(make: Any) -> None:
    # Once its prerequisite opens less, the larger effect comes second.
    plan = make.plan(
        make.step("a", ["p"], reach=0.5),
        make.step("b", ["q"], before=["a"], reach=0.62),
    )
    result = make.result({"p": (0.8, 0.0), "q": (0.8, 0.0)})
    evidence = bc.load_evidence()
    wide = evolve(
        evidence,
        assumptions=[
            evolve(a, low=0.0, value=1.0, high=1.0) if a.id == "unlock-minimum" else a
            for a in evidence.assumptions
        ],
    )
    found = what_drives(plan, result, evidence=wide, combinations=8, draws=100)
    assert found.first["planning index"] == "b"
    assert found.driver("unlock-minimum").first_low["planning index"] == "a"
    assert [d.assumption for d in found.changes_first] == ["unlock-minimum"]
    name = found.driver("unlock-minimum").name
    assert f"with {name} low: Step a" in str(found)
    steady = [
        scorer
        for scorer, first in found.first.items()
        if all({d.first_low[scorer], d.first_high[scorer]} == {first} for d in found.drivers)
    ]
    assert 0 < len(steady) < len(found.first)
    lines = str(found).splitlines()
    heads = {s: i for i, line in enumerate(lines) for s in found.first if f"First by {s}:" in line}
    said = {s for s, i in heads.items() if "no assumption alone changes that" in lines[i + 1]}
    assert said == set(steady)


def test_a_plan_without_measured_effects_is_driven_by_nothing(make: Any) -> None:
    plan = make.plan(evolve(make.step("a"), effects=[]))
    found = what_drives(plan, make.result({"p": (0.5, 0.1)}), combinations=8, draws=100)
    assert all(d.together == 0 for d in found.drivers)
    assert found.first == {"planning index": "", "gap closed": "a"}
    assert "By planning index no step has a score" in str(found)


@pytest.mark.parametrize(
    ("options", "path"),
    [
        ({"draws": 10}, "draws"),
        ({"combinations": 12}, "combinations"),
        ({"schedule": "x"}, "schedule"),
        ({"outcome": 1}, "outcome"),
        ({"seed": -1}, "seed"),
    ],
)
def test_refusals(made: Any, options: dict[str, Any], path: str) -> None:
    with pytest.raises(bc.InvalidInputError, match=path):
        what_drives(made.plan, made.result, **options)


def test_an_outcome_that_the_plan_does_not_act_on_is_named(made: Any) -> None:
    with pytest.raises(bc.errors.UnknownNameError, match="conduct"):
        what_drives(made.plan, made.result, made.schedule, outcome="conducts")
