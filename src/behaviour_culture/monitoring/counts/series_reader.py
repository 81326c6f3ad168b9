"""Reads a school's own counts: a CSV file or frame with a row for each week or half-term."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from math import isfinite
from typing import Any, Literal

from attrs import field, frozen

from behaviour_culture._display import count_of
from behaviour_culture.arguments import Arguments
from behaviour_culture.errors import Fault, InvalidInputError, shorten
from behaviour_culture.interchange.days import DayColumn, check_day_options
from behaviour_culture.interchange.files import AnyFile
from behaviour_culture.interchange.frames import frame_rows
from behaviour_culture.interchange.table import (
    Row,
    csv_path,
    id_from,
    in_row,
    plain_number,
    read_csv,
)
from behaviour_culture.model.calendar import DateRange, SchoolYear
from behaviour_culture.model.exposure import closed_days
from behaviour_culture.model.indicator import (
    ExposureKind,
    Indicator,
    RecordingChange,
    Series,
    SeriesPeriod,
)
from behaviour_culture.model.reading import Doubt, Reading
from behaviour_culture.monitoring.counts.missing_weeks import fill

__all__ = ["read_series", "series_from_frame"]

_COLUMNS = ("count",)
_OURS = ("period", "rate_per_100")
"""Columns of the frame of a series: the label by another name, and what follows from the rest."""
_OPTIONAL = ("start", "end", "label", "exposure", "pupils", "masked")

_WEEK = timedelta(days=6)
_FRIDAY = 4
_NOT_MASKED = {
    *("", "0", "0.0", "false", "f", "no", "n", "-", "off", "ok", "not masked"),
    *("nan", "none", "null", "na", "n/a", "#n/a", "<na>", "nat"),
}
"""False, and what programs write for nothing."""
_MASKED = {"1", "1.0", "true", "t", "yes", "y", "x"}
_SHOWN = 5


def read_series(  # noqa: PLR0913  (facts that are not in a CSV file)
    path: AnyFile,
    *,
    indicator: Indicator,
    calendar: SchoolYear | None = None,
    pupils: int | None = None,
    closures: Iterable[date | DateRange] = (),
    recording_changes: Iterable[RecordingChange] = (),
    school: str | None = None,
    missing: Literal["zero", "unknown"] | None = None,
    dayfirst: bool | None = None,
    timezone: str | None = None,
    id: str | None = None,  # noqa: A002  (the name of the field)
) -> Series:
    """Read counts from a CSV file, each with its exposure.

    Parameters
    ----------
    path : str or path-like
        The column ``count`` and ``start`` (first day) or ``end`` (last day), each six days from
        the other where only one is given; if wanted ``label``, ``exposure``, ``pupils``,
        ``masked`` (why the row is left out, or true and false). Columns with other names are
        refused, so that no name of a pupil comes in.
    indicator : Indicator
        The indicator of the counts.
    calendar : SchoolYear, optional
        Gives the pupil school-days of rows without ``exposure``: teaching days from ``start`` to
        ``end``, times the pupils of the row, or else ``pupils``.
    pupils : int, optional
        Pupils on roll, 1 to 20,000.
    closures : iterable of date or DateRange
        Teaching days of the calendar on which the school was closed, in any form of a date. A
        period that was closed throughout is masked.
    recording_changes : iterable of RecordingChange
    school : str, optional
        Id of the school.
    missing : {"zero", "unknown"}, optional
        What teaching weeks between the first row and the last are that have no row: weeks in
        which nothing happened, or masked ones. Without it they are refused; a survey has none.
    dayfirst, timezone : optional
        How dates are written, as in `read_behaviour_log`.
    id : str, optional
        The id of the series; made of the name of the file without it.

    Returns
    -------
    Series
        Marked ``internal``: small counts are not hidden in it. ``reading`` lists the rows that
        are masked, and what is odd.

    Raises
    ------
    InvalidInputError
        All faults at once, each with its row and column. A count without exposure is one; so
        are weeks without a row, and first days of weeks that look like last ones.
    """
    reader = _reader(
        "read_series", indicator, calendar, pupils, closures, missing, dayfirst, timezone
    )
    file = csv_path(path)
    doubts: list[Doubt] = []
    rows = read_csv(file, required=_COLUMNS, optional=_OPTIONAL, doubts=doubts)
    return _series_of_rows(
        rows,
        reader=reader,
        recording_changes=recording_changes,
        school=school,
        id=id_from(file.stem, default="series") if id is None else id,
        source=file.name,
        subject=str(file),
        doubts=doubts,
    )


def series_from_frame(  # noqa: PLR0913  (facts that are not in a frame)
    frame: object,
    *,
    indicator: Indicator,
    id: str = "frame",  # noqa: A002  (the name of the field)
    calendar: SchoolYear | None = None,
    pupils: int | None = None,
    closures: Iterable[date | DateRange] = (),
    recording_changes: Iterable[RecordingChange] = (),
    school: str | None = None,
    missing: Literal["zero", "unknown"] | None = None,
    dayfirst: bool | None = None,
    timezone: str | None = None,
) -> Series:
    """Build a series from a data frame of counts.

    Columns, cells and rules are those of `read_series`: a null is an empty cell, a date may
    be a date or a text, and a column with another name is refused, so that no name of a pupil
    comes in.

    Parameters
    ----------
    frame : object
        A frame of pandas, polars or pyarrow, of another library that narwhals knows, or
        anything with the Arrow PyCapsule interface (``__arrow_c_stream__``), for which
        pyarrow, polars or pandas must be installed. Its columns are those that `read_series`
        reads.
    indicator : Indicator
        The indicator of the counts.
    id : str
        Id of the series.
    calendar, pupils, closures, recording_changes, school, missing, dayfirst, timezone : optional
        As in `read_series`.

    Returns
    -------
    Series
        Marked ``internal``: small counts are not hidden in it.

    Raises
    ------
    InvalidInputError
        All faults at once, each with its row, counted from 0, and column.
    MissingExtraError
        narwhals is not installed (extra ``frames``).

    Examples
    --------
    >>> import polars as pl
    >>> from behaviour_culture import load_indicators
    >>> frame = pl.DataFrame({"start": ["2026-09-07"], "count": [7], "exposure": [4500]})
    >>> suspensions = load_indicators().indicator("suspensions")
    >>> series_from_frame(frame, indicator=suspensions, id="ours").counts()
    (7.0,)
    """
    subject = "series_from_frame"
    reader = _reader(subject, indicator, calendar, pupils, closures, missing, dayfirst, timezone)
    rows = frame_rows(frame, _COLUMNS, (*_OPTIONAL, *_OURS), subject)
    for _, cells in rows:  # of a frame that to_frame() made of a series
        cells.setdefault("label", cells.pop("period", ""))
        cells.pop("rate_per_100", None)
    return _series_of_rows(
        rows,
        reader=reader,
        recording_changes=recording_changes,
        school=school,
        id=id,
        source="",
        subject=subject,
    )


def _reader(  # noqa: PLR0913, PLR0917  (the arguments of both readers)
    subject: str,
    indicator: Any,  # noqa: ANN401  (checked here)
    calendar: Any,  # noqa: ANN401
    pupils: Any,  # noqa: ANN401
    closures: object,
    missing: Any,  # noqa: ANN401
    dayfirst: bool | None,  # noqa: FBT001  (passed on)
    timezone: str | None,
) -> _PeriodReader:
    """Return a reader of periods, or raise `InvalidInputError` for arguments that are wrong."""
    given = Arguments(subject)
    given.value("indicator", indicator, Indicator)
    given.value("calendar", calendar, SchoolYear | None)
    years = [calendar] if isinstance(calendar, SchoolYear) else []
    if pupils is not None:
        given.whole("pupils", pupils, 1, 20_000)
    if missing is not None and given.one_of("missing", missing, ("zero", "unknown")) and not years:
        given.fault("missing", "only the calendar knows which weeks are missing: give it")
    check_day_options(given, dayfirst, timezone)
    closed = closed_days(closures, years, given)
    given.done()
    start, end = (
        DayColumn(f"column {name!r}", dayfirst=dayfirst, timezone=timezone, times=False)
        for name in ("start", "end")
    )
    return _PeriodReader(indicator, calendar, pupils, closed, missing, start, end)


def _series_of_rows(  # noqa: PLR0913  (facts that are not in the rows)
    rows: Sequence[Row],
    *,
    reader: _PeriodReader,
    recording_changes: Iterable[RecordingChange],
    school: str | None,
    id: str,  # noqa: A002  (the name of the field)
    source: str,
    subject: str,
    doubts: Sequence[Doubt] = (),
) -> Series:
    """Build a series from rows of texts whose columns were checked."""
    found = [
        (number, period)
        for number, row in enumerate(rows, start=1)
        if (period := reader.period(row, number)) is not None
    ]
    doubts = [*doubts, *reader.close(rows)]
    masked = [number for number, period in found if period.masked]
    if masked:
        message = f"{count_of(len(masked), 'row')} masked, whose counts are not used"
        doubts.append(_doubt("masked", message, masked, left_out=True))
    periods = sorted((period for _, period in found), key=lambda p: p.start)
    kind = reader.indicator.exposure
    # A survey has waves, between which no week is missing.
    if not reader.faults and reader.calendar is not None and kind is not ExposureKind.ANSWERS:
        by_days = kind is ExposureKind.PUPIL_DAYS
        periods, more = fill(
            periods,
            reader.calendar,
            reader.closures,
            missing=reader.missing,
            pupils=reader.pupils if by_days else None,
            faults=reader.faults,
        )
        doubts += more
    if reader.faults:
        raise InvalidInputError(subject, reader.faults)
    try:
        return Series(
            id=id,
            indicator=reader.indicator.id,
            exposure_kind=reader.indicator.exposure,
            periods=periods,
            recording_changes=recording_changes,
            school=school,
            source=source,
            reading=Reading(read=len(found), counted=len(found) - len(masked), doubts=doubts),
        )
    except InvalidInputError as error:
        raise InvalidInputError(subject, error.faults) from None


def _doubt(code: str, message: str, rows: Sequence[int], *, left_out: bool = False) -> Doubt:
    first = rows[:_SHOWN]
    return Doubt(code=code, message=message, count=len(rows), rows=first, left_out=left_out)


@frozen
class _PeriodReader:
    """Makes periods of rows and collects their faults."""

    indicator: Indicator
    calendar: SchoolYear | None
    pupils: int | None
    closures: frozenset[date]
    missing: str | None
    starts: DayColumn
    ends: DayColumn
    faults: list[Fault] = field(factory=list, init=False)
    late: list[int] = field(factory=list, init=False)
    """Rows whose week begins on a Friday, Saturday or Sunday."""
    own: list[int] = field(factory=list, init=False)
    """Rows with an exposure of their own although the school was closed in their period."""

    def period(self, row: Row, number: int) -> SeriesPeriod | None:
        """Return the period of a row, or None where it has faults."""
        line, cells = row
        before = len(self.faults)
        first, last = (cells.get(name, "").strip() for name in ("start", "end"))
        start = self._day(self.starts, line, first, number)
        end = self._day(self.ends, line, last, number)
        count = self._number(line, cells, "count")
        exposure = self._number(line, cells, "exposure")
        pupils = self._number(line, cells, "pupils")
        if not first and not last:
            message = "give the first day of the row in 'start', or the last in 'end'"
            self.faults.append(Fault(f"row {line}, column 'start'", message))
        elif not last and start is not None:
            end = start + _WEEK
            if start.weekday() >= _FRIDAY:
                self.late.append(line)
        elif not first and end is not None:
            start = end - _WEEK
        if start is None or end is None or len(self.faults) > before:
            return None
        masked = cells.get("masked", "").strip()
        if masked.casefold() in _NOT_MASKED | _MASKED:
            masked = "masked in the file" if masked.casefold() in _MASKED else ""
        if exposure is not None and any(start <= day <= end for day in self.closures):
            self.own.append(number)
        by_days = self.calendar if self.indicator.exposure is ExposureKind.PUPIL_DAYS else None
        if exposure is None and by_days is not None and end >= start:
            days = self._days(by_days, start, end)
            if days == 0 and not masked:
                if count:
                    message = (
                        f"{count:g} counted, but the calendar has no teaching day from {start} to "
                        f"{end}: correct the dates, give 'exposure', or say why in 'masked'"
                    )
                    self.faults.append(Fault(f"row {line}, column 'count'", message))
                masked = "no teaching day in this period"
            roll = self.pupils if pupils is None else pupils
            exposure = None if roll is None else days * roll
        try:
            return SeriesPeriod(
                label=cells.get("label", "").strip() or start.isoformat(),
                start=start,
                end=end,
                count=count,
                exposure=exposure,
                masked=masked,
            )
        except InvalidInputError as error:
            self.faults.extend(in_row(line, error.faults))
            return None

    def close(self, rows: Sequence[Row]) -> list[Doubt]:
        """Return the doubts about all rows; gather the faults."""
        doubts = [*self.starts.close(), *self.ends.close()]
        self.faults.extend([*self.starts.faults, *self.ends.faults])
        if 2 * len(self.late) > len(rows):
            message = (
                f"{len(self.late)} of {len(rows)} weeks begin on a Friday, Saturday or Sunday: if "
                "these are their last days, call the column 'end'; if not, give 'end' too"
            )
            self.faults.append(Fault(f"row {self.late[0]}, column 'start'", message))
        if self.own:
            message = (
                f"{count_of(len(self.own), 'row')} with an exposure of its own, in which closures "
                "change nothing"
            )
            doubts.append(_doubt("closures-not-used", message, self.own))
        return doubts

    def _days(self, calendar: SchoolYear, start: date, end: date) -> int:
        first, last = max(start, calendar.start), min(end, calendar.end)
        if last < first:
            return 0
        days = DateRange(start=first, end=last).days()
        return sum(calendar.is_teaching_day(d) and d not in self.closures for d in days)

    def _day(self, column: DayColumn, line: int, cell: str, number: int) -> date | None:
        if not cell.strip():
            return None
        moment = column.read(line, cell.strip(), number)
        return None if moment is None else moment.day

    def _number(self, line: int, cells: dict[str, str], name: str) -> float | None:
        cell = cells.get(name, "").strip()
        if not cell:
            return None
        try:
            value = float(cell)
        except ValueError:
            value = float("nan")
        if isfinite(value) and "_" not in cell:
            return value
        message = f"expected a number like 12, got {shorten(cell)}"
        if written := plain_number(cell):
            message += f": type {written[0]}"
        self.faults.append(Fault(f"row {line}, column {name!r}", message, cell[:80]))
        return None
