"""What several cases of a forecast share: the steps that matter to outcomes, and the draws."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import numpy as np
from attrs import evolve

from behaviour_culture.impact.forecasting.drawing import ChunkDraws, Scratch, draw_chunk, draw_kept
from behaviour_culture.impact.forecasting.inputs import ForecastInputs
from behaviour_culture.impact.forecasting.model import Powers
from behaviour_culture.typing import FloatArray

__all__ = ["SharedDraws", "outcomes_alone"]

_DRAWN = ("ramp-low", "ramp-months", "ramp-high", "view-correlation", "view-spread")
"""Constants that the draws depend on, beside the chance of giving up."""


def outcomes_alone(cases: Sequence[ForecastInputs]) -> list[ForecastInputs]:
    """Return cases without the steps and principles that no outcome depends on.

    Most steps have no measured effect: only how far they are in place is forecast. What is left
    are those with an effect, what unlocks them and the step that begins first, from which the
    views of staff and pupils may differ. Outcomes are the same to the bit. Cases of one plan keep
    the same steps, so that they have the same draws.
    """
    kept: dict[tuple[str, ...], set[int]] = {}
    for case in cases:
        mine = kept.setdefault(case.steps, set())
        acting = set(case.acting)
        mine |= acting
        mine |= {int(before) for step, before in case.needs.tolist() if int(step) in acting}
        if np.isfinite(case.starts).any():
            mine.add(int(np.nanargmin(case.starts)))
    return [_only(case, sorted(kept[case.steps])) for case in cases]


def _only(case: ForecastInputs, steps: list[int]) -> ForecastInputs:
    place = {old: new for new, old in enumerate(steps)}
    acting = set(case.acting)
    pairs = [(int(s), int(p)) for s, p in case.pairs.tolist() if int(s) in acting]
    principles = sorted({p for _, p in pairs})
    at = {old: new for new, old in enumerate(principles)}
    rows: dict[str, Any] = {  # that the fields freeze
        name: getattr(case, name)[steps]
        for name in ("starts", "ends", "fidelity", "reach", "missing")
    }
    rows |= {
        "gaps": case.gaps[principles],
        "pairs": [(place[s], at[p]) for s, p in pairs],
        "needs": [
            (place[int(s)], place[int(b)])
            for s, b in case.needs.tolist()
            if int(s) in acting and int(b) in place
        ],
    }
    return evolve(
        case,
        steps=[case.steps[i] for i in steps],
        principles=[case.principles[i] for i in principles],
        acting=[place[i] for i in case.acting],
        breadth=case.breadth or len(case.principles),
        **rows,
    )


class SharedDraws:
    """The draws of several cases, made once for all that have the same inputs to draw.

    As each input has a stream of its own, they are the draws that each case would make alone.
    """

    def __init__(self, cases: Sequence[ForecastInputs], seed: int) -> None:
        self._seed = seed
        self.cases = cases
        self._keys = [_draw_key(case) for case in self.cases]
        self._memory = {key: Scratch() for key in self._keys}
        self._reach = Scratch()
        self._chunk = -1
        self._held: dict[str, tuple[ChunkDraws, Powers]] = {}
        self._kept: dict[float, FloatArray] = {}

    def of(self, place: int, chunk: int, size: int) -> tuple[ChunkDraws, Powers]:
        """Return the draws of a case by its place, until the next ones are asked for."""
        case, key = self.cases[place], self._keys[place]
        if chunk != self._chunk:
            self._chunk = chunk
            self._held.clear()
            self._kept.clear()
        if key not in self._held:
            memory = self._memory[key]
            made = draw_chunk(case, self._seed, chunk, size, memory)
            self._held[key] = made, Powers(1 / made.ramp, memory)
        made, powers = self._held[key]
        dropout = case.constants["dropout"]
        if dropout not in self._kept:
            self._kept[dropout] = draw_kept(dropout, self._seed, chunk, size)
        reach = self._reach.take("reach", *made.reach.shape)
        np.copyto(reach, made.reach)  # a run writes over it
        return made._replace(reach=reach, kept=self._kept[dropout]), powers


def _draw_key(case: ForecastInputs) -> str:
    arrays = (case.fidelity, case.reach, case.gaps)
    constants = [case.constants[name] for name in _DRAWN]
    names = (case.steps, case.principles, case.studies)
    return json.dumps([*names, constants, *(a.tolist() for a in arrays)])
