"""The catalogue of one school: variants speak of roles, the school of posts."""

from __future__ import annotations

from behaviour_culture.model.catalogue import StepCatalogue
from behaviour_culture.model.school import Capacity, Phase, Role, School
from behaviour_culture.model.setting import Setting
from behaviour_culture.model.step import ActionStep, StepVariant

PLAY = ActionStep(
    id="play",
    title="Zones at play",
    hours_per_week={"behaviour-lead": 2.0},
    lead="behaviour-lead",
    variants=[
        StepVariant(
            settings=[Setting.SECONDARY],
            title="Clubs at lunch",
            hours_per_week={"behaviour-lead": 1.0},
        )
    ],
)


def school(phase: Phase) -> School:
    head = Role(id="head", title="Head", holds=["behaviour-lead"], hours_per_week=2.0)
    return School(id="s", name="S", illustrative=True, phase=phase, capacity=Capacity(roles=[head]))


class TestPostsAndVariants:
    catalogue = StepCatalogue(id="c", name="C", framework="f", edition="1", steps=[PLAY])

    def test_a_step_without_a_fitting_variant_is_led_by_the_post(self) -> None:
        step = self.catalogue.for_school(school(Phase.PRIMARY)).step("play")
        assert (step.title, step.lead, step.variants) == ("Zones at play", "head", ())
        assert dict(step.hours_per_week) == {"head": 2.0}

    def test_the_variant_that_fits_is_taken(self) -> None:
        step = self.catalogue.for_school(school(Phase.SECONDARY)).step("play")
        assert (step.title, step.lead, step.variants) == ("Clubs at lunch", "head", ())
        assert dict(step.hours_per_week) == {"head": 1.0}
