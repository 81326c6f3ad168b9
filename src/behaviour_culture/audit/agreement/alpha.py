"""How far any number of raters agree beyond chance: Krippendorff's alpha."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import fsum
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from behaviour_culture._arrays import rounding_of
from behaviour_culture._watch import NOBODY, Watch
from behaviour_culture.arguments import Arguments
from behaviour_culture.errors import Fault, InvalidInputError
from behaviour_culture.typing import FloatArray

__all__ = ["bootstrap_alpha", "krippendorff_alpha"]

_LEVELS = ("nominal", "ordinal", "interval", "ratio")
_CELLS = 1_000_000
_BLOCK = 5_000
"""Draws that are weighed at a time."""


def krippendorff_alpha(
    ratings: ArrayLike, *, level: Literal["nominal", "ordinal", "interval", "ratio"]
) -> float:
    r"""Agreement of any number of raters, some ratings missing, beyond chance.

    .. math:: \alpha = 1 - D_o / D_e

    :math:`D_o` is the mean disagreement of two ratings of one item, :math:`D_e` that of any
    two ratings that could be paired at all [1]_. An item rated once takes no part.

    Parameters
    ----------
    ratings : array of shape (raters, items)
        NaN (or None) where a rater did not rate an item.
    level : {"nominal", "ordinal", "interval", "ratio"}
        The distance of two ratings: whether they differ at all; the number of ratings that
        lie between them; the square of their difference; the square of their difference over their
        sum, for ratings from 0 upwards.

    Returns
    -------
    float
        1 is perfect agreement, 0 no more than chance, below 0 less than chance.

    Raises
    ------
    InvalidInputError
        Not a table of numbers, no item rated twice, a negative rating at level ratio; or all
        ratings that can be paired are the same: then alpha is 0/0.

    Notes
    -----
    The ordinal distance of levels c and k is the difference of their mid-ranks, and squares
    summed over pairs need no pairs: twice the number times the sum of squares, less twice the
    square of the sum.

    References
    ----------
    .. [1] Krippendorff, K. (2004). *Content Analysis*, 2nd edition. Sage, chapter 11.

    Examples
    --------
    >>> none = None
    >>> ratings = [[1, 2, 3, 3, none], [1, 2, 3, 2, 4], [none, 3, 3, 3, 4]]
    >>> round(krippendorff_alpha(ratings, level="ordinal"), 3)
    0.769
    """
    subject = "krippendorff_alpha"
    arguments = Arguments(subject)
    arguments.one_of("level", level, _LEVELS)
    table = arguments.numbers("ratings", ratings, ndim=2, missing=True)
    if level == "ratio" and (table < 0).any():
        message = "a ratio level has no ratings below 0: use level='interval'"
        arguments.fault("ratings", message)
    arguments.done()
    items = [column[~np.isnan(column)] for column in table.T]
    items = [item for item in items if len(item) > 1]
    if not items:
        message = "no item was rated by two raters, so there is nothing to compare"
        raise InvalidInputError(subject, [Fault("ratings", message)])
    pooled = np.concatenate(items)
    if np.ptp(pooled) <= rounding_of(pooled):
        message = (
            "all ratings that can be compared are the same, so there is nothing to agree about "
            "beyond chance: alpha is not defined"
        )
        raise InvalidInputError(subject, [Fault("ratings", message)])
    spread = _SPREADS[level]
    places = _midranks(pooled) if level == "ordinal" else _scaled(pooled, move=level == "interval")
    ends = np.cumsum([len(item) for item in items])[:-1]
    within = fsum(spread(item) / (len(item) - 1) for item in np.split(places, ends))
    return float(1.0 - within * (len(pooled) - 1) / spread(places))


def _midranks(values: FloatArray) -> FloatArray:
    """Return the mid-rank of each value."""
    _, place, count = np.unique(values, return_inverse=True, return_counts=True)
    ranks: FloatArray = np.cumsum(count) - count / 2.0
    return ranks[place]


def _scaled(values: FloatArray, *, move: bool) -> FloatArray:
    """Return values divided by the largest, so that squares stay in range; moved to their middle.

    Disagreement observed and expected are measured in the same unit, so alpha stays the same.
    """
    largest = float(np.abs(values).max()) or 1.0
    scaled: FloatArray = values / largest
    if not move:
        return scaled
    scaled = scaled - (scaled.max() + scaled.min()) / 2.0
    return scaled / (float(np.abs(scaled).max()) or 1.0)


# Each gives the sum of distances over all ordered pairs of the values.


def _differing(values: FloatArray) -> float:
    _, counts = np.unique(values, return_counts=True)
    return float(len(values) ** 2 - (counts.astype(np.float64) ** 2).sum())


def _squares(values: FloatArray) -> float:
    # Exact sums: the order of raters and items changes no bit.
    centred = values - fsum(values.tolist()) / len(values)
    return 2.0 * len(values) * fsum((centred**2).tolist())


def _ratios(values: FloatArray) -> float:
    found, counts = np.unique(values, return_counts=True)
    total = 0.0
    step = max(1, _CELLS // len(found))
    for start in range(0, len(found), step):
        part = found[start : start + step, None]
        below = part + found[None, :]
        share = np.divide(part - found[None, :], below, out=np.zeros_like(below), where=below > 0)
        total += float((counts[start : start + step, None] * counts * share**2).sum())
    return total


_SPREADS: dict[str, Callable[[FloatArray], float]] = {
    "nominal": _differing,
    "ordinal": _squares,
    "interval": _squares,
    "ratio": _ratios,
}


def bootstrap_alpha(
    items: Sequence[Sequence[int]],
    level: float,
    draws: int,
    seed: Sequence[int],
    watch: Watch = NOBODY,
) -> tuple[float, float, float]:
    """Return ordinal alpha and its percentile interval over resampled items.

    ``items`` holds the ratings of each item, two or more, that are not all the same. Draws in
    which they are tell nothing about agreement and are left out.
    """
    pooled = np.unique([v for ratings in items for v in ratings])
    counts = np.array([[list(r).count(v) for v in pooled] for r in items], dtype=np.float64)
    pairs = counts[:, :, None] * counts[:, None, :]
    pairs -= counts[:, :, None] * np.eye(len(pooled))
    pairs /= counts.sum(axis=1)[:, None, None] - 1
    chance = np.random.default_rng(np.random.SeedSequence(list(seed)))
    size = len(items)
    value = float(_alphas(np.ones((1, size)), pairs)[0])
    found = np.empty(draws)
    for first in range(0, draws, _BLOCK):
        watch.check("scoring groups")
        part = found[first : first + _BLOCK]
        weights = chance.multinomial(size, np.full(size, 1 / size), size=len(part))
        part[:] = _alphas(weights.astype(np.float64), pairs)
    rest = found[~np.isnan(found)]
    if not len(rest):
        return value, min(value, -1.0), 1.0
    ends = np.quantile(rest, [(1 - level) / 2, (1 + level) / 2])
    return value, min(value, float(ends[0])), max(value, float(ends[1]))


def _alphas(weights: FloatArray, pairs: FloatArray) -> FloatArray:
    """Return ordinal alpha for each row of weights of the items; NaN where it is 0/0."""
    alike = np.tensordot(weights, pairs, axes=1)
    used = alike.sum(axis=2)
    ranks = np.cumsum(used, axis=1) - used / 2
    distance = (ranks[:, :, None] - ranks[:, None, :]) ** 2
    observed = (alike * distance).sum(axis=(1, 2))
    expected = (used[:, :, None] * used[:, None, :] * distance).sum(axis=(1, 2))
    total = used.sum(axis=1)
    share = np.full(len(weights), np.nan)
    np.divide(observed * (total - 1), expected, out=share, where=expected > 0)
    return 1.0 - share
