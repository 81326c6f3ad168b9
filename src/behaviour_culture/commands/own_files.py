"""Files that a command wrote, told from files of people: nobody's work is overwritten."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from pathlib import Path

from behaviour_culture.errors import BehaviourCultureError, WriteError
from behaviour_culture.interchange.file_bytes import read_text, write_bytes

__all__ = ["OwnFiles"]

_LIST = ".behaviour-culture.json"


class OwnFiles:
    """The files in a folder that a command wrote before, by what was in them then.

    Parameters
    ----------
    folder : Path
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.marks: dict[str, str] = _marks_in(folder / _LIST)

    def check(self, names: Iterable[str], *, force: bool) -> None:
        """Raise an error where a file is not ours, or was changed since we wrote it.

        Raises
        ------
        WriteError
            It names all such files.
        """
        taken = [
            name
            for name in names
            if (self.folder / name).exists() and self.marks.get(name) != _mark(self.folder / name)
        ]
        if taken and not force:
            problem = (
                f"{', '.join(taken)}: not as this command wrote it. Name another folder, move it "
                "away, or say --force to overwrite it"
            )
            raise WriteError(str(self.folder), problem)

    def keep(self, paths: Iterable[Path]) -> None:
        """Remember files that were written now."""
        marks = self.marks | {p.relative_to(self.folder).as_posix(): _mark(p) for p in paths}
        text = json.dumps(dict(sorted(marks.items())), indent=1)
        write_bytes(self.folder / _LIST, f"{text}\n".encode())


def _mark(path: Path) -> str:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:  # a folder of this name, or a file that cannot be read, is not ours
        return ""


def _marks_in(path: Path) -> dict[str, str]:
    """Return what the list says; a list that cannot be read says nothing."""
    try:
        found = json.loads(read_text(path)) if path.exists() else {}
    except (BehaviourCultureError, ValueError):
        return {}
    marks = found.items() if isinstance(found, dict) else ()
    return {str(k): v for k, v in marks if isinstance(v, str) and v}
