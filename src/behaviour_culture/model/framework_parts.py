"""What a framework is made of: its domains, principles, items, and all else that it says."""

from __future__ import annotations

from enum import StrEnum

from attrs import field, frozen

from behaviour_culture._display import Displayed
from behaviour_culture.model.checks import Check, as_float, as_tuple
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
    """Whom a policy recommendation speaks to."""

    DFE = "dfe"
    OFSTED = "ofsted"


@frozen(kw_only=True, repr=False)
class Section(Displayed):
    """A numbered section of the framework's source document."""

    number: str
    title: str
    page: int | None = None
    provenance: Provenance

    def __attrs_post_init__(self) -> None:
        check = Check(self)
        check.text("number", "title")
        check.optional_integer("page", low=1, high=10_000)
        check.instance("provenance", Provenance)
        check.done()

    def _label(self) -> str:
        return f"{self.number} {self.title}"


@frozen(kw_only=True, repr=False)
class Domain(Displayed):
    """A part of the framework, such as designing, building or maintaining the culture."""

    id: str
    name: str
    text: str = ""
    follows: str | None = None
    provenance: Provenance

    def __attrs_post_init__(self) -> None:
        check = Check(self)
        check.slug("id")
        check.text("name")
        check.text("text", empty=True)
        check.optional_slug("follows")
        check.instance("provenance", Provenance)
        check.done()


@frozen(kw_only=True, repr=False)
class PrinciplePrerequisite(Displayed):
    """A principle that has to stand before another one can, and who says so."""

    principle: str
    basis: Basis
    reason: str
    provenance: Provenance

    def __attrs_post_init__(self) -> None:
        check = Check(self)
        check.slug("principle")
        check.instance("basis", Basis)
        check.text("reason")
        check.instance("provenance", Provenance)
        check.done()

    def _label(self) -> str:
        return f"{self.principle} ({self.basis.value})"


@frozen(kw_only=True, repr=False)
class Principle(Displayed):
    """One thing that schools with good behaviour do, in our words, with its place in the source."""

    id: str
    name: str
    domain: str
    text: str
    section: str | None = None
    page: int | None = None
    weight: float = field(default=1.0, converter=as_float)
    prerequisites: tuple[PrinciplePrerequisite, ...] = field(default=(), converter=as_tuple)
    provenance: Provenance

    def __attrs_post_init__(self) -> None:
        check = Check(self)
        check.slug("id", "domain")
        check.text("name", "text")
        check.located()
        check.number("weight", above=0)
        check.each("prerequisites", PrinciplePrerequisite)
        check.instance("provenance", Provenance)
        check.done()

    def _lines(self) -> list[str]:
        place = f", section {self.section}" if self.section else ""
        page = f", page {self.page}" if self.page else ""
        return [f"{self.name} ({self.domain}{place}{page}): {self.text}"]


@frozen(kw_only=True, repr=False)
class AuditItem(Displayed):
    """One observable statement that a rater answers on the framework's scale.

    ``label`` is the short name that a published instrument gives it. ``provenance`` says how
    well a published item is known; an item of this project's own has none.
    """

    id: str
    principle: str
    label: str = ""
    text: str
    look_for: str = ""
    weight: float = field(default=1.0, converter=as_float)
    origin: Origin = Origin.OWN
    provenance: Provenance | None = None

    def __attrs_post_init__(self) -> None:
        check = Check(self)
        check.slug("id", "principle")
        check.text("text")
        check.text("label", "look_for", empty=True)
        check.number("weight", above=0)
        check.instance("origin", Origin)
        check.optional_instance("provenance", Provenance)
        check.done()

    def _lines(self) -> list[str]:
        return [self.text]


@frozen(kw_only=True, repr=False)
class Feature(Displayed):
    """A feature that the source found in many successful schools."""

    id: str
    text: str
    section: str | None = None
    page: int | None = None
    provenance: Provenance

    def __attrs_post_init__(self) -> None:
        check = Check(self)
        check.slug("id")
        check.text("text")
        check.located()
        check.instance("provenance", Provenance)
        check.done()

    def _lines(self) -> list[str]:
        return [self.text]


@frozen(kw_only=True, repr=False)
class Challenge(Displayed):
    """Something that often gets in the way, and the features or principles it works against."""

    id: str
    text: str
    opposes: tuple[str, ...] = field(default=(), converter=as_tuple)
    section: str | None = None
    page: int | None = None
    provenance: Provenance

    def __attrs_post_init__(self) -> None:
        check = Check(self)
        check.slug("id")
        check.text("text")
        check.slugs("opposes")
        check.located()
        check.instance("provenance", Provenance)
        check.done()

    def _lines(self) -> list[str]:
        return [self.text]


@frozen(kw_only=True, repr=False)
class SystemKind(Displayed):
    """A kind of system that a school can have, such as routines or internal inclusion."""

    id: str
    name: str
    text: str
    principles: tuple[str, ...] = field(default=(), converter=as_tuple)
    section: str | None = None
    page: int | None = None
    provenance: Provenance

    def __attrs_post_init__(self) -> None:
        check = Check(self)
        check.slug("id")
        check.text("name", "text")
        check.slugs("principles")
        check.located()
        check.instance("provenance", Provenance)
        check.done()


@frozen(kw_only=True, repr=False)
class Recommendation(Displayed):
    """A recommendation of the source to government or the inspectorate, not to schools."""

    id: str
    text: str
    addressee: Addressee
    section: str | None = None
    provenance: Provenance

    def __attrs_post_init__(self) -> None:
        check = Check(self)
        check.slug("id")
        check.text("text")
        check.instance("addressee", Addressee)
        check.optional_text("section")
        check.instance("provenance", Provenance)
        check.done()

    def _lines(self) -> list[str]:
        return [self.text]


@frozen(kw_only=True, repr=False)
class Unverified(Displayed):
    """A statement of a framework that nobody has yet checked against the source."""

    kind: str
    id: str
    text: str
    mark: Mark
    note: str = ""

    def _lines(self) -> list[str]:
        return [f"{self.kind} {self.id} [{self.mark.value}]: {self.text}"]
