"""What to expect of a plan's steps, how sure that is, and what drives it."""

from __future__ import annotations

from behaviour_culture._lazy import attach

__getattr__, __dir__, __all__ = attach(__name__)
