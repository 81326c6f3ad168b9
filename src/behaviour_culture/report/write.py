"""Writing a report: all of its files, or none."""

from __future__ import annotations

import ctypes
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import date
from functools import cached_property
from pathlib import Path
from shutil import copy2, rmtree

from behaviour_culture.audit.groups import GroupedResult
from behaviour_culture.audit.result import AuditResult
from behaviour_culture.checks import Check, as_tuple
from behaviour_culture.errors import (
    BehaviourCultureError,
    Fault,
    InvalidInputError,
    WriteError,
    shorten,
    suggest,
)
from behaviour_culture.impact.forecasting.result import Forecast
from behaviour_culture.impact.index.result import ImpactResult
from behaviour_culture.interchange.file_bytes import (
    as_path,
    keep_owner,
    remove_abandoned,
    sync_folder,
    temporary_in,
    write_bytes,
)
from behaviour_culture.interchange.files import write
from behaviour_culture.interchange.ical import ical_text, own_text
from behaviour_culture.interchange.table import write_csv
from behaviour_culture.model.benchmark import BenchmarkSet
from behaviour_culture.model.catalogue import StepCatalogue
from behaviour_culture.model.duty import DutyRegister
from behaviour_culture.model.evidence import EvidenceBase
from behaviour_culture.model.framework import Framework
from behaviour_culture.model.school import School
from behaviour_culture.model.school_years import Years, take_years
from behaviour_culture.model.support import SupportOffer
from behaviour_culture.monitoring.verdicts.judged import JudgedCounts
from behaviour_culture.planning.plan import ActionPlan
from behaviour_culture.report.calendar import calendar_name, plan_events
from behaviour_culture.report.documents.as_html import as_html
from behaviour_culture.report.documents.as_word import as_word
from behaviour_culture.report.documents.fitting import SHEET
from behaviour_culture.report.documents.three import Documents
from behaviour_culture.report.documents.word.package import template_bytes, template_sheet
from behaviour_culture.report.parts import ReportParts, SectionMaker, part_faults
from behaviour_culture.report.workbook.keeping import keep_edits
from behaviour_culture.report.workbook.writing import plan_workbook
from behaviour_culture.review.result import PlanReview
from behaviour_culture.scheduling.result import Schedule

__all__ = ["FORMATS", "write_report"]

_EXCHANGES = sys.platform in {"linux", "darwin"}
"""Whether the system may exchange two folders in one step."""
_HERE, _SWAP = -100, 2
"""The folder of the process, and the wish to exchange, in the words of the system."""
_UNFINISHED = "report-unfinished.txt"
_UNFINISHED_WORDS = "Writing this report was broken off: some files are of the run before.\n"

_Maker = Callable[[Path], object]
_Result = AuditResult | ActionPlan | Schedule | ImpactResult | Forecast | PlanReview


