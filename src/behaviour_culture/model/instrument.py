"""Instruments of which only the measuring rules are known: scale, points and criteria."""

from __future__ import annotations

from attrs import field, frozen

from behaviour_culture._display import Displayed
from behaviour_culture.errors import InvalidInputError
from behaviour_culture.model.checks import Check, as_tuple, find, whole_faults
from behaviour_culture.model.scoring import Banding, Threshold, least_points
from behaviour_culture.model.source import Provenance, Source, Statement

__all__ = ["Instrument", "InstrumentPart"]


@frozen(kw_only=True, repr=False)
class InstrumentPart(Displayed):
    """A part that is scored: the whole, a tier or a feature; numbers are left out where unknown."""

    id: str
    name: str
    items: int | None = None
    points: int | None = None
    provenance: Provenance

    def __attrs_post_init__(self) -> None:
        check = Check(self)
        check.slug("id")
        check.text("name")
        check.optional_integer("items", "points", low=1, high=10_000)
        check.instance("provenance", Provenance)
        check.done()


@frozen(kw_only=True, repr=False)
class Instrument(Displayed):
    """The measuring rules of a published instrument whose items are not in this library.

    Its criteria belong to its edition: a percentage of one edition says nothing about another.
    """

    id: str
    name: str
    edition: str
    summary: str = ""
    licence: str = ""
    limits: tuple[str, ...] = field(default=(), converter=as_tuple)
    levels: tuple[int, ...] = field(default=(), converter=as_tuple)
    """Points that an item can get, rising; empty where they are not known."""
    parts: tuple[InstrumentPart, ...] = field(converter=as_tuple)
    thresholds: tuple[Threshold, ...] = field(default=(), converter=as_tuple)
    bandings: tuple[Banding, ...] = field(default=(), converter=as_tuple)
    facts: tuple[Statement, ...] = field(default=(), converter=as_tuple)
    sources: tuple[Source, ...] = field(default=(), converter=as_tuple)

    def __attrs_post_init__(self) -> None:
        check = Check(self)
        check.slug("id")
        check.text("name", "edition")
        check.text("summary", "licence", empty=True)
        check.texts("limits")
        if check.each("levels", int):
            levels = list(self.levels)
            if levels != sorted(set(levels)) or any(isinstance(v, bool) or v < 0 for v in levels):
                check.fault("levels", "must rise, from 0 on", levels)
        kinds: tuple[tuple[str, type], ...] = (
            ("parts", InstrumentPart),
            ("thresholds", Threshold),
            ("bandings", Banding),
            ("facts", Statement),
            ("sources", Source),
        )
        if all([check.each(name, kind, some=name == "parts") for name, kind in kinds]):  # noqa: C419  (every fault)
            for name, _ in kinds:
                check.unique(name, "id")
            self._check_references(check)
        check.done()

    def _check_references(self, check: Check) -> None:
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
        >>> boq = bc.content.load_instrument("boq")
        >>> round(boq.percent("whole", 75), 2), boq.least_points("fidelity", "whole")
        (70.09, 75)
        """
        possible = self._possible(part_id)
        if faults := whole_faults("points", points, 0, possible):
            raise InvalidInputError(f"{self.id}, {part_id}", faults)
        return 100 * points / possible

    def least_points(self, threshold_id: str, part_id: str) -> int:
        """Return the fewest points of a part that reach its criterion."""
        criteria = {c.of: c.percent for c in self.threshold(threshold_id).criteria}
        check = Check(self)
        check.known("part_id", part_id, set(criteria), "part of this threshold")
        check.done()
        return least_points(criteria[part_id], self._possible(part_id))

    def _possible(self, part_id: str) -> int:
        points = self.part(part_id).points
        if points is None:
            check = Check(self)
            check.fault("part_id", f"how many points {part_id!r} has is not known")
            check.done()
        return points or 1

    def _lines(self) -> list[str]:
        lines = [f"{self.name} ({self.edition})"]
        lines += [
            f"  {p.name}: {p.items or '?'} items, {p.points or '?'} points" for p in self.parts
        ]
        return lines + [f"  {t}" for t in self.thresholds]
