"""How an instrument is scored: its aggregation, its criteria and its bands."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from fractions import Fraction
from itertools import pairwise
from math import ceil
from numbers import Real
from typing import Annotated

from attrs import field, frozen

from behaviour_culture._entries import Entries
from behaviour_culture.checks import Check, TupleOf, Value, as_float
from behaviour_culture.errors import Fault, InvalidInputError, shorten
from behaviour_culture.fields import Range, Slug, Some, Text, Unique
from behaviour_culture.model.source import Provenance

__all__ = ["Aggregation", "Band", "Banding", "Criterion", "Threshold", "least_points"]


class Aggregation(StrEnum):
    """How ratings become the score of a part."""

    MEAN = "mean"
    """Weighted mean of principles, each the weighted mean of its items."""
    POINTS = "points"
    """Points earned as a share of the points possible, pooled over items."""
    MEAN_OF_DOMAINS = "mean-of-domains"
    """As ``points`` within a domain; the whole is the plain mean of the domains' shares."""
    NONE = "none"
    """Levels are only counted: the mode and the lowest level, never a mean."""


def least_points(percent: float, possible: int) -> int:
    """Return the fewest whole points that reach a percentage of the points possible.

    Raises
    ------
    InvalidInputError
        ``percent`` is not above 0 and at most 100, or ``possible`` is not a whole number from 1.

    Examples
    --------
    >>> least_points(70, 34), least_points(70, 30), least_points(70, 107)
    (24, 21, 75)
    """
    check = Check("least_points")
    check.whole("possible", possible, 1)
    number: object = percent
    if isinstance(number, bool) or not isinstance(number, Real) or not 0 < percent <= 100:  # noqa: PLR2004
        message = f"{shorten(percent)} is not above 0 and at most 100"
        check.fault("percent", message, percent)
    check.done()
    # In exact fractions: 70 per cent of 30 is 21, but not in binary floating point.
    return ceil(Fraction(str(percent)) * possible / 100)


@frozen(kw_only=True, repr=False)
class Criterion(Value):
    """One part and the percentage of it that must be in place.

    ``of`` is ``whole``, or the id of a domain or principle (of an instrument: of a part).
    """

    of: Slug
    percent: Annotated[float, Range(high=100, above=0)] = field(converter=as_float)

    def _label(self) -> str:
        return f"{self.of} at {self.percent:g}% or more"

    def _lines(self) -> list[str]:
        return [self._label()]


@frozen(kw_only=True, repr=False)
class Threshold(Value):
    """A published threshold. If it has several criteria, **all** of them must be met.

    Examples
    --------
    >>> from behaviour_culture.model import Mark, Provenance
    >>> both = Threshold(
    ...     id="both",
    ...     name="80/80",
    ...     criteria=[Criterion(of="whole", percent=80), Criterion(of="taught", percent=80)],
    ...     provenance=Provenance(mark=Mark.INFERRED),
    ... )
    >>> both.met({"whole": 92, "taught": 79})
    False
    """

    id: Slug
    name: Text
    criteria: Annotated[Entries[Criterion], Some(), Unique("of")] = field(
        converter=TupleOf[Criterion]
    )
    provenance: Provenance

    def met(self, percents: Mapping[str, float]) -> bool:
        """Say whether percentages (0 to 100) of the parts reach every criterion.

        Raises
        ------
        InvalidInputError
            The percentage of a part is missing, or is not a number from 0 to 100.
        """
        if not isinstance(percents, Mapping):
            message = f"expected a mapping of parts to percentages, got {shorten(percents)}"
            raise InvalidInputError(f"threshold {self.id}", [Fault("percents", message)])
        faults = []
        for criterion in self.criteria:
            value = percents.get(criterion.of)
            number = isinstance(value, Real) and not isinstance(value, bool)
            if not number or not 0 <= value <= 100:  # type: ignore[operator]  # noqa: PLR2004
                message = f"expected a percentage from 0 to 100, got {shorten(value)}"
                faults.append(Fault(f"percents.{criterion.of}", message, shorten(value)))
        if faults:
            raise InvalidInputError(f"threshold {self.id}", faults)
        # A share computed in floats may be wrong in its last bit.
        return all(round(percents[c.of] - c.percent, 9) >= 0 for c in self.criteria)

    def _lines(self) -> list[str]:
        return [f"{self.name}: " + " and ".join(c._label() for c in self.criteria)]  # noqa: SLF001


@frozen(kw_only=True, repr=False)
class Band(Value):
    """A band of a measure: an item gets ``value`` points from ``at_least`` on."""

    at_least: float = field(converter=as_float)
    value: Annotated[int, Range(low=0, high=1000)]

    def _label(self) -> str:
        return f"from {self.at_least:g}: {self.value}"


@frozen(kw_only=True, repr=False)
class Banding(Value):
    """How a count or a share becomes an item's rating.

    Examples
    --------
    >>> from behaviour_culture.model import Mark, Provenance
    >>> places = Banding(
    ...     id="posted",
    ...     measure="places of ten where the expectations are posted",
    ...     bands=[Band(at_least=0, value=0), Band(at_least=5, value=1), Band(at_least=8, value=2)],
    ...     provenance=Provenance(mark=Mark.INFERRED),
    ... )
    >>> [places.rating(n) for n in (4, 5, 7, 8)]
    [0, 1, 1, 2]
    """

    id: Slug
    measure: Text
    bands: Annotated[Entries[Band], Some()] = field(converter=TupleOf[Band])
    high: float | None = None
    """The largest possible measurement, such as 10 places or 100 per cent."""
    provenance: Provenance

    def _check(self, check: Check) -> None:
        if check.ok("bands"):
            starts = [band.at_least for band in self.bands]
            if any(a >= b for a, b in pairwise(starts)):
                check.fault("bands", "must rise from band to band", starts)

    def rating(self, measured: float) -> int:
        """Return the points for a measured figure.

        Raises
        ------
        InvalidInputError
            The figure is not a number, or lies outside the bands.
        """
        figure: object = measured
        number = isinstance(figure, Real) and not isinstance(figure, bool)
        low, high = self.bands[0].at_least, self.high
        if not number or not low <= measured or (high is not None and measured > high):
            limit = "" if high is None else f" to {high:g}"
            message = f"expected a number from {low:g}{limit}, got {shorten(measured)}"
            raise InvalidInputError(f"banding {self.id}", [Fault("measured", message)])
        return [band.value for band in self.bands if band.at_least <= measured][-1]
