"""Is it working? Charts of change, estimates with intervals, and a verdict in honest words."""

from __future__ import annotations

from behaviour_culture._lazy import attach

__getattr__, __dir__, __all__ = attach(__name__)
