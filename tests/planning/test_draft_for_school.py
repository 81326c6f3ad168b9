"""Drafting for one school: its own catalogue, a pattern, old ids, and a crosswalk."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

import behaviour_culture as bc
from behaviour_culture.model import InclusionKind, Setting
from behaviour_culture.model.catalogue import PatternArrow, PlanPattern
from behaviour_culture.planning.present_ids import under_present_ids
from builders import audit_of, faults_of, framework_of, step

DONE = bc.StepStatus.COMPLETE
FRAMEWORK = framework_of({"rules": [1.0], "gate": [1.0]})


def result(framework: bc.Framework = FRAMEWORK) -> bc.AuditResult:
    return bc.score_audit(audit_of(framework, *[1] * len(framework.items)), framework)


def catalogue_of(*steps: bc.ActionStep, **fields: Any) -> bc.StepCatalogue:
    usual = {"id": "c", "name": "C", "framework": FRAMEWORK.id, "edition": FRAMEWORK.edition}
    return bc.StepCatalogue(steps=steps, **(usual | fields))


def secondary(**fields: Any) -> bc.School:
    return bc.School(id="s", name="S", illustrative=True, phase=bc.Phase.SECONDARY, **fields)


class TestSchool:
    def test_steps_for_other_schools_are_skipped_with_the_reason(self) -> None:
        whole = catalogue_of(
            step("play", principles=["rules"], settings=[Setting.PRIMARY]),
            step("sweep", principles=["gate"], settings=[Setting.SECONDARY]),
        )
        plan = bc.draft_plan(result(), catalogue=whole, school=secondary())
        assert [s.id for s in plan.steps] == ["sweep"]
        assert plan.why("play") == "it is for other kinds of school: primary"

    def test_progress_of_a_step_for_other_schools_is_no_fault(self) -> None:
        whole = catalogue_of(
            step("play", principles=["rules"], settings=[Setting.PRIMARY]),
            step("sweep", principles=["gate"]),
        )
        done = [bc.StepProgress(step="play", status=DONE)]
        plan = bc.draft_plan(result(), catalogue=whole, school=secondary(), progress=done)
        assert plan.why("play") == "it is for other kinds of school: primary"


class TestPattern:
    WHOLE = catalogue_of(
        step("names"),
        step("rules", principles=["rules"]),
        patterns=[
            PlanPattern(
                id="september",
                title="September launch",
                text="Ready on day 1.",
                include=["names"],
                arrows=[PatternArrow(of="rules", step="names", reason="who first", lag_weeks=2)],
            )
        ],
    )

    def test_its_steps_are_in_and_its_arrows_hold(self) -> None:
        plan = bc.draft_plan(result(), catalogue=self.WHOLE, pattern="september")
        assert plan.pattern == "september"
        assert plan.inclusion("names").kind is InclusionKind.PATTERN
        assert "September launch" in plan.why("names")
        assert [(b.step, b.lag_weeks) for b in plan.step("rules").requires] == [("names", 2)]

    def test_without_it_nothing_of_it_is_there(self) -> None:
        plan = bc.draft_plan(result(), catalogue=self.WHOLE)
        assert (plan.pattern, [s.id for s in plan.steps]) == (None, ["rules"])

    def test_an_unknown_pattern_is_named_with_the_nearest(self) -> None:
        with pytest.raises(bc.UnknownNameError, match="september"):
            bc.draft_plan(result(), catalogue=self.WHOLE, pattern="septembre")


class TestOldIds:
    WHOLE = catalogue_of(
        step("rules", principles=["rules"]),
        step("gate", principles=["gate"]),
        aliases={"write-norms": "rules", "write-rules": "rules", "gate-list": "gate"},
    )

    def test_one_that_took_over_from_one_counts_as_it_and_says_so(self) -> None:
        done = [bc.StepProgress(step="gate-list", status=DONE, finished=dt.date(2026, 7, 1))]
        plan = bc.draft_plan(result(), catalogue=self.WHOLE, progress=done)
        assert plan.why("gate") == "finished on 2026-07-01; reported as 'gate-list'"

    def test_one_that_took_over_from_two_is_met_once_both_are_complete(self) -> None:
        first = bc.StepProgress(step="write-norms", status=DONE, finished=dt.date(2026, 6, 1))
        second = bc.StepProgress(step="write-rules", status=DONE, finished=dt.date(2026, 7, 1))
        (half,) = under_present_ids([first], self.WHOLE)
        assert (half.step, half.status, half.finished) == ("rules", bc.StepStatus.ON_TRACK, None)
        (both,) = under_present_ids([first, second], self.WHOLE)
        assert (both.status, both.finished) == (DONE, dt.date(2026, 7, 1))
        assert both.note == "reported as 'write-norms', 'write-rules'"

    def test_a_report_under_the_present_id_wins(self) -> None:
        now = bc.StepProgress(step="gate", status=bc.StepStatus.STOPPED)
        old = bc.StepProgress(step="gate-list", status=DONE)
        assert under_present_ids([old, now], self.WHOLE) == (now,)


class TestCrosswalk:
    @pytest.mark.parametrize(
        ("audited", "crosswalk"),
        [
            ("dfe-audit-tool", "bennett-2017-to-dfe-audit-tool"),
            ("eef-behaviour", "bennett-2017-to-eef-behaviour"),
            ("tfi-2.1", "bennett-2017-to-tfi-2.1"),
        ],
    )
    def test_an_audit_under_another_framework_gets_a_plan_and_the_loss(
        self, audited: str, crosswalk: str
    ) -> None:
        framework = bc.load_framework(audited)
        links = bc.content.load_crosswalk(crosswalk)
        catalogue = bc.load_catalogue("bennett-2017")
        scored = result(framework)
        plan = bc.draft_plan(scored, catalogue=catalogue, crosswalk=links)
        assert (plan.framework, plan.edition) == (framework.id, framework.edition)
        assert {o.principle for o in plan.objectives} <= {p.id for p in framework.principles}
        linked = {link.target for link in links.links}
        chosen = [i for i in plan.inclusions if i.kind is InclusionKind.PRIORITY]
        assert chosen
        assert all(set(plan.step(i.step).principles) <= linked for i in chosen)
        assert plan.crosswalk is not None
        unreached = {p.id for p in framework.principles} - linked
        assert set(plan.crosswalk.unanswered) == unreached
        assert plan.crosswalk.links == len(links.links)
        # The other direction of the same links gives the same plan, but for the id.
        turned = bc.draft_plan(scored, catalogue=catalogue, crosswalk=links.reversed())
        assert turned.steps == plan.steps
        # What follows reads the plan as any other.
        assert bc.score_impact(plan, scored, draws=200).steps

    def test_a_crosswalk_between_other_frameworks_is_refused(self) -> None:
        links = bc.content.load_crosswalk("bennett-2017-to-ofsted-2025")
        whole = bc.load_catalogue("bennett-2017")
        scored = result(bc.load_framework("dfe-audit-tool"))
        faults = faults_of(lambda: bc.draft_plan(scored, catalogue=whole, crosswalk=links))
        assert any("crosswalk" in path for path in faults)
