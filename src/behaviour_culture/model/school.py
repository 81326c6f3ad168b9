"""A school: its context, its systems, and the hours that its staff can give to the plan."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from itertools import pairwise
from typing import Annotated, Any, ClassVar, Self

from attrs import evolve, field, frozen
from attrs.converters import optional

from behaviour_culture._display import count_of
from behaviour_culture._entries import Entries
from behaviour_culture._frozenmap import Extra, as_extra
from behaviour_culture.checks import Check, TupleOf, Value, as_float, find, require_day
from behaviour_culture.fields import Percent, Range, Slug, Slugs, Some, Text, Unique, Urn
from behaviour_culture.model.calendar import DateRange
from behaviour_culture.model.setting import Governance, Setting

__all__ = [
    "Audience",
    "Capacity",
    "CapacityChange",
    "Context",
    "Expectation",
    "Phase",
    "Procedure",
    "Role",
    "School",
    "SchoolSystem",
    "SystemStatus",
]


class Phase(StrEnum):
    """Phase of education, in the words of the national establishment register."""

    NURSERY = "nursery"
    PRIMARY = "primary"
    MIDDLE_DEEMED_PRIMARY = "middle-deemed-primary"
    SECONDARY = "secondary"
    MIDDLE_DEEMED_SECONDARY = "middle-deemed-secondary"
    SIXTEEN_PLUS = "16-plus"
    ALL_THROUGH = "all-through"
    SPECIAL = "special"
    ALTERNATIVE_PROVISION = "alternative-provision"
    """Pupil referral units are here too."""
    NOT_APPLICABLE = "not-applicable"
    """The register has it for special schools and alternative provision."""


_SETTINGS: dict[Phase, tuple[Setting, ...]] = {
    Phase.NURSERY: (Setting.EARLY_YEARS,),
    Phase.PRIMARY: (Setting.PRIMARY,),
    Phase.MIDDLE_DEEMED_PRIMARY: (Setting.PRIMARY,),
    Phase.SECONDARY: (Setting.SECONDARY,),
    Phase.MIDDLE_DEEMED_SECONDARY: (Setting.SECONDARY,),
    Phase.SIXTEEN_PLUS: (Setting.POST_16,),
    Phase.ALL_THROUGH: (Setting.ALL_THROUGH, Setting.PRIMARY, Setting.SECONDARY),
    Phase.SPECIAL: (Setting.SPECIAL,),
    Phase.ALTERNATIVE_PROVISION: (Setting.ALTERNATIVE_PROVISION,),
    Phase.NOT_APPLICABLE: (),
}
_RECEPTION, _INFANTS, _SIXTH_FORM, _NO_AGE = 4, 8, 18, 99
"""Ages of the register: 4 or less with a reception class, up to 8 a first or infant school, 18 or
19 with a sixth form; 99 is no age."""


class Audience(StrEnum):
    """The people of whom something is expected."""

    PUPILS = "pupils"
    STAFF = "staff"
    PARENTS = "parents"
    ALL = "all"


class SystemStatus(StrEnum):
    """How far a system of the school is in place."""

    ABSENT = "absent"
    PARTIAL = "partial"
    IN_PLACE = "in-place"


@frozen(kw_only=True, repr=False)
class Expectation(Value):
    """Something that is expected of pupils, staff or parents."""

    id: Slug
    text: Text
    audience: Audience = Audience.PUPILS


@frozen(kw_only=True, repr=False)
class Procedure(Value):
    """The way in which something is done: by whom and when."""

    id: Slug
    text: Text
    who: str = ""
    when: str = ""


@frozen(kw_only=True, repr=False)
class SchoolSystem(Value):
    """A system of a school, such as its routines, with its procedures and expectations.

    ``kind`` names a kind of system of the framework (`Framework.systems`). A plan leaves out
    the steps that would set up a kind that is already in place.
    """

    id: Slug
    name: Text
    kind: Slug | None = None
    status: SystemStatus = SystemStatus.PARTIAL
    principles: Slugs = field(default=(), converter=TupleOf[str])
    procedures: Annotated[Entries[Procedure], Unique("id")] = field(
        default=Entries(), converter=TupleOf[Procedure]
    )
    expectations: Annotated[Entries[Expectation], Unique("id")] = field(
        default=Entries(), converter=TupleOf[Expectation]
    )
    note: str = ""

    def _lines(self) -> list[str]:
        return [
            f"{self.name} ({self.status.value}): {count_of(len(self.procedures), 'procedure')}, "
            f"{count_of(len(self.expectations), 'expectation')}"
        ]


@frozen(kw_only=True, repr=False)
class Role(Value):
    """A role, how many people hold it, and the hours a week that each can give to the plan.

    Leave out a role that can give no hours: a plan must not ask anything of it.

    Attributes
    ----------
    holds : tuple of str
        The other roles of a catalogue that the same people have: in a small school the head may
        be behaviour lead and safeguarding lead as well.
    hours_per_week : float
        Hours a week that each person can give to set things up.
    running_hours_per_week : float or None
        Hours a week that each person can give, beside those, to keep going what is set up: duty,
        calls, reviews. None if the school has not said: what is kept going then comes out of
        ``hours_per_week``.
    """

    id: Slug
    title: Text
    holds: Slugs = field(default=(), converter=TupleOf[str])
    people: Annotated[int, Range(low=1, high=10_000)] = 1
    hours_per_week: Annotated[float, Range(high=60, above=0)] = field(converter=as_float)
    running_hours_per_week: Annotated[float, Range(low=0, high=60)] | None = field(
        default=None, converter=optional(as_float)
    )

    @property
    def hours_to_keep_going(self) -> float:
        """Hours a week that each can give to keep things going: set aside, or all they have."""
        own = self.running_hours_per_week
        return self.hours_per_week if own is None else own

    def _lines(self) -> list[str]:
        people = "" if self.people == 1 else f" each ({self.people} people)"
        kept = self.running_hours_per_week
        running = "" if kept is None else f" to set up and {kept:g} to keep going"
        return [f"{self.title}: {count_of(self.hours_per_week, 'hour')} a week{running}{people}"]


@frozen(kw_only=True, repr=False)
class CapacityChange(DateRange):
    """Other hours for a role between two dates, both included; 0 if it can give none."""

    role: Slug
    hours_per_week: Annotated[float, Range(low=0, high=60)] = field(converter=as_float)
    reason: str = ""

    def _label(self) -> str:
        return f"{self.role}: {self.hours_per_week:g} h from {self.start} to {self.end}"


@frozen(kw_only=True, repr=False)
class Capacity(Value):
    """The hours that the staff of a school can give to its plan, week by week.

    Examples
    --------
    >>> from datetime import date
    >>> capacity = Capacity(roles=[Role(id="head", title="Head", hours_per_week=2)])
    >>> capacity.hours("head", date(2026, 9, 7))
    2.0
    """

    roles: Annotated[Entries[Role], Some(), Unique("id")] = field(converter=TupleOf[Role])
    changes: Entries[CapacityChange] = field(default=Entries(), converter=TupleOf[CapacityChange])

    def _check(self, check: Check) -> None:
        if not check.ok("roles", "changes"):
            return
        known = {r.id for r in self.roles}
        self._check_holders(check, known)
        for i, change in enumerate(self.changes):
            check.known(f"changes[{i}].role", change.role, known, "role")
        for first, second in pairwise(sorted(self.changes, key=lambda c: (c.role, c.start))):
            if first.role == second.role and second.start <= first.end:
                check.fault(
                    "changes",
                    f"two changes for {second.role!r} overlap on {second.start}: "
                    "let one end before the next begins",
                )

    def _check_holders(self, check: Check, known: set[str]) -> None:
        """Check that each role has one post."""
        taken: dict[str, str] = {}
        for i, post in enumerate(self.roles):
            for role in post.holds:
                path = f"roles[{i}].holds"
                if role in known:
                    check.fault(path, f"{role!r} is a role of its own here: drop one", role)
                elif taken.setdefault(role, post.id) != post.id:
                    check.fault(path, f"{taken[role]!r} holds {role!r} too: choose one", role)

    def holders(self) -> dict[str, str]:
        """Return the post that holds each role, by role."""
        return {role: post.id for post in self.roles for role in (post.id, *post.holds)}

    def role(self, role_id: str) -> Role:
        """Return one role by id, or raise `UnknownNameError`."""
        return find("role", role_id, self.roles)

    def has(self, role_id: str) -> bool:
        """Say whether the school has this role at all."""
        return any(r.id == role_id for r in self.roles)

    def people(self, role_id: str) -> int:
        """Return how many people hold a role; 1 for a role that is not there."""
        return next((r.people for r in self.roles if r.id == role_id), 1)

    def hours(self, role_id: str, day: date) -> float:
        """Return the hours that each person in a role can give in the week of ``day``."""
        usual = self.role(role_id).hours_per_week
        asked = require_day("Capacity.hours", day)
        others = (c.hours_per_week for c in self.changes if c.role == role_id and asked in c)
        return next(others, usual)

    _COLUMNS: ClassVar[Mapping[str, type]] = {
        "role": str,
        "title": str,
        "people": int,
        "hours_per_week_each": float,
        "running_hours_per_week_each": float,
    }

    def times(self, share: float) -> Self:
        """Return the same people with a share of all their hours, such as half of them.

        Examples
        --------
        >>> capacity = Capacity(roles=[Role(id="head", title="Head", hours_per_week=2)])
        >>> capacity.times(0.5).role("head").hours_per_week
        1.0
        """
        check = Check("times")
        check.value("share", share, Annotated[float, Range(high=2, above=0)])
        check.done()
        return evolve(
            self,
            roles=[
                evolve(
                    r,
                    hours_per_week=r.hours_per_week * share,
                    running_hours_per_week=None
                    if r.running_hours_per_week is None
                    else r.running_hours_per_week * share,
                )
                for r in self.roles
            ],
            changes=[evolve(c, hours_per_week=c.hours_per_week * share) for c in self.changes],
        )

    def to_rows(self) -> list[dict[str, Any]]:
        """Return a row for each role."""
        return [
            {
                "role": r.id,
                "title": r.title,
                "people": r.people,
                "hours_per_week_each": r.hours_per_week,
                "running_hours_per_week_each": r.running_hours_per_week,
            }
            for r in self.roles
        ]

    def _label(self) -> str:
        return f"{len(self.roles)} roles"

    def _lines(self) -> list[str]:
        return [f"Capacity of {len(self.roles)} roles", *(f"  {r}" for r in self.roles)]


@frozen(kw_only=True, repr=False)
class Context(Value):
    """Characteristics of a school's pupils, each a percentage of them or None, and its place."""

    fsm_percent: Percent | None = None
    """Pupils eligible for free school meals."""
    sen_support_percent: Percent | None = None
    """Pupils with SEN support, without an EHC plan."""
    ehc_plan_percent: Percent | None = None
    """Pupils with an education, health and care plan."""
    eal_percent: Percent | None = None
    """Pupils whose first language is not English."""
    region: Text | None = None
    local_authority: Text | None = None
    note: str = ""

    def _check(self, check: Check) -> None:
        # Plans and other languages can be under one in a hundred; these two are in no school.
        names = ("fsm_percent", "sen_support_percent")
        given = {name: getattr(self, name) for name in names if check.ok(name)}
        given = {name: value for name, value in given.items() if value}
        if given and all(value < 1 for value in given.values()):
            for name, value in given.items():
                message = f"{value:g} looks like a share: write {100 * value:g} per cent"
                check.fault(name, message, value)

    def _label(self) -> str:
        shares = {"free school meals": self.fsm_percent, "SEN support": self.sen_support_percent}
        shown = [f"{value:g}% {name}" for name, value in shares.items() if value is not None]
        return ", ".join([*(v for v in (self.local_authority, self.region) if v), *shown])


