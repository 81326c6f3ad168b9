"""The result of a forecast: outcomes and maturity by half-term, as distributions."""

from __future__ import annotations

from collections.abc import Mapping
from statistics import NormalDist
from typing import Annotated, Any

import numpy as np
from attrs import field, frozen

from behaviour_culture._arrays import FrozenArray, array_field
from behaviour_culture._display import count_of, short_day
from behaviour_culture._entries import Entries
from behaviour_culture._frozenmap import frozen_map
from behaviour_culture.checks import Check, MapOf, TupleOf, Value, as_float, find
from behaviour_culture.fields import (
    NotNegative,
    Shape,
    Share,
    Slug,
    Text,
    Unique,
)
from behaviour_culture.impact.forecasting.expected import Timeline, expected_under
from behaviour_culture.impact.forecasting.inputs import ForecastInputs
from behaviour_culture.impact.forecasting.series import (
    ForecastSeries,
    OfHalfTerms,
    chances,
    points,
    signed,
    unit_lines,
    unscheduled_lines,
)
from behaviour_culture.model.estimate import Estimate
from behaviour_culture.model.finding import Outcome
from behaviour_culture.model.indicator import Series
from behaviour_culture.model.scenario import Scenario

__all__ = ["Forecast", "KindOfWork"]


@frozen(kw_only=True, repr=False)
class KindOfWork(Value):
    """Whether work of one kind helps at all: one question for all the steps that do it.

    Attributes
    ----------
    parameter, outcome, grade : str
    chance : float
        That it helps in a school like this, if it is done in full.
    gain, harm : float
        By how much it helps where it does and harms where it does not, on average, in the unit
        of the outcome.
    """

    parameter: Slug
    outcome: Slug
    grade: Text
    unit: Text
    chance: Share = field(converter=as_float)
    gain: NotNegative = field(converter=as_float)
    harm: NotNegative = field(converter=as_float)

    def _label(self) -> str:
        return f"{self.parameter}: {self.chance:.0%}"

    def _lines(self) -> list[str]:
        gain, harm = (signed(100 * size).lstrip("+") for size in (self.gain, self.harm))
        return [
            f"Work like {self.parameter} (grade {self.grade}), done in full: better in "
            f"{self.chance:.0%} of schools, by {gain} points on average; worse in "
            f"{1 - self.chance:.0%}, by {harm}"
        ]


def _milestones(labels: tuple[str, ...]) -> list[int]:
    """Return the half-terms to report: a year on, and the last."""
    return sorted({min(6, len(labels)), len(labels)})


def _half_terms(calendar: str | None) -> str:
    if calendar is None:
        return "A half-term is two calendar months here: give the school's calendar for its own."
    return f"Half-terms are those of {calendar}; later ones are taken 52 weeks on."


