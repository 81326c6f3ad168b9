"""The change between two waves of a survey question, and what missing answers could hide."""

from __future__ import annotations

from collections.abc import Sequence
from math import sqrt
from typing import Annotated

import numpy as np
from attrs import evolve, field, frozen
from numpy.typing import ArrayLike, NDArray

from behaviour_culture.arguments import Arguments
from behaviour_culture.checks import TupleOf, Value, as_float
from behaviour_culture.disclosure.rules import DisclosureRules
from behaviour_culture.fields import Count, OneOf, Range, Share, Texts
from behaviour_culture.model.estimate import Estimate, StudyDesign
from behaviour_culture.statistics.estimates import normal_quantile, t_quantile
from behaviour_culture.statistics.mean_interval import interval_of_mean
from behaviour_culture.typing import FloatArray

__all__ = ["RESPONDENTS", "SurveyChange", "survey_change"]

RESPONDENTS = ("staff", "pupils", "parents")
_DROP, _FLAG = 30, 100
_CARE = "read it with care"
_ALIKE = "Answers are taken to be independent: give the classes of pupils, who answer alike."


@frozen(kw_only=True, repr=False)
class SurveyChange(Value):
    """The change in the share who gave the good answer, for one group, never a mean of groups.

    Attributes
    ----------
    change : Estimate or None
        Share after less share before; None where a base is under 30.
    before, after : float or None
        The shares among those who answered.
    worst, best : float or None
        The least and the greatest possible change, if those who did not answer had answered.
    response_before, response_after : float
        Share of those asked who answered.
    """

    group: Annotated[str, OneOf(RESPONDENTS)]
    question: str = ""
    change: Estimate | None = None
    before: Share | None = None
    after: Share | None = None
    base_before: Count
    base_after: Count
    response_before: Share = field(converter=as_float)
    response_after: Share = field(converter=as_float)
    worst: Annotated[float, Range(low=-1, high=1)] | None = None
    best: Annotated[float, Range(low=-1, high=1)] | None = None
    paired: bool
    caveats: Texts = field(default=(), converter=TupleOf[str])

    def _label(self) -> str:
        if self.change is None:
            return f"{self.group}: base too small"
        made = self.change
        sure = f"({100 * made.lower:+z.0f} to {100 * made.upper:+z.0f})"
        return f"{self.group}: {100 * made.value:+z.0f} {sure} points"

    def _lines(self) -> list[str]:
        name = self.group.capitalize()
        if self.change is None or self.before is None or self.after is None:
            return [f"{name}: no figures, since fewer than {_DROP} answered in a wave"]
        found = self.change
        for share, base in ((self.before, self.base_before), (self.after, self.base_after)):
            count = round(share * base)
            if 0 < count < base and DisclosureRules().percentage(count, base) is None:
                return [f"{name}: no figures, since in a wave few gave one of the two answers"]
        lines = [
            f"{name}: {100 * self.before:.0f}% before, {100 * self.after:.0f}% after, a change of "
            f"{100 * found.value:+z.0f} points ({found.level:.0%} interval "
            f"{100 * found.lower:+z.0f} to {100 * found.upper:+z.0f})",
            f"  {self.base_before} and {self.base_after} answered, "
            f"{self.response_before:.0%} and {self.response_after:.0%} of those asked",
        ]
        if self.worst is not None and self.best is not None:
            lines.append(
                f"  With those who did not answer, anything from {100 * self.worst:+z.0f} "
                f"to {100 * self.best:+z.0f} points is possible"
            )
        return lines + [f"  {caveat}" for caveat in self.caveats]


