"""How a cohort changed between two rounds, in the schools that were audited in both."""

from __future__ import annotations

from collections.abc import Mapping
from math import sqrt
from typing import Annotated, Any, ClassVar

import numpy as np
from attrs import field, frozen

from behaviour_culture._frozenmap import FrozenMap
from behaviour_culture.checks import Check, MapOf, Value, require_types
from behaviour_culture.errors import Fault, InvalidInputError
from behaviour_culture.fields import Count, Range, Slug
from behaviour_culture.model.estimate import Estimate
from behaviour_culture.programme.cohort.cohort import Cohort
from behaviour_culture.statistics.estimates import normal_estimate, t_quantile
from behaviour_culture.typing import FloatArray

__all__ = ["CohortChange", "cohort_change"]

LEAST = 10
"""The fewest schools with a mean, like the fewest pupils in `DisclosureRules` (judgement)."""
_LEVEL = 0.95
_METHOD = "mean of the schools' own differences, t interval"


@frozen(kw_only=True, repr=False)
class CohortChange(Value):
    """Mean change of scores from one round to another.

    Attributes
    ----------
    first, last : int
        The two rounds.
    schools : int
        Schools audited in both.
    left, joined : int
        Schools audited in the first round only, and in the last only. They are not in the
        change; schools that leave are seldom like schools that stay.
    changes : mapping of str to Estimate
        Of each principle, domain and the whole: positive where scores rose. Parts that fewer
        than ten schools have in both rounds are left out.
    bases : mapping of str to int
        Schools behind each.
    """

    first: Annotated[int, Range(low=1)]
    last: Annotated[int, Range(low=1)]
    schools: Annotated[int, Range(low=LEAST)]
    left: Count
    joined: Count
    changes: Mapping[str, Estimate] = field(factory=FrozenMap, converter=MapOf[str, Estimate])
    bases: Mapping[Slug, Annotated[int, Range(low=LEAST)]] = field(
        factory=FrozenMap, converter=MapOf[str, int]
    )

    def _check(self, check: Check) -> None:
        if check.ok() and self.first >= self.last:
            check.fault("last", f"round {self.last} does not come after round {self.first}")
        if check.ok("changes", "bases") and set(self.changes) != set(self.bases):
            check.fault("bases", "expected one for each change")
        if check.ok("bases", "schools"):
            for key, number in self.bases.items():
                if number > self.schools:
                    check.fault(f"bases.{key}", f"there are {self.schools} schools", number)

    _COLUMNS: ClassVar[Mapping[str, type]] = {
        "part": str,
        "schools": int,
        "change": float,
        "lower": float,
        "upper": float,
    }

    def to_rows(self) -> list[dict[str, Any]]:
        """Return a row for each part."""
        return [
            {
                "part": key,
                "schools": self.bases[key],
                "change": estimate.value,
                "lower": estimate.lower,
                "upper": estimate.upper,
            }
            for key, estimate in self.changes.items()
        ]

    def _label(self) -> str:
        return f"round {self.first} to {self.last}, {self.schools:,} schools"

    def _lines(self) -> list[str]:
        lines = [
            f"Change of audit scores from round {self.first} to {self.last} in {self.schools:,} "
            f"schools; {self.left:,} left, {self.joined:,} joined"
        ]
        lines += [f"  {key}: {estimate}" for key, estimate in self.changes.items()]
        lines.append(
            "  Schools audit themselves, and schools that begin low rise on average by chance "
            "alone: this is a change, and not an effect of support."
        )
        return lines


def cohort_change(
    cohort: Cohort, first: int | None = None, last: int | None = None
) -> CohortChange:
    """Return how scores changed between two rounds, in the schools that have both.

    Parameters
    ----------
    cohort : Cohort
    first, last : int, optional
        Rounds; the first and the last of the cohort where not given.

    Returns
    -------
    CohortChange

    Raises
    ------
    InvalidInputError
        ``last`` does not come after ``first``, or fewer than ten schools have both.
    UnknownNameError
        The cohort has no such round.

    Examples
    --------
    >>> import behaviour_culture as bc
    >>> from behaviour_culture.programme import Cohort
    >>> ratings = [[[1.0] * 45] * 12, [[2.0] * 45] * 11 + [[1.0] * 45]]
    >>> cohort = Cohort(framework=bc.load_framework("tfi-2.1"), rounds=[1, 2], ratings=ratings,
    ...                 schools=[f"s-{i:02d}" for i in range(12)])
    >>> round(cohort_change(cohort).changes["whole"].value, 3)
    0.458
    """
    require_types("cohort_change", cohort=(cohort, Cohort))
    begin = 0 if first is None else cohort.at_round(first)
    end = cohort.at_round(last)
    if begin >= end:
        words = f"expected a round after {cohort.rounds[begin]}, got {cohort.rounds[end]}"
        raise InvalidInputError("cohort_change", [Fault("last", words)])
    scores = cohort.scores()[[begin, end]]
    there = ~np.isnan(scores[:, :, -1])
    both = int((there[0] & there[1]).sum())
    if both < LEAST:
        words = f"{both} schools have both rounds: a mean is given of {LEAST} or more"
        raise InvalidInputError("cohort_change", [Fault("first", words)])
    changes, bases = {}, {}
    for k, part in enumerate(cohort.parts):
        differences = scores[1, :, k] - scores[0, :, k]
        known = differences[~np.isnan(differences)]
        if len(known) >= LEAST:
            changes[part], bases[part] = _estimate(known), len(known)
    return CohortChange(
        first=cohort.rounds[begin],
        last=cohort.rounds[end],
        schools=both,
        left=int((there[0] & ~there[1]).sum()),
        joined=int((there[1] & ~there[0]).sum()),
        changes=changes,
        bases=bases,
    )


def _estimate(differences: FloatArray) -> Estimate:
    number = len(differences)
    return normal_estimate(
        float(differences.mean()),
        float(differences.std(ddof=1)) / sqrt(number),
        level=_LEVEL,
        quantile=t_quantile(0.5 + _LEVEL / 2, number - 1),
        method=_METHOD,
        unit="of the scale",
    )
