"""What things are called and numbered in a report: titles for ids, one order of steps."""

from __future__ import annotations

from behaviour_culture.model.plan import Objective
from behaviour_culture.model.step import ActionStep
from behaviour_culture.report.parts import Given

__all__ = ["Names"]


class Names:
    """Looks up titles; numbers steps by area and start, and objectives in order.

    Attributes
    ----------
    areas : list of (str, list of ActionStep)
        The name of each domain with steps, and its steps in the order of their numbers.
    ref : dict of str to int
        The number of each step.
    priority : dict of str to int
        The number of each objective.
    """

    def __init__(self, given: Given) -> None:
        self.given = given
        self._roles = {r.id: r.title for r in given.catalogue.roles} if given.catalogue else {}
        if given.school is not None and given.school.capacity is not None:
            self._roles |= {r.id: r.title for r in given.school.capacity.roles}
        for step in given.plan.steps:
            for role in (step.lead, *step.hours_per_week):
                self._roles.setdefault(role, _in_words(role))
        self._principles = {p.id: p for p in given.framework.principles}
        self._domains = {d.id: d.name for d in given.framework.domains}
        self._titles = {
            s.id: s.title for s in (given.catalogue.steps if given.catalogue else ())
        } | {s.id: s.title for s in given.plan.steps}
        self._titles |= {m.step: m.title for m in given.plan.met}
        self._titles |= {s.step: s.title for s in given.plan.skipped}
        self.areas = self._areas()
        self.ref = {s.id: i for i, s in enumerate((s for _, g in self.areas for s in g), start=1)}
        self.priority = {o.id: i for i, o in enumerate(given.plan.objectives, start=1)}

    def _areas(self) -> list[tuple[str, list[ActionStep]]]:
        plan, schedule = self.given.plan, self.given.schedule
        if schedule is None:
            order = list(plan.graph.order())
        else:
            order = [s.step for s in schedule.steps] + sorted(schedule.unscheduled)
        place = {key: i for i, key in enumerate(order)}
        steps = sorted(plan.steps, key=lambda s: place[s.id])
        groups = [
            (name, [s for s in steps if self._area(s) == key])
            for key, name in (*self._domains.items(), ("", "Other steps"))
        ]
        return [(name, group) for name, group in groups if group]

    def _area(self, step: ActionStep) -> str:
        principle = self._principles.get(step.main_principle or "")
        return principle.domain if principle else ""

    def role(self, role_id: str) -> str:
        """Return the title of a role: the school's own word first, then the catalogue's."""
        return self._roles.get(role_id) or _in_words(role_id)

    def who(self, text: str) -> str:
        """Return who is to do something: a role's title, or the text as it stands."""
        return self._roles.get(text, text)

    def people(self, role_id: str) -> int:
        """Return how many people hold a role; 1 where nobody says."""
        return self.given.school.people(role_id) if self.given.school else 1

    def title(self, step_id: str) -> str:
        """Return the title of a step."""
        return self._titles.get(step_id, step_id)

    def principle(self, principle_id: str) -> str:
        """Return the name of a principle."""
        found = self._principles.get(principle_id)
        return found.name if found else principle_id

    def domain_of(self, objective: Objective) -> str:
        """Return the name of the domain that an objective belongs to, or nothing."""
        found = self._principles.get(objective.principle)
        return self._domains[found.domain] if found else ""

    def hours(self, step: ActionStep) -> float:
        """Return the staff hours of a step at its likely duration, all people counted."""
        return sum(
            each * step.weeks.likely * self.people(role)
            for role, each in step.hours_per_week.items()
        )


def _in_words(role_id: str) -> str:
    text = role_id.replace("-", " ")
    return text[:1].upper() + text[1:]
