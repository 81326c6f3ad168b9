"""Migrations of files in older formats: functions of plain data from format n to n + 1.

A change of a class that would make old files unreadable, such as the new name of a key, needs
a function here, so that old files can still be read. The number of functions for a kind gives
its newest format.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from behaviour_culture.errors import Fault, InvalidInputError, shorten

__all__ = ["MIGRATIONS", "Migration", "migrate", "newest_format"]

Migration = Callable[[dict[str, Any]], dict[str, Any]]
"""Takes the keys of a file without ``kind`` and ``format``; returns those of the next format.

Its input is not checked yet. It must leave anything that it does not understand as it is, for
the reader to refuse by name.
"""


def _objective_scale(data: dict[str, Any]) -> dict[str, Any]:
    """Format 1 to 2: an objective has fields for its scale and for the basis of its target.

    In format 1 both were in the first words of two texts.
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
"""The migrations of each kind in order: the first turns format 1 into format 2."""


def newest_format(kind: str) -> int:
    """Return the format in which files of a kind are written; older ones can still be read.

    Examples
    --------
    >>> newest_format("school")
    1
    """
    return 1 + len(MIGRATIONS.get(kind, ()))


def migrate(data: dict[str, Any], kind: str, number: object, subject: str) -> dict[str, Any]:
    """Return the keys of a file in the newest format of its kind.

    Parameters
    ----------
    data : dict
        Without ``kind`` and ``format``; it is not changed.
    kind : str
    number : object
        The format according to the file.
    subject : str
        The name of the input in an error.

    Raises
    ------
    InvalidInputError
        ``number`` is not a format, or that of a newer version of this library.
    """
    newest = newest_format(kind)
    if isinstance(number, bool) or not isinstance(number, int) or number < 1:
        words = f"1 to {newest}" if newest > 1 else "1"
        message = f"expected format = {words}, got {shorten(number)}"
        raise InvalidInputError(subject, [Fault("$.format", message, shorten(number))])
    if number > newest:
        message = (
            f"expected format = {newest} or older, got {shorten(number)}: a newer version of "
            "behaviour_culture wrote this file; install that version, or have the file saved "
            "again by this one"
        )
        raise InvalidInputError(subject, [Fault("$.format", message, shorten(number))])
    for step in MIGRATIONS.get(kind, ())[number - 1 :]:
        data = step(data)
    return data
