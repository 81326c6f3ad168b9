"""The inputs of a forecast, as arrays that check themselves."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

import numpy as np
from attrs import field, frozen

from behaviour_culture._arrays import FrozenArray, array_field
from behaviour_culture._display import count_of
from behaviour_culture.checks import Check, MapOf, TupleOf, Value
from behaviour_culture.fields import Count, Range, Shape, Slug, Slugs, Texts
from behaviour_culture.impact.assumptions import RANGES
from behaviour_culture.model.finding import Outcome

__all__ = ["ASSUMED", "ForecastInputs"]


_VIEWS = (Outcome.CLIMATE_STAFF.value, Outcome.CLIMATE_PUPILS.value)


@frozen(kw_only=True, repr=False)
class ForecastInputs(Value):
    """All inputs of a forecast, as arrays.

    Sizes are steps S, effects E, principles P, times T.

    Attributes
    ----------
    steps, principles, outcomes, studies : tuple of str
        The names behind the indices below. ``outcomes`` holds only those that steps act on; the
        views of staff and pupils follow where conduct is among them.
    scales : tuple of str
        ``smd``, ``log-rate-ratio`` or ``log-odds-ratio`` for each outcome.
    months : array of shape (T,)
        Calendar months from the start of the plan to the end of each half-term.
    worked : array of shape (T,)
        The same without the months in which the plan pauses.
    starts, ends : arrays of shape (S,)
        Months of work from the start of the plan to that of the step, NaN where it is not
        scheduled; calendar months to the end of its upkeep, NaN where it is kept up.
    acting : tuple of E ints
        The step that has each effect, as an index; a step may have none or several.
    effect_mean, effect_error, effect_spread : arrays of shape (E,)
        Each effect, more is better: mean, error shared with every effect of one study, spread
        shared by all of them in one school.
    grades : tuple of E str
    study, outcome : tuples of E ints
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
    breadth : int
        Number of principles of the framework, those that no step answers included; 0 stands for
        P.
    """

    steps: Slugs = field(converter=TupleOf[str])
    principles: Slugs = field(converter=TupleOf[str])
    outcomes: Texts = field(converter=TupleOf[str])
    scales: Texts = field(converter=TupleOf[str])
    studies: Slugs = field(converter=TupleOf[str])
    months: Annotated[FrozenArray, Shape(None)] = array_field()
    worked: Annotated[FrozenArray, Shape("months")] = array_field()
    starts: Annotated[FrozenArray, Shape("steps", missing=True)] = array_field()
    ends: Annotated[FrozenArray, Shape("steps", missing=True)] = array_field()
    acting: tuple[Count, ...] = field(converter=TupleOf[Count])
    effect_mean: Annotated[FrozenArray, Shape("acting")] = array_field()
    effect_error: Annotated[FrozenArray, Shape("acting")] = array_field()
    effect_spread: Annotated[FrozenArray, Shape("acting")] = array_field()
    grades: Texts = field(converter=TupleOf[str])
    study: tuple[Count, ...] = field(converter=TupleOf[Count])
    outcome: tuple[Count, ...] = field(converter=TupleOf[Count])
    fidelity: Annotated[FrozenArray, Shape("steps", 2)] = array_field()
    reach: Annotated[FrozenArray, Shape("steps", 2)] = array_field()
    gaps: Annotated[FrozenArray, Shape("principles", 2, missing=True)] = array_field()
    pairs: Annotated[FrozenArray, Shape(None, 2, empty=True)] = array_field()
    needs: Annotated[FrozenArray, Shape(None, 2, empty=True)] = array_field()
    missing: Annotated[FrozenArray, Shape("steps")] = array_field()
    constants: Mapping[Slug, float] = field(converter=MapOf[str, float])
    breadth: Count = 0

    def _check(self, check: Check) -> None:
        s, p = len(self.steps), len(self.principles)
        for name, highs in (("pairs", (s, p)), ("needs", (s, s))):
            value = getattr(self, name)
            if check.ok(name) and value.size:
                inside = (value >= 0) & (value < np.array(highs)) & (value == np.floor(value))
                if not inside.all():
                    check.fault(name, f"expected pairs of indices below {highs}")
        e = len(self.acting) if check.ok("acting") else 0
        sizes = {"acting": s, "study": len(self.studies), "outcome": len(self.outcomes)}
        for name, size in sizes.items():
            value = getattr(self, name)
            if check.ok(name, "acting") and (len(value) != e or any(v >= size for v in value)):
                check.fault(name, f"expected {e} indices from 0 to {size - 1}")
        if check.ok("grades", "acting") and len(self.grades) != e:
            check.fault("grades", f"expected {e} texts")
        if check.ok("constants"):
            self._check_constants(check)
        if check.ok("months") and not (len(self.months) and (np.diff(self.months) > 0).all()):
            check.fault("months", "expected at least one half-term, in order")

    def _check_constants(self, check: Check) -> None:
        c = self.constants
        for name, limits in _CONSTANTS.items():
            if name not in c:
                check.fault(f"constants.{name}", "no such constant: a forecast needs it")
            else:
                check.value(f"constants.{name}", c[name], Annotated[float, Range(*limits)])
        if check.ok():
            if not c["fidelity-floor"] < c["fidelity-full"]:
                check.fault("constants.fidelity-full", "must be above fidelity-floor")
            if not c["ramp-low"] <= c["ramp-months"] <= c["ramp-high"]:
                check.fault("constants.ramp-months", "must lie from ramp-low to ramp-high")

    @property
    def names(self) -> tuple[str, ...]:
        """The outcomes in the order of ``run_chunk``, the two views last."""
        views = _VIEWS if Outcome.CONDUCT in self.outcomes else ()
        return self.outcomes + views

    def cap(self, outcome: str) -> float:
        """Return the largest size that an outcome may have."""
        if outcome in self.outcomes:
            scale = self.scales[self.outcomes.index(outcome)]
            return self.constants["plan-cap" if scale == "smd" else "plan-cap-log-ratio"]
        seen = self.constants["view-staff" if outcome == Outcome.CLIMATE_STAFF else "view-pupils"]
        return seen * self.constants["plan-cap"] + 6 * self.constants["view-spread"]

    def _label(self) -> str:
        return (
            f"{count_of(len(self.steps), 'step')}, {count_of(len(self.principles), 'principle')}, "
            f"{count_of(len(self.months), 'half-term')}"
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
"""Assumptions of the evidence that the model takes unchanged."""
_CONSTANTS: dict[str, tuple[float, float]] = {
    **{name: RANGES[name] for name in ASSUMED},
    "plan-cap": (1e-6, 1e3),
    "plan-cap-log-ratio": (1e-6, 1e3),
    "ramp-low": RANGES["ramp-months"],
    "ramp-high": RANGES["ramp-months"],
    "dropout": RANGES["dropout-hazard"],
    "leavers": (0, 1),
}
"""Constants of the model and their ranges; caps of 0 would leave the bins without width."""
