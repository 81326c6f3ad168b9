"""Drafting a plan: the largest gaps, the steps that answer them, their prerequisites, and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from math import inf
from statistics import fmean

from attrs import evolve

from behaviour_culture._display import day_words
from behaviour_culture._seeds import Seed, as_seed
from behaviour_culture._watch import Watch
from behaviour_culture.audit.result import AuditResult, Gap
from behaviour_culture.checks import Check, as_day, as_tuple, as_whole, require_types
from behaviour_culture.content.loader import load_catalogue
from behaviour_culture.errors import (
    Fault,
    FaultCode,
    InvalidInputError,
    Nearest,
    shorten,
)
from behaviour_culture.fields import Slug, derived_id
from behaviour_culture.model.belonging import catalogue_faults, framework_faults, school_faults
from behaviour_culture.model.catalogue import StepCatalogue
from behaviour_culture.model.crosswalk import Crosswalk
from behaviour_culture.model.estimate import Estimate
from behaviour_culture.model.framework import Framework
from behaviour_culture.model.plan import (
    InclusionKind,
    MetStep,
    Redraws,
    SkippedStep,
    StepProgress,
    StepStatus,
)
from behaviour_culture.model.school import School
from behaviour_culture.model.step import ActionStep, Payoff, StepMark, StepPhase
from behaviour_culture.planning.confirming import strengths
from behaviour_culture.planning.crosswalk import crosswalk_loss, through_crosswalk
from behaviour_culture.planning.doubts import doubts
from behaviour_culture.planning.graph import StepGraph
from behaviour_culture.planning.hours_left import HoursLeft, all_hours
from behaviour_culture.planning.inclusions import inclusions, skipped, without_steps
from behaviour_culture.planning.objectives import (
    audit_again_from,
    milestones,
    objective,
)
from behaviour_culture.planning.plan import ActionPlan
from behaviour_culture.planning.present_ids import under_present_ids
from behaviour_culture.planning.scoring import candidate_plan, scorer_faults, steps_scored
from behaviour_culture.planning.selection import Selection
from behaviour_culture.typing import Scorer, Stop

__all__ = ["draft_plan"]

_RUNNING = {StepStatus.ON_TRACK, StepStatus.AT_RISK, StepStatus.OFF_TRACK}
_FIRST_FORTNIGHT = 1
"""Steps with which a plan begins for everybody to see, beyond the year's work (judgement)."""
_YEAR_OF_STEPS = 16
"""Steps of usual size that a year holds where nothing is in place (judgement: the catalogue says
fifteen to twenty-five)."""
_FULL_YEAR = 0.61
"""Where this share of the whole is missing or more, there is a full year of work (judgement)."""
_LAST_YEAR = 8999
_HUGE = 1e300
_BYTES = 24.0
"""Bytes that a draw of one step takes at the most of a scorer's work (measured)."""


