"""Published survey figures: context beside a school's own audit, never part of its score."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from attrs import field, frozen

from behaviour_culture._display import Displayed
from behaviour_culture.model.checks import Check, as_float, as_tuple
from behaviour_culture.model.source import Provenance, Source

__all__ = ["BenchmarkFigure", "BenchmarkSet", "SurveyGroup"]


class SurveyGroup(StrEnum):
    """Who was asked."""

    LEADERS = "leaders"
    TEACHERS = "teachers"
    PUPILS = "pupils"
    PARENTS = "parents"


@frozen(kw_only=True, repr=False)
class BenchmarkFigure(Displayed):
    """One published percentage or number: what was asked, of whom, when."""

    id: str
    measure: str
    topic: str
    group: SurveyGroup
    wave: str
    value: float = field(converter=as_float)
    unit: str
    base: int | None = None
    provenance: Provenance

    def __attrs_post_init__(self) -> None:
        check = Check(self)
        check.slug("id", "topic")
        check.text("measure", "wave", "unit")
        check.instance("group", SurveyGroup)
        check.optional_integer("base", low=1)
        check.instance("provenance", Provenance)
        if self.unit == "per cent":
            check.number("value", low=0, high=100)
        else:
            check.number("value")
        check.done()

    def _lines(self) -> list[str]:
        base = f", {self.base:,} asked" if self.base else ""
        return [
            f"{self.measure}, {self.group.value}, {self.wave}: {self.value:g} {self.unit}{base}"
        ]


@frozen(kw_only=True, repr=False)
class BenchmarkSet(Displayed):
    """The published figures of one survey, with what limits their use."""

    id: str
    name: str
    publisher: str
    summary: str = ""
    limits: tuple[str, ...] = field(default=(), converter=as_tuple)
    figures: tuple[BenchmarkFigure, ...] = field(converter=as_tuple)
    sources: tuple[Source, ...] = field(default=(), converter=as_tuple)

    def __attrs_post_init__(self) -> None:
        check = Check(self)
        check.slug("id")
        check.text("name", "publisher")
        check.text("summary", empty=True)
        check.texts("limits")
        if check.each("figures", BenchmarkFigure) and check.each("sources", Source):
            check.unique("figures")
            check.unique("sources")
            check.cited("figures")
        check.done()

    def latest(self) -> tuple[BenchmarkFigure, ...]:
        """Return the newest figure of each measure and group, in file order."""
        newest: dict[tuple[str, SurveyGroup], BenchmarkFigure] = {}
        for figure in self.figures:
            key = (figure.measure, figure.group)
            if key not in newest or figure.wave > newest[key].wave:
                newest[key] = figure
        return tuple(newest.values())

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
