"""Plans that people change: still closed, kept in files, undone to the plan before."""

from __future__ import annotations

import datetime as dt
from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

import behaviour_culture as bc
from behaviour_culture.model.plan import PlanChangeKind
from behaviour_culture.testing import action_plans, assert_closed
from builders import audit_of, faults_of, plan_of, step

PLAN = plan_of(
    step("rules"),
    step("ladder", "rules"),
    step("launch", "ladder", "rules"),
    progress=[bc.StepProgress(step="launch", status=bc.StepStatus.ON_TRACK)],
    milestones=[bc.model.Milestone(id="m", statement="Seen", months=3, step="launch")],
)


@cache
def drafted() -> bc.ActionPlan:
    framework = bc.load_framework("bennett-2017")
    result = bc.score_audit(audit_of(framework, 0, 1, 2), framework)
    catalogue = bc.load_catalogue("bennett-2017")
    return bc.draft_plan(result, catalogue=catalogue, starts=dt.date(2026, 9, 2))


def change(draw: st.DrawFn, plan: bc.ActionPlan) -> bc.ActionPlan:  # noqa: PLR0911  (a kind each)
    """One change that is allowed, of any kind."""
    keys = [s.id for s in plan.steps]
    key = draw(st.sampled_from(keys)) if keys else ""
    reason = draw(st.sampled_from(["", "governors asked"]))
    match draw(st.sampled_from(PlanChangeKind)) if keys else PlanChangeKind.ADD:
        case PlanChangeKind.DROP:
            last = [k for k in keys if not plan.graph.descendants(k)]
            return plan.drop(draw(st.sampled_from(last)), reason=reason)
        case PlanChangeKind.RENAME:
            return plan.rename(key, title=draw(st.sampled_from(["New", "Newer"])), reason=reason)
        case PlanChangeKind.ASSIGN:
            person = draw(st.none() | st.sampled_from(["Ms Ali", "Mr Bell"]))
            return plan.assign(key, person=person, reason=reason)
        case PlanChangeKind.MOVE:
            return plan.move(key, not_before=draw(st.none() | st.dates()), reason=reason)
        case PlanChangeKind.LEAD:
            role = draw(st.sampled_from(["head", "deputy", "teachers"]))
            people = draw(st.none() | st.just({"head": 2, "teachers": 30}))
            return plan.lead(key, role=role, people=people, reason=reason)
        case PlanChangeKind.DEADLINE:
            return plan.deadline(key, not_after=draw(st.none() | st.dates()), reason=reason)
        case _:
            gone = [s.step for s in plan.skipped if s.step not in {m.step for m in plan.met}]
            new = draw(st.sampled_from([*gone, f"own-{len(plan.changes)}"]))
            before = draw(st.lists(st.sampled_from(keys), max_size=2, unique=True)) if keys else []
            return plan.add(step(new, *before), reason=reason)


@st.composite
def changed(draw: st.DrawFn) -> list[bc.ActionPlan]:
    """A plan, and the plan after each of some changes."""
    plans = [draw(st.just(PLAN) | action_plans(max_steps=3))]
    for _ in range(draw(st.integers(1, 3))):
        plans.append(change(draw, plans[-1]))
    return plans


@given(changed())
def test_each_change_is_undone_to_the_plan_before(plans: list[bc.ActionPlan]) -> None:
    for before, after in pairwise(plans):
        assert_closed(after)
        assert after.undo() == before
        assert after.changes[:-1] == before.changes
    back = plans[-1]
    while len(back.changes) > len(plans[0].changes):
        back = back.undo()
    assert back == plans[0]


@given(plans=changed())
def test_files_keep_the_changes(plans: list[bc.ActionPlan]) -> None:
    data = bc.to_dict(plans[-1])
    again = bc.from_dict(data, bc.ActionPlan)
    assert again == plans[-1]
    assert again.undo() == plans[-2]


