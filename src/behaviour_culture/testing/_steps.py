"""Strategies for action steps, catalogues of them and their graph."""

from __future__ import annotations

from collections.abc import Sequence
from operator import attrgetter
from typing import NamedTuple

from attrs import evolve
from hypothesis import strategies as st

from behaviour_culture.model.evidence import EvidenceBase
from behaviour_culture.model.framework import Framework
from behaviour_culture.model.source import Basis, Origin
from behaviour_culture.model.step import (
    ActionStep,
    CostRange,
    EffectLink,
    Monitoring,
    Payoff,
    Prerequisite,
    RoleTitle,
    StartRule,
    StepCatalogue,
    StepPhase,
    StepSupport,
    Weeks,
)
from behaviour_culture.model.support import SupportStrand
from behaviour_culture.planning.graph import StepGraph
from behaviour_culture.testing._basics import (
    Ids,
    Strategy,
    check_sizes,
    entries,
    kept,
    maybe,
    numbers,
    one_of_ids,
    refuse,
    shares,
    slugs,
    some_of_ids,
    texts,
    words,
)

__all__ = [
    "Known",
    "action_steps",
    "acyclic_steps",
    "catalogues",
    "cost_ranges",
    "durations",
    "effect_links",
    "monitorings",
    "prerequisites",
    "role_titles",
    "step_graphs",
    "step_supports",
]

_MAX_WEEKS = 200


class Known(NamedTuple):
    """What steps may name; None stands for anything."""

    roles: Ids = None
    principles: Ids = None
    challenges: Ids = None
    systems: Ids = None
    evidence: EvidenceBase | None = None

    @classmethod
    def of(cls, framework: Framework | None, roles: Ids, evidence: EvidenceBase | None) -> Known:
        """Return what the steps for a framework may name."""
        if framework is None:
            return cls(roles=roles, evidence=evidence)
        return cls(
            roles=roles,
            principles=tuple(p.id for p in framework.principles),
            challenges=tuple(c.id for c in framework.challenges),
            systems=tuple(s.id for s in framework.systems),
            evidence=evidence,
        )


@kept
def durations(*, max_weeks: int = 8) -> Strategy[Weeks]:
    """Draw three rising durations in whole school weeks, each from 1 to ``max_weeks``."""
    check_sizes("durations", 1, max_weeks=max_weeks)
    if max_weeks > _MAX_WEEKS:
        raise refuse("durations", ("max_weeks", f"a step takes at most {_MAX_WEEKS} weeks"))
    week = st.integers(1, max_weeks)
    return st.tuples(week, week, week).map(lambda three: Weeks(*sorted(three)))


@kept
def cost_ranges() -> Strategy[CostRange]:
    """Draw costs in pounds, from low to high."""
    pounds = numbers(0.0, 1e5)
    return st.tuples(pounds, pounds).map(lambda two: CostRange(*sorted(two)))


def prerequisites(*, steps: Ids = None) -> Strategy[Prerequisite]:
    """Draw prerequisites on one of ``steps``, or on any."""
    return st.builds(
        Prerequisite,
        step=one_of_ids("prerequisites", "steps", steps),
        reason=texts(),
        lag_weeks=st.just(0) | st.integers(0, 6),
        basis=st.sampled_from(Basis),
    )


@kept
def step_supports() -> Strategy[StepSupport]:
    """Draw how a strand of support helps with a step."""
    return st.builds(StepSupport, strand=st.sampled_from(SupportStrand), how=texts())


def effect_links(*, evidence: EvidenceBase | None = None) -> Strategy[EffectLink]:
    """Draw links to published effects, to those of an evidence base where one is given."""
    if evidence is None:
        return st.builds(EffectLink, parameter=slugs(), grade=texts(max_size=4), reason=texts())
    parameters = [p.id for p in evidence.parameters]
    return st.builds(
        EffectLink,
        parameter=one_of_ids("effect_links", "evidence", parameters),
        grade=st.sampled_from([g.id for g in evidence.grades]),
        reason=texts(),
    )


