"""Which assumptions of the evidence drive what a plan comes to, and which change its first step."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Annotated, Any, ClassVar

import numpy as np
from attrs import evolve, field, frozen
from numpy.typing import NDArray

from behaviour_culture._display import count_of
from behaviour_culture._entries import Entries
from behaviour_culture._seeds import Seed, as_seed
from behaviour_culture._watch import NOBODY
from behaviour_culture.audit.result import AuditResult
from behaviour_culture.checks import Check, MapOf, TupleOf, Value, as_float, as_whole, find
from behaviour_culture.content.loader import load_evidence
from behaviour_culture.errors import UnknownNameError
from behaviour_culture.fields import Count, Range, Share, Slug, Text, Texts, Unique
from behaviour_culture.impact.analysis.sensitivity import sobol_indices, tornado
from behaviour_culture.impact.forecasting.compile import compile_forecast
from behaviour_culture.impact.forecasting.drawing import draw_chunk
from behaviour_culture.impact.forecasting.labels import outcome_labels, outcome_name
from behaviour_culture.impact.forecasting.model import run_chunk
from behaviour_culture.impact.forecasting.shared import outcomes_alone
from behaviour_culture.impact.forecasting.times import calendar_of, half_term_ends
from behaviour_culture.impact.index.scorers import gap_closed, planning_index
from behaviour_culture.model.belonging import belongs_faults, framework_faults
from behaviour_culture.model.evidence import EvidenceBase, Outcome
from behaviour_culture.planning.plan import ActionPlan
from behaviour_culture.scheduling.result import Schedule
from behaviour_culture.typing import FloatArray, Progress, Stop

__all__ = ["AssumptionDriver", "AssumptionDrivers", "what_drives"]

_SCORERS: Mapping[str, Callable[..., FloatArray]] = {
    "planning index": planning_index,
    "gap closed": gap_closed,
}
_STAGE = "moving assumptions"
_TRIES = 4
"""Places from which each assumption is moved alone, to see if it moves anything (judgement)."""
_HALF_TERMS = 12
"""The two years of a forecast, as by default there."""


@frozen(kw_only=True, repr=False)
class AssumptionDriver(Value):
    """What one assumption does to the answer, over its range in the evidence.

    Attributes
    ----------
    assumption, name : str
    value, low, high : float
        As in the evidence.
    at_low, at_high : float
        What the plan comes to with it near the lower and near the upper end of its range (the
        10th and 90th percentile), and all others as they are.
    alone, together : float
        Shares of the variance, with all assumptions uncertain at once, that it brings about: by
        itself, and together with others. 0 where it moves nothing.
    first_low, first_high : mapping of str to str
        The first step by each scorer with it at the ends of its range; empty text where no step
        has a score.
    """

    assumption: Slug
    name: Text
    value: float = field(converter=as_float)
    low: float = field(converter=as_float)
    high: float = field(converter=as_float)
    at_low: float = field(converter=as_float)
    at_high: float = field(converter=as_float)
    alone: float = field(converter=as_float)
    together: float = field(converter=as_float)
    first_low: Mapping[str, str] = field(converter=MapOf[str, str])
    first_high: Mapping[str, str] = field(converter=MapOf[str, str])

    def _lines(self) -> list[str]:
        return [
            f"{self.name} ({self.low:g} to {self.high:g}): {self.at_low:.3g} when low, "
            f"{self.at_high:.3g} when high; {self.together:.0%} of the spread"
        ]


@frozen(kw_only=True, repr=False)
class AssumptionDrivers(Value):
    """Which assumptions drive what a plan comes to, and whether any changes its first step.

    Attributes
    ----------
    outcome, unit : str
        What was taken as the answer.
    base : float
        The answer with all assumptions as they are.
    drivers : tuple of AssumptionDriver
        Those that move the answer or change a first step, by their share of the variance.
    still : tuple of str
        Names of the assumptions of the evidence that do neither.
    first : mapping of str to str
        The first step by each scorer, as the assumptions are; empty text where none has a score.
    titles : mapping of str to str
        Of all steps that are first anywhere.
    first_share : mapping of str to float
        For each scorer: in which share of ``combinations``, drawn from all ranges at once, that
        step is first.
    """

    plan: Slug
    evidence: Slug
    evidence_edition: Text
    outcome: Text
    unit: Text
    base: float = field(converter=as_float)
    drivers: Annotated[tuple[AssumptionDriver, ...], Unique("assumption")] = field(
        converter=TupleOf[AssumptionDriver]
    )
    still: Texts = field(converter=TupleOf[str])
    first: Mapping[str, str] = field(converter=MapOf[str, str])
    titles: Mapping[str, str] = field(converter=MapOf[str, str])
    first_share: Mapping[str, Share] = field(converter=MapOf[str, Share])
    combinations: Annotated[int, Range(low=2)]
    draws: Annotated[int, Range(low=1)]
    seed: Count

    def driver(self, assumption_id: str) -> AssumptionDriver:
        """Return what one assumption does, or raise `UnknownNameError`."""
        return find("driver", assumption_id, self.drivers, by="assumption")

    @property
    def changes_first(self) -> Entries[AssumptionDriver]:
        """The assumptions that change the first step of a scorer at an end of their range."""
        return Entries(d for d in self.drivers if self._changes(d))

    def _changes(self, driver: AssumptionDriver) -> bool:
        return not driver.first_low == driver.first_high == self.first

    _COLUMNS: ClassVar[Mapping[str, type]] = {
        "assumption": str,
        "name": str,
        "value": float,
        "low": float,
        "high": float,
        "at_low": float,
        "at_high": float,
        "alone": float,
        "together": float,
        "changes_first_step": bool,
    }

    def to_rows(self) -> list[dict[str, Any]]:
        """Return a row for each driver, the strongest first."""
        return [
            {
                "assumption": d.assumption,
                "name": d.name,
                "value": d.value,
                "low": d.low,
                "high": d.high,
                "at_low": d.at_low,
                "at_high": d.at_high,
                "alone": d.alone,
                "together": d.together,
                "changes_first_step": self._changes(d),
            }
            for d in self.drivers
        ]

    def _label(self) -> str:
        moving = sum(d.together > 0 for d in self.drivers)
        return f"{self.plan}: {moving} of {len(self.drivers) + len(self.still)} assumptions move it"

    def _lines(self) -> list[str]:
        every = len(self.drivers) + len(self.still)
        moving = sum(d.together > 0 for d in self.drivers)
        lines = [
            f"What drives {self.outcome}: {moving} of {count_of(every, 'assumption')} of "
            f"{self.evidence} move it; {self.base:.3g} {self.unit} as they are"
        ]
        lines += [f"  {d}" for d in self.drivers]
        if self.still:
            lines.append(f"  These move nothing: {'; '.join(self.still)}")
        for scorer, first in self.first.items():
            lines += [f"  {line}" for line in self._first_lines(scorer, first)]
        return lines

    def _first_lines(self, scorer: str, first: str) -> list[str]:
        if not first:
            return [f"By {scorer} no step has a score, so none is first"]
        share = self.first_share.get(scorer, 0.0)
        lines = [
            f"First by {scorer}: {self.titles.get(first, first)}; in {share:.0%} of "
            f"{count_of(self.combinations, 'combination')} of all assumptions"
        ]
        for d in self.drivers:
            for end, firsts in (("low", d.first_low), ("high", d.first_high)):
                other = firsts.get(scorer, first)
                if other != first:
                    name = self.titles.get(other, "no step")
                    lines.append(f"  with {d.name} {end}: {name}")
        if len(lines) == 1:
            lines.append("  no assumption alone changes that")
        return lines


def what_drives(  # noqa: PLR0913  (what is asked, and how thoroughly)
    plan: ActionPlan,
    result: AuditResult,
    schedule: Schedule | None = None,
    *,
    evidence: EvidenceBase | None = None,
    outcome: str = Outcome.CONDUCT.value,
    draws: int = 200,
    combinations: int = 64,
    seed: Seed = 0,
    progress: Progress | None = None,
    stop: Stop | None = None,
) -> AssumptionDrivers:
    """Say which assumptions of the evidence drive what a plan comes to, and its first step.

    Each assumption is moved over its own range in the evidence, alone (`tornado`) and together with
    all others (`sobol_indices`), and the steps are ranked anew each time. Every effect is at its
    mean: how sure the effects are is another question, which `score_impact` and `forecast` answer.

    Parameters
    ----------
    plan : ActionPlan
        With at least one step.
    result : AuditResult
    schedule : Schedule, optional
        With it the answer is an outcome of `forecast`, on average over two years, in hundredths of
        its unit; all assumptions can matter then. Without it, the planning index of conduct in points, for
        which nothing happens over time.
    evidence : EvidenceBase, optional
        The shipped ``behaviour-2026`` where not given.
    outcome : str
        Of the forecast; one that a step of the plan acts on.
    draws : int
        Of all other inputs, 100 to 4,096; the same in every run.
    combinations : int
        Of the assumptions, a power of two from 8 to 1,048,576; time grows with it.
    seed : int, SeedSequence or Generator
    progress : callable, optional
        Called with ("moving assumptions", runs of the model, all runs).
    stop : callable, optional
        Asked before each run: once it says True, `StoppedError` is raised in under a second.

    Returns
    -------
    AssumptionDrivers

    Raises
    ------
    InvalidInputError
        Options out of range; arguments that do not belong together.
    UnknownNameError
        An outcome that no step of the plan acts on.
    MissingExtraError
        scipy is not installed.
    StoppedError
        The work was stopped.

    Examples
    --------
    >>> import behaviour_culture as bc
    >>> made = bc.run_journey("examples/illustrative_journey.toml")
    >>> found = what_drives(made.plan, made.result, combinations=8)
    >>> found.drivers[0].name
    'How fully a step is usually carried out'
    """  # noqa: E501
    draws, combinations, seed = as_whole(draws), as_whole(combinations), as_seed(seed)
    check = Check("what_drives")
    check.value("plan", plan, ActionPlan)
    check.value("result", result, AuditResult)
    check.value("schedule", schedule, Schedule | None)
    check.value("evidence", evidence, EvidenceBase | None)
    check.value("outcome", outcome, Slug)
    if check.ok():
        check.add(framework_faults("plan", plan, result))
        if schedule is not None:
            check.add(belongs_faults("schedule.plan", "plan", (schedule.plan,), (plan.id,)))
        if not plan.steps:
            check.fault("plan.steps", "there is no step")
    check.within("draws", draws, "chunk_draws", 100)
    check.within("combinations", combinations, "combinations", 8)
    watch = check.watch(progress, stop)
    check.whole("seed", seed, 0, 2**63)
    if check.ok() and combinations & (combinations - 1):
        nearest = 1 << (combinations.bit_length() - 1)
        message = f"{combinations} is not a power of two: take {nearest}"
        check.fault("combinations", message, combinations)
    check.done()
    base = load_evidence() if evidence is None else evidence
    asked = _Asked(plan, result, schedule, base, outcome, draws, seed)
    size = len(base.assumptions)
    # Each alone, from some places, together, and for the first step.
    runs = (2 * size + 1) + _TRIES * (size + 1) + combinations * (size + 3) + 2 * size + 1
    asked.watch, asked.runs = watch, runs
    return _answer(asked, combinations)


class _Asked:
    """The answer, and the first steps, as functions of the assumptions."""

    def __init__(  # noqa: PLR0913, PLR0917
        self,
        plan: ActionPlan,
        result: AuditResult,
        schedule: Schedule | None,
        evidence: EvidenceBase,
        outcome: str,
        draws: int,
        seed: int,
    ) -> None:
        self.plan, self.result, self.schedule = plan, result, schedule
        self.evidence, self.draws, self.seed = evidence, draws, seed
        self.watch, self.runs, self._done = NOBODY, 0, 0
        # What no model reads is left out: it would be checked again each time.
        self._bare = evolve(evidence, findings=(), attainment=())
        self.assumptions = evidence.assumptions
        if schedule is None:
            self.outcome, self.unit = "the planning index of conduct", "points"
        else:
            self._times = half_term_ends(schedule.starts, _HALF_TERMS, calendar_of(schedule))
            case = compile_forecast(plan, result, schedule, evidence, self._times)
            if outcome not in case.outcomes:
                raise UnknownNameError("forecast outcome", outcome, case.outcomes)
            self._key = outcome
            self.outcome = f"{outcome_name(outcome).lower()} on average over two years"
            unit = next(unit for key, _, unit in outcome_labels(case) if key == outcome)
            self.unit = f"hundredths of a {unit}"

    def with_values(self, place: FloatArray) -> EvidenceBase:
        """Return the evidence with each assumption at a place of its range, 0.5 for its value."""
        self.watch.tell(_STAGE, min(self._done, self.runs), self.runs)
        self._done += 1
        return evolve(
            self._bare,
            assumptions=[
                evolve(a, value=float(np.interp(u, [0, 0.5, 1], [a.low, a.value, a.high])))
                for a, u in zip(self.assumptions, place.tolist(), strict=True)
            ],
        )

    def answer(self, places: FloatArray) -> FloatArray:
        """Return the answer for each row of places."""
        one = self._index if self.schedule is None else self._delivered
        return np.array([one(self.with_values(row)) for row in places])

    def _index(self, evidence: EvidenceBase) -> float:
        points = planning_index(
            self.plan, self.result, draws=self.draws, seed=self.seed, evidence=evidence
        )
        return float(points.sum(axis=1).mean())

    def _delivered(self, evidence: EvidenceBase) -> float:
        assert self.schedule is not None  # noqa: S101  (asked with one)
        case = compile_forecast(self.plan, self.result, self.schedule, evidence, self._times)
        (case,) = outcomes_alone([case])
        row = case.outcomes.index(self._key)
        lengths = np.diff(case.months, prepend=0.0)
        total = 0.0
        for moment in run_chunk(case, draw_chunk(case, self.seed, 0, self.draws), compared=True):
            assert moment.means is not None  # noqa: S101  (of a run for a comparison)
            total += float(lengths[moment.time]) * float(moment.means[row].mean())
        return 100 * total / float(case.months[-1])

    def first(self, place: FloatArray) -> dict[str, str]:
        """Return the first step by each scorer, or an empty text where none has a score."""
        evidence = self.with_values(place)
        found = {}
        for name, scorer in _SCORERS.items():
            scores = scorer(
                self.plan, self.result, draws=self.draws, seed=self.seed, evidence=evidence
            )
            means = scores.mean(axis=0)
            ids = [s.id for s in self.plan.steps]
            best = min(range(len(ids)), key=lambda i: (-means[i], ids[i]))
            found[name] = ids[best] if means[best] > 0 else ""
        return found


def _answer(asked: _Asked, combinations: int) -> AssumptionDrivers:
    names = [a.id for a in asked.assumptions]
    size = len(names)
    rng = np.random.default_rng(asked.seed)
    bars = tornado(asked.answer, inputs=names)
    moves = _moving(asked, rng.random((_TRIES, size))) | (bars.low != bars.high)
    live = np.flatnonzero(moves)
    alone, together = np.zeros(size), np.zeros(size)
    if live.size:

        def of_live(rows: FloatArray) -> FloatArray:
            places = np.full((len(rows), size), 0.5)
            places[:, live] = rows
            return asked.answer(places)

        shares = sobol_indices(
            of_live, inputs=[names[i] for i in live], draws=combinations, seed=asked.seed
        )
        alone[live], together[live] = shares.first, np.maximum(shares.total, 0)
    middle = np.full(size, 0.5)
    first = asked.first(middle)
    ends = []
    for i in range(size):
        pair = []
        for end in (0.0, 1.0):
            place = middle.copy()
            place[i] = end
            pair.append(asked.first(place))
        ends.append(pair)
    drawn = [asked.first(row) for row in rng.random((combinations, size))]
    asked.watch.tell(_STAGE, asked.runs, asked.runs)
    order = sorted(range(size), key=lambda i: (-together[i], names[i]))
    matters = {i for i in range(size) if moves[i] or not ends[i][0] == ends[i][1] == first}
    every = (first, *drawn, *(f for pair in ends for f in pair))
    seen = {key for some in every for key in some.values() if key}
    return AssumptionDrivers(
        plan=asked.plan.id,
        evidence=asked.evidence.id,
        evidence_edition=asked.evidence.edition,
        outcome=asked.outcome,
        unit=asked.unit,
        base=bars.base,
        drivers=[
            AssumptionDriver(
                assumption=names[i],
                name=asked.assumptions[i].name,
                value=asked.assumptions[i].value,
                low=asked.assumptions[i].low,
                high=asked.assumptions[i].high,
                at_low=float(bars.low[i]),
                at_high=float(bars.high[i]),
                alone=float(alone[i]),
                together=float(together[i]),
                first_low=ends[i][0],
                first_high=ends[i][1],
            )
            for i in order
            if i in matters
        ],
        still=[asked.assumptions[i].name for i in range(size) if i not in matters],
        first=first,
        titles={s.id: s.title for s in asked.plan.steps if s.id in seen},
        first_share={
            name: sum(row[name] == key for row in drawn) / len(drawn) for name, key in first.items()
        },
        combinations=combinations,
        draws=asked.draws,
        seed=asked.seed,
    )


def _moving(asked: _Asked, places: FloatArray) -> NDArray[np.bool_]:
    """Say which assumptions move the answer from any of some places, each alone."""
    size = places.shape[1]
    rows = np.repeat(places, size + 1, axis=0)
    for k in range(len(places)):
        for i in range(size):
            row = rows[k * (size + 1) + 1 + i]
            row[i] = 1 - row[i]
    answers = asked.answer(rows).reshape(len(places), size + 1)
    moved: NDArray[np.bool_] = (answers[:, 1:] != answers[:, :1]).any(axis=0)
    return moved
