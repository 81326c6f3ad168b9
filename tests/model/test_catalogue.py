"""A catalogue as it is for one school: which steps apply, in whose words, by whom."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import behaviour_culture as bc
from behaviour_culture.model import Setting
from behaviour_culture.model.catalogue import (
    Area,
    LeftOutKind,
    PatternArrow,
    PlanPattern,
)
from behaviour_culture.model.setting import RollRange
from behaviour_culture.model.step import Monitoring, StartRule, StepVariant
from behaviour_culture.testing import objects
from builders import faults_of, step


def catalogue_of(*steps: bc.ActionStep, **fields: Any) -> bc.StepCatalogue:
    usual: dict[str, Any] = {"id": "c", "name": "C", "framework": "f", "edition": "1"}
    return bc.StepCatalogue(steps=steps, **(usual | fields))


def school(**fields: Any) -> bc.School:
    usual: dict[str, Any] = {"id": "s", "name": "S", "illustrative": True}
    phase = bc.Phase(fields.pop("phase", "not-applicable"))
    return bc.School(phase=phase, **(usual | fields))


def posts(*roles: bc.Role) -> bc.Capacity:
    return bc.Capacity(roles=roles)


class TestSettings:
    @pytest.mark.parametrize(
        ("fields", "settings"),
        [
            ({"phase": "primary", "low_age": 3, "high_age": 11}, "early-years primary"),
            ({"phase": "primary", "low_age": 7, "high_age": 11}, "primary"),
            ({"phase": "primary", "low_age": 3, "high_age": 7}, "early-years infant"),
            ({"phase": "primary"}, "primary"),
            ({"phase": "secondary", "low_age": 11, "high_age": 16}, "secondary"),
            ({"phase": "secondary", "low_age": 11, "high_age": 18}, "post-16 secondary"),
            ({"phase": "middle-deemed-secondary", "high_age": 13}, "secondary"),
            (
                {"phase": "all-through", "low_age": 4, "high_age": 18},
                "all-through early-years post-16 primary secondary",
            ),
            (
                {"phase": "all-through", "low_age": 4, "high_age": 7},
                "all-through early-years primary secondary",
            ),
            ({"phase": "16-plus", "low_age": 16, "high_age": 99}, "post-16"),
            ({"phase": "special", "low_age": 3, "high_age": 19}, "special"),
            ({"phase": "alternative-provision"}, "alternative-provision"),
            ({"phase": "not-applicable"}, ""),
        ],
    )
    def test_they_follow_from_phase_and_ages(self, fields: dict[str, Any], settings: str) -> None:
        assert sorted(school(**fields).settings) == settings.split()


class TestForSchool:
    def test_a_step_for_other_settings_or_sizes_is_left_out_with_the_reason(self) -> None:
        whole = catalogue_of(
            step("gate", settings=[Setting.SECONDARY, Setting.POST_16]),
            step("panel", sizes=RollRange(0, 120)),
            step("rules"),
        )
        ours = whole.for_school(school(phase="primary", roll=400))
        assert [s.id for s in ours.steps] == ["rules"]
        assert ours.school == "s"
        why = {key: (left.kind, left.reason) for key, left in ours.left_out.items()}
        assert why == {
            "gate": (LeftOutKind.SETTING, "it is for other kinds of school: secondary, post-16"),
            "panel": (LeftOutKind.SIZE, "it is for schools of 120 pupils or fewer"),
        }

    def test_a_school_that_does_not_say_what_it_is_gets_every_step(self) -> None:
        whole = catalogue_of(
            step("gate", settings=[Setting.SECONDARY]), step("panel", sizes=RollRange(0, 120))
        )
        assert whole.for_school(school()).left_out == {}

    def test_the_first_variant_that_fits_is_used_and_only_what_it_gives_changes(self) -> None:
        variants = [
            StepVariant(settings=[Setting.SPECIAL], title="For special schools"),
            StepVariant(sizes=RollRange(0, 120), title="For a village", weeks=bc.Weeks(1, 1, 2)),
            StepVariant(settings=[Setting.PRIMARY], title="For primary schools"),
        ]
        whole = catalogue_of(step("rules", weeks=(2, 3, 4), variants=variants))
        village = whole.for_school(school(phase="primary", roll=60)).step("rules")
        town = whole.for_school(school(phase="primary", roll=600)).step("rules")
        unit = whole.for_school(school(phase="alternative-provision", roll=600)).step("rules")
        assert (village.title, village.weeks) == ("For a village", (1, 1, 2))
        assert (town.title, town.weeks) == ("For primary schools", (2, 3, 4))
        assert unit.title == "Step rules"
        assert village.hours_per_week == whole.step("rules").hours_per_week

    def test_one_post_that_holds_several_roles_gives_the_hours_of_all(self) -> None:
        whole = catalogue_of(
            step(
                "ladder",
                hours={"head": 0.5, "behaviour-lead": 2, "teacher": 0.25},
                lead="behaviour-lead",
                lead_options=["head", "pastoral-lead"],
                running_hours={"behaviour-lead": 1, "head": 1},
            )
        )
        people = posts(bc.Role(id="head", title="H", holds=["behaviour-lead"], hours_per_week=3))
        ours = whole.for_school(school(capacity=people)).step("ladder")
        assert ours.hours_per_week == {"head": 2.5, "teacher": 0.25}
        assert ours.running_hours == {"head": 2}
        assert (ours.lead, ours.lead_options) == ("head", ("pastoral-lead",))

    def test_the_posts_hold_where_no_variant_fits(self) -> None:
        clubs = StepVariant(settings=[Setting.SECONDARY], hours_per_week={"behaviour-lead": 1})
        play = step("play", lead="behaviour-lead", hours=2, variants=[clubs])
        people = posts(bc.Role(id="head", title="H", holds=["behaviour-lead"], hours_per_week=3))
        for phase, hours in (("primary", 2), ("secondary", 1)):
            ours = catalogue_of(play).for_school(school(phase=phase, capacity=people)).step("play")
            assert (ours.lead, ours.variants, ours.hours_per_week) == ("head", (), {"head": hours})

    def test_nobody_monitors_their_own_step(self) -> None:
        watch = Monitoring(who="head", when="weekly", how="looks")
        whole = catalogue_of(
            step("ladder", lead="behaviour-lead", monitoring=watch),
            step("names", lead="governor", hours={"governor": 1}, monitoring=watch),
            monitors=["governor", "partner-head"],
        )
        people = posts(
            bc.Role(id="head", title="H", holds=["behaviour-lead", "governor"], hours_per_week=3)
        )
        ours = whole.for_school(school(capacity=people))
        assert [s.monitoring and s.monitoring.who for s in ours.steps] == ["partner-head"] * 2
        apart = whole.for_school(school())
        assert [s.monitoring and s.monitoring.who for s in apart.steps] == ["head", "head"]

    def test_what_waits_for_a_step_that_is_left_out_waits_for_what_came_before_it(self) -> None:
        whole = catalogue_of(
            step("first"),
            step("gate", "first", settings=[Setting.SECONDARY], lag=3),
            step("sweep", "gate", settings=[Setting.SECONDARY]),
            step("last", "sweep", "first"),
        )
        ours = whole.for_school(school(phase="primary"))
        assert [(b.step, b.lag_weeks) for b in ours.step("last").requires] == [("first", 0)]

    def test_patterns_lose_what_names_a_step_that_is_left_out(self) -> None:
        pattern = PlanPattern(
            id="september",
            title="September",
            text="Ready.",
            include=["gate", "rules"],
            starts={"gate": StartRule.ANY_WEEK},
            arrows=[PatternArrow(of="rules", step="gate", reason="one first")],
        )
        whole = catalogue_of(
            step("gate", settings=[Setting.SECONDARY]), step("rules"), patterns=[pattern]
        )
        ours = whole.for_school(school(phase="primary")).pattern("september")
        assert (ours.include, dict(ours.starts), ours.arrows) == (("rules",), {}, ())

    @given(objects(bc.StepCatalogue), objects(bc.School))
    def test_each_step_is_there_or_left_out(
        self, catalogue: bc.StepCatalogue, of: bc.School
    ) -> None:
        ours = catalogue.for_school(of)
        there = {s.id for s in ours.steps}
        assert there | set(ours.left_out) == {s.id for s in catalogue.steps}
        assert not there & set(ours.left_out)
        for one in ours.steps:
            assert sum(one.hours_per_week.values()) == pytest.approx(
                sum(catalogue.step(one.id).for_school(of).hours_per_week.values())
            )
        # What it is for it stays, and again for the same school nothing changes.
        assert ours.for_school(of) == ours


class TestPattern:
    def test_its_arrows_and_starts_are_added_and_the_longer_lag_holds(self) -> None:
        pattern = PlanPattern(
            id="mid-year",
            title="Mid-year",
            text="Enforce first.",
            starts={"ladder": StartRule.HALF_TERM_START},
            arrows=[
                PatternArrow(of="ladder", step="rules", reason="half a term first", lag_weeks=6),
                PatternArrow(of="rules", step="names", reason="who, then what"),
            ],
        )
        whole = catalogue_of(
            step("names"), step("rules"), step("ladder", "rules", lag=2), patterns=[pattern]
        )
        shaped = whole.in_pattern("mid-year")
        (before,) = shaped.step("ladder").requires
        assert (before.step, before.lag_weeks, before.reason) == ("rules", 6, "half a term first")
        assert shaped.step("ladder").starts is StartRule.HALF_TERM_START
        assert [b.step for b in shaped.step("rules").requires] == ["names"]
        slow = whole.evolve(steps=[*whole.steps[:2], step("ladder", "rules", lag=8)])
        (before,) = slow.in_pattern("mid-year").step("ladder").requires
        assert (before.lag_weeks, before.reason) == (8, "half a term first")

    def test_a_circle_through_a_pattern_is_an_error(self) -> None:
        arrow = PatternArrow(of="rules", step="ladder", reason="the wrong way round")
        pattern = PlanPattern(id="p", title="P", text="P", arrows=[arrow])
        whole = catalogue_of(step("rules"), step("ladder", "rules"), patterns=[pattern])
        with pytest.raises(bc.errors.CycleError):
            whole.in_pattern("p")


class TestRefusals:
    @pytest.mark.parametrize(
        ("fields", "path"),
        [
            ({"aliases": {"old": "nowhere"}}, "aliases['old']"),
            ({"aliases": {"rules": "rules"}}, "aliases['rules']"),
            (
                {"patterns": [PlanPattern(id="p", title="P", text="P", include=["nowhere"])]},
                "patterns[0]",
            ),
        ],
    )
    def test_what_names_no_step_is_refused(self, fields: dict[str, Any], path: str) -> None:
        assert path in faults_of(lambda: catalogue_of(step("rules"), **fields))

    def test_an_area_that_is_not_listed_is_refused(self) -> None:
        rules, area = step("rules", area="sites"), Area(id="site", title="Site")
        assert "steps[0].area" in faults_of(lambda: catalogue_of(rules, areas=[area]))

    def test_a_variant_that_makes_no_sound_step_is_refused(self) -> None:
        variant = StepVariant(settings=[Setting.PRIMARY], lead="senco")
        assert "variants[0].lead" in faults_of(lambda: step("rules", variants=[variant]))

    def test_a_variant_that_changes_nothing_is_refused(self) -> None:
        assert "changes nothing" in str(faults_of(lambda: StepVariant(settings=[Setting.PRIMARY])))

    @pytest.mark.parametrize(
        ("held", "words"),
        [("senco", "'head' holds 'senco' too"), ("head", "'head' is a role of its own here")],
    )
    def test_two_posts_cannot_hold_one_role(self, held: str, words: str) -> None:
        one = bc.Role(id="head", title="H", holds=["senco"], hours_per_week=1)
        other = bc.Role(id="deputy", title="D", holds=[held], hours_per_week=1)
        assert words in faults_of(lambda: posts(one, other))["roles[1].holds"].message


def test_settings_are_the_words_of_the_files() -> None:
    assert {s.value for s in Setting} == {
        *("early-years", "infant", "primary", "secondary", "all-through", "post-16"),
        *("special", "alternative-provision"),
    }


@given(st.integers(0, 20_000), st.integers(0, 20_000), st.integers(0, 20_000))
def test_a_range_of_rolls_holds_both_ends(low: int, high: int, roll: int) -> None:
    least, most = sorted((low, high))
    whole = catalogue_of(step("rules", sizes=RollRange(least, most)))
    kept = whole.for_school(school(phase="primary", roll=roll)).steps
    assert bool(kept) == (least <= roll <= most)
