"""The rows of an evidence base pooled by outcome, and each predicted from the others."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from math import sqrt
from typing import Annotated, Any

import numpy as np
from attrs import field, frozen

from behaviour_culture._entries import Entries
from behaviour_culture.checks import Check, TupleOf, Value, as_float, as_tuple
from behaviour_culture.errors import MissingExtraError
from behaviour_culture.fields import Percent, Range, Slug, Slugs, Text, Unique
from behaviour_culture.impact.analysis.pooling import paule_mandel, spread_of
from behaviour_culture.model.estimate import Estimate
from behaviour_culture.model.evidence import EvidenceBase
from behaviour_culture.model.finding import AssumptionKind, Evaluator, Finding, FindingScale
from behaviour_culture.model.setting import Setting
from behaviour_culture.statistics.estimates import normal_estimate, t_quantile
from behaviour_culture.statistics.root import root_of
from behaviour_culture.typing import FloatArray

__all__ = ["EvidencePool", "LeaveOneOut", "PredictedRow", "Sensitivity", "leave_one_out"]

_LEVEL = 0.8
_LEAST = 4
"""Rows that leave three to predict from, the fewest that say how far settings differ."""
_FEW = 7
"""With fewer rows, four degrees of freedom at most: the interval is wide whatever the truth."""
_FACTORS = (0.7, 1.4)


@frozen(kw_only=True, repr=False)
class Sensitivity(Value):
    """What the pool becomes where one kind of assumption behind its errors is doubted.

    Attributes
    ----------
    assumption : AssumptionKind
    rows : tuple of str
        The rows whose standard error rests on it.
    without : Estimate or None
        The mean without these rows; None where fewer than three are left.
    smaller, larger : Estimate
        The mean with their errors taken 0.7 and 1.4 times as large (judgement: an ICC taken
        half or double moves the error by about so much).
    """

    assumption: AssumptionKind
    rows: Slugs = field(converter=TupleOf[str])
    without: Estimate | None = None
    smaller: Estimate
    larger: Estimate

    def _lines(self) -> list[str]:
        left = "too few are left" if self.without is None else _range(self.without)
        return [
            f"{self.assumption.value} assumed in {', '.join(self.rows)}: without them {left}; "
            f"with smaller errors {_range(self.smaller)}, with larger {_range(self.larger)}"
        ]


@frozen(kw_only=True, repr=False)
class EvidencePool(Value):
    """The mean of one outcome over the rows of an evidence base, and how far settings differ.

    Attributes
    ----------
    outcome : str
        The pool that the rows name; for the outcomes of a forecast it has their id.
    rows : tuple of str
    estimate : Estimate
        The mean over settings with its 95% interval.
    tau : Estimate
        Standard deviation between settings, with its 95% interval; the value may lie outside.
    i2 : float
        Share of the spread that is not chance within studies, in per cent.
    prediction : Estimate
        The true effect in one new setting, with its 80% interval.
    sensitivity : tuple of Sensitivity
        One for each kind of assumption that the errors of its rows rest on.
    """

    outcome: Slug
    scale: FindingScale
    rows: Annotated[Slugs, Unique()] = field(converter=TupleOf[str])
    estimate: Estimate
    tau: Estimate
    i2: Percent = field(converter=as_float)
    prediction: Estimate
    sensitivity: Entries[Sensitivity] = field(default=Entries(), converter=TupleOf[Sensitivity])

    def _lines(self) -> list[str]:
        tau = f"{self.tau.value:.2f} ({self.tau.lower:.2f} to {self.tau.upper:.2f})"
        return [
            f"{self.outcome}, {len(self.rows)} studies: mean {_range(self.estimate)} "
            f"{self.scale.value}, between settings {tau}; in a new setting "
            f"{_range(self.prediction)} with a chance of 80%",
            *(f"  {entry}" for entry in self.sensitivity),
        ]


@frozen(kw_only=True, repr=False)
class PredictedRow(Value):
    """One row beside the 80% interval in which the others expect its estimate."""

    row: Slug
    name: Text
    study: Slug
    seen: Annotated[float, Range()] = field(converter=as_float)
    expected: Estimate

    @property
    def inside(self) -> bool:
        """True where the estimate lies in the interval."""
        return self.expected.lower <= self.seen <= self.expected.upper

    def _lines(self) -> list[str]:
        where = "inside" if self.inside else "outside"
        return [f"{self.row}, {self.name}: {self.seen:+z.2f}, {where} {_range(self.expected)}"]


@frozen(kw_only=True, repr=False)
class LeaveOneOut(Value):
    """How often the other rows of a pool predict the one that is left out.

    Attributes
    ----------
    pooled : EvidencePool
        All rows together.
    predicted : tuple of PredictedRow
        Each row, beside the interval of the others with its own sampling error added.
    """

    pooled: EvidencePool
    predicted: Entries[PredictedRow] = field(converter=TupleOf[PredictedRow])

    @property
    def inside(self) -> int:
        """Number of rows inside the interval of the others."""
        return sum(row.inside for row in self.predicted)

    @property
    def total(self) -> int:
        """Number of rows that were left out, one at a time."""
        return len(self.predicted)

    @property
    def misses(self) -> Entries[PredictedRow]:
        """The rows outside the interval of the others."""
        return Entries(row for row in self.predicted if not row.inside)

    @property
    def width(self) -> float:
        """Mean width of the intervals, own error included: coverage is cheap where it is wide."""
        return float(np.mean([r.expected.upper - r.expected.lower for r in self.predicted]))

    @property
    def statement(self) -> str:
        """What the check can show and what it cannot, to print with it."""
        said = (
            "One row in five is expected outside. It tests whether studies of one outcome predict "
            "each other, not whether a step does what a programme did, nor whether studies that "
            "found nothing were left unpublished."
        )
        if self.total >= _FEW:
            return said
        return (
            f"{said} With {self.total} rows the interval rests on {self.total - 3} degree"
            f"{'' if self.total == _LEAST else 's'} of freedom: it is so wide that nearly "
            "anything passes, and passing shows little."
        )

    def to_rows(self) -> list[dict[str, Any]]:
        """Return a row for each study that was left out."""
        return [
            {
                "outcome": self.pooled.outcome,
                "row": r.row,
                "name": r.name,
                "study": r.study,
                "seen": r.seen,
                "lower": r.expected.lower,
                "upper": r.expected.upper,
                "inside": r.inside,
            }
            for r in self.predicted
        ]

    def _lines(self) -> list[str]:
        lines = [
            f"{self.pooled.outcome}: {self.inside} of {self.total} studies inside the 80% interval "
            f"of the others, on average {self.width:.2f} wide",
            *(f"  {row}" for row in self.misses),
        ]
        return [*lines, f"  {self.statement}"]


def _range(estimate: Estimate) -> str:
    return f"{estimate.value:+z.2f} ({estimate.lower:+z.2f} to {estimate.upper:+z.2f})"


def leave_one_out(
    evidence: EvidenceBase,
    *,
    outcome: str,
    settings: Iterable[str] = (),
    evaluator: str | None = None,
) -> LeaveOneOut:
    r"""Pool the rows of one outcome, and predict each of them from the others.

    Parameters
    ----------
    evidence : EvidenceBase
    outcome : str
        A pool that its rows name, such as ``conduct``, ``on-task``, ``bullied``, ``suspension``
        or ``absence``: one row for each trial, of one kind of rater and one scale.
    settings : iterable of Setting or str
        Only rows that were measured in one of these; all where not given.
    evaluator : Evaluator or str, optional
        Only rows of this kind of evaluator.

    Returns
    -------
    LeaveOneOut

    Raises
    ------
    InvalidInputError
        No such pool, or fewer than four rows: then it cannot be checked.
    MissingExtraError
        scipy is not installed.

    Notes
    -----
    Random effects with the variance between settings of Paule and Mandel (1982), the variance of
    the mean of Hartung and Knapp (2001) and a t distribution with two degrees of freedom fewer
    than rows [1]_. The interval for the row that is left out has its own error :math:`s_i` in it:

    .. math:: \hat\mu_{-i} \pm t_{0.9,\,k-3} \sqrt{\hat\tau_{-i}^2 + v_{-i} + s_i^2}

    The variance of the mean may fall below the plain one where rows agree better than their
    errors allow: then the mean is surer than it ought to be, which `pool_effects` forbids. The
    interval of the standard deviation between settings is by Q-profile [2]_.

    References
    ----------
    .. [1] Higgins, J. P. T., Thompson, S. G. and Spiegelhalter, D. J. (2009). A re-evaluation of
       random-effects meta-analysis. *JRSS A* 172, 137-159.
    .. [2] Viechtbauer, W. (2007). Confidence intervals for the amount of heterogeneity in
       meta-analysis. *Statistics in Medicine* 26, 37-52.

    Examples
    --------
    >>> import behaviour_culture as bc
    >>> checked = leave_one_out(bc.load_evidence(), outcome="conduct")
    >>> checked.inside, checked.total
    (10, 12)
    >>> [row.row for row in checked.misses]
    ['r06', 'r17']
    """
    check = Check("leave_one_out")
    check.value("evidence", evidence, EvidenceBase)
    wanted = (settings,) if isinstance(settings, str) else as_tuple(settings)
    named = wanted if check.value("settings", wanted, tuple[object, ...]) else ()
    for i, setting in enumerate(named):
        check.known(f"settings[{i}]", setting, {*Setting}, "setting")
    if evaluator is not None:
        check.known("evaluator", evaluator, {*Evaluator}, "kind of evaluator")
    check.done()
    known = {row.pool for row in evidence.findings if row.pool is not None}
    check.known("outcome", outcome, known, "pool of rows")
    check.done()
    rows = [
        row
        for row in evidence.findings
        if row.pool == outcome
        and (not wanted or {*wanted} & {*row.settings})
        and (evaluator is None or row.evaluator == evaluator)
    ]
    _check_rows(check, outcome, rows)
    check.done()
    effects, errors = _numbers(rows)
    predicted = []
    for i, row in enumerate(rows):
        rest = np.arange(len(rows)) != i
        mean, tau2, variance = _pooled(effects[rest], errors[rest])
        spread = sqrt(tau2 + variance + errors[i] ** 2)
        expected = _t_estimate(mean, spread, _LEVEL, len(rows) - 3)
        predicted.append(
            PredictedRow(
                row=row.id,
                name=row.name,
                study=row.study,
                seen=float(effects[i]),
                expected=expected,
            )
        )
    return LeaveOneOut(pooled=_pool(outcome, rows), predicted=predicted)


def _check_rows(check: Check, outcome: str, rows: list[Finding]) -> None:
    if len(rows) < _LEAST:
        message = f"cannot be checked: {len(rows)} rows of {outcome!r}, and {_LEAST} are needed"
        check.fault("outcome", message)
    if len({row.scale for row in rows}) > 1:
        check.fault("outcome", f"the rows of {outcome!r} are on more than one scale")
    studies = Counter(row.study for row in rows)
    twice = sorted(study for study, many in studies.items() if many > 1)
    if twice:
        check.fault("outcome", f"two rows of {outcome!r} are of one trial: {', '.join(twice)}")


def _numbers(rows: list[Finding]) -> tuple[FloatArray, FloatArray]:
    """Return estimates and errors; a row of a pool has both."""
    return np.array([row.estimate for row in rows], dtype=float), np.array(
        [row.error for row in rows], dtype=float
    )


def _pooled(effects: FloatArray, errors: FloatArray) -> tuple[float, float, float]:
    """Return the mean, the variance between settings, and Hartung and Knapp's of the mean."""
    tau2 = paule_mandel(effects, errors)
    weights = 1 / (errors**2 + tau2)
    mean, around = spread_of(effects, weights)
    return mean, tau2, around / (len(effects) - 1) / float(weights.sum())


