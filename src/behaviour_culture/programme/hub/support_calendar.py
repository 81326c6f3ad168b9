"""A lead school's events and its partners' plans, scheduled together as one problem."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TypeVar

from attrs import evolve

from behaviour_culture._seeds import Seed, as_seed
from behaviour_culture.checks import require_types
from behaviour_culture.errors import Fault, InvalidInputError, shorten
from behaviour_culture.fields import is_slug
from behaviour_culture.model.calendar import SchoolWeek, SchoolYear
from behaviour_culture.model.plan import Inclusion, InclusionKind
from behaviour_culture.model.school import Capacity
from behaviour_culture.model.step import ActionStep
from behaviour_culture.planning.plan import ActionPlan
from behaviour_culture.programme.hub.sessions import (
    Session,
    TermWeeks,
    list_sessions,
    school_plan,
    session_step,
    term_weeks,
)
from behaviour_culture.programme.hub.support_events import PartnerPlan, SupportEvent
from behaviour_culture.programme.hub.support_result import (
    SchoolSupport,
    SupportCalendar,
    SupportSession,
)
from behaviour_culture.scheduling.engine import Effort, find_answer, to_schedule
from behaviour_culture.scheduling.explain import Explainer
from behaviour_culture.scheduling.options import ScheduleOptions
from behaviour_culture.scheduling.problem import Problem, build_problem
from behaviour_culture.scheduling.project import lower_bound
from behaviour_culture.scheduling.result import (
    Reason,
    ReasonKind,
    Schedule,
    ScheduledStep,
    ScheduleStatus,
)

__all__ = ["plan_support"]

T = TypeVar("T", PartnerPlan, SupportEvent)

_FEW_LEFT = r"\S+ has \S+ of \S+ hours left in (the week of [^,;]+), and it needs [^\s;]+"
_FEW_EVER = r"\S+ for \S+ hours a week, and \S+ has \S+ at most"
_ANOTHER = "another school that takes part"


def plan_support(  # noqa: PLR0913  (each is a decision of the hub's)
    lead: str,
    partners: Iterable[PartnerPlan],
    events: Iterable[SupportEvent],
    *,
    lead_staff: Capacity,
    calendar: SchoolYear,
    starts: dt.date | None = None,
    engine: str = "auto",
    budget: int = 2_000,
    time_limit: float | None = None,
    workers: int = 1,
    seed: Seed = 0,
    progress: Callable[[int, int], None] | None = None,
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
    calendar : SchoolYear
        One for all: where term dates differ, the weeks in which all teach.
    starts : date, optional
        First day for all; the calendar's first day where not given. What the plans
        themselves say of their start does not count here.
    engine : {"auto", "exact", "heuristic"}
        As for `schedule_plan`, but ``auto`` where nothing is said: the last week of a hub with
        events in every term is proven in seconds where OR-Tools is installed.
    budget, time_limit, workers, seed, progress
        As for `schedule_plan`. One schedule of a hub costs many times that of a school.

    Returns
    -------
    SupportCalendar
        What does not fit is in ``unscheduled`` with the reason.

    Raises
    ------
    InvalidInputError
        Two schools or events with one id, a term that is not there, a role that a school has
        not got, a bad option.
    MissingExtraError
        ``engine="exact"`` and OR-Tools is not installed.
    """
    require_types(
        "plan_support", lead_staff=(lead_staff, Capacity), calendar=(calendar, SchoolYear)
    )
    faults: list[Fault] = []
    some = _listed("partners", partners, PartnerPlan, faults)
    kinds = _listed("events", events, SupportEvent, faults)
    if not is_slug(lead) or "." in lead:
        faults.append(Fault("lead", f"{shorten(lead)} is not an id without a dot", shorten(lead)))
    elif lead in {p.id for p in some}:
        faults.append(Fault("lead", f"{lead!r} is one of the partners too", lead))
    day: object = calendar.start if starts is None else starts
    if type(day) is not dt.date:
        faults.append(Fault("starts", f"expected a date, got {shorten(starts)}"))
    elif day > calendar.end:
        message = f"{calendar.name} ends on {calendar.end}, before {day}"
        faults.append(Fault("starts", message))
    if faults:
        raise InvalidInputError("plan_support", faults)
    effort = Effort(engine, budget, time_limit, workers, as_seed(seed))
    effort.check()
    return _Hub(lead, some, kinds, lead_staff, calendar, starts).solve(effort, progress)


