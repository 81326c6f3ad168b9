"""Learning from the schools of a hub: what is true of a step, and what of one school."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import islice
from math import fsum, sqrt
from typing import Any, NamedTuple

import numpy as np
from attrs import evolve, field, frozen

from behaviour_culture._display import count_of
from behaviour_culture._entries import Entries
from behaviour_culture._watch import Watch
from behaviour_culture.checks import Check, TupleOf, Value, as_float
from behaviour_culture.content.loader import load_evidence
from behaviour_culture.disclosure.rules import DisclosureRules, given_rules
from behaviour_culture.errors import Fault, InvalidInputError, shorten
from behaviour_culture.fields import Count, Slug, Text
from behaviour_culture.impact.effect import StepEffect, graded_effect
from behaviour_culture.impact.forecasting.drawing import ChunkDraws
from behaviour_culture.impact.forecasting.inputs import ForecastInputs
from behaviour_culture.impact.forecasting.result import Forecast
from behaviour_culture.model.belonging import belongs_faults
from behaviour_culture.model.estimate import Estimate
from behaviour_culture.model.evidence import EffectParameter, EvidenceBase, Grade
from behaviour_culture.model.finding import Outcome
from behaviour_culture.review.learning.beliefs import Belief, Observation
from behaviour_culture.review.learning.importance import STAGE, weigh_draws
from behaviour_culture.review.learning.learn import (
    Moved,
    check_observations,
    cited_grades,
    moved_effect,
)
from behaviour_culture.statistics.estimates import normal_estimate
from behaviour_culture.typing import FloatArray, Progress, Stop

__all__ = ["CohortBeliefs", "LeftOutSchool", "SchoolBeliefs", "learn_cohort"]

_LEAST = 100.0
"""Fewest draws that what is said of a school may rest on: judgement, as in `learn`."""
_FEWEST = 10.0
"""Effective draws below which a school waits for the others to lead it nearer (judgement)."""
_BYTES = 16.0
"""Bytes that a draw of one effect or observation takes at the most of the work."""
_SWEEPS = 3
_INSIDE = 0.8
_METHOD = "expectation propagation over schools, weighted draws within each"


@frozen(kw_only=True, repr=False)
class SchoolBeliefs(Value):
    """What is believed of the effects in one school, after its own observations and the others'."""

    school: Slug
    effective: float = field(converter=as_float)
    """Draws that they rest on (effective sample size)."""
    beliefs: Entries[Belief] = field(converter=TupleOf[Belief])

    def _label(self) -> str:
        return self.school

    def _lines(self) -> list[str]:
        return [f"{self.school}:", *(f"  {b}" for b in self.beliefs)]


@frozen(kw_only=True, repr=False)
class LeftOutSchool(Value):
    """One observation of a school beside what the other schools alone lead to expect of it."""

    school: Slug
    outcome: Slug
    half_term: Count
    expected: Estimate
    """With an interval of 80 % for the value that is seen."""
    seen: float = field(converter=as_float)

    @property
    def inside(self) -> bool:
        """True where what was seen lies in the interval."""
        return self.expected.lower <= self.seen <= self.expected.upper

    def _label(self) -> str:
        return f"{self.school}, {self.outcome}"

    def _lines(self) -> list[str]:
        word = "inside" if self.inside else "outside"
        return [
            f"{self.school}, {self.outcome} at the end of half-term {self.half_term}: seen "
            f"{self.seen:+z.2f}, {word} what the others lead to expect: {self.expected}"
        ]


