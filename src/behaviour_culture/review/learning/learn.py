"""Learn from observations by weighing the draws of a forecast."""

from __future__ import annotations

from collections.abc import Sequence
from math import fsum, sqrt
from typing import NamedTuple

import numpy as np
from attrs import evolve

from behaviour_culture._watch import Watch
from behaviour_culture.checks import Check, as_whole
from behaviour_culture.content.loader import load_evidence
from behaviour_culture.errors import Fault, InvalidInputError, shorten
from behaviour_culture.fields import Slug, derived_id
from behaviour_culture.impact.effect import graded_effect
from behaviour_culture.impact.forecasting.inputs import ForecastInputs
from behaviour_culture.impact.forecasting.result import Forecast
from behaviour_culture.model.belonging import belongs_faults
from behaviour_culture.model.estimate import Estimate
from behaviour_culture.model.evidence import Assumption, EffectParameter, EvidenceBase, Grade
from behaviour_culture.model.source import Mark, Provenance
from behaviour_culture.review.learning.beliefs import Belief, Beliefs, Observation
from behaviour_culture.review.learning.importance import LeftOut, WeighedSums, weigh_draws
from behaviour_culture.statistics.estimates import normal_estimate
from behaviour_culture.typing import Progress, Stop

__all__ = ["Moved", "check_observations", "cited_grades", "learn", "moved_effect"]

_LEAST = 100.0
"""Fewest draws that the beliefs may rest on: judgement. Their means are then off by a tenth."""
_MIN_DRAWS = 100
_POINTS = 100.0
_METHOD = "mean and standard deviation of weighted draws"


def learn(  # noqa: PLR0913  (what is learned from, and who is told)
    forecast: Forecast,
    observations: Sequence[Observation],
    *,
    evidence: EvidenceBase | None = None,
    draws: int | None = None,
    progress: Progress | None = None,
    stop: Stop | None = None,
    id: str | None = None,  # noqa: A002  (the name of the field)
) -> Beliefs:
    r"""Update fidelity, effects and ramp with observations.

    Parameters
    ----------
    forecast : Forecast
        Made before the observations; its draws are made again from its inputs and seed.
    observations : sequence of Observation
        At least one.
    evidence : EvidenceBase, optional
        The one that the forecast was made with; the shipped one where not given.
    draws : int, optional
        Draws to weigh, 100 to 1,000,000,000, in the same memory; those of the forecast where not
        given.
    progress : callable, optional
        Called with ("learning", draws weighed, draws).
    stop : callable, optional
        Asked again and again: once it says True, `StoppedError` is raised in under a second.
    id : str, optional
        The id of the beliefs; that of the forecast and ``beliefs`` without it.

    Returns
    -------
    Beliefs

    Raises
    ------
    InvalidInputError
        An observation that is not in the forecast, or one given twice; other evidence than the
        forecast's; or observations that hardly any draw fits, so that fewer than 100 would carry
        the answer.
    StoppedError
        The learning was stopped.

    Notes
    -----
    Importance sampling with the forecast as the proposal: each draw :math:`d` weighs
    :math:`w_d \propto \prod_k \phi((y_k - x_{dk}) / s_k)`, and the beliefs are means under
    these weights. The effective sample size is :math:`(\sum w)^2 / \sum w^2` [1]_. Means are
    corrected by how far the unweighted draws are off by chance, so that an uninformative
    observation changes nothing. The errors of the observations are taken as independent; two
    readings of one survey are not.

    Observations that contradict each other, or the forecast, are averaged all the same, and
    the result says so: each is compared with what the draws expect given the others, in
    standard errors of both (a cross-validated predictive check [2]_). All together are compared
    with the weighted draws by a chi-square: ``fit`` is the share of repetitions that would lie
    further from them (a posterior predictive check [3]_, which is slow to doubt a model that has
    seen the same numbers).

    A study's updated ``mean`` holds for any school; its ``setting`` says how well it takes in
    this one. Each step that cites it gets both under its own grade.

    References
    ----------
    .. [1] Kong, A. (1992). *A note on importance sampling using standardized weights*.
       Technical report 348, University of Chicago.
    .. [2] Marshall, E. C. and Spiegelhalter, D. J. (2003). Approximate cross-validatory
       predictive checks in disease mapping models. *Statistics in Medicine* 22, 1649-1660.
    .. [3] Gelman, A., Meng, X.-L. and Stern, H. (1996). Posterior predictive assessment of model
       fitness via realized discrepancies. *Statistica Sinica* 6, 733-760.

    Examples
    --------
    >>> from pathlib import Path
    >>> import behaviour_culture as bc
    >>> made = bc.run_journey(Path("examples/illustrative_journey.toml"))
    >>> expected = bc.forecast(made.plan, made.result, made.schedule, draws=5_000)
    >>> seen = [Observation(half_term=6, outcome="conduct", value=-0.1, standard_error=0.1)]
    >>> beliefs = learn(expected, seen)
    >>> bool(beliefs.effective > 1_000)
    True
    """
    check = Check("learn")
    check.value("id", id, Slug | None)
    check.done()
    draws = as_whole(draws)
    watch = Watch(progress, stop)
    base = _checked(forecast, observations, evidence, draws, watch)
    inputs = forecast.inputs
    count = forecast.draws if draws is None else draws
    sums, left_out = WeighedSums(), LeftOut(len(observations))
    for chunk in weigh_draws(inputs, forecast.seed, count, observations, watch=watch):
        sums.add(chunk)
        left_out.add(chunk)
    if sums.effective < _LEAST:
        message = (
            f"only {sums.effective:.0f} of {count:,} draws carry what was seen, fewer than "
            f"{_LEAST:.0f}: what was seen is far from what was expected, or its standard errors "
            "are smaller than the truth; check them, or weigh more draws (draws=...)"
        )
        raise InvalidInputError("learn", [Fault("observations", message)])
    made = _to_beliefs(forecast, tuple(observations), count, base, sums)
    surprises = left_out.surprises(observations).tolist()
    named = derived_id(id, forecast.id, "beliefs")
    beliefs: Beliefs = evolve(made, id=named, surprises=surprises, fit=sums.fit)
    return beliefs


