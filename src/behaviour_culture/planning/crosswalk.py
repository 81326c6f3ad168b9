"""A catalogue of steps seen through a crosswalk, for an audit under another framework."""

from __future__ import annotations

from attrs import evolve

from behaviour_culture.audit.result import AuditResult
from behaviour_culture.checks import Check
from behaviour_culture.model.belonging import belongs_faults, framework_faults
from behaviour_culture.model.catalogue import (
    LeftOutKind,
    LeftOutStep,
    StepCatalogue,
)
from behaviour_culture.model.crosswalk import Crosswalk, CrosswalkLink, Strength
from behaviour_culture.model.indicator import ObjectiveIndicator
from behaviour_culture.model.plan import CrosswalkLoss

__all__ = ["crosswalk_loss", "through_crosswalk"]


def through_crosswalk(
    catalogue: StepCatalogue, crosswalk: Crosswalk, result: AuditResult
) -> StepCatalogue:
    """Return the catalogue with the principles of the audited framework on its steps.

    A step answers the principles to which the crosswalk links its own: first those of its main
    principle, and of these first the ones that share (nearly) everything. A step without a link
    is left out.

    Parameters
    ----------
    catalogue : StepCatalogue
    crosswalk : Crosswalk
        Between the framework of the catalogue and that of the audit, in either direction.
    result : AuditResult

    Raises
    ------
    InvalidInputError
        The crosswalk is between other frameworks or editions.
    """
    if crosswalk.target_framework == catalogue.framework:
        crosswalk = crosswalk.reversed()
    check = Check("draft_plan")
    begins = (crosswalk.source_framework, crosswalk.source_edition)
    ends = (crosswalk.target_framework, crosswalk.target_edition)
    mine = (catalogue.framework, catalogue.edition)
    check.add(belongs_faults("crosswalk", "framework", begins, mine))
    if check.ok():
        audited = evolve(catalogue, framework=ends[0], edition=ends[1])
        check.add(framework_faults("crosswalk", audited, result))
    check.done()
    links: dict[str, list[CrosswalkLink]] = {}
    for link in sorted(crosswalk.links, key=_order):
        links.setdefault(link.source, []).append(link)
    steps, left_out = [], dict(catalogue.left_out)
    by_id = {step.id: step for step in catalogue.steps}
    for step in catalogue.steps:
        found = dict.fromkeys(link.target for p in step.principles for link in links.get(p, ()))
        if found:
            steps.append(evolve(step, principles=tuple(found), challenges=()))
        else:
            left_out[step.id] = LeftOutStep(
                step=step.id, title=step.title, kind=LeftOutKind.CROSSWALK
            )
    # What monitors stays, and what another step waits for, whatever the other framework asks.
    monitoring = {s.id for s in catalogue.steps if any(m.is_in_every_plan for m in s.marks)}
    needed = _needed({step.id for step in steps} | monitoring, catalogue)
    for key in sorted(needed - {step.id for step in steps}):
        steps.append(evolve(by_id[key], principles=(), challenges=()))
        del left_out[key]
    kept = {step.id for step in steps}
    order = list(by_id)
    counted: dict[str, ObjectiveIndicator] = {}
    for source, indicator in catalogue.indicators.items():
        for link in links.get(source, ()):
            counted.setdefault(link.target, indicator)
    return evolve(
        catalogue,
        framework=ends[0],
        edition=ends[1],
        left_out=left_out,
        audit_step=catalogue.audit_step if catalogue.audit_step in kept else None,
        patterns=[pattern.among(kept) for pattern in catalogue.patterns],
        indicators=counted,
        steps=sorted(steps, key=lambda step: order.index(step.id)),
    )


def crosswalk_loss(
    crosswalk: Crosswalk, catalogue: StepCatalogue, result: AuditResult
) -> CrosswalkLoss:
    """Return what a crosswalk lost: steps that answer nothing, principles that no step answers."""
    answered = {p for step in catalogue.steps for p in step.principles}
    return CrosswalkLoss(
        crosswalk=crosswalk.id,
        unanswered=[score.id for score in result.principles if score.id not in answered],
        steps=[
            step.step for step in catalogue.left_out.values() if step.kind is LeftOutKind.CROSSWALK
        ],
        partly=sum(link.strength is Strength.PART for link in crosswalk.links),
        links=len(crosswalk.links),
    )


def _needed(keys: set[str], catalogue: StepCatalogue) -> set[str]:
    """Return these steps and all that they wait for."""
    found = set(keys)
    waiting = sorted(keys)
    while waiting:
        for before in catalogue.step(waiting.pop()).requires:
            if before.step not in found:
                found.add(before.step)
                waiting.append(before.step)
    return found


def _order(link: CrosswalkLink) -> tuple[bool, int]:
    return link.strength is Strength.PART, link.hops
