"""Sets of rules by which a point of a control chart is a signal, and the search for them.

A rule takes distances from the centre line in standard deviations of the chart. A point left
out (NaN) ends any pattern: no rule reaches across a closure. A point exactly on the centre line
neither lengthens nor ends a run on one side.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Literal, NamedTuple, TypeAlias

import numpy as np

from behaviour_culture._frozenmap import FrozenMap
from behaviour_culture.typing import BoolArray, FloatArray

__all__ = ["RULE_SETS", "RUN_LENGTHS", "Rule", "RuleSet", "Signal", "find_signals"]

_ON_THE_LINE = 1e-9
"""Standard deviations within which a point counts as on the centre line (rounding)."""


class Rule(NamedTuple):
    """One rule: a pattern of some ``kind`` in ``needed`` points, or in ``needed`` of ``of``."""

    name: str
    text: str
    kind: str
    """``beyond``, ``run``, ``trend``, ``alternating``, ``within`` or ``both-sides``."""
    needed: int
    of: int = 0
    """Number of points in the window, for ``beyond``."""
    sigmas: float = 0.0


class Signal(NamedTuple):
    """A point at which a rule is met: its index from 0, and the rule's name."""

    point: int
    rule: str


_LIMITS = Rule("limits", "a point beyond the limits", "beyond", 1, 1, 3.0)
_TWO_OF_THREE = Rule(
    "two-of-three", "two of three points in the outer third, same side", "beyond", 2, 3, 2.0
)
_FOUR_OF_FIVE = Rule(
    "four-of-five", "four of five points more than one sigma out, same side", "beyond", 4, 5, 1.0
)


def _run(count: int) -> Rule:
    return Rule(f"run-of-{count}", f"{count} points in a row on one side", "run", count)


def _trend(count: int) -> Rule:
    text = f"{count} points in a row that rise, or that fall"
    return Rule(f"trend-of-{count}", text, "trend", count)


RuleSet: TypeAlias = Literal["nhs", "western-electric", "nelson", "limits"]
"""The names of the sets of rules, for type checkers."""

RULE_SETS: Mapping[str, tuple[Rule, ...]] = FrozenMap(
    {
        "nhs": (_LIMITS, _run(7), _trend(7), _TWO_OF_THREE),
        "western-electric": (_LIMITS, _TWO_OF_THREE, _FOUR_OF_FIVE, _run(8)),
        "nelson": (
            _LIMITS,
            _run(9),
            _trend(6),
            Rule(
                "alternating-14",
                "14 points in a row that go up and down in turn",
                "alternating",
                14,
            ),
            _TWO_OF_THREE,
            _FOUR_OF_FIVE,
            Rule("within-15", "15 points in a row within one sigma", "within", 15, sigmas=1.0),
            Rule(
                "both-sides-8",
                "8 points in a row more than one sigma out, on both sides",
                "both-sides",
                8,
                sigmas=1.0,
            ),
        ),
        "limits": (_LIMITS,),
    }
)
"""Rule sets by name.

``nhs``: NHS England, Making Data Count. ``western-electric``: Statistical Quality Control
Handbook (1956), the four zone rules. ``nelson``: L. S. Nelson (1984), Journal of Quality
Technology 16(4), 237-239, eight tests. ``limits``: W. A. Shewhart's one rule. Houses differ in
the length of a run (6 to 9); these are the lengths of each set's source, as commonly stated.
"""

RUN_LENGTHS: Mapping[str, float] = FrozenMap(
    {"nhs": 83.0, "western-electric": 92.7, "nelson": 74.2, "limits": 371.4}
)
"""Points that pass on average until the first false signal, by rule set.

For stable normal data around limits known without error; computed with 4,000 series
(tests/benchmarks/false_signals.py; standard error 1.6 %). Champ and Woodall (1987),
Technometrics 29(4), 393-399, have 91.75 for the Western Electric rules; for points beyond the
limits alone it is 370.4 in closed form. Limits made of few points signal more often.
"""


