"""A tuple of objects that shows itself as a table, is filtered to itself, and becomes a frame."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, SupportsIndex, TypeVar, overload

from behaviour_culture._display import count_of, html_table, text_table
from behaviour_culture._frame import frame_of_rows
from behaviour_culture._rows import Column, cells_of, columns_of, to_show
from behaviour_culture.errors import (
    Fault,
    FaultCode,
    InvalidInputError,
    UnknownNameError,
    shorten,
    suggest,
)

__all__ = ["Entries"]

T = TypeVar("T")

_FIRST = 10
_KEYS = ("id", "step", "principle", "objective", "outcome", "group", "label", "name")
"""Fields by which an entry is asked for, the surest first."""


class Entries(tuple[T, ...]):
    """A tuple of objects of one kind, as results hold them: scores, steps, periods.

    It is a tuple: equal to one with the same entries, with the same hash, and pickled as one.
    Besides, it shows its first entries as a table, a slice of it is of its kind, an entry can be
    had by its id, `where` keeps some, and `to_frame` makes a frame.

    Examples
    --------
    >>> import behaviour_culture as bc
    >>> steps = bc.load_catalogue("bennett-2017").steps
    >>> len(steps.where(payoff="quick")) < len(steps)
    True
    >>> steps["baseline-audit"].title
    'Score the audit with raters from every part of the school'
    """

    __slots__ = ()

    if not TYPE_CHECKING:
        # As the annotation of a field it is the tuple that files, schemas and checks know.
        def __class_getitem__(cls, entry):  # noqa: ANN001, ANN204
            return tuple[entry, ...]

    @overload
    def __getitem__(self, key: SupportsIndex, /) -> T: ...
    @overload
    def __getitem__(self, key: slice, /) -> Entries[T]: ...
    @overload
    def __getitem__(self, key: str, /) -> T: ...
    def __getitem__(self, key: SupportsIndex | slice | str, /) -> T | Entries[T]:
        """Return one entry by its place or its id, or a part as `Entries`."""
        if isinstance(key, str):
            return self._of_id(key)
        if isinstance(key, slice):
            return type(self)(tuple.__getitem__(self, key))
        return tuple.__getitem__(self, key)

    def __add__(self, other: tuple[Any, ...], /) -> Any:  # noqa: ANN401  (as tuple's own)
        """Return both one after the other, as a plain tuple if the other holds something else."""
        both = tuple.__add__(self, other)
        return type(self)(both) if isinstance(other, Entries) else both

    def _of_id(self, key: str) -> T:
        name = self._key()
        ids = [str(getattr(entry, name)) for entry in self] if name else []
        if key in ids:
            return tuple.__getitem__(self, ids.index(key))
        raise UnknownNameError(self._noun(), key, ids)

    def _key(self) -> str:
        """Return the field by which the entries are known; empty if there is none."""
        return next((n for n in _KEYS if self and all(hasattr(e, n) for e in self)), "")

    def _noun(self) -> str:
        kinds = {type(entry).__name__ for entry in self}
        return kinds.pop() if len(kinds) == 1 else "entry"

    def where(self, test: Callable[[T], object] | None = None, /, **fields: object) -> Entries[T]:
        """Return the entries that pass a test and have these values in their fields.

        Parameters
        ----------
        test : callable, optional
            Takes an entry and says whether to keep it.
        **fields
            A field, a property or a column of the rows, with the value that it has to have; an
            enum is meant by its value as well (``status="done"``).

        Raises
        ------
        InvalidInputError
            A field that the entries do not have.

        Examples
        --------
        >>> import behaviour_culture as bc
        >>> year = bc.load_calendar("illustrative-2026-27")
        >>> [term.name for term in year.terms.where(lambda term: term.start.month == 9)]
        ['Autumn']
        """
        faults = [fault for name in fields for fault in self._lacking(name)]
        if test is not None and not callable(test):
            words = f"expected a function of one entry, got {shorten(test)}"
            faults.append(Fault("test", words, shorten(test), FaultCode.WRONG_TYPE))
        if faults:
            raise InvalidInputError("where", faults)
        kept = (e for e in self if all(_at(e, n) == v for n, v in fields.items()))
        return type(self)(e for e in kept if test is None or test(e))

    def sorted_by(self, field: str, *, largest_first: bool = False) -> Entries[T]:
        """Return the entries in the order of a field, or of a column of the rows.

        Entries that have nothing there come last.

        Raises
        ------
        InvalidInputError
            A field that the entries do not have, or whose values have no order.
        """
        text = str(field)
        if faults := self._lacking(text):
            raise InvalidInputError("sorted_by", faults)
        there = [entry for entry in self if _at(entry, text) is not None]
        try:
            made = sorted(there, key=lambda entry: _at(entry, text), reverse=largest_first)
        except TypeError:
            words = "its values have no order: sort by a number, a day or a text"
            raise InvalidInputError("sorted_by", [Fault(text, words)]) from None
        return type(self)([*made, *(entry for entry in self if _at(entry, text) is None)])

    def _lacking(self, field: str) -> list[Fault]:
        """Return the fault of a field, or a field of a field, that some entry does not have."""
        for entry in self:
            if _column(entry, field) is not None:
                continue
            held: object = entry
            for name in field.split("."):
                if held is not None and not hasattr(held, name):
                    known = [column.name for column in columns_of(type(held))]
                    message = f"a {type(held).__name__} has no such field{suggest(name, known)}"
                    return [Fault(field, message, "", FaultCode.UNKNOWN_KEY)]
                held = getattr(held, name, None)
        return []

    def to_rows(self, *, internal: bool = False, rules: object = None) -> list[dict[str, Any]]:
        """Return a row of plain cells for each entry: the columns of its fields.

        Small counts of pupils are hidden in entries that have any, by ``rules`` or the defaults,
        unless ``internal``: for use inside the school only.
        """
        shown = (to_show(entry, internal=internal, rules=rules) for entry in self)
        return [cells_of(entry, internal=internal) for entry in shown]

    def to_frame(
        self,
        *,
        kind: str | None = None,
        internal: bool = False,
        rules: object = None,
    ) -> Any:  # noqa: ANN401  (of the library asked for)
        """Return a frame of the rows.

        Parameters
        ----------
        kind : {"pandas", "polars", "pyarrow"}, optional
            The library whose frame to make; without it the first that is installed.
        internal : bool
            Keep small counts: for use inside the school only.
        rules : DisclosureRules, optional
            Which counts are small; the defaults without it.
        """
        kinds = dict.fromkeys(map(type, self))
        types = {c.name: c.type for k in kinds for c in columns_of(k, internal=internal)}
        return frame_of_rows(self.to_rows(internal=internal, rules=rules), types, kind=kind)

    def _lines(self) -> list[str]:
        noun = self._noun()
        if not self:
            return ["no entries"]
        head = f"{len(self):,} of {noun}" if noun != "entry" else count_of(len(self), noun)
        shown = self[:_FIRST].to_rows()
        more = len(self) - len(shown)
        rest = [f"and {more:,} more: slice, .where(...) or .to_frame()"] if more else []
        return [head, *text_table(shown), *rest]

    def __repr__(self) -> str:
        """Return the first entries as a table, and how many there are."""
        return "\n".join(self._lines())

    __str__ = __repr__

    def _repr_html_(self) -> str:
        """Return the entries as an escaped table."""
        rows = self.to_rows()
        used = [
            n for n in (rows[0] if rows else {}) if any(r.get(n) not in {None, ""} for r in rows)
        ]
        caption = self._lines()[0]
        return html_table([{n: row.get(n) for n in used} for row in rows], caption) or (
            f"<p>{caption}</p>"
        )


def _column(entry: object, field: str) -> Column | None:
    """Return the column of an entry's row that has this name."""
    return next((c for c in columns_of(type(entry)) if c.name == field), None)


def _at(entry: object, field: str) -> Any:  # noqa: ANN401
    """Return what a field, a field of a field or a column holds; None where there is nothing."""
    column = None if hasattr(entry, field) else _column(entry, field)
    if column is not None:
        return column.read(entry)
    for name in field.split("."):
        entry = getattr(entry, name, None)
    return entry
