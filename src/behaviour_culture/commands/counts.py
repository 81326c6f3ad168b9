"""A file of counts as the command line names it."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from behaviour_culture.model.indicator import Series

__all__ = ["series_of"]


def series_of(name: str, options: argparse.Namespace) -> Series:
    """Read counts, with the exposure of the options where the file has none."""
    from behaviour_culture.content.loader import (  # noqa: PLC0415
        id_or_path,
        load_calendar,
        load_indicators,
    )
    from behaviour_culture.errors import InvalidInputError  # noqa: PLC0415
    from behaviour_culture.monitoring.counts.series_reader import read_series  # noqa: PLC0415

    try:
        return read_series(
            name,
            indicator=load_indicators().indicator(options.indicator),
            calendar=load_calendar(id_or_path(options.calendar)) if options.calendar else None,
            pupils=options.pupils,
            dayfirst=options.dayfirst,
        )
    except InvalidInputError as error:
        lacking = options.calendar is None or options.pupils is None
        if lacking and any("exposure" in fault.path for fault in error.faults):
            error.add_note("say --calendar ID-OR-FILE and --pupils N, or add a column 'exposure'")
        dates = any("'start'" in fault.path or "'end'" in fault.path for fault in error.faults)
        if options.dayfirst is None and dates:
            error.add_note("where dates can be read in two ways, say --day-first or --month-first")
        raise
