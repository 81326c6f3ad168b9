"""The files of a journey: where they lie, and the faults of all of them in one error."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any, Literal, NamedTuple, cast

from behaviour_culture.audit.reading import read_audit
from behaviour_culture.checks import Check
from behaviour_culture.content.loader import (
    id_or_path,
    load_calendar,
    load_catalogue,
    load_content,
    load_duties,
    load_evidence,
    load_framework,
    load_indicators,
)
from behaviour_culture.errors import (
    BehaviourCultureError,
    Fault,
    InvalidInputError,
    ReadError,
    StoppedError,
)
from behaviour_culture.impact.forecasting.result import Forecast
from behaviour_culture.interchange.file_bytes import path_is
from behaviour_culture.interchange.files import read
from behaviour_culture.model.audit import Audit
from behaviour_culture.model.belonging import belongs_faults, catalogue_faults, school_faults
from behaviour_culture.model.benchmark import BenchmarkSet
from behaviour_culture.model.calendar import SchoolYear
from behaviour_culture.model.catalogue import StepCatalogue
from behaviour_culture.model.crosswalk import Crosswalk
from behaviour_culture.model.duty import DutyRegister
from behaviour_culture.model.evidence import EvidenceBase
from behaviour_culture.model.framework import Framework
from behaviour_culture.model.indicator import IndicatorSet, Series
from behaviour_culture.model.journey import CountsFile, Journey
from behaviour_culture.model.plan import ProgressReport
from behaviour_culture.model.school import Capacity, School
from behaviour_culture.model.school_years import take_years
from behaviour_culture.model.support import SupportOffer
from behaviour_culture.monitoring.counts.series_reader import read_series
from behaviour_culture.planning.plan import ActionPlan
from behaviour_culture.scheduling.result import Schedule
from behaviour_culture.start.illustrative import mixture_faults
from behaviour_culture.start.reading import SchoolWorkbook, read_school_workbook

__all__ = [
    "FileReader",
    "JourneyInputs",
    "LaterInputs",
    "raise_together",
    "read_inputs",
    "read_journey",
]


class FileReader:
    """Reads the files that a journey or a hub names, and collects the errors of all of them.

    Parameters
    ----------
    base : Path
        The folder to which their paths are relative.
    """

    def __init__(self, base: Path) -> None:
        self.base = base
        self.errors: list[BehaviourCultureError] = []
        self.books: dict[Path, SchoolWorkbook | None] = {}

    def take(self, load: Callable[[Any], Any], name: str) -> Any:  # noqa: ANN401
        """Load content by id, or from a path relative to the file that names it."""
        found = id_or_path(name)
        return self.attempt(partial(load, self.base / found if found != name else name))

    def attempt(self, make: Callable[[], Any]) -> Any:  # noqa: ANN401
        """Return what a call makes; None where it fails, and its error is kept."""
        try:
            return make()
        except StoppedError:
            raise
        except BehaviourCultureError as error:
            self.errors.append(error)
            return None

    def calendar(self, name: str) -> SchoolYear | None:
        """Load a calendar, which may be in a school's workbook."""
        if _is_workbook(name):
            book = self._book(name)
            return None if book is None else book.calendar
        year: SchoolYear | None = self.take(load_calendar, name)
        return year

    def series(self, load: Callable[[Any], Series], name: str, indicator: str) -> Series | None:
        """Load counts of an indicator, which may be in a school's workbook."""
        series: Series | None
        if not _is_workbook(name):
            series = self.take(load, name)
            return series
        book = self._book(name)
        series = None if book is None else book.series
        if book is not None and (series is None or series.indicator != indicator):
            there = "nothing" if series is None else repr(series.indicator)
            message = f"it counts {there}, and the journey says {indicator!r}"
            fault = Fault("sheet of the counts", message, indicator)
            self.errors.append(InvalidInputError(name, [fault]))
            return None
        return series

    def _book(self, name: str) -> SchoolWorkbook | None:
        """Read a school's workbook, once."""
        path = self.base / name
        if path not in self.books:
            self.books[path] = self.take(read_school_workbook, name)
        return self.books[path]

    def read(self, kind: str, name: str | None) -> Any:  # noqa: ANN401
        """Read a file of a kind, if there is a name of one; some are in a school's workbook."""
        if name is not None and _is_workbook(name) and kind in {"school", "progress"}:
            book = self._book(name)
            return None if book is None else getattr(book, kind)
        return self.want(lambda path: read(path, kind=kind), name)

    def want(self, load: Callable[[Any], Any], name: str | None) -> Any:  # noqa: ANN401
        """Load content if there is a name of it."""
        return self.take(load, name) if name else None

    def check(self, subject: str) -> None:
        """Raise the errors so far as one, if there are any."""
        raise_together(subject, self.errors)


