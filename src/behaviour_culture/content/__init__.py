"""Frameworks, catalogues, calendars and evidence that come with the package, or with yours.

A package adds its own files by an entry point in the group ``behaviour_culture.content``
that names a package with the same folders (``frameworks/``, ``catalogues/``, ...)::

    [project.entry-points."behaviour_culture.content"]
    my-trust = "my_trust.behaviour_content"
"""

from __future__ import annotations

from behaviour_culture.content.loader import (
    calendar_ids,
    catalogue_ids,
    crosswalk_ids,
    evidence_ids,
    framework_ids,
    instrument_ids,
    load_benchmarks,
    load_calendar,
    load_catalogue,
    load_crosswalk,
    load_evidence,
    load_framework,
    load_indicators,
    load_instrument,
    load_log_mapping,
    load_programme,
    load_scenario,
    load_symbol_policy,
    log_mapping_ids,
    programme_ids,
    scenario_ids,
    symbol_policy_ids,
)

__all__ = [
    "calendar_ids",
    "catalogue_ids",
    "crosswalk_ids",
    "evidence_ids",
    "framework_ids",
    "instrument_ids",
    "load_benchmarks",
    "load_calendar",
    "load_catalogue",
    "load_crosswalk",
    "load_evidence",
    "load_framework",
    "load_indicators",
    "load_instrument",
    "load_log_mapping",
    "load_programme",
    "load_scenario",
    "load_symbol_policy",
    "log_mapping_ids",
    "programme_ids",
    "scenario_ids",
    "symbol_policy_ids",
]
