"""Crosswalks: links between parts of two frameworks that are about the same thing."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Any, ClassVar

from attrs import evolve, field, frozen

from behaviour_culture._entries import Entries
from behaviour_culture.checks import Check, TupleOf, Value, require_types
from behaviour_culture.errors import Fault, InvalidInputError
from behaviour_culture.fields import Range, Slug, Text, Texts
from behaviour_culture.model.belonging import belongs_faults
from behaviour_culture.model.framework import Framework
from behaviour_culture.model.source import Mark, Provenance, Sourced

__all__ = ["Crosswalk", "CrosswalkLink", "Relation", "Strength"]


class Relation(StrEnum):
    """The relation of the first part to the second, as sets of things that are asked."""

    EQUAL = "equal"
    SUBSET = "subset"
    """The second contains all of the first."""
    SUPERSET = "superset"
    """The first contains all of the second."""
    INTERSECTS = "intersects"
    """They share something."""


class Strength(StrEnum):
    """How much of a part the other one covers."""

    FULL = "full"
    PART = "part"


_BACK = {Relation.SUBSET: Relation.SUPERSET, Relation.SUPERSET: Relation.SUBSET}
_E, _B, _P, _I = Relation.EQUAL, Relation.SUBSET, Relation.SUPERSET, Relation.INTERSECTS
# Only relations that follow from set theory; a pair that is missing here loses the link.
_CHAIN = (
    {(_E, r): r for r in Relation}
    | {(r, _E): r for r in Relation}
    | {(_B, _B): _B, (_P, _P): _P, (_P, _B): _I, (_I, _B): _I, (_P, _I): _I}
)
_RANK = {_E: 0, _B: 1, _P: 1, _I: 2}


@frozen(kw_only=True, repr=False)
class CrosswalkLink(Value):
    """One part of the first framework, one of the second, and their relation.

    Attributes
    ----------
    source, target : str
        Ids of a principle or a domain of the first and of the second framework.
    relation : Relation
        The relation of ``source`` to ``target``.
    strength : Strength
        Whether the two share (nearly) everything that they ask, or a part of it.
    hops : int
        The number of links of which it was composed, 1 for a link that somebody stated. The
        share that the ends certainly have in common falls with each hop.
    said_by : str
        The origin of the statement: a role, a publication, or this project.
    """

    source: Slug
    target: Slug
    relation: Relation
    strength: Strength
    hops: Annotated[int, Range(low=1, high=100)] = 1
    said_by: Text
    reason: str = ""
    provenance: Provenance

    def _label(self) -> str:
        hops = f", {self.hops} hops" if self.hops > 1 else ""
        return f"{self.source} {self.relation.value} {self.target} ({self.strength.value}{hops})"

    def _lines(self) -> list[str]:
        return [f"{self._label()}: {self.reason}".rstrip(": ")]


@frozen(kw_only=True, repr=False)
class Crosswalk(Sourced):
    """Links from the parts of one edition of a framework to those of another.

    ``lost`` lists the chains of links that were lost when two crosswalks were composed.
    """

    source_framework: Slug
    source_edition: Text
    target_framework: Slug
    target_edition: Text
    licence: str = ""
    limits: Texts = field(default=(), converter=TupleOf[str])
    links: Entries[CrosswalkLink] = field(converter=TupleOf[CrosswalkLink])
    lost: Texts = field(default=(), converter=TupleOf[str])

    def _check(self, check: Check) -> None:
        if not check.ok("links", "sources"):
            return
        seen: dict[tuple[str, str], int] = {}
        for i, link in enumerate(self.links):
            ends = (link.source, link.target)
            if ends in seen:
                check.fault(f"links[{i}]", f"links the same two as links[{seen[ends]}]", ends)
            seen.setdefault(ends, i)
        check.cited("links")

    def faults(self, source: Framework, target: Framework) -> tuple[Fault, ...]:
        """List the misfits with two frameworks: another edition, or an end that is missing."""
        require_types("crosswalk", source=(source, Framework), target=(target, Framework))
        faults = []
        for name, framework in (("source", source), ("target", target)):
            wanted = (getattr(self, f"{name}_framework"), getattr(self, f"{name}_edition"))
            given = (framework.id, framework.edition)
            faults += belongs_faults(f"{name}_framework", "framework", wanted, given)
            known = {p.id for p in framework.principles} | {d.id for d in framework.domains}
            for i, link in enumerate(self.links):
                end = getattr(link, name)
                if end not in known:
                    message = f"{framework.id} has no principle or domain {end!r}"
                    faults.append(Fault(f"links[{i}].{name}", message, end))
        return tuple(faults)

    def reversed(self) -> Crosswalk:
        """Return the crosswalk in the other direction: a subset becomes a superset.

        Examples
        --------
        >>> import behaviour_culture as bc
        >>> there = bc.content.load_content("crosswalk", "bennett-2017-to-dfe-audit-tool")
        >>> there.reversed().reversed() == there
        True
        """
        start, end = self.source_framework, self.target_framework
        turned = f"{end}-to-{start}" if self.id == f"{start}-to-{end}" else _turned(self.id)
        return evolve(
            self,
            id=turned,
            source_framework=end,
            source_edition=self.target_edition,
            target_framework=start,
            target_edition=self.source_edition,
            links=[
                evolve(
                    link,
                    source=link.target,
                    target=link.source,
                    relation=_BACK.get(link.relation, link.relation),
                )
                for link in self.links
            ],
        )

    def then(self, other: Crosswalk) -> Crosswalk:
        """Return the composition of this crosswalk with ``other``.

        Two links are composed only if their relations imply that of the ends; the others are
        listed in ``lost``. A composed link is ``full`` if both links are. Its ``hops`` count
        the links, and its mark is always ``inferred``.

        Raises
        ------
        InvalidInputError
            ``other`` does not begin where this one ends.
        """
        require_types("then", other=(other, Crosswalk))
        middle = (self.target_framework, self.target_edition)
        if middle != (other.source_framework, other.source_edition):
            message = (
                f"begins at {other.source_framework} ({other.source_edition}), but this "
                f"crosswalk ends at {middle[0]} ({middle[1]})"
            )
            raise InvalidInputError("then", [Fault("other", message)])
        links, lost = self._composed(other)
        start, end = self.source_framework, other.target_framework
        return Crosswalk(
            id=f"{start}-to-{end}",
            name=f"{start} to {end}, by way of {middle[0]}",
            source_framework=start,
            source_edition=self.source_edition,
            target_framework=end,
            target_edition=other.target_edition,
            summary=f"Composed of {self.id} and {other.id}.",
            limits=list(dict.fromkeys([*self.limits, *other.limits])),
            links=links,
            lost=[*self.lost, *other.lost, *lost],
        )

    def _composed(self, other: Crosswalk) -> tuple[list[CrosswalkLink], list[str]]:
        best: dict[tuple[str, str], CrosswalkLink] = {}
        lost: list[str] = []
        begins = {link.source for link in other.links}
        ends = {link.target for link in self.links}
        for a in self.links:
            if a.target not in begins:
                lost.append(f"{a.source} -> {a.target}: no link leads on from there")
            for b in other.links:
                if a.target != b.source:
                    continue
                way = f"{a.source} -> {a.target} -> {b.target}"
                relation = _CHAIN.get((a.relation, b.relation))
                if relation is None:
                    words = f"{a.relation.value} and then {b.relation.value}"
                    lost.append(f"{way}: {words} says nothing about the two ends")
                    continue
                both = a.strength is Strength.FULL and b.strength is Strength.FULL
                link = CrosswalkLink(
                    source=a.source,
                    target=b.target,
                    relation=relation,
                    strength=Strength.FULL if both else Strength.PART,
                    hops=_hops(a, b),
                    said_by=a.said_by if a.said_by == b.said_by else f"{a.said_by}; {b.said_by}",
                    reason=f"by way of {a.target}",
                    provenance=Provenance(mark=Mark.INFERRED),
                )
                old = best.get((a.source, b.target))
                if old is None or _order(link) < _order(old):
                    best[a.source, b.target] = link
        lost += [
            f"{b.source} -> {b.target}: no link leads there"
            for b in other.links
            if b.source not in ends
        ]
        return list(best.values()), lost

    _COLUMNS: ClassVar[Mapping[str, type]] = {
        "source": str,
        "target": str,
        "relation": Relation,
        "strength": Strength,
        "hops": int,
        "said_by": str,
        "mark": Mark,
        "reason": str,
    }

    def to_rows(self) -> list[dict[str, Any]]:
        """Return a row for each link."""
        return [
            {
                "source": link.source,
                "target": link.target,
                "relation": link.relation.value,
                "strength": link.strength.value,
                "hops": link.hops,
                "said_by": link.said_by,
                "mark": link.provenance.mark.value,
                "reason": link.reason,
            }
            for link in self.links
        ]

    def _label(self) -> str:
        return f"{self.id}: {len(self.links)} links"

    def _lines(self) -> list[str]:
        lines = [f"{self.name}: {len(self.links)} links, {len(self.lost)} lost"]
        return lines + [f"  {link}" for link in self.links]


def _order(link: CrosswalkLink) -> tuple[int, bool, int]:
    return _RANK[link.relation], link.strength is not Strength.FULL, link.hops


def _hops(a: CrosswalkLink, b: CrosswalkLink) -> int:
    """Return the hops of two composed links: the number of shares that have to be multiplied."""
    if Relation.EQUAL in {a.relation, b.relation}:
        return b.hops if a.relation is Relation.EQUAL else a.hops
    if (a.relation, b.relation) == (Relation.SUPERSET, Relation.SUBSET):
        return max(a.hops, b.hops)  # each end contains the middle by itself
    return a.hops + b.hops


def _turned(key: str) -> str:
    """Return an id for the other direction; turned again, it gives this one."""
    return key.removesuffix("-reversed") if key.endswith("-reversed") else f"{key[:91]}-reversed"
