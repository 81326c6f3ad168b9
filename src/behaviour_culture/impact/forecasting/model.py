r"""The forecast as functions of arrays: compiled inputs and draws in, outcomes out.

Nothing here knows a plan or a file. A chunk of draws is made by `draw_chunk` and run through
the half-terms by ``run_chunk``; both are pure, so that any worker gives the same bits.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Any, NamedTuple
from zlib import crc32

import numpy as np
from attrs import field, frozen
from numpy.typing import NDArray

from behaviour_culture._arrays import FloatArray, FrozenArray, array_field
from behaviour_culture._display import Displayed
from behaviour_culture._frozenmap import frozen_map
from behaviour_culture.model._check import Check, as_tuple

__all__ = [
    "CHUNK",
    "ChunkDraws",
    "ForecastInputs",
    "decay",
    "draw_chunk",
    "run_chunk",
    "step_benefits",
    "thinned_sum",
]

_LAST = np.uint64(63)
_SIZE = np.uint64(2**63 - 2)
CHUNK = 4_096
"""Draws at a time, fixed: it decides which stream makes which draw."""

_HALF_TERMS_A_YEAR = 6
_YEAR = 12.0
_NOBODY = -1
_JUMP = 0x9E3779B97F4A7C15F39CC0605CEDC835
"""Distance between two streams of a chunk, that of numpy's own ``PCG64.jumped``."""


