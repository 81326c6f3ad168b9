"""The sentence that may be printed: what the design allows, and no word more.

A `Verdict` holds its measures and nothing else: what it concludes and says is worked out from
them each time, so that no file and no caller can make it say more.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from enum import Enum
from itertools import combinations
from math import comb, log, sqrt
from typing import Any

from attrs import evolve, field, frozen

from behaviour_culture._display import Displayed
from behaviour_culture.disclosure import DisclosureRules
from behaviour_culture.errors import Fault, InvalidInputError, shorten
from behaviour_culture.model._check import Check, as_float, as_tuple
from behaviour_culture.model.estimate import Estimate

__all__ = ["Conclusion", "Measure", "Reading", "Verdict", "verdict"]

REPORTERS = ("staff", "pupils", "parents", "records")
TOPICS = ("behaviour", "suspensions", "lost-learning")
SCALES = ("ratio", "difference")
_CAUSAL = 4
_LEAST_SIDE = 8
"""Points on each side of a change below which a series is described only (judgement)."""
_SERIES, _SHORT = 3, 1
_SURE = 0.95
"""Coverage that an interval must have before a measure counts as better or worse."""
_BY_CHANCE = (1 - _SURE) / 2
"""Share of measures of nothing that look better."""
_TOGETHER = 0.5
"""Agreement of two series, point by point, from which they count as one: that of normal
variables correlated at 0.7 (judgement)."""
_HIDDEN = "hidden: few events are behind it"
_NO_SERIES = ("ratio of two Poisson rates", "no inference")
"""Methods that compare two totals: none of them knows how totals vary."""
_NEVER = re.compile(r"\bprove[dns]?\b", re.IGNORECASE)
_SUSPENSIONS = re.compile(r"\bsuspen(ded|sions?)\b|\b(permanent|fixed[- ]\w+) exclu", re.IGNORECASE)
_BELOW_FOUR = re.compile(r"\bimpact(s|ed|ful)?\b|\bbecause\b|\bdue\s+to\b", re.IGNORECASE)

_LADDER = {
    1: "Described only: the series is too short for more.",
    2: "A signal of change; its cause is unknown.",
    3: "Change beyond trend and season; association, not shown to be caused by the plan.",
    4: "Change beyond comparison schools; a likely impact, as far as the schools are alike.",
    5: "Change in a randomised comparison; an impact, within the interval.",
}
_STRONGER = {
    1: "at least 8 points before and 8 after",
    2: "a series long enough to allow for trend and season",
    3: "comparison schools over the same time",
    4: "schools chosen at random to start first",
    5: "a second randomised comparison that disagrees",
}


class Reading(Enum):
    """What one measure says by itself."""

    BETTER = "better"
    WORSE = "worse"
    LITTLE_CHANGE = "little-change"
    COULD_NOT_TELL = "could-not-tell"
    DESCRIBED = "described"
    NOT_COMPARABLE = "not-comparable"


class Conclusion(Enum):
    """What all measures together allow."""

    IMPROVED = "improved"
    WORSE = "worse"
    MIXED = "mixed"
    NO_CHANGE_THAT_MATTERS = "no-change-that-matters"
    COULD_NOT_TELL = "could-not-tell"
    NOT_COMPARABLE = "not-comparable"


_SAYS = {
    Reading.BETTER: "better",
    Reading.WORSE: "worse",
    Reading.LITTLE_CHANGE: "no change large enough to matter",
    Reading.COULD_NOT_TELL: "could not tell",
    Reading.DESCRIBED: "described only",
    Reading.NOT_COMPARABLE: "not comparable",
}


def _are_sides(points: tuple[int, ...]) -> bool:
    return len(points) == 2 and min(points) >= 0  # noqa: PLR2004  (before and after)


def _optional_tuple(values: Any) -> Any:  # noqa: ANN401  (an attrs converter)
    return None if values is None else as_tuple(values)


@frozen(kw_only=True, repr=False)
class Measure(Displayed):
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
    above : tuple of bool
        For each point of the series whether it lay above the fit. Two measures that go up and
        down together are one, whatever their sources are called.
    recording_changes : tuple of str
        Changes of what is recorded, or how, inside the window, with their dates.

    Raises
    ------
    InvalidInputError
        Also for a text with "proved", or below design 4 with "impact", "because" or "due to".
    """

    name: str
    reporter: str
    source: str
    topic: str = "behaviour"
    design: int
    estimate: Estimate
    scale: str = "ratio"
    lower_is_better: bool = True
    matters: float = field(converter=as_float)
    detectable: float | None = None
    window: str
    exposure: str
    events: int | None = None
    recording_changes: tuple[str, ...] = field(default=(), converter=as_tuple)
    points: tuple[int, ...] | None = field(default=None, converter=_optional_tuple)
    above: tuple[bool, ...] = field(default=(), converter=as_tuple)

    def __attrs_post_init__(self) -> None:
        check = Check(self)
        check.text("name", "source", "window", "exposure")
        for name, known in (("reporter", REPORTERS), ("topic", TOPICS), ("scale", SCALES)):
            value = getattr(self, name)
            if not isinstance(value, str) or value not in known:
                check.fault(name, f"expected one of {', '.join(known)}", value)
        check.integer("design", low=1, high=5)
        check.optional_integer("events", low=0)
        check.each("above", bool)
        sides = self.points
        if sides is not None and check.each("points", int) and not _are_sides(sides):
            check.fault("points", "expected points before and after, 0 or more", sides)
        check.flag("lower_is_better")
        check.number("matters", above=0)
        check.instance("estimate", Estimate)
        check.texts("recording_changes")
        if self.detectable is not None:
            check.number("detectable", above=0)
        if check.clean:
            self._check_scale(check)
            self._check_design(check)
            self._check_words(check)
        check.done()

    def _check_design(self, check: Check) -> None:
        if self.design == _SERIES and self.points is None:
            check.fault("points", "design 3 is a series: say how many points before and after")
        if self.design > _SHORT and any(words in self.estimate.method for words in _NO_SERIES):
            check.fault(
                "design",
                "two totals are described only (design 1): a series shows how much they vary",
                self.design,
            )
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
        return found.level >= _SURE - 1e-9 and found.lower < found.upper

    def published(self, rules: DisclosureRules | None = None) -> Measure:
        """Return the measure as it may be published.

        A small number of events is hidden, and an estimate that rests on it says nothing then;
        which points of a series lay above its fit is left out.
        """
        rules = rules or DisclosureRules()
        if self.events is None or not rules.is_small(self.events):
            return evolve(self, above=())
        none = 1.0 if self.scale == "ratio" else 0.0
        anything = Estimate(
            value=none, lower=none - 1, upper=none + 1, level=self.estimate.level, method=_HIDDEN
        )
        return evolve(self, events=None, estimate=anything, detectable=None, above=())

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
        return f"{self.name}: {_SAYS[self.reading]}"

    def _lines(self) -> list[str]:
        found, events = self.estimate, self.published().events
        unit = "a ratio of " if self.scale == "ratio" else "a difference of "
        lines = [f"{self.name} ({self.reporter}): {_SAYS[self.reading]}"]
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


