"""Several groups of raters: their views kept apart, how they differ, whether each agrees."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import Annotated, Any, ClassVar

from attrs import field, frozen

from behaviour_culture._display import count_of
from behaviour_culture._entries import Entries
from behaviour_culture._seeds import Seed, as_seed
from behaviour_culture._watch import Watch
from behaviour_culture.audit.difference import ScoreDifference, clearest, differences
from behaviour_culture.audit.fit import audit_faults, open_answers
from behaviour_culture.audit.result import AuditResult, ScoreKind
from behaviour_culture.audit.score import RATER_CORRELATION, score_audit
from behaviour_culture.audit.withheld import STAFF_GROUPS, check_staff_groups, shown_groups
from behaviour_culture.checks import Check, TupleOf, Value, find, require_types
from behaviour_culture.disclosure.rules import DisclosureRules
from behaviour_culture.errors import suggest
from behaviour_culture.fields import Count, Range, Share, Slug, Slugs, Text, Unique
from behaviour_culture.model.audit import RATER_GROUPS, Audit
from behaviour_culture.model.estimate import Estimate
from behaviour_culture.model.framework import Framework
from behaviour_culture.typing import Progress, Stop

__all__ = ["GroupAgreement", "GroupResult", "GroupedResult", "score_groups"]

_STAGE = "scoring groups"


@frozen(kw_only=True, repr=False)
class GroupAgreement(Value):
    """How far the raters of one group agree.

    Attributes
    ----------
    alpha : Estimate or None
        Krippendorff's alpha, ordinal, with a bootstrap interval over items; None where it is
        not defined, and ``reason`` says why.
    alike : float or None
        Share of pairs of ratings of one item that are the same, chance left in. Look at both:
        where nearly all ratings are at one level, alpha is low although raters hardly differ.
    items : int
        Items rated by two raters or more.
    """

    alpha: Estimate | None = None
    alike: Share | None = None
    items: Count
    reason: str = ""

    def _check(self, check: Check) -> None:
        if check.ok() and self.alpha is None and not self.reason:
            check.fault("reason", "must say why there is no alpha")

    def _lines(self) -> list[str]:
        alike = "" if self.alike is None else f"; {self.alike:.0%} of pairs alike"
        if self.alpha is None:
            return [f"no alpha: {self.reason}{alike}"]
        return [f"alpha {self.alpha} over {self.items} items{alike}"]


@frozen(kw_only=True, repr=False)
class GroupResult(Value):
    """The scores and the agreement of one group of raters; its id is the group."""

    id: Slug
    result: AuditResult
    agreement: GroupAgreement

    def _lines(self) -> list[str]:
        whole = self.result.whole
        missing = ""
        if whole.assessed < whole.items:
            missing = f", {whole.lowest:.2f} to {whole.highest:.2f} whatever the others are"
        return [
            f"{self.id}: {whole.estimate} from {count_of(whole.raters, 'rater')}, "
            f"{whole.assessed} of {whole.items} items assessed{missing}; {self.agreement}"
        ]


@frozen(kw_only=True, repr=False)
class GroupedResult(Value):
    """An audit as each group of raters sees it. The groups are never averaged.

    Attributes
    ----------
    groups : tuple of GroupResult
    gaps : tuple of ScoreDifference
        For each pair of groups the perception gap in the whole, each domain and each principle,
        on the items that both assessed.
    withheld : tuple of str
        Groups with so few raters that their scores would reveal the answers of one of them.
    least_base : int
        How few is too few, for groups outside ``STAFF_GROUPS``.
    """

    id: Slug
    framework: Slug
    framework_name: Text
    edition: Text
    school: Text | None = None
    date: dt.date | None = None
    groups: Annotated[Entries[GroupResult], Unique("id")] = field(converter=TupleOf[GroupResult])
    gaps: Entries[ScoreDifference] = field(default=Entries(), converter=TupleOf[ScoreDifference])
    withheld: Slugs = field(default=(), converter=TupleOf[str])
    least_base: Annotated[int, Range(low=1)]

    def group(self, group_id: str) -> GroupResult:
        """Return the result of one group, or raise `UnknownNameError`."""
        return find("group", group_id, self.groups)

    def gaps_between(self, first: str, second: str) -> Entries[ScoreDifference]:
        """Return the perception gaps of two groups, whichever comes first."""
        for key in (first, second):
            self.group(key)
        return Entries(g for g in self.gaps if {g.first, g.second} == {first, second})

    _COLUMNS: ClassVar[Mapping[str, type]] = {
        "group": str,
        **AuditResult._COLUMNS,  # noqa: SLF001  (its rows are those)
    }

    def to_rows(self) -> list[dict[str, Any]]:
        """Return a row for each group and score, with the bounds that missing items leave."""
        return [{"group": g.id, **row} for g in self.groups for row in g.result.to_rows()]

    def _lines(self) -> list[str]:
        who = f" of {self.school}" if self.school else ""
        lines = [f"Audit{who} against {self.framework_name}, by group of raters"]
        lines += [f"  {group}" for group in self.groups]
        lines += [f"  Gap, {gap}" for gap in self.gaps if gap.kind is ScoreKind.WHOLE]
        lines += [f"  {line}" for line in clearest(self.gaps, "Where views differ most")]
        if self.withheld:
            lines.append(
                f"  Not shown, fewer than {self.least_base} raters: {', '.join(self.withheld)}"
            )
        return lines


def score_groups(  # noqa: PLR0913  (options of one calculation)
    audit: Audit,
    framework: Framework,
    *,
    level: float = 0.95,
    rater_correlation: float = RATER_CORRELATION,
    rules: DisclosureRules | None = None,
    staff_groups: Sequence[str] = STAFF_GROUPS,
    draws: int = 2_000,
    seed: Seed = 0,
    progress: Progress | None = None,
    stop: Stop | None = None,
    id: str | None = None,  # noqa: A002  (the name of the field)
) -> GroupedResult:
    """Score an audit for each group of raters, and compare the groups.

    Parameters
    ----------
    audit : Audit
        Every response names the group of its rater.
    framework : Framework
        The framework, in the edition that was used.
    level, rater_correlation : float
        As for `score_audit`.
    rules : DisclosureRules, optional
        Its ``least_base`` is the least number of raters, 10 by default (judgement), of any
        group that is not one of ``staff_groups``. Smaller groups are withheld; so is each item
        that fewer of such a group rated, which then counts as not assessed. `score_audit`
        leaves them out of the pooled scores, which would otherwise give them away.
    staff_groups : sequence of str
        Groups shown however small they are. A group of your own is withheld like pupils and
        parents, where it is small, until you name it here.
    draws : int
        100 to 10,000,000, at 24 bytes each.
    seed : int, SeedSequence or Generator
        Bootstrap of the agreement; the same seed gives the same bits, whatever other groups
        there are.
    progress : callable, optional
        Called with ("scoring groups", groups done, groups).
    stop : callable, optional
        Asked again and again: once it says True, `StoppedError` is raised in under a second.
    id : str, optional
        The id of the result; that of the audit without it.

    Returns
    -------
    GroupedResult

    Raises
    ------
    InvalidInputError
        As for `score_audit`; or a response names no group; or no group is large enough.
    StoppedError
        The work was stopped.

    Notes
    -----
    A perception gap is the difference of two groups' scores on the items that both assessed,
    with the interval of ``difference``. Agreement inside a group is Krippendorff's ordinal alpha;
    its interval is the percentile bootstrap over items, raters being taken as they are.

    Examples
    --------
    >>> import behaviour_culture as bc
    >>> framework = bc.load_framework("bennett-2017")
    >>> ratings = [
    ...     bc.Response(rater=who, group=group, item=item.id, rating=rating)
    ...     for who, group, rating in [("head", "leaders", 3), ("teacher-1", "teachers", 1)]
    ...     for item in framework.items_for(group=group)
    ... ]
    >>> audit = bc.Audit(id="a", framework="bennett-2017", edition="2017", responses=ratings)
    >>> result = score_groups(audit, framework)
    >>> print(result.gaps[0])
    Whole: leaders 1.00, teachers 0.33, difference -0.67 (95% interval -0.86 to -0.13)
    """
    require_types("score_groups", audit=(audit, Audit), framework=(framework, Framework))
    rules = DisclosureRules() if rules is None else rules
    seed = as_seed(seed)
    check = Check(f"audit {audit.id!r}")
    check.value("id", id, Slug | None)
    audit = open_answers(audit, framework)
    check.add(audit_faults(audit, framework))
    check_options(check, level, rater_correlation, rules, staff_groups)
    check.within("draws", draws, "draws", 100)
    watch = check.watch(progress, stop)
    check.whole("seed", seed, 0)
    nobody = sorted({r.rater for r in audit.responses if not r.group})
    if nobody:
        words = ", ".join(nobody[:10]) + (", ..." if len(nobody) > 10 else "")  # noqa: PLR2004
        message = (
            f"{count_of(len(nobody), 'rater')} in no group: {words}; give each one of "
            f"{', '.join(RATER_GROUPS)}, or a name of your own"
        )
        check.fault("responses", message)
    check.done()
    shown, withheld = shown_groups(audit, rules.least_base, staff_groups)
    if not shown:
        words = ", ".join(g + suggest(g, STAFF_GROUPS) for g in withheld)
        message = f"no group has enough raters to be shown ({rules.least_base}): {words}"
        check.fault("responses", message)
        check.done()
    options: dict[str, Any] = {"level": level, "rater_correlation": rater_correlation}
    groups = [
        GroupResult(
            id=group,
            result=score_audit(part, framework, **options),
            agreement=_agreement(group, part, level, draws, seed, watch),
        )
        for group, part in watch.over(_STAGE, shown.items(), len(shown))
    ]
    gaps = [
        gap
        for (a, first), (b, second) in combinations(shown.items(), 2)
        for gap in differences(first, second, framework, names=(a, b), **options)
    ]
    return GroupedResult(
        id=audit.id if id is None else id,
        framework=framework.id,
        framework_name=framework.name,
        edition=framework.edition,
        school=audit.school,
        date=audit.date,
        groups=groups,
        gaps=gaps,
        withheld=withheld,
        least_base=rules.least_base,
    )


def check_options(
    check: Check, level: object, rater_correlation: object, rules: object, staff_groups: object
) -> None:
    """Record the faults of the options that `score_groups` and `compare_rounds` share."""
    check.share("level", level)
    check.value("rater_correlation", rater_correlation, Share)
    check.value("rules", rules, DisclosureRules)
    check_staff_groups(check, staff_groups)


def _agreement(  # noqa: PLR0913, PLR0917  (a group, and how thoroughly)
    group: str, audit: Audit, level: float, draws: int, seed: int, watch: Watch
) -> GroupAgreement:
    from behaviour_culture.audit.agreement.alpha import bootstrap_alpha  # noqa: PLC0415  (numpy)

    by_item: dict[str, list[int]] = {}
    for r in sorted(audit.responses, key=lambda r: (r.item, r.rater)):
        if r.rating is not None:
            by_item.setdefault(r.item, []).append(r.rating)
    twice = [ratings for ratings in by_item.values() if len(ratings) > 1]
    if not twice:
        return GroupAgreement(items=0, reason="no item was rated by two raters of the group")
    pairs = sum(len(ratings) * (len(ratings) - 1) for ratings in twice)
    same = sum(ratings.count(v) * (ratings.count(v) - 1) for ratings in twice for v in set(ratings))
    known: dict[str, Any] = {"items": len(twice), "alike": same / pairs}
    if len({v for ratings in twice for v in ratings}) == 1:
        return GroupAgreement(**known, reason="all ratings are the same")
    if len(twice) == 1:
        return GroupAgreement(**known, reason="one item alone says too little")
    value, lower, upper = bootstrap_alpha(twice, level, draws, (seed, *group.encode()), watch)
    return GroupAgreement(
        **known,
        alpha=Estimate(
            value=value,
            lower=lower,
            upper=upper,
            level=level,
            method=f"Krippendorff's alpha, ordinal; percentile bootstrap of {draws} over items",
        ),
    )
