"""Distributions of any number of draws in fixed memory: counts in bins, sums, extremes.

A row is one outcome or principle at the end of one half-term. Bins are fixed beforehand, so
that counts of chunks add up to the same whatever worker made them; sums are added in the
order of the chunks. A quantile is off by at most the width of a bin.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from behaviour_culture.typing import FloatArray

__all__ = ["BINS", "LEVELS", "Tally"]

BINS = 1_024
LEVELS = (0.5, 0.8, 0.95)


class Tally:
    """Counts and sums of rows that are values between ``low`` and ``high``."""

    def __init__(self, low: FloatArray, high: FloatArray) -> None:
        rows = len(low)
        self.low: FloatArray = low
        self.high: FloatArray = high
        self.scale: FloatArray = BINS / np.maximum(high - low, 1e-300)
        self.counts: NDArray[np.int64] = np.zeros((rows, BINS + 1), dtype=np.int64)
        self.sums: FloatArray = np.zeros((rows, 2))
        self.ends: FloatArray = np.tile([np.inf, -np.inf], (rows, 1))
        self.better: NDArray[np.int64] = np.zeros(rows, dtype=np.int64)
        self.worse: NDArray[np.int64] = np.zeros(rows, dtype=np.int64)
        self.draws: int = 0

    def add(self, row: int, values: FloatArray, spare: FloatArray, base: Any = 0.0) -> None:  # noqa: ANN401
        """Count one row of a chunk.

        Better is above ``base``, a number or an array; worse is below 0, or below it where it
        is 0: maturity, which starts above 0, can only rise.
        """
        first, last = values.argmin(), values.argmax()
        low, high = float(values[first]), float(values[last])
        self.ends[row, 0] = min(self.ends[row, 0], low)
        self.ends[row, 1] = max(self.ends[row, 1], high)
        if low == high == 0 and isinstance(base, float) and base == 0:  # nothing has begun
            place = min(max(int(-self.low[row] * self.scale[row]), 0), BINS)
            self.counts[row, place] += len(values)
            return
        self.sums[row, 0] += np.add.reduce(values)
        self.sums[row, 1] += np.dot(values, values)
        self.better[row] += np.count_nonzero(values > base)
        self.worse[row] += np.count_nonzero(values < base) if low < 0 else 0
        np.multiply(values, self.scale[row], out=spare)
        if self.low[row]:
            spare -= self.low[row] * self.scale[row]
        if spare[first] < 0 or spare[last] >= BINS + 1:
            np.clip(spare, 0, BINS, out=spare)
        self.counts[row] += np.bincount(spare.astype(np.intp), minlength=BINS + 1)

    def merge(self, other: Tally) -> None:
        """Add what another tally of the same rows has counted."""
        self.counts += other.counts
        self.sums += other.sums
        self.better += other.better
        self.worse += other.worse
        np.minimum(self.ends[:, 0], other.ends[:, 0], out=self.ends[:, 0])
        np.maximum(self.ends[:, 1], other.ends[:, 1], out=self.ends[:, 1])
        self.draws += other.draws

    def part(self, first: int, end: int) -> Tally:
        """Return what is counted of some rows, which stays the same memory."""
        made = Tally.__new__(Tally)
        rows = slice(first, end)
        vars(made).update({k: v if k == "draws" else v[rows] for k, v in vars(self).items()})
        return made

    def __getstate__(self) -> dict[str, Any]:
        """Return what a worker sends back: its counts in as few bytes as they need."""
        small = np.min_scalar_type(int(self.counts.max(initial=0)))
        return {**vars(self), "counts": self.counts.astype(small)}

    def __setstate__(self, state: dict[str, Any]) -> None:
        """Take what a worker sent back."""
        vars(self).update(state)
        self.counts = self.counts.astype(np.int64)

    # -- what comes out, a number for each row -------------------------------------------

    def means(self) -> FloatArray:
        """Return the mean of each row, within its extremes."""
        mean = self.sums[:, 0] / self.draws
        return np.clip(mean, self.ends[:, 0], self.ends[:, 1])

    def deviations(self) -> FloatArray:
        """Return the standard deviation of each row."""
        mean = self.sums[:, 0] / self.draws
        return np.sqrt(np.maximum(0.0, self.sums[:, 1] / self.draws - mean * mean))

    def _quantiles(self, levels: Sequence[float]) -> FloatArray:
        """Return quantiles of each row, linear within their bins and inside the extremes.

        Shape (levels, rows).
        """
        cumulative = self.counts.cumsum(axis=1)
        wanted = np.asarray(levels)[:, None] * self.draws
        # In one sorted row: each row of counts begins above the end of the one before.
        above = np.arange(len(cumulative)) * (self.draws + 1)
        found = np.searchsorted(
            (cumulative + above[:, None]).ravel(), np.ceil(wanted).astype(np.int64) + above
        )
        rows = np.arange(len(cumulative))
        place = np.minimum(found - rows * (BINS + 1), BINS)
        inside: NDArray[np.int64] = self.counts[rows, place]
        before = cumulative[rows, place] - inside
        part = (wanted - before) / np.maximum(inside, 1)
        value = self.low + (place + part) / self.scale
        clipped: FloatArray = np.clip(value, self.ends[:, 0], self.ends[:, 1])
        return clipped

    def median(self) -> FloatArray:
        """Return the median of each row."""
        made: FloatArray = self._quantiles([0.5])[0]
        return made

    def intervals(self) -> FloatArray:
        """Return lower and upper ends at each of `LEVELS`, shape (levels, rows, 2)."""
        ends = self._quantiles([(1 + s * p) / 2 for p in LEVELS for s in (-1, 1)])
        return ends.reshape(len(LEVELS), 2, -1).transpose(0, 2, 1)
