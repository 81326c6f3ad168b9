"""Importance weights of a forecast's draws given observations, and means under them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

import numpy as np

from behaviour_culture._watch import NOBODY, Watch
from behaviour_culture.impact.forecasting.drawing import CHUNK, ChunkDraws, draw_chunk
from behaviour_culture.impact.forecasting.inputs import ForecastInputs
from behaviour_culture.impact.forecasting.model import run_chunk, step_benefits
from behaviour_culture.impact.forecasting.run import chunk_sizes
from behaviour_culture.review.learning.beliefs import Observation
from behaviour_culture.statistics.chi_square import chi_square_tail
from behaviour_culture.typing import FloatArray

__all__ = ["STAGE", "LeftOut", "WeighedDraws", "WeighedSums", "weigh_draws"]

STAGE = "learning"


class WeighedDraws(NamedTuple):
    """One chunk of draws with their log weights; each row has n draws."""

    log_weights: FloatArray
    fidelity: FloatArray
    study: FloatArray
    setting: FloatArray
    ramp: FloatArray
    benefits: FloatArray
    expected: FloatArray
    """What each draw expects of each observation, in their order."""
    fits: FloatArray
    """The part of each observation in the log weights."""


def weigh_draws(  # noqa: PLR0913, PLR0917  (a forecast, what was seen, and who is told)
    inputs: ForecastInputs,
    seed: int,
    draws: int,
    observations: Sequence[Observation],
    change: Callable[[ChunkDraws], ChunkDraws] | None = None,
    watch: Watch = NOBODY,
) -> Iterator[WeighedDraws]:
    """Yield the draws of a forecast, chunk by chunk, with their log weights.

    ``change`` takes the draws to where others than these observations have led; ``watch`` is told
    how many are done.
    """
    at: dict[int, list[int]] = {}
    for k, seen in enumerate(observations):
        at.setdefault(seen.half_term - 1, []).append(k)
    value, error = (
        np.array([[getattr(seen, name)] for seen in observations])
        for name in ("value", "standard_error")
    )
    for chunk, size in chunk_sizes(draws):
        watch.tell(STAGE, chunk * CHUNK, draws)
        made = draw_chunk(inputs, seed, chunk, size)
        if change is not None:
            made = change(made)
        benefits = step_benefits(inputs, made, "conduct")
        expected = np.zeros((len(observations), size))
        for moment in run_chunk(inputs, made):
            for k in at.get(moment.time, ()):
                outcome = observations[k].outcome
                if outcome in inputs.names:
                    expected[k] = moment.outcomes[inputs.names.index(outcome)]
                else:
                    expected[k] = moment.maturity[inputs.principles.index(outcome)]
        fits = -0.5 * ((value - expected) / error) ** 2
        drawn = (made.fidelity, made.study, made.setting, made.ramp, benefits)
        yield WeighedDraws(fits.sum(axis=0), *drawn, expected, fits)
    watch.tell(STAGE, draws, draws)


class WeighedSums:
    """Weighted and plain sums over chunks; weights are kept relative to the best so far."""

    def __init__(self) -> None:
        self.top: float = -np.inf
        self.weight: float = 0.0
        self.square: float = 0.0
        self.tails: float = 0.0
        self.count: int = 0
        self.plain: dict[str, FloatArray] = {}
        self.weighed: dict[str, FloatArray] = {}

    def add(self, chunk: WeighedDraws) -> None:
        """Add one chunk."""
        top = max(self.top, float(chunk.log_weights.max()))
        shrink = float(np.exp(self.top - top))
        self.top = top
        w = np.exp(chunk.log_weights - top)
        self.weight = self.weight * shrink + float(w.sum())
        self.square = self.square * shrink**2 + float((w * w).sum())
        self.count += len(w)
        # The parts of a log weight are minus half of each square.
        tail = chi_square_tail(-2 * chunk.fits.sum(axis=0), len(chunk.fits))
        self.tails = self.tails * shrink + float((w * tail).sum())
        rows = {
            "fidelity": chunk.fidelity,
            "average": chunk.fidelity.mean(axis=0, keepdims=True),
            "study": chunk.study,
            "setting": chunk.setting,
            "ramp": chunk.ramp[None],
            "benefits": chunk.benefits,
        }
        powers = {f"{k}^2": rows[k] ** 2 for k in ("average", "study", "setting", "ramp")}
        for name, values in {**rows, **powers, "both": chunk.study * chunk.setting}.items():
            self.plain[name] = self.plain.get(name, 0.0) + values.sum(axis=1)
            self.weighed[name] = self.weighed.get(name, 0.0) * shrink + (values * w).sum(axis=1)

    @property
    def effective(self) -> float:
        """Effective sample size."""
        return self.weight**2 / self.square

    @property
    def fit(self) -> float:
        """The share of repetitions that would lie further from the weighted draws."""
        return min(1.0, self.tails / self.weight)

    def shift(self, name: str) -> FloatArray:
        """Return how far the weights move a mean."""
        moved: FloatArray = self.weighed[name] / self.weight - self.plain[name] / self.count
        return moved

    def plain_mean(self, name: str) -> FloatArray:
        """Return the mean of the draws as they were."""
        mean: FloatArray = self.plain[name] / self.count
        return mean

    def ratio(self, name: str) -> FloatArray:
        """Return the standard deviation after, as a share of that before."""
        before = self.plain[f"{name}^2"] / self.count - (self.plain[name] / self.count) ** 2
        mean = self.weighed[name] / self.weight
        after = self.weighed[f"{name}^2"] / self.weight - mean**2
        share: FloatArray = np.sqrt(
            np.divide(np.maximum(after, 0), before, out=np.ones_like(before), where=before > 1e-12)  # noqa: PLR2004
        )
        return share

    def covariance(self) -> FloatArray:
        """Return the covariance of study and setting after; before, it is 0 except for chance."""
        after = self.weighed["both"] / self.weight - (
            self.weighed["study"] * self.weighed["setting"] / self.weight**2
        )
        before = self.plain["both"] / self.count - (
            self.plain["study"] * self.plain["setting"] / self.count**2
        )
        moved: FloatArray = after - before
        return moved


class LeftOut:
    """What the draws expect of each observation given all the others, gathered over chunks."""

    def __init__(self, number: int) -> None:
        self.top: FloatArray = np.full(number, -np.inf)
        self.sums: FloatArray = np.zeros((3, number))

    def add(self, chunk: WeighedDraws) -> None:
        """Add one chunk."""
        others = chunk.log_weights - chunk.fits
        top = np.maximum(self.top, others.max(axis=1))
        w = np.exp(others - top[:, None])
        x = chunk.expected
        self.sums = self.sums * np.exp(self.top - top) + [
            w.sum(axis=1),
            (w * x).sum(axis=1),
            (w * x * x).sum(axis=1),
        ]
        self.top = top

    def surprises(self, observations: Sequence[Observation]) -> FloatArray:
        """Return how many standard errors each observation is from what the others lead to."""
        weight, first, second = self.sums
        mean = first / weight
        spread = np.maximum(second / weight - mean**2, 0.0)
        value, error = np.array([(seen.value, seen.standard_error) for seen in observations]).T
        found: FloatArray = (value - mean) / np.sqrt(spread + error**2)
        return found