def draft_plan(  # noqa: PLR0913  (each is a decision of the school's)
    result: AuditResult,
    *,
    catalogue: StepCatalogue | str,
    school: School | None = None,
    priorities: int = 5,
    steps_per_priority: int = 3,
    benefits: Mapping[str, float] | None = None,
    progress: Iterable[StepProgress] = (),
    own_steps: Iterable[ActionStep] = (),
    starts: date | None = None,
    framework: Framework | None = None,
    pattern: str | None = None,
    crosswalk: Crosswalk | None = None,
    scorer: Scorer | None = None,
    draws: int = 1_000,
    seed: Seed = 0,
    baselines: Mapping[str, Estimate] | None = None,
    redraws: Mapping[str, Redraws] | None = None,
    stop: Stop | None = None,
    id: str | None = None,  # noqa: A002  (the name of the field)
) -> ActionPlan:
    """Draft an action plan for the largest gaps of an audit.

    Parameters
    ----------
    result : AuditResult
        The scored audit; its ranked gaps decide the priorities.
    catalogue : StepCatalogue or str
        Steps to choose from, for the same framework and edition, or with ``crosswalk`` for
        another one; or the id of a catalogue that comes with the package.
    school : School, optional
        The catalogue is taken as it is for this school (`StepCatalogue.for_school`), and what
        the school has in place is not planned again. Where it has a capacity, only as much is
        drafted as its people can do in four half-terms; the rest is skipped, with the hours.
    priorities : int
        How many gaps to work on. The default of 5 is judgement, as is the advice to stay
        between three and five: programmes that do everything at once achieve less. A principle
        rated at three quarters of the scale or more is strong (judgement): it is no priority,
        and its steps are checked and not done again.
    steps_per_priority : int
        How many steps to choose for each, before what these need first (judgement).
    benefits : mapping of str to float, optional
        Expected benefit by step, such as ``impact.catalogue_benefits``; larger is chosen
        first, and a step that is not there counts as 0. Without benefits and scorer, steps
        that answer the larger gaps come first.
    progress : iterable of StepProgress
        What was done before: finished steps are met, running ones stay in the plan. A step that
        is gone counts as the one that took over (`StepCatalogue.aliases`), and says so; where
        that one took over from several, it is met once all of them are complete.
    own_steps : iterable of ActionStep
        The school's own steps; all are in the plan.
    starts : date, optional
        First day of the plan, such as that of the school year. Dates of milestones follow from
        it, and the audit is repeated near the end of that year; without it, in any week.
    framework : Framework, optional
        The audited one; the catalogue's steps are then checked against it.
    pattern : str, optional
        A pattern of the catalogue, such as ``september``: its steps are in the plan, and its
        arrows and starts hold.
    crosswalk : Crosswalk, optional
        Links the audited framework and that of the catalogue, in either direction. What it
        loses is in ``crosswalk`` of the plan.
    scorer : Scorer, optional
        A function that scores steps, instead of ``benefits``: the mean of its draws is the
        benefit of a step. It is called once, with a plan of the candidates and ``result``.
        That plan holds every step of the catalogue and of ``own_steps`` that is not met,
        with the met steps and the progress, and no objectives; a scorer that looks at the
        whole plan, as ``impact.planning_index`` does, sees all candidates as one plan.
    draws : int
        Rows that the scorer is asked for, 1 to 10,000,000, as far as memory goes: 24 bytes each
        for every candidate. Nothing else is drawn.
    seed : int, SeedSequence or Generator
        Handed to the scorer as a whole number.
    baselines : mapping of str to Estimate, optional
        What was counted already, by indicator; it stands beside the audit score of the
        objectives that have the indicator (`StepCatalogue.indicators`).
    redraws : mapping of str to Redraws, optional
        How often each principle is among the first gaps when raters are drawn again, from
        ``audit.redraw_gaps``; it stands with the objectives.
    stop : callable, optional
        Asked before and after the scorer, and by one of ours while it works: once it says True,
        `StoppedError` is raised.
    id : str, optional
        The plan's id; that of the audit and ``plan`` without it. Give one where an audit has
        several plans.

    Returns
    -------
    ActionPlan
        Closed under prerequisites. For every step of the catalogue it says why it is in,
        why it need not be done, or why it was left out. It has the steps that monitor it, and
        in ``warnings`` the doubts about the audit. A plan for fewer priorities lies within one
        for more. Where all is strong, it is a plan to keep it up.

    Raises
    ------
    InvalidInputError
        The catalogue is for another framework or edition, or its steps name principles,
        challenges or systems that ``framework`` lacks, or the school has a kind of system that it
        lacks; numbers out of range; progress or
        benefits that name unknown steps; benefits and a scorer; a scorer whose numbers are
        not finite or not of the shape (draws, steps).
    StoppedError
        The scorer was stopped.

    Examples
    --------
    >>> import behaviour_culture as bc
    >>> framework = bc.load_framework("bennett-2017")
    >>> ratings = [bc.Response(rater="head", item=i.id, rating=1) for i in framework.items]
    >>> audit = bc.Audit(id="a", framework="bennett-2017", edition="2017", responses=ratings)
    >>> result = bc.score_audit(audit, framework)
    >>> plan = bc.draft_plan(result, catalogue=bc.load_catalogue("bennett-2017"), priorities=3)
    >>> len(plan.objectives)
    3
    """
    if isinstance(catalogue, str):
        catalogue = load_catalogue(catalogue)
    require_types("draft_plan", result=(result, AuditResult), catalogue=(catalogue, StepCatalogue))
    own_steps, progress = as_tuple(own_steps), as_tuple(progress)
    given = Check("draft_plan")
    given.value("own_steps", own_steps, tuple[ActionStep, ...])
    given.value("progress", progress, tuple[StepProgress, ...])
    given.value("benefits", benefits, Mapping[str, object] | None)
    given.value("baselines", baselines, Mapping[str, object] | None)
    given.value("redraws", redraws, Mapping[str, object] | None)
    watch = given.watch(None, stop)
    given.done()
    starts = as_day(starts)
    if school is not None:
        require_types("draft_plan", school=(school, School))
    if crosswalk is not None:
        require_types("draft_plan", crosswalk=(crosswalk, Crosswalk))
        catalogue = through_crosswalk(catalogue, crosswalk, result)
    if pattern is not None:
        require_types("draft_plan", pattern=(pattern, str))
        catalogue = catalogue.in_pattern(pattern)
    if school is not None and catalogue.school != school.id:
        catalogue = catalogue.for_school(school)
    if framework is not None:
        require_types("draft_plan", framework=(framework, Framework))
        if crosswalk is None and (unfit := catalogue_faults(catalogue, framework)):
            raise InvalidInputError(f"catalogue {catalogue.id!r}", unfit)
        if crosswalk is None and school is not None and (odd := school_faults(school, framework)):
            raise InvalidInputError(f"school {school.id!r}", odd)
    drafter = _Drafter(
        result,
        catalogue,
        school,
        own=tuple(own_steps),
        progress=tuple(progress),
        benefits=benefits,
        scorer=scorer,
        draws=as_whole(draws),
        seed=as_seed(seed),
        pattern=pattern,
        crosswalk=crosswalk,
        baselines=baselines or {},
        watch=watch,
        id_=id,
    )
    drafter.check(priorities, steps_per_priority, starts, redraws or {})
    plan = drafter.draft(priorities, steps_per_priority, starts)
    if not redraws:
        return plan
    objectives = [evolve(o, redraws=redraws.get(o.principle)) for o in plan.objectives]
    return evolve(plan, objectives=objectives)