def write_report(  # noqa: PLR0913  (each part of the journey is one)
    out: str | os.PathLike[str],
    *,
    framework: Framework,
    audit: AuditResult,
    plan: ActionPlan,
    school: School | None = None,
    schedule: Schedule | None = None,
    impact: ImpactResult | None = None,
    forecast: Forecast | None = None,
    evidence: EvidenceBase | None = None,
    benchmarks: BenchmarkSet | None = None,
    support_offer: SupportOffer | None = None,
    catalogue: StepCatalogue | None = None,
    duties: DutyRegister | None = None,
    calendar: Years | None = None,
    title: str | None = None,
    written_on: date | None = None,
    first_schedule: Schedule | None = None,
    counted: JudgedCounts | None = None,
    review: PlanReview | None = None,
    groups: GroupedResult | None = None,
    formats: Sequence[str] = ("html",),
    template: str | os.PathLike[str] | None = None,
    sections: Sequence[SectionMaker] = (),
) -> tuple[Path, ...]:
    """Write the report of a journey into a folder.

    Parameters
    ----------
    out : str or path-like
        A folder, made if it does not exist. Other files in it are not changed.
    framework : Framework
    audit : AuditResult
    plan : ActionPlan
    school, schedule, impact, forecast, evidence : optional
    benchmarks, support_offer, catalogue, duties, calendar : optional
        A part that is missing has no section. The calendar may be several years. The Gantt chart
        needs schedule and calendar; titles of roles are those of the school, or else of the
        catalogue.
    title : str, optional
        Heading of the page; by default the plan's title.
    written_on : date, optional
        The date printed on the report; by default there is none, not today's.
    first_schedule : Schedule, optional
        The schedule before the plan began: the page then says what has changed since.
    counted : JudgedCounts, optional
        What the school counted, as `behaviour_culture.monitoring.judge_counts` judges it. Small
        counts are hidden.
    review : PlanReview, optional
        Of this plan, or of last year's: its targets, met or missed, and what to change.
    groups : GroupedResult, optional
        The audit as leaders, teachers, support staff and others see it, each apart.
    formats : sequence of str
        ``html``: three documents that load nothing. ``governors.html`` is one sheet of A4 for
        the governing board, ``plan.html`` the working plan of at most ten for those who carry
        it out, ``annex.html`` the whole report. ``docx``: the same three as Word files (extra
        ``office``). ``json``: ``audit-result.json``, ``plan.json``, ``schedule.json``,
        ``impact.json`` and ``forecast.json``, for `read`. ``csv``: ``audit.csv``, ``plan.csv``,
        ``schedule.csv``, ``impact.csv`` and ``forecast.csv``. Both have ``review`` too, where
        there is one. ``xlsx``: ``plan.xlsx``, the action plan to keep up to date, for
        `read_plan_workbook` (extra ``office``). ``ics``: ``plan.ics``, the dates for calendars
        (`write_calendar`), brought up to date where it is there.
    template : path, optional
        A ``.docx`` of the school for the Word files: its styles, paper, header and footer are
        kept, its text is not.
    sections : sequence of callable, optional
        Sections of your own for the annex, before its sources. Each is a function that takes
        `~behaviour_culture.report.ReportParts` and returns a title and a text, and rows for a
        table where there are any.

    Returns
    -------
    tuple of Path
        The files written, in the order of ``formats``.

    Raises
    ------
    InvalidInputError
        A format is not known, or parts do not belong to each other. The error has all faults.
    MissingExtraError
        A format needs what is not installed (extra ``office``).
    ReadError
        The template is not there, or is no Word file.
    WriteError
        The folder cannot be written to; the old files are untouched, or named in ``changed``.
        Or the ``plan.xlsx`` in it holds changes that people made and that the plan has not.

    Notes
    -----
    The same parts give the same bytes. All files are written completely before the first one
    replaces an old file, so that a full disk leaves the old report and not half of a new one.
    The folder is replaced as a whole, in one step, where the system can do that (Linux, macOS):
    whatever ends the process, all files are of one run. Other files in it are taken over.
    Elsewhere, and where the folder holds folders or links, the files are replaced one after the
    other, and put back where one cannot be; ``report-unfinished.txt`` says so of a process that
    was killed. What such a process leaves half written, ``.behaviour-culture-*.tmp``, is removed
    by the next report that goes there an hour later.

    Examples
    --------
    >>> import tempfile
    >>> import behaviour_culture as bc
    >>> framework = bc.load_framework("bennett-2017")
    >>> ratings = [bc.Response(rater="head", item=i.id, rating=1) for i in framework.items]
    >>> audit = bc.Audit(id="a", framework="bennett-2017", edition="2017", responses=ratings)
    >>> result = bc.score_audit(audit, framework)
    >>> plan = bc.draft_plan(result, catalogue=bc.load_catalogue("bennett-2017"))
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     files = bc.write_report(folder, framework=framework, audit=result, plan=plan)
    >>> [file.name for file in files]
    ['governors.html', 'plan.html', 'annex.html']
    """
    check = Check("write_report")
    year = None
    if calendar is not None:
        dated = schedule if isinstance(schedule, Schedule) else None
        starts, ends = (dated.starts, dated.projected_until) if dated else (None, None)
        year = take_years(calendar, check, starts=starts, until=ends)
    parts = ReportParts(
        framework=framework,
        audit=audit,
        plan=plan,
        school=school,
        schedule=schedule,
        impact=impact,
        forecast=forecast,
        evidence=evidence,
        benchmarks=benchmarks,
        support_offer=support_offer,
        catalogue=catalogue,
        duties=duties,
        calendar=year,
        title=title,
        written_on=written_on,
        first_schedule=first_schedule,
        counted=counted,
        review=review,
        groups=groups,
        sections=as_tuple(sections),
    )
    folder = as_path(check, "out", out, "the path of a folder")
    look = None
    if template is not None:
        look = as_path(check, "template", template, "the path of a Word file")
    faults = [*_format_faults(formats), *check.faults, *part_faults(parts)]
    if template is not None and not faults and "docx" not in formats:
        message = "is for Word files: add 'docx' to formats, or leave it out"
        faults.append(Fault("template", message))
    if faults:
        raise InvalidInputError("write_report", faults)
    report = _Report(parts, folder, None if look is None else template_bytes(look))
    makers: dict[str, _Maker] = {}
    for name in dict.fromkeys(formats):
        makers |= _FORMATS[name](report)
    return _write_all(folder, makers)


