"""A model of a nation of schools: the cost of support, the need that it closes, who gets it.

It is a simple model on purpose. A school has a need in each of six areas; support of some
adviser days closes a share of it, with less for each further day; a mix splits a budget of
adviser days between kinds of support, and decides whether the schools with most need come
first. Everything uncertain is drawn anew in each draw.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import fsum
from typing import Annotated

import numpy as np
from attrs import field, frozen

from behaviour_culture._entries import Entries
from behaviour_culture.checks import Check, MapOf, TupleOf, Value, as_float
from behaviour_culture.fields import OneOf, Range, Share, Slug, Some, Text, Unique
from behaviour_culture.typing import FloatArray

__all__ = [
    "AREAS",
    "NationAssumptions",
    "NationRoute",
    "SupportMix",
    "default_mixes",
    "simulate_draw",
]

AREAS = 6
"""Focus areas of the Department for Education's audit tool for behaviour culture."""
_FIRST = ("need", "chance")


@frozen(kw_only=True, repr=False)
class NationRoute(Value):
    """One kind of support: how many days of an adviser or a lead's staff a school gets.

    Attributes
    ----------
    id : str
    adviser_days : float
        For one school, above 0. Shared events count by the school's part of them.
    source : str
        Where the number comes from, or the word judgement.
    """

    id: Slug
    adviser_days: Annotated[float, Range(high=1000, above=0)] = field(converter=as_float)
    source: Text

    def _label(self) -> str:
        return f"{self.id}: {self.adviser_days:g} adviser days a school"


@frozen(kw_only=True, repr=False)
class SupportMix(Value):
    """How a budget of adviser days is split.

    Attributes
    ----------
    id : str
    shares : mapping of str to float
        Id of a route to its share of the budget; they add up to 1 at most.
    first : {"need", "chance"}
        Which schools come first: those whose audits show most need, or those that apply, which
        has nothing to do with need. Of schools chosen by need, the neediest get the route with
        most days.
    """

    id: Slug
    shares: Mapping[Slug, Share] = field(converter=MapOf[str, float])
    first: Annotated[str, OneOf(tuple(_FIRST))] = "need"

    def _check(self, check: Check) -> None:
        if check.ok("shares"):
            total = fsum(self.shares.values())
            if not 0 < total <= 1 + 1e-9:
                check.fault("shares", f"they add up to {total:g}: above 0 and at most 1", total)

    def _label(self) -> str:
        parts = ", ".join(f"{share:.0%} {route}" for route, share in self.shares.items())
        return f"{self.id}: {parts}; first {self.first}"


_ROUTES = Entries(
    NationRoute(id=key, adviser_days=days, source=source)
    for key, days, source in (
        ("regional", 1, "judgement: a part of shared training and of one open day a term"),
        ("core", 5, "judgement: a matched lead school, more independent than the extended route"),
        (
            "enhanced",
            10,
            "10 days of leadership support over 3 terms: Schools Week, 5 December 2025",
        ),
        ("extended", 15, "judgement: one-to-one help and continuous coaching over a year"),
    )
)


@frozen(kw_only=True, repr=False)
class NationAssumptions(Value):
    """Every constant of the model. Change one and see whether the answer changes.

    Attributes
    ----------
    routes : tuple of NationRoute
    need_mean, need_spread : float
        Mean of a school's need in an area on [0, 1], and its standard deviation between
        schools. Judgement.
    area_correlation : float
        Correlation of a school's needs in two areas, 0 to 1. Judgement.
    audit_error : float
        Standard deviation of an audit's error about a school's mean need. Judgement.
    closed_mean, closed_error : float
        Share of need closed by ``full_days`` of support given as intended, and the standard
        error of that. In the evaluated programme staff who rate behaviour positively rose
        from 44 % to 49 %, 9 % of the rest; pupils went from 27 % to 25 %, 3 % the
        other way (Schools Week, 21 November 2024). Midway is 3 %, and the error covers both
        ends; without a comparison group neither is known to be caused by the programme.
    closed_between : float
        Standard deviation between schools of the share closed. Judgement.
    full_days : float
        The dose to which ``closed_mean`` belongs. Judgement: the extended route's.
    scale_days, scale_error : float
        Days after which the first 63 % of the most that support can do is done, and the
        standard error of its logarithm. Judgement.
    shape, shape_error : float
        Shape of the curve of dose and need closed, and the standard error of its logarithm:
        with 1 the first day does most, above 1 a first day alone does little. Which is right is
        not known, and whether to spread support thin depends on it. Judgement.
    fidelity_mean, fidelity_strength : float
        How fully support is used, a Beta variable: its mean and the sum of its parameters.
        Judgement.
    """

    routes: Annotated[Entries[NationRoute], Some(), Unique("id")] = field(
        factory=lambda: _ROUTES, converter=TupleOf[NationRoute]
    )
    need_mean: Annotated[float, Range(high=0.99, above=0)] = field(default=0.4, converter=as_float)
    need_spread: Annotated[float, Range(high=0.5, above=0)] = field(
        default=0.18, converter=as_float
    )
    area_correlation: Share = field(default=0.5, converter=as_float)
    audit_error: Share = field(default=0.1, converter=as_float)
    closed_mean: Annotated[float, Range(low=-1, high=1)] = field(default=0.03, converter=as_float)
    closed_error: Share = field(default=0.03, converter=as_float)
    closed_between: Share = field(default=0.05, converter=as_float)
    full_days: Annotated[float, Range(high=1000, above=0)] = field(default=15.0, converter=as_float)
    scale_days: Annotated[float, Range(high=1000, above=0)] = field(default=6.0, converter=as_float)
    scale_error: Annotated[float, Range(low=0, high=2)] = field(default=0.5, converter=as_float)
    shape: Annotated[float, Range(high=10, above=0)] = field(default=1.3, converter=as_float)
    shape_error: Annotated[float, Range(low=0, high=2)] = field(default=0.4, converter=as_float)
    fidelity_mean: Annotated[float, Range(high=0.99, above=0)] = field(
        default=0.7, converter=as_float
    )
    fidelity_strength: Annotated[float, Range(high=1e6, above=0)] = field(
        default=8.0, converter=as_float
    )

    def _check(self, check: Check) -> None:
        if not check.ok():
            return
        widest = self.need_mean * (1 - self.need_mean)
        # A little below it already, rounding would decide whether there is a Beta variable.
        if self.need_spread**2 > 0.999999 * widest:
            limit = widest**0.5
            check.fault("need_spread", f"too wide for that mean: below {limit:.3f}")

    def _label(self) -> str:
        return (
            f"mean need {self.need_mean:g}, {self.full_days:g} days close {self.closed_mean:g} "
            f"of it (standard error {self.closed_error:g})"
        )


