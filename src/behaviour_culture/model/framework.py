"""Frameworks: the features of a good behaviour culture, their sources, and their audit items."""

from __future__ import annotations

from collections.abc import Mapping
from math import fsum
from typing import Annotated, Any, ClassVar, Literal

from attrs import field, frozen

from behaviour_culture._display import count_of
from behaviour_culture._entries import Entries
from behaviour_culture.checks import Check, TupleOf, find
from behaviour_culture.errors import Fault
from behaviour_culture.fields import OneOf, Slugs, Some, Text, Texts, Unique
from behaviour_culture.model.applied_change import AppliedChange
from behaviour_culture.model.framework_parts import (
    Addressee,
    AuditItem,
    Challenge,
    Domain,
    Feature,
    Principle,
    PrinciplePrerequisite,
    Recommendation,
    RetiredItem,
    Section,
    SystemKind,
    Unverified,
)
from behaviour_culture.model.order import check_acyclic
from behaviour_culture.model.scale import RatingScale
from behaviour_culture.model.scoring import Aggregation, Threshold
from behaviour_culture.model.source import Origin, Sourced, Statement

__all__ = [
    "Addressee",
    "AuditItem",
    "Challenge",
    "Domain",
    "Feature",
    "Framework",
    "Principle",
    "PrinciplePrerequisite",
    "Recommendation",
    "RetiredItem",
    "Section",
    "SystemKind",
    "Unverified",
]


_CITING = (
    *("domains", "principles", "features", "challenges", "systems"),
    *("recommendations", "practices", "sections", "thresholds"),
)
"""The lists whose entries all have a provenance."""


