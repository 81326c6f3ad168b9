"""What type checkers need to know of things that you may write yourself: protocols, aliases.

`Scorer` names no class of another part of the package, so that it can stand below all of
them: the plan, the result and the answer are its type arguments. For a plan, an audit and
our own answer the type is ``Scorer[ActionPlan, AuditResult, StepScores]``, which
`behaviour_culture.impact` calls ``PlanScorer``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, TypeAlias, TypeVar

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["BoolArray", "FloatArray", "IntArray", "Scorer"]

FloatArray: TypeAlias = "NDArray[np.float64]"
"""An array of 64-bit floats; its shape stands where it is used."""
IntArray: TypeAlias = "NDArray[np.int64]"
"""An array of 64-bit whole numbers."""
BoolArray: TypeAlias = "NDArray[np.bool_]"
"""An array of truth values."""

PlanT_contra = TypeVar("PlanT_contra", contravariant=True)
ResultT_contra = TypeVar("ResultT_contra", contravariant=True)
ScoresT_co = TypeVar("ScoresT_co", covariant=True)


class Scorer(Protocol[PlanT_contra, ResultT_contra, ScoresT_co]):
    """Anything with a name that turns a plan and an audit's result into scores of its steps.

    The name may be an attribute, a field of a frozen class or a property. ``score`` takes
    plan and result by position; a scorer's own settings are its fields.

    Examples
    --------
    >>> class EqualScorer:
    ...     name = "all alike"
    ...     def score(self, plan: tuple[str, ...], result: None, /) -> dict[str, float]:
    ...         return dict.fromkeys(plan, 1.0)
    >>> scorer: Scorer[tuple[str, ...], None, dict[str, float]] = EqualScorer()
    >>> scorer.score(("agree", "teach"), None)
    {'agree': 1.0, 'teach': 1.0}
    """

    @property
    def name(self) -> str:
        """What to call the scores in tables and pictures."""
        ...

    def score(self, plan: PlanT_contra, result: ResultT_contra, /) -> ScoresT_co:
        """Return the scores of a plan's steps."""
        ...