def _checked(
    forecast: object, observations: object, evidence: object, draws: object, watch: Watch
) -> EvidenceBase:
    check = Check("learn")
    check.watch(*watch)
    check.value("forecast", forecast, Forecast)
    check.value("evidence", evidence, EvidenceBase | None)
    if draws is not None:
        check.within("draws", draws, "streamed_draws", _MIN_DRAWS)
    check_observations(check, "observations", observations, forecast)
    base = evidence if isinstance(evidence, EvidenceBase) else load_evidence()
    if isinstance(forecast, Forecast):
        made_with = (forecast.evidence, forecast.evidence_edition)
        used = (base.id, base.edition)
        check.add(belongs_faults("forecast.evidence", "evidence", made_with, used))
    check.done()
    return base


def check_observations(check: Check, path: str, observations: object, forecast: object) -> None:
    """Check the observations of one forecast, noting every fault."""
    if not isinstance(observations, (list, tuple)) or not observations:
        message = f"expected a list of at least one Observation, got {shorten(observations)}"
        check.fault(path, message)
        return
    for i, seen in enumerate(observations):
        if check.value(f"{path}[{i}]", seen, Observation):
            _check_observation(check, f"{path}[{i}]", seen, forecast)
    check.unique(path, observations, key="")  # it would be believed twice as firmly


def _check_observation(check: Check, path: str, seen: Observation, forecast: object) -> None:
    if isinstance(forecast, Forecast):
        known = forecast.inputs.names + forecast.inputs.principles
        check.known(f"{path}.outcome", seen.outcome, known, "outcome or principle")
        times = len(forecast.inputs.months)
        check.whole(f"{path}.half_term", seen.half_term, 1, times)


# -- updated beliefs -----------------------------------------------------------------------


