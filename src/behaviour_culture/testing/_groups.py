"""Strategies for audits by several groups of raters, and for two rounds of one."""

from __future__ import annotations

from attrs import evolve
from hypothesis import strategies as st

from behaviour_culture.audit.groups import GroupedResult, score_groups
from behaviour_culture.audit.rounds import RoundComparison, compare_rounds
from behaviour_culture.audit.withheld import STAFF_GROUPS
from behaviour_culture.model.audit import Audit
from behaviour_culture.testing._frameworks import frameworks
from behaviour_culture.testing._registry import draws
from behaviour_culture.testing._schools import audits

__all__ = ["grouped_results", "round_comparisons"]

_DRAWS = 100


@draws(GroupedResult)
@st.composite
def grouped_results(draw: st.DrawFn) -> GroupedResult:
    """Draw results by group: `score_groups` of drawn responses of staff."""
    framework = draw(frameworks(min_items=1))
    framework = evolve(framework, items=[evolve(i, raters=()) for i in framework.items])
    drawn = draw(audits(framework=framework))
    groups = {r: draw(st.sampled_from(STAFF_GROUPS)) for r in drawn.raters}
    audit: Audit = evolve(
        drawn, responses=[evolve(r, group=groups[r.rater]) for r in drawn.responses]
    )
    return score_groups(audit, framework, draws=_DRAWS)


@draws(RoundComparison)
@st.composite
def round_comparisons(draw: st.DrawFn) -> RoundComparison:
    """Draw comparisons of two rounds that rated the same items: `compare_rounds` of them."""
    framework = draw(frameworks(min_items=1))
    drawn = draw(audits(framework=framework))
    before: Audit = evolve(drawn, responses=[evolve(r, group="") for r in drawn.responses])
    value = st.sampled_from(framework.scale.values)
    after: Audit = evolve(
        before,
        id=f"{before.id[:90]}-2",
        responses=[
            r if r.rating is None else evolve(r, rating=draw(value)) for r in before.responses
        ],
    )
    return compare_rounds(before, after, framework, paired=draw(st.booleans()))
