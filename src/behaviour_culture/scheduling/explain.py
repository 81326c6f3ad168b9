"""Why a step starts when it does, why one does not fit, and how far one can slip."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

from behaviour_culture.model.step import StartRule
from behaviour_culture.scheduling.problem import Problem
from behaviour_culture.scheduling.project import Demand, Modes, Starts, makespan
from behaviour_culture.scheduling.result import Reason, ReasonKind

__all__ = ["RULES", "Explainer"]

RULES = {
    StartRule.HALF_TERM_START: "may start only in the first week of a half-term",
    StartRule.INSET_DAY: "may happen only on an INSET day",
}


class Explainer:
    """One finished schedule, asked about its steps."""

    def __init__(
        self,
        problem: Problem,
        starts: Starts,
        modes: Modes,
        held_back: tuple[ReasonKind, str] = (ReasonKind.LOAD, "was moved to spread the load"),
    ) -> None:
        self.problem = problem
        self.held_back = held_back
        """Why a step may be placed later than it could start."""
        self.project = problem.project
        self.starts = starts
        self.modes = modes
        self.makespan = makespan(problem.project, starts)

    def demand(self, step: int) -> Demand:
        """Return what a step asks of each role in the way in which it is staffed."""
        return self.project.modes[step][self.modes[step]]

    def free_units(self, without: int | None = None) -> list[list[int]]:
        """Return what each role has left in each week, one step taken out if wanted.

        Rows may be shared between calls: they are to be read only.
        """
        start = None if without is None else self.starts[without]
        if without is None or start is None:
            return self._free
        free = list(self._free)
        for role, need in self.demand(without):
            row = free[role] = list(free[role])
            for week in range(start, start + self.project.duration[without]):
                row[week] += need
        return free

    @cached_property
    def _free(self) -> list[list[int]]:
        free = [list(row) for row in self.project.capacity]
        for step, start in enumerate(self.starts):
            if start is None:
                continue
            for role, need in self.demand(step):
                for week in range(start, start + self.project.duration[step]):
                    free[role][week] -= need
        return free

    # -- why not earlier -----------------------------------------------------------------

    def reasons(self, step: int) -> list[Reason]:
        """Return what keeps a placed step from starting earlier, each reason once."""
        problem, start = self.problem, self.starts[step]
        if start is None:
            return []
        actual = problem.actual[step] if problem.actual else None
        if actual is not None and actual.started is not None:
            ended = f", finished on {actual.finished:%d %B %Y}" if actual.finished else ""
            text = f"begun on {actual.started:%d %B %Y}{ended}"
            return [Reason(kind=ReasonKind.ACTUAL, text=text, week=actual.started)]
        if problem.pins[step] is not None:
            week = problem.weeks[start]
            text = f"pinned to the week of {week.start:%d %B %Y}"
            return [Reason(kind=ReasonKind.PIN, text=text, week=week.start)]
        earliest = self._earliest(step)
        found = self._blocked_weeks(step, range(earliest, start))
        if earliest > problem.floor:
            found += self._prerequisites(step, earliest)
        found += self._held_back(step, range(earliest, start))
        if not found:
            day = problem.weeks[problem.floor].start
            with_what = "now, with what is left of the plan" if problem.floor else "with the plan"
            text = f"starts {with_what}, in the week of {day:%d %B %Y}"
            found = [Reason(kind=ReasonKind.START, text=text, week=day)]
        return found

    def _held_back(self, step: int, weeks: Sequence[int]) -> list[Reason]:
        """Say so where one of the weeks before a step's start was possible."""
        free, launches = self.free_units(without=step), self._launches(without=step)
        kind, why = self.held_back
        for week in weeks:
            if not self._launches_full(step, week, launches) and self._fits(step, week, free):
                day = self.problem.weeks[week].start
                text = f"could start in the week of {day:%d %B %Y}, and {why}"
                return [Reason(kind=kind, text=text, week=day)]
        return []

    def _earliest(self, step: int) -> int:
        ends = (
            begun + self.project.duration[b] + lag
            for b, lag in self.project.before[step]
            if (begun := self.starts[b]) is not None
        )
        return max(self.problem.floor, max(ends, default=0))

    def _prerequisites(self, step: int, earliest: int) -> list[Reason]:
        problem, found = self.problem, []
        for before, lag in self.project.before[step]:
            begun = self.starts[before]
            if begun is None or begun + self.project.duration[before] + lag != earliest:
                continue
            other = problem.steps[before]
            last = problem.weeks[begun + self.project.duration[before] - 1].end
            link = next(p for p in problem.steps[step].requires if p.step == other.id)
            wait = f", and {lag} school week{'s' if lag > 1 else ''} must pass" if lag else ""
            why = link.reason.rstrip(".")
            text = f"waits for '{other.title}', which ends on {last:%d %B %Y}{wait}: {why}"
            found.append(Reason(kind=ReasonKind.PREREQUISITE, text=text, step=other.id))
        return found

    def _blocked_weeks(self, step: int, weeks: Sequence[int]) -> list[Reason]:
        """Name each role, the calendar and the launches once, over weeks that were possible."""
        free = self.free_units(without=step)
        launches = self._launches(without=step)
        by_role: dict[int, Reason] = {}
        others: dict[ReasonKind, Reason] = {}
        rule = self.problem.opening[step]
        pinned = self.problem.pins[step] is not None
        for week in reversed(weeks):
            if not pinned and rule is not None and not rule[week]:
                text = RULES[self.problem.steps[step].starts]
                others.setdefault(ReasonKind.CALENDAR, Reason(kind=ReasonKind.CALENDAR, text=text))
                continue
            if self._launches_full(step, week, launches):
                others.setdefault(ReasonKind.LAUNCHES, self._launch_reason(week))
            for role, need in self.demand(step):
                stretch = range(week, week + self.project.duration[step])
                full = [w for w in stretch if free[role][w] < need]
                if full and role not in by_role:
                    by_role[role] = self._role_reason(role, need, full[-1], free)
        return [*by_role.values(), *others.values()]

    def _role_reason(
        self, role: int, need: int, week: int, free: Sequence[Sequence[int]]
    ) -> Reason:
        problem = self.problem
        name, day = problem.roles[role], problem.weeks[week].start
        whole = self.project.capacity[role][week]
        text = (
            f"{name} has {problem.hours(role, max(0, free[role][week])):g} of "
            f"{problem.hours(role, whole):g} hours left in the week of {day:%d %B %Y}, "
            f"and it needs {problem.hours(role, need):g}"
        )
        return Reason(kind=ReasonKind.ROLE, text=text, role=name, week=day)

    # -- launches ------------------------------------------------------------------------

    def _launches(self, without: int) -> dict[int, int]:
        project, counts = self.project, dict[int, int]()
        for step, start in enumerate(self.starts):
            if (
                start is not None
                and step != without
                and project.launches
                and project.launches[step]
            ):
                group = project.group[start]
                counts[group] = counts.get(group, 0) + 1
        return counts

    def _launches_full(self, step: int, week: int, counts: dict[int, int]) -> bool:
        project = self.project
        if not project.launches or not project.launches[step]:
            return False
        return counts.get(project.group[week], 0) >= project.launch_limit

    def _launch_reason(self, week: int) -> Reason:
        label, limit = self.problem.weeks[week].half_term, self.project.launch_limit
        many = "launch begins" if limit == 1 else "launches begin"
        text = f"{limit} {many} in {label} already, and that is the limit"
        return Reason(kind=ReasonKind.LAUNCHES, text=text, week=self.problem.weeks[week].start)

    # -- why not at all ------------------------------------------------------------------

    def why_not_at_all(self, step: int) -> str:
        """Say why a step is not in the schedule."""
        problem, project = self.problem, self.project
        missing = [problem.steps[b] for b, _ in project.before[step] if self.starts[b] is None]
        if missing:
            names = ", ".join(f"'{s.title}'" for s in missing)
            return f"it needs {names} first, which is not in the schedule"
        if len(project.modes[step]) == 1:
            for role, need in self.demand(step):
                most = max(project.capacity[role])
                if need > most:
                    return (
                        f"it needs {problem.roles[role]} for {problem.hours(role, need):g} hours "
                        f"a week, and {problem.roles[role]} has {problem.hours(role, most):g} "
                        "at most"
                    )
        return self._too_late(step) or self._no_room(step)

    def _too_late(self, step: int) -> str:  # noqa: PLR0911  (a cause a line)
        """Say so where time alone rules a step out: its length, a pin, a deadline, the calendar."""
        problem, project = self.problem, self.project
        length, end = project.duration[step], problem.weeks[-1].end
        if length > project.horizon:
            return f"it takes {_weeks(length)}, and the calendar has {project.horizon}"
        earliest = self._earliest(step)
        ready = (
            f"{problem.weeks[earliest].start:%d %B %Y}"
            if earliest < project.horizon
            else f"the end of the calendar on {end:%d %B %Y}"
        )
        pin, deadline = problem.pins[step], problem.deadlines[step]
        if pin is not None:
            day = f"{problem.weeks[pin].start:%d %B %Y}"
            if pin < earliest:
                return f"it is pinned to the week of {day}, but cannot start before {ready}"
            if pin + length > project.horizon:
                return f"pinned to the week of {day} it runs past the end on {end:%d %B %Y}"
        if deadline is not None and deadline < 0:
            return "its deadline lies before the end of the plan's first week"
        if deadline is not None and earliest + length > deadline + 1:
            last = f"{problem.weeks[deadline].end:%d %B %Y}"
            return (
                f"it has to end by {last} and takes {_weeks(length)}, "
                f"but cannot start before {ready}"
            )
        if earliest > project.horizon - length:
            verb = "does" if length == 1 else "do"
            return (
                f"what it needs first ends too late: {_weeks(length)} of work {verb} not fit "
                f"before the calendar ends on {end:%d %B %Y}"
            )
        return ""

    def _no_room(self, step: int) -> str:
        problem, project = self.problem, self.project
        pin, deadline = problem.pins[step], problem.deadlines[step]
        last = project.horizon - project.duration[step]
        until = f"the calendar ends on {problem.weeks[-1].end:%d %B %Y}"
        if deadline is not None:
            last = min(last, deadline + 1 - project.duration[step])
            until = f"its deadline on {problem.weeks[deadline].end:%d %B %Y}"
        weeks = [pin] if pin is not None else range(self._earliest(step), last + 1)
        causes = "; ".join(r.text for r in self._blocked_weeks(step, weeks))
        return f"no room for it before {until}: {causes}"

    # -- slack ---------------------------------------------------------------------------

    def slack(self, step: int) -> int:
        """Return by how many weeks a step can slip with all others where they are."""
        start, project = self.starts[step], self.project
        if start is None or self.problem.pins[step] is not None or start < self.problem.floor:
            return 0
        latest = self.makespan - project.duration[step]
        for later, lag in project.after[step]:
            next_start = self.starts[later]
            if next_start is not None:
                latest = min(latest, next_start - lag - project.duration[step])
        free, launches = self.free_units(without=step), self._launches(without=step)
        for week in range(latest, start, -1):
            if not self._launches_full(step, week, launches) and self._fits(step, week, free):
                return week - start
        return 0

    def _fits(self, step: int, week: int, free: Sequence[Sequence[int]]) -> bool:
        allowed = self.project.allowed[step]
        weeks = range(week, week + self.project.duration[step])
        return (allowed is None or allowed[week]) and all(
            free[role][w] >= need for role, need in self.demand(step) for w in weeks
        )


def _weeks(count: int) -> str:
    return "1 week" if count == 1 else f"{count} weeks"
