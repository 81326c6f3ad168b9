"""How scores spread among similar schools, and where one school lies in that spread.

There are bands and no ranks. A school sees whether it lies below, within or above the middle
half of schools like it, and how clear that is, but never how many are ahead of it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Annotated, Any, ClassVar

import numpy as np
from attrs import field, frozen

from behaviour_culture._arrays import FrozenArray, array_field, frozen_array
from behaviour_culture._display import count_of
from behaviour_culture.audit.score import RATER_CORRELATION, score_audit
from behaviour_culture.checks import Check, MapOf, TupleOf, Value
from behaviour_culture.errors import Fault, InvalidInputError
from behaviour_culture.fields import Count, Range, Shape, Slug, Text, Texts
from behaviour_culture.model.estimate import Estimate
from behaviour_culture.programme.cohort.cohort import Cohort

__all__ = ["QUANTILES", "CohortBands", "SchoolStanding", "cohort_bands", "school_standing"]

QUANTILES = (0.1, 0.25, 0.5, 0.75, 0.9)
"""The ends of the bands: a tenth and a quarter of schools on each side, and the middle."""
Group = tuple[str, ...]
"""Empty for all schools; a phase; or a phase (empty where not known) and a context."""
ALL: Group = ()
_SMALLEST = 10
_ROUNDING = 1e-9
"""Scores so close are the same: one school's are summed in another way than those of all."""
_ROUND = 5


@frozen(kw_only=True, repr=False)
class CohortBands(Value):
    """How scores spread in groups of similar schools.

    Attributes
    ----------
    round, least : int
        The round, and the smallest group that has bands.
    groups : tuple of str
        Such as ``primary, high-fsm``, ``primary`` or ``all schools``.
    sizes : tuple of int
        Schools of each group, to the nearest five, so that the difference of two groups does
        not reveal a small number.
    parts : tuple of str
    quantiles : array of float, shape (groups, parts, 5)
        At 10, 25, 50, 75 and 90 % of the schools; NaN where too few have a score.
    """

    round: Annotated[int, Range(low=1)]
    least: Annotated[int, Range(low=_SMALLEST)]
    groups: Texts = field(converter=TupleOf[str])
    sizes: tuple[Count, ...] = field(converter=TupleOf[int])
    parts: Texts = field(converter=TupleOf[str])
    quantiles: Annotated[
        FrozenArray, Shape("groups", "parts", len(QUANTILES), missing=True), Range(low=0, high=1)
    ] = array_field()

    def _check(self, check: Check) -> None:
        if check.ok("sizes", "groups") and len(self.sizes) != len(self.groups):
            check.fault("sizes", "expected one for each group", self.sizes)
        if check.ok("quantiles") and (np.diff(np.asarray(self.quantiles), axis=2) < 0).any():
            check.fault("quantiles", "expected numbers that do not fall, or NaN")

    _COLUMNS: ClassVar[Mapping[str, type]] = {
        "group": str,
        "schools": int,
        "part": str,
        "p10": float,
        "p25": float,
        "p50": float,
        "p75": float,
        "p90": float,
    }

    def to_rows(self) -> list[dict[str, Any]]:
        """Return a row for each group and part."""
        return [
            {
                "group": group,
                "schools": self.sizes[g],
                "part": part,
                **_named(self.quantiles[g, p]),
            }
            for g, group in enumerate(self.groups)
            for p, part in enumerate(self.parts)
        ]

    def _label(self) -> str:
        return f"round {self.round}, {count_of(len(self.groups), 'group')}"

    def _lines(self) -> list[str]:
        lines = [
            f"Scores of round {self.round} in {count_of(len(self.groups), 'group')} of "
            f"{self.least} schools or more: a quarter, the middle, three quarters of the schools "
            "lie below"
        ]
        for group, size, found in zip(self.groups, self.sizes, self.quantiles, strict=True):
            low, middle, high = (float(x) for x in found[-1][1:4])
            lines.append(f"  {group}, about {size}: {low:.2f}, {middle:.2f}, {high:.2f}")
        return lines


