"""Why a step starts when it does, why one does not fit, and how far one can slip."""

from __future__ import annotations

from collections.abc import Sequence

from behaviour_culture.scheduling.problem import Problem
from behaviour_culture.scheduling.project import (
    Modes,
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
        self.project = problem.project
        self.starts = starts
        self.modes = modes
        self.held_back = held_back
        self.makespan = makespan(problem.project, starts)
        self.timetable = Timetable(problem.project, starts, modes)

    def _without(self, step: int) -> Timetable:
        """Return the timetable with a step taken out of it."""
        table, start = self.timetable.copy(), self.starts[step]
        if start is not None:
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
        found = self._blocked_weeks(step, range(earliest, start), table)
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
        return max(self.problem.floor, earliest_start(self.project, self.starts, step) or 0)

    def _prerequisites(self, step: int, earliest: int) -> list[Reason]:
        """Name the prerequisites that end last."""
        problem, found = self.problem, []
        for before, lag in self.project.before[step]:
            start = self.starts[before]
            if start is None or start + self.project.duration[before] + lag != earliest:
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
                    day=problem.weeks[start + self.project.duration[before] - 1].end,
                )
            )
        return found

    def _blocked_weeks(self, step: int, weeks: Sequence[int], table: Timetable) -> list[Reason]:
        """Return why each of these weeks is closed; each role and each rule is named once."""
        problem, project = self.problem, self.project
        by_role: dict[int, Reason] = {}
        others: dict[ReasonKind, Reason] = {}
        rule = None if problem.pins[step] is not None else problem.opening[step]
        term = problem.terms.get(step)
        for week in reversed(weeks):
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
            for role, need in project.modes[step][self.modes[step]]:
                if role in by_role:
                    continue
                stretch = range(week, week + project.duration[step])
                full = [w for w in stretch if table.left(role, w) < need]
                if full:
                    by_role[role] = Reason(
                        kind=ReasonKind.ROLE,
                        role=problem.roles[role],
                        left=problem.hours(role, table.left(role, full[-1])),
                        of=problem.hours(role, project.capacity[role][full[-1]]),
                        needed=problem.hours(role, need),
                        week=problem.weeks[full[-1]].start,
                    )
        return [*by_role.values(), *others.values()]

    # -- why not at all ------------------------------------------------------------------

    def why_not_at_all(self, step: int) -> list[Reason]:
        """Return why a step is not in the schedule."""
        problem, project = self.problem, self.project
        missing = [problem.steps[b] for b, _ in project.before[step] if self.starts[b] is None]
        if missing:
            return [Reason(kind=ReasonKind.MISSING, step=s.id, title=s.title) for s in missing]
        if len(project.modes[step]) == 1:
            for role, need in project.modes[step][0]:
                most = max(project.capacity[role])
                if need > most:
                    hours = problem.hours(role, need)
                    return [
                        Reason(
                            kind=ReasonKind.HOURS,
                            role=problem.roles[role],
                            needed=hours,
                            of=problem.hours(role, most),
                        )
                    ]
        too_late = self._too_late(step)
        return [too_late] if too_late is not None else self._no_room(step)

    def _too_late(self, step: int) -> Reason | None:  # noqa: PLR0911  (a cause a line)
        """Return the reason where time alone rules a step out; None where it does not."""
        problem, project = self.problem, self.project
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
            day = problem.weeks[due].end
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
        return [
            Reason(
                kind=ReasonKind.NO_ROOM,
                day=None if due is None else problem.weeks[due].end,
                ends=problem.weeks[-1].end,
            ),
            *self._blocked_weeks(step, weeks, self.timetable),
        ]

    # -- slack ---------------------------------------------------------------------------

    def slack(self, step: int) -> int:
        """Return by how many weeks a step can slip with all others where they are."""
        start = self.starts[step]
        if start is None or self.problem.pins[step] is not None or start < self.problem.floor:
            return 0
        # A step that has begun may overlap with one that should have waited for it.
        latest = max(start, latest_start(self.project, self.starts, step, self.makespan))
        return max(0, self._without(step).last(step, self.modes[step], latest) - start)
