"""What can be asked for. Each class is the check of a request and its schema in OpenAPI.

A part such as ``plan`` takes what an earlier answer was, as it is.
"""

from __future__ import annotations

import datetime as dt
from typing import Annotated

from attrs import frozen

import behaviour_culture as bc
from behaviour_culture.checks import Check, Value
from behaviour_culture.fields import Range, Slug, Text

__all__ = ["AuditRequest", "ForecastRequest", "PlanRequest", "ReportRequest", "ScheduleRequest"]

CALENDAR = "illustrative-2026-27"


@frozen(kw_only=True, repr=False)
class AuditRequest(Value):
    """Score an audit. Without ``framework`` it is the shipped one that the audit names."""

    audit: bc.Audit
    framework: bc.Framework | None = None


@frozen(kw_only=True, repr=False)
class PlanRequest(Value):
    """Draft a plan. Without ``catalogue`` it is the shipped one of the audited framework."""

    result: bc.AuditResult
    school: bc.School | None = None
    catalogue: bc.StepCatalogue | None = None
    priorities: Annotated[int, Range(low=1, high=20)] = 5
    starts: dt.date | None = None
    id: Slug | None = None


@frozen(kw_only=True, repr=False)
class _Dated(Value):
    """A request about days: ``calendar`` is a shipped one, unless term dates are sent along."""

    plan: bc.ActionPlan
    calendar: Slug = CALENDAR
    term_dates: bc.SchoolYear | None = None

    def _check(self, check: Check) -> None:
        if check.ok("calendar") and self.term_dates is None:
            check.known("calendar", self.calendar, bc.calendar_ids(), "calendar")

    @property
    def year(self) -> bc.SchoolYear:
        """The term dates."""
        return self.term_dates or bc.load_calendar(self.calendar)


@frozen(kw_only=True, repr=False)
class ScheduleRequest(_Dated):
    """Give each step of a plan its dates, with the hours that people have."""

    capacity: bc.Capacity
    budget: Annotated[int, Range(low=1, high=20_000)] | None = None
    seed: Annotated[int, Range(low=0, high=2**32)] = 0
    id: Slug | None = None


@frozen(kw_only=True, repr=False)
class ForecastRequest(_Dated):
    """Forecast what a plan brings, half-term by half-term."""

    result: bc.AuditResult
    schedule: bc.Schedule
    draws: Annotated[int, Range(low=100, high=1_000_000)] = 2_000
    seed: Annotated[int, Range(low=0, high=2**32)] = 0
    id: Slug | None = None


@frozen(kw_only=True, repr=False)
class ReportRequest(_Dated):
    """Show a journey: as a page, or the plan as a workbook."""

    result: bc.AuditResult
    framework: bc.Framework | None = None
    school: bc.School | None = None
    schedule: bc.Schedule | None = None
    forecast: bc.Forecast | None = None
    title: Text | None = None
    written_on: dt.date | None = None
