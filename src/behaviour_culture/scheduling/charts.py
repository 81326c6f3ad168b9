"""Charts of a schedule and of how sure it is; each has its numbers in a ``to_rows``.

They need Matplotlib (extra ``plot``), draw on the axes that they are given, open no window
and change no setting of Matplotlib. A hatch, a mark or a number repeats what colour shows.
"""

from __future__ import annotations

import datetime as dt
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from behaviour_culture._display import MONTHS, count_of
from behaviour_culture._plot import (
    COLOURS,
    DARK,
    GREY,
    HATCHES,
    chart_frame,
    height_of,
    legend_beside,
    pyplot,
    top_down,
    wrapped,
)
from behaviour_culture.checks import require_types
from behaviour_culture.errors import InvalidInputError
from behaviour_culture.model.belonging import calendar_faults
from behaviour_culture.model.calendar import SchoolYear
from behaviour_culture.model.school_years import Years, join_years
from behaviour_culture.scheduling.result import Schedule
from behaviour_culture.scheduling.robustness import Robustness

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["per_cent", "plot_done_by", "plot_gantt"]

_WRAP = 46
"""Characters of a title on one line of its label."""
_PALE = "0.9"


def _number(day: dt.date) -> float:
    """Return a day as Matplotlib counts it."""
    from matplotlib import dates  # noqa: PLC0415

    return float(dates.date2num(day))  # type: ignore[no-untyped-call]


def plot_gantt(
    schedule: Schedule, *, calendar: Years | None = None, ax: Axes | None = None
) -> Axes:
    """Draw a schedule as bars over time, a row for each step in the order of its start.

    Colour and hatch show who leads a step. A thick dark edge marks a step that cannot slip by a
    week; the thin line behind a bar shows how far the others can. Steps that do not fit come
    last, each with a row without a bar.

    Parameters
    ----------
    schedule : Schedule
        The same in numbers: its ``to_rows``.
    calendar : SchoolYear, or several, optional
        The one of the schedule: holidays are shaded and half-terms named.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure without it.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    InvalidInputError
        The calendar is not that of the schedule.
    MissingExtraError
        Matplotlib is not installed.
    """
    require_types("plot_gantt", schedule=(schedule, Schedule))
    year = None
    if calendar is not None:
        year = join_years(calendar, starts=schedule.starts, until=schedule.projected_until)
        if faults := calendar_faults(schedule.calendar, year):
            raise InvalidInputError("plot_gantt", faults)
    plt = pyplot()
    import matplotlib.dates as mdates  # noqa: PLC0415
    from matplotlib.lines import Line2D  # noqa: PLC0415
    from matplotlib.patches import Patch  # noqa: PLC0415

    out = [*schedule.left_out]
    rows = len(schedule.steps) + len(out)
    missing = ""
    if out:
        fit = "does not fit" if len(out) == 1 else "do not fit"
        missing = f"; {len(out)} of {count_of(rows, 'step')} {fit}"
    with chart_frame(
        ax,
        (10, height_of(rows)),
        title=f"{count_of(len(schedule.steps), 'step')} in "
        f"{count_of(schedule.makespan, 'teaching week')}{missing}",
        x="Date, by month",
        y="Step",
        grid="x",
        pad=20,  # for the names of half-terms
    ) as axes:
        leads = sorted({s.lead for s in schedule.steps})
        colour = {lead: COLOURS[i % len(COLOURS)] for i, lead in enumerate(leads)}
        hatch = {lead: HATCHES[i % len(HATCHES)] for i, lead in enumerate(leads)}
        day = dt.timedelta(days=1)
        with plt.rc_context({"hatch.linewidth": 0.7}):
            for row, step in enumerate(schedule.steps):
                if step.slack_weeks:
                    end = step.finish + step.slack_weeks * 7 * day
                    if year is not None:
                        end = _slipped(year, step.finish, step.slack_weeks)
                    axes.plot(
                        [_number(step.finish + day), _number(end + day)],
                        [row, row],
                        color=GREY,
                        linewidth=2,
                        solid_capstyle="butt",
                        marker="|",
                        markevery=[1],
                    )
                axes.barh(
                    row,
                    (step.finish - step.start + day).days,
                    left=_number(step.start),
                    height=0.72,
                    color=colour[step.lead],
                    hatch=hatch[step.lead],
                    edgecolor=DARK if step.critical else "white",
                    linewidth=1.8 if step.critical else 0.6,
                    zorder=3,
                )
        for row, _ in enumerate(out, start=len(schedule.steps)):
            axes.text(
                _number(schedule.starts), row, "does not fit", va="center", style="italic",
                color="0.25", fontsize="small",
            )  # fmt: skip
        names = [*(s.title for s in schedule.steps), *(key.replace("-", " ") for key in out)]
        top_down(axes, names, _WRAP)
        axes.xaxis_date()
        axes.xaxis.set_major_locator(mdates.MonthLocator())  # type: ignore[no-untyped-call]
        axes.xaxis.set_major_formatter(lambda number, _place: _month_of(mdates.num2date(number)))  # type: ignore[no-untyped-call]
        if year is not None:
            _shade_holidays(axes, schedule, year)
        handles: list[Any] = [
            Patch(facecolor=colour[k], hatch=hatch[k], edgecolor="white", label=k.replace("-", " "))
            for k in leads
        ]
        critical = Patch(facecolor="none", edgecolor=DARK, linewidth=1.8, label="cannot slip")
        slack = Line2D([], [], color=GREY, linewidth=2, marker="|", label="can slip as far as")
        legend_beside(axes, handles=[*handles, critical, slack], title="Lead, and slack")
    return axes


