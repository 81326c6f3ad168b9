"""Learn from what was seen: which of a forecast's draws fit it, and what they have in common."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from math import sqrt
from typing import Any, NamedTuple

import numpy as np
from attrs import evolve, field, frozen

from behaviour_culture._arrays import FloatArray
from behaviour_culture._display import Displayed
from behaviour_culture._frozenmap import frozen_map
from behaviour_culture.content.loader import load_evidence
from behaviour_culture.errors import Fault, InvalidInputError, shorten, suggest
from behaviour_culture.impact.forecasting.drawing import draw_chunk
from behaviour_culture.impact.forecasting.inputs import ForecastInputs
from behaviour_culture.impact.forecasting.model import run_chunk, step_benefits
from behaviour_culture.impact.forecasting.result import Forecast
from behaviour_culture.impact.forecasting.run import chunk_sizes
from behaviour_culture.model._check import Check, as_float, as_tuple, whole_faults
from behaviour_culture.model.estimate import Estimate
from behaviour_culture.model.evidence import Assumption, EffectParameter, EvidenceBase, Grade
from behaviour_culture.model.source import Mark, Provenance

__all__ = ["Belief", "Beliefs", "Observation", "learn", "weigh_draws"]

_LEAST = 100.0
"""Fewest draws that the beliefs may rest on: judgement. Their means are then off by a tenth."""
_MIN_DRAWS, _MAX_DRAWS = 100, 10**8
_POINTS = 100.0
_Z95 = 1.959963984540054


@frozen(kw_only=True, repr=False)
class Observation(Displayed):
    """One thing that was seen at the end of a half-term, on the scale of the forecast.

    Attributes
    ----------
    half_term : int
        Counted from 1, the first of the forecast.
    outcome : str
        An outcome of the forecast, as change since the start of the plan, more is better; or
        a principle, as its maturity from 0 to 1 when it was audited again.
    value : float
    standard_error : float
        Above 0: how far chance alone may have moved the value.
    """

    half_term: int
    outcome: str
    value: float = field(converter=as_float)
    standard_error: float = field(converter=as_float)

    def __attrs_post_init__(self) -> None:
        check = Check(self)
        check.integer("half_term", low=1, high=60)
        check.slug("outcome")
        check.number("value", low=-100, high=100)
        check.number("standard_error", above=0, high=100)
        check.done()

    def _lines(self) -> list[str]:
        return [
            f"{self.outcome} at the end of half-term {self.half_term}: {self.value:+.2f} "
            f"(standard error {self.standard_error:.2f})"
        ]


@frozen(kw_only=True, repr=False)
class Belief(Displayed):
    """One number that was believed, before and after: mean and 95% interval of each."""

    id: str
    name: str
    before: Estimate
    after: Estimate

    def __attrs_post_init__(self) -> None:
        check = Check(self)
        check.slug("id")
        check.text("name")
        check.instance("before", Estimate)
        check.instance("after", Estimate)
        check.done()

    def _lines(self) -> list[str]:
        return [f"{self.name}: {self.before} before, {self.after} now"]


@frozen(kw_only=True, repr=False)
class Beliefs(Displayed):
    """What to believe after something was seen, in the form in which the next round takes it.

    Attributes
    ----------
    effective : float
        Draws that the beliefs rest on (effective sample size), at most ``draws``.
    beliefs : tuple of Belief
        Effects in this school, discounted and spread by grade as in the forecast (negative is
        fewer problems), mean fidelity, ramp.
    fidelity : mapping of str to float
        Mean fidelity of each step; put it into a progress report only where nobody has looked.
    benefits : mapping of str to float
        Mean benefit of each step of the plan on its own, in points of behaviour, for
        ``draft_plan``, which takes steps that are not there as 0: where others are to compete,
        take the ``benefits`` of `score_impact` for all of them with ``evidence``.
    evidence : EvidenceBase
        Effects and assumptions brought up to date, the edition marked, for ``forecast``.
    """

    id: str
    plan: str
    forecast: str
    observations: tuple[Observation, ...] = field(converter=as_tuple)
    draws: int
    effective: float = field(converter=as_float)
    beliefs: tuple[Belief, ...] = field(converter=as_tuple)
    fidelity: Mapping[str, float] = field(converter=frozen_map)
    benefits: Mapping[str, float] = field(converter=frozen_map)
    evidence: EvidenceBase

    def __attrs_post_init__(self) -> None:
        check = Check(self)
        check.slug("id", "plan", "forecast")
        check.each("observations", Observation, some=True)
        check.integer("draws", low=1)
        check.number("effective", above=0)
        if check.each("beliefs", Belief):
            check.unique("beliefs")
        check.mapping("fidelity", low=0, high=1)
        check.mapping("benefits")
        check.instance("evidence", EvidenceBase)
        check.done()

    def to_rows(self) -> list[dict[str, Any]]:
        """Return a row for each belief."""
        return [
            {
                "belief": b.id,
                "name": b.name,
                "before": b.before.value,
                "before_lower": b.before.lower,
                "before_upper": b.before.upper,
                "after": b.after.value,
                "after_lower": b.after.lower,
                "after_upper": b.after.upper,
            }
            for b in self.beliefs
        ]

    def _label(self) -> str:
        return f"{self.plan}: {len(self.observations)} observations"

    def _lines(self) -> list[str]:
        count = len(self.observations)
        lines = [
            f"Beliefs about {self.plan} after {count} observation{'' if count == 1 else 's'}; "
            f"they rest on {self.effective:,.0f} of {self.draws:,} draws",
            "  They hold if the model does, and say nothing about what caused what was seen.",
        ]
        return lines + [f"  {b}" for b in self.beliefs]


def learn(
    forecast: Forecast,
    observations: Sequence[Observation],
    *,
    evidence: EvidenceBase | None = None,
    draws: int | None = None,
) -> Beliefs:
    r"""Bring fidelity, effects and ramp up to date with what was seen.

    Parameters
    ----------
    forecast : Forecast
        Made before anything was seen; its draws are made again from its inputs and seed.
    observations : sequence of Observation
        At least one.
    evidence : EvidenceBase, optional
        The one that the forecast was made with; the shipped one where not given.
    draws : int, optional
        Draws to weigh, 100 to 100,000,000; those of the forecast where not given.

    Returns
    -------
    Beliefs

    Raises
    ------
    InvalidInputError
        What was seen is not in the forecast; other evidence than the forecast's; or hardly
        any draw fits what was seen, so that fewer than 100 would carry the answer.

    Notes
    -----
    Importance sampling with the forecast as the proposal: each draw :math:`d` weighs
    :math:`w_d \propto \prod_k \phi((y_k - x_{dk}) / s_k)`, and the beliefs are means under
    these weights. The effective sample size is :math:`(\sum w)^2 / \sum w^2` [1]_. Means are
    corrected by how far the unweighted draws are off by chance, so that what tells nothing
    changes nothing. The errors of the observations are taken as independent; two readings of
    one survey are not.

    What was learned of a study's ``mean`` goes with it to any school; how well it takes here
    is its ``setting``. Each step that cites it gets both under its own grade.

    References
    ----------
    .. [1] Kong, A. (1992). *A note on importance sampling using standardized weights*.
       Technical report 348, University of Chicago.

    Examples
    --------
    >>> from pathlib import Path
    >>> import behaviour_culture as bc
    >>> made = bc.run_journey(Path("examples/illustrative_journey.toml"))
    >>> expected = bc.forecast(made.plan, made.result, made.schedule, draws=5_000)
    >>> seen = [Observation(half_term=6, outcome="behaviour", value=-0.1, standard_error=0.1)]
    >>> beliefs = learn(expected, seen)
    >>> bool(beliefs.effective > 1_000)
    True
    """
    base = _checked(forecast, observations, evidence, draws)
    inputs = forecast.inputs
    count = forecast.draws if draws is None else draws
    sums = _Sums()
    for chunk in weigh_draws(inputs, forecast.seed, count, observations):
        sums.add(chunk)
    if sums.effective < _LEAST:
        message = (
            f"only {sums.effective:.0f} of {count:,} draws carry what was seen, fewer than "
            f"{_LEAST:.0f}: what was seen is far from what was expected, or its standard errors "
            "are smaller than the truth; check them, or weigh more draws (draws=...)"
        )
        raise InvalidInputError("learn", [Fault("observations", message)])
    return _to_beliefs(forecast, tuple(observations), count, base, sums)


def _checked(
    forecast: object, observations: object, evidence: object, draws: object
) -> EvidenceBase:
    faults: list[Fault] = []
    if not isinstance(forecast, Forecast):
        faults.append(Fault("forecast", f"expected a Forecast, got {shorten(forecast)}"))
    if evidence is not None and not isinstance(evidence, EvidenceBase):
        faults.append(Fault("evidence", f"expected an EvidenceBase, got {shorten(evidence)}"))
    if draws is not None:
        faults += whole_faults("draws", draws, _MIN_DRAWS, _MAX_DRAWS)
    if not isinstance(observations, (list, tuple)) or not observations:
        message = f"expected a list of at least one Observation, got {shorten(observations)}"
        faults.append(Fault("observations", message))
    else:
        for i, seen in enumerate(observations):
            faults += _observation_faults(f"observations[{i}]", seen, forecast)
    base = evidence if isinstance(evidence, EvidenceBase) else load_evidence()
    if isinstance(forecast, Forecast) and (base.id, base.edition) != (
        forecast.evidence,
        forecast.evidence_edition,
    ):
        message = (
            f"the forecast was made with {forecast.evidence!r} ({forecast.evidence_edition}), "
            f"not with {base.id!r} ({base.edition}): give that one"
        )
        faults.append(Fault("evidence", message))
    if faults:
        raise InvalidInputError("learn", faults)
    return base


def _observation_faults(path: str, seen: object, forecast: object) -> list[Fault]:
    if not isinstance(seen, Observation):
        return [Fault(path, f"expected an Observation, got {shorten(seen)}", shorten(seen))]
    if not isinstance(forecast, Forecast):
        return []
    faults = []
    known = forecast.inputs.names + forecast.inputs.principles
    if seen.outcome not in known:
        message = f"no outcome or principle {seen.outcome!r}{suggest(seen.outcome, known)}"
        faults.append(Fault(f"{path}.outcome", message, seen.outcome))
    times = len(forecast.inputs.months)
    return faults + whole_faults(f"{path}.half_term", seen.half_term, 1, times)


# -- weights -------------------------------------------------------------------------------


class WeighedDraws(NamedTuple):
    """One chunk of draws: what they hold, and how well they fit; each row has n draws."""

    log_weights: FloatArray
    fidelity: FloatArray
    study: FloatArray
    setting: FloatArray
    ramp: FloatArray
    benefits: FloatArray


def weigh_draws(
    inputs: ForecastInputs, seed: int, draws: int, observations: Sequence[Observation]
) -> Iterator[WeighedDraws]:
    """Yield the draws of a forecast, chunk by chunk, with their log weights."""
    at: dict[int, list[Observation]] = {}
    for seen in observations:
        at.setdefault(seen.half_term - 1, []).append(seen)
    for chunk, size in chunk_sizes(draws):
        made = draw_chunk(inputs, seed, chunk, size)
        benefits = step_benefits(inputs, made, "behaviour")
        fit = np.zeros(size)
        for moment in run_chunk(inputs, made):
            for seen in at.get(moment.time, ()):
                if seen.outcome in inputs.names:
                    row = moment.outcomes[inputs.names.index(seen.outcome)]
                else:
                    row = moment.maturity[inputs.principles.index(seen.outcome)]
                fit -= 0.5 * ((seen.value - row) / seen.standard_error) ** 2
        yield WeighedDraws(fit, made.fidelity, made.study, made.setting, made.ramp, benefits)


class _Sums:
    """Weighted and plain sums over chunks; weights are kept relative to the best so far."""

    def __init__(self) -> None:
        self.top = -np.inf
        self.weight = self.square = 0.0
        self.count = 0
        self.plain: dict[str, FloatArray] = {}
        self.weighed: dict[str, FloatArray] = {}

    def add(self, chunk: WeighedDraws) -> None:
        top = max(self.top, float(chunk.log_weights.max()))
        shrink = float(np.exp(self.top - top))
        self.top = top
        w = np.exp(chunk.log_weights - top)
        self.weight = self.weight * shrink + float(w.sum())
        self.square = self.square * shrink**2 + float((w * w).sum())
        self.count += len(w)
        rows = {
            "fidelity": chunk.fidelity,
            "average": chunk.fidelity.mean(axis=0, keepdims=True),
            "study": chunk.study,
            "setting": chunk.setting,
            "ramp": chunk.ramp[None],
            "benefits": chunk.benefits,
        }
        powers = {f"{k}^2": rows[k] ** 2 for k in ("average", "study", "setting", "ramp")}
        for name, values in {**rows, **powers, "both": chunk.study * chunk.setting}.items():
            self.plain[name] = self.plain.get(name, 0.0) + values.sum(axis=1)
            self.weighed[name] = self.weighed.get(name, 0.0) * shrink + (values * w).sum(axis=1)

    @property
    def effective(self) -> float:
        """Effective sample size."""
        return self.weight**2 / self.square

    def shift(self, name: str) -> FloatArray:
        """Return how far the weights move a mean."""
        moved: FloatArray = self.weighed[name] / self.weight - self.plain[name] / self.count
        return moved

    def plain_mean(self, name: str) -> FloatArray:
        """Return the mean of the draws as they were."""
        mean: FloatArray = self.plain[name] / self.count
        return mean

    def ratio(self, name: str) -> FloatArray:
        """Return the standard deviation after, as a share of that before."""
        before = self.plain[f"{name}^2"] / self.count - (self.plain[name] / self.count) ** 2
        mean = self.weighed[name] / self.weight
        after = self.weighed[f"{name}^2"] / self.weight - mean**2
        share: FloatArray = np.sqrt(
            np.divide(np.maximum(after, 0), before, out=np.ones_like(before), where=before > 1e-12)  # noqa: PLR2004
        )
        return share

    def covariance(self) -> FloatArray:
        """Return that of study and setting after; before, it is 0 but for chance."""
        after = self.weighed["both"] / self.weight - (
            self.weighed["study"] * self.weighed["setting"] / self.weight**2
        )
        before = self.plain["both"] / self.count - (
            self.plain["study"] * self.plain["setting"] / self.count**2
        )
        moved: FloatArray = after - before
        return moved


# -- what comes out ------------------------------------------------------------------------


def _to_beliefs(
    forecast: Forecast,
    observations: tuple[Observation, ...],
    draws: int,
    base: EvidenceBase,
    sums: _Sums,
) -> Beliefs:
    inputs = forecast.inputs
    parameters = {
        key: _updated_effect(base, inputs, j, sums, forecast)
        for j, key in enumerate(inputs.studies)
    }
    assumptions = {
        a.id: a
        for a in (_updated_fidelity(base, sums, forecast), _updated_ramp(base, sums, forecast))
    }
    evidence = evolve(
        base,
        edition=f"{base.edition}+{forecast.id}",
        parameters=[parameters.get(p.id, p) for p in base.parameters],
        assumptions=[assumptions.get(a.id, a) for a in base.assumptions],
    )
    fidelity = np.clip(inputs.fidelity[:, 0] + sums.shift("fidelity"), 0.0, 1.0)
    benefits = _POINTS * (sums.plain_mean("benefits") + sums.shift("benefits"))
    return Beliefs(
        id=f"{forecast.id}-beliefs",
        plan=forecast.plan,
        forecast=forecast.id,
        observations=observations,
        draws=draws,
        effective=sums.effective,
        beliefs=_stated(base, evidence, inputs, sums),
        fidelity=dict(zip(inputs.steps, fidelity.tolist(), strict=True)),
        benefits=dict(zip(inputs.steps, benefits.tolist(), strict=True)),
        evidence=evidence,
    )


def _provenance(sources: tuple[str, ...], forecast: Forecast, was: str) -> Provenance:
    return Provenance(
        mark=Mark.INFERRED,
        sources=sources,
        note=(
            f"Updated by importance sampling from what was seen of the plan {forecast.plan}, "
            f"against the forecast {forecast.id} (evidence edition {forecast.evidence_edition}); "
            f"before: {was}."
        ),
    )


def _cited(base: EvidenceBase, inputs: ForecastInputs, study: int) -> list[Grade]:
    """Return the grade of each step that cites a study."""
    cited = zip(inputs.grades, inputs.study, strict=True)
    return [base.grade(grade) for grade, of in cited if of == study]


def _updated_effect(
    base: EvidenceBase, inputs: ForecastInputs, study: int, sums: _Sums, forecast: Forecast
) -> EffectParameter:
    """Return the effect whose draws have the moments of the weighted ones.

    Exact for the means under any grade. Once something was seen, errors of study and setting
    go together; the spread takes that up, exactly where all steps cite one grade.
    """
    old = base.parameter(inputs.studies[study])
    grades = _cited(base, inputs, study)
    error, tau = old.standard_error, old.tau
    wide = sum(g.tau_factor**2 for g in grades)
    share = sum(g.discount * g.tau_factor for g in grades) / wide if wide > 0 else 0.0
    variance = (tau * float(sums.ratio("setting")[study])) ** 2
    variance += 2 * share * error * tau * float(sums.covariance()[study])
    said = f"computed: what is left of {error:g} and {tau:g} after learning"
    mean = old.mean - error * float(sums.shift("study")[study])
    setting = old.setting - tau * float(sums.shift("setting")[study])
    return evolve(
        old,
        mean=max(-10.0, min(10.0, mean)),
        standard_error=error * float(sums.ratio("study")[study]),
        tau=min(10.0, sqrt(max(0.0, variance))),
        setting=max(-10.0, min(10.0, setting)),
        standard_error_basis=said,
        tau_basis=said,
        provenance=_provenance(
            old.provenance.sources, forecast, f"mean {old.mean:g}, error {error:g}, tau {tau:g}"
        ),
    )


def _updated_fidelity(base: EvidenceBase, sums: _Sums, forecast: Forecast) -> Assumption:
    old = base.assumption("fidelity-mean")
    moved = float(sums.shift("average")[0])

    def new(value: float) -> float:
        return max(0.01, min(0.99, value + moved))

    return evolve(
        old,
        value=new(old.value),
        low=min(new(old.low), new(old.value)),
        high=max(new(old.high), new(old.value)),
        provenance=_provenance(old.provenance.sources, forecast, f"{old.value:g}"),
    )


def _updated_ramp(base: EvidenceBase, sums: _Sums, forecast: Forecast) -> Assumption:
    old = base.assumption("ramp-months")
    value = old.value + float(sums.shift("ramp")[0])
    value = max(old.low, min(old.high, value))
    share = min(1.0, float(sums.ratio("ramp")[0]))
    return evolve(
        old,
        value=value,
        low=max(old.low, value - share * (old.value - old.low)),
        high=min(old.high, value + share * (old.high - old.value)),
        provenance=_provenance(old.provenance.sources, forecast, f"{old.value:g}"),
    )


def _stated(
    base: EvidenceBase, evidence: EvidenceBase, inputs: ForecastInputs, sums: _Sums
) -> list[Belief]:
    def estimate(mean: float, deviation: float, unit: str) -> Estimate:
        return Estimate(
            value=mean,
            lower=mean - _Z95 * deviation,
            upper=mean + _Z95 * deviation,
            standard_error=deviation,
            method="mean and standard deviation of weighted draws",
            unit=unit,
        )

    beliefs = []
    for j, key in enumerate(inputs.studies):
        old, new = base.parameter(key), evidence.parameter(key)
        # As the draws have it: the mean is discounted, the spread between schools widened.
        grades = _cited(base, inputs, j)
        keep = sum(g.discount for g in grades) / len(grades)
        wide = sum(g.tau_factor for g in grades) / len(grades)
        before, after = (
            estimate(
                keep * p.mean + wide * p.setting,
                sqrt((keep * p.standard_error) ** 2 + (wide * p.tau) ** 2),
                p.scale.value,
            )
            for p in (old, new)
        )
        name = f"{old.name}, in this school"
        beliefs.append(Belief(id=key, name=name, before=before, after=after))
    for key, name, unit in (
        ("average", "How fully the steps are done, on average", ""),
        ("ramp", "How long a step takes to show two thirds of its effect", "months"),
    ):
        mean = float(sums.plain_mean(key)[0])
        deviation = sqrt(max(0.0, float(sums.plain_mean(f"{key}^2")[0]) - mean**2))
        beliefs.append(
            Belief(
                id="fidelity" if key == "average" else key,
                name=name,
                before=estimate(mean, deviation, unit),
                after=estimate(
                    mean + float(sums.shift(key)[0]), deviation * float(sums.ratio(key)[0]), unit
                ),
            )
        )
    return beliefs
