"""Tells hypothesis, when it is imported, where the strategies of this library are."""

from __future__ import annotations

from importlib import import_module
from typing import Any

__all__ = ["register"]

_PACKAGE = "behaviour_culture"


def register() -> None:
    """Let ``st.from_type`` draw every class of this library.

    Hypothesis calls this when it is imported, by the entry point. It keeps a table of
    functions that it asks for the types it does not know, and that is where ours goes: no
    module with a class or a strategy is imported before a class of ours is drawn. A strategy
    that a user registers for a class is used instead of ours. Calling this again does no harm.
    """
    from hypothesis.strategies._internal import types  # noqa: PLC0415  (an extra)

    table = getattr(types, "_global_extra_lookup", None)
    if table is None:  # it is private: without it, all strategies are imported and registered
        import_module(f"{_PACKAGE}.testing._objects").register_all()
    else:
        table[_PACKAGE] = _strategy_of


def _strategy_of(thing: Any) -> Any:  # noqa: ANN401  (a type as hypothesis has it)
    """Return the strategy of a type of ours, or None for any other."""
    classes = thing.__mro__ if isinstance(thing, type) else ()
    rules = map(type, getattr(thing, "__metadata__", ()))
    if any(c.__module__.partition(".")[0] == _PACKAGE for c in (*classes, *rules)):
        return import_module(f"{_PACKAGE}.testing._objects").strategy_of(thing)
    return None
