"""Objects to files and back: one converter, TOML, JSON and CSV, all faults at once."""

from __future__ import annotations

from behaviour_culture._lazy import attach

__getattr__, __dir__, __all__ = attach(__name__)
