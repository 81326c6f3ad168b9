"""What the documents say, gathered once for all of them."""

from __future__ import annotations

from typing import NamedTuple

from behaviour_culture.model.plan import (
    InclusionKind,
    ObjectiveScale,
    StepStatus,
    TargetOrigin,
)
from behaviour_culture.model.step import StepPhase
from behaviour_culture.report.actions import StepRow
from behaviour_culture.report.effort import Effort, effort
from behaviour_culture.report.html import Page, gather
from behaviour_culture.report.inspection import Inspection, inspection
from behaviour_culture.report.names import Names
from behaviour_culture.report.parts import ReportParts
from behaviour_culture.report.timing import Chart, charts
from behaviour_culture.report.views import Views, views
from behaviour_culture.report.words import STATUS, day

__all__ = ["Facts", "facts_of"]


class Facts(NamedTuple):
    """The facts of the whole report, and those that only the documents need."""

    parts: ReportParts
    names: Names
    page: Page
    views: Views | None
    effort: list[Effort]
    inspection: Inspection | None
    timeline: list[Chart]
    """The charts of the plan for sheets that stand."""

    @property
    def title(self) -> str:
        """The title of the plan."""
        return self.page.title

    @property
    def rows(self) -> list[StepRow]:
        """The steps in the order of their numbers, as the plan lists them."""
        return [row for area in self.page.actions.areas for row in area.rows]

    def serving(self, objective: int) -> list[StepRow]:
        """Return the steps that serve an objective, by its number: its own before shared ones."""
        mine = [r for r in self.rows if any(o.ref == objective for o in r.objectives)]
        return sorted(mine, key=lambda r: (r.objectives[0].ref != objective, r.ref))

    def finished(self, rows: list[StepRow]) -> str:
        """Return the day on which the last of some steps is done; empty where one has no place."""
        schedule = self.parts.schedule
        refs = {row.ref for row in rows if row.status is not STATUS[StepStatus.STOPPED]}
        keys = [key for key, ref in self.names.ref.items() if ref in refs]
        if schedule is None or not keys or any(key in schedule.left_out for key in keys):
            return ""
        return day(max(schedule.finish(key) for key in keys))

    def first_looked_at(self, rows: list[StepRow]) -> StepRow | None:
        """Return the first of some steps that pupils meet and somebody looks at; None without one.

        What others do, such as to agree on something, cannot be seen by a visitor. One that only
        checks that something holds, or that was stopped, is none to ask about.
        """
        plan = self.parts.plan
        met = {self.names.ref[s.id] for s in plan.steps if s.phase is StepPhase.LAUNCH}
        checks = {
            self.names.ref[i.step] for i in plan.inclusions if i.kind is InclusionKind.CONFIRMATION
        }
        stopped = STATUS[StepStatus.STOPPED]
        able = met - checks
        some = [r for r in rows if r.monitoring and r.ref in able and r.status is not stopped]
        return min(some, key=lambda row: row.ref, default=None)

    @property
    def rises(self) -> str:
        """The least and the most that a target of the forecast lies above today, of the scale."""
        points = sorted(
            round(100 * (o.target - o.baseline.value))
            for o in self.parts.plan.objectives
            if o.scale is ObjectiveScale.AUDIT and o.target_origin is TargetOrigin.FORECAST
        )
        if not points:
            return ""
        low, high = points[0], points[-1]
        return f"{high}%" if low == high else f"{low}% to {high}%"

    @property
    def fullest_role(self) -> str:
        """The role and the half-term with the least room."""
        return self.page.load.fullest_when if self.page.load else ""


def facts_of(parts: ReportParts) -> Facts:
    """Gather what the documents say."""
    names = Names(parts)
    return Facts(
        parts=parts,
        names=names,
        page=gather(parts),
        views=views(parts),
        effort=effort(names),
        inspection=inspection(parts, names),
        timeline=charts(parts, names, standing=True),
    )
