"""The verdict: the sentences that several measures allow, and no more.

A `Verdict` holds its measures and nothing else: its conclusion and sentences are computed from
them each time, so that no file and no caller can make it claim more.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from enum import Enum
from itertools import combinations
from math import comb, fsum
from typing import Annotated, Any, ClassVar

from attrs import evolve, field, frozen

from behaviour_culture._entries import Entries
from behaviour_culture.checks import Check, TupleOf, Value
from behaviour_culture.disclosure.rules import DisclosureRules
from behaviour_culture.fields import Slug, Some, Unique
from behaviour_culture.monitoring.verdicts.independence import are_one_piece, move_together
from behaviour_culture.monitoring.verdicts.measure import (
    READS,
    SURE,
    Measure,
    Reading,
    forbidden_words,
)

__all__ = ["Conclusion", "Verdict", "verdict"]

_BY_CHANCE = (1 - SURE) / 2
"""Share of measures without any change that look better."""
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


class Conclusion(Enum):
    """The conclusion that all measures together allow."""

    IMPROVED = "improved"
    WORSE = "worse"
    MIXED = "mixed"
    NO_CHANGE_THAT_MATTERS = "no-change-that-matters"
    COULD_NOT_TELL = "could-not-tell"
    NOT_COMPARABLE = "not-comparable"


@frozen(kw_only=True, repr=False)
class Verdict(Value):
    """The conclusion and sentences that all measures together allow; made by `verdict`.

    Attributes
    ----------
    measures : tuple of Measure
        One or more, each name once. Suspensions only beside the total of lost learning.
    """

    id: Slug = "verdict"
    measures: Annotated[Entries[Measure], Some(), Unique("name")] = field(
        converter=TupleOf[Measure]
    )

    def _check(self, check: Check) -> None:
        if check.ok("measures"):
            topics = {m.topic for m in self.measures}
            if "suspensions" in topics and "lost-learning" not in topics:
                check.fault(
                    "measures",
                    "suspensions are judged only beside the total of lost learning hours over "
                    "every route out of class: add a measure with topic 'lost-learning'",
                )
        if check.ok():
            # The level of the whole may be lower than that of the measure with the words.
            for i, m in enumerate(self.measures):
                texts = (m.name, m.source, m.window, m.exposure, m.estimate.method)
                found = forbidden_words(" | ".join((*texts, *m.recording_changes)), self.level)
                for word in dict.fromkeys(found):
                    check.fault(
                        f"measures[{i}]", f"level {self.level} does not allow {word!r}: reword it"
                    )

    @property
    def level(self) -> int:
        """The rung of the ladder of designs: the lowest of the measures behind the conclusion."""
        used = self._resting()
        return min(m.design for m in (used or self.measures))

    def _with(self, *readings: Reading) -> list[Measure]:
        return [m for m in self.measures if m.reading in readings]

    def _counted(self, reading: Reading) -> list[Measure]:
        """Return the measures that count as evidence of behaviour: suspensions alone do not."""
        return [m for m in self._with(reading) if m.topic != "suspensions"]

    def _independent(self, reading: Reading) -> int:
        """Return the number of measures with a reading that are independent of each other."""
        counted = self._counted(reading)
        groups = list(range(len(counted)))
        for i, j in combinations(range(len(counted)), 2):
            if are_one_piece(counted[i], counted[j]):
                groups = [groups[i] if g == groups[j] else g for g in groups]
        return len(set(groups))

    def _beyond_chance(self, number: int) -> bool:
        """Return whether more measures point one way than by chance among so many."""
        looked = sum(m.reading in _LOOKED for m in self.measures)
        chance = fsum(
            comb(looked, k) * _BY_CHANCE**k * (1 - _BY_CHANCE) ** (looked - k)
            for k in range(number, looked + 1)
        )
        return chance <= 1 - SURE

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
        """True if suspensions fell and the total of lost learning did not."""
        fell = any(m.topic == "suspensions" for m in self._with(Reading.BETTER))
        lost = [m for m in self.measures if m.topic == "lost-learning"]
        return fell and not all(m.reading is Reading.BETTER for m in lost)

    @property
    def disagree(self) -> bool:
        """True if staff and pupils report different things."""
        readings = [
            {m.reading for m in self.measures if m.reporter == group} & _DECIDED
            for group in ("staff", "pupils")
        ]
        return all(readings) and len(set().union(*readings)) > 1

    @property
    def conclusion(self) -> Conclusion:
        """The conclusion of all measures; "improved" takes two that are independent."""
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
        """The sentences that may be printed, the headline first."""
        return tuple(self._sentences())

    def _sentences(self) -> Iterator[str]:
        yield _HEADLINES[self.conclusion]
        if self.conclusion in {Conclusion.IMPROVED, Conclusion.WORSE}:
            yield _LADDER[self.level]
        if self.conclusion is Conclusion.COULD_NOT_TELL:
            yield from self._one_way(Reading.BETTER, " does not allow the word 'improved'")
            yield from self._one_way(Reading.WORSE, " does not allow the word 'worse'")
        if self.disagree:
            yield "Staff and pupils disagree."
        if self.displaced and any(
            m.topic == "lost-learning" and m.reading in {Reading.WORSE, Reading.LITTLE_CHANGE}
            for m in self.measures
        ):
            yield "Suspensions fell; time out of class did not."
        elif self.displaced:
            yield "Suspensions fell; whether time out of class fell too is not known."
        elif any(m.topic == "suspensions" for m in self._with(Reading.BETTER)):
            yield "Fewer suspensions is a policy result, not proof of calmer behaviour."
        yield from self._untold()
        for m in self._with(Reading.NOT_COMPARABLE):
            yield (
                f"{m.name}: recording changed ({'; '.join(m.recording_changes)}). Counts either "
                "side are not comparable."
            )

    def _one_way(self, reading: Reading, alone: str) -> Iterator[str]:
        """Yield why measures that point one way do not justify the conclusion."""
        found = self._counted(reading) or self._with(reading)
        if found and self._independent(reading) > 1:
            yield (
                f"{_names(found)}: {READS[reading]}, but among so many measures some are so by "
                "chance alone."
            )
        elif found:
            yield f"{_names(found)}: {READS[reading]}, but one source alone{alone}."

    def _untold(self) -> Iterator[str]:
        """Yield why other measures decide nothing."""
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
        """Evidence that would change the conclusion."""
        found = [f"stronger: {_STRONGER[self.level]}"]
        if all(are_one_piece(m, self.measures[0]) for m in self.measures):
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

        The sides of the points of a series are left out; of two series that go up and down
        together the source of the second says so instead. It cannot know what else is published:
        a series with one hidden count, beside the number of events here, gives that count. See
        `behaviour_culture.monitoring.judge_counts`.
        """
        made: list[Measure] = []
        for i, m in enumerate(self.measures):
            twin = next((n for n in self.measures[:i] if move_together(m, n)), None)
            source = f"{m.source}, which moves with {twin.source}" if twin else m.source
            made.append(evolve(m.published(rules), source=source))
        return evolve(self, measures=made)

    _COLUMNS: ClassVar[Mapping[str, type]] = {
        "measure": str,
        "reporter": str,
        "reading": str,
        "estimate": float,
        "lower": float,
        "upper": float,
        "window": str,
        "exposure": str,
        "n": int,
        "recording_changes": str,
        "method": str,
        "level": int,
        "detectable": float,
    }

    def to_rows(self) -> list[dict[str, Any]]:
        """Return a row for each measure, with all that must be printed beside it.

        A small number of events is hidden, and so is an estimate that rests on it.
        """
        pairs = [(m, m.published()) for m in self.measures]
        hidden = {m.name for m, out in pairs if m.recording_changes or out.events is None}
        return [
            {
                "measure": m.name,
                "reporter": m.reporter,
                "reading": m.reading.value,
                "estimate": None if m.name in hidden else m.estimate.value,
                "lower": None if m.name in hidden else m.estimate.lower,
                "upper": None if m.name in hidden else m.estimate.upper,
                "window": m.window,
                "exposure": m.exposure,
                "n": out.events,
                "recording_changes": "; ".join(m.recording_changes),
                "method": m.estimate.method,
                "level": m.design,
                "detectable": m.detectable,
            }
            for m, out in pairs
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


def verdict(measures: Iterable[Measure], *, id: str = "verdict") -> Verdict:  # noqa: A002  (a field)
    """Return the verdict that measures of change allow, and no more.

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
    "Improved" takes two measures from different sources that are better, none that is worse, and
    no disagreement between staff and pupils. Suspensions are not one of the two. Sources of which
    one names the other, the same estimate twice, and series that go up and down together count as
    one. Among many measures more must be better than by chance in one case of twenty. A measure
    with a recording change in its window is not compared; one of design 1, or of a series with
    under 8 points on a side, is described only; one without a 95 % interval decides nothing. The
    sentence is that of the lowest design among the measures behind the conclusion.

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
    return Verdict(id=id, measures=measures)
