"""Where the schools of a hub stand, principle by principle, and who can help whom with what."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from attrs import field, frozen

from behaviour_culture._display import Displayed, count_of
from behaviour_culture._frozenmap import FrozenMap
from behaviour_culture.audit.result import AuditResult
from behaviour_culture.checks import Check, MapOf, as_tuple
from behaviour_culture.model.hub import Hub

__all__ = ["HeatCell", "HeatMap", "Help", "heat_map", "who_can_help"]

_STRONG = 0.6
"""A school helps where it has this share of the scale or more (judgement)."""
_WEAK = 0.5
"""A principle is a need of the whole hub where half of its schools lie below this (judgement)."""
_NEEDS, _HELPERS = 3, 2
"""How many needs of a school, and helpers for each, are listed (judgement)."""


class HeatCell(NamedTuple):
    """How far one principle is in place at one school, from 0 to 1.

    ``lower`` and ``upper`` are the ends of its interval, and ``raters`` how many people are behind
    it; all three are None where the hub's own file says the number and no audit was read.
    """

    value: float
    lower: float | None = None
    upper: float | None = None
    raters: int | None = None


@frozen(kw_only=True, repr=False)
class HeatMap(Displayed):
    """The schools of a hub by principle.

    Attributes
    ----------
    principles : tuple of str
        In the order of the framework, or of their ids.
    schools : tuple of str
        In the order of the hub.
    cells : mapping of (str, str) to HeatCell
        By principle and school; what nobody assessed is missing.
    """

    principles: tuple[str, ...]
    schools: tuple[str, ...]
    cells: Mapping[tuple[str, str], HeatCell] = field(
        factory=FrozenMap, converter=MapOf[tuple[str, str], HeatCell]
    )

    @property
    def shared(self) -> tuple[str, ...]:
        """Principles in which half of the schools assessed, two or more, lie below the middle."""
        found = []
        for principle in self.principles:
            row = [c.value for s in self.schools if (c := self.cells.get((principle, s)))]
            low = sum(value < _WEAK for value in row)
            if low > 1 and 2 * low >= len(row):
                found.append(principle)
        return tuple(found)

    def to_rows(self) -> list[dict[str, Any]]:
        """Return a row for each principle and school that somebody assessed."""
        return [
            {
                "principle": principle,
                "school": school,
                "score": cell.value,
                "lower": cell.lower,
                "upper": cell.upper,
                "raters": cell.raters,
            }
            for principle in self.principles
            for school in self.schools
            if (cell := self.cells.get((principle, school))) is not None
        ]

    def _label(self) -> str:
        return (
            f"{count_of(len(self.principles), 'principle')} by "
            f"{count_of(len(self.schools), 'school')}"
        )

    def _lines(self) -> list[str]:
        shared = ", ".join(self.shared) or "none"
        return [f"{self._label()}; needs of half of the schools: {shared}"]


def heat_map(hub: Hub, results: Mapping[str, AuditResult], *, order: Sequence[str] = ()) -> HeatMap:
    """Return where each partner stands by principle.

    Parameters
    ----------
    hub : Hub
    results : mapping of str to AuditResult
        By partner. One without a result stands where the hub's file says: 1 minus its need.
    order : sequence of str
        Principles in the order in which to list them; others follow by id.
    """
    check, first = Check("heat_map"), as_tuple(order)
    check.value("hub", hub, Hub)
    check.value("results", results, Mapping[str, AuditResult])
    check.value("order", first, tuple[str, ...])
    check.done()
    cells: dict[tuple[str, str], HeatCell] = {}
    for partner in hub.partners:
        result = results.get(partner.id)
        if result is None:
            for key, need in partner.needs.items():
                cells[key, partner.id] = HeatCell(1.0 - need)
            continue
        for score in result.principles:
            estimate = score.estimate
            cells[score.id, partner.id] = HeatCell(
                estimate.value, estimate.lower, estimate.upper, score.raters
            )
    named = {principle for principle, _ in cells}
    principles = [*(p for p in first if p in named), *sorted(named - {*first})]
    return HeatMap(
        principles=tuple(principles), schools=tuple(p.id for p in hub.partners), cells=cells
    )


class Help(NamedTuple):
    """One school that can help another with one of its largest needs.

    ``sure`` is True where the whole interval of the helper lies above that of the other.
    """

    helped: str
    principle: str
    standing: float
    helper: str
    strength: float
    is_lead: bool
    sure: bool


def who_can_help(hub: Hub, heat: HeatMap, lead_of: Mapping[str, str | None]) -> tuple[Help, ...]:
    """Return for the largest needs of each partner its lead and the peers that can help.

    Parameters
    ----------
    hub : Hub
    heat : HeatMap
    lead_of : mapping of str to str or None
        The lead of each partner, by the match.

    Notes
    -----
    The three principles in which it stands lowest, below the middle of the scale; for each at
    most two helpers that have it at 60% of the scale or more, its own lead first. The numbers are
    judgement.
    """
    check = Check("who_can_help")
    check.value("hub", hub, Hub)
    check.value("heat", heat, HeatMap)
    check.value("lead_of", lead_of, Mapping[str, str | None])
    check.done()
    found: list[Help] = []
    for partner in hub.partners:
        mine = [(c, p) for p in heat.principles if (c := heat.cells.get((p, partner.id)))]
        lowest = sorted(mine, key=lambda pair: pair[0].value)[:_NEEDS]
        for cell, principle in lowest:
            if cell.value < _WEAK:
                some = _helpers(hub, heat, lead_of.get(partner.id), partner.id, principle, cell)
                found += some[:_HELPERS]
    return tuple(found)


def _helpers(  # noqa: PLR0913, PLR0917  (one need of one partner)
    hub: Hub, heat: HeatMap, lead: str | None, partner: str, principle: str, cell: HeatCell
) -> list[Help]:
    found = []
    if lead is not None:
        strength = hub.lead(lead).strengths.get(principle, 0.0)
        if strength >= _STRONG:
            found.append(Help(partner, principle, cell.value, lead, strength, True, False))
    peers = [
        Help(partner, principle, cell.value, other, there.value, False, _above(there, cell))
        for other in heat.schools
        if other != partner
        and (there := heat.cells.get((principle, other))) is not None
        and there.value >= _STRONG
    ]
    return found + sorted(peers, key=lambda h: (not h.sure, -h.strength, h.helper))


def _above(one: HeatCell, other: HeatCell) -> bool:
    return one.lower is not None and other.upper is not None and one.lower > other.upper
