"""The sources of a statement, and a mark that says whether anybody read it there."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from attrs import field, frozen

from behaviour_culture._entries import Entries
from behaviour_culture.checks import TupleOf, Value
from behaviour_culture.fields import Range, Slug, Slugs, Text, Unique

__all__ = ["Basis", "Mark", "Origin", "Provenance", "Source", "Statement"]


class Mark(StrEnum):
    """How well a statement is backed by a page that somebody read."""

    READ = "read"
    """Read on a published page."""
    TITLE = "title"
    """Only the section's title was read."""
    INFERRED = "inferred"
    """Our own inference."""
    RECALLED = "recalled"
    """General knowledge, not checked against the source."""
    COMPUTED = "computed"
    """Computed from published data."""
    PARTLY = "partly"
    """Partly read."""

    @property
    def verified(self) -> bool:
        """True only for ``read`` and ``computed``."""
        return self in (Mark.READ, Mark.COMPUTED)


class Basis(StrEnum):
    """How well a statement is founded, from the strongest basis to the weakest."""

    STATED = "stated"
    """A source says so."""
    INFERRED = "inferred"
    """We infer it from a source."""
    JUDGEMENT = "judgement"
    """Professional judgement."""


class Origin(StrEnum):
    """Who wrote an item or a step."""

    OWN = "own"
    """This project; the item or step is not part of a published instrument."""
    SOURCE = "source"
    """Taken from a published instrument."""


@frozen(kw_only=True, repr=False)
class Provenance(Value):
    """The evidence mark of a statement and its sources.

    Examples
    --------
    >>> Provenance(mark=Mark.TITLE, sources=("s-cont",)).verified
    False
    """

    mark: Mark
    sources: Slugs = field(default=(), converter=TupleOf[str])
    note: str = ""

    @property
    def verified(self) -> bool:
        """True where the mark is ``read`` or ``computed``."""
        return self.mark.verified

    def _label(self) -> str:
        return ", ".join([self.mark.value, *self.sources])


@frozen(kw_only=True, repr=False)
class Source(Value):
    """A document, with enough detail to find and to cite it."""

    id: Slug
    title: Text
    author: Text | None = None
    year: Annotated[int, Range(low=1800, high=2200)] | None = None
    url: Text | None = None
    note: Text | None = None

    def cite(self) -> str:
        """Return one line that names the document.

        Examples
        --------
        >>> Source(id="s", title="Creating a culture", author="T. Bennett", year=2017).cite()
        'T. Bennett (2017). Creating a culture.'
        """
        who = f"{self.author} ({self.year}). " if self.author and self.year else ""
        if not who and self.author:
            who = f"{self.author}. "
        title = self.title.rstrip(".")
        year = f" ({self.year})" if self.year and not self.author else ""
        return f"{who}{title}{year}."

    def _lines(self) -> list[str]:
        return [self.cite()]


@frozen(kw_only=True, repr=False)
class Sourced(Value):
    """Published content, with the sources that its entries cite."""

    id: Slug
    name: Text
    summary: str = ""
    sources: Annotated[Entries[Source], Unique("id")] = field(
        default=Entries(), converter=TupleOf[Source]
    )


@frozen(kw_only=True, repr=False)
class Statement(Value):
    """A sentence of a framework that is not a principle, a feature or a challenge."""

    id: Slug
    text: Text
    provenance: Provenance

    def _lines(self) -> list[str]:
        return [self.text]