@frozen(kw_only=True, repr=False)
class ForecastInputs(Displayed):
    """All that a forecast is made of, as arrays; sizes are steps S, principles P, times T.

    Attributes
    ----------
    steps, principles, outcomes, studies : tuple of str
        What the indices below stand for. ``outcomes`` holds only what steps act on; the
        views of staff and pupils come after them where behaviour is among them.
    scales : tuple of str
        ``smd`` or ``log-rate-ratio`` for each outcome.
    months : array of shape (T,)
        Calendar months from the start of the plan to the end of each half-term.
    worked : array of shape (T,)
        The same without the months in which the plan stands still.
    starts, ends : arrays of shape (S,)
        Months of work from the start of the plan to that of the step, NaN where it is not
        scheduled; calendar months to the end of its upkeep, NaN where it is kept up.
    effect_mean, effect_error, effect_spread : arrays of shape (S,)
        Effect of each step, more is better: mean, error shared with every step of one
        study, spread shared by all of them in one school.
    grades : tuple of S str
        Grade of each step's effect, a text that may be empty where it has none.
    study, outcome : tuples of S ints
        -1 where the step has no effect on any outcome.
    fidelity, reach : arrays of shape (S, 2)
        Mean and strength of their beta distributions.
    gaps : array of shape (P, 2)
        Mean and error of each gap, NaN where nobody assessed the principle.
    pairs : array of shape (n_pairs, 2), or empty
        Step and principle, as indices, wherever a step answers a principle.
    needs : array of shape (n_needs, 2), or empty
        Step and prerequisite, as indices, where the prerequisite is scheduled too.
    missing : array of shape (S,)
        Number of prerequisites that are neither met nor scheduled.
    constants : mapping of str to float
        Assumptions of the evidence and settings of the scenario.
    """

    steps: tuple[str, ...] = field(converter=as_tuple)
    principles: tuple[str, ...] = field(converter=as_tuple)
    outcomes: tuple[str, ...] = field(converter=as_tuple)
    scales: tuple[str, ...] = field(converter=as_tuple)
    studies: tuple[str, ...] = field(converter=as_tuple)
    months: FrozenArray = array_field()
    worked: FrozenArray = array_field()
    starts: FrozenArray = array_field()
    ends: FrozenArray = array_field()
    effect_mean: FrozenArray = array_field()
    effect_error: FrozenArray = array_field()
    effect_spread: FrozenArray = array_field()
    grades: tuple[str, ...] = field(converter=as_tuple)
    study: tuple[int, ...] = field(converter=as_tuple)
    outcome: tuple[int, ...] = field(converter=as_tuple)
    fidelity: FrozenArray = array_field()
    reach: FrozenArray = array_field()
    gaps: FrozenArray = array_field()
    pairs: FrozenArray = array_field()
    needs: FrozenArray = array_field()
    missing: FrozenArray = array_field()
    constants: Mapping[str, float] = field(converter=frozen_map)

    def __attrs_post_init__(self) -> None:
        check = Check(self)
        check.slugs("steps", "principles", "studies")
        check.texts("outcomes", "scales")
        check.mapping("constants")
        if check.clean:
            self._check_shapes(check)
        check.done()

    def _check_shapes(self, check: Check) -> None:
        s, p = len(self.steps), len(self.principles)
        given: Any = self.months
        times = len(given) if isinstance(given, np.ndarray) and given.ndim else 0
        shapes: dict[str, tuple[int, ...]] = {
            "months": (times,),
            "worked": (times,),
            **dict.fromkeys(("starts", "ends", "missing"), (s,)),
            **dict.fromkeys(("effect_mean", "effect_error", "effect_spread"), (s,)),
            "fidelity": (s, 2),
            "reach": (s, 2),
            "gaps": (p, 2),
        }
        may_lack = {"starts", "ends", "gaps"}
        for name in (*shapes, "pairs", "needs"):
            value = getattr(self, name)
            if not isinstance(value, np.ndarray):
                check.fault(name, "expected an array of numbers", value)
            elif name in shapes and value.shape != shapes[name] and (value.size or shapes[name][0]):
                check.fault(name, f"has the shape {value.shape}, expected {shapes[name]}")
            elif name not in may_lack and not np.isfinite(value).all():
                check.fault(name, "holds a number that is not finite")
        for name, highs in (("pairs", (s, p)), ("needs", (s, s))):
            value = getattr(self, name)
            if isinstance(value, np.ndarray) and value.size:
                fits = value.shape == (len(value), 2) and bool(
                    ((value >= 0) & (value < np.array(highs)) & (value == np.floor(value))).all()
                )
                if not fits:
                    check.fault(name, f"expected pairs of indices below {highs}")
        for name, size in (("study", len(self.studies)), ("outcome", len(self.outcomes))):
            value = getattr(self, name)
            good = isinstance(value, tuple) and len(value) == s
            if not good or any(type(v) is not int or not -1 <= v < size for v in value):
                check.fault(name, f"expected {s} indices from -1 to {size - 1}")
        if len(self.grades) != s or not all(isinstance(g, str) for g in self.grades):
            check.fault("grades", f"expected {s} texts")
        self._check_constants(check)
        if times == 0 or (check.clean and (np.diff(self.months) <= 0).any()):
            check.fault("months", "expected at least one half-term, in order")

    def _check_constants(self, check: Check) -> None:
        c = self.constants
        for name, (low, high) in _CONSTANTS.items():
            if name not in c:
                check.fault(f"constants.{name}", "no such constant: a forecast needs it")
            else:
                check.number_at(f"constants.{name}", c[name], low=low, high=high)
        if check.clean:
            if not c["fidelity-floor"] < c["fidelity-full"]:
                check.fault("constants.fidelity-full", "must be above fidelity-floor")
            if not c["ramp-low"] <= c["ramp-months"] <= c["ramp-high"]:
                check.fault("constants.ramp-months", "must lie from ramp-low to ramp-high")

    @property
    def names(self) -> tuple[str, ...]:
        """The outcomes in the order of ``run_chunk``, the two views last."""
        views = ("staff-view", "pupil-view") if "behaviour" in self.outcomes else ()
        return self.outcomes + views

    def cap(self, outcome: str) -> float:
        """Return the largest size that an outcome may have."""
        if outcome in self.outcomes:
            scale = self.scales[self.outcomes.index(outcome)]
            return self.constants["plan-cap" if scale == "smd" else "plan-cap-log-ratio"]
        seen = self.constants["view-staff" if outcome == "staff-view" else "view-pupils"]
        return seen * self.constants["plan-cap"] + 6 * self.constants["view-spread"]

    def _label(self) -> str:
        return (
            f"{len(self.steps)} steps, {len(self.principles)} principles, "
            f"{len(self.months)} half-terms"
        )


