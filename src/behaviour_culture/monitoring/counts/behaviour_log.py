"""A behaviour log without names: counted into series, and how much of it a few pupils make up."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import Annotated, Any, ClassVar, Literal, NoReturn

from attrs import field, frozen

from behaviour_culture._display import count_of
from behaviour_culture.arguments import Arguments
from behaviour_culture.checks import Value, as_float, as_tuple
from behaviour_culture.errors import shorten
from behaviour_culture.fields import NotNegative, Range, Share
from behaviour_culture.model.calendar import DateRange, SchoolYear
from behaviour_culture.model.exposure import PeriodExposure, closed_days, exposure_from_calendar
from behaviour_culture.model.indicator import (
    ExposureKind,
    Indicator,
    RecordingChange,
    Series,
    SeriesPeriod,
)
from behaviour_culture.model.log_mapping import LISTS
from behaviour_culture.model.reading import Doubt, Reading
from behaviour_culture.monitoring.counts.log_days import (
    ACCEPTED,
    ask_about_days,
    days_covered,
    left_out,
    lone_ends,
    long_gaps,
    part_covered,
    place,
)
from behaviour_culture.monitoring.counts.log_rows import (
    LogRow,
    Repeats,
    Where,
    ask_about_merits,
    chosen,
    told_apart,
)

__all__ = ["BehaviourLog", "LogConcentration"]

_FEWEST = 10
"""Fewest other pupils in a log about which anything is said (judgement)."""


def _years(calendar: object) -> tuple[SchoolYear, ...]:
    """Return the years of one calendar or of several, or none if it is something else."""
    given = (calendar,) if isinstance(calendar, SchoolYear) else calendar
    if not isinstance(given, (list, tuple)) or not all(isinstance(y, SchoolYear) for y in given):
        return ()
    return tuple(given)


@frozen(kw_only=True, repr=False)
class LogConcentration(Value):
    """How much of a log a few pupils make up. It names nobody, and no count of theirs.

    Attributes
    ----------
    most_logged : int
        How many pupils are called the most logged.
    share : float
        Their share of all rows with a pupil, from 0 to 1, to whole hundredths.
    ratio, ratio_without : float or None
        Rows for each teaching day from a day on, over those before it: of all pupils, and
        without the most logged; to whole hundredths. None without a day.
    """

    most_logged: Annotated[int, Range(low=1)]
    share: Share = field(converter=as_float)
    ratio: NotNegative | None = None
    ratio_without: NotNegative | None = None

    def _lines(self) -> list[str]:
        lines = [f"The {self.most_logged} most-logged pupils make up {self.share:.0%} of the log."]
        if self.ratio is not None and self.ratio_without is not None:
            lines.append(
                f"Rows for each day after, over before: {self.ratio:.2f}. Without the "
                f"{self.most_logged} most-logged pupils: {self.ratio_without:.2f}."
            )
        return lines


class BehaviourLog:
    """A behaviour log while it is counted. It cannot be saved: make series of it.

    Made by `read_behaviour_log`. It holds hashed keys of pupils, and so is not an attrs class:
    neither the converter nor ``bc.write`` nor pickle takes it. The series and shares made of it
    hold no keys.
    """

    __slots__ = ("_keys", "_rows", "left_out", "reading", "source")

    _keys: tuple[str, ...]
    _rows: tuple[LogRow, ...]
    source: str
    left_out: tuple[str, ...]
    """Columns of the file that were not read."""
    reading: Reading
    """The rows that were read, and what is odd about them."""

    def __init__(
        self,
        rows: Iterable[LogRow],
        keys: Iterable[str],
        *,
        source: str,
        left_out: Iterable[str] = (),
        doubts: Iterable[Doubt] = (),
    ) -> None:
        setting = object.__setattr__
        setting(self, "_rows", tuple(rows))
        setting(self, "_keys", tuple(keys))
        setting(self, "source", source)
        setting(self, "left_out", tuple(left_out))
        read = len(self._rows)
        setting(self, "reading", Reading(read=read, counted=read, doubts=tuple(doubts)))

    def __setattr__(self, name: str, value: object) -> NoReturn:
        msg = f"a BehaviourLog cannot be changed: {name}"
        raise AttributeError(msg)

    def __delattr__(self, name: str) -> NoReturn:
        msg = f"a BehaviourLog cannot be changed: {name}"
        raise AttributeError(msg)

    def __reduce_ex__(self, _protocol: object) -> NoReturn:
        msg = "a BehaviourLog is not saved, since it holds keys of pupils: make a series of it"
        raise TypeError(msg)

    def __len__(self) -> int:
        return len(self._rows)

    def __repr__(self) -> str:
        doubts = count_of(len(self.reading.doubts), "doubt")
        said = f"; {doubts} in .reading" if self.reading.doubts else ""
        return (
            f"<BehaviourLog {self.source}: {count_of(len(self), 'row')}, {self.first} to "
            f"{self.last}{said}>"
        )

    @property
    def first(self) -> date:
        """The first day on which anything happened."""
        return min(row.day for row in self._rows)

    @property
    def last(self) -> date:
        """The last day on which anything happened."""
        return max(row.day for row in self._rows)

    def labels(self, name: str) -> tuple[str, ...]:
        """Return the different texts of ``category``, ``location`` and so on, in order."""
        given = Arguments("labels")
        given.one_of("name", name, LISTS)
        given.done()
        return tuple(sorted({getattr(row, name) for row in self._rows} - {""}))

    def to_series(  # noqa: PLR0913  (facts that are not in a log)
        self,
        indicator: Indicator,
        calendar: SchoolYear | Sequence[SchoolYear],
        pupils: int,
        *,
        by: Literal["half-term", "week"] = "half-term",
        count: Literal["incidents", "pupils-in-incidents"] = "incidents",
        where: Where | None = None,
        covers: DateRange | None = None,
        closures: Iterable[date | DateRange] = (),
        recording_changes: Iterable[RecordingChange] = (),
        school: str | None = None,
        repeats: Repeats | None = None,
        accept: Collection[str] = (),
    ) -> Series:
        """Count the log by week or half-term, out of pupil school-days.

        Parameters
        ----------
        indicator : Indicator
            The indicator that is counted; its exposure must be pupil-days.
        calendar : SchoolYear or sequence of SchoolYear
            In order of time.
        pupils : int
            Pupils on roll, 1 to 20,000.
        by : {"half-term", "week"}
        count : {"incidents", "pupils-in-incidents"}
            Rows with one ``incident_id`` count once, or once for each ``pupil_key``: a row for
            each action does not make more of them. Ids may begin anew each school year.
        where : mapping, optional
            The rows to take: a text or several by field, in which capitals do not matter, and
            numbers, several numbers or a `behaviour_culture.fields.Range` for ``points``:
            ``{"category": ("Disruption", "Defiance"), "points": Range(below=0)}``.
        covers : DateRange, optional
            The days that the export covers. A period that is not wholly in it is masked.
            Without it, periods wholly before the first row or after the last are; rows in a
            holiday do not count as such.
        closures, recording_changes, school
            As in `read_series`.
        repeats : {"once", "each"}, optional
            What rows that no key tells apart are: one incident, or one each. Without it they
            are refused.
        accept : collection of {"day-without-school", "lone-row"}
            What would be refused is then a doubt: many rows on days without school; a few rows
            long before or after all others, which decide the days that the log covers.

        Returns
        -------
        Series
            Marked ``internal``; it holds no key of a pupil. ``reading`` has every row that was
            not counted, and why.

        Raises
        ------
        InvalidInputError
            All faults at once. Beside arguments: merits among the rows although ``where`` does
            not say which to take, and the doubts that ``repeats`` and ``accept`` are about.

        Examples
        --------
        ``series.reading`` is an account such as "24 rows read, 18 counted", with a line for each
        reason.
        """
        given = Arguments("BehaviourLog.to_series")
        right = given.value("indicator", indicator, Indicator)
        if right and indicator.exposure is not ExposureKind.PUPIL_DAYS:
            message = f"it is out of {indicator.exposure.value}; a log counts out of pupil-days"
            given.fault("indicator", message)
        years = _years(calendar)
        if not years:
            given.fault("calendar", f"expected a SchoolYear, got {shorten(calendar)}")
        given.whole("pupils", pupils, 1, 20_000)
        given.one_of("by", by, ("half-term", "week"))
        given.one_of("count", count, ("incidents", "pupils-in-incidents"))
        given.value("covers", covers, DateRange | None)
        accepted = (accept,) if isinstance(accept, str) else tuple(accept)
        for code in accepted:
            given.one_of("accept", code, ACCEPTED)
        taken = chosen(self._rows, where, given)
        shut = closed_days(closures, years, given) if years else frozenset()
        given.done()
        spans = [s for y in years for s in _spans(y, pupils, by, shut)]
        opened = {
            day: i
            for i, span in enumerate(spans)
            for day in DateRange(start=span.start, end=span.end).days()
            if day not in shut and any(year.is_teaching_day(day) for year in years)
        }
        known = days_covered(self._rows, opened, years)
        masks = [_mask(span, covers, known) for span in spans]
        by_pupil = count == "pupils-in-incidents" and any(self._keys)
        rows = zip(self._rows, self._keys, taken, strict=True)
        placed, out = place(rows, opened, masks, covers, years, by_pupil=by_pupil)
        ask_about_merits([row for _, row, _ in placed], where, given)
        ask_about_days(len(placed), out, self._rows, years, accepted, given)
        doubts = [] if covers else lone_ends(self._rows, opened, accepted, given)
        if not given.ok("where"):
            given.done()  # merits often repeat each other
        counted, out["repeated"] = told_apart(
            placed, people=count == "pupils-in-incidents", repeats=repeats, given=given
        )
        given.done()
        counts = Counter(opened[row.day] for row in counted)
        if covers is None:
            doubts += part_covered(known, len(self), spans, masks, opened)
            doubts += long_gaps(self._rows, opened, masks)
        several = len(years) > 1 and by == "half-term"
        return Series(
            id=f"{indicator.id[:80].rstrip('-.')}-log",
            indicator=indicator.id,
            exposure_kind=ExposureKind.PUPIL_DAYS,
            periods=[
                _period(span, counts[i], masks[i], several=several) for i, span in enumerate(spans)
            ],
            recording_changes=as_tuple(recording_changes),
            school=school,
            source=self.source,
            reading=Reading(
                read=len(self),
                counted=len(counted),
                doubts=[*self.reading.doubts, *doubts, *left_out(out)],
            ),
        )

    def concentration(
        self,
        most_logged: int = 3,
        *,
        change_at: date | None = None,
        calendar: SchoolYear | Sequence[SchoolYear] = (),
        where: Where | None = None,
        repeats: Repeats | None = None,
    ) -> LogConcentration:
        """Return how much of the log its most-logged pupils make up, and the change without them.

        Parameters
        ----------
        most_logged : int
            How many pupils, 3 to 20.
        change_at : date, optional
            The first day after the change; it needs ``calendar``, whose teaching days make the
            two stretches comparable.
        where, repeats
            The rows to take, and what rows are that no key tells apart, as in `to_series`. One
            pupil in one incident counts once.

        Raises
        ------
        InvalidInputError
            No pupil key was read, or there are fewer than 10 other pupils in the log, so that the
            few could be recognised.
        """
        given = Arguments("BehaviourLog.concentration")
        given.whole("most_logged", most_logged, 3, 20)
        at = None if change_at is None else given.day("change_at", change_at)
        years = _years(calendar)
        if at is not None and not years:
            given.fault("calendar", "with change_at, give the calendar of the years")
        taken = chosen(self._rows, where, given)
        given.done()
        asked = zip(self._rows, self._keys, taken, strict=True)
        named = [(i, row, key) for i, (row, key, t) in enumerate(asked, start=1) if key and t]
        ask_about_merits([row for _, row, _ in named], where, given)
        given.done()
        _, again = told_apart(named, people=True, repeats=repeats, given=given)
        given.done()
        skipped = set(again)
        pairs = [(row, key) for i, row, key in named if i not in skipped]
        tally = Counter(key for _, key in pairs)
        if len(tally) < most_logged + _FEWEST:
            given.fault(
                "pupil_key",
                f"{count_of(len(tally), 'pupil')} with a key: with fewer than "
                f"{most_logged + _FEWEST} the most "
                "logged could be recognised, so there is no answer",
            )
        given.done()
        # Among pupils with the same number of rows the hash decides, which nobody can steer.
        top = {k for k, _ in sorted(tally.items(), key=lambda e: (-e[1], e[0]))[:most_logged]}
        share = sum(tally[k] for k in top) / len(pairs)
        ratio = without = None
        if at is not None:
            ratio = self._ratio([r.day for r, _ in pairs], at, years)
            without = self._ratio([r.day for r, k in pairs if k not in top], at, years)
        return LogConcentration(
            most_logged=most_logged, share=round(share, 2), ratio=ratio, ratio_without=without
        )

    _COLUMNS: ClassVar[Mapping[str, type]] = {
        "day": date,
        "polarity": str,
        "category": str,
        "location": str,
        "period": str,
        "points": float,
        "outcome": str,
        "logged": date,
    }

    def to_rows(self) -> list[dict[str, Any]]:
        """Return the rows without keys of pupils or incidents: for use inside the school."""
        rows = []
        for row in self._rows:
            cells = row._asdict()
            del cells["incident"], cells["clock"]  # they lead back to pupils in the system itself
            cells["day"] = row.day.isoformat()
            cells["logged"] = None if row.logged is None else row.logged.isoformat()
            rows.append(cells)
        return rows

    # -- inside ------------------------------------------------------------------------

    def _ratio(self, days: list[date], at: date, years: Sequence[SchoolYear]) -> float | None:
        """Return rows for each teaching day from a day on, over those before it."""
        first, last = self.first, self.last
        taught = [
            day
            for year in years
            for day in DateRange(start=year.start, end=year.end).days()
            if first <= day <= last and year.is_teaching_day(day)
        ]
        before = sum(day < at for day in taught)
        after = len(taught) - before
        rows_before = sum(day < at for day in days)
        if not before or not after or not rows_before:
            return None
        return round((len(days) - rows_before) / after / (rows_before / before), 2)


def _spans(
    year: SchoolYear, pupils: int, by: Literal["half-term", "week"], shut: Collection[date]
) -> tuple[PeriodExposure, ...]:
    here = [day for day in shut if year.is_near(day)]
    return exposure_from_calendar(year, pupils, by=by, closures=here)


def _mask(span: PeriodExposure, covers: DateRange | None, rows: DateRange) -> str:
    """Return why a period has no count, or nothing."""
    if covers is not None and not covers.start <= span.start <= span.end <= covers.end:
        return "the log does not cover all of this period"
    if covers is None and (span.end < rows.start or span.start > rows.end):
        return "before the first row of the log, or after the last"
    return "" if span.pupil_days else "no teaching day in this period"


def _period(span: PeriodExposure, count: int, masked: str, *, several: bool) -> SeriesPeriod:
    return SeriesPeriod(
        label=f"{span.label} {span.start.year}" if several else span.label,
        start=span.start,
        end=span.end,
        count=None if masked else count,
        exposure=None if masked else span.pupil_days,
        masked=masked,
    )
