"""Outcomes of schools by period, as a table without gaps."""

from __future__ import annotations

from collections.abc import Iterable
from math import fsum
from typing import Any, NamedTuple

import numpy as np

from behaviour_culture._arrays import rounding_of
from behaviour_culture.arguments import Arguments
from behaviour_culture.typing import BoolArray, FloatArray

__all__ = ["Panel", "take_panel"]


class Panel(NamedTuple):
    """A balanced table of schools by periods."""

    units: list[object]
    periods: list[object]
    treated: BoolArray
    """Shape (units,)."""
    after: BoolArray
    """Shape (periods,)."""
    means: FloatArray
    """Mean outcome of each school in each period, shape (units, periods)."""
    spread: float
    """Largest outcome less the smallest."""
    rounding: float
    """Differences of outcomes up to this size are rounding."""

    @property
    def changes(self) -> FloatArray:
        """Mean after less mean before, of each school."""
        before, after = self.means[:, ~self.after], self.means[:, self.after]
        return np.asarray(after.mean(axis=1) - before.mean(axis=1))

    def gaps(self) -> FloatArray:
        """Return treated less comparison in each period, against the last one before."""
        gap = self.means[self.treated].mean(axis=0) - self.means[~self.treated].mean(axis=0)
        return np.asarray(gap - gap[np.flatnonzero(~self.after)[-1]])


def take_panel(  # noqa: PLR0913, PLR0917  (its columns)
    given: Arguments, outcome: object, unit: object, period: object, treated: object, after: object
) -> Panel:
    """Return the table that columns make, or raise with every fault of them."""
    values = given.numbers("outcome", outcome)
    size = values.size
    units = given.labels("unit", unit, length=size) if size else []
    periods = given.labels("period", period, length=size) if size else []
    treat = given.truths("treated", treated, last=size)
    late = given.truths("after", after, last=size)
    given.done()
    groups, sides = _flags_of(units, treat), _flags_of(periods, late)
    cells: dict[tuple[object, object], list[float]] = {}
    for value, u, p in zip(values.tolist(), units, periods, strict=True):
        cells.setdefault((u, p), []).append(value)
    order, named = list(sides), sorted(groups, key=_place)
    if not any(isinstance(p, str) for p in order):
        order.sort(key=float)
    else:
        _require_order(given, units, periods, order)
    for u, flags in groups.items():
        if len(flags) > 1:
            given.fault("treated", f"unit {u!r} is both treated and not")
    for p, flags in sides.items():
        if len(flags) > 1:
            message = (
                f"period {p!r} is after for one row and before for another: staggered starts "
                "need another method (Callaway and Sant'Anna 2021)"
            )
            given.fault("after", message)
    late_from = [sides[p] == {True} for p in order]
    if given.ok() and late_from != sorted(late_from):
        given.fault("after", "a period before the change comes after one that is after it")
    missing = [(u, p) for u in named for p in order if (u, p) not in cells]
    for u, p in missing[:5]:
        given.fault("outcome", f"unit {u!r} has no row for period {p!r}")
    for name, kinds in (("treated", groups), ("after", sides)):
        if len(set().union(*kinds.values())) == 1:
            given.fault(name, "expected both true and false")
    given.done()
    return Panel(
        units=named,
        periods=order,
        treated=np.array([groups[u] == {True} for u in named]),
        after=np.array([sides[p] == {True} for p in order]),
        means=np.array([[fsum(cells[u, p]) / len(cells[u, p]) for p in order] for u in named]),
        spread=float(np.ptp(values)),
        rounding=float(rounding_of(values)),
    )


def _place(label: Any) -> tuple[bool, Any]:  # noqa: ANN401
    """Return the place of a unit in the table, whatever the order of the rows: numbers first."""
    return isinstance(label, str), label


def _require_order(
    given: Arguments, units: list[Any], periods: list[Any], order: list[Any]
) -> None:
    """Refuse periods with names that come in another order for some unit: time is not known."""
    at = {p: i for i, p in enumerate(order)}
    last: dict[Any, int] = {}
    for row, (u, p) in enumerate(zip(units, periods, strict=True)):
        if at[p] < last.get(u, 0):
            message = (
                f"{p!r} of unit {u!r} comes after a later period, and texts have no order of their "
                "own: give the rows of each unit in the order of time, or number the periods"
            )
            given.fault(f"period[{row}]", message)
            return
        last[u] = at[p]


def _flags_of(labels: Iterable[Any], flags: BoolArray) -> dict[Any, set[bool]]:
    """Return the flags that occur with each label."""
    found: dict[Any, set[bool]] = {}
    for label, flag in zip(labels, flags, strict=True):
        found.setdefault(label, set()).add(bool(flag))
    return found
