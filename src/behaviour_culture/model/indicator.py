"""Indicators that a school counts, and series of their counts with the exposure of each."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from itertools import pairwise
from typing import Annotated, Any, ClassVar

from attrs import evolve, field, frozen

from behaviour_culture._display import count_of
from behaviour_culture._entries import Entries
from behaviour_culture.checks import Check, TupleOf, Value, as_float, find
from behaviour_culture.disclosure.rules import DisclosureRules, given_rules
from behaviour_culture.fields import NotNegative, OneOf, Positive, Slug, Some, Text, Unique
from behaviour_culture.model.finding import Outcome
from behaviour_culture.model.reading import Reading
from behaviour_culture.model.source import Mark, Provenance, Sourced

__all__ = [
    "NO_EXPOSURE",
    "Direction",
    "ExposureKind",
    "Indicator",
    "IndicatorSet",
    "ObjectiveIndicator",
    "RecordingChange",
    "ReportedBy",
    "Series",
    "SeriesPeriod",
]

NO_EXPOSURE = (
    "a raw total without exposure cannot be compared with another: give the exposure, for events "
    "the pupils on roll times the days open (term dates and pupils on roll give it)"
)


class ExposureKind(StrEnum):
    """The exposure of a count: the quantity that it is out of."""

    PUPIL_DAYS = "pupil-days"
    """Pupils on roll times the days on which they could attend."""
    PUPILS = "pupils"
    SESSIONS = "sessions"
    """Half-days that pupils could have attended."""
    ANSWERS = "answers"
    """People who answered a question."""


class Direction(StrEnum):
    """The direction in which an indicator is better."""

    LOWER = "lower"
    HIGHER = "higher"
    NEITHER = "neither"
    """The number alone says nothing about better or worse."""

    @property
    def words(self) -> str:
        """The direction in words, such as ``lower is better``."""
        if self is Direction.NEITHER:
            return "neither more nor less is better on its own"
        return f"{self.value} is better"


class ReportedBy(StrEnum):
    """The people whose view an indicator is; views of two groups are never averaged."""

    STAFF = "staff"
    PUPILS = "pupils"
    PARENTS = "parents"
    RECORDS = "records"
    """The school's own records: logs, registers, exclusions."""


@frozen(kw_only=True, repr=False)
class Indicator(Value):
    """One measure of changes in behaviour, and the ways in which its number can mislead."""

    id: Slug
    name: Text
    unit: Text
    """The noun for what is counted: ``incidents``, ``suspensions``, ``answers 'always'``."""
    exposure: ExposureKind
    direction: Direction
    reported_by: ReportedBy
    outcome: Outcome | None = None
    """The outcome of a forecast of which it is a count or a share; None where no study looked."""
    gaming: Text
    """How the number can move although behaviour does not."""
    note: str = ""
    provenance: Provenance


@frozen(kw_only=True, repr=False)
class ObjectiveIndicator(Value):
    """An indicator that is counted beside the audit score of an objective."""

    indicator: Slug
    name: Text
    direction: Direction

    def _lines(self) -> list[str]:
        return [f"{self.name} ({self.direction.words})"]


@frozen(kw_only=True, repr=False)
class IndicatorSet(Sourced):
    """Indicators to choose from, with their sources."""

    indicators: Annotated[Entries[Indicator], Some(), Unique("id")] = field(
        converter=TupleOf[Indicator]
    )

    def _check(self, check: Check) -> None:
        if check.ok("indicators", "sources"):
            check.cited("indicators")

    def indicator(self, indicator_id: str) -> Indicator:
        """Return one indicator by id, or raise `UnknownNameError`."""
        return find("indicator", indicator_id, self.indicators)

    _COLUMNS: ClassVar[Mapping[str, type]] = {
        "indicator": str,
        "name": str,
        "unit": str,
        "exposure": ExposureKind,
        "better": Direction,
        "reported_by": ReportedBy,
        "outcome": Outcome,
        "gaming": str,
        "mark": Mark,
    }

    def to_rows(self) -> list[dict[str, Any]]:
        """Return a row for each indicator."""
        return [
            {
                "indicator": i.id,
                "name": i.name,
                "unit": i.unit,
                "exposure": i.exposure.value,
                "better": i.direction.value,
                "reported_by": i.reported_by.value,
                "outcome": i.outcome,
                "gaming": i.gaming,
                "mark": i.provenance.mark.value,
            }
            for i in self.indicators
        ]

    def _lines(self) -> list[str]:
        return [
            f"{self.name}: {count_of(len(self.indicators), 'indicator')}",
            *(f"  {i.id}: {i.name}" for i in self.indicators),
        ]


