"""Rows of published evidence: the result of one study or review, and how well it is known.

Findings on attainment have a class of their own, and neither class is accepted for the other,
so that a gain in examination marks cannot be counted as better behaviour.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import Annotated

from attrs import field, frozen

from behaviour_culture._entries import Entries
from behaviour_culture.checks import Check, TupleOf, Value, as_entries
from behaviour_culture.fields import NotNegative, Range, Slug, Text, Unique
from behaviour_culture.model.setting import Setting
from behaviour_culture.model.source import Provenance

__all__ = [
    "AssumptionKind",
    "AttainmentFinding",
    "AttainmentScale",
    "ErrorAssumption",
    "Evaluator",
    "Finding",
    "FindingScale",
    "Outcome",
    "StudyKind",
]

_WIDTH = 2 * 1.959963984540054


class Outcome(StrEnum):
    """The outcomes on which effects are known; attainment is left out on purpose."""

    CONDUCT = "conduct"
    """Disruption and other misconduct of pupils, as teachers rate it."""
    BULLIED = "bullied"
    """Being bullied, as pupils say."""
    SUSPENSION = "suspension"
    """Being suspended at all."""
    ABSENCE = "absence"
    """Days of absence."""
    ON_TASK = "on-task"
    """Time off task in lessons, as observers count it."""
    CLIMATE_STAFF = "climate-staff"
    """Behaviour and climate as staff see them."""
    CLIMATE_PUPILS = "climate-pupils"
    """Behaviour and climate as pupils see them."""


class FindingScale(StrEnum):
    """The scale of a study's figures; figures on different scales are never pooled."""

    SMD = "smd"
    """Standardised mean difference."""
    LOG_RATE_RATIO = "log-rate-ratio"
    """Natural logarithm of a ratio of counts."""
    LOG_RISK_RATIO = "log-risk-ratio"
    """Natural logarithm of a ratio of shares."""
    LOG_ODDS_RATIO = "log-odds-ratio"
    """Natural logarithm of a ratio of odds."""
    SMD_BETWEEN_SCHOOLS = "smd-between-schools"
    """Standardised mean difference in standard deviations between schools, not pupils."""
    PERCENTAGE_POINTS = "percentage-points"
    """Difference of two shares, times 100."""
    SHARE_DIFFERENCE = "share-difference"
    """Difference of two shares, -1 to 1."""
    DAYS = "days"
    """Difference in days a pupil a year."""
    INSTRUMENT_POINTS = "instrument-points"
    """Points of the study's own instrument."""
    SHARE = "share"
    """A share from 0 to 1, not a difference."""
    MINUTES = "minutes"
    """A time, not a difference."""


class StudyKind(StrEnum):
    """Whether a row is one study or several pooled; the two kinds are never pooled together."""

    PRIMARY = "primary"
    """One study."""
    META_ANALYSIS = "meta-analysis"
    """A pool or review of studies."""


class Evaluator(StrEnum):
    """Who evaluated a programme."""

    INDEPENDENT = "independent"
    """Neither those who made the programme, nor those who sell it or train for it."""
    DEVELOPER = "developer"
    """Those who made, sell or adapted the programme or trained for it, or their associates."""
    MIXED = "mixed"
    """Both kinds, or one that cannot be put to either."""


class AssumptionKind(StrEnum):
    """What was assumed of a study so that its standard error could be worked out."""

    ICC = "icc"
    """How alike the pupils of one cluster are."""
    EQUAL_ARMS = "equal-arms"
    """As many clusters or pupils in one arm as in the other."""
    DEVIATION = "deviation"
    """The standard deviation of the measure."""
    BASE_RATE = "base-rate"
    """The share of the control group, taken from another study."""
    CORRELATION = "correlation"
    """Between before and after."""
    CLUSTERS_ARE_UNITS = "clusters-are-units"
    """The number of classes stands in for that of pupils."""
    CLUSTERS_IGNORED = "clusters-ignored"
    """Pupils of one class are taken to be independent: the error is a lower bound."""
    BASELINE_IGNORED = "baseline-ignored"
    """The arms are taken to have begun alike."""
    JUST_SIGNIFICANT = "just-significant"
    """Only that word was read: the error is the largest with which it is true."""


class AttainmentScale(StrEnum):
    """The scale of an effect on attainment; positive means more learnt."""

    MONTHS = "months"
    """Months of progress in a year, as the Education Endowment Foundation counts them."""
    SMD = "smd"
    """Standardised mean difference."""


def as_findings(values: Iterable[Finding]) -> Entries[Finding]:
    """Return findings as a tuple; its type makes a type checker refuse attainment here."""
    return as_entries(values)


def as_attainment(values: Iterable[AttainmentFinding]) -> Entries[AttainmentFinding]:
    """Return findings on attainment as a tuple; typed like `as_findings`."""
    return as_entries(values)


@frozen(kw_only=True, repr=False)
class ErrorAssumption(Value):
    """One assumption behind the standard error of a study."""

    kind: AssumptionKind
    value: float | None = None

    def _label(self) -> str:
        return self.kind.value if self.value is None else f"{self.kind.value} {self.value:g}"


