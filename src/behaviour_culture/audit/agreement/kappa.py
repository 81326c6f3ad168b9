"""How far two raters agree beyond chance: Cohen's kappa, and agreement with chance left in."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike

from behaviour_culture.arguments import Arguments
from behaviour_culture.errors import Fault, InvalidInputError
from behaviour_culture.limits import LIMITS

__all__ = ["cohen_kappa", "observed_agreement"]

_WEIGHTS = ("linear", "quadratic")
_MOST_VALUES = LIMITS.rating_values


def cohen_kappa(
    a: ArrayLike, b: ArrayLike, *, weights: Literal["linear", "quadratic"] | None = None
) -> float:
    r"""Agreement of two raters beyond the agreement expected by chance.

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

    Notes
    -----
    ``observed_agreement`` is :math:`p_o` itself. Show it too: where nearly all ratings are at
    one level, kappa is low although raters hardly ever differ [3]_.

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


def observed_agreement(
    a: ArrayLike, b: ArrayLike, *, weights: Literal["linear", "quadratic"] | None = None
) -> float:
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
    arguments = Arguments(subject)
    if weights is not None:
        arguments.one_of("weights", weights, _WEIGHTS)
    first, second = (
        _ratings(arguments, name, values, texts=weights is None)
        for name, values in (("a", a), ("b", b))
    )
    for name, ratings in (("a", first), ("b", second)):
        if (different := len(np.unique(ratings))) > _MOST_VALUES:
            message = f"{different} different ratings are not levels: an ICC is for measurements"
            arguments.fault(name, message)
    if arguments.ok():
        if len(first) != len(second):
            message = f"{len(second)} ratings, but a has {len(first)}: one for each item"
            arguments.fault("b", message)
        elif (first.dtype.kind == "U") != (second.dtype.kind == "U"):
            arguments.fault("b", "one rater gave numbers and the other texts")
    arguments.done()
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


def _ratings(arguments: Arguments, name: str, values: ArrayLike, *, texts: bool) -> Any:  # noqa: ANN401
    """Return the ratings of one rater as an array of numbers or, if allowed, of texts."""
    cells = list(values) if isinstance(values, Iterable) and not isinstance(values, str) else []
    if texts and cells and all(isinstance(cell, str) for cell in cells):
        return np.asarray(cells, dtype=np.str_)
    return arguments.numbers(name, values)
