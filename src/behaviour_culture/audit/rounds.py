"""Changes between two rounds of an audit, each with an interval."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, ClassVar

from attrs import field, frozen

from behaviour_culture._entries import Entries
from behaviour_culture.audit.comparable import NotComparableError
from behaviour_culture.audit.difference import ScoreDifference, clearest, differences
from behaviour_culture.audit.fit import audit_faults, open_answers
from behaviour_culture.audit.groups import check_options
from behaviour_culture.audit.result import ScoreKind
from behaviour_culture.audit.score import RATER_CORRELATION
from behaviour_culture.audit.withheld import STAFF_GROUPS, of_group
from behaviour_culture.checks import Check, TupleOf, Value, require_types
from behaviour_culture.disclosure.rules import DisclosureRules
from behaviour_culture.fields import Slug, Slugs, Some, Text
from behaviour_culture.model.audit import Audit
from behaviour_culture.model.framework import Framework

__all__ = ["RoundComparison", "compare_rounds"]


@frozen(kw_only=True, repr=False)
class RoundComparison(Value):
    """The change from one round of an audit to the next, for each group of raters apart.

    Attributes
    ----------
    changes : tuple of ScoreDifference
        After minus before: the whole, domains and principles, on the items that both rounds
        assessed.
    not_compared : tuple of str
        Groups that are in one round only, or have too few raters to be shown.
    paired : bool
        Whether only raters of both rounds count, each compared with themselves.
    """

    id: Slug
    framework: Slug
    framework_name: Text
    edition: Text
    before: Slug
    after: Slug
    changes: Annotated[Entries[ScoreDifference], Some()] = field(converter=TupleOf[ScoreDifference])
    not_compared: Slugs = field(default=(), converter=TupleOf[str])
    paired: bool = False

    _COLUMNS: ClassVar[Mapping[str, type]] = {
        "group": str,
        "kind": ScoreKind,
        "id": str,
        "name": str,
        "before": float,
        "after": float,
        "change": float,
        "lower": float,
        "upper": float,
        "level": float,
        "items": int,
    }

    def to_rows(self) -> list[dict[str, Any]]:
        """Return a row for each group and part."""
        return [
            {
                "group": c.group,
                "kind": c.kind.value,
                "id": c.id,
                "name": c.name,
                "before": c.first_score,
                "after": c.second_score,
                "change": c.estimate.value,
                "lower": c.estimate.lower,
                "upper": c.estimate.upper,
                "level": c.estimate.level,
                "items": c.items,
            }
            for c in self.changes
        ]

    def _lines(self) -> list[str]:
        how = "the same raters" if self.paired else "raters taken as different people"
        lines = [f"{self.before} to {self.after}, {self.framework_name}: {how}"]
        lines += [f"  {c}" for c in self.changes if c.kind is ScoreKind.WHOLE]
        lines += [f"  {line}" for line in clearest(self.changes, "Clearest changes")]
        if self.not_compared:
            lines.append(f"  Not compared: {', '.join(self.not_compared)}")
        return lines


def compare_rounds(  # noqa: PLR0913  (options of one calculation)
    before: Audit,
    after: Audit,
    framework: Framework,
    *,
    paired: bool = False,
    level: float = 0.95,
    rater_correlation: float = RATER_CORRELATION,
    rules: DisclosureRules | None = None,
    staff_groups: Sequence[str] = STAFF_GROUPS,
    id: str | None = None,  # noqa: A002  (the name of the field)
) -> RoundComparison:
    """Compare two rounds, each group of raters apart.

    Parameters
    ----------
    before, after : Audit
        Two rounds under one edition of one framework.
    framework : Framework
        That edition.
    paired : bool
        True where a label such as ``teacher-3`` is the same person in both rounds. Only answers
        that a rater gave in both rounds then count. Where five or more (judgement) rated a part,
        its interval is Student's, of the raters' own differences in that part.
    level, rater_correlation : float
        As for `score_audit`.
    rules, staff_groups
        As for `score_groups`.
    id : str, optional
        The id of the comparison; that of the later audit without it.

    Returns
    -------
    RoundComparison
        A change says nothing about its cause.

    Raises
    ------
    NotComparableError
        The rounds are of different frameworks or editions.
    InvalidInputError
        As for `score_audit`; the rounds are of two schools or in the wrong order; or no group,
        item or (paired) rater is in both rounds.

    Examples
    --------
    >>> import behaviour_culture as bc
    >>> framework = bc.load_framework("bennett-2017")
    >>> def seen(key, rating):
    ...     rated = [bc.Response(rater="head", item=i.id, rating=rating) for i in framework.items]
    ...     return bc.Audit(id=key, framework="bennett-2017", edition="2017", responses=rated)
    >>> print(compare_rounds(seen("autumn", 1), seen("summer", 2), framework).changes[0])
    Whole: autumn 0.33, summer 0.67, difference +0.33 (95% interval -0.04 to +0.60); could be no
        difference
    """
    require_types(
        "compare_rounds",
        before=(before, Audit),
        after=(after, Audit),
        framework=(framework, Framework),
    )
    rules = DisclosureRules() if rules is None else rules
    reasons = [
        f"{what}s differ ({getattr(before, what)!r} and {getattr(after, what)!r})"
        for what in ("framework", "edition")
        if getattr(before, what) != getattr(after, what)
    ]
    if reasons:
        raise NotComparableError(reasons)
    check = Check("compare_rounds")
    before, after = open_answers(before, framework), open_answers(after, framework)
    check.add(audit_faults(before, framework), "before")
    check.add(audit_faults(after, framework), "after")
    check_options(check, level, rater_correlation, rules, staff_groups)
    if before.school and after.school and before.school != after.school:
        message = f"is of {after.school!r}, and before is of {before.school!r}: give one school's"
        check.fault("after.school", message, after.school)
    if before.date and after.date and before.date > after.date:
        message = f"is dated {after.date}, earlier than before ({before.date}): swap the two"
        check.fault("after.date", message, after.date)
    check.value("paired", paired, bool)
    check.value("id", id, Slug | None)
    check.done()
    changes: list[ScoreDifference] = []
    missing = []
    for group in dict.fromkeys(r.group for x in (before, after) for r in x.responses):
        least = 1 if not group or group in staff_groups else rules.least_base
        both = _raters(before, group) & _raters(after, group) if paired else None
        first, second = (of_group(audit, group, least, both) for audit in (before, after))
        found = []
        if first is not None and second is not None:
            found = differences(
                first,
                second,
                framework,
                names=(before.id, after.id),
                level=level,
                rater_correlation=rater_correlation,
                group=group,
                paired=paired,
            )
        changes += found
        missing += [] if found else [group]
    if not changes:
        who = "rater of a group that may be shown" if paired else "group that may be shown"
        message = f"no {who} rated one item in both rounds, so there is nothing to compare"
        check.fault("before, after", message)
        check.done()
    return RoundComparison(
        id=after.id if id is None else id,
        framework=framework.id,
        framework_name=framework.name,
        edition=framework.edition,
        before=before.id,
        after=after.id,
        changes=changes,
        not_compared=[group for group in missing if group],
        paired=paired,
    )


def _raters(audit: Audit, group: str) -> set[str]:
    return {r.rater for r in audit.responses if r.group == group and r.rating is not None}
