"""Pictures of audits: a profile with intervals, views of groups, two rounds, a crosswalk.

They need Matplotlib (extra ``plot``) and are had from the object: ``result.plot()``.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Literal

from behaviour_culture._display import count_of
from behaviour_culture._pictures import Picture
from behaviour_culture._plot import (
    AMBER,
    BLUE,
    COLOURS,
    DARK,
    GREY,
    HATCHES,
    MARKS,
    SKY,
    chart_frame,
    height_of,
    interval_bars,
    legend_beside,
    top_down,
)
from behaviour_culture.arguments import Arguments
from behaviour_culture.audit.carrying import CarriedResult
from behaviour_culture.audit.difference import ScoreDifference
from behaviour_culture.audit.groups import GroupedResult
from behaviour_culture.audit.profile import AuditProfile
from behaviour_culture.audit.result import AuditResult, Score, ScoreKind
from behaviour_culture.audit.rounds import RoundComparison
from behaviour_culture.model.crosswalk import Crosswalk

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["BOUNDS", "LEVELS", "LINKS", "PERCEPTION_GAP", "PROFILE", "ROUNDS"]

By = Literal["domain", "principle"]
_SCORE = "Score: 0 the lowest level, 1 the highest"


def _kind(by: object, name: str) -> ScoreKind:
    """Return the level of detail that is meant; an unknown one is refused."""
    given = Arguments(name)
    given.one_of("by", by, ("domain", "principle"))
    given.done()
    return ScoreKind(str(by))


def _bars(
    axes: Axes, rows: Sequence[dict[str, Any]], value: str, places: Sequence[int], **look: str
) -> None:
    """Draw a column of rows with its interval."""
    values, lowers, uppers = ([float(r[n]) for r in rows] for n in (value, "lower", "upper"))
    interval_bars(axes, values, lowers, uppers, places, **look)


# -- profile ----------------------------------------------------------------------------------


def _profile(result: AuditResult, by: By) -> list[Score]:
    kind = _kind(by, "plot.profile")
    return [*(s for s in result.scores if s.kind is kind), result.whole]


def profile_rows(result: AuditResult, *, by: By = "principle") -> list[dict[str, Any]]:
    """Return a row for each score of the profile, and the whole last."""
    return [
        {
            "id": s.id,
            "name": s.name,
            "score": s.estimate.value,
            "lower": s.estimate.lower,
            "upper": s.estimate.upper,
            "lowest": s.lowest,
            "highest": s.highest,
        }
        for s in _profile(result, by)
    ]


def plot_profile(result: AuditResult, *, by: By = "principle", ax: Axes | None = None) -> Axes:
    """Draw the scores with their intervals; a pale bar shows what missing answers leave open."""
    rows = profile_rows(result, by=by)
    places = list(range(len(rows)))
    level = result.whole.estimate.level
    with chart_frame(
        ax, (8.5, height_of(len(rows))), title=f"Where the school stands: {result.framework_name}",
        x=_SCORE, grid="x",
    ) as axes:  # fmt: skip
        missing = [r["highest"] - r["lowest"] for r in rows]
        if max(missing) > 0:
            axes.barh(
                places, missing, left=[r["lowest"] for r in rows], height=0.62, color="0.88",
                hatch="//", edgecolor="0.75", linewidth=0, label="whatever missing answers are",
            )  # fmt: skip
        _bars(axes, rows, "score", places, label=f"score, {level:.0%} interval")
        axes.axhline(len(rows) - 1.5, color=GREY, linewidth=0.8)
        top_down(axes, (r["name"] for r in rows))
        axes.set_xlim(0, 1)
        legend_beside(axes)
    return axes


def _profile_words(result: AuditResult, *, by: By = "principle") -> str:
    *parts, whole = profile_rows(result, by=by)
    if not parts:
        return f"Audit scores against {result.framework_name}; the whole is {_range(whole)}."
    low, high = min(parts, key=_score_of), max(parts, key=_score_of)
    return (
        f"Scores with intervals of {len(parts)} {by}s of {result.framework_name}, 0 to 1. Lowest "
        f"is {low['name']} at {_range(low)}, highest {high['name']} at {_range(high)}; the whole "
        f"is {_range(whole)}."
    )


def _score_of(row: dict[str, Any]) -> float:
    return float(row["score"])


def _range(row: dict[str, Any], value: str = "score") -> str:
    return f"{row[value]:.2f} ({row['lower']:.2f} to {row['upper']:.2f})"


PROFILE = Picture(plot_profile, profile_rows, _profile_words)


# -- groups and rounds ------------------------------------------------------------------------


def _compared(
    found: Sequence[ScoreDifference], kind: ScoreKind, names: tuple[str, str]
) -> list[dict[str, Any]]:
    return [
        {
            "pair": f"{d.first} to {d.second}" if not d.group else d.group,
            "id": d.id,
            "name": d.name,
            names[0]: d.first_score,
            names[1]: d.second_score,
            "difference": d.estimate.value,
            "lower": d.estimate.lower,
            "upper": d.estimate.upper,
            "clear": d.clear,
        }
        for d in found
        if d.kind in {kind, ScoreKind.WHOLE}
    ]


def perception_gap_rows(result: GroupedResult, *, by: By = "domain") -> list[dict[str, Any]]:
    """Return a row for each pair of groups and part."""
    return _compared(result.gaps, _kind(by, "plot.perception_gap"), ("first", "second"))


def plot_perception_gap(
    result: GroupedResult, *, by: By = "domain", ax: Axes | None = None
) -> Axes:
    """Draw the score that each group gives to each part, and its interval: never their mean."""
    kind = _kind(by, "plot.perception_gap")
    names = {s.id: s.name for g in result.groups for s in g.result.scores if s.kind is kind}
    keys = list(names)
    with chart_frame(
        ax, (8.5, height_of(len(keys), each=0.5)),
        title=f"As each group of raters sees it: {result.framework_name}", x=_SCORE, grid="x",
    ) as axes:  # fmt: skip
        shift = 0.5 / max(1, len(result.groups))
        for i, group in enumerate(result.groups):
            scores = {s.id: s.estimate for s in group.result.scores if s.kind is kind}
            there = [j for j, key in enumerate(keys) if key in scores]
            made = [scores[keys[j]] for j in there]
            offset = (i - (len(result.groups) - 1) / 2) * shift
            interval_bars(
                axes, [e.value for e in made], [e.lower for e in made], [e.upper for e in made],
                [j + offset for j in there], colour=COLOURS[i % len(COLOURS)],
                mark=MARKS[i % len(MARKS)], label=group.id,
            )  # fmt: skip
        top_down(axes, names.values())
        axes.set_xlim(0, 1)
        legend_beside(axes, title="group")
    return axes


def _perception_words(result: GroupedResult, *, by: By = "domain") -> str:
    rows = perception_gap_rows(result, by=by)
    groups = ", ".join(g.id for g in result.groups) or "no group"
    head = f"Scores by group of raters ({groups}) against {result.framework_name}, by {by}."
    clear = [r for r in rows if r["clear"]]
    if not clear:
        return f"{head} No difference between two groups is clear."
    most = max(clear, key=lambda r: abs(r["difference"]))
    return (
        f"{head} {len(clear)} of {len(rows)} differences are clear; the widest is {most['name']}, "
        f"{most['pair']}: {_range(most, 'difference')}."
    )


PERCEPTION_GAP = Picture(plot_perception_gap, perception_gap_rows, _perception_words)


def rounds_rows(result: RoundComparison, *, by: By = "domain") -> list[dict[str, Any]]:
    """Return a row for each group and part."""
    return _compared(result.changes, _kind(by, "plot.rounds"), ("before", "after"))


def plot_rounds(result: RoundComparison, *, by: By = "domain", ax: Axes | None = None) -> Axes:
    """Draw the change of each part from one round to the next, with its interval about 0."""
    rows = rounds_rows(result, by=by)
    several = len({r["pair"] for r in rows}) > 1
    names = [f"{r['name']} ({r['pair']})" if several else r["name"] for r in rows]
    with chart_frame(
        ax, (8.5, height_of(len(rows))), title=f"Change from {result.before} to {result.after}",
        x="Change of the score, -1 to 1 (right: better)", grid="x",
    ) as axes:  # fmt: skip
        axes.axvline(0, color=GREY, linewidth=1.2)
        for clear, colour, mark, words in (
            (True, BLUE, "o", "clear: the interval leaves out 0"),
            (False, AMBER, "s", "could be no change"),
        ):
            places = [i for i, r in enumerate(rows) if r["clear"] is clear]
            chosen = [rows[i] for i in places]
            if chosen:
                _bars(axes, chosen, "difference", places, colour=colour, mark=mark, label=words)
        top_down(axes, names)
        legend_beside(axes)
    return axes


def _rounds_words(result: RoundComparison, *, by: By = "domain") -> str:
    rows = rounds_rows(result, by=by)
    whole = [r for r in rows if r["id"] == "whole"]
    clear = sum(r["clear"] for r in rows)
    said = "; ".join(f"{r['pair']}: {_range(r, 'difference')}" for r in whole)
    return (
        f"Changes of audit scores from {result.before} to {result.after} with intervals, by {by}. "
        f"{clear} of {len(rows)} are clear. The whole: {said or 'not compared'}."
    )


ROUNDS = Picture(plot_rounds, rounds_rows, _rounds_words)


# -- levels -----------------------------------------------------------------------------------


def levels_rows(profile: AuditProfile, *, by: By = "principle") -> list[dict[str, Any]]:
    """Return a row for each part and level."""
    kind = _kind(by, "plot.levels").value
    return [row for row in profile.to_rows() if row["kind"] == kind]


def plot_levels(profile: AuditProfile, *, by: By = "principle", ax: Axes | None = None) -> Axes:
    """Draw how often each level was given, as shares of the ratings of each part."""
    rows = levels_rows(profile, by=by)
    names = {r["id"]: r["name"] for r in rows}
    levels = list(dict.fromkeys(r["level"] for r in rows))
    counts = {(r["id"], r["level"]): r["count"] for r in rows}
    with chart_frame(
        ax, (8.5, height_of(len(names))), title="Levels given, counted and not averaged",
        x="Ratings in per cent", grid="x",
    ) as axes:  # fmt: skip
        left = dict.fromkeys(names, 0.0)
        for i, level in enumerate(levels):
            totals = {k: sum(counts.get((k, each), 0) for each in levels) or 1 for k in names}
            part = [100 * counts.get((k, level), 0) / totals[k] for k in names]
            grey = 0.92 - 0.55 * i / max(1, len(levels) - 1)
            axes.barh(
                range(len(names)), part, left=[left[k] for k in names], height=0.7,
                color=(grey * 0.75, grey * 0.9, min(1.0, grey + 0.08)), edgecolor="white",
                hatch=HATCHES[i % len(HATCHES)], label=level,
            )  # fmt: skip
            left = {k: left[k] + p for k, p in zip(names, part, strict=True)}
        for i, key in enumerate(names):
            if not any(counts.get((key, each)) for each in levels):
                axes.text(1, i, "not rated", va="center", fontsize="small", color=GREY)
        top_down(axes, names.values())
        axes.set_xlim(0, 100)
        legend_beside(axes, title="level")
    return axes


def _levels_words(profile: AuditProfile, *, by: By = "principle") -> str:
    rows = levels_rows(profile, by=by)
    totals: dict[str, int] = {}
    for row in rows:
        totals[row["level"]] = totals.get(row["level"], 0) + row["count"]
    said = ", ".join(f"{n} {level}" for level, n in totals.items())
    parts = len({r["id"] for r in rows})
    return f"Share of ratings at each level for {parts} {by}s. In all: {said or 'no rating'}."


LEVELS = Picture(plot_levels, levels_rows, _levels_words)


# -- crosswalks -------------------------------------------------------------------------------


def bounds_rows(result: CarriedResult) -> list[dict[str, Any]]:
    """Return a row for each part that has bounds."""
    return result.to_rows()


def plot_bounds(result: CarriedResult, *, ax: Axes | None = None) -> Axes:
    """Draw the bounds that an audit sets on the parts of another framework: never points."""
    rows = bounds_rows(result)
    with chart_frame(
        ax, (8.5, height_of(len(rows))),
        title=f"What the audit says of {result.framework_name}", x=_SCORE, grid="x",
    ) as axes:  # fmt: skip
        for agree, colour, hatch, words in (
            (True, SKY, "", "between these bounds"),
            (False, AMBER, "xx", "the links contradict each other"),
        ):
            places = [i for i, r in enumerate(rows) if r["agree"] is agree]
            if places:
                axes.barh(
                    places, [rows[i]["upper"] - rows[i]["lower"] for i in places],
                    left=[rows[i]["lower"] for i in places], height=0.55, color=colour,
                    hatch=hatch, edgecolor=DARK, linewidth=0.7, label=words,
                )  # fmt: skip
        top_down(axes, (r["name"] for r in rows))
        axes.set_xlim(0, 1)
        legend_beside(axes)
    return axes


def _bounds_words(result: CarriedResult) -> str:
    said = [r for r in bounds_rows(result) if (r["lower"], r["upper"]) != (0, 1)]
    return (
        f"Bounds on {len(result.scores)} parts of {result.framework_name} that follow from the "
        f"audit {result.id}. They say something of {len(said)}; {len(result.not_covered)} parts "
        "are not covered."
    )


BOUNDS = Picture(plot_bounds, bounds_rows, _bounds_words)


def links_rows(crosswalk: Crosswalk) -> list[dict[str, Any]]:
    """Return a row for each link."""
    return crosswalk.to_rows()


def plot_links(crosswalk: Crosswalk, *, ax: Axes | None = None) -> Axes:
    """Draw the links of a crosswalk as a grid: what is asked here, and there."""
    rows = links_rows(crosswalk)
    sources = list(dict.fromkeys(r["source"] for r in rows))
    targets = list(dict.fromkeys(r["target"] for r in rows))
    relations = list(dict.fromkeys(r["relation"] for r in rows))
    with chart_frame(
        ax, (max(6.5, 0.3 * len(targets) + 4.5), height_of(len(sources), each=0.28)),
        title=crosswalk.name, x=crosswalk.target_framework, y=crosswalk.source_framework,
        grid="both",
    ) as axes:  # fmt: skip
        for i, relation in enumerate(relations):
            for full in (True, False):
                chosen = [
                    r
                    for r in rows
                    if r["relation"] == relation and (r["strength"] == "full") is full
                ]
                if chosen:
                    axes.plot(
                        [targets.index(r["target"]) for r in chosen],
                        [sources.index(r["source"]) for r in chosen],
                        MARKS[i % len(MARKS)], linestyle="none", markersize=7,
                        color=COLOURS[i % len(COLOURS)], fillstyle="full" if full else "none",
                        markeredgewidth=1.4,
                        label=f"{relation}, {'full' if full else 'part'}",
                    )  # fmt: skip
        axes.set_xticks(range(len(targets)), targets, rotation=90, fontsize="x-small")
        axes.set_yticks(range(len(sources)), sources, fontsize="x-small")
        axes.set_ylim(max(1, len(sources)) - 0.5, -0.5)
        legend_beside(axes, title="relation")
    return axes


def _links_words(crosswalk: Crosswalk) -> str:
    rows = links_rows(crosswalk)
    full = sum(r["strength"] == "full" for r in rows)
    sources, targets = ({r[end] for r in rows} for end in ("source", "target"))
    return (
        f"Grid of {count_of(len(rows), 'link')} from {count_of(len(sources), 'part')} of "
        f"{crosswalk.source_framework} to {count_of(len(targets), 'part')} of "
        f"{crosswalk.target_framework}; {full} full, {len(crosswalk.lost)} lost."
    )


LINKS = Picture(plot_links, links_rows, _links_words)
