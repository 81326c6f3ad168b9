"""Published survey figures: context for a school's own audit, never part of its score."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Any, ClassVar

from attrs import field, frozen

from behaviour_culture._entries import Entries
from behaviour_culture.checks import Check, TupleOf, Value, as_float
from behaviour_culture.fields import Percent, Range, Slug, Text, Texts, Unique
from behaviour_culture.model.source import Mark, Provenance, Sourced

__all__ = ["BenchmarkFigure", "BenchmarkSet", "SurveyGroup"]


class SurveyGroup(StrEnum):
    """The people who were asked."""

    LEADERS = "leaders"
    TEACHERS = "teachers"
    PUPILS = "pupils"
    PARENTS = "parents"


@frozen(kw_only=True, repr=False)
class BenchmarkFigure(Value):
    """One published percentage or number, with its question, group and date."""

    id: Slug
    measure: Text
    topic: Slug
    group: SurveyGroup
    wave: Text
    value: float = field(converter=as_float)
    unit: Text
    base: Annotated[int, Range(low=1)] | None = None
    provenance: Provenance

    def _check(self, check: Check) -> None:
        if self.unit == "per cent" and check.ok("value"):
            check.value("value", self.value, Percent)

    def _lines(self) -> list[str]:
        base = f", {self.base:,} asked" if self.base else ""
        return [
            f"{self.measure}, {self.group.value}, {self.wave}: {self.value:g} {self.unit}{base}"
        ]


@frozen(kw_only=True, repr=False)
class BenchmarkSet(Sourced):
    """The published figures of one survey, with the limits of their use."""

    publisher: Text
    limits: Texts = field(default=(), converter=TupleOf[str])
    figures: Annotated[Entries[BenchmarkFigure], Unique("id")] = field(
        converter=TupleOf[BenchmarkFigure]
    )

    def _check(self, check: Check) -> None:
        if check.ok("figures", "sources"):
            check.cited("figures")

    def latest(self) -> Entries[BenchmarkFigure]:
        """Return the newest figure of each measure and group, in file order."""
        newest: dict[tuple[str, SurveyGroup], BenchmarkFigure] = {}
        for figure in self.figures:
            key = (figure.measure, figure.group)
            if key not in newest or figure.wave > newest[key].wave:
                newest[key] = figure
        return Entries(newest.values())

    _COLUMNS: ClassVar[Mapping[str, type]] = {
        "measure": str,
        "group": SurveyGroup,
        "wave": str,
        "value": float,
        "unit": str,
        "base": int,
        "mark": Mark,
        "sources": str,
    }

    def to_rows(self) -> list[dict[str, Any]]:
        """Return a row for each figure."""
        return [
            {
                "measure": f.measure,
                "group": f.group.value,
                "wave": f.wave,
                "value": f.value,
                "unit": f.unit,
                "base": f.base,
                "mark": f.provenance.mark.value,
                "sources": ", ".join(f.provenance.sources),
            }
            for f in self.figures
        ]

    def _lines(self) -> list[str]:
        return [f"{self.name} ({self.publisher}): {len(self.figures)} published figures"]