def _format_faults(formats: object) -> list[Fault]:
    known = ", ".join(FORMATS)
    if isinstance(formats, str) or not isinstance(formats, Sequence):
        message = f"expected a list of formats such as ('html',), got {shorten(formats)}"
        return [Fault("formats", f"{message}; known: {known}")]
    if not formats:
        return [Fault("formats", f"name at least one of {known}")]
    return [
        Fault(f"formats[{i}]", f"no format {shorten(f)}{suggest(f, FORMATS)}; known: {known}")
        for i, f in enumerate(formats)
        if f not in FORMATS
    ]


class _Report:
    """The parts of a report, its folder, and what several formats make of the parts."""

    def __init__(self, parts: ReportParts, out: Path, template: bytes | None) -> None:
        self.parts, self.out, self.template = parts, out, template

    @cached_property
    def documents(self) -> Documents:
        """The documents, the same in each format."""
        sheet = SHEET if self.template is None else template_sheet(self.template)
        return Documents(self.parts, sheet)

    def results(self, audit: str) -> dict[str, _Result]:
        """Return the results that there are, by the name of their files."""
        parts = self.parts
        there: dict[str, _Result | None] = {
            audit: parts.audit,
            "plan": parts.plan,
            "schedule": parts.schedule,
            "impact": parts.impact,
            "forecast": parts.forecast,
            "review": None if parts.review is None else parts.review.published(),
        }
        return {stem: result for stem, result in there.items() if result is not None}


def _html(report: _Report) -> dict[str, _Maker]:
    made = report.documents
    return {
        "governors.html": _bytes_maker(as_html(made.governors).encode()),
        "plan.html": _bytes_maker(as_html(made.plan).encode()),
        "annex.html": _bytes_maker(made.page.encode()),
    }


def _docx(report: _Report) -> dict[str, _Maker]:
    return {
        f"{name}.docx": _bytes_maker(
            as_word(document, template=report.template, written_on=report.parts.written_on)
        )
        for name, document in report.documents.all.items()
    }


def _json(report: _Report) -> dict[str, _Maker]:
    results = report.results("audit-result").items()
    return {f"{stem}.json": _json_maker(result) for stem, result in results}


def _csv(report: _Report) -> dict[str, _Maker]:
    return {f"{stem}.csv": _csv_maker(result) for stem, result in report.results("audit").items()}


def _xlsx(report: _Report) -> dict[str, _Maker]:
    book = plan_workbook(report.parts)
    keep_edits(report.out / "plan.xlsx", book)
    return {"plan.xlsx": _bytes_maker(book)}


