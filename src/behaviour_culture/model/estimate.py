"""A number that knows how sure it is."""

from __future__ import annotations

from typing import Annotated

from attrs import field, frozen

from behaviour_culture.checks import Check, Value, as_float
from behaviour_culture.fields import NotNegative, Range, Share, Text

__all__ = ["Estimate"]


@frozen(kw_only=True, repr=False)
class Estimate(Value):
    """A value with its interval, the interval's level, and how both were made.

    Attributes
    ----------
    value, lower, upper : float
        The estimate and its interval, in ``unit``.
    level : float
        Coverage that the interval aims at, between 0 and 1.
    standard_error : float or None
        In ``unit``; None where the method has none.
    p_value : float or None
    method : str
        How value and interval were made, in a few words.
    unit : str

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

    def _check(self, check: Check) -> None:
        if check.ok() and not self.lower <= self.upper:
            check.fault("lower", f"{self.lower:g} is above the upper end {self.upper:g}")

    def _label(self) -> str:
        return f"{self.value:.3g} [{self.lower:.3g}, {self.upper:.3g}]"

    def _lines(self) -> list[str]:
        unit = f" {self.unit}" if self.unit else ""
        return [
            f"{self.value:.2f}{unit} "
            f"({self.level:.0%} interval {self.lower:.2f} to {self.upper:.2f})"
        ]
