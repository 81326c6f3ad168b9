"""``schema``: JSON Schemas of kinds of files."""

from __future__ import annotations

import argparse
from typing import Any

from behaviour_culture.commands.parsing import Commands, add_command, in_options
from behaviour_culture.commands.terminal import say

__all__ = ["add"]


def add(commands: Commands) -> None:
    """Add the command."""
    schema = add_command(commands, "schema", _schema, "write JSON Schemas of kinds of files")
    which = schema.add_mutually_exclusive_group(required=True)
    which.add_argument("kind", nargs="?", metavar="KIND", help="such as school")
    which.add_argument("--all", action="store_true", help="all kinds")
    schema.add_argument("-o", "--out", required=True, help="folder; it gets KIND.schema.json")


def _schema(options: argparse.Namespace) -> int:
    from behaviour_culture.interchange.kinds import KINDS  # noqa: PLC0415
    from behaviour_culture.interchange.schema import write_schema  # noqa: PLC0415

    kinds: list[Any] = sorted(KINDS) if options.all else [options.kind]
    with in_options("schema", kind="KIND"):
        for kind in kinds:
            say(f"{write_schema(kind, options.out)}")
    return 0