def _ics(report: _Report) -> dict[str, _Maker]:
    dates = _dates(report.parts, report.out / "plan.ics")
    return {} if dates is None else {"plan.ics": _bytes_maker(dates)}


_FORMATS: dict[str, Callable[[_Report], dict[str, _Maker]]] = {
    "html": _html,
    "docx": _docx,
    "json": _json,
    "csv": _csv,
    "xlsx": _xlsx,
    "ics": _ics,
}
"""What makes the files of each format: a new one is a line here."""
FORMATS = tuple(_FORMATS)


def _bytes_maker(content: bytes) -> _Maker:
    return lambda path: write_bytes(path, content)


def _dates(parts: ReportParts, path: Path) -> bytes | None:
    """Return the calendar file that follows the one at a path; None without a schedule."""
    plan, schedule, school = parts.plan, parts.schedule, parts.school
    if schedule is None:
        return None
    events = plan_events(
        plan, schedule, school=school, catalogue=parts.catalogue, calendar=parts.calendar
    )
    when = parts.written_on or schedule.starts
    name, before = calendar_name(plan, school), own_text(path)
    return ical_text(name, events, written_on=when, before=before).encode()


def _json_maker(result: object) -> _Maker:
    return lambda path: write(result, path)


def _csv_maker(result: _Result) -> _Maker:
    return lambda path: write_csv(result.to_rows(), path)


# -- all or nothing ----------------------------------------------------------------------


def _write_all(out: Path, makers: dict[str, _Maker]) -> tuple[Path, ...]:
    try:
        target = Path(os.path.realpath(out))
        if target.exists() and not target.is_dir():
            raise WriteError(str(out), "it is a file; name a folder")
        blocked = [name for name in makers if (target / name).is_dir()]
        if blocked:
            raise WriteError(str(out), f"{', '.join(blocked)} in it is a folder; move it away")
        with _folder(target.parent):
            remove_abandoned(target)
            others = _others(target, makers)
            if others is None or not _as_folder(target, out, makers, others):
                _one_by_one(target, out, makers)
    except BehaviourCultureError:
        raise
    except (OSError, ValueError) as error:  # ValueError: a null byte in the name
        raise WriteError(str(out), getattr(error, "strerror", None) or str(error)) from None
    return tuple(out / name for name in makers)


def _others(target: Path, makers: dict[str, _Maker]) -> list[Path] | None:
    """Return the files of a folder that stay in it, where it may be replaced as a whole.

    None where it may not: it holds folders or links, is a disk of its own, or this process works
    in it, which would go on working in the old one.
    """
    if not target.exists():
        return []
    here = Path(os.path.realpath(os.curdir))
    if not _EXCHANGES or target in {here, *here.parents} or target.is_mount():
        return None
    inside = list(target.iterdir())
    if any(path.is_symlink() or not path.is_file() for path in inside):
        return None
    return [path for path in inside if path.name not in makers and path.name != _UNFINISHED]


def _as_folder(target: Path, out: Path, makers: dict[str, _Maker], others: list[Path]) -> bool:
    """Write a new folder and put it in the place of the old one in a single step.

    False where the system does not do that: nothing was changed then.
    """
    try:
        with _staged(target.parent, target, out, makers) as staging:
            try:
                for path in others:
                    os.link(path, staging / path.name)
            except OSError:  # a disk without hard links, or files of somebody else
                return False
            if not _renamed(staging, target):
                keep_owner(staging, target.stat())
                if not _exchange(staging, target):
                    return False
                _bring_late(staging, target, makers)
    except PermissionError:  # the folder beside it, or its place
        if target.exists():
            return False
        raise
    sync_folder(target.parent)
    return True


def _renamed(staging: Path, target: Path) -> bool:
    """Give a new folder its name; False where there is one of that name, made by others perhaps."""
    if target.exists():
        return False
    try:
        staging.rename(target)
    except OSError:
        if target.exists():
            return False
        raise
    return True


