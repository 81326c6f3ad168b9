"""Results of a review: each outcome, each objective, and suggestions."""

from __future__ import annotations

from collections import Counter
from enum import StrEnum
from typing import Annotated, Any

from attrs import evolve, field, frozen

from behaviour_culture._display import count_of
from behaviour_culture.checks import TupleOf, Value
from behaviour_culture.disclosure import DisclosureRules
from behaviour_culture.fields import NotNegative, OneOf, Slug, Text, Texts, Unique
from behaviour_culture.model.estimate import Estimate

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
    expected, seen : Estimate or None
        On one scale. ``seen`` is None where nothing was seen or it is not shown.
    count : float or None
        The count behind ``seen``, where it is a rate of events.
    agreement : Agreement
    note : str
        Why nothing was seen, or why the two do not compare.
    """

    outcome: Slug
    half_term: Text
    expected: Estimate | None = None
    seen: Estimate | None = None
    count: NotNegative | None = None
    agreement: Agreement
    note: str = ""

    def published(self, rules: DisclosureRules | None = None) -> OutcomeReview:
        """Return the outcome without a rate that rests on a small count."""
        if self.count is None:
            return self
        if not (rules or DisclosureRules()).is_small(self.count):
            return evolve(self, count=None)
        return evolve(self, seen=None, count=None, agreement=Agreement.HIDDEN, note="")

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
        return [f"{self.outcome}, {self.half_term}: {said}{note}"]


def _range(value: Estimate) -> str:
    unit = f" {value.unit}" if value.unit else ""
    return f"{value.value:.3g} ({value.lower:.3g} to {value.upper:.3g}){unit}"


@frozen(kw_only=True, repr=False)
class ObjectiveReview(Value):
    """One objective: its target, and its measure taken again."""

    objective: Slug
    title: Text
    target: float
    found: Estimate | None = None
    standing: TargetStanding

    def _label(self) -> str:
        return f"{self.objective}: {self.standing.value}"

    def _lines(self) -> list[str]:
        found = "" if self.found is None else f", found {_range(self.found)}"
        return [f"{self.title}: target {self.target:.3g}{found}: {self.standing.value}"]


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
    outcomes: tuple[OutcomeReview, ...] = field(default=(), converter=TupleOf[OutcomeReview])
    objectives: Annotated[tuple[ObjectiveReview, ...], Unique("objective")] = field(
        default=(), converter=TupleOf[ObjectiveReview]
    )
    suggestions: tuple[Suggestion, ...] = field(default=(), converter=TupleOf[Suggestion])
    caveats: Texts = field(default=(), converter=TupleOf[str])
    disclosure: Annotated[str, OneOf(("internal", "published"))] = "internal"

    def published(self, rules: DisclosureRules | None = None) -> PlanReview:
        """Return the review as it may be published: without rates that rest on small counts."""
        outcomes = [o.published(rules) for o in self.outcomes]
        # A suggestion about an outcome rests on all its counts, the hidden ones too.
        hidden = {o.outcome for o in outcomes if o.agreement is Agreement.HIDDEN}
        kept = [s for s in self.suggestions if s.about not in hidden]
        return evolve(self, outcomes=outcomes, suggestions=kept, disclosure="published")

    def to_rows(self, *, internal: bool = False) -> list[dict[str, Any]]:
        """Return a row for each outcome and half-term; small counts hidden unless ``internal``."""
        shown = self if internal else self.published()
        rows = []
        for entry in shown.outcomes:
            row: dict[str, Any] = {"outcome": entry.outcome, "half_term": entry.half_term}
            for name, value in (("expected", entry.expected), ("seen", entry.seen)):
                row[name] = None if value is None else value.value
                row[f"{name}_lower"] = None if value is None else value.lower
                row[f"{name}_upper"] = None if value is None else value.upper
            rows.append(row | {"agreement": entry.agreement.value, "note": entry.note})
        return rows

    def _label(self) -> str:
        return f"{self.plan}: {len(self.outcomes)} outcomes, {len(self.objectives)} objectives"

    def _lines(self) -> list[str]:
        shown = self.published()
        counts = [o.agreement for o in shown.outcomes if o.agreement.compared]
        met = sum(o.standing is TargetStanding.MET for o in shown.objectives)
        head = (
            f"{self.plan}: {counts.count(Agreement.AS_EXPECTED)} of {len(counts)} that could be "
            f"compared as expected, {counts.count(Agreement.COULD_NOT_TELL)} could not tell; "
            f"{met} of {len(shown.objectives)} targets met"
        )
        looked = [o for o in shown.outcomes if o.agreement is not Agreement.NO_SERIES]
        unseen = Counter(o.outcome for o in shown.outcomes if o.agreement is Agreement.NO_SERIES)
        parts = (*looked, *shown.objectives, *shown.suggestions)
        return [
            head,
            *(f"  {part}" for part in parts),
            *(
                f"  {outcome}: expected in {count_of(n, 'half-term')} for which nothing was seen"
                for outcome, n in unseen.items()
            ),
            *(f"  {c}" for c in shown.caveats),
        ]
