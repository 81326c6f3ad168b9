from __future__ import annotations

from typing import Any

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

import behaviour_culture as bc
from behaviour_culture.content import content_ids, load_content
from behaviour_culture.errors import InvalidInputError, UnknownNameError
from behaviour_culture.model.programme import EligibilityRule, RuleSubject
from behaviour_culture.programme import match_hub, needs_from
from behaviour_culture.testing import audit_results, hubs
from builders import examples

PROGRAMME = load_content("programme", "behaviour-hubs")


def lead(name: str, phase: bc.Phase = bc.Phase.PRIMARY, **more: Any) -> bc.model.LeadSchool:
    given_: dict[str, Any] = {"strengths": {"routines": 0.8}}
    return bc.model.LeadSchool(id=name, name=name.title(), phase=phase, **(given_ | more))


def partner(name: str, phase: bc.Phase = bc.Phase.PRIMARY, **more: Any) -> bc.model.PartnerSchool:
    given_: dict[str, Any] = {"route": "core", "needs": {"routines": 0.5}}
    return bc.model.PartnerSchool(id=name, name=name.title(), phase=phase, **(given_ | more))


def hub(
    leads: list[bc.model.LeadSchool], partners: list[bc.model.PartnerSchool], **more: Any
) -> bc.model.Hub:
    return bc.model.Hub(id="h", name="H", leads=leads, partners=partners, **more)


class TestProgramme:
    def test_the_routes_have_the_published_days_and_places(self) -> None:
        # behaviourhubs.co.uk FAQs and londonsouthtsh.org/behaviour-hub
        rows = {r["route"]: r for r in PROGRAMME.to_rows()}
        assert (rows["core"]["days_low"], rows["core"]["days_high"]) == (12, 20)
        assert (rows["extended"]["days_low"], rows["extended"]["days_high"]) == (20, 40)
        assert (rows["core"]["partners_per_lead"], rows["extended"]["partners_per_lead"]) == (3, 2)
        assert rows["mat"]["terms"] == 6
        assert {"regional", "enhanced"} < set(rows)
        assert PROGRAMME.route("enhanced").dose(bc.model.SupportStrand.ONE_TO_ONE).times == 10  # type: ignore[union-attr]
        assert content_ids("programme") == ("behaviour-hubs",)

    def test_the_stages_are_the_four(self) -> None:
        stages = [s.stage.value for s in PROGRAMME.stages]
        assert stages == ["diagnose", "develop", "launch", "monitor"]

    def test_what_was_read_cites_a_page(self) -> None:
        for part in (*PROGRAMME.routes, *PROGRAMME.stages, *PROGRAMME.rules):
            assert part.provenance.sources or not part.provenance.verified

    def test_an_unknown_route_and_an_unknown_source_are_named(self) -> None:
        with pytest.raises(UnknownNameError, match="extended"):
            PROGRAMME.route("extnded")
        with pytest.raises(InvalidInputError, match=r"routes\[0\].provenance.sources\[0\]"):
            evolve(PROGRAMME, sources=())

    @pytest.mark.parametrize(
        ("changed", "path"),
        [
            ({"attribute": "phase"}, "values"),
            ({"values": ["good"]}, "values"),
            ({"attribute": "size", "values": ["large"]}, "attribute"),
            ({"where": ["primary"]}, "where"),
            ({"attribute": "rating", "values": ["good"], "about": RuleSubject.MATCH}, "where"),
        ],
    )
    def test_a_rule_that_says_nothing_is_refused(self, changed: dict[str, Any], path: str) -> None:
        fine: dict[str, Any] = {
            "id": "r",
            "about": RuleSubject.PARTNER,
            "text": "A rule",
            "provenance": bc.model.Provenance(mark=bc.model.Mark.READ),
        }
        with pytest.raises(InvalidInputError) as caught:
            EligibilityRule(**(fine | changed))
        assert path in {f.path for f in caught.value.faults}


