"""Change beside comparison schools: difference in differences, and permutation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations
from math import comb, fsum, hypot, sqrt
from typing import Annotated, Any, ClassVar, NamedTuple

import numpy as np
from attrs import evolve, field, frozen
from numpy.typing import ArrayLike

from behaviour_culture._seeds import Seed, as_seed
from behaviour_culture._watch import Watch
from behaviour_culture.arguments import Arguments, require_stats
from behaviour_culture.checks import Check, TupleOf, Value, as_float
from behaviour_culture.fields import OneOf, Share, Texts
from behaviour_culture.model.estimate import Estimate, StudyDesign
from behaviour_culture.monitoring.comparison.panel import Panel, take_panel
from behaviour_culture.statistics.estimates import normal_estimate
from behaviour_culture.typing import BoolArray, FloatArray, Progress, Stop

__all__ = ["DifferenceInDifferences", "difference_in_differences"]

_EXACT = 10_000
"""Up to this number all permutations are tried; of more, as many are drawn (judgement)."""
_ENOUGH_SCHOOLS = 5
"""Schools on a side below which an interval between clusters is rough (judgement)."""
_METHOD = "difference in differences of means"
_INFERENCE = ("cluster", "permutation", "none")


@frozen(kw_only=True, repr=False)
class DifferenceInDifferences(Value):
    """How much more the treated schools changed than the comparison schools.

    Attributes
    ----------
    estimate : Estimate
        In the unit of the outcome; of logs, a log ratio. Its ``level`` is lower than the one asked
        for where there are too few comparison schools for that.
    inference : {"cluster", "permutation", "none"}
        The source of the interval.
    p_permutation : float or None
        Share of all ways to choose the treated schools that give as large a difference.
    treated_change, comparison_change : float
        Mean change of each side, after less before.
    event_periods, event_gaps : tuple
        Treated less comparison in each period, 0 in the last before the change.
    event_lower, event_upper : tuple of float
        Their interval, made as that of the estimate and at its level, each by itself; empty where
        nothing can be inferred, and in older files.
    caveats : tuple of str
    """

    estimate: Estimate
    inference: Annotated[str, OneOf(_INFERENCE)]
    p_permutation: Share | None = None
    treated_units: Texts = field(converter=TupleOf[str])
    comparison_units: Texts = field(converter=TupleOf[str])
    treated_change: float = field(converter=as_float)
    comparison_change: float = field(converter=as_float)
    event_periods: Texts = field(converter=TupleOf[str])
    event_gaps: tuple[float, ...] = field(converter=TupleOf[float])
    event_after: tuple[bool, ...] = field(converter=TupleOf[bool])
    event_lower: tuple[float, ...] = field(default=(), converter=TupleOf[float])
    event_upper: tuple[float, ...] = field(default=(), converter=TupleOf[float])
    caveats: Texts = field(default=(), converter=TupleOf[str])

    def _check(self, check: Check) -> None:
        if check.ok() and not (
            len(self.event_periods) == len(self.event_gaps) == len(self.event_after)
        ):
            check.fault("event_gaps", "expected a gap and a flag for each period")
        for name in ("event_lower", "event_upper"):
            if check.ok() and len(getattr(self, name)) not in {0, len(self.event_gaps)}:
                check.fault(name, "expected an end for each period, or none")

    _COLUMNS: ClassVar[Mapping[str, type]] = {
        "period": str,
        "gap": float,
        "lower": float,
        "upper": float,
        "after": bool,
    }

    def to_rows(self) -> list[dict[str, Any]]:
        """Return the event study: a row for each period, treated less comparison."""
        none = (None,) * len(self.event_gaps)
        ends = (self.event_lower or none, self.event_upper or none)
        columns = zip(self.event_periods, self.event_gaps, *ends, self.event_after, strict=True)
        return [dict(zip(self._COLUMNS, row, strict=True)) for row in columns]

    def _label(self) -> str:
        return f"{self.estimate.value:.3g} [{self.estimate.lower:.3g}, {self.estimate.upper:.3g}]"

    def _lines(self) -> list[str]:
        one, other = len(self.treated_units), len(self.comparison_units)
        lines = [
            f"Change beyond the comparison schools: {self.estimate}",
            f"  {one} treated ({self.treated_change:+z.2f}) beside {other} comparison "
            f"({self.comparison_change:+z.2f}); {self.estimate.method}",
        ]
        if self.p_permutation is not None:
            lines.append(f"  Permutation: as large in {self.p_permutation:.0%} of all choices")
        return lines + [f"  {caveat}" for caveat in self.caveats]


def difference_in_differences(  # noqa: PLR0913  (the design's own names)
    outcome: ArrayLike,
    *,
    unit: Sequence[object],
    period: Sequence[object],
    treated: ArrayLike,
    after: ArrayLike,
    level: float = 0.95,
    seed: Seed = 0,
    progress: Progress | None = None,
    stop: Stop | None = None,
) -> DifferenceInDifferences:
    """Compare the change of treated schools with that of comparison schools.

    Parameters
    ----------
    outcome : array-like of shape (n,)
        A rate, or its log, a row for each school and period.
    unit, period : sequence of shape (n,)
        Which school and which period: texts or numbers. Periods are in the order in which
        they sort if they are numbers. Texts have no order of their own: then the rows of each
        school must come in the order of time, or it is an error.
    treated, after : array-like of bool, shape (n,)
        Whether the school is treated, and whether the period is after the change. All treated
        schools change at the same time: staggered starts are refused.
    level : float
        Coverage, between 0 and 1.
    seed : int, SeedSequence or Generator
        For permutations, where there are more than 10,000.
    progress : callable, optional
        Called with ("permuting", permutations done, permutations), where there are so many.
    stop : callable, optional
        Asked again and again: once it says True, `StoppedError` is raised in under a second.

    Returns
    -------
    DifferenceInDifferences

    Raises
    ------
    InvalidInputError
        Also where a school lacks a period, or a period is before for one and after for another,
        or a period before comes after one that is after.
    MissingExtraError
        Without scipy (extra ``stats``), for two or more treated schools.
    StoppedError
        The comparison was stopped.

    Notes
    -----
    Each school's rows become one change, mean after less mean before, so that repeated rows of
    one school do not count as independent [1]_. With two or more schools on each side
    the interval is Welch's between the changes, which is cluster-robust. With one treated
    school it is the span of the comparison schools' changes [2]_: one that exchangeable
    schools give with the probability (m - 1)/(m + 1) for m of them; that is then the
    estimate's ``level``. With one of each nothing can be inferred: the interval then is what
    the range of the outcomes would allow.

    References
    ----------
    .. [1] Bertrand, M., Duflo, E. & Mullainathan, S. (2004). *QJE* 119, 249-275.
    .. [2] Conley, T. G. & Taber, C. R. (2011). *Review of Economics and Statistics* 93,
       113-125.

    Examples
    --------
    Card and Krueger (1994), from the rounded means of their Table 3:

    >>> result = difference_in_differences(
    ...     [20.44, 21.03, 23.33, 21.17],
    ...     unit=["NJ", "NJ", "PA", "PA"],
    ...     period=[1, 2, 1, 2],
    ...     treated=[1, 1, 0, 0],
    ...     after=[0, 1, 0, 1],
    ... )
    >>> round(result.estimate.value, 2), result.inference
    (2.75, 'none')
    """
    given = Arguments("difference_in_differences")
    given.number("level", level, above=0, below=1)
    watch = given.watch(progress, stop)
    seed = as_seed(seed)
    given.whole("seed", seed, 0)
    table = take_panel(given, outcome, unit, period, treated, after)
    changes = table.changes
    mine, others = changes[table.treated], changes[~table.treated]
    estimate, inference, caveats = _difference(mine, others, level, table)
    few = len(changes) <= 3  # noqa: PLR2004
    spans = _event_intervals(table, estimate.level if inference == "permutation" else level)
    p_value = None if few else _permute(changes, table.treated, seed, table.rounding, watch)
    if int((~table.after).sum()) < 3:  # noqa: PLR2004  (a trend takes three points)
        caveats.append("Fewer than three periods before: parallel trends cannot be looked at.")
    return DifferenceInDifferences(
        estimate=estimate,
        inference=inference,
        p_permutation=p_value,
        treated_units=[str(table.units[i]) for i in np.flatnonzero(table.treated)],
        comparison_units=[str(table.units[i]) for i in np.flatnonzero(~table.treated)],
        treated_change=float(mine.mean()),
        comparison_change=float(others.mean()),
        event_periods=[str(p) for p in table.periods],
        event_gaps=[float(g) for g in table.gaps()],
        event_after=[bool(a) for a in table.after],
        event_lower=[low for low, _ in spans] if inference != "none" else (),
        event_upper=[high for _, high in spans] if inference != "none" else (),
        caveats=caveats,
    )


def _event_intervals(table: Panel, level: float) -> list[tuple[float, float]]:
    """Return the interval of the gap in each period, from each school's change up to it."""
    last = int(np.flatnonzero(~table.after)[-1])
    moved = table.means - table.means[:, [last]]
    made = [
        _difference(column[table.treated], column[~table.treated], level, table).estimate
        for column in moved.T
    ]
    return [(0.0, 0.0) if i == last else (e.lower, e.upper) for i, e in enumerate(made)]


