"""Whether answers fit a framework: its items, who may answer them, the levels of its scale."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from attrs import evolve

from behaviour_culture.errors import Fault, FaultCode, Nearest, shorten
from behaviour_culture.model.audit import Audit, Response
from behaviour_culture.model.belonging import framework_faults
from behaviour_culture.model.framework import Framework
from behaviour_culture.model.framework_parts import AuditItem
from behaviour_culture.model.reading import Doubt

__all__ = [
    "AnswerCheck",
    "Applicability",
    "LeftOut",
    "applicability",
    "audit_faults",
    "left_out",
    "open_answers",
]


class Applicability(NamedTuple):
    """The items that some rater called not applicable."""

    nowhere: frozenset[str]
    """Nobody rated them: they count in no score."""
    disputed: frozenset[str]
    """Others rated them: those ratings count."""


def applicability(audit: Audit) -> Applicability:
    """Return the items of an audit that some rater called not applicable."""
    called = {r.item for r in audit.responses if r.not_applicable}
    rated = {r.item for r in audit.responses if r.rating is not None}
    return Applicability(frozenset(called - rated), frozenset(called & rated))


class LeftOut(NamedTuple):
    """Why an answer may not count."""

    code: str
    path: str
    message: str


class AnswerCheck:
    """Checks answers against the items and levels of one framework.

    Attributes
    ----------
    items : dict of str to AuditItem
    labels : dict of str to int
        The value of each level by its label in small letters.
    """

    def __init__(self, framework: Framework) -> None:
        self._framework = framework.id
        self._scale = framework.scale
        self._values = set(framework.scale.values)
        self.items: dict[str, AuditItem] = {item.id: item for item in framework.items}
        self._retired = {gone.id: gone for gone in framework.retired}
        self._nearest = Nearest(self.items)
        self.labels: dict[str, int] = {
            v.label.strip().casefold(): v.value for v in framework.scale.levels
        }
        self._levels = Nearest(self.labels)

    def left_out(self, item: str, group: str) -> LeftOut | None:
        """Return why an answer to a known or a former item may not count, or None."""
        if item in self._retired:
            return LeftOut("retired-item", "item", self._retired[item].message)
        found = self.items.get(item)
        if found is None or found.open_to(group):
            return None
        message = f"{item!r} is for {', '.join(found.raters)} only, not for {group!r}"
        return LeftOut("other-raters", "group", message)

    def faults(self, item: str, rating: object, *, not_applicable: bool = False) -> list[Fault]:
        """Return the faults of an answer, with the paths ``item`` and ``rating``.

        None is the rating of an item that was not assessed or is not applicable.
        """
        faults = []
        if not_applicable and item in self.items and not self.items[item].not_applicable:
            message = (
                f"{item!r} applies to every school, so it cannot be 'not applicable': rate it, "
                "or leave the cell empty where you could not judge"
            )
            faults.append(Fault("rating", message, "not applicable"))
        if item not in self.items:
            message = "the id of the item is missing: put it back, or empty the row"
            if item:
                hint = self._nearest.hint(item)
                message = f"no audit item {shorten(item)} in {self._framework}{hint}"
            code = FaultCode.UNKNOWN_NAME if item else FaultCode.MISSING
            faults.append(Fault("item", message, item, code))
        if rating is not None and rating not in self._values:
            words = ", ".join(f"{level.value} ({level.label})" for level in self._scale.levels)
            hint = self._levels.hint(rating)
            message = f"{shorten(rating)} is not on the scale {words}{hint}"
            faults.append(Fault("rating", message, str(rating), FaultCode.NOT_AN_OPTION))
        return faults


def open_answers(audit: Audit, framework: Framework) -> Audit:
    """Return an audit without the answers that may not count, each with a note.

    They are answers to items that are no longer asked, and to items that are for other groups of
    raters. An audit under another framework is returned as it is.
    """
    if (audit.framework, audit.edition) != (framework.id, framework.edition):
        return audit
    check = AnswerCheck(framework)
    kept: list[Response] = []
    dropped: dict[LeftOut, list[str]] = {}
    for i, response in enumerate(audit.responses):
        because = check.left_out(response.item, response.group)
        if because is None:
            kept.append(response)
        elif response.rating is not None:
            dropped.setdefault(because, []).append(f"responses[{i}]")
    if len(kept) == len(audit.responses) or not any(r.rating is not None for r in kept):
        return audit
    made: Audit = evolve(audit, responses=kept, doubts=[*audit.doubts, *left_out(dropped)])
    return made


def audit_faults(audit: Audit, framework: Framework) -> list[Fault]:
    """Return the faults that keep an audit from being scored under a framework."""
    faults = framework_faults("", audit, framework) or framework.item_faults()
    if faults:
        return faults
    check = AnswerCheck(framework)
    return [
        found._replace(path=f"responses[{i}].{found.path}")
        for i, response in enumerate(audit.responses)
        for found in _faults(check, response)
    ]


def _faults(check: AnswerCheck, response: Response) -> list[Fault]:
    because = check.left_out(response.item, response.group)
    if because is None:
        given = response.item, response.rating
        return check.faults(*given, not_applicable=response.not_applicable)
    if because.code == "other-raters" and response.rating is None:
        return []  # nobody claims to know
    return [Fault(because.path, f"{because.message}: leave the answer out", response.item)]


def left_out(found: Mapping[LeftOut, Iterable[str]]) -> list[Doubt]:
    """Return the notes on answers that a reader left out: the places of each reason."""
    doubts = []
    for because, places in found.items():
        at = list(places)
        many = "its answer is" if len(at) == 1 else f"{len(at)} answers are"
        message = f"{because.message}; {many} left out ({_few(at)})"
        doubts.append(
            Doubt(
                code=because.code,
                column=because.path,
                message=message,
                count=len(at),
                left_out=True,
            )
        )
    return doubts


def _few(places: list[str]) -> str:
    return ", ".join(places[:3]) + (", ..." if len(places) > 3 else "")  # noqa: PLR2004
