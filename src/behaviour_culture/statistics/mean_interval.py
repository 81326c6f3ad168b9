"""How sure a mean of few ratings on an ordered scale is: its interval, and limits it may reach."""

from __future__ import annotations

from collections.abc import Sequence
from math import fsum, sqrt
from statistics import NormalDist
from typing import Annotated

from behaviour_culture.checks import Check, as_tuple
from behaviour_culture.errors import FaultCode
from behaviour_culture.fields import Range, Share

__all__ = ["effective_size", "interval_of_mean", "mean_interval", "probability_at_least"]

_FEWEST, _MOST = 1e-9, 1e15
"""Opinions, and counts of a level, beyond which the formulas leave the numbers of a computer."""
_COUNTS = tuple[Annotated[float, Range(low=0, high=_MOST)], ...]
_PLACES = tuple[Share, ...]


def mean_interval(
    value: float,
    counts: Sequence[float],
    places: Sequence[float],
    opinions: float,
    level: float = 0.95,
) -> tuple[float, float, float]:
    r"""Interval of a mean rating on [0, 1], from few ratings on an ordered scale.

    .. math::

        \frac{p + \varphi z^2/2n \pm z\sqrt{\varphi p(1-p)/n + \varphi^2 z^2/4n^2}}
             {1 + \varphi z^2/n}

    This is Wilson's score interval [1]_ for a mean whose variance is
    :math:`\varphi p(1-p)`. The dispersion :math:`\varphi \le 1` comes from the levels
    chosen, scaled to the number of opinions with a half added to each (Jeffreys), so that
    unanimous raters do not give an interval of no width. With two levels
    :math:`\varphi = 1` and it is Wilson's own.

    Parameters
    ----------
    value : float
        The mean, on [0, 1].
    counts : sequence of float, length n_levels
        How often each level was chosen.
    places : sequence of float, length n_levels
        Where each level lies on [0, 1].
    opinions : float
        Effective number of independent opinions, more than 0.
    level : float
        Coverage, between 0 and 1.

    Returns
    -------
    lower, upper, standard_error : float

    Raises
    ------
    InvalidInputError
        All faults at once: a number out of range, levels that all lie in one place, counts and
        places of lengths that differ.

    References
    ----------
    .. [1] Wilson, E. B. (1927). Probable inference, the law of succession, and statistical
       inference. *JASA* 22, 209-212.

    Examples
    --------
    Newcombe (1998), 81 of 263: 0.2553 to 0.3662.

    >>> low, high, _ = mean_interval(81 / 263, [182, 81], [0, 1], 263)
    >>> round(low, 4), round(high, 4)
    (0.2553, 0.3662)
    """
    check = Check("mean_interval")
    check.value("value", value, Share)
    number, place = as_tuple(counts), as_tuple(places)
    if check.value("counts", number, _COUNTS) and not any(number):
        check.fault("counts", "all are 0: nobody answered")
    if check.value("places", place, _PLACES) and len({*place}) < 2:  # noqa: PLR2004
        check.fault("places", "at least two levels must lie in different places")
    if check.ok() and len(number) != len(place):
        message = f"has {len(place)} numbers where counts has {len(number)}"
        check.fault("places", message, code=FaultCode.WRONG_SHAPE)
    check.number("opinions", opinions, low=_FEWEST, high=_MOST)
    check.share("level", level)
    check.done()
    return interval_of_mean(value, number, place, opinions, level)


def interval_of_mean(
    value: float,
    counts: Sequence[float],
    places: Sequence[float],
    opinions: float,
    level: float,
) -> tuple[float, float, float]:
    """Return what `mean_interval` does, of numbers that were checked before."""
    n = effective_size(counts, places, opinions)
    z = NormalDist().inv_cdf(0.5 + level / 2)
    spread = value * (1 - value) / n
    centre = (value + z * z / (2 * n)) / (1 + z * z / n)
    half = z * sqrt(spread + z * z / (4 * n * n)) / (1 + z * z / n)
    # The interval holds the mean; rounding must not say otherwise.
    lower, upper = max(0.0, min(value, centre - half)), min(1.0, max(value, centre + half))
    return lower, upper, half / z


def effective_size(counts: Sequence[float], places: Sequence[float], opinions: float) -> float:
    """Return the opinions as a number of yes/no answers that would vary as much."""
    # As many opinions as there really are, however many boxes were ticked.
    share = opinions / fsum(counts)
    smooth = [c * share + 0.5 for c in counts]
    total = fsum(smooth)
    mean = fsum(c * x for c, x in zip(smooth, places, strict=True)) / total
    variance = fsum(c * (x - mean) ** 2 for c, x in zip(smooth, places, strict=True)) / total
    return opinions * mean * (1 - mean) / variance


def probability_at_least(value: float, size: float, limit: float) -> float:
    """Return how sure it is that a mean is at least ``limit``: the interval, turned round.

    An end of the Wilson interval lies at ``limit`` where z is as below.
    """
    if limit >= 1:
        return 0.5 if value >= 1 else 0.0  # what the formula tends to
    z = (value - limit) / sqrt(limit * (1 - limit) / size)
    return NormalDist().cdf(z)
