"""Where a school stands, and how sure that is: scores with intervals, gaps in order."""

from __future__ import annotations

from behaviour_culture._lazy import attach

__getattr__, __dir__, __all__ = attach(__name__)
