"""Rows for libraries that go further: CausalPy and pysyncon."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from numpy.typing import ArrayLike

from behaviour_culture.arguments import Given
from behaviour_culture.monitoring.comparison.panel import take_panel

__all__ = ["to_causal_rows"]


def to_causal_rows(
    outcome: ArrayLike,
    *,
    unit: Sequence[object],
    period: Sequence[object],
    treated: ArrayLike,
    after: ArrayLike,
) -> list[Mapping[str, object]]:
    """Return rows shaped for CausalPy and pysyncon, for those who want more.

    ``frame = pandas.DataFrame(rows)`` goes into CausalPy's ``DifferenceInDifferences`` with
    formula ``"y ~ 1 + group * post_treatment"``, ``time_variable_name="t"`` and
    ``group_variable_name="group"``; it wants the columns ``unit`` and ``post_treatment``, and a
    group of 0 and 1. Its ``SyntheticControl`` takes ``frame.pivot(index="t", columns="unit",
    values="y")``. pysyncon's ``Dataprep`` takes ``unit_variable="unit"``, ``time_variable="t"``
    and ``dependent="y"``.

    Parameters
    ----------
    outcome, unit, period, treated, after
        As in `difference_in_differences`.

    Returns
    -------
    list of dict
        ``unit``, ``period``, ``t`` (0, 1, ...), ``y``, ``group`` and ``post_treatment``: one row
        for each unit and period, the mean where several were given.

    Raises
    ------
    InvalidInputError

    Notes
    -----
    pysyncon 1.7.0 was run on such a frame: of a school made of two others, 60 and 40 % of them,
    it finds these weights and the change that was put in. CausalPy was not run: the frame is
    held against the columns that its ``DifferenceInDifferences`` checks for, and against the
    same formula in statsmodels, whose interaction is the estimate of
    `difference_in_differences`.

    Examples
    --------
    >>> to_causal_rows([3.0, 2.0, 4.0, 4.0], unit=["a", "a", "b", "b"], period=[1, 2, 1, 2],
    ...     treated=[1, 1, 0, 0], after=[0, 1, 0, 1])[0]
    {'unit': 'a', 'period': 1, 't': 0, 'y': 3.0, 'group': 1, 'post_treatment': False}
    """
    given = Given("to_causal_rows")
    table = take_panel(given, outcome, unit, period, treated, after)
    return [
        {
            "unit": unit_,
            "period": period_,
            "t": t,
            "y": float(table.means[u, t]),
            "group": int(table.treated[u]),
            "post_treatment": bool(table.after[t]),
        }
        for u, unit_ in enumerate(table.units)
        for t, period_ in enumerate(table.periods)
    ]
