"""What to expect of a plan's steps, how sure that is, and what drives it."""

from __future__ import annotations

from behaviour_culture._lazy import attach

TYPE_CHECKING = False
if TYPE_CHECKING:
    from behaviour_culture.impact.acceptability import Acceptability as Acceptability
    from behaviour_culture.impact.acceptability import rank_acceptability as rank_acceptability
    from behaviour_culture.impact.pooling import PooledEffect as PooledEffect
    from behaviour_culture.impact.pooling import pool_effects as pool_effects
    from behaviour_culture.impact.result import Driver as Driver
    from behaviour_culture.impact.result import ImpactResult as ImpactResult
    from behaviour_culture.impact.result import ImpactScore as ImpactScore
    from behaviour_culture.impact.score import score_impact as score_impact
    from behaviour_culture.impact.sensitivity import InformationValue as InformationValue
    from behaviour_culture.impact.sensitivity import SobolIndices as SobolIndices
    from behaviour_culture.impact.sensitivity import Tornado as Tornado
    from behaviour_culture.impact.sensitivity import sobol_indices as sobol_indices
    from behaviour_culture.impact.sensitivity import tornado as tornado
    from behaviour_culture.impact.sensitivity import value_of_information as value_of_information

__getattr__, __dir__, __all__ = attach(
    __name__,
    {
        "acceptability": "Acceptability rank_acceptability",
        "pooling": "PooledEffect pool_effects",
        "result": "Driver ImpactResult ImpactScore",
        "score": "score_impact",
        "sensitivity": (
            "InformationValue SobolIndices Tornado sobol_indices tornado value_of_information"
        ),
    },
)