def _bring_late(old: Path, new: Path, makers: dict[str, _Maker]) -> None:
    """Move to the new folder what others put into the old one while the new one was made."""
    for path in old.iterdir():
        place = new / path.name
        known = path.name in makers or path.name == _UNFINISHED
        if not known and not (place.exists() and place.samefile(path)):
            os.replace(path, place)  # noqa: PTH105


def _exchange(first: Path, second: Path) -> bool:
    """Exchange two folders in one step; False where that cannot be done."""
    try:
        library = ctypes.CDLL(None)
        names = os.fsencode(first), os.fsencode(second)
        if sys.platform == "darwin":  # pragma: no cover  (macOS has a call of its own)
            return bool(library.renamex_np(*names, _SWAP) == 0)
        return bool(library.renameat2(_HERE, names[0], _HERE, names[1], _SWAP) == 0)
    except (AttributeError, OSError):  # a system without it
        return False


def _one_by_one(target: Path, out: Path, makers: dict[str, _Maker]) -> None:
    """Replace one file after the other; where one fails, put the old ones back.

    A process that is killed in between leaves a file that says so.
    """
    name, done, note = "", list[str](), target / _UNFINISHED
    with _staged(target, target, out, makers) as staging, _locked(target):
        old = staging / "old"
        old.mkdir()
        try:
            for name in makers:
                if (target / name).exists():
                    copy2(target / name, old / name)
            write_bytes(note, _UNFINISHED_WORDS.encode())
            for name in makers:
                _put(staging / name, target / name)
                done.append(name)
        except BaseException as error:
            stuck = [name for name in reversed(done) if not _put_back(old / name, target / name)]
            if not isinstance(error, OSError):
                raise
            why = error.strerror or str(error)
            raise WriteError(str(out / name), why, stuck) from None
        finally:
            with suppress(OSError):
                note.unlink(missing_ok=True)
    sync_folder(target)


def _put(new: Path, place: Path) -> None:
    """Put a new file in its place; a link stays one."""
    if place.is_symlink():
        write_bytes(place, new.read_bytes())
    else:
        os.replace(new, place)  # noqa: PTH105


def _put_back(old: Path, place: Path) -> bool:
    """Put an old file back, or take away one that was not there before; say if that worked."""
    try:
        if old.exists():
            _put(old, place)
        else:
            Path(os.path.realpath(place)).unlink()
    except OSError:
        return False
    return True


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Let other processes wait that replace files of this folder, where the system can do that."""
    if sys.platform == "win32":  # pragma: no cover  (Windows has no such locks)
        yield
        return
    import fcntl  # noqa: PLC0415  (not there on Windows)

    number = os.open(folder, os.O_RDONLY)
    try:
        with suppress(OSError):  # a disk over a network without locks
            fcntl.flock(number, fcntl.LOCK_EX)
        yield
    finally:
        os.close(number)


@contextmanager
def _folder(out: Path) -> Iterator[None]:
    """Make the folder; if writing fails, remove the folders that were made."""
    made = [p for p in (out, *out.parents) if not p.exists()]
    try:
        out.mkdir(parents=True, exist_ok=True)
        yield
    except BaseException:
        for folder in made:
            with suppress(OSError):
                folder.rmdir()
        raise


@contextmanager
def _staged(place: Path, target: Path, out: Path, makers: dict[str, _Maker]) -> Iterator[Path]:
    """Yield a hidden folder with all new files, on the same disk, and remove it afterwards."""
    staging = temporary_in(place)
    staging.mkdir()
    try:
        for name, make in makers.items():
            if (target / name).is_file():  # the writer keeps permissions
                (staging / name).touch()
                keep_owner(staging / name, (target / name).stat())
            try:
                make(staging / name)
            except WriteError as error:  # name the file itself, not its hidden copy
                raise WriteError(str(out / name), error.problem) from None
        sync_folder(staging)
        yield staging
    finally:
        rmtree(staging, ignore_errors=True)
