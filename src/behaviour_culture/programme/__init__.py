"""Many schools: who helps whom, and when."""

from __future__ import annotations

from behaviour_culture._lazy import attach

TYPE_CHECKING = False
if TYPE_CHECKING:
    from behaviour_culture.programme.hub_matching import HubMatching as HubMatching
    from behaviour_culture.programme.hub_matching import HubPlaceValue as HubPlaceValue
    from behaviour_culture.programme.hub_matching import SchoolMatch as SchoolMatch
    from behaviour_culture.programme.hub_matching import match_hub as match_hub
    from behaviour_culture.programme.hub_matching import needs_from as needs_from
    from behaviour_culture.programme.matching import match_partners as match_partners
    from behaviour_culture.programme.matching_result import PartnerMatch as PartnerMatch
    from behaviour_culture.programme.matching_result import PartnerMatching as PartnerMatching
    from behaviour_culture.programme.matching_result import PlaceValue as PlaceValue
    from behaviour_culture.programme.support_calendar import plan_support as plan_support
    from behaviour_culture.programme.support_events import PartnerPlan as PartnerPlan
    from behaviour_culture.programme.support_events import SupportEvent as SupportEvent
    from behaviour_culture.programme.support_result import SchoolSupport as SchoolSupport
    from behaviour_culture.programme.support_result import SupportCalendar as SupportCalendar
    from behaviour_culture.programme.support_result import SupportSession as SupportSession

__getattr__, __dir__, __all__ = attach(
    __name__,
    {
        "hub_matching": "HubMatching HubPlaceValue SchoolMatch match_hub needs_from",
        "matching": "match_partners",
        "matching_result": "PartnerMatch PartnerMatching PlaceValue",
        "support_calendar": "plan_support",
        "support_events": "PartnerPlan SupportEvent",
        "support_result": "SchoolSupport SupportCalendar SupportSession",
    },
)