def _listed(name: str, given: Iterable[T], kind: type[T], faults: list[Fault]) -> list[T]:
    values: list[T] = []
    if isinstance(given, Iterable):
        values = list(given)
    wrong = [i for i, v in enumerate(values) if not isinstance(v, kind)]
    faults += [
        Fault(f"{name}[{i}]", f"expected a {kind.__name__}, got {shorten(values[i])}")
        for i in wrong
    ]
    if not values:
        faults.append(Fault(name, f"expected at least one {kind.__name__}"))
    if wrong:
        return []
    seen: set[str] = set()
    for i, value in enumerate(values):
        if value.id in seen:
            faults.append(Fault(f"{name}[{i}].id", f"{value.id!r} stands there twice", value.id))
        seen.add(value.id)
    return values


def _renamed(capacity: Capacity, prefix: str) -> Capacity:
    return Capacity(
        roles=[evolve(r, id=prefix + r.id) for r in capacity.roles],
        changes=[evolve(c, role=prefix + c.role) for c in capacity.changes],
    )


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
    ) -> None:
        self.lead = lead
        self.partners = [evolve(p, plan=evolve(p.plan, starts=starts)) for p in partners]
        self.calendar = calendar
        self.staff = staff
        faults: list[Fault] = []
        self.weeks, terms = term_weeks(calendar, starts)
        self.sessions = list_sessions(events, self.partners, terms, faults)
        faults += self._clashes()
        if faults:
            raise InvalidInputError("plan_support", faults)
        self.plans = {p.id: school_plan(p, self.sessions) for p in self.partners}

    def _clashes(self) -> list[Fault]:
        ids = {s.id for s in self.sessions}
        return [
            Fault(f"partners[{i}].plan.steps", f"{step.id!r} is the id of an event too", step.id)
            for i, partner in enumerate(self.partners)
            for step in partner.plan.steps
            if step.id in ids
        ]

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
            requires=[
                evolve(p, step=(f"{self.lead}." if p.step in events else front) + p.step)
                for p in step.requires
            ],
        )

    def merged(self) -> ActionPlan:
        events = {s.id for s in self.sessions}
        steps = [self._event(s) for s in self.sessions]
        met = []
        for school, plan in self.plans.items():
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
            inclusions=[
                Inclusion(step=s.id, kind=InclusionKind.OWN, reason="the hub's calendar")
                for s in steps
            ],
            met=met,
        )

    def _capacity(self) -> Capacity:
        parts = [_renamed(self.staff, f"{self.lead}.")]
        parts += [_renamed(p.capacity, f"{p.id}.") for p in self.partners]
        return Capacity(
            roles=[r for part in parts for r in part.roles],
            changes=[c for part in parts for c in part.changes],
        )

    # -- answer --------------------------------------------------------------------------

    def solve(self, effort: Effort, progress: Callable[[int, int], None] | None) -> SupportCalendar:
        plan, wishes = self.merged(), ScheduleOptions()
        windows = {f"{self.lead}.{s.id}": s.term for s in self.sessions}
        problem = build_problem(plan, self.calendar, self._capacity(), wishes)
        problem = _in_terms(problem, windows)
        answer = find_answer(problem, effort, progress=progress)
        explainer = _HubExplainer(problem, answer.proof.starts, answer.proof.modes, windows)
        whole = to_schedule(plan, self.calendar, explainer, wishes, answer)
        return SupportCalendar(
            id=f"{self.lead}-support",
            lead=self.lead,
            calendar=self.calendar.id,
            engine=whole.engine,
            seed=whole.seed,
            status=whole.status,
            makespan=whole.makespan,
            lower_bound=whole.lower_bound,
            bound_source=whole.bound_source,
            tried=whole.tried,
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
            lead_use=[
                evolve(u, role=u.role.removeprefix(f"{self.lead}."))
                for u in whole.use
                if u.role.startswith(f"{self.lead}.")
            ],
            unscheduled=whole.unscheduled,
        )

    def _held(self, whole: Schedule) -> list[SupportSession]:
        placed = {s.step: s for s in whole.steps}
        held = []
        for session in self.sessions:
            entry = placed.get(f"{self.lead}.{session.id}")
            if entry is None:
                continue
            held.append(
                SupportSession(
                    id=session.id,
                    event=session.event.id,
                    title=session.event.title,
                    strand=session.event.strand,
                    term=session.term.name,
                    week=self.weeks[entry.first_week].start,
                    schools=session.schools,
                    seats=session.event.seats,
                    reasons=[r.text for r in entry.reasons],
                )
            )
        return sorted(held, key=lambda s: (s.week, s.id))

    def _schedule_of(self, partner: PartnerPlan, whole: Schedule) -> Schedule:
        """Return one partner's part of the whole, in its own names, with its own bound."""
        front, plan = f"{partner.id}.", self.plans[partner.id]
        mine = {f"{self.lead}.{s.id}": s.id for s in self.sessions if partner.id in s.schools}
        names = mine | {front + s.id: s.id for s in partner.plan.steps}
        steps = [
            self._own(entry, names[entry.step], plan, partner.id)
            for entry in whole.steps
            if entry.step in names
        ]
        left_out = {
            names[key]: self._words_for(partner.id, why)
            for key, why in whole.unscheduled.items()
            if key in names
        }
        windows = {s.id: s.term for s in self.sessions if partner.id in s.schools}
        alone = build_problem(plan, self.calendar, partner.capacity, ScheduleOptions())
        bound, role = lower_bound(_in_terms(alone, windows).project, len(steps))
        end = max((s.first_week + s.weeks for s in steps), default=0)
        status = ScheduleStatus.OPTIMAL if end <= bound else ScheduleStatus.FEASIBLE
        return evolve(
            whole,
            id=f"{plan.id}-schedule",
            plan=plan.id,
            status=ScheduleStatus.PARTIAL if left_out else status,
            makespan=end,
            lower_bound=bound,
            bound_source="longest chain of prerequisites and terms"
            if role is None
            else f"hours of {alone.roles[role]}",
            most_placed=len(plan.steps),
            ends=self.weeks[max(end, 1) - 1].end,
            steps=steps,
            unscheduled=left_out,
            use=[
                evolve(u, role=u.role.removeprefix(front))
                for u in whole.use
                if u.role.startswith(front)
            ],
        )

    def _own(self, entry: ScheduledStep, name: str, plan: ActionPlan, school: str) -> ScheduledStep:
        front, step = f"{school}.", plan.step(name)
        lead = entry.lead.removeprefix(front) if entry.lead.startswith(front) else step.lead
        others = tuple(f"{p.id}." for p in self.partners if p.id != school)
        reasons = [
            evolve(
                r,
                text=self._words_for(school, r.text),
                step=_without(r.step, front, f"{self.lead}."),
                role=None if r.role and r.role.startswith(others) else _without(r.role, front),
            )
            for r in entry.reasons
        ]
        # Of two other schools that are short in one week, one sentence is left.
        return evolve(entry, step=name, lead=lead, reasons=tuple(dict.fromkeys(reasons)))

    def _words_for(self, school: str, text: str) -> str:
        """Return a reason in a school's own names; the hours of other schools are not for it."""
        for partner in self.partners:
            of = rf"(?<![a-z0-9.-]){re.escape(partner.id)}\."
            if partner.id == school:
                text = re.sub(of, "", text)
            else:
                text = re.sub(of + _FEW_LEFT, rf"{_ANOTHER} has too few hours left in \1", text)
                text = re.sub("it needs " + of + _FEW_EVER, f"{_ANOTHER} has too few hours", text)
        return text


