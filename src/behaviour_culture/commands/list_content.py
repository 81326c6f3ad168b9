"""``list``: what comes with the package or was installed."""

from __future__ import annotations

import argparse

from behaviour_culture.commands.parsing import Commands, add_command
from behaviour_culture.commands.terminal import say

__all__ = ["add"]


def add(commands: Commands) -> None:
    """Add the command."""
    add_command(
        commands, "list", _list, "list the content that comes with the package or was installed"
    )


def _list(_options: argparse.Namespace) -> int:
    from behaviour_culture import content  # noqa: PLC0415  (only for this command)

    for kind, ids in (
        ("framework", content.framework_ids()),
        ("catalogue", content.catalogue_ids()),
        ("calendar", content.calendar_ids()),
        ("crosswalk", content.crosswalk_ids()),
        ("evidence", content.evidence_ids()),
        ("instrument", content.instrument_ids()),
        ("programme", content.programme_ids()),
        ("scenario", content.scenario_ids()),
    ):
        for name in ids:
            say(f"{kind:<11}{name}")
    for indicator in content.load_indicators().indicators:
        say(f"{'indicator':<11}{indicator.id}: {indicator.name}")
    return 0