@frozen(kw_only=True, repr=False)
class SchoolStanding(Value):
    """One school's scores beside the spread among schools like it.

    Attributes
    ----------
    school : str
    round : int
    group : str
        The schools that it is compared with.
    size : int
        Their number, to the nearest five.
    scores : mapping of str to Estimate
        The school's own, each with the interval of `score_audit` for one answer an item. How
        alike the answers of one rater are is at most how alike those of one school are.
    quantiles : array of float, shape (scores, 5)
        Of the group, in the order of the scores.
    """

    school: Slug
    round: Annotated[int, Range(low=1)]
    group: Text
    size: Count
    scores: Mapping[str, Estimate] = field(converter=MapOf[str, Estimate])
    quantiles: Annotated[FrozenArray, Shape("scores", len(QUANTILES)), Range(low=0, high=1)] = (
        array_field()
    )

    def _check(self, check: Check) -> None:
        if check.ok("quantiles") and (np.diff(np.asarray(self.quantiles), axis=1) < 0).any():
            check.fault("quantiles", "expected numbers that do not fall")

    @property
    def places(self) -> dict[str, str]:
        """For each part ``below``, ``within`` or ``above`` the middle half of the schools."""
        found = {}
        for (part, score), row in zip(self.scores.items(), self.quantiles, strict=True):
            low, high = _ends(row)
            found[part] = (
                "below" if score.value < low else "above" if score.value > high else "within"
            )
        return found

    @property
    def clear(self) -> dict[str, bool]:
        """For each part, whether the whole interval of the school's score lies in that place.

        Where it does not, other raters might well have placed the school elsewhere.
        """
        found = {}
        for (part, score), row in zip(self.scores.items(), self.quantiles, strict=True):
            low, high = _ends(row)
            inside = low <= score.lower and score.upper <= high
            found[part] = score.upper < low or score.lower > high or inside
        return found

    _COLUMNS: ClassVar[Mapping[str, type]] = {
        "part": str,
        "score": float,
        "lower": float,
        "upper": float,
        "middle_half": str,
        "clear": bool,
        "p10": float,
        "p25": float,
        "p50": float,
        "p75": float,
        "p90": float,
    }

    def to_rows(self) -> list[dict[str, Any]]:
        """Return a row for each part."""
        places, clear = self.places, self.clear
        return [
            {
                "part": part,
                "score": score.value,
                "lower": score.lower,
                "upper": score.upper,
                "middle_half": places[part],
                "clear": clear[part],
                **_named(row),
            }
            for (part, score), row in zip(self.scores.items(), self.quantiles, strict=True)
        ]

    def _label(self) -> str:
        return f"{self.school}, round {self.round}"

    def _lines(self) -> list[str]:
        lines = [
            f"{self.school} in round {self.round}, beside about {self.size} schools ({self.group}):"
        ]
        lines += [
            f"  {row['part']}: {row['score']:.2f} ({row['lower']:.2f} to {row['upper']:.2f}); "
            f"the middle half of schools {row['p25']:.2f} to {row['p75']:.2f}: "
            f"{row['middle_half']} it{'' if row['clear'] else ', not clearly'}"
            for row in self.to_rows()
        ]
        lines.append("  The place of a school says what to look at, not which school is better.")
        return lines


def _ends(row: Any) -> tuple[float, float]:  # noqa: ANN401  (an array)
    """Return the ends of the middle half, a little apart: a score on an end is within."""
    return float(row[1]) - _ROUNDING, float(row[3]) + _ROUNDING


def _named(row: Any) -> dict[str, float | None]:  # noqa: ANN401  (an array)
    return {
        f"p{round(100 * q)}": None if np.isnan(value) else float(value)
        for q, value in zip(QUANTILES, row, strict=True)
    }


