"""Documents that people hold: the governors' page, the working plan, the technical annex."""

from __future__ import annotations

from behaviour_culture._lazy import attach

__getattr__, __dir__, __all__ = attach(__name__)
