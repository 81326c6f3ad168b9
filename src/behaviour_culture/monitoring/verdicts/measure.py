"""One estimate of change, with all that must be printed beside it, and what it says by itself."""

from __future__ import annotations

import re
from enum import Enum
from math import log, sqrt
from typing import Annotated, Any

from attrs import evolve, field, frozen

from behaviour_culture.checks import Check, Value, as_float, as_tuple
from behaviour_culture.disclosure import DisclosureRules
from behaviour_culture.fields import Count, OneOf, Positive, Range, Text, Texts
from behaviour_culture.model.estimate import Estimate

__all__ = [
    "READS",
    "SURE",
    "Measure",
    "Reading",
    "are_one_piece",
    "forbidden_words",
    "move_together",
]

REPORTERS = ("staff", "pupils", "parents", "records")
TOPICS = ("behaviour", "suspensions", "lost-learning")
SCALES = ("ratio", "difference")
_CAUSAL = 4
_LEAST_SIDE = 8
"""Points on each side of a change below which a series is described only (judgement)."""
_SERIES, _SHORT = 3, 1
SURE = 0.95
"""Coverage that an interval must have before a measure counts as better or worse."""
_TOGETHER = 0.5
"""Agreement of two series, point by point, from which they count as one: that of normal
variables correlated at 0.7 (judgement)."""
_HIDDEN = "hidden: few events are behind it"
_BEARS = {
    "ratio of two Poisson rates": (
        1,
        "two totals are described only: a series shows how much they vary",
    ),
    "no inference": (1, "one school on each side is described only"),
    "difference of shares": (2, "two waves of a survey are design 2"),
    "difference of paired shares": (2, "two waves of a survey are design 2"),
    "segmented": (3, "one interrupted time series is design 3: it has no comparison"),
}
"""The highest design that an estimate of such a method bears, and why."""
_NEVER = re.compile(r"\bprove[dns]?\b", re.IGNORECASE)
_SUSPENSIONS = re.compile(r"\bsuspen(ded|sions?)\b|\b(permanent|fixed[- ]\w+) exclu", re.IGNORECASE)
_BELOW_FOUR = re.compile(r"\bimpact(s|ed|ful)?\b|\bbecause\b|\bdue\s+to\b", re.IGNORECASE)


class Reading(Enum):
    """What one measure says by itself."""

    BETTER = "better"
    WORSE = "worse"
    LITTLE_CHANGE = "little-change"
    COULD_NOT_TELL = "could-not-tell"
    DESCRIBED = "described"
    NOT_COMPARABLE = "not-comparable"


READS = {
    Reading.BETTER: "better",
    Reading.WORSE: "worse",
    Reading.LITTLE_CHANGE: "no change large enough to matter",
    Reading.COULD_NOT_TELL: "could not tell",
    Reading.DESCRIBED: "described only",
    Reading.NOT_COMPARABLE: "not comparable",
}


def _are_points(points: tuple[int, ...]) -> bool:
    return len(points) == 2 and min(points) >= 0  # noqa: PLR2004  (before and after)


def _optional_tuple(values: Any) -> Any:  # noqa: ANN401  (an attrs converter)
    return None if values is None else as_tuple(values)


