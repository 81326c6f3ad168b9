"""A school: its context, the systems it already has, and the hours its people can give."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from itertools import pairwise
from typing import Any

from attrs import field, frozen

from behaviour_culture._display import Displayed, count_of
from behaviour_culture.errors import UnknownNameError
from behaviour_culture.model.checks import Check, as_float, as_tuple, find

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
    NOT_APPLICABLE = "not-applicable"
    """Special schools and alternative provision, for example."""


class Audience(StrEnum):
    """Whom an expectation is on."""

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
class Expectation(Displayed):
    """What is expected, of whom."""

    id: str
    text: str
    audience: Audience = Audience.PUPILS

    def __attrs_post_init__(self) -> None:
        check = Check(self)
        check.slug("id")
        check.text("text")
        check.instance("audience", Audience)
        check.done()


@frozen(kw_only=True, repr=False)
class Procedure(Displayed):
    """How something is done: who does what, when."""

    id: str
    text: str
    who: str = ""
    when: str = ""

    def __attrs_post_init__(self) -> None:
        check = Check(self)
        check.slug("id")
        check.text("text")
        check.text("who", "when", empty=True)
        check.done()


@frozen(kw_only=True, repr=False)
class SchoolSystem(Displayed):
    """A system of a school, such as its routines, with its procedures and expectations.

    ``kind`` names a system of the framework (`Framework.systems`); a plan leaves out the
    steps that would set up a kind of system that is already in place.
    """

    id: str
    name: str
    kind: str | None = None
    status: SystemStatus = SystemStatus.PARTIAL
    principles: tuple[str, ...] = field(default=(), converter=as_tuple)
    procedures: tuple[Procedure, ...] = field(default=(), converter=as_tuple)
    expectations: tuple[Expectation, ...] = field(default=(), converter=as_tuple)
    note: str = ""

    def __attrs_post_init__(self) -> None:
        check = Check(self)
        check.slug("id")
        check.text("name")
        check.optional_slug("kind")
        check.instance("status", SystemStatus)
        check.slugs("principles")
        check.text("note", empty=True)
        if check.each("procedures", Procedure):
            check.unique("procedures")
        if check.each("expectations", Expectation):
            check.unique("expectations")
        check.done()

    def _lines(self) -> list[str]:
        return [
            f"{self.name} ({self.status.value}): {count_of(len(self.procedures), 'procedure')}, "
            f"{count_of(len(self.expectations), 'expectation')}"
        ]


@frozen(kw_only=True, repr=False)
class Role(Displayed):
    """A role, how many people hold it, and the hours a week that each can give to the plan.

    A role that can give no hours is left out, not set to 0: nothing can be asked of it.
    """

    id: str
    title: str
    people: int = 1
    hours_per_week: float = field(converter=as_float)

    def __attrs_post_init__(self) -> None:
        check = Check(self)
        check.slug("id")
        check.text("title")
        check.integer("people", low=1, high=10_000)
        check.number("hours_per_week", above=0, high=60)
        check.done()

    def _lines(self) -> list[str]:
        people = "" if self.people == 1 else f" each ({self.people} people)"
        return [f"{self.title}: {count_of(self.hours_per_week, 'hour')} a week{people}"]


@frozen(kw_only=True, repr=False)
class CapacityChange(Displayed):
    """Other hours for a role between two dates, both included; 0 where it can give none."""

    role: str
    start: date
    end: date
    hours_per_week: float = field(converter=as_float)
    reason: str = ""

    def __attrs_post_init__(self) -> None:
        check = Check(self)
        check.slug("role")
        check.number("hours_per_week", low=0, high=60)
        check.text("reason", empty=True)
        check.day("start", "end")
        if check.clean and self.end < self.start:
            check.fault("end", f"{self.end} is before the start {self.start}")
        check.done()

    def _label(self) -> str:
        return f"{self.role}: {self.hours_per_week:g} h from {self.start} to {self.end}"


@frozen(kw_only=True, repr=False)
class Capacity(Displayed):
    """What the people of a school can give to its plan, week by week.

    Examples
    --------
    >>> from datetime import date
    >>> capacity = Capacity(roles=[Role(id="head", title="Head", hours_per_week=2)])
    >>> capacity.hours("head", date(2026, 9, 7))
    2.0
    """

    roles: tuple[Role, ...] = field(converter=as_tuple)
    changes: tuple[CapacityChange, ...] = field(default=(), converter=as_tuple)

    def __attrs_post_init__(self) -> None:
        check = Check(self)
        whole = [check.each("roles", Role, some=True), check.each("changes", CapacityChange)]
        if all(whole):
            check.unique("roles")
            known = {r.id for r in self.roles}
            for i, change in enumerate(self.changes):
                check.known(f"changes[{i}].role", change.role, known, "role")
            by_role: dict[str, list[CapacityChange]] = {}
            for change in sorted(self.changes, key=lambda c: (c.role, c.start)):
                by_role.setdefault(change.role, []).append(change)
            for role, changes in by_role.items():
                for first, second in pairwise(changes):
                    if second.start <= first.end:
                        check.fault(
                            "changes",
                            f"two changes for {role!r} overlap on {second.start}: "
                            "let one end before the next begins",
                        )
        check.done()

    def role(self, role_id: str) -> Role:
        """Return one role by id, or raise `UnknownNameError`."""
        return find("role", role_id, self.roles)

    def has(self, role_id: str) -> bool:
        """Say whether the school has this role at all."""
        return any(r.id == role_id for r in self.roles)

    def hours(self, role_id: str, day: date) -> float:
        """Return the hours that each person in a role can give in the week of ``day``."""
        usual = self.role(role_id).hours_per_week
        for change in self.changes:
            if change.role == role_id and change.start <= day <= change.end:
                return change.hours_per_week
        return usual

    def to_rows(self) -> list[dict[str, Any]]:
        """Return a row for each role."""
        return [
            {
                "role": r.id,
                "title": r.title,
                "people": r.people,
                "hours_per_week_each": r.hours_per_week,
            }
            for r in self.roles
        ]

    def _label(self) -> str:
        return f"{len(self.roles)} roles"

    def _lines(self) -> list[str]:
        return [f"Capacity of {len(self.roles)} roles", *(f"  {r}" for r in self.roles)]


@frozen(kw_only=True, repr=False)
class Context(Displayed):
    """Numbers that place a school among others; each a percentage of its pupils, or None."""

    fsm_percent: float | None = None
    """Pupils eligible for free school meals."""
    sen_support_percent: float | None = None
    """Pupils with SEN support, without an EHC plan."""
    ehc_plan_percent: float | None = None
    """Pupils with an education, health and care plan."""
    eal_percent: float | None = None
    """Pupils whose first language is not English."""
    region: str | None = None
    local_authority: str | None = None
    note: str = ""

    def __attrs_post_init__(self) -> None:
        check = Check(self)
        check.optional_number(
            "fsm_percent",
            "sen_support_percent",
            "ehc_plan_percent",
            "eal_percent",
            low=0,
            high=100,
        )
        check.optional_text("region", "local_authority")
        check.text("note", empty=True)
        check.done()

    def _label(self) -> str:
        return ", ".join(v for v in (self.local_authority, self.region) if v)


@frozen(kw_only=True, repr=False)
class School(Displayed):
    """A school, real or illustrative.

    Attributes
    ----------
    urn : int or None
        Unique reference number of the national register, six digits (100000 to 999999).
        An illustrative school has none.
    illustrative : bool
        True for an invented school. A real one never carries invented ratings.
    roll : int or None
        Pupils on roll.
    staff : int or None
        All staff, as a head count.
    """

    id: str
    name: str
    illustrative: bool = False
    urn: int | None = None
    phase: Phase = Phase.NOT_APPLICABLE
    low_age: int | None = None
    high_age: int | None = None
    roll: int | None = None
    staff: int | None = None
    context: Context = field(factory=Context)
    systems: tuple[SchoolSystem, ...] = field(default=(), converter=as_tuple)
    capacity: Capacity | None = None

    def __attrs_post_init__(self) -> None:
        check = Check(self)
        check.slug("id")
        check.text("name")
        check.flag("illustrative")
        check.optional_integer("urn", low=100_000, high=999_999)
        check.instance("phase", Phase)
        check.optional_integer("low_age", "high_age", low=0, high=99)  # 99: no upper age
        check.optional_integer("roll", "staff", low=0, high=20_000)
        check.instance("context", Context)
        if check.each("systems", SchoolSystem):
            check.unique("systems")
        check.optional_instance("capacity", Capacity)
        if self.illustrative is True and self.urn is not None:
            check.fault("urn", "an illustrative school has no URN: leave it out", self.urn)
        if (
            isinstance(self.low_age, int)
            and isinstance(self.high_age, int)
            and self.low_age > self.high_age
        ):
            check.fault("low_age", f"{self.low_age} is above the high age {self.high_age}")
        check.done()

    def system(self, system_id: str) -> SchoolSystem:
        """Return one of the school's systems by id, or raise `UnknownNameError`."""
        return find("system", system_id, self.systems)

    def has_in_place(self, kind: str) -> SchoolSystem | None:
        """Return the system of this kind that is in place, or None."""
        for system in self.systems:
            if system.kind == kind and system.status is SystemStatus.IN_PLACE:
                return system
        return None

    def people(self, role_id: str) -> int:
        """Return how many people hold a role; 1 where the school does not say."""
        if self.capacity is None:
            return 1
        try:
            return self.capacity.role(role_id).people
        except UnknownNameError:
            return 1

    def _lines(self) -> list[str]:
        invented = " (illustrative)" if self.illustrative else ""
        roll = f", {self.roll:,} pupils" if self.roll else ""
        lines = [f"{self.name}{invented}: {self.phase.value}{roll}"]
        return lines + [f"  {s}" for s in self.systems]
