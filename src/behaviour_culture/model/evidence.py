"""Published effects and stated assumptions, the only sources of default numbers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Annotated, Any, ClassVar

from attrs import evolve, field, frozen

from behaviour_culture._entries import Entries
from behaviour_culture.checks import Check, TupleOf, Value, as_float, as_tuple, find
from behaviour_culture.fields import NotNegative, Range, Share, Slug, Slugs, Text, Unique
from behaviour_culture.model.finding import (
    AttainmentFinding,
    Finding,
    Outcome,
    as_attainment,
    as_findings,
)
from behaviour_culture.model.setting import Setting
from behaviour_culture.model.source import Mark, Provenance, Sourced

__all__ = [
    "USUAL_SCALES",
    "Assumption",
    "EffectParameter",
    "EffectScale",
    "EvidenceBase",
    "Grade",
    "Outcome",
]


class EffectScale(StrEnum):
    """The scale of an effect; negative means fewer problems on each."""

    SMD = "smd"
    """Standardised mean difference."""
    LOG_RATE_RATIO = "log-rate-ratio"
    """Natural logarithm of a rate ratio."""
    LOG_ODDS_RATIO = "log-odds-ratio"
    """Natural logarithm of an odds ratio."""


USUAL_SCALES: Mapping[Outcome, EffectScale] = {
    **dict.fromkeys(Outcome, EffectScale.SMD),
    Outcome.BULLIED: EffectScale.LOG_ODDS_RATIO,
    Outcome.SUSPENSION: EffectScale.LOG_ODDS_RATIO,
    Outcome.ABSENCE: EffectScale.LOG_RATE_RATIO,
}
"""The scale of each outcome in the shipped evidence: a forecast on it has the outcome's id."""


@frozen(kw_only=True, repr=False)
class Grade(Value):
    """How directly evidence carries over: a discount, and a factor of the spread beside it.

    The spread between schools is discounted as the mean is, and then widened by ``tau_factor``:
    a step that has little of an effect has little of the spread too.
    """

    id: Text
    discount: Share = field(converter=as_float)
    tau_factor: NotNegative = field(converter=as_float)
    text: Text
    basis: Text

    @property
    def spread(self) -> float:
        """The factor of the spread between settings: it shrinks with the mean, and less."""
        return self.discount * self.tau_factor

    def _lines(self) -> list[str]:
        return [f"grade {self.id}: {self.text}"]


@frozen(kw_only=True, repr=False)
class EffectParameter(Value):
    """One published effect as a prior: mean, standard error, and spread between settings.

    Attributes
    ----------
    mean, standard_error : float
        The published figures; a negative mean is fewer problems.
    tau : float
        Standard deviation of the effect between settings.
    setting : float
        The learned difference between the effect in one setting and ``mean``. A grade
        multiplies it, as it does ``tau``, but does not discount it. It is 0 in published
        evidence, and in any school but the one in which it was learned.
    settings : tuple of Setting
        The kinds of school in which it was measured; empty where that is not said. No step may
        lend it to others.
    most_reach : float
        The largest share of a school's pupils among whom it was measured: below 1 for a
        programme for the few, and no step with a larger reach may have it.
    """

    id: Slug
    name: Text
    outcome: Outcome
    scale: EffectScale
    mean: Annotated[float, Range(low=-10, high=10)] = field(converter=as_float)
    standard_error: Annotated[float, Range(low=0, high=10)] = field(converter=as_float)
    tau: Annotated[float, Range(low=0, high=10)] = field(converter=as_float)
    setting: Annotated[float, Range(low=-10, high=10)] = field(default=0.0, converter=as_float)
    grade: Text
    settings: tuple[Setting, ...] = field(default=(), converter=TupleOf[Setting])
    most_reach: Share = field(default=1.0, converter=as_float)
    population: str = ""
    design: str = ""
    text: str = ""
    standard_error_basis: Text
    tau_basis: Text
    provenance: Provenance

    def _lines(self) -> list[str]:
        here = f", in the setting learned from {self.setting:+.2g}" if self.setting else ""
        return [
            f"{self.name}: {self.mean:+.3g} {self.scale.value} on {self.outcome.value} "
            f"(standard error {self.standard_error:.2g}, between settings {self.tau:.2g}{here}, "
            f"grade {self.grade})"
        ]