@frozen(kw_only=True, repr=False)
class Measure(Value):
    """One estimate of change, with all that must be printed beside it.

    Attributes
    ----------
    name : str
        What was measured, such as "removals from lessons".
    reporter : {"staff", "pupils", "parents", "records"}
        Who reports it.
    source : str
        The record or survey that it comes from. Two measures out of one source are not
        independent.
    topic : {"behaviour", "suspensions", "lost-learning"}
        ``lost-learning`` is the total of hours out of lessons over every route.
    design : int
        1 described (short series), 2 control chart, 3 interrupted time series, 4 comparison
        schools, 5 randomised.
    estimate : Estimate
    scale : {"ratio", "difference"}
        No change is 1 on a ratio and 0 on a difference.
    lower_is_better : bool
    matters : float
        The smallest change that matters to the school: a ratio such as 0.8, or a difference
        above 0. Decide before you look.
    detectable : float or None
        What the comparison could find, on the same scale; see `detectable_effect`.
    window, exposure : str
        The dates, and the pupil school-days (or those asked) behind it.
    events : int or None
        Events, or answers, in the window; None where a small number was hidden.
    points : (int, int) or None
        Points of the series before and after the change, without those left out; needed from
        design 3. Under 8 on a side the measure is described only.
    sides : tuple of int
        For each point of the series 1 where it lay above the fit, -1 where not, 0 left out.
        Two measures that go up and down together are one, whatever their sources are called.
    recording_changes : tuple of str
        Changes of what is recorded, or how, inside the window, with their dates.

    Raises
    ------
    InvalidInputError
        Also for a text with "proved", or below design 4 with "impact", "because" or "due to".
    """

    name: Text
    reporter: Annotated[str, OneOf(tuple(REPORTERS))]
    source: Text
    topic: Annotated[str, OneOf(tuple(TOPICS))] = "behaviour"
    design: Annotated[int, Range(low=1, high=5)]
    estimate: Estimate
    scale: Annotated[str, OneOf(tuple(SCALES))] = "ratio"
    lower_is_better: bool = True
    matters: Positive = field(converter=as_float)
    detectable: Positive | None = None
    window: Text
    exposure: Text
    events: Count | None = None
    recording_changes: Texts = field(default=(), converter=as_tuple)
    points: tuple[int, ...] | None = field(default=None, converter=_optional_tuple)
    sides: tuple[Annotated[int, Range(low=-1, high=1)], ...] = field(default=(), converter=as_tuple)

    def _check(self, check: Check) -> None:
        points = self.points
        if points is not None and check.ok("points") and not _are_points(points):
            check.fault("points", "expected points before and after, 0 or more", points)
        if check.ok():
            self._check_scale(check)
            self._check_design(check)
            self._check_words(check)

    def _check_design(self, check: Check) -> None:
        if self.design == _SERIES and self.points is None:
            check.fault("points", "design 3 is a series: say how many points before and after")
        for words, (highest, why) in _BEARS.items():
            if words in self.estimate.method and self.design > highest:
                check.fault("design", f"{why}; expected at most {highest}", self.design)
                break
        if self.topic == "behaviour" and (
            found := _SUSPENSIONS.search(f"{self.name} {self.source}")
        ):
            check.fault("topic", f"{found.group()!r} belongs to topic 'suspensions'", self.topic)

    def _check_scale(self, check: Check) -> None:
        if self.scale == "difference":
            return
        if self.estimate.lower < 0:
            check.fault("estimate", "a ratio cannot be below 0", self.estimate.lower)
        for name in ("matters", "detectable"):
            if getattr(self, name) == 1:
                check.fault(name, "a ratio of 1 is no change")

    def _check_words(self, check: Check) -> None:
        for name in ("name", "source", "window", "exposure"):
            for word in forbidden_words(getattr(self, name), self.design):
                check.fault(name, f"design {self.design} does not allow {word!r}: reword it")
        texts = [("estimate.method", self.estimate.method), ("estimate.unit", self.estimate.unit)]
        texts += [(f"recording_changes[{i}]", t) for i, t in enumerate(self.recording_changes)]
        for name, text in texts:
            for word in forbidden_words(text, self.design):
                check.fault(name, f"design {self.design} does not allow {word!r}: reword it")

    def _signed(self, value: float) -> float:
        """Return a value as a change for the better (above 0) or the worse."""
        change = value if self.scale == "difference" else log(value) if value > 0 else -1e9
        return -change if self.lower_is_better else change

    @property
    def short(self) -> bool:
        """True where the measure is described only: by design, or for want of points."""
        few = self.points is not None and min(self.points) < _LEAST_SIDE
        return self.design == _SHORT or (few and self.design < _CAUSAL)

    @property
    def sure(self) -> bool:
        """True where the interval is one of 95 % at least, and is an interval at all."""
        found = self.estimate
        return found.level >= SURE - 1e-9 and found.lower < found.upper

    def published(self, rules: DisclosureRules | None = None) -> Measure:
        """Return the measure as it may be published.

        A small number of events is hidden, and an estimate that rests on it says nothing then;
        which points of a series lay above its fit is left out.
        """
        rules = rules or DisclosureRules()
        if self.events is None or not rules.is_small(self.events):
            events = None if self.events is None else rules.round(self.events)
            return evolve(self, events=events, sides=())
        none = 1.0 if self.scale == "ratio" else 0.0
        anything = Estimate(
            value=none, lower=none - 1, upper=none + 1, level=self.estimate.level, method=_HIDDEN
        )
        return evolve(self, events=None, estimate=anything, detectable=None, sides=())

    @property
    def reading(self) -> Reading:
        """What the measure says by itself."""
        if self.recording_changes:
            return Reading.NOT_COMPARABLE
        if self.short or not self.sure:
            return Reading.DESCRIBED if self.short else Reading.COULD_NOT_TELL
        low, high = sorted((self._signed(self.estimate.lower), self._signed(self.estimate.upper)))
        matters = abs(self._signed(self.matters))
        blind = self.detectable is not None and abs(self._signed(self.detectable)) > matters
        none = low <= 0 <= high
        if max(-low, high) < matters and not (none and blind):
            return Reading.LITTLE_CHANGE  # none, or too little to matter
        if none:
            return Reading.COULD_NOT_TELL
        return Reading.BETTER if low > 0 else Reading.WORSE

    def _label(self) -> str:
        return f"{self.name}: {READS[self.reading]}"

    def _lines(self) -> list[str]:
        found, events = self.estimate, self.published().events
        unit = "a ratio of " if self.scale == "ratio" else "a difference of "
        lines = [f"{self.name} ({self.reporter}): {READS[self.reading]}"]
        if events is None:
            lines.append("  no figures: few events are behind it")
        elif self.reading is not Reading.NOT_COMPARABLE:
            lines.append(
                f"  {unit}{found.value:.2f} ({found.level:.0%} interval {found.lower:.2f} to "
                f"{found.upper:.2f}); {found.method}"
            )
        if self.detectable is None:
            lines.append("  smallest change it could find: not worked out beforehand")
        else:
            lines.append(f"  smallest change it could find: {unit}{self.detectable:.2f}")
        changes = "; ".join(self.recording_changes) or "none known"
        lines.append(
            f"  window {self.window}; exposure {self.exposure}; "
            f"n {'hidden' if events is None else f'{events:,}'}; "
            f"recording changes: {changes}; level {self.design} of 5"
        )
        return lines