@frozen(kw_only=True, repr=False)
class Verdict(Displayed):
    """What all measures together allow to be said; made by `verdict`.

    Attributes
    ----------
    measures : tuple of Measure
        One or more, each name once. Suspensions only beside the total of lost learning.
    """

    id: str = "verdict"
    measures: tuple[Measure, ...] = field(converter=as_tuple)

    def __attrs_post_init__(self) -> None:
        check = Check(self)
        check.slug("id")
        if check.each("measures", Measure, some=True):
            check.unique("measures", "name")
            topics = {m.topic for m in self.measures}
            if "suspensions" in topics and "lost-learning" not in topics:
                check.fault(
                    "measures",
                    "suspensions are judged only beside the total of lost learning hours over "
                    "every route out of class: add a measure with topic 'lost-learning'",
                )
        if check.clean:
            # The level of the whole may be lower than that of the measure with the words.
            for i, m in enumerate(self.measures):
                texts = (m.name, m.source, m.window, m.exposure, m.estimate.method)
                for word in forbidden_words(" | ".join((*texts, *m.recording_changes)), self.level):
                    check.fault(
                        f"measures[{i}]", f"level {self.level} does not allow {word!r}: reword it"
                    )
        check.done()

    @property
    def level(self) -> int:
        """The rung of the wording ladder: the lowest of the measures that it rests on."""
        used = self._resting()
        return min(m.design for m in (used or self.measures))

    def _with(self, *readings: Reading) -> list[Measure]:
        return [m for m in self.measures if m.reading in readings]

    def _counted(self, reading: Reading) -> list[Measure]:
        """Return the measures that count as evidence of behaviour: suspensions alone do not."""
        return [m for m in self._with(reading) if m.topic != "suspensions"]

    def _independent(self, reading: Reading) -> int:
        """Return how many measures with a reading are independent of each other."""
        counted = self._counted(reading)
        groups = list(range(len(counted)))
        for i, j in combinations(range(len(counted)), 2):
            if _same(counted[i], counted[j]):
                groups = [groups[i] if g == groups[j] else g for g in groups]
        return len(set(groups))

    def _beyond_chance(self, number: int) -> bool:
        """Say whether more measures point one way than chance gives among so many."""
        looked = sum(m.reading in _LOOKED for m in self.measures)
        chance = sum(
            comb(looked, k) * _BY_CHANCE**k * (1 - _BY_CHANCE) ** (looked - k)
            for k in range(number, looked + 1)
        )
        return chance <= 1 - _SURE

    def _resting(self) -> list[Measure]:
        wanted = {
            Conclusion.IMPROVED: (Reading.BETTER,),
            Conclusion.WORSE: (Reading.WORSE,),
            Conclusion.MIXED: (Reading.BETTER, Reading.WORSE),
            Conclusion.NO_CHANGE_THAT_MATTERS: (Reading.LITTLE_CHANGE,),
        }.get(self.conclusion, ())
        return self._with(*wanted)

    @property
    def displaced(self) -> bool:
        """True where suspensions fell and the total of lost learning did not."""
        fell = any(m.topic == "suspensions" for m in self._with(Reading.BETTER))
        lost = [m for m in self.measures if m.topic == "lost-learning"]
        return fell and not all(m.reading is Reading.BETTER for m in lost)

    @property
    def disagree(self) -> bool:
        """True where staff and pupils say different things."""
        said = [
            {m.reading for m in self.measures if m.reporter == group} & _DECIDED
            for group in ("staff", "pupils")
        ]
        return bool(said[0] and said[1]) and len(said[0] | said[1]) > 1

    @property
    def conclusion(self) -> Conclusion:
        """What all measures together allow: two independent ones before "improved"."""
        better, worse = self._with(Reading.BETTER), self._with(Reading.WORSE)
        if all(m.reading is Reading.NOT_COMPARABLE for m in self.measures):
            return Conclusion.NOT_COMPARABLE
        if (better and worse) or self.disagree or self.displaced:
            return Conclusion.MIXED
        for found, conclusion in (
            (Reading.BETTER, Conclusion.IMPROVED),
            (Reading.WORSE, Conclusion.WORSE),
            (Reading.LITTLE_CHANGE, Conclusion.NO_CHANGE_THAT_MATTERS),
        ):
            number = self._independent(found)
            if number > 1 and (found is Reading.LITTLE_CHANGE or self._beyond_chance(number)):
                return conclusion
        return Conclusion.COULD_NOT_TELL

    @property
    def sentences(self) -> tuple[str, ...]:
        """What may be printed, the headline first."""
        return tuple(self._sentences())

    def _sentences(self) -> Iterator[str]:
        yield _HEADLINES[self.conclusion]
        if self.conclusion in {Conclusion.IMPROVED, Conclusion.WORSE}:
            yield _LADDER[self.level]
        if self.conclusion is Conclusion.COULD_NOT_TELL:
            yield from self._one_way(Reading.BETTER, " does not bear the word 'improved'")
            yield from self._one_way(Reading.WORSE, " does not bear the word 'worse'")
        if self.disagree:
            yield "Staff and pupils disagree."
        if self.displaced and any(
            m.topic == "lost-learning" and m.reading in {Reading.WORSE, Reading.LITTLE_CHANGE}
            for m in self.measures
        ):
            yield "Suspensions fell; time out of class did not."
        elif self.displaced:
            yield "Suspensions fell; whether time out of class did could not be told."
        elif any(m.topic == "suspensions" for m in self._with(Reading.BETTER)):
            yield "Fewer suspensions is a policy result, not proof of calmer behaviour."
        yield from self._untold()
        for m in self._with(Reading.NOT_COMPARABLE):
            yield (
                f"{m.name}: recording changed ({'; '.join(m.recording_changes)}). Counts either "
                "side are not comparable."
            )

    def _one_way(self, reading: Reading, alone: str) -> Iterator[str]:
        """Yield why measures that point one way do not carry the conclusion."""
        found = self._with(reading)
        if found and self._independent(reading) > 1:
            yield (
                f"{_names(found)}: {_SAYS[reading]}, but among so many measures some are so by "
                "chance alone."
            )
        elif found:
            yield f"{_names(found)}: {_SAYS[reading]}, but one source alone{alone}."

    def _untold(self) -> Iterator[str]:
        """Yield what the measures that decide nothing lack."""
        unclear = [m for m in self._with(Reading.COULD_NOT_TELL) if m.sure]
        if unclear:
            yield f"Could not tell from {_names(unclear)}: the interval is wide."
        unsure = [m for m in self._with(Reading.COULD_NOT_TELL) if not m.sure]
        if unsure:
            yield f"Could not tell from {_names(unsure)}: it has no interval of 95%."
        short = self._with(Reading.DESCRIBED)
        if short:
            yield f"{_names(short)}: described only, which shows no change beyond chance."

    @property
    def would_change(self) -> tuple[str, ...]:
        """What would change the conclusion."""
        found = [f"stronger: {_STRONGER[self.level]}"]
        if all(_same(m, self.measures[0]) for m in self.measures):
            found.append("a measure from a second, independent source")
        if all(m.topic != "lost-learning" for m in self.measures):
            found.append("the total of lost learning hours over every route out of class")
        if self._with(Reading.COULD_NOT_TELL):
            found.append("a longer window, for a narrower interval")
        if self._with(Reading.NOT_COMPARABLE):
            found.append("a series that begins after the recording change")
        if self.conclusion in {Conclusion.IMPROVED, Conclusion.WORSE}:
            found.append("any measure that goes the other way")
        return tuple(found)

    def published(self, rules: DisclosureRules | None = None) -> Verdict:
        """Return the verdict as it may be published: small numbers of events hidden.

        Which points of a series lay above its fit is left out; of two series that go up and down
        together the second's source says so instead.
        """
        made: list[Measure] = []
        for i, m in enumerate(self.measures):
            twin = next((n for n in self.measures[:i] if _together(m, n)), None)
            source = f"{m.source}, which moves with {twin.source}" if twin else m.source
            made.append(evolve(m.published(rules), source=source))
        return evolve(self, measures=made)

    def to_rows(self) -> list[dict[str, Any]]:
        """Return a row for each measure, with all that must be printed beside it.

        A small number of events is hidden, and so is an estimate that rests on it.
        """
        rules = DisclosureRules()
        shown = [
            m
            for m in self.measures
            if not m.recording_changes and m.published(rules).events is not None
        ]
        return [
            {
                "measure": m.name,
                "reporter": m.reporter,
                "reading": m.reading.value,
                "estimate": m.estimate.value if m in shown else None,
                "lower": m.estimate.lower if m in shown else None,
                "upper": m.estimate.upper if m in shown else None,
                "window": m.window,
                "exposure": m.exposure,
                "n": m.published(rules).events,
                "recording_changes": "; ".join(m.recording_changes),
                "method": m.estimate.method,
                "level": m.design,
                "detectable": m.detectable,
            }
            for m in self.measures
        ]

    def _label(self) -> str:
        return self.conclusion.value.replace("-", " ")

    def _lines(self) -> list[str]:
        lines = [" ".join(self.sentences)]
        lines += [f"  {line}" for m in self.measures for line in m._lines()]  # noqa: SLF001
        return [*lines, f"  What would change it: {'; '.join(self.would_change)}"]


