"""Results of scoring a plan's impact: ranked steps with intervals, and what drives them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar

from attrs import field, frozen

from behaviour_culture._display import count_of
from behaviour_culture._entries import Entries
from behaviour_culture._frozenmap import FrozenMap
from behaviour_culture.checks import MapOf, TupleOf, Value, as_float, find
from behaviour_culture.fields import Count, NotNegative, Range, Share, Slug, Text, Unique
from behaviour_culture.model.estimate import Estimate

__all__ = ["Driver", "ImpactResult", "ImpactScore"]

_UNCLEAR = 0.6


def _points(estimate: Estimate) -> str:
    """Return whole points with their interval; an index of judgements bears no decimals."""
    value, lower, upper = (round(v) for v in (estimate.value, estimate.lower, estimate.upper))
    return f"{value} {_noun(value)} ({lower} to {upper})"


def _noun(points: int) -> str:
    return "point" if abs(points) == 1 else "points"


@frozen(kw_only=True, repr=False)
class ImpactScore(Value):
    """The planning index of one step, in points: more is better.

    Attributes
    ----------
    index : Estimate
        Points that the step adds within the plan; a point is a hundredth of a standard
        deviation of pupils' conduct. Negative values are possible: effects may go either way.
    first, top_three : float
        Share of draws in which the step delivers most, or is among the first three, with every
        effect at its mean.
    p_benefit : float
        Share of draws in which it does any good.
    per_100_hours : Estimate or None
        Points for each 100 hours of staff time; None for a step that takes no staff time.
    enables : Estimate
        Points of the steps that wait for it, directly or through others.
    beats_next : float or None
        Share of draws in which it delivers more than the next in the order, with every effect at
        its mean; None for the last. Whether there is any good is said by ``p_benefit``.
    """

    step: Slug
    title: Text
    rank: Annotated[int, Range(low=1)]
    index: Estimate
    first: Share = field(converter=as_float)
    top_three: Share = field(converter=as_float)
    p_benefit: Share = field(converter=as_float)
    per_100_hours: Estimate | None = None
    enables: Estimate
    beats_next: Share | None = None
    parameter: Slug
    grade: Text

    @property
    def clear(self) -> bool:
        """True where ``beats_next`` is at least 60% (judgement): the order, not the benefit."""
        return self.beats_next is None or self.beats_next >= _UNCLEAR

    def _label(self) -> str:
        return f"{self.step}: first in {self.first:.0%} of draws"

    def _lines(self) -> list[str]:
        order = "" if self.clear else "; no clear order between it and the next"
        return [
            f"{self.title}: first in {self.first:.0%} of draws, in the first three in "
            f"{self.top_three:.0%}; {_points(self.index)}{order}"
        ]


@frozen(kw_only=True, repr=False)
class Driver(Value):
    """How much one input moves the whole: high tenth of its draws against low tenth."""

    name: Text
    text: Text
    swing: Estimate

    def _label(self) -> str:
        swing = round(self.swing.value)
        return f"{self.text}: {swing:+d} {_noun(swing)}"

    def _lines(self) -> list[str]:
        return [self._label()]


@frozen(kw_only=True, repr=False)
class ImpactResult(Value):
    """A planning index for each step and for the plan: it ranks, it does not predict.

    Attributes
    ----------
    steps : tuple of ImpactScore
        In order of what they deliver on average, most first.
    total : Estimate
        The plan's index in points, after the cap.
    unscored : mapping of str to str
        Steps without an index, and why.
    mc_error : float
        Standard error of ``total.value`` from the finite number of draws, in points.
    """

    id: Slug
    plan: Slug
    evidence: Slug
    evidence_edition: Text
    draws: Annotated[int, Range(low=1)]
    seed: Count
    steps: Annotated[Entries[ImpactScore], Unique("step")] = field(converter=TupleOf[ImpactScore])
    total: Estimate
    p_benefit: Share = field(converter=as_float)
    p_capped: Share = field(converter=as_float)
    drivers: Entries[Driver] = field(converter=TupleOf[Driver])
    unscored: Mapping[str, str] = field(factory=dict, converter=MapOf[str, str])
    mc_error: NotNegative = field(converter=as_float)

    @property
    def statement(self) -> str:
        """A sentence on the meaning of the numbers, to print with them."""
        return (
            "A planning index: it ranks steps under stated assumptions and is not a forecast. "
            "Only steps whose effect on conduct was measured in such schools are in it, under a "
            "discount."
        )

    @property
    def benefits(self) -> Mapping[str, float]:
        """The mean index by step, as `draft_plan` takes it."""
        return FrozenMap({s.step: s.index.value for s in self.steps})

    def step(self, step_id: str) -> ImpactScore:
        """Return the score of one step, or raise `UnknownNameError`."""
        return find("scored step", step_id, self.steps, by="step")

    _COLUMNS: ClassVar[Mapping[str, type]] = {
        "rank": int,
        "step": str,
        "title": str,
        "points": float,
        "lower": float,
        "upper": float,
        "first": float,
        "top_three": float,
        "p_benefit": float,
        "points_per_100_hours": float,
        "enables": float,
        "beats_next": float,
        "parameter": str,
        "grade": str,
    }

    def to_rows(self) -> list[dict[str, Any]]:
        """Return a row for each step, best first."""
        return [
            {
                "rank": s.rank,
                "step": s.step,
                "title": s.title,
                "points": s.index.value,
                "lower": s.index.lower,
                "upper": s.index.upper,
                "first": s.first,
                "top_three": s.top_three,
                "p_benefit": s.p_benefit,
                "points_per_100_hours": s.per_100_hours.value if s.per_100_hours else None,
                "enables": s.enables.value,
                "beats_next": s.beats_next,
                "parameter": s.parameter,
                "grade": s.grade,
            }
            for s in self.steps
        ]

    def _label(self) -> str:
        if not self.steps:
            return f"{self.plan}: nothing could be scored"
        return f"{self.plan}: {_points(self.total)}, {count_of(len(self.steps), 'step')}"

    def _lines(self) -> list[str]:
        total, out = self.total, len(self.unscored)
        if not self.steps:
            return [
                f"Nothing could be scored: none of {count_of(out, 'step')} of the plan has an "
                "effect on conduct that was measured in such schools",
                "  That says nothing for or against them: an index of 0 would say something else.",
            ]
        some = f"; {out} of {count_of(out + len(self.steps), 'step')} could not be scored"
        lines = [
            f"Planning index of the plan: {_points(total)}, a {total.level:.0%} interval; some "
            f"benefit in {self.p_benefit:.0%} of {self.draws:,} draws{some if out else ''}",
            f"  {self.statement}",
        ]
        return lines + [f"  {s.rank}. {s}" for s in self.steps[:10]]
