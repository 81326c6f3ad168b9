"""How far raters agree beyond chance: Cohen's kappa, Krippendorff's alpha, the ICC."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import ArrayLike

from behaviour_culture._arrays import FloatArray
from behaviour_culture.errors import Fault, InvalidInputError, shorten, suggest

__all__ = ["bootstrap_alpha", "cohen_kappa", "icc", "krippendorff_alpha", "observed_agreement"]

_WEIGHTS = ("linear", "quadratic")
_LEVELS = ("nominal", "ordinal", "interval", "ratio")
_FORMS = ("ICC(1,1)", "ICC(2,1)", "ICC(3,1)", "ICC(1,k)", "ICC(2,k)", "ICC(3,k)")
_TINY = 1e-12
_CELLS = 1_000_000
_MOST_VALUES = 2_000


def cohen_kappa(a: ArrayLike, b: ArrayLike, *, weights: str | None = None) -> float:
    r"""Agreement of two raters beyond what their habits alone would give.

    .. math:: \kappa = \frac{p_o - p_e}{1 - p_e}

    with :math:`p_o` the share of items rated alike and :math:`p_e` the share expected of two
    raters who use each level as often as these do, and choose without looking [1]_. With
    weights a near miss counts in part [2]_.

    Parameters
    ----------
    a, b : array of shape (items,)
        What each rater gave to the same items. Numbers; without weights also texts.
    weights : {None, "linear", "quadratic"}
        None: alike or not. Otherwise disagreement grows with the distance of the two ratings,
        or with its square; the distance is that of the values themselves.

    Returns
    -------
    float
        1 is perfect agreement, 0 no more than chance, below 0 less than chance.

    Raises
    ------
    InvalidInputError
        The raters rated different numbers of items, a rating is missing or of the wrong type,
        or both used one and the same level throughout: then kappa is 0/0.

    See Also
    --------
    observed_agreement : :math:`p_o` itself. Show it too: where nearly all ratings are at one
        level, kappa is low although raters hardly ever differ [3]_.

    References
    ----------
    .. [1] Cohen, J. (1960). A coefficient of agreement for nominal scales. *Educational and
       Psychological Measurement* 20, 37-46.
    .. [2] Cohen, J. (1968). Weighted kappa. *Psychological Bulletin* 70, 213-220.
    .. [3] Feinstein, A. R. and Cicchetti, D. V. (1990). High agreement but low kappa. *Journal
       of Clinical Epidemiology* 43, 543-549.

    Examples
    --------
    20 times both yes, 15 times both no, and 15 times one yes and one no:

    >>> a = [1] * 25 + [0] * 25
    >>> b = [1] * 20 + [0] * 5 + [1] * 10 + [0] * 15
    >>> round(cohen_kappa(a, b), 4), observed_agreement(a, b)
    (0.4, 0.7)
    """
    observed, expected = _disagreements("cohen_kappa", a, b, weights)
    if expected <= 0:
        message = (
            "both raters used one and the same level throughout, so there is nothing to agree "
            "about beyond chance: kappa is not defined"
        )
        raise InvalidInputError("cohen_kappa", [Fault("a, b", message)])
    return 1.0 - observed / expected


def observed_agreement(a: ArrayLike, b: ArrayLike, *, weights: str | None = None) -> float:
    """Share of items that two raters rated alike, with chance left in; arguments of `cohen_kappa`.

    With weights a near miss counts in part, and the largest distance between two ratings that
    occur counts as no agreement.

    Returns
    -------
    float
        From 0 to 1.

    Raises
    ------
    InvalidInputError
        As for `cohen_kappa`, except that raters who used one level only agree fully.

    Examples
    --------
    >>> observed_agreement([0, 1, 2, 2], [0, 1, 2, 1])
    0.75
    >>> observed_agreement([0, 1, 2, 2], [0, 1, 2, 1], weights="linear")
    0.875
    """
    return 1.0 - _disagreements("observed_agreement", a, b, weights)[0]


def _disagreements(
    subject: str, a: ArrayLike, b: ArrayLike, weights: str | None
) -> tuple[float, float]:
    """Return the mean disagreement observed and expected, the largest possible being 1."""
    faults: list[Fault] = []
    if weights is not None and weights not in _WEIGHTS:
        message = f"expected None, 'linear' or 'quadratic', got {shorten(weights)}"
        faults.append(Fault("weights", message + suggest(weights, _WEIGHTS), shorten(weights)))
    first, second = (
        _ratings(name, values, texts=weights is None, faults=faults)
        for name, values in (("a", a), ("b", b))
    )
    if first is not None and second is not None:
        if len(first) != len(second):
            message = f"{len(second)} ratings, but a has {len(first)}: one for each item"
            faults.append(Fault("b", message))
        elif (first.dtype.kind == "U") != (second.dtype.kind == "U"):
            faults.append(Fault("b", "one rater gave numbers and the other texts"))
    if faults or first is None or second is None:
        raise InvalidInputError(subject, faults)
    values, places = np.unique(np.concatenate([first, second]), return_inverse=True)
    size = len(values)
    if size == 1:
        return 0.0, 0.0
    if weights is None:
        distance = 1.0 - np.eye(size)
    else:
        # Divided first: squares of very large ratings would overflow.
        scaled = values / np.abs(values).max()
        distance = np.abs(scaled[:, None] - scaled[None, :])
        distance = (distance / distance.max()) ** (2 if weights == "quadratic" else 1)
    left, right = places[: len(first)], places[len(first) :]
    table = np.bincount(left * size + right, minlength=size * size).reshape(size, size)
    shares = table / len(first)
    by_chance = shares.sum(axis=1)[:, None] * shares.sum(axis=0)[None, :]
    return float((shares * distance).sum()), float((by_chance * distance).sum())


def _ratings(
    name: str, values: object, *, texts: bool, faults: list[Fault]
) -> np.ndarray[tuple[int, ...], np.dtype[np.generic]] | None:
    """Return one rater's ratings, or add what is wrong with them."""
    try:
        array = np.asarray(values)
    except (TypeError, ValueError):
        array = np.asarray(None)
    kinds = "fiuU" if texts else "fiu"
    mixed = isinstance(values, (list, tuple)) and len({isinstance(v, str) for v in values}) > 1
    if array.dtype.kind not in kinds or mixed or array.ndim != 1 or not array.size:
        what = "numbers or texts" if texts else "numbers"
        message = f"expected {what} in a list, one for each item, got {shorten(values)}"
        faults.append(Fault(name, message, shorten(values)))
        return None
    if array.dtype.kind == "U":
        numbers = array
    else:
        numbers = array.astype(np.float64)
        if not np.isfinite(numbers).all():
            place = int(np.argmin(np.isfinite(numbers)))
            message = f"{numbers[place]} is no rating: leave out items that one rater left out"
            faults.append(Fault(f"{name}[{place}]", message, str(numbers[place])))
            return None
    if (different := len(np.unique(numbers))) > _MOST_VALUES:
        message = f"{different} different ratings are no levels: an ICC is for measurements"
        faults.append(Fault(name, message))
        return None
    return numbers


