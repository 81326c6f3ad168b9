"""The parts of a framework: its domains, principles, audit items and other statements."""

from __future__ import annotations

from enum import StrEnum

from attrs import field, frozen

from behaviour_culture._display import Displayed
from behaviour_culture.checks import TupleOf, Value, as_float
from behaviour_culture.fields import Page, Positive, Slug, Slugs, Text
from behaviour_culture.model.source import Basis, Mark, Origin, Provenance

__all__ = [
    "Addressee",
    "AuditItem",
    "Challenge",
    "Domain",
    "Feature",
    "Principle",
    "PrinciplePrerequisite",
    "Recommendation",
    "Section",
    "SystemKind",
    "Unverified",
]


class Addressee(StrEnum):
    """The bodies to which a policy recommendation is addressed."""

    DFE = "dfe"
    OFSTED = "ofsted"


@frozen(kw_only=True, repr=False)
class _Statement(Value):
    """A sentence with its place in the source document."""

    id: Slug
    text: Text
    section: Text | None = None
    provenance: Provenance

    def _lines(self) -> list[str]:
        return [self.text]


@frozen(kw_only=True, repr=False)
class _OnPage(_Statement):
    page: Page | None = None


@frozen(kw_only=True, repr=False)
class Section(Value):
    """A numbered section of the framework's source document."""

    number: Text
    title: Text
    page: Page | None = None
    provenance: Provenance

    def _label(self) -> str:
        return f"{self.number} {self.title}"


@frozen(kw_only=True, repr=False)
class Domain(Value):
    """A part of the framework, such as designing, building or maintaining the culture."""

    id: Slug
    name: Text
    text: str = ""
    follows: Slug | None = None
    provenance: Provenance


@frozen(kw_only=True, repr=False)
class PrinciplePrerequisite(Value):
    """A principle that must be in place before another one, with reason and source."""

    principle: Slug
    basis: Basis
    reason: Text
    provenance: Provenance

    def _label(self) -> str:
        return f"{self.principle} ({self.basis.value})"


@frozen(kw_only=True, repr=False)
class Principle(_OnPage):
    """One thing that schools with good behaviour do, in this project's words, with its source."""

    name: Text
    domain: Slug
    weight: Positive = field(default=1.0, converter=as_float)
    prerequisites: tuple[PrinciplePrerequisite, ...] = field(
        default=(), converter=TupleOf[PrinciplePrerequisite]
    )

    def _lines(self) -> list[str]:
        place = f", section {self.section}" if self.section else ""
        page = f", page {self.page}" if self.page else ""
        return [f"{self.name} ({self.domain}{place}{page}): {self.text}"]


@frozen(kw_only=True, repr=False)
class AuditItem(Value):
    """One observable statement that a rater answers on the framework's scale.

    ``label`` is the item's short name in a published instrument. ``provenance`` says how well
    a published item is known; an item of this project has none.
    """

    id: Slug
    principle: Slug
    label: str = ""
    text: Text
    look_for: str = ""
    weight: Positive = field(default=1.0, converter=as_float)
    origin: Origin = Origin.OWN
    provenance: Provenance | None = None

    def _lines(self) -> list[str]:
        return [self.text]


@frozen(kw_only=True, repr=False)
class Feature(_OnPage):
    """A feature that the source found in many successful schools."""


@frozen(kw_only=True, repr=False)
class Challenge(_OnPage):
    """A common obstacle, and the features or principles that it works against."""

    opposes: Slugs = field(default=(), converter=TupleOf[str])


@frozen(kw_only=True, repr=False)
class SystemKind(_OnPage):
    """A kind of system that a school can have, such as routines or internal inclusion."""

    name: Text
    principles: Slugs = field(default=(), converter=TupleOf[str])

    def _lines(self) -> list[str]:
        return [f"{self.id}: {self.name}"]


@frozen(kw_only=True, repr=False)
class Recommendation(_Statement):
    """A recommendation to government or the inspectorate, not to schools."""

    addressee: Addressee


@frozen(kw_only=True, repr=False)
class Unverified(Displayed):
    """A statement of a framework that nobody has checked against its source yet."""

    kind: str
    id: str
    text: str
    mark: Mark
    note: str = ""

    def _lines(self) -> list[str]:
        return [f"{self.kind} {self.id} [{self.mark.value}]: {self.text}"]
