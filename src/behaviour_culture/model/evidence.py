"""Published effects and stated assumptions: the only places where default numbers come from."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from attrs import field, frozen

from behaviour_culture._display import Displayed
from behaviour_culture.model.checks import Check, as_float, as_tuple, find
from behaviour_culture.model.finding import (
    AttainmentFinding,
    Finding,
    Outcome,
    as_attainment,
    as_findings,
)
from behaviour_culture.model.source import Provenance, Source

__all__ = ["Assumption", "EffectParameter", "EffectScale", "EvidenceBase", "Grade", "Outcome"]


class EffectScale(StrEnum):
    """The scale of an effect; negative means fewer problems on both."""

    SMD = "smd"
    """Standardised mean difference."""
    LOG_RATE_RATIO = "log-rate-ratio"
    """Natural logarithm of a rate ratio."""


@frozen(kw_only=True, repr=False)
class Grade(Displayed):
    """How directly evidence carries over: what it does to the mean and to the spread."""

    id: str
    discount: float = field(converter=as_float)
    tau_factor: float = field(converter=as_float)
    text: str
    basis: str

    def __attrs_post_init__(self) -> None:
        check = Check(self)
        check.text("id", "text", "basis")
        check.number("discount", low=0, high=1)
        check.number("tau_factor", low=0)
        check.done()

    def _lines(self) -> list[str]:
        return [f"grade {self.id}: {self.text}"]


@frozen(kw_only=True, repr=False)
class EffectParameter(Displayed):
    """One published effect, as a prior: mean, its error, and the spread between settings.

    Attributes
    ----------
    mean, standard_error : float
        What was published; negative is fewer problems.
    tau : float
        Standard deviation of the effect between settings.
    setting : float
        What was learned of one setting: how far the effect there lies from ``mean``. A grade
        widens it as it does ``tau``, and does not discount it. 0 in published evidence, and
        for another school than the one that it was learned in.
    """

    id: str
    name: str
    outcome: Outcome
    scale: EffectScale
    mean: float = field(converter=as_float)
    standard_error: float = field(converter=as_float)
    tau: float = field(converter=as_float)
    setting: float = field(default=0.0, converter=as_float)
    grade: str
    population: str = ""
    design: str = ""
    text: str = ""
    standard_error_basis: str
    tau_basis: str
    provenance: Provenance

    def __attrs_post_init__(self) -> None:
        check = Check(self)
        check.slug("id")
        check.text("name", "grade", "standard_error_basis", "tau_basis")
        check.text("population", "design", "text", empty=True)
        check.instance("outcome", Outcome)
        check.instance("scale", EffectScale)
        check.number("mean", "setting", low=-10, high=10)
        check.number("standard_error", "tau", low=0, high=10)
        check.instance("provenance", Provenance)
        check.done()

    def _lines(self) -> list[str]:
        here = f", in the setting learned from {self.setting:+.2g}" if self.setting else ""
        return [
            f"{self.name}: {self.mean:+.3g} {self.scale.value} on {self.outcome.value} "
            f"(standard error {self.standard_error:.2g}, between settings {self.tau:.2g}{here}, "
            f"grade {self.grade})"
        ]


@frozen(kw_only=True, repr=False)
class Assumption(Displayed):
    """A number that no study gives, with the range in which it may lie."""

    id: str
    name: str
    value: float = field(converter=as_float)
    low: float = field(converter=as_float)
    high: float = field(converter=as_float)
    unit: str = ""
    text: str = ""
    basis: str
    provenance: Provenance

    def __attrs_post_init__(self) -> None:
        check = Check(self)
        check.slug("id")
        check.text("name", "basis")
        check.text("unit", "text", empty=True)
        check.number("value", "low", "high")
        check.instance("provenance", Provenance)
        if check.clean and not self.low <= self.value <= self.high:
            check.fault("value", f"{self.value:g} is outside {self.low:g} to {self.high:g}")
        check.done()

    def _lines(self) -> list[str]:
        return [f"{self.name}: {self.value:g} ({self.low:g} to {self.high:g}); {self.basis}"]


@frozen(kw_only=True, repr=False)
class EvidenceBase(Displayed):
    """The effects, grades and assumptions that a score may draw on, with an edition.

    A score starts from ``parameters`` and ``assumptions``. ``findings`` are the published
    rows behind them, and those that no default rests on; ``attainment`` is for reading only.
    """

    id: str
    name: str
    edition: str
    summary: str = ""
    grades: tuple[Grade, ...] = field(converter=as_tuple)
    parameters: tuple[EffectParameter, ...] = field(converter=as_tuple)
    assumptions: tuple[Assumption, ...] = field(default=(), converter=as_tuple)
    findings: tuple[Finding, ...] = field(default=(), converter=as_findings)
    attainment: tuple[AttainmentFinding, ...] = field(default=(), converter=as_attainment)
    sources: tuple[Source, ...] = field(default=(), converter=as_tuple)

    def __attrs_post_init__(self) -> None:
        check = Check(self)
        check.slug("id")
        check.text("name", "edition")
        check.text("summary", empty=True)
        whole = [
            check.each("grades", Grade, some=True),
            check.each("parameters", EffectParameter),
            check.each("assumptions", Assumption),
            check.each("findings", Finding),
            check.each("attainment", AttainmentFinding),
            check.each("sources", Source),
        ]
        if all(whole):
            lists = ("grades", "parameters", "assumptions", "findings", "attainment", "sources")
            for name in lists:
                check.unique(name)
            grades = {g.id for g in self.grades}
            for i, parameter in enumerate(self.parameters):
                check.known(f"parameters[{i}].grade", parameter.grade, grades, "grade")
            for i, finding in enumerate(self.findings):
                if finding.grade is not None:
                    check.known(f"findings[{i}].grade", finding.grade, grades, "grade")
            check.cited("parameters", "assumptions", "findings", "attainment")
        check.done()

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

    def unverified(self) -> tuple[Finding | AttainmentFinding, ...]:
        """Return the published rows that nobody has compared with their source."""
        rows: tuple[Finding | AttainmentFinding, ...] = self.findings + self.attainment
        return tuple(row for row in rows if not row.verified)

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
