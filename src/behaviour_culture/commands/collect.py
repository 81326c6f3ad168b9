"""``collect``: completed forms in one file."""

from __future__ import annotations

import argparse
import sys
from io import StringIO
from pathlib import Path

from behaviour_culture.commands.parsing import (
    Commands,
    add_command,
    add_force_option,
    add_framework_option,
)
from behaviour_culture.commands.responses import audit_of, columns_of, sentence_of
from behaviour_culture.commands.terminal import put, say
from behaviour_culture.errors import BehaviourCultureError, WriteError
from behaviour_culture.interchange.file_bytes import check_free, read_text

__all__ = ["add"]


def add(commands: Commands) -> None:
    """Add the command."""
    collect = add_command(
        commands, "collect", _collect, "collect completed forms in one file of responses"
    )
    collect.add_argument("forms", nargs="+", metavar="FORM", help=".xlsx or .csv, or their folder")
    collect.add_argument("-o", "--out", required=True, help="the .csv to write")
    add_framework_option(collect)
    add_force_option(collect)


def _collect(options: argparse.Namespace) -> int:
    from behaviour_culture.audit.form_files import form_files  # noqa: PLC0415
    from behaviour_culture.interchange.table import write_csv  # noqa: PLC0415

    out = Path(options.out)
    found = form_files(options.forms, besides=out)
    _check_out(out, found.files)
    for lock in found.locks:
        say(f"left out  {lock}: a form is open in Excel; save and close it", stream=sys.stderr)
    good: list[str] = []
    bad: list[BehaviourCultureError] = []
    for file in found.files:
        try:
            audit_of([str(file)], options)
        except BehaviourCultureError as error:
            bad.append(error)
        else:
            good.append(str(file))
    # Without a good one, the faults of all come as one error.
    audit = audit_of(good or [str(file) for file in found.files], options)
    text = StringIO()
    write_csv(audit.to_rows(), text)
    content = text.getvalue().encode()
    check_free({out: content}, force=options.force)
    put(out, content)
    say(sentence_of(audit))
    for wrong in bad:
        say(f"left out  {wrong}", stream=sys.stderr)
    if bad:
        again = f"{len(bad)} of {len(found.files)} forms left out: mend them, and collect again"
        say(f"{again} with --force", stream=sys.stderr)
    return 1 if bad else 0


def _check_out(out: Path, forms: list[Path]) -> None:
    """Raise an error if the responses would take the place of anything but older responses."""
    if out.suffix.lower() != ".csv":
        raise WriteError(str(out), "the responses are a .csv file: name one, as responses.csv")
    if any(out.resolve() == form.resolve() for form in forms):
        raise WriteError(str(out), "it is one of the forms: name another file")
    if out.exists():
        columns = columns_of(read_text(out)) if out.is_file() else []
        if not {"rater", "item", "rating"} <= {*columns}:
            raise WriteError(str(out), "what is there are no responses: name another file")
