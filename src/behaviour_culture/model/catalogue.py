"""A catalogue of steps: for every kind of school, or as it is for one school."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Annotated, Any, ClassVar

from attrs import evolve, field, frozen

from behaviour_culture._display import count_of
from behaviour_culture._entries import Entries
from behaviour_culture.checks import Check, MapOf, TupleOf, Value, find, require_types
from behaviour_culture.fields import Slug, Slugs, Text, Unique
from behaviour_culture.model.indicator import ObjectiveIndicator
from behaviour_culture.model.order import check_acyclic
from behaviour_culture.model.school import Capacity, School
from behaviour_culture.model.setting import EVERY_SIZE, RollRange, Setting
from behaviour_culture.model.step import (
    ActionStep,
    Monitoring,
    Payoff,
    Prerequisite,
    RoleTitle,
    StartRule,
    StepPhase,
)

__all__ = [
    "STEP_COLUMNS",
    "Area",
    "LeftOutKind",
    "LeftOutStep",
    "PatternArrow",
    "PlanPattern",
    "StepCatalogue",
    "check_steps_acyclic",
    "step_row",
]


STEP_COLUMNS: Mapping[str, type] = {
    "step": str,
    "title": str,
    "principles": str,
    "phase": StepPhase,
    "lead": str,
    "weeks_optimistic": int,
    "weeks_likely": int,
    "weeks_pessimistic": int,
    "payoff": Payoff,
    "settings": str,
    "running_hours": str,
    "duty": str,
    "requires": str,
    "cost_low_gbp": float,
    "cost_high_gbp": float,
    "running_cost_low_gbp": float,
    "running_cost_high_gbp": float,
}
"""The columns of `step_row`."""


@frozen(kw_only=True, repr=False)
class Area(Value):
    """A part of the subject, such as bullying or the school site.

    ``without`` says why no step belongs to it, where none does.
    """

    id: Slug
    title: Text
    without: str = ""


@frozen(kw_only=True, repr=False)
class PatternArrow(Prerequisite):
    """A prerequisite that a pattern adds: ``of`` waits for ``step``."""

    of: Slug


@frozen(kw_only=True, repr=False)
class PlanPattern(Value):
    """The shape of a year of change, such as a launch in September.

    Attributes
    ----------
    id, title, text : str
    include : tuple of str
        The steps that such a year always has, where they apply.
    starts : mapping of str to StartRule
        When a step may begin, where that differs from the catalogue.
    arrows : tuple of PatternArrow
        What waits for what, beyond the catalogue.
    """

    id: Slug
    title: Text
    text: Text
    include: Slugs = field(default=(), converter=TupleOf[str])
    starts: Mapping[Slug, StartRule] = field(factory=dict, converter=MapOf[str, StartRule])
    arrows: Entries[PatternArrow] = field(default=Entries(), converter=TupleOf[PatternArrow])

    def among(self, steps: Iterable[str]) -> PlanPattern:
        """Return the pattern without what names other steps than these."""
        kept = set(steps)
        return evolve(
            self,
            include=[s for s in self.include if s in kept],
            starts={s: rule for s, rule in self.starts.items() if s in kept},
            arrows=[a for a in self.arrows if {a.of, a.step} <= kept],
        )


class LeftOutKind(StrEnum):
    """Why a step of a catalogue is not for a school."""

    SETTING = "setting"
    SIZE = "size"
    CROSSWALK = "crosswalk"
    """The audited framework asks about none of its principles."""


@frozen(kw_only=True, repr=False)
class LeftOutStep(Value):
    """A step that is not for a school or not for its audit, and why."""

    step: Slug
    title: Text
    kind: LeftOutKind
    settings: tuple[Setting, ...] = field(default=(), converter=TupleOf[Setting])
    sizes: RollRange = EVERY_SIZE

    @property
    def reason(self) -> str:
        """The reason in words."""
        if self.kind is LeftOutKind.SETTING:
            return f"it is for other kinds of school: {', '.join(s.words for s in self.settings)}"
        if self.kind is LeftOutKind.CROSSWALK:
            return "no link of the crosswalk leads from it to the audited framework"
        return f"it is for schools of {self.sizes.words}"

    def _lines(self) -> list[str]:
        return [self.reason]


@frozen(kw_only=True, repr=False)
class StepCatalogue(Value):
    """Steps to choose from, for one edition of a framework; prerequisites form no circle."""

    id: Slug
    name: Text
    framework: Slug
    edition: Text
    summary: str = ""
    audit_step: Slug | None = None
    """The step that a scored audit has already done."""
    roles: Annotated[Entries[RoleTitle], Unique("id")] = field(
        default=Entries(), converter=TupleOf[RoleTitle]
    )
    duties: Slug | None = None
    """The register in which `ActionStep.duty` is looked up."""
    monitors: Slugs = field(default=(), converter=TupleOf[str])
    """Roles that monitor a step, in this order, where its lead would monitor it too."""
    indicators: Mapping[Slug, ObjectiveIndicator] = field(
        factory=dict, converter=MapOf[str, ObjectiveIndicator]
    )
    """What is counted beside the audit score of each principle, as in a set of indicators."""
    areas: Annotated[Entries[Area], Unique("id")] = field(
        default=Entries(), converter=TupleOf[Area]
    )
    patterns: Annotated[Entries[PlanPattern], Unique("id")] = field(
        default=Entries(), converter=TupleOf[PlanPattern]
    )
    aliases: Mapping[Slug, Slug] = field(factory=dict, converter=MapOf[str, str])
    """The step that took over from one that is gone, by the old id."""
    school: Slug | None = None
    """The school for which `for_school` made it."""
    left_out: Mapping[Slug, LeftOutStep] = field(factory=dict, converter=MapOf[str, LeftOutStep])
    """The steps that are not for that school."""
    steps: Annotated[Entries[ActionStep], Unique("id")] = field(converter=TupleOf[ActionStep])

    def __attrs_post_init__(self) -> None:
        super().__attrs_post_init__()
        check_steps_acyclic(self.steps)

    def _check(self, check: Check) -> None:
        if not check.ok("steps"):
            return
        known = {s.id for s in self.steps}
        if self.audit_step is not None:
            check.known("audit_step", self.audit_step, known, "step")
        for i, step in enumerate(self.steps):
            for j, before in enumerate(step.requires):
                check.known(f"steps[{i}].requires[{j}].step", before.step, known, "step")
        self._check_areas(check)
        self._check_moves(check, known)
        roles = {r.id for r in self.roles} if check.ok() else set()
        for i, step in enumerate(self.steps if roles and self.school is None else ()):
            for name in ("hours_per_week", "running_hours"):
                for role in getattr(step, name):
                    check.known(f"steps[{i}].{name}", role, roles, "role")

    def _check_areas(self, check: Check) -> None:
        """Check that steps name areas of the catalogue, where it has any."""
        if not self.areas or not check.ok("areas", "steps"):
            return
        areas = {a.id for a in self.areas}
        for i, step in enumerate(self.steps):
            if step.area is not None:
                check.known(f"steps[{i}].area", step.area, areas, "area")

    def _check_moves(self, check: Check, known: set[str]) -> None:
        """Check that patterns and aliases name steps, and that no alias is a step."""
        if not check.ok("patterns", "aliases"):
            return
        for i, pattern in enumerate(self.patterns):
            named = [*pattern.include, *pattern.starts]
            named += [s for a in pattern.arrows for s in (a.of, a.step)]
            for step in dict.fromkeys(named):
                check.known(f"patterns[{i}]", step, known, "step")
        for old, new in self.aliases.items():
            check.known(f"aliases[{old!r}]", new, known | {*self.left_out}, "step")
            if old in known:
                check.fault(f"aliases[{old!r}]", f"{old!r} is a step itself")

    def step(self, step_id: str) -> ActionStep:
        """Return one step by id, or raise `UnknownNameError`."""
        return find("step", step_id, self.steps)

    def for_principle(self, principle_id: str) -> Entries[ActionStep]:
        """Return the steps that answer a principle, in catalogue order."""
        return Entries(s for s in self.steps if principle_id in s.principles)

    def pattern(self, pattern_id: str) -> PlanPattern:
        """Return one pattern by id, or raise `UnknownNameError`."""
        return find("pattern", pattern_id, self.patterns)

    def in_pattern(self, pattern_id: str) -> StepCatalogue:
        """Return the catalogue with the arrows and starts of a pattern, or raise `CycleError`."""
        pattern = self.pattern(pattern_id)
        more: dict[str, list[Prerequisite]] = {}
        for a in pattern.arrows:
            added = Prerequisite(step=a.step, reason=a.reason, lag_weeks=a.lag_weeks, basis=a.basis)
            more.setdefault(a.of, []).append(added)
        return evolve(
            self,
            steps=[
                evolve(
                    step,
                    starts=pattern.starts.get(step.id, step.starts),
                    requires=_joined([*more.get(step.id, ()), *step.requires]),
                )
                for step in self.steps
            ],
        )

    def for_school(self, school: School) -> StepCatalogue:
        """Return the catalogue of one school: the steps that apply, in its words and posts.

        Each step is taken in the first of its variants that fits. Where one post holds several
        roles, their hours are added up. A step that its lead would monitor is monitored by the
        first of ``monitors`` that is somebody else. What waits for a step that is left out waits
        for what that step waited for.

        Returns
        -------
        StepCatalogue
            ``school`` names the school, and ``left_out`` has each other step with the reason.

        Examples
        --------
        >>> import behaviour_culture as bc
        >>> about = {"illustrative": True, "phase": bc.Phase.PRIMARY, "roll": 60}
        >>> school = School(id="village", name="Village Primary School", **about)
        >>> ours = bc.load_catalogue("bennett-2017").for_school(school)
        >>> len(ours.steps) < len(bc.load_catalogue("bennett-2017").steps)
        True
        """
        require_types("for_school", school=(school, School))
        kept = [s for s in self.steps if s.applies_to(school)]
        ids = {s.id for s in kept}
        left_out = {s.id: _left_out(s, school) for s in self.steps if s.id not in ids}
        by_id = {s.id: s for s in self.steps}
        posts = _Posts(school.capacity, self.monitors)
        return evolve(
            self,
            school=school.id,
            left_out={**self.left_out, **left_out},
            patterns=[p.among(ids) for p in self.patterns],
            steps=[
                evolve(s, requires=_bridged(s, ids, by_id), **posts.changes(s))
                for s in (step.for_school(school) for step in kept)
            ],
            audit_step=self.audit_step if self.audit_step in ids else None,
        )

    _COLUMNS: ClassVar[Mapping[str, type]] = STEP_COLUMNS

    def to_rows(self) -> list[dict[str, Any]]:
        """Return a row for each step."""
        return [step_row(s) for s in self.steps]

    def _label(self) -> str:
        whose = f" for {self.school}" if self.school else ""
        return f"{self.id}{whose}: {count_of(len(self.steps), 'step')}"

    def _lines(self) -> list[str]:
        return [
            f"{self.name}: {count_of(len(self.steps), 'step')} for {self.framework} "
            f"({self.edition})",
            *(f"  {s.id}: {s.title}" for s in self.steps),
        ]


def step_row(step: ActionStep) -> dict[str, Any]:
    """Return one step as a row of plain values."""
    return {
        "step": step.id,
        "title": step.title,
        "principles": ", ".join(step.principles),
        "phase": step.phase.value,
        "lead": step.lead,
        "weeks_optimistic": step.weeks.optimistic,
        "weeks_likely": step.weeks.likely,
        "weeks_pessimistic": step.weeks.pessimistic,
        "payoff": step.payoff.value,
        "settings": ", ".join(step.settings),
        "running_hours": ", ".join(f"{role} {h:g}" for role, h in step.running_hours.items()),
        "duty": step.duty or "",
        "requires": ", ".join(p.step for p in step.requires),
        "cost_low_gbp": step.cost_gbp.low,
        "cost_high_gbp": step.cost_gbp.high,
        "running_cost_low_gbp": step.running_cost_gbp.low,
        "running_cost_high_gbp": step.running_cost_gbp.high,
    }


def check_steps_acyclic(steps: tuple[ActionStep, ...]) -> None:
    """Raise `CycleError` for the shortest circle among the prerequisites of steps."""
    check_acyclic(
        {s.id: {p.step: p.basis for p in s.requires} for s in steps},
        {s.id: s.title for s in steps},
    )


def _left_out(step: ActionStep, school: School) -> LeftOutStep:
    here = not step.settings or bool(school.settings & {*step.settings})
    return LeftOutStep(
        step=step.id,
        title=step.title,
        kind=LeftOutKind.SIZE if here else LeftOutKind.SETTING,
        settings=step.settings,
        sizes=step.sizes,
    )


def _joined(requires: Iterable[Prerequisite]) -> list[Prerequisite]:
    """Return one prerequisite for each step: the first, with the longest lag of all."""
    found: dict[str, Prerequisite] = {}
    for before in requires:
        first = found.setdefault(before.step, before)
        if before.lag_weeks > first.lag_weeks:
            found[before.step] = evolve(first, lag_weeks=before.lag_weeks)
    return list(found.values())


def _bridged(
    step: ActionStep, kept: set[str], by_id: Mapping[str, ActionStep]
) -> list[Prerequisite]:
    """Return what a step waits for, going through the steps that are left out."""
    found: list[Prerequisite] = []
    waiting = list(step.requires)
    seen: set[str] = set()
    while waiting:
        before = waiting.pop(0)
        if before.step in kept:
            found.append(before)
        elif before.step not in seen:
            seen.add(before.step)
            # How long the step itself had to wait is no matter once it is left out.
            waiting += [evolve(b, lag_weeks=0) for b in by_id[before.step].requires]
    return _joined(found)


class _Posts:
    """Turns the roles of a catalogue into the posts of a school."""

    def __init__(self, capacity: Capacity | None, monitors: tuple[str, ...]) -> None:
        self.held = {} if capacity is None else capacity.holders()
        self.monitors = monitors

    def post(self, role: str) -> str:
        """Return the post that holds a role; the role itself where none does."""
        return self.held.get(role, role)

    def changes(self, step: ActionStep) -> dict[str, Any]:
        """Return the fields of a step that name roles, with the posts that hold these."""
        lead = self.post(step.lead)
        options = dict.fromkeys(self.post(role) for role in step.lead_options)
        options.pop(lead, None)
        return {
            "lead": lead,
            "lead_options": tuple(options),
            "hours_per_week": self._hours(step.hours_per_week),
            "running_hours": self._hours(step.running_hours),
            "monitoring": self._monitoring(step.monitoring, lead),
        }

    def _hours(self, hours: Mapping[str, float]) -> dict[str, float]:
        """Add up the hours of roles that one post holds."""
        found: dict[str, float] = {}
        for role, each in hours.items():
            found[self.post(role)] = found.get(self.post(role), 0.0) + each
        return found

    def _monitoring(self, given: Monitoring | None, lead: str) -> Monitoring | None:
        if given is None:
            return None
        options = map(self.post, (given.who, *self.monitors))
        return evolve(given, who=next((who for who in options if who != lead), given.who))
