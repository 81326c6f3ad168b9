"""The pictures of a schedule: bars over time, hours by role and week, how sure the dates are."""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING, Any

from behaviour_culture._display import count_of, short_day
from behaviour_culture._pictures import Picture
from behaviour_culture._plot import AMBER, BLUE, DARK, RED, chart_frame
from behaviour_culture.scheduling.charts import per_cent, plot_done_by, plot_gantt
from behaviour_culture.scheduling.result import Schedule
from behaviour_culture.scheduling.robustness import Robustness

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["DONE_BY", "GANTT", "LOAD"]


def _gantt_rows(schedule: Schedule, **_options: object) -> list[dict[str, Any]]:
    return schedule.to_rows()


def _gantt_words(schedule: Schedule, **_options: object) -> str:
    out = len(schedule.left_out)
    gone = f" {count_of(out, 'step')} did not fit and {'is' if out == 1 else 'are'} not drawn."
    critical = [s.title for s in schedule.steps if s.critical]
    return (
        f"Bars over time for {count_of(len(schedule.steps), 'step')} from "
        f"{short_day(schedule.starts)} to {short_day(schedule.ends)}. "
        f"{count_of(len(critical), 'step')} cannot slip by a week"
        + (f": {'; '.join(critical[:5])}." if critical else ".")
        + (gone if out else "")
    )


GANTT = Picture(plot_gantt, _gantt_rows, _gantt_words)


# -- load -------------------------------------------------------------------------------------


def load_rows(schedule: Schedule, *, role: str | None = None) -> list[dict[str, Any]]:
    """Return a row for each role and week: hours of each person to set up and to keep going."""
    return [
        {
            "role": use.role,
            "week": use.week.isoformat(),
            "set_up": use.used,
            "keep_going": use.running,
            "capacity": use.capacity,
            "capacity_to_keep_going": use.running_capacity,
        }
        for use in schedule.use
        if role is None or use.role == role
    ]


def plot_load(schedule: Schedule, *, role: str | None = None, ax: Axes | None = None) -> Axes:
    """Draw the hours a week of each person in a role: to set up, to keep going, and in all.

    Parameters
    ----------
    schedule : Schedule
    role : str, optional
        One role alone; without it all of them, each in a strip of its own on one scale.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure without it.
    """
    rows = load_rows(schedule, role=role)
    roles = list(dict.fromkeys(r["role"] for r in rows))
    weeks = sorted({r["week"] for r in rows})
    at = {(r["role"], r["week"]): r for r in rows}
    peak = max(
        (
            max(r["set_up"] + r["keep_going"], r["capacity"] + (r["capacity_to_keep_going"] or 0.0))
            for r in rows
        ),
        default=1.0,
    )
    strip = 2.0 * max(1, ceil(1.15 * peak / 2))
    with chart_frame(
        ax, (9, max(2.8, 0.85 * len(roles) + 1.5)),
        title="Hours a week of each person, and what they have", x="Week that begins on",
        y="Hours a week (one strip for each role)" if len(roles) > 1 else "Hours a week", grid="x",
    ) as axes:  # fmt: skip
        places = range(len(weeks))
        for i, name in enumerate(roles):
            base = (len(roles) - 1 - i) * strip
            cells = [at.get((name, week)) for week in weeks]
            up = [c["set_up"] if c else 0.0 for c in cells]
            keep = [c["keep_going"] if c else 0.0 for c in cells]
            axes.bar(
                places, up, bottom=base, width=0.85, color=BLUE, edgecolor="white", linewidth=0.3,
                label="to set up" if not i else None,
            )  # fmt: skip
            axes.bar(
                places, keep, bottom=[base + u for u in up], width=0.85, color=AMBER, hatch="//",
                edgecolor="white", linewidth=0.3, label="to keep going" if not i else None,
            )  # fmt: skip
            top = [base + (c["capacity"] + (c["capacity_to_keep_going"] or 0.0)) if c else base
                   for c in cells]  # fmt: skip
            axes.step(
                places, top, where="mid", color=RED, linewidth=1.6, linestyle="--",
                label="hours that each has" if not i else None,
            )  # fmt: skip
            axes.axhline(base, color=DARK, linewidth=0.8)
        step = max(1, -(-len(weeks) // 14))
        axes.set_xticks(places[::step], weeks[::step], rotation=45, ha="right", fontsize="small")
        _strips(axes, roles, strip)
        if rows:
            axes.legend(
                loc="upper center", bbox_to_anchor=(0.5, 1.0), ncols=3, fontsize="small",
                framealpha=0.85,
            )  # fmt: skip
    return axes


def _strips(axes: Axes, roles: list[str], strip: float) -> None:
    """Label each strip with its role, and 0 and the middle of its scale."""
    ticks, labels = [], []
    for i, name in enumerate(roles):
        base = (len(roles) - 1 - i) * strip
        ticks += [base, base + strip / 2]
        labels += ["0", f"{strip / 2:g}"]
        axes.text(
            0.005, base + 0.92 * strip, name, transform=axes.get_yaxis_transform(), va="top",
            fontsize="small", weight="bold",
        )  # fmt: skip
    axes.set_yticks(ticks, labels, fontsize="small")
    axes.set_ylim(0, strip * max(1, len(roles)) * 1.12)


def _load_words(schedule: Schedule, *, role: str | None = None) -> str:
    rows = load_rows(schedule, role=role)
    roles = list(dict.fromkeys(r["role"] for r in rows))
    if not rows:
        return "Hours a week by role: the schedule asks no hours of anybody."
    most = max(rows, key=lambda r: r["set_up"] + r["keep_going"])
    full = sum(r["set_up"] + r["keep_going"] >= r["capacity"] for r in rows)
    return (
        f"Hours a week of each person in {count_of(len(roles), 'role')}, to set up and to keep "
        f"going, beside the hours that they have. Most is asked of {most['role']} in the week of "
        f"{most['week']}: {most['set_up']:g} to set up and {most['keep_going']:g} to keep going, "
        f"of {most['capacity']:g}. In {full} of {len(rows)} weeks of a role the hours to set up "
        "are used up."
    )


LOAD = Picture(plot_load, load_rows, _load_words)


# -- how sure ---------------------------------------------------------------------------------


def _done_by_rows(robustness: Robustness) -> list[dict[str, Any]]:
    return robustness.to_rows()


def _done_by_words(robustness: Robustness) -> str:
    late = [s for s in robustness.steps if s.buffer_weeks != 0]
    least = min(robustness.steps, key=lambda s: s.done, default=None)
    head = (
        f"Chance that each of {count_of(len(robustness.steps), 'scheduled step')} is done by the "
        f"end of each half-term, over {robustness.draws:,} draws. "
        f"{count_of(len(late), 'step')} to promise later than planned."
    )
    if least is None:
        return head
    return f"{head} Least sure is {least.title}: done in {per_cent(least.done)} of draws."


DONE_BY = Picture(plot_done_by, _done_by_rows, _done_by_words)
