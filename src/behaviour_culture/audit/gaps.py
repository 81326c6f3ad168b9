"""How far each principle is from fully in place, in order of the principles that need it."""

from __future__ import annotations

from collections.abc import Mapping
from math import fsum

from attrs import evolve

from behaviour_culture.audit.result import Gap, Score
from behaviour_culture.model.estimate import Estimate
from behaviour_culture.model.framework import Framework
from behaviour_culture.model.scale import RatingScale
from behaviour_culture.model.source import Origin

__all__ = ["builds_on", "ranked_gaps"]


def ranked_gaps(framework: Framework, scores: Mapping[str, Score]) -> list[Gap]:
    """Return the gaps of the principles that were scored, the most urgent first."""
    weights = {p.id: p.weight for p in framework.principles}
    later = builds_on(framework)
    ours = any(q.origin is Origin.OWN for p in framework.principles for q in p.prerequisites)
    size = {key: 1 - score.estimate.value for key, score in scores.items()}
    total = fsum(weights[key] * size[key] for key in size) or 1.0
    gaps = []
    for principle in framework.principles:
        key = principle.id
        if key not in scores:
            continue
        above = sorted(p for p in later[key] if size.get(p, 0.0) > 0)
        share = fsum(weights[p] * size[p] for p in above) / total
        estimate = scores[key].estimate
        gaps.append(
            Gap(
                principle=key,
                name=principle.name,
                domain=principle.domain,
                size=evolve(
                    estimate,
                    value=size[key],
                    lower=1 - estimate.upper,
                    upper=1 - estimate.lower,
                ),
                weight=principle.weight,
                holds_up=above,
                priority=principle.weight * size[key] * (1 + share),
                rank=1,
                reason=_reason(estimate, framework.scale, len(above), ours=ours),
            )
        )
    gaps.sort(key=lambda g: (-g.priority, g.principle))
    return [evolve(gap, rank=i + 1) for i, gap in enumerate(gaps)]


def builds_on(framework: Framework) -> dict[str, set[str]]:
    """Return for each principle those that need it first, directly or through others."""
    after: dict[str, set[str]] = {p.id: set() for p in framework.principles}
    for p in framework.principles:
        for before in p.prerequisites:
            after[before.principle].add(p.id)
    found: dict[str, set[str]] = {}
    for key, direct in after.items():
        # A loop and not a recursion: a chain may be longer than Python's stack.
        waiting, reached = list(direct), set(direct)
        while waiting:
            later = after[waiting.pop()] - reached
            reached |= later
            waiting += later
        found[key] = reached
    return found


def _reason(estimate: Estimate, scale: RatingScale, above: int, *, ours: bool) -> str:
    level = scale.nearest(estimate.value).label
    text = (
        f"nearest to '{level}' at {estimate.value:.0%} of the scale "
        f"({estimate.lower:.0%} to {estimate.upper:.0%})"
    )
    if above:
        others = f"{above} other principle{'s' if above > 1 else ''} with a gap"
        build = "build" if above > 1 else "builds"
        text += f"; {others} {build} on it{' in our order' if ours else ''}"
    return text