def test_a_drafted_plan_is_changed_written_read_and_undone(tmp_path: Path) -> None:
    plan = drafted()
    free = next(s.id for s in plan.steps if not plan.graph.descendants(s.id))
    new = plan.assign(free, person="Ms Ali").move(free, not_before=dt.date(2027, 1, 4))
    new = new.rename(free, title="Ours").drop(free, reason="next year")
    bc.write(new, tmp_path / "plan.json")
    read = bc.read(tmp_path / "plan.json")
    assert read == new
    assert read.undo().undo().undo().undo() == plan
    assert "next year" in read.why(free)
    assert [c.kind.value for c in read.changes] == ["assign", "move", "rename", "drop"]
    assert str(read).count("  Changed: ") == 4


class TestWhatAChangeDoes:
    def test_drop_takes_the_step_its_progress_its_person_and_its_day(self) -> None:
        named = PLAN.assign("launch", person="Ms Ali").move("launch", not_before=dt.date.min)
        named = named.deadline("launch", not_after=dt.date.max)
        gone = named.drop("launch")
        assert [s.id for s in gone.steps] == ["ladder", "rules"]
        assert (gone.progress, dict(gone.people), dict(gone.not_before)) == ((), {}, {})
        assert dict(gone.not_after) == {}
        assert gone.why("launch") == "the school dropped it"
        assert gone.undo() == named
        why = named.drop("launch", reason="no hall")
        assert why.changes[-1].reason == "no hall"
        assert why.why("launch") == "the school dropped it: no hall"

    def test_add_serves_the_objectives_of_its_principles_and_leaves_the_skipped(self) -> None:
        plan = drafted()
        goal = plan.objectives[0]
        skipped = plan.skipped[0].step
        new = plan.add(step(skipped, principles=[goal.principle]))
        assert new.inclusion(skipped).objectives == (goal.id,)
        assert new.inclusion(skipped).kind is bc.model.InclusionKind.OWN
        assert skipped not in {s.step for s in new.skipped}

    def test_assign_and_move_are_seen_in_the_rows(self) -> None:
        new = PLAN.assign("rules", person="Ms Ali").move("rules", not_before=dt.date(2027, 1, 4))
        (row,) = (r for r in new.to_rows() if r["step"] == "rules")
        assert (row["person"], row["not_before"]) == ("Ms Ali", "2027-01-04")


def led(**changes: object) -> bc.ActionStep:
    given: dict[str, object] = {
        "hours_per_week": {"year-heads": 2, "teachers": 1, "deputy": 0.5},
        "running_hours": {"year-heads": 0.5, "deputy": 0.25},
        "lead": "year-heads",
        "lead_options": ["deputy"],
    }
    return step("a", **given | changes)


class TestAnotherLead:
    PEOPLE = {"year-heads": 5, "teachers": 40, "deputy": 1}  # noqa: RUF012  (a constant)

    def many(self, role: str) -> int:
        return self.PEOPLE.get(role, 1)

    @pytest.mark.parametrize("shared", [(), ("year-heads",), ("teachers",)])
    @pytest.mark.parametrize("role", ["deputy", "teachers", "head"])
    def test_all_hours_of_the_lead_go_to_the_new_one_and_none_is_lost(
        self, role: str, shared: tuple[str, ...]
    ) -> None:
        old = led(shared_roles=shared)
        new = old.led_by(role, self.many)
        before, after = old.work(self.many), new.work(self.many)
        assert after[role] == pytest.approx(before.get(role, 0) + before["year-heads"])
        assert sum(after.values()) == pytest.approx(sum(before.values()))

        def kept(of: bc.ActionStep) -> float:
            return sum(hours * self.many(r) for r, hours in of.running_hours.items())

        assert kept(new) == pytest.approx(kept(old))
        assert "year-heads" not in {*new.hours_per_week, *new.running_hours, *new.shared_roles}
        assert (new.lead, new.lead_options) == (role, ())

    def test_a_lead_without_hours_gives_none(self) -> None:
        old = step("a", lead="head", hours_per_week={})
        new = old.led_by("deputy")
        assert (new.lead, dict(new.hours_per_week)) == ("deputy", {})

    def test_nobody_monitors_what_they_lead(self) -> None:
        watch = bc.model.Monitoring(who="deputy", when="weekly", how="a walk")
        new = led(monitoring=watch).led_by("deputy", self.many)
        assert new.monitoring == evolve(watch, who="year-heads")

    def test_more_hours_than_a_week_has_are_refused(self) -> None:
        plan = plan_of(led(hours_per_week={"year-heads": 40}))
        fault = faults_of(lambda: plan.lead("a", role="head", people=self.PEOPLE))
        assert "hours_per_week.head" in fault

    def test_the_plan_keeps_who_led_it_and_why(self) -> None:
        plan = PLAN.lead("rules", role="deputy", reason="the head is away")
        assert str(plan.changes[-1]) == "lead rules to deputy (was: head): the head is away"
        assert plan.undo() == PLAN


