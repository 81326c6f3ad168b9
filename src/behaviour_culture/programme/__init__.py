"""Many schools: a cohort as columns, records of its audits, and a whole nation simulated."""

from __future__ import annotations

from behaviour_culture._lazy import attach

TYPE_CHECKING = False
if TYPE_CHECKING:
    from behaviour_culture.programme.nation import NationResult as NationResult
    from behaviour_culture.programme.nation import simulate_nation as simulate_nation
    from behaviour_culture.programme.nation_model import NationAssumptions as NationAssumptions
    from behaviour_culture.programme.nation_model import NationRoute as NationRoute
    from behaviour_culture.programme.nation_model import SupportMix as SupportMix
    from behaviour_culture.programme.nation_model import default_mixes as default_mixes

__getattr__, __dir__, __all__ = attach(
    __name__,
    {
        "nation": "NationResult simulate_nation",
        "nation_model": "NationAssumptions NationRoute SupportMix default_mixes",
    },
)