_DECIDED = {Reading.BETTER, Reading.WORSE, Reading.LITTLE_CHANGE}
_LOOKED = {*_DECIDED, Reading.COULD_NOT_TELL}
_HEADLINES = {
    Conclusion.IMPROVED: "Behaviour improved on two or more independent measures.",
    Conclusion.WORSE: "Behaviour got worse on two or more independent measures.",
    Conclusion.MIXED: "The measures do not agree.",
    Conclusion.NO_CHANGE_THAT_MATTERS: "No change large enough to matter.",
    Conclusion.COULD_NOT_TELL: "We could not tell whether behaviour changed.",
    Conclusion.NOT_COMPARABLE: "No comparison can be made.",
}


def _names(measures: list[Measure]) -> str:
    return ", ".join(m.name for m in measures)


def _same(one: Measure, other: Measure) -> bool:
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
    return _together(one, other)


def _together(one: Measure, other: Measure) -> bool:
    """Say whether the points of two series lie above and below their fits together."""
    size = len(one.above)
    if size < 2 * _LEAST_SIDE or size != len(other.above):
        return False
    alike = sum(x is y for x, y in zip(one.above, other.above, strict=True))
    return 2 * alike / size - 1 > max(_TOGETHER, 3 / sqrt(size))


def verdict(measures: Iterable[Measure], *, id: str = "verdict") -> Verdict:  # noqa: A002  (a field)
    """Say what measures of change allow to be said, and not a word more.

    Parameters
    ----------
    measures : iterable of Measure
    id : str

    Returns
    -------
    Verdict

    Raises
    ------
    InvalidInputError
        No measure, a name twice, or suspensions without the total of lost learning hours.

    Notes
    -----
    "Improved" takes two measures from different sources that are better, with none worse, and
    staff and pupils not at odds. Suspensions are not one of the two. Sources of which one names
    the other, the same estimate twice, and series that go up and down together count as one. Of
    many measures more must be better than chance gives in one case of twenty. A measure with a
    recording change in its window is not compared; one of design 1, or of a series with under 8
    points on a side, is described only; one without a 95 % interval tells nothing. The sentence
    is that of the lowest design among the measures it rests on.

    Examples
    --------
    >>> from behaviour_culture.monitoring import rate_ratio
    >>> removals = Measure(
    ...     name="removals from lessons", reporter="records", source="behaviour log", design=1,
    ...     estimate=rate_ratio(80, 40_000, 140, 40_000), matters=0.8,
    ...     window="Sept 2024 to July 2026", exposure="80,000 pupil days", events=220,
    ... )
    >>> print(verdict([removals]).sentences[0])
    We could not tell whether behaviour changed.
    """
    given: object = measures
    if isinstance(given, (str, bytes)) or not isinstance(given, Iterable):
        raise InvalidInputError(
            "verdict", [Fault("measures", f"expected a list of Measure, got {shorten(measures)}")]
        )
    return Verdict(id=id, measures=tuple(measures))