def raise_together(subject: str, errors: Sequence[BehaviourCultureError]) -> None:
    """Raise the errors of several files as one, if there are any; a single one as it is."""
    if len(errors) == 1:
        raise errors[0]
    faults = []
    for error in errors:
        if isinstance(error, InvalidInputError):
            faults += [f._replace(path=f"{error.subject} {f.path}".strip()) for f in error.faults]
        else:
            faults.append(Fault("", str(error)))
    if faults:
        raise InvalidInputError(subject, faults)


class LaterInputs(NamedTuple):
    """The files that look back on a plan."""

    again: Audit | None
    last_plan: ActionPlan | None
    last_forecast: Forecast | None
    counted: list[tuple[CountsFile, Series]]
    indicators: IndicatorSet | None


class JourneyInputs(NamedTuple):
    """The files of a journey."""

    framework: Framework
    catalogue: StepCatalogue
    year: SchoolYear
    evidence: EvidenceBase
    benchmarks: BenchmarkSet | None
    duties: DutyRegister | None
    crosswalk: Crosswalk | None
    school: School
    capacity: Capacity
    offer: SupportOffer | None
    done: ProgressReport | None
    kept: tuple[ActionPlan, Schedule] | None
    """The plan and its schedule as they were before it began."""
    audit: Audit
    later: LaterInputs


def read_inputs(journey: Journey, folder: Path, subject: str) -> JourneyInputs:
    """Read the files of a journey, or raise the faults of all of them."""
    reader = FileReader(folder)
    framework: Framework | None = reader.take(load_framework, journey.framework)
    catalogue: StepCatalogue | None = reader.take(load_catalogue, journey.catalogue)
    years = [reader.calendar(name) for name in journey.calendar]
    evidence = reader.take(load_evidence, journey.evidence)
    benchmarks = reader.want(partial(load_content, "benchmarks"), journey.benchmarks)
    duties: DutyRegister | None = reader.want(load_duties, catalogue.duties if catalogue else None)
    crosswalk: Crosswalk | None = reader.want(partial(load_content, "crosswalk"), journey.crosswalk)
    school: School | None = reader.read("school", journey.school)
    offer = reader.read("support-offer", journey.support_offer)
    done: ProgressReport | None = reader.read("progress", journey.progress)
    plan: ActionPlan | None = reader.read("action-plan", journey.first_plan)
    schedule: Schedule | None = reader.read("schedule", journey.first_schedule)
    audit: Audit | None = None
    if not path_is(folder / journey.responses, Path.exists):
        problem = "there is no such file: collect the forms of your raters into it first"
        reader.errors.append(ReadError(str(folder / journey.responses), problem))
    elif framework is not None:
        audit = reader.take(
            partial(
                read_audit,
                framework=framework,
                school=school.name if school else None,
                date=journey.audit_date,
            ),
            journey.responses,
        )
    # Through a crosswalk the steps speak of another framework: `draft_plan` checks the links.
    if (
        framework is not None
        and catalogue is not None
        and journey.crosswalk is None
        and (faults := catalogue_faults(catalogue, framework))
    ):
        reader.errors.append(InvalidInputError(journey.catalogue, faults))
    if (
        framework is not None
        and school is not None
        and journey.crosswalk is None
        and (odd := school_faults(school, framework))
    ):
        reader.errors.append(InvalidInputError(journey.school, odd))
    if school is not None and school.capacity is None:
        lacks = "the school has no capacity: say what hours each role can give to the plan"
        reader.errors.append(InvalidInputError(journey.school, [Fault("capacity", lacks)]))
    check = Check("")
    year = None if None in years else take_years(years, check, starts=journey.starts)
    later = _read_later(journey, reader, framework, year, school, check)
    if plan is not None and schedule is not None:
        check.add(belongs_faults("first_schedule.plan", "plan", (schedule.plan,), (plan.id,)))
    elif journey.first_plan is None and journey.first_schedule is not None:
        check.fault("first_plan", "missing: the first schedule goes with the plan that it dates")
    elif journey.first_schedule is None and journey.first_plan is not None:
        check.fault("first_schedule", "missing: the first plan goes with its schedule")
    if school is not None and audit is not None:
        check.add(mixture_faults(school, [found for found in years if found is not None], audit))
    if check.faults:
        reader.errors.append(InvalidInputError(subject, check.faults))
    reader.check(subject)
    # For the type checkers: the reader has raised an error otherwise.
    assert framework is not None  # noqa: S101
    assert audit is not None  # noqa: S101
    assert catalogue is not None  # noqa: S101
    assert year is not None  # noqa: S101
    assert school is not None  # noqa: S101
    assert school.capacity is not None  # noqa: S101
    return JourneyInputs(
        framework=framework,
        catalogue=catalogue,
        year=year,
        evidence=evidence,
        benchmarks=benchmarks,
        duties=duties,
        crosswalk=crosswalk,
        school=school,
        capacity=school.capacity,
        offer=offer,
        done=done,
        kept=None if plan is None or schedule is None else (plan, schedule),
        audit=audit,
        later=later,
    )


