"""Why each step of a catalogue is in a plan, or is not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from behaviour_culture.audit.result import AuditResult, Gap
from behaviour_culture.errors import suggest
from behaviour_culture.model.plan import Inclusion, InclusionKind, SkippedStep
from behaviour_culture.model.step import ActionStep, Payoff
from behaviour_culture.planning.confirming import evidence_words
from behaviour_culture.planning.objectives import objective_id
from behaviour_culture.planning.selection import Selection, listed

__all__ = ["inclusions", "skipped", "without_steps"]

_NEEDED = {InclusionKind.PREREQUISITE, InclusionKind.CONFIRMATION}


def inclusions(chosen: Selection, result: AuditResult) -> list[Inclusion]:
    """Return why each step of the plan is in it, by id."""
    served = _objectives(chosen, result)
    return [
        Inclusion(
            step=key,
            kind=why.kind,
            objectives=served[key],
            reason="; ".join(_reasons(chosen, key)),
        )
        for key, why in sorted(chosen.included.items())
    ]


def _reasons(chosen: Selection, key: str) -> list[str]:
    step, why = chosen.steps[key], chosen.included[key]
    parts = [why.note] if why.note else []
    if why.kind is InclusionKind.CONFIRMATION:
        parts.insert(0, evidence_words(chosen.strong[step.principles[0]]))
    elif why.gaps:
        named = listed([f"{g.rank} ({g.name})" for g in why.gaps])
        pace = "shows within a half-term" if step.payoff is Payoff.QUICK else "embeds over terms"
        many = "priorities" if len(why.gaps) > 1 else "priority"
        parts.append(f"answers {many} {named}; {pace}")
    if why.kind in _NEEDED:
        parts += [
            f"needed before '{chosen.steps[later].title}': {reason.rstrip('.')}"
            for later, reason in sorted(why.needed_by)
        ]
    return parts


def _objectives(chosen: Selection, result: AuditResult) -> Mapping[str, list[str]]:
    """Return the objectives that each step serves: its own, or those of what needs it.

    Those of the larger gaps come first.
    """
    rank = {gap.principle: gap.rank for gap in result.gaps}
    served: dict[str, set[str]] = {}
    for key in sorted(chosen.included, key=chosen.place.__getitem__, reverse=True):
        why = chosen.included[key]
        served[key] = {gap.principle for gap in why.gaps}
        if why.kind in _NEEDED or not why.gaps:
            served[key].update(*(served[later] for later, _ in why.needed_by))
    return {
        key: [objective_id(principle) for principle in sorted(found, key=rank.__getitem__)]
        for key, found in served.items()
    }


def without_steps(chosen: Selection, gaps: Sequence[Gap]) -> list[str]:
    """Return the principles of the priorities that no step of the plan works on."""
    worked = {
        p
        for key, why in chosen.included.items()
        if why.kind is not InclusionKind.CONFIRMATION
        for p in chosen.steps[key].principles
    }
    return [gap.principle for gap in gaps if gap.principle not in worked]


def skipped(
    chosen: Selection, result: AuditResult, gaps: Sequence[Gap], limit: int
) -> Iterator[SkippedStep]:
    """Yield the steps that could be chosen and were not, with the reason.

    Parameters
    ----------
    chosen : Selection
    result : AuditResult
    gaps : sequence of Gap
        The priorities.
    limit : int
        Steps chosen for each of them.
    """
    priorities = {g.principle: g for g in gaps}
    ranked = {g.principle: g for g in result.gaps}
    for key, step in chosen.steps.items():
        if key in chosen.included or key in chosen.met:
            continue
        answered = [priorities[p] for p in step.principles if p in priorities]
        others = [ranked[p] for p in step.principles if p in ranked]
        if key in chosen.short:
            reason = chosen.short[key]
        elif key in chosen.stopped:
            reason = "the school stopped it, and no step of the plan needs it"
        elif answered:
            first = f"the {limit} steps" if limit > 1 else "the one step"
            done = "they are" if limit > 1 else "it is"
            reason = (
                f"for {answered[0].name} {first} chosen {'come' if limit > 1 else 'comes'} first: "
                f"begin this one when {done} done"
            )
        elif others:
            reason = _no_priority(others, chosen, result, len(gaps))
        else:
            reason = _unassessed(step, result)
        yield SkippedStep(step=key, title=step.title, reason=reason)


def _no_priority(
    others: Sequence[Gap], chosen: Selection, result: AuditResult, priorities: int
) -> str:
    """Say that its principles rank too low, or that all of them are strong."""
    weak = [gap for gap in others if gap.principle not in chosen.strong]
    if not weak:
        first = min(others, key=lambda g: g.rank)
        return f"{first.name} is rated {1 - first.size.value:.0%}, so it is no priority"
    first = min(weak, key=lambda g: g.rank)
    before = f"the {priorities} priorities" if priorities > 1 else "the one priority"
    return (
        f"{first.name} ranks {first.rank} of {len(result.gaps)} gaps "
        f"({first.size.value:.0%}), after {before}"
    )


def _unassessed(step: ActionStep, result: AuditResult) -> str:
    """Say that nobody assessed its principles, or that the framework does not have them."""
    known = [*(s.id for s in result.principles), *result.not_assessed]
    strange = [p for p in step.principles if p not in known]
    if not step.principles or len(strange) < len(step.principles):
        return "none of its principles was assessed"
    hints = [suggest(p, known).removeprefix("; ") for p in strange]
    named = [f"{p!r} ({hint})" if hint else repr(p) for p, hint in zip(strange, hints, strict=True)]
    return f"the audit's framework has no principle {', '.join(named)}"