_CONSTANTS: dict[str, tuple[float, float]] = {
    "fidelity-floor": (0, 1),
    "fidelity-full": (0, 1),
    "unlock-threshold": (0, 1),
    "unlock-slope": (1e-3, 10),
    "unlock-minimum": (0, 1),
    "diminishing-rho": (0, 1),
    "plan-cap": (1e-6, 1e3),
    "plan-cap-log-ratio": (1e-6, 1e3),
    "ramp-months": (0.25, 600),
    "ramp-low": (0.25, 600),
    "ramp-high": (0.25, 600),
    "decay-plateau": (0, 12),
    "decay-year": (0, 1),
    "decay-minimum": (0, 1),
    "dropout": (0, 1e6),
    "leavers": (0, 1),
    "induction-months": (0, 120),
    "step-closure": (0, 1),
    "view-staff": (0, 10),
    "view-pupils": (0, 10),
    "view-spread": (0, 10),
    "view-correlation": (-1, 1),
}
"""What the model needs, and the range of each; a quarter of a month keeps exp(t / T) finite."""


class ChunkDraws(NamedTuple):
    """What chance decides, for n draws."""

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
    """Shape (2, n): what else moves the views of staff and pupils."""


def draw_chunk(inputs: ForecastInputs, seed: int, chunk: int, size: int = CHUNK) -> ChunkDraws:
    """Draw one chunk; each input has a stream of its own, named after it.

    Two plans, or one plan in two scenarios, so share the draws of what they have in common,
    whatever else they hold, and a chunk does not depend on any other.
    """
    source = np.random.PCG64(np.random.SeedSequence(seed, spawn_key=(chunk,)))
    start, generator = source.state, np.random.Generator(source)

    def stream(name: str) -> np.random.Generator:
        source.state = start
        source.advance(crc32(name.encode()) * _JUMP % 2**128)
        return generator

    def betas(what: str, rows: FloatArray) -> FloatArray:
        out = np.empty((len(inputs.steps), size))
        for i, (name, (mean, strength)) in enumerate(zip(inputs.steps, rows.tolist(), strict=True)):
            if 0 < mean < 1:
                a, b = mean * strength, (1 - mean) * strength
                out[i] = stream(f"{what}:{name}").beta(a, b, size)
            else:
                out[i] = mean
        return out

    gaps = np.empty((len(inputs.principles), size))
    for i, (name, (mean, error)) in enumerate(
        zip(inputs.principles, inputs.gaps.tolist(), strict=True)
    ):
        if np.isnan(mean):
            gaps[i] = stream(f"gap:{name}").random(size)
        else:
            gaps[i] = mean + error * stream(f"gap:{name}").standard_normal(size)
    c = inputs.constants
    low, mode, high = c["ramp-low"], c["ramp-months"], c["ramp-high"]
    ramp = np.full(size, mode)
    if high > low:  # Beta-PERT: its peak at the mode, nothing beyond the ends
        peak = 4 * (mode - low) / (high - low)
        ramp = low + (high - low) * stream("ramp").beta(1 + peak, 5 - peak, size)
    with np.errstate(divide="ignore", over="ignore"):  # never given up
        years = stream("kept").standard_exponential(size) / np.float64(c["dropout"])
        half_terms = years * _HALF_TERMS_A_YEAR
    first, second = stream("views").standard_normal((2, size))
    r = c["view-correlation"]
    return ChunkDraws(
        fidelity=betas("fidelity", inputs.fidelity),
        reach=betas("reach", inputs.reach),
        gaps=np.clip(gaps, 0.0, 1.0, out=gaps),
        study=_normals(stream, "study", inputs.studies, size),
        setting=_normals(stream, "setting", inputs.studies, size),
        ramp=ramp,
        kept=np.sort(np.floor(half_terms))[::-1],
        views=c["view-spread"] * np.stack([first, r * first + np.sqrt(1 - r * r) * second]),
    )


def _normals(
    stream: Callable[[str], np.random.Generator], what: str, names: tuple[str, ...], size: int
) -> FloatArray:
    out = np.empty((len(names), size))
    for i, name in enumerate(names):
        stream(f"{what}:{name}").standard_normal(out=out[i])
    return out


# -- parts of the formula ------------------------------------------------------------------


