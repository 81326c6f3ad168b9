"""Counts of units as they may enter what is published: rounded, small ones stood in for."""

from __future__ import annotations

import numpy as np

from behaviour_culture._arrays import FloatArray
from behaviour_culture.disclosure import DisclosureRules

__all__ = ["hide_counts", "round_counts"]


def hide_counts(counts: FloatArray, rules: DisclosureRules) -> tuple[FloatArray, tuple[int, ...]]:
    """Return counts, rounded, with a stand-in for each small one, and where those are."""
    small = [i for i, count in enumerate(counts) if rules.is_small(float(count))]
    taken = round_counts(counts, rules)
    taken[small] = rules.middle
    return taken, tuple(small)


def round_counts(counts: FloatArray, rules: DisclosureRules) -> FloatArray:
    """Return counts rounded as the rules say; as they are if they all round to 0."""
    rounded = np.array([float(rules.round(int(count))) for count in counts])
    return rounded if rounded.any() else np.array(counts, subok=False)
