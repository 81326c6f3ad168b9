"""Names and numbers in a report: titles for ids, and one order of steps."""

from __future__ import annotations

from collections.abc import Mapping
from math import fsum
from typing import NamedTuple

from attrs import evolve

from behaviour_culture.model.catalogue import StepCatalogue
from behaviour_culture.model.plan import Objective, StepStatus
from behaviour_culture.model.school import School
from behaviour_culture.model.step import ActionStep
from behaviour_culture.planning.plan import ActionPlan
from behaviour_culture.report.parts import ReportParts
from behaviour_culture.report.words import capital, sentence

__all__ = ["Names", "Nobody", "numbered", "role_titles"]


class Nobody(NamedTuple):
    """A role that steps of the plan ask for and that nobody at the school holds."""

    title: str
    text: str
    refs: list[int]


class Names:
    """Looks up titles, and numbers objectives in order.

    Steps have the numbers of the plan, those without one the next ones by area and start.

    Attributes
    ----------
    areas : list of (str, list of ActionStep)
        The name of each domain with steps, and its steps in the order of their numbers.
    ref : dict of str to int
        The number of each step.
    priority : dict of str to int
        The number of each objective.
    nobody : list of Nobody
        The roles of steps that no post of the school holds, where the school says who does what.
    """

    def __init__(self, parts: ReportParts) -> None:
        self.parts = parts
        self._roles = role_titles(parts.plan, parts.school, parts.catalogue)
        self._groups = {r.id: r.group for r in (parts.catalogue.roles if parts.catalogue else ())}
        self._dated = {s.step: s for s in parts.schedule.steps} if parts.schedule else {}
        self._principles = {p.id: p for p in parts.framework.principles}
        self._domains = {d.id: d.name for d in parts.framework.domains}
        self._titles = {
            s.id: s.title for s in (parts.catalogue.steps if parts.catalogue else ())
        } | {s.id: s.title for s in parts.plan.steps}
        self._titles |= {m.step: m.title for m in parts.plan.met}
        self._titles |= {s.step: s.title for s in parts.plan.skipped}
        self.areas: list[tuple[str, list[ActionStep]]] = self._areas()
        numbers = parts.plan.numbers
        new = (s.id for _, group in self.areas for s in group if s.id not in numbers)
        first = max(numbers.values(), default=0) + 1
        self.ref: dict[str, int] = {
            **numbers,
            **{key: i for i, key in enumerate(new, start=first)},
        }
        self.priority: dict[str, int] = {
            o.id: i for i, o in enumerate(parts.plan.objectives, start=1)
        }
        self.nobody: list[Nobody] = self._nobody()

    def _nobody(self) -> list[Nobody]:
        school = self.parts.school
        if school is None or school.capacity is None:
            return []
        held = school.capacity.holders()
        known = {r.id: r for r in self.parts.catalogue.roles} if self.parts.catalogue else {}
        asked: dict[str, list[int]] = {}
        for _, group in self.areas:
            for step in group:
                roles = {step.lead, *step.hours_per_week, *step.running_hours}
                # Who monitors may be somebody from outside, in words of one's own.
                roles |= {step.monitoring.who} & {*known} if step.monitoring else set()
                for role in roles - {*held}:
                    asked.setdefault(role, []).append(self.ref[step.id])
        return [
            Nobody(self.role(role), known[role].text if role in known else "", refs)
            for role, refs in sorted(asked.items())
        ]

    def _areas(self) -> list[tuple[str, list[ActionStep]]]:
        plan, schedule = self.parts.plan, self.parts.schedule
        if schedule is None:
            order = list(plan.graph.order())
        else:
            order = [s.step for s in schedule.steps] + sorted(schedule.left_out)
        place = {key: i for i, key in enumerate(order)}
        last = len(place) + max(plan.numbers.values(), default=0)
        steps = sorted(plan.steps, key=lambda s: (plan.numbers.get(s.id, last), place[s.id]))
        groups = [
            (name, [s for s in steps if self._area(s) == key])
            for key, name in (*self._domains.items(), ("", "Other steps"))
        ]
        return [(name, group) for name, group in groups if group]

    def _area(self, step: ActionStep) -> str:
        principle = self._principles.get(step.main_principle or "")
        return principle.domain if principle else ""

    def role(self, role_id: str) -> str:
        """Return the title of a role: the school's, or else the catalogue's."""
        return self._roles.get(role_id) or _in_words(role_id)

    def lead(self, step: ActionStep) -> str:
        """Return the title of the role that leads a step, and who it is where that is known.

        It is the role that leads it in the schedule, which may hand it on to another.
        """
        person = self.parts.plan.people.get(step.id)
        title = self.role(self.leading_role(step))
        return f"{title}, {person}" if person else title

    def leading_role(self, step: ActionStep) -> str:
        """Return the role that leads a step in the schedule, or else in the plan."""
        dated = self._dated.get(step.id)
        return dated.lead if dated else step.lead

    def group(self, role_id: str) -> str:
        """Return the group of raters to which the holders of a role belong; empty if unknown."""
        return self._groups.get(role_id) or ""

    def subject(self, role_id: str) -> str:
        """Return a role as the subject of a sentence; titles may be plural."""
        return f"the role '{self.role(role_id)}'"

    def who(self, text: str) -> str:
        """Return a role's title for its id; any other text as it is."""
        return self._roles.get(text, text)

    def people(self, role_id: str) -> int:
        """Return how many people hold a role; 1 if that is not known."""
        return self.parts.school.people(role_id) if self.parts.school else 1

    def title(self, step_id: str) -> str:
        """Return the title of a step."""
        return self._titles.get(step_id, step_id)

    def with_titles(self, reasons: Mapping[str, str]) -> list[tuple[str, str]]:
        """Return the title of each step and its reason as a sentence, in order of ids."""
        return [(self.title(step), sentence(reason)) for step, reason in sorted(reasons.items())]

    def principle(self, principle_id: str) -> str:
        """Return the name of a principle."""
        principle = self._principles.get(principle_id)
        return principle.name if principle else principle_id

    def part(self, part_id: str) -> str:
        """Return the name of a principle or a domain."""
        return self._domains.get(part_id, self.principle(part_id))

    def domain_of(self, objective: Objective) -> str:
        """Return the name of the domain of an objective; empty if it has none."""
        principle = self._principles.get(objective.principle)
        return self._domains[principle.domain] if principle else ""

    def hours(self, step: ActionStep) -> float:
        """Return the staff hours of a step at its likely duration, of all people together."""
        return fsum(step.work(self.people).values())

    def weeks(self, step: ActionStep) -> int:
        """Return how many weeks a step takes in the schedule, or else by the plan."""
        dated = self._dated.get(step.id)
        return dated.weeks if dated else step.weeks.likely

    def weekly(self, step: ActionStep) -> dict[str, float]:
        """Return the hours a week of a step in the schedule, or else in the plan, by role.

        They are those of each person, of a role that shares them those of all its people.
        """
        dated = self._dated.get(step.id)
        if dated is None or not dated.hours_per_week:
            return dict(step.hours_per_week)
        return {
            role: each * (self.people(role) if role in step.shared_roles else 1)
            for role, each in dated.hours_per_week.items()
        }

    def hours_by_role(self) -> dict[str, float]:
        """Return the staff hours of the whole plan that each role gives, the most first.

        The hours of a step are given by those to whom the schedule gives it.
        """
        found: dict[str, float] = {}
        for step in self.parts.plan.steps:
            given = {
                role: each * (1 if role in step.shared_roles else self.people(role))
                for role, each in self.weekly(step).items()
            }
            weeks = self.hours(step) / (fsum(given.values()) or 1.0)
            for role, mine in given.items():
                found[role] = found.get(role, 0.0) + mine * weeks
        some = [pair for pair in found.items() if pair[1] > 0]
        return dict(sorted(some, key=lambda pair: (-pair[1], pair[0])))

    def is_over(self, step_id: str) -> bool:
        """Say whether a step of the plan is complete or stopped."""
        return self.parts.plan.status(step_id) in {StepStatus.COMPLETE, StepStatus.STOPPED}

    def without_dates(self, step_id: str) -> str:
        """Return why a step has no dates in the schedule, in a word or two."""
        return "does not fit" if step_id in self.parts.without_place else "stopped"


def numbered(parts: ReportParts) -> ActionPlan:
    """Return the plan with a number for each step, as the page shows them."""
    steps = {s.id for s in parts.plan.steps}
    return evolve(parts.plan, numbers={k: n for k, n in Names(parts).ref.items() if k in steps})


def role_titles(
    plan: ActionPlan, school: School | None, catalogue: StepCatalogue | None
) -> dict[str, str]:
    """Return the title of each role: the school's post that holds it, or the catalogue's."""
    titles = {r.id: r.title for r in catalogue.roles} if catalogue else {}
    if school is not None and school.capacity is not None:
        posts = {r.id: r.title for r in school.capacity.roles}
        titles |= {role: posts[post] for role, post in school.capacity.holders().items()}
    for step in plan.steps:
        for role in (step.lead, *step.hours_per_week, *step.running_hours):
            titles.setdefault(role, _in_words(role))
    return titles


def _in_words(role_id: str) -> str:
    return capital(role_id.replace("-", " "))
