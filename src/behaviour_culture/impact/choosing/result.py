"""Results of choosing steps: the steps, their benefit and cost, and the reasons for the rest."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from math import fsum
from typing import Any, ClassVar

from attrs import field, frozen

from behaviour_culture._display import count_of
from behaviour_culture._entries import Entries
from behaviour_culture.checks import Check, MapOf, TupleOf, Value, as_float
from behaviour_culture.errors import UnknownNameError
from behaviour_culture.fields import NotNegative, Share, Slug, Slugs, Text
from behaviour_culture.impact.hours import LEAST_HOURS
from behaviour_culture.model.estimate import Estimate

__all__ = ["ChoiceStatus", "Frontier", "StepChoice"]


class ChoiceStatus(StrEnum):
    """Whether a choice is proven to be the best."""

    OPTIMAL = "optimal"
    """Proven: no other choice is worth more."""
    FEASIBLE = "feasible"
    """It keeps all limits; a better one may exist, but none better than the bound."""


@frozen(kw_only=True, repr=False)
class StepChoice(Value):
    """The steps to take within what a school has, and why each other step was left out.

    Attributes
    ----------
    plan : str
        Id of the plan or the catalogue that was chosen from.
    engine : str
        ``heuristic`` or ``exact``, whichever answered.
    quantile : float or None
        The lower quantile of the draws that is the objective; None for the mean.
    steps : tuple of str
        The chosen steps, in the order in which they can begin.
    titles : mapping of str to str
        Of all steps, chosen or left out.
    half_terms : mapping of str to str
        For each chosen step the half-term in which it can begin at the earliest.
    benefits : mapping of str to float
        Mean benefit of each chosen step.
    benefit : Estimate
        Of all chosen steps together.
    value : float
        The objective: the mean or the lower quantile of the benefit.
    bound : float
        No choice within the limits has a larger value.
    hours : mapping of str to float
        Staff hours by role, all people and weeks together.
    step_hours : mapping of str to float
        Staff hours of each chosen step.
    cost_gbp : float
        Pounds beyond staff time, at the middle of each range.
    left_out : mapping of str to str
        The other steps, and why each is not in.
    solver_fault : bool
        The exact engine contradicted the best choice in hand, with a bound below it or a choice
        that breaks a limit: nothing that it said was used, and the heuristic answered.
    """

    plan: Slug
    engine: Text
    quantile: Share | None = None
    status: ChoiceStatus
    steps: Slugs = field(converter=TupleOf[str])
    titles: Mapping[str, str] = field(converter=MapOf[str, str])
    half_terms: Mapping[str, str] = field(converter=MapOf[str, str])
    benefits: Mapping[Slug, float] = field(converter=MapOf[str, float])
    benefit: Estimate
    value: float = field(converter=as_float)
    bound: float = field(converter=as_float)
    hours: Mapping[Slug, NotNegative] = field(converter=MapOf[str, float])
    step_hours: Mapping[Slug, NotNegative] = field(converter=MapOf[str, float])
    cost_gbp: NotNegative = field(converter=as_float)
    left_out: Mapping[str, str] = field(converter=MapOf[str, str])
    solver_fault: bool = False

    def _check(self, check: Check) -> None:
        if check.ok():
            if self.bound < self.value:
                check.fault("bound", f"must be at least the value, {self.value:g}", self.bound)
            for name in ("half_terms", "benefits", "step_hours"):
                if set(getattr(self, name)) != set(self.steps):
                    check.fault(name, "must have an entry for each chosen step and no other")
            for key in self.steps:
                if key in self.left_out:
                    check.fault(f"left_out.{key}", "the step is chosen")
            for key in (*self.steps, *self.left_out):
                if key not in self.titles:
                    check.fault("titles", f"has no title for {key!r}")

    @property
    def total_hours(self) -> float:
        """Staff hours over all roles."""
        return float(fsum(self.hours.values()))

    @property
    def proven(self) -> bool:
        """True where no other choice can be worth more."""
        return self.status is ChoiceStatus.OPTIMAL

    @property
    def gap(self) -> float:
        """By what share of the bound a better choice could exceed this one, 0 to 1."""
        if self.proven or self.bound <= 0:
            return 0.0
        return min(1.0, max(0.0, (self.bound - self.value) / self.bound))

    def why(self, step_id: str) -> str:
        """Say when a chosen step can begin, or why a step was left out."""
        if step_id in self.left_out:
            return self.left_out[step_id]
        if step_id in self.half_terms:
            return f"chosen: it can begin in {self.half_terms[step_id]}"
        raise UnknownNameError("step", step_id, [*self.steps, *self.left_out])

    _COLUMNS: ClassVar[Mapping[str, type]] = {
        "step": str,
        "title": str,
        "chosen": bool,
        "half_term": str,
        "benefit": float,
        "hours": float,
        "reason": str,
    }

    def to_rows(self) -> list[dict[str, Any]]:
        """Return a row for each step: the chosen ones in order, then those left out."""
        chosen = [
            {
                "step": key,
                "title": self.titles[key],
                "chosen": True,
                "half_term": self.half_terms[key],
                "benefit": self.benefits[key],
                "hours": self.step_hours[key],
                "reason": "",
            }
            for key in self.steps
        ]
        others = [
            {
                "step": key,
                "title": self.titles[key],
                "chosen": False,
                "half_term": "",
                "benefit": None,
                "hours": None,
                "reason": reason,
            }
            for key, reason in self.left_out.items()
        ]
        return [*chosen, *others]

    def _label(self) -> str:
        steps = count_of(len(self.steps), "step")
        return f"{self.plan}: {steps}, {self.benefit.value:.3g}, {self.total_hours:.0f} hours"

    def _lines(self) -> list[str]:
        many = len(self.steps) + len(self.left_out)
        sure = "no other choice is worth more" if self.proven else f"at most {self.gap:.0%} short"
        what = "" if self.quantile is None else f", made for the worst {self.quantile:.0%} of draws"
        lines = [
            f"{len(self.steps)} of {many} steps: benefit {self.benefit.value:.3g} "
            f"({self.benefit.lower:.3g} to {self.benefit.upper:.3g}) for "
            f"{self.total_hours:.0f} staff hours and £{self.cost_gbp:,.0f}; {sure}{what}"
        ]
        if self.solver_fault:
            lines.append(
                "  The exact engine contradicted a choice in hand and was not believed: this is "
                "the heuristic's answer. Please report it"
            )
        if not self.steps and self.quantile is not None:
            lines.append(
                "  To do nothing is surest: no choice found keeps this part of draws from harm"
            )
        lines += [f"  {self.half_terms[key]}: {self.titles[key]} ({key})" for key in self.steps]
        if self.left_out:
            lines.append("  Left out")
            lines += [f"    {self.titles[k]} ({k}): {why}" for k, why in self.left_out.items()]
        return lines


@frozen(kw_only=True, repr=False)
class Frontier(Value):
    """The best choice for each amount of staff time, and so the worth of one more hour.

    Attributes
    ----------
    plan : str
    choices : tuple of StepChoice
        By staff hours, rising, and each worth more than the one before.
    """

    plan: Slug
    choices: Entries[StepChoice] = field(converter=TupleOf[StepChoice])

    def _check(self, check: Check) -> None:
        if check.ok("choices"):
            for i in range(1, len(self.choices)):
                before, after = self.choices[i - 1], self.choices[i]
                if not (before.total_hours <= after.total_hours and before.value <= after.value):
                    message = "takes fewer hours, or is worth less, than the choice before it"
                    check.fault(f"choices[{i}]", message)

    _COLUMNS: ClassVar[Mapping[str, type]] = {
        "hours": float,
        "value": float,
        "benefit": float,
        "lower": float,
        "upper": float,
        "bound": float,
        "status": ChoiceStatus,
        "steps": int,
        "cost_gbp": float,
        "gain_per_100_hours": float,
        "new": str,
        "dropped": str,
    }

    def to_rows(self) -> list[dict[str, Any]]:
        """Return a row for each point: hours, benefit, and the gain from the last hours."""
        rows: list[dict[str, Any]] = []
        for i, c in enumerate(self.choices):
            last = self.choices[i - 1] if i else None
            more = c.total_hours - last.total_hours if last else c.total_hours
            gain = c.value - last.value if last else c.value
            there = set(last.steps) if last else set()
            rows.append(
                {
                    "hours": c.total_hours,
                    "value": c.value,
                    "benefit": c.benefit.value,
                    "lower": c.benefit.lower,
                    "upper": c.benefit.upper,
                    "bound": c.bound,
                    "status": c.status.value,
                    "steps": len(c.steps),
                    "cost_gbp": c.cost_gbp,
                    "gain_per_100_hours": 100 * gain / more if more > LEAST_HOURS else None,
                    "new": ", ".join(k for k in c.steps if k not in there),
                    "dropped": ", ".join(sorted(there - set(c.steps))),
                }
            )
        return rows

    def _label(self) -> str:
        return f"{self.plan}: {count_of(len(self.choices), 'choice')}"

    def _lines(self) -> list[str]:
        head = f"Best choices from {self.plan} by staff time: {len(self.choices)}"
        levels = {f"{c.benefit.level:.0%}" for c in self.choices}
        return [
            f"{head}; benefit, with its {' or '.join(sorted(levels))} interval" if levels else head,
            *(
                f"  {c.total_hours:.0f} hours: {c.value:.3g} ({c.benefit.lower:.3g} to "
                f"{c.benefit.upper:.3g}) from {count_of(len(c.steps), 'step')}"
                for c in self.choices
            ),
        ]
