"""Whether two measures are independent pieces of evidence, or one piece seen twice."""

from __future__ import annotations

import re
from math import sqrt

from behaviour_culture.monitoring.before_after.result import LEAST_SIDE
from behaviour_culture.monitoring.verdicts.measure import Measure

__all__ = ["are_one_piece", "move_together"]

_TOGETHER = 0.5
"""Agreement of two series, point by point, from which they count as one: that of normal
variables correlated at 0.7 (judgement)."""


def are_one_piece(one: Measure, other: Measure) -> bool:
    """Return whether two measures are one piece of evidence.

    They are if one source names the other ("behaviour log", "Behaviour log: lates"), if the
    estimates are the same to the last digit, or if the points of their series go up and down
    together.
    """
    words = [set(re.findall(r"\w+", m.source.casefold())) or {m.source} for m in (one, other)]
    if words[0] <= words[1] or words[1] <= words[0]:
        return True
    a, b = one.estimate, other.estimate
    if (a.value, a.lower, a.upper, one.events) == (b.value, b.lower, b.upper, other.events):
        return True
    return move_together(one, other)


def move_together(one: Measure, other: Measure) -> bool:
    """Return whether the points of two series are above and below their fits together."""
    if len(one.sides) != len(other.sides):
        return False
    both = [(x, y) for x, y in zip(one.sides, other.sides, strict=True) if x and y]
    if len(both) < 2 * LEAST_SIDE:
        return False
    alike = sum(x == y for x, y in both)
    return 2 * alike / len(both) - 1 > max(_TOGETHER, 3 / sqrt(len(both)))