def default_mixes() -> Entries[SupportMix]:
    """Return the mixes compared where none are given: each pure route, two mixes, and chance.

    Examples
    --------
    >>> for mix in default_mixes()[:2]:
    ...     print(mix)
    light: 100% regional; first need
    core: 100% core; first need
    """
    mixes = (
        SupportMix(id="light", shares={"regional": 1.0}),
        SupportMix(id="core", shares={"core": 1.0}),
        SupportMix(id="enhanced", shares={"enhanced": 1.0}),
        SupportMix(id="extended", shares={"extended": 1.0}),
        SupportMix(id="two-pathways", shares={"enhanced": 0.5, "regional": 0.5}),
        SupportMix(
            id="two-pathways-chance", shares={"enhanced": 0.5, "regional": 0.5}, first="chance"
        ),
        SupportMix(
            id="ladder", shares={"regional": 0.25, "core": 0.25, "enhanced": 0.25, "extended": 0.25}
        ),
    )
    return Entries(mixes)


def places(
    mix: SupportMix, budget_days: float, schools: int, routes: Sequence[NationRoute]
) -> list[tuple[float, int]]:
    """Return days a school and places of each route of a mix, most days first.

    Where a route has more places than schools are left, the rest of its budget is not spent.
    """
    found, left = [], schools
    for route in sorted(routes, key=lambda r: (-r.adviser_days, r.id)):
        # A hair is added so that 0.1 x 30 days pays for three days and not for two.
        wanted = int(mix.shares.get(route.id, 0.0) * budget_days / route.adviser_days + 1e-9)
        number = min(wanted, left)
        if number:
            found.append((route.adviser_days, number))
            left -= number
    return found


def simulate_draw(
    seeds: np.random.SeedSequence,
    schools: int,
    mixes: Sequence[SupportMix],
    budget_days: float,
    given: NationAssumptions,
) -> FloatArray:
    r"""Return one draw: for each mix the share of all need closed, and that of the neediest.

    The needs of school i in the areas are Beta variables, correlated; support of d days
    closes the share
    :math:`\theta_i f_i g(d) / g(D)` of each, with
    :math:`\theta_i = \theta + \sigma z_i`, fidelity :math:`f_i`, full dose D and
    :math:`g(d) = 1 - e^{-(d/\tau)^k}`. All mixes meet the same schools and the same luck.

    Returns
    -------
    array of float, shape (mixes, 2)
        Share of the need of all schools that is closed, and of the quarter with most need.
    """
    rng = np.random.Generator(np.random.PCG64(seeds))
    theta = given.closed_mean + given.closed_error * rng.standard_normal()
    scale = given.scale_days * np.exp(given.scale_error * rng.standard_normal())
    shape = given.shape * np.exp(given.shape_error * rng.standard_normal())
    strength = given.need_mean * (1 - given.need_mean) / given.need_spread**2 - 1
    alpha, beta = given.need_mean * strength, (1 - given.need_mean) * strength
    shared = rng.beta(alpha, beta, schools)
    # Each area's need is the school's shared one with the root of the correlation as its
    # probability: then two areas are both the same one as often as they should be alike.
    own = rng.beta(alpha, beta, (AREAS, schools))
    alike = rng.random((AREAS, schools)) < given.area_correlation**0.5
    need = np.where(alike, shared, own).mean(axis=0)
    seen = need + given.audit_error * rng.standard_normal(schools)
    by_need, by_chance = np.argsort(-seen, kind="stable"), rng.permutation(schools)
    strength = given.fidelity_strength
    fidelity = rng.beta(
        given.fidelity_mean * strength, (1 - given.fidelity_mean) * strength, schools
    )
    closed = (theta + given.closed_between * rng.standard_normal(schools)) * fidelity * need
    worst = np.zeros(schools, dtype=np.bool_)
    worst[np.argsort(-need, kind="stable")[: max(1, schools // 4)]] = True
    of_all, of_worst = need.sum(), need[worst].sum()
    result = np.empty((len(mixes), 2))
    for k, mix in enumerate(mixes):
        order = by_need if mix.first == "need" else by_chance
        gain, at = np.zeros(schools), 0
        for days, number in places(mix, budget_days, schools, given.routes):
            chosen = order[at : at + number]
            dose = _reached(days, scale, shape) / _reached(given.full_days, scale, shape)
            gain[chosen] = np.clip(closed[chosen] * dose, -need[chosen], need[chosen])
            at += number
        result[k] = gain.sum() / of_all, gain[worst].sum() / of_worst
    return result


def _reached(days: float, scale: float, shape: float) -> float:
    return -float(np.expm1(-((days / scale) ** shape)))
