"""The parts of all strategies: ids, texts, dates, numbers, lists of entries."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from operator import attrgetter
from typing import Literal, ParamSpec, TypeVar, cast

from hypothesis import strategies as st

from behaviour_culture.checks import Check
from behaviour_culture.errors import Fault, FaultCode, InvalidInputError, shorten
from behaviour_culture.model.evidence import EvidenceBase
from behaviour_culture.model.framework import Framework

__all__ = [
    "Ids",
    "Strategy",
    "check_options",
    "check_sizes",
    "dates",
    "entries",
    "kept",
    "maybe",
    "numbers",
    "one_of_ids",
    "refuse",
    "shares",
    "slugs",
    "some_of_ids",
    "texts",
    "words",
]

P = ParamSpec("P")
T = TypeVar("T")
Strategy = st.SearchStrategy
Ids = Sequence[str] | None
"""Ids to choose from, or None for any."""

_LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789"
_SLUG_MAX = 100
_NO_TEXT: tuple[Literal["Cs"], Literal["Cc"]] = ("Cs", "Cc")
_ANYTHING = st.characters(exclude_categories=_NO_TEXT, include_characters="\t\n\r")


def kept(make: Callable[P, T]) -> Callable[P, T]:
    """Make each strategy once: hypothesis examines each new one before it draws from it."""
    return cast("Callable[P, T]", lru_cache(maxsize=256)(make))


def refuse(strategy: str, *faults: tuple[str, str]) -> InvalidInputError:
    """Return the error for bad options of a strategy."""
    return InvalidInputError(strategy, [Fault(name, message) for name, message in faults])


def check_options(
    strategy: str, *, framework: object = None, evidence: object = None, **ids: object
) -> None:
    """Refuse options of another class: a framework, an evidence base, and ids to choose from."""
    check = Check(strategy)
    check.value("framework", framework, Framework | None)
    check.value("evidence", evidence, EvidenceBase | None)
    for name, given in ids.items():
        if given is not None:
            if isinstance(given, (str, bytes, Mapping)) or not isinstance(given, Iterable):
                words = f"expected a sequence of ids to choose from, got {shorten(given)}"
                check.fault(name, words, given, FaultCode.WRONG_TYPE)
            else:
                check.value(name, tuple(given), tuple[str, ...])
    check.done()


def check_sizes(strategy: str, least: int, **sizes: int) -> None:
    """Refuse sizes that are not whole numbers from ``least``, or that do not rise."""
    faults = []
    low = least
    for name, size in sizes.items():
        given: object = size
        if isinstance(given, bool) or not isinstance(given, int) or size < low:
            faults.append((name, f"expected a whole number from {low}, got {given!r}"))
        else:
            low = size
    if faults:
        raise refuse(strategy, *faults)


def slugs(*, max_size: int = 16) -> Strategy[str]:
    """Draw lower-case ids such as ``teach-routines`` or ``tfi-2.1``.

    Parameters
    ----------
    max_size : int
        Most characters, 1 to 100.

    Examples
    --------
    >>> from hypothesis import find
    >>> find(slugs(), lambda slug: True)
    '0'
    """
    check_sizes("slugs", 1, max_size=max_size)
    if max_size > _SLUG_MAX:
        raise refuse("slugs", ("max_size", f"an id has at most {_SLUG_MAX} characters"))
    return _slugs(max_size)


@kept
def _slugs(max_size: int) -> Strategy[str]:
    letters = st.text(_LETTERS, min_size=1, max_size=max_size)
    if max_size < 3:  # noqa: PLR2004  (no room for a hyphen between two letters)
        return letters
    part = st.text(_LETTERS, min_size=1, max_size=(max_size - 1) // 2)
    return letters | st.builds("{}{}{}".format, part, st.sampled_from("-."), part)


def texts(*, min_size: int = 1, max_size: int = 24) -> Strategy[str]:
    """Draw texts of any characters, markup and line breaks among them.

    Parameters
    ----------
    min_size, max_size : int
        Fewest and most characters. Only with a ``min_size`` of 0 may a text be blank.
    """
    check_sizes("texts", 0, min_size=min_size, max_size=max_size)
    return _texts(min_size, max_size)


@kept
def _texts(min_size: int, max_size: int) -> Strategy[str]:
    drawn = st.text(_ANYTHING, min_size=min_size, max_size=max_size)
    return drawn.map(_not_blank) if min_size else drawn


def _not_blank(text: str) -> str:
    return text if text.strip() else "0" * len(text)


def words(*, max_size: int = 24) -> Strategy[str]:
    """Draw texts that may be blank or empty."""
    return texts(min_size=0, max_size=max_size)


def dates(
    *, min_value: dt.date = dt.date(2015, 1, 1), max_value: dt.date = dt.date(2040, 12, 31)
) -> Strategy[dt.date]:
    """Draw dates without a time, between two dates (both included)."""
    faults = [
        (name, f"expected a date, got {value!r}")
        for name, value in (("min_value", min_value), ("max_value", max_value))
        if type(value) is not dt.date
    ]
    if not faults and min_value > max_value:
        faults = [("max_value", f"{max_value} is before {min_value}")]
    if faults:
        raise refuse("dates", *faults)
    return st.dates(min_value, max_value)


def numbers(low: float, high: float) -> Strategy[float]:
    """Draw finite floats between two bounds, both included."""
    return st.floats(low, high, allow_nan=False, allow_infinity=False)


def shares() -> Strategy[float]:
    """Draw floats from 0 to 1."""
    return numbers(0.0, 1.0)


def maybe(strategy: Strategy[T]) -> Strategy[T | None]:
    """Draw from a strategy, or None."""
    return st.none() | strategy


def one_of_ids(strategy: str, name: str, ids: Ids) -> Strategy[str]:
    """Draw one of the given ids, or any slug without them."""
    if ids is None:
        return slugs()
    if isinstance(ids, str) or not ids:
        raise refuse(strategy, (name, f"expected a sequence of ids to choose from, got {ids!r}"))
    return st.sampled_from(tuple(ids))


def some_of_ids(ids: Ids, *, min_size: int = 0, max_size: int = 3) -> Strategy[tuple[str, ...]]:
    """Draw a few of the given ids without repeats, or of any slugs without them."""
    return _some_of_ids(None if ids is None else tuple(dict.fromkeys(ids)), min_size, max_size)


@kept
def _some_of_ids(
    ids: tuple[str, ...] | None, min_size: int, max_size: int
) -> Strategy[tuple[str, ...]]:
    if ids == ():
        return st.just(())
    one = slugs() if ids is None else st.sampled_from(ids)
    most = max_size if ids is None else min(max_size, len(ids))
    return st.lists(one, min_size=min_size, max_size=most, unique=True).map(tuple)


def entries(
    strategy: Strategy[T], *, key: str = "id", min_size: int = 0, max_size: int = 3
) -> Strategy[tuple[T, ...]]:
    """Draw a tuple of entries that differ in the field ``key``, or at all where it is empty."""
    differ = attrgetter(key) if key else None
    drawn = st.lists(
        strategy, min_size=min_size, max_size=max_size, unique_by=differ, unique=differ is None
    )
    return drawn.map(tuple)
