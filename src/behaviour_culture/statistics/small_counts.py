"""Counts as they may enter what is published: rounded, with a stand-in for each small one."""

from __future__ import annotations

from math import isnan

import numpy as np

from behaviour_culture.disclosure.rules import DisclosureRules
from behaviour_culture.typing import FloatArray

__all__ = ["hide_counts", "round_counts"]


def hide_counts(
    counts: FloatArray, rules: DisclosureRules, sizes: FloatArray | None = None
) -> tuple[FloatArray, tuple[int, ...]]:
    """Return counts as they may be published, and the places of those that are hidden.

    A hidden count is replaced by the middle of the values that it may have. NaN stays NaN.

    Parameters
    ----------
    counts : array of float, shape (n,)
    rules : DisclosureRules
    sizes : array of float, shape (n,), optional
        The number of people that each count is out of: then a count is hidden too where the
        group is small, or where few of it were not counted.
    """
    taken, hidden = round_counts(counts, rules), []
    for i, count in enumerate(counts.tolist()):
        size = None if sizes is None else float(sizes[i])
        if (stand_in := _stand_in(count, size, rules)) is not None:
            taken[i] = stand_in
            hidden.append(i)
    if sizes is not None:
        taken = np.where(taken > sizes, sizes, taken)  # rounded up beyond the size
    return taken, tuple(hidden)


def _stand_in(count: float, size: float | None, rules: DisclosureRules) -> float | None:
    """Return the number that replaces a count in what is published, or None if it is shown."""
    if isnan(count):
        return None
    if size is not None and size < rules.least_base:
        return size / 2
    if rules.is_small(count):
        return rules.middle if size is None else min(rules.middle, size)
    if size is not None and rules.is_small(size - count):
        return size - rules.middle
    return None


def round_counts(counts: FloatArray, rules: DisclosureRules) -> FloatArray:
    """Return whole counts rounded by the rules; all as they are if each rounds to 0."""
    rounded = np.array(
        [float(rules.round(int(c))) if c.is_integer() else c for c in counts.tolist()]
    )
    return rounded if rounded.any() else np.array(counts, subok=False)
