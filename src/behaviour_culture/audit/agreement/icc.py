"""The share of the variation of ratings that is between targets: the six forms of the ICC."""

from __future__ import annotations

from math import fsum
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from behaviour_culture._arrays import rounding_of
from behaviour_culture.arguments import Arguments
from behaviour_culture.errors import Fault, InvalidInputError
from behaviour_culture.typing import FloatArray

__all__ = ["icc"]

_FORMS = ("ICC(1,1)", "ICC(2,1)", "ICC(3,1)", "ICC(1,k)", "ICC(2,k)", "ICC(3,k)")
_TINY = 1e-12


def icc(
    ratings: ArrayLike,
    *,
    form: Literal["ICC(1,1)", "ICC(2,1)", "ICC(3,1)", "ICC(1,k)", "ICC(2,k)", "ICC(3,k)"],
) -> float:
    r"""Intraclass correlation: the share of the variation of ratings that is between targets.

    Parameters
    ----------
    ratings : array of shape (targets, raters)
        Every rater rates every target; at least two of each.
    form : {"ICC(1,1)", "ICC(2,1)", "ICC(3,1)", "ICC(1,k)", "ICC(2,k)", "ICC(3,k)"}
        The first number is the choice of raters: 1 other raters for each target, 2 the same
        raters for all, a sample of many, 3 these raters and no others. The second is the
        rating meant: that of one rater (1), or the mean of all k.

    Returns
    -------
    float
        At most 1. It is below 0 where raters differ more within targets than between them.

    Raises
    ------
    InvalidInputError
        Not a complete table of numbers, or targets vary so little that a form would divide by
        0 or less.

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
    arguments = Arguments("icc")
    arguments.one_of("form", form, _FORMS)
    table = arguments.numbers("ratings", ratings, ndim=2)
    if arguments.ok("ratings") and min(table.shape) < 2:  # noqa: PLR2004
        message = f"needs two targets and two raters or more, has shape {table.shape}"
        arguments.fault("ratings", message)
    arguments.done()
    n, k = table.shape
    largest = float(np.abs(table).max()) or 1.0
    table = table / largest
    table = table - _sum(table) / table.size
    table[np.abs(table) <= rounding_of([1.0])] = 0.0
    table = table / (float(np.abs(table).max()) or 1.0)
    targets = np.array([_sum(row) / k for row in table])
    raters = np.array([_sum(column) / n for column in table.T])
    between = k * _sum(targets**2) / (n - 1)
    judges = n * _sum(raters**2) / (k - 1)
    within = _sum((table - targets[:, None]) ** 2) / (n * (k - 1))
    rest = table - targets[:, None] - raters[None, :]
    error = _sum(rest**2) / ((n - 1) * (k - 1))
    noise = within if form.startswith("ICC(1") else error
    extra = (judges - error) / n if form.startswith("ICC(2") else 0.0
    single = form.endswith("1)")
    below = between + (k - 1) * noise + k * extra if single else between + extra
    if below <= _TINY:
        message = (
            "the mean ratings of the targets do not differ, or by less than raters contradict "
            f"each other, so there is no variation between targets to share out: {form} is not "
            "defined"
        )
        raise InvalidInputError("icc", [Fault("ratings", message)])
    return float((between - noise) / below)


def _sum(numbers: FloatArray) -> float:
    """Return an exact sum: the order of targets and raters changes no bit of it."""
    return fsum(numbers.ravel().tolist())
