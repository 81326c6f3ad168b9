"""Dates for the steps of a plan, with the people and the calendar there are, and why then."""

from __future__ import annotations

from behaviour_culture._lazy import attach

__getattr__, __dir__, __all__ = attach(__name__)
