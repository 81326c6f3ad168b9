"""Migrations of files in older formats: functions of plain data from format n to n + 1.

A change of a class that would make old files unreadable, such as the new name of a key, needs
a function here, so that old files can still be read. The number of functions for a kind gives
its newest format.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from behaviour_culture.errors import Fault, FaultCode, InvalidInputError, shorten

__all__ = ["HEAD", "MIGRATIONS", "Migration", "migrate", "newest_data", "newest_format"]

HEAD = frozenset({"kind", "format", "made_with"})
"""The keys of a file that are not of the object in it."""

Migration = Callable[[dict[str, Any]], dict[str, Any]]
"""Takes the keys of a file without ``kind`` and ``format``; returns those of the next format.

Its input is not checked yet. It must leave anything that it does not understand as it is, for
the reader to refuse by name.
"""


def _with_each(data: dict[str, Any], key: str, change: Migration) -> dict[str, Any]:
    """Return the keys of a file with a change of each table in one of its lists."""
    entries = data.get(key)
    if not isinstance(entries, list):
        return data
    return data | {key: [change(e) if isinstance(e, dict) else e for e in entries]}


def _objective_scale(data: dict[str, Any]) -> dict[str, Any]:
    """Format 1 to 2: an objective has fields for its scale and for the basis of its target.

    In format 1 both were in the first words of two texts.
    """
    return _with_each(data, "objectives", _with_scale)


def _with_scale(objective: dict[str, Any]) -> dict[str, Any]:
    on_audit = str(objective.get("measure", "")).startswith("audit score")
    judged = str(objective.get("target_basis", "")).startswith("judgement")
    return objective | {
        "scale": "audit" if on_audit else "own",
        "basis": "judgement" if judged else "stated",
    }


def _reasons_as_data(data: dict[str, Any]) -> dict[str, Any]:
    """Format 1 to 2: a reason has fields in place of a text, and old ones keep their text.

    This is for schedules, and for support calendars with the plan and schedule of each school.
    ``unscheduled`` becomes ``left_out``, and ``bound_source``, which was one of five texts,
    becomes ``bound_by`` and ``bound_role``.
    """
    made = {_NEW_KEYS.get(key, key): value for key, value in data.items()}
    changes = {"steps": _with_reasons, "sessions": _with_reasons, "schools": _school_with_reasons}
    for key, change in changes.items():
        made = _with_each(made, key, change)
    if isinstance(made.get("left_out"), dict):
        made["left_out"] = {key: [_old_reason(why)] for key, why in made["left_out"].items()}
    bound = str(made.get("bound_by"))
    if bound in _OLD_BOUNDS:
        made["bound_by"] = _OLD_BOUNDS[bound]
    elif bound.startswith(_HOURS_OF):
        made |= {"bound_by": "role", "bound_role": bound.removeprefix(_HOURS_OF)}
    return made


def _with_reasons(entry: dict[str, Any]) -> dict[str, Any]:
    reasons = entry.get("reasons")
    return entry | {"reasons": [*map(_old_reason, reasons)]} if isinstance(reasons, list) else entry


def _school_with_reasons(school: dict[str, Any]) -> dict[str, Any]:
    parts = (("plan", _objective_scale), ("schedule", _reasons_as_data))
    return school | {k: change(school[k]) for k, change in parts if isinstance(school.get(k), dict)}


def _old_reason(reason: object) -> object:
    if isinstance(reason, str):
        return {"kind": "other", "words": reason}
    if isinstance(reason, dict):
        return {"words" if key == "text" else key: value for key, value in reason.items()}
    return reason


_NEW_KEYS = {"unscheduled": "left_out", "bound_source": "bound_by"}
_HOURS_OF = "hours of "
_OLD_BOUNDS = {
    "longest chain of prerequisites": "chain",
    "longest chain of prerequisites and terms": "terms",
    "exact engine": "engine",
    "longest chain of prerequisites or hours of a role, from now on": "repair",
}


def _agreement_without_note(data: dict[str, Any]) -> dict[str, Any]:
    """Format 1 to 2: an agreement has the reason why nothing was seen, not a note."""
    return _with_each(data, "outcomes", _with_agreement)


def _with_agreement(outcome: dict[str, Any]) -> dict[str, Any]:
    why = {
        "no series has it": "no series of it",
        "a small count, not shown": "a small count, not shown",
    }.get(str(outcome.get("note")))
    if why is None or outcome.get("agreement") != "not seen":
        return outcome
    return outcome | {"agreement": why, "note": ""}


def _design_of_estimates(data: dict[str, Any]) -> dict[str, Any]:
    """Format 1 to 2: the estimate of a measure names its design too, not only the measure."""
    return _with_each(data, "measures", _with_design)


def _with_design(measure: dict[str, Any]) -> dict[str, Any]:
    names = ("description", "before-after", "interrupted-time-series", "comparison", "randomised")
    rung, estimate = measure.get("design"), measure.get("estimate")
    if not isinstance(estimate, dict) or not isinstance(rung, int) or not 1 <= rung <= len(names):
        return measure
    return measure | {"estimate": {"design": names[rung - 1]} | estimate}


def _suppressed_periods(data: dict[str, Any]) -> dict[str, Any]:
    """Format 1 to 2: a period says whether its count is withheld; format 1 said it in a text."""
    return _with_each(data, "periods", _with_suppression)


def _with_suppression(period: dict[str, Any]) -> dict[str, Any]:
    masked = str(period.get("masked", ""))
    hidden = masked == "hidden: a small count" or masked.endswith("(suppressed)")
    return period | {"suppressed": True} if hidden else period


def _several_calendars(data: dict[str, Any]) -> dict[str, Any]:
    """Format 1 to 2: a journey has a list of calendars, since a plan may cross school years."""
    calendar = data.get("calendar")
    return data | {"calendar": [calendar]} if isinstance(calendar, str) else data


def _several_effects(data: dict[str, Any]) -> dict[str, Any]:
    """Let a step have several effects; before, it had one or none.

    This is for catalogues and action plans, and for support calendars with their schools' plans.
    """
    made = _with_each(data, "steps", _with_effects)
    return _with_each(made, "schools", _plan_with_effects)


def _with_effects(step: dict[str, Any]) -> dict[str, Any]:
    if "effect" not in step:
        return step
    rest = {key: value for key, value in step.items() if key != "effect"}
    return rest | {"effects": [] if step["effect"] is None else [step["effect"]]}


def _plan_with_effects(school: dict[str, Any]) -> dict[str, Any]:
    plan = school.get("plan")
    return school | {"plan": _several_effects(plan)} if isinstance(plan, dict) else school


def _effects_apart(inputs: dict[str, Any]) -> dict[str, Any]:
    """Give a forecast a list of effects; before, each step had one or none."""
    keys = ("effect_mean", "effect_error", "effect_spread", "grades", "study", "outcome")
    lists = [inputs.get(key) for key in keys]
    if "acting" in inputs or not all(isinstance(rows, list) for rows in lists):
        return inputs
    study = inputs["study"]
    acting = [i for i, s in enumerate(study) if s != -1]
    if any(len(inputs[key]) != len(study) for key in keys):
        return inputs
    return inputs | {"acting": acting} | {key: [inputs[key][i] for i in acting] for key in keys}


def _named_outcomes(data: dict[str, Any]) -> dict[str, Any]:
    """Format 1 to 2: outcomes have new ids, for example ``conduct`` in place of ``behaviour``."""
    made = data
    for key in ("parameters", "findings"):
        made = _with_each(made, key, lambda e: _renamed(e, "outcome", _OUTCOMES))
    return made


def _named_forecasts(data: dict[str, Any]) -> dict[str, Any]:
    """Format 1 to 2: as `_named_outcomes`, where the id of an outcome may name its scale."""
    made = _with_each(data, "outcomes", lambda e: _renamed(e, "id", _FORECASTS))
    made = _with_each(made, "differences", _named_forecasts)
    made = _with_each(made, "observations", lambda e: _renamed(e, "outcome", _FORECASTS))
    inputs, evidence = made.get("inputs"), made.get("evidence")
    if isinstance(inputs, dict) and isinstance(inputs.get("outcomes"), list):
        named = [_FORECASTS.get(o, o) if isinstance(o, str) else o for o in inputs["outcomes"]]
        made = made | {"inputs": _effects_apart(inputs | {"outcomes": named})}
    return made | {"evidence": _named_outcomes(evidence)} if isinstance(evidence, dict) else made


def _renamed(entry: dict[str, Any], key: str, names: Mapping[str, str]) -> dict[str, Any]:
    old = entry.get(key)
    return entry | {key: names[old]} if isinstance(old, str) and old in names else entry


_OUTCOMES = {"behaviour": "conduct", "suspensions": "suspension", "bullying": "bullied"}
_FORECASTS = {
    "behaviour": "conduct",
    "behaviour-rate": "conduct-log-rate-ratio",
    "suspensions": "suspension-smd",
    "suspensions-rate": "suspension-log-rate-ratio",
    "bullying": "bullied-smd",
    "bullying-rate": "bullied-log-rate-ratio",
    "absence": "absence-smd",
    "absence-rate": "absence",
    "staff-view": "climate-staff",
    "pupil-view": "climate-pupils",
}


MIGRATIONS: Mapping[str, Sequence[Migration]] = {
    "evidence": (_named_outcomes,),
    "forecast": (_named_forecasts,),
    "forecast-comparison": (_named_forecasts,),
    "beliefs": (_named_forecasts,),
    "series": (_suppressed_periods,),
    "journey": (_several_calendars,),
    "catalogue": (_several_effects,),
    "action-plan": (_objective_scale, _several_effects),
    "plan-review": (_agreement_without_note,),
    "verdict": (_design_of_estimates,),
    "schedule": (_reasons_as_data,),
    "support-calendar": (_reasons_as_data, _several_effects),
}
"""The migrations of each kind in order: the first turns format 1 into format 2."""


def _steps(kind: str, class_: type[Any] | None) -> Sequence[Migration]:
    """Return the migrations of a kind, or those that a class of the user's names as its own."""
    own: Sequence[Migration] = getattr(class_, "__dict__", {}).get("FILE_MIGRATIONS", ())
    return own or MIGRATIONS.get(kind, ())


