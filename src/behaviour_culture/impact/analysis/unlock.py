"""What a step makes possible: its marginal worth and its Shapley share in a whole."""

from __future__ import annotations

from collections.abc import Callable
from math import factorial
from typing import Annotated

import numpy as np
from attrs import field, frozen
from numpy.typing import ArrayLike

from behaviour_culture._arrays import FrozenArray, array_field, frozen_array
from behaviour_culture._seeds import Seed, as_seed
from behaviour_culture.checks import Value, as_whole, whole_faults
from behaviour_culture.errors import Fault, InvalidInputError, shorten
from behaviour_culture.fields import Count, Shape
from behaviour_culture.impact._given import Inputs
from behaviour_culture.typing import BoolArray, FloatArray

__all__ = ["ShapleyResult", "gated_benefit", "noisy_or", "shapley_values", "unlock_value"]

_EXACT = 14
"""So many players have 16,384 subsets; above it permutations are drawn."""
_MOST = 5_000
_CHUNK = 2**20
_LEVEL = 0.95
_Z = 1.959963984540054


@frozen(kw_only=True, repr=False)
class ShapleyResult(Value):
    """The Shapley share of each player, and how sure it is where it was sampled.

    Attributes
    ----------
    values, lower, upper, standard_error : ndarray of float64, shape (players,)
        Shares and their 95% intervals, which have no width where ``exact``.
    exact : bool
        True where all subsets were summed.
    draws : int
        Permutations drawn; 0 where exact.
    total : float
        What all players make together beyond nothing: the sum of the shares.
    """

    values: Annotated[FrozenArray, Shape(None)] = array_field()
    lower: Annotated[FrozenArray, Shape("values")] = array_field()
    upper: Annotated[FrozenArray, Shape("values")] = array_field()
    standard_error: Annotated[FrozenArray, Shape("values")] = array_field()
    exact: bool
    draws: Count
    total: float = field()

    def to_rows(self) -> list[dict[str, float]]:
        """Return a row for each player."""
        return [
            {"player": i, "value": v, "lower": low, "upper": high}
            for i, (v, low, high) in enumerate(
                zip(self.values.tolist(), self.lower.tolist(), self.upper.tolist(), strict=True)
            )
        ]

    def _label(self) -> str:
        how = "exact" if self.exact else f"{self.draws:,} permutations"
        return f"{len(self.values)} players share {self.total:.3g}, {how}"


def noisy_or(present: ArrayLike, shares: ArrayLike) -> FloatArray:
    r"""Return how much of a gap several steps close together, each by its share of the rest.

    .. math:: v(S) = 1 - \prod_{i \in S} (1 - p_i)

    Parameters
    ----------
    present : array of bool, shape (..., steps)
        Which steps are done.
    shares : array of float, shape (steps,)
        Share of the gap that each closes alone, 0 to 1.

    Returns
    -------
    ndarray of float64, shape (...)
        0 to 1.

    Raises
    ------
    InvalidInputError
        Shares out of range, or lengths that differ.

    Examples
    --------
    >>> noisy_or([True, True], [0.5, 0.5]).item()
    0.75
    """
    given = Inputs("noisy_or")
    p = given.array("shares", shares, ndim=1, low=0.0, high=1.0)
    there = given.truths("present", present, last=len(p))
    given.done()
    closed: FloatArray = 1.0 - np.where(there, 1.0 - p, 1.0).prod(axis=-1)
    return np.asarray(closed)


def gated_benefit(
    present: ArrayLike, benefits: ArrayLike, requires: ArrayLike, *, minimum: float = 0.25
) -> FloatArray:
    r"""Return what steps bring together where each waits for its prerequisites.

    .. math:: v(S) = \sum_{i \in S} b_i \, u^{|pre(i) \setminus S|}

    Parameters
    ----------
    present : array of bool, shape (..., steps)
    benefits : array of float, shape (steps,)
        What each step brings with all its prerequisites done.
    requires : array of bool, shape (steps, steps)
        ``requires[i, j]``: step i directly requires step j.
    minimum : float
        What is left of a benefit for each absent prerequisite, 0 to 1; a quarter is
        judgement, the ``unlock-minimum`` of the shipped evidence.

    Returns
    -------
    ndarray of float64, shape (...)

    Raises
    ------
    InvalidInputError
        Benefits that are not finite, lengths that differ, steps that require each other.

    Examples
    --------
    >>> gated_benefit([[True, True], [False, True]], [1, 4], [[0, 0], [1, 0]]).tolist()
    [5.0, 1.0]
    """
    given = Inputs("gated_benefit")
    b, needs = _read_gates(given, benefits, requires, minimum)
    there = given.truths("present", present, last=len(b))
    given.done()
    return _gated(there, b, needs, minimum)


