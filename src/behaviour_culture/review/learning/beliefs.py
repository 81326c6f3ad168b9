"""Observations, and the beliefs that follow from them, in the form that the next round takes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar

from attrs import field, frozen

from behaviour_culture._display import count_of
from behaviour_culture._entries import Entries
from behaviour_culture.checks import Check, MapOf, TupleOf, Value, as_float, as_whole
from behaviour_culture.errors import FaultCode
from behaviour_culture.fields import Positive, Range, Share, Slug, Some, Text, Unique
from behaviour_culture.model.estimate import Estimate
from behaviour_culture.model.evidence import EffectScale, EvidenceBase
from behaviour_culture.statistics.estimates import normal_quantile

__all__ = ["Belief", "Beliefs", "Observation"]

_BY_CHANCE = 0.01
"""Share of calls in which an observation contradicts the rest by chance alone (judgement)."""
_SHOWN = 0.001

_EFFECTS = {
    EffectScale.SMD.value: "standard deviations (smd)",
    EffectScale.LOG_RATE_RATIO.value: "logarithms of rate ratios (log-rate-ratio)",
    EffectScale.LOG_ODDS_RATIO.value: "logarithms of odds ratios (log-odds-ratio)",
}


@frozen(kw_only=True, repr=False)
class Observation(Value):
    """One observation at the end of a half-term, on the scale of the forecast.

    Attributes
    ----------
    half_term : int
        Counted from 1, the first of the forecast.
    outcome : str
        An outcome of the forecast, as change since the start of the plan, more is better; or
        a principle, as its maturity from 0 to 1 when it was audited again.
    value : float
        In the unit of the forecast, not in points: a point is a hundredth, so that 12 points of
        a standard deviation are 0.12.
    standard_error : float
        In the same unit: how far chance alone may have moved the value.
    """

    half_term: Annotated[int, Range(low=1, high=60)] = field(converter=as_whole)
    outcome: Slug
    value: Annotated[float, Range(low=-5, high=5)] = field(converter=as_float)
    standard_error: Annotated[float, Range(high=100, above=0)] = field(converter=as_float)

    def _check(self, check: Check) -> None:
        if not check.ok("value") and 5 < abs(self.value) <= 100:  # noqa: PLR2004  (per cent)
            message = (
                f"{self.value:g} of the unit cannot be meant; if these are points, which are "
                f"hundredths, write {self.value / 100:g}"
            )
            check.fault("value", message, self.value, FaultCode.OUT_OF_RANGE)

    def _lines(self) -> list[str]:
        return [
            f"{self.outcome} at the end of half-term {self.half_term}: {self.value:+z.2f} "
            f"(standard error {self.standard_error:.2f})"
        ]


@frozen(kw_only=True, repr=False)
class Belief(Value):
    """One believed number, before and after: the mean and 95% interval of each."""

    id: Slug
    name: Text
    before: Estimate
    after: Estimate

    def _lines(self) -> list[str]:
        return [f"{self.name}: {self.before} before, {self.after} now"]


@frozen(kw_only=True, repr=False)
class Beliefs(Value):
    """Beliefs after some observations, in the form that the next round takes.

    Attributes
    ----------
    effective : float
        Draws that the beliefs rest on (effective sample size), at most ``draws``.
    beliefs : tuple of Belief
        Effects in this school, discounted and spread by grade as in the forecast (negative is
        fewer problems), mean fidelity, ramp.
    fidelity : mapping of str to float
        Mean fidelity of each step; use it in a progress report only where nobody has looked.
    benefits : mapping of str to float
        Mean benefit of each step of the old plan on its own, in points of behaviour, at the
        gaps that it started from. `draft_plan` takes steps that are not there as 0: to let
        the whole catalogue compete for the next plan, give it
        ``impact.catalogue_benefits(catalogue, new_result, evidence=beliefs.evidence)``.
    surprises : tuple of float
        For each observation, how many standard errors it is from what the forecast and the other
        observations lead to expect.
    fit : float or None
        The share of repetitions in which observations of these beliefs would lie further from
        them than those seen, all together (chi-square).
    evidence : EvidenceBase
        Effects and assumptions brought up to date, the edition marked, for ``forecast``.
    """

    id: Slug
    plan: Slug
    forecast: Slug
    observations: Annotated[Entries[Observation], Some()] = field(converter=TupleOf[Observation])
    draws: Annotated[int, Range(low=1)]
    effective: Positive = field(converter=as_float)
    beliefs: Annotated[Entries[Belief], Unique("id")] = field(converter=TupleOf[Belief])
    fidelity: Mapping[Slug, Share] = field(converter=MapOf[str, float])
    benefits: Mapping[Slug, float] = field(converter=MapOf[str, float])
    surprises: tuple[float, ...] = field(default=(), converter=TupleOf[float])
    fit: Share | None = None
    evidence: EvidenceBase

    def _check(self, check: Check) -> None:
        if check.ok() and self.surprises and len(self.surprises) != len(self.observations):
            check.fault("surprises", "expected one for each observation", self.surprises)

    @property
    def conflicts(self) -> Entries[Observation]:
        """The observations that contradict the rest: the others, the forecast, or both.

        By chance alone there is one in about one call of a hundred (judgement), however many
        observations there are.
        """
        limit = normal_quantile(1 - _BY_CHANCE / len(self.observations))
        pairs = zip(self.observations, self.surprises, strict=False)
        return Entries(seen for seen, far in pairs if abs(far) > limit)

    _COLUMNS: ClassVar[Mapping[str, type]] = {
        "belief": str,
        "name": str,
        "before": float,
        "before_lower": float,
        "before_upper": float,
        "after": float,
        "after_lower": float,
        "after_upper": float,
    }

    def to_rows(self) -> list[dict[str, Any]]:
        """Return a row for each belief."""
        return [
            {
                "belief": b.id,
                "name": b.name,
                "before": b.before.value,
                "before_lower": b.before.lower,
                "before_upper": b.before.upper,
                "after": b.after.value,
                "after_lower": b.after.lower,
                "after_upper": b.after.upper,
            }
            for b in self.beliefs
        ]

    def _label(self) -> str:
        return f"{self.plan}: {count_of(len(self.observations), 'observation')}"

    def _lines(self) -> list[str]:
        units = {b.before.unit for b in self.beliefs}
        words = " or ".join(text for scale, text in _EFFECTS.items() if scale in units)
        return [
            f"Beliefs about {self.plan} after {count_of(len(self.observations), 'observation')}; "
            f"they rest on {self.effective:,.0f} of {self.draws:,} draws",
            "  They hold if the model does, and say nothing about what caused what was seen.",
            *self._contradictions(),
            *([f"  Effects are in {words}; below 0 is fewer problems."] if words else []),
            *(f"  {b}" for b in self.beliefs),
        ]

    def _contradictions(self) -> list[str]:
        if not (conflicts := self.conflicts):
            return self._misfit()
        alone = len(self.observations) == 1
        what = "the forecast" if alone else "what the forecast and the others lead to expect"
        return [
            f"  Contradiction: what was seen does not fit {what}. Check the observations and "
            "their standard errors before you use these beliefs:",
            *(f"    {line}" for seen in conflicts for line in str(seen).splitlines()),
            *self._misfit(),
        ]

    def _misfit(self) -> list[str]:
        if self.fit is None or self.fit >= _BY_CHANCE:
            return []
        share = f"{self.fit:.1%}" if self.fit >= _SHOWN else f"less than {_SHOWN:.1%}"
        return [
            f"  Taken together, what was seen lies so far from these beliefs in {share} of "
            "repetitions (chi-square): they fit it badly."
        ]
