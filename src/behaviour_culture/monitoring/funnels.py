"""Funnels: observed over expected counts of schools or groups of different size, never ranked.

By chance the ratio of a small unit is further from 1 than that of a large one; a funnel shows
how far. It does not rank: most orders among units inside the funnel are chance.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import fsum, sqrt
from typing import Annotated, Any, ClassVar, TypeAlias

import numpy as np
from attrs import evolve, field, frozen
from numpy.typing import ArrayLike

from behaviour_culture._arrays import (
    FrozenArray,
    array_field,
    as_numbers,
    frozen_array,
)
from behaviour_culture._display import count_of
from behaviour_culture.arguments import Arguments
from behaviour_culture.checks import Check, TupleOf, Value, as_float
from behaviour_culture.disclosure.rules import DisclosureRules, given_rules
from behaviour_culture.errors import MissingExtraError
from behaviour_culture.fields import NotNegative, OneOf, Range, Shape
from behaviour_culture.statistics.estimates import normal_quantile
from behaviour_culture.statistics.small_counts import hide_counts
from behaviour_culture.typing import FloatArray

__all__ = ["Funnel", "funnel", "limits_at"]

_MOST = 1_000_000
_LEVELS = {"95": 0.025, "998": 0.001}
"""Share left out at each side by the limits of 95 % and of 99.8 %."""
_MOST_EXPONENT = 700
"""Beyond it a float cannot hold the exponential."""
_RARE = _LEVELS["998"]
_WINSOR = 0.1
"""Share of z-scores at each end that is pulled in (Spiegelhalter 2005)."""
_PULLED = 0.67866
"""Mean square of a standard normal variable whose outer tenths are pulled in: without dividing by
it, chance alone would look like less than chance, and the variance between units too small."""
_HIDDEN_TOO = ("observed", "ratio")
_COLUMNS = ("observed", "expected", "ratio", "lower_95", "upper_95", "lower_998", "upper_998")


_Limits: TypeAlias = Annotated[FrozenArray, Shape("expected"), Range(low=0)]


@frozen(kw_only=True, repr=False)
class Funnel(Value):
    """Ratios of observed to expected, with the limits of chance for each size.

    Attributes
    ----------
    observed, expected, ratio : array of float, shape (units,)
        In the order given; NaN for a hidden count.
    lower_95, upper_95, lower_998, upper_998 : array of float, shape (units,)
        Limits of the ratio for the expected count of each unit.
    dispersion : float
        Mean squared z-score, the outer tenths pulled in, over what chance alone would give: 1 if
        only chance differs.
    tau2 : float
        Variance between units that the limits allow for, on the log scale; 0 with exact
        Poisson limits.
    outliers_998 : tuple of int
        Units, from 0, that are outside 99.8 %, in the order given: chance gives a count as low,
        or as high, in less than one case in a thousand. The count's own distribution decides:
        Poisson, or with a variance between units negative binomial.
    hidden : tuple of int
        Units, from 0, that are hidden in a published funnel, with small counts.
    disclosure : str
        ``internal`` or ``published``.
    """

    observed: Annotated[FrozenArray, Shape("expected", missing=True), Range(low=0)] = array_field()
    expected: Annotated[FrozenArray, Shape(None), Range(above=0)] = array_field()
    ratio: Annotated[FrozenArray, Shape("expected", missing=True), Range(low=0)] = array_field()
    lower_95: _Limits = array_field()
    upper_95: _Limits = array_field()
    lower_998: _Limits = array_field()
    upper_998: _Limits = array_field()
    dispersion: NotNegative = field(converter=as_float)
    tau2: NotNegative = field(converter=as_float)
    overdispersion: bool
    outliers_998: tuple[int, ...] = field(converter=TupleOf[int])
    hidden: tuple[int, ...] = field(default=(), converter=TupleOf[int])
    disclosure: Annotated[str, OneOf(("internal", "published"))] = "internal"

    def _check(self, check: Check) -> None:
        if not check.ok():
            return
        length = len(self.expected)
        for name in _HIDDEN_TOO:
            if set(np.flatnonzero(np.isnan(getattr(self, name)))) != set(self.hidden):
                check.fault(name, "expected a number for each unit but those in 'hidden'")
        for name in ("outliers_998", "hidden"):
            if any(not 0 <= i < length for i in getattr(self, name)):
                check.fault(name, f"units are 0 to {length - 1}", getattr(self, name))
        for level in _LEVELS:
            if (getattr(self, f"lower_{level}") > getattr(self, f"upper_{level}")).any():
                check.fault(f"lower_{level}", "a lower limit lies above its upper limit")

    @property
    def statement(self) -> str:
        """The statement that the funnel allows."""
        count, units = len(self.outliers_998), len(self.expected)
        if not count:
            return (
                f"None of {units} units outside 99.8%: they differ no more than the limits allow, "
                "and are in no order."
            )
        return (
            f"{count} of {units} units outside 99.8%: worth a look at records and context, cause "
            "unknown. Units inside differ no more than the limits allow, and are in no order."
        )

    def published(self, rules: DisclosureRules | None = None) -> Funnel:
        """Return the funnel as it may be published: units with small counts hidden.

        Dispersion and limits are computed again with the middle of its possible values in place
        of each hidden count, so that they do not depend on it. If expected counts sum to those
        observed, so that the total is known, larger counts are hidden with the small ones.
        """
        if self.disclosure == "published":
            return self
        rules = given_rules(rules)
        taken, small = hide_counts(self.observed, rules)
        more = self._hidden_beside(small, rules)
        taken[more] = np.maximum(np.round(self.expected[more]), rules.threshold)
        hidden = tuple(sorted({*small, *more}))
        made = _funnel(taken, self.expected.copy(), overdispersion=self.overdispersion)
        shown = np.ones(len(taken), dtype=np.bool_)
        shown[list(hidden)] = False
        return evolve(
            made,
            observed=frozen_array(np.where(shown, made.observed, np.nan)),
            ratio=frozen_array(np.where(shown, made.ratio, np.nan)),
            outliers_998=tuple(i for i in made.outliers_998 if shown[i]),
            hidden=hidden,
            disclosure="published",
        )

    def _hidden_beside(self, small: tuple[int, ...], rules: DisclosureRules) -> list[int]:
        """Return the larger counts to hide, if the expected counts may reveal the total.

        The total less the counts shown would be the sum of the small ones. So as many larger
        counts are hidden with them as leave each small count all its possible values. The choice
        depends on the number of small counts and on the larger counts, not on a small count.
        """
        least, most = rules.least, rules.threshold - 1
        observed = self.observed.tolist()
        shown = sum(count for i, count in enumerate(observed) if i not in small)
        total = fsum(self.expected)
        slack = max(0.5, 1e-6 * total)
        known = shown + least * len(small) - slack <= total <= shown + most * len(small) + slack
        if not small or not known:
            return []
        need = (most - least) * len(small)
        room = {i: c - rules.threshold for i, c in enumerate(observed) if c >= rules.threshold}
        # By count, then by size; units that are alike in both are hidden together.
        place = {i: (room[i], float(self.expected[i])) for i in room}
        if enough := [i for i in room if room[i] >= need]:
            least_of = min(place[i] for i in enough)
            return [i for i in enough if place[i] == least_of]
        largest = sorted(room, key=place.__getitem__, reverse=True)
        for k in range(2, len(largest) + 1):
            if sum(room[i] for i in largest[:k]) >= need:
                return [i for i in room if place[i] >= place[largest[k - 1]]]
        return [i for i in range(len(observed)) if i not in small]

    _COLUMNS: ClassVar[Mapping[str, type]] = {
        "unit": int,
        "observed": float,
        "expected": float,
        "ratio": float,
        "lower_95": float,
        "upper_95": float,
        "lower_998": float,
        "upper_998": float,
        "outside_998": bool,
        "note": str,
    }

    def to_rows(self, *, internal: bool = False) -> list[dict[str, Any]]:
        """Return a row for each unit in the order given; small counts only if ``internal``."""
        made = self if internal else self.published()
        cells = zip(*(as_numbers(getattr(made, name)) for name in _COLUMNS), strict=True)
        beyond = (made.ratio < made.lower_998) | (made.ratio > made.upper_998)
        outside = np.isin(np.arange(len(made.expected)), made.outliers_998)
        return [
            {
                "unit": i + 1,
                **dict(zip(_COLUMNS, row, strict=True)),
                "outside_998": bool(outside[i]),
                "note": "hidden"
                if i in made.hidden
                else "decided by its exact distribution, not by the line"
                if beyond[i] != outside[i]
                else "",
            }
            for i, row in enumerate(cells)
        ]

    def _label(self) -> str:
        return f"{len(self.expected)} units, {len(self.outliers_998)} outside 99.8%"

    def _lines(self) -> list[str]:
        wider = (
            f"limits allow for differences between units (tau {sqrt(self.tau2):.2f} on the log "
            "scale)"
            if self.tau2
            else "limits are those of chance alone"
        )
        lines = [
            f"Funnel of {len(self.expected)} units, {self.disclosure}: dispersion "
            f"{self.dispersion:.2f}, {wider}",
            f"  {self.statement}",
        ]
        if self.hidden:
            lines.append(
                f"  {count_of(len(self.hidden), 'unit')} hidden, since few pupils are behind them; "
                "limits were made without knowing them, so other units may be outside than in your "
                "own funnel."
            )
        return lines


def funnel(observed: ArrayLike, expected: ArrayLike, *, overdispersion: bool = True) -> Funnel:
    r"""Return a funnel of the ratios of observed to expected counts.

    Limits at a probability p on each side are :math:`\chi^2_p(2E) / 2E` and
    :math:`\chi^2_{1-p}(2(E + 1)) / 2E` [1]_. Schools differ for many reasons besides chance:
    with ``overdispersion`` the variance between units is estimated from
    :math:`z = \sqrt{E} \log(O/E)` with the outer tenths pulled in (and what that takes from a
    normal variable given back), and where there is any,
    limits are :math:`\exp(\pm z_p \sqrt{1/E + \tau^2})`.

    These lines take a count for a continuous quantity, as FunnelPlotR draws them: where few are
    expected a count of 0 is below them, however likely it is [2]_. A unit is therefore outside
    by its own probability and not by the line: where chance gives a count as low, or as high,
    in less than 0.1 % of cases. With a variance between units counts are negative binomial with
    the variance :math:`E + \tau^2 E^2`. ``to_rows`` names each unit for which line and
    probability differ.

    Parameters
    ----------
    observed : sequence of int, shape (units,)
        Counts, at least 2 units.
    expected : sequence of float, shape (units,)
        Counts expected of each, above 0, such as pupils times the national rate.
    overdispersion : bool

    Returns
    -------
    Funnel

    Raises
    ------
    InvalidInputError
        With every fault of the arguments.
    MissingExtraError
        scipy is not installed (extra ``stats``).

    Notes
    -----
    0 has no logarithm: for the variance between units, and only there, a count of 0 is taken as
    a half.

    References
    ----------
    .. [1] Spiegelhalter, D. J. (2005). Funnel plots for comparing institutional performance.
       *Statistics in Medicine* 24, 1185-1202.
    .. [2] FunnelPlotR, issue 17: a unit with 0 observed is outside the limits.

    Examples
    --------
    >>> found = funnel([15, 26, 55], [15, 20, 30], overdispersion=False)
    >>> [f"{x:.3f}" for x in found.upper_998], found.outliers_998
    (['2.083', '1.902', '1.703'], (2,))
    """
    given = Arguments("funnel")
    counts = given.numbers("observed", observed, low=0, whole=True, least=2, most=_MOST)
    target = given.numbers("expected", expected, above=0, least=2, most=_MOST)
    given.same_length("observed", counts, "expected", target)
    given.flag("overdispersion", overdispersion)
    given.done()
    return _funnel(counts, target, overdispersion=overdispersion)


def _funnel(counts: FloatArray, target: FloatArray, *, overdispersion: bool) -> Funnel:
    z = np.sqrt(target) * np.log(np.where(counts == 0, 0.5, counts) / target)
    low, high = np.quantile(z, [_WINSOR, 1 - _WINSOR])
    # Sums in rising order: the order of the units changes no bit.
    dispersion = float((np.sort(np.clip(z, low, high)) ** 2).mean()) / _PULLED
    tau2, n = 0.0, len(z)
    if overdispersion:
        rising = np.sort(target)
        weight = rising.sum() - (rising**2).sum() / rising.sum()
        tau2 = max(0.0, float((n * dispersion - (n - 1)) / weight))
    ratio = counts / target
    limits = limits_at(target, tau2)
    outside = _rarity(counts, target, tau2) < _RARE
    return Funnel(
        observed=frozen_array(counts),
        expected=frozen_array(target),
        ratio=frozen_array(ratio),
        dispersion=dispersion,
        tau2=tau2,
        overdispersion=overdispersion,
        outliers_998=np.flatnonzero(outside).tolist(),
        **{name: frozen_array(limit) for name, limit in limits.items()},
    )


def _rarity(counts: FloatArray, target: FloatArray, tau2: float) -> FloatArray:
    """Return how likely a count as low, or as high, is by chance: the smaller of the two."""
    try:
        from scipy.special import (  # type: ignore[import-untyped]  # noqa: PLC0415
            betainc,
            gammainc,
            gammaincc,
        )
    except ImportError:
        raise MissingExtraError("scipy", "stats", "the outliers of a funnel") from None

    # At least one event: of no event it is certain that there are as many.
    some = np.maximum(counts, 1)
    if tau2:
        shape, share = 1 / tau2, tau2 * target / (1 + tau2 * target)
        low, high = betainc(shape, counts + 1, 1 - share), betainc(some, shape, share)
    else:
        low, high = gammaincc(counts + 1, target), gammainc(some, target)
    rarity: FloatArray = np.minimum(low, np.where(counts == 0, 1.0, high))
    return rarity


def limits_at(target: FloatArray, tau2: float) -> dict[str, FloatArray]:
    """Return lower and upper limits of 95 % and of 99.8 % at expected counts."""
    limits: dict[str, FloatArray] = {}
    for level, tail in _LEVELS.items():
        if tau2:
            wide = normal_quantile(1 - 2 * tail) * np.sqrt(1 / target + tau2)
            wide = np.minimum(wide, _MOST_EXPONENT)
            limits[f"lower_{level}"], limits[f"upper_{level}"] = np.exp(-wide), np.exp(wide)
        else:
            limits[f"lower_{level}"], limits[f"upper_{level}"] = _poisson_limits(target, tail)
    return limits


def _poisson_limits(target: FloatArray, tail: float) -> tuple[FloatArray, FloatArray]:
    try:
        from scipy.special import gammaincinv  # noqa: PLC0415
    except ImportError:
        raise MissingExtraError("scipy", "stats", "limits of a funnel") from None
    # A chi-square quantile of 2k degrees of freedom is twice that of a gamma of shape k.
    return gammaincinv(target, tail) / target, gammaincinv(target + 1, 1 - tail) / target
