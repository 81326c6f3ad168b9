"""The state of a school's behaviour culture: scores with intervals, and gaps in order."""

from __future__ import annotations

from behaviour_culture._lazy import attach

__getattr__, __dir__, __all__ = attach(__name__)