@frozen(kw_only=True, repr=False)
class Assumption(Value):
    """A number that no study gives, with its plausible range."""

    id: Slug
    name: Text
    value: float = field(converter=as_float)
    low: float = field(converter=as_float)
    high: float = field(converter=as_float)
    unit: str = ""
    text: str = ""
    basis: Text
    provenance: Provenance

    def _check(self, check: Check) -> None:
        if check.ok() and not self.low <= self.value <= self.high:
            check.fault("value", f"{self.value:g} is outside {self.low:g} to {self.high:g}")

    def _lines(self) -> list[str]:
        return [f"{self.name}: {self.value:g} ({self.low:g} to {self.high:g}); {self.basis}"]


@frozen(kw_only=True, repr=False)
class EvidenceBase(Sourced):
    """One edition of the effects, grades and assumptions for scores and forecasts.

    Scores start from ``parameters`` and ``assumptions``. ``findings`` are published rows,
    whether a default rests on them or not; ``attainment`` is for reading only. ``rows_of`` names
    evidence bases whose rows belong to this one: `load_evidence` adds them.
    """

    edition: Text
    rows_of: Slugs = field(default=(), converter=TupleOf[str])
    grades: Annotated[Entries[Grade], Unique("id")] = field(
        default=Entries(), converter=TupleOf[Grade]
    )
    parameters: Annotated[Entries[EffectParameter], Unique("id")] = field(
        default=Entries(), converter=TupleOf[EffectParameter]
    )
    assumptions: Annotated[Entries[Assumption], Unique("id")] = field(
        default=Entries(), converter=TupleOf[Assumption]
    )
    findings: Annotated[Entries[Finding], Unique("id")] = field(
        default=Entries(), converter=as_findings
    )
    attainment: Annotated[Entries[AttainmentFinding], Unique("id")] = field(
        default=Entries(), converter=as_attainment
    )

    def _check(self, check: Check) -> None:
        if not check.ok("grades", "parameters", "assumptions", "findings", "attainment", "sources"):
            return
        grades = {g.id for g in self.grades}
        for name in ("parameters", "findings"):
            for i, entry in enumerate(getattr(self, name)):
                if entry.grade is not None:
                    check.known(f"{name}[{i}].grade", entry.grade, grades, "grade")
        check.cited("parameters", "assumptions", "findings", "attainment")

    def parameter(self, parameter_id: str) -> EffectParameter:
        """Return one effect by id, or raise `UnknownNameError`."""
        return find("effect parameter", parameter_id, self.parameters)

    def grade(self, grade_id: str) -> Grade:
        """Return one grade by id, or raise `UnknownNameError`."""
        return find("grade", grade_id, self.grades)

    def assumption(self, assumption_id: str) -> Assumption:
        """Return one assumption by id, or raise `UnknownNameError`."""
        return find("assumption", assumption_id, self.assumptions)

    def finding(self, finding_id: str) -> Finding:
        """Return one published row by id, or raise `UnknownNameError`."""
        return find("finding", finding_id, self.findings)

    def with_rows(self, others: Iterable[EvidenceBase]) -> EvidenceBase:
        """Return the base with the published rows of others, and the sources that they cite."""
        check, more = Check("with_rows"), as_tuple(others)
        check.value("others", more, tuple[EvidenceBase, ...])
        check.done()
        rows = {f.id: f for base in (*more, self) for f in base.findings}
        sources = {s.id: s for base in (*more, self) for s in base.sources}
        return evolve(self, rows_of=(), findings=rows.values(), sources=sources.values())

    def unverified(self) -> tuple[Finding | AttainmentFinding, ...]:
        """Return the published rows that nobody has compared with their source."""
        rows: tuple[Finding | AttainmentFinding, ...] = self.findings + self.attainment
        return tuple(row for row in rows if not row.verified)

    _COLUMNS: ClassVar[Mapping[str, type]] = {
        "parameter": str,
        "outcome": Outcome,
        "scale": EffectScale,
        "mean": float,
        "standard_error": float,
        "tau": float,
        "setting": float,
        "grade": str,
        "mark": Mark,
        "sources": str,
    }

    def to_rows(self) -> list[dict[str, Any]]:
        """Return a row for each effect parameter."""
        return [
            {
                "parameter": p.id,
                "outcome": p.outcome.value,
                "scale": p.scale.value,
                "mean": p.mean,
                "standard_error": p.standard_error,
                "tau": p.tau,
                "setting": p.setting,
                "grade": p.grade,
                "mark": p.provenance.mark.value,
                "sources": ", ".join(p.provenance.sources),
            }
            for p in self.parameters
        ]

    def _lines(self) -> list[str]:
        lines = [
            f"{self.name} ({self.edition}): {len(self.parameters)} effects, "
            f"{len(self.assumptions)} assumptions, "
            f"{len(self.findings) + len(self.attainment)} published rows"
        ]
        return lines + [f"  {p}" for p in self.parameters]
