"""``list``: what comes with the package or was installed."""

from __future__ import annotations

import argparse
from typing import get_args

from behaviour_culture.commands.parsing import Commands, add_command
from behaviour_culture.commands.terminal import say

__all__ = ["add"]


def add(commands: Commands) -> None:
    """Add the command."""
    add_command(
        commands, "list", _list, "list the content that comes with the package or was installed"
    )


def _list(_options: argparse.Namespace) -> int:
    from behaviour_culture.content import loader  # noqa: PLC0415  (only for this command)

    kinds: tuple[loader.ContentKind, ...] = get_args(loader.ContentKind)
    for kind in kinds:
        for name in loader.content_ids(kind) if kind != "indicators" else ():
            say(f"{kind:<14}{name}")
    for indicator in loader.load_indicators().indicators:
        say(f"{'indicator':<14}{indicator.id}: {indicator.name}")
    return 0
