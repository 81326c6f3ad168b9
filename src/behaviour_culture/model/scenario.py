"""Scenarios in which a plan does not go as planned: staff leave, or hours are short."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from attrs import field, fields, frozen

from behaviour_culture._display import count_of
from behaviour_culture.checks import Check, MapOf, Value, as_float
from behaviour_culture.fields import Range, Share, Slug, Text

__all__ = ["AS_PLANNED", "Scenario"]

_SETTINGS = (
    "staff_turnover",
    "start_delay_weeks",
    "capacity",
    "leader_leaves",
    "maintenance",
    "dropout",
)


@frozen(kw_only=True, repr=False)
class Scenario(Value):
    """One way in which a plan may go otherwise than planned.

    A field at its default does not differ from the plan. Each field that does differ needs an
    entry in ``basis``: a source, or the word judgement and the reasoning.

    Attributes
    ----------
    staff_turnover : float or None
        Share of staff who leave in a year, 0 to 1; None for the usual share, an assumption
        of the evidence file.
    start_delay_weeks : int
        Calendar weeks by which everything begins later, 0 to 104.
    capacity : float
        Hours that people have for the plan, as a share of the hours planned, above 0 and at
        most 2. With other hours the plan is scheduled again, and what does not fit is left out.
    leader_leaves : int or None
        The half-term at whose end the leader of the plan leaves, counted from 1.
    maintenance : bool or None
        Whether steps are kept up once they are done; None to keep up those that a step of the
        plan's monitoring phase follows up.
    dropout : float or None
        Yearly probability that the plan is given up, 0 to 1; None for the assumed one.
    basis : mapping of str to str
        The source of the number, for each field that differs.

    Examples
    --------
    >>> print(Scenario(id="late", name="Late start", start_delay_weeks=12,
    ...                basis={"start_delay_weeks": "judgement: about a term"}))
    Late start: everything begins 12 weeks later
    """

    id: Slug
    name: Text
    text: str = ""
    staff_turnover: Share | None = None
    start_delay_weeks: Annotated[int, Range(low=0, high=104)] = 0
    capacity: Annotated[float, Range(high=2, above=0)] = field(default=1.0, converter=as_float)
    leader_leaves: Annotated[int, Range(low=1, high=60)] | None = None
    maintenance: bool | None = None
    dropout: Share | None = None
    basis: Mapping[str, Text] = field(factory=dict, converter=MapOf[str, str])

    def _check(self, check: Check) -> None:
        if not check.ok("basis"):
            return
        for key in self.basis:
            check.known("basis", key, _SETTINGS, "setting of a scenario")
        for name in self.changes:
            if name not in self.basis:
                check.fault(f"basis.{name}", "say where it is from: a source, or judgement and why")

    @property
    def changes(self) -> tuple[str, ...]:
        """The fields that differ from the plan."""
        defaults = {f.name: f.default for f in fields(type(self))}
        return tuple(name for name in _SETTINGS if getattr(self, name) != defaults[name])

    def _lines(self) -> list[str]:
        words = {
            "staff_turnover": f"{100 * (self.staff_turnover or 0):.6g}% of staff leave in a year",
            "start_delay_weeks": f"everything begins {count_of(self.start_delay_weeks, 'week')} "
            "later",
            "capacity": f"people have {100 * self.capacity:.6g}% of the hours planned",
            "leader_leaves": f"the leader leaves at the end of half-term {self.leader_leaves}",
            "maintenance": (
                "steps are kept up once they are done"
                if self.maintenance
                else "no step is kept up once it is done"
            ),
            "dropout": f"a chance of {100 * (self.dropout or 0):.6g}% a year that the plan is "
            "given up",
        }
        changes = [words[name] for name in self.changes]
        return [f"{self.name}: {'; '.join(changes) or 'all as planned'}"]


AS_PLANNED = Scenario(id="as-planned", name="As planned")
"""The plan as it is, where it stands among scenarios."""
