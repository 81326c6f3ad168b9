"""The whole journey in one call: read the files, score, plan, schedule, score impact, forecast."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from datetime import date
from functools import partial
from pathlib import Path
from typing import NamedTuple

from attrs import evolve, frozen

from behaviour_culture._display import Displayed
from behaviour_culture._entries import Entries
from behaviour_culture._watch import Watch
from behaviour_culture.audit.groups import GroupedResult, score_groups
from behaviour_culture.audit.redraws import redraw_gaps
from behaviour_culture.audit.result import AuditResult
from behaviour_culture.audit.score import score_audit
from behaviour_culture.audit.withheld import STAFF_GROUPS
from behaviour_culture.checks import Check
from behaviour_culture.errors import InvalidInputError
from behaviour_culture.impact.forecasting.forecast import forecast
from behaviour_culture.impact.forecasting.result import Forecast
from behaviour_culture.impact.forecasting.targets import propose_targets
from behaviour_culture.impact.index.result import ImpactResult
from behaviour_culture.impact.index.score import score_impact
from behaviour_culture.interchange.file_bytes import as_path, several_files
from behaviour_culture.interchange.files import write
from behaviour_culture.journey_inputs import (
    JourneyInputs,
    LaterInputs,
    raise_together,
    read_inputs,
    read_journey,
)
from behaviour_culture.model.audit import Audit
from behaviour_culture.model.belonging import belongs_faults
from behaviour_culture.model.benchmark import BenchmarkSet
from behaviour_culture.model.calendar import DateRange, SchoolYear
from behaviour_culture.model.catalogue import StepCatalogue
from behaviour_culture.model.duty import DutyRegister
from behaviour_culture.model.estimate import Estimate
from behaviour_culture.model.evidence import EvidenceBase
from behaviour_culture.model.framework import Framework
from behaviour_culture.model.indicator import Series
from behaviour_culture.model.journey import Journey
from behaviour_culture.model.plan import TargetOrigin
from behaviour_culture.model.school import School
from behaviour_culture.model.school_years import join_years
from behaviour_culture.model.support import SupportOffer
from behaviour_culture.monitoring.counts.joining import year_before
from behaviour_culture.monitoring.verdicts.judged import JudgedCounts, judge_counts
from behaviour_culture.planning.crosswalk import through_crosswalk
from behaviour_culture.planning.draft import draft_plan
from behaviour_culture.planning.plan import ActionPlan
from behaviour_culture.report.names import numbered
from behaviour_culture.report.parts import ReportParts, SectionMaker
from behaviour_culture.report.write import write_report
from behaviour_culture.review.result import PlanReview
from behaviour_culture.review.review import review_plan
from behaviour_culture.scheduling.engine import schedule_plan
from behaviour_culture.scheduling.milestones import date_milestones
from behaviour_culture.scheduling.replanning import replan
from behaviour_culture.scheduling.result import Schedule
from behaviour_culture.start.illustrative import DEMO_FILES, demo_folder
from behaviour_culture.typing import Progress, Stop

__all__ = [
    "DEMO_FILES",
    "FIRST_FILES",
    "JourneyResult",
    "demo_folder",
    "raise_together",
    "read_journey",
    "run_journey",
]

FIRST_FILES = ("first-plan.json", "first-schedule.json")
"""The files of `JourneyResult.keep`: the plan before it began, and its schedule."""

_FORECAST_DRAWS = 2_000
"""Enough for whole points: the error of a mean is then about half a point."""

_GROUP_DRAWS = 200
"""The report shows no interval of the agreement inside a group, for which these are."""


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
    today: date | None = None
    """The day on which what is left was planned again; None where the plan has not begun."""
    audit: Audit
    result: AuditResult
    groups: GroupedResult | None = None
    """The audit as each group of raters sees it; None where a rater has no group."""
    plan: ActionPlan
    schedule: Schedule
    first_plan: ActionPlan | None = None
    """The plan before it began; None where it has not."""
    first_schedule: Schedule | None = None
    impact: ImpactResult
    forecast: Forecast | None = None
    """None if the plan has no steps."""
    counted: JudgedCounts | None = None
    """What was counted, where the journey names counts."""
    result_again: AuditResult | None = None
    """Of the second audit, where the journey names one."""
    review: PlanReview | None = None
    """What was expected beside what was seen, where there is anything to look at."""

    def keep(self, folder: str | os.PathLike[str]) -> tuple[Path, ...]:
        """Write the plan and the schedule as they were before the plan began into a folder.

        A later run of the journey goes on from these two files: name them ``first_plan`` and
        ``first_schedule`` in it.
        """
        kept = (self.first_plan or self.plan, self.first_schedule or self.schedule)
        with several_files() as written:
            for name, value in zip(FIRST_FILES, kept, strict=True):
                written.append(write(value, Path(folder) / name))
        return tuple(written)

    def write(
        self,
        out: str | os.PathLike[str],
        *,
        formats: tuple[str, ...] | None = None,
        template: str | os.PathLike[str] | None = None,
        sections: Sequence[SectionMaker] = (),
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
            written_on=self.today or self.journey.audit_date,
            first_schedule=self.first_schedule,
            counted=self.counted,
            review=self.review,
            groups=self.groups,
            formats=self.journey.formats if formats is None else formats,
            template=template,
            sections=sections,
        )

    def _label(self) -> str:
        return f"{self.journey.id}: {self.journey.title}"

    def _lines(self) -> list[str]:
        return [
            f"{self.school.name}: {self.journey.title}",
            *(
                line
                for part in (
                    *(self.result, self.plan, self.schedule, self.impact, self.forecast),
                    *(self.counted, self.review),
                )
                if part is not None
                for line in str(part).splitlines()
            ),
        ]


def run_journey(
    journey: Journey | str | os.PathLike[str],
    *,
    base: str | os.PathLike[str] | None = None,
    progress: Progress | None = None,
    stop: Stop | None = None,
) -> JourneyResult:
    """Run all stages: read the files, score the audit, plan, schedule, score impact, forecast.

    The forecast uses at most 2,000 draws, which is enough for whole points. Where steps do not fit
    the calendar, the school year that follows is projected.

    Once the plan has begun, by ``today`` of the journey or the date of its progress report, what is
    not done is planned again from the first plan and its schedule (`replan`): numbers, targets and
    what is done stay. Where these two were not kept, they are made again from the same audit.

    Counts that the journey names are judged by the means of monitoring, and set beside what the
    plan as it began led to expect of them; a second audit shows which targets were met. Where
    ``last_plan`` is named, this audit and these counts are set beside last year's plan instead.

    Parameters
    ----------
    journey : Journey or path
        A journey, a file of kind ``journey``, or a school's workbook (`write_school_workbook`).
    base : path, optional
        The folder to which its paths are relative: by default the folder of the file, or for
        a ``Journey`` the current folder.
    progress : callable, optional
        Called with (stage, done, total): "reading files", "scheduling", "scoring impact",
        "forecasting" and so on.
    stop : callable, optional
        Asked again and again, such as ``threading.Event().is_set``: once it says True,
        `StoppedError` is raised in under a second.

    Returns
    -------
    JourneyResult
        ``.write(folder)`` makes the report, and ``.keep(folder)`` keeps the plan for later runs.

    Raises
    ------
    BehaviourCultureError
        One error with the faults of all files, or the error of the first stage that fails.
    StoppedError
        The run was stopped.

    Examples
    --------
    >>> from behaviour_culture.journey import demo_folder, run_journey
    >>> done = run_journey(demo_folder() / "illustrative_journey.toml")
    >>> done.school.illustrative, len(done.plan.objectives)
    (True, 5)
    """
    check = Check("run_journey")
    watch = check.watch(progress, stop)
    folder = None if base is None else as_path(check, "base", base, "the path of a folder")
    if isinstance(journey, Journey):
        check.done()
        subject, folder = f"journey {journey.id!r}", folder or Path()
    else:
        file = as_path(check, "journey", journey, "a Journey or the path of its file")
        check.done()
        subject, folder = os.fspath(journey), folder or file.parent
        journey = read_journey(journey)
    watch.tell("reading files", 0, 1)
    given = read_inputs(journey, folder, subject)
    watch.tell("reading files", 1, 1)
    result = score_audit(given.audit, given.framework)
    course = _first_course(journey, given, result, watch)
    if given.done is not None:
        made_for, mine = (given.done.plan,), (course.plan.id,)
        if faults := belongs_faults("progress.plan", "plan", made_for, mine):
            raise InvalidInputError(subject, faults)
    now = course
    first: Forecast | None = None
    if (today := course.begun) is not None:
        by_rule = any(o.target_origin is TargetOrigin.RULE for o in course.plan.objectives)
        compares = bool(given.later.counted) and given.later.last_plan is None
        if (by_rule or compares) and course.plan.steps:
            # Targets and what was to be expected are those of the plan as it began.
            first = _forecast_of(course, journey, given, result, watch)
            course = course._replace(plan=propose_targets(course.plan, first))
        now = _planned_again(course, given, today, watch)
    watch.tell("scheduling", journey.budget, journey.budget)
    plan, schedule = now.plan, now.schedule
    impact = score_impact(
        plan,
        result,
        evidence=given.evidence,
        school=given.school,
        draws=journey.draws,
        seed=journey.seed,
        progress=progress,
        stop=stop,
    )
    expected = None
    if plan.steps:
        expected = _forecast_of(now, journey, given, result, watch)
        plan = propose_targets(plan, expected)
    catalogue = given.catalogue
    if given.crosswalk is not None:  # the steps as they answer the audited framework
        catalogue = through_crosswalk(catalogue, given.crosswalk, result)
    watch.check("looking back")
    begun = today is not None
    later = given.later
    again = None if later.again is None else score_audit(later.again, given.framework)
    if later.last_plan is not None:
        counted, review = _looked_back(
            later, later.last_plan, later.last_forecast, result, starts=course.schedule.starts
        )
    else:
        counted, review = _looked_back(
            later, plan, first or expected, again, starts=course.schedule.starts
        )
    return JourneyResult(
        journey=journey,
        framework=given.framework,
        catalogue=catalogue,
        calendar=now.year,
        evidence=given.evidence,
        benchmarks=given.benchmarks,
        support_offer=given.offer,
        duties=given.duties,
        school=given.school,
        today=today,
        audit=given.audit,
        result=result,
        groups=_groups_of(given.audit, given.framework, watch),
        plan=plan,
        schedule=schedule,
        first_plan=course.plan if begun else None,
        first_schedule=course.schedule if begun else None,
        impact=impact,
        forecast=expected,
        counted=counted,
        result_again=again,
        review=review,
    )


def _looked_back(
    later: LaterInputs,
    plan: ActionPlan,
    forecast: Forecast | None,
    found: AuditResult | None,
    *,
    starts: date,
) -> tuple[JudgedCounts | None, PlanReview | None]:
    """Judge what was counted, and set it and a new audit beside what was expected of a plan."""
    begins = forecast.starts if forecast is not None else plan.starts or starts
    judged = None
    known = later.indicators.indicators if later.indicators else ()
    if later.counted:
        windows = []
        if forecast is not None:
            spans = map(forecast.timeline.window, range(len(forecast.ends)))
            windows = [DateRange(start=first, end=last) for first, last in spans]
        by_group: dict[str, list[Series]] = {"": []}
        for named, series in later.counted:
            by_group.setdefault(named.group, []).append(series)
        judged = judge_counts(
            by_group.pop(""),
            starts=begins,
            groups=by_group,
            indicators=known,
            matters={n.indicator: n.matters for n, _ in later.counted if n.matters is not None},
            windows=windows,
        )
    if not later.counted and found is None:
        return None, None
    whole = [s for named, s in later.counted if not named.group]
    review = review_plan(
        {} if forecast is None else forecast,
        whole if whole and forecast is not None else {},
        plan,
        found=found,
        indicators=known,
        verdict=None if judged is None else judged.verdict,
    )
    told = any(o.agreement.compared for o in review.outcomes)
    return judged, review if found is not None or told else None


class _Course(NamedTuple):
    """A plan with its schedule and the calendar that it needs."""

    plan: ActionPlan
    schedule: Schedule
    year: SchoolYear
    begun: date | None
    """The present day, where the plan has begun by it."""


def _first_course(
    journey: Journey,
    given: JourneyInputs,
    result: AuditResult,
    watch: Watch,
) -> _Course:
    """Return the plan before it began: the one that was kept, or one that is drafted."""
    today = journey.today or (given.done.date if given.done else None)
    begins = given.kept[1].starts if given.kept else journey.starts or given.year.start
    begun = today if today is not None and today >= begins else None
    if begun and given.kept is not None:
        return _Course(*given.kept, given.year, begun)
    schedule_it = partial(_scheduled, journey, given, watch)
    if given.kept is not None and given.kept[0].changes:  # a plan that people changed is theirs
        theirs = evolve(given.kept[0], progress=given.done.steps if given.done else ())
        return _Course(theirs, *schedule_it(theirs), None)
    before = given.done.steps if given.done else Entries()
    if begun:  # the first plan was not kept: it took as done what was done before it began
        before = Entries(p for p in before if p.finished is not None and p.finished < begins)
    plan = draft_plan(
        result,
        catalogue=given.catalogue,
        school=given.school,
        priorities=journey.priorities,
        steps_per_priority=journey.steps_per_priority,
        progress=before,
        starts=journey.starts or given.year.start,
        pattern=journey.pattern,
        crosswalk=given.crosswalk,
        baselines=_baselines(given, begins),
        redraws=redraw_gaps(
            given.audit,
            given.framework,
            first=journey.priorities,
            seed=journey.seed,
            stop=watch.stop,
        ),
    )
    plan = evolve(plan, title=journey.title)
    schedule, year = schedule_it(plan)
    plan = date_milestones(plan, schedule, year)
    parts = ReportParts(framework=given.framework, audit=result, plan=plan, schedule=schedule)
    return _Course(numbered(parts), schedule, year, begun)


def _scheduled(
    journey: Journey, given: JourneyInputs, watch: Watch, plan: ActionPlan
) -> tuple[Schedule, SchoolYear]:
    """Schedule a plan, in a further school year where it does not fit."""
    return _in_years(
        given.year,
        partial(
            schedule_plan,
            plan,
            capacity=given.capacity,
            budget=journey.budget,
            prefer="level-load",
            seed=journey.seed,
            progress=watch.progress,
            stop=watch.stop,
        ),
        watch,
    )


def _baselines(given: JourneyInputs, begins: date) -> dict[str, Estimate]:
    """Return where the indicators of the catalogue's objectives stood before the plan."""
    if given.crosswalk is not None:
        return {}
    wanted = {known.indicator for known in given.catalogue.indicators.values()}
    whole: dict[str, list[Series]] = {}
    for named, series in given.later.counted:
        if not named.group and named.indicator in wanted:
            whole.setdefault(named.indicator, []).append(series)
    found = {name: year_before(series, begins) for name, series in whole.items()}
    return {name: level for name, level in found.items() if level is not None}


