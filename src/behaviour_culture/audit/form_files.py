"""Which files are forms: a folder, a pattern, lock files; and whether anybody has filled one in."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from behaviour_culture.errors import BehaviourCultureError, ReadError
from behaviour_culture.interchange.file_bytes import path_is
from behaviour_culture.interchange.table import read_csv

__all__ = ["FormFiles", "form_files", "holds_answers"]

_SUFFIXES = {".xlsx", ".csv"}
_LOCK = "~$"
"""What Excel puts in front of the name of a file that is open."""
_ANSWERS = ("rating", "note", "evidence")


class FormFiles(NamedTuple):
    """The files that names on a command line stand for.

    Attributes
    ----------
    files : list of Path
    locks : list of Path
        Lock files of forms that are open in Excel: they hold nothing.
    """

    files: list[Path]
    locks: list[Path]


def form_files(names: Sequence[str], *, besides: Path | None = None) -> FormFiles:
    """Return the forms that names stand for: files, folders, patterns that no shell has expanded.

    Parameters
    ----------
    names : sequence of str
        Of a folder its ``.xlsx`` and ``.csv`` files are taken, not those in folders inside.
    besides : Path, optional
        A file that is no form, such as the one that is to be written.

    Raises
    ------
    ReadError
        A folder or a pattern without any form.
    """
    files: list[Path] = []
    locks: list[Path] = []
    for name in names:
        path = Path(name)
        if path_is(path, Path.is_dir):
            found = sorted(p for p in path.iterdir() if p.suffix.lower() in _SUFFIXES)
            what = "it is a folder without forms, which are .xlsx or .csv files"
        elif any(c in path.name for c in "*?[") and not path_is(path, Path.exists):
            found = sorted(p for p in path.parent.glob(path.name) if p.is_file())
            what = "no file has a name like this: name the folder, or the files one by one"
        else:
            found, what = [path], ""
        kept = [p for p in found if not (what and _same(p, besides))]
        locks += [p for p in kept if p.name.startswith(_LOCK)]
        mine = [p for p in kept if not p.name.startswith(_LOCK)]
        if not mine and what:
            raise ReadError(name, what)
        files += [p for p in mine if p not in files]
    if not files:
        names_of = ", ".join(path.name for path in locks)
        raise ReadError(names_of, "Excel's mark of an open file: save and close the form itself")
    return FormFiles(files, locks)


def _same(path: Path, other: Path | None) -> bool:
    return other is not None and path.resolve() == other.resolve()


def holds_answers(path: Path) -> bool:
    """Say whether somebody has filled in a form; of a file that cannot be read, yes."""
    try:
        if path.suffix.lower() == ".csv":
            optional = ("framework", "edition", "rater", "group", "tailored", "item", "area")
            columns = (*optional, "text", "look_for", "not_applicable", *_ANSWERS)
            rows = [cells for _, cells in read_csv(path, required=(), optional=columns)]
        else:
            from behaviour_culture.audit.workbook import read_form  # noqa: PLC0415  (an extra)

            form = read_form(path)
            if form.faults:
                return True
            rows = [row.cells for row in form.rows]
    except BehaviourCultureError:
        return True
    return any(cells.get(name, "").strip() for cells in rows for name in _ANSWERS)