def test_a_comparison_of_plans_shows_people_leads_and_days() -> None:
    day = dt.date(2027, 3, 26)
    new = PLAN.assign("rules", person="Ms Ali").deadline("rules", not_after=day)
    new = new.move("launch", not_before=day).lead("ladder", role="deputy")
    found = {c.id: c.differs for c in bc.review.compare_plans(PLAN, new).changes}
    assert found["rules"] == ("led by none -> Ms Ali", "not after none -> 2027-03-26")
    assert found["launch"] == ("not before none -> 2027-03-26",)
    assert "lead head -> deputy" in found["ladder"]


class TestRefusals:
    def test_a_step_that_others_need_is_not_dropped_and_they_are_named_in_order(self) -> None:
        fault = faults_of(lambda: PLAN.drop("rules"))["step"]
        assert "ladder, launch need it" in fault.message
        assert "in this order, launch, ladder" in fault.message
        assert [s.id for s in PLAN.drop("launch").drop("ladder").drop("rules").steps] == []

    def test_a_step_whose_prerequisites_are_missing_is_not_added(self) -> None:
        faults = faults_of(lambda: PLAN.add(step("new", "one", "two")))
        assert set(faults) == {"step.requires[0].step", "step.requires[1].step"}
        assert "add that one first" in faults["step.requires[0].step"].message

    def test_a_step_that_is_there_is_not_added(self) -> None:
        assert "already" in faults_of(lambda: PLAN.add(step("rules")))["step"].message

    @pytest.mark.parametrize("day", [dt.datetime(2027, 1, 4), "2027-01-04"])  # noqa: DTZ001
    def test_a_day_is_a_date(self, day: object) -> None:
        assert faults_of(lambda: PLAN.move("rules", not_before=day))  # type: ignore[arg-type]

    def test_an_empty_title_or_name(self) -> None:
        assert set(faults_of(lambda: PLAN.rename("rules", title=" "))) == {"title"}
        assert set(faults_of(lambda: PLAN.rename("rules", title=3))) == {"title"}  # type: ignore[arg-type]
        assert faults_of(lambda: PLAN.assign("rules", person=""))

    def test_an_unknown_step_is_named_with_the_nearest(self) -> None:
        for call in (
            lambda: PLAN.drop("rule"),
            lambda: PLAN.rename("rule", title="T"),
            lambda: PLAN.assign("rule", person="P"),
            lambda: PLAN.move("rule", not_before=None),
            lambda: PLAN.deadline("rule", not_after=None),
            lambda: PLAN.lead("rule", role="head"),
        ):
            with pytest.raises(bc.errors.UnknownNameError, match="rules"):
                call()

    def test_nothing_to_undo(self) -> None:
        assert "nothing was changed" in faults_of(PLAN.undo)["changes"].message
