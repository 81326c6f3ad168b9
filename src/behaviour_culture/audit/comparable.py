"""Which audits may be set side by side, and audits of several things put together."""

from __future__ import annotations

from collections.abc import Sequence

from attrs import evolve

from behaviour_culture.audit.result import AuditResult
from behaviour_culture.checks import require_types
from behaviour_culture.errors import BehaviourCultureError, Fault, InvalidInputError, shorten
from behaviour_culture.model.audit import Audit, Response

__all__ = ["NotComparableError", "lowest_of", "require_comparable"]


class NotComparableError(BehaviourCultureError, ValueError):
    """Two results whose figures do not mean the same."""

    def __init__(self, reasons: Sequence[str]) -> None:
        self.reasons = tuple(reasons)
        super().__init__(self.reasons)

    def __str__(self) -> str:
        return (
            "these percentages cannot be compared: "
            + "; ".join(self.reasons)
            + ". Compare rounds of one edition, or carry one result across by a crosswalk"
        )


def require_comparable(first: AuditResult, second: AuditResult) -> None:
    """Raise where the percentages of two audits do not mean the same.

    Editions of one instrument differ in items, levels and criteria, so a rise from one
    edition to the next may be no rise at all; the same holds of a tailored framework.

    Raises
    ------
    NotComparableError
        Framework, edition, levels, tailorings or way of adding up differ; it says which.
    InvalidInputError
        An argument is no `AuditResult`.

    Examples
    --------
    >>> import behaviour_culture as bc
    >>> from attrs import evolve
    >>> framework = bc.load_framework("bennett-2017")
    >>> ratings = [bc.Response(rater="head", item=framework.items[0].id, rating=1)]
    >>> audit = bc.Audit(id="a", framework="bennett-2017", edition="2017", responses=ratings)
    >>> result = bc.score_audit(audit, framework)
    >>> require_comparable(result, result)
    >>> require_comparable(result, evolve(result, edition="2018"))
    Traceback (most recent call last):
        ...
    behaviour_culture.audit.comparable.NotComparableError: these percentages cannot be
    compared: editions differ ('2017' and '2018'), and with them items, levels and criteria
    may. Compare rounds of one edition, or carry one result across by a crosswalk
    """
    require_types("require_comparable", first=(first, AuditResult), second=(second, AuditResult))
    reasons = []
    if first.framework != second.framework:
        reasons.append(f"frameworks differ ({first.framework!r} and {second.framework!r})")
    elif first.edition != second.edition:
        editions = f"({first.edition!r} and {second.edition!r})"
        reasons.append(f"editions differ {editions}, and with them items, levels and criteria may")
    if first.level_labels != second.level_labels:
        reasons.append("they are rated on different levels")
    if first.tailorings != second.tailorings:
        left, right = (", ".join(r.tailorings) or "none" for r in (first, second))
        reasons.append(f"the framework was tailored differently ({left}; {right})")
    if first.aggregation is not second.aggregation:
        ways = f"({first.aggregation.value} and {second.aggregation.value})"
        reasons.append(f"they are added up differently {ways}")
    if reasons:
        raise NotComparableError(reasons)


def lowest_of(audits: Sequence[Audit], *, id: str) -> Audit:  # noqa: A002  (the field's own name)
    """Put audits of several interventions together: for each item the lowest rating counts.

    The TFI records Tier II so where a school runs several interventions. An item that an
    audit leaves out does not count; one that it names as not assessed leaves the lowest
    unknown, so the item is not assessed.

    Parameters
    ----------
    audits : sequence of Audit
        One for each intervention, all for one edition of one framework.
    id : str
        The id of the audit that comes out.

    Raises
    ------
    InvalidInputError
        Fewer than two audits, or audits of different editions or frameworks.

    Examples
    --------
    >>> import behaviour_culture as bc
    >>> def one(key, rating):
    ...     seen = [bc.Response(rater="team", item="i", rating=rating)]
    ...     return bc.Audit(id=key, framework="f", edition="1", responses=seen)
    >>> lowest_of([one("mentoring", 2), one("check-in", 1)], id="tier-2").responses[0].rating
    1
    """
    faults = []
    if not isinstance(audits, (list, tuple)) or len(audits) < 2:  # noqa: PLR2004
        faults.append(Fault("audits", f"expected two audits or more, got {shorten(audits)}"))
        raise InvalidInputError("lowest_of", faults)
    for i, audit in enumerate(audits):
        if not isinstance(audit, Audit):
            faults.append(Fault(f"audits[{i}]", f"expected an Audit, got {shorten(audit)}"))
    if faults:
        raise InvalidInputError("lowest_of", faults)
    first = audits[0]
    for i, audit in enumerate(audits):
        if (audit.framework, audit.edition) != (first.framework, first.edition):
            message = f"is for {audit.framework} ({audit.edition}), the first is not"
            faults.append(Fault(f"audits[{i}]", message))
    if faults:
        raise InvalidInputError("lowest_of", faults)
    found: dict[tuple[str, str], list[Response]] = {}
    for audit in audits:
        for response in audit.responses:
            found.setdefault((response.rater, response.item), []).append(response)
    responses = []
    for same in found.values():
        unknown = [r for r in same if r.rating is None]
        known = [(r.rating, r) for r in same if r.rating is not None]
        responses.append(unknown[0] if unknown else min(known, key=lambda pair: pair[0])[1])
    joined: Audit = evolve(first, id=id, responses=responses)
    return joined
