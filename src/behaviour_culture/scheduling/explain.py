"""Why a step starts when it does, why one does not fit, and how far one can slip."""

from __future__ import annotations

from collections.abc import Sequence

from behaviour_culture.scheduling.problem import Problem
from behaviour_culture.scheduling.project import (
    Modes,
    Project,
    Starts,
    earliest_start,
    latest_start,
    makespan,
)
from behaviour_culture.scheduling.reason import Reason, ReasonKind
from behaviour_culture.scheduling.timetable import Timetable

__all__ = ["Explainer"]


class Explainer:
    """One finished schedule, asked about its steps.

    Parameters
    ----------
    problem : Problem
    starts, modes : tuple
    held_back : ReasonKind
        Why a step may be placed later than it could start.
    """

    def __init__(
        self,
        problem: Problem,
        starts: Starts,
        modes: Modes,
        held_back: ReasonKind = ReasonKind.LOAD,
    ) -> None:
        self.problem = problem
        self.project: Project = problem.project
        self.starts = starts
        self.modes = modes
        self.held_back = held_back
        self.makespan: int = makespan(problem.project, starts, modes)
        self.timetable: Timetable = Timetable(problem.project, starts, modes)

    def _without(self, step: int) -> Timetable:
        """Return the timetable with a step taken out of it."""
        table, start = self.timetable.copy(), self.starts[step]
        assert start is not None  # noqa: S101  (asked of placed steps only)
        table.remove(step, self.modes[step], start)
        return table

    # -- why not earlier -----------------------------------------------------------------

    def reasons(self, step: int) -> list[Reason]:
        """Return why a placed step cannot start earlier, each reason once."""
        problem, start = self.problem, self.starts[step]
        if start is None:
            return []
        actual = problem.actual[step] if problem.actual else None
        if actual is not None and actual.started is not None:
            return [Reason(kind=ReasonKind.ACTUAL, week=actual.started, day=actual.finished)]
        if problem.pins[step] is not None:
            return [Reason(kind=ReasonKind.PIN, week=problem.weeks[start].start)]
        earliest = self._earliest(step)
        table = self._without(step)
        found = self._blocked_weeks(step, self.modes[step], range(earliest, start), table)
        if earliest > problem.floor:
            found += self._prerequisites(step, earliest)
        possible = table.first(step, self.modes[step], earliest)
        if 0 <= possible < start:
            found.append(Reason(kind=self.held_back, week=problem.weeks[possible].start))
        if not found:
            kind = ReasonKind.NOW if problem.floor else ReasonKind.START
            found = [Reason(kind=kind, week=problem.weeks[problem.floor].start)]
        return found

    def _earliest(self, step: int) -> int:
        ready = earliest_start(self.project, self.starts, self.modes, step)
        return max(self.problem.floor, ready or 0)

    def _length(self, step: int) -> int:
        return self.project.lengths[step][self.modes[step]]

    def _prerequisites(self, step: int, earliest: int) -> list[Reason]:
        """Name the prerequisites that end last."""
        problem, found = self.problem, []
        for before, lag in self.project.before[step]:
            start = self.starts[before]
            if start is None or start + self._length(before) + lag != earliest:
                continue
            other = problem.steps[before]
            link = next(p for p in problem.steps[step].requires if p.step == other.id)
            found.append(
                Reason(
                    kind=ReasonKind.PREREQUISITE,
                    step=other.id,
                    title=other.title,
                    why=link.reason,
                    weeks=lag,
                    day=problem.weeks[start + self._length(before) - 1].end,
                )
            )
        return found

    def _blocked_weeks(
        self, step: int, mode: int, weeks: Sequence[int], table: Timetable
    ) -> list[Reason]:
        """Return why each of these weeks is closed; each role and each rule is named once."""
        problem, project = self.problem, self.project
        by_role: dict[tuple[int, ReasonKind], Reason] = {}
        others: dict[ReasonKind, Reason] = {}
        rule = None if problem.pins[step] is not None else problem.opening[step]
        term = problem.terms.get(step)
        least = 0 if problem.pins[step] is not None else problem.moved[step]
        for week in reversed(weeks):
            if week < least:
                kind, day = ReasonKind.MOVED, problem.plan.not_before[problem.steps[step].id]
                others.setdefault(kind, Reason(kind=kind, day=day))
                continue
            if rule is not None and not rule[week]:
                kind = ReasonKind.CALENDAR
                others.setdefault(kind, Reason(kind=kind, rule=problem.steps[step].starts))
                continue
            if term is not None and week not in term.weeks:
                others.setdefault(ReasonKind.TERM, Reason(kind=ReasonKind.TERM, part=term.name))
                continue
            if table.launches_full(step, week):
                kind, label = ReasonKind.LAUNCHES, problem.weeks[week].half_term
                others.setdefault(
                    kind,
                    Reason(
                        kind=kind,
                        part=label,
                        of=project.launch_limit,
                        week=problem.weeks[week].start,
                    ),
                )
            end = week + project.lengths[step][mode]
            after = project.horizon + bool(project.beyond)
            for kind, demand, stretch in (
                (
                    ReasonKind.ROLE,
                    project.modes[step][mode],
                    range(week, min(end, project.horizon)),
                ),
                (ReasonKind.RUNNING, project.running[step][mode], range(end, after)),
            ):
                for role, need in demand:
                    full = [w for w in stretch if table.left(role, w) < need]
                    if full and (role, kind) not in by_role:
                        by_role[role, kind] = self._shortage(kind, role, need, table, full)
        return [*by_role.values(), *others.values()]

    def _shortage(
        self, kind: ReasonKind, role: int, need: int, table: Timetable, weeks: Sequence[int]
    ) -> Reason:
        """Say that a role has too little left in some weeks: the last, or for ever the first."""
        problem, project = self.problem, self.project
        week = weeks[-1] if kind is ReasonKind.ROLE else weeks[0]
        inside = min(week, project.horizon - 1)
        has = project.capacity[role][week] if week < project.horizon else project.beyond[role]
        return Reason(
            kind=kind,
            role=problem.roles[role].role,
            left=problem.hours(role, table.left(role, week)),
            of=problem.hours(role, has),
            needed=problem.hours(role, need),
            week=problem.weeks[inside].start,
        )

    # -- why not at all ------------------------------------------------------------------

    def why_not_at_all(self, step: int) -> list[Reason]:
        """Return why a step is not in the schedule."""
        problem, project = self.problem, self.project
        missing = [problem.steps[b] for b, _ in project.before[step] if self.starts[b] is None]
        if missing:
            return [Reason(kind=ReasonKind.MISSING, step=s.id, title=s.title) for s in missing]
        too_late = self._too_late(step)
        never = self._never_enough(step)
        if never or too_late is None:
            return never or self._no_room(step)
        return [too_late]

    def _never_enough(self, step: int) -> list[Reason]:
        """Name the roles that have too little in every week; none where another way needs less."""
        problem, project = self.problem, self.project
        if len(project.modes[step]) > 1:
            return []
        (work,), (going,) = project.modes[step], project.running[step]
        has = {r: max(row) for r, row in enumerate(project.capacity)}
        kept = project.beyond
        return [
            Reason(
                kind=kind,
                role=problem.roles[role].role,
                needed=problem.hours(role, need),
                of=problem.hours(role, most),
            )
            for kind, demand, most_of in (
                (ReasonKind.HOURS, work, has),
                (ReasonKind.UPKEEP, going, dict(enumerate(kept))),
            )
            for role, need in demand
            if need > (most := most_of[role])
        ]

    def _too_late(self, step: int) -> Reason | None:  # noqa: PLR0911  (a cause a line)
        """Return the reason where time alone rules a step out; None where it does not."""
        problem, project = self.problem, self.project
        # With the fewest weeks that it can take: more of them would be later still.
        length, ends = project.duration[step], problem.weeks[-1].end
        if length > project.horizon:
            return Reason(kind=ReasonKind.LENGTH, weeks=length, of=project.horizon)
        earliest = self._earliest(step)
        ready = problem.weeks[earliest].start if earliest < project.horizon else None
        pin, due = problem.pins[step], problem.deadlines[step]
        week = None if pin is None else problem.weeks[pin].start
        if pin is not None and pin < earliest:
            return Reason(kind=ReasonKind.EARLY_PIN, week=week, ready=ready, ends=ends)
        if pin is not None and pin + length > project.horizon:
            return Reason(kind=ReasonKind.LATE_PIN, week=week, ends=ends)
        if due is not None and due < 0:
            return Reason(kind=ReasonKind.NO_WEEK)
        if due is not None and earliest + length > due + 1:
            day = problem.due_days[step]
            return Reason(kind=ReasonKind.DEADLINE, day=day, weeks=length, ready=ready, ends=ends)
        if earliest > project.horizon - length:
            return Reason(kind=ReasonKind.TOO_LATE, weeks=length, ends=ends)
        return None

    def _no_room(self, step: int) -> list[Reason]:
        problem, project = self.problem, self.project
        pin, due = problem.pins[step], problem.deadlines[step]
        last = project.horizon - project.duration[step]
        if due is not None:
            last = min(last, due + 1 - project.duration[step])
        weeks = [pin] if pin is not None else range(self._earliest(step), last + 1)
        # In its shortest way: a longer one may have no room for its length alone.
        mode = project.lengths[step].index(project.duration[step])
        return [
            Reason(
                kind=ReasonKind.NO_ROOM,
                day=problem.due_days[step],
                ends=problem.weeks[-1].end,
            ),
            *self._blocked_weeks(step, mode, weeks, self.timetable),
        ]

    # -- slack ---------------------------------------------------------------------------

    def slack(self, step: int) -> int:
        """Return by how many weeks a step can slip with all others where they are."""
        start = self.starts[step]
        if start is None or self.problem.pins[step] is not None or start < self.problem.floor:
            return 0
        # A step that has begun may overlap with one that should have waited for it.
        latest = latest_start(self.project, self.starts, self.modes, step, self.makespan)
        latest = max(start, latest)
        return max(0, self._without(step).last(step, self.modes[step], latest) - start)
