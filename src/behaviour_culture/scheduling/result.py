"""A schedule: when each step starts and ends, why not earlier, and what does not fit."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from enum import StrEnum
from typing import Annotated, Any, ClassVar

from attrs import field, frozen
from attrs.converters import optional

from behaviour_culture._display import Displayed, Lines, count_of, day_words, short_day
from behaviour_culture._entries import Entries
from behaviour_culture._frozenmap import FrozenMap
from behaviour_culture.checks import Check, MapOf, TupleOf, Value, as_entries, as_float, find
from behaviour_culture.fields import Count, NotNegative, Range, Slug, Some, Text, Texts, Unique
from behaviour_culture.model.calendar import DateRange
from behaviour_culture.model.school import Capacity
from behaviour_culture.scheduling.options import ScheduleOptions
from behaviour_culture.scheduling.reason import Reason, reasons_text

__all__ = [
    "BoundSource",
    "EngineResult",
    "RoleWeek",
    "Schedule",
    "ScheduleStatus",
    "ScheduledStep",
    "bound_text",
    "hours_words",
    "more_hours_text",
    "projected_text",
]


class ScheduleStatus(StrEnum):
    """How good a schedule is known to be."""

    OPTIMAL = "optimal"
    """All steps fit, pupils can meet none of them earlier, and no such schedule ends earlier."""
    FEASIBLE = "feasible"
    """All steps fit; an earlier end is not ruled out, by at most the gap, or where that is 0, an
    earlier start of what pupils meet."""
    PARTIAL = "partial"
    """Some steps do not fit the calendar and the people: see ``unscheduled``."""


class BoundSource(StrEnum):
    """The source of a lower bound."""

    CHAIN = "chain"
    ROLE = "role"
    """The hours of one role, which add up too slowly."""
    TERMS = "terms"
    """Prerequisites, and the terms to which events belong."""
    ENGINE = "engine"
    REPAIR = "repair"
    """Prerequisites or hours, from the day of planning again on."""


_BOUNDS: Mapping[BoundSource, str] = {
    BoundSource.CHAIN: "longest chain of prerequisites",
    BoundSource.ROLE: "hours of {}",
    BoundSource.TERMS: "longest chain of prerequisites and terms",
    BoundSource.ENGINE: "exact engine",
    BoundSource.REPAIR: "longest chain of prerequisites or hours of a role, from now on",
}


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
    likely_weeks : int or None
        Its likely weeks by the plan, where it is spread over another number of them.
    hours_per_week : mapping of str to float
        Hours a week of each person in a role while it runs, as scheduled.
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
    reasons: Annotated[Entries[Reason], Some()] = field(converter=TupleOf[Reason])
    likely_weeks: Annotated[int, Range(low=1)] | None = None
    hours_per_week: Mapping[Slug, NotNegative] = field(
        factory=dict, converter=MapOf[str, NotNegative]
    )

    def _check(self, check: Check) -> None:
        check.in_order("start", "finish")

    @property
    def critical(self) -> bool:
        """True where it cannot slip by a week without moving another step or the end."""
        return self.slack_weeks == 0

    def _lines(self) -> list[str]:
        spread = ""
        if self.likely_weeks is not None:
            spread = f", over {count_of(self.weeks, 'week')} rather than {self.likely_weeks}"
        dates = f"{short_day(self.start)} to {short_day(self.finish)}"
        return [f"{self.title}: {dates} ({self.half_term}{spread})"]


@frozen(kw_only=True, repr=False)
class RoleWeek(Displayed):
    """The hours that one week asks of each person in a role, beside those that it has.

    Attributes
    ----------
    used : float
        To set things up.
    running : float
        To keep going what is set up.
    capacity : float
        To set things up; and to keep them going, where ``running_capacity`` is None.
    running_capacity : float or None
        Set aside to keep things going, where the school says so.
    """

    role: str
    week: dt.date
    used: float = field(converter=as_float)
    capacity: float = field(converter=as_float)
    running: float = field(default=0.0, converter=as_float)
    running_capacity: float | None = field(default=None, converter=optional(as_float))

    def _label(self) -> str:
        kept = f", {self.running:g} to keep going" if self.running else ""
        if self.running_capacity is not None:
            kept += f" of {self.running_capacity:g}" if kept else ""
        return f"{self.role}, week of {self.week}: {self.used:g} of {self.capacity:g} hours{kept}"


def more_hours_text(schedule: Schedule, role: Callable[[str], str] = str) -> str:
    """Return in words how few more hours would do; ``role`` returns the name of a role."""
    some = hours_words(schedule.hours_needed, schedule.running_hours_needed, role)
    every = len(schedule.steps) + len(schedule.left_out)
    least = "" if schedule.hours_proven else " (fewer hours may do)"
    if not some or schedule.would_fit is None:
        return "More hours would not help"
    return (
        f"With more hours a week of each ({some}) {schedule.would_fit} of "
        f"{count_of(every, 'step')} fit{least}"
    )


def hours_words(
    hours: Mapping[str, float], running: Mapping[str, float], role: Callable[[str], str] = str
) -> str:
    """Return hours by role in words, those to set things up and those to keep them going."""
    some = [f"{role(key)} {each:g}" for key, each in hours.items()]
    some += [f"{role(key)} {each:g} to keep things going" for key, each in running.items()]
    return ", ".join(some)


def _tuples(values: Mapping[str, Iterable[Any]]) -> Mapping[str, Entries[Any]]:
    """Return a table of lists as one of tuples; anything else is left for the check."""
    given: object = values
    if not isinstance(given, Mapping):
        return values  # type: ignore[return-value]  # the check names the field
    return FrozenMap((key, as_entries(some)) for key, some in given.items())


@frozen(kw_only=True, repr=False)
class EngineResult(Value):
    """The answer of an engine: how good it is, the steps that it leaves out, how to repeat it.

    Attributes
    ----------
    makespan : int
        Teaching weeks from the start of the plan to the end of its last step.
    lower_bound : int
        No schedule of as many steps can take fewer teaching weeks.
    bound_by, bound_role : BoundSource, str or None
        The source of the bound, and the role where it is the hours of one.
    tried : int
        How many schedules were built and compared.
    left_out : mapping of str to tuple of Reason
        Steps that do not fit, and why.
    """

    id: Slug
    calendar: Slug
    engine: Text
    seed: Count
    status: ScheduleStatus
    makespan: Count
    lower_bound: Count
    bound_by: BoundSource
    bound_role: Slug | None = None
    tried: Count
    left_out: Mapping[str, Annotated[Entries[Reason], Some()]] = field(
        factory=dict, converter=_tuples
    )

    def _check(self, check: Check) -> None:
        if self.bound_role is None and self.bound_by is BoundSource.ROLE:
            check.fault("bound_role", "name the role whose hours the bound follows from")

    @property
    def gap(self) -> float:
        """How far the makespan lies above the lower bound, as a share of the bound."""
        over = max(0, self.makespan - self.lower_bound)
        return over / self.lower_bound if self.lower_bound else 0.0

    @property
    def bound_source(self) -> str:
        """The source of the lower bound, in words."""
        return bound_text(self)

    @property
    def unscheduled(self) -> Mapping[str, str]:
        """Steps that do not fit, and why in a sentence."""
        return FrozenMap((key, reasons_text(why)) for key, why in self.left_out.items())


def bound_text(result: EngineResult, role: Callable[[str], str] = str) -> str:
    """Return the source of a lower bound in words; ``role`` returns the name of a role."""
    name = role(result.bound_role) if result.bound_role else ""
    return _BOUNDS[result.bound_by].format(name)


def projected_text(span: DateRange) -> str:
    """Return the doubt about a stretch of terms whose dates nobody has set, in words."""
    return (
        f"Dates from {day_words(span.start)} to {day_words(span.end)} are projected: those of the "
        "school year beside it, moved by 52 weeks a year until they are set"
    )


@frozen(kw_only=True, repr=False)
class Schedule(EngineResult):
    """When each step of a plan happens, with proof of how good that is.

    Attributes
    ----------
    most_placed : int
        No schedule can place more steps than this, as far as is proven.
    projected : tuple of DateRange
        The stretches of terms from its start to its end whose dates nobody has set.
    solver_fault : bool
        The exact engine contradicted a schedule in hand, with a bound above its end or a
        schedule that breaks a rule: nothing that it said was used, and the heuristic answered.
    launch_weeks, least_launch_weeks : int
        Teaching weeks from the start of the plan to each step that pupils meet, added up with
        whole weights by benefit; and a bound: no schedule of all steps has fewer.
    capacity : Capacity or None
        The hours of people that it was made with; None where it was planned again on the way
        or together with other schools: then it follows from more than these hours.
    running_hours : mapping of str to float
        Hours a week of each person in a role from the end of the plan on, to keep going what
        it set up.
    hours_needed, running_hours_needed : mapping of str to float
        The fewest more hours a week of each person in a role, in quarters, with which as many
        steps fit as ever can; the second of hours that are only for keeping things going.
        Empty where all steps fit, and where more hours would not help.
    would_fit : int or None
        How many steps then fit; None where no hours were found.
    hours_proven : bool
        No fewer hours of all people together do, and no more steps can fit.
    """

    plan: Slug
    most_placed: Count
    options: ScheduleOptions = field(factory=ScheduleOptions)
    capacity: Capacity | None = None
    starts: dt.date
    ends: dt.date
    steps: Annotated[Entries[ScheduledStep], Unique("step")] = field(
        converter=TupleOf[ScheduledStep]
    )
    use: Entries[RoleWeek] = field(default=Entries(), converter=TupleOf[RoleWeek])
    hours_needed: Mapping[Slug, NotNegative] = field(
        factory=dict, converter=MapOf[str, NotNegative]
    )
    running_hours_needed: Mapping[Slug, NotNegative] = field(
        factory=dict, converter=MapOf[str, NotNegative]
    )
    would_fit: Count | None = None
    hours_proven: bool = False
    half_terms: Texts = field(default=(), converter=TupleOf[str])
    solver_fault: bool = False
    launch_weeks: Count = 0
    least_launch_weeks: Count = 0
    running_hours: Mapping[Slug, NotNegative] = field(
        factory=dict, converter=MapOf[str, NotNegative]
    )
    projected: Entries[DateRange] = field(default=Entries(), converter=TupleOf[DateRange])

    @property
    def proven(self) -> bool:
        """True where no schedule can place more steps, nor is better by the aims in their order."""
        most = len(self.steps) >= self.most_placed and self.makespan <= self.lower_bound
        return most and self.launch_weeks <= self.least_launch_weeks

    @property
    def projected_until(self) -> dt.date | None:
        """The last day of the terms that were projected for it; None where all dates are set."""
        return max((span.end for span in self.projected), default=None)

    def step(self, step_id: str) -> ScheduledStep:
        """Return one scheduled step by id, or raise `UnknownNameError`."""
        return find("scheduled step", step_id, self.steps, by="step")

    def start(self, step_id: str) -> dt.date:
        """Return the first day of work on a step, or raise `UnknownNameError`."""
        return self.step(step_id).start

    def finish(self, step_id: str) -> dt.date:
        """Return the last day of work on a step, or raise `UnknownNameError`."""
        return self.step(step_id).finish

    def explain(self, step_id: str) -> list[str]:
        """Return why a step cannot start earlier, or why it is not in the schedule at all."""
        given: object = step_id
        if isinstance(given, str) and given in self.left_out:
            return Lines([reasons_text(self.left_out[step_id])])
        return Lines(reason.text for reason in self.step(step_id).reasons)

    def critical(self) -> tuple[str, ...]:
        """Return the steps that cannot slip by a week, in order of their start."""
        return tuple(s.step for s in self.steps if s.critical)

    def in_half_term(self, label: str) -> Entries[ScheduledStep]:
        """Return the steps that start in a half-term such as ``Autumn 1``."""
        return Entries(s for s in self.steps if s.half_term == label)

    _COLUMNS: ClassVar[Mapping[str, type]] = {
        "step": str,
        "title": str,
        "lead": str,
        "start": dt.date,
        "finish": dt.date,
        "half_term": str,
        "weeks": int,
        "slack_weeks": int,
        "why_not_earlier": str,
    }

    def to_rows(self) -> list[dict[str, Any]]:
        """Return a row for each step, in order of its start; dates as ISO texts.

        Steps that do not fit come last, without dates; their title is their id.
        """
        never: dict[str, Any] = dict.fromkeys(self._COLUMNS)
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
        ] + [
            {**never, "step": key, "title": key, "why_not_earlier": f"it does not fit: {why}"}
            for key, why in self.unscheduled.items()
        ]

    def _label(self) -> str:
        out = len(self.left_out)
        fit = f" and {out} without a place" if out else ""
        placed = count_of(len(self.steps), "step")
        return (
            f"{self.plan}: {placed} in {count_of(self.makespan, 'week')}{fit}, {self.status.value}"
        )

    def _lines(self) -> list[str]:
        most = "; another seed, or a longer search, may place more of them"
        if len(self.steps) >= self.most_placed:
            most = ", and no schedule can place more"
        out = len(self.left_out)
        quality = {
            ScheduleStatus.OPTIMAL: "no schedule can end earlier",
            ScheduleStatus.FEASIBLE: (
                f"at least {count_of(self.lower_bound, 'week')} "
                f"{'is' if self.lower_bound == 1 else 'are'} needed (gap {self.gap:.0%})"
                if self.makespan > self.lower_bound
                else "no schedule can end earlier, but pupils might meet something earlier"
            ),
            ScheduleStatus.PARTIAL: (
                f"{count_of(out, 'step')} {'does' if out == 1 else 'do'} not fit{most}"
            ),
        }[self.status]
        lines = [
            f"{count_of(len(self.steps), 'step')} from {short_day(self.starts)} to "
            f"{short_day(self.ends)}, {count_of(self.makespan, 'teaching week')}; {quality}"
        ]
        lines += [f"  {projected_text(span)}" for span in self.projected]
        if self.solver_fault:
            lines.append(
                "  The exact engine contradicted a schedule in hand and was not believed: this is "
                "the heuristic's answer. Please report it"
            )
        for label in dict.fromkeys(s.half_term for s in self.steps):
            lines.append(f"  {label}")
            lines += [f"    {s}" for s in self.in_half_term(label)]
        if self.left_out:
            if self.would_fit is not None:
                lines.append(f"  {more_hours_text(self)}")
            lines.append("  Not scheduled")
            lines += [f"    {key}: {why}" for key, why in self.unscheduled.items()]
        return lines
