"""The school year: terms, half-terms, days off, INSET days, teaching days and weeks."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from itertools import groupby, pairwise
from typing import Annotated, Any, ClassVar

from attrs import evolve, field, frozen

from behaviour_culture._display import Displayed, day_words
from behaviour_culture._entries import Entries
from behaviour_culture.checks import Check, TupleOf, Value, require_day
from behaviour_culture.errors import Fault, InvalidInputError
from behaviour_culture.fields import Slug, Slugs, Some, Text, Unique

__all__ = ["DateRange", "DayOff", "HalfTerm", "SchoolWeek", "SchoolYear", "Term"]

_DAY = timedelta(days=1)
_SATURDAY = 5
_YEAR = timedelta(weeks=52)
"""Keeps the day of the week, which holidays go by (judgement)."""
_AUGUST = 8
"""The month in which a school year begins by law, in England."""
_NEAR = 31 * _DAY
"""How far outside the terms a day of the same school year lies at most (judgement): staff come in
in late August and late July."""
_MOST_YEARS = 100


def school_year(day: date) -> str:
    """Return the school year of a day: from August on the one that begins.

    Examples
    --------
    >>> school_year(date(2027, 9, 1)), school_year(date(2027, 7, 31))
    ('2027/28', '2026/27')
    """
    first = day.year if day.month >= _AUGUST else day.year - 1
    return f"{first}/{(first + 1) % 100:02d}"


def _is_near(day: date, first: date, last: date) -> bool:
    return day - first >= -_NEAR and day - last <= _NEAR


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
    year: Text | None = None
    """The school year, such as ``2027/28``, where a calendar holds several."""
    projected: bool = False
    """True where nobody has set these dates: those of another year, moved by whole years."""

    @property
    def label(self) -> str:
        """The name, with the school year where there is one."""
        return _in_year(self.name, self.year)

    def _check(self, check: Check) -> None:
        super()._check(check)
        if not check.ok():
            return
        if (self.end - self.start).days > 200:  # noqa: PLR2004  (a term, not a year)
            check.fault("end", "a term of more than 200 days: one of the dates is wrong")
        holiday = self.half_term
        if holiday is not None and not (self.start < holiday.start and holiday.end < self.end):
            check.fault("half_term", f"the break {holiday._label()} is not inside the term")  # noqa: SLF001

    def moved(self, by: timedelta) -> Term:
        """Return the term at other dates, as one that is projected."""
        gap = self.half_term
        if gap is not None:
            gap = DateRange(start=gap.start + by, end=gap.end + by)
        return evolve(
            self, start=self.start + by, end=self.end + by, half_term=gap, year=None, projected=True
        )

    def _label(self) -> str:
        return f"{self.label} {self.start} to {self.end}{_if_projected(self)}"


def _in_year(name: str, year: str | None) -> str:
    return f"{name} {year}" if year else name


def _if_projected(part: Term | HalfTerm) -> str:
    return " (projected)" if part.projected else ""


@frozen(kw_only=True, repr=False)
class DayOff(Value):
    """A day in term on which the school is closed: a bank holiday or an extra day."""

    day: date
    name: Text

    def _label(self) -> str:
        return f"{self.name} {self.day}"


@frozen(kw_only=True, repr=False)
class HalfTerm(Displayed):
    """A half of a term: ``Autumn 1`` to ``Summer 2`` where there are three terms."""

    name: str
    start: date
    """First teaching day."""
    end: date
    """Last teaching day."""
    year: str | None = None
    """The school year, such as ``2027/28``, where a calendar holds several."""
    projected: bool = False
    """True where nobody has set these dates."""

    @property
    def label(self) -> str:
        """The name, with the school year where there is one."""
        return _in_year(self.name, self.year)

    def _label(self) -> str:
        return f"{self.label}: {self.start} to {self.end}{_if_projected(self)}"


@frozen(kw_only=True, repr=False)
class SchoolWeek(Displayed):
    """A week in which staff are in school, and mostly pupils too."""

    number: int
    """The place in the year, from 0."""
    start: date
    """First teaching day of the week; without one, its first INSET day."""
    end: date
    """Last teaching day of the week; without one, its last INSET day."""
    half_term: str
    """The half-term; that which is nearest where pupils do not come in."""
    opens_half_term: bool
    """True for the first week of a half-term."""
    taught: bool = True
    """False for a week with INSET days alone."""

    def _label(self) -> str:
        return f"week {self.number + 1}, {self.start} to {self.end}, {self.half_term}"


@frozen(kw_only=True, repr=False)
class SchoolYear(Value):
    """The term dates of one school year, as data: they differ by authority, trust and year.

    Years that follow one another are joined to one, with the school year beside the names of
    later terms; ``years`` has the ids of those whose dates are set.

    A school day is a day from Monday to Friday, inside a term and outside its break, that is
    not a day off. Pupils come in on all of them but the INSET days, and staff on the INSET days
    too, which may lie outside the terms: many schools publish the terms of their pupils.
    """

    id: Slug
    name: Text
    illustrative: bool = False
    source: str = ""
    terms: Annotated[Entries[Term], Some()] = field(converter=TupleOf[Term])
    days_off: Entries[DayOff] = field(default=Entries(), converter=TupleOf[DayOff])
    inset: Annotated[tuple[date, ...], Unique()] = field(default=(), converter=TupleOf[date])
    years: Slugs = field(default=(), converter=TupleOf[str])
    _half_terms: Entries[HalfTerm] = field(init=False, eq=False)
    _weeks: Entries[SchoolWeek] = field(init=False, eq=False)
    _staff_weeks: Entries[SchoolWeek] = field(init=False, eq=False)
    _teaching: frozenset[date] = field(init=False, eq=False)
    _staff: frozenset[date] = field(init=False, eq=False)

    def __attrs_post_init__(self) -> None:
        super().__attrs_post_init__()
        in_term, inset = frozenset(self._term_days()), frozenset(self.inset)
        object.__setattr__(self, "_staff", in_term | inset)
        object.__setattr__(self, "_teaching", in_term - inset)
        object.__setattr__(self, "_half_terms", Entries(self._find_half_terms()))
        if not self._teaching:
            check = Check.of_value(self)
            check.fault("terms", "this year has no teaching day")
            check.done()
        staffed = Entries(self._find_weeks())
        taught = (week for week in staffed if week.taught)
        object.__setattr__(self, "_staff_weeks", staffed)
        weeks = Entries(evolve(week, number=i) for i, week in enumerate(taught))
        object.__setattr__(self, "_weeks", weeks)

    def _check(self, check: Check) -> None:
        if not check.ok("terms", "days_off", "inset"):
            return
        check.unique("terms", self.terms, "label")
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
        edges = self._edges()
        for path, day in [*named, *((f"inset[{i}]", day) for i, day in enumerate(self.inset))]:
            if not _is_near(day, *edges):
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
        return _is_near(require_day("is_near", day), *self._edges())

    def _edges(self) -> tuple[date, date]:
        return min(t.start for t in self.terms), max(t.end for t in self.terms)

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
        """First to last day of the terms, and of INSET days outside them."""
        starts, ends = (t.start for t in self.terms), (t.end for t in self.terms)
        return DateRange(start=min([*starts, *self.inset]), end=max([*ends, *self.inset]))

    # -- half-terms and weeks --------------------------------------------------------

    @property
    def half_terms(self) -> Entries[HalfTerm]:
        """The half-terms in order; a term without a break counts as one."""
        return self._half_terms

    @property
    def weeks(self) -> Entries[SchoolWeek]:
        """The teaching weeks in order: Monday to Friday with at least one teaching day."""
        return self._weeks

    @property
    def staff_weeks(self) -> Entries[SchoolWeek]:
        """The weeks with at least one staff day: teaching weeks, and those of INSET days alone."""
        return self._staff_weeks

    def half_term(self, day: date) -> HalfTerm | None:
        """Return the half-term in which a day lies, or None in a holiday."""
        asked = require_day("half_term", day)
        return next((part for part in self._half_terms if part.start <= asked <= part.end), None)

    def _find_half_terms(self) -> Iterator[HalfTerm]:
        taught = sorted(self._teaching)
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
            for name, start, end in parts:
                first, after = bisect_left(taught, start), bisect_right(taught, end)
                if first < after:
                    yield HalfTerm(
                        name=name,
                        start=taught[first],
                        end=taught[after - 1],
                        year=term.year,
                        projected=term.projected,
                    )

    def _find_weeks(self) -> Iterator[SchoolWeek]:
        # A week is one week, with the hours of one week, even if a break falls in its middle.
        mondays: dict[date, list[date]] = {}
        for day in sorted(self._staff):
            mondays.setdefault(_monday(day), []).append(day)
        starts = [part.start for part in self._half_terms]
        opening = {_monday(start) for start in starts}
        for number, (monday, staffed) in enumerate(mondays.items()):
            taught = [day for day in staffed if day in self._teaching]
            days = taught or staffed
            part = self._nearest(days[0], bisect_right(starts, days[0]))
            yield SchoolWeek(
                number=number,
                start=days[0],
                end=days[-1],
                half_term=part.label,
                opens_half_term=monday in opening,
                taught=bool(taught),
            )

    def _nearest(self, day: date, later: int) -> HalfTerm:
        """Return the half-term of a day, or in a holiday the nearest; of two, the next.

        ``later`` is the place of the first half-term that begins after the day.
        """
        return min(
            self._half_terms[max(0, later - 1) : later + 1],
            key=lambda p: (max(p.start - day, day - p.end, 0 * _DAY), p.start < day),
        )

    # -- years -----------------------------------------------------------------------

    @property
    def projected_spans(self) -> Entries[DateRange]:
        """The stretches of terms whose dates nobody has set."""
        ordered = groupby(sorted(self.terms, key=lambda t: t.start), key=lambda t: t.projected)
        stretches = [list(terms) for projected, terms in ordered if projected]
        return Entries(DateRange(start=s[0].start, end=s[-1].end) for s in stretches)

    def projected(self, years: int = 1) -> SchoolYear:
        """Return a year like the last of this calendar, some years later, until its dates are set.

        All days move by 52 weeks a year, so that each keeps its day of the week. Bank holidays
        move too; Easter may lie elsewhere (judgement).

        Parameters
        ----------
        years : int
            How many years later, from 1, or before the first year of this calendar, to -1.

        Raises
        ------
        InvalidInputError
            0, a number that is not whole, or a date that no calendar has.

        Examples
        --------
        >>> from behaviour_culture import load_calendar
        >>> year = load_calendar("illustrative-2026-27").projected()
        >>> year.start, [term.projected for term in year.terms]
        (datetime.date(2027, 9, 2), [True, True, True])
        """
        check = Check("projected")
        if check.whole("years", years, -_MOST_YEARS, _MOST_YEARS) and years == 0:
            check.fault("years", "0 is this year itself: say 1 for the next")
        check.done()
        ordered = sorted(self.terms, key=lambda t: t.start)
        of_year = (ordered[-1] if years > 0 else ordered[0]).year
        alike = [t for t in ordered if t.year == of_year]
        by = years * _YEAR

        def belongs(day: date) -> bool:
            gaps = ((max(t.start - day, day - t.end, 0 * _DAY), t.start < day, t) for t in ordered)
            return min(gaps, key=lambda gap: gap[:2])[2] in alike

        try:
            terms = [t.moved(by) for t in alike]
            off = [evolve(d, day=d.day + by) for d in self.days_off if belongs(d.day)]
            inset = [day + by for day in self.inset if belongs(day)]
        except OverflowError:
            fault = Fault("years", f"{years} years on no calendar has dates", str(years))
            raise InvalidInputError("projected", [fault]) from None
        label = school_year(terms[0].start)
        known = self.years or (self.id,)
        base = known[-1] if years > 0 else known[0]
        return SchoolYear(
            id=f"{base}-projected-{label.replace('/', '-')}",
            name=f"{self.name} ({label})",
            illustrative=self.illustrative,
            source=self.source,
            terms=terms,
            days_off=off,
            inset=inset,
            years=[base],
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