@frozen(kw_only=True, repr=False)
class RecordingChange(Value):
    """A day from which recording was different: counts before and after do not compare."""

    day: date
    what: Text

    def _lines(self) -> list[str]:
        return [
            f"Recording changed on {self.day} ({self.what}). "
            "Counts before and after are not comparable."
        ]

    def _label(self) -> str:
        return f"{self.day}: {self.what}"


def _shown(period: SeriesPeriod, rules: DisclosureRules, *, people: bool) -> SeriesPeriod:
    """Return a period that is safe to publish."""
    count, size = period.count, period.exposure
    if count is None:
        return period
    few = people and size is not None and (size < rules.least_base or rules.is_small(size - count))
    if few or rules.is_small(count):
        why = period.masked or "hidden: a small count"
        return evolve(period, count=None, masked=why, suppressed=True)
    return evolve(period, count=rules.round(int(count))) if count.is_integer() else period


def _optional_float(value: float | None) -> float | None:
    return value if value is None else as_float(value)


@frozen(kw_only=True, repr=False)
class SeriesPeriod(Value):
    """A week, half-term or year, with its count and exposure.

    A masked period (a closure, a broken record) has a reason and is left out of every
    calculation; it is never filled in.
    """

    label: Text
    start: date
    end: date
    count: NotNegative | None = field(default=None, converter=_optional_float)
    """Published counts may have a fraction. None only if the period is masked."""
    exposure: NotNegative | None = field(default=None, converter=_optional_float)
    masked: str = ""
    """The reason to leave the period out; empty if it is not left out."""
    suppressed: bool = False
    """True if the count is withheld because it is small."""

    def _check(self, check: Check) -> None:
        check.in_order("start", "end")
        if not self.masked and self.count is None:
            message = "no count: give one (0 is a count), or say in 'masked' why there is none"
            check.fault("count", message)
        if not self.masked and self.exposure is None:
            check.fault("exposure", NO_EXPOSURE)
        if check.ok("suppressed", "masked") and self.suppressed and not self.masked:
            check.fault("masked", "say why the count of a suppressed period is withheld")
        if not self.masked and self.exposure == 0:
            check.fault("exposure", "0 is out of range: more than 0", 0)

    _kept_back: ClassVar[frozenset[str]] = frozenset({"count", "exposure"})

    def _label(self) -> str:
        return f"{self.label}: {self.start} to {self.end}"


