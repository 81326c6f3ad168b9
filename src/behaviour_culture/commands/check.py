"""``check``: all faults of files."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from behaviour_culture.commands.counts import series_of
from behaviour_culture.commands.parsing import (
    Commands,
    add_command,
    add_framework_option,
    add_series_options,
)
from behaviour_culture.commands.responses import audit_of
from behaviour_culture.commands.terminal import say
from behaviour_culture.errors import BehaviourCultureError

__all__ = ["add"]


def add(commands: Commands) -> None:
    """Add the command."""
    check = add_command(commands, "check", _check, "check files and list all faults")
    check.add_argument(
        "files",
        nargs="+",
        metavar="FILE",
        help=".toml, .json, .xlsx forms, .csv, .zip: ours, or from elsewhere",
    )
    add_framework_option(check)
    add_series_options(check)


def _check(options: argparse.Namespace) -> int:
    from behaviour_culture.errors import DuplicateContentError  # noqa: PLC0415
    from behaviour_culture.inspection import FileKind, inspect_file  # noqa: PLC0415
    from behaviour_culture.interchange.files import read  # noqa: PLC0415
    from behaviour_culture.interchange.kinds import kind_of  # noqa: PLC0415
    from behaviour_culture.journey_inputs import read_inputs  # noqa: PLC0415
    from behaviour_culture.model.journey import Journey  # noqa: PLC0415

    wrong = 0
    first: dict[tuple[str, str], str] = {}
    for name in options.files:
        try:
            found = inspect_file(name)
            value: Any
            if found.kind is FileKind.COUNTS:
                value = series_of(name, options)
            elif found.kind is FileKind.RESPONSES:
                value = audit_of([name], options)
            elif found.kind is FileKind.OURS:
                value = read(name)
                if isinstance(value, Journey):  # is fine where all that it names is
                    read_inputs(value, Path(name).parent, name)
            else:
                wrong += bool(found.faults)
                told = "\n".join(found.in_words())
                if found.faults:
                    say(f"wrong  {told}", stream=sys.stderr)
                else:
                    say(f"fine   {told}")
                continue
            place = (kind_of(value), value.id)
            if place in first:
                raise DuplicateContentError(*place, (first[place], name))
            first[place] = name
        except BehaviourCultureError as error:
            wrong += 1
            say(f"wrong  {error}", stream=sys.stderr)
        else:
            say(f"fine   {name}: {value!r}")
    return 1 if wrong else 0