@frozen(kw_only=True, repr=False)
class _Result(Value):
    """One published result, on any outcome."""

    id: Slug
    name: Text
    population: str = ""
    design: str = ""
    n: Annotated[int, Range(low=1)] | None = None
    units: str = ""
    estimate: float | None = None
    standard_error: NotNegative | None = None
    lower: float | None = None
    upper: float | None = None
    scale: FindingScale | AttainmentScale | None = None
    study: Slug
    kind: StudyKind
    text: Text
    edition: Text
    provenance: Provenance

    def _check(self, check: Check) -> None:
        if not check.ok("estimate", "lower", "upper", "standard_error"):
            return
        if (self.estimate is None) != (self.scale is None):
            check.fault("scale", "give estimate and scale together, or neither")
        if self.standard_error == 0:
            check.fault(
                "standard_error", "no study has an error of 0: leave it out if it is not known"
            )
        ends = [self.lower, self.upper, self.standard_error]
        if self.estimate is None and any(end is not None for end in ends):
            check.fault("estimate", "is missing, but its error or interval is given")
        if (self.lower is None) != (self.upper is None):
            check.fault("lower", "give both ends of the interval, or neither")
        elif (
            self.lower is not None
            and self.upper is not None
            and self.estimate is not None
            and not self.lower <= self.estimate <= self.upper
        ):
            message = f"{self.estimate:g} is outside its interval, {self.lower:g} to {self.upper:g}"
            check.fault("estimate", message)
        if check.ok() and self.n is not None and not self.units.strip():
            check.fault("units", f"say what the {self.n} are: schools, pupils, studies")

    @property
    def verified(self) -> bool:
        """True if the row was read or computed; only then may a default rest on it."""
        return self.provenance.verified

    def _label(self) -> str:
        return f"{self.id}: {self.name}"

    def _rows_of(self, measure: str) -> list[str]:
        """Return the lines of the row, with what was measured."""
        figure = "no figure"
        if self.estimate is not None and self.scale is not None:
            ends = "" if self.lower is None else f" ({self.lower:g} to {self.upper:g})"
            figure = f"{self.estimate:+.3g}{ends} {self.scale.value}"
        mark = "" if self.verified else f" [{self.provenance.mark.value}: not verified]"
        return [f"{self.name}, {measure}: {figure}{mark}", f"  {self.text}"]


@frozen(kw_only=True, repr=False)
class Finding(_Result):
    """One published result on behaviour, climate, attendance or fidelity.

    Attributes
    ----------
    id : str
    name : str
        The practice or the programme that was studied.
    outcome : Outcome or None
        The outcome of the result; None for others, such as climate or fidelity, which
        ``measure`` names.
    measure : str
        The quantity that was measured.
    population, design : str
    n : int or None
        The number of ``units`` that were studied; None if it was not read.
    units : str
        The unit of ``n``: schools, pupils, studies.
    estimate, standard_error, lower, upper : float or None
        On ``scale``; lower and upper are the ends of the 95% interval. With an ``outcome``,
        negative means fewer problems. None for a figure that was not found.
    scale : FindingScale or None
        None without an estimate.
    study : str
        Rows of one trial share it, and are not independent.
    kind : StudyKind
    grade : str or None
        How directly the evidence carries over, one of
        ``EvidenceBase.grades``; None for a row that is not an effect.
    pool : str or None
        The set of independent rows of one outcome, one kind of rater and one scale with which it
        may be pooled; None for a row that is never pooled.
    action : str
        The kind of work: training teachers, lessons, letters.
    country : str
    settings : tuple of Setting
        The kinds of school in which it was measured; empty where that was not read.
    sample : str
        The people or classes who were measured, where ``n`` counts schools.
    follow_up : str
    rater : str
        Who rated, or ``records``.
    blind : str
        Whether the raters knew who was treated.
    evaluator : Evaluator or None
        None where it was not read.
    evaluator_note : str
    fidelity : str
    standard_error_basis : str
        Where the error, or the number, is from.
    assumptions : tuple of ErrorAssumption
        Assumed so that the error could be worked out; empty where it was read or follows from
        what was read.
    address : str
        Where the number was read.
    text : str
        The meaning of the result and its limits.
    edition : str
        The date on which the row was last compared with its source.
    provenance : Provenance
    """

    outcome: Outcome | None = None
    measure: Text
    scale: FindingScale | None = None
    grade: Text | None = None
    pool: Slug | None = None
    action: str = ""
    country: str = ""
    settings: tuple[Setting, ...] = field(default=(), converter=TupleOf[Setting])
    sample: str = ""
    follow_up: str = ""
    rater: str = ""
    blind: str = ""
    evaluator: Evaluator | None = None
    evaluator_note: str = ""
    fidelity: str = ""
    standard_error_basis: str = ""
    assumptions: Annotated[Entries[ErrorAssumption], Unique("kind")] = field(
        default=Entries(), converter=TupleOf[ErrorAssumption]
    )
    address: str = ""

    def _check(self, check: Check) -> None:
        super()._check(check)
        if check.ok() and self.pool is not None:
            if self.error is None:
                check.fault("pool", "a row without a standard error cannot be pooled", self.pool)
            elif not self.verified or self.kind is not StudyKind.PRIMARY:
                message = "only a primary study that was read or computed is pooled"
                check.fault("pool", message, self.pool)

    @property
    def error(self) -> float | None:
        """The standard error as published, or else the interval's width divided by 3.92."""
        if self.standard_error is not None or self.lower is None or self.upper is None:
            return self.standard_error
        return (self.upper - self.lower) / _WIDTH

    def _lines(self) -> list[str]:
        return self._rows_of(self.measure)


@frozen(kw_only=True, repr=False)
class AttainmentFinding(_Result):
    """One published result on attainment; for reading only, no score uses it.

    Attributes
    ----------
    id, name, population, design : str
    n : int or None
    units : str
    estimate, standard_error, lower, upper : float or None
        On ``scale``; positive means more learnt.
    scale : AttainmentScale or None
    rating : str
        Cost and strength of the evidence, in the publisher's words for that edition.
    study : str
    kind : StudyKind
    text, edition : str
    provenance : Provenance
    """

    scale: AttainmentScale | None = None
    rating: str = ""

    def _lines(self) -> list[str]:
        return self._rows_of("attainment")
