"""Ranks of alternatives over all possible weights of the criteria: SMAA-2."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar

import numpy as np
from attrs import field, frozen
from numpy.typing import ArrayLike

from behaviour_culture._arrays import FrozenArray, array_field, frozen_array, rounding_of
from behaviour_culture._display import count_of
from behaviour_culture._seeds import Seed, as_seed
from behaviour_culture.arguments import Arguments
from behaviour_culture.checks import Value, as_whole
from behaviour_culture.fields import Count, Range, Shape
from behaviour_culture.typing import FloatArray, Progress, Stop

__all__ = ["Acceptability", "rank_acceptability"]

_CLEAR = 0.6
_CELLS = 2_000_000


_SHARES = Range(low=0, high=1 + 1e-9)
"""Sums of shares may pass 1 by rounding."""


@frozen(kw_only=True, repr=False)
class Acceptability(Value):
    """How often each alternative takes each rank, over all weights of the criteria.

    Attributes
    ----------
    acceptability : array of shape (alternatives, ranks)
        Share of draws in which the alternative has the rank; rows and columns sum to 1.
    central_weights : array of shape (alternatives, criteria)
        Mean weights of the draws in which the alternative is first: whoever prefers it
        weighs the criteria about like this. NaN for one that is never first.
    pairwise : array of shape (alternatives, alternatives)
        Share of draws in which the row beats the column; ties count half, so the
        diagonal is 0.5. With ``idle``, of the draws in which one of the two is above 0.
    draws, seed : int
    """

    acceptability: Annotated[FrozenArray, Shape(None, "acceptability"), _SHARES] = array_field()
    central_weights: Annotated[FrozenArray, Shape("acceptability", None, missing=True), _SHARES] = (
        array_field()
    )
    pairwise: Annotated[FrozenArray, Shape("acceptability", "acceptability"), _SHARES] = (
        array_field()
    )
    draws: Annotated[int, Range(low=1)] = field()
    seed: Count = field()

    @property
    def order(self) -> tuple[tuple[int, ...], ...]:
        """Positions of the alternatives, best first, in groups of no clear order.

        Equal alternatives come in the order given.

        Each of an earlier group beats each of a later one in at least 60% of draws (the
        limit is judgement). Inside a group, some pair is closer than that.
        """
        # Whole half draws: of equal alternatives no rounding puts one first.
        won = np.rint(2 * self.draws * self.pairwise.sum(axis=1))
        ranked = np.argsort(-won, kind="stable")
        table = np.asarray(self.pairwise)[np.ix_(ranked, ranked)]
        groups: list[list[int]] = [[]]
        for place, alternative in enumerate(ranked):
            if place and (table[:place, place:] >= _CLEAR).all():
                groups.append([])
            groups[-1].append(int(alternative))
        return tuple(tuple(group) for group in groups)

    _COLUMNS: ClassVar[Mapping[str, type]] = {
        "alternative": int,
        "group": int,
        "rank": int,
        "share": float,
    }

    def to_rows(self) -> list[dict[str, Any]]:
        """Return a row for each alternative, by its position, and rank; the best first."""
        return [
            {"alternative": i, "group": group, "rank": rank + 1, "share": float(share)}
            for group, places in enumerate(self.order, start=1)
            for i in places
            for rank, share in enumerate(self.acceptability[i].tolist())
        ]

    def _label(self) -> str:
        return f"{count_of(len(self.acceptability), 'alternative')}, {self.draws:,} draws"

    def _lines(self) -> list[str]:
        many = count_of(len(self.acceptability), "alternative")
        lines = [f"Order of {many} over {self.draws:,} draws"]
        for group in self.order:
            note = " (no clear order)" if len(group) > 1 else ""
            shares = ", ".join(f"{i}: first in {self.acceptability[i, 0]:.0%}" for i in group)
            lines.append(f"  {shares}{note}")
        return lines


def rank_acceptability(  # noqa: PLR0913  (what is ranked, and who is told)
    values: ArrayLike,
    *,
    draws: int = 10_000,
    seed: Seed = 0,
    idle: bool = False,
    progress: Progress | None = None,
    stop: Stop | None = None,
) -> Acceptability:
    """Rank alternatives over all possible weights of the criteria, and uncertain values.

    Parameters
    ----------
    values : array of shape (alternatives, criteria) or (draws, alternatives, criteria)
        Larger is better; all criteria on one scale, since weights multiply them as they
        are. With three dimensions, the draws are taken in turn.
    draws : int
        Number of weight vectors, uniform on the simplex, 1 to 1,000,000,000, in the same memory.
        The standard error of a share is at most 0.5 / sqrt(draws): 0.005 for the default.
    seed : int, SeedSequence or Generator
    idle : bool
        0 stands for doing neither, which is always possible: pairs are compared in the draws in
        which one of the two is above 0, since the others say nothing of which to do first.
    progress : callable, optional
        Called with ("ranking", draws done, draws).
    stop : callable, optional
        Asked again and again: once it says True, `StoppedError` is raised in under a second.

    Returns
    -------
    Acceptability
        With ties shared evenly between the ranks that they span.

    Raises
    ------
    InvalidInputError
        Values that are no finite numbers or of another shape; draws out of range; a seed that
        is none.
    StoppedError
        The ranking was stopped.

    Notes
    -----
    SMAA-2 of Lahdelma and Salminen (2001), Operations Research 49:444.

    Examples
    --------
    >>> result = rank_acceptability([[0.9, 0.2], [0.5, 0.5], [0.1, 0.1]], draws=4096, seed=1)
    >>> result.order
    ((0, 1), (2,))
    """
    draws, seed = as_whole(draws), as_seed(seed)
    arguments = Arguments("rank_acceptability")
    arguments.within("draws", draws, "streamed_draws")
    watch = arguments.watch(progress, stop)
    arguments.whole("seed", seed, 0)
    arguments.flag("idle", idle)
    table = arguments.numbers("values", values, ndim=(2, 3))
    arguments.done()
    slices = table if table.ndim == 3 else table[None]  # noqa: PLR2004
    _, size, criteria = slices.shape
    rng = np.random.default_rng(seed)
    ranks = np.zeros((size, size + 1))
    beats, met = np.zeros((size, size)), np.zeros((size, size))
    centre = np.zeros((size, criteria))
    unit = rounding_of(slices) or 1.0
    block = max(1, _CELLS // (size * size))
    for start in range(0, draws, block):
        watch.tell("ranking", start, draws)
        turn = np.arange(start, min(start + block, draws)) % len(slices)
        weights = rng.standard_exponential((len(turn), criteria))
        weights /= weights.sum(axis=1, keepdims=True)
        # Scores that differ by rounding alone are equal.
        scores = np.rint(_scores(slices, turn, weights) / unit)
        _count(scores, weights, ranks, centre)
        _meet(scores, beats, met, idle=idle)
    watch.tell("ranking", draws, draws)
    shares = np.minimum(np.cumsum(ranks, axis=1)[:, :size] / draws, 1)
    first = centre.sum(axis=1, keepdims=True)
    central = np.divide(centre, first, out=np.full_like(centre, np.nan), where=first > 0)
    return Acceptability(
        acceptability=frozen_array(shares),
        central_weights=frozen_array(central),
        pairwise=frozen_array(np.divide(beats, met, out=np.full_like(beats, 0.5), where=met > 0)),
        draws=draws,
        seed=seed,
    )


def _scores(slices: FloatArray, turn: np.ndarray, weights: FloatArray) -> FloatArray:
    """Return draws x alternatives; one criterion after the other, so equal rows tie exactly."""
    total = np.zeros((len(turn), slices.shape[1]))
    for c in range(slices.shape[2]):
        total += weights[:, c, None] * slices[turn, :, c]
    return total


def _count(
    scores: FloatArray,
    weights: FloatArray,
    ranks: FloatArray,
    centre: FloatArray,
) -> None:
    """Add a block of draws; ``ranks`` holds steps up and down, to be summed along the ranks."""
    above = scores[:, None, :] > scores[:, :, None]
    same = scores[:, None, :] == scores[:, :, None]
    better, tied = above.sum(axis=2), same.sum(axis=2)
    share = 1 / tied
    for a in range(scores.shape[1]):
        width = ranks.shape[1]
        ranks[a] += np.bincount(better[:, a], share[:, a], width)
        ranks[a] -= np.bincount(better[:, a] + tied[:, a], share[:, a], width)
    centre += np.where(better == 0, share, 0).T @ weights


def _meet(scores: FloatArray, beats: FloatArray, met: FloatArray, *, idle: bool) -> None:
    """Add how often the row is ahead of the column, and how often the two meet."""
    ahead = (scores[:, :, None] > scores[:, None, :]) + (
        scores[:, :, None] == scores[:, None, :]
    ) / 2
    if idle:
        good = scores > 0
        some = good[:, :, None] | good[:, None, :]
        beats += (ahead * some).sum(axis=0)
        met += some.sum(axis=0)
    else:
        beats += ahead.sum(axis=0)
        met += len(scores)