def newest_format(kind: str, class_: type[Any] | None = None) -> int:
    """Return the format in which files of a kind are written; older ones can still be read.

    ``class_`` is that of the objects; one of the user's may have ``FILE_MIGRATIONS``.

    Examples
    --------
    >>> newest_format("school")
    1
    """
    return 1 + len(_steps(kind, class_))


def migrate(
    data: dict[str, Any],
    kind: str,
    number: object,
    subject: str,
    class_: type[Any] | None = None,
) -> dict[str, Any]:
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
    class_ : type, optional
        The class of its objects.

    Raises
    ------
    InvalidInputError
        ``number`` is not a format, or that of a newer version of this library.
    """
    newest = newest_format(kind, class_)
    if isinstance(number, bool) or not isinstance(number, int) or number < 1:
        words = f"1 to {newest}" if newest > 1 else "1"
        message = f"expected format = {words}, got {shorten(number)}"
        code = FaultCode.MISSING if number is None else FaultCode.NOT_AN_OPTION
        shown = "" if number is None else shorten(number)
        raise InvalidInputError(subject, [Fault("format", message, shown, code)])
    if number > newest:
        message = (
            f"expected format = {newest} or older, got {shorten(number)}: a newer version of "
            "behaviour_culture wrote this file; install that version, or have the file saved "
            "again by this one"
        )
        fault = Fault("format", message, shorten(number), FaultCode.NEWER_FORMAT)
        raise InvalidInputError(subject, [fault])
    for step in _steps(kind, class_)[number - 1 :]:
        data = step(data)
    return data


def newest_data(
    data: Mapping[str, Any], kind: str, subject: str, class_: type[Any] | None = None
) -> dict[str, Any]:
    """Return what a file of a kind says of its object, in the newest format, without the head."""
    rest = {key: value for key, value in data.items() if key not in HEAD}
    return migrate(rest, kind, data.get("format"), subject, class_)