def _to_beliefs(
    forecast: Forecast,
    observations: tuple[Observation, ...],
    draws: int,
    base: EvidenceBase,
    sums: WeighedSums,
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
        id=derived_id(None, forecast.id, "beliefs"),
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


def _learned_from(forecast: Forecast) -> str:
    return (
        f"Updated by importance sampling from what was seen of the plan {forecast.plan}, "
        f"against the forecast {forecast.id} (evidence edition {forecast.evidence_edition})"
    )


def _provenance(sources: tuple[str, ...], forecast: Forecast, was: str) -> Provenance:
    note = f"{_learned_from(forecast)}; before: {was}."
    return Provenance(mark=Mark.INFERRED, sources=sources, note=note)


def cited_grades(base: EvidenceBase, inputs: ForecastInputs, study: str) -> list[Grade]:
    """Return the grade of each effect that is from a study."""
    cited = zip(inputs.grades, inputs.study, strict=True)
    return [base.grade(grade) for grade, of in cited if inputs.studies[of] == study]


class Moved(NamedTuple):
    """How far learning moved one study's error and its setting, both standard normal before."""

    study: float
    study_ratio: float
    setting: float
    setting_ratio: float
    covariance: float


def moved_effect(
    old: EffectParameter, grades: Sequence[Grade], moved: Moved, note: str
) -> EffectParameter:
    """Return the effect that has the moments of what was learned; ``grades`` of the steps' own.

    Exact for the means under any grade. Given observations, the errors of study and setting are
    correlated; the spread accounts for that, exactly where all steps cite one grade.
    """
    error, tau = old.standard_error, old.tau
    wide = fsum(g.spread**2 for g in grades)
    share = fsum(g.discount * g.spread for g in grades) / wide if wide > 0 else 0.0
    variance = (tau * moved.setting_ratio) ** 2 + 2 * share * error * tau * moved.covariance
    said = f"computed: what is left of {error:g} and {tau:g} after learning"
    before = f"before: mean {old.mean:g}, error {error:g}, tau {tau:g}."
    return evolve(
        old,
        mean=max(-10.0, min(10.0, old.mean - error * moved.study)),
        standard_error=error * moved.study_ratio,
        tau=min(10.0, sqrt(max(0.0, variance))),
        setting=max(-10.0, min(10.0, old.setting - tau * moved.setting)),
        standard_error_basis=said,
        tau_basis=said,
        provenance=Provenance(
            mark=Mark.INFERRED, sources=old.provenance.sources, note=f"{note}; {before}"
        ),
    )


def _updated_effect(
    base: EvidenceBase, inputs: ForecastInputs, study: int, sums: WeighedSums, forecast: Forecast
) -> EffectParameter:
    moved = Moved(
        study=float(sums.shift("study")[study]),
        study_ratio=float(sums.ratio("study")[study]),
        setting=float(sums.shift("setting")[study]),
        setting_ratio=float(sums.ratio("setting")[study]),
        covariance=float(sums.covariance()[study]),
    )
    old = base.parameter(inputs.studies[study])
    return moved_effect(old, cited_grades(base, inputs, old.id), moved, _learned_from(forecast))


def _updated_fidelity(base: EvidenceBase, sums: WeighedSums, forecast: Forecast) -> Assumption:
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


def _updated_ramp(base: EvidenceBase, sums: WeighedSums, forecast: Forecast) -> Assumption:
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
    base: EvidenceBase, evidence: EvidenceBase, inputs: ForecastInputs, sums: WeighedSums
) -> list[Belief]:
    def estimate(mean: float, deviation: float, unit: str) -> Estimate:
        return normal_estimate(mean, deviation, method=_METHOD, unit=unit)

    beliefs = []
    for key in inputs.studies:
        old, new = base.parameter(key), evidence.parameter(key)
        # As in the draws: the mean is discounted, the spread between schools widened.
        grades = cited_grades(base, inputs, key)
        keep = fsum(g.discount for g in grades) / len(grades)
        wide = fsum(g.spread for g in grades) / len(grades)
        effects = (graded_effect(parameter, keep, wide) for parameter in (old, new))
        before, after = (
            estimate(-e.mean, sqrt(e.error**2 + e.spread**2), old.scale.value) for e in effects
        )
        name = f"{old.name}, in this school"
        beliefs.append(Belief(id=key, name=name, before=before, after=after))
    for belief, key, name, unit in (
        ("fidelity", "average", "How fully the steps are done, on average", ""),
        ("ramp", "ramp", "How long a step takes to show two thirds of its effect", "months"),
    ):
        mean = float(sums.plain_mean(key)[0])
        deviation = sqrt(max(0.0, float(sums.plain_mean(f"{key}^2")[0]) - mean**2))
        before = estimate(mean, deviation, unit)
        mean += float(sums.shift(key)[0])
        after = estimate(mean, deviation * float(sums.ratio(key)[0]), unit)
        beliefs.append(Belief(id=belief, name=name, before=before, after=after))
    return beliefs