def find_signals(z: FloatArray, rules: tuple[Rule, ...]) -> BoolArray:
    """Return where each rule is met in each of many series.

    Parameters
    ----------
    z : ndarray of float64, shape (series, points)
        Distances from the centre line in standard deviations; NaN for a point left out.
    rules : tuple of Rule

    Returns
    -------
    ndarray of bool, shape (rules, series, points)
        True at the last point of each pattern. A pattern that goes on is flagged once.
    """
    flags = np.zeros((len(rules), *z.shape), dtype=np.bool_)
    for i, rule in enumerate(rules):
        for t, met in enumerate(_SEARCHES[rule.kind](z, rule)):
            flags[i, :, t] = met
    return flags


def _beyond(z: FloatArray, rule: Rule) -> Iterator[BoolArray]:
    """Yield where enough of the last points are far out on the side of this one."""
    there = ~np.isnan(z)
    sides = [np.where(there, side * z, -np.inf) > rule.sigmas for side in (1, -1)]
    for t in range(z.shape[1]):
        met = np.zeros(len(z), dtype=np.bool_)
        for hits in sides:
            seen, unbroken = np.zeros(len(z), dtype=np.int64), np.ones(len(z), dtype=np.bool_)
            for back in range(t, max(-1, t - rule.of), -1):
                unbroken &= there[:, back]
                seen += unbroken & hits[:, back]
            met |= hits[:, t] & (seen >= rule.needed)
        yield met


def _run_on_one_side(z: FloatArray, rule: Rule) -> Iterator[BoolArray]:
    lengths = np.zeros((2, len(z)), dtype=np.int64)
    for t in range(z.shape[1]):
        now = z[:, t]
        level = np.abs(now) <= _ON_THE_LINE
        met = np.zeros(len(z), dtype=np.bool_)
        for length, on_it in zip(lengths, (now > _ON_THE_LINE, now < -_ON_THE_LINE), strict=True):
            length[:] = np.where(on_it, length + 1, np.where(level, length, 0))
            met |= on_it & (length == rule.needed)
        yield met


def _trend_one_way(z: FloatArray, rule: Rule) -> Iterator[BoolArray]:
    lengths = np.ones((2, len(z)), dtype=np.int64)
    for t in range(z.shape[1]):
        step = z[:, t] - z[:, t - 1] if t else np.zeros(len(z))
        met = np.zeros(len(z), dtype=np.bool_)
        for length, sign in zip(lengths, (1, -1), strict=True):
            length[:] = np.where(sign * step > _ON_THE_LINE, length + 1, 1)
            met |= length == rule.needed
        yield met


def _alternating(z: FloatArray, rule: Rule) -> Iterator[BoolArray]:
    length, before = np.ones(len(z), dtype=np.int64), np.zeros(len(z))
    for t in range(z.shape[1]):
        step = np.sign(z[:, t] - z[:, t - 1]) if t else np.zeros(len(z))
        step = np.where(np.isnan(step), 0, step)
        length = np.where(step == 0, 1, np.where(step == -before, length + 1, 2))
        before = step
        yield length == rule.needed


def _within(z: FloatArray, rule: Rule) -> Iterator[BoolArray]:
    length = np.zeros(len(z), dtype=np.int64)
    for t in range(z.shape[1]):
        length = np.where(np.abs(z[:, t]) <= rule.sigmas, length + 1, 0)
        yield length == rule.needed


def _both_sides(z: FloatArray, rule: Rule) -> Iterator[BoolArray]:
    length = np.zeros(len(z), dtype=np.int64)
    done = np.zeros(len(z), dtype=np.bool_)
    for t in range(z.shape[1]):
        out = np.abs(z[:, t]) > rule.sigmas
        length, done = np.where(out, length + 1, 0), done & out
        window = z[:, max(0, t - rule.needed + 1) : t + 1]
        both = (window > rule.sigmas).any(axis=1) & (window < -rule.sigmas).any(axis=1)
        met = (length >= rule.needed) & both & ~done
        done |= met
        yield met


_SEARCHES = {
    "alternating": _alternating,
    "beyond": _beyond,
    "both-sides": _both_sides,
    "run": _run_on_one_side,
    "trend": _trend_one_way,
    "within": _within,
}
