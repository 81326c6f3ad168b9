"""The action plan: objectives, steps and the reason for each."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from math import fsum
from typing import Annotated, Any, ClassVar, TypeAlias, TypeVar

from attrs import evolve, field, frozen

from behaviour_culture._display import count_of
from behaviour_culture._entries import Entries
from behaviour_culture._frozenmap import Extra, as_extra
from behaviour_culture.checks import Check, MapOf, TupleOf, Value, find
from behaviour_culture.errors import Fault, InvalidInputError
from behaviour_culture.fields import Range, Slug, Text, Unique
from behaviour_culture.model.catalogue import STEP_COLUMNS, check_steps_acyclic, step_row
from behaviour_culture.model.plan import (
    CrosswalkLoss,
    Inclusion,
    InclusionKind,
    MetStep,
    Milestone,
    Objective,
    PlanChange,
    PlanChangeKind,
    PlanWarning,
    SkippedStep,
    StepProgress,
    StepStatus,
)
from behaviour_culture.model.step import ActionStep, Payoff
from behaviour_culture.planning.graph import StepGraph

__all__ = ["ActionPlan"]


T = TypeVar("T")

_Number: TypeAlias = Annotated[int, Range(low=1, high=10_000)]
_ENTRIES = ("objectives", "steps", "inclusions", "met", "skipped", "milestones", "progress")
_OF_STEPS = ("people", "not_before", "not_after")
"""Fields that say something of some steps, by their ids."""


@frozen(kw_only=True, repr=False)
class ActionPlan(Value):
    """The objectives of a school, the steps towards them, and the reason for each step.

    Every prerequisite of a step is itself a step of the plan or in ``met``, and there is no
    circle: a plan that can be built can be carried out in some order.

    Attributes
    ----------
    steps : tuple of ActionStep
        Sorted by id, as all that speaks of steps is.
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
    warnings : tuple of PlanWarning
        Doubts about the audit on which it rests; they stand first wherever it is shown.
    people : mapping of str to str
        Who leads a step, by name, where people have been named.
    not_before : mapping of str to date
        The day before which a step does not begin, where there is one.
    not_after : mapping of str to date
        The day by which a step has to end, where people agreed one.
    changes : tuple of PlanChange
        What people changed in it since it was drafted, in order; `undo` takes the last one back.
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
    objectives: Annotated[Entries[Objective], Unique("id")] = field(converter=TupleOf[Objective])
    steps: Annotated[Entries[ActionStep], Unique("id")] = field(converter=TupleOf[ActionStep])
    inclusions: Annotated[Entries[Inclusion], Unique("step")] = field(converter=TupleOf[Inclusion])
    met: Annotated[Entries[MetStep], Unique("step")] = field(
        default=Entries(), converter=TupleOf[MetStep]
    )
    skipped: Annotated[Entries[SkippedStep], Unique("step")] = field(
        default=Entries(), converter=TupleOf[SkippedStep]
    )
    milestones: Annotated[Entries[Milestone], Unique("id")] = field(
        default=Entries(), converter=TupleOf[Milestone]
    )
    progress: Annotated[Entries[StepProgress], Unique("step")] = field(
        default=Entries(), converter=TupleOf[StepProgress]
    )
    warnings: Annotated[Entries[PlanWarning], Unique()] = field(
        default=Entries(), converter=TupleOf[PlanWarning]
    )
    people: Mapping[Slug, Text] = field(factory=dict, converter=MapOf[str, str])
    not_before: Mapping[Slug, dt.date] = field(factory=dict, converter=MapOf[str, dt.date])
    not_after: Mapping[Slug, dt.date] = field(factory=dict, converter=MapOf[str, dt.date])
    changes: Entries[PlanChange] = field(default=Entries(), converter=TupleOf[PlanChange])
    numbers: Mapping[Slug, _Number] = field(factory=dict, converter=MapOf[str, _Number])
    extra: Extra = field(factory=Extra, converter=as_extra)

    def __attrs_post_init__(self) -> None:
        super().__attrs_post_init__()
        check_steps_acyclic(self.steps)
        object.__setattr__(self, "steps", Entries(sorted(self.steps, key=lambda s: s.id)))
        for name in ("inclusions", "skipped", "progress"):
            entries = sorted(getattr(self, name), key=lambda entry: entry.step)
            object.__setattr__(self, name, Entries(entries))

    def _check(self, check: Check) -> None:
        if check.ok(*_ENTRIES):
            self._check_references(check)
        steps = [s.id for s in self.steps] if check.ok("steps") else []
        for name in _OF_STEPS if check.ok("steps", *_OF_STEPS) else ():
            for key in getattr(self, name):
                check.known(f"{name}[{key!r}]", key, steps, "step of the plan")
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
    def quick(self) -> Entries[ActionStep]:
        """The steps that pay off within a half-term."""
        return Entries(s for s in self.steps if s.payoff is Payoff.QUICK)

    @property
    def embedding(self) -> Entries[ActionStep]:
        """The steps that embed over terms."""
        return Entries(s for s in self.steps if s.payoff is Payoff.EMBEDS)

    def hours(self, people: dict[str, int] | None = None) -> float:
        """Return the staff hours that the plan takes, at likely durations.

        Parameters
        ----------
        people : dict of str to int, optional
            How many people hold each role; 1 for a role that is missing.
        """
        check = Check("hours")
        check.value("people", people, Mapping[str, Annotated[int, Range(low=0)]] | None)
        check.done()
        holders = people or {}
        work = (s.work(lambda role: holders.get(role, 1)) for s in self.steps)
        return fsum(hours for by_role in work for hours in by_role.values())

    # -- changes that people make --------------------------------------------------------

    def drop(self, step_id: str, *, reason: str = "") -> ActionPlan:
        """Return the plan without a step, which is among the skipped ones from then on.

        Raises
        ------
        UnknownNameError
            The plan has no such step.
        InvalidInputError
            Other steps of the plan need it; they have to be dropped first.

        Examples
        --------
        >>> import behaviour_culture as bc
        >>> plan = bc.run_journey("examples/illustrative_journey.toml").plan
        >>> last = next(s.id for s in plan.steps if not plan.graph.descendants(s.id))
        >>> smaller = plan.drop(last, reason="next year")
        >>> len(plan.steps) - len(smaller.steps), smaller.undo() == plan
        (1, True)
        """
        step = self.step(step_id)
        needed = [s.id for s in self.steps if any(p.step == step_id for p in s.requires)]
        if needed:
            graph = self.graph
            waiting = graph.descendants(step_id)
            first = [s for s in reversed(graph.order()) if s in waiting]
            verb = "needs" if len(needed) == 1 else "need"
            order = ", in this order," if len(first) > 1 else ""
            message = f"{', '.join(needed)} {verb} it: drop first{order} {', '.join(first)}"
            raise InvalidInputError("drop", [Fault("step", message, step_id)])
        why = f": {reason}" if reason else ""
        change = PlanChange(
            kind=PlanChangeKind.DROP,
            step=step_id,
            reason=reason,
            dropped=step,
            inclusion=self.inclusion(step_id),
            progress=next((p for p in self.progress if p.step == step_id), None),
            person=self.people.get(step_id, ""),
            not_before=self.not_before.get(step_id),
            not_after=self.not_after.get(step_id),
        )
        left_out = SkippedStep(step=step_id, title=step.title, reason=f"the school dropped it{why}")
        return evolve(
            self._without(step_id),
            skipped=(*(s for s in self.skipped if s.step != step_id), left_out),
            changes=(*self.changes, change),
        )

    def add(self, step: ActionStep, *, reason: str = "") -> ActionPlan:
        """Return the plan with one step more, of the catalogue or the school's own.

        Raises
        ------
        InvalidInputError
            The plan has the step, or lacks steps that it waits for; they have to be added first.
        """
        check = Check("add")
        if check.value("step", step, ActionStep):
            there = {s.id for s in self.steps} | {m.step for m in self.met}
            if step.id in there:
                message = f"{step.id!r} is in the plan already, or need not be done"
                check.fault("step", message, step.id)
            for i, before in enumerate(step.requires):
                if before.step not in there:
                    message = f"the plan has no step {before.step!r}: add that one first"
                    check.fault(f"step.requires[{i}].step", message, before.step)
        check.done()
        change = PlanChange(
            kind=PlanChangeKind.ADD,
            step=step.id,
            reason=reason,
            skipped=next((s for s in self.skipped if s.step == step.id), None),
        )
        inclusion = Inclusion(
            step=step.id,
            kind=InclusionKind.OWN,
            objectives=[o.id for o in self.objectives if o.principle in step.principles],
            reason=reason or "the school added it",
        )
        return evolve(
            self,
            steps=(*self.steps, step),
            inclusions=(*self.inclusions, inclusion),
            skipped=[s for s in self.skipped if s.step != step.id],
            changes=(*self.changes, change),
        )

    def rename(self, step_id: str, *, title: str, reason: str = "") -> ActionPlan:
        """Return the plan with another title of a step."""
        check = Check("rename")
        check.value("title", title, Text)
        check.done()
        return self._changed(
            PlanChangeKind.RENAME, step_id, self.step(step_id).title, title, reason
        )

    def assign(self, step_id: str, *, person: str | None, reason: str = "") -> ActionPlan:
        """Return the plan with the person who leads a step, by name; None for nobody yet.

        The name is one of staff. It stands in the plan alone, never in a catalogue.
        """
        check = Check("assign")
        check.value("person", person, Text | None)
        check.done()
        self.step(step_id)
        before = self.people.get(step_id, "")
        return self._changed(PlanChangeKind.ASSIGN, step_id, before, person or "", reason)

    def move(self, step_id: str, *, not_before: dt.date | None, reason: str = "") -> ActionPlan:
        """Return the plan in which a step does not begin before a day; None for any day."""
        return self._on_day(PlanChangeKind.MOVE, "not_before", step_id, not_before, reason)

    def deadline(self, step_id: str, *, not_after: dt.date | None, reason: str = "") -> ActionPlan:
        """Return the plan in which a step has to end by a day; None for no such day.

        Where that cannot be kept, the schedule leaves the step out and says why.
        """
        return self._on_day(PlanChangeKind.DEADLINE, "not_after", step_id, not_after, reason)

    def _on_day(
        self, kind: PlanChangeKind, name: str, step_id: str, day: dt.date | None, reason: str
    ) -> ActionPlan:
        check = Check(kind.value)
        check.value(name, day, dt.date | None)
        check.done()
        self.step(step_id)
        before = getattr(self, name).get(step_id)
        return self._changed(kind, step_id, _iso(before) or "", _iso(day) or "", reason)

    def lead(
        self, step_id: str, *, role: str, people: Mapping[str, int] | None = None, reason: str = ""
    ) -> ActionPlan:
        """Return the plan in which another role leads a step and does the work of its lead.

        Parameters
        ----------
        step_id : str
        role : str
            Its hours, to set up and to keep going, are those that the lead before had.
        people : mapping of str to int, optional
            How many people hold each role; 1 for a role that is missing.
        reason : str
            The plan keeps it.

        Raises
        ------
        UnknownNameError
            The plan has no such step.
        InvalidInputError
            No id of a role, or more hours than a week has.

        Examples
        --------
        >>> import behaviour_culture as bc
        >>> plan = bc.run_journey("examples/illustrative_journey.toml").plan
        >>> step = plan.steps[0]
        >>> ours = plan.lead(step.id, role="pastoral-lead", reason="the head is away")
        >>> ours.step(step.id).lead, ours.undo() == plan
        ('pastoral-lead', True)
        """
        check = Check("lead")
        check.value("role", role, Slug)
        check.value("people", people, Mapping | None)
        check.done()
        old, holders = self.step(step_id), people or {}
        new = old.led_by(role, lambda name: holders.get(name, 1))
        change = PlanChange(
            kind=PlanChangeKind.LEAD,
            step=step_id,
            before=old.lead,
            after=role,
            reason=reason,
            old=old,
        )
        return evolve(self._with_step(new), changes=(*self.changes, change))

    def undo(self) -> ActionPlan:
        """Return the plan before the last of its ``changes``.

        Raises
        ------
        InvalidInputError
            Nothing was changed, or what changed since does not allow it.
        """
        if not self.changes:
            raise InvalidInputError("undo", [Fault("changes", "nothing was changed")])
        *earlier, last = self.changes
        if last.kind is PlanChangeKind.ADD:
            skipped = [last.skipped] if last.skipped is not None else []
            plan = evolve(self._without(last.step), skipped=[*self.skipped, *skipped])
        elif last.dropped is not None and last.inclusion is not None:
            progress = [last.progress] if last.progress is not None else []
            first, due = last.not_before, last.not_after
            plan = evolve(
                self,
                steps=(*self.steps, last.dropped),
                inclusions=(*self.inclusions, last.inclusion),
                skipped=[s for s in self.skipped if s.step != last.step],
                progress=(*self.progress, *progress),
                people={**self.people} | ({last.step: last.person} if last.person else {}),
                not_before={**self.not_before} | ({last.step: first} if first else {}),
                not_after={**self.not_after} | ({last.step: due} if due else {}),
            )
        elif last.old is not None:
            plan = self._with_step(last.old)
        else:
            plan = self._with(last.kind, last.step, last.before)
        return evolve(plan, changes=earlier)

    def _changed(
        self, kind: PlanChangeKind, step_id: str, before: str, after: str, reason: str
    ) -> ActionPlan:
        change = PlanChange(kind=kind, step=step_id, before=before, after=after, reason=reason)
        return evolve(self._with(kind, step_id, after), changes=(*self.changes, change))

    def _with(self, kind: PlanChangeKind, step_id: str, value: str) -> ActionPlan:
        """Return the plan with another title, person or day of a step; empty for none."""
        if kind is PlanChangeKind.RENAME:
            return self._with_step(evolve(self.step(step_id), title=value))
        if kind is PlanChangeKind.ASSIGN:
            return evolve(self, people=_with_one(self.people, step_id, value or None))
        day = dt.date.fromisoformat(value) if value else None
        if kind is PlanChangeKind.DEADLINE:
            return evolve(self, not_after=_with_one(self.not_after, step_id, day))
        return evolve(self, not_before=_with_one(self.not_before, step_id, day))

    def _with_step(self, step: ActionStep) -> ActionPlan:
        """Return the plan with another step in the place of that of the same id."""
        return evolve(self, steps=[step if s.id == step.id else s for s in self.steps])

    def _without(self, step_id: str) -> ActionPlan:
        """Return the plan without all that it says of a step."""
        return evolve(
            self,
            steps=[s for s in self.steps if s.id != step_id],
            inclusions=[i for i in self.inclusions if i.step != step_id],
            progress=[p for p in self.progress if p.step != step_id],
            people=_with_one(self.people, step_id, None),
            not_before=_with_one(self.not_before, step_id, None),
            not_after=_with_one(self.not_after, step_id, None),
        )

    _COLUMNS: ClassVar[Mapping[str, type]] = {
        **STEP_COLUMNS,
        "kind": InclusionKind,
        "objectives": str,
        "status": StepStatus,
        "person": str,
        "not_before": dt.date,
        "not_after": dt.date,
        "reason": str,
    }

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
                    "person": self.people.get(s.id, ""),
                    "not_before": _iso(self.not_before.get(s.id)),
                    "not_after": _iso(self.not_after.get(s.id)),
                    "reason": inclusion.reason,
                }
            )
        return rows

    def _label(self) -> str:
        return (
            f"{self.id}: {count_of(len(self.objectives), 'objective')}, "
            f"{count_of(len(self.steps), 'step')}"
        )

    def _lines(self) -> list[str]:
        lines = [str(warning) for warning in self.warnings]
        lines += [
            f"{self.title}: {count_of(len(self.objectives), 'objective')}, "
            f"{count_of(len(self.steps), 'step')} "
            f"({len(self.quick)} quick, {len(self.embedding)} to embed)"
        ]
        titles = {s.id: s.title for s in self.steps}
        shown: set[str] = set()
        for objective in self.objectives:
            lines += [f"  {line}" for line in str(objective).splitlines()]
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
        lines += [f"  Changed: {change}" for change in self.changes]
        return lines


def _with_one(entries: Mapping[str, T], key: str, value: T | None) -> dict[str, T]:
    """Return a mapping with one entry changed, or without it."""
    others = {k: v for k, v in entries.items() if k != key}
    return others if value is None else others | {key: value}


def _iso(day: dt.date | None) -> str | None:
    return None if day is None else day.isoformat()
