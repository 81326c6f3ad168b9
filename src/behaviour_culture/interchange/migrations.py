"""Files of older formats: each kind's way from format n to n + 1, as functions of plain data.

A change of a class that would make old files unreadable, such as a key with another name, gets
a function here; files of before are then read as they always were. The newest format of a kind
follows from how many there are.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from behaviour_culture.errors import Fault, InvalidInputError, shorten

__all__ = ["MIGRATIONS", "Migration", "migrate", "newest_format"]

Migration = Callable[[dict[str, Any]], dict[str, Any]]
"""Takes the keys of a file without ``kind`` and ``format`` and returns those of the next one.

It must not trust what it is given, which nobody has checked yet: what it does not
understand it leaves as it is, for the reader to refuse by name.
"""


def _objective_scale(data: dict[str, Any]) -> dict[str, Any]:
    """Format 1 to 2: an objective says on what scale it is, and how its target is founded.

    Format 1 said both in the first words of two texts.
    """
    objectives = data.get("objectives")
    if not isinstance(objectives, list):
        return data
    return data | {"objectives": [_with_scale(o) if isinstance(o, dict) else o for o in objectives]}


def _with_scale(objective: dict[str, Any]) -> dict[str, Any]:
    on_audit = str(objective.get("measure", "")).startswith("audit score")
    judged = str(objective.get("target_basis", "")).startswith("judgement")
    return objective | {
        "scale": "audit" if on_audit else "own",
        "basis": "judgement" if judged else "stated",
    }


MIGRATIONS: Mapping[str, Sequence[Migration]] = {"action-plan": (_objective_scale,)}
"""For each kind its migrations in order: the first makes format 2 of format 1."""


def newest_format(kind: str) -> int:
    """Return the format in which files of a kind are written; older ones can be read too.

    Examples
    --------
    >>> newest_format("school")
    1
    """
    return 1 + len(MIGRATIONS.get(kind, ()))


def migrate(data: dict[str, Any], kind: str, number: object, subject: str) -> dict[str, Any]:
    """Return the keys of a file as the newest format of its kind has them.

    Parameters
    ----------
    data : dict
        Without ``kind`` and ``format``; it is not changed.
    kind : str
    number : object
        What the file gives as its format.
    subject : str
        What to call the input in an error.

    Raises
    ------
    InvalidInputError
        ``number`` is no format, or one of a newer version of this library.
    """
    newest = newest_format(kind)
    if isinstance(number, bool) or not isinstance(number, int) or number < 1:
        words = f"1 to {newest}" if newest > 1 else "1"
        message = f"expected format = {words}, got {shorten(number)}"
        raise InvalidInputError(subject, [Fault("$.format", message, shorten(number))])
    if number > newest:
        message = (
            f"expected format = {newest} or older, got {shorten(number)}: a newer version of "
            "behaviour_culture wrote this file; install that one, or have the file saved again "
            "by this one"
        )
        raise InvalidInputError(subject, [Fault("$.format", message, shorten(number))])
    for step in MIGRATIONS.get(kind, ())[number - 1 :]:
        data = step(data)
    return data
