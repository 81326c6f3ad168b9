"""Results of a review: each outcome, each objective, and suggestions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import Annotated, Any, ClassVar

from attrs import evolve, field, frozen

from behaviour_culture._display import count_of
from behaviour_culture._entries import Entries
from behaviour_culture.checks import Check, TupleOf, Value, as_float
from behaviour_culture.disclosure.rules import DisclosureRules, given_rules
from behaviour_culture.fields import NotNegative, OneOf, Slug, Text, Texts, Unique
from behaviour_culture.model.estimate import Estimate
from behaviour_culture.model.plan import ObjectiveScale
from behaviour_culture.monitoring.verdicts.verdict import Verdict

__all__ = [
    "Agreement",
    "ObjectiveReview",
    "OutcomeReview",
    "PlanReview",
    "Suggestion",
    "TargetStanding",
]


class Agreement(StrEnum):
    """How an outcome that was seen compares with the expected one."""

    AS_EXPECTED = "as expected"
    """Seen inside the expected interval."""
    HIGHER = "higher than expected"
    """The whole interval of the outcome seen is above the expected one."""
    LOWER = "lower than expected"
    COULD_NOT_TELL = "could not tell"
    """The intervals overlap, or the outcome seen is too uncertain to compare."""
    NOT_SEEN = "not seen"
    """A series holds the half-term, and no rate of it."""
    NO_SERIES = "no series of it"
    HIDDEN = "a small count, not shown"
    NOT_EXPECTED = "nothing was expected"

    @property
    def compared(self) -> bool:
        """True where an expected outcome was compared with one that was seen."""
        return self in {
            Agreement.AS_EXPECTED,
            Agreement.HIGHER,
            Agreement.LOWER,
            Agreement.COULD_NOT_TELL,
        }


class TargetStanding(StrEnum):
    """Whether an objective's target was reached."""

    MET = "met"
    """The whole interval lies at the target or beyond."""
    NOT_MET = "not met"
    """The whole interval falls short of it."""
    COULD_NOT_TELL = "could not tell"
    NOT_LOOKED_AT = "not looked at"


@frozen(kw_only=True, repr=False)
class OutcomeReview(Value):
    """One outcome in one half-term: expected beside seen.

    Attributes
    ----------
    outcome, half_term : str
    indicator : str or None
        The series in which it was seen, where it was one.
    expected, seen : Estimate or None
        On one scale. ``seen`` is None where nothing was seen or it is not shown. A count or share
        beside one that a forecast expects has no interval: that of ``expected`` is for the number
        to be seen.
    unchanged : Estimate or None
        What was to be expected if nothing had changed since before the plan.
    count : float or None
        The count behind ``seen``, where it is a rate of events or a share of answers.
    base : float or None
        The answers behind a share.
    agreement : Agreement
    note : str
        Why nothing was seen, or why the two do not compare.
    """

    outcome: Slug
    half_term: Text
    indicator: Slug | None = None
    expected: Estimate | None = None
    seen: Estimate | None = None
    unchanged: Estimate | None = None
    count: NotNegative | None = None
    base: NotNegative | None = None
    agreement: Agreement
    note: str = ""

    def _check(self, check: Check) -> None:
        check.in_order("count", "base")

    @property
    def tells(self) -> bool:
        """False where what was seen would also be expected if nothing had changed."""
        if self.seen is None or self.unchanged is None:
            return False
        return not self.unchanged.lower <= self.seen.value <= self.unchanged.upper

    def published(self, rules: DisclosureRules | None = None) -> OutcomeReview:
        """Return the outcome without a rate that rests on a small count."""
        if self.count is None:
            return self
        if not self._is_small(given_rules(rules)):
            return evolve(self, count=None, base=None)
        none: dict[str, Any] = dict.fromkeys(("seen", "count", "base"))
        if self.unchanged is not None:  # it follows from the counts before, as small as this one
            none |= dict.fromkeys(("expected", "unchanged"))
        return evolve(self, **none, agreement=Agreement.HIDDEN, note="")

    def _is_small(self, rules: DisclosureRules) -> bool:
        """Say whether the count, or the one expected without the plan, is to be hidden."""
        assert self.count is not None  # noqa: S101  (for the type checkers)
        if self.base is not None:
            return rules.percentage(round(self.count), round(self.base)) is None
        before = None if self.unchanged is None else self.unchanged.value
        return rules.is_small(self.count) or (before is not None and before < rules.threshold)

    def _label(self) -> str:
        return f"{self.outcome}, {self.half_term}"

    def _lines(self) -> list[str]:
        shown = self.published()
        parts = [
            f"{name} {_range(value)}"
            for name, value in (("expected", shown.expected), ("seen", shown.seen))
            if value is not None
        ]
        note = f" ({shown.note})" if shown.note else ""
        said = f"{', '.join(parts)}: {shown.agreement.value}" if parts else shown.agreement.value
        if shown.unchanged is not None and shown.seen is not None:
            same = "beyond" if shown.tells else "within"
            said += f"; {same} what to expect had nothing changed"
        series = f" ({self.indicator})" if self.indicator else ""
        return [f"{self.outcome}{series}, {self.half_term}: {said}{note}"]


def _range(value: Estimate) -> str:
    unit = f" {value.unit}" if value.unit else ""
    mean, lower, upper = (_number(x) for x in (value.value, value.lower, value.upper))
    return f"{mean}{unit}" if lower == upper else f"{mean} ({lower} to {upper}){unit}"


