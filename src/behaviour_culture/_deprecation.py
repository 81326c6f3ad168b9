"""Names, arguments and options that will go: each works for a while yet, and warns."""

from __future__ import annotations

import warnings
from datetime import date
from typing import NamedTuple

from behaviour_culture._display import day_words

__all__ = ["RENAMED", "Deprecation", "warn_deprecated"]


class Deprecation(NamedTuple):
    """What to write in place of something that goes, and when it goes."""

    instead: str
    """What to write; for a public name, its new name with that of the package."""
    since: str
    """The version that was the first to warn."""
    gone_in: str
    """The version that will not have it."""
    not_before: date
    """The first day on which that version may be released."""

    def message(self, old: str) -> str:
        """Return the sentence that users of the old name read.

        Examples
        --------
        >>> plan = Deprecation("score_audit(level=)", "1.2.0", "1.4.0", date(2027, 9, 1))
        >>> print(plan.message("score_audit(confidence=)"))
        score_audit(confidence=) is deprecated since 1.2.0: write score_audit(level=); version
        1.4.0, not before 01 September 2027, will not have it
        """
        return (
            f"{old} is deprecated since {self.since}: write {self.instead}; version "
            f"{self.gone_in}, not before {day_words(self.not_before)}, will not have it"
        )


RENAMED: dict[str, Deprecation] = {}
"""Public names of before, with their package, such as ``behaviour_culture.rate_audit``.

A package gives the new object for the old name, and warns. A test fails once the version is
reached in which a name goes, so that none is forgotten.
"""


def warn_deprecated(old: str, deprecation: Deprecation, *, stacklevel: int = 2) -> None:
    """Warn of something that goes.

    Parameters
    ----------
    old : str
        What was written, as users write it.
    deprecation : Deprecation
        What to write in its place, and when it goes.
    stacklevel : int
        Where the warning points: 2 is the caller of the function that calls this one.
    """
    warnings.warn(deprecation.message(old), DeprecationWarning, stacklevel=stacklevel + 1)
