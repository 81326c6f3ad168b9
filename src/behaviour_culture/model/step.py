"""Action steps: their work, their duration, their prerequisites and the reasons."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Any, NamedTuple, TypeAlias

from attrs import field, frozen

from behaviour_culture.checkers import key_in
from behaviour_culture.checks import Check, MapOf, TupleOf, Value, as_float, find
from behaviour_culture.fields import NotNegative, Range, Share, Slug, Slugs, Text, Texts, Unique
from behaviour_culture.model.order import check_acyclic
from behaviour_culture.model.source import Basis, Origin
from behaviour_culture.model.support import SupportStrand

__all__ = [
    "ActionStep",
    "CostRange",
    "EffectLink",
    "Monitoring",
    "Payoff",
    "Prerequisite",
    "RoleTitle",
    "StartRule",
    "StepCatalogue",
    "StepPhase",
    "StepSupport",
    "Weeks",
]

_MAX_WEEKS = 200


class StepPhase(StrEnum):
    """The four stages of work in the Behaviour Hubs programme."""

    DIAGNOSE = "diagnose"
    DEVELOP = "develop"
    LAUNCH = "launch"
    MONITOR = "monitor"


class Payoff(StrEnum):
    """When a step shows results: within a half-term, or only as it embeds over terms."""

    QUICK = "quick"
    EMBEDS = "embeds"


class StartRule(StrEnum):
    """The weeks in which a step may begin."""

    ANY_WEEK = "any-week"
    HALF_TERM_START = "half-term-start"
    """Only in the first week of a half-term, as for a launch with pupils."""
    INSET_DAY = "inset-day"
    """Only on an INSET day, when staff are in and pupils are not."""


_WholeWeeks: TypeAlias = Annotated[int, Range(low=1, high=_MAX_WEEKS)]


class Weeks(NamedTuple):
    """Three estimates of a duration, in whole school weeks."""

    optimistic: _WholeWeeks
    likely: _WholeWeeks
    pessimistic: _WholeWeeks


class CostRange(NamedTuple):
    """A cost beyond staff time, in pounds, from low to high."""

    low: NotNegative
    high: NotNegative


_ONE_WEEK = Weeks(1, 1, 1)
_NO_COST = CostRange(0.0, 0.0)


@frozen(kw_only=True, repr=False)
class Prerequisite(Value):
    """A step that must be finished before another one starts, with the reason.

    ``lag_weeks`` is the number of school weeks that must pass in between.
    """

    step: Slug
    reason: Text
    lag_weeks: Annotated[int, Range(low=0, high=_MAX_WEEKS)] = 0
    basis: Basis = Basis.JUDGEMENT

    def _label(self) -> str:
        lag = f", {self.lag_weeks} weeks before" if self.lag_weeks else ""
        return f"{self.step}{lag}: {self.reason}"


@frozen(kw_only=True, repr=False)
class StepSupport(Value):
    """The help that one strand of hub support gives with a step."""

    strand: SupportStrand
    how: Text

    def _label(self) -> str:
        return f"{self.strand.value}: {self.how}"


@frozen(kw_only=True, repr=False)
class EffectLink(Value):
    """The nearest published effect for a step, and how directly it applies (a grade)."""

    parameter: Slug
    grade: Text
    reason: Text

    def _label(self) -> str:
        return f"{self.parameter}, grade {self.grade}"


@frozen(kw_only=True, repr=False)
class Monitoring(Value):
    """The monitoring of a step or objective: by whom, when, and how."""

    who: Text
    when: Text
    how: Text

    def _label(self) -> str:
        return f"{self.who}, {self.when}: {self.how}"


@frozen(kw_only=True, repr=False)
class RoleTitle(Value):
    """A role that the steps of a catalogue ask for."""

    id: Slug
    title: Text
    text: str = ""


@frozen(kw_only=True, repr=False)
class ActionStep(Value):
    """One thing that a school does, with everything that a plan needs to know about it.

    Attributes
    ----------
    principles : tuple of str
        The principles that it answers, the main one first.
    system : str or None
        The kind of system that is in place once the step is done (`Framework.systems`).
    weeks : Weeks
        Duration in whole school weeks: optimistic, likely, pessimistic.
    hours_per_week : mapping of str to float
        Hours a week for **each person** in a role, while the step runs.
    lead : str
        The one role that is accountable.
    lead_options : tuple of str
        Roles that can take over the lead and its hours if the lead has none left.
    reach : float
        Share of pupils whose school day it touches, 0 to 1.
    requires : tuple of Prerequisite
    cost_gbp : CostRange
        Pounds beyond staff time.
    source : str
        A source, or the word judgement and the reasoning.
    """

    id: Slug
    title: Text
    text: str = ""
    principles: Slugs = field(default=(), converter=TupleOf[str])
    challenges: Slugs = field(default=(), converter=TupleOf[str])
    system: Slug | None = None
    phase: StepPhase = StepPhase.DEVELOP
    weeks: Weeks = _ONE_WEEK
    hours_per_week: Mapping[Slug, Annotated[float, Range(low=0, high=168)]] = field(
        converter=MapOf[str, float]
    )
    lead: Slug
    lead_options: Slugs = field(default=(), converter=TupleOf[str])
    payoff: Payoff = Payoff.EMBEDS
    starts: StartRule = StartRule.ANY_WEEK
    reach: Share = field(default=1.0, converter=as_float)
    effect: EffectLink | None = None
    requires: Annotated[tuple[Prerequisite, ...], Unique("step")] = field(
        default=(), converter=TupleOf[Prerequisite]
    )
    support: tuple[StepSupport, ...] = field(default=(), converter=TupleOf[StepSupport])
    success_criteria: Texts = field(default=(), converter=TupleOf[str])
    monitoring: Monitoring | None = None
    cost_gbp: CostRange = _NO_COST
    cost_basis: str = ""
    source: Text = "judgement"
    origin: Origin = Origin.OWN

    def _check(self, check: Check) -> None:
        for i, before in enumerate(self.requires if check.ok("requires") else ()):
            if before.step == self.id:
                check.fault(f"requires[{i}].step", f"{self.id!r} requires itself", self.id)
        if check.ok("weeks"):
            if self.starts is StartRule.INSET_DAY and self.weeks != _ONE_WEEK:
                message = "a step on an INSET day takes one week: weeks = [1, 1, 1]"
                check.fault("weeks", message, self.weeks)
            elif list(self.weeks) != sorted(self.weeks):
                check.fault("weeks", "must rise: optimistic, likely, pessimistic", self.weeks)
        if check.ok("cost_gbp") and self.cost_gbp.low > self.cost_gbp.high:
            check.fault("cost_gbp", "the low end is above the high end", self.cost_gbp)
        hours = self.hours_per_week
        if check.ok("lead", "hours_per_week") and hours and self.lead not in hours:
            check.fault("lead", f"the lead {self.lead!r} has no hours in hours_per_week", self.lead)

    @property
    def main_principle(self) -> str | None:
        """The main principle that the step answers."""
        return self.principles[0] if self.principles else None

    def _lines(self) -> list[str]:
        low, likely, high = self.weeks
        after = ", ".join(p.step for p in self.requires)
        return [
            f"{self.title} ({self.lead}, about {likely} school weeks, {low} to {high})"
            + (f", after {after}" if after else "")
        ]


@frozen(kw_only=True, repr=False)
class StepCatalogue(Value):
    """Steps to choose from, for one edition of a framework; prerequisites form no circle."""

    id: Slug
    name: Text
    framework: Slug
    edition: Text
    summary: str = ""
    audit_step: Slug | None = None
    """The step that a scored audit has already done."""
    roles: Annotated[tuple[RoleTitle, ...], Unique("id")] = field(
        default=(), converter=TupleOf[RoleTitle]
    )
    steps: Annotated[tuple[ActionStep, ...], Unique("id")] = field(converter=TupleOf[ActionStep])

    def __attrs_post_init__(self) -> None:
        super().__attrs_post_init__()
        check_steps_acyclic(self.steps)

    def _check(self, check: Check) -> None:
        if not check.ok("steps"):
            return
        known = {s.id for s in self.steps}
        if self.audit_step is not None:
            check.known("audit_step", self.audit_step, known, "step")
        for i, step in enumerate(self.steps):
            for j, before in enumerate(step.requires):
                check.known(f"steps[{i}].requires[{j}].step", before.step, known, "step")
        roles = {r.id for r in self.roles} if check.ok() else set()
        for i, step in enumerate(self.steps if roles else ()):
            for role in step.hours_per_week:
                check.known(key_in(f"steps[{i}].hours_per_week", role), role, roles, "role")

    def step(self, step_id: str) -> ActionStep:
        """Return one step by id, or raise `UnknownNameError`."""
        return find("step", step_id, self.steps)

    def for_principle(self, principle_id: str) -> tuple[ActionStep, ...]:
        """Return the steps that answer a principle, in catalogue order."""
        return tuple(s for s in self.steps if principle_id in s.principles)

    def to_rows(self) -> list[dict[str, Any]]:
        """Return a row for each step."""
        return [step_row(s) for s in self.steps]

    def _label(self) -> str:
        return f"{self.id}: {len(self.steps)} steps"

    def _lines(self) -> list[str]:
        return [
            f"{self.name}: {len(self.steps)} steps for {self.framework} ({self.edition})",
            *(f"  {s.id}: {s.title}" for s in self.steps),
        ]


def step_row(step: ActionStep) -> dict[str, Any]:
    """Return one step as a row of plain values."""
    return {
        "step": step.id,
        "title": step.title,
        "principles": ", ".join(step.principles),
        "phase": step.phase.value,
        "lead": step.lead,
        "weeks_optimistic": step.weeks.optimistic,
        "weeks_likely": step.weeks.likely,
        "weeks_pessimistic": step.weeks.pessimistic,
        "payoff": step.payoff.value,
        "requires": ", ".join(p.step for p in step.requires),
        "cost_low_gbp": step.cost_gbp.low,
        "cost_high_gbp": step.cost_gbp.high,
    }


def check_steps_acyclic(steps: tuple[ActionStep, ...]) -> None:
    """Raise `CycleError` for the shortest circle among the prerequisites of steps."""
    check_acyclic(
        {s.id: {p.step: p.basis for p in s.requires} for s in steps},
        {s.id: s.title for s in steps},
    )
