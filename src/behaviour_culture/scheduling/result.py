"""A schedule: when each step starts and ends, why not earlier, and what does not fit."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

from attrs import field, frozen

from behaviour_culture._display import Displayed
from behaviour_culture._frozenmap import frozen_map
from behaviour_culture.checks import Check, Value, as_float, as_tuple
from behaviour_culture.errors import UnknownNameError
from behaviour_culture.fields import Count, Range, Slug, Some, Text, Texts, Unique
from behaviour_culture.scheduling.options import ScheduleOptions

if TYPE_CHECKING:
    from behaviour_culture.model.calendar import SchoolYear
    from behaviour_culture.model.school import Capacity
    from behaviour_culture.planning.plan import ActionPlan
    from behaviour_culture.scheduling.changes import ScheduleComparison

__all__ = ["Reason", "ReasonKind", "RoleWeek", "Schedule", "ScheduleStatus", "ScheduledStep"]


class ScheduleStatus(StrEnum):
    """How good a schedule is known to be."""

    OPTIMAL = "optimal"
    """All steps fit, and no schedule can end earlier: it ends at the lower bound."""
    FEASIBLE = "feasible"
    """All steps fit; an earlier end is not ruled out, by at most the gap."""
    PARTIAL = "partial"
    """Some steps do not fit the calendar and the people: see ``unscheduled``."""


class ReasonKind(StrEnum):
    """What keeps a step from starting earlier."""

    PREREQUISITE = "prerequisite"
    ROLE = "role"
    CALENDAR = "calendar"
    LAUNCHES = "launches"
    LOAD = "load"
    """It could start earlier, and was moved to spread the load."""
    KEPT = "kept"
    """It could start earlier, and keeps the place that it had before the plan was made anew."""
    ACTUAL = "actual"
    """It has begun already."""
    PIN = "pin"
    START = "start"
    """Nothing does: it starts with the plan."""


@frozen(kw_only=True, repr=False)
class Reason(Value):
    """One thing that keeps a step from starting in an earlier week.

    Attributes
    ----------
    kind : ReasonKind
    text : str
        The reason in a sentence.
    step : str or None
        The prerequisite that has to end first.
    role : str or None
        The role without enough hours, in the week that begins on ``week``.
    week : date or None
    """

    kind: ReasonKind
    text: Text
    step: Slug | None = None
    role: Slug | None = None
    week: dt.date | None = None

    def _lines(self) -> list[str]:
        return [self.text]


@frozen(kw_only=True, repr=False)
class ScheduledStep(Value):
    """One step with its dates.

    Attributes
    ----------
    start, finish : date
        First and last day of work.
    first_week, weeks : int
        Place of the first week among the plan's teaching weeks, from 0, and how many
        teaching weeks the step takes.
    half_term : str
        The half-term in which it starts.
    slack_weeks : int
        School weeks by which it can slip while every other step stays where it is and the
        plan ends no later.
    """

    step: Slug
    title: Text
    lead: Slug
    start: dt.date
    finish: dt.date
    first_week: Count
    weeks: Annotated[int, Range(low=1)]
    half_term: Text
    finish_half_term: Text
    slack_weeks: Count
    reasons: Annotated[tuple[Reason, ...], Some()] = field(converter=as_tuple)

    def _check(self, check: Check) -> None:
        if check.ok() and self.finish < self.start:
            check.fault("finish", f"{self.finish} is before the start {self.start}")

    @property
    def critical(self) -> bool:
        """True where it cannot slip by a week without moving another step or the end."""
        return self.slack_weeks == 0

    def _lines(self) -> list[str]:
        return [f"{self.title}: {self.start:%d %b %Y} to {self.finish:%d %b %Y} ({self.half_term})"]


@frozen(kw_only=True, repr=False)
class RoleWeek(Displayed):
    """What one week asks of each person in a role, beside what that person can give."""

    role: str
    week: dt.date
    used: float = field(converter=as_float)
    capacity: float = field(converter=as_float)

    def _label(self) -> str:
        return f"{self.role}, week of {self.week}: {self.used:g} of {self.capacity:g} hours"


@frozen(kw_only=True, repr=False)
class Schedule(Value):
    """When each step of a plan happens, with proof of how good that is.

    Attributes
    ----------
    makespan : int
        Teaching weeks from the start of the plan to the end of its last step.
    lower_bound : int
        No schedule of as many steps can take fewer teaching weeks.
    unscheduled : mapping of str to str
        Steps that do not fit, and why.
    most_placed : int
        No schedule can place more steps than this, as far as is proven.
    tried : int
        How many schedules were built and compared.
    """

    id: Slug
    plan: Slug
    calendar: Slug
    engine: Text
    seed: Count
    status: ScheduleStatus
    makespan: Count
    lower_bound: Count
    bound_source: Text
    most_placed: Count
    tried: Count
    options: ScheduleOptions = field(factory=ScheduleOptions)
    starts: dt.date
    ends: dt.date
    steps: Annotated[tuple[ScheduledStep, ...], Unique("step")] = field(converter=as_tuple)
    unscheduled: Mapping[str, str] = field(factory=dict, converter=frozen_map)
    use: tuple[RoleWeek, ...] = field(default=(), converter=as_tuple)
    half_terms: Texts = field(default=(), converter=as_tuple)

    @property
    def gap(self) -> float:
        """How far the makespan lies above the lower bound, as a share of the bound."""
        over = max(0, self.makespan - self.lower_bound)
        return over / self.lower_bound if self.lower_bound else 0.0

    @property
    def proven(self) -> bool:
        """True where no schedule can place more steps, nor these any earlier."""
        return len(self.steps) >= self.most_placed and self.makespan <= self.lower_bound

    def step(self, step_id: str) -> ScheduledStep:
        """Return one scheduled step by id, or raise `UnknownNameError`."""
        for entry in self.steps:
            if entry.step == step_id:
                return entry
        raise UnknownNameError("scheduled step", step_id, [s.step for s in self.steps])

    def start(self, step_id: str) -> dt.date:
        """Return the first day of work on a step, or raise `UnknownNameError`."""
        return self.step(step_id).start

    def finish(self, step_id: str) -> dt.date:
        """Return the last day of work on a step, or raise `UnknownNameError`."""
        return self.step(step_id).finish

    def explain(self, step_id: str) -> list[str]:
        """Say why a step cannot start earlier, or why it is not in the schedule at all."""
        if step_id in self.unscheduled:
            return [self.unscheduled[step_id]]
        return [reason.text for reason in self.step(step_id).reasons]

    def what_if(
        self,
        step_id: str,
        *,
        plan: ActionPlan,
        calendar: SchoolYear,
        capacity: Capacity,
        **change: Any,  # noqa: ANN401  (what the function of this name takes)
    ) -> ScheduleComparison:
        """Say what a change of one step would do; see `behaviour_culture.scheduling.what_if`.

        Parameters
        ----------
        step_id : str
        plan, calendar, capacity
            What this schedule was made of.
        **change
            ``weeks``, ``hours_per_week``, ``start``, ``without``, ``effort``.

        Returns
        -------
        ScheduleComparison
        """
        from behaviour_culture.scheduling.replanning import what_if  # noqa: PLC0415  (a circle)

        return what_if(self, plan, step_id, calendar=calendar, capacity=capacity, **change)

    def critical(self) -> tuple[str, ...]:
        """Return the steps that cannot slip by a week, in order of their start."""
        return tuple(s.step for s in self.steps if s.critical)

    def in_half_term(self, label: str) -> tuple[ScheduledStep, ...]:
        """Return the steps that start in a half-term such as ``Autumn 1``."""
        return tuple(s for s in self.steps if s.half_term == label)

    def to_rows(self) -> list[dict[str, Any]]:
        """Return a row for each step, in order of its start; dates as ISO texts."""
        return [
            {
                "step": s.step,
                "title": s.title,
                "lead": s.lead,
                "start": s.start.isoformat(),
                "finish": s.finish.isoformat(),
                "half_term": s.half_term,
                "weeks": s.weeks,
                "slack_weeks": s.slack_weeks,
                "why_not_earlier": "; ".join(r.text for r in s.reasons),
            }
            for s in self.steps
        ]

    def _label(self) -> str:
        return f"{self.plan}: {len(self.steps)} steps in {self.makespan} weeks, {self.status.value}"

    def _lines(self) -> list[str]:
        most = ", and no schedule can place more" if len(self.steps) >= self.most_placed else ""
        quality = {
            ScheduleStatus.OPTIMAL: "no schedule can end earlier",
            ScheduleStatus.FEASIBLE: (
                f"at least {self.lower_bound} weeks are needed (gap {self.gap:.0%})"
            ),
            ScheduleStatus.PARTIAL: f"{_left_out(len(self.unscheduled))} not fit{most}",
        }[self.status]
        lines = [
            f"{len(self.steps)} steps from {self.starts:%d %b %Y} to {self.ends:%d %b %Y}, "
            f"{self.makespan} teaching weeks; {quality}"
        ]
        for label in dict.fromkeys(s.half_term for s in self.steps):
            lines.append(f"  {label}")
            lines += [f"    {s}" for s in self.in_half_term(label)]
        if self.unscheduled:
            lines.append("  Not scheduled")
            lines += [f"    {key}: {why}" for key, why in self.unscheduled.items()]
        return lines


def _left_out(count: int) -> str:
    return "1 step does" if count == 1 else f"{count} steps do"