def decay(age: FloatArray, plateau: float, year: float, minimum: float) -> FloatArray:
    """Return the share of an effect that is left ``age`` months after its upkeep ended.

    1 up to ``plateau`` months, ``year`` at 12, ``minimum`` from 24 on, straight lines in
    between. NaN and ages below 0 (still kept up) give 1.

    Examples
    --------
    >>> decay(np.array([0.0, 6.0, 9.0, 12.0, 18.0, 30.0]), 6, 0.5, 0.25).tolist()
    [1.0, 1.0, 0.75, 0.5, 0.375, 0.25]
    """
    left: FloatArray = np.interp(age, [plateau, _YEAR, 2 * _YEAR], [1.0, year, minimum])
    left[np.isnan(age)] = 1.0
    return left


def _holds(inputs: ForecastInputs) -> FloatArray:
    """Return what is left of a step, by half-terms until giving up, time and step.

    Shape (T + 1, T, S); the last of the first axis is the plan that is never given up.
    """
    c = inputs.constants
    months = inputs.months[:, None]
    given_up = np.concatenate([[0.0], inputs.months[:-1], [np.nan]])[:, None, None]
    ends = np.fmin(given_up, inputs.ends[None, None, :])
    age = months[None] - ends
    left = decay(age, c["decay-plateau"], c["decay-year"], c["decay-minimum"])
    # Beyond the usual, leavers take a step with them: until they are inducted, or for good.
    kept_up = 1 - c["leavers"] * min(1.0, c["induction-months"] / _YEAR)
    gone = (1 - c["leavers"]) ** (np.maximum(0.0, np.nan_to_num(age)) / _YEAR)
    held: FloatArray = left * kept_up * np.where(np.isnan(age), 1.0, gone)
    return held


@cache
def _network(size: int) -> tuple[tuple[int, int], ...]:
    """Return the compare-and-exchange pairs of Batcher's odd-even merge sort."""
    found = []
    p = 1
    while p < size:
        k = p
        while k >= 1:
            for j in range(k % p, size - k, 2 * k):
                found += [
                    (i + j, i + j + k)
                    for i in range(min(k, size - j - k))
                    if (i + j) // (2 * p) == (i + j + k) // (2 * p)
                ]
            k //= 2
        p *= 2
    return tuple(found)


def thinned_sum(rows: FloatArray, rho: float) -> FloatArray:
    r"""Sum rows of which the m-th largest in size counts :math:`\rho^{m-1}`; overwrites them.

    The same as the sum of `behaviour_culture.impact.score.diminish` (to the last bit of each
    number), and much faster for a few rows of many draws: the sign is put in the place of
    the last bit, so that a sorting network of minima and maxima puts sizes in order.

    Parameters
    ----------
    rows : ndarray of float64, shape (m, n), contiguous

    Returns
    -------
    ndarray of float64, shape (n,)
        One of the rows, or memory of its own.

    Examples
    --------
    >>> thinned_sum(np.array([[1.0], [4.0], [-2.0]]), 0.5).tolist()
    [3.25]
    """
    if len(rows) == 1:
        only: FloatArray = rows[0]
        return only
    bits = rows.view(np.uint64)
    signs = bits >> _LAST
    bits &= _SIZE
    bits |= signs
    order = list(rows)
    spare = signs[0].view(np.float64)
    for i, j in _network(len(rows)):
        larger, smaller = order[i], order[j]
        np.maximum(larger, smaller, out=spare)
        np.minimum(larger, smaller, out=smaller)
        order[i], spare = spare, larger
    sign = spare.view(np.uint64)
    total: FloatArray = order[-1]
    for m, row in enumerate(reversed(order)):
        bit = row.view(np.uint64)
        np.left_shift(bit, _LAST, out=sign)
        bit |= sign
        if m:
            total *= rho
            total += row
    return total


def _indices(pairs: FloatArray) -> NDArray[np.intp]:
    return np.asarray(pairs, dtype=np.intp).reshape(-1, 2)