def _read_gates(
    given: Inputs, benefits: ArrayLike, requires: ArrayLike, minimum: float
) -> tuple[FloatArray, BoolArray]:
    b = given.array("benefits", benefits, ndim=1)
    needs = given.truths("requires", requires, last=len(b))
    if len(b) and needs.shape != (len(b), len(b)):
        given.fault("requires", f"expected {len(b)} x {len(b)}, got the shape {needs.shape}")
    elif len(b) and (circle := _circle(needs)):
        steps = " requires ".join(str(i) for i in circle)
        given.fault("requires", f"holds a circle: step {steps}")
    given.number("minimum", minimum, low=0.0, high=1.0)
    return b, needs


def _circle(needs: BoolArray) -> list[int]:
    """Return steps of which each requires the next, the first one again at the end; or none."""
    waits = needs.sum(axis=1)
    left = np.ones(len(needs), dtype=bool)
    while (ready := left & (waits == 0)).any():
        left &= ~ready
        waits -= needs[:, ready].sum(axis=1)
    if not left.any():
        return []
    path = [int(left.argmax())]
    while path[-1] not in path[:-1]:
        path.append(int((needs[path[-1]] & left).argmax()))
    return path[path.index(path[-1]) :]


def _gated(there: BoolArray, b: FloatArray, needs: BoolArray, minimum: float) -> FloatArray:
    absent = (~there).astype(float) @ needs.T.astype(float)
    return np.asarray((there * b * np.float64(minimum) ** absent).sum(axis=-1))


def unlock_value(
    benefits: ArrayLike, requires: ArrayLike, *, minimum: float = 0.25, kind: str = "shapley"
) -> FloatArray:
    r"""Return what each step is worth to the whole, counting what it makes possible.

    The whole is `gated_benefit`. ``marginal`` is what would be lost without the step: its
    own benefit and a part of all that directly wait for it; the marginals of a chain count
    the same benefit more than once. ``shapley`` shares each benefit fairly between the step
    and its prerequisites, so that the shares add up to the whole.

    Parameters
    ----------
    benefits, requires, minimum
        As `gated_benefit`.
    kind : {"shapley", "marginal"}

    Returns
    -------
    ndarray of float64, shape (steps,)
        In the unit of the benefits. Exact for any number of steps.

    Raises
    ------
    InvalidInputError
        As `gated_benefit`, and an unknown kind.

    Notes
    -----
    A benefit :math:`b` with :math:`k` prerequisites is the sum over their subsets :math:`T`
    of :math:`b\,u^{k-|T|}(1-u)^{|T|}` where all of :math:`T` and the step are present: a sum
    of unanimity games, whose Shapley value is equal shares among the
    :math:`|T| + 1` [1]_.

    References
    ----------
    .. [1] Shapley, L. S. (1953). A value for n-person games. *Contributions to the Theory
       of Games* II, 307-317.

    Examples
    --------
    >>> unlock_value([1, 4], [[0, 0], [1, 0]]).tolist()
    [2.5, 2.5]
    >>> unlock_value([1, 4], [[0, 0], [1, 0]], kind="marginal").tolist()
    [4.0, 4.0]
    """
    given = Inputs("unlock_value")
    b, needs = _read_gates(given, benefits, requires, minimum)
    given.choice("kind", kind, ("shapley", "marginal"))
    given.done()
    if kind == "marginal":
        everyone = np.ones(len(b), dtype=bool)
        without = ~np.eye(len(b), dtype=bool)
        whole = _gated(everyone, b, needs, minimum)
        return np.asarray(whole - _gated(without, b, needs, minimum))
    worth = np.zeros(len(b))
    for i, row in enumerate(needs):
        before = np.flatnonzero(row)
        own, each = _shares(len(before), minimum)
        worth[i] += b[i] * own
        worth[before] += b[i] * each
    return worth


