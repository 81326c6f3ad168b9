"""Answers of raters too few to be shown: left out wherever the rest would give them away."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence

from attrs import evolve

from behaviour_culture.checks import Check
from behaviour_culture.errors import shorten
from behaviour_culture.fields import is_slug
from behaviour_culture.model.audit import Audit, Response

__all__ = ["STAFF_GROUPS", "check_staff_groups", "of_group", "pooled", "shown_groups"]

STAFF_GROUPS = ("leaders", "governors", "teachers", "support-staff", "outside-observer")
"""Groups who answer in their work; a result of any other needs a least number of raters."""


def check_staff_groups(check: Check, staff_groups: object) -> None:
    """Record a fault unless these are ids of groups."""
    if not isinstance(staff_groups, (list, tuple)) or not all(is_slug(g) for g in staff_groups):
        check.fault("staff_groups", f"expected ids, got {shorten(staff_groups)}")


def of_group(
    audit: Audit, group: str, least: int, raters: Collection[str] | None = None
) -> Audit | None:
    """Return a group's part of an audit, or None where nothing of it may be shown.

    An item that fewer than ``least`` raters rated counts as not assessed; so does one that
    fewer called not applicable and nobody rated.
    """
    inside = [
        r for r in audit.responses if r.group == group and (raters is None or r.rater in raters)
    ]
    rated = Counter(r.item for r in inside if r.rating is not None)
    without = Counter(r.item for r in inside if r.not_applicable)
    responses = [
        r
        if (rated[r.item] or without[r.item]) >= least
        else evolve(r, rating=None, not_applicable=False)
        for r in inside
    ]
    if all(r.rating is None for r in responses):
        return None
    part: Audit = evolve(audit, responses=responses)
    return part


def shown_groups(
    audit: Audit, least: int, staff_groups: Sequence[str]
) -> tuple[dict[str, Audit], list[str]]:
    """Return the audit of each group that may be shown, and the groups that may not."""
    shown: dict[str, Audit] = {}
    withheld = []
    for group in audit.groups:
        part = of_group(audit, group, 1 if group in staff_groups else least)
        if part is None:
            withheld.append(group)
        else:
            shown[group] = part
    return shown, withheld


def pooled(audit: Audit, least: int, staff_groups: Sequence[str]) -> tuple[Audit, list[str]]:
    """Return an audit whose pooled scores are safe beside those of its groups.

    Pooled scores less those of the groups shown are the scores of the rest. So the answers
    that no group shows are left out of an item where they come from fewer than ``least``
    raters together (a secondary suppression). Nothing is left out where no group can be shown,
    or where a rater is in none, since then there is nothing to subtract.

    Returns
    -------
    audit : Audit
    groups : list of str
        Those of which answers were left out.
    """
    groups = audit.groups
    if len(groups) < 2 or any(not r.group for r in audit.responses):  # noqa: PLR2004
        return audit, []
    shown, _ = shown_groups(audit, least, staff_groups)
    if not shown:
        return audit, []
    seen = {(r.rater, r.item) for part in shown.values() for r in part.responses if _answered(r)}
    rest = [r for r in audit.responses if _answered(r) and (r.rater, r.item) not in seen]
    number = Counter(r.item for r in rest)
    left_out = {(r.rater, r.item) for r in rest if number[r.item] < least}
    if not left_out:
        return audit, []
    kept = [r for r in audit.responses if (r.rater, r.item) not in left_out]
    part: Audit = evolve(audit, responses=kept)
    lost = {r.group for r in audit.responses if (r.rater, r.item) in left_out}
    return part, [g for g in groups if g in lost]


def _answered(response: Response) -> bool:
    """Say whether a rater answered, "not applicable" included."""
    return response.rating is not None or response.not_applicable
