"""What may go otherwise than planned: staff leave, the start is late, hours are short."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from attrs import field, fields, frozen

from behaviour_culture._frozenmap import frozen_map
from behaviour_culture.checks import Check, Value, as_float
from behaviour_culture.errors import UnknownNameError
from behaviour_culture.fields import Range, Share, Slug, Text

__all__ = ["SCENARIOS", "Scenario", "scenario"]

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
    """One way in which things may go, told apart from the plan itself.

    A field left at its default says that nothing differs from the plan. Each one that
    differs needs an entry in ``basis``: a source, or the word judgement and why.

    Attributes
    ----------
    staff_turnover : float or None
        Share of staff who leave in a year, 0 to 1; None for the usual share, which the
        evidence file assumes.
    start_delay_weeks : int
        Calendar weeks by which everything begins later, 0 to 104.
    capacity : float
        Hours that people have for the plan, as a share of what was planned, above 0 and at
        most 2. Half the hours make all work take twice as long.
    leader_leaves : int or None
        The half-term at whose end the leader of the plan leaves, from 1.
    maintenance : bool or None
        Whether steps are kept up once they are done; None for those that the plan itself
        follows up with a step of its monitoring phase.
    dropout : float or None
        Chance a year that the plan is given up, 0 to 1; None for the one assumed.
    basis : mapping of str to str
        For each field that differs, where the number is from.

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
    basis: Mapping[str, Text] = field(factory=dict, converter=frozen_map)

    def _check(self, check: Check) -> None:
        if check.ok("basis"):
            self._check_basis(check)

    def _check_basis(self, check: Check) -> None:
        for key in self.basis:
            check.known("basis", key, _SETTINGS, "setting of a scenario")
        for name in self.changes:
            if name not in self.basis:
                check.fault(f"basis.{name}", "say where it is from: a source, or judgement and why")

    @property
    def changes(self) -> tuple[str, ...]:
        """The fields that differ from the plan as it is."""
        defaults = {f.name: f.default for f in fields(type(self))}
        return tuple(name for name in _SETTINGS if getattr(self, name) != defaults[name])

    def _lines(self) -> list[str]:
        weeks = self.start_delay_weeks
        words = {
            "staff_turnover": f"{self.staff_turnover or 0:.0%} of staff leave in a year",
            "start_delay_weeks": f"everything begins {weeks} week{'' if weeks == 1 else 's'} later",
            "capacity": f"people have {self.capacity:.0%} of the hours planned",
            "leader_leaves": f"the leader leaves at the end of half-term {self.leader_leaves}",
            "maintenance": (
                "what is done is kept up"
                if self.maintenance
                else "nothing is kept up once it is done"
            ),
            "dropout": f"a chance of {self.dropout or 0:.0%} a year that the plan is given up",
        }
        said = [words[name] for name in self.changes]
        return [f"{self.name}: {'; '.join(said) or 'all as planned'}"]


SCENARIOS = (
    Scenario(
        id="high-turnover",
        name="Many staff leave",
        text="Every third member of staff leaves in a year and those who follow must learn it all.",
        staff_turnover=0.33,
        basis={"staff_turnover": "judgement: about twice the usual share that is assumed"},
    ),
    Scenario(
        id="late-start",
        name="Late start",
        text="The plan begins a term later than it says.",
        start_delay_weeks=13,
        basis={"start_delay_weeks": "judgement: one term of thirteen weeks"},
    ),
    Scenario(
        id="half-capacity",
        name="Half the hours",
        text="People turn out to have half the hours that the plan counts on.",
        capacity=0.5,
        basis={"capacity": "judgement: a round case to plan against, not a measured one"},
    ),
    Scenario(
        id="leader-leaves",
        name="The leader leaves",
        text="Whoever leads the plan leaves at the end of the third half-term.",
        leader_leaves=3,
        basis={"leader_leaves": "judgement: half-way through a first year"},
    ),
    Scenario(
        id="no-maintenance",
        name="Nothing is kept up",
        text="Once a step is done, nobody looks after it any more.",
        maintenance=False,
        basis={"maintenance": "judgement; that effects fade was read in rows B9 and B14"},
    ),
)
"""The scenarios that come with the library; every number in them is judgement."""


def scenario(scenario_id: str) -> Scenario:
    """Return a shipped scenario by id, or raise `UnknownNameError`.

    Examples
    --------
    >>> scenario("late-start").start_delay_weeks
    13
    """
    for entry in SCENARIOS:
        if entry.id == scenario_id:
            return entry
    raise UnknownNameError("scenario", scenario_id, [s.id for s in SCENARIOS])
