"""``start``: files to begin with."""

from __future__ import annotations

import argparse
from pathlib import Path

from behaviour_culture.commands.parsing import Commands, add_command
from behaviour_culture.commands.terminal import make_folder, say
from behaviour_culture.errors import WriteError

__all__ = ["add"]


def add(commands: Commands) -> None:
    """Add the command."""
    start = add_command(
        commands, "start", _start, "copy the illustrative school's files as a start for your own"
    )
    start.add_argument("-o", "--out", required=True, help="folder")


def _start(options: argparse.Namespace) -> int:
    from behaviour_culture.interchange.files import write_bytes  # noqa: PLC0415
    from behaviour_culture.journey import DEMO_FILES, demo_folder  # noqa: PLC0415

    out = Path(options.out)
    taken = [out / name for name in DEMO_FILES if (out / name).exists()]
    if taken:
        raise WriteError(str(taken[0]), "it exists already")
    make_folder(options.out)
    for name in DEMO_FILES:
        write_bytes(out / name, (demo_folder() / name).read_bytes())
        say(f"{out / name}")
    say("\nChange them, then run:")
    say(f"  python -m behaviour_culture report {out / DEMO_FILES[0]} -o {out / 'report'}")
    return 0
