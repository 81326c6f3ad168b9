"""``form``: an audit form for each rater."""

from __future__ import annotations

import argparse
from typing import Literal

from behaviour_culture.commands.parsing import Commands, add_command, add_framework_option
from behaviour_culture.commands.responses import DEFAULT_FRAMEWORK
from behaviour_culture.commands.terminal import make_folder, say

__all__ = ["add"]


def add(commands: Commands) -> None:
    """Add the command."""
    form = add_command(commands, "form", _form, "write an audit form for each rater")
    form.add_argument(
        "raters",
        nargs="+",
        metavar="RATER",
        help="such as head or teacher-1, or with a group teacher-1=teachers",
    )
    form.add_argument("-o", "--out", required=True, help="folder; it gets form-RATER.xlsx")
    form.add_argument("--short", action="store_true", help="only the items of the short form")
    form.add_argument("--csv", action="store_true", help="plain .csv, without the extra office")
    add_framework_option(form)


def _form(options: argparse.Namespace) -> int:
    from behaviour_culture.audit.forms import audit_form  # noqa: PLC0415
    from behaviour_culture.content.loader import load_framework  # noqa: PLC0415

    framework = load_framework(options.framework or DEFAULT_FRAMEWORK)
    for entry in options.raters:
        rater, _, group = entry.partition("=")
        path = make_folder(options.out) / f"form-{rater}.{'csv' if options.csv else 'xlsx'}"
        raters: dict[str, str] | list[str] = {rater: group} if group else [rater]
        kind: Literal["full", "short"] = "short" if options.short else "full"
        say(f"{audit_form(framework, path, raters=raters, form=kind)}")
    return 0