def forbidden_words(text: str, level: int) -> list[str]:
    """Return the words in a text that a design of this level may not use."""
    found = _NEVER.findall(text)
    if level < _CAUSAL:
        found += [m.group() for m in _BELOW_FOUR.finditer(text)]
    return found


def are_one_piece(one: Measure, other: Measure) -> bool:
    """Say whether two measures are one piece of evidence.

    They are where one source names the other ("behaviour log", "Behaviour log: lates"), where
    the estimates are the same to the last digit, or where the points of their series go up and
    down together.
    """
    words = [set(re.findall(r"\w+", m.source.casefold())) or {m.source} for m in (one, other)]
    if words[0] <= words[1] or words[1] <= words[0]:
        return True
    a, b = one.estimate, other.estimate
    if (a.value, a.lower, a.upper, one.events) == (b.value, b.lower, b.upper, other.events):
        return True
    return move_together(one, other)


def move_together(one: Measure, other: Measure) -> bool:
    """Say whether the points of two series lie above and below their fits together."""
    if len(one.sides) != len(other.sides):
        return False
    both = [(x, y) for x, y in zip(one.sides, other.sides, strict=True) if x and y]
    if len(both) < 2 * _LEAST_SIDE:
        return False
    alike = sum(x == y for x, y in both)
    return 2 * alike / len(both) - 1 > max(_TOGETHER, 3 / sqrt(len(both)))
