"""What a plan refuses: references to what is not there, each by its path and no other."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from attrs import evolve

import behaviour_culture as bc
from behaviour_culture.model import MetStep, Milestone
from behaviour_culture.model.plan import Inclusion, InclusionKind, Objective, SkippedStep
from builders import estimate, faults_of, plan_of, step

OWN = InclusionKind.OWN
DONE = bc.StepStatus.COMPLETE
GOAL = Objective(
    id="calm",
    title="Calm",
    principle="calm",
    measure="score",
    baseline=estimate(0.2),
    target=0.5,
    target_basis="judgement",
)
PLAN = plan_of(
    step("write"),
    step("launch", "write", "audit"),
    objectives=[GOAL],
    inclusions=[
        Inclusion(step="write", kind=OWN, reason="ours", objectives=["calm"]),
        Inclusion(step="launch", kind=OWN, reason="ours"),
    ],
    met=[MetStep(step="audit", title="Audit", reason="it is done")],
    skipped=[SkippedStep(step="later", title="Later", reason="next year")],
    milestones=[Milestone(id="half", statement="Half way", months=6, objective="calm")],
    progress=[
        bc.StepProgress(step="audit", status=DONE),
        bc.StepProgress(step="write", status=bc.StepStatus.ON_TRACK),
    ],
    people={"write": "Ms Ali"},
    not_before={"launch": dt.date(2027, 1, 4)},
    numbers={"write": 1, "launch": 3},
)


def inclusion(key: str, *objectives: str) -> Inclusion:
    return Inclusion(step=key, kind=OWN, reason="ours", objectives=objectives)


@pytest.mark.parametrize(
    ("changes", "paths"),
    [
        ({"met": []}, {"steps[0].requires[1].step", "progress[0].step"}),
        ({"met": [*PLAN.met, evolve(PLAN.met[0], step="write")]}, {"met[1].step"}),
        ({"steps": [PLAN.step("launch")]}, None),
        ({"inclusions": [PLAN.inclusion("write")]}, {"steps[0]"}),
        ({"inclusions": [*PLAN.inclusions, inclusion("audit")]}, {"inclusions[2].step"}),
        (
            {"inclusions": [inclusion("launch", "calm", "clam"), inclusion("write")]},
            {"inclusions[0].objectives[1]"},
        ),
        ({"objectives": []}, {"inclusions[1].objectives[0]", "milestones[0].objective"}),
        (
            {"milestones": [evolve(PLAN.milestones[0], objective="clam")]},
            {"milestones[0].objective"},
        ),
        ({"progress": [evolve(PLAN.progress[0], step="later")]}, {"progress[0].step"}),
        ({"people": {"write": "Ms Ali", "audit": "Mr Bell"}}, {"people['audit']"}),
        ({"not_before": {"later": dt.date(2027, 1, 4)}}, {"not_before['later']"}),
        ({"numbers": {"write": 2, "launch": 2}}, {"numbers.launch"}),
        ({"numbers": {"write": 0}}, {"numbers.write"}),
        ({"steps": [*PLAN.steps, PLAN.steps[0]]}, {"steps[2].id"}),
    ],
)
def test_each_wrong_reference_is_named_and_no_other(
    changes: dict[str, Any], paths: set[str] | None
) -> None:
    found = set(faults_of(lambda: evolve(PLAN, **changes)))
    if paths is None:  # a step that is gone is missed by all that speak of it
        paths = {"steps[0].requires[0].step", "progress[1].step", "inclusions[1].step"}
    assert found == paths


def test_what_a_plan_says_of_its_steps() -> None:
    assert [s.id for s in PLAN.steps] == ["launch", "write"]
    assert [PLAN.why(key) for key in ("write", "audit", "later")] == [
        "ours",
        "it is done",
        "next year",
    ]
    assert PLAN.status("write") is bc.StepStatus.ON_TRACK
    assert PLAN.status("launch") is bc.StepStatus.NOT_STARTED
    assert PLAN.objective("calm") == GOAL
    for ask in (PLAN.step, PLAN.status, PLAN.inclusion, PLAN.objective):
        with pytest.raises(bc.errors.UnknownNameError):
            ask("audit")
    rows = {row["step"]: row for row in PLAN.to_rows()}
    assert [rows["write"][name] for name in ("objectives", "status", "person", "not_before")] == [
        "calm",
        "on-track",
        "Ms Ali",
        None,
    ]
    assert (rows["launch"]["objectives"], rows["launch"]["person"]) == ("", "")
    assert rows["launch"]["not_before"] == "2027-01-04"


def test_hours_are_those_of_all_who_hold_a_role() -> None:
    plan = plan_of(step("a", weeks=3, hours={"head": 2, "teacher": 1}))
    assert plan.hours() == 9
    assert plan.hours({"teacher": 10}) == 3 * 2 + 3 * 10
