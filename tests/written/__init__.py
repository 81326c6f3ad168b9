"""Results as they are written down: so that no number, no text and no order changes unseen.

A module of this folder gives examples of one package, a function each; ``<package>.txt`` beside it
holds all that their results say, a line for each value. A test of each package compares the two.
After a change that is meant, look at what ``git diff`` shows of::

    python tests/written/renew.py

Numbers have seven significant digits, and next to none are 0, since other processors and other
versions of libraries add in other orders. Of a long row of
numbers there are the first and the last ones, and two sums that notice the order; of a long text
its beginning and a checksum.
"""

from __future__ import annotations

import datetime as dt
import enum
import math
from collections.abc import Callable, Iterator, Mapping
from importlib import import_module
from pathlib import Path
from typing import Any
from zlib import crc32

import attrs
import numpy as np

import behaviour_culture as bc

__all__ = ["FOLDER", "PACKAGES", "examples", "lines", "renew", "written"]

FOLDER = Path(__file__).parent
PACKAGES = tuple(sorted(p.stem for p in FOLDER.glob("*.py") if p.stem not in {"__init__", "renew"}))
_LONG = 12
_FIRST, _LAST = 4, 2
_TEXT = 200
_TINY = 1e-12


def examples(package: str) -> dict[str, Callable[[], Any]]:
    """Return the examples of a package by their names, in the order of its module."""
    module = import_module(f"written.{package}")
    return {
        name: made
        for name, made in vars(module).items()
        if not name.startswith("_") and getattr(made, "__module__", "") == module.__name__
    }


def written(package: str) -> dict[str, list[str]]:
    """Return the lines that are written down for each example of a package."""
    found: dict[str, list[str]] = {}
    path = FOLDER / f"{package}.txt"
    if not path.exists():
        return found
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("== "):
            found[line.removeprefix("== ")] = here = []
        else:
            here.append(line)
    return found


def renew(package: str) -> None:
    """Write down what the examples of a package give now."""
    parts = [
        line for name, make in examples(package).items() for line in (f"== {name}", *lines(make()))
    ]
    (FOLDER / f"{package}.txt").write_text("\n".join(parts) + "\n", encoding="utf-8")


def lines(value: Any) -> list[str]:
    """Return all that a result says, a line for each value with its path."""
    return [f"{path or '.'} = {text}" for path, text in _leaves(value, "")]


def _leaves(value: Any, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, (np.generic, np.ndarray)):
        value = value.tolist()
    if isinstance(value, bc.errors.InvalidInputError):
        value = [f"{f.code} {f.path}: {f}" for f in value.faults]
    if attrs.has(type(value)):
        named = {f.name: getattr(value, f.name) for f in attrs.fields(type(value))}
        yield from _of_mapping(named, path)
    elif isinstance(value, Mapping):
        yield from _of_mapping(value, path)
    elif hasattr(value, "tolist"):  # a frozen array
        yield from _leaves(value.tolist(), path)
    elif isinstance(value, (list, tuple)):
        yield from _of_row(list(value), path)
    elif isinstance(value, (set, frozenset)):
        yield path, repr(sorted(map(str, value)))
    else:
        yield path, _text(value)


def _of_mapping(value: Mapping[Any, Any], path: str) -> Iterator[tuple[str, str]]:
    for key, inner in value.items():
        if inner is not None and not (isinstance(inner, (list, tuple, Mapping)) and not inner):
            yield from _leaves(inner, f"{path}.{_text(key)}" if path else _text(key))


def _of_row(row: list[Any], path: str) -> Iterator[tuple[str, str]]:
    if all(isinstance(v, (int, float)) and not isinstance(v, bool) for v in row):
        yield path, _numbers(row)
        return
    for i, inner in enumerate(row):
        yield from _leaves(inner, f"{path}[{i}]")


def _numbers(row: list[float]) -> str:
    if len(row) <= _LONG:
        return f"[{', '.join(map(_text, row))}]"
    finite = [v for v in row if math.isfinite(v)]
    turning = math.fsum(v * (i % 7 + 1) for i, v in enumerate(finite))
    ends = ", ".join(map(_text, row[:_FIRST])), ", ".join(map(_text, row[-_LAST:]))
    sums = f"sum {_text(math.fsum(finite))}, by place {_text(turning)}"
    return f"[{ends[0]}, ..., {ends[1]}]: {len(row)} numbers, {len(finite)} finite, {sums}"


def _text(value: Any) -> str:
    if isinstance(value, enum.Enum):
        return str(value.value)
    if isinstance(value, float):
        return "0" if abs(value) < _TINY else f"{value:.7g}"
    if isinstance(value, (dt.date, dt.datetime)):
        return value.isoformat()
    if isinstance(value, str):
        shown = value if value.isprintable() else repr(value)
        return shown if len(shown) <= _TEXT else f"{shown[:_TEXT]}... ({crc32(shown.encode()):x})"
    if value is None or isinstance(value, (bool, int)):
        return repr(value)
    msg = f"no way to write down a {type(value).__name__}: let the example return its parts"
    raise TypeError(msg)
