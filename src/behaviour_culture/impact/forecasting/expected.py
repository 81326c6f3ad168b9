"""What will be seen if a forecast holds: counts and shares, from those before the plan began."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from math import erf, fsum, sqrt
from statistics import NormalDist
from typing import NamedTuple

import numpy as np

from behaviour_culture._frozenmap import frozen_map
from behaviour_culture.checks import Check, as_whole
from behaviour_culture.content.loader import load_indicators
from behaviour_culture.errors import shorten
from behaviour_culture.impact.forecasting.drawing import draw_chunk
from behaviour_culture.impact.forecasting.inputs import ForecastInputs
from behaviour_culture.impact.forecasting.model import run_chunk
from behaviour_culture.impact.forecasting.run import chunk_sizes
from behaviour_culture.impact.forecasting.times import DAYS
from behaviour_culture.model.estimate import Estimate
from behaviour_culture.model.evidence import EffectScale
from behaviour_culture.model.finding import Outcome
from behaviour_culture.model.indicator import Direction, ExposureKind, Series, SeriesPeriod
from behaviour_culture.statistics.counts_ahead import (
    RateDraws,
    draw_counts,
    draw_rates,
    place_in_year,
)
from behaviour_culture.statistics.estimates import estimate_of_draws
from behaviour_culture.typing import FloatArray

__all__ = [
    "SHARE",
    "Expectation",
    "Timeline",
    "comparable",
    "expect",
    "expected_change",
    "expected_under",
    "middle",
    "split_periods",
]

SHARE = "share of answers"
_PAIR = 2

_DRAWS = 4_096
"""Most draws taken: the ends of an interval of 80% are then off by half a per cent of the draws."""
_YEAR = timedelta(weeks=52)
_NORMAL = NormalDist()
_EDGE = 1e-12
_phi = np.frompyfunc(lambda x: (1 + erf(x / sqrt(2))) / 2, 1, 1)
_quantile = np.frompyfunc(_NORMAL.inv_cdf, 1, 1)


class Timeline(NamedTuple):
    """The parts of a forecast from which its draws are made again, and its half-terms."""

    inputs: ForecastInputs
    seed: int
    draws: int
    starts: date
    half_terms: tuple[str, ...]
    ends: tuple[date, ...]

    def window(self, half_term: int) -> tuple[date, date]:
        """Return first and last day of a half-term, counted from 0, the holiday before included."""
        first = self.ends[half_term - 1] + timedelta(days=1) if half_term else self.starts
        return first, self.ends[half_term]

    def by_half_term(self, periods: Iterable[SeriesPeriod]) -> dict[str, list[SeriesPeriod]]:
        """Return the periods of each half-term that has any, by its label."""
        given = list(periods)
        found: dict[str, list[SeriesPeriod]] = {}
        for k, label in enumerate(self.half_terms):
            first, last = self.window(k)
            if here := [p for p in given if first <= middle(p) <= last]:
                found[label] = here
        return found


class Expectation(NamedTuple):
    """What will be seen of one outcome, with the plan and with nothing changed."""

    planned: Estimate
    unchanged: Estimate


def middle(period: SeriesPeriod) -> date:
    """Return the day in the middle of a period."""
    return period.start + (period.end - period.start) / 2


def split_periods(
    periods: Iterable[SeriesPeriod], starts: date
) -> tuple[list[SeriesPeriod], list[SeriesPeriod]]:
    """Return the periods before a day and those from it on, by their middle."""
    before: list[SeriesPeriod] = []
    after: list[SeriesPeriod] = []
    for period in periods:
        (after if middle(period) >= starts else before).append(period)
    return before, after


def _a_year_on(before: Sequence[SeriesPeriod], timeline: Timeline) -> dict[str, list[SeriesPeriod]]:
    """Return the periods of each half-term to come: those of the last year that has it, moved."""
    found: dict[str, list[SeriesPeriod]] = {}
    counted = [p for p in before if p.exposure and not p.masked]
    oldest = min((p.start for p in counted), default=timeline.starts)
    for k, label in enumerate(timeline.half_terms):
        first, last = timeline.window(k)
        by = _YEAR
        while last - by >= oldest and label not in found:
            if here := [p for p in counted if first - by <= middle(p) <= last - by]:
                found[label] = [p.evolve(start=p.start + by, end=p.end + by) for p in here]
            by += _YEAR
    return found


def expect(  # noqa: PLR0913  (a baseline, the effect on it, and what is asked)
    timeline: Timeline,
    before: Sequence[SeriesPeriod],
    groups: Mapping[str, Sequence[SeriesPeriod]],
    *,
    outcome: str,
    answers: bool,
    higher_is_better: bool,
    level: float,
    unit: str,
) -> dict[str, Expectation]:
    r"""Return what will be seen in each group of periods, given the counts before.

    With an effect :math:`x` (more is better) a rate :math:`r` becomes :math:`r e^{-x}` where the
    forecast is of logarithms of rates. Where it is of logarithms of odds the odds of a share are
    multiplied, and where it is of standard deviations the link is normal: a share :math:`p`
    becomes :math:`\Phi(\Phi^{-1}(p) - x)`. A rate of events then is the chance
    :math:`p = 1 - e^{-r}` of at least one event for one unit of exposure. The sign is turned for an
    indicator of which more is better.

    Parameters
    ----------
    timeline : Timeline
    before : sequence of SeriesPeriod
        Periods before the plan, masked ones left out; at least one.
    groups : mapping of str to sequence of SeriesPeriod
        Periods whose counts are added up, none of them after the forecast's end.
    outcome : str
        Of the forecast; if it has none of this name, no change is expected.
    answers : bool
        The counts are answers out of those who answered: shares are returned.
    higher_is_better : bool
    level : float
    unit : str
    """
    rng = np.random.default_rng(np.random.SeedSequence(timeline.seed, spawn_key=(2**31,)))
    draws = min(timeline.draws, _DRAWS)
    name, scale = _forecast_outcome(timeline.inputs, outcome)
    effects = _effects(timeline, name, draws)
    sign = 1.0 if higher_is_better else -1.0
    counted = [p for p in before if p.exposure and p.count is not None and not p.masked]
    counts = np.array([p.count for p in counted], dtype=float)
    exposure = np.array([p.exposure for p in counted], dtype=float)
    rates: RateDraws | None = None
    share = np.zeros(draws)
    if answers:
        share = rng.beta(counts.sum() + 0.5, (exposure - counts).sum() + 0.5, draws)
    else:
        rates = draw_rates(
            counts, exposure, [place_in_year(middle(p)) for p in counted], rng, draws
        )
    found = {}
    for label, periods in groups.items():
        sums = np.zeros((2, draws))  # with the plan, and with nothing changed
        for period in periods:
            size = float(period.exposure or 0.0)
            change = sign * _at(timeline, effects, period)
            if rates is None:
                for k, share_then in enumerate((_moved(share, change, scale), share)):
                    sums[k] += rng.binomial(round(size), share_then)
                continue
            rate = rates.rates[place_in_year(middle(period))]
            for k, rate_then in enumerate((_moved_rate(rate, change, scale), rate)):
                sums[k] += draw_counts(size * rate_then, rates.noise, rng)
        total = fsum(float(p.exposure or 0.0) for p in periods) if answers else 1.0
        planned, unchanged = (
            estimate_of_draws(row / total, level=level, method=_METHODS[scale], unit=unit)
            for row in sums
        )
        found[label] = Expectation(planned, unchanged)
    return found


def expected_change(
    timeline: Timeline, outcome: str, share: float, half_term: int, level: float
) -> Estimate:
    """Return the change of a share of good answers by the end of a half-term, counted from 1.

    Of the share of all who could answer: the chance by which those who did answer differ is left
    to the interval of the change that was seen.
    """
    name, scale = _forecast_outcome(timeline.inputs, outcome)
    effects = _effects(timeline, name, min(timeline.draws, _DRAWS))[half_term]
    moved = _moved(np.full(len(effects), share), effects, scale) - share
    return estimate_of_draws(moved, level=level, method=_METHODS[scale])


def expected_under(
    timeline: Timeline,
    baseline: Series | tuple[float, int],
    *,
    outcome: Outcome | str | None = None,
    level: float = 0.8,
) -> Mapping[str, Estimate]:
    """Return what `Forecast.expected` says; errors bear its name."""
    check = Check("expected")
    check.share("level", level)
    series = baseline if isinstance(baseline, Series) else None
    before, groups = _baseline(timeline, baseline, check)
    known = {i.id: i for i in load_indicators().indicators}
    indicator = None if series is None else known.get(series.indicator)
    named = indicator.outcome if outcome is None and indicator is not None else outcome
    if named is None:
        check.fault("outcome", f"name one of {', '.join(Outcome)}")
    else:
        check.known("outcome", named, {*Outcome}, "outcome")
    check.done()
    answers = series is None or series.exposure_kind is ExposureKind.ANSWERS
    found = expect(
        timeline,
        before,
        groups,
        outcome=str(named),
        answers=answers,
        higher_is_better=answers if indicator is None else indicator.direction is Direction.HIGHER,
        level=level,
        unit=SHARE if answers else "events" if indicator is None else indicator.unit,
    )
    return frozen_map({label: entry.planned for label, entry in found.items()})


def _baseline(
    timeline: Timeline, baseline: object, check: Check
) -> tuple[Sequence[SeriesPeriod], Mapping[str, Sequence[SeriesPeriod]]]:
    """Return the periods before the plan, and those to expect, noting every fault."""
    if isinstance(baseline, Series):
        before, after = split_periods(comparable(baseline, timeline.starts), timeline.starts)
        groups = {p.label: [p] for p in after if middle(p) <= timeline.ends[-1] and p.exposure}
        if not any(p.exposure and not p.masked for p in before):
            message = f"no count before the plan starts on {timeline.starts}: there is no baseline"
            check.fault("baseline", message)
        elif not (groups := groups or _a_year_on(before, timeline)):
            message = f"no period from {timeline.starts} to {timeline.ends[-1]}, or a year before"
            check.fault("baseline", message)
        return before, groups
    pair = baseline if isinstance(baseline, tuple) and len(baseline) == _PAIR else (None, None)
    share, base = as_whole(pair[0]), as_whole(pair[1])
    message = f"expected a Series, or a share and the number who answered, got {shorten(baseline)}"
    if pair == (None, None):
        check.fault("baseline", message)
    elif check.share("baseline[0]", share, ends=True) and check.whole("baseline[1]", base, 1):
        wave = SeriesPeriod(
            label="before", start=timeline.starts, end=timeline.starts, count=share * base,
            exposure=base,
        )  # fmt: skip
        return [wave], {
            label: [wave.evolve(start=end, end=end)]
            for label, end in zip(timeline.half_terms, timeline.ends, strict=True)
        }
    return [], {}


def comparable(series: Series, starts: date) -> list[SeriesPeriod]:
    """Return the periods of a series, without those before its last recording change by a day."""
    days = [c.day for c in series.recording_changes if c.day <= starts]
    return [p for p in series.periods if not days or p.start >= max(days)]


_METHODS = {
    EffectScale.LOG_RATE_RATIO: "the rate before the plan, times the ratio of the forecast",
    EffectScale.LOG_ODDS_RATIO: "the odds before the plan, times the ratio of the forecast",
    EffectScale.SMD: "the share before the plan, moved by the forecast through a normal link",
    None: "the rate before the plan; the forecast claims nothing for this outcome",
}
"""The scales of a forecast, the first that an outcome has is taken."""


def _forecast_outcome(inputs: ForecastInputs, outcome: str) -> tuple[str, EffectScale | None]:
    """Return the forecast's name of an outcome and its scale, None where it has no such outcome."""
    scales = dict(zip(inputs.outcomes, inputs.scales, strict=True))
    has = {name: EffectScale(scales.get(name, EffectScale.SMD)) for name in inputs.names}
    named = {scale: n for n, scale in has.items() if n.removesuffix(f"-{scale}") == outcome}
    scale = next((k for k in _METHODS if k in named), None)
    return ("" if scale is None else named[scale]), scale


