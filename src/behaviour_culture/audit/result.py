"""The result of scoring an audit: scores, gaps, and the principles not assessed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Any, ClassVar

from attrs import field, frozen

from behaviour_culture._display import count_of
from behaviour_culture._entries import Entries
from behaviour_culture.checks import Check, TupleOf, Value, as_float, find
from behaviour_culture.fields import (
    NotNegative,
    Positive,
    Range,
    Share,
    Slug,
    Slugs,
    Some,
    Text,
    Texts,
)
from behaviour_culture.model.estimate import Estimate
from behaviour_culture.model.reading import Doubt
from behaviour_culture.model.scoring import Aggregation, Criterion

__all__ = ["AuditResult", "Gap", "Score", "ScoreKind", "ThresholdScore"]


class ScoreKind(StrEnum):
    """The kind of part that a score belongs to."""

    ITEM = "item"
    PRINCIPLE = "principle"
    DOMAIN = "domain"
    WHOLE = "whole"


@frozen(kw_only=True, repr=False)
class Score(Value):
    """How far one item, principle, domain or the whole is in place, from 0 to 1.

    Attributes
    ----------
    parent : str or None
        The principle of an item, the domain of a principle.
    estimate : Estimate
        0 is the lowest level of the scale, 1 the highest.
    items, assessed : int
        Items that belong to it and apply to the school, and how many somebody assessed.
    asked : int or None
        How many of the items the audit asked about, fewer with a short form: the score rests
        on these. None in files of before this was kept.
    ratings, raters : int
        Ratings behind it, and by how many raters.
    lowest, highest : float
        The score if every item not assessed were at the lowest, or the highest, level.
    """

    kind: ScoreKind
    id: Text
    name: Text
    parent: Slug | None = None
    estimate: Estimate
    items: Annotated[int, Range(low=1)]
    assessed: Annotated[int, Range(low=1)]
    asked: Annotated[int, Range(low=1)] | None = None
    ratings: Annotated[int, Range(low=1)]
    raters: Annotated[int, Range(low=1)]
    lowest: Share = field(converter=as_float)
    highest: Share = field(converter=as_float)

    def _label(self) -> str:
        made = self.estimate
        return f"{self.id} {made.value:.0%} ({100 * made.lower:.0f} to {100 * made.upper:.0f})"

    def _lines(self) -> list[str]:
        return [f"{self.name}: {self.estimate}, {self.basis}"]

    @property
    def basis(self) -> str:
        """What the score rests on, in words: the items asked and those assessed."""
        if self.asked is None or self.asked == self.items:
            return f"{self.assessed} of {self.items} items assessed"
        return f"asked {self.asked} of its {self.items} items, {self.assessed} assessed"


@frozen(kw_only=True, repr=False)
class Gap(Value):
    """How far a principle is from fully in place, and why it ranks where it does.

    Attributes
    ----------
    size : Estimate
        1 minus the score, from 0 to 1.
    weight : float
        The principle's weight in the framework.
    holds_up : tuple of str
        Principles that build on this one, directly or through others, and have a gap too.
    priority : float
        ``weight x size x (1 + share)``, where share is the part of all weighted gaps that
        lies in the principles it holds up. No unit; only its order means something.
    rank : int
        1 is the first.
    """

    principle: Slug
    name: Text
    domain: Slug
    size: Estimate
    weight: Positive = field(converter=as_float)
    holds_up: Slugs = field(default=(), converter=TupleOf[str])
    priority: NotNegative = field(converter=as_float)
    rank: Annotated[int, Range(low=1)]
    reason: Text

    def _label(self) -> str:
        size = self.size
        much = f"{size.value:.0%} ({100 * size.lower:.0f} to {100 * size.upper:.0f})"
        return f"{self.rank}. {self.name}: gap {much}"

    def _lines(self) -> list[str]:
        return [f"{self.rank}. {self.name}: {self.reason}"]


@frozen(kw_only=True, repr=False)
class ThresholdScore(Value):
    """The probability that a published criterion is reached.

    Attributes
    ----------
    criteria : tuple of Criterion
        All of them have to hold.
    met : bool or None
        Whether the ratings as they are reach the instrument's own criterion. None where items
        that nobody assessed could decide it.
    probability_lower, probability_upper : float
        Probability that the score is at or above the criterion, from the distribution behind
        the score's interval. The two differ where items are not assessed, or where several
        criteria must hold at once and nothing is known of how they go together.
    """

    id: Slug
    name: Text
    criteria: Annotated[Entries[Criterion], Some()] = field(converter=TupleOf[Criterion])
    met: bool | None = None
    probability_lower: Share = field(converter=as_float)
    probability_upper: Share = field(converter=as_float)

    def _check(self, check: Check) -> None:
        check.in_order("probability_lower", "probability_upper")

    def _lines(self) -> list[str]:
        low, high = self.probability_lower, self.probability_upper
        sure = f"{low:.0%}" if high - low < 0.005 else f"{low:.0%} to {high:.0%}"  # noqa: PLR2004
        rule = {True: "met as rated", False: "not met as rated", None: "open: items are missing"}
        return [f"{self.name}: probability {sure} ({rule[self.met]})"]


@frozen(kw_only=True, repr=False)
class AuditResult(Value):
    """Scores with intervals at four levels, and the gaps in order of priority.

    A principle without a single rating has no score: it is in ``not_assessed``, unless none of
    its items applies to the school.
    """

    id: Slug
    framework: Slug
    framework_name: Text
    edition: Text
    school: Text | None = None
    date: dt.date | None = None
    raters: Slugs = field(converter=TupleOf[str])
    groups: Slugs = field(default=(), converter=TupleOf[str])
    """The groups of raters that the scores pool, such as leaders and pupils."""
    withheld: Slugs = field(default=(), converter=TupleOf[str])
    """Groups of which answers are left out: beside the groups shown the scores would give them
    away. See `score_audit`."""
    level_labels: Texts = field(converter=TupleOf[str])
    """Labels of the rating scale, lowest first."""
    scores: Annotated[Entries[Score], Some()] = field(converter=TupleOf[Score])
    gaps: Entries[Gap] = field(converter=TupleOf[Gap])
    not_assessed: Slugs = field(default=(), converter=TupleOf[str])
    domains_not_assessed: Slugs = field(default=(), converter=TupleOf[str])
    """Domains without a single assessed principle, though some apply to the school."""
    not_applicable: Slugs = field(default=(), converter=TupleOf[str])
    """Items that belong to no score: raters called them not applicable, and nobody rated them."""
    disputed: Slugs = field(default=(), converter=TupleOf[str])
    """Items that some raters called not applicable and others rated; the ratings count."""
    short_form: bool = False
    """Whether only items of the framework's short form were asked."""
    doubts: Entries[Doubt] = field(default=Entries(), converter=TupleOf[Doubt])
    """Notes of the reader of the audit: answers that it left out, and why."""
    aggregation: Aggregation = Aggregation.MEAN
    thresholds: Entries[ThresholdScore] = field(
        default=Entries(), converter=TupleOf[ThresholdScore]
    )
    tailorings: Slugs = field(default=(), converter=TupleOf[str])
    """Ids of the tailorings of the framework, in order."""
    method: Text

    def _check(self, check: Check) -> None:
        if check.ok("scores"):
            wholes = sum(score.kind is ScoreKind.WHOLE for score in self.scores)
            if wholes != 1:
                check.fault("scores", f"needs one score of kind 'whole', has {wholes}")

    @property
    def rests_on(self) -> str:
        """A sentence on the items that were asked; empty where all were."""
        whole = self.whole
        if whole.asked is None or whole.asked == whole.items:
            return ""
        what = "The short form asked" if self.short_form else "The audit asked"
        counts = sorted({s.asked for s in self.principles if s.asked})
        each = f"{counts[0]} to {counts[-1]}" if len(counts) > 1 else f"{counts[0]}"
        return (
            f"{what} {whole.asked} of the {whole.items} items that apply: the score of a principle "
            f"rests on {each} of its items and says nothing of the others"
        )

    def _of(self, kind: ScoreKind) -> Entries[Score]:
        return Entries(s for s in self.scores if s.kind is kind)

    @property
    def whole(self) -> Score:
        """The score of everything that was assessed."""
        return self._of(ScoreKind.WHOLE)[0]

    @property
    def domains(self) -> Entries[Score]:
        """The scores of the domains, in the framework's order."""
        return self._of(ScoreKind.DOMAIN)

    @property
    def principles(self) -> Entries[Score]:
        """The scores of the principles, in the framework's order."""
        return self._of(ScoreKind.PRINCIPLE)

    @property
    def items(self) -> Entries[Score]:
        """The scores of the items, in the framework's order."""
        return self._of(ScoreKind.ITEM)

    def score(self, principle_id: str) -> Score:
        """Return the score of a principle.

        Raises
        ------
        UnknownNameError
            No such principle was scored; one that nobody assessed has no score.
        """
        return find("scored principle", principle_id, self.principles)

    def gap(self, principle_id: str) -> Gap:
        """Return the gap of a principle; errors as `score`."""
        return find("scored principle", principle_id, self.gaps, by="principle")

    def items_of(self, principle_id: str) -> Entries[Score]:
        """Return the scored items of a principle, in the framework's order."""
        return Entries(s for s in self.items if s.parent == principle_id)

    _COLUMNS: ClassVar[Mapping[str, type]] = {
        "kind": ScoreKind,
        "id": str,
        "name": str,
        "score": float,
        "lower": float,
        "upper": float,
        "level": float,
        "items": int,
        "assessed": int,
        "asked": int,
        "ratings": int,
        "raters": int,
        "lowest": float,
        "highest": float,
    }

    def to_rows(self) -> list[dict[str, Any]]:
        """Return a row for each score, whole first."""
        order = [ScoreKind.WHOLE, ScoreKind.DOMAIN, ScoreKind.PRINCIPLE, ScoreKind.ITEM]
        return [
            {
                "kind": s.kind.value,
                "id": s.id,
                "name": s.name,
                "score": s.estimate.value,
                "lower": s.estimate.lower,
                "upper": s.estimate.upper,
                "level": s.estimate.level,
                "items": s.items,
                "assessed": s.assessed,
                "asked": s.asked,
                "ratings": s.ratings,
                "raters": s.raters,
                "lowest": s.lowest,
                "highest": s.highest,
            }
            for kind in order
            for s in self._of(kind)
        ]

    def _label(self) -> str:
        return f"{self.id}: {self.whole.estimate._label()}"  # noqa: SLF001

    def _lines(self) -> list[str]:
        who = f" of {self.school}" if self.school else ""
        whole = self.whole
        lines = [
            f"Audit{who} against {self.framework_name}: {whole.estimate}, from "
            f"{count_of(len(self.raters), 'rater')}; {whole.basis}"
        ]
        if self.rests_on:
            lines.append(f"  {self.rests_on}")
        lines += [f"  {s.name}: {s.estimate}" for s in self.domains]
        gaps = [gap for gap in self.gaps if gap.size.value > 0]
        lines += ["  Largest gaps:"] if gaps else []
        lines += [f"    {gap}" for gap in gaps[:5]]
        lines += [f"  {threshold}" for threshold in self.thresholds]
        if self.not_assessed:
            lines.append(f"  Not assessed: {', '.join(self.not_assessed)}")
        if self.not_applicable:
            lines.append(f"  Not applicable, in no score: {', '.join(self.not_applicable)}")
        if self.disputed:
            lines.append(
                "  Not applicable to some raters and rated by others, whose ratings count: "
                f"{', '.join(self.disputed)}"
            )
        lines += [f"  Note: {doubt}" for doubt in self.doubts]
        if self.withheld:
            lines.append(
                f"  Left out, too few raters to be shown: answers of {', '.join(self.withheld)}"
            )
        if len(self.groups) > 1:
            lines.append(
                f"  Views of {', '.join(self.groups)} are taken together here; "
                "behaviour_culture.audit.score_groups keeps them apart"
            )
        return lines
