"""The steps that come into a plan: gap by gap, with what they wait for, as far as hours go."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import fsum, inf

from attrs import define, field

from behaviour_culture._display import count_of
from behaviour_culture.audit.result import Gap, Score
from behaviour_culture.model.plan import InclusionKind
from behaviour_culture.model.step import ActionStep, Payoff
from behaviour_culture.planning.confirming import confirming_step, is_lawful_order
from behaviour_culture.planning.hours_left import HoursLeft, all_hours

__all__ = ["Selection", "Why", "listed"]

_IN_FULL = {
    InclusionKind.OWN,
    InclusionKind.UNDER_WAY,
    InclusionKind.MONITORING,
    InclusionKind.PRIORITY,
}
"""Steps that are done in full, whatever the audit says of their principle."""


@define
class Why:
    """Why a step is in, gathered while the plan is drafted."""

    kind: InclusionKind
    note: str = ""
    gaps: list[Gap] = field(factory=list)
    needed_by: list[tuple[str, str]] = field(factory=list)


@define
class Selection:
    """The steps that are in a plan so far, and why; and those that people lack the hours for.

    Attributes
    ----------
    steps : mapping of str to ActionStep
        All that can be chosen.
    place : mapping of str to int
        The place of each in an order that prerequisites allow.
    met, stopped, in_full : set of str
        Steps that need not be done; that the school stopped; that are done in full in any case.
    strong : mapping of str to Score
        Principles that are rated high.
    benefits : mapping of str to float or None
        What decides among the steps for a gap; the gaps that they answer without it.
    audit_again : str or None
        The step that repeats the audit, after the time for which hours are counted.
    titles : mapping of str to str
        Of roles.
    included : dict of str to Why
    short : dict of str to str
        Steps that would be in if people had the hours, and what is lacking.
    """

    steps: Mapping[str, ActionStep]
    place: Mapping[str, int]
    met: frozenset[str]
    stopped: frozenset[str]
    in_full: frozenset[str]
    strong: Mapping[str, Score]
    benefits: Mapping[str, float] | None
    audit_again: str | None
    titles: Mapping[str, str]
    hours: HoursLeft
    included: dict[str, Why] = field(factory=dict)
    short: dict[str, str] = field(factory=dict)

    def is_free(self, key: str) -> bool:
        """Say whether a step can be chosen: it is not met, and the school has not stopped it."""
        return key not in self.met and key not in self.stopped

    def include(
        self, key: str, kind: InclusionKind, note: str = "", *, always: bool = True
    ) -> bool:
        """Include a step and what it waits for, if people have the hours or it is ``always`` in.

        Of a step that is in already, the first kind is kept.
        """
        if key in self.included:
            return True
        group = [(k, self._kind(k, kind if k == key else None)) for k in self._needed(key, kind)]
        # The audit is done again in the last half-term, after the time for which hours are counted.
        counted = [(k, what) for k, what in group if k != self.audit_again]
        lacking = self.hours.take([self._as_planned(k, w) for k, w in counted], always=always)
        if lacking:
            others = len(group) - 1
            many = f" with {count_of(others, 'step')} that it waits for" if others else ""
            self.short[key] = f"it{many} {listed([lack.words(self._title) for lack in lacking])}"
            return False
        self.short.pop(key, None)
        for k, what in group:
            again = "taken up again, having been stopped" if k in self.stopped else ""
            self.included[k] = Why(what, note if k == key else again)
        return True

    def _title(self, role: str) -> str:
        return self.titles.get(role, role)

    def _needed(self, key: str, kind: InclusionKind) -> list[str]:
        """Return a step and what it waits for that is not there yet, in order.

        A step that is only checked waits for nothing.
        """
        found, waiting = {key}, [key]
        while waiting:
            here = waiting.pop()
            if self._kind(here, kind if here == key else None) is InclusionKind.CONFIRMATION:
                continue
            for before in self.steps[here].requires:
                k = before.step
                if k not in found and k not in self.included and k not in self.met:
                    found.add(k)
                    waiting.append(k)
        return sorted(found, key=self.place.__getitem__)

    def is_checked(self, key: str) -> bool:
        """Say whether a step is checked rather than done, since its main principle is strong."""
        step = self.steps[key]
        fixed = key in self.in_full or is_lawful_order(step)
        return step.main_principle in self.strong and not fixed

    def _kind(self, key: str, kind: InclusionKind | None) -> InclusionKind:
        """Return why a step is in, given the wish for it; None where another step waits for it."""
        if kind not in _IN_FULL and self.is_checked(key):
            return InclusionKind.CONFIRMATION
        return kind or InclusionKind.PREREQUISITE

    def _as_planned(self, key: str, kind: InclusionKind) -> ActionStep:
        checked = kind is InclusionKind.CONFIRMATION
        return confirming_step(self.steps[key]) if checked else self.steps[key]

    def planned(self, key: str) -> ActionStep:
        """Return a step as it is in the plan: in full, or only checked."""
        return self._as_planned(key, self.included[key].kind)

    def value(self, step: ActionStep, gaps: Sequence[Gap]) -> tuple[float, str, float, str]:
        """Sort key: best first. Benefit, or gaps answered; then evidence, hours and id."""
        if self.benefits is not None:
            worth = self.benefits.get(step.id, 0.0)
        else:
            size = {g.principle: g.size.value for g in gaps}
            worth = fsum(
                size.get(p, 0.0) * (1.0 if p == step.main_principle else 0.5)
                for p in step.principles
            )
        hours = fsum(step.hours_per_week.values()) * step.weeks.likely
        return (-worth, min((e.grade for e in step.effects), default="Z"), hours, step.id)

    def candidates(self, gap: Gap) -> list[ActionStep]:
        """Return the steps that answer a gap and can be chosen."""
        return [
            s for s in self.steps.values() if gap.principle in s.principles and self.is_free(s.id)
        ]

    def choose(self, gap: Gap, gaps: Sequence[Gap], limit: int) -> None:
        """Choose steps for a gap; ``gaps`` are this one and those before it.

        Nothing here may depend on later gaps: fewer priorities then make a part of the plan.
        """
        free = [s for s in self.candidates(gap) if not self.is_checked(s.id)]
        ranked = sorted(free, key=lambda s: self.value(s, gaps))
        chosen = [s for s in ranked if s.id in self.included]
        # One quick and one embedding step first, where there are: early wins and lasting change.
        wanted = [Payoff.QUICK, Payoff.EMBEDS] if limit > 1 else []
        for payoff in [*wanted, None]:
            for step in ranked:
                enough = (
                    len(chosen) >= limit
                    if payoff is None
                    else any(s.payoff is payoff for s in chosen)
                )
                if enough:
                    break
                fits = payoff in {None, step.payoff} and step not in chosen
                if fits and self.include(step.id, InclusionKind.PRIORITY, always=False):
                    chosen.append(step)
        if not chosen:
            # However full the year, a priority is worth the least that people can do for it.
            cheap = sorted(ranked, key=lambda s: (self._with_what_it_needs(s.id), s.id))
            chosen += self._include_beyond(cheap)
        for step in chosen:
            why = self.included[step.id]
            why.gaps.append(gap)
            if why.kind is InclusionKind.PREREQUISITE:
                why.kind = InclusionKind.PRIORITY

    def _include_beyond(self, steps: Sequence[ActionStep]) -> list[ActionStep]:
        """Include the first step for which people have the hours, however full the year is."""
        most, self.hours.most = self.hours.most, inf
        kind = InclusionKind.PRIORITY
        fitting = (s for s in steps if self.include(s.id, kind, always=False))
        found = next(fitting, None)
        self.hours.most = most
        return [] if found is None else [found]

    def _with_what_it_needs(self, key: str) -> float:
        """Return the hours of a priority's step with those that it waits for and are not in yet."""
        kind = InclusionKind.PRIORITY
        needed = ((k, self._kind(k, kind if k == key else None)) for k in self._needed(key, kind))
        return fsum(all_hours(self._as_planned(k, what), self.hours.capacity) for k, what in needed)

    def note_needs(self, gaps: Sequence[Gap]) -> None:
        """Note for each step which priorities it answers, which steps need it, and why."""
        for gap in gaps:
            for key, why in self.included.items():
                answers = gap.principle in self.steps[key].principles
                if why.gaps and answers and gap not in why.gaps:
                    why.gaps = sorted([*why.gaps, gap], key=lambda g: g.rank)
        for key in sorted(self.included):
            for before in self.planned(key).requires:
                if before.step in self.included:
                    self.included[before.step].needed_by.append((key, before.reason))


def listed(words: Sequence[str]) -> str:
    """Return words as a list with ``and`` before the last."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
