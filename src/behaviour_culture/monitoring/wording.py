"""The sentence that may be printed: what the design allows, and no word more.

A `Verdict` holds its measures and nothing else: what it concludes and says is worked out from
them each time, so that no file and no caller can make it say more.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from enum import Enum
from math import log
from typing import Any

from attrs import field, frozen

from behaviour_culture._display import Displayed
from behaviour_culture.errors import Fault, InvalidInputError, shorten
from behaviour_culture.model._check import Check, as_float, as_tuple
from behaviour_culture.model.estimate import Estimate

__all__ = ["Conclusion", "Measure", "Reading", "Verdict", "verdict"]

REPORTERS = ("staff", "pupils", "parents", "records")
TOPICS = ("behaviour", "suspensions", "lost-learning")
SCALES = ("ratio", "difference")
_CAUSAL = 4
_NEVER = re.compile(r"\bprove[dns]?\b", re.IGNORECASE)
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
    events : int
        Events, or answers, in the window.
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
    events: int
    recording_changes: tuple[str, ...] = field(default=(), converter=as_tuple)

    def __attrs_post_init__(self) -> None:
        check = Check(self)
        check.text("name", "source", "window", "exposure")
        for name, known in (("reporter", REPORTERS), ("topic", TOPICS), ("scale", SCALES)):
            value = getattr(self, name)
            if not isinstance(value, str) or value not in known:
                check.fault(name, f"expected one of {', '.join(known)}", value)
        check.integer("design", low=1, high=5)
        check.integer("events", low=0)
        check.flag("lower_is_better")
        check.number("matters", above=0)
        check.instance("estimate", Estimate)
        check.texts("recording_changes")
        if self.detectable is not None:
            check.number("detectable", above=0)
        if check.clean:
            self._check_scale(check)
            self._check_words(check)
        check.done()

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
    def reading(self) -> Reading:
        """What the measure says by itself."""
        if self.recording_changes:
            return Reading.NOT_COMPARABLE
        if self.design == 1:
            return Reading.DESCRIBED
        low, high = sorted((self._signed(self.estimate.lower), self._signed(self.estimate.upper)))
        if low > 0:
            return Reading.BETTER
        if high < 0:
            return Reading.WORSE
        matters = abs(self._signed(self.matters))
        blind = self.detectable is not None and abs(self._signed(self.detectable)) > matters
        if not blind and max(-low, high) < matters:
            return Reading.LITTLE_CHANGE
        return Reading.COULD_NOT_TELL

    def _label(self) -> str:
        return f"{self.name}: {_SAYS[self.reading]}"

    def _lines(self) -> list[str]:
        found = self.estimate
        unit = "a ratio of " if self.scale == "ratio" else "a difference of "
        lines = [f"{self.name} ({self.reporter}): {_SAYS[self.reading]}"]
        if self.reading is not Reading.NOT_COMPARABLE:
            lines.append(
                f"  {unit}{found.value:.2f} ({found.level:.0%} interval {found.lower:.2f} to "
                f"{found.upper:.2f}); {found.method}"
            )
        if self.detectable is not None:
            lines.append(f"  smallest change it could find: {unit}{self.detectable:.2f}")
        changes = "; ".join(self.recording_changes) or "none known"
        lines.append(
            f"  window {self.window}; exposure {self.exposure}; n {self.events:,}; "
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
            if len({m.source.strip().casefold() for m in self._counted(found)}) > 1:
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
        alone = self._with(Reading.BETTER)
        if self.conclusion is Conclusion.COULD_NOT_TELL and alone:
            yield (
                f"{_names(alone)}: better, but one source alone does not bear the word 'improved'."
            )
        worse = self._with(Reading.WORSE)
        if self.conclusion is Conclusion.COULD_NOT_TELL and worse:
            yield f"{_names(worse)}: worse, on one source alone."
        if self.disagree:
            yield "Staff and pupils disagree."
        if self.displaced:
            yield "Suspensions fell; time out of class did not."
        elif any(m.topic == "suspensions" for m in alone):
            yield "Fewer suspensions is a policy result, not proof of calmer behaviour."
        unclear = self._with(Reading.COULD_NOT_TELL)
        if unclear:
            yield f"Could not tell from {_names(unclear)}: the interval is wide."
        for m in self._with(Reading.NOT_COMPARABLE):
            yield (
                f"{m.name}: recording changed ({'; '.join(m.recording_changes)}). Counts either "
                "side are not comparable."
            )

    @property
    def would_change(self) -> tuple[str, ...]:
        """What would change the conclusion."""
        found = [f"stronger: {_STRONGER[self.level]}"]
        sources = {m.source.strip().casefold() for m in self.measures}
        if len(sources) < 2:  # noqa: PLR2004  (two are independent)
            found.append("a measure from a second, independent source")
        if self._with(Reading.COULD_NOT_TELL):
            found.append("a longer window, for a narrower interval")
        if self._with(Reading.NOT_COMPARABLE):
            found.append("a series that begins after the recording change")
        if self.conclusion in {Conclusion.IMPROVED, Conclusion.WORSE}:
            found.append("any measure that goes the other way")
        return tuple(found)

    def to_rows(self) -> list[dict[str, Any]]:
        """Return a row for each measure, with all that must be printed beside it."""
        return [
            {
                "measure": m.name,
                "reporter": m.reporter,
                "reading": m.reading.value,
                "estimate": None if m.recording_changes else m.estimate.value,
                "lower": None if m.recording_changes else m.estimate.lower,
                "upper": None if m.recording_changes else m.estimate.upper,
                "window": m.window,
                "exposure": m.exposure,
                "n": m.events,
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
    staff and pupils not at odds. Suspensions are not one of the two. A measure with a recording
    change in its window is not compared; one of design 1 is described only. The sentence is that
    of the lowest design among the measures it rests on.

    Examples
    --------
    >>> from behaviour_culture.monitoring import rate_ratio
    >>> removals = Measure(
    ...     name="removals from lessons", reporter="records", source="behaviour log", design=3,
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
