"""Many schools: who helps whom, and when."""

from __future__ import annotations

from behaviour_culture._lazy import attach

TYPE_CHECKING = False
if TYPE_CHECKING:
    from behaviour_culture.programme.matching import match_partners as match_partners
    from behaviour_culture.programme.matching_result import PartnerMatch as PartnerMatch
    from behaviour_culture.programme.matching_result import PartnerMatching as PartnerMatching
    from behaviour_culture.programme.matching_result import PlaceValue as PlaceValue

__getattr__, __dir__, __all__ = attach(
    __name__,
    {
        "matching": "match_partners",
        "matching_result": "PartnerMatch PartnerMatching PlaceValue",
    },
)
