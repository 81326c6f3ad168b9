"""Which counts of pupils are small, and how they are protected."""

from __future__ import annotations

from typing import Annotated

from attrs import frozen

from behaviour_culture._frame import HIDDEN
from behaviour_culture.checks import Check, Value
from behaviour_culture.errors import Fault, InvalidInputError, shorten
from behaviour_culture.fields import Range

__all__ = ["SYMBOL", "DisclosureRules", "given_rules", "is_count"]

SYMBOL = HIDDEN
"""Shown in place of a hidden count, as in the tables of the Department for Education."""


def is_count(value: object, low: int) -> bool:
    """Say whether a value is a whole number from ``low``."""
    return isinstance(value, int) and not isinstance(value, bool) and value >= low


@frozen(kw_only=True, repr=False)
class DisclosureRules(Value):
    """Which counts are small, and how they are protected. All defaults are judgement.

    Attributes
    ----------
    threshold : int
        Counts below it are small; at least 2.
    show_zeros : bool
        Zeros are shown, so a hidden count cannot be 0. If false, 0 is a small count too.
    ambiguity : int
        The least number of values that are possible for each small count, to somebody who
        knows everything published; at least 2.
    round_to : int
        Shown counts are rounded to a multiple of it, half away from 0; 1 leaves them as they
        are, 5 is usual. A rounded total need not be the sum of its rounded parts.
    least_base : int
        The smallest group for which a percentage is given.

    Examples
    --------
    >>> rules = DisclosureRules()
    >>> rules.is_small(3), rules.is_small(0), rules.percentage(6, 9), rules.percentage(12, 48)
    (True, False, None, 25.0)
    """

    threshold: Annotated[int, Range(low=2)] = 5
    show_zeros: bool = True
    ambiguity: Annotated[int, Range(low=2)] = 5
    round_to: Annotated[int, Range(low=1)] = 1
    least_base: Annotated[int, Range(low=1)] = 10

    @property
    def least(self) -> int:
        """The smallest possible hidden count: 1 where zeros are shown, else 0."""
        return 1 if self.show_zeros else 0

    @property
    def middle(self) -> float:
        """The middle of the range of small counts, used for each of them in a published mean."""
        return (self.least + self.threshold - 1) / 2

    def is_small(self, count: float) -> bool:
        """Say whether a count is small enough to be hidden."""
        return self.least <= count < self.threshold

    def round(self, count: int) -> int:
        """Return a count rounded to a multiple of ``round_to``, half away from 0."""
        return (count + self.round_to // 2) // self.round_to * self.round_to

    def percentage(self, count: int, base: int) -> float | None:
        """Return a count as a percentage of a group, or None if that would reveal too much.

        It does if the group is smaller than ``least_base``, if the count is small, or if the
        rest of the group is.
        """
        faults = []
        if not is_count(base, 0):
            faults.append(Fault("base", f"expected a whole number from 0, got {shorten(base)}"))
        elif not is_count(count, 0) or count > base:
            message = f"expected a whole number from 0 to {base}, got {shorten(count)}"
            faults.append(Fault("count", message))
        if faults:
            raise InvalidInputError("percentage", faults)
        if base < self.least_base or self.is_small(count) or self.is_small(base - count):
            return None
        return 100 * self.round(count) / max(1, self.round(base))

    def _label(self) -> str:
        return f"counts under {self.threshold} hidden"

    def _lines(self) -> list[str]:
        zeros = "a 0 is shown" if self.show_zeros else "a 0 is hidden too"
        rounding = f"; rounded to {self.round_to}" if self.round_to > 1 else ""
        return [
            f"Counts under {self.threshold} are hidden, {zeros}{rounding}; no percentage of "
            f"fewer than {self.least_base}; a small count could have at least "
            f"{self.ambiguity} values"
        ]


def given_rules(rules: DisclosureRules | None) -> DisclosureRules:
    """Return the rules that a caller gave, the defaults for None, or refuse something else."""
    check = Check("published")
    check.value("rules", rules, DisclosureRules | None)
    check.done()
    return DisclosureRules() if rules is None else rules