def _groups_of(audit: Audit, framework: Framework, watch: Watch) -> GroupedResult | None:
    """Score each group of raters apart, where each rater has one and one may be shown."""
    if not all(r.group for r in audit.responses) or not set(audit.groups) & {*STAFF_GROUPS}:
        return None
    return score_groups(audit, framework, draws=_GROUP_DRAWS, stop=watch.stop)


def _forecast_of(
    course: _Course, journey: Journey, given: JourneyInputs, result: AuditResult, watch: Watch
) -> Forecast:
    return forecast(
        course.plan,
        result,
        course.schedule,
        calendar=course.year,
        evidence=given.evidence,
        draws=min(journey.draws, _FORECAST_DRAWS),
        seed=journey.seed,
        progress=watch.progress,
        stop=watch.stop,
    )


def _planned_again(first: _Course, given: JourneyInputs, today: date, watch: Watch) -> _Course:
    """Plan again what is not done."""
    reports = given.done.steps if given.done else ()
    schedule, year = _in_years(
        join_years(first.year, until=max(today, first.schedule.projected_until or today)),
        lambda calendar: (
            replan(
                first.schedule,
                first.plan,
                reports,
                today=today,
                calendar=calendar,
                capacity=given.capacity,
                stop=watch.stop,
            ).schedule
        ),
        watch,
    )
    return _Course(evolve(first.plan, progress=reports), schedule, year, today)


def _in_years(
    year: SchoolYear, make: Callable[..., Schedule], watch: Watch
) -> tuple[Schedule, SchoolYear]:
    """Make a schedule, in a calendar with the following year too where more of it fits then."""
    schedule = make(calendar=year)
    watch.check("scheduling")  # it would be the best so far
    if not schedule.left_out:
        return schedule, year
    longer = join_years([year, year.projected()])
    more = make(calendar=longer)
    watch.check("scheduling")
    return (more, longer) if len(more.steps) > len(schedule.steps) else (schedule, year)
