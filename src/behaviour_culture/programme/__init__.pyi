from behaviour_culture.model.support_event import SupportEvent as SupportEvent
from behaviour_culture.programme.cohort.bands import CohortBands as CohortBands
from behaviour_culture.programme.cohort.bands import SchoolStanding as SchoolStanding
from behaviour_culture.programme.cohort.bands import cohort_bands as cohort_bands
from behaviour_culture.programme.cohort.bands import school_standing as school_standing
from behaviour_culture.programme.cohort.change import CohortChange as CohortChange
from behaviour_culture.programme.cohort.change import cohort_change as cohort_change
from behaviour_culture.programme.cohort.cohort import Cohort as Cohort
from behaviour_culture.programme.cohort.learning import learn_cohort as learn_cohort
from behaviour_culture.programme.cohort.research import ResearchExport as ResearchExport
from behaviour_culture.programme.cohort.research import research_export as research_export
from behaviour_culture.programme.cohort.stream import stream_scores as stream_scores
from behaviour_culture.programme.hub.beside_others import SchoolBesideOthers as SchoolBesideOthers
from behaviour_culture.programme.hub.beside_others import (
    school_beside_others as school_beside_others,
)
from behaviour_culture.programme.hub.hub_matching import HubMatching as HubMatching
from behaviour_culture.programme.hub.hub_matching import match_hub as match_hub
from behaviour_culture.programme.hub.hub_matching import needs_from as needs_from
from behaviour_culture.programme.hub.matching import match_partners as match_partners
from behaviour_culture.programme.hub.partner_plan import PartnerPlan as PartnerPlan
from behaviour_culture.programme.hub.support_calendar import plan_support as plan_support
from behaviour_culture.programme.hub.support_result import SupportCalendar as SupportCalendar
from behaviour_culture.programme.nation.model import NationAssumptions as NationAssumptions
from behaviour_culture.programme.nation.model import SupportMix as SupportMix
from behaviour_culture.programme.nation.simulation import NationResult as NationResult
from behaviour_culture.programme.nation.simulation import simulate_nation as simulate_nation
