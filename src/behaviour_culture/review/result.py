"""What a review says: each outcome, each objective, and what to change."""

from __future__ import annotations

from collections import Counter
from enum import StrEnum
from typing import Annotated, Any

from attrs import evolve, field, frozen

from behaviour_culture.checks import Value, as_tuple
from behaviour_culture.disclosure import DisclosureRules
from behaviour_culture.fields import NotNegative, OneOf, Slug, Text, Texts, Unique
from behaviour_culture.model.estimate import Estimate

__all__ = [
    "NO_SERIES",
    "Agreement",
    "ObjectiveReview",
    "OutcomeReview",
    "PlanReview",
    "Suggestion",
    "TargetStanding",
]

_SMALL = "a small count, not shown"
NO_SERIES = "no series has it"


class Agreement(StrEnum):
    """How what was seen lies to what was expected."""

    AS_EXPECTED = "as expected"
    """Seen inside the expected interval."""
    HIGHER = "higher than expected"
    """The whole interval of what was seen lies above the expected one."""
    LOWER = "lower than expected"
    COULD_NOT_TELL = "could not tell"
    """The intervals overlap, or what was seen is too unsure to compare."""
    NOT_SEEN = "not seen"
    NOT_EXPECTED = "nothing was expected"


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
        The count behind what was seen, where it is a rate of events.
    agreement : Agreement
    note : str
        Why nothing was seen, or what stands in the way of comparing.
    """

    outcome: Slug
    half_term: Text
    expected: Estimate | None = None
    seen: Estimate | None = None
    count: NotNegative | None = None
    agreement: Agreement
    note: str = ""

    def published(self, rules: DisclosureRules) -> OutcomeReview:
        """Return it without a rate that rests on a small count."""
        if self.count is None:
            return self
        if not rules.is_small(self.count):
            return evolve(self, count=None)
        return evolve(self, seen=None, count=None, agreement=Agreement.NOT_SEEN, note=_SMALL)

    def _label(self) -> str:
        return f"{self.outcome}, {self.half_term}"

    def _lines(self) -> list[str]:
        shown = self.published(DisclosureRules())
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
    """One objective: its target, and what was found when somebody looked again."""

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
    """Something to do next, and why; whether to do it is for people to decide."""

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
    """What was expected of a plan beside what was seen, and what to change.

    It describes: a difference from what was expected has many possible reasons, and agreement
    with it does not show that the plan made it.
    """

    plan: Slug
    outcomes: tuple[OutcomeReview, ...] = field(default=(), converter=as_tuple)
    objectives: Annotated[tuple[ObjectiveReview, ...], Unique("objective")] = field(
        default=(), converter=as_tuple
    )
    suggestions: tuple[Suggestion, ...] = field(default=(), converter=as_tuple)
    caveats: Texts = field(default=(), converter=as_tuple)
    disclosure: Annotated[str, OneOf(("internal", "published"))] = "internal"

    def published(self, rules: DisclosureRules | None = None) -> PlanReview:
        """Return it as it may be published: no rate that rests on a small count."""
        used = rules or DisclosureRules()
        outcomes = [o.published(used) for o in self.outcomes]
        # What is said about an outcome rests on its counts, the hidden ones too.
        hidden = {o.outcome for o in outcomes if o.note == _SMALL}
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
        beside = (Agreement.NOT_SEEN, Agreement.NOT_EXPECTED)
        counts = [o.agreement for o in shown.outcomes if o.agreement not in beside]
        met = sum(o.standing is TargetStanding.MET for o in shown.objectives)
        head = (
            f"{self.plan}: {counts.count(Agreement.AS_EXPECTED)} of {len(counts)} that could be "
            f"compared as expected, {counts.count(Agreement.COULD_NOT_TELL)} could not tell; "
            f"{met} of {len(shown.objectives)} targets met"
        )
        alone = [
            o for o in shown.outcomes if o.agreement is Agreement.NOT_SEEN and o.note == NO_SERIES
        ]
        looked = [o for o in shown.outcomes if o not in alone]
        unseen = Counter(o.outcome for o in alone)
        times = ((o, "1 half-term" if n == 1 else f"{n} half-terms") for o, n in unseen.items())
        parts = (*looked, *shown.objectives, *shown.suggestions)
        return [
            head,
            *(f"  {part}" for part in parts),
            *(
                f"  {outcome}: expected in {many} for which nothing was seen"
                for outcome, many in times
            ),
            *(f"  {c}" for c in shown.caveats),
        ]
