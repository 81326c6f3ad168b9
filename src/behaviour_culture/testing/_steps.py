"""Strategies for action steps, catalogues of them and their graph."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from attrs import evolve
from hypothesis import strategies as st

from behaviour_culture.model.catalogue import Area, PlanPattern, StepCatalogue
from behaviour_culture.model.evidence import EvidenceBase
from behaviour_culture.model.framework import Framework
from behaviour_culture.model.setting import RollRange
from behaviour_culture.model.step import (
    ActionStep,
    CostRange,
    EffectLink,
    Prerequisite,
    RoleTitle,
    StartRule,
    StepSupport,
    StepVariant,
    Weeks,
)
from behaviour_culture.planning.graph import StepGraph
from behaviour_culture.testing._basics import (
    Ids,
    Strategy,
    check_options,
    check_sizes,
    entries,
    maybe,
    numbers,
    one_of_ids,
    slugs,
    some_of_ids,
    texts,
    words,
)
from behaviour_culture.testing._objects import built, in_order, make
from behaviour_culture.testing._registry import arrange, draws

__all__ = ["Known", "action_steps", "acyclic_steps", "catalogues", "step_graphs"]

arrange(Weeks, in_order(*Weeks._fields), **dict.fromkeys(Weeks._fields, st.integers(1, 8)))
arrange(CostRange, in_order("low", "high"), low=numbers(0.0, 1e5), high=numbers(0.0, 1e5))
arrange(RollRange, in_order(*RollRange._fields))
arrange(StepVariant, title=texts())  # a variant has to change something
arrange(Prerequisite, lag_weeks=st.just(0) | st.integers(0, 6))


class Known(NamedTuple):
    """Ids that steps may name; None allows any."""

    roles: Ids = None
    principles: Ids = None
    challenges: Ids = None
    systems: Ids = None
    evidence: EvidenceBase | None = None

    @classmethod
    def of(cls, framework: Framework | None, roles: Ids, evidence: EvidenceBase | None) -> Known:
        """Return the ids that the steps for a framework may name."""
        if framework is None:
            return cls(roles=roles, evidence=evidence)
        return cls(
            roles=roles,
            principles=tuple(p.id for p in framework.principles),
            challenges=tuple(c.id for c in framework.challenges),
            systems=tuple(s.id for s in framework.systems),
            evidence=evidence,
        )


def _effects(evidence: EvidenceBase | None) -> Strategy[list[EffectLink]]:
    """Draw links to published effects; to those of an evidence base where it is given."""
    if evidence is None:
        return st.lists(built(EffectLink, grade=texts(max_size=4)), max_size=1)
    grades = [g.id for g in evidence.grades]
    # One of each outcome; an effect that was measured among a few pupils is not for every step.
    links = [
        built(
            EffectLink,
            parameter=st.just(p.id),
            outcome=st.just(p.outcome),
            settings=st.just(p.settings),
            grade=st.sampled_from(grades),
        )
        for p in evidence.parameters
        if p.most_reach == 1
    ]
    if not links:
        return st.just([])
    return st.lists(st.one_of(links), max_size=2, unique_by=lambda link: link.outcome)


@draws(ActionStep)
def action_steps(
    *,
    framework: Framework | None = None,
    roles: Ids = None,
    evidence: EvidenceBase | None = None,
    requires: Ids = (),
) -> Strategy[ActionStep]:
    """Draw action steps; some take no hours at all.

    Parameters
    ----------
    framework : Framework, optional
        Whose principles, challenges and kinds of systems a step may answer.
    roles : sequence of str, optional
        Ids of roles to choose from.
    evidence : EvidenceBase, optional
        Whose effects a step may cite.
    requires : sequence of str
        Ids of steps that it may require; none by default.
    """
    check_options(
        "action_steps", framework=framework, evidence=evidence, roles=roles, requires=requires
    )
    known = Known.of(framework, roles, evidence)
    if roles is not None:
        one_of_ids("action_steps", "roles", roles)
    return _one_step(known, tuple(requires or ()))


@st.composite
def _one_step(draw: st.DrawFn, known: Known, requires: tuple[str, ...]) -> ActionStep:
    step = draw(_bare_steps(known))
    return _with_prerequisites(draw, step, [r for r in requires if r != step.id])


@st.composite
def _hours(draw: st.DrawFn, roles: Ids) -> tuple[str, dict[str, float]]:
    """Draw a lead and hours by role; the lead is one of them, unless nobody has any."""
    taking_part = draw(some_of_ids(roles, min_size=1, max_size=2))
    if draw(st.integers(0, 9)) == 9:  # noqa: PLR2004  (one in ten takes no time)
        return taking_part[0], {}
    hours = st.sampled_from([0.0, 0.25, 0.5, 1.0, 2.0]) | numbers(0.0, 6.0)
    return taking_part[0], {role: draw(hours) for role in taking_part}


@st.composite
def _bare_steps(draw: st.DrawFn, known: Known) -> ActionStep:
    """Draw a step that requires nothing."""
    lead, hours = draw(_hours(known.roles))
    system: Strategy[str | None] = st.none()
    if known.systems is None or known.systems:
        system = maybe(one_of_ids("action_steps", "framework", known.systems))
    starts = draw(st.sampled_from(StartRule))
    weeks = Weeks(1, 1, 1) if starts is StartRule.INSET_DAY else draw(built(Weeks))
    going = some_of_ids(known.roles, max_size=1)
    return make(
        draw,
        ActionStep,
        principles=some_of_ids(known.principles),
        challenges=some_of_ids(known.challenges, max_size=2),
        system=system,
        weeks=weeks,
        longest_weeks=maybe(st.integers(weeks.likely, min(200, weeks.likely + 4))),
        hours_per_week=hours,
        running_hours={role: draw(numbers(0.0, 1.0)) for role in draw(going)},
        shared_roles=some_of_ids(known.roles, max_size=1),
        lead=lead,
        lead_options=some_of_ids(known.roles, max_size=2),
        starts=starts,
        effects=_effects(known.evidence),
        requires=(),
        support=st.lists(built(StepSupport), max_size=1),
        cost_basis=words(max_size=8),
        # The hours of a variant have its lead, and an INSET day takes one week.
        variants=st.lists(
            built(
                StepVariant,
                hours_per_week=None,
                running_hours=None,
                lead=None,
                starts=None,
                weeks=None,
            ),
            max_size=1,
        ),
    )


def _with_prerequisites(draw: st.DrawFn, step: ActionStep, before: Sequence[str]) -> ActionStep:
    if not before:
        return step
    one = built(Prerequisite, step=st.sampled_from(before))
    return evolve(step, requires=draw(entries(one, key="step", max_size=2)))


@st.composite
def acyclic_steps(
    draw: st.DrawFn, known: Known, min_size: int, max_size: int, met: tuple[str, ...] = ()
) -> list[ActionStep]:
    """Draw steps in any order; each requires only steps drawn before it, or met ones."""
    bare = draw(
        st.lists(
            _bare_steps(known),
            min_size=min_size,
            max_size=max_size,
            unique_by=lambda step: step.id,
        )
    )
    taken = {step.id for step in bare}
    before = [key for key in met if key not in taken]
    steps = []
    for step in bare:
        steps.append(_with_prerequisites(draw, step, before))
        before.append(step.id)
    return draw(st.permutations(steps))


@draws(StepCatalogue)
def catalogues(
    *,
    framework: Framework | None = None,
    roles: Ids = None,
    evidence: EvidenceBase | None = None,
    min_steps: int = 0,
    max_steps: int = 5,
) -> Strategy[StepCatalogue]:
    """Draw step catalogues without a circle among their prerequisites.

    Parameters
    ----------
    framework, roles, evidence : optional
        As for `action_steps`; the catalogue is for this framework.
    min_steps, max_steps : int
        Fewest and most steps.
    """
    check_options("catalogues", framework=framework, evidence=evidence, roles=roles)
    check_sizes("catalogues", 0, min_steps=min_steps, max_steps=max_steps)
    if roles is not None:
        one_of_ids("catalogues", "roles", roles)
    return _catalogues(framework, Known.of(framework, roles, evidence), min_steps, max_steps)


@st.composite
def _catalogues(
    draw: st.DrawFn, framework: Framework | None, known: Known, min_steps: int, max_steps: int
) -> StepCatalogue:
    steps = draw(acyclic_steps(known, min_steps, max_steps))
    named = sorted({r for step in steps for r in (*step.hours_per_week, *step.running_hours)})
    areas = sorted({step.area for step in steps if step.area}) if draw(st.booleans()) else []
    ids = [step.id for step in steps]
    titled = named if draw(st.booleans()) else []
    given: dict[str, object] = {"edition": texts(max_size=8)}
    if framework is not None:
        given = {"framework": framework.id, "edition": framework.edition}
    return make(
        draw,
        StepCatalogue,
        audit_step=maybe(st.sampled_from([s.id for s in steps])) if steps else None,
        roles=[make(draw, RoleTitle, id=role) for role in titled],
        areas=[make(draw, Area, id=area, without="") for area in areas],
        patterns=st.lists(_patterns(ids), max_size=1) if ids else (),
        aliases=_aliases(ids) if ids else {},
        school=None,
        left_out={},
        steps=steps,
        **given,
    )


@st.composite
def _patterns(draw: st.DrawFn, ids: Sequence[str]) -> PlanPattern:
    """Draw a pattern that changes when steps may begin; its arrows could make a circle."""
    rules = st.sampled_from(StartRule)
    return make(
        draw,
        PlanPattern,
        include=some_of_ids(ids),
        starts=st.dictionaries(st.sampled_from(ids), rules, max_size=2),
        arrows=(),
    )


def _aliases(ids: Sequence[str]) -> Strategy[dict[str, str]]:
    old = slugs().filter(lambda key: key not in ids)
    return st.dictionaries(old, st.sampled_from(ids), max_size=2)


@draws(StepGraph)
def step_graphs(*, min_steps: int = 0, max_steps: int = 6) -> Strategy[StepGraph]:
    """Draw graphs of steps, acyclic by construction; some prerequisites are met already."""
    check_sizes("step_graphs", 0, min_steps=min_steps, max_steps=max_steps)
    return _step_graphs(min_steps, max_steps)


@st.composite
def _step_graphs(draw: st.DrawFn, min_steps: int, max_steps: int) -> StepGraph:
    met = draw(some_of_ids(None, max_size=2))
    steps = draw(acyclic_steps(Known(), min_steps, max_steps, met))
    taken = {step.id for step in steps}
    return StepGraph(steps, met=[key for key in met if key not in taken])
