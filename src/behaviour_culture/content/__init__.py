"""Frameworks, catalogues, calendars and evidence, from this package or from other packages.

A package adds its own files by an entry point in the group ``behaviour_culture.content``
that names a package with the same folders (``frameworks/``, ``catalogues/``, ...)::

    [project.entry-points."behaviour_culture.content"]
    my-trust = "my_trust.behaviour_content"
"""

from __future__ import annotations

from behaviour_culture._lazy import attach

__getattr__, __dir__, __all__ = attach(__name__)