def _t_estimate(mean: float, error: float, level: float, df: int) -> Estimate:
    return normal_estimate(
        float(mean),
        float(error),
        level=level,
        quantile=t_quantile((1 + level) / 2, df),
        method="Paule-Mandel, Hartung-Knapp variance, Student's t",
    )


def _mean(effects: FloatArray, errors: FloatArray) -> Estimate:
    mean, _, variance = _pooled(effects, errors)
    return _t_estimate(mean, sqrt(variance), 0.95, len(effects) - 1)


def _pool(outcome: str, rows: list[Finding]) -> EvidencePool:
    effects, errors = _numbers(rows)
    size = len(rows)
    mean, tau2, variance = _pooled(effects, errors)
    _, q = spread_of(effects, errors**-2)
    scale = rows[0].scale
    assert isinstance(scale, FindingScale)  # noqa: S101  (a row of a pool has one)
    return EvidencePool(
        outcome=outcome,
        scale=scale,
        rows=[row.id for row in rows],
        estimate=_mean(effects, errors),
        tau=_between(effects, errors, tau2),
        i2=100 * max(0.0, 1 - (size - 1) / q) if q > 0 else 0.0,
        prediction=_t_estimate(mean, sqrt(tau2 + variance), _LEVEL, size - 2),
        sensitivity=_doubted(rows, effects, errors),
    )


