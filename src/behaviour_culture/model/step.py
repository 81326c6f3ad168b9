"""Action steps: their work, their duration, their prerequisites and the reasons."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Annotated, Any, NamedTuple, TypeAlias

from attrs import evolve, field, fields_dict, frozen
from attrs.converters import optional

from behaviour_culture._entries import Entries
from behaviour_culture._frozenmap import Extra, as_extra
from behaviour_culture.checks import Check, MapOf, TupleOf, Value, as_float, as_tuple, require_types
from behaviour_culture.errors import FaultCode, InvalidInputError, shorten
from behaviour_culture.fields import NotNegative, Range, Share, Slug, Slugs, Text, Texts, Unique
from behaviour_culture.model.finding import Outcome
from behaviour_culture.model.school import School
from behaviour_culture.model.setting import EVERY_SIZE, RollRange, Setting, check_sizes
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
    "StepMark",
    "StepPhase",
    "StepSupport",
    "StepVariant",
    "Weeks",
]

_MAX_WEEKS = 200


def _check_people(subject: str, people: object) -> None:
    if not callable(people):
        check = Check(subject)
        message = f"expected a function people(role), got {shorten(people)}"
        check.fault("people", message, people, FaultCode.WRONG_TYPE)
        check.done()


def _one_person(_role: str) -> int:
    return 1


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


class StepMark(StrEnum):
    """The part of a step in the lawful order or in a plan: rules name marks, never steps."""

    CONSULTATION = "consultation"
    """It asks the people whom the law wants asked."""
    EQUALITY_CHECK = "equality-check"
    """It looks at what a rule does to pupils with a protected characteristic."""
    ADOPTION = "adoption"
    """After it the policy is adopted and published."""
    SEND_CHECK = "send-check"
    """It builds in the adjustments for pupils with SEND."""
    SAFEGUARDING_FILTER = "safeguarding-filter"
    """From it on the safeguarding lead sees what is serious."""
    SANCTION = "sanction"
    """With it a new sanction reaches pupils."""
    MONITORING = "monitoring"
    """It shows whether a plan works, so every plan has it: survey, review, visits of governors."""
    AUDIT_AGAIN = "audit-again"
    """It repeats the audit in the last half-term of a school year; every plan has it."""

    @property
    def is_in_every_plan(self) -> bool:
        """Whether every plan has the step."""
        return self in {StepMark.MONITORING, StepMark.AUDIT_AGAIN}


_Hours: TypeAlias = Annotated[float, Range(low=0, high=168)]
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
    """A published effect of a step, the outcome and the schools in which it was measured.

    Attributes
    ----------
    parameter : str
        One of ``EvidenceBase.parameters``.
    outcome : Outcome or None
        The outcome that was measured, which is that of the parameter: another one is refused
        where the two meet. None in older files.
    settings : tuple of Setting
        The kinds of school in which it was measured: in others the step does not have it. Empty
        in older files, which do not say.
    grade : str
        How directly it applies, one of ``EvidenceBase.grades``.
    reason : str
    """

    parameter: Slug
    outcome: Outcome | None = None
    settings: tuple[Setting, ...] = field(default=(), converter=TupleOf[Setting])
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
    """A role that the steps of a catalogue ask for.

    ``group`` is that of its holders among the raters of an audit, such as ``leaders`` or
    ``support-staff``: their hours are told apart. None for people outside the school.
    """

    id: Slug
    title: Text
    text: str = ""
    group: Slug | None = None


@frozen(kw_only=True, repr=False)
class StepVariant(Value):
    """How a step differs in some schools. What is None or empty stays as the step has it.

    Attributes
    ----------
    settings : tuple of Setting
        The kinds of provision for which it is; empty for all.
    sizes : RollRange
        Pupils on roll of the schools for which it is.
    """

    settings: tuple[Setting, ...] = field(default=(), converter=TupleOf[Setting])
    sizes: RollRange = EVERY_SIZE
    title: Text | None = None
    text: Text | None = None
    weeks: Weeks | None = None
    hours_per_week: Mapping[Slug, _Hours] | None = field(
        default=None, converter=optional(MapOf[str, _Hours])
    )
    running_hours: Mapping[Slug, _Hours] | None = field(
        default=None, converter=optional(MapOf[str, _Hours])
    )
    lead: Slug | None = None
    lead_options: Slugs | None = field(default=None, converter=optional(as_tuple))
    starts: StartRule | None = None
    success_criteria: Texts | None = field(default=None, converter=optional(as_tuple))
    monitoring: Monitoring | None = None
    cost_gbp: CostRange | None = None
    cost_basis: Text | None = None
    running_cost_gbp: CostRange | None = None

    def _check(self, check: Check) -> None:
        if check.ok() and not self.changes():
            check.fault("", "changes nothing: give at least one field that differs")
        check_sizes(check)

    def changes(self) -> dict[str, Any]:
        """Return the fields that differ, by name."""
        own = {name: getattr(self, name) for name in VARIABLE}
        return {name: value for name, value in own.items() if value is not None}

    def fits(self, settings: frozenset[Setting], roll: int | None) -> bool:
        """Say whether it is for a school of these settings and this roll."""
        return applies(self.settings, self.sizes, settings, roll)


VARIABLE = tuple(name for name in fields_dict(StepVariant) if name not in {"settings", "sizes"})
"""The fields of a step in which a variant may differ."""


def applies(
    settings: tuple[Setting, ...], sizes: RollRange, of: frozenset[Setting], roll: int | None
) -> bool:
    """Say whether a step for ``settings`` and ``sizes`` is for a school.

    A school that does not say what it is, or how many pupils it has, gets every step.
    """
    here = not settings or not of or bool(of & {*settings})
    return here and (roll is None or sizes.least <= roll <= sizes.most)


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
    longest_weeks : int or None
        The most whole school weeks over which its work can be spread where people have less
        time; None for its pessimistic weeks.
    hours_per_week : mapping of str to float
        Hours a week for **each person** in a role, while the step runs for its likely weeks.
    shared_roles : tuple of str
        Roles whose holders share the work: the hours are those of one person, whoever gives them.
    lead : str
        The one role that is accountable.
    lead_options : tuple of str
        Roles that can take over the lead and its hours if the lead has none left.
    running_hours : mapping of str to float
        Hours a week for **each person** in a role once the step is done, for as long as the
        school keeps it going.
    reach : float
        Share of pupils whose school day it touches, 0 to 1.
    effects : tuple of EffectLink
        Published effects, each on the outcome and in the schools in which it was measured. Most
        steps have none: they prepare others or keep them up.
    area : str or None
        The area of `StepCatalogue.areas` to which it belongs.
    settings : tuple of Setting
        The kinds of provision in which it applies; empty for all.
    sizes : RollRange
        Pupils on roll of the schools for which it is.
    variants : tuple of StepVariant
        Where it differs by setting or size; the first that fits a school is used.
    duty : str or None
        The duty that it answers, by its id in the register `StepCatalogue.duties`.
    marks : tuple of StepMark
    requires : tuple of Prerequisite
    cost_gbp : CostRange
        Pounds beyond staff time, once.
    running_cost_gbp : CostRange
        Pounds a year beyond staff time, for as long as the school keeps it going.
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
    longest_weeks: _WholeWeeks | None = None
    hours_per_week: Mapping[Slug, _Hours] = field(converter=MapOf[str, _Hours])
    running_hours: Mapping[Slug, _Hours] = field(factory=dict, converter=MapOf[str, _Hours])
    shared_roles: Slugs = field(default=(), converter=TupleOf[str])
    lead: Slug
    lead_options: Slugs = field(default=(), converter=TupleOf[str])
    payoff: Payoff = Payoff.EMBEDS
    starts: StartRule = StartRule.ANY_WEEK
    reach: Share = field(default=1.0, converter=as_float)
    effects: Annotated[Entries[EffectLink], Unique("parameter")] = field(
        default=Entries(), converter=TupleOf[EffectLink]
    )
    requires: Annotated[Entries[Prerequisite], Unique("step")] = field(
        default=Entries(), converter=TupleOf[Prerequisite]
    )
    support: Entries[StepSupport] = field(default=Entries(), converter=TupleOf[StepSupport])
    success_criteria: Texts = field(default=(), converter=TupleOf[str])
    monitoring: Monitoring | None = None
    cost_gbp: CostRange = _NO_COST
    cost_basis: str = ""
    running_cost_gbp: CostRange = _NO_COST
    area: Slug | None = None
    settings: tuple[Setting, ...] = field(default=(), converter=TupleOf[Setting])
    sizes: RollRange = EVERY_SIZE
    variants: Entries[StepVariant] = field(default=Entries(), converter=TupleOf[StepVariant])
    duty: Slug | None = None
    marks: tuple[StepMark, ...] = field(default=(), converter=TupleOf[StepMark])
    source: Text = "judgement"
    origin: Origin = Origin.OWN
    extra: Extra = field(factory=Extra, converter=as_extra)

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
            elif (
                check.ok("longest_weeks") and (self.longest_weeks or _MAX_WEEKS) < self.weeks.likely
            ):
                message = f"is below the likely {self.weeks.likely} weeks"
                check.fault("longest_weeks", message, self.longest_weeks)
        for name in ("cost_gbp", "running_cost_gbp"):
            if check.ok(name) and getattr(self, name).low > getattr(self, name).high:
                check.fault(name, "the low end is above the high end", getattr(self, name))
        check_sizes(check)
        if check.ok("effects"):
            self._check_effects(check)
        hours = self.hours_per_week
        if check.ok("lead", "hours_per_week") and hours and self.lead not in hours:
            check.fault("lead", f"the lead {self.lead!r} has no hours in hours_per_week", self.lead)

        if check.ok():
            self._check_variants(check)

    def _check_effects(self, check: Check) -> None:
        """Check that no school is given two effects on one outcome: they would be added up."""
        for i, link in enumerate(self.effects):
            for other in self.effects[:i]:
                apart = (
                    link.settings and other.settings and not {*link.settings} & {*other.settings}
                )
                if link.outcome is not None and link.outcome is other.outcome and not apart:
                    message = f"is a second effect on {link.outcome.value} in the same schools"
                    check.fault(f"effects[{i}]", message, link.parameter)

    def _check_variants(self, check: Check) -> None:
        """Check that each variant makes a sound step."""
        for i, variant in enumerate(self.variants):
            try:
                evolve(self, variants=(), **variant.changes())
            except InvalidInputError as error:
                check.add(error.faults, f"variants[{i}]")

    @property
    def main_principle(self) -> str | None:
        """The main principle that the step answers."""
        return self.principles[0] if self.principles else None

    @property
    def most_weeks(self) -> int:
        """The most weeks over which the work can be spread, at so many fewer hours a week.

        Its pessimistic weeks, where ``longest_weeks`` does not say; an INSET day takes one week.
        """
        if self.starts is StartRule.INSET_DAY:
            return 1
        return self.longest_weeks or self.weeks.pessimistic

    def work(self, people: Callable[[str], int] = _one_person) -> dict[str, float]:
        """Return the hours that all holders of each role give together over its likely weeks.

        Parameters
        ----------
        people : callable, optional
            Returns how many hold a role; one person without it.
        """
        _check_people("work", people)
        return {
            role: hours * self.weeks.likely * (1 if role in self.shared_roles else people(role))
            for role, hours in self.hours_per_week.items()
        }

    def ways_to_staff(
        self, people: Callable[[str], int] = _one_person
    ) -> list[tuple[str, dict[str, float]]]:
        """Return who can lead it, each with the `work` of all roles then.

        First its lead, then each of ``lead_options`` in place of the lead, then the lead with each
        of them by halves.
        """
        whole = {role: hours for role, hours in self.work(people).items() if hours > 0}
        ways = [(self.lead, whole)]
        for part in (1.0, 0.5) if self.lead in whole else ():
            for other in self.lead_options:
                moved = dict(whole)
                moved[other] = moved.get(other, 0.0) + whole[self.lead] * part
                moved[self.lead] -= whole[self.lead] * part
                lead = other if part == 1.0 else self.lead
                ways.append((lead, {role: hours for role, hours in moved.items() if hours > 0}))
        return ways

    def led_by(self, role: str, people: Callable[[str], int] = _one_person) -> ActionStep:
        """Return the step with another lead, to whom all hours of the lead before go.

        The school chose this lead, so no other role takes over: ``lead_options`` is empty. Where
        the new lead monitored the step, the lead before monitors it.

        Parameters
        ----------
        role : str
            The role that leads it.
        people : callable, optional
            Returns how many hold a role; one person without it.

        Examples
        --------
        >>> step = ActionStep(
        ...     id="launch",
        ...     title="Launch",
        ...     hours_per_week={"head": 3, "teachers": 1},
        ...     lead="head",
        ... )
        >>> dict(step.led_by("teachers", people=lambda role: 6 if role == "teachers" else 1).work())
        {'teachers': 1.5}
        """
        require_types("led_by", role=(role, str))
        _check_people("led_by", people)
        if role == self.lead:
            return evolve(self, lead_options=())
        hours, running = dict(self.hours_per_week), dict(self.running_hours)
        shared = set(self.shared_roles)
        if self.lead in hours:
            moved = hours.pop(self.lead) * (1 if self.lead in shared else people(self.lead))
            if role not in hours:
                shared.add(role)
            hours[role] = hours.get(role, 0.0) + moved / (1 if role in shared else people(role))
        if self.lead in running:
            moved = running.pop(self.lead) * people(self.lead)
            running[role] = running.get(role, 0.0) + moved / people(role)
        watch = self.monitoring
        if watch is not None and watch.who == role:
            watch = evolve(watch, who=self.lead)
        return evolve(
            self,
            lead=role,
            lead_options=(),
            hours_per_week=hours,
            running_hours=running,
            shared_roles=sorted(shared & {*hours}),
            monitoring=watch,
            variants=(),  # the one that fits was taken, and the others may name another lead
        )

    def applies_to(self, school: School) -> bool:
        """Say whether the step is for a school of this kind and size."""
        require_types("applies_to", school=(school, School))
        return applies(self.settings, self.sizes, school.settings, school.roll)

    def for_school(self, school: School) -> ActionStep:
        """Return the step as it is in a school: in the first variant that fits, if one does.

        An effect that was not measured in schools of its kind is not there.
        """
        require_types("for_school", school=(school, School))
        fitting = (v for v in self.variants if v.fits(school.settings, school.roll))
        variant = next(fitting, None)
        here = school.settings
        kept = [e for e in self.effects if applies(e.settings, EVERY_SIZE, here, None)]
        if not self.variants and len(kept) == len(self.effects):
            return self
        changes = {} if variant is None else variant.changes()
        return evolve(self, variants=(), effects=kept, **changes)

    def _lines(self) -> list[str]:
        low, likely, high = self.weeks
        after = ", ".join(p.step for p in self.requires)
        return [
            f"{self.title} ({self.lead}, about {likely} school weeks, {low} to {high})"
            + (f", after {after}" if after else "")
        ]
