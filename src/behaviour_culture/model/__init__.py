"""What schools, frameworks, plans and counts are: frozen values that check themselves.

The classes that people build and read are here; the parts of which they are made are in the
modules of this package, such as `behaviour_culture.model.framework`.
"""

from __future__ import annotations

from behaviour_culture._lazy import attach

__getattr__, __dir__, __all__ = attach(__name__)
