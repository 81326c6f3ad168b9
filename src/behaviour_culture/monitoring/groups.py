"""Groups of pupils beside the whole: rate ratios, shrunk, small counts hidden, never ranked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, ClassVar

import numpy as np
from attrs import field, frozen
from numpy.typing import ArrayLike

from behaviour_culture._display import count_of
from behaviour_culture._entries import Entries
from behaviour_culture.arguments import Arguments, require_stats
from behaviour_culture.checks import TupleOf, Value
from behaviour_culture.disclosure.rules import DisclosureRules
from behaviour_culture.disclosure.table import suppress
from behaviour_culture.fields import Count, NotNegative, Range, Some, Text, Unique
from behaviour_culture.model.estimate import Estimate
from behaviour_culture.monitoring.shrink import shrink_counts, shrunk_interval
from behaviour_culture.statistics.small_counts import round_counts

__all__ = ["GroupRate", "GroupRates", "group_rate_ratios"]


@frozen(kw_only=True, repr=False)
class GroupRate(Value):
    """One group's rate as a ratio of that of all pupils; None where it is suppressed."""

    group: Text
    count: Count | None = None
    ratio: Estimate | None = None
    raw_ratio: NotNegative | None = None

    def _label(self) -> str:
        return f"{self.group}: {'suppressed' if self.ratio is None else self.ratio}"


@frozen(kw_only=True, repr=False)
class GroupRates(Value):
    """Rates of groups beside the whole, in the order they were given: never a ranking."""

    groups: Annotated[Entries[GroupRate], Some(), Unique("group")] = field(
        converter=TupleOf[GroupRate]
    )
    threshold: Annotated[int, Range(low=1)]
    """Counts below it are hidden, and others from which they would follow."""
    method: Text

    _COLUMNS: ClassVar[Mapping[str, type]] = {
        "group": str,
        "count": int,
        "ratio": float,
        "lower": float,
        "upper": float,
        "raw_ratio": float,
    }

    def to_rows(self) -> list[dict[str, object]]:
        """Return a row for each group, in the order given."""
        return [
            {
                "group": g.group,
                "count": g.count,
                "ratio": g.ratio.value if g.ratio else None,
                "lower": g.ratio.lower if g.ratio else None,
                "upper": g.ratio.upper if g.ratio else None,
                "raw_ratio": g.raw_ratio,
            }
            for g in self.groups
        ]

    def _label(self) -> str:
        return count_of(len(self.groups), "group")

    def _lines(self) -> list[str]:
        return [
            f"Rates of {count_of(len(self.groups), 'group')} as ratios of the whole "
            f"({self.method})",
            *(f"  {group}" for group in self.groups),
        ]


def group_rate_ratios(
    counts: ArrayLike,
    exposure: ArrayLike,
    *,
    groups: Sequence[str],
    rules: DisclosureRules | None = None,
    level: float = 0.95,
) -> GroupRates:
    """Return each group's rate as a ratio of the whole, shrunk towards it, small counts hidden.

    The result may be published: no number of it depends on a hidden count, nor on one that would
    reveal a hidden count with the total.

    Parameters
    ----------
    counts : array-like of shape (n,)
        Events in each group: by special educational need, free school meals or ethnic group.
        Each pupil is in one group.
    exposure : array-like of shape (n,)
        Pupil school-days of each, above 0.
    groups : sequence of str
        Their names; two or more.
    rules : DisclosureRules, optional
        The rules for small counts. If a small count would follow from the total, larger ones are
        hidden with it, as in `behaviour_culture.disclosure.suppress`.
    level : float
        Coverage, between 0 and 1.

    Returns
    -------
    GroupRates

    Raises
    ------
    InvalidInputError
    MissingExtraError
        Without scipy (extra ``stats``).

    Notes
    -----
    The ratio is that of `shrink_rates` (gamma-Poisson): with no variance beyond chance it is 1
    for all. A few groups say little about the spread between groups, so the interval does not
    take it as known: it averages over spreads from 0 to one and a half times the mean, weighted
    by the likelihood of the counts. The whole is taken as known.

    Hidden counts enter the whole and the spread together: their sum, which follows from the
    total, is divided among them by exposure. If even the total has to be hidden, no figures are
    shown.

    Examples
    --------
    >>> rates = group_rate_ratios([60, 40, 3], [9000, 30000, 1000], groups=["SEN", "none", "new"])
    >>> [g.count for g in rates.groups]
    [60, None, None]
    """
    given = Arguments("group_rate_ratios")
    events = given.numbers("counts", counts, low=0, whole=True)
    days = given.numbers("exposure", exposure, last=events.size or None, above=0)
    names = given.labels("groups", groups, length=events.size) if events.size else []
    given.number("level", level, above=0, below=1)
    if names and (len(names) < 2 or len(set(names)) < len(names)):  # noqa: PLR2004
        given.fault("groups", "expected two or more names, each once", groups)
    if any(not isinstance(n, str) for n in names):
        given.fault("groups", "expected texts", groups)
    if events.size and not events.any():
        given.fault("counts", "there are no events: there is no rate to compare with")
    given.value("rules", rules, DisclosureRules | None)
    given.done()
    require_stats("an interval of a shrunk rate")
    rules = rules or DisclosureRules()
    table = suppress([[int(c)] for c in events], rules=rules)
    hidden = np.array([row[0] is None or table.total is None for row in table.cells])
    taken = round_counts(events, rules)
    if hidden.any():
        taken[hidden] = events[hidden].sum() * days[hidden] / days[hidden].sum()
    whole = float(taken.sum() / days.sum())
    shrunk = (shrink_counts(taken, days, "gamma-poisson").rates / whole).tolist()
    lower, upper = (
        ends.tolist() for ends in shrunk_interval(taken, days, whole, level, known=True)
    )
    rows = [
        GroupRate(group=str(name))
        if hidden[i]
        else GroupRate(
            group=str(name),
            count=int(taken[i]),
            ratio=Estimate(
                value=shrunk[i],
                lower=min(lower[i], shrunk[i]),
                upper=max(upper[i], shrunk[i]),
                level=level,
                method="gamma-Poisson, shrunk towards the whole",
            ),
            raw_ratio=float(taken[i] / days[i] / whole),
        )
        for i, name in enumerate(names)
    ]
    return GroupRates(
        groups=rows,
        threshold=rules.threshold,
        method="shrunk towards the whole, small counts hidden, in the order given",
    )