def _grouped(cohort: Cohort, there: Any, least: int) -> list[Group]:  # noqa: ANN401  (an array)
    """Return for each school the finest of its groups that has bands.

    A group has bands where it is large enough, and where it does not leave out a few schools
    of the group around it: the difference of the two would reveal those few.
    """
    kinds = [_kinds(*pair) for pair in cohort.groups()]
    sizes = Counter(
        group for mine, known in zip(kinds, there, strict=True) if known for group in mine
    )
    shown = {group for group, number in sizes.items() if number >= least}
    while True:
        found = [next(group for group in mine if group in shown) for mine in kinds]
        needed = {*found, ALL}
        telling = [
            inner
            for outer in needed
            if len(inside := _within(outer, needed)) == 1
            for inner in inside
            if 0 < sizes[outer] - sizes[inner] < _SMALLEST
        ]
        if not telling:
            return found
        shown = needed.difference(telling)


def _kinds(phase: str, context: str) -> list[Group]:
    """Return the groups that a school is in, finest first."""
    groups = [(phase, context)] if context else []
    return [*groups, (phase,), ALL] if phase else [*groups, ALL]


def _within(outer: Group, groups: set[Group]) -> list[Group]:
    """Return the largest groups that lie inside another."""
    inside = {g for g in groups if g != outer and g[: len(outer)] == outer}
    return [g for g in inside if not any(g[:k] in inside for k in range(len(g)))]


def _name(group: Group) -> str:
    return ", ".join(filter(None, group)) or "all schools"


def cohort_bands(
    cohort: Cohort,
    *,
    round: int | None = None,  # noqa: A002  (the plain word)
    least: int = 30,
) -> CohortBands:
    """Return how scores spread among schools that are alike in phase and context.

    Parameters
    ----------
    cohort : Cohort
    round : int, optional
        The last where not given.
    least : int
        Smallest group that has bands of its own, from 10. The default of 30 is that of
        the Department for Education's omnibus surveys, which leave out questions that fewer
        answered (School and college voice, May 2025). A smaller group is merged into its
        phase, and a small phase into all schools. So is a group that leaves out fewer than
        ten of the schools around it: the difference of the two would reveal those few.

    Returns
    -------
    CohortBands

    Raises
    ------
    InvalidInputError
        ``least`` is below 10, or fewer schools than that have an audit of the round.
    UnknownNameError
        The cohort has no such round.

    Examples
    --------
    >>> import behaviour_culture as bc
    >>> from behaviour_culture.programme import Cohort
    >>> ratings = [[[float(i % 3)] * 45 for i in range(40)]]
    >>> cohort = Cohort(framework=bc.load_framework("tfi-2.1"), rounds=[1], ratings=ratings,
    ...                 schools=[f"s-{i:02d}" for i in range(40)])
    >>> cohort_bands(cohort).groups
    ('all schools',)
    """
    _require("cohort_bands", cohort, least)
    when = cohort.at_round(round)
    scores = cohort.scores()[when]
    there = ~np.isnan(scores[:, -1])
    if there.sum() < least:
        words = f"{there.sum()} schools have an audit of that round: bands need {least}"
        raise InvalidInputError("cohort_bands", [Fault("round", words)])
    groups = sorted({*_grouped(cohort, there, least), ALL}, key=_name)
    quantiles = np.full((len(groups), len(cohort.parts), len(QUANTILES)), np.nan)
    sizes = []
    for g, group in enumerate(groups):
        inside = np.array([group in _kinds(*pair) for pair in cohort.groups()]) & there
        sizes.append(_ROUND * int(inside.sum() / _ROUND + 0.5))
        for p in range(len(cohort.parts)):
            known = scores[inside, p]
            known = known[~np.isnan(known)]
            if len(known) >= least:
                quantiles[g, p] = np.maximum.accumulate(np.quantile(known, QUANTILES))
    return CohortBands(
        round=cohort.rounds[when],
        least=least,
        groups=map(_name, groups),
        sizes=sizes,
        parts=cohort.parts,
        quantiles=frozen_array(quantiles),
    )


