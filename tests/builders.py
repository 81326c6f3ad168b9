"""What tests of several folders build by hand: plans of few steps, a short year, all classes."""

from __future__ import annotations

import enum
from functools import cache
from importlib import import_module
from pkgutil import walk_packages
from typing import Any

import behaviour_culture as bc


@cache
def public_classes() -> list[type[Any]]:
    """Every class that a package offers, sorted by name, but for enums, protocols and errors."""
    packages = [m.name for m in walk_packages(bc.__path__, "behaviour_culture.") if m.ispkg]
    found: list[Any] = []
    for name in ("behaviour_culture", "behaviour_culture.disclosure", *packages):
        package = import_module(name)
        found += [getattr(package, public) for public in getattr(package, "__all__", ())]
    classes = {thing for thing in found if isinstance(thing, type) and not _is_other(thing)}
    return sorted(classes, key=lambda cls: cls.__name__)


def _is_other(cls: type[Any]) -> bool:
    return issubclass(cls, (enum.Enum, BaseException)) or getattr(cls, "_is_protocol", False)
