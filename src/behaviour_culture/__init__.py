"""Model school behaviour-culture frameworks: audit, plan, schedule, impact, report.

Every public name loads on first use, so that ``import behaviour_culture`` costs next to
nothing and nothing heavy is imported before it is needed::

    import behaviour_culture as bc

    framework = bc.load_framework("bennett-2017")
    audit = bc.read_audit("responses.csv", framework=framework)
    result = bc.score_audit(audit, framework)
"""

from __future__ import annotations

from behaviour_culture._lazy import attach
from behaviour_culture._version import __version__ as __version__

__getattr__, __dir__, __all__ = attach(__name__)