def school_standing(
    cohort: Cohort,
    school: str,
    *,
    round: int | None = None,  # noqa: A002  (the plain word)
    least: int = 30,
) -> SchoolStanding:
    """Return one school's scores beside the bands of schools like it.

    Parameters
    ----------
    cohort : Cohort
    school : str
    round : int, optional
        The last where not given.
    least : int
        As for `cohort_bands`.

    Returns
    -------
    SchoolStanding

    Raises
    ------
    InvalidInputError
        As for `cohort_bands`; or the school has no audit of the round.
    UnknownNameError
        The cohort has no such school or round.

    Notes
    -----
    With one answer an item the leniency of a school's raters cannot be told from its standing,
    but both together show in how far schools differ. So the correlation of one rater's answers
    is taken to be that of one school's, the intraclass correlation of a one-way analysis of
    variance with the means of items removed [1]_, where it is below the default of
    `score_audit`. Where schools hardly differ, it is near 0 and a high score is clear.

    References
    ----------
    .. [1] Donner, A. (1986). A review of inference procedures for the intraclass correlation
       coefficient in the one-way random effects model. *International Statistical Review* 54,
       67-82.
    """
    _require("school_standing", cohort, least)
    at, when = cohort.place(school), cohort.at_round(round)
    bands = cohort_bands(cohort, round=cohort.rounds[when], least=least)
    if np.isnan(np.asarray(cohort.ratings)[when, at]).all():
        words = f"{school!r} has no audit of round {cohort.rounds[when]}"
        raise InvalidInputError("school_standing", [Fault("round", words)])
    audit, likeness = cohort.audit(school, cohort.rounds[when]), _likeness(cohort, when)
    result = score_audit(audit, cohort.framework, rater_correlation=likeness)
    scored = {score.id: score.estimate for score in result.scores}
    there = ~np.isnan(cohort.scores()[when, :, -1])
    group = _name(_grouped(cohort, there, least)[at])
    g = bands.groups.index(group)
    kept = [
        p
        for p, part in enumerate(bands.parts)
        if part in scored and not np.isnan(bands.quantiles[g, p]).any()
    ]
    return SchoolStanding(
        school=school,
        round=bands.round,
        group=group,
        size=bands.sizes[g],
        scores={bands.parts[p]: scored[bands.parts[p]] for p in kept},
        quantiles=frozen_array(np.asarray(bands.quantiles)[g][kept]),
    )


def _likeness(cohort: Cohort, when: int) -> float:
    """Return the correlation of two answers of one school, 0 to the default of `score_audit`."""
    scale = cohort.framework.scale
    places = [scale.fraction(v) for v in scale.values]
    found = np.interp(np.asarray(cohort.ratings)[when], scale.values, places)
    found = found[~np.isnan(found).all(axis=1)]
    there = ~np.isnan(found)
    found = np.where(there, found, 0.0)
    found = np.where(there, found - found.sum(axis=0) / np.maximum(1, there.sum(axis=0)), 0.0)
    sizes = there.sum(axis=1)
    total, schools = sizes.sum(), len(sizes)
    means = found.sum(axis=1) / sizes
    within = ((found - means[:, None]) ** 2 * there).sum() / max(1, total - schools)
    between = (sizes * (means - found.sum() / total) ** 2).sum() / max(1, schools - 1)
    usual = (total - (sizes**2).sum() / total) / max(1, schools - 1)
    extra = max(0.0, float(between - within) / usual) if usual > 0 else 0.0
    spread = extra + float(within)
    return min(RATER_CORRELATION, extra / spread) if spread > 0 else RATER_CORRELATION


def _require(subject: str, cohort: object, least: object) -> None:
    check = Check(subject)
    check.value("cohort", cohort, Cohort)
    check.whole("least", least, _SMALLEST)
    check.done()
