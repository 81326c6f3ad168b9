"""A number with its interval, and the design of the study behind it."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from attrs import field, frozen

from behaviour_culture.checks import Check, Value, as_float
from behaviour_culture.fields import NotNegative, Range, Share, Text

__all__ = ["Estimate", "StudyDesign"]


class StudyDesign(StrEnum):
    """The design behind an estimate of change, from the weakest to the strongest claim."""

    DESCRIPTION = "description"
    """Two totals, one school on each side, or a series too short for more."""
    BEFORE_AFTER = "before-after"
    """A control chart or two waves of a survey, without allowance for trend and season."""
    INTERRUPTED_TIME_SERIES = "interrupted-time-series"
    COMPARISON = "comparison"
    """Comparison schools over the same time."""
    RANDOMISED = "randomised"

    @property
    def rung(self) -> int:
        """The place of the design on the ladder of claims, from 1 to 5."""
        return [*StudyDesign].index(self) + 1


@frozen(kw_only=True, repr=False)
class Estimate(Value):
    """A value with its interval, the interval's level, and how both were made.

    Attributes
    ----------
    value, lower, upper : float
        The estimate and its interval, in ``unit``.
    level : float
        Nominal coverage of the interval, between 0 and 1.
    standard_error : float or None
        In ``unit``; None if the method has none.
    p_value : float or None
    method : str
        How value and interval were made, in a few words.
    unit : str
    design : StudyDesign or None
        The design of the study, for an estimate of change. None allows no more claims than a
        description.

    Examples
    --------
    >>> print(Estimate(value=0.42, lower=0.31, upper=0.55, method="Wilson"))
    0.42 (95% interval 0.31 to 0.55)
    """

    value: float = field(converter=as_float)
    lower: float = field(converter=as_float)
    upper: float = field(converter=as_float)
    level: Annotated[float, Range(high=1, above=0)] = field(default=0.95, converter=as_float)
    standard_error: NotNegative | None = None
    p_value: Share | None = None
    method: Text
    unit: str = ""
    design: StudyDesign | None = None

    def _check(self, check: Check) -> None:
        check.in_order("lower", "upper")

    def _label(self) -> str:
        return f"{self.value:.3g} [{self.lower:.3g}, {self.upper:.3g}]"

    def _lines(self) -> list[str]:
        unit = f" {self.unit}" if self.unit else ""
        return [
            f"{self.value:.2f}{unit} "
            f"({self.level:.0%} interval {self.lower:.2f} to {self.upper:.2f})"
        ]
