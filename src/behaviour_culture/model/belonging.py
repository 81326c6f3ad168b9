"""Whether values belong together: each says by id, and by edition, what it was made for."""

from __future__ import annotations

from typing import Protocol

from behaviour_culture.errors import Fault, FaultCode, Nearest, shorten
from behaviour_culture.model.applied_change import TailoringKind
from behaviour_culture.model.calendar import SchoolYear
from behaviour_culture.model.catalogue import StepCatalogue
from behaviour_culture.model.framework import Framework
from behaviour_culture.model.school import School
from behaviour_culture.model.school_years import joined_ids
from behaviour_culture.model.step import ActionStep

__all__ = [
    "belongs_faults",
    "calendar_faults",
    "catalogue_faults",
    "framework_faults",
    "school_faults",
]


class _Made(Protocol):
    @property
    def framework(self) -> str: ...
    @property
    def edition(self) -> str: ...


def belongs_faults(
    path: str, what: str, made_for: tuple[str, ...], given: tuple[str, ...]
) -> list[Fault]:
    """Return the fault of a value that was made for another thing than it is used with, or nothing.

    Parameters
    ----------
    path : str
        Where the value says what it was made for.
    what : str
        The kind of thing, such as ``plan``.
    made_for, given : tuple of str
        An id, or an id and an edition: what the value was made for, and what it is used with.

    Examples
    --------
    >>> print(*belongs_faults("schedule.plan", "plan", ("spring",), ("autumn",)))
    schedule.plan: is for the plan 'spring', not for 'autumn': load the plan it was made with
    """
    if made_for == given:
        return []
    mine, other = _shown(*made_for), _shown(*given)
    missing = "edition" if made_for[0] == given[0] else what
    message = f"is for the {what} {mine}, not for {other}: load the {missing} it was made with"
    return [Fault(path, message, str(made_for[0]))]


def _shown(key: str, edition: str = "") -> str:
    return f"{key!r} ({edition})" if edition else repr(key)


def calendar_faults(made_for: str, calendar: SchoolYear) -> list[Fault]:
    """Return the fault of a schedule that is for another calendar, or nothing.

    Years that were joined to the calendar afterwards do not make it another one.
    """
    known = joined_ids(calendar)
    given = made_for if made_for in known else calendar.id
    return belongs_faults("schedule.calendar", "calendar", (made_for,), (given,))


def framework_faults(name: str, made: _Made | Framework, to: _Made | Framework) -> list[Fault]:
    """Return the fault of a value that is for another framework or edition, or nothing.

    Parameters
    ----------
    name : str
        Of the value, such as ``catalogue``; empty where the error names it.
    made, to : object
        The value, and what it is used with: each is a framework or was made for one.
    """
    mine, other = _identity(made), _identity(to)
    wrong = "edition" if mine[0] == other[0] else "framework"
    return belongs_faults(f"{name}.{wrong}" if name else wrong, "framework", mine, other)


def _identity(value: _Made | Framework) -> tuple[str, str]:
    key = value.id if isinstance(value, Framework) else value.framework
    return key, value.edition


def catalogue_faults(catalogue: StepCatalogue, framework: Framework) -> list[Fault]:
    """List the principles, challenges and systems that steps name and the framework lacks.

    What a tailoring took out may still be named by a step. Of a catalogue for another framework
    or edition, only that is said.
    """
    if faults := framework_faults("", catalogue, framework):
        return faults
    taken = {t for c in framework.changes if c.kind is TailoringKind.DROP for t in c.targets}
    known = {
        "principles": {p.id for p in framework.principles},
        "challenges": {c.id for c in framework.challenges},
        "system": {s.id for s in framework.systems},
    }
    if any(c.kind is TailoringKind.SELECT for c in framework.changes):
        del known["principles"]  # it names what it kept, and not what it took out
    nearest = {name: Nearest(ids) for name, ids in known.items()}
    return [
        Fault(
            f"steps[{i}].{name}",
            f"no {value!r} in {framework.id}{nearest[name].hint(value)}",
            shorten(value),
            FaultCode.UNKNOWN_NAME,
        )
        for i, step in enumerate(catalogue.steps)
        for name, ids in known.items()
        for value in _named(step, name)
        if value not in ids and value not in taken
    ]


def school_faults(school: School, framework: Framework) -> list[Fault]:
    """List the kinds of system that a school names and the framework lacks, if it names any.

    A kind that is misspelt would leave the system uncounted: the plan would set it up again.
    """
    if not framework.systems:
        return []
    taken = {t for c in framework.changes if c.kind is TailoringKind.DROP for t in c.targets}
    kinds = {s.id for s in framework.systems}
    nearest = Nearest(kinds)
    return [
        Fault(
            f"systems[{i}].kind",
            f"no kind of system {shorten(system.kind)} in {framework.id}"
            f"{nearest.hint(system.kind)}; known: {', '.join(sorted(kinds)) or 'none'}",
            shorten(system.kind),
            FaultCode.UNKNOWN_NAME,
        )
        for i, system in enumerate(school.systems)
        if system.kind is not None and system.kind not in kinds and system.kind not in taken
    ]


def _named(step: ActionStep, name: str) -> tuple[str, ...]:
    value = getattr(step, name)
    return value if isinstance(value, tuple) else (() if value is None else (value,))