@frozen(kw_only=True, repr=False)
class CohortBeliefs(Value):
    """What the schools of a hub taught about effects, pooled in part.

    Attributes
    ----------
    size : int
        Schools.
    shared : tuple of Belief
        What is true of steps in this hub: each study's effect, before and after.
    next_school : tuple of Belief
        The effect in a school of the hub of which nothing was seen, before and after: what is
        shared, and how schools differ.
    schools : tuple of SchoolBeliefs
        Each school's own; none in what is published.
    left_out : tuple of LeftOutSchool
        Each observation predicted from the other schools alone; none in what is published.
    inside, total : int
        How many observations lie in the interval of 80 % of that prediction, and of how many.
    evidence : EvidenceBase
        For the forecast of the next school of the hub, edition marked.
    disclosure : str
        ``internal`` or ``published``.
    """

    size: Count
    shared: Entries[Belief] = field(converter=TupleOf[Belief])
    next_school: Entries[Belief] = field(converter=TupleOf[Belief])
    schools: Entries[SchoolBeliefs] = field(default=Entries(), converter=TupleOf[SchoolBeliefs])
    left_out: Entries[LeftOutSchool] = field(default=Entries(), converter=TupleOf[LeftOutSchool])
    inside: Count
    total: Count
    evidence: EvidenceBase
    disclosure: Text = "internal"

    def published(self, rules: DisclosureRules | None = None) -> CohortBeliefs:
        """Return what may be published: nothing of one school, nothing that rests on few.

        Raises
        ------
        InvalidInputError
            Fewer schools than the rules' threshold: each of them could work out the others'.
        """
        rules = given_rules(rules)
        if self.size < rules.threshold:
            message = f"{self.size} schools: expected {rules.threshold} or more, or a school could "
            message += "take its own result from the pooled one"
            raise InvalidInputError("published", [Fault("size", message)])
        return evolve(self, schools=(), left_out=(), disclosure="published")

    def to_rows(self) -> list[dict[str, Any]]:
        """Return a row for each study: what is shared, and of the next school; no school's own."""
        return [
            {
                "study": one.id,
                **{
                    f"{name}_{when}{part}": getattr(getattr(belief, when), which)
                    for name, belief in (("shared", one), ("next_school", other))
                    for when in ("before", "after")
                    for part, which in (("", "value"), ("_lower", "lower"), ("_upper", "upper"))
                },
            }
            for one, other in zip(self.shared, self.next_school, strict=True)
        ]

    def _label(self) -> str:
        return f"{count_of(self.size, 'school')}, {count_of(len(self.shared), 'effect')}"

    def _lines(self) -> list[str]:
        return [
            f"Effects after {count_of(self.size, 'school')}; below 0 is fewer problems",
            "  They hold if the model does, and say nothing about what caused what was seen.",
            *(f"  In the hub: {b}" for b in self.shared),
            *(f"  In its next school: {b}" for b in self.next_school),
            f"  Each school predicted from the others: {self.inside} of {self.total} observations "
            f"inside an interval of {_INSIDE:.0%}",
        ]


def learn_cohort(
    forecasts: Mapping[str, Forecast] | Sequence[Forecast],
    observations: Mapping[str, Sequence[Observation]] | Sequence[Sequence[Observation]],
    *,
    evidence: EvidenceBase | None = None,
    progress: Progress | None = None,
    stop: Stop | None = None,
) -> CohortBeliefs:
    r"""Learn from what was seen in several schools of a hub, pooling them in part.

    Parameters
    ----------
    forecasts : mapping of str to Forecast, or sequence
        One of each school, by its id, made before the observations and with one evidence base; at
        least two.
    observations : mapping of str to sequence of Observation, or sequence
        Those of the same schools, at least one of each.
    evidence : EvidenceBase, optional
        The one that the forecasts were made with; the shipped one where not given.
    progress : callable, optional
        Called with ("learning", turns of a school done, turns).
    stop : callable, optional
        Asked again and again: once it says True, `StoppedError` is raised in under a second.

    Returns
    -------
    CohortBeliefs

    Raises
    ------
    InvalidInputError
        Schools that are not in both, observations that are not in the forecast, other
        evidence than the forecasts', a school whose observations hardly any draw fits, or
        forecasts of more draws than memory holds.
    StoppedError
        The learning was stopped.

    Notes
    -----
    In the forecast the effect of a step in school :math:`s` is :math:`\mu + \epsilon z +
    \sigma u_s`: how far off the study is, :math:`z`, is the same everywhere, and how well it takes
    is :math:`u_s`. The spread :math:`\sigma` is that between settings, widened by a factor
    :math:`f` of the grade. What the grade adds is doubt whether the evidence carries over, which
    schools of one hub share, so :math:`u_s = \sqrt\rho\,h + \sqrt{1 - \rho}\,e_s` with
    :math:`\rho = 1 - 1/f^2` (judgement). Nothing changes for one school alone.

    ``z`` and ``h`` are learned from all schools by expectation propagation [1]_: each school in
    turn is drawn again from what the others say and weighed by its own observations, and its part
    in what is shared is a normal factor. All else (fidelity, reach, gaps, ramp) is a school's own.
    Each school is also predicted from the others alone, as a check.

    References
    ----------
    .. [1] Minka, T. P. (2001). Expectation propagation for approximate Bayesian inference. *UAI*
       17, 362-369.
    """
    check = Check("learn_cohort")
    watch = check.watch(progress, stop)
    named = _by_school("forecasts", forecasts, check)
    seen = _by_school("observations", observations, check)
    base = load_evidence() if evidence is None else evidence
    check.value("evidence", base, EvidenceBase)
    check.done()
    for name in sorted({*named} ^ {*seen}):
        missing = "observations" if name in named else "forecasts"
        check.fault(f"{missing}[{name!r}]", f"no {missing} of this school: give both or neither")
    if check.ok() and len(named) < 2:  # noqa: PLR2004  (nothing to pool)
        check.fault("forecasts", "one school: use learn")
    for name, made in named.items():
        path = f"forecasts[{name!r}]"
        if check.value(path, made, Forecast):
            used = (base.id, base.edition)
            check.add(
                belongs_faults(path, "evidence", (made.evidence, made.evidence_edition), used)
            )
        if name in seen:
            check_observations(check, f"observations[{name!r}]", seen[name], made)
    check.done()
    rows = max(2 * len(_told(m.inputs, seen[key])) + len(seen[key]) for key, m in named.items())
    draws = sum(made.draws for made in named.values())
    check.kept("forecasts", draws, _BYTES * (rows + 1), "draws of all schools")
    check.done()
    studies = sorted({s for made in named.values() for s in made.inputs.studies})
    grades = {
        k: [g for m in named.values() for g in cited_grades(base, m.inputs, k)] for k in studies
    }
    common = np.array([_common_share(grades[k]) for k in studies])
    parts = [_School(name, named[name], seen[name], studies, common) for name in named]
    return _result(parts, _propagate(parts, watch), base, studies, grades, common)


