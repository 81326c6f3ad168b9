"""The effects to expect of a plan and its steps, how certain they are, and what drives them."""

from __future__ import annotations

from behaviour_culture._lazy import attach

__getattr__, __dir__, __all__ = attach(__name__)