@kept
def monitorings() -> Strategy[Monitoring]:
    """Draw who looks, when, and how."""
    return st.builds(Monitoring, who=texts(), when=texts(), how=texts())


def role_titles(*, ids: Ids = None) -> Strategy[RoleTitle]:
    """Draw roles of a catalogue, with one of ``ids`` where these are given."""
    role = one_of_ids("role_titles", "ids", ids)
    return st.builds(RoleTitle, id=role, title=texts(), text=words())


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
    effect: Strategy[EffectLink | None] = st.none()
    if known.evidence is None or known.evidence.parameters:
        effect = maybe(effect_links(evidence=known.evidence))
    starts = draw(st.sampled_from(StartRule))
    one_day = starts is StartRule.INSET_DAY
    return ActionStep(
        id=draw(slugs()),
        title=draw(texts()),
        text=draw(words()),
        principles=draw(some_of_ids(known.principles)),
        challenges=draw(some_of_ids(known.challenges, max_size=2)),
        system=draw(system),
        phase=draw(st.sampled_from(StepPhase)),
        weeks=Weeks(1, 1, 1) if one_day else draw(durations()),
        hours_per_week=hours,
        lead=lead,
        lead_options=draw(some_of_ids(known.roles, max_size=2)),
        payoff=draw(st.sampled_from(Payoff)),
        starts=starts,
        reach=draw(shares()),
        effect=draw(effect),
        support=draw(st.lists(step_supports(), max_size=1)),
        success_criteria=draw(st.lists(texts(), max_size=2)),
        monitoring=draw(maybe(monitorings())),
        cost_gbp=draw(cost_ranges()),
        cost_basis=draw(words(max_size=8)),
        source=draw(texts()),
        origin=draw(st.sampled_from(Origin)),
    )


def _with_prerequisites(draw: st.DrawFn, step: ActionStep, before: Sequence[str]) -> ActionStep:
    if not before:
        return step
    some = entries(prerequisites(steps=before), key=attrgetter("step"), max_size=2)
    return evolve(step, requires=draw(some))


@st.composite
def acyclic_steps(
    draw: st.DrawFn, known: Known, min_size: int, max_size: int, met: tuple[str, ...] = ()
) -> list[ActionStep]:
    """Draw steps in any order; each requires only some drawn before it, or met ones."""
    bare = draw(
        st.lists(
            _bare_steps(known),
            min_size=min_size,
            max_size=max_size,
            unique_by=attrgetter("id"),
        )
    )
    taken = {step.id for step in bare}
    before = [key for key in met if key not in taken]
    steps = []
    for step in bare:
        steps.append(_with_prerequisites(draw, step, before))
        before.append(step.id)
    return draw(st.permutations(steps))


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
    check_sizes("catalogues", 0, min_steps=min_steps, max_steps=max_steps)
    if roles is not None:
        one_of_ids("catalogues", "roles", roles)
    return _catalogues(framework, Known.of(framework, roles, evidence), min_steps, max_steps)


@st.composite
def _catalogues(
    draw: st.DrawFn, framework: Framework | None, known: Known, min_steps: int, max_steps: int
) -> StepCatalogue:
    steps = draw(acyclic_steps(known, min_steps, max_steps))
    named = sorted({role for step in steps for role in step.hours_per_week})
    titled = named if draw(st.booleans()) else []
    return StepCatalogue(
        id=draw(slugs()),
        name=draw(texts()),
        framework=draw(slugs()) if framework is None else framework.id,
        edition=draw(texts(max_size=8)) if framework is None else framework.edition,
        summary=draw(words()),
        audit_step=draw(maybe(st.sampled_from([s.id for s in steps]))) if steps else None,
        roles=[draw(role_titles(ids=[role])) for role in titled],
        steps=steps,
    )


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
