"""Outcomes of schools by period, as a table without gaps."""

from __future__ import annotations

from typing import Any

import numpy as np

from behaviour_culture._arrays import FloatArray
from behaviour_culture.arguments import Given
from behaviour_culture.errors import Fault, InvalidInputError

__all__ = ["Panel", "take_panel"]


def take_panel(  # noqa: PLR0913, PLR0917  (its columns)
    given: Given, outcome: object, unit: object, period: object, treated: object, after: object
) -> Panel:
    """Return the table that columns make, or raise with every fault of what was given."""
    values = given.column("outcome", outcome)
    size = values.size
    units = given.labels("unit", unit, length=size) if size else []
    periods = given.labels("period", period, length=size) if size else []
    treat = given.flags("treated", treated, length=size)
    late = given.flags("after", after, length=size)
    given.done()
    return Panel(values, units, periods, treat, late, subject=given.subject)


class Panel:
    """A balanced table of schools by periods, checked."""

    def __init__(  # noqa: PLR0913  (its columns)
        self,
        values: FloatArray,
        units: list[object],
        periods: list[object],
        treat: FloatArray,
        late: FloatArray,
        *,
        subject: str,
    ) -> None:
        faults: list[Fault] = []
        self.spread = float(values.max() - values.min())
        self.units = list(dict.fromkeys(units))
        self.periods = list(dict.fromkeys(periods))
        if not any(isinstance(p, str) for p in self.periods):
            self.periods = sorted(self.periods, key=_as_number)
        groups: dict[object, set[bool]] = {u: set() for u in self.units}
        sides: dict[object, set[bool]] = {p: set() for p in self.periods}
        cells: dict[tuple[object, object], list[float]] = {}
        for value, u, p, t, a in zip(values, units, periods, treat, late, strict=True):
            groups[u].add(bool(t))
            sides[p].add(bool(a))
            cells.setdefault((u, p), []).append(float(value))
        faults += [
            Fault("treated", f"unit {u!r} is both treated and not")
            for u, found in groups.items()
            if len(found) > 1
        ]
        faults += [
            Fault(
                "after",
                f"period {p!r} is after for one row and before for another: staggered starts "
                "need another method (Callaway and Sant'Anna 2021)",
            )
            for p, found in sides.items()
            if len(found) > 1
        ]
        missing = [(u, p) for u in self.units for p in self.periods if (u, p) not in cells]
        faults += [
            Fault("outcome", f"unit {u!r} has no row for period {p!r}") for u, p in missing[:5]
        ]
        for name, kinds in (("treated", groups), ("after", sides)):
            seen = {flag for found in kinds.values() for flag in found}
            if len(seen) < 2:  # noqa: PLR2004  (true and false)
                faults.append(Fault(name, "expected both true and false"))
        if faults:
            raise InvalidInputError(subject, faults)
        self.treated = np.array([groups[u] == {True} for u in self.units])
        self.after = np.array([sides[p] == {True} for p in self.periods])
        self.means = np.array([[np.mean(cells[u, p]) for p in self.periods] for u in self.units])
        self.changes = self.means[:, self.after].mean(axis=1) - self.means[:, ~self.after].mean(
            axis=1
        )

    def gaps(self) -> FloatArray:
        """Return treated less comparison in each period, against the last one before."""
        gap = self.means[self.treated].mean(axis=0) - self.means[~self.treated].mean(axis=0)
        last = np.flatnonzero(~self.after)[-1]
        return np.asarray(gap - gap[last])


def _as_number(label: Any) -> float:  # noqa: ANN401  (a label that is a number)
    return float(label)
