"""Checks of a table of ratings."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from behaviour_culture._arrays import FloatArray
from behaviour_culture.errors import Fault, shorten

__all__ = ["ratings_table"]


def ratings_table(
    name: str, values: object, *, missing: bool, faults: list[Fault]
) -> FloatArray | None:
    """Return a table of numbers, NaN for missing ones where these are allowed; or add a fault."""
    try:
        array = np.asarray(values)
        if missing and array.dtype.kind == "O" and _only_numbers(values):
            array = array.astype(np.float64)
    except (TypeError, ValueError):
        array = np.asarray(None)
    if array.dtype.kind not in "fiu" or array.ndim != 2 or not array.size:  # noqa: PLR2004
        message = f"expected a table of numbers, got {shorten(values)}"
        faults.append(Fault(name, message, shorten(values)))
        return None
    table = array.astype(np.float64)
    bad = np.isinf(table) if missing else ~np.isfinite(table)
    for row, column in np.argwhere(bad)[:20]:
        value = table[row, column]
        what = "is not a finite number" if missing else "is no rating: the table must be complete"
        faults.append(Fault(f"{name}[{row}, {column}]", f"{value} {what}", str(value)))
    return None if bad.any() else table


def _only_numbers(values: object) -> bool:
    """Say whether a table holds numbers and None only: text must not become a number."""
    rows = values.tolist() if isinstance(values, np.ndarray) else values
    return isinstance(rows, Sequence) and all(
        isinstance(row, Sequence)
        and all(
            v is None or (isinstance(v, (int, float, np.number)) and not isinstance(v, bool))
            for v in row
        )
        for row in rows
    )
