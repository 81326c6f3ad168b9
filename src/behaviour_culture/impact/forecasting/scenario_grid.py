"""Scenarios that combine several values of each setting: a grid to run in bulk."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from math import prod
from typing import Any

from behaviour_culture._display import count_of
from behaviour_culture.checks import Check
from behaviour_culture.errors import shorten
from behaviour_culture.fields import field_types
from behaviour_culture.model.scenario import AS_PLANNED, Scenario

__all__ = ["scenario_grid"]

_FIELDS = {
    "hours": "capacity",
    "turnover": "staff_turnover",
    "delay_weeks": "start_delay_weeks",
    "leader_leaves": "leader_leaves",
    "maintenance": "maintenance",
    "dropout": "dropout",
}
_BASIS = "one value of a grid, to see what depends on it: not a measured one"
_SHARES = ("hours", "turnover", "dropout")
_TYPES = field_types(Scenario)


def scenario_grid(  # noqa: PLR0913  (a setting each)
    *,
    hours: Sequence[float | None] = (),
    turnover: Sequence[float | None] = (),
    delay_weeks: Sequence[int | None] = (),
    leader_leaves: Sequence[int | None] = (),
    maintenance: Sequence[bool | None] = (),
    dropout: Sequence[float | None] = (),
    basis: str = _BASIS,
) -> tuple[Scenario, ...]:
    """Return a scenario for each combination of the values given, for `run_scenarios`.

    Parameters
    ----------
    hours : sequence of float, optional
        Hours that people have for the plan, as shares of those planned, above 0 to 2.
    turnover, dropout : sequence of float, optional
        Shares a year, 0 to 1.
    delay_weeks : sequence of int, optional
        Calendar weeks by which everything begins later.
    leader_leaves : sequence of int, optional
        The half-term at whose end the leader leaves, from 1.
    maintenance : sequence of bool, optional
    basis : str
        Where the values are from; the same for all of them.

    Returns
    -------
    tuple of Scenario
        In the order of the values, the last setting fastest. None among the values stands for
        the plan as it is, and a combination that changes nothing is the plan itself.

    Raises
    ------
    InvalidInputError
        No value at all, a value twice, one that a `Scenario` cannot have, or more than 100,000
        combinations.

    Examples
    --------
    >>> grid = scenario_grid(hours=[0.5, 1], turnover=[None, 0.33])
    >>> [s.id for s in grid]
    ['hours-50-turnover-usual', 'hours-50-turnover-33', 'hours-100-turnover-usual', 'hours-100-turnover-33']
    >>> print(grid[1])
    50% of the hours, 33% of staff leave: 33% of staff leave in a year; people have 50% of the hours planned
    """  # noqa: E501
    check = Check("scenario_grid")
    given: dict[str, Any] = {
        "hours": hours,
        "turnover": turnover,
        "delay_weeks": delay_weeks,
        "leader_leaves": leader_leaves,
        "maintenance": maintenance,
        "dropout": dropout,
    }
    for name, values in given.items():
        if isinstance(values, (str, bytes)) or not hasattr(values, "__iter__"):
            message = f"expected several values, such as [0.5, 1], got {shorten(values)}"
            check.fault(name, message, values)
            continue
        given[name] = some = [*values]
        for i, value in enumerate(some):
            check.value(f"{name}[{i}]", value, _TYPES[_FIELDS[name]] | None)
        if len(set(map(repr, some))) < len(some):
            check.fault(name, "a value is there twice: leave one of them out", values)
    if check.ok() and not any(given.values()):
        check.fault("hours", "no values: give some of at least one setting, such as hours=[0.5]")
    if check.ok():
        many = prod(len(values) for values in given.values() if values)
        check.within("combinations of all values", many, "scenarios")
    check.done()
    names = [name for name, values in given.items() if values]
    return tuple(
        _scenario(dict(zip(names, values, strict=True)), basis)
        for values in product(*(given[name] for name in names))
    )


def _scenario(values: dict[str, Any], basis: str) -> Scenario:
    settings: dict[str, Any] = {
        _FIELDS[name]: getattr(AS_PLANNED, _FIELDS[name]) if value is None else value
        for name, value in values.items()
    }
    differing = {key for key, value in settings.items() if value != getattr(AS_PLANNED, key)}
    parts = (f"{name.replace('_', '-')}-{_part(name, value)}" for name, value in values.items())
    return Scenario(
        id="-".join(parts),
        name=", ".join(_words(name, value) for name, value in values.items()),
        basis=dict.fromkeys(sorted(differing), basis),
        **settings,
    )


def _part(name: str, value: Any) -> str:  # noqa: ANN401  (a value of any setting)
    """Return a value as part of an id, shares in per cent."""
    if value is None:
        return "usual"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if name in _SHARES:
        return f"{100 * value:.10g}".replace(".", "-")
    return str(value)


def _words(name: str, value: Any) -> str:  # noqa: ANN401, PLR0911  (a setting a line)
    """Return a value in words, for a name."""
    if value is None:
        return f"{name.replace('_', ' ')} as planned"
    if name == "hours":
        return f"{100 * value:.6g}% of the hours"
    if name == "turnover":
        return f"{100 * value:.6g}% of staff leave"
    if name == "delay_weeks":
        return f"{count_of(value, 'week')} later" if value else "on time"
    if name == "leader_leaves":
        return f"the leader leaves after half-term {value}"
    if name == "maintenance":
        return "kept up" if value else "not kept up"
    return f"{100 * value:.6g}% a year give up"
