"""Many schools: who helps whom and when, a cohort as columns, a nation simulated."""

from __future__ import annotations

from behaviour_culture._lazy import attach

__getattr__, __dir__, __all__ = attach(__name__)
