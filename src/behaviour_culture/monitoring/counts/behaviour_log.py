"""A behaviour log without names: counted into series, and how much of it a few pupils make up."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Annotated, Any, Literal, NamedTuple, NoReturn

from attrs import field, frozen

from behaviour_culture.arguments import Arguments
from behaviour_culture.checks import Value, as_float, as_tuple
from behaviour_culture.errors import shorten, suggest
from behaviour_culture.fields import NotNegative, Range, Share
from behaviour_culture.model.calendar import DateRange, SchoolYear
from behaviour_culture.model.exposure import PeriodExposure, exposure_from_calendar
from behaviour_culture.model.indicator import (
    ExposureKind,
    Indicator,
    RecordingChange,
    Series,
    SeriesPeriod,
)
from behaviour_culture.model.log_mapping import LISTS

__all__ = ["BehaviourLog", "LogConcentration", "LogRow"]

_FEWEST = 10
"""Fewest other pupils in a log about which anything is said (judgement)."""


def _years(calendar: object) -> tuple[SchoolYear, ...]:
    """Return the years of one calendar or of several, or none if it is something else."""
    given = (calendar,) if isinstance(calendar, SchoolYear) else calendar
    if not isinstance(given, (list, tuple)) or not all(isinstance(y, SchoolYear) for y in given):
        return ()
    return tuple(given)


class LogRow(NamedTuple):
    """One row of a log while it is counted: no name, no staff, no free text."""

    day: date
    incident: str
    polarity: str
    category: str
    location: str
    period: str
    outcome: str
    points: float | None
    logged: date | None


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

    __slots__ = ("_keys", "_rows", "left_out", "source")

    _keys: tuple[str, ...]
    _rows: tuple[LogRow, ...]
    source: str
    left_out: tuple[str, ...]
    """Columns of the file that were not read."""

    def __init__(
        self,
        rows: Iterable[LogRow],
        keys: Iterable[str],
        *,
        source: str,
        left_out: Iterable[str] = (),
    ) -> None:
        setting = object.__setattr__
        setting(self, "_rows", tuple(rows))
        setting(self, "_keys", tuple(keys))
        setting(self, "source", source)
        setting(self, "left_out", tuple(left_out))

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
        return f"<BehaviourLog {self.source}: {len(self):,} rows, {self.first} to {self.last}>"

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
        where: Mapping[str, str] | None = None,
        covers: DateRange | None = None,
        closures: Iterable[date | DateRange] = (),
        recording_changes: Iterable[RecordingChange] = (),
        school: str | None = None,
    ) -> Series:
        """Count the log by week or half-term, out of pupil school-days.

        Parameters
        ----------
        indicator : Indicator
            The indicator that is counted; its exposure must be pupil-days.
        calendar : SchoolYear or sequence of SchoolYear
            In order of time. Rows on days in no period (holidays) are not counted; their number
            is in the ``source`` of the series.
        pupils : int
            Pupils on roll, 1 to 20,000.
        by : {"half-term", "week"}
        count : {"incidents", "pupils-in-incidents"}
            Rows with one ``incident_id`` count once, or each by itself. Without that column
            each row is an incident.
        where : mapping, optional
            The rows to take: ``{"polarity": "negative"}``; capitals do not matter.
        covers : DateRange, optional
            The days that the export covers. A period that is not wholly in it is masked.
            Without it, periods wholly before the first row or after the last are.
        closures, recording_changes, school
            As in `read_series`.

        Returns
        -------
        Series
            Marked ``internal``; it holds no key of a pupil.
        """
        given = Arguments("BehaviourLog.to_series")
        right = given.value("indicator", indicator, Indicator)
        if right and indicator.exposure is not ExposureKind.PUPIL_DAYS:
            message = f"it is out of {indicator.exposure.value}; a log counts out of pupil-days"
            given.fault("indicator", message)
        years, shut = _years(calendar), as_tuple(closures)
        if not years:
            given.fault("calendar", f"expected a SchoolYear, got {shorten(calendar)}")
        given.whole("pupils", pupils, 1, 20_000)
        given.one_of("by", by, ("half-term", "week"))
        given.one_of("count", count, ("incidents", "pupils-in-incidents"))
        given.value("covers", covers, DateRange | None)
        rows = self._chosen(where, given)
        given.done()
        spans = [s for y in years for s in exposure_from_calendar(y, pupils, by=by, closures=shut)]
        counts = Counter[int]()
        outside = 0
        seen: set[tuple[str, date]] = set()
        for row in rows:
            if count == "incidents" and row.incident:
                if (row.incident, row.day) in seen:
                    continue
                seen.add((row.incident, row.day))
            at = next((i for i, s in enumerate(spans) if s.start <= row.day <= s.end), None)
            outside += at is None
            counts.update(() if at is None else (at,))
        several = len(years) > 1 and by == "half-term"
        note = f"; {outside} in no period of the calendar" if outside else ""
        return Series(
            id=f"{indicator.id[:80].rstrip('-.')}-log",
            indicator=indicator.id,
            exposure_kind=ExposureKind.PUPIL_DAYS,
            periods=[
                self._period(span, counts[i], covers, several=several)
                for i, span in enumerate(spans)
            ],
            recording_changes=as_tuple(recording_changes),
            school=school,
            source=f"{self.source}{note}",
        )

    def concentration(
        self,
        most_logged: int = 3,
        *,
        change_at: date | None = None,
        calendar: SchoolYear | Sequence[SchoolYear] = (),
        where: Mapping[str, str] | None = None,
    ) -> LogConcentration:
        """Return how much of the log its most-logged pupils make up, and the change without them.

        Parameters
        ----------
        most_logged : int
            How many pupils, 3 to 20.
        change_at : date, optional
            The first day after the change; it needs ``calendar``, whose teaching days make the
            two stretches comparable.
        where : mapping, optional
            The rows to take, as in `to_series`.

        Raises
        ------
        InvalidInputError
            No pupil key was read, or there are fewer than 10 other pupils in the log, so that the
            few could be recognised.
        """
        given = Arguments("BehaviourLog.concentration")
        given.whole("most_logged", most_logged, 3, 20)
        given.value("change_at", change_at, date | None)
        years = _years(calendar)
        if change_at is not None and not years:
            given.fault("calendar", "with change_at, give the calendar of the years")
        kept = set(self._chosen(where, given))
        given.done()
        pairs = [(r, k) for r, k in zip(self._rows, self._keys, strict=True) if k and r in kept]
        tally = Counter(key for _, key in pairs)
        if len(tally) < most_logged + _FEWEST:
            given.fault(
                "pupil_key",
                f"{len(tally)} pupils with a key: with fewer than {most_logged + _FEWEST} the most "
                "logged could be recognised, so there is no answer",
            )
        given.done()
        # Among pupils with the same number of rows the hash decides, which nobody can steer.
        top = {k for k, _ in sorted(tally.items(), key=lambda e: (-e[1], e[0]))[:most_logged]}
        share = sum(tally[k] for k in top) / len(pairs)
        ratio = without = None
        if change_at is not None:
            ratio = self._ratio([r.day for r, _ in pairs], change_at, years)
            without = self._ratio([r.day for r, k in pairs if k not in top], change_at, years)
        return LogConcentration(
            most_logged=most_logged, share=round(share, 2), ratio=ratio, ratio_without=without
        )

    def to_rows(self) -> list[dict[str, Any]]:
        """Return the rows without keys of pupils or incidents: for use inside the school."""
        rows = []
        for row in self._rows:
            cells = row._asdict()
            del cells["incident"]  # it leads back to the pupils in the system itself
            cells["day"] = row.day.isoformat()
            cells["logged"] = None if row.logged is None else row.logged.isoformat()
            rows.append(cells)
        return rows

    # -- inside ------------------------------------------------------------------------

    def _chosen(self, where: object, given: Arguments) -> list[LogRow]:
        kept = list(self._rows)
        if where is None:
            return kept
        if not isinstance(where, Mapping):
            given.fault("where", f"expected labels by field, got {shorten(where)}")
            return []
        for name, text in where.items():
            if name not in LISTS or not isinstance(text, str):
                message = f"expected a text for one of {', '.join(LISTS)}{suggest(name, LISTS)}"
                given.fault(f"where.{name}", message, text)
                continue
            known = self.labels(name)
            if text.casefold() not in {label.casefold() for label in known}:
                message = f"{shorten(text)} is in no row{suggest(text, known)}"
                given.fault(f"where.{name}", message, text)
            kept = [row for row in kept if getattr(row, name).casefold() == text.casefold()]
        return kept

    def _period(
        self, span: PeriodExposure, count: int, covers: DateRange | None, *, several: bool
    ) -> SeriesPeriod:
        masked = ""
        if covers is not None and not covers.start <= span.start <= span.end <= covers.end:
            masked = "the log does not cover all of this period"
        elif covers is None and (span.end < self.first or span.start > self.last):
            masked = "before the first row of the log, or after the last"
        elif span.pupil_days == 0:
            masked = "no teaching day in this period"
        return SeriesPeriod(
            label=f"{span.label} {span.start.year}" if several else span.label,
            start=span.start,
            end=span.end,
            count=None if masked else count,
            exposure=None if masked else span.pupil_days,
            masked=masked,
        )

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
