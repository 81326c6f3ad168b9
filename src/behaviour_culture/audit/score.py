"""Scoring an audit: weighted means with intervals that allow for few and like-minded raters."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from math import fsum
from typing import Any

from behaviour_culture.audit.fit import applicability, audit_faults, open_answers
from behaviour_culture.audit.gaps import ranked_gaps
from behaviour_culture.audit.result import AuditResult, Score, ScoreKind, ThresholdScore
from behaviour_culture.audit.withheld import STAFF_GROUPS, check_staff_groups, pooled
from behaviour_culture.checks import Check, require_types
from behaviour_culture.disclosure.rules import DisclosureRules
from behaviour_culture.errors import shorten
from behaviour_culture.fields import Share, Slug
from behaviour_culture.model.audit import Audit
from behaviour_culture.model.estimate import Estimate
from behaviour_culture.model.framework import AuditItem, Framework, Principle
from behaviour_culture.model.scale import RatingScale
from behaviour_culture.model.scoring import Aggregation, Criterion, Threshold
from behaviour_culture.statistics.mean_interval import (
    effective_size,
    interval_of_mean,
    probability_at_least,
)

__all__ = ["answer_weights", "score_audit"]

_FIGURES = {
    Aggregation.MEAN: "weighted mean",
    Aggregation.POINTS: "points earned of points possible, pooled over items",
    Aggregation.MEAN_OF_DOMAINS: "points earned of points possible; whole: plain mean of domains",
}

RATER_CORRELATION = 0.3
"""Correlation of two answers of one rater, beyond that of the items (judgement)."""

_INTERVAL = "Wilson interval widened for the likeness of one rater's answers"


def score_audit(  # noqa: PLR0913  (options of one calculation)
    audit: Audit,
    framework: Framework,
    *,
    level: float = 0.95,
    rater_correlation: float = RATER_CORRELATION,
    aggregation: Aggregation | None = None,
    rules: DisclosureRules | None = None,
    staff_groups: Sequence[str] = STAFF_GROUPS,
    id: str | None = None,  # noqa: A002  (the name of the field)
) -> AuditResult:
    r"""Score an audit by item, principle, domain and whole, each with an interval.

    Parameters
    ----------
    audit : Audit
        Responses of one or many raters. An item not assessed is left out, never taken as 0. One
        that raters call not applicable, and nobody rates, belongs to no score.
    framework : Framework
        The framework, in the edition that was used.
    level : float
        Coverage of the intervals, between 0 and 1.
    rater_correlation : float
        Correlation of two answers of one rater, 0 to 1. At 0 every tick counts as an
        separate opinion; at 1 a rater counts once, however many items they rate. The default
        of 0.3 is judgement.
    aggregation : Aggregation, optional
        Replaces the framework's own, where its publisher leaves it open; ``method`` of the
        result names the one used.
    rules, staff_groups
        As for `score_groups`: which groups of raters are too small to be shown. Where others
        are shown, the difference of the two would be their answers, so their answers are left
        out of each item to which fewer than ``least_base`` of them answered;
        ``AuditResult.withheld`` names the groups.
    id : str, optional
        The id of the result; that of the audit without it.

    Returns
    -------
    AuditResult

    Raises
    ------
    InvalidInputError
        The audit is for another framework or edition, or names items or ratings that the
        framework does not have; or the framework's scale is ordinal, so that a mean would
        say nothing: use `behaviour_culture.audit.profile_audit`.

    Notes
    -----
    An item's score is the mean of its ratings, placed on [0, 1] by the scale's lowest and
    highest level. A principle is the weighted mean of its items, a domain and the whole are
    weighted means of principles, so a principle with many items counts no more than one
    with few. Where the framework counts points, every group is the sum of its items' points
    over the points possible. The interval is `mean_interval` with the effective number of
    opinions. A score is a weighted sum of answers whose weights :math:`c_{ri}` add up to 1, so
    with equal variance and the correlation :math:`\rho` between the answers of rater :math:`r`,

    .. math:: 1/n = \sum_r \Bigl[(1-\rho) \sum_i c_{ri}^2 + \rho \bigl(\sum_i c_{ri}\bigr)^2\Bigr]

    which for equal weights is Kish's design effect [1]_, and counts a rater by the part of the
    score that rests on them: thirty raters of one principle add little to a whole that one
    rater answered.

    For each of the framework's thresholds the result holds the probability that the score is
    at or above it: the coverage at which the interval's end would touch the threshold.

    References
    ----------
    .. [1] Kish, L. (1965). *Survey Sampling*. Wiley, sections 5.4 and 11.7.

    Examples
    --------
    >>> import behaviour_culture as bc
    >>> framework = bc.load_framework("bennett-2017")
    >>> ratings = [bc.Response(rater="head", item=i.id, rating=1) for i in framework.items]
    >>> audit = bc.Audit(id="a", framework="bennett-2017", edition="2017", responses=ratings)
    >>> print(bc.score_audit(audit, framework).whole.estimate)
    0.33 (95% interval 0.14 to 0.60)
    """
    require_types("score_audit", audit=(audit, Audit), framework=(framework, Framework))
    check = Check(f"audit {audit.id!r}")
    audit = open_answers(audit, framework)
    check.add(audit_faults(audit, framework))
    check.value("id", id, Slug | None)
    check.share("level", level)
    check.value("rater_correlation", rater_correlation, Share)
    rules = DisclosureRules() if rules is None else rules
    check.value("rules", rules, DisclosureRules)
    check_staff_groups(check, staff_groups)
    _check_aggregation(framework, aggregation, check)
    check.done()
    audit, withheld = pooled(audit, rules.least_base, staff_groups)
    chosen = aggregation or framework.aggregation
    scorer = _Scorer(audit, framework, level, rater_correlation, chosen)
    scores = scorer.scores()
    assessed = {s.id for s in scores if s.kind is ScoreKind.PRINCIPLE}
    unseen = [p for p in framework.principles if p.id not in assessed and scorer.applies(p)]
    seen = {p.domain for p in framework.principles if p.id in assessed}
    return AuditResult(
        id=audit.id if id is None else id,
        framework=framework.id,
        framework_name=framework.name,
        edition=framework.edition,
        school=audit.school,
        date=audit.date,
        raters=sorted({r.rater for r in audit.responses if r.rating is not None}),
        groups=audit.groups,
        withheld=withheld,
        level_labels=[entry.label for entry in framework.scale.levels],
        scores=scores,
        gaps=ranked_gaps(framework, {s.id: s for s in scores if s.kind is ScoreKind.PRINCIPLE}),
        not_assessed=[p.id for p in unseen],
        domains_not_assessed=list(dict.fromkeys(p.domain for p in unseen if p.domain not in seen)),
        not_applicable=[i.id for i in framework.items if i.id in scorer.applicable.nowhere],
        disputed=[i.id for i in framework.items if i.id in scorer.applicable.disputed],
        short_form=scorer.asked <= set(framework.short_form),
        doubts=audit.doubts,
        aggregation=chosen,
        thresholds=scorer.thresholds(scores),
        tailorings=list(dict.fromkeys(c.tailoring for c in framework.changes)),
        method=scorer.method,
    )


def answer_weights(
    audit: Audit, framework: Framework
) -> dict[tuple[ScoreKind, str], dict[str, dict[str, float]]]:
    """Return the weight of each answer in each score above the items, by rater and item.

    The score is the sum of weights times answers, each as a share of the scale.
    """
    scorer = _Scorer(audit, framework, 0.95, RATER_CORRELATION, framework.aggregation)
    found: dict[tuple[ScoreKind, str], dict[str, dict[str, float]]] = {}
    for kind, key, _, _, principles in scorer.groups():
        shares = scorer.shares(principles, whole=kind is ScoreKind.WHOLE)
        by_rater: dict[str, dict[str, float]] = {}
        for item, share in shares.items():
            answers = scorer.answers[item]
            for rater, _ in answers:
                by_rater.setdefault(rater, {})[item] = share / len(answers)
        found[kind, key] = by_rater
    return found


def _check_aggregation(framework: Framework, aggregation: object, check: Check) -> None:
    if framework.aggregation is Aggregation.NONE:
        message = (
            f"the levels of {framework.scale.name!r} have an order and no distance, so their mean "
            "would say nothing: behaviour_culture.audit.profile_audit counts them instead"
        )
        check.fault("framework.scale", message, framework.scale.id)
    elif aggregation is not None and not any(aggregation is known for known in _FIGURES):
        words = ", ".join(f"Aggregation.{a.name}" for a in _FIGURES)
        message = f"expected one of {words}, got {shorten(aggregation)}"
        check.fault("aggregation", message, aggregation)


class _Scorer:
    """The answers of one audit, gathered once and scored at four levels."""

    def __init__(
        self,
        audit: Audit,
        framework: Framework,
        level: float,
        rater_correlation: float,
        aggregation: Aggregation,
    ) -> None:
        self.framework = framework
        self.scale: RatingScale = framework.scale
        self.level = level
        self.rho = rater_correlation
        self.aggregation = aggregation
        self.method = f"{_FIGURES[aggregation]}; {_INTERVAL}"
        self.sizes: dict[str, float] = {}
        self.asked = {r.item for r in audit.responses}
        self.applicable = applicability(audit)
        self.answers: dict[str, list[tuple[str, int]]] = {i.id: [] for i in framework.items}
        # Sorted, so that the order of the input changes no bit of any sum.
        for response in sorted(audit.responses, key=lambda r: (r.item, r.rater)):
            if response.rating is not None:
                self.answers[response.item].append((response.rater, response.rating))
        self.means = {key: self._mean_of(answers) for key, answers in self.answers.items()}
        self.items: dict[str, list[AuditItem]] = {p.id: [] for p in framework.principles}
        for item in framework.items:
            self.items[item.principle].append(item)

    def items_of(self, *principles: Principle) -> list[AuditItem]:
        """Return the items of principles that apply to the school, in the framework's order."""
        return [
            item
            for principle in principles
            for item in self.items[principle.id]
            if item.id not in self.applicable.nowhere
        ]

    def applies(self, principle: Principle) -> bool:
        """Say whether a principle has an item that applies, or no item at all."""
        return bool(self.items_of(principle) or not self.items[principle.id])

    def _mean_of(self, answers: Sequence[tuple[str, int]]) -> float | None:
        if not answers:
            return None
        return fsum(self.scale.fraction(rating) for _, rating in answers) / len(answers)

    def _mean(self, weighted: Sequence[tuple[float, float | None]]) -> float | None:
        known = [(w, x) for w, x in weighted if x is not None]
        if not known:
            return None
        mean = fsum(w * x for w, x in known) / fsum(w for w, _ in known)
        return min(1.0, max(0.0, mean))

    def principle_mean(self, principle: Principle, fill: float | None = None) -> float | None:
        means = [
            (item.weight, fill if (m := self.means[item.id]) is None else m)
            for item in self.items_of(principle)
        ]
        return self._mean(means)

    def _group_mean(self, principles: Sequence[Principle], fill: float | None) -> float | None:
        if self.aggregation is Aggregation.MEAN:
            return self._mean([(p.weight, self.principle_mean(p, fill)) for p in principles])
        items = [(i.weight, self.means[i.id]) for i in self.items_of(*principles)]
        return self._mean([(w, fill if m is None else m) for w, m in items])

    def _whole_mean(self, fill: float | None) -> float | None:
        if self.aggregation is not Aggregation.MEAN_OF_DOMAINS:
            return self._group_mean(self.framework.principles, fill)
        domains = [self.framework.principles_of(d.id) for d in self.framework.domains]
        return self._mean([(1.0, self._group_mean(d, fill)) for d in domains])

    def shares(self, principles: Sequence[Principle], *, whole: bool) -> dict[str, float]:
        """Return the weight of each assessed item in the mean of a group; they add up to 1."""
        by_principle = {
            p.id: _spread((i.weight, {i.id: 1.0}) for i in self.items[p.id] if self.answers[i.id])
            for p in principles
        }
        if self.aggregation is Aggregation.MEAN:
            return _spread((p.weight, by_principle[p.id]) for p in principles)
        if whole and self.aggregation is Aggregation.MEAN_OF_DOMAINS:
            domains = (self.framework.principles_of(d.id) for d in self.framework.domains)
            return _spread((1.0, self.shares(d, whole=False)) for d in domains)
        weights = {i.id: i.weight for i in self.framework.items}
        return _spread((weights[k], {k: 1.0}) for part in by_principle.values() for k in part)

    def groups(self) -> list[tuple[ScoreKind, str, str, str, list[Principle]]]:
        """Return each part above the items: kind, id, name, parent and its principles."""
        framework = self.framework
        groups = [(ScoreKind.PRINCIPLE, p.id, p.name, p.domain, [p]) for p in framework.principles]
        groups += [
            (ScoreKind.DOMAIN, d.id, d.name, "", list(framework.principles_of(d.id)))
            for d in framework.domains
        ]
        groups.append((ScoreKind.WHOLE, "whole", "Whole", "", list(framework.principles)))
        return groups

    def scores(self) -> list[Score]:
        found = [self._item_score(i) for i in self.framework.items if self.answers[i.id]]
        for kind, key, name, parent, principles in self.groups():
            whole = kind is ScoreKind.WHOLE
            mean, lowest, highest = (
                self._whole_mean(fill) if whole else self._group_mean(principles, fill)
                for fill in (None, 0.0, 1.0)
            )
            if mean is None:
                continue
            items = self.items_of(*principles)
            found.append(
                Score(
                    kind=kind,
                    id=key,
                    name=name,
                    parent=parent or None,
                    lowest=lowest or 0.0,
                    highest=highest or 0.0,
                    **self._evidence(
                        f"{kind.value} {key}", items, self.shares(principles, whole=whole), mean
                    ),
                )
            )
        return found

    def _item_score(self, item: AuditItem) -> Score:
        mean = self.means[item.id] or 0.0
        return Score(
            kind=ScoreKind.ITEM,
            id=item.id,
            name=item.text,
            parent=item.principle,
            lowest=mean,
            highest=mean,
            **self._evidence(f"item {item.id}", [item], {item.id: 1.0}, mean),
        )

    def thresholds(self, scores: Sequence[Score]) -> list[ThresholdScore]:
        """Judge every threshold of which at least one part was assessed."""
        groups = {s.id: s for s in scores if s.kind in {ScoreKind.PRINCIPLE, ScoreKind.DOMAIN}}
        groups |= {s.id: s for s in scores if s.kind is ScoreKind.WHOLE}
        return [
            self._threshold(threshold, groups)
            for threshold in self.framework.thresholds
            if any(c.of in groups for c in threshold.criteria)
        ]

    def _threshold(self, threshold: Threshold, scores: Mapping[str, Score]) -> ThresholdScore:
        lower, upper, misses = 1.0, 1.0, 0.0
        sure, possible = True, True
        for criterion in threshold.criteria:
            low, high, surely, possibly = self._criterion(criterion, scores.get(criterion.of))
            # Several criteria at once: the bounds of Frechet, as their dependence is not known.
            misses += 1 - low
            upper = min(upper, high)
            sure, possible = sure and surely, possible and possibly
        lower = max(0.0, 1.0 - misses)
        return ThresholdScore(
            id=threshold.id,
            name=threshold.name,
            criteria=threshold.criteria,
            met=True if sure else (None if possible else False),
            probability_lower=min(lower, upper),
            probability_upper=upper,
        )

    def _criterion(
        self, criterion: Criterion, score: Score | None
    ) -> tuple[float, float, bool, bool]:
        """Return the bounds of the probability, and whether it surely or possibly holds."""
        if score is None:
            return 0.0, 1.0, False, True
        limit = criterion.percent / 100
        size = self.sizes[f"{score.kind.value} {score.id}"]
        # Items that nobody assessed could be at the lowest level or at the highest.
        low, high = (probability_at_least(v, size, limit) for v in (score.lowest, score.highest))
        surely, possibly = (round(v - limit, 12) >= 0 for v in (score.lowest, score.highest))
        return low, high, surely, possibly

    def _evidence(
        self, key: str, items: Sequence[AuditItem], shares: Mapping[str, float], mean: float
    ) -> dict[str, Any]:
        """Return the estimate of a mean over items, and the numbers of items and ratings.

        ``shares`` is the weight of each assessed item in the mean.
        """
        by_rater: dict[str, list[float]] = {}
        by_level: dict[int, list[float]] = {v: [] for v in self.scale.values}
        for item in items:
            for rater, rating in (answers := self.answers[item.id]):
                weight = shares[item.id] / len(answers)
                by_rater.setdefault(rater, []).append(weight)
                by_level[rating].append(weight)
        places = [self.scale.fraction(v) for v in self.scale.values]
        variance = fsum(
            (1 - self.rho) * fsum(w * w for w in weights) + self.rho * fsum(weights) ** 2
            for weights in by_rater.values()
        )
        opinions, counts = 1 / variance, [fsum(weights) for weights in by_level.values()]
        lower, upper, error = interval_of_mean(mean, counts, places, opinions, self.level)
        self.sizes[key] = effective_size(counts, places, opinions)
        return {
            "estimate": Estimate(
                value=mean,
                lower=lower,
                upper=upper,
                level=self.level,
                standard_error=error,
                method=self.method,
            ),
            "items": len(items),
            "asked": sum(i.id in self.asked for i in items),
            "assessed": len(shares),
            "ratings": sum(map(len, by_level.values())),
            "raters": len(by_rater),
        }


def _spread(parts: Iterable[tuple[float, Mapping[str, float]]]) -> dict[str, float]:
    """Return the weights of items in a weighted mean of parts, those without items left out."""
    known = [(weight, shares) for weight, shares in parts if shares]
    total = fsum(weight for weight, _ in known)
    return {key: weight * v / total for weight, shares in known for key, v in shares.items()}
