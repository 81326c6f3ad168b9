"""What was expected beside what was seen, and what to change."""

from __future__ import annotations

from behaviour_culture._lazy import attach

TYPE_CHECKING = False
if TYPE_CHECKING:
    from behaviour_culture.review.learning import Belief as Belief
    from behaviour_culture.review.learning import Beliefs as Beliefs
    from behaviour_culture.review.learning import Observation as Observation
    from behaviour_culture.review.learning import learn as learn

__getattr__, __dir__, __all__ = attach(__name__, {"learning": "Belief Beliefs Observation learn"})
