"""Rows of a behaviour log: which are asked for, and which are one and the same incident."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from datetime import date, time
from typing import Literal, NamedTuple

from behaviour_culture.arguments import Arguments
from behaviour_culture.errors import shorten, suggest
from behaviour_culture.fields import Range
from behaviour_culture.interchange.days import named_rows
from behaviour_culture.model.log_mapping import LISTS

__all__ = ["LogRow", "Repeats", "Where", "ask_about_merits", "chosen", "told_apart"]

Repeats = Literal["once", "each"]
Where = Mapping[str, str | float | Range | Collection[str] | Collection[float]]
_POSITIVE = {"positive", "pos", "+", "merit", "achievement", "praise", "reward"}
"""Labels of polarity for rows that are no incidents."""
_NOT_POSITIVE = {
    *("", "negative", "neg", "-", "neutral", "demerit", "sanction", "consequence", "concern"),
    *("behaviour", "behavior", "incident"),
}
"""Labels of polarity for rows that may be."""
_MERIT = re.compile(
    r"\b(merits?|achievements?|praises?|rewards?|commendations?|house ?points?|well done)\b",
    re.IGNORECASE,
)
"""Words in a category of recognition. "Positive" is none: positive handling is use of force."""
_SEPTEMBER = 9
_SHOWN = 4
"""Categories that a fault names."""


class LogRow(NamedTuple):
    """One row of a log while it is counted: no name, no staff, no free text."""

    day: date
    clock: time | None
    incident: str
    polarity: str
    category: str
    location: str
    period: str
    points: float | None
    outcome: str
    logged: date | None


# -- the rows that are asked for ---------------------------------------------------------------


def chosen(rows: Sequence[LogRow], where: object, given: Arguments) -> list[bool]:
    """Say of each row whether it is asked for; record faults of ``where``."""
    kept = [True] * len(rows)
    if where is None:
        return kept
    if not isinstance(where, Mapping):
        given.fault("where", f"expected labels by field, got {shorten(where)}")
        return kept
    for name, wanted in where.items():
        if name == "points":
            kept = _with_points(rows, wanted, given, kept)
            continue
        labels = (wanted,) if isinstance(wanted, str) else wanted
        several = isinstance(labels, Collection) and not isinstance(labels, (bytes, Mapping))
        if name not in LISTS or not several or not all(isinstance(x, str) for x in labels):
            known = (*LISTS, "points")
            hint = suggest(name, known) if name not in known else ""
            message = f"expected a text, or a list of them, for one of {', '.join(LISTS)}{hint}"
            given.fault(f"where.{name}", message, wanted)
            continue
        there = {getattr(row, name).casefold(): getattr(row, name) for row in rows}
        texts = [str(label) for label in labels]
        for label in texts:
            if not label or label.casefold() not in there:
                message = f"{shorten(label)} is in no row{suggest(label, there.values())}"
                given.fault(f"where.{name}", message, label)
        if not texts:
            given.fault(f"where.{name}", "the list is empty, so that no row would be left")
        folded = {label.casefold() for label in texts}
        kept = [
            k and getattr(r, name).casefold() in folded for k, r in zip(kept, rows, strict=True)
        ]
    return kept


def _with_points(
    rows: Sequence[LogRow], wanted: object, given: Arguments, kept: list[bool]
) -> list[bool]:
    numbers = wanted if isinstance(wanted, (list, tuple, set, frozenset)) else (wanted,)
    if isinstance(wanted, Range):
        fits = [r.points is not None and bool(wanted.holds(r.points)) for r in rows]
    elif all(given.value("where.points", number, float) for number in numbers):
        fits = [r.points is not None and r.points in numbers for r in rows]
    else:
        given.fault("where.points", "for several numbers give fields.Range(below=0) or a list")
        return kept
    if not any(fits):
        given.fault("where.points", "no row has such points", wanted)
    return [k and fit for k, fit in zip(kept, fits, strict=True)]


def ask_about_merits(rows: Sequence[LogRow], where: object, given: Arguments) -> None:
    """Record a fault if merits would be counted among incidents although nobody asked for them."""
    named = set(where) if isinstance(where, Mapping) else set()
    if named & {"polarity", "points"}:
        return
    good = sum(row.polarity.casefold() in _POSITIVE for row in rows)
    mixed = good < len(rows)
    if good and (mixed or "category" not in named):
        message = (
            f"{good:,} of {len(rows):,} rows are positive, and a merit is no incident: say "
            "{'polarity': 'negative'}, or 'positive' to count recognition"
        )
        given.fault("where.polarity", message)
        return
    labels = {row.polarity for row in rows}
    odd = sorted(label for label in labels if label.casefold() not in _POSITIVE | _NOT_POSITIVE)
    if odd and len(labels) > 1:
        shown = ", ".join(shorten(label, 40) for label in sorted(labels))
        message = f"which rows are incidents cannot be told from {shown}: name those to count"
        given.fault("where.polarity", message)
        return
    merits = sorted({row.category for row in rows if _MERIT.search(row.category)})
    if merits and "category" not in named:
        shown = ", ".join(shorten(label, 40) for label in merits[:_SHOWN])
        more = f" and {len(merits) - _SHOWN} more" if len(merits) > _SHOWN else ""
        sound = "sounds" if len(merits) == 1 else "sound"
        message = (
            f"{shown}{more} {sound} like recognition, which is no incident: name those to count"
        )
        given.fault("where.category", message)
        return
    signs = {row.points > 0 for row in rows if row.points and not row.polarity}
    if len(signs) > 1:
        message = (
            "some points are above 0 and some below, and a merit is no incident: say "
            "{'points': fields.Range(below=0)}, or map 'polarity'"
        )
        given.fault("where.points", message)


# -- rows that are one incident ------------------------------------------------------------------


def told_apart(
    rows: Sequence[tuple[int, LogRow, str]],
    *,
    people: bool,
    repeats: object,
    given: Arguments,
) -> tuple[list[LogRow], list[int]]:
    """Return the rows that count, and the numbers of those that repeat one of them.

    Parameters
    ----------
    rows : sequence of (int, LogRow, str)
        Each with its number and the hash of its pupil, empty for none.
    people : bool
        One row for each pupil in an incident counts; else one for each incident.
    repeats : {None, "once", "each"}
        What becomes of rows that the keys cannot tell apart; None records a fault that asks.
    """
    if repeats is not None:
        given.one_of("repeats", repeats, ("once", "each"))
    with_keys = any(key for _, _, key in rows)
    first_day: dict[object, date] = {}
    counted: list[LogRow] = []
    repeated: list[int] = []
    doubtful: dict[str, list[int]] = {}
    for number, row, key in sorted(rows, key=lambda entry: entry[1].day):
        who = key if people else ""
        same: object = (row[:-2], key)  # all but the outcome and the day of entry
        asks = "agree with another in all but the outcome"
        sure = False
        if row.incident:
            # Many systems number their incidents anew each year.
            same = (row.day.year - (row.day.month < _SEPTEMBER), row.incident, who)
            sure = first_day.get(same) == row.day and (with_keys or not people)
            asks = "have an incident_id that stands on an earlier day too"
            if first_day.get(same) == row.day:
                asks = "share an incident_id, and no pupil_key tells pupils from actions"
        if same not in first_day:
            first_day[same] = row.day
            counted.append(row)
        elif sure:
            repeated.append(number)
        else:
            doubtful.setdefault(asks, []).append(number)
            if repeats != "each" or (
                row.incident and first_day.get((same, row.day)) and (with_keys or not people)
            ):
                repeated.append(number)
            else:
                first_day[(same, row.day)] = row.day
                counted.append(row)
    for asks, numbers in doubtful.items() if repeats is None else ():
        given.fault(
            "repeats",
            f"{len(numbers):,} rows {asks} ({named_rows(sorted(numbers))} below the header): say "
            "repeats='once' if they are one incident, 'each' if each row counts, or map "
            "incident_id and pupil_key",
        )
    return counted, sorted(repeated)
