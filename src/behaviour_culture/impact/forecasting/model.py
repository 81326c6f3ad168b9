r"""The forecast as functions of arrays: compiled inputs and draws in, outcomes out.

Nothing here depends on a plan or a file. ``draw_chunk`` makes a chunk of draws and `run_chunk`
runs it through the half-terms; both are pure, so that any worker gives the same bits.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from behaviour_culture.impact.diminishing import diminished_sum, share_of_one
from behaviour_culture.impact.effect import StepEffect
from behaviour_culture.impact.fidelity import fidelity_worth, unlocked_share
from behaviour_culture.impact.forecasting.drawing import ChunkDraws, Scratch
from behaviour_culture.impact.forecasting.inputs import ForecastInputs
from behaviour_culture.model.finding import Outcome
from behaviour_culture.typing import FloatArray

__all__ = ["Moment", "Powers", "decay", "run_chunk", "step_benefits"]

_YEAR = 12.0


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
    """Return the share of a step that remains, by half-terms until giving up, time and step.

    Shape (T + 1, T, S); the last of the first axis is the plan that is never given up.
    """
    c = inputs.constants
    months = inputs.months[:, None]
    given_up = np.concatenate([[0.0], inputs.months[:-1], [np.nan]])[:, None, None]
    ends = np.fmin(given_up, inputs.ends[None, None, :])
    age = months[None] - ends
    left = decay(age, c["decay-plateau"], c["decay-year"], c["decay-minimum"])
    # More leavers than usual take a step with them: until newcomers are inducted, or for good.
    kept_up = 1 - c["leavers"] * min(1.0, c["induction-months"] / _YEAR)
    gone = (1 - c["leavers"]) ** (np.maximum(0.0, np.nan_to_num(age)) / _YEAR)
    held: FloatArray = left * kept_up * np.where(np.isnan(age), 1.0, gone)
    return held


def _indices(pairs: FloatArray) -> NDArray[np.intp]:
    return np.asarray(pairs, dtype=np.intp).reshape(-1, 2)


def _strength(
    inputs: ForecastInputs, draws: ChunkDraws, memory: Scratch, *, compared: bool = False
) -> tuple[list[FloatArray], FloatArray]:
    """Return each effect once its step works in full, and how far each step is unlocked.

    The effects as drawn, and for a comparison those at their means too.
    """
    c = inputs.constants
    opened = memory.take("opened", len(inputs.steps), len(draws.ramp))
    opened[:] = (c["unlock-minimum"] ** inputs.missing)[:, None]
    waiting: dict[int, list[int]] = {}
    for step, before in _indices(inputs.needs).tolist():
        waiting.setdefault(before, []).append(step)
    for before, steps in sorted(waiting.items()):
        unlocked = unlocked_share(draws.fidelity[before], c)
        for step in steps:
            opened[step] *= unlocked
    done = draws.reach
    for i in sorted(set(inputs.acting)):
        done[i] *= opened[i]
        done[i] *= fidelity_worth(draws.fidelity[i], c)
    strength = memory.take("strength", len(inputs.acting), len(draws.ramp))
    effects = zip(inputs.effect_mean, inputs.effect_error, inputs.effect_spread, strict=True)
    for row, i, study, effect in zip(strength, inputs.acting, inputs.study, effects, strict=True):
        drawn = StepEffect(*effect).draw(draws.study[study], draws.setting[study])
        np.multiply(done[i], drawn, out=row)
    if not compared:
        return [strength], opened
    means = memory.take("means", len(inputs.acting), len(draws.ramp))
    for row, i, mean in zip(means, inputs.acting, inputs.effect_mean.tolist(), strict=True):
        np.multiply(done[i], mean, out=row)
    return [strength, means], opened


def step_benefits(inputs: ForecastInputs, draws: ChunkDraws, outcome: str) -> FloatArray:
    """Return the benefit of each step on its own once it works in full, shape (S, n).

    Without thinning and cap, as sizes of the outcome; 0 for steps that act on another one.
    """
    (strength,), _ = _strength(inputs, draws._replace(reach=draws.reach.copy()), Scratch())
    pairs = _indices(inputs.pairs)
    rho = inputs.constants["diminishing-rho"]
    benefits = np.zeros((len(inputs.steps), len(draws.ramp)))
    wanted = inputs.outcomes.index(outcome) if outcome in inputs.outcomes else None
    for row, s, k in zip(strength, inputs.acting, inputs.outcome, strict=True):
        mine = pairs[pairs[:, 0] == s, 1]
        if k == wanted and mine.size:
            weight = diminished_sum(draws.gaps[mine], rho)  # a copy: the sum overwrites it
            benefits[s] += row * weight * _share_of_one(inputs)
    return benefits


def _share_of_one(inputs: ForecastInputs) -> float:
    principles = max(1, inputs.breadth or len(inputs.principles))
    return share_of_one(inputs.constants["diminishing-rho"], principles)


class Moment(NamedTuple):
    """One half-term in all draws of a chunk; its arrays are used again for the next."""

    time: int
    outcomes: FloatArray
    """Shape (n_names, n), more is better."""
    maturity: FloatArray
    """Shape (P, n), 0 to 1; of a run for a comparison without meaning."""
    means: FloatArray | None = None
    """Of a run for a comparison: the outcomes with every effect at its mean, without views."""


class Powers:
    """Exponentials of the ramp's rate, each made once, for all cases with the same draws of it.

    With ``rows``, memory that may be written over, it serves one case: what is of one half-term
    alone is then not kept.
    """

    def __init__(self, rate: FloatArray, memory: Scratch, rows: FloatArray | None = None) -> None:
        self.rate: FloatArray = rate
        self._memory, self._rows = memory, rows
        self._made: dict[float, FloatArray] = {}

    def of(self, months: float) -> FloatArray:
        """Return exp(months / T) in every draw; not to be changed."""
        if months in self._made:
            return self._made[months]
        place = len(self._made)
        if self._rows is not None and months < 0:
            return self._exp(months, self._memory.take("power", len(self.rate)))
        if self._rows is not None and place < len(self._rows):
            made: FloatArray = self._rows[place]
        else:  # the arrays of the last chunk are used again, in the same order
            made = self._memory.take(f"power {place}", len(self.rate))
        self._made[months] = self._exp(months, made)
        return made

    def _exp(self, months: float, out: FloatArray) -> FloatArray:
        np.multiply(self.rate, months, out=out)
        np.exp(out, out=out)
        return out


def run_chunk(
    inputs: ForecastInputs,
    draws: ChunkDraws,
    scratch: Scratch | None = None,
    *,
    powers: Powers | None = None,
    compared: bool = False,
) -> Iterator[Moment]:
    r"""Yield outcomes and maturity at the end of each half-term; uses the draws up.

    In every draw and for step :math:`i` at principle :math:`p`,

    .. math:: \delta_{ip}(t) = g_p\,\theta_i\,r_i\,h(f_i)\,R(t - s_i)\,D_i(t)
              \prod_{j \prec i} u(f_j)\,/\,(1 + \rho + \dots + \rho^{P-1})

    with thinning by :math:`\rho` within a principle and among principles, and the cap.
    The rows of ``draws.reach`` are overwritten, as is the last run in the same scratch.
    With ``compared`` outcomes with every effect at its mean come too, and no maturity.
    """
    memory = Scratch() if scratch is None else scratch
    n = len(draws.ramp)
    strengths, closes = _strength(inputs, draws, memory, compared=compared)
    closes *= draws.fidelity
    closes *= inputs.constants["step-closure"]
    pairs = _indices(inputs.pairs)
    on: list[list[int]] = [[] for _ in inputs.principles]
    for s, p in pairs.tolist():
        on[p].append(s)
    acts: list[list[int]] = [[] for _ in inputs.steps]
    for e, s in enumerate(inputs.acting):
        acts[s].append(e)
    split = 1 / np.maximum(1, np.bincount(pairs[:, 0], minlength=len(closes)))
    closes *= split[:, None]
    # Reach is in the strength of each step by now: its memory holds the exponentials.
    rates = Powers(1 / draws.ramp, memory, draws.reach) if powers is None else powers
    growth = _Growth(inputs, draws, rates)
    most = max((sum(len(acts[s]) for s in steps) for steps in on), default=0)
    sums = _Sums(inputs, strengths, most, memory)
    sums.settle(on, acts, draws.gaps)
    acts = [[e for e in some if not sums.settled(e)] for some in acts]
    maturity = memory.take("maturity", len(on), n)
    grown, spare = np.empty(n), np.empty(n)
    for t in range(len(inputs.months)):
        begun = growth.begin(t)
        sums.begin()
        for p, steps in enumerate(on):
            open_ = None if compared else maturity[p]
            if open_ is not None:
                np.copyto(open_, draws.gaps[p])
            for s in steps:
                if not begun[s] or (open_ is None and not acts[s]):
                    continue
                growth.of(s, grown)
                for e in acts[s]:
                    sums.add(e, grown)
                if open_ is not None:
                    grown *= closes[s]
                    np.subtract(1.0, grown, out=grown)
                    open_ *= grown
            if open_ is not None:
                np.subtract(1.0, open_, out=open_)
            sums.close(draws.gaps[p])
        outcomes, means = sums.capped(growth, begun)
        if Outcome.CONDUCT in inputs.outcomes:
            _views(inputs, draws, growth.whole, outcomes, spare)
        yield Moment(t, outcomes, maturity, means)


class _Sums:
    """Effects within a principle and among principles, thinned and capped, half-term by half-term.

    Once for each way in which their strength is taken: as drawn, and at its mean.
    """

    def __init__(
        self, inputs: ForecastInputs, strengths: list[FloatArray], most: int, memory: Scratch
    ) -> None:
        self._strengths, self._of = strengths, inputs.outcome
        self._rho = inputs.constants["diminishing-rho"]
        self._caps = [inputs.cap(name) for name in inputs.outcomes]
        ways, kinds, n = len(strengths), len(self._caps), strengths[0].shape[1]
        share = _share_of_one(inputs)
        for strength in strengths:
            np.multiply(strength, share, out=strength)
        self._rows = memory.take("rows", ways, kinds, most, n)
        self._sums = memory.take("sums", ways, kinds, len(inputs.principles), n)
        self._made = [memory.take("outcomes", len(inputs.names), n)]
        if ways > 1:
            self._made.append(memory.take("outcomes at means", kinds, n))
        self._found = [0] * kinds
        self._here = [0] * kinds
        self._whole = memory.take("whole", ways, kinds, n)
        self._grown = np.empty(n)
        steps = [
            {s for s, k in zip(inputs.acting, inputs.outcome, strict=True) if k == kind}
            for kind in range(kinds)
        ]
        self._alone = {k: min(some) for k, some in enumerate(steps) if len(some) == 1}

    def settled(self, effect: int) -> bool:
        """Say whether an effect is in what `settle` has summed."""
        return self._of[effect] in self._alone

    def settle(self, on: list[list[int]], acts: list[list[int]], gaps: FloatArray) -> None:
        """Sum beforehand each outcome on which one step alone acts: all of it grows as one."""
        ones = np.ones(len(self._grown))
        for p, steps in enumerate(on):
            for effect in (e for s in steps for e in acts[s] if self.settled(e)):
                self.add(effect, ones)
            self.close(gaps[p])
        for k in self._alone:
            for sums, whole in zip(self._sums, self._whole, strict=True):
                found = self._found[k]
                whole[k] = diminished_sum(sums[k, :found], self._rho) if found else 0.0

    def begin(self) -> None:
        """Begin a half-term."""
        self._found = [0] * len(self._caps)

    def add(self, effect: int, grown: FloatArray) -> None:
        """Add an effect on the principle at hand, as far as its step has grown."""
        k = self._of[effect]
        for rows, strength in zip(self._rows, self._strengths, strict=True):
            np.multiply(strength[effect], grown, out=rows[k, self._here[k]])
        self._here[k] += 1

    def close(self, gap: FloatArray) -> None:
        """Sum the effects on one principle, and weight them with its gap."""
        for k, here in enumerate(self._here):
            if here:
                for rows, sums in zip(self._rows, self._sums, strict=True):
                    total = diminished_sum(rows[k, :here], self._rho)
                    np.multiply(total, gap, out=sums[k, self._found[k]])
                self._found[k] += 1
                self._here[k] = 0

    def capped(self, growth: _Growth, begun: list[bool]) -> tuple[FloatArray, FloatArray | None]:
        """Return the outcomes, and at means if these are asked for."""
        for k, (cap, found) in enumerate(zip(self._caps, self._found, strict=True)):
            step = self._alone.get(k)
            grows = step is not None and begun[step]
            if step is not None and grows:
                growth.of(step, self._grown)
            for whole, sums, made in zip(self._whole, self._sums, self._made, strict=True):
                if grows:
                    np.multiply(whole[k], self._grown, out=made[k])
                    np.clip(made[k], -cap, cap, out=made[k])
                elif found:
                    np.clip(diminished_sum(sums[k, :found], self._rho), -cap, cap, out=made[k])
                else:
                    made[k] = 0.0
        return self._made[0], self._made[1] if len(self._made) > 1 else None


def _views(
    inputs: ForecastInputs,
    draws: ChunkDraws,
    whole: FloatArray,
    outcomes: FloatArray,
    spare: FloatArray,
) -> None:
    """Set the views of staff and pupils: a share of the change in conduct, and a spread."""
    conduct = outcomes[inputs.outcomes.index(Outcome.CONDUCT)]
    for view, seen in enumerate(("view-staff", "view-pupils")):
        row = outcomes[len(inputs.outcomes) + view]
        np.multiply(draws.views[view], whole, out=row)
        np.multiply(conduct, inputs.constants[seen], out=spare)
        row += spare


class _Growth:
    """How far each step has grown and how much of that remains, half-term by half-term."""

    def __init__(self, inputs: ForecastInputs, draws: ChunkDraws, powers: Powers) -> None:
        n = len(draws.ramp)
        self.inputs = inputs
        self.holds = _holds(inputs)
        self.powers = powers
        self.starts = np.nan_to_num(inputs.starts, nan=np.inf)
        self.first = float(self.starts.min(initial=np.inf))
        # exp(-(t - s) / T) = exp(-t / T) exp(s / T): an exponential a step, not a step and time.
        self.factor = np.empty(0)
        self.whole = np.zeros(n)
        self.hold: list[float] = []
        self.kept = draws.kept
        self.over = slice(n, n)
        self.mended = np.empty((0, 0))

    def begin(self, t: int) -> list[bool]:
        """Go to a half-term; return which steps have begun by its end."""
        worked = float(self.inputs.worked[t])
        begun: list[bool] = (self.starts < worked).tolist()
        self.factor = self.powers.of(-worked)
        self.hold = self.holds[-1, t].tolist()
        if self.first < worked:
            np.multiply(self.powers.of(self.first), self.factor, out=self.whole)
            np.subtract(1.0, self.whole, out=self.whole)
        # The few draws in which the plan has been given up: growth stops and everything fades.
        n = len(self.kept)
        self.over = slice(n - int(np.count_nonzero(self.kept <= t)), n)
        if self.over.start == n:
            return begun
        when = self.kept[self.over].astype(np.intp)
        until = np.concatenate([[0.0], self.inputs.worked])[when]
        rate = self.powers.rate[self.over]
        age = np.maximum(0.0, until - self.starts[:, None])
        self.mended = -np.expm1(-age * rate) * self.holds[when, t].T
        self.whole[self.over] = -np.expm1(-np.maximum(0.0, until - self.first) * rate)
        return begun

    def of(self, step: int, out: FloatArray) -> None:
        """Write the share of a step's effect that has arrived, 0 to 1."""
        np.multiply(self.powers.of(float(self.starts[step])), self.factor, out=out)
        np.subtract(1.0, out, out=out)
        if self.hold[step] != 1.0:
            out *= self.hold[step]
        if len(self.mended):
            out[self.over] = self.mended[step]