def _slipped(calendar: SchoolYear, finish: dt.date, weeks: int) -> dt.date:
    """Return the end of the teaching week that comes some weeks after that of a day."""
    ends = [w.end for w in calendar.staff_weeks if w.end >= finish]
    return ends[min(weeks, len(ends) - 1)] if ends else finish


def _month_of(day: dt.date) -> str:
    return f"{MONTHS[day.month - 1][:3]}\n{day.year}"


def _shade_holidays(axes: Axes, schedule: Schedule, calendar: SchoolYear) -> None:
    """Shade the time between half-terms, and name each half-term that has a part in view."""
    left, right = axes.get_xlim()
    left = min(left, _number(schedule.starts) - 3)
    parts = calendar.half_terms
    for before, after in pairwise(parts):
        begin, end = _number(before.end) + 1, _number(after.start)
        if begin < right:
            axes.axvspan(begin, min(end, right), facecolor=_PALE, edgecolor="none", zorder=0)
    axes.set_xlim(left, right)
    for part in parts:
        begin = max(left, _number(part.start))
        end = min(right, _number(part.end) + 1)
        if end - begin > 0.04 * (right - left):
            axes.text(
                (begin + end) / 2,
                1.01,
                part.label,
                transform=axes.get_xaxis_transform(),
                ha="center",
                va="bottom",
                fontsize="small",
            )


def plot_done_by(robustness: Robustness, *, ax: Axes | None = None) -> Axes:
    """Draw how sure it is that each step is done by the end of each half-term.

    Each step and half-term has a cell: the darker, the surer, with the chance in per cent. The
    dot is in the first half-term by whose end the step is done in as many draws as the level
    asks, such as 80 %.

    Parameters
    ----------
    robustness : Robustness
        The same in numbers: its ``to_rows``.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure without it.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    MissingExtraError
        Matplotlib is not installed.
    """
    require_types("plot_done_by", robustness=(robustness, Robustness))
    steps = robustness.steps
    labels = list(steps[0].done_by) if steps else []
    out = [f"{title} (does not fit)" for title in robustness.unscheduled.values()]
    titles = [s.title for s in steps] + out
    sure_words = (
        f"  (\N{BULLET} the first by whose end it is done in {robustness.level:.0%} of draws)"
    )
    with chart_frame(
        ax,
        (10, height_of(len(titles))),
        title="Chance that a step is done by the end of a half-term",
        x="Half-term" + (sure_words if steps else ""),
        y="Step",
        grid=None,
    ) as axes:
        if not steps:
            axes.set_yticks(range(len(titles)), wrapped(titles, _WRAP), fontsize="small")
            return axes
        shares = [[s.done_by[label] for label in labels] for s in steps]
        shares += [[0.0] * len(labels) for _ in out]
        image = axes.imshow(shares, cmap="Blues", vmin=0, vmax=1, aspect="auto")
        for row, values in enumerate(shares):
            sure = next((i for i, p in enumerate(values) if p >= robustness.level), None)
            for column, share in enumerate(values):
                dark = "white" if share > 0.55 else "black"  # noqa: PLR2004  (of the colour map)
                mark = "\N{BULLET} " if column == sure else ""
                text = f"{mark}{per_cent(share)}"
                weight = "bold" if column == sure else "normal"
                axes.text(
                    column, row, text, ha="center", va="center", color=dark, weight=weight,
                    fontsize="small",
                )  # fmt: skip
        axes.set_xticks(range(len(labels)), labels)
        axes.set_yticks(range(len(titles)), wrapped(titles, _WRAP), fontsize="small")
        bar = axes.figure.colorbar(image, ax=axes, pad=0.02)
        bar.set_label(f"Share of {robustness.draws:,} draws", labelpad=8)
        bar.ax.yaxis.set_major_formatter("{x:.0%}")
    return axes


def per_cent(share: float) -> str:
    """Return a share in per cent; a share between 0 and 1 is never rounded to either."""
    if 0 < share < 0.005:  # noqa: PLR2004  (half a per cent)
        return "<1%"
    if 0.995 <= share < 1:  # noqa: PLR2004
        return ">99%"
    return f"{share:.0%}"
