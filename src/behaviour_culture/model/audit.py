"""The responses of raters: one for each rater and item."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Annotated, Any, ClassVar

from attrs import asdict, field, frozen

from behaviour_culture._display import count_of
from behaviour_culture._entries import Entries
from behaviour_culture._frozenmap import Extra, as_extra
from behaviour_culture.checkers import places_of
from behaviour_culture.checks import Check, TupleOf, Value
from behaviour_culture.fields import Id, Range, Slug, Text
from behaviour_culture.model.reading import Doubt

__all__ = ["RATER_GROUPS", "Audit", "Response"]

RATER_GROUPS = (
    "leaders",
    "governors",
    "teachers",
    "support-staff",
    "pupils",
    "parents",
    "outside-observer",
)
"""Groups of raters known to the library; a school may name others."""


@frozen(kw_only=True, repr=False)
class Response(Value):
    """One rater's answer to one item: a rating, "not assessed" or "not applicable".

    ``rating`` is None if the rater did not assess the item. ``not_applicable`` is True if the
    school has nothing of the kind: the item then counts in no score, where one that was not
    assessed leaves a score open. ``rater`` is a role or a label such as ``teacher-3``, never
    the name of a pupil. ``group`` is the rater's group, one of ``RATER_GROUPS`` or a name of
    your own; empty if unknown.
    """

    rater: Slug
    group: Annotated[str, Id(empty=True)] = ""
    item: Slug
    rating: Annotated[int, Range(low=0, high=1000)] | None = None
    not_applicable: bool = False
    note: str = ""
    evidence: str = ""

    def _check(self, check: Check) -> None:
        if check.ok() and self.not_applicable and self.rating is not None:
            message = "a rating and 'not applicable' exclude each other: keep one"
            check.fault("not_applicable", message, self.rating)

    def _label(self) -> str:
        rating = "not assessed" if self.rating is None else str(self.rating)
        rating = "not applicable" if self.not_applicable else rating
        return f"{self.rater}, {self.item}: {rating}"

    def _lines(self) -> list[str]:
        return [self._label()]


@frozen(kw_only=True, repr=False)
class Audit(Value):
    """All responses of one round, for one edition of a framework.

    ``doubts`` are the notes of the reader of a file: answers that it left out, and why.
    """

    id: Slug
    framework: Slug
    edition: Text
    school: Text | None = None
    date: dt.date | None = None
    responses: Entries[Response] = field(converter=TupleOf[Response])
    doubts: Entries[Doubt] = field(default=Entries(), converter=TupleOf[Doubt])
    extra: Extra = field(factory=Extra, converter=as_extra)

    def _check(self, check: Check) -> None:
        if not check.ok("responses"):
            return
        if not any(r.rating is not None for r in self.responses):
            check.fault("responses", "an audit needs at least one rating; this one has none")
        pairs = places_of((r.rater, r.item) for r in self.responses)
        for (rater, item), places in pairs.items():
            if len(places) > 1:
                check.fault(
                    f"responses[{places[1]}]",
                    f"{rater!r} answers {item!r} {len(places)} times (first at "
                    f"responses[{places[0]}]): keep one",
                )
        self._check_groups(check)

    def _check_groups(self, check: Check) -> None:
        """Check that each rater is in one group."""
        of: dict[str, tuple[str, int]] = {}
        for i, r in enumerate(self.responses):
            group, place = of.setdefault(r.rater, (r.group, i))
            if r.group != group:
                check.fault(
                    f"responses[{i}].group",
                    f"{r.rater!r} is in {r.group or 'no group'!r} here and in "
                    f"{group or 'no group'!r} in responses[{place}]: give the rater one group",
                    r.group,
                )
                of[r.rater] = (r.group, i)

    @property
    def groups(self) -> tuple[str, ...]:
        """The groups of raters: those of ``RATER_GROUPS`` in their order, then others, sorted."""
        groups = {r.group for r in self.responses} - {""}
        known = tuple(g for g in RATER_GROUPS if g in groups)
        return known + tuple(sorted(groups - set(known)))

    @property
    def raters(self) -> tuple[str, ...]:
        """The raters, sorted."""
        return tuple(sorted({r.rater for r in self.responses}))

    _COLUMNS: ClassVar[Mapping[str, type]] = {
        "rater": str,
        "group": str,
        "item": str,
        "rating": int,
        "not_applicable": bool,
        "note": str,
        "evidence": str,
    }

    def to_rows(self) -> list[dict[str, Any]]:
        """Return a row for each response."""
        return [asdict(r) for r in self.responses]

    def _label(self) -> str:
        responses = count_of(len(self.responses), "response")
        return f"{self.id}: {responses} of {count_of(len(self.raters), 'rater')}"

    def _lines(self) -> list[str]:
        rated = sum(r.rating is not None for r in self.responses)
        without = sum(r.not_applicable for r in self.responses)
        when = f" on {self.date}" if self.date else ""
        nothing = f", {without} not applicable" if without else ""
        return [
            f"Audit {self.id}{when} against {self.framework} ({self.edition}): "
            f"{count_of(rated, 'rating')} by {count_of(len(self.raters), 'rater')}, "
            f"{len(self.responses) - rated - without} not assessed{nothing}",
            *(f"  Note: {doubt}" for doubt in self.doubts),
        ]
