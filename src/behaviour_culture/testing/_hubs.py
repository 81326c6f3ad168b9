"""Strategies for matches of partner schools with lead schools."""

from __future__ import annotations

from hypothesis import strategies as st

from behaviour_culture.programme.matching import match_partners
from behaviour_culture.programme.matching_result import PartnerMatch, PartnerMatching, PlaceValue
from behaviour_culture.testing._basics import Strategy, kept, numbers

__all__ = ["partner_matches", "partner_matchings", "place_values"]


@kept
def partner_matchings() -> Strategy[PartnerMatching]:
    """Draw matches as `match_partners` makes them, of a few partners and leads."""
    return _partner_matchings()


@st.composite
def _partner_matchings(draw: st.DrawFn) -> PartnerMatching:
    partners, leads, principles = (draw(st.integers(1, 4)) for _ in range(3))

    def rows(count: int) -> Strategy[list[list[float]]]:
        row = st.lists(numbers(0, 5), min_size=principles, max_size=principles)
        return st.lists(row, min_size=count, max_size=count)

    allowed = st.lists(st.booleans(), min_size=leads, max_size=leads)
    return match_partners(
        draw(rows(partners)),
        draw(rows(leads)),
        draw(st.lists(st.integers(0, 3), min_size=leads, max_size=leads)),
        allowed=draw(st.lists(allowed, min_size=partners, max_size=partners)),
    )


@kept
def partner_matches() -> Strategy[PartnerMatch]:
    """Draw the place of one partner, with its reasons."""
    return partner_matchings().flatmap(lambda m: st.sampled_from(m.matches))


@kept
def place_values() -> Strategy[PlaceValue]:
    """Draw what one more place at a lead is worth."""
    return partner_matchings().flatmap(lambda m: st.sampled_from(m.extra_places))
