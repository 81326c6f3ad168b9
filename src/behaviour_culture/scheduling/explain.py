"""Why a step starts when it does, why one does not fit, and how far one can slip."""

from __future__ import annotations

from collections.abc import Sequence

from behaviour_culture.scheduling.problem import Problem
from behaviour_culture.scheduling.project import Starts
from behaviour_culture.scheduling.result import Reason, ReasonKind

__all__ = ["free_units", "reasons_for", "slack_of", "why_not_at_all"]


def free_units(problem: Problem, starts: Starts, without: int | None = None) -> list[list[int]]:
    """Return what each role has left in each week, one step taken out if wanted."""
    project = problem.project
    free = [list(row) for row in project.capacity]
    for step, start in enumerate(starts):
        if start is None or step == without:
            continue
        for role, need in project.demand[step]:
            for week in range(start, start + project.duration[step]):
                free[role][week] -= need
    return free


def _fits_at(problem: Problem, step: int, week: int, free: Sequence[Sequence[int]]) -> bool:
    project = problem.project
    allowed = project.allowed[step]
    weeks = range(week, week + project.duration[step])
    return (allowed is None or allowed[week]) and all(
        free[role][w] >= need for role, need in project.demand[step] for w in weeks
    )


def _earliest(problem: Problem, starts: Starts, step: int) -> int:
    return max(
        (
            (starts[b] or 0) + problem.project.duration[b] + lag
            for b, lag in problem.project.before[step]
            if starts[b] is not None
        ),
        default=0,
    )


def reasons_for(problem: Problem, starts: Starts, step: int) -> list[Reason]:
    """Return what keeps a placed step from starting earlier, each reason once."""
    start = starts[step]
    if start is None:
        return []
    if problem.pins[step] is not None:
        week = problem.weeks[start]
        text = f"pinned to the week of {week.start:%d %B %Y}"
        return [Reason(kind=ReasonKind.PIN, text=text, week=week.start)]
    earliest = _earliest(problem, starts, step)
    found = _blocked_weeks(problem, starts, step, range(earliest, start))
    if earliest > 0:
        found += _prerequisite_reasons(problem, starts, step, earliest)
    if not found:
        text = f"starts with the plan, in the week of {problem.weeks[0].start:%d %B %Y}"
        found = [Reason(kind=ReasonKind.START, text=text, week=problem.weeks[0].start)]
    return found


def _prerequisite_reasons(
    problem: Problem, starts: Starts, step: int, earliest: int
) -> list[Reason]:
    found = []
    for before, lag in problem.project.before[step]:
        begun = starts[before]
        if begun is None or begun + problem.project.duration[before] + lag != earliest:
            continue
        other = problem.steps[before]
        last = problem.weeks[begun + problem.project.duration[before] - 1].end
        link = next(p for p in problem.steps[step].requires if p.step == other.id)
        wait = f", and {lag} school week{'s' if lag > 1 else ''} must pass" if lag else ""
        why = link.reason.rstrip(".")
        text = f"waits for '{other.title}', which ends on {last:%d %B %Y}{wait}: {why}"
        found.append(Reason(kind=ReasonKind.PREREQUISITE, text=text, step=other.id))
    return found


def _blocked_weeks(
    problem: Problem, starts: Starts, step: int, weeks: Sequence[int]
) -> list[Reason]:
    """One reason for each role, and one for the calendar, over the weeks that were possible."""
    free = free_units(problem, starts, without=step)
    title_of_role: dict[int, Reason] = {}
    calendar: Reason | None = None
    for week in reversed(weeks):
        rule = problem.opening[step]
        if problem.pins[step] is None and rule is not None and not rule[week]:
            if calendar is None:
                text = "may start only in the first week of a half-term"
                calendar = Reason(kind=ReasonKind.CALENDAR, text=text)
            continue
        for role, need in problem.project.demand[step]:
            full = [
                w
                for w in range(week, week + problem.project.duration[step])
                if free[role][w] < need
            ]
            if full and role not in title_of_role:
                title_of_role[role] = _role_reason(problem, role, need, full[-1], free)
    return [*title_of_role.values(), *([calendar] if calendar else [])]


def _role_reason(
    problem: Problem, role: int, need: int, week: int, free: Sequence[Sequence[int]]
) -> Reason:
    name, day = problem.roles[role], problem.weeks[week].start
    whole = problem.project.capacity[role][week]
    text = (
        f"{name} has {problem.hours(role, max(0, free[role][week])):g} of "
        f"{problem.hours(role, whole):g} hours left in the week of {day:%d %B %Y}, "
        f"and it needs {problem.hours(role, need):g}"
    )
    return Reason(kind=ReasonKind.ROLE, text=text, role=name, week=day)


def why_not_at_all(  # noqa: PLR0911  (a cause a line)
    problem: Problem, starts: Starts, step: int
) -> str:
    """Say why a step is not in the schedule."""
    missing = [problem.steps[b] for b, _ in problem.project.before[step] if starts[b] is None]
    if missing:
        names = ", ".join(f"'{s.title}'" for s in missing)
        return f"it needs {names} first, which is not in the schedule"
    length, end = problem.project.duration[step], problem.weeks[-1].end
    for role, need in problem.project.demand[step]:
        most = max(problem.project.capacity[role])
        if need > most:
            return (
                f"it needs {problem.roles[role]} for {problem.hours(role, need):g} hours a week, "
                f"and {problem.roles[role]} has {problem.hours(role, most):g} at most"
            )
    if length > problem.project.horizon:
        return f"it takes {length} weeks, and the calendar has {problem.project.horizon}"
    earliest = _earliest(problem, starts, step)
    pin = problem.pins[step]
    if pin is not None:
        day = problem.weeks[pin].start
        if pin < earliest:
            ready = (
                f"{problem.weeks[earliest].start:%d %B %Y}"
                if earliest < problem.project.horizon
                else f"the end of the calendar on {end:%d %B %Y}"
            )
            return f"it is pinned to the week of {day:%d %B %Y}, but cannot start before {ready}"
        if pin + length > problem.project.horizon:
            return f"pinned to the week of {day:%d %B %Y} it runs past the end on {end:%d %B %Y}"
    last = problem.project.horizon - length
    if earliest > last:
        return (
            f"what it needs first ends too late: {length} weeks do not fit before the calendar "
            f"ends on {end:%d %B %Y}"
        )
    weeks = [pin] if pin is not None else range(earliest, last + 1)
    causes = "; ".join(r.text for r in _blocked_weeks(problem, starts, step, weeks))
    return f"no room for it before the calendar ends on {end:%d %B %Y}: {causes}"


def slack_of(problem: Problem, starts: Starts, step: int, makespan: int) -> int:
    """Return by how many weeks a step can slip with all others where they are."""
    start = starts[step]
    if start is None or problem.pins[step] is not None:
        return 0
    latest = makespan - problem.project.duration[step]
    for later, lag in problem.project.after[step]:
        next_start = starts[later]
        if next_start is not None:
            latest = min(latest, next_start - lag - problem.project.duration[step])
    free = free_units(problem, starts, without=step)
    for week in range(latest, start, -1):
        if _fits_at(problem, step, week, free):
            return week - start
    return 0
