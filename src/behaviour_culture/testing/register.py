"""Tells hypothesis which strategy draws each class of this library."""

from __future__ import annotations

__all__ = ["register"]


def register() -> None:
    """Register a strategy for every class."""