class _Difference(NamedTuple):
    estimate: Estimate
    inference: str
    caveats: list[str]


def _difference(mine: FloatArray, others: FloatArray, level: float, table: Panel) -> _Difference:
    """Return the difference with the interval that the number of schools on each side allows."""
    fewest, most = sorted((len(mine), len(others)))
    spread = table.spread
    if fewest > 1:
        return _between_clusters(mine, others, level, table.rounding)
    if most > 1:
        return _by_permutation(mine, others, level)
    effect = float(mine[0] - others[0])
    estimate = Estimate(
        value=effect,
        lower=min(effect, -2 * spread),
        upper=max(effect, 2 * spread),
        level=level,
        method=f"{_METHOD}; no inference: what the range of the outcomes would allow",
        design=StudyDesign.DESCRIPTION,
    )
    caveat = "One school on each side: nothing can be inferred from two changes."
    return _Difference(estimate, "none", [caveat])


def _between_clusters(
    mine: FloatArray, others: FloatArray, level: float, rounding: float
) -> _Difference:
    require_stats("an interval of few schools")
    from scipy.stats import t as student  # type: ignore[import-untyped]  # noqa: PLC0415

    effect = float(mine.mean() - others.mean())
    parts = [float(side.std(ddof=1)) / sqrt(len(side)) for side in (mine, others)]
    # Schools that changed alike but for rounding tell nothing of how much schools differ.
    error = hypot(*parts) if max(parts) > rounding else 0.0
    quantile, p_value = 0.0, None
    if error > 0:
        sizes = (len(mine) - 1, len(others) - 1)
        # Shares of the variance, whose squares stay numbers in any unit.
        freedom = 1 / fsum((v / error) ** 4 / n for v, n in zip(parts, sizes, strict=True))
        quantile = float(student.ppf(0.5 + level / 2, freedom))
        p_value = float(2 * student.sf(abs(effect) / error, freedom))
    estimate = normal_estimate(
        effect,
        error,
        level=level,
        quantile=quantile,
        p_value=p_value,
        method=f"{_METHOD}; schools as clusters, Welch's interval",
    )
    few = min(len(mine), len(others))
    caveat = f"Only {few} schools on one side: the interval is rough, see the permutation."
    return _Difference(
        evolve(estimate, design=StudyDesign.COMPARISON),
        "cluster",
        [caveat] if few < _ENOUGH_SCHOOLS else [],
    )


