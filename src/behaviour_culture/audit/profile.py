"""Audits on ordinal scales: levels counted, the mode and the lowest, never a mean."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar

from attrs import field, frozen

from behaviour_culture._entries import Entries
from behaviour_culture.audit.fit import applicability, audit_faults, open_answers
from behaviour_culture.audit.result import ScoreKind
from behaviour_culture.checks import Check, MapOf, TupleOf, Value, find, require_types
from behaviour_culture.fields import Count, Slug, Slugs, Some, Text
from behaviour_culture.model.audit import Audit
from behaviour_culture.model.framework import Framework

__all__ = ["AuditProfile", "LevelCounts", "profile_audit"]


@frozen(kw_only=True, repr=False)
class LevelCounts(Value):
    """How often each level was given to one item, principle, domain or the whole.

    Attributes
    ----------
    counts : mapping of str to int
        Label of each level, lowest first, to how often it was given.
    items, assessed : int
        Items that belong to it and apply, and how many of them somebody assessed.
    """

    kind: ScoreKind
    id: Text
    name: Text
    counts: Mapping[str, Count] = field(converter=MapOf[str, int])
    items: Count
    assessed: Count

    def _check(self, check: Check) -> None:
        if check.ok("counts") and not self.counts:
            check.fault("counts", "needs the levels of the scale")

    @property
    def mode(self) -> tuple[str, ...]:
        """The level given most often; several where they tie, empty where nothing was rated."""
        most = max(self.counts.values())
        return tuple(label for label, n in self.counts.items() if n == most and n > 0)

    @property
    def lowest(self) -> str | None:
        """The lowest level that was given; None where nothing was rated."""
        return next((label for label, n in self.counts.items() if n), None)

    def _lines(self) -> list[str]:
        given = ", ".join(f"{n} {label}" for label, n in self.counts.items() if n)
        return [
            f"{self.name}: {given or 'not assessed'}; "
            f"{self.assessed} of {self.items} items assessed"
        ]


@frozen(kw_only=True, repr=False)
class AuditProfile(Value):
    """How often each level was given, at four levels of detail. It has no mean, on purpose."""

    id: Slug
    framework: Slug
    framework_name: Text
    edition: Text
    raters: Slugs = field(converter=TupleOf[str])
    parts: Annotated[Entries[LevelCounts], Some()] = field(converter=TupleOf[LevelCounts])

    def part(self, part_id: str) -> LevelCounts:
        """Return the counts of the whole (``"whole"``), a domain, a principle or an item."""
        return find("part", part_id, self.parts)

    _COLUMNS: ClassVar[Mapping[str, type]] = {
        "kind": ScoreKind,
        "id": str,
        "name": str,
        "level": str,
        "count": int,
    }

    def to_rows(self) -> list[dict[str, Any]]:
        """Return a row for each part and level, whole first."""
        return [
            {"kind": p.kind.value, "id": p.id, "name": p.name, "level": label, "count": n}
            for p in self.parts
            for label, n in p.counts.items()
        ]

    def _lines(self) -> list[str]:
        lines = [f"Audit {self.id} against {self.framework_name}: levels counted, not averaged"]
        shown = [p for p in self.parts if p.kind in {ScoreKind.WHOLE, ScoreKind.PRINCIPLE}]
        return lines + [f"  {part}" for part in shown]


def profile_audit(
    audit: Audit,
    framework: Framework,
    *,
    id: str | None = None,  # noqa: A002  (the name of the field)
) -> AuditProfile:
    """Count the levels that raters gave: sound for every scale, and the most for an ordinal one.

    Parameters
    ----------
    audit : Audit
        Responses of one or many raters.
    framework : Framework
        The framework, in the edition that was used.
    id : str, optional
        The id of the profile; that of the audit without it.

    Returns
    -------
    AuditProfile

    Raises
    ------
    InvalidInputError
        As for `score_audit`, except that an ordinal scale is allowed.

    Examples
    --------
    >>> import behaviour_culture as bc
    >>> ofsted = bc.load_framework("ofsted-2025")
    >>> seen = [bc.Response(rater=f"lead-{n}", item=ofsted.items[0].id, rating=n) for n in (2, 3)]
    >>> audit = bc.Audit(id="a", framework=ofsted.id, edition=ofsted.edition, responses=seen)
    >>> profile_audit(audit, ofsted).part("whole").lowest
    'needs attention'
    """
    require_types("profile_audit", audit=(audit, Audit), framework=(framework, Framework))
    audit = open_answers(audit, framework)
    check = Check(f"audit {audit.id!r}")
    check.add(audit_faults(audit, framework))
    check.value("id", id, Slug | None)
    check.done()
    nowhere = applicability(audit).nowhere
    rated = [(r.item, r.rating) for r in audit.responses if r.rating is not None]

    def count(kind: ScoreKind, key: str, name: str, items: tuple[str, ...]) -> LevelCounts:
        inside = [(item, rating) for item, rating in rated if item in set(items)]
        counts = {
            level.label: sum(rating == level.value for _, rating in inside)
            for level in framework.scale.levels
        }
        return LevelCounts(
            kind=kind,
            id=key,
            name=name,
            counts=counts,
            items=len(set(items) - nowhere),
            assessed=len({item for item, _ in inside}),
        )

    of = {p.id: tuple(i.id for i in framework.items_of(p.id)) for p in framework.principles}
    parts = [count(ScoreKind.WHOLE, "whole", "Whole", tuple(i.id for i in framework.items))]
    for d in framework.domains:
        inside = tuple(i for p in framework.principles_of(d.id) for i in of[p.id])
        parts.append(count(ScoreKind.DOMAIN, d.id, d.name, inside))
    parts += [count(ScoreKind.PRINCIPLE, p.id, p.name, of[p.id]) for p in framework.principles]
    parts += [count(ScoreKind.ITEM, i.id, i.text, (i.id,)) for i in framework.items]
    return AuditProfile(
        id=audit.id if id is None else id,
        framework=framework.id,
        framework_name=framework.name,
        edition=framework.edition,
        raters=sorted({r.rater for r in audit.responses if r.rating is not None}),
        parts=parts,
    )
