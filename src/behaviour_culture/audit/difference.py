"""How far two sets of ratings lie apart, on the items that both assessed, with an interval."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import fsum, hypot, sqrt
from typing import Annotated

from attrs import evolve, field, frozen

from behaviour_culture.audit.result import AuditResult, Score, ScoreKind
from behaviour_culture.audit.score import answer_weights, score_audit
from behaviour_culture.checks import Value, as_float
from behaviour_culture.fields import Id, Range, Share, Slug, Text
from behaviour_culture.model.audit import Audit
from behaviour_culture.model.estimate import Estimate
from behaviour_culture.model.framework import Framework
from behaviour_culture.statistics.estimates import t_quantile

__all__ = ["ScoreDifference", "clearest", "difference", "differences", "paired_difference"]

_LEAST_PAIRS = 5
"""The fewest raters whose own differences say how much raters differ (judgement)."""
_PARTS = (ScoreKind.WHOLE, ScoreKind.DOMAIN, ScoreKind.PRINCIPLE)


@frozen(kw_only=True, repr=False)
class ScoreDifference(Value):
    """By how much one score differs from another of the same part of a framework.

    Attributes
    ----------
    kind, id, name
        The part: the whole, a domain or a principle.
    group : str
        The group whose rounds are compared; empty where groups are compared, or unknown.
    first, second : str
        The two groups, or the two audits.
    first_score, second_score : float
        Their scores, 0 to 1, on the items that both assessed.
    estimate : Estimate
        Second minus first, from -1 to 1.
    items : int
        How many items both assessed.
    """

    kind: ScoreKind
    id: Text
    name: Text
    group: Annotated[str, Id(empty=True)] = ""
    first: Slug
    second: Slug
    first_score: Share = field(converter=as_float)
    second_score: Share = field(converter=as_float)
    estimate: Estimate
    items: Annotated[int, Range(low=1)]

    @property
    def clear(self) -> bool:
        """True where the interval leaves out 0."""
        return not self.estimate.lower <= 0 <= self.estimate.upper

    def _lines(self) -> list[str]:
        e = self.estimate
        whose = f" ({self.group})" if self.group else ""
        sure = "" if self.clear else "; could be no difference"
        return [
            f"{self.name}{whose}: {self.first} {self.first_score:.2f}, {self.second} "
            f"{self.second_score:.2f}, difference {e.value:+z.2f} ({e.level:.0%} interval "
            f"{e.lower:+z.2f} to {e.upper:+z.2f}){sure}"
        ]


def clearest(differences: Sequence[ScoreDifference], heading: str) -> list[str]:
    """Return lines on the principles whose differences are clear, largest first.

    Of many intervals some leave out 0 by chance: the heading says how many to expect.
    """
    looked = [d for d in differences if d.kind is ScoreKind.PRINCIPLE]
    clear = sorted((d for d in looked if d.clear), key=lambda d: -abs(d.estimate.value))
    if not clear:
        return []
    chance = len(looked) * (1 - clear[0].estimate.level)
    few = "fewer than 1" if chance < 1 else f"about {chance:.0f}"
    count = f"{len(clear)} of {len(looked)} compared are clear; {few} would be by chance"
    return [f"{heading} ({count}):", *(f"  {d}" for d in clear[:5])]


def difference(first: Estimate, second: Estimate) -> Estimate:
    r"""Return second minus first, with an interval made of the intervals of both.

    .. math::

        d - \sqrt{a^2 + b^2} \quad\text{with}\quad a = x_2 - l_2,\ b = u_1 - x_1

    and the upper end likewise: Newcombe's method 10 for differences of proportions [1]_,
    generalised to any pair of independent estimates by Zou and Donner [2]_. It keeps the
    asymmetry of intervals near 0 and 1.

    References
    ----------
    .. [1] Newcombe, R. G. (1998). Interval estimation for the difference between independent
       proportions. *Statistics in Medicine* 17, 873-890.
    .. [2] Zou, G. Y. and Donner, A. (2008). Construction of confidence limits about effect
       measures. *Statistics in Medicine* 27, 1693-1702.

    Examples
    --------
    Newcombe's first example, 56 of 70 less 48 of 80: 0.0524 to 0.3339.

    >>> def wilson(value, lower, upper):
    ...     return Estimate(value=value, lower=lower, upper=upper, method="Wilson")
    >>> print(difference(wilson(48 / 80, 0.4904, 0.7004), wilson(56 / 70, 0.6915, 0.8769)))
    0.20 (95% interval 0.05 to 0.33)
    """
    value = second.value - first.value
    lower = value - hypot(second.value - second.lower, first.upper - first.value)
    upper = value + hypot(second.upper - second.value, first.value - first.lower)
    return Estimate(
        value=value,
        lower=max(-1.0, min(value, lower)),
        upper=min(1.0, max(value, upper)),
        level=first.level,
        method="difference of Wilson-type intervals squared and added (Newcombe 10), independent "
        "raters",
    )


def paired_difference(
    changes: Mapping[str, float], shares: Mapping[str, float], level: float, rounding: float
) -> Estimate:
    r"""Return the difference of two rounds from each rater's own.

    .. math:: d = \sum_r c_r \quad\pm\quad t_{k-1} \sqrt{\frac{k}{k-1} \sum_r (c_r - w_r d)^2}

    Parameters
    ----------
    changes : mapping of str to float
        Of each rater, five or more: the weights of the answers times their changes.
    shares : mapping of str to float
        The weight of each rater's answers together; they add up to 1.
    level : float
    rounding : float
        Standard error of the sum from the rounding of answers to levels: raters who changed alike
        are no surer than the scale is fine.
    """
    value = fsum(changes.values())
    k = len(changes)
    spread = k / (k - 1) * fsum((c - shares[r] * value) ** 2 for r, c in changes.items())
    error = max(sqrt(spread), rounding)
    half = t_quantile(0.5 + level / 2, k - 1) * error
    return Estimate(
        value=max(-1.0, min(1.0, value)),
        lower=max(-1.0, value - half),
        upper=min(1.0, value + half),
        level=level,
        standard_error=error,
        method=f"mean of {k} raters' own differences, Student's t",
    )


def differences(  # noqa: PLR0913  (two audits, and how to score and name them)
    first: Audit,
    second: Audit,
    framework: Framework,
    *,
    names: tuple[str, str],
    level: float,
    rater_correlation: float,
    group: str = "",
    paired: bool = False,
) -> list[ScoreDifference]:
    """Return second minus first for the whole, domains and principles, on items both assessed.

    Of paired raters only answers to items that they rated both times count.
    """
    if paired:
        first, second = _answered_twice(first, second)
    audits = (first, second)
    one, other = ({r.item for r in audit.responses if r.rating is not None} for audit in audits)
    common = one & other
    if not common:
        return []
    left, right = (
        _parts(
            score_audit(
                evolve(audit, responses=[r for r in audit.responses if r.item in common]),
                framework,
                level=level,
                rater_correlation=rater_correlation,
            )
        )
        for audit in audits
    )
    alike = _paired(first, second, framework, level) if paired else {}
    return [
        ScoreDifference(
            kind=score.kind,
            id=score.id,
            name=score.name,
            group=group,
            first=names[0],
            second=names[1],
            first_score=score.estimate.value,
            second_score=right[key].estimate.value,
            estimate=alike.get(key) or difference(score.estimate, right[key].estimate),
            items=score.assessed,
        )
        for key, score in left.items()
    ]


def _answered_twice(first: Audit, second: Audit) -> tuple[Audit, Audit]:
    """Return both audits with the answers that each rater gave to one item in both."""
    one, other = (
        {(r.rater, r.item) for r in audit.responses if r.rating is not None}
        for audit in (first, second)
    )
    kept = [
        evolve(a, responses=[r for r in a.responses if (r.rater, r.item) in one & other])
        for a in (first, second)
    ]
    return kept[0], kept[1]


def _paired(
    first: Audit, second: Audit, framework: Framework, level: float
) -> dict[tuple[ScoreKind, str], Estimate]:
    """Return the estimates of the parts that enough raters rated both times."""
    before, after = (
        {
            (r.rater, r.item): framework.scale.fraction(r.rating)
            for r in audit.responses
            if r.rating is not None
        }
        for audit in (first, second)
    )
    found = {}
    for key, by_rater in answer_weights(first, framework).items():
        if len(by_rater) < _LEAST_PAIRS:
            continue
        changes = {
            r: fsum(w * (after[r, i] - before[r, i]) for i, w in weights.items())
            for r, weights in by_rater.items()
        }
        shares = {r: fsum(weights.values()) for r, weights in by_rater.items()}
        step = 1 / (len(framework.scale.levels) - 1)
        squares = fsum(w * w for weights in by_rater.values() for w in weights.values())
        # A rounded answer is off by a uniform variable of one step, and a change by two of them.
        rounding = step * sqrt(squares / 6)
        found[key] = paired_difference(changes, shares, level, rounding)
    return found


def _parts(result: AuditResult) -> dict[tuple[ScoreKind, str], Score]:
    """Return the scores above the items, whole first."""
    return {(s.kind, s.id): s for kind in _PARTS for s in result.scores if s.kind is kind}
