"""What scoring a plan's impact returns: ranked steps with intervals, and what drives them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from attrs import field, frozen

from behaviour_culture._display import Displayed
from behaviour_culture._frozenmap import FrozenMap, frozen_map
from behaviour_culture.model.checks import Check, as_float, as_tuple, find
from behaviour_culture.model.estimate import Estimate

__all__ = ["Driver", "ImpactResult", "ImpactScore"]

_UNCLEAR = 0.6


def _points(estimate: Estimate) -> str:
    """Return whole points with their interval; an index of judgements bears no decimals."""
    value, lower, upper = (round(v) for v in (estimate.value, estimate.lower, estimate.upper))
    return f"{value} point{'' if value == 1 else 's'} ({lower} to {upper})"


@frozen(kw_only=True, repr=False)
class ImpactScore(Displayed):
    """The planning index of one step, in points: more is better.

    Attributes
    ----------
    index : Estimate
        Points that the step adds within the plan; a point is a hundredth of a standard
        deviation of pupils' behaviour. Negative values are possible: effects may go either way.
    first, top_three : float
        Share of draws in which the step is first, or among the first three.
    p_benefit : float
        Share of draws in which it does any good.
    per_100_hours : Estimate or None
        Points for each 100 hours of staff time; None where it takes none.
    enables : Estimate
        Points of the steps that wait for it, directly or through others.
    beats_next : float or None
        Share of draws in which it does better than the next in the order; None for the last.
    """

    step: str
    title: str
    rank: int
    index: Estimate
    first: float = field(converter=as_float)
    top_three: float = field(converter=as_float)
    p_benefit: float = field(converter=as_float)
    per_100_hours: Estimate | None = None
    enables: Estimate
    beats_next: float | None = None
    parameter: str
    grade: str

    def __attrs_post_init__(self) -> None:
        check = Check(self)
        check.slug("step", "parameter")
        check.text("title", "grade")
        check.integer("rank", low=1)
        check.instance("index", Estimate)
        check.instance("enables", Estimate)
        check.optional_instance("per_100_hours", Estimate)
        check.number("first", "top_three", "p_benefit", low=0, high=1)
        check.optional_number("beats_next", low=0, high=1)
        check.done()

    @property
    def clear(self) -> bool:
        """True where it beats the next in the order in at least 60% of draws."""
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
class Driver(Displayed):
    """How much one input moves the whole: high tenth of its draws against low tenth."""

    name: str
    text: str
    swing: Estimate

    def __attrs_post_init__(self) -> None:
        check = Check(self)
        check.text("name", "text")
        check.instance("swing", Estimate)
        check.done()

    def _label(self) -> str:
        return f"{self.text}: {self.swing.value:+.0f} points"

    def _lines(self) -> list[str]:
        return [self._label()]


@frozen(kw_only=True, repr=False)
class ImpactResult(Displayed):
    """A planning index for each step and for the plan: it ranks, it does not predict.

    Attributes
    ----------
    steps : tuple of ImpactScore
        In order of their mean index, best first.
    total : Estimate
        The plan's index in points, after the cap.
    unscored : mapping of str to str
        Steps without an index, and why.
    mc_error : float
        Standard error of ``total.value`` from the finite number of draws, in points.
    """

    id: str
    plan: str
    evidence: str
    evidence_edition: str
    draws: int
    seed: int
    steps: tuple[ImpactScore, ...] = field(converter=as_tuple)
    total: Estimate
    p_benefit: float = field(converter=as_float)
    p_capped: float = field(converter=as_float)
    drivers: tuple[Driver, ...] = field(converter=as_tuple)
    unscored: Mapping[str, str] = field(factory=dict, converter=frozen_map)
    mc_error: float = field(converter=as_float)

    def __attrs_post_init__(self) -> None:
        check = Check(self)
        check.slug("id", "plan", "evidence")
        check.text("evidence_edition")
        check.integer("draws", low=1)
        check.integer("seed", low=0)
        check.instance("total", Estimate)
        check.number("p_benefit", "p_capped", low=0, high=1)
        check.each("drivers", Driver)
        check.number("mc_error", low=0)
        if check.each("steps", ImpactScore):
            check.unique("steps", "step")
        check.done()

    @property
    def statement(self) -> str:
        """What the numbers are, in the words to print with them."""
        return (
            "A planning index: it ranks steps under stated assumptions and is not a forecast. "
            "No published trial has tested most of these steps alone; the index borrows the "
            "nearest published effect and discounts it."
        )

    @property
    def benefits(self) -> Mapping[str, float]:
        """The mean index by step, as `draft_plan` takes it."""
        return FrozenMap({s.step: s.index.value for s in self.steps})

    def step(self, step_id: str) -> ImpactScore:
        """Return the score of one step, or raise `UnknownNameError`."""
        return find("scored step", step_id, self.steps, by="step")

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
        return f"{self.plan}: {self.total.value:.0f} points, {len(self.steps)} steps"

    def _lines(self) -> list[str]:
        total = self.total
        lines = [
            f"Planning index of the plan: {_points(total)}, a {total.level:.0%} interval; some "
            f"benefit in {self.p_benefit:.0%} of {self.draws:,} draws",
            f"  {self.statement}",
        ]
        return lines + [f"  {s.rank}. {s}" for s in self.steps[:10]]
