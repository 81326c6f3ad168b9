"""The report of a journey: a page to act on, and the results as files."""

from __future__ import annotations

from behaviour_culture._lazy import attach

__getattr__, __dir__, __all__ = attach(__name__)
