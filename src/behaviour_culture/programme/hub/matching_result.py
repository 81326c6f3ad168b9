"""Which partner goes to which lead and why, and the value of one more place."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

import numpy as np
from attrs import field, frozen

from behaviour_culture._arrays import FrozenArray, array_field
from behaviour_culture._display import count_of
from behaviour_culture._entries import Entries
from behaviour_culture.checks import Check, TupleOf, Value, as_float
from behaviour_culture.fields import Count, Range, Shape

__all__ = ["PartnerMatch", "PartnerMatching", "PlaceValue"]


@frozen(kw_only=True, repr=False)
class PartnerMatch(Value):
    """The place of one partner, and the reasons for it.

    Attributes
    ----------
    partner : int
        Row of ``needs``.
    lead : int or None
        Row of ``strengths``; None for a partner without a place.
    fit : float
        Sum over the principles of need times strength; 0 without a place.
    leads_allowed : int
        How many leads this partner may go to.
    drivers : tuple of int
        The principles that give most of the fit, most first, at most three.
    next_lead : int or None
        The next best place, with every other partner moved as is best for all and none left
        without a place for it. Without a place: the lead at which one more
        place would place this partner at the least loss. None where there is no such lead.
    next_cost : float
        The loss of total fit by that; negative for a gain.
    """

    partner: Count
    lead: Count | None = None
    fit: float = field(default=0.0, converter=as_float)
    leads_allowed: Count
    drivers: tuple[int, ...] = field(default=(), converter=TupleOf[int])
    next_lead: Count | None = None
    next_cost: float = field(default=0.0, converter=as_float)

    def _label(self) -> str:
        where = "no place" if self.lead is None else f"lead {self.lead}, fit {self.fit:.3g}"
        return f"partner {self.partner}: {where}"


@frozen(kw_only=True, repr=False)
class PlaceValue(Value):
    """The value of one more place at a lead, all others as they are.

    Attributes
    ----------
    lead : int
    more_placed : int
        Partners that could be placed in addition: 0 or 1.
    more_fit : float
        The gain in total fit.
    """

    lead: Count
    more_placed: Count
    more_fit: float = field(converter=as_float)

    def _label(self) -> str:
        placed = "one more partner placed, " if self.more_placed else ""
        return f"one more place at lead {self.lead}: {placed}fit {self.more_fit:+.3g}"


@frozen(kw_only=True, repr=False)
class PartnerMatching(Value):
    """The best match of partners with leads, and the reasons.

    Attributes
    ----------
    needs : FrozenArray, shape (partners, principles)
    strengths : FrozenArray, shape (leads, principles)
    capacity : tuple of int
        Places of each lead.
    matches : tuple of PartnerMatch
        One for each partner, in the order of ``needs``.
    extra_places : tuple of PlaceValue
        One for each lead, in the order of ``strengths``.
    total : float
        Sum of the fits; no unit.
    """

    needs: Annotated[FrozenArray, Shape(None, None)] = array_field()
    strengths: Annotated[FrozenArray, Shape(None, None)] = array_field()
    capacity: tuple[int, ...] = field(converter=TupleOf[int])
    matches: Entries[PartnerMatch] = field(converter=TupleOf[PartnerMatch])
    extra_places: Entries[PlaceValue] = field(converter=TupleOf[PlaceValue])
    total: float = field(converter=as_float)

    def _check(self, check: Check) -> None:
        if check.ok():
            sizes = (len(self.needs), len(self.strengths), len(self.strengths))
            if (len(self.matches), len(self.extra_places), len(self.capacity)) != sizes:
                check.fault("matches", "there must be one for each partner, and for each lead")

    @property
    def lead_of(self) -> tuple[int | None, ...]:
        """The lead of each partner, None where it has no place."""
        return tuple(m.lead for m in self.matches)

    @property
    def placed(self) -> int:
        """How many partners have a place."""
        return sum(m.lead is not None for m in self.matches)

    @property
    def unplaced(self) -> tuple[int, ...]:
        """The partners without a place."""
        return tuple(m.partner for m in self.matches if m.lead is None)

    def fit(self) -> Any:  # noqa: ANN401  (an array)
        """Return the fit of every partner with every lead, shape (partners, leads)."""
        return np.asarray(self.needs) @ np.asarray(self.strengths).T

    def explain(
        self,
        partner: int,
        *,
        partners: Sequence[str] | None = None,
        leads: Sequence[str] | None = None,
        principles: Sequence[str] | None = None,
    ) -> list[str]:
        """Explain in plain words the place of a partner.

        Parameters
        ----------
        partner : int
            Row of ``needs``.
        partners, leads, principles : sequence of str, optional
            Names to use instead of numbers.

        Raises
        ------
        InvalidInputError
            No such partner, or too few names.
        """
        count = len(self.matches)
        check = Check("explain")
        check.value("partner", partner, Annotated[int, Range(0, count - 1)])
        for name, given, many in (
            ("partners", partners, count),
            ("leads", leads, len(self.strengths)),
            ("principles", principles, self.needs.shape[1]),
        ):
            if given is not None and len(given) != many:
                check.fault(name, f"expected {many} names, got {len(given)}")
        check.done()
        return _Words(partners, leads, principles).lines(self.matches[partner])

    def to_rows(self) -> list[dict[str, Any]]:
        """Return a row for each partner."""
        return [
            {
                "partner": m.partner,
                "lead": m.lead,
                "fit": m.fit,
                "leads_allowed": m.leads_allowed,
                "next_lead": m.next_lead,
                "next_cost": m.next_cost,
            }
            for m in self.matches
        ]

    def _label(self) -> str:
        return (
            f"{self.placed} of {count_of(len(self.matches), 'partner')} placed, total fit "
            f"{self.total:.4g}"
        )

    def _lines(self) -> list[str]:
        lines = [self._label()]
        if self.unplaced:
            lines.append("  without a place: " + ", ".join(f"{p}" for p in self.unplaced[:20]))
        best = max(self.extra_places, key=lambda v: (v.more_placed, v.more_fit))
        if best.more_placed or best.more_fit > 0:
            lines.append(f"  {best}")
        return lines


class _Words:
    """Sentences about matches, with names or numbers."""

    def __init__(
        self,
        partners: Sequence[str] | None,
        leads: Sequence[str] | None,
        principles: Sequence[str] | None,
    ) -> None:
        self._names = {"partner": partners, "lead": leads, "principle": principles}

    def name(self, kind: str, number: int) -> str:
        names = self._names[kind]
        return f"{kind} {number}" if names is None else names[number]

    def lines(self, match: PartnerMatch) -> list[str]:
        who = self.name("partner", match.partner)
        if match.lead is None:
            return self._without(who, match)
        where = self.name("lead", match.lead)
        if match.drivers:
            named = ", ".join(self.name("principle", p) for p in match.drivers)
            lines = [f"{who} goes to {where}: it is strong where the need is largest ({named})"]
        else:
            lines = [
                f"{who} goes to {where}: there is a place, though no need is met by a strength"
            ]
        if match.leads_allowed == 1:
            lines.append(f"{where} is the only lead that {who} may go to")
        elif match.next_lead is None:
            lines.append(f"any other lead for {who} would leave a partner without a place")
        else:
            other = self.name("lead", match.next_lead)
            cost = match.next_cost
            loss = f"lower the total fit by {cost:.3g}" if cost > 0 else "be as good for all"
            lines.append(
                f"the next best is {other}: that would {loss}, with all others moved to suit"
            )
        return lines

    def _without(self, who: str, match: PartnerMatch) -> list[str]:
        if not match.leads_allowed:
            return [f"{who} has no place: there is no lead that it may go to"]
        many = match.leads_allowed
        leads = "the one lead" if many == 1 else f"the {many} leads"
        lines = [
            f"{who} has no place: {leads} that it may go to cannot take it without another "
            "partner losing a place"
        ]
        if match.next_lead is not None:
            lines.append(f"one more place at {self.name('lead', match.next_lead)} would place it")
        return lines
