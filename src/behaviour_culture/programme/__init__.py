"""Many schools: who helps whom and when, a cohort as columns, a nation simulated."""

from __future__ import annotations

from behaviour_culture._lazy import attach

TYPE_CHECKING = False
if TYPE_CHECKING:
    from behaviour_culture.programme._chunks import WorkersLostError as WorkersLostError
    from behaviour_culture.programme.bands import CohortBands as CohortBands
    from behaviour_culture.programme.bands import SchoolStanding as SchoolStanding
    from behaviour_culture.programme.change import CohortChange as CohortChange
    from behaviour_culture.programme.cohort import Cohort as Cohort
    from behaviour_culture.programme.hub_matching import HubMatching as HubMatching
    from behaviour_culture.programme.hub_matching import HubPlaceValue as HubPlaceValue
    from behaviour_culture.programme.hub_matching import SchoolMatch as SchoolMatch
    from behaviour_culture.programme.hub_matching import match_hub as match_hub
    from behaviour_culture.programme.hub_matching import needs_from as needs_from
    from behaviour_culture.programme.matching import match_partners as match_partners
    from behaviour_culture.programme.matching_result import PartnerMatch as PartnerMatch
    from behaviour_culture.programme.matching_result import PartnerMatching as PartnerMatching
    from behaviour_culture.programme.matching_result import PlaceValue as PlaceValue
    from behaviour_culture.programme.nation import NationResult as NationResult
    from behaviour_culture.programme.nation import simulate_nation as simulate_nation
    from behaviour_culture.programme.nation_model import NationAssumptions as NationAssumptions
    from behaviour_culture.programme.nation_model import NationRoute as NationRoute
    from behaviour_culture.programme.nation_model import SupportMix as SupportMix
    from behaviour_culture.programme.nation_model import default_mixes as default_mixes
    from behaviour_culture.programme.records import AuditRecord as AuditRecord
    from behaviour_culture.programme.records import read_audits_jsonl as read_audits_jsonl
    from behaviour_culture.programme.records import write_audits_jsonl as write_audits_jsonl
    from behaviour_culture.programme.research import ResearchExport as ResearchExport
    from behaviour_culture.programme.stream import ScoreBatch as ScoreBatch
    from behaviour_culture.programme.stream import stream_scores as stream_scores
    from behaviour_culture.programme.support_calendar import plan_support as plan_support
    from behaviour_culture.programme.support_events import PartnerPlan as PartnerPlan
    from behaviour_culture.programme.support_events import SupportEvent as SupportEvent
    from behaviour_culture.programme.support_result import SchoolSupport as SchoolSupport
    from behaviour_culture.programme.support_result import SupportCalendar as SupportCalendar
    from behaviour_culture.programme.support_result import SupportSession as SupportSession

__getattr__, __dir__, __all__ = attach(
    __name__,
    {
        "_chunks": "WorkersLostError",
        "bands": "CohortBands SchoolStanding",
        "change": "CohortChange",
        "cohort": "Cohort",
        "nation": "NationResult simulate_nation",
        "nation_model": "NationAssumptions NationRoute SupportMix default_mixes",
        "records": "AuditRecord read_audits_jsonl write_audits_jsonl",
        "research": "ResearchExport",
        "stream": "ScoreBatch stream_scores",
        "hub_matching": "HubMatching HubPlaceValue SchoolMatch match_hub needs_from",
        "matching": "match_partners",
        "matching_result": "PartnerMatch PartnerMatching PlaceValue",
        "support_calendar": "plan_support",
        "support_events": "PartnerPlan SupportEvent",
        "support_result": "SchoolSupport SupportCalendar SupportSession",
    },
)
