"""What people hold in the end: a page to act on, and the whole journey in one call."""

from __future__ import annotations

from behaviour_culture._lazy import attach

__getattr__, __dir__, __all__ = attach(__name__)
