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


def _reasons_as_data(data: dict[str, Any]) -> dict[str, Any]:
    """Schedule, format 1 to 2: a reason has fields in place of a text, and keeps the old text.

    ``unscheduled`` becomes ``left_out``, and ``bound_source`` becomes ``bound_by`` and
    ``bound_role``: there were five texts that it could be.
    """
    made = {_NEW_KEYS.get(key, key): value for key, value in data.items()}
    if isinstance(made.get("steps"), list):
        made["steps"] = [_with(step, "reasons", _old_reason) for step in made["steps"]]
    if isinstance(made.get("left_out"), dict):
        made["left_out"] = {key: [_old_reason(why)] for key, why in made["left_out"].items()}
    bound = made.get("bound_by")
    if isinstance(bound, str):
        role = bound.removeprefix("hours of ")
        made |= {"bound_by": _OLD_BOUNDS.get(bound, bound)}
        if role != bound:
            made |= {"bound_by": "role", "bound_role": role}
    return made


def _calendar_reasons_as_data(data: dict[str, Any]) -> dict[str, Any]:
    """Support calendar, format 1 to 2: the same, and the plan and schedule of each school."""
    made = _reasons_as_data(data)
    if isinstance(made.get("sessions"), list):
        made["sessions"] = [_with(event, "reasons", _old_reason) for event in made["sessions"]]
    if isinstance(made.get("schools"), list):
        made["schools"] = [_with_parts(school) for school in made["schools"]]
    return made


def _with_parts(school: object) -> object:
    made = dict(school) if isinstance(school, dict) else {}
    for key, change in (("plan", _objective_scale), ("schedule", _reasons_as_data)):
        if isinstance(made.get(key), dict):
            made[key] = change(made[key])
    return made or school


_NEW_KEYS = {"unscheduled": "left_out", "bound_source": "bound_by"}
_OLD_BOUNDS = {
    "longest chain of prerequisites": "chain",
    "longest chain of prerequisites and terms": "terms",
    "exact engine": "engine",
    "longest chain of prerequisites or hours of a role, from now on": "repair",
}


def _with(entry: object, key: str, change: Callable[[object], object]) -> object:
    """Return a table with each value of one of its lists changed."""
    if not isinstance(entry, dict) or not isinstance(entry.get(key), list):
        return entry
    return {**entry, key: [change(value) for value in entry[key]]}


def _old_reason(reason: object) -> object:
    if isinstance(reason, str):
        return {"kind": "other", "words": reason}
    if not isinstance(reason, dict):
        return reason
    return {"words" if key == "text" else key: value for key, value in reason.items()}


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


def _agreement_without_note(data: dict[str, Any]) -> dict[str, Any]:
    """Format 1 to 2: an agreement says why nothing was seen; format 1 said two cases in a note."""
    outcomes = data.get("outcomes")
    if not isinstance(outcomes, list):
        return data
    return data | {"outcomes": [_with_agreement(o) if isinstance(o, dict) else o for o in outcomes]}


def _with_agreement(outcome: dict[str, Any]) -> dict[str, Any]:
    why = {
        "no series has it": "no series of it",
        "a small count, not shown": "a small count, not shown",
    }.get(str(outcome.get("note")))
    if why is None or outcome.get("agreement") != "not seen":
        return outcome
    return outcome | {"agreement": why, "note": ""}


def _design_of_estimates(data: dict[str, Any]) -> dict[str, Any]:
    """Format 1 to 2: the estimate of a measure names its design; only the measure did before."""
    measures = data.get("measures")
    if not isinstance(measures, list):
        return data
    return data | {"measures": [_with_design(m) if isinstance(m, dict) else m for m in measures]}


def _with_design(measure: dict[str, Any]) -> dict[str, Any]:
    names = ("description", "before-after", "interrupted-time-series", "comparison", "randomised")
    rung, estimate = measure.get("design"), measure.get("estimate")
    if not isinstance(estimate, dict) or not isinstance(rung, int) or not 1 <= rung <= len(names):
        return measure
    return measure | {"estimate": {"design": names[rung - 1]} | estimate}


MIGRATIONS: Mapping[str, Sequence[Migration]] = {
    "action-plan": (_objective_scale,),
    "plan-review": (_agreement_without_note,),
    "verdict": (_design_of_estimates,),
    "schedule": (_reasons_as_data,),
    "support-calendar": (_calendar_reasons_as_data,),
}
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
