"""A reader's account of a file: the rows it counted, the rows it did not, and every doubt."""

from __future__ import annotations

from typing import Annotated

from attrs import field, frozen

from behaviour_culture._display import count_of
from behaviour_culture._entries import Entries
from behaviour_culture.checks import Check, TupleOf, Value
from behaviour_culture.fields import Count, Range, Slug, Text

__all__ = ["Doubt", "Reading"]


@frozen(kw_only=True, repr=False)
class Doubt(Value):
    """An oddity of a file that its reader should know. Nothing in the file was changed.

    Attributes
    ----------
    code : str
        The kind of doubt: ``rate-differs``, ``unknown-symbol``, ``day-without-school``, ...
    column : str
        Its column; empty for one about whole rows.
    message : str
        What was met and what to do about it.
    count : int
        Number of rows (or cells of ``column``).
    rows : tuple of int
        The first of them; 1 is the first row below the header.
    left_out : bool
        True if these rows were not counted. Each row is in at most one such doubt.
    """

    code: Slug
    column: str = ""
    message: Text
    count: Annotated[int, Range(low=1)]
    rows: tuple[Annotated[int, Range(low=1)], ...] = field(default=(), converter=TupleOf[int])
    left_out: bool = False

    def _label(self) -> str:
        return f"{self.code} {self.column}".strip()

    def _lines(self) -> list[str]:
        where = f"{self.column}: " if self.column else ""
        return [f"{where}{self.message}"]


@frozen(kw_only=True, repr=False)
class Reading(Value):
    """The account of one file: rows read = rows counted + rows listed as left out.

    Attributes
    ----------
    read : int
        Rows below the header; blank ones are not rows.
    counted : int
        The rows that are in the result.
    doubts : tuple of Doubt

    Examples
    --------
    >>> holiday = Doubt(code="holiday", message="2 rows in a holiday", count=2, left_out=True)
    >>> print(Reading(read=12, counted=10, doubts=[holiday]))
    12 rows read, 10 counted
      2 rows in a holiday
    """

    read: Count
    counted: Count
    doubts: Entries[Doubt] = field(default=Entries(), converter=TupleOf[Doubt])

    def _check(self, check: Check) -> None:
        if check.ok("read", "counted", "doubts") and self.read != self.counted + self.left_out:
            message = f"{self.counted} counted and {self.left_out} left out are not {self.read}"
            check.fault("read", message, self.read)

    @property
    def left_out(self) -> int:
        """The number of rows that were not counted."""
        return sum(doubt.count for doubt in self.doubts if doubt.left_out)

    def _lines(self) -> list[str]:
        lines = [f"{count_of(self.read, 'row')} read, {self.counted:,} counted"]
        return lines + [f"  {line}" for doubt in self.doubts for line in str(doubt).splitlines()]
