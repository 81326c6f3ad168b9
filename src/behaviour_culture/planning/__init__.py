"""From gaps to an action plan whose steps know why they are in it and what comes first."""

from __future__ import annotations

from behaviour_culture._lazy import attach

__getattr__, __dir__, __all__ = attach(__name__)
