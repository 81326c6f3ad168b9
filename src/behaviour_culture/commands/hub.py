"""``hub``: the pages, calendars and workbook of a hub of schools."""

from __future__ import annotations

import argparse
from pathlib import Path

from behaviour_culture._display import count_of
from behaviour_culture.commands.own_files import OwnFiles
from behaviour_culture.commands.parsing import Commands, add_command
from behaviour_culture.commands.terminal import clear, on_lines, say, show_progress

__all__ = ["add"]


def add(commands: Commands) -> None:
    """Add the command."""
    hub = add_command(
        commands, "hub", _hub, "match the schools of a hub, plan visits, write its pages"
    )
    hub.add_argument("hub", metavar="HUB", help="a file of kind hub that names its schools")
    hub.add_argument("-o", "--out", required=True, help="folder")
    hub.add_argument("--force", action="store_true", help="overwrite files that were changed")


def _hub(options: argparse.Namespace) -> int:
    from behaviour_culture.hub import run_hub  # noqa: PLC0415  (the stages)
    from behaviour_culture.report.hub.write import hub_pages, write_hub  # noqa: PLC0415

    pack = run_hub(options.hub, progress=show_progress)
    folder = Path(options.out)
    own = OwnFiles(folder)
    pages = hub_pages(pack)
    own.check(pages, force=options.force)
    written = write_hub(folder, pack, pages=pages)
    own.keep(folder / name for name in pages)
    clear()
    say(on_lines(str(pack)))
    if "hub.xlsx" not in pages:
        say("\nNo workbook: install the extra office (pip install 'behaviour_culture[office]').")
    say("\nWritten:")
    updates = [p for p in written if p.parent.name == "updates"]
    calendars = [p for p in written if p.parent.name == "calendars"]
    for path in written:
        if path not in updates and path not in calendars:
            say(f"  {path}")
    for some, what in ((updates, "a page for each partner and term"), (calendars, "calendars")):
        if some:
            say(f"  {some[0].parent}: {count_of(len(some), 'file')}, {what}")
    return 0
