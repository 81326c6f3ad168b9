"""The register of duties that ships: what it cites, what it claims, whom it binds, how it ages."""

from __future__ import annotations

import datetime as dt

import pytest

from behaviour_culture.content import load_duties
from behaviour_culture.model.duty import DutyForce, DutyRegister
from behaviour_culture.model.school import Phase, School
from behaviour_culture.model.setting import Governance
from behaviour_culture.model.source import Mark
from behaviour_culture.model.step import StepMark

ASKED_FOR = {
    *("governors-principles", "head-measures", "publish-policy", "independent-policy"),
    *("anti-bullying", "kcsie", "equality-duty", "send-adjustments-duty", "sen-support-duty"),
    *("suspension-guidance-2026", "exclusion-panel", "force-recording-2026", "detention-powers"),
    *("searching-guidance", "attendance-guidance-2024", "part-time-and-ap", "phones-2026"),
    *("uniform-2026", "staff-health-safety", "complaints-procedure", "behaviour-advice-2024"),
    *("early-years-framework", "off-site-powers"),
}


def school(phase: Phase, governance: Governance, low: int = 11, high: int = 16) -> School:
    return School(
        id="s",
        name="S",
        illustrative=True,
        phase=phase,
        governance=governance,
        low_age=low,
        high_age=high,
    )


@pytest.fixture(scope="module")
def register() -> DutyRegister:
    return load_duties("england-2026")


def bound(register: DutyRegister, of: School) -> set[str]:
    return {d.id for d in register.duties if d.binds_school(of)}


class TestContent:
    def test_the_duties_that_steps_answer_are_there(self, register: DutyRegister) -> None:
        assert {d.id for d in register.duties} >= ASKED_FOR

    def test_every_source_is_cited(self, register: DutyRegister) -> None:
        cited = {d.source for d in register.duties}
        cited |= {f"{d.id}.second" for d in register.duties}
        assert {s.id for s in register.sources} <= cited

    def test_nearly_every_duty_was_compared_with_a_second_source(
        self, register: DutyRegister
    ) -> None:
        sources = {s.id for s in register.sources}
        alone = {d.id for d in register.duties if f"{d.id}.second" not in sources}
        assert alone == {"sen-support-duty"}

    def test_every_source_has_an_author_and_an_address(self, register: DutyRegister) -> None:
        for source in register.sources:
            assert source.author, source.id
            assert source.url is not None, source.id
            assert source.url.startswith("https://"), source.id

    def test_what_is_not_verified_is_listed(self, register: DutyRegister) -> None:
        rest = {d.id for d in register.duties} - {d.id for d in register.unverified()}
        assert rest == {d.id for d in register.duties if d.mark is Mark.READ}

    def test_only_law_that_was_read_in_the_law_itself_is_verified(
        self, register: DutyRegister
    ) -> None:
        sources = {s.id: s for s in register.sources}
        for duty in register.duties:
            assert duty.mark in {Mark.READ, Mark.PARTLY}, duty.id
            if duty.verified:
                assert duty.force is DutyForce.LAW, duty.id
                assert "legislation.gov.uk" in (sources[duty.source].url or ""), duty.id

    def test_no_date_is_later_than_the_reading_but_those_announced(
        self, register: DutyRegister
    ) -> None:
        later = {d.id for d in register.duties if d.since and d.since > d.checked}
        assert later == {"suspension-guidance-2026", "off-site-direction-2026", "phones-2026"}

    @pytest.mark.parametrize(
        ("duty", "since"),
        [
            ("force-recording-2026", dt.date(2026, 4, 1)),
            ("suspension-guidance-2026", dt.date(2026, 7, 26)),
            ("attendance-guidance-2024", dt.date(2024, 8, 19)),
            # Two months that begin on 29 April 2026 end with 28 June.
            ("phones-2026", dt.date(2026, 6, 29)),
            ("uniform-2026", None),
            ("kcsie", None),
        ],
    )
    def test_dates(self, register: DutyRegister, duty: str, since: dt.date | None) -> None:
        assert register.duty(duty).since == since

    def test_what_comes_before_a_sanction(self, register: DutyRegister) -> None:
        first = {d.id for d in register.duties if StepMark.SANCTION in d.before}
        assert first == {"governors-principles", "head-measures", "equality-duty"}


class TestNotices:
    def test_the_register_grows_old(self, register: DutyRegister) -> None:
        assert len(register.notices(register.review_by)) == 1
        assert len(register.notices(register.review_by + dt.timedelta(days=1))) == 2

    def test_it_is_to_be_reviewed_before_the_next_guidance(self, register: DutyRegister) -> None:
        assert register.review_by == dt.date(2027, 8, 31)


class TestWhomItBinds:
    def test_a_maintained_primary(self, register: DutyRegister) -> None:
        duties = bound(register, school(Phase.PRIMARY, Governance.MAINTAINED, 4, 11))
        assert {"governors-principles", "head-measures", "early-years-framework"} <= duties
        assert duties.isdisjoint({"independent-policy", "academy-searchable-items"})

    def test_an_academy_secondary(self, register: DutyRegister) -> None:
        duties = bound(register, school(Phase.SECONDARY, Governance.ACADEMY, 11, 18))
        assert {"independent-policy", "academy-searchable-items", "exclusion-panel"} <= duties
        assert duties.isdisjoint({"governors-principles", "publish-policy"})
        assert "early-years-framework" not in duties

    def test_an_independent_school(self, register: DutyRegister) -> None:
        duties = bound(register, school(Phase.SECONDARY, Governance.INDEPENDENT))
        assert {"independent-policy", "force-recording-2026", "phones-2026", "kcsie"} <= duties
        assert duties.isdisjoint(
            {"suspension-guidance-2026", "exclusion-panel", "governors-principles", "uniform-2026"}
        )

    def test_a_pupil_referral_unit(self, register: DutyRegister) -> None:
        duties = bound(register, school(Phase.ALTERNATIVE_PROVISION, Governance.MAINTAINED))
        assert {"governors-principles", "exclusion-panel", "sen-support-duty"} <= duties
        assert "independent-policy" not in duties

    def test_a_special_school_has_other_duties_on_special_needs(
        self, register: DutyRegister
    ) -> None:
        duties = bound(register, school(Phase.SPECIAL, Governance.MAINTAINED, 4, 16))
        assert "sen-support-duty" not in duties
        assert "send-adjustments-duty" in duties

    def test_a_sixth_form_college_is_outside_the_law_on_exclusion(
        self, register: DutyRegister
    ) -> None:
        college = school(Phase.SIXTEEN_PLUS, Governance.ACADEMY, 16, 19)
        assert "exclusion-panel" not in bound(register, college)
