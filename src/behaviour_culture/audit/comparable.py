"""Which audits may be set side by side."""

from __future__ import annotations

from collections.abc import Sequence

from behaviour_culture.audit.result import AuditResult
from behaviour_culture.checks import require_types
from behaviour_culture.errors import BehaviourCultureError

__all__ = ["NotComparableError", "require_comparable"]


class NotComparableError(BehaviourCultureError, ValueError):
    """Two results whose figures do not mean the same."""

    def __init__(self, reasons: Sequence[str]) -> None:
        self.reasons: tuple[str, ...] = tuple(reasons)
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
        Framework, edition, levels, tailorings or way of adding up differ; the message lists them.
    InvalidInputError
        An argument is not an `AuditResult`.

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
