"""Expected outcomes beside those seen, what was learned, and what to change."""

from __future__ import annotations

from behaviour_culture._lazy import attach

__getattr__, __dir__, __all__ = attach(__name__)
