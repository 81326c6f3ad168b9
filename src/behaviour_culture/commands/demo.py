"""``demo``: the illustrative school and its report."""

from __future__ import annotations

import argparse

from behaviour_culture.commands.parsing import Commands, add_command
from behaviour_culture.commands.terminal import say_written, show_progress

__all__ = ["add"]


def add(commands: Commands) -> None:
    """Add the command."""
    demo = add_command(commands, "demo", _demo, "run the illustrative school and write its report")
    demo.add_argument("-o", "--out", default="demo-report", help="folder (default: demo-report)")


def _demo(options: argparse.Namespace) -> int:
    from behaviour_culture.journey import demo_folder, run_journey  # noqa: PLC0415  (the stages)

    done = run_journey(demo_folder() / "illustrative_journey.toml", progress=show_progress)
    return say_written(done, done.write(options.out))
