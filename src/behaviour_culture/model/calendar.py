"""The school year: terms, half-terms, days off, INSET days, teaching days and weeks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from itertools import pairwise
from typing import Annotated, Any, ClassVar

from attrs import field, frozen

from behaviour_culture._display import Displayed, day_words
from behaviour_culture.checks import Check, TupleOf, Value, require_day
from behaviour_culture.fields import Slug, Some, Text, Unique

__all__ = ["DateRange", "DayOff", "HalfTerm", "SchoolWeek", "SchoolYear", "Term"]

_DAY = timedelta(days=1)
_SATURDAY = 5
_NEAR = 31 * _DAY
"""How far outside the terms a day of the same school year lies at most (judgement): staff come in
in late August and late July."""


def _monday(day: date) -> date:
    return day - day.weekday() * _DAY


@frozen(kw_only=True, repr=False)
class DateRange(Value):
    """A range of dates, both ends included."""

    start: date
    end: date

    def _check(self, check: Check) -> None:
        check.in_order("start", "end")

    def __contains__(self, day: date) -> bool:
        return self.start <= require_day("DateRange", day) <= self.end

    def days(self) -> Iterator[date]:
        """Yield each date in turn."""
        # By number: a day after the last one of the calendar cannot be made.
        return map(date.fromordinal, range(self.start.toordinal(), self.end.toordinal() + 1))

    def _label(self) -> str:
        return f"{self.start} to {self.end}"


@frozen(kw_only=True, repr=False)
class Term(DateRange):
    """One of the three terms, with the break that divides it into two half-terms."""

    name: Text
    half_term: DateRange | None = None

    def _check(self, check: Check) -> None:
        super()._check(check)
        if not check.ok():
            return
        if (self.end - self.start).days > 200:  # noqa: PLR2004  (a term, not a year)
            check.fault("end", "a term of more than 200 days: one of the dates is wrong")
        holiday = self.half_term
        if holiday is not None and not (self.start < holiday.start and holiday.end < self.end):
            check.fault("half_term", f"the break {holiday._label()} is not inside the term")  # noqa: SLF001

    def _label(self) -> str:
        return f"{self.name} {self.start} to {self.end}"


@frozen(kw_only=True, repr=False)
class DayOff(Value):
    """A day in term on which the school is closed: a bank holiday or an extra day."""

    day: date
    name: Text

    def _label(self) -> str:
        return f"{self.name} {self.day}"


@frozen(kw_only=True, repr=False)
class HalfTerm(Displayed):
    """One of the six half-terms: ``Autumn 1`` to ``Summer 2``."""

    label: str
    start: date
    """First teaching day."""
    end: date
    """Last teaching day."""

    def _label(self) -> str:
        return f"{self.label}: {self.start} to {self.end}"


@frozen(kw_only=True, repr=False)
class SchoolWeek(Displayed):
    """A week with at least one teaching day."""

    number: int
    """The place in the year, from 0."""
    start: date
    """First teaching day of the week."""
    end: date
    """Last teaching day of the week."""
    half_term: str
    opens_half_term: bool
    """True for the first week of a half-term."""

    def _label(self) -> str:
        return f"week {self.number + 1}, {self.start} to {self.end}, {self.half_term}"


@frozen(kw_only=True, repr=False)
class SchoolYear(Value):
    """The term dates of one school year, as data: they differ by authority, trust and year.

    A school day is a day from Monday to Friday, inside a term and outside its break, that is
    not a day off. Pupils come in on all of them but the INSET days, and staff on the INSET days
    too, which may lie outside the terms: many schools publish the terms of their pupils.
    """

    id: Slug
    name: Text
    illustrative: bool = False
    source: str = ""
    terms: Annotated[tuple[Term, ...], Some(), Unique("name")] = field(converter=TupleOf[Term])
    days_off: tuple[DayOff, ...] = field(default=(), converter=TupleOf[DayOff])
    inset: Annotated[tuple[date, ...], Unique()] = field(default=(), converter=TupleOf[date])
    _half_terms: tuple[HalfTerm, ...] = field(init=False, eq=False)
    _weeks: tuple[SchoolWeek, ...] = field(init=False, eq=False)
    _teaching: frozenset[date] = field(init=False, eq=False)
    _staff: frozenset[date] = field(init=False, eq=False)

    def __attrs_post_init__(self) -> None:
        super().__attrs_post_init__()
        in_term, inset = frozenset(self._term_days()), frozenset(self.inset)
        object.__setattr__(self, "_staff", in_term | inset)
        object.__setattr__(self, "_teaching", in_term - inset)
        object.__setattr__(self, "_half_terms", tuple(self._find_half_terms()))
        object.__setattr__(self, "_weeks", tuple(self._find_weeks()))
        if not self._weeks:
            check = Check.of_value(self)
            check.fault("terms", "this year has no teaching day")
            check.done()

    def _check(self, check: Check) -> None:
        if not check.ok("terms", "days_off", "inset"):
            return
        ordered = sorted(enumerate(self.terms), key=lambda pair: pair[1].start)
        for (_, first), (i, second) in pairwise(ordered):
            if second.start <= first.end:
                check.fault(
                    f"terms[{i}]",
                    f"{second.name} begins on {second.start}, before {first.name} ends on "
                    f"{first.end}: terms must not overlap",
                )
        closed = {d.day for d in self.days_off}
        named = [(f"days_off[{i}].day", d.day) for i, d in enumerate(self.days_off)]
        for path, day in [*named, *((f"inset[{i}]", day) for i, day in enumerate(self.inset))]:
            if not self.is_near(day):
                check.fault(path, f"{day} is not in this year: no term lies near it", day)
            elif path.startswith("inset") and (day in closed or day.weekday() >= _SATURDAY):
                shown = day_words(day, weekday=True)
                message = f"the school is closed on {shown}: staff come in on INSET days"
                check.fault(path, message)

    # -- days ------------------------------------------------------------------------

    def _term_days(self) -> Iterator[date]:
        closed = {d.day for d in self.days_off}
        for term in self.terms:
            for day in DateRange(start=term.start, end=term.end).days():
                in_break = term.half_term is not None and day in term.half_term
                if day.weekday() < _SATURDAY and day not in closed and not in_break:
                    yield day

    def is_teaching_day(self, day: date) -> bool:
        """Say whether pupils are in school on this day."""
        return require_day("is_teaching_day", day) in self._teaching

    def is_staff_day(self, day: date) -> bool:
        """Say whether staff are in school on this day: teaching and INSET days."""
        return require_day("is_staff_day", day) in self._staff

    def is_near(self, day: date) -> bool:
        """Say whether a day lies in this year: in a term, or up to 31 days outside all of them."""
        first, last = min(t.start for t in self.terms), max(t.end for t in self.terms)
        return day - first >= -_NEAR and day - last <= _NEAR

    @property
    def teaching_days(self) -> int:
        """The number of days on which pupils are in school."""
        return len(self._teaching)

    @property
    def staff_days(self) -> int:
        """The number of days on which staff are in school."""
        return len(self._staff)

    @property
    def start(self) -> date:
        """First teaching day of the year."""
        return min(self._teaching)

    @property
    def end(self) -> date:
        """Last teaching day of the year."""
        return max(self._teaching)

    @property
    def span(self) -> DateRange:
        """First to last day of the terms; an INSET day may stand before or after the teaching."""
        return DateRange(start=min(t.start for t in self.terms), end=max(t.end for t in self.terms))

    # -- half-terms and weeks --------------------------------------------------------

    @property
    def half_terms(self) -> tuple[HalfTerm, ...]:
        """The half-terms in order; a term without a break counts as one."""
        return self._half_terms

    @property
    def weeks(self) -> tuple[SchoolWeek, ...]:
        """The teaching weeks in order: Monday to Friday with at least one teaching day."""
        return self._weeks

    def half_term(self, day: date) -> HalfTerm | None:
        """Return the half-term in which a day lies, or None in a holiday."""
        asked = require_day("half_term", day)
        return next((part for part in self._half_terms if part.start <= asked <= part.end), None)

    def _find_half_terms(self) -> Iterator[HalfTerm]:
        for term in sorted(self.terms, key=lambda t: t.start):
            holiday = term.half_term
            parts = (
                [(term.name, term.start, term.end)]
                if holiday is None
                else [
                    (f"{term.name} 1", term.start, holiday.start - _DAY),
                    (f"{term.name} 2", holiday.end + _DAY, term.end),
                ]
            )
            for label, start, end in parts:
                days = [d for d in self._teaching if start <= d <= end]
                if days:
                    yield HalfTerm(label=label, start=min(days), end=max(days))

    def _find_weeks(self) -> Iterator[SchoolWeek]:
        # A week is one week, with the hours of one week, even if a break falls in its middle.
        mondays: dict[date, list[date]] = {}
        for day in sorted(self._teaching):
            mondays.setdefault(_monday(day), []).append(day)
        opening = {_monday(part.start) for part in self._half_terms}
        for number, (monday, days) in enumerate(mondays.items()):
            part = next(p for p in self._half_terms if p.start <= days[0] <= p.end)
            yield SchoolWeek(
                number=number,
                start=days[0],
                end=days[-1],
                half_term=part.label,
                opens_half_term=monday in opening,
            )

    _COLUMNS: ClassVar[Mapping[str, type]] = {
        "week": int,
        "start": date,
        "end": date,
        "half_term": str,
    }

    def to_rows(self) -> list[dict[str, Any]]:
        """Return a row for each teaching week."""
        return [
            {
                "week": w.number + 1,
                "start": w.start.isoformat(),
                "end": w.end.isoformat(),
                "half_term": w.half_term,
            }
            for w in self._weeks
        ]

    def _label(self) -> str:
        return f"{self.id}: {self.staff_days} staff days, {self.teaching_days} pupil days"

    def _lines(self) -> list[str]:
        invented = " (illustrative)" if self.illustrative else ""
        head = (
            f"{self.name}{invented}: {self.staff_days} staff days, {self.teaching_days} pupil "
            f"days, {len(self._weeks)} teaching weeks"
        )
        return [head, *(f"  {part._label()}" for part in self._half_terms)]  # noqa: SLF001
