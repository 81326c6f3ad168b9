"""A lead school's events and its partners' plans, scheduled together as one problem."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Annotated

from attrs import evolve, fields

from behaviour_culture._entries import Entries
from behaviour_culture._seeds import Seed, as_seed
from behaviour_culture._watch import Watch
from behaviour_culture.checks import Check, as_tuple
from behaviour_culture.errors import shorten
from behaviour_culture.fields import Range, Slug, Some, Unique, derived_id, is_slug
from behaviour_culture.model.calendar import SchoolYear
from behaviour_culture.model.plan import Inclusion, InclusionKind
from behaviour_culture.model.school import Capacity
from behaviour_culture.model.school_years import Years, take_years
from behaviour_culture.model.step import ActionStep
from behaviour_culture.model.support_event import SupportEvent
from behaviour_culture.planning.plan import ActionPlan
from behaviour_culture.programme.hub.partner_plan import PartnerPlan
from behaviour_culture.programme.hub.sessions import (
    Session,
    list_sessions,
    open_weeks,
    school_plan,
    session_step,
    term_weeks,
)
from behaviour_culture.programme.hub.support_result import (
    SchoolSupport,
    SupportCalendar,
    SupportSession,
)
from behaviour_culture.scheduling.effort import Effort
from behaviour_culture.scheduling.engine import find_answer, to_schedule
from behaviour_culture.scheduling.explain import Explainer
from behaviour_culture.scheduling.options import ScheduleOptions
from behaviour_culture.scheduling.problem import Problem, Term, build_problem, monday_of
from behaviour_culture.scheduling.project import lower_bound
from behaviour_culture.scheduling.reason import Reason, ReasonKind
from behaviour_culture.scheduling.result import (
    BoundSource,
    EngineResult,
    RoleWeek,
    Schedule,
    ScheduleStatus,
)
from behaviour_culture.typing import Progress, Stop

__all__ = ["plan_support"]


def plan_support(  # noqa: PLR0913  (each is a decision of the hub's)
    lead: str,
    partners: Iterable[PartnerPlan],
    events: Iterable[SupportEvent],
    *,
    lead_staff: Capacity,
    calendar: Years,
    starts: dt.date | None = None,
    quiet_weeks: int = 0,
    engine: str = "auto",
    budget: int = 2_000,
    time_limit: float | None = None,
    cpu_limit: float | None = None,
    workers: int = 1,
    seed: Seed = 0,
    progress: Progress | None = None,
    stop: Stop | None = None,
    id: str | None = None,  # noqa: A002  (the name of the field)
) -> SupportCalendar:
    """Schedule a lead school's events together with the plans of all its partners.

    All steps of all partners and all events are one problem for the engine of
    `schedule_plan`: the lead school's staff serve every school from the same hours, whoever
    takes part in an event gives hours of its own, events are held in teaching weeks of their
    term, and steps wait for the events that prepare for them. As much as possible is placed,
    then the last of it ends as early as possible, then everything early.

    Parameters
    ----------
    lead : str
        Id of the lead school, without a dot.
    partners : iterable of PartnerPlan
    events : iterable of SupportEvent
    lead_staff : Capacity
        The hours a week that the lead school's roles can give to the hub.
    calendar : SchoolYear, or several
        One for all schools; where term dates differ, the weeks in which all teach.
    starts : date, optional
        First day for all schools; by default the first day of the calendar. The starts of the
        plans themselves do not count.
    quiet_weeks : int
        Weeks at the beginning and at the end of each term without any event, of the lead's terms
        and of each partner's own.
    engine : {"auto", "exact", "heuristic"}
        As for `schedule_plan`, but ``auto`` by default: OR-Tools, where installed, proves in
        seconds when a hub with events in every term can end.
    budget, time_limit, cpu_limit, workers, seed, progress, stop
        As for `schedule_plan`. One schedule of a hub costs many times that of a school.
    id : str, optional
        The id of the calendar; that of the lead school and ``support`` without it.

    Returns
    -------
    SupportCalendar
        Events and steps that do not fit are in ``left_out`` with the reasons.

    Raises
    ------
    InvalidInputError
        Two schools or events have one id, a term or a role does not exist, an option is bad.
    MissingExtraError
        ``engine="exact"`` and OR-Tools is not installed.
    """
    some, kinds = as_tuple(partners), as_tuple(events)
    check = Check("plan_support")
    check.value("lead_staff", lead_staff, Capacity)
    year = take_years(calendar, check, starts=starts if type(starts) is dt.date else None)
    check.value("partners", some, Annotated[tuple[PartnerPlan, ...], Some(), Unique("id")])
    check.value("events", kinds, Annotated[tuple[SupportEvent, ...], Some(), Unique("id")])
    if not is_slug(lead) or "." in lead:
        check.fault("lead", f"{shorten(lead)} is not an id without a dot", lead)
    elif check.ok("partners") and lead in {p.id for p in some}:
        check.fault("lead", f"{lead!r} is one of the partners too", lead)
    if check.value("starts", starts, dt.date | None) and year is not None:
        day = starts or year.start
        if day > year.end:
            check.fault("starts", f"{year.name} ends on {year.end}, before {day}")
    check.value("quiet_weeks", quiet_weeks, Annotated[int, Range(low=0, high=6)])
    check.value("id", id, Slug | None)
    watch = Watch(progress, stop)
    effort = Effort(engine, budget, time_limit, workers, as_seed(seed), watch, cpu_limit)
    effort.check(check)
    check.done()
    assert year is not None  # noqa: S101  (or there were faults)
    made = _Hub(lead, some, kinds, lead_staff, year, starts, quiet_weeks).solve(effort)
    return made if id is None else evolve(made, id=id)


def _own_hours(hours: Mapping[str, float], prefix: str) -> dict[str, float]:
    """Return the hours of one school's roles, and nothing of another's."""
    return {k.removeprefix(prefix): h for k, h in hours.items() if k.startswith(prefix)}


def _with_prefix(hours: Mapping[str, float], prefix: str) -> dict[str, float]:
    return {prefix + role: h for role, h in hours.items()}


class _Hub:
    """One lead school and its partners as one plan; ids carry the school in front."""

    def __init__(  # noqa: PLR0913, PLR0917
        self,
        lead: str,
        partners: Sequence[PartnerPlan],
        events: Sequence[SupportEvent],
        staff: Capacity,
        calendar: SchoolYear,
        starts: dt.date | None,
        quiet: int,
    ) -> None:
        self.lead = lead
        self.partners = [evolve(p, plan=evolve(p.plan, starts=starts)) for p in partners]
        self.calendar = calendar
        self.staff = staff
        check = Check("plan_support")
        self.weeks, terms = term_weeks(calendar, starts, quiet)
        closed = {
            p.id: self._closed(open_weeks(p.calendar, quiet))
            for p in self.partners
            if p.calendar is not None
        }
        self.sessions = list_sessions(events, self.partners, terms, check, closed)
        ids = {s.id for s in self.sessions}
        for i, partner in enumerate(self.partners):
            for key in (s.id for s in partner.plan.steps if s.id in ids):
                check.fault(f"partners[{i}].plan.steps", f"{key!r} is the id of an event too", key)
        check.done()
        self.plans = {p.id: school_plan(p, self.sessions) for p in self.partners}

    def _closed(self, held: frozenset[dt.date]) -> frozenset[int]:
        """Return the weeks that are not among those that begin with these Mondays."""
        return frozenset(i for i, w in enumerate(self.weeks) if monday_of(w) not in held)

    # -- one plan of all -----------------------------------------------------------------

    def _event(self, session: Session) -> ActionStep:
        front = f"{self.lead}."
        hours = _with_prefix(session.event.lead_hours, front)
        lead = max(hours, key=lambda role: hours[role])
        for school in session.schools:
            hours |= _with_prefix(session.event.partner_hours, f"{school}.")
        step = session_step(session, hours, session.after)
        requires = [evolve(p, step=front + p.step) for p in step.requires]
        return evolve(step, id=front + session.id, lead=lead, requires=requires)

    def _step(self, school: str, step: ActionStep) -> ActionStep:
        front, events = f"{school}.", {s.id for s in self.sessions}
        return evolve(
            step,
            id=front + step.id,
            lead=front + step.lead,
            lead_options=[front + role for role in step.lead_options],
            hours_per_week=_with_prefix(step.hours_per_week, front),
            running_hours=_with_prefix(step.running_hours, front),
            shared_roles=[front + role for role in step.shared_roles],
            variants=(),
            requires=[
                evolve(p, step=(f"{self.lead}." if p.step in events else front) + p.step)
                for p in step.requires
            ],
        )

    def merged(self) -> ActionPlan:
        events = {s.id for s in self.sessions}
        steps = [self._event(s) for s in self.sessions]
        met = []
        not_before: dict[str, dt.date] = {}
        not_after: dict[str, dt.date] = {}
        for school, plan in self.plans.items():
            not_before |= {f"{school}.{key}": day for key, day in plan.not_before.items()}
            not_after |= {f"{school}.{key}": day for key, day in plan.not_after.items()}
            steps += [self._step(school, s) for s in plan.steps if s.id not in events]
            met += [evolve(m, step=f"{school}.{m.step}") for m in plan.met]
        first = self.partners[0].plan
        return ActionPlan(
            id=f"{self.lead}.support",
            title=f"Support by {self.lead}",
            framework=first.framework,
            edition=first.edition,
            catalogue=first.catalogue,
            starts=first.starts,
            objectives=(),
            steps=steps,
            not_before=not_before,
            not_after=not_after,
            inclusions=[
                Inclusion(step=s.id, kind=InclusionKind.OWN, reason="the hub's calendar")
                for s in steps
            ],
            met=met,
        )

    def _capacity(self) -> Capacity:
        people = {self.lead: self.staff} | {p.id: p.capacity for p in self.partners}
        return Capacity(
            roles=[
                evolve(r, id=f"{key}.{r.id}", holds=[f"{key}.{role}" for role in r.holds])
                for key, c in people.items()
                for r in c.roles
            ],
            changes=[
                evolve(change, role=f"{key}.{change.role}")
                for key, c in people.items()
                for change in c.changes
            ],
        )

    # -- answer --------------------------------------------------------------------------

    def solve(self, effort: Effort) -> SupportCalendar:
        """Schedule everything together, and give each school its part."""
        front = f"{self.lead}."
        terms = {front + s.id: s.term for s in self.sessions}
        problem = build_problem(self.merged(), self.calendar, self._capacity(), ScheduleOptions())
        problem = _in_terms(problem, terms)
        answer = find_answer(problem, effort)
        starts, modes, *_ = answer.solution
        whole = to_schedule(Explainer(problem, starts, modes), answer)
        shared = {a.name: getattr(whole, a.name) for a in fields(EngineResult) if a.name != "id"}
        return SupportCalendar(
            **shared,
            id=derived_id(None, self.lead, "support"),
            lead=self.lead,
            sessions=self._held(whole),
            schools=[
                SchoolSupport(
                    id=p.id,
                    name=p.name,
                    route=p.route,
                    plan=self.plans[p.id],
                    schedule=self._schedule_of(p, whole),
                )
                for p in self.partners
            ],
            lead_use=_use_of(front, whole),
        )

    def _held(self, whole: Schedule) -> list[SupportSession]:
        placed = {s.step: s for s in whole.steps}
        held = [
            SupportSession(
                id=session.id,
                event=session.event.id,
                title=session.event.title,
                strand=session.event.strand,
                term=session.term.name,
                week=self.weeks[entry.first_week].start,
                schools=session.schools,
                seats=session.event.seats,
                reasons=entry.reasons,
            )
            for session in self.sessions
            if (entry := placed.get(f"{self.lead}.{session.id}")) is not None
        ]
        return sorted(held, key=lambda s: (s.week, s.id))

    def _schedule_of(self, partner: PartnerPlan, whole: Schedule) -> Schedule:
        """Return one partner's part of the whole, in its own names, with its own bound."""
        front, plan = f"{partner.id}.", self.plans[partner.id]
        mine = [s for s in self.sessions if partner.id in s.schools]
        names = {f"{self.lead}.{s.id}": s.id for s in mine}
        names |= {front + s.id: s.id for s in partner.plan.steps}
        steps = [
            evolve(
                entry,
                step=names[entry.step],
                lead=entry.lead.removeprefix(front)
                if entry.lead.startswith(front)
                else plan.step(names[entry.step]).lead,
                hours_per_week=_own_hours(entry.hours_per_week, front),
                reasons=self._shown_to(partner.id, entry.reasons),
            )
            for entry in whole.steps
            if entry.step in names
        ]
        left_out = {
            names[key]: self._shown_to(partner.id, why)
            for key, why in whole.left_out.items()
            if key in names
        }
        alone = build_problem(plan, self.calendar, partner.capacity, ScheduleOptions())
        alone = _in_terms(alone, {s.id: s.term for s in mine})
        bound, role = lower_bound(alone.project, len(steps))
        end = max((s.first_week + s.weeks for s in steps), default=0)
        status = ScheduleStatus.OPTIMAL if end <= bound else ScheduleStatus.FEASIBLE
        # Field by field: what is not named here stays with the hub, as do the hours of all.
        return Schedule(
            id=derived_id(None, plan.id, "schedule"),
            plan=plan.id,
            calendar=whole.calendar,
            engine=whole.engine,
            seed=whole.seed,
            tried=whole.tried,
            solver_fault=whole.solver_fault,
            options=whole.options,
            capacity=None,  # it follows from the events with others, not from its hours alone
            starts=whole.starts,
            half_terms=whole.half_terms,
            projected=whole.projected,
            status=ScheduleStatus.PARTIAL if left_out else status,
            makespan=end,
            lower_bound=bound,
            bound_by=BoundSource.TERMS if role is None else BoundSource.ROLE,
            bound_role=None if role is None else alone.roles[role].role,
            most_placed=len(plan.steps),
            ends=self.weeks[max(end, 1) - 1].end,
            steps=steps,
            left_out=left_out,
            use=_use_of(front, whole),
            running_hours=_own_hours(whole.running_hours, front),
            launch_weeks=0,  # those of all schools together are no school's own
            least_launch_weeks=0,
        )

    def _shown_to(self, school: str, reasons: Iterable[Reason]) -> Entries[Reason]:
        """Return reasons in a school's own names, without the hours of other schools."""
        shown = []
        for reason in reasons:
            if reason.role is None or reason.role.startswith((f"{school}.", f"{self.lead}.")):
                step, role = _own(reason.step, school, self.lead), _own(reason.role, school)
                shown.append(evolve(reason, step=step, role=role))
            else:  # the hours of another school: nothing of it but the week
                shown.append(Reason(kind=ReasonKind.ELSEWHERE, week=reason.week))
        # Of two other schools that are short in one week, one sentence is left.
        return Entries(dict.fromkeys(shown))


def _own(name: str | None, *schools: str) -> str | None:
    """Return a name without its school in front, if that is one of these."""
    school, _, rest = (name or "").partition(".")
    return rest if school in schools else name


def _use_of(front: str, whole: Schedule) -> list[RoleWeek]:
    """Return the hours of the roles of one school, in its own names."""
    return [
        evolve(u, role=u.role.removeprefix(front)) for u in whole.use if u.role.startswith(front)
    ]


def _in_terms(problem: Problem, terms: Mapping[str, Term]) -> Problem:
    """Return a problem in which events begin only in the weeks of their term."""
    found = {i: terms[step.id] for i, step in enumerate(problem.steps) if step.id in terms}
    allowed = list(problem.project.allowed)
    for i, term in found.items():
        allowed[i] = tuple(w in term.weeks for w in range(len(problem.weeks)))
    project = evolve(problem.project, allowed=tuple(allowed))
    return problem._replace(project=project, terms=found)