def _strength(inputs: ForecastInputs, draws: ChunkDraws) -> tuple[FloatArray, FloatArray]:
    """Return the effect of each step once it works in full, and how far it is opened."""
    c = inputs.constants
    opened = np.repeat((c["unlock-minimum"] ** inputs.missing)[:, None], len(draws.ramp), axis=1)
    low = c["unlock-minimum"]
    unlocks: dict[int, FloatArray] = {}
    for step, before in _indices(inputs.needs).tolist():
        if before not in unlocks:
            x = (c["unlock-threshold"] - draws.fidelity[before]) / c["unlock-slope"]
            unlocks[before] = low + (1 - low) / (1 + np.exp(np.minimum(x, 700.0)))
        opened[step] *= unlocks[before]
    strength = draws.reach
    strength *= opened
    floor, full = c["fidelity-floor"], c["fidelity-full"]
    for i, study in enumerate(inputs.study):
        if study == _NOBODY:
            strength[i] = 0.0
            continue
        worth = (draws.fidelity[i] - floor) / (full - floor)
        strength[i] *= np.clip(worth, 0.0, 1.0, out=worth)
        effect = inputs.effect_error[i] * draws.study[study]
        effect += inputs.effect_spread[i] * draws.setting[study]
        effect += inputs.effect_mean[i]
        strength[i] *= effect
    return strength, opened


def step_benefits(inputs: ForecastInputs, draws: ChunkDraws, outcome: str) -> FloatArray:
    """Return what each step would add on its own once it works in full, shape (S, n).

    Without thinning and cap, as sizes of the outcome; 0 for steps that act on another one.
    """
    strength, _ = _strength(inputs, draws._replace(reach=draws.reach.copy()))
    pairs = _indices(inputs.pairs)
    weight = np.zeros_like(strength)
    for s, p in pairs.tolist():
        weight[s] += draws.gaps[p]
    weight /= np.maximum(1, np.bincount(pairs[:, 0], minlength=len(weight)))[:, None]
    strength *= weight
    wanted = inputs.outcomes.index(outcome) if outcome in inputs.outcomes else None
    strength[[k != wanted for k in inputs.outcome]] = 0.0
    return strength


class Moment(NamedTuple):
    """One half-term in all draws of a chunk; its arrays are used again for the next."""

    time: int
    outcomes: FloatArray
    """Shape (n_names, n), more is better."""
    maturity: FloatArray
    """Shape (P, n), 0 to 1."""


def run_chunk(inputs: ForecastInputs, draws: ChunkDraws) -> Iterator[Moment]:
    r"""Yield outcomes and maturity at the end of each half-term; uses the draws up.

    In every draw and for step :math:`i` at principle :math:`p`,

    .. math:: \delta_{ip}(t) = g_p\,\theta_i\,r_i\,h(f_i)\,R(t - s_i)\,D_i(t)
              \prod_{j \prec i} u(f_j)\,/\,|P_i|

    with thinning by :math:`\rho` within a principle and among principles, and the cap.
    The rows of ``draws.reach`` are overwritten.
    """
    c = inputs.constants
    n, rho = len(draws.ramp), c["diminishing-rho"]
    strength, closes = _strength(inputs, draws)
    closes *= draws.fidelity
    closes *= c["step-closure"]
    pairs = _indices(inputs.pairs)
    on: list[list[int]] = [[] for _ in inputs.principles]
    for s, p in pairs.tolist():
        on[p].append(s)
    split = 1 / np.maximum(1, np.bincount(pairs[:, 0], minlength=len(strength)))
    strength *= split[:, None]
    closes *= split[:, None]
    growth = _Growth(inputs, draws)
    kinds = range(len(inputs.outcomes))
    rows = np.empty((len(inputs.outcomes), max(map(len, on), default=0), n))
    sums = np.empty((len(inputs.outcomes), len(on), n))
    outcomes = np.zeros((len(inputs.names), n))
    maturity = np.empty((len(on), n))
    grown, spare = np.empty(n), np.empty(n)
    for t in range(len(inputs.months)):
        begun = growth.begin(t)
        found = [0 for _ in kinds]
        for p, steps in enumerate(on):
            here = [0 for _ in kinds]
            left = maturity[p]
            np.copyto(left, draws.gaps[p])
            for s in steps:
                if not begun[s]:
                    continue
                growth.of(s, grown)
                k = inputs.outcome[s]
                if k != _NOBODY:
                    np.multiply(strength[s], grown, out=rows[k, here[k]])
                    here[k] += 1
                grown *= closes[s]
                np.subtract(1.0, grown, out=grown)
                left *= grown
            np.subtract(1.0, left, out=left)
            for k in kinds:
                if here[k]:
                    total = thinned_sum(rows[k, : here[k]], rho)
                    np.multiply(total, draws.gaps[p], out=sums[k, found[k]])
                    found[k] += 1
        for k, name in enumerate(inputs.outcomes):
            cap = inputs.cap(name)
            total = thinned_sum(sums[k, : found[k]], rho) if found[k] else np.zeros(1)
            np.clip(total, -cap, cap, out=outcomes[k] if found[k] else None)
            if not found[k]:
                outcomes[k] = 0.0
        if "behaviour" in inputs.outcomes:
            _views(inputs, draws, growth.whole, outcomes, spare)
        yield Moment(t, outcomes, maturity)


