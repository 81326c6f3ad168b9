"""The parts of an action plan: objectives, milestones, progress, reviews.

The plan itself is `behaviour_culture.planning.ActionPlan`, which has the graph of its steps.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from enum import StrEnum
from typing import Annotated

from attrs import field, frozen
from attrs.converters import optional

from behaviour_culture._display import count_of
from behaviour_culture._entries import Entries
from behaviour_culture._frozenmap import Extra, as_extra
from behaviour_culture.checks import Check, TupleOf, Value, as_float
from behaviour_culture.fields import Count, Range, Share, Slug, Slugs, Text, Texts, Unique
from behaviour_culture.model.estimate import Estimate
from behaviour_culture.model.indicator import ObjectiveIndicator
from behaviour_culture.model.source import Basis
from behaviour_culture.model.step import ActionStep, Monitoring

__all__ = [
    "CrosswalkLoss",
    "Inclusion",
    "InclusionKind",
    "MetStep",
    "Milestone",
    "MilestoneOutcome",
    "Objective",
    "ObjectiveScale",
    "PlanChange",
    "PlanChangeKind",
    "PlanWarning",
    "PlanWarningKind",
    "ProgressReport",
    "Redraws",
    "SkippedStep",
    "StepProgress",
    "StepStatus",
    "TargetOrigin",
    "chance_words",
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


class TargetOrigin(StrEnum):
    """Where a target comes from."""

    RULE = "rule"
    """A rule that knows nothing of the steps: one level of the scale in a year."""
    FORECAST = "forecast"
    """The forecast of the plan."""
    PEOPLE = "people"
    """People agreed it: nothing moves it."""


@frozen(kw_only=True, repr=False)
class Redraws(Value):
    """How often a principle is among the first gaps when the raters are drawn again.

    ``share`` is None with one rater: nobody can tell then.
    """

    first: Annotated[int, Range(low=1)]
    raters: Annotated[int, Range(low=1)]
    share: Share | None = None

    @property
    def words(self) -> str:
        """The share in words."""
        if self.share is None:
            return (
                f"one rater: how often others would put it among the first {self.first} cannot be "
                "told"
            )
        return (
            f"among the first {self.first} in {self.share:.0%} of redraws of the {self.raters} "
            "raters"
        )

    def _lines(self) -> list[str]:
        return [self.words]


@frozen(kw_only=True, repr=False)
class Objective(Value):
    """An intended change: its measure, its baseline, its target and its date.

    Success criteria belong to the objective and describe a change for people. Whether a step
    was carried out is recorded with the step.

    Attributes
    ----------
    target : float
    target_origin : TargetOrigin
        Only a target by a rule is ever replaced (``impact.forecasting.targets.propose_targets``).
    chance : float or None
        The chance that the plan reaches the target, 0 to 1; None where nothing was forecast.
    stretch, stretch_chance : float or None
        A higher target and the chance that the plan reaches it.
    indicator : ObjectiveIndicator or None
        What is counted beside the score.
    indicator_baseline : Estimate or None
        Where the indicator stands; None until somebody has counted.
    """

    id: Slug
    title: Text
    principle: Slug
    measure: Text
    baseline: Estimate
    target: float = field(converter=as_float)
    target_origin: TargetOrigin = TargetOrigin.PEOPLE
    chance: Share | None = None
    stretch: float | None = field(default=None, converter=optional(as_float))
    stretch_chance: Share | None = None
    indicator: ObjectiveIndicator | None = None
    indicator_baseline: Estimate | None = None
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
    redraws: Redraws | None = None
    """How often its gap is among the first when the raters are drawn again."""
    extra: Extra = field(factory=Extra, converter=as_extra)

    def _check(self, check: Check) -> None:
        if self.scale is ObjectiveScale.AUDIT and check.ok("target"):
            check.value("target", self.target, Share)
        if self.scale is ObjectiveScale.AUDIT and self.stretch is not None:
            check.value("stretch", self.stretch, Share)
        if (self.stretch is None) != (self.stretch_chance is None):
            check.fault("stretch_chance", "a stretch target and its chance go together")

    def _lines(self) -> list[str]:
        when = f"by {self.by}" if self.by else f"within {self.months} months"
        stretch = ""
        if self.stretch is not None and self.stretch_chance is not None:
            stretch = f"; at a stretch {self.stretch:.2f}{chance_words(self.stretch_chance)}"
        lines = [
            f"{self.title}: {self.measure} from {self.baseline.value:.2f} "
            f"to {self.target:.2f} {when}{chance_words(self.chance)}{stretch}"
        ]
        counted = self.indicator_baseline
        now = "not counted yet" if counted is None else f"now {counted}"
        lines += [f"  {self.redraws}"] if self.redraws is not None else []
        return lines + ([f"  beside it {self.indicator}: {now}"] if self.indicator else [])


def chance_words(chance: float | None) -> str:
    """Say how likely a target is reached, by the forecast; empty where nothing was forecast."""
    if chance is None:
        return ""
    missed = ": more likely missed than met" if chance < 0.5 else ""  # noqa: PLR2004  (even)
    return f" ({chance:.0%} chance{missed})"


@frozen(kw_only=True, repr=False)
class Milestone(Value):
    """A dated statement that can be seen to be true, partly true or not true.

    ``step`` is the step that brings it about, such as the audit that is done again.
    """

    id: Slug
    statement: Text
    months: Annotated[int, Range(low=0, high=120)]
    date: dt.date | None = None
    objective: Slug | None = None
    step: Slug | None = None
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
    steps: Annotated[Entries[StepProgress], Unique("step")] = field(converter=TupleOf[StepProgress])
    extra: Extra = field(factory=Extra, converter=as_extra)

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
    FIRST_FORTNIGHT = "first-fortnight"
    """It waits for nothing, and pupils and staff see it at once."""
    MONITORING = "monitoring"
    """Every plan has it: it shows whether the plan works."""
    CONFIRMATION = "confirmation"
    """Its principle is rated high: the step is not done, it is checked that its outcome holds."""


@frozen(kw_only=True, repr=False)
class Inclusion(Value):
    """The reason for which a step is in the plan."""

    step: Slug
    kind: InclusionKind
    objectives: Slugs = field(default=(), converter=TupleOf[str])
    reason: Text

    def _lines(self) -> list[str]:
        return [f"{self.step}: {self.reason}"]


class PlanWarningKind(StrEnum):
    """The doubts about the ground of a plan."""

    ONE_RATER = "one-rater"
    """One person rated the audit."""
    DOMAIN_NOT_ASSESSED = "domain-not-assessed"
    """Nobody assessed any principle of a domain."""
    PRIORITY_WITHOUT_STEPS = "priority-without-steps"
    """No step of the plan works on a priority."""


@frozen(kw_only=True, repr=False)
class PlanWarning(Value):
    """A doubt about the ground of a plan, and what mends it.

    Attributes
    ----------
    kind : PlanWarningKind
    about : str or None
        The domain that nobody assessed, or the principle of the priority.
    """

    kind: PlanWarningKind
    about: Slug | None = None

    def _check(self, check: Check) -> None:
        if (self.kind is PlanWarningKind.ONE_RATER) != (self.about is None):
            check.fault("about", "a domain or a priority has its id here, one rater has none")

    def _lines(self) -> list[str]:
        return [self.words()]

    def words(self, name: Callable[[str], str] = repr) -> str:
        """Return the doubt and its mend; ``name`` returns that of the domain or principle."""
        if self.about is None:
            return (
                "Doubt: the audit is the view of one rater, and the plan rests on it. Have three "
                "or more from different jobs rate it, then draft again"
            )
        if self.kind is PlanWarningKind.DOMAIN_NOT_ASSESSED:
            return (
                f"Doubt: nobody assessed any principle of the domain {name(self.about)}, so the "
                "plan has no priority there. Have its items rated, then draft again"
            )
        return (
            f"Doubt: no step works on the priority {name(self.about)}. Give more hours, take fewer "
            "priorities, or add a step of your own; until then its target is a wish"
        )


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


class PlanChangeKind(StrEnum):
    """The changes that people make to a plan."""

    DROP = "drop"
    ADD = "add"
    RENAME = "rename"
    ASSIGN = "assign"
    MOVE = "move"
    LEAD = "lead"
    DEADLINE = "deadline"


@frozen(kw_only=True, repr=False)
class PlanChange(Value):
    """One change to a step of a plan, with what it takes to undo it.

    Attributes
    ----------
    kind : PlanChangeKind
    step : str
    before, after : str
        The title, the person, the role that leads it, the first or the last day, before and
        after; empty for none.
    reason : str
        Why, in the words of those who changed it.
    dropped, inclusion, progress : ActionStep, Inclusion, StepProgress or None
        What a drop took out.
    old : ActionStep or None
        The step before another role led it.
    person, not_before, not_after : str, date or None
        What a drop took out of these.
    skipped : SkippedStep or None
        What an addition took out: the reason for which the step had been left out.
    """

    kind: PlanChangeKind
    step: Slug
    before: str = ""
    after: str = ""
    reason: str = ""
    dropped: ActionStep | None = None
    old: ActionStep | None = None
    inclusion: Inclusion | None = None
    progress: StepProgress | None = None
    person: str = ""
    not_before: dt.date | None = None
    not_after: dt.date | None = None
    skipped: SkippedStep | None = None

    def _check(self, check: Check) -> None:
        if (self.kind is PlanChangeKind.DROP) != (
            self.dropped is not None and self.inclusion is not None
        ):
            check.fault("dropped", "a drop has the step and its inclusion, no other change has")
        if (self.kind is PlanChangeKind.LEAD) != (self.old is not None):
            check.fault("old", "another lead has the step as it was before, no other change has")

    def _lines(self) -> list[str]:
        before = f" (was: {self.before})" if self.before else ""
        after = f" to {self.after}" if self.after else ""
        reason = f": {self.reason}" if self.reason else ""
        return [f"{self.kind.value} {self.step}{after}{before}{reason}"]
