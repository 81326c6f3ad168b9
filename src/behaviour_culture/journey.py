"""The whole journey in one call: read the files, score, plan, schedule, score impact, forecast."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from attrs import evolve, frozen

from behaviour_culture._display import Displayed
from behaviour_culture.audit.reading import read_audit
from behaviour_culture.audit.result import AuditResult
from behaviour_culture.audit.score import score_audit
from behaviour_culture.content.loader import (
    load_benchmarks,
    load_calendar,
    load_catalogue,
    load_crosswalk,
    load_duties,
    load_evidence,
    load_framework,
)
from behaviour_culture.errors import BehaviourCultureError, Fault, InvalidInputError
from behaviour_culture.impact.forecasting.forecast import forecast
from behaviour_culture.impact.forecasting.result import Forecast
from behaviour_culture.impact.index.result import ImpactResult
from behaviour_culture.impact.index.score import score_impact
from behaviour_culture.interchange.files import read
from behaviour_culture.model.audit import Audit
from behaviour_culture.model.belonging import catalogue_faults
from behaviour_culture.model.benchmark import BenchmarkSet
from behaviour_culture.model.calendar import SchoolYear
from behaviour_culture.model.catalogue import StepCatalogue
from behaviour_culture.model.crosswalk import Crosswalk
from behaviour_culture.model.duty import DutyRegister
from behaviour_culture.model.evidence import EvidenceBase
from behaviour_culture.model.framework import Framework
from behaviour_culture.model.journey import Journey
from behaviour_culture.model.plan import ProgressReport
from behaviour_culture.model.school import School
from behaviour_culture.model.support import SupportOffer
from behaviour_culture.planning.crosswalk import through_crosswalk
from behaviour_culture.planning.draft import draft_plan
from behaviour_culture.planning.plan import ActionPlan
from behaviour_culture.report.write import write_report
from behaviour_culture.scheduling.engine import schedule_plan
from behaviour_culture.scheduling.milestones import date_milestones
from behaviour_culture.scheduling.result import Schedule

__all__ = ["DEMO_FILES", "JourneyResult", "demo_folder", "run_journey"]

DEMO_FILES = (
    "illustrative_journey.toml",
    "illustrative_school.toml",
    "illustrative_responses.csv",
    "illustrative_progress.toml",
    "dunstall_hill_support.toml",
    "illustrative_incidents.csv",
    "illustrative_incidents_the_year_before.csv",
    "illustrative_absence.csv",
    "illustrative_survey_staff.csv",
    "illustrative_survey_pupils.csv",
    "illustrative_responses_a_year_later.csv",
)
"""The files of the illustrative school in `demo_folder`; the first is its journey."""

_SUFFIXES = {".toml", ".json", ".csv", ".xlsx"}

_FORECAST_DRAWS = 2_000
"""Enough for whole points: the error of a mean is then about half a point."""

Progress = Callable[[str, int, int], None]
"""Called with the name of a stage, the amount of it that is done, and the whole amount."""


@frozen(kw_only=True, repr=False)
class JourneyResult(Displayed):
    """All inputs and results of one journey; each can be used without the others."""

    journey: Journey
    framework: Framework
    catalogue: StepCatalogue
    calendar: SchoolYear
    evidence: EvidenceBase
    benchmarks: BenchmarkSet | None = None
    support_offer: SupportOffer | None = None
    duties: DutyRegister | None = None
    """The register that the catalogue names, if it names one."""
    school: School
    audit: Audit
    result: AuditResult
    plan: ActionPlan
    schedule: Schedule
    impact: ImpactResult
    forecast: Forecast | None = None
    """None if the plan has no steps."""

    def write(
        self, out: str | os.PathLike[str], *, formats: tuple[str, ...] | None = None
    ) -> tuple[Path, ...]:
        """Write the report of this journey into a folder; see `write_report`."""
        return write_report(
            out,
            framework=self.framework,
            audit=self.result,
            plan=self.plan,
            school=self.school,
            schedule=self.schedule,
            impact=self.impact,
            forecast=self.forecast,
            evidence=self.evidence,
            benchmarks=self.benchmarks,
            support_offer=self.support_offer,
            catalogue=self.catalogue,
            duties=self.duties,
            calendar=self.calendar,
            title=self.journey.title,
            written_on=self.journey.audit_date,
            formats=self.journey.formats if formats is None else formats,
        )

    def _label(self) -> str:
        return f"{self.journey.id}: {self.journey.title}"

    def _lines(self) -> list[str]:
        return [
            f"{self.school.name}: {self.journey.title}",
            *(
                line
                for part in (self.result, self.plan, self.schedule, self.impact, self.forecast)
                if part is not None
                for line in str(part).splitlines()
            ),
        ]


def demo_folder() -> Path:
    """Return the folder with the files of the illustrative school, installed or in a checkout."""
    here = Path(__file__).resolve()
    installed = here.parent / "content" / "demo"
    return installed if installed.is_dir() else here.parents[2] / "examples"


class _Reader:
    """Reads the files of a journey, and collects the errors of all of them."""

    def __init__(self, base: Path) -> None:
        self.base = base
        self.errors: list[BehaviourCultureError] = []

    def take(self, load: Callable[[Any], Any], name: str) -> Any:  # noqa: ANN401
        """Load content by id, or from a path relative to the journey's file."""
        path = self.base / name
        is_path = Path(name).suffix.lower() in _SUFFIXES or os.sep in name
        try:
            return load(path if is_path else name)
        except BehaviourCultureError as error:
            self.errors.append(error)
            return None

    def read(self, kind: str, name: str | None) -> Any:  # noqa: ANN401
        """Read a file of a kind, if there is a name of one."""
        return self.want(lambda path: read(path, kind=kind), name)

    def want(self, load: Callable[[Any], Any], name: str | None) -> Any:  # noqa: ANN401
        """Load content if there is a name of it."""
        return self.take(load, name) if name else None

    def check(self, subject: str) -> None:
        """Raise the errors so far as one, if there are any."""
        if len(self.errors) == 1:
            raise self.errors[0]
        faults = []
        for error in self.errors:
            if isinstance(error, InvalidInputError):
                faults += [
                    f._replace(path=f"{error.subject} {f.path}".strip()) for f in error.faults
                ]
            else:
                faults.append(Fault("", str(error)))
        if faults:
            raise InvalidInputError(subject, faults)