def _by_school(name: str, given: object, check: Check) -> dict[str, Any]:
    if isinstance(given, Mapping):
        return dict(given) if check.value(name, given, Mapping[str, object]) else {}
    if isinstance(given, (list, tuple)):
        return {f"school-{i + 1}": entry for i, entry in enumerate(given)}
    check.fault(name, f"expected a mapping or a list with an entry a school, got {shorten(given)}")
    return {}


def _common_share(grades: Sequence[Grade]) -> float:
    """Return how much of the spread is doubt that all schools share."""
    wide = fsum(g.tau_factor for g in grades) / len(grades)
    return max(0.0, 1 - 1 / wide**2) if wide > 0 else 0.0


# -- expectation propagation -----------------------------------------------------------------


class _Normal(NamedTuple):
    """A normal distribution by precision, and precision times mean."""

    precision: FloatArray
    shift: FloatArray

    def moments(self) -> tuple[FloatArray, FloatArray]:
        cov = np.asarray(np.linalg.inv(self.precision), dtype=np.float64)
        return cov @ self.shift, cov


class _Drawn(NamedTuple):
    """Draws of one school, from where the others have led."""

    effects: FloatArray
    """Study errors, then settings, of the studies that can be learned: shape (2 k, n)."""
    expected: FloatArray
    """Of each observation."""
    weights: FloatArray
    """By its own observations; they add up to 1."""

    @property
    def effective(self) -> float:
        return float(1 / (self.weights @ self.weights))

    def moments(self, mean: FloatArray, cov: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return mean and covariance of the effects, given those that they were drawn from.

        How far the unweighted draws are off by chance is taken away, as in `learn`.
        """
        n = self.effects.shape[1]
        (plain, about), (at, spread) = (self._weighed(w) for w in (np.full(n, 1 / n), self.weights))
        moved = cov + spread - about
        if np.linalg.eigvalsh(moved).min() <= 0:  # few draws, or hardly any left of them
            moved = spread
        return mean + at - plain, moved

    def _weighed(self, weights: FloatArray) -> tuple[FloatArray, FloatArray]:
        mean = self.effects @ weights
        away = self.effects - mean[:, None]
        return mean, (away * weights) @ away.T


class _School:
    """One school, and the part that its observations have in what is shared."""

    def __init__(
        self,
        name: str,
        made: Forecast,
        seen: Sequence[Observation],
        studies: Sequence[str],
        common: FloatArray,
    ) -> None:
        self.name, self.made, self.seen = name, made, seen
        self.told = _told(made.inputs, seen)
        at = [studies.index(made.inputs.studies[i]) for i in self.told]
        k, j = len(at), len(studies)
        self.loading = np.zeros((2 * k, 2 * j))
        self.loading[range(k), at] = 1.0
        self.loading[range(k, 2 * k), [j + i for i in at]] = np.sqrt(common[at])
        self.own = np.concatenate([np.zeros(k), 1 - common[at]])
        self.site = _Normal(np.zeros((2 * j, 2 * j)), np.zeros(2 * j))

    def prior(self, cavity: _Normal) -> tuple[FloatArray, FloatArray]:
        """Return mean and covariance of its effects, given what the other schools say."""
        mean, cov = cavity.moments()
        return self.loading @ mean, self.loading @ cov @ self.loading.T + np.diag(self.own)

    def draw(self, cavity: _Normal, watch: Watch) -> _Drawn:
        """Draw it again from what the other schools say, and weigh by its own observations."""
        mean, cov = self.prior(cavity)
        values, vectors = np.linalg.eigh(cov)
        # The symmetric root: the vectors alone have signs that differ between machines.
        root, k = (vectors * np.sqrt(np.maximum(values, 0.0))) @ vectors.T, len(self.told)

        def change(draws: ChunkDraws) -> ChunkDraws:
            normals = np.concatenate([draws.study[self.told], draws.setting[self.told]])
            moved = mean[:, None] + root @ normals
            draws.study[self.told], draws.setting[self.told] = moved[:k], moved[k:]
            return draws

        made = self.made
        quiet = Watch(stop=watch.stop)
        effects, expected, logs = list[FloatArray](), list[FloatArray](), list[FloatArray]()
        for c in weigh_draws(made.inputs, made.seed, made.draws, self.seen, change, quiet):
            effects.append(np.concatenate([c.study[self.told], c.setting[self.told]]))
            expected.append(c.expected)
            logs.append(c.log_weights)
        log = np.concatenate(logs)
        weights = np.exp(log - log.max())
        return _Drawn(
            np.concatenate(effects, axis=1),
            np.concatenate(expected, axis=1),
            weights / weights.sum(),
        )

    def refresh(self, cavity: _Normal, watch: Watch) -> None:
        """Set its site so that what is shared has the moments of its weighted draws."""
        drawn = self.draw(cavity, watch)
        if drawn.effective < _FEWEST:
            return  # too far from where the others have led so far: they will lead on
        before, wide = self.prior(cavity)
        at, spread = drawn.moments(before, wide)
        mean, cov = cavity.moments()
        gain = cov @ self.loading.T @ np.linalg.pinv(wide)
        new = cov - gain @ self.loading @ cov + gain @ spread @ gain.T
        precision = np.linalg.inv(new)
        shift = precision @ (mean + gain @ (at - before))
        self.site = _Normal(precision - cavity.precision, shift - cavity.shift)


def _told(inputs: ForecastInputs, seen: Sequence[Observation]) -> list[int]:
    """Return the studies on whose outcomes there are observations: only they can be learned."""
    looked = {s.outcome for s in seen} - {*inputs.principles}
    views = looked - {*inputs.outcomes}  # a view is a share of conduct
    wanted = looked | ({Outcome.CONDUCT.value} if views else set())
    pairs = zip(inputs.study, inputs.outcome, strict=True)
    return sorted({s for s, o in pairs if inputs.outcomes[o] in wanted})


def _without(parts: Sequence[_School], one: _School | None) -> _Normal:
    """Return what all schools but one say of what is shared, with the prior."""
    size = parts[0].loading.shape[1]
    others = [p.site for p in parts if p is not one]
    precision = np.eye(size) + sum(s.precision for s in others)
    # A factor that widens would let rounding take the whole below what any data can.
    values, vectors = np.linalg.eigh(precision)
    precision = (vectors * np.maximum(values, 1.0)) @ vectors.T
    return _Normal(
        precision, np.sum([s.shift for s in others], axis=0) if others else np.zeros(size)
    )


def _propagate(parts: Sequence[_School], watch: Watch) -> list[_Drawn]:
    """Let each school learn from the others in turn; return the draws of each given them.

    Raises
    ------
    InvalidInputError
        Hardly any draw of a school carries what was seen in it.
    """
    turns = watch.over(STAGE, [*parts] * (_SWEEPS + 1), len(parts) * (_SWEEPS + 1))
    for part in islice(turns, _SWEEPS * len(parts)):
        part.refresh(_without(parts, part), watch)
    last = [part.draw(_without(parts, part), watch) for part in turns]
    faults = [
        Fault(
            f"observations[{part.name!r}]",
            f"only {drawn.effective:.0f} draws carry what was seen, fewer than {_LEAST:.0f}: check "
            "the observations and their standard errors, or forecast with more draws",
        )
        for part, drawn in zip(parts, last, strict=True)
        if drawn.effective < _LEAST
    ]
    if faults:
        raise InvalidInputError("learn_cohort", faults)
    return last


# -- what is said of it ----------------------------------------------------------------------


def _result(  # noqa: PLR0913, PLR0917  (the parts of the result)
    parts: Sequence[_School],
    drawn: Sequence[_Drawn],
    base: EvidenceBase,
    studies: Sequence[str],
    grades: Mapping[str, Sequence[Grade]],
    common: FloatArray,
) -> CohortBeliefs:
    mean, cov = _without(parts, None).moments()
    count = len(studies)
    shared: list[Belief] = []
    ahead: list[Belief] = []
    parameters: dict[str, EffectParameter] = {}
    effects: dict[str, StepEffect] = {}
    for j, key in enumerate(studies):
        old, cited, rho = base.parameter(key), grades[key], float(common[j])
        keep = fsum(g.discount for g in cited) / len(cited)
        wide = fsum(g.spread for g in cited) / len(cited)
        effects[key] = effect = graded_effect(old, keep, wide)
        load = np.zeros(2 * count)
        load[j], load[count + j] = effect.error, effect.spread * sqrt(rho)
        own = effect.spread**2 * (1 - rho)
        value, variance = effect.mean + load @ mean, load @ cov @ load
        prior = float(load @ load)
        for made, more, where in ((shared, 0.0, "in this hub"), (ahead, own, "in its next school")):
            made.append(
                _belief(
                    key,
                    f"{old.name}, {where}",
                    (effect.mean, sqrt(prior + more)),
                    (float(value), sqrt(float(variance) + more)),
                    old.scale.value,
                )
            )
        h = count + j
        moved = Moved(
            study=float(mean[j]),
            study_ratio=sqrt(float(cov[j, j])),
            setting=sqrt(rho) * float(mean[h]),
            setting_ratio=sqrt(rho * float(cov[h, h]) + 1 - rho),
            covariance=sqrt(rho) * float(cov[j, h]),
        )
        note = f"Updated from what was seen in {count_of(len(parts), 'school')} of a hub"
        parameters[key] = moved_effect(old, cited, moved, note)
    schools, left_out = [], []
    for part, own_draws in zip(parts, drawn, strict=True):
        at, spread = own_draws.moments(*part.prior(_without(parts, part)))
        beliefs = _of_school(part, at, spread, studies, effects, base)
        school = SchoolBeliefs(school=part.name, effective=own_draws.effective, beliefs=beliefs)
        schools.append(school)
        left_out += _left_out(part, own_draws)
    return CohortBeliefs(
        size=len(parts),
        shared=shared,
        next_school=ahead,
        schools=schools,
        left_out=left_out,
        inside=sum(x.inside for x in left_out),
        total=len(left_out),
        evidence=evolve(
            base,
            edition=f"{base.edition}+hub-of-{len(parts)}",
            parameters=[parameters.get(p.id, p) for p in base.parameters],
        ),
    )


def _belief(
    key: str, name: str, before: tuple[float, float], after: tuple[float, float], unit: str
) -> Belief:
    made = (normal_estimate(-m, s, method=_METHOD, unit=unit) for m, s in (before, after))
    return Belief(id=key, name=name, before=next(made), after=next(made))


def _of_school(  # noqa: PLR0913, PLR0917  (the parts of what is said)
    part: _School,
    at: FloatArray,
    spread: FloatArray,
    studies: Sequence[str],
    effects: Mapping[str, StepEffect],
    base: EvidenceBase,
) -> list[Belief]:
    k = len(at) // 2
    beliefs = []
    for i in range(k):
        key = studies[int(np.argmax(part.loading[i]))]
        effect = effects[key]
        load = np.zeros(2 * k)
        load[i], load[k + i] = effect.error, effect.spread
        old = base.parameter(key)
        beliefs.append(
            _belief(
                key,
                f"{old.name}, in this school",
                (effect.mean, sqrt(float(load @ load))),
                (float(effect.mean + load @ at), sqrt(max(0.0, float(load @ spread @ load)))),
                old.scale.value,
            )
        )
    return beliefs


def _left_out(part: _School, drawn: _Drawn) -> list[LeftOutSchool]:
    found = []
    for seen, values in zip(part.seen, drawn.expected, strict=True):
        spread = sqrt(float(values.var()) + seen.standard_error**2)
        expected = normal_estimate(float(values.mean()), spread, level=_INSIDE, method=_METHOD)
        found.append(
            LeftOutSchool(
                school=part.name,
                outcome=seen.outcome,
                half_term=seen.half_term,
                expected=expected,
                seen=seen.value,
            )
        )
    return found
