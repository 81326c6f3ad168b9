"""The action plan: objectives, steps and the reason for each."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Annotated, Any, TypeAlias

from attrs import field, frozen

from behaviour_culture.checks import Check, MapOf, TupleOf, Value, find
from behaviour_culture.fields import Range, Slug, Text, Unique
from behaviour_culture.model.catalogue import check_steps_acyclic, step_row
from behaviour_culture.model.plan import (
    CrosswalkLoss,
    Inclusion,
    MetStep,
    Milestone,
    Objective,
    SkippedStep,
    StepProgress,
    StepStatus,
)
from behaviour_culture.model.step import ActionStep, Payoff
from behaviour_culture.planning.graph import StepGraph

__all__ = ["ActionPlan"]


_Number: TypeAlias = Annotated[int, Range(low=1, high=10_000)]
_ENTRIES = ("objectives", "steps", "inclusions", "met", "skipped", "milestones", "progress")


@frozen(kw_only=True, repr=False)
class ActionPlan(Value):
    """The objectives of a school, the steps towards them, and the reason for each step.

    Every prerequisite of a step is itself a step of the plan or in ``met``, and there is no
    circle: a plan that can be built can be carried out in some order.

    Attributes
    ----------
    steps : tuple of ActionStep
        Sorted by id.
    inclusions : tuple of Inclusion
        The reason for each step: one for each.
    met : tuple of MetStep
        Steps that need not be done, because their outcome is already in place.
    skipped : tuple of SkippedStep
        The other steps of the catalogue, each with the reason to leave it out.
    pattern : str or None
        The pattern of the year for which it was drafted.
    crosswalk : CrosswalkLoss or None
        What was lost where the audit is under another framework than the catalogue.
    numbers : mapping of str to int
        The numbers by which people speak of the steps, from 1. They are given in the order of the
        first schedule and never change; a step that is dropped leaves a gap.
    """

    id: Slug
    title: Text
    framework: Slug
    edition: Text
    catalogue: Slug
    pattern: Slug | None = None
    crosswalk: CrosswalkLoss | None = None
    school: Text | None = None
    starts: dt.date | None = None
    objectives: Annotated[tuple[Objective, ...], Unique("id")] = field(converter=TupleOf[Objective])
    steps: Annotated[tuple[ActionStep, ...], Unique("id")] = field(converter=TupleOf[ActionStep])
    inclusions: Annotated[tuple[Inclusion, ...], Unique("step")] = field(
        converter=TupleOf[Inclusion]
    )
    met: Annotated[tuple[MetStep, ...], Unique("step")] = field(
        default=(), converter=TupleOf[MetStep]
    )
    skipped: Annotated[tuple[SkippedStep, ...], Unique("step")] = field(
        default=(), converter=TupleOf[SkippedStep]
    )
    milestones: Annotated[tuple[Milestone, ...], Unique("id")] = field(
        default=(), converter=TupleOf[Milestone]
    )
    progress: Annotated[tuple[StepProgress, ...], Unique("step")] = field(
        default=(), converter=TupleOf[StepProgress]
    )
    numbers: Mapping[Slug, _Number] = field(factory=dict, converter=MapOf[str, _Number])

    def __attrs_post_init__(self) -> None:
        super().__attrs_post_init__()
        check_steps_acyclic(self.steps)
        object.__setattr__(self, "steps", tuple(sorted(self.steps, key=lambda s: s.id)))

    def _check(self, check: Check) -> None:
        if check.ok(*_ENTRIES):
            self._check_references(check)
        if check.ok("numbers"):
            taken: dict[int, str] = {}
            for key, number in self.numbers.items():
                other = taken.setdefault(number, key)
                if other != key:
                    check.fault(f"numbers.{key}", f"{other!r} is number {number} already", number)

    def _check_references(self, check: Check) -> None:
        steps = {s.id for s in self.steps}
        met = {m.step for m in self.met}
        known = steps | met
        for i, entry in enumerate(self.met):
            if entry.step in steps:
                check.fault(f"met[{i}].step", f"{entry.step!r} is a step of the plan too")
        for i, step in enumerate(self.steps):
            for j, before in enumerate(step.requires):
                path = f"steps[{i}].requires[{j}].step"
                check.known(path, before.step, known, "step of the plan")
        objectives = {o.id for o in self.objectives}
        for i, inclusion in enumerate(self.inclusions):
            check.known(f"inclusions[{i}].step", inclusion.step, steps, "step of the plan")
            for j, name in enumerate(inclusion.objectives):
                check.known(f"inclusions[{i}].objectives[{j}]", name, objectives, "objective")
        included = {i.step for i in self.inclusions}
        for i, step in enumerate(self.steps):
            if step.id not in included:
                check.fault(f"steps[{i}]", f"{step.id!r} has no reason: add an inclusion")
        for i, milestone in enumerate(self.milestones):
            if milestone.objective is not None:
                path = f"milestones[{i}].objective"
                check.known(path, milestone.objective, objectives, "objective")
        for i, report in enumerate(self.progress):
            check.known(f"progress[{i}].step", report.step, known, "step of the plan")

    @property
    def graph(self) -> StepGraph:
        """The dependency graph of the steps."""
        return StepGraph(self.steps, met=[m.step for m in self.met])

    def step(self, step_id: str) -> ActionStep:
        """Return one step by id, or raise `UnknownNameError`."""
        return find("step", step_id, self.steps)

    def objective(self, objective_id: str) -> Objective:
        """Return one objective by id, or raise `UnknownNameError`."""
        return find("objective", objective_id, self.objectives)

    def inclusion(self, step_id: str) -> Inclusion:
        """Return the inclusion of a step, or raise `UnknownNameError`."""
        self.step(step_id)
        return next(i for i in self.inclusions if i.step == step_id)

    def why(self, step_id: str) -> str:
        """Return the reason for which a step is in the plan, need not be done, or is left out."""
        for met in self.met:
            if met.step == step_id:
                return met.reason
        for skipped in self.skipped:
            if skipped.step == step_id:
                return skipped.reason
        return self.inclusion(step_id).reason

    def status(self, step_id: str) -> StepStatus:
        """Return the status of a step; it is not started if no progress was reported."""
        self.step(step_id)
        for entry in self.progress:
            if entry.step == step_id:
                return entry.status
        return StepStatus.NOT_STARTED

    @property
    def quick(self) -> tuple[ActionStep, ...]:
        """The steps that pay off within a half-term."""
        return tuple(s for s in self.steps if s.payoff is Payoff.QUICK)

    @property
    def embedding(self) -> tuple[ActionStep, ...]:
        """The steps that embed over terms."""
        return tuple(s for s in self.steps if s.payoff is Payoff.EMBEDS)

    def hours(self, people: dict[str, int] | None = None) -> float:
        """Return the staff hours that the plan takes, at likely durations.

        Parameters
        ----------
        people : dict of str to int, optional
            How many people hold each role; 1 for a role that is missing.
        """
        holders = people or {}
        return sum(
            hours * s.weeks.likely * holders.get(role, 1)
            for s in self.steps
            for role, hours in s.hours_per_week.items()
        )

    def to_rows(self) -> list[dict[str, Any]]:
        """Return a row for each step, with its objectives and the reason for it."""
        rows = []
        for s in self.steps:
            inclusion = self.inclusion(s.id)
            rows.append(
                step_row(s)
                | {
                    "kind": inclusion.kind.value,
                    "objectives": ", ".join(inclusion.objectives),
                    "status": self.status(s.id).value,
                    "reason": inclusion.reason,
                }
            )
        return rows

    def _label(self) -> str:
        return f"{self.id}: {len(self.objectives)} objectives, {len(self.steps)} steps"

    def _lines(self) -> list[str]:
        lines = [
            f"{self.title}: {len(self.objectives)} objectives, {len(self.steps)} steps "
            f"({len(self.quick)} quick, {len(self.embedding)} to embed)"
        ]
        titles = {s.id: s.title for s in self.steps}
        shown: set[str] = set()
        for objective in self.objectives:
            lines.append(f"  {objective}")
            its = [i.step for i in self.inclusions if objective.id in i.objectives]
            new = [key for key in its if key not in shown]
            shown.update(new)
            lines += [f"    {titles[key]} ({key})" for key in new]
            if above := len(its) - len(new):
                lines.append(f"    and {above} of the steps above")
        others = [key for key in titles if key not in shown]
        if others:
            lines.append("  Other steps")
            lines += [f"    {titles[key]} ({key})" for key in others]
        return lines