def krippendorff_alpha(ratings: ArrayLike, *, level: str) -> float:
    r"""Agreement of any number of raters, some ratings missing, beyond chance.

    .. math:: \alpha = 1 - D_o / D_e

    :math:`D_o` is the mean disagreement of two ratings of one item, :math:`D_e` that of any
    two ratings that could be paired at all [1]_. An item rated once takes no part.

    Parameters
    ----------
    ratings : array of shape (raters, items)
        NaN (or None) where a rater did not rate an item.
    level : {"nominal", "ordinal", "interval", "ratio"}
        What distance of two ratings means: differing at all; the number of ratings that lie
        between them; the square of their difference; the square of their difference over their
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
    faults: list[Fault] = []
    if level not in _LEVELS:
        words = ", ".join(repr(v) for v in _LEVELS)
        message = f"expected one of {words}, got {shorten(level)}{suggest(level, _LEVELS)}"
        faults.append(Fault("level", message, shorten(level)))
    table = _table("ratings", ratings, missing=True, faults=faults)
    if table is not None and level == "ratio" and (table < 0).any():
        message = "a ratio level has no ratings below 0: use level='interval'"
        faults.append(Fault("ratings", message))
    if faults or table is None:
        raise InvalidInputError(subject, faults)
    items = [column[~np.isnan(column)] for column in table.T]
    items = [item for item in items if len(item) > 1]
    if not items:
        message = "no item was rated by two raters, so there is nothing to compare"
        raise InvalidInputError(subject, [Fault("ratings", message)])
    pooled = np.concatenate(items)
    if (pooled == pooled[0]).all():
        message = (
            "all ratings that can be compared are the same, so there is nothing to agree about "
            "beyond chance: alpha is not defined"
        )
        raise InvalidInputError(subject, [Fault("ratings", message)])
    spread = _SPREADS[level]
    places = _midranks(pooled) if level == "ordinal" else _scaled(pooled, move=level == "interval")
    ends = np.cumsum([len(item) for item in items])[:-1]
    within = sum(spread(item) / (len(item) - 1) for item in np.split(places, ends))
    return float(1.0 - within * (len(pooled) - 1) / spread(places))


def _midranks(values: FloatArray) -> FloatArray:
    """Return the mid-rank of each value, from -1 to 1."""
    _, place, count = np.unique(values, return_inverse=True, return_counts=True)
    ranks: FloatArray = np.cumsum(count) - count / 2.0
    return _scaled(ranks[place], move=True)


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
    centred = values - values.mean()
    return float(2.0 * len(values) * (centred**2).sum())


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


def icc(ratings: ArrayLike, *, form: str) -> float:
    r"""Intraclass correlation: what share of the variation of ratings is between targets.

    Parameters
    ----------
    ratings : array of shape (targets, raters)
        Every rater rates every target; at least two of each.
    form : {"ICC(1,1)", "ICC(2,1)", "ICC(3,1)", "ICC(1,k)", "ICC(2,k)", "ICC(3,k)"}
        First, who the raters are: 1 others for each target, 2 the same for all, of many who
        could have been asked, 3 these and no others. Then whose rating is meant: that of one
        rater (1), or the mean of all k.

    Returns
    -------
    float
        At most 1. It is below 0 where raters differ more within targets than between them.

    Raises
    ------
    InvalidInputError
        Not a complete table of numbers, or targets do not vary, so that a form is 0/0.

    Notes
    -----
    The forms and their mean squares are those of Shrout and Fleiss [1]_. With n targets, k
    raters, and mean squares between targets B, within targets W, between raters J and of the
    error E:

    .. math::

        \frac{B-W}{B+(k-1)W},\quad \frac{B-E}{B+(k-1)E+k(J-E)/n},\quad \frac{B-E}{B+(k-1)E}

    for one rater, and for the mean of k

    .. math:: \frac{B-W}{B},\quad \frac{B-E}{B+(J-E)/n},\quad \frac{B-E}{B}

    References
    ----------
    .. [1] Shrout, P. E. and Fleiss, J. L. (1979). Intraclass correlations: uses in assessing
       rater reliability. *Psychological Bulletin* 86, 420-428.

    Examples
    --------
    The six targets and four judges of Shrout and Fleiss:

    >>> ratings = [
    ...     [9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]
    ... ]
    >>> round(icc(ratings, form="ICC(2,1)"), 2), round(icc(ratings, form="ICC(3,k)"), 2)
    (0.29, 0.91)
    """
    faults: list[Fault] = []
    if form not in _FORMS:
        words = ", ".join(_FORMS)
        message = f"expected one of {words}, got {shorten(form)}{suggest(form, _FORMS)}"
        faults.append(Fault("form", message, shorten(form)))
    table = _table("ratings", ratings, missing=False, faults=faults)
    if table is not None and min(table.shape) < 2:  # noqa: PLR2004
        message = f"needs two targets and two raters or more, has shape {table.shape}"
        faults.append(Fault("ratings", message))
    if faults or table is None:
        raise InvalidInputError("icc", faults)
    n, k = table.shape
    largest = float(np.abs(table).max()) or 1.0
    table = table / largest
    table = table - table.mean()
    table = table / (float(np.abs(table).max()) or 1.0)
    targets, raters = table.mean(axis=1), table.mean(axis=0)
    between = k * float((targets**2).sum()) / (n - 1)
    judges = n * float((raters**2).sum()) / (k - 1)
    within = float(((table - targets[:, None]) ** 2).sum()) / (n * (k - 1))
    rest = table - targets[:, None] - raters[None, :]
    error = float((rest**2).sum()) / ((n - 1) * (k - 1))
    noise = within if form.startswith("ICC(1") else error
    extra = (judges - error) / n if form.startswith("ICC(2") else 0.0
    single = form.endswith("1)")
    below = between + (k - 1) * noise + k * extra if single else between + extra
    if below <= _TINY:
        message = (
            "the targets do not differ in their mean rating, so there is no variation to share "
            f"out: {form} is not defined"
        )
        raise InvalidInputError("icc", [Fault("ratings", message)])
    return float((between - noise) / below)


def _table(name: str, values: object, *, missing: bool, faults: list[Fault]) -> FloatArray | None:
    """Return a table of numbers, NaN for missing ones where these are allowed; or add a fault."""
    try:
        array = np.asarray(values)
        if missing and array.dtype.kind == "O" and _only_numbers(values):
            array = array.astype(np.float64)
    except (TypeError, ValueError):
        array = np.asarray(None)
    if array.dtype.kind not in "fiu" or array.ndim != 2 or not array.size:  # noqa: PLR2004
        message = f"expected a table of numbers, got {shorten(values)}"
        faults.append(Fault(name, message, shorten(values)))
        return None
    table = array.astype(np.float64)
    bad = np.isinf(table) if missing else ~np.isfinite(table)
    for row, column in np.argwhere(bad)[:20]:
        value = table[row, column]
        what = "is not a finite number" if missing else "is no rating: the table must be complete"
        faults.append(Fault(f"{name}[{row}, {column}]", f"{value} {what}", str(value)))
    return None if bad.any() else table


def _only_numbers(values: object) -> bool:
    """Say whether a table holds numbers and None only: text must not become a number."""
    rows = values.tolist() if isinstance(values, np.ndarray) else values
    return isinstance(rows, Sequence) and all(
        isinstance(row, Sequence)
        and all(
            v is None or (isinstance(v, (int, float, np.number)) and not isinstance(v, bool))
            for v in row
        )
        for row in rows
    )


def bootstrap_alpha(
    items: Sequence[Sequence[int]], level: float, draws: int, seed: Sequence[int]
) -> tuple[float, float, float]:
    """Return ordinal alpha and its percentile interval over resampled items.

    ``items`` holds the ratings of each item, two or more, that are not all the same. Draws in
    which they are say nothing of agreement and are left out.
    """
    pooled = np.unique([v for ratings in items for v in ratings])
    counts = np.array([[list(r).count(v) for v in pooled] for r in items], dtype=np.float64)
    pairs = counts[:, :, None] * counts[:, None, :]
    pairs -= counts[:, :, None] * np.eye(len(pooled))
    pairs /= counts.sum(axis=1)[:, None, None] - 1
    chance = np.random.default_rng(np.random.SeedSequence(list(seed)))
    size = len(items)
    weights = chance.multinomial(size, np.full(size, 1 / size), size=draws)
    found = _alphas(np.vstack([np.ones((1, size)), weights]), pairs)
    value = float(found[0])
    rest = found[1:][~np.isnan(found[1:])]
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
