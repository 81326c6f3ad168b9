"""The start of a school: its first files, from its name, its phase and its roll."""

from __future__ import annotations

from behaviour_culture._lazy import attach

__getattr__, __dir__, __all__ = attach(__name__)
