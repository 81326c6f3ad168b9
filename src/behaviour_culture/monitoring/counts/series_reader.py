"""Reads a school's own counts: a CSV file or frame with a row for each week or half-term."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from math import isfinite

from attrs import field, frozen

from behaviour_culture.arguments import Arguments
from behaviour_culture.errors import Fault, InvalidInputError, shorten
from behaviour_culture.interchange.files import AnyFile
from behaviour_culture.interchange.frames import frame_rows
from behaviour_culture.interchange.table import Row, csv_path, id_from, in_row, read_csv
from behaviour_culture.model.calendar import DateRange, SchoolYear
from behaviour_culture.model.indicator import (
    ExposureKind,
    Indicator,
    RecordingChange,
    Series,
    SeriesPeriod,
)

__all__ = ["read_series", "series_from_frame"]

_COLUMNS = ("start", "count")
_OPTIONAL = ("end", "label", "exposure", "pupils", "masked")

_WEEK = timedelta(days=6)


def read_series(  # noqa: PLR0913  (facts that are not in a CSV file)
    path: AnyFile,
    *,
    indicator: Indicator,
    calendar: SchoolYear | None = None,
    pupils: int | None = None,
    closures: Iterable[date] = (),
    recording_changes: Iterable[RecordingChange] = (),
    school: str | None = None,
) -> Series:
    """Read counts from a CSV file, each with its exposure.

    Parameters
    ----------
    path : str or path-like
        The columns ``start`` (first day, ``2026-09-07``) and ``count``; if wanted ``end``
        (default: six days later), ``label``, ``exposure``, ``pupils``, ``masked`` (why
        the row is left out). Columns with other names are refused, so that no name of a
        pupil comes in.
    indicator : Indicator
        The indicator of the counts.
    calendar : SchoolYear, optional
        Gives the pupil school-days of rows without ``exposure``: teaching days from ``start`` to
        ``end``, times the pupils of the row, or else ``pupils``.
    pupils : int, optional
        Pupils on roll, 1 to 20,000.
    closures : iterable of date
        Teaching days of the calendar on which the school was closed. A period that was closed
        throughout is masked.
    recording_changes : iterable of RecordingChange
    school : str, optional
        Id of the school.

    Returns
    -------
    Series
        Marked ``internal``: small counts are not hidden in it.

    Raises
    ------
    InvalidInputError
        All faults at once, each with its row and column; a count without exposure is one.
    """
    _check_arguments("read_series", indicator, calendar, pupils)
    file = csv_path(path)
    rows = read_csv(file, required=_COLUMNS, optional=_OPTIONAL)
    return _series_of_rows(
        rows,
        reader=_PeriodReader(indicator, calendar, pupils, frozenset(closures)),
        recording_changes=recording_changes,
        school=school,
        id=id_from(file.stem, default="series"),
        source=file.name,
        subject=str(file),
    )


def series_from_frame(  # noqa: PLR0913  (facts that are not in a frame)
    frame: object,
    *,
    indicator: Indicator,
    id: str = "frame",  # noqa: A002  (the name of the field)
    calendar: SchoolYear | None = None,
    pupils: int | None = None,
    closures: Iterable[date] = (),
    recording_changes: Iterable[RecordingChange] = (),
    school: str | None = None,
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
    calendar, pupils, closures, recording_changes, school : optional
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
    _check_arguments(subject, indicator, calendar, pupils)
    return _series_of_rows(
        frame_rows(frame, _COLUMNS, _OPTIONAL, subject),
        reader=_PeriodReader(indicator, calendar, pupils, frozenset(closures)),
        recording_changes=recording_changes,
        school=school,
        id=id,
        source="",
        subject=subject,
    )


def _check_arguments(subject: str, indicator: object, calendar: object, pupils: object) -> None:
    """Raise `InvalidInputError` for arguments of the wrong kind or out of range."""
    given = Arguments(subject)
    given.value("indicator", indicator, Indicator)
    given.value("calendar", calendar, SchoolYear | None)
    if pupils is not None:
        given.whole("pupils", pupils, 1, 20_000)
    given.done()


def _series_of_rows(  # noqa: PLR0913  (facts that are not in the rows)
    rows: Iterable[Row],
    *,
    reader: _PeriodReader,
    recording_changes: Iterable[RecordingChange],
    school: str | None,
    id: str,  # noqa: A002  (the name of the field)
    source: str,
    subject: str,
) -> Series:
    """Build a series from rows of texts whose columns were checked."""
    periods = [period for row in rows if (period := reader.period(row)) is not None]
    if reader.faults:
        raise InvalidInputError(subject, reader.faults)
    try:
        return Series(
            id=id,
            indicator=reader.indicator.id,
            exposure_kind=reader.indicator.exposure,
            periods=sorted(periods, key=lambda p: p.start),
            recording_changes=recording_changes,
            school=school,
            source=source,
        )
    except InvalidInputError as error:
        raise InvalidInputError(subject, error.faults) from None


@frozen
class _PeriodReader:
    """Makes periods of rows and collects their faults."""

    indicator: Indicator
    calendar: SchoolYear | None
    pupils: int | None
    closures: frozenset[date]
    faults: list[Fault] = field(factory=list, init=False)

    def period(self, row: Row) -> SeriesPeriod | None:
        """Return the period of a row, or None where it has faults."""
        line, cells = row
        before = len(self.faults)
        start = self._day(line, cells, "start")
        end = self._day(line, cells, "end") if cells.get("end", "").strip() else None
        count = self._number(line, cells, "count")
        exposure = self._number(line, cells, "exposure")
        pupils = self._number(line, cells, "pupils")
        if start is None or len(self.faults) > before:
            return None
        end = start + _WEEK if end is None else end
        masked = cells.get("masked", "").strip()
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

    def _days(self, calendar: SchoolYear, start: date, end: date) -> int:
        first, last = max(start, calendar.start), min(end, calendar.end)
        if last < first:
            return 0
        days = DateRange(start=first, end=last).days()
        return sum(calendar.is_teaching_day(d) and d not in self.closures for d in days)

    def _day(self, line: int, cells: dict[str, str], name: str) -> date | None:
        cell = cells[name].strip()
        try:
            return date.fromisoformat(cell)
        except ValueError:
            message = f"expected a date like 2026-09-07, got {shorten(cell)}"
            self.faults.append(Fault(f"row {line}, column {name!r}", message, cell[:80]))
            return None

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
        self.faults.append(Fault(f"row {line}, column {name!r}", message, cell[:80]))
        return None
