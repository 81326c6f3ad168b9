"""Action plans: the steps that close the gaps of an audit, their reasons and their order."""

from __future__ import annotations

from behaviour_culture._lazy import attach

__getattr__, __dir__, __all__ = attach(__name__)