def run_journey(
    journey: Journey | str | os.PathLike[str],
    *,
    base: str | os.PathLike[str] | None = None,
    progress: Progress | None = None,
) -> JourneyResult:
    """Run all stages: read the files, score the audit, plan, schedule, score impact, forecast.

    The forecast uses at most 2,000 draws, which is enough for whole points.

    Parameters
    ----------
    journey : Journey or path
        A journey, or a file of kind ``journey``.
    base : path, optional
        The folder to which its paths are relative: by default the folder of the file, or for
        a ``Journey`` the current folder.
    progress : callable, optional
        Called with (stage, done, total).

    Returns
    -------
    JourneyResult
        ``.write(folder)`` makes the report.

    Raises
    ------
    BehaviourCultureError
        One error with the faults of all files, or the error of the first stage that fails.

    Examples
    --------
    >>> from behaviour_culture.journey import demo_folder, run_journey
    >>> done = run_journey(demo_folder() / "illustrative_journey.toml")
    >>> done.school.illustrative, len(done.plan.objectives)
    (True, 5)
    """
    if isinstance(journey, Journey):
        subject, folder = f"journey {journey.id!r}", Path(base or ".")
    else:
        subject, folder = os.fspath(journey), Path(base or Path(journey).parent)
        journey = _read_journey(journey)
    report = progress or _silent
    report("reading files", 0, 1)
    reader = _Reader(folder)
    framework: Framework | None = reader.take(load_framework, journey.framework)
    catalogue: StepCatalogue | None = reader.take(load_catalogue, journey.catalogue)
    calendar = reader.take(load_calendar, journey.calendar)
    evidence = reader.take(load_evidence, journey.evidence)
    benchmarks = reader.want(load_benchmarks, journey.benchmarks)
    duties: DutyRegister | None = reader.want(load_duties, catalogue.duties if catalogue else None)
    crosswalk: Crosswalk | None = reader.want(load_crosswalk, journey.crosswalk)
    school: School | None = reader.read("school", journey.school)
    offer = reader.read("support-offer", journey.support_offer)
    done: ProgressReport | None = reader.read("progress", journey.progress)
    audit: Audit | None = None
    if framework is not None:
        audit = reader.take(
            lambda path: read_audit(
                path,
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
    if school is not None and school.capacity is None:
        lacks = "the school has no capacity: say what hours each role can give to the plan"
        reader.errors.append(InvalidInputError(journey.school, [Fault("capacity", lacks)]))
    reader.check(subject)
    # For the type checkers: the reader has raised an error otherwise.
    assert framework is not None  # noqa: S101
    assert audit is not None  # noqa: S101
    assert catalogue is not None  # noqa: S101
    assert school is not None  # noqa: S101
    assert school.capacity is not None  # noqa: S101
    report("reading files", 1, 1)
    result = score_audit(audit, framework)
    plan = draft_plan(
        result,
        catalogue=catalogue,
        school=school,
        priorities=journey.priorities,
        steps_per_priority=journey.steps_per_priority,
        progress=done.steps if done else (),
        starts=journey.starts,
        pattern=journey.pattern,
        crosswalk=crosswalk,
    )
    plan = evolve(plan, title=journey.title)
    if crosswalk is not None:  # the report shows the steps as they answer the audited framework
        catalogue = through_crosswalk(catalogue, crosswalk, result)
    schedule = schedule_plan(
        plan,
        calendar=calendar,
        capacity=school.capacity,
        budget=journey.budget,
        seed=journey.seed,
        progress=lambda tried, budget: report("scheduling", tried, budget),
    )
    report("scheduling", journey.budget, journey.budget)
    plan = date_milestones(plan, schedule, calendar)
    report("scoring impact", 0, 1)
    impact = score_impact(
        plan, result, evidence=evidence, school=school, draws=journey.draws, seed=journey.seed
    )
    report("scoring impact", 1, 1)
    expected = None
    if plan.steps:
        report("forecasting", 0, 1)
        expected = forecast(
            plan,
            result,
            schedule,
            calendar=calendar,
            evidence=evidence,
            draws=min(journey.draws, _FORECAST_DRAWS),
            seed=journey.seed,
        )
        report("forecasting", 1, 1)
    return JourneyResult(
        journey=journey,
        framework=framework,
        catalogue=catalogue,
        calendar=calendar,
        evidence=evidence,
        benchmarks=benchmarks,
        support_offer=offer,
        duties=duties,
        school=school,
        audit=audit,
        result=result,
        plan=plan,
        schedule=schedule,
        impact=impact,
        forecast=expected,
    )


def _read_journey(path: str | os.PathLike[str]) -> Journey:
    journey: Journey = read(path, kind="journey")
    return journey


def _silent(_stage: str, _done: int, _total: int) -> None:
    """Report no progress."""
