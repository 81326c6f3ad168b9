"""The efficient frontier: the most benefit for each amount of staff time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from behaviour_culture._plot import BLUE, chart_frame, legend_beside
from behaviour_culture._seeds import Seed, as_seed
from behaviour_culture._watch import NOBODY, Watch
from behaviour_culture.arguments import Arguments
from behaviour_culture.checks import as_whole, require_types
from behaviour_culture.errors import shorten
from behaviour_culture.impact.choosing.choose import ENGINES, answer_choice
from behaviour_culture.impact.choosing.problem import (
    UNITS,
    ChoiceLimits,
    build_choice_problem,
    is_limit,
)
from behaviour_culture.impact.choosing.result import Frontier, StepChoice
from behaviour_culture.impact.choosing.search import Goal
from behaviour_culture.impact.index.result import ImpactResult
from behaviour_culture.limits import LIMITS
from behaviour_culture.model.catalogue import StepCatalogue
from behaviour_culture.model.school import School
from behaviour_culture.model.school_years import Years
from behaviour_culture.planning.plan import ActionPlan
from behaviour_culture.scheduling.effort import Effort
from behaviour_culture.typing import BoolArray, Progress, Stop

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from numpy.typing import ArrayLike

__all__ = ["efficient_frontier", "plot_frontier"]

_BUDGET = 100
_TINY = 1e-9
_WIDE = 5.0
"""Intervals so many times as high as the line are printed, not drawn (judgement)."""


def efficient_frontier(  # noqa: PLR0913  (each is a decision of the school's)
    plan: ActionPlan | StepCatalogue,
    benefits: ImpactResult | Mapping[str, float] | ArrayLike,
    *,
    hours: Sequence[float] | None = None,
    points: int = 12,
    cost_gbp: float | None = None,
    launches: int | None = None,
    quantile: float | None = None,
    calendar: Years | None = None,
    school: School | None = None,
    engine: str = "heuristic",
    budget: int | None = None,
    time_limit: float | None = None,
    workers: int = 1,
    seed: Seed = 0,
    progress: Progress | None = None,
    stop: Stop | None = None,
) -> Frontier:
    """Find the best choice of steps for each of several amounts of staff hours.

    Parameters
    ----------
    plan, benefits, cost_gbp, launches, quantile, calendar, school
        As `choose_steps`.
    hours : sequence of float, optional
        The amounts of staff hours in all to look at, from 0; without it ``points`` equal
        steps up to what all steps take.
    points : int
        How many amounts, 2 to 200.
    engine, budget, time_limit, workers, seed
        As `choose_steps`, for each amount; 100 choices at most without a budget.
    progress : callable, optional
        Called with ("finding the frontier", amounts done, amounts).
    stop : callable, optional
        Asked again and again: once it says True, `StoppedError` is raised in under a second,
        since a frontier of the first amounts alone would mislead.

    Returns
    -------
    Frontier
        Only choices that no other beats: rising hours, rising benefit.

    Raises
    ------
    InvalidInputError
        As `choose_steps`, all faults at once.
    MissingExtraError
        ``engine="exact"`` and OR-Tools is not installed.
    StoppedError
        The search was stopped.
    """
    points = as_whole(points)
    budget = as_whole(_BUDGET if budget is None else budget)
    quiet = Watch(stop=stop)
    effort = Effort(engine, budget, time_limit, as_whole(workers), as_seed(seed), quiet)
    arguments = Arguments("efficient_frontier")
    watch = arguments.watch(progress, stop)
    effort._replace(watch=NOBODY).check(arguments, ENGINES)
    arguments.within("points", points, "points", 2)
    if quantile is not None:
        arguments.share("quantile", quantile)
    amounts = [] if hours is None else _read_amounts(hours, arguments)
    limits = ChoiceLimits(max(amounts, default=0.0), cost_gbp, as_whole(launches))
    problem = build_choice_problem(plan, benefits, limits, calendar, school, arguments)
    if not amounts:
        whole = float(problem.hours.sum())
        amounts = [whole * (i + 1) / points for i in range(points)]
    found: list[StepChoice] = []
    last: BoolArray | None = None
    each = sorted(set(amounts))
    for amount in watch.over("finding the frontier", each, len(each)):
        limit = problem.limit.copy()
        limit[0] = int(np.floor(amount * UNITS + 1e-6))
        case = problem._replace(limit=limit)
        choice = answer_choice(plan.id, case, Goal(quantile), effort, start=last)
        last = np.array([key in choice.half_terms for key in problem.ids], dtype=bool)
        found.append(choice)
    return Frontier(plan=plan.id, choices=_undominated(found))


def _read_amounts(hours: object, arguments: Arguments) -> list[float]:
    good = isinstance(hours, (Sequence, np.ndarray)) and not isinstance(hours, (str, bytes))
    values: list[Any] = list(hours) if good else []  # type: ignore[call-overload]
    if not values:
        message = f"expected at least one amount of hours, got {shorten(hours)}"
        arguments.fault("hours", message, hours)
    arguments.within("hours", len(values), "points", 0)
    for i, value in enumerate(values[: LIMITS.points]):
        is_limit(f"hours[{i}]", value, arguments)
    return [float(v) for v in values] if arguments.ok() else []


def _undominated(choices: list[StepChoice]) -> list[StepChoice]:
    """Return the choices worth more than every one that takes no more hours."""
    best: list[StepChoice] = []
    for choice in sorted(choices, key=lambda c: (c.total_hours, -c.value)):
        if not best or choice.value > best[-1].value + _TINY * max(1.0, abs(best[-1].value)):
            best.append(choice)
    return best


def plot_frontier(frontier: Frontier, *, ax: Axes | None = None) -> Axes:
    """Draw benefit against staff hours, with the interval of each choice or, if wide, a word on it.

    The line rises steeply where an hour buys much and flattens where it buys little. A
    filled mark is a choice that is proven the best for its hours, a hollow one the best
    that was found; the dash above it says how much better one could at most be.

    Parameters
    ----------
    frontier : Frontier
        The same in numbers: its ``to_rows``.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure without it.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    InvalidInputError
        Not a frontier.
    MissingExtraError
        Matplotlib is not installed.
    """
    require_types("plot_frontier", frontier=(frontier, Frontier))
    robust = any(c.quantile is not None for c in frontier.choices)
    unit = next((f" ({c.benefit.unit})" for c in frontier.choices if c.benefit.unit), "")
    with chart_frame(
        ax,
        (8, 4.8),
        title="What staff time buys",
        x="Staff hours in all, over the year",
        y=("Benefit at the lower quantile" if robust else "Mean benefit") + unit,
        grid="both",
    ) as axes:
        if frontier.choices:
            _draw_choices(axes, frontier)
    return axes


def _draw_choices(axes: Axes, frontier: Frontier) -> None:
    choices = frontier.choices
    hours = [c.total_hours for c in choices]
    values = [c.value for c in choices]
    last = choices[-1].benefit
    lows, highs = [c.benefit.lower for c in choices], [c.benefit.upper for c in choices]
    lowest, highest = min(lows), max(highs)
    seen = max(values[-1] - min(0.0, values[0]), *(c.bound for c in choices))
    level = f"{choices[0].benefit.level:.0%} interval"
    if highest - lowest > _WIDE * seen:
        # Drawn to scale, the band would flatten the line: print it instead.
        axes.text(
            0.99,
            0.02,
            f"The {level} of the benefit is wider than this picture:\n"
            f"{last.lower:.3g} to {last.upper:.3g} for the last choice",
            transform=axes.transAxes,
            ha="right",
            va="bottom",
            fontsize="small",
        )
        axes.set_ylim(min(0.0, *values) - 0.2 * seen, 1.12 * seen)
    elif any(c.benefit.upper > c.benefit.lower for c in choices):
        axes.fill_between(
            hours,
            lows,
            highs,
            step="post",
            color=BLUE,
            alpha=0.15,
            linewidth=0,
            label=f"{level} of the benefit",
        )
    axes.plot(hours, values, drawstyle="steps-post", color=BLUE, linewidth=1.5, zorder=3)
    short = [c for c in choices if not c.proven]
    if short:
        at, tops = [c.total_hours for c in short], [c.bound for c in short]
        axes.vlines(at, [c.value for c in short], tops, color="0.45", linewidth=1, linestyle=":")
        axes.plot(
            at,
            tops,
            linestyle="none",
            marker="_",
            color="0.35",
            label="no choice for these hours is worth more",
        )
    for proven, face, label in (
        (True, BLUE, "proven the best for its hours"),
        (False, "white", "best found"),
    ):
        some = [c for c in choices if c.proven is proven]
        if some:
            axes.plot(
                [c.total_hours for c in some],
                [c.value for c in some],
                linestyle="none",
                marker="o",
                markerfacecolor=face,
                markeredgecolor=BLUE,
                zorder=4,
                label=label,
            )
    for choice in choices:
        axes.annotate(
            f"{len(choice.steps)}",
            (choice.total_hours, choice.value),
            xytext=(0, 7),
            textcoords="offset points",
            ha="center",
            fontsize="x-small",
        )
    axes.plot([], [], " ", label="numbers: steps chosen")
    axes.set_xlim(left=0)
    legend_beside(axes)
