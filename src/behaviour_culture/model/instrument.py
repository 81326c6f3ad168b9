"""Instruments known only by their measuring rules: scale, points and criteria."""

from __future__ import annotations

from typing import Annotated

from attrs import field, frozen

from behaviour_culture._entries import Entries
from behaviour_culture.checks import Check, TupleOf, Value, find
from behaviour_culture.fields import Count, Range, Slug, Some, Text, Texts, Unique
from behaviour_culture.model.scoring import Banding, Threshold, least_points
from behaviour_culture.model.source import Provenance, Sourced, Statement

__all__ = ["Instrument", "InstrumentPart"]


@frozen(kw_only=True, repr=False)
class InstrumentPart(Value):
    """A part that is scored: the whole, a tier or a feature; unknown numbers are None."""

    id: Slug
    name: Text
    items: Annotated[int, Range(low=1, high=10_000)] | None = None
    points: Annotated[int, Range(low=1, high=10_000)] | None = None
    provenance: Provenance


@frozen(kw_only=True, repr=False)
class Instrument(Sourced):
    """The measuring rules of a published instrument whose items are not in this library.

    Its criteria belong to its edition: a percentage of one edition says nothing about another.
    """

    edition: Text
    licence: str = ""
    limits: Texts = field(default=(), converter=TupleOf[str])
    levels: tuple[Count, ...] = field(default=(), converter=TupleOf[int])
    """The points that an item can get, in rising order; empty if they are not known."""
    parts: Annotated[Entries[InstrumentPart], Some(), Unique("id")] = field(
        converter=TupleOf[InstrumentPart]
    )
    thresholds: Annotated[Entries[Threshold], Unique("id")] = field(
        default=Entries(), converter=TupleOf[Threshold]
    )
    bandings: Annotated[Entries[Banding], Unique("id")] = field(
        default=Entries(), converter=TupleOf[Banding]
    )
    facts: Annotated[Entries[Statement], Unique("id")] = field(
        default=Entries(), converter=TupleOf[Statement]
    )

    def _check(self, check: Check) -> None:
        levels = list(self.levels) if check.ok("levels") else []
        if levels != sorted(set(levels)):
            check.fault("levels", "must rise, from 0 on", levels)
        if not check.ok("parts", "thresholds", "bandings", "facts", "sources"):
            return
        parts = {p.id for p in self.parts}
        for i, threshold in enumerate(self.thresholds):
            for j, criterion in enumerate(threshold.criteria):
                check.known(f"thresholds[{i}].criteria[{j}].of", criterion.of, parts, "part")
        check.cited("parts", "thresholds", "bandings", "facts")

    def part(self, part_id: str) -> InstrumentPart:
        """Return one part by id, or raise `UnknownNameError`."""
        return find("part", part_id, self.parts)

    def threshold(self, threshold_id: str) -> Threshold:
        """Return one threshold by id, or raise `UnknownNameError`."""
        return find("threshold", threshold_id, self.thresholds)

    def banding(self, banding_id: str) -> Banding:
        """Return one banding by id, or raise `UnknownNameError`."""
        return find("banding", banding_id, self.bandings)

    def percent(self, part_id: str, points: int) -> float:
        """Return points as a percentage of a part's possible points.

        Examples
        --------
        >>> import behaviour_culture as bc
        >>> boq = bc.content.load_content("instrument", "boq")
        >>> round(boq.percent("whole", 75), 2), boq.least_points("fidelity", "whole")
        (70.09, 75)
        """
        possible = self._possible(part_id)
        check = Check(f"{self.id}, {part_id}")
        check.whole("points", points, 0, possible)
        check.done()
        return 100 * points / possible

    def least_points(self, threshold_id: str, part_id: str) -> int:
        """Return the fewest points of a part that reach its criterion."""
        criteria = {c.of: c.percent for c in self.threshold(threshold_id).criteria}
        check = Check.of_value(self)
        check.known("part_id", part_id, set(criteria), "part of this threshold")
        check.done()
        return least_points(criteria[part_id], self._possible(part_id))

    def _possible(self, part_id: str) -> int:
        points = self.part(part_id).points
        if points is None:
            check = Check.of_value(self)
            check.fault("part_id", f"the number of points of {part_id!r} is not known")
            check.done()
        return points or 1

    def _lines(self) -> list[str]:
        lines = [f"{self.name} ({self.edition})"]
        lines += [
            f"  {p.name}: {p.items or '?'} items, {p.points or '?'} points" for p in self.parts
        ]
        return lines + [f"  {t}" for t in self.thresholds]