class _Drafter:
    def __init__(  # noqa: PLR0913
        self,
        result: AuditResult,
        catalogue: StepCatalogue,
        school: School | None,
        *,
        own: tuple[ActionStep, ...],
        progress: tuple[StepProgress, ...],
        benefits: Mapping[str, float] | None,
        scorer: Scorer | None,
        draws: int,
        seed: int,
        pattern: str | None,
        crosswalk: Crosswalk | None,
        baselines: Mapping[str, Estimate],
        id_: str | None,
        watch: Watch,
    ) -> None:
        self.watch = watch
        self.id = derived_id(id_, result.id, "plan")
        self.pattern = pattern
        self.baselines = baselines
        self.crosswalk = crosswalk
        self.result = result
        self.catalogue = catalogue
        self.school = school
        self.own = own
        reports = under_present_ids(progress, catalogue)
        self.reports = tuple(r for r in reports if r.step not in catalogue.left_out)
        self.progress = {p.step: p for p in self.reports}
        self.moved = set(self.progress) - {p.step for p in progress}
        self.benefits = benefits
        self.scorer = scorer
        self.draws = draws
        self.seed = seed
        self.steps = {s.id: s for s in sorted([*catalogue.steps, *own], key=lambda s: s.id)}
        self.monitoring = {
            s.id for s in catalogue.steps if any(mark.is_in_every_plan for mark in s.marks)
        }
        self.in_full = {s.id for s in own} | self.monitoring
        """Steps that are done whatever is in place: the school's own, and monitoring."""
        again = (s.id for s in catalogue.steps if StepMark.AUDIT_AGAIN in s.marks)
        self.audit_again = min(again, default=None)
        self.strong = strengths(result)
        sizes = [0.0 if g.principle in self.strong else g.size.value for g in result.gaps]
        self.missing = fmean(sizes) if sizes else 0.0
        """How much of the principles is missing, on average; none of the strong ones."""
        self.capacity = school.capacity if school is not None else None

    def check(
        self,
        priorities: int,
        per_priority: int,
        starts: date | None,
        redraws: Mapping[str, Redraws],
    ) -> None:
        check = Check("draft_plan")
        check.value("id", self.id, Slug)
        for key, found in redraws.items():
            check.value(f"redraws[{shorten(key)}]", found, Redraws)
        check.whole("priorities", priorities, 1)
        check.whole("steps_per_priority", per_priority, 1)
        if check.value("starts", starts, date | None) and starts and starts.year > _LAST_YEAR:
            check.fault("starts", f"expected a date before 9000, got {starts!r}")
        check.add(framework_faults("catalogue", self.catalogue, self.result))
        taken = dict.fromkeys((s.id for s in self.catalogue.steps), "the catalogue has a step")
        for i, step in enumerate(self.own):
            if step.id in taken:
                message = f"{taken[step.id]} {step.id!r} too: give yours another id"
                check.fault(f"own_steps[{i}].id", message)
            taken.setdefault(step.id, f"own_steps[{i}] is")
        for key, count in Counter(p.step for p in self.reports).items():
            if count > 1:
                check.fault(f"progress[{key!r}]", f"{count} reports of one step: keep the latest")
        nearest = Nearest(self.steps)
        for name, given in (("progress", self.progress), ("benefits", self.benefits or {})):
            for key in given:
                if key not in self.steps and key not in self.catalogue.left_out:
                    message = f"no step {shorten(key)}{nearest.hint(key)}"
                    place = f"{name}[{shorten(key)}]"
                    check.fault(place, message, key, FaultCode.UNKNOWN_NAME)
        self._check_benefits(check)
        for key, value in self.baselines.items():
            if check.value(f"baselines[{shorten(key)}]", value, Estimate):
                place = f"baselines[{shorten(key)}]"
                counted = {known.indicator for known in self.catalogue.indicators.values()}
                check.known(place, key, counted, "indicator")
        check.done()
        self.all = StepGraph(self.steps.values())

    def _check_benefits(self, check: Check) -> None:
        check.within("draws", self.draws, "draws")
        if self.scorer is not None:
            many = len(self.steps)
            check.kept("draws", self.draws, _BYTES * many, f"draws of {many} steps")
        check.whole("seed", self.seed, 0)
        if self.scorer is not None:
            check.add(scorer_faults("scorer", self.scorer))
            if self.benefits is not None:
                check.fault("scorer", "give a scorer or benefits, not both")
        for key, benefit in (self.benefits or {}).items():
            number: object = benefit
            if not isinstance(number, (int, float)) or not -_HUGE < number < _HUGE:
                check.fault(f"benefits[{key!r}]", f"expected a number, got {number!r}")

    def draft(self, priorities: int, per_priority: int, starts: date | None) -> ActionPlan:
        ranked = sorted(self.result.gaps, key=lambda g: g.rank)
        gaps = [g for g in ranked if g.principle not in self.strong][:priorities]
        self.met = self._met()
        if self.scorer is not None:
            self.benefits = self._scored(self.scorer, starts)
        self.chosen = self._selection()
        self._include_what_is_given()
        if gaps:
            self._include_first_fortnight()
        self.chosen.hours.most = self.chosen.hours.taken + self._most_hours()
        for i, gap in enumerate(gaps):
            self.chosen.choose(gap, gaps[: i + 1], per_priority)
        if not gaps:
            self._keep_up(ranked[:priorities])
        self.chosen.note_needs(gaps)
        again = self.audit_again
        again = again if again in self.chosen.included else None
        objectives = [
            objective(
                gap,
                self.result,
                starts,
                self.catalogue.indicators.get(gap.principle),
                self.baselines,
            )
            for gap in gaps
        ]
        loss = None
        if self.crosswalk is not None:
            loss = crosswalk_loss(self.crosswalk, self.catalogue, self.result)
        return ActionPlan(
            id=self.id,
            title=f"Behaviour action plan{f' of {self.school.name}' if self.school else ''}",
            framework=self.result.framework,
            edition=self.result.edition,
            catalogue=self.catalogue.id,
            pattern=self.pattern,
            crosswalk=loss,
            school=self.school.name if self.school else self.result.school,
            starts=starts,
            objectives=objectives,
            warnings=doubts(self.result, without_steps(self.chosen, gaps)),
            steps=[self.chosen.planned(key) for key in sorted(self.chosen.included)],
            inclusions=inclusions(self.chosen, self.result),
            met=[self.met[key] for key in sorted(self.met)],
            skipped=[
                *skipped(self.chosen, self.result, gaps, per_priority),
                *(
                    SkippedStep(step=key, title=step.title, reason=step.reason)
                    for key, step in sorted(self.catalogue.left_out.items())
                ),
            ],
            milestones=milestones(objectives, starts, again),
            not_before={again: audit_again_from(starts)} if again and starts else {},
            progress=[
                entry
                for key, entry in sorted(self.progress.items())
                if key in self.chosen.included or key in self.met
            ],
        )

    # -- steps that are met --------------------------------------------------------------

    def _met(self) -> dict[str, MetStep]:
        met: dict[str, MetStep] = {}
        audit = self.catalogue.audit_step
        if audit is not None:
            day = f" of {day_words(self.result.date)}" if self.result.date else ""
            met[audit] = self._met_step(audit, f"this audit{day} is what it asks for")
        for key, entry in sorted(self.progress.items()):
            if entry.status is StepStatus.COMPLETE:
                when = f" on {entry.finished}" if entry.finished else ""
                under = f"; {entry.note}" if key in self.moved else ""
                met[key] = self._met_step(key, f"finished{when}{under}")
        if self.school is None:
            return met
        for key, step in self.steps.items():
            system = self.school.has_in_place(step.system) if step.system else None
            if system is None or key in met or key in self.in_full:
                continue
            reason = f"the school has it in place: {system.name}{self._doubt(step)}"
            met[key] = self._met_step(key, reason)
            # What only led to it is done as well, as far as it is about the same principle.
            for before in sorted(self.all.ancestors(key)):
                earlier = self.steps[before]
                same = earlier.main_principle == step.main_principle
                if same and before not in met and before not in self.in_full:
                    led = f"it leads to {step.title!r}, and {reason}"
                    met[before] = self._met_step(before, led)
        return met

    def _met_step(self, key: str, reason: str) -> MetStep:
        return MetStep(step=key, title=self.steps[key].title, reason=reason)

    def _doubt(self, step: ActionStep) -> str:
        """Add a doubt where the audit does not confirm that something is in place."""
        for score in self.result.principles:
            if score.id == step.main_principle and score.estimate.value < 0.5:  # noqa: PLR2004
                return (
                    f"; but raters place {score.name!r} at {score.estimate.value:.0%}: "
                    "check that it is in place in practice"
                )
        return ""

    # -- choosing ------------------------------------------------------------------------

    def _scored(self, scorer: Scorer, starts: date | None) -> dict[str, float]:
        """Return the mean of the scorer's draws for each step that is not met."""
        plan = candidate_plan(
            self.result,
            [step for key, step in self.steps.items() if key not in self.met],
            catalogue=self.catalogue.id,
            school=self.school.name if self.school else self.result.school,
            starts=starts,
            met=self.met.values(),
            progress=self.reports,
        )
        faults: list[Fault] = []
        numbers = steps_scored(
            scorer,
            plan,
            self.result,
            draws=self.draws,
            seed=self.seed,
            path="scorer",
            faults=faults,
            watch=self.watch,
        )
        if faults:
            raise InvalidInputError("draft_plan", faults)
        return {s.id: float(m) for s, m in zip(plan.steps, numbers.mean(axis=0), strict=True)}

    def _selection(self) -> Selection:
        titles = {role.id: role.title for role in self.catalogue.roles}
        if self.capacity is not None:
            titles |= {post.id: post.title for post in self.capacity.roles}
        reports = self.progress.values()
        return Selection(
            steps=self.steps,
            place={key: i for i, key in enumerate(self.all.order())},
            met=frozenset(self.met),
            stopped=frozenset(p.step for p in reports if p.status is StepStatus.STOPPED),
            in_full=frozenset(self.in_full),
            strong=self.strong,
            benefits=self.benefits,
            audit_again=self.audit_again,
            titles=titles,
            hours=HoursLeft(self.capacity),
        )

    def _include_what_is_given(self) -> None:
        """Include the school's own steps, those under way, monitoring, and those of a pattern."""
        for step in self.own:
            if step.id not in self.met:
                self.chosen.include(step.id, InclusionKind.OWN, "the school's own step")
        for key, entry in sorted(self.progress.items()):
            if entry.status in _RUNNING and key not in self.met:
                when = f" since {entry.started}" if entry.started else ""
                under = f"; {entry.note}" if key in self.moved else ""
                reason = f"under way{when} ({entry.status.words}){under}"
                self.chosen.include(key, InclusionKind.UNDER_WAY, reason)
        for key in sorted(self.monitoring):
            if self.chosen.is_free(key):
                why = "every plan has it: it shows whether the plan works"
                self.chosen.include(key, InclusionKind.MONITORING, why)
        if self.pattern is not None:
            pattern = self.catalogue.pattern(self.pattern)
            for key in pattern.include:
                if self.chosen.is_free(key):
                    self.chosen.include(key, InclusionKind.PATTERN, f"part of {pattern.title!r}")

    def _include_first_fortnight(self) -> None:
        """Include what people see at once: quick launches that wait for nothing.

        Those that touch most pupils come first, as far as people have the hours.
        """
        rated = {score.id for score in self.result.principles}
        seen = [
            step
            for step in self.steps.values()
            if step.phase is StepPhase.LAUNCH
            and step.payoff is Payoff.QUICK
            and step.main_principle in rated
            and self.chosen.is_free(step.id)
            and not self.chosen.is_checked(step.id)
            and all(p.step in self.met for p in step.requires)
        ]
        why = "waits for nothing, and pupils and staff see it at once"
        for step in sorted(seen, key=lambda s: (-s.reach, s.id))[:_FIRST_FORTNIGHT]:
            self.chosen.include(step.id, InclusionKind.FIRST_FORTNIGHT, why, always=False)

    def _keep_up(self, firm: Sequence[Gap]) -> None:
        """Check what monitors, or else the principles that come first, so that nothing slips.

        This is the plan of a school without a priority.
        """
        checked = [s for s in self.steps.values() if s.phase is StepPhase.MONITOR]
        if not any(self.chosen.is_checked(s.id) for s in checked):
            for gap in firm:
                mine = [s for s in self.chosen.candidates(gap) if s.main_principle == gap.principle]
                checked += sorted(mine, key=lambda s: self.chosen.value(s, [gap]))[:1]
        self.chosen.hours.most = inf
        for step in checked:
            if self.chosen.is_free(step.id) and self.chosen.is_checked(step.id):
                why = "there is no priority, and what is in place is kept up"
                self.chosen.include(step.id, InclusionKind.CONFIRMATION, why, always=False)

    def _most_hours(self) -> float:
        """Return the hours that a plan may hold beyond what is given.

        A school with little in place has a year of work before it, and the more is in place, the
        less; where nothing is, only its people bound it. Neither the number of priorities changes
        it nor which of the principles are weak.
        """
        if self.missing == 1:
            return inf
        hours = [all_hours(step, self.capacity) for step in self.steps.values()]
        usual = fmean(hours) if hours else 0.0
        return _YEAR_OF_STEPS * usual * min(1.0, self.missing / _FULL_YEAR)
