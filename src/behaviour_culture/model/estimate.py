"""A number that knows how sure it is."""

from __future__ import annotations

from attrs import field, frozen

from behaviour_culture._display import Displayed
from behaviour_culture.model.checks import Check, as_float

__all__ = ["Estimate"]


@frozen(kw_only=True, repr=False)
class Estimate(Displayed):
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
    level: float = field(default=0.95, converter=as_float)
    standard_error: float | None = None
    p_value: float | None = None
    method: str
    unit: str = ""

    def __attrs_post_init__(self) -> None:
        check = Check(self)
        check.number("value", "lower", "upper")
        check.number("level", above=0, high=1)
        check.optional_number("standard_error", low=0)
        check.optional_number("p_value", low=0, high=1)
        check.text("method")
        check.text("unit", empty=True)
        if check.clean and not self.lower <= self.upper:
            check.fault("lower", f"{self.lower:g} is above the upper end {self.upper:g}")
        check.done()

    def _label(self) -> str:
        return f"{self.value:.3g} [{self.lower:.3g}, {self.upper:.3g}]"

    def _lines(self) -> list[str]:
        unit = f" {self.unit}" if self.unit else ""
        return [
            f"{self.value:.2f}{unit} "
            f"({self.level:.0%} interval {self.lower:.2f} to {self.upper:.2f})"
        ]