def _without(name: str | None, *fronts: str) -> str | None:
    for front in fronts:
        if name is not None and name.startswith(front):
            return name.removeprefix(front)
    return name


def _in_terms(problem: Problem, windows: Mapping[str, TermWeeks]) -> Problem:
    """Return a problem in which events begin only in the weeks of their term."""
    allowed = [
        row if step.id not in windows else _open(windows[step.id], problem.weeks)
        for step, row in zip(problem.steps, problem.project.allowed, strict=True)
    ]
    return problem._replace(project=problem.project._replace(allowed=tuple(allowed)))


def _open(term: TermWeeks, weeks: Sequence[SchoolWeek]) -> tuple[bool, ...]:
    inside = set(term.weeks)
    return tuple(w in inside for w in range(len(weeks)))


class _HubExplainer(Explainer):
    """Knows in addition that an event belongs to its term."""

    def __init__(
        self,
        problem: Problem,
        starts: tuple[int | None, ...],
        modes: tuple[int, ...],
        windows: Mapping[str, TermWeeks],
    ) -> None:
        super().__init__(problem, starts, modes)
        self.windows = [windows.get(step.id) for step in problem.steps]

    def _blocked_weeks(self, step: int, weeks: Sequence[int]) -> list[Reason]:
        term = self.windows[step]
        if term is None:
            return super()._blocked_weeks(step, weeks)
        inside = [w for w in weeks if w in term.weeks]
        found = super()._blocked_weeks(step, inside)
        if len(inside) < len(weeks):
            text = f"belongs to the {term.name} term"
            found.append(Reason(kind=ReasonKind.CALENDAR, text=text))
        return found
