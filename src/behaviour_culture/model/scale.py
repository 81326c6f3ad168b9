"""Rating scales: ordered levels, each with its label."""

from __future__ import annotations

from itertools import pairwise
from typing import Annotated

from attrs import field, frozen

from behaviour_culture._entries import Entries
from behaviour_culture.checks import Check, TupleOf, Value
from behaviour_culture.errors import UnknownNameError
from behaviour_culture.fields import Range, Slug, Some, Text
from behaviour_culture.model.source import Origin

__all__ = ["RatingLevel", "RatingScale"]


@frozen(kw_only=True, repr=False)
class RatingLevel(Value):
    """One level: its value in data, its label, and a description of what a rater sees there."""

    value: Annotated[int, Range(low=0, high=1000)]
    label: Text
    description: str = ""

    def _label(self) -> str:
        return f"{self.value} = {self.label}"

    def _lines(self) -> list[str]:
        return [f"{self.label} ({self.value}): {self.description}".rstrip(": ")]


@frozen(kw_only=True, repr=False)
class RatingScale(Value):
    """Two or more levels, lowest first.

    ``ordinal`` levels have an order but no distances: ratings on them are never averaged.
    ``note`` is advice to raters, such as how many cases to look at.
    """

    id: Slug
    name: Text
    levels: Annotated[Entries[RatingLevel], Some(2)] = field(converter=TupleOf[RatingLevel])
    ordinal: bool = False
    note: str = ""
    origin: Origin = Origin.OWN

    def _check(self, check: Check) -> None:
        if not check.ok("levels"):
            return
        values = [level.value for level in self.levels]
        if any(a >= b for a, b in pairwise(values)):
            check.fault("levels", "values must rise from level to level", values)
        labels = [level.label.casefold() for level in self.levels]
        if len(set(labels)) < len(labels):
            check.fault("levels", "two levels have the same label", labels)

    @property
    def values(self) -> tuple[int, ...]:
        """The values of the levels in rising order."""
        return tuple(level.value for level in self.levels)

    def fraction(self, value: int) -> float:
        """Return the place of a rating between 0 (lowest level) and 1 (highest level).

        Examples
        --------
        >>> levels = [RatingLevel(value=v, label=w) for v, w in enumerate(("no", "partly", "yes"))]
        >>> RatingScale(id="three", name="Three steps", levels=levels).fraction(1)
        0.5
        """
        low, high = self.levels[0].value, self.levels[-1].value
        return (value - low) / (high - low)

    def level(self, value: int) -> RatingLevel:
        """Return the level with this value."""
        for level in self.levels:
            if level.value == value:
                return level
        raise UnknownNameError("rating", str(value), [str(v) for v in self.values])

    def nearest(self, fraction: float) -> RatingLevel:
        """Return the level nearest to a place between 0 and 1; half-way, the lower one."""
        # Rounding makes two distances equal that differ only in their last binary digit.
        return min(
            self.levels, key=lambda level: round(abs(self.fraction(level.value) - fraction), 12)
        )

    def _lines(self) -> list[str]:
        return [f"{self.name}: " + ", ".join(level.label for level in self.levels)]
