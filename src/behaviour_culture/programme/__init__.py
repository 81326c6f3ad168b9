"""Many schools: a cohort as columns, records of its audits, and a whole nation simulated."""

from __future__ import annotations

from behaviour_culture._lazy import attach

TYPE_CHECKING = False
if TYPE_CHECKING:
    from behaviour_culture.programme.bands import CohortBands as CohortBands
    from behaviour_culture.programme.bands import SchoolStanding as SchoolStanding
    from behaviour_culture.programme.change import CohortChange as CohortChange
    from behaviour_culture.programme.cohort import Cohort as Cohort
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

__getattr__, __dir__, __all__ = attach(
    __name__,
    {
        "bands": "CohortBands SchoolStanding",
        "change": "CohortChange",
        "cohort": "Cohort",
        "nation": "NationResult simulate_nation",
        "nation_model": "NationAssumptions NationRoute SupportMix default_mixes",
        "records": "AuditRecord read_audits_jsonl write_audits_jsonl",
        "research": "ResearchExport",
        "stream": "ScoreBatch stream_scores",
    },
)