def _effects(timeline: Timeline, name: str, draws: int) -> FloatArray:
    """Return the effect at the start and at the end of each half-term, shape (T + 1, draws)."""
    inputs = timeline.inputs
    found = np.zeros((len(inputs.months) + 1, draws))
    if name in inputs.names:
        row, done = inputs.names.index(name), 0
        for chunk, size in chunk_sizes(draws):
            for moment in run_chunk(inputs, draw_chunk(inputs, timeline.seed, chunk, size)):
                found[moment.time + 1, done : done + size] = moment.outcomes[row]
            done += size
    return found


def _at(timeline: Timeline, effects: FloatArray, period: SeriesPeriod) -> FloatArray:
    """Return the effect in the middle of a period, on a straight line between half-terms."""
    months = [0.0, *timeline.inputs.months.tolist()]
    when = ((middle(period) - timeline.starts).days + 1) / DAYS
    place = float(np.interp(when, months, range(len(months))))
    k = min(int(place), len(months) - 2)
    line: FloatArray = effects[k] + (place - k) * (effects[k + 1] - effects[k])
    return line


def _moved(share: FloatArray, by: FloatArray, scale: EffectScale | None) -> FloatArray:
    """Return a share that an effect has moved up (above 0) or down."""
    if scale is EffectScale.LOG_RATE_RATIO or scale is None:
        return np.minimum(share * np.exp(by), 1.0)
    inside = np.clip(share, _EDGE, 1 - _EDGE)
    if scale is EffectScale.LOG_ODDS_RATIO:
        return np.asarray(inside / (inside + (1 - inside) * np.exp(-by)))
    return np.asarray(_phi(_quantile(inside) + by), dtype=float)


def _moved_rate(rate: FloatArray, by: FloatArray, scale: EffectScale | None) -> FloatArray:
    """Return a rate of events that an effect has moved up (above 0) or down."""
    if scale is EffectScale.LOG_RATE_RATIO or scale is None:
        return np.asarray(rate * np.exp(by))
    chance = _moved(-np.expm1(-rate), by, scale)
    return np.asarray(-np.log1p(-np.minimum(chance, 1 - _EDGE)))