@frozen(kw_only=True, repr=False)
class Series(Value):
    """Counts of one indicator over time, each with its exposure.

    Examples
    --------
    >>> from datetime import date
    >>> series = Series(
    ...     id="incidents",
    ...     indicator="low-level-incidents",
    ...     exposure_kind=ExposureKind.PUPIL_DAYS,
    ...     periods=[
    ...         SeriesPeriod(label="Autumn 1", start=date(2026, 9, 3), end=date(2026, 10, 23),
    ...                      count=126, exposure=900 * 36),
    ...         SeriesPeriod(label="Autumn 2", start=date(2026, 11, 2), end=date(2026, 12, 18),
    ...                      count=126, exposure=900 * 35),
    ...     ],
    ... )
    >>> [round(rate, 3) for rate in series.rates()]
    [0.389, 0.4]
    """

    id: Slug
    indicator: Slug
    """Id of the indicator that is counted."""
    exposure_kind: ExposureKind
    periods: Annotated[Entries[SeriesPeriod], Some(), Unique("label")] = field(
        converter=TupleOf[SeriesPeriod]
    )
    """Periods in order of time, without overlap."""
    recording_changes: Annotated[Entries[RecordingChange], Unique("day")] = field(
        default=Entries(), converter=TupleOf[RecordingChange]
    )
    school: Slug | None = None
    source: str = ""
    disclosure: Annotated[str, OneOf(("internal", "published"))] = "internal"
    """``internal``: small counts are kept. ``published``: they were suppressed."""
    reading: Reading | None = None
    """The account of the file that was read; None for a series that was built or published."""

    def _check(self, check: Check) -> None:
        periods = self.periods if check.ok("periods") else ()
        for i, (first, second) in enumerate(pairwise(periods), start=1):
            if second.start <= first.end:
                check.fault(
                    f"periods[{i}].start",
                    f"{second.start} is not after the end {first.end} of the period before: "
                    "put periods in order of time, without overlap",
                )

    def counts(self) -> tuple[float | None, ...]:
        """Return the count of each period; None if it is masked."""
        return tuple(None if p.masked else p.count for p in self.periods)

    def exposures(self) -> tuple[float | None, ...]:
        """Return the exposure of each period; None if it is masked."""
        return tuple(None if p.masked else p.exposure for p in self.periods)

    def rates(self, *, per: float = 100) -> tuple[float | None, ...]:
        """Return ``per * count / exposure`` of each period; None if it is masked.

        With pupil-days and the default this is the rate per 100 pupils per day.
        """
        check = Check.of_value(self)
        check.value("per", per, Positive)
        check.done()
        return tuple(
            None if p.masked or p.count is None or not p.exposure else per * p.count / p.exposure
            for p in self.periods
        )

    def split_at_recording_changes(self) -> Entries[Series]:
        """Return the parts within which counts can be compared, in order of time.

        A period during which recording changed belongs to neither side. It is masked, and
        included in the part after the change.
        """
        days = sorted(c.day for c in self.recording_changes)
        groups: dict[int, list[SeriesPeriod]] = {}
        for period in self.periods:
            # A change on the first day of a period comes before the period, not inside it.
            inside = any(period.start < day <= period.end for day in days)
            kept = period
            if inside and not period.masked:
                kept = evolve(period, masked="recording changed in this period")
            groups.setdefault(sum(day <= period.end for day in days), []).append(kept)
        parts = [tuple(group) for _, group in sorted(groups.items())]
        if len(parts) == 1:
            return Entries([evolve(self, periods=parts[0], recording_changes=())])
        return Entries(
            evolve(
                self,
                id=f"{self.id[:90]}-part-{i}",
                periods=part,
                recording_changes=(),
                reading=None,
            )
            for i, part in enumerate(parts, start=1)
        )

    def published(self, rules: DisclosureRules | None = None) -> Series:
        """Return a series that is safe to publish: periods with a small count are masked.

        If people are counted out of people (pupils, answers), periods with few people, or with
        few who were not counted, are masked too. Whole counts are rounded by the rules. Do
        not publish a total with the series: it would reveal a hidden count.
        """
        if self.disclosure == "published":
            return self
        rules = given_rules(rules)
        people = self.exposure_kind in (ExposureKind.PUPILS, ExposureKind.ANSWERS)
        periods = [_shown(period, rules, people=people) for period in self.periods]
        return evolve(self, periods=periods, disclosure="published", reading=None)

    _COLUMNS: ClassVar[Mapping[str, type]] = {
        "period": str,
        "start": date,
        "end": date,
        "count": float,
        "exposure": float,
        "rate_per_100": float,
        "masked": str,
    }

    def to_rows(self) -> list[dict[str, Any]]:
        """Return a row for each period, small counts included: for internal use."""
        return [
            {
                "period": p.label,
                "start": p.start.isoformat(),
                "end": p.end.isoformat(),
                "count": count,
                "exposure": exposure,
                "rate_per_100": rate,
                "masked": p.masked,
            }
            for p, count, exposure, rate in zip(
                self.periods, self.counts(), self.exposures(), self.rates(), strict=True
            )
        ]

    def _label(self) -> str:
        return f"{self.id}: {count_of(len(self.periods), 'period')}, {self.disclosure}"

    def _lines(self) -> list[str]:
        out = sum(bool(p.masked) for p in self.periods)
        first, last = self.periods[0].start, self.periods[-1].end
        head = (
            f"{self.indicator} from {first} to {last}: "
            f"{count_of(len(self.periods), 'period')}, {out} left "
            f"out, out of {self.exposure_kind.value}, {self.disclosure}"
        )
        account = str(self.reading).splitlines() if self.reading and self.reading.doubts else ()
        return [head, *(f"  {line}" for line in (*self.recording_changes, *account))]