@frozen(kw_only=True, repr=False)
class Forecast(OfHalfTerms):
    """The expected outcomes of a plan by half-term: a planning index, not a prediction.

    Attributes
    ----------
    scenario : Scenario or None
        How events depart from the plan; None for the plan as it is.
    starts : date
    calendar : str or None
        Whose half-terms these are; None where a half-term is two calendar months.
    half_terms : tuple of str
        Their names, such as ``Autumn 1 2026``.
    ends : tuple of date
        Last day of each half-term. Those after the calendar's last are taken 52 weeks later.
    outcomes : tuple of ForecastSeries
        Change from today, more is better. Staff's and pupils' views are outcomes of their
        own and may disagree; nothing averages them.
    maturity : tuple of ForecastSeries
        How far each principle that a step answers is in place, 0 to 1.
    running : array of shape (half_terms,)
        Chance that the plan has not been given up by the end of the half-term.
    left_out : mapping of str to str
        Steps that add nothing to any outcome, and why.
    inputs : ForecastInputs
        All inputs of the draws: with the seed, the draws can be made again.
    """

    scenario: Scenario | None = None
    outcomes: Annotated[Entries[ForecastSeries], Unique("id")] = field(
        converter=TupleOf[ForecastSeries]
    )
    maturity: Annotated[Entries[ForecastSeries], Unique("id")] = field(
        converter=TupleOf[ForecastSeries]
    )
    running: Annotated[FrozenArray, Shape(None)] = array_field()
    left_out: Mapping[str, str] = field(factory=dict, converter=MapOf[str, str])
    inputs: ForecastInputs

    def _check(self, check: Check) -> None:
        if check.ok("outcomes", "maturity", "inputs", "ends", "running"):
            times = len(self.inputs.months)
            for name in ("ends", "running"):
                if len(getattr(self, name)) != times:
                    check.fault(name, f"expected {times} of them, one for each half-term")
            for name in ("outcomes", "maturity"):
                for i, entry in enumerate(getattr(self, name)):
                    if len(entry.mean) != times:
                        check.fault(f"{name}[{i}]", f"expected {times} half-terms")
            if tuple(s.id for s in self.outcomes) != self.inputs.names:
                check.fault("outcomes", f"expected {', '.join(self.inputs.names)}")
        super()._check(check)

    @property
    def statement(self) -> str:
        """A sentence on the meaning of the numbers, to print with them."""
        return (
            "A planning index under stated assumptions, not a prediction: few of these steps "
            "were tested alone, and most assumptions are judgement. Compare plans and cases "
            "with it; do not promise its numbers."
        )

    def outcome(self, outcome_id: str) -> ForecastSeries:
        """Return one outcome by id, such as ``conduct``, or raise `UnknownNameError`."""
        return find("forecast outcome", outcome_id, self.outcomes)

    @property
    def timeline(self) -> Timeline:
        """The parts from which the draws are made again, and the half-terms."""
        return Timeline(self.inputs, self.seed, self.draws, self.starts, self.half_terms, self.ends)

    def expected(
        self,
        baseline: Series | tuple[float, int],
        *,
        outcome: Outcome | str | None = None,
        level: float = 0.8,
    ) -> Mapping[str, Estimate]:
        r"""Return the counts or shares that will be seen if the forecast holds.

        The interval is for the number that will be seen: it has the effect's uncertainty, that of
        the rate before the plan, its season, and the noise of counts.

        Parameters
        ----------
        baseline : Series, or share and base
            Counts before the plan. Periods of the series after the start are those that are
            returned, with their own exposure; where it has none, each half-term of the forecast
            that the series holds a year or more earlier, with the exposure of then. A survey is a
            series of answers; of a single wave the share, 0 to 1, and the number who answered do.
        outcome : Outcome or str, optional
            As in the table of `load_indicators`, by the series' indicator. Required for a share.
            Of an outcome that the forecast does not have, no change is expected.
        level : float
            Of the intervals, between 0 and 1.

        Returns
        -------
        mapping of str to Estimate
            By the label of the period or half-term: a count, or of answers a share.

        Raises
        ------
        InvalidInputError
            No period before the start, none to expect, or no outcome.

        Notes
        -----
        With an effect :math:`x` a rate :math:`r` becomes :math:`r e^{-x}` where the forecast is of
        logarithms of rates. Where it is of standard deviations the link is normal, a share
        :math:`p` becomes :math:`\Phi(\Phi^{-1}(p) \pm x)`; events are taken as
        :math:`p = 1 - e^{-r}`, the chance of at least one for each unit of exposure. Counts are
        negative binomial about a rate with a season by half-term, both spreads learned from the
        series (``behaviour_culture.statistics.counts_ahead``). It has no trend: a rate that
        rose or fell for years before the plan is expected at its mean.

        Examples
        --------
        >>> from pathlib import Path
        >>> import behaviour_culture as bc
        >>> made = bc.run_journey(Path("examples/illustrative_journey.toml"))
        >>> ahead = bc.forecast(made.plan, made.result, made.schedule, draws=2_000)
        >>> shares = ahead.expected((0.55, 210), outcome="climate-pupils")
        >>> [*shares][:2]
        ['Autumn 1 2026', 'Autumn 2 2026']
        """
        return expected_under(self.timeline, baseline, outcome=outcome, level=level)

    def principle(self, principle_id: str) -> ForecastSeries:
        """Return the maturity of one principle, or raise `UnknownNameError`."""
        return find("principle of the forecast", principle_id, self.maturity)

    @property
    def kinds(self) -> Entries[KindOfWork]:
        """Whether each kind of work in the plan helps at all, with the chance and size of harm."""
        made: dict[tuple[str, str, str], KindOfWork] = {}
        case, units = self.inputs, {s.id: s.unit for s in self.outcomes}
        for i, (study, outcome, grade) in enumerate(
            zip(case.study, case.outcome, case.grades, strict=True)
        ):
            key = (case.studies[study], case.outcomes[outcome], grade)
            chance, gain, harm = _either_way(
                float(case.effect_mean[i]),
                float(np.hypot(case.effect_error[i], case.effect_spread[i])),
            )
            made[key] = KindOfWork(
                parameter=key[0], outcome=key[1], grade=grade, unit=units[key[1]],
                chance=chance, gain=gain, harm=harm,
            )  # fmt: skip
        return Entries(made[key] for key in sorted(made))

    @property
    def unscheduled(self) -> tuple[str, ...]:
        """The steps of the plan that have no place in the schedule: nothing comes of them here."""
        when = zip(self.inputs.steps, self.inputs.starts.tolist(), strict=True)
        return tuple(step for step, start in when if start != start)  # noqa: PLR0124  (NaN)

    @property
    def mc_error(self) -> Mapping[str, float]:
        """Standard error of each outcome's last mean from the finite number of draws."""
        root = float(np.sqrt(self.draws))
        return frozen_map({s.id: float(s.deviation[-1]) / root for s in self.outcomes})

    def to_rows(self) -> list[dict[str, Any]]:
        """Return a row for each outcome and principle at the end of each half-term."""
        return self._rows(self.outcomes + self.maturity)

    def _label(self) -> str:
        case = f", {self.scenario.name}" if self.scenario else ""
        out = len(self.unscheduled)
        fit = f", {count_of(out, 'step')} not scheduled" if out else ""
        return (
            f"{self.plan}{case}: {count_of(len(self.ends), 'half-term')}, {self.draws:,} draws{fit}"
        )

    def _lines(self) -> list[str]:
        out = self.unscheduled
        case = "as scheduled" if out else "all as planned"
        if self.scenario:
            case = self.scenario._lines()[0]  # noqa: SLF001
        lines = [
            f"Planning index of {self.plan} for {count_of(len(self.ends), 'half-term')} to "
            f"{short_day(self.ends[-1])}; {case}",
            *(f"  {line}" for line in unscheduled_lines(out, len(self.inputs.steps))),
            f"  {self.statement}",
        ]
        lines += [f"  {line}" for line in unit_lines(self.outcomes)]
        lines += [
            f"  {s.name}: "
            + ", ".join(
                f"{points(s, k)} by {self.half_terms[k - 1]}" for k in _milestones(self.half_terms)
            )
            + f"; {chances(s)}"
            for s in self.outcomes
        ]
        lines += [f"  {kind}" for kind in self.kinds]
        if not self.outcomes:
            lines.append(
                "  No step of the plan has an effect that was measured in such schools: only how "
                "far practice takes hold is forecast."
            )
        if any(s.id.startswith("climate") for s in self.outcomes):
            lines.append("  Staff and pupils may disagree: their views are never averaged.")
        lines.append(f"  The plan is still running at the end in {self.running[-1]:.0%} of cases.")
        lines.append(f"  {_half_terms(self.calendar)}")
        return lines


def _either_way(mean: float, deviation: float) -> tuple[float, float, float]:
    """Return chance of a positive normal, its mean where positive, its size where negative."""
    if deviation == 0:
        return float(mean > 0), max(0.0, mean), max(0.0, -mean)
    normal = NormalDist()
    chance = normal.cdf(mean / deviation)
    height = deviation * normal.pdf(mean / deviation)
    gain = mean + height / chance if chance > 0 else 0.0
    harm = height / (1 - chance) - mean if chance < 1 else 0.0
    return chance, max(0.0, gain), max(0.0, harm)
