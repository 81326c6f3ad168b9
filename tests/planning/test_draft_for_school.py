"""Drafting for one school: its own catalogue, a pattern, old ids, and a crosswalk."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve

import behaviour_culture as bc
from behaviour_culture.model import InclusionKind, Setting
from behaviour_culture.model.catalogue import PatternArrow, PlanPattern
from behaviour_culture.planning.crosswalk import through_crosswalk
from behaviour_culture.planning.present_ids import under_present_ids
from builders import audit_of, faults_of, framework_of, people, step

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
        with pytest.raises(bc.errors.UnknownNameError, match="september"):
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

    def test_the_order_of_the_reports_does_not_matter(self) -> None:
        reports = [bc.StepProgress(step=s, status=DONE) for s in ("write-norms", "gate-list")]
        found = [under_present_ids(some, self.WHOLE) for some in (reports, reports[::-1])]
        assert [p.step for p in found[0]] == ["gate", "rules"]
        assert found[0] == found[1]

    def test_what_was_seen_of_one_that_took_over_from_one_is_kept(self) -> None:
        old = bc.StepProgress(step="gate-list", status=DONE, fidelity=0.8, reach=0.5, note="ours")
        (now,) = under_present_ids([old], self.WHOLE)
        assert now == evolve(old, step="gate", note="reported as 'gate-list'; ours")

    def test_one_that_took_over_from_two_began_with_the_first(self) -> None:
        days = [dt.date(2026, 5, n) for n in (4, 7, 11, 20)]
        reports = [
            bc.StepProgress(step="write-norms", status=DONE, started=days[1], finished=days[2]),
            bc.StepProgress(step="write-rules", status=DONE, started=days[0], finished=days[3]),
        ]
        (both,) = under_present_ids(reports, self.WHOLE)
        assert (both.started, both.finished) == (days[0], days[3])
        half = evolve(reports[0], status=bc.StepStatus.AT_RISK, finished=None)
        (begun,) = under_present_ids([half], self.WHOLE)
        assert (begun.status, begun.started) == (bc.StepStatus.AT_RISK, days[1])

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
        links = bc.content.load_content("crosswalk", crosswalk)
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
        kept = [s.id for s in through_crosswalk(catalogue, links, scored).steps]
        assert kept == [s.id for s in catalogue.steps if s.id in kept]
        unreached = {p.id for p in framework.principles} - linked
        assert set(plan.crosswalk.unanswered) == unreached
        assert plan.crosswalk.links == len(links.links)
        partly = [link for link in links.links if link.strength.value == "part"]
        assert plan.crosswalk.partly == len(partly)
        # The other direction of the same links gives the same plan, but for the id.
        turned = bc.draft_plan(scored, catalogue=catalogue, crosswalk=links.reversed())
        assert turned.steps == plan.steps
        # What follows reads the plan as any other.
        impact = bc.score_impact(plan, scored, draws=200)
        scored_steps = {s.step for s in impact.steps} | set(impact.unscored)
        assert scored_steps == {s.id for s in plan.steps}

    def test_a_crosswalk_between_other_frameworks_is_refused(self) -> None:
        links = bc.content.load_content("crosswalk", "bennett-2017-to-ofsted-2025")
        whole = bc.load_catalogue("bennett-2017")
        scored = result(bc.load_framework("dfe-audit-tool"))
        faults = faults_of(lambda: bc.draft_plan(scored, catalogue=whole, crosswalk=links))
        assert any("crosswalk" in path for path in faults)


class TestPeople:
    """With a capacity, a plan fits its people."""

    WHOLE = catalogue_of(
        step("talk", principles=["rules"], weeks=(1, 4, 12), hours=2),
        step("write", "talk", principles=["rules"], weeks=(1, 4, 12), hours=2),
        step("gate", principles=["gate"], weeks=(1, 2, 6), hours=1, running_hours={"head": 0.5}),
        step("ring", principles=["gate"], weeks=(1, 2, 6), hours=1, running_hours={"head": 0.4}),
    )

    def plan(self, hours: float, running: float | None = 5.0) -> bc.ActionPlan:
        post = bc.Role(
            id="head", title="Head", hours_per_week=hours, running_hours_per_week=running
        )
        school = secondary(capacity=bc.Capacity(roles=[post]))
        return bc.draft_plan(result(), catalogue=self.WHOLE, school=school)

    def test_all_is_in_where_there_is_time(self) -> None:
        assert [s.id for s in self.plan(2).steps] == ["gate", "ring", "talk", "write"]

    def test_what_does_not_fit_with_what_it_waits_for_is_skipped_with_the_hours(self) -> None:
        # 0.8 x 26 weeks x 0.7 hours are 14.56 hours; gate and ring take 4, talk 8.
        plan = self.plan(0.7)
        assert [s.id for s in plan.steps] == ["gate", "ring", "talk"]
        assert plan.why("write") == "it needs 8 hours of Head, of which 2.56 are left"

    def test_a_step_that_cannot_be_stretched_so_far_is_skipped(self) -> None:
        # 8 hours over at most 12 weeks are 0.67 a week.
        assert "0.67 hours a week of Head" in self.plan(0.6).why("talk")

    def test_what_is_kept_going_counts_against_its_own_hours(self) -> None:
        plan = self.plan(2, running=0.6)
        assert {"gate"} == {"gate", "ring"} & {s.id for s in plan.steps}
        assert plan.why("ring") == (
            "it needs 0.4 hours a week of Head to keep going, of which 0.1 are left"
        )

    def test_without_hours_of_its_own_it_comes_out_of_the_others(self) -> None:
        kept = {s.id for s in self.plan(0.7, running=None).steps}
        assert {"gate", "ring"} - kept

    def test_a_role_that_the_school_lacks(self) -> None:
        whole = catalogue_of(step("vote", principles=["rules"], lead="governor"))
        school = secondary(capacity=people(head=2))
        plan = bc.draft_plan(result(), catalogue=whole, school=school)
        assert plan.why("vote") == "it needs 1 hour of governor, a role that the school lacks"
        assert {w.about for w in plan.warnings} >= {"rules"}

    def test_the_work_goes_to_one_who_can_lead(self) -> None:
        whole = catalogue_of(
            step("vote", principles=["rules"], lead="governor", lead_options=["head"])
        )
        school = secondary(capacity=people(head=2))
        plan = bc.draft_plan(result(), catalogue=whole, school=school)
        assert [s.id for s in plan.steps] == ["vote"]


@pytest.mark.slow
@pytest.mark.parametrize(
    "school",
    ["village-primary", "infant-nursery", "two-form-primary", "secondary", "special", "pru"],
)
def test_the_plans_of_the_six_schools_are_real_with_the_hours_that_schools_have(
    school: str,
) -> None:
    folder = Path(__file__).parents[2] / "examples" / "schools" / school
    place, framework = bc.read(folder / "school.toml"), bc.load_framework("bennett-2017")
    usual = {"head": 1.5, "governor": 0.25}
    roles = [
        evolve(r, hours_per_week=usual.get(r.id, min(2.0, max(0.5, r.hours_per_week))))
        for r in place.capacity.roles
    ]
    place = evolve(place, capacity=evolve(place.capacity, roles=roles))
    scored = bc.score_audit(bc.read_audit(folder / "responses.csv", framework=framework), framework)
    plan = bc.draft_plan(
        evolve(scored, school=None),
        catalogue=bc.load_catalogue("bennett-2017"),
        school=place,
        steps_per_priority=2,
    )
    year = bc.load_calendar(folder / "calendar.toml")
    schedule = bc.schedule_plan(plan, calendar=year, capacity=place.capacity, budget=300)
    assert len(plan.steps) >= 12
    labels = list(dict.fromkeys(w.half_term for w in year.weeks))
    last = max(w.end for w in year.weeks if w.half_term in labels[:4])
    inside = [s for s in schedule.steps if s.finish <= last]
    assert len(inside) >= 0.9 * len(plan.steps)