@frozen(kw_only=True, repr=False)
class NamedSchool(Value):
    """A school by its name and, unless it is illustrative, its number in the national register."""

    id: Slug
    name: Text
    illustrative: bool = False
    urn: Urn | None = None

    def _check(self, check: Check) -> None:
        if self.illustrative is True and self.urn is not None:
            check.fault("urn", "an illustrative school has no URN: leave it out", self.urn)


@frozen(kw_only=True, repr=False)
class School(NamedSchool):
    """A school, real or illustrative.

    Attributes
    ----------
    urn : int or None
        Unique reference number of the national register, six digits (100000 to 999999).
        An illustrative school has none.
    governance : Governance or None
        Who answers for it; the register of duties asks.
    illustrative : bool
        True for an invented school. A real school never has invented ratings.
    high_age : int or None
        99 means that there is no upper age.
    roll : int or None
        Pupils on roll.
    staff : int or None
        All staff, as a head count.
    """

    phase: Phase = Phase.NOT_APPLICABLE
    governance: Governance | None = None
    low_age: Annotated[int, Range(low=0, high=99)] | None = None
    high_age: Annotated[int, Range(low=0, high=99)] | None = None
    roll: Annotated[int, Range(low=0, high=20_000)] | None = None
    staff: Annotated[int, Range(low=0, high=20_000)] | None = None
    context: Context = field(factory=Context)
    systems: Annotated[Entries[SchoolSystem], Unique("id")] = field(
        default=Entries(), converter=TupleOf[SchoolSystem]
    )
    capacity: Capacity | None = None
    extra: Extra = field(factory=Extra, converter=as_extra)

    def _check(self, check: Check) -> None:
        super()._check(check)
        check.in_order("low_age", "high_age")

    @property
    def settings(self) -> frozenset[Setting]:
        """The kinds of provision that it is, by its phase and ages; empty if the phase is unknown.

        Examples
        --------
        >>> ages = {"low_age": 3, "high_age": 11}
        >>> school = School(id="s", name="S", illustrative=True, phase=Phase.PRIMARY, **ages)
        >>> sorted(school.settings)
        [<Setting.EARLY_YEARS: 'early-years'>, <Setting.PRIMARY: 'primary'>]
        """
        found = set(_SETTINGS[self.phase])
        if Setting.PRIMARY in found:
            if self.low_age is not None and self.low_age <= _RECEPTION:
                found.add(Setting.EARLY_YEARS)
            if (
                self.high_age is not None
                and self.high_age <= _INFANTS
                and self.phase is Phase.PRIMARY
            ):
                found = (found - {Setting.PRIMARY}) | {Setting.INFANT}
        if Setting.SECONDARY in found and _SIXTH_FORM <= (self.high_age or 0) < _NO_AGE:
            found.add(Setting.POST_16)
        return frozenset(found)

    def system(self, system_id: str) -> SchoolSystem:
        """Return one of the school's systems by id, or raise `UnknownNameError`."""
        return find("system", system_id, self.systems)

    def has_in_place(self, kind: str) -> SchoolSystem | None:
        """Return the system of this kind that is in place, or None."""
        in_place = (s for s in self.systems if s.status is SystemStatus.IN_PLACE)
        return next((s for s in in_place if s.kind == kind), None)

    def people(self, role_id: str) -> int:
        """Return how many people hold a role; 1 if the school does not say."""
        return 1 if self.capacity is None else self.capacity.people(role_id)

    def _lines(self) -> list[str]:
        invented = " (illustrative)" if self.illustrative else ""
        roll = f", {self.roll:,} pupils" if self.roll else ""
        phase = "" if self.phase is Phase.NOT_APPLICABLE else f": {self.phase.value}"
        lines = [f"{self.name}{invented}{phase}{roll}"]
        return lines + [f"  {s}" for s in self.systems]