def _views(
    inputs: ForecastInputs,
    draws: ChunkDraws,
    whole: FloatArray,
    outcomes: FloatArray,
    spare: FloatArray,
) -> None:
    """Set what staff and pupils see: part of the change in behaviour, and what else moves them."""
    behaviour = outcomes[inputs.outcomes.index("behaviour")]
    for view, seen in enumerate(("view-staff", "view-pupils")):
        row = outcomes[len(inputs.outcomes) + view]
        np.multiply(draws.views[view], whole, out=row)
        np.multiply(behaviour, inputs.constants[seen], out=spare)
        row += spare


class _Growth:
    """How far each step has grown, and what is left of that, half-term by half-term."""

    def __init__(self, inputs: ForecastInputs, draws: ChunkDraws) -> None:
        n = len(draws.ramp)
        self.inputs = inputs
        self.holds = _holds(inputs)
        self.rate = 1 / draws.ramp
        self.starts = np.nan_to_num(inputs.starts, nan=np.inf)
        self.first = float(self.starts.min(initial=np.inf))
        # exp(-(t - s) / T) = exp(-t / T) exp(s / T): an exponential a step, not a step and time.
        self.lead = np.zeros((len(inputs.steps), n))
        for row, start in zip(self.lead, self.starts.tolist(), strict=True):
            if start < inputs.worked[-1]:
                np.multiply(self.rate, start, out=row)
                np.exp(row, out=row)
        self.factor = np.empty(n)
        self.whole = np.zeros(n)
        self.hold: list[float] = []
        self.kept = draws.kept
        self.over = slice(n, n)
        self.mended = np.empty((0, 0))

    def begin(self, t: int) -> list[bool]:
        """Go to a half-term; return which steps have begun by its end."""
        worked = float(self.inputs.worked[t])
        begun: list[bool] = (self.starts < worked).tolist()
        np.multiply(self.rate, -worked, out=self.factor)
        np.exp(self.factor, out=self.factor)
        self.hold = self.holds[-1, t].tolist()
        np.multiply(self.rate, -max(0.0, worked - self.first), out=self.whole)
        np.expm1(self.whole, out=self.whole)
        np.negative(self.whole, out=self.whole)
        # The few draws in which the plan has been given up: nothing grows on, all fades.
        n = len(self.kept)
        self.over = slice(n - int(np.count_nonzero(self.kept <= t)), n)
        when = self.kept[self.over].astype(np.intp)
        until = np.concatenate([[0.0], self.inputs.worked])[when]
        rate = self.rate[self.over]
        age = np.maximum(0.0, until - self.starts[:, None])
        self.mended = -np.expm1(-age * rate) * self.holds[when, t].T
        self.whole[self.over] = -np.expm1(-np.maximum(0.0, until - self.first) * rate)
        return begun

    def of(self, step: int, out: FloatArray) -> None:
        """Write how much of a step's effect is there, 0 to 1."""
        np.multiply(self.lead[step], self.factor, out=out)
        np.subtract(1.0, out, out=out)
        if self.hold[step] != 1.0:
            out *= self.hold[step]
        out[self.over] = self.mended[step]
