"""Objects to files and back: one converter, TOML, JSON and CSV, all faults at once."""

from __future__ import annotations

from behaviour_culture._lazy import attach

TYPE_CHECKING = False
if TYPE_CHECKING:
    from behaviour_culture.interchange.behaviour_log import BehaviourLog as BehaviourLog
    from behaviour_culture.interchange.behaviour_log import LogConcentration as LogConcentration
    from behaviour_culture.interchange.converter import build_converter as build_converter
    from behaviour_culture.interchange.converter import from_data as from_data
    from behaviour_culture.interchange.converter import to_data as to_data
    from behaviour_culture.interchange.files import dumps as dumps
    from behaviour_culture.interchange.files import loads as loads
    from behaviour_culture.interchange.files import read as read
    from behaviour_culture.interchange.files import write as write
    from behaviour_culture.interchange.forms import audit_form as audit_form
    from behaviour_culture.interchange.frames import from_frame as from_frame
    from behaviour_culture.interchange.frames import to_frame as to_frame
    from behaviour_culture.interchange.gias import read_gias as read_gias
    from behaviour_culture.interchange.gias import school_from_gias as school_from_gias
    from behaviour_culture.interchange.kinds import KINDS as KINDS
    from behaviour_culture.interchange.kinds import kind_of as kind_of
    from behaviour_culture.interchange.log_mappings import LOG_FIELDS as LOG_FIELDS
    from behaviour_culture.interchange.log_mappings import LOG_MAPPINGS as LOG_MAPPINGS
    from behaviour_culture.interchange.log_reader import read_behaviour_log as read_behaviour_log
    from behaviour_culture.interchange.schema import json_schema as json_schema
    from behaviour_culture.interchange.series import read_series as read_series
    from behaviour_culture.interchange.table import read_csv as read_csv
    from behaviour_culture.interchange.table import write_csv as write_csv

__getattr__, __dir__, __all__ = attach(
    __name__,
    {
        "behaviour_log": "BehaviourLog LogConcentration",
        "converter": "build_converter from_data to_data",
        "files": "dumps loads read write",
        "frames": "from_frame to_frame",
        "forms": "audit_form",
        "gias": "read_gias school_from_gias",
        "kinds": "KINDS kind_of",
        "log_mappings": "LOG_FIELDS LOG_MAPPINGS",
        "log_reader": "read_behaviour_log",
        "schema": "json_schema",
        "series": "read_series",
        "table": "read_csv write_csv",
    },
)