def _number(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"  # noqa: PLR2004  (digits)


@frozen(kw_only=True, repr=False)
class ObjectiveReview(Value):
    """One objective: its target, and its measure taken again."""

    objective: Slug
    title: Text
    target: float = field(converter=as_float)
    scale: ObjectiveScale = ObjectiveScale.OWN
    """Of the target and of what was found."""
    by: date | None = None
    baseline: Estimate | None = None
    found: Estimate | None = None
    standing: TargetStanding

    def _label(self) -> str:
        return f"{self.objective}: {self.standing.value}"

    def _lines(self) -> list[str]:
        found = "" if self.found is None else f", found {_range(self.found)}"
        return [f"{self.title}: target {_number(self.target)}{found}: {self.standing.value}"]


@frozen(kw_only=True, repr=False)
class Suggestion(Value):
    """Something to do next, and why; people decide whether to do it."""

    text: Text
    reason: Text
    about: str = ""
    """Id of the step, objective or outcome that it is about."""

    def _label(self) -> str:
        return self.about

    def _lines(self) -> list[str]:
        return [f"{self.text} ({self.reason})"]


@frozen(kw_only=True, repr=False)
class PlanReview(Value):
    """The outcomes expected of a plan beside those seen, and suggestions for changes.

    It describes: a difference from an expected outcome has many possible reasons, and agreement
    does not show that the plan caused it.
    """

    plan: Slug
    starts: date | None = None
    """The first day of that plan, where it says one."""
    outcomes: Entries[OutcomeReview] = field(default=Entries(), converter=TupleOf[OutcomeReview])
    objectives: Annotated[Entries[ObjectiveReview], Unique("objective")] = field(
        default=Entries(), converter=TupleOf[ObjectiveReview]
    )
    suggestions: Entries[Suggestion] = field(default=Entries(), converter=TupleOf[Suggestion])
    caveats: Texts = field(default=(), converter=TupleOf[str])
    verdict: Verdict | None = None
    """The verdict of monitoring on whether anything changed, where it was given."""
    disclosure: Annotated[str, OneOf(("internal", "published"))] = "internal"

    def published(self, rules: DisclosureRules | None = None) -> PlanReview:
        """Return the review as it may be published: without rates that rest on small counts."""
        outcomes = [o.published(rules) for o in self.outcomes]
        # A suggestion about an outcome rests on all its counts, the hidden ones too.
        small = [o for o in outcomes if o.agreement is Agreement.HIDDEN]
        hidden = {name for o in small for name in (o.outcome, o.indicator)}
        kept = [s for s in self.suggestions if s.about not in hidden]
        told = None if self.verdict is None else self.verdict.published(rules)
        return evolve(
            self, outcomes=outcomes, suggestions=kept, verdict=told, disclosure="published"
        )

    _COLUMNS: ClassVar[Mapping[str, type]] = {
        "outcome": str,
        "indicator": str,
        "half_term": str,
        "expected": float,
        "expected_lower": float,
        "expected_upper": float,
        "seen": float,
        "seen_lower": float,
        "seen_upper": float,
        "unchanged": float,
        "unchanged_lower": float,
        "unchanged_upper": float,
        "agreement": Agreement,
        "note": str,
    }

    def to_rows(self, *, internal: bool = False) -> list[dict[str, Any]]:
        """Return a row for each outcome and half-term; small counts hidden unless ``internal``."""
        shown = self if internal else self.published()
        rows = []
        for entry in shown.outcomes:
            row: dict[str, Any] = {
                "outcome": entry.outcome,
                "indicator": entry.indicator,
                "half_term": entry.half_term,
            }
            for name in ("expected", "seen", "unchanged"):
                value: Estimate | None = getattr(entry, name)
                row[name] = None if value is None else value.value
                row[f"{name}_lower"] = None if value is None else value.lower
                row[f"{name}_upper"] = None if value is None else value.upper
            rows.append(row | {"agreement": entry.agreement.value, "note": entry.note})
        return rows

    def _label(self) -> str:
        return (
            f"{self.plan}: {len(self.outcomes)} outcomes, "
            f"{count_of(len(self.objectives), 'objective')}"
        )

    def _lines(self) -> list[str]:
        shown = self.published()
        counts = [o.agreement for o in shown.outcomes if o.agreement.compared]
        standings = [o.standing for o in shown.objectives]
        unlooked = standings.count(TargetStanding.NOT_LOOKED_AT)
        compared = (
            f"{counts.count(Agreement.AS_EXPECTED)} of {count_of(len(counts), 'outcome')} that "
            f"could be compared came as expected, {counts.count(Agreement.COULD_NOT_TELL)} could "
            "not tell"
            if counts
            else "no outcome could be compared yet"
        )
        head = (
            f"{self.plan}: {compared}; "
            f"{standings.count(TargetStanding.MET)} of {len(standings)} targets met"
            f"{f', {unlooked} not looked at' if unlooked else ''}"
        )
        looked = [o for o in shown.outcomes if o.agreement is not Agreement.NO_SERIES]
        unseen = Counter(o.outcome for o in shown.outcomes if o.agreement is Agreement.NO_SERIES)
        parts = (*looked, *shown.objectives, *shown.suggestions)
        ranges = [e for o in looked for e in (o.expected, o.seen)]
        ranges += [o.found for o in shown.objectives]
        levels = sorted({f"{e.level:.0%}" for e in ranges if e is not None and e.lower < e.upper})
        return [
            head,
            *([f"  brackets hold the {' or '.join(levels)} interval"] if levels else []),
            *(f"  {part}" for part in parts),
            *(
                f"  {outcome}: expected in {count_of(n, 'half-term')} for which nothing was seen"
                for outcome, n in unseen.items()
            ),
            *([] if shown.verdict is None else [f"  {s}" for s in shown.verdict.sentences]),
            *(f"  {c}" for c in shown.caveats),
        ]