@frozen(kw_only=True, repr=False)
class Framework(Sourced):
    """A framework: domains, principles, the items that audit them, and the source of each.

    Every id that an entry names exists, and the prerequisites of principles form no circle:
    a `Framework` that can be built is complete.
    """

    edition: Text
    licence: str = ""
    limits: Texts = field(default=(), converter=TupleOf[str])
    scale: RatingScale
    aggregation: Aggregation = Aggregation.MEAN
    not_audited: str = ""
    """For a framework without audit items: the reason, and an alternative."""
    domains: Annotated[Entries[Domain], Some(), Unique("id")] = field(converter=TupleOf[Domain])
    principles: Annotated[Entries[Principle], Some(), Unique("id")] = field(
        converter=TupleOf[Principle]
    )
    items: Annotated[Entries[AuditItem], Unique("id")] = field(
        default=Entries(), converter=TupleOf[AuditItem]
    )
    short_form: Slugs = field(default=(), converter=TupleOf[str])
    """Ids of the items that make a form for a first look; the rest is the bank behind it."""
    retired: Annotated[Entries[RetiredItem], Unique("id")] = field(
        default=Entries(), converter=TupleOf[RetiredItem]
    )
    """Items that earlier files may answer and that are no longer asked."""
    features: Annotated[Entries[Feature], Unique("id")] = field(
        default=Entries(), converter=TupleOf[Feature]
    )
    challenges: Annotated[Entries[Challenge], Unique("id")] = field(
        default=Entries(), converter=TupleOf[Challenge]
    )
    systems: Annotated[Entries[SystemKind], Unique("id")] = field(
        default=Entries(), converter=TupleOf[SystemKind]
    )
    recommendations: Annotated[Entries[Recommendation], Unique("id")] = field(
        default=Entries(), converter=TupleOf[Recommendation]
    )
    practices: Annotated[Entries[Statement], Unique("id")] = field(
        default=Entries(), converter=TupleOf[Statement]
    )
    sections: Annotated[Entries[Section], Unique("number")] = field(
        default=Entries(), converter=TupleOf[Section]
    )
    thresholds: Annotated[Entries[Threshold], Unique("id")] = field(
        default=Entries(), converter=TupleOf[Threshold]
    )
    changes: Entries[AppliedChange] = field(default=Entries(), converter=TupleOf[AppliedChange])
    """The changes that tailorings made, in order; empty for a framework as published."""

    def __attrs_post_init__(self) -> None:
        super().__attrs_post_init__()
        check_acyclic(
            {p.id: {q.principle: q.basis for q in p.prerequisites} for p in self.principles},
            {p.id: p.name for p in self.principles},
        )

    def _check(self, check: Check) -> None:
        if check.ok("scale", "aggregation") and self.scale.ordinal != (
            self.aggregation is Aggregation.NONE
        ):
            message = "use aggregation 'none' with an ordinal scale, and only with one"
            check.fault("aggregation", message, self.aggregation.value)
        if check.ok(*_CITING, "items", "sources"):
            self._check_references(check)

    def _check_references(self, check: Check) -> None:
        domains = {d.id for d in self.domains}
        principles = {p.id for p in self.principles}
        opposable = principles | {f.id for f in self.features}
        for i, domain in enumerate(self.domains):
            if domain.follows is not None:
                check.known(f"domains[{i}].follows", domain.follows, domains, "domain")
        for i, principle in enumerate(self.principles):
            check.known(f"principles[{i}].domain", principle.domain, domains, "domain")
            for j, before in enumerate(principle.prerequisites):
                path = f"principles[{i}].prerequisites[{j}].principle"
                check.known(path, before.principle, principles, "principle")
        for i, item in enumerate(self.items):
            check.known(f"items[{i}].principle", item.principle, principles, "principle")
        self._check_items(check)
        for i, challenge in enumerate(self.challenges):
            for j, name in enumerate(challenge.opposes):
                path = f"challenges[{i}].opposes[{j}]"
                check.known(path, name, opposable, "feature or principle")
        for i, system in enumerate(self.systems):
            for j, name in enumerate(system.principles):
                check.known(f"systems[{i}].principles[{j}]", name, principles, "principle")
        self._check_thresholds(check, {"whole"} | domains | principles)
        self._check_citations(check)

    def _check_items(self, check: Check) -> None:
        """Check the short form and the items that went."""
        items = {item.id for item in self.items}
        for i, key in enumerate(self.short_form):
            check.known(f"short_form[{i}]", key, items, "audit item")
        for i, gone in enumerate(self.retired):
            if gone.id in items:
                message = f"{gone.id!r} is an audit item too: take it out of one of the two"
                check.fault(f"retired[{i}].id", message, gone.id)
            for j, key in enumerate(gone.now):
                check.known(f"retired[{i}].now[{j}]", key, items, "audit item")

    def _check_thresholds(self, check: Check, parts: set[str]) -> None:
        for i, threshold in enumerate(self.thresholds):
            for j, criterion in enumerate(threshold.criteria):
                path = f"thresholds[{i}].criteria[{j}].of"
                check.known(path, criterion.of, parts, "domain or principle")

    def _check_citations(self, check: Check) -> None:
        items = [
            (f"items[{i}]", item.provenance)
            for i, item in enumerate(self.items)
            if item.provenance is not None
        ]
        prerequisites = [
            (f"principles[{i}].prerequisites[{j}]", before.provenance)
            for i, principle in enumerate(self.principles)
            for j, before in enumerate(principle.prerequisites)
        ]
        check.cited(*_CITING, more=items + prerequisites)

    # -- looking things up -----------------------------------------------------------

    def item_faults(self) -> list[Fault]:
        """Return a fault with the reason if the framework has no audit items to rate."""
        if self.items:
            return []
        why = self.not_audited or (
            "Add items of your own with a Tailoring, or use a framework that has some."
        )
        return [Fault("framework", f"{self.id!r} has no audit items to rate. {why}", self.id)]

    @property
    def rating_scale(self) -> RatingScale:
        """The scale on which items are rated."""
        return self.scale

    def principle(self, principle_id: str) -> Principle:
        """Return one principle by id, or raise `UnknownNameError`."""
        return find("principle", principle_id, self.principles)

    def item(self, item_id: str) -> AuditItem:
        """Return one audit item by id, or raise `UnknownNameError`."""
        return find("audit item", item_id, self.items)

    def domain(self, domain_id: str) -> Domain:
        """Return one domain by id, or raise `UnknownNameError`."""
        return find("domain", domain_id, self.domains)

    def principles_of(self, domain_id: str) -> Entries[Principle]:
        """Return the principles of one domain, in the framework's order."""
        self.domain(domain_id)
        return Entries(p for p in self.principles if p.domain == domain_id)

    def items_of(self, principle_id: str) -> Entries[AuditItem]:
        """Return the audit items of one principle, in the framework's order."""
        self.principle(principle_id)
        return Entries(i for i in self.items if i.principle == principle_id)

    def items_for(
        self, form: Literal["full", "short"] = "full", group: str = ""
    ) -> Entries[AuditItem]:
        """Return the items of one form that one group of raters may answer.

        Parameters
        ----------
        form : {"full", "short"}
            The whole bank, or the items of `short_form`; both in the framework's order.
        group : str
            Such as ``teachers``; empty for a rater whose group is not known, who may answer all.

        Raises
        ------
        InvalidInputError
            Another form, or the framework has no short one.

        Examples
        --------
        >>> import behaviour_culture as bc
        >>> framework = bc.load_framework("bennett-2017")
        >>> len(framework.items_for("short")), len(framework.items_for("short", "teachers"))
        (30, 22)
        """
        check = Check(f"framework {self.id!r}")
        check.value("form", form, Annotated[str, OneOf(("full", "short"))])
        if form == "short" and not self.short_form:
            check.fault("form", f"{self.id!r} has no short form: use 'full'", form)
        check.done()
        chosen = {i.id for i in self.items} if form == "full" else set(self.short_form)
        return Entries(i for i in self.items if i.id in chosen and i.open_to(group))

    def minutes(self, form: Literal["full", "short"] = "full", group: str = "") -> float | None:
        """Return the time that one rater of a group needs for a form, in minutes (judgement).

        None where one of the items has no estimate. Parameters and errors as `items_for`.

        Examples
        --------
        >>> import behaviour_culture as bc
        >>> framework = bc.load_framework("bennett-2017")
        >>> eight = {"leaders": 2, "governors": 1, "teachers": 3, "support-staff": 2}
        >>> sum(n * framework.minutes("short", group) for group, n in eight.items()) / 60 < 20
        True
        """
        each = [item.minutes for item in self.items_for(form, group)]
        known = [m for m in each if m is not None]
        return fsum(known) if len(known) == len(each) else None

    def changes_of(self, entry_id: str) -> Entries[AppliedChange]:
        """Return the changes to an item, principle, domain or threshold, in order."""
        return Entries(c for c in self.changes if entry_id in c.targets)

    def unverified(self) -> Entries[Unverified]:
        """List every statement whose mark is neither ``read`` nor ``computed``.

        What this project wrote (``origin = "own"``) claims no source and is left out: audit
        items without a provenance, prerequisites in our own order, and glosses on a heading, of
        which the heading is listed where nobody read it.
        """
        groups: tuple[tuple[str, tuple[Any, ...]], ...] = (
            ("domain", self.domains),
            ("principle", self.principles),
            ("feature", self.features),
            ("challenge", self.challenges),
            ("system", self.systems),
            ("recommendation", self.recommendations),
            ("practice", self.practices),
        )
        statements = [
            (kind, e.id, _claimed(e), e.provenance) for kind, part in groups for e in part
        ]
        statements += [("section", s.number, s.title, s.provenance) for s in self.sections]
        statements += [("audit item", i.id, i.text, i.provenance) for i in self.items]
        statements += [("threshold", t.id, str(t), t.provenance) for t in self.thresholds]
        statements += [
            ("prerequisite", f"{q.principle} -> {p.id}", q.reason, q.provenance)
            for p in self.principles
            for q in p.prerequisites
            if q.origin is not Origin.OWN
        ]
        return Entries(
            Unverified(kind=kind, id=key, text=text, mark=of.mark, note=of.note)
            for kind, key, text, of in statements
            if of is not None and not of.verified
        )

    def glosses(self) -> tuple[Domain | Principle | SystemKind, ...]:
        """Return the parts whose source has the heading only: their text is this project's."""
        parts: tuple[Domain | Principle | SystemKind, ...]
        parts = (*self.domains, *self.principles, *self.systems)
        return tuple(part for part in parts if _glossed(part))

    _COLUMNS: ClassVar[Mapping[str, type]] = {
        "item": str,
        "domain": str,
        "principle": str,
        "text": str,
        "look_for": str,
        "weight": float,
        "raters": str,
        "not_applicable": str,
        "minutes": float,
        "short_form": bool,
        "origin": Origin,
    }

    def to_rows(self) -> list[dict[str, Any]]:
        """Return a row for each audit item, with its principle and domain."""
        names = {p.id: p for p in self.principles}
        return [
            {
                "item": item.id,
                "domain": names[item.principle].domain,
                "principle": item.principle,
                "text": item.text,
                "look_for": item.look_for,
                "weight": item.weight,
                "raters": ", ".join(item.raters),
                "not_applicable": item.not_applicable,
                "minutes": item.minutes,
                "short_form": item.id in self.short_form,
                "origin": item.origin.value,
            }
            for item in self.items
        ]

    def _label(self) -> str:
        principles = count_of(len(self.principles), "principle")
        return f"{self.id}: {principles}, {count_of(len(self.items), 'item')}"

    def _lines(self) -> list[str]:
        lines = [
            f"{self.name} ({self.edition}): {count_of(len(self.domains), 'domain')}, "
            f"{count_of(len(self.principles), 'principle')}, "
            f"{count_of(len(self.items), 'audit item')}"
        ]
        for domain in self.domains:
            lines.append(f"  {domain.name}")
            lines += [f"    {p.id}: {p.name}" for p in self.principles_of(domain.id)]
        lines += [f"  {fault.message}" for fault in self.item_faults()]
        return lines


def _claimed(entry: Any) -> str:  # noqa: ANN401  (an entry of any of the lists)
    """Return what an entry claims of its source: its text, or its name where the text is ours."""
    return str(entry.name if _glossed(entry) else entry.text)


def _glossed(entry: Any) -> bool:  # noqa: ANN401  (an entry of any of the lists)
    """Say whether the text of an entry is this project's, so that its source has the name only."""
    return getattr(entry, "origin", None) is Origin.OWN
