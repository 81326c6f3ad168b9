"""Who draws which class: a strategy is named once, where it is written.

A class is drawn from its fields, whose annotations say what they may hold. A class that
needs more says it in one of two ways::

    arrange(DateRange, in_order("start", "end"))     # how its fields go together


    @draws(School)                                   # a function that makes the strategy
    def schools(...) -> Strategy[School]: ...
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import Any, NamedTuple, TypeAlias, TypeVar

__all__ = ["ARRANGED", "DRAWN", "Arrangement", "Mend", "arrange", "draws", "import_strategies"]

Function = TypeVar("Function", bound=Callable[..., Any])
Mend: TypeAlias = Callable[[dict[str, Any]], None]
"""Changes the drawn values of fields, held by name, so that they fit together."""


class Arrangement(NamedTuple):
    """What the fields of a class need beyond their annotations when they are drawn."""

    mends: tuple[Mend, ...] = ()
    fields: Mapping[str, object] = {}
    """Strategies, or values as they are."""


ARRANGED: dict[type[Any], Arrangement] = {}
DRAWN: dict[type[Any], Callable[[], Any]] = {}


def arrange(class_: type[Any], /, *mends: Mend, **fields: object) -> None:
    """Say how the fields of a class are drawn, wherever an object of it is drawn."""
    ARRANGED[class_] = Arrangement(mends, fields)


def draws(class_: type[Any]) -> Callable[[Function], Function]:
    """Register a function that returns a strategy as the one that draws a class."""

    def register(make: Function) -> Function:
        DRAWN[class_] = make
        return make

    return register


@cache
def import_strategies() -> None:
    """Import every module of this package, so that all that they register is there."""
    package = import_module(__name__.rpartition(".")[0])
    for module in iter_modules(package.__path__, f"{package.__name__}."):
        import_module(module.name)
