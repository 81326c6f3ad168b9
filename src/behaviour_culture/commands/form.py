"""``form``: an audit form for each rater."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from difflib import get_close_matches
from io import BytesIO, StringIO
from pathlib import Path
from typing import Literal

from behaviour_culture.commands.parsing import (
    Commands,
    add_command,
    add_force_option,
    add_framework_option,
    in_options,
)
from behaviour_culture.commands.responses import DEFAULT_FRAMEWORK
from behaviour_culture.commands.terminal import put, say
from behaviour_culture.errors import Fault, InvalidInputError, WriteError
from behaviour_culture.interchange.file_bytes import check_free, make_folder, several_files
from behaviour_culture.model.audit import RATER_GROUPS

__all__ = ["add"]

_ALIKE = 0.85
"""How alike a group is to a known one that was meant: a letter or two apart (judgement)."""


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
    add_force_option(form)


def _form(options: argparse.Namespace) -> int:
    from behaviour_culture.audit.forms import audit_form  # noqa: PLC0415
    from behaviour_culture.content.loader import id_or_path, load_framework  # noqa: PLC0415

    framework = load_framework(id_or_path(options.framework or DEFAULT_FRAMEWORK))
    kind: Literal["full", "short"] = "short" if options.short else "full"
    _check_groups(options.raters)
    made: dict[Path, bytes] = {}
    for entry in options.raters:
        rater, _, group = entry.partition("=")
        path = Path(options.out) / f"form-{rater}.{'csv' if options.csv else 'xlsx'}"
        if path in made:
            fault = Fault("RATER", f"{rater!r} stands twice: give each rater a label of their own")
            raise InvalidInputError("form", [fault])
        raters: dict[str, str] | list[str] = {rater: group} if group else [rater]
        text, raw = StringIO(), BytesIO()
        with in_options("form", raters="RATER"):
            audit_form(framework, text if options.csv else raw, raters=raters, form=kind)
        made[path] = text.getvalue().encode() if options.csv else raw.getvalue()
    for path, content in made.items():
        _check_blank(path, content)
    check_free(made, force=options.force)
    make_folder(options.out)
    with several_files() as written:
        for path, content in made.items():
            put(path, content)
            written.append(path)
    return 0


def _check_groups(raters: Sequence[str]) -> None:
    """Refuse a typo of a known group, and say which groups are the school's own."""
    faults, own = [], []
    for entry in raters:
        group = entry.partition("=")[2]
        if not group or group in RATER_GROUPS:
            continue
        near = get_close_matches(group.casefold(), RATER_GROUPS, n=1, cutoff=_ALIKE)
        if near:
            message = f"{entry!r} names no known group: did you mean {near[0]!r}?"
            faults.append(Fault("RATER", message, entry))
        else:
            own.append(group)
    if faults:
        raise InvalidInputError("form", faults)
    for group in dict.fromkeys(own):
        known = ", ".join(RATER_GROUPS)
        say(f"{group!r} is a group of your own; the known ones are {known}", stream=sys.stderr)


def _check_blank(path: Path, content: bytes) -> None:
    """Raise an error if a form would take the place of one that somebody has filled in."""
    from behaviour_culture.audit.form_files import holds_answers  # noqa: PLC0415

    same = not path.exists() or (path.is_file() and path.read_bytes() == content)
    if not same and holds_answers(path):
        raise WriteError(str(path), "somebody has filled it in, or it is no form: move it away")