class TestMatching:
    @pytest.mark.parametrize(
        ("theirs", "ours", "goes"),
        [
            (bc.Phase.PRIMARY, bc.Phase.SECONDARY, False),
            (bc.Phase.SECONDARY, bc.Phase.PRIMARY, False),
            (bc.Phase.ALL_THROUGH, bc.Phase.PRIMARY, True),
            (bc.Phase.NOT_APPLICABLE, bc.Phase.PRIMARY, False),
            (bc.Phase.PRIMARY, bc.Phase.NOT_APPLICABLE, False),
            (bc.Phase.NOT_APPLICABLE, bc.Phase.NOT_APPLICABLE, True),
        ],
    )
    def test_phases_go_together_as_the_rules_say(
        self, theirs: bc.Phase, ours: bc.Phase, *, goes: bool
    ) -> None:
        match = match_hub(hub([lead("oak", theirs)], [partner("elm", ours)])).match("elm")
        assert (match.lead == "oak") is goes
        if not goes:
            assert any(reason.startswith("not Oak: ") for reason in match.reasons)

    def test_a_lead_takes_three_core_and_two_extended_partners(self) -> None:
        some = [partner(f"c{i}") for i in range(5)]
        some += [partner(f"e{i}", route="extended") for i in range(4)]
        found = match_hub(hub([lead("oak")], some))
        routes = [m.route for m in found.matches if m.lead]
        assert (routes.count("core"), routes.count("extended")) == (3, 2)
        assert len([m for m in found.hard_to_place if m.lead is None]) == 4
        assert {(v.route, v.more_placed) for v in found.extra_places} == {
            ("core", 1),
            ("extended", 1),
        }

    def test_no_partner_goes_farther_than_the_hub_says(self) -> None:
        near, far = bc.model.Place(400_000, 300_000), bc.model.Place(440_000, 330_000)
        some = [partner("elm", place=near), partner("yew", place=far)]
        found = match_hub(hub([lead("oak", place=near)], some, farthest_km=49))
        assert [m.lead for m in found.matches] == ["oak", None]
        assert "not Oak: 50 km away, and 49 km is the farthest" in found.match("yew").reasons
        assert found.match("elm").km == 0

    def test_a_rating_that_the_rules_exclude_bars_and_an_unknown_one_is_to_be_checked(self) -> None:
        some = [partner("elm", rating="outstanding"), partner("yew")]
        found = match_hub(hub([lead("oak"), lead("ivy", rating="inadequate")], some))
        assert found.match("elm").lead is None
        assert "its rating is outstanding" in found.match("elm").reasons[0]
        assert found.match("yew").lead == "oak"
        assert any("rated good" in text for text in found.match("yew").to_check)
        assert found.leads_barred[0].startswith("Ivy: ")

    def test_a_need_in_which_no_lead_is_strong_is_said_to_count_for_nothing(self) -> None:
        some = [partner("elm", needs={"build-rotines": 0.5}), partner("yew", needs={"other": 0})]
        found = match_hub(hub([lead("oak", strengths={"build-routines": 0.5})], some))
        words = found.match("elm").to_check[-1]
        assert words.startswith("no lead names a strength in 'build-rotines'")
        assert words.endswith("strengths that nobody needs: 'build-routines'")
        assert f"  to check for Elm: {words}" in str(found).splitlines()
        assert "'other'" not in str(found)

    @examples(20)
    @given(data=st.data())
    def test_places_rules_and_distance_are_kept(self, data: st.DataObject) -> None:
        programme = data.draw(st.from_type(bc.model.Programme))
        given_ = data.draw(hubs(routes=[r.id for r in programme.routes]))
        found = match_hub(given_, programme=programme)
        match_rules = [r for r in programme.rules if r.about is RuleSubject.MATCH and r.where]
        for match in (m for m in found.matches if m.lead):
            school, other = given_.partner(match.id), given_.lead(match.lead or "")
            for rule in match_rules:
                assert school.phase not in rule.where or other.phase in rule.values
            if given_.farthest_km is not None:
                assert match.km is not None
                assert match.km <= given_.farthest_km
            held = sum(m.lead == other.id and m.route == match.route for m in found.matches)
            usual = programme.route(match.route).partners_per_lead or 0
            assert held <= other.places.get(match.route, usual)

    def test_an_unknown_route_is_refused_with_its_place(self) -> None:
        given_ = hub([lead("oak", places={"cor": 1})], [partner("elm", route="coar")])
        with pytest.raises(InvalidInputError) as caught:
            match_hub(given_)
        assert {f.path for f in caught.value.faults} == {"partners[0].route", "leads[0].places"}
        with pytest.raises(InvalidInputError, match="hub"):
            match_hub("hub")  # type: ignore[arg-type]

    @examples(6)
    @given(result=audit_results())
    def test_needs_are_what_the_scores_lack(self, result: bc.AuditResult) -> None:
        needs = needs_from(result)
        assert set(needs) == {s.id for s in result.principles}
        assert not set(needs) & set(result.not_assessed)
        for score in result.principles:
            assert needs[score.id] == pytest.approx(1 - score.estimate.value)


class TestHub:
    def test_all_faults_at_once(self) -> None:
        with pytest.raises(InvalidInputError) as caught:
            hub([lead("oak")], [partner("oak")], farthest_km=10)
        assert {f.path for f in caught.value.faults} == {
            "partners[0].id",
            "partners[0].place",
            "leads[0].place",
        }

    @pytest.mark.parametrize(
        ("changed", "path"),
        [
            ({"strengths": {"routines": 1.5}}, "strengths.routines"),
            ({"places": {"core": -1}}, "places.core"),
            ({"places": {"core": True}}, "places.core"),
            ({"place": (1, 2, 3)}, "place"),
            ({"place": bc.model.Place(float("nan"), 1)}, "place.easting"),
            ({"illustrative": True, "urn": 123456}, "urn"),
        ],
    )
    def test_a_lead_is_refused_by_name(self, changed: dict[str, Any], path: str) -> None:
        with pytest.raises(InvalidInputError) as caught:
            lead("oak", **changed)
        assert path in {f.path for f in caught.value.faults}