def _by_permutation(mine: FloatArray, others: FloatArray, level: float) -> _Difference:
    """Return the difference of one school, with the span of the changes on the other side."""
    effect = float(mine.mean() - others.mean())
    many, alone = (others, mine[0]) if len(mine) == 1 else (mine, others[0])
    cut = max(int((1 - level) / 2 * (len(many) + 1)), 1)
    ordered = np.sort(alone - many if len(mine) == 1 else many - alone)
    reached = 1 - 2 * cut / (len(many) + 1)
    estimate = Estimate(
        value=effect,
        lower=min(effect, float(ordered[cut - 1])),
        upper=max(effect, float(ordered[-cut])),
        level=reached,
        method=f"{_METHOD}; span of {len(many)} schools' changes (permutation)",
        design=StudyDesign.COMPARISON,
    )
    caveats = [
        "One school on one side: an interval from permutation only. It takes that school to vary "
        "as much as the others; if it varies twice as much, the interval holds the truth about a "
        "quarter less often."
    ]
    if reached < level:
        side = "comparison" if len(mine) == 1 else "treated"
        caveats.append(
            f"{len(many)} {side} schools allow an interval of {reached:.0%}, not of {level:.0%}."
        )
    return _Difference(estimate, "permutation", caveats)


def _permute(
    changes: FloatArray, treated: BoolArray, seed: int, rounding: float, watch: Watch
) -> float:
    """Return the share of choices of treated schools with as large a gap, the real one included."""
    count, number = int(treated.sum()), len(changes)
    total = float(changes.sum())

    def gap(chosen: float) -> float:
        return abs(chosen / count - (total - chosen) / (number - count))

    # As large but for rounding.
    seen = gap(float(changes[treated].sum())) - rounding
    if comb(number, count) <= _EXACT:
        gaps = [gap(float(changes[list(c)].sum())) for c in combinations(range(number), count)]
        return sum(g >= seen for g in gaps) / len(gaps)
    rng = np.random.default_rng(seed)
    drawn = [
        gap(float(rng.permutation(changes)[:count].sum()))
        for _ in watch.over("permuting", range(_EXACT), _EXACT)
    ]
    return (1 + sum(g >= seen for g in drawn)) / (1 + _EXACT)