def _doubted(rows: list[Finding], effects: FloatArray, errors: FloatArray) -> list[Sensitivity]:
    kinds = sorted({a.kind for row in rows for a in row.assumptions})
    found = []
    for kind in kinds:
        on = np.array([any(a.kind is kind for a in row.assumptions) for row in rows])
        smaller, larger = (_mean(effects, np.where(on, f * errors, errors)) for f in _FACTORS)
        left = (~on).sum() >= _LEAST - 1
        found.append(
            Sensitivity(
                assumption=kind,
                rows=[row.id for row, doubted in zip(rows, on, strict=True) if doubted],
                without=_mean(effects[~on], errors[~on]) if left else None,
                smaller=smaller,
                larger=larger,
            )
        )
    return found


def _between(effects: FloatArray, errors: FloatArray, tau2: float) -> Estimate:
    """Return the standard deviation between settings with its Q-profile interval.

    Both ends are 0 where the rows agree better than their errors allow at any variance.
    """
    try:
        from scipy.special import chdtri  # type: ignore[import-untyped]  # noqa: PLC0415
    except ImportError:
        raise MissingExtraError("scipy", "stats", "pooling studies") from None
    df = len(effects) - 1

    most = 100 * (float(np.ptp(effects)) ** 2 + float((errors**2).max()))

    def at(target: float) -> float:
        """Return the variance at which Q, which falls with it, is ``target``; 0 if never above."""
        return root_of(
            lambda variance: -spread_of(effects, 1 / (errors**2 + variance))[1], -target, 0.0, most
        )

    tau = sqrt(tau2)
    lower, upper = (sqrt(at(float(chdtri(df, tail)))) for tail in (0.025, 0.975))
    return Estimate(
        value=tau,
        lower=min(lower, tau),
        upper=max(upper, tau),
        method="Paule-Mandel, interval by Q-profile",
    )
