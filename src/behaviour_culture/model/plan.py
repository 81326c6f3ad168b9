"""The parts of an action plan: objectives, milestones, progress, reviews.

The plan itself is `behaviour_culture.planning.ActionPlan`, which has the graph of its steps.
"""

from __future__ import annotations

import datetime as dt
from enum import StrEnum
from typing import Annotated

from attrs import field, frozen

from behaviour_culture._display import count_of
from behaviour_culture.checks import Check, TupleOf, Value, as_float
from behaviour_culture.fields import Count, Range, Share, Slug, Slugs, Text, Texts, Unique
from behaviour_culture.model.estimate import Estimate
from behaviour_culture.model.source import Basis
from behaviour_culture.model.step import Monitoring

__all__ = [
    "CrosswalkLoss",
    "Inclusion",
    "InclusionKind",
    "MetStep",
    "Milestone",
    "MilestoneOutcome",
    "Objective",
    "ObjectiveScale",
    "ProgressReport",
    "SkippedStep",
    "StepProgress",
    "StepStatus",
]


class StepStatus(StrEnum):
    """The status of a step; colours are derived from it, never stored."""

    NOT_STARTED = "not-started"
    ON_TRACK = "on-track"
    AT_RISK = "at-risk"
    OFF_TRACK = "off-track"
    COMPLETE = "complete"
    STOPPED = "stopped"

    @property
    def words(self) -> str:
        """The status in words, such as ``on track``."""
        return self.value.replace("-", " ")


class MilestoneOutcome(StrEnum):
    """Whether the statement of a milestone came true."""

    MET = "met"
    PARTLY = "partly"
    NOT_MET = "not-met"


class ObjectiveScale(StrEnum):
    """The scale of an objective's baseline and target."""

    AUDIT = "audit"
    """The score of an audit, 0 to 1."""
    OWN = "own"
    """The unit of the baseline."""


@frozen(kw_only=True, repr=False)
class Objective(Value):
    """An intended change: its measure, its baseline, its target and its date.

    Success criteria belong to the objective and describe a change for people. Whether a step
    was carried out is recorded with the step.
    """

    id: Slug
    title: Text
    principle: Slug
    measure: Text
    baseline: Estimate
    target: float = field(converter=as_float)
    scale: ObjectiveScale = ObjectiveScale.OWN
    target_basis: Text
    """The basis of the target, in words."""
    basis: Basis = Basis.JUDGEMENT
    """How well the target is founded."""
    months: Annotated[int, Range(low=1, high=120)] = 12
    """Months after the start of the plan by which the target should be reached."""
    by: dt.date | None = None
    success_criteria: Texts = field(default=(), converter=TupleOf[str])
    monitoring: Monitoring | None = None
    reason: str = ""
    """Why this is a priority."""

    def _check(self, check: Check) -> None:
        if self.scale is ObjectiveScale.AUDIT and check.ok("target"):
            check.value("target", self.target, Share)

    def _lines(self) -> list[str]:
        when = f"by {self.by}" if self.by else f"within {self.months} months"
        return [
            f"{self.title}: {self.measure} from {self.baseline.value:.2f} "
            f"to {self.target:.2f} {when}"
        ]


@frozen(kw_only=True, repr=False)
class Milestone(Value):
    """A dated statement that can be seen to be true, partly true or not true."""

    id: Slug
    statement: Text
    months: Annotated[int, Range(low=0, high=120)]
    date: dt.date | None = None
    objective: Slug | None = None
    outcome: MilestoneOutcome | None = None

    def _lines(self) -> list[str]:
        when = str(self.date) if self.date else f"month {self.months}"
        return [f"{when}: {self.statement}"]


@frozen(kw_only=True, repr=False)
class StepProgress(Value):
    """The progress of one step.

    ``fidelity`` is how fully it is done as intended and ``reach`` is the share of pupils whom
    it touches, both from 0 to 1 and None if nobody has looked.
    """

    step: Slug
    status: StepStatus
    started: dt.date | None = None
    finished: dt.date | None = None
    fidelity: Share | None = None
    reach: Share | None = None
    note: str = ""

    def _check(self, check: Check) -> None:
        check.in_order("started", "finished")
        if self.status is StepStatus.NOT_STARTED and (self.started or self.finished):
            check.fault("status", "a step with a start or a finish has been started")

    def _lines(self) -> list[str]:
        return [f"{self.step}: {self.status.words}"]


@frozen(kw_only=True, repr=False)
class ProgressReport(Value):
    """The progress of a plan's steps on one day; a file of its own, because it changes most."""

    id: Slug
    plan: Slug
    date: dt.date
    steps: Annotated[tuple[StepProgress, ...], Unique("step")] = field(
        converter=TupleOf[StepProgress]
    )

    def _lines(self) -> list[str]:
        return [f"Progress of {self.plan} on {self.date}", *(f"  {s}" for s in self.steps)]


class InclusionKind(StrEnum):
    """The reasons for which a step can be in a plan."""

    PRIORITY = "priority"
    """It answers a priority."""
    PREREQUISITE = "prerequisite"
    """Another step requires it."""
    UNDER_WAY = "under-way"
    """It has already begun."""
    OWN = "own"
    """The school added it."""
    PATTERN = "pattern"
    """The pattern of the year always has it."""


@frozen(kw_only=True, repr=False)
class Inclusion(Value):
    """The reason for which a step is in the plan."""

    step: Slug
    kind: InclusionKind
    objectives: Slugs = field(default=(), converter=TupleOf[str])
    reason: Text

    def _lines(self) -> list[str]:
        return [f"{self.step}: {self.reason}"]


@frozen(kw_only=True, repr=False)
class CrosswalkLoss(Value):
    """What was lost where an audit under one framework chose steps that are for another.

    Attributes
    ----------
    crosswalk : str
    unanswered : tuple of str
        Principles of the audit that no step of the catalogue answers.
    steps : tuple of str
        Steps that answer no principle of the audit.
    partly, links : int
        Links that cover a part only, and all links.
    """

    crosswalk: Slug
    unanswered: Slugs = field(default=(), converter=TupleOf[str])
    steps: Slugs = field(default=(), converter=TupleOf[str])
    partly: Count
    links: Count

    def _check(self, check: Check) -> None:
        check.in_order("partly", "links")

    def _lines(self) -> list[str]:
        named = ", ".join(self.unanswered) or "none"
        return [
            f"Steps were chosen through {self.crosswalk}: {self.partly} of its {self.links} links "
            f"cover a part only; {count_of(len(self.steps), 'step')} could not be chosen",
            f"  Principles of the audit that no step answers: {named}",
        ]


@frozen(kw_only=True, repr=False)
class _StepLeftOut(Value):
    step: Slug
    title: Text
    reason: Text

    def _lines(self) -> list[str]:
        return [f"{self.title}: {self.reason}"]


@frozen(kw_only=True, repr=False)
class SkippedStep(_StepLeftOut):
    """A step of the catalogue that is not in the plan, with the reason."""


@frozen(kw_only=True, repr=False)
class MetStep(_StepLeftOut):
    """A step that need not be done, because its outcome is already in place."""
