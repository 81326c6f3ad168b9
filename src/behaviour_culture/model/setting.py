"""The kinds of school in which a step applies: the ages that it teaches, and how large it is."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, NamedTuple

from behaviour_culture.checks import Check
from behaviour_culture.fields import Range

__all__ = ["EVERY_SIZE", "Governance", "RollRange", "Setting", "check_sizes"]

_MOST_PUPILS = 20_000


class Setting(StrEnum):
    """A kind of provision. A school may be several: a primary with a nursery class is two."""

    EARLY_YEARS = "early-years"
    """Nursery and reception classes, to age 5."""
    INFANT = "infant"
    """An infant or first school, whose oldest pupils are about 7."""
    PRIMARY = "primary"
    SECONDARY = "secondary"
    ALL_THROUGH = "all-through"
    POST_16 = "post-16"
    """A sixth form or a college of its own."""
    SPECIAL = "special"
    ALTERNATIVE_PROVISION = "alternative-provision"
    """A pupil referral unit or another school for pupils who cannot attend their own."""

    @property
    def words(self) -> str:
        """The setting as it stands in a sentence."""
        hyphened = {Setting.ALL_THROUGH, Setting.POST_16}
        return self.value if self in hyphened else self.value.replace("-", " ")


class Governance(StrEnum):
    """Who answers for a school; duties in law depend on it."""

    MAINTAINED = "maintained"
    """By a local authority, with a governing body; pupil referral units are here too."""
    ACADEMY = "academy"
    """By an academy trust; free schools are here too."""
    INDEPENDENT = "independent"


class RollRange(NamedTuple):
    """Pupils on roll, from the least to the most; both are included."""

    least: Annotated[int, Range(low=0, high=_MOST_PUPILS)]
    most: Annotated[int, Range(low=0, high=_MOST_PUPILS)]

    @property
    def words(self) -> str:
        """The range in words; an end that leaves nobody out is not named.

        Examples
        --------
        >>> RollRange(121, 20_000).words, RollRange(0, 120).words
        ('121 pupils or more', '120 pupils or fewer')
        """
        if self.most == _MOST_PUPILS:
            return f"{self.least:,} pupils or more"
        if self.least == 0:
            return f"{self.most:,} pupils or fewer"
        return f"{self.least:,} to {self.most:,} pupils"


EVERY_SIZE = RollRange(0, _MOST_PUPILS)


def check_sizes(check: Check) -> None:
    """Check that the ``sizes`` of an object begin at the least roll."""
    sizes: RollRange = getattr(check.of, "sizes", EVERY_SIZE)
    if check.ok("sizes") and sizes.least > sizes.most:
        check.fault("sizes", "the least roll is above the most", sizes)
