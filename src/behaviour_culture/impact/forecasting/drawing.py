"""The random numbers of a forecast, chunk by chunk: the same bits whichever worker draws them."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple
from zlib import crc32

import numpy as np

from behaviour_culture.impact.fidelity import draw_share
from behaviour_culture.impact.forecasting.inputs import ForecastInputs
from behaviour_culture.impact.gap import draw_gap
from behaviour_culture.typing import FloatArray

__all__ = ["CHUNK", "ChunkDraws", "Scratch", "draw_chunk", "draw_kept"]

CHUNK = 4_096
"""Draws at a time; fixed, because it determines which stream makes which draw."""

_HALF_TERMS_A_YEAR = 6
_JUMP = 0x9E3779B97F4A7C15F39CC0605CEDC835
"""Distance between two streams of a chunk, that of numpy's own ``PCG64.jumped``."""


class Scratch:
    """Arrays that are reused from chunk to chunk.

    Allocating them anew for each chunk would return the memory to the system in between, which
    takes about an eighth of the time of a forecast.
    """

    def __init__(self) -> None:
        self._held: dict[str, FloatArray] = {}

    def take(self, name: str, *shape: int) -> FloatArray:
        """Return the array of a name; it holds the numbers last written into it."""
        array = self._held.get(name)
        if array is None or array.shape != shape:
            self._held[name] = array = np.empty(shape)
        return array


class ChunkDraws(NamedTuple):
    """The random numbers of n draws."""

    fidelity: FloatArray
    """Shape (S, n), 0 to 1."""
    reach: FloatArray
    """Shape (S, n), 0 to 1."""
    gaps: FloatArray
    """Shape (P, n), 0 to 1."""
    study: FloatArray
    """Shape (n_studies, n), standard normal: how far off the study is."""
    setting: FloatArray
    """Shape (n_studies, n), standard normal: how well it takes in this school."""
    ramp: FloatArray
    """Shape (n,), months."""
    kept: FloatArray
    """Shape (n,), falling: half-terms until the plan is given up, a whole number or infinite.

    Nothing else depends on it, so its order is free; the draws that end come last.
    """
    views: FloatArray
    """Shape (2, n): the spread of the views of staff and pupils about their share of the change."""


def _streams(seed: int, chunk: int) -> Callable[[str], np.random.Generator]:
    """Return what sets the generator of a chunk to the stream of a name."""
    source = np.random.PCG64(np.random.SeedSequence(seed, spawn_key=(chunk,)))
    start, generator = source.state, np.random.Generator(source)

    def stream(name: str) -> np.random.Generator:
        source.state = start
        source.advance(crc32(name.encode()) * _JUMP % 2**128)
        return generator

    return stream


def draw_kept(dropout: float, seed: int, chunk: int, size: int = CHUNK) -> FloatArray:
    """Draw for how many half-terms the plan is kept up, falling, given its yearly hazard."""
    with np.errstate(divide="ignore", over="ignore"):  # never given up
        years = _streams(seed, chunk)("kept").standard_exponential(size) / np.float64(dropout)
        half_terms = years * _HALF_TERMS_A_YEAR
    falling: FloatArray = np.sort(np.floor(half_terms))[::-1]
    return falling


def draw_chunk(
    inputs: ForecastInputs,
    seed: int,
    chunk: int,
    size: int = CHUNK,
    scratch: Scratch | None = None,
) -> ChunkDraws:
    """Draw one chunk; each input has a stream of its own, named after it.

    So two plans, or one plan in two scenarios, share the draws of the inputs that they have in
    common, and no chunk depends on another. Draws made earlier in the same scratch are
    overwritten.
    """
    memory = Scratch() if scratch is None else scratch
    stream = _streams(seed, chunk)

    def betas(what: str, rows: FloatArray) -> FloatArray:
        out = memory.take(what, len(inputs.steps), size)
        for i, (name, (mean, strength)) in enumerate(zip(inputs.steps, rows.tolist(), strict=True)):
            out[i] = draw_share(stream(f"{what}:{name}"), mean, strength, size)
        return out

    def normals(what: str) -> FloatArray:
        out = memory.take(what, len(inputs.studies), size)
        for i, name in enumerate(inputs.studies):
            stream(f"{what}:{name}").standard_normal(out=out[i])
        return out

    gaps = memory.take("gaps", len(inputs.principles), size)
    for i, (name, (mean, error)) in enumerate(
        zip(inputs.principles, inputs.gaps.tolist(), strict=True)
    ):
        gaps[i] = draw_gap(stream(f"gap:{name}"), mean, error, size)
    c = inputs.constants
    low, mode, high = c["ramp-low"], c["ramp-months"], c["ramp-high"]
    ramp = np.full(size, mode)
    if high > low:  # Beta-PERT: its peak at the mode, nothing beyond the ends
        peak = 4 * (mode - low) / (high - low)
        ramp = low + (high - low) * stream("ramp").beta(1 + peak, 5 - peak, size)
    first, second = stream("views").standard_normal((2, size))
    r = c["view-correlation"]
    return ChunkDraws(
        fidelity=betas("fidelity", inputs.fidelity),
        reach=betas("reach", inputs.reach),
        gaps=gaps,
        study=normals("study"),
        setting=normals("setting"),
        ramp=ramp,
        kept=draw_kept(c["dropout"], seed, chunk, size),
        views=c["view-spread"] * np.stack([first, r * first + np.sqrt(1 - r * r) * second]),
    )