def _read_later(  # noqa: PLR0913, PLR0917  (what a file of counts does not say)
    journey: Journey,
    reader: FileReader,
    framework: Framework | None,
    year: SchoolYear | None,
    school: School | None,
    check: Check,
) -> LaterInputs:
    """Read the second audit, the plan of the year before and the counts of a journey."""
    plan: ActionPlan | None = reader.read("action-plan", journey.last_plan)
    made: Forecast | None = reader.read("forecast", journey.last_forecast)
    if plan is not None and made is not None:
        check.add(belongs_faults("last_forecast.plan", "last_plan", (made.plan,), (plan.id,)))
    elif journey.last_plan is None and journey.last_forecast is not None:
        check.fault("last_plan", "missing: the last forecast goes with the plan that it is of")
    if journey.audit_again is not None and journey.last_plan is not None:
        message = "goes with the plan of this journey, and last_plan with the one before"
        check.fault("audit_again", f"{message}: name one of the two")
    again: Audit | None = None
    if framework is not None:
        name = school.name if school else None
        again = reader.want(
            partial(read_audit, framework=framework, school=name), journey.audit_again
        )
    indicators: IndicatorSet | None = reader.take(load_indicators, journey.indicators)
    known = {} if indicators is None else {i.id: i for i in indicators.indicators}
    counted: list[tuple[CountsFile, Series]] = []
    for i, named in enumerate(journey.counts if known and year else ()):
        if check.known(f"counts[{i}].indicator", named.indicator, known, "indicator"):
            load = partial(
                read_series,
                indicator=known[named.indicator],
                calendar=year,
                pupils=school.roll if school else None,
                recording_changes=named.recording_changes,
                school=school.id if school else None,
                missing=cast('Literal["zero", "unknown"] | None', named.missing),
            )
            series = reader.series(load, named.file, named.indicator)
            counted += [] if series is None else [(named, series)]
    return LaterInputs(again, plan, made, counted, indicators)


def read_journey(path: str | os.PathLike[str]) -> Journey:
    """Read a file of kind ``journey``, or the journey of a school's workbook.

    Raises
    ------
    ReadError
        The file cannot be read at all.
    InvalidInputError
        Its content has faults; all of them are listed.
    """
    if _is_workbook(os.fspath(path)):
        return read_school_workbook(path).journey
    journey: Journey = read(path, kind="journey")
    return journey


def _is_workbook(name: str) -> bool:
    """Say whether a file is meant as a workbook; all kinds but .xlsx are refused in reading it."""
    return Path(name).suffix.lower() in {".xlsx", ".xlsm", ".xls", ".ods"}
