"""What a forecast is made of, as arrays that check themselves."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from attrs import field, frozen

from behaviour_culture._arrays import FrozenArray, array_field
from behaviour_culture._display import Displayed
from behaviour_culture._frozenmap import frozen_map
from behaviour_culture.impact.assumptions import RANGES
from behaviour_culture.model.checks import Check, as_tuple

__all__ = ["ASSUMED", "ForecastInputs"]


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


ASSUMED = (
    "fidelity-floor",
    "fidelity-full",
    "unlock-threshold",
    "unlock-slope",
    "unlock-minimum",
    "diminishing-rho",
    "plan-cap",
    "plan-cap-log-ratio",
    "ramp-months",
    "decay-plateau",
    "decay-year",
    "decay-minimum",
    "induction-months",
    "step-closure",
    "view-staff",
    "view-pupils",
    "view-spread",
    "view-correlation",
)
"""Assumptions of the evidence that the model takes as they are."""
_CONSTANTS: dict[str, tuple[float, float]] = {
    **{name: RANGES[name] for name in ASSUMED},
    "plan-cap": (1e-6, 1e3),
    "plan-cap-log-ratio": (1e-6, 1e3),
    "ramp-low": RANGES["ramp-months"],
    "ramp-high": RANGES["ramp-months"],
    "dropout": RANGES["dropout-hazard"],
    "leavers": (0, 1),
}
"""What the model needs, and the range of each: bins between caps of 0 would have no width."""