def survey_change(  # noqa: PLR0913  (two waves)
    before: ArrayLike,
    after: ArrayLike,
    *,
    group: str,
    asked_before: int,
    asked_after: int,
    paired: bool = False,
    clusters_before: Sequence[object] | None = None,
    clusters_after: Sequence[object] | None = None,
    question: str = "",
    level: float = 0.95,
) -> SurveyChange:
    """Compare two waves of one question, for one group of people.

    Parameters
    ----------
    before, after : array-like of shape (n,) of 0 and 1
        The answers: 1 for the good one, such as "behaviour is good". Those who did not answer
        are left out. If ``paired``, the same people in the same order.
    group : {"staff", "pupils", "parents"}
        Who answered. A call takes one group: groups are never pooled.
    asked_before, asked_after : int
        Number of people asked, at least as many as answered.
    paired : bool
        The rows of both waves are the same people.
    clusters_before, clusters_after : sequence, optional
        The class of each who answered, both or neither: pupils of one class answer alike, and
        without their classes the interval takes them to be independent. At least two classes a
        wave; of the same people the classes of the first wave count.
    question : str
    level : float
        Coverage, between 0 and 1.

    Returns
    -------
    SurveyChange

    Raises
    ------
    InvalidInputError

    Notes
    -----
    Unpaired: Newcombe's hybrid of two Wilson intervals (1998, *Statistics in Medicine* 17,
    873-890). Paired: Wald with a half added to each cell (Agresti & Min 2005, *Statistics in
    Medicine* 24, 729-740). Bounds: Manski (1989), *Journal of Human Resources* 24, 343-360. The
    bases of 30 and 100 are those that large surveys of schools use for dropping and flagging.

    Examples
    --------
    >>> answers = survey_change(
    ...     [1] * 60 + [0] * 60,
    ...     [1] * 80 + [0] * 40,
    ...     group="pupils",
    ...     asked_before=150,
    ...     asked_after=150,
    ... )
    >>> print(answers)
    Pupils: 50% before, 67% after, a change of +17 points (95% interval +4 to +28)
      120 and 120 answered, 80% and 80% of those asked
      With those who did not answer, anything from -7 to +33 points is possible
      Answers are taken to be independent: give the classes of pupils, who answer alike.
    """
    given = Arguments("survey_change")
    one = given.numbers("before", before)
    two = given.numbers("after", after, last=one.size if paired is True and one.size else None)
    for name, found in (("before", one), ("after", two)):
        if found.size:
            given.truths(name, found, last=found.size)
    given.one_of("group", group, RESPONDENTS)
    given.whole("asked_before", asked_before, max(one.size, 1))
    given.whole("asked_after", asked_after, max(two.size, 1))
    given.flag("paired", paired)
    given.number("level", level, above=0, below=1)
    given.value("question", question, str)
    places = _classes(given, clusters_before, clusters_after, (one.size, two.size))
    given.done()
    bases, asked = (one.size, two.size), (asked_before, asked_after)
    smallest = min(bases)
    caveats = []
    if smallest < _FLAG:
        least, meaning = (_DROP, "no figures are shown") if smallest < _DROP else (_FLAG, _CARE)
        caveats.append(f"A base of {smallest} is under {least}: {meaning}.")
    if places is None and group == "pupils":
        caveats.append(_ALIKE)
    counted = SurveyChange(
        group=group,
        question=question,
        base_before=bases[0],
        base_after=bases[1],
        response_before=bases[0] / asked[0],
        response_after=bases[1] / asked[1],
        paired=bool(paired),
        caveats=caveats,
    )
    if smallest < _DROP:
        return counted
    yes = float(one.sum()), float(two.sum())
    effects = [1.0, 1.0]
    if places is not None:
        waves = (two - one,) * 2 if paired else (one, two)
        where = (places[0],) * 2 if paired else places
        effects = [_design_effect(v, p, level) for v, p in zip(waves, where, strict=True)]
    if paired:
        gained, lost = float((two > one).sum()), float((two < one).sum())
        change = _paired(gained, lost, bases[0], level, effects[0])
    else:
        change = _unpaired(yes, bases, level, effects)
    # All who did not answer would have said no, or yes.
    lows = [y / a for y, a in zip(yes, asked, strict=True)]
    highs = [(y + a - n) / a for y, a, n in zip(yes, asked, bases, strict=True)]
    return evolve(
        counted,
        change=change,
        before=yes[0] / bases[0],
        after=yes[1] / bases[1],
        worst=lows[1] - highs[0],
        best=highs[1] - lows[0],
    )


def _classes(
    given: Arguments, before: object, after: object, sizes: tuple[int, int]
) -> tuple[NDArray[np.intp], NDArray[np.intp]] | None:
    """Return the number of each answer's class, or None without classes, noting every fault."""
    if before is None and after is None:
        return None
    found = []
    pairs = (("clusters_before", before), ("clusters_after", after))
    for (name, labels), size in zip(pairs, sizes, strict=True):
        kept = given.labels(name, labels, length=size) if size else []
        if kept and len(set(kept)) < 2:  # noqa: PLR2004  (one class has no variance)
            given.fault(name, "all are of one class: how classes differ cannot be seen", labels)
        found.append(np.unique([str(k) for k in kept], return_inverse=True)[1])
    return found[0], found[1]


def _design_effect(values: FloatArray, places: NDArray[np.intp], level: float) -> float:
    """Return by how much classes and their number widen the variance of a mean, 1 or more."""
    number, size = int(places.max()) + 1, len(values)
    away = values - values.mean()
    plain = float((away**2).sum()) / (size - 1)
    sums = np.bincount(places, weights=away)
    spread = float((sums**2).sum()) * number / (number - 1) / size
    widened = max(spread / plain, 1.0) if plain > 0 else 1.0
    return widened * (t_quantile(0.5 + level / 2, number - 1) / normal_quantile(level)) ** 2


def _unpaired(
    yes: tuple[float, float],
    bases: tuple[int, int],
    level: float,
    effects: Sequence[float],
) -> Estimate:
    (p, low_p, high_p), (q, low_q, high_q) = (
        (y / n, *interval_of_mean(y / n, [(n - y) / d, y / d], [0, 1], n / d, level)[:2])
        for y, n, d in zip(yes, bases, effects, strict=True)
    )
    value = q - p
    return Estimate(
        value=value,
        lower=value - sqrt((q - low_q) ** 2 + (high_p - p) ** 2),
        upper=value + sqrt((high_q - q) ** 2 + (p - low_p) ** 2),
        level=level,
        method="difference of shares, Newcombe's interval",
        design=StudyDesign.BEFORE_AFTER,
    )


def _paired(gained: float, lost: float, size: int, level: float, effect: float) -> Estimate:
    z = normal_quantile(level)
    number, up, down = size + 2, gained + 0.5, lost + 0.5
    centre = (up - down) / number
    error = sqrt(effect * (up + down - (up - down) ** 2 / number)) / number
    value = (gained - lost) / size
    return Estimate(
        value=value,
        lower=max(-1.0, min(value, centre - z * error)),
        upper=min(1.0, max(value, centre + z * error)),
        level=level,
        standard_error=error,
        method="difference of paired shares, Agresti and Min's interval",
        design=StudyDesign.BEFORE_AFTER,
    )