def _shares(k: int, u: float) -> tuple[float, float]:
    """Return the step's share of its benefit, and that of each of its k prerequisites."""
    size = np.arange(k + 1)
    ways = np.array([factorial(k) // factorial(t) // factorial(k - t) for t in range(k + 1)], float)
    terms = ways * np.float64(u) ** (k - size) * np.float64(1 - u) ** size / (size + 1)
    own = float(terms.sum())
    return own, (1.0 - own) / k if k else 0.0


def shapley_values(
    worth: Callable[[BoolArray], ArrayLike],
    players: int,
    *,
    draws: int | None = None,
    seed: Seed = 0,
) -> ShapleyResult:
    r"""Share what all players make together by what each adds to those before it.

    .. math:: \phi_i = \sum_{S \not\ni i} \frac{|S|!\,(n-|S|-1)!}{n!}\,(v(S \cup i) - v(S))

    Parameters
    ----------
    worth : callable
        Takes an array of bool of shape (subsets, players) and returns the worth of each
        subset, shape (subsets,).
    players : int
        1 to 5,000.
    draws : int, optional
        Permutations to draw, from 2; each is used with its reverse, which makes the answer
        surer [1]_. Without it all subsets are summed up to 14 players, and 2,000
        permutations drawn for more.
    seed : int, SeedSequence or Generator

    Returns
    -------
    ShapleyResult
        The shares add up to the whole in both cases. The interval of a sampled share is
        normal, from the spread between pairs of permutations.

    Raises
    ------
    InvalidInputError
        Options out of range, or a worth that is not finite or not of the right shape.

    References
    ----------
    .. [1] Mitchell, R., Cooper, J., Frank, E. and Holmes, G. (2022). Sampling permutations
       for Shapley value estimation. *JMLR* 23 (43).

    Examples
    --------
    >>> shapley_values(lambda there: noisy_or(there, [0.5, 0.5]), 2).values.tolist()
    [0.375, 0.375]
    """
    players, draws, seed = as_whole(players), as_whole(draws), as_seed(seed)
    given = Inputs("shapley_values")
    given.add(whole_faults("players", players, 1, _MOST))
    if draws is not None:
        given.add(whole_faults("draws", draws, 2, 10_000_000))
    given.add(whole_faults("seed", seed, 0, 2**63))
    if not callable(worth):
        given.fault("worth", f"expected a function of subsets, got {shorten(worth)}")
    given.done()
    if draws is None and players <= _EXACT:
        return _all_subsets(worth, players)
    return _sampled(worth, players, (2_000 if draws is None else draws), seed)


def _worth(worth: Callable[[BoolArray], ArrayLike], subsets: BoolArray) -> FloatArray:
    try:
        values = np.asarray(worth(subsets), dtype=np.float64)
    except (TypeError, ValueError) as error:
        message = f"returned no array of numbers ({error})"
        raise InvalidInputError("shapley_values", [Fault("worth", message)]) from None
    if values.shape != (len(subsets),) or not np.isfinite(values).all():
        message = (
            f"must return {len(subsets)} finite numbers for {len(subsets)} subsets, "
            f"got {shorten(values)}"
        )
        raise InvalidInputError("shapley_values", [Fault("worth", message, shorten(values))])
    return values


def _all_subsets(worth: Callable[[BoolArray], ArrayLike], n: int) -> ShapleyResult:
    codes = np.arange(2**n)
    subsets = (codes[:, None] >> np.arange(n) & 1).astype(bool)
    values = _worth(worth, subsets)
    size = subsets.sum(axis=1)
    weight = np.array([factorial(s) * factorial(n - s - 1) / factorial(n) for s in range(n)])
    shares = np.zeros(n)
    for i in range(n):
        without = codes[~subsets[:, i]]
        gains = values[without | (1 << i)] - values[without]
        shares[i] = (weight[size[without]] * gains).sum()
    return ShapleyResult(
        values=frozen_array(shares),
        lower=frozen_array(shares),
        upper=frozen_array(shares),
        standard_error=frozen_array(np.zeros(n)),
        exact=True,
        draws=0,
        total=float(values[-1] - values[0]),
    )


def _sampled(
    worth: Callable[[BoolArray], ArrayLike], n: int, draws: int, seed: int
) -> ShapleyResult:
    rng = np.random.default_rng(seed)
    pairs = (draws + 1) // 2
    batch = max(1, _CHUNK // (2 * (n + 1) * n))
    mean, squares, done, whole = np.zeros(n), np.zeros(n), 0, 0.0
    while done < pairs:
        many = min(batch, pairs - done)
        orders = rng.permuted(np.tile(np.arange(n), (many, 1)), axis=1)
        both = np.stack([orders, orders[:, ::-1]], axis=1)
        place = np.argsort(both, axis=2)
        # In the k-th subset of an order stand the first k of it.
        subsets = place[:, :, None, :] < np.arange(n + 1)[None, None, :, None]
        values = _worth(worth, subsets.reshape(-1, n)).reshape(many, 2, n + 1)
        gains = np.take_along_axis(np.diff(values, axis=2), place, axis=2).mean(axis=1)
        # Chan's update of mean and squares: no draw is kept.
        new = gains.mean(axis=0)
        delta = new - mean
        squares += ((gains - new) ** 2).sum(axis=0) + delta**2 * done * many / (done + many)
        mean += delta * many / (done + many)
        done += many
        whole = float(values[0, 0, -1] - values[0, 0, 0])
    error = np.sqrt(squares / max(1, pairs - 1) / pairs)
    return ShapleyResult(
        values=frozen_array(mean),
        lower=frozen_array(mean - _Z * error),
        upper=frozen_array(mean + _Z * error),
        standard_error=frozen_array(error),
        exact=False,
        draws=2 * pairs,
        total=whole,
    )
