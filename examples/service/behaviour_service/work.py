"""The work itself: one call of the library for each request. Nothing here knows of HTTP."""

from __future__ import annotations

import io
import json

import behaviour_culture as bc
from behaviour_culture.errors import StoppedError
from behaviour_culture.report import ReportParts, render_html, write_plan_workbook
from behaviour_culture.typing import Stop
from behaviour_service.requests import (
    AuditRequest,
    ForecastRequest,
    PlanRequest,
    ReportRequest,
    ScheduleRequest,
)

__all__ = ["audit", "forecast", "plan", "report", "schedule", "workbook"]


def audit(asked: AuditRequest, _stop: Stop) -> bytes:
    """Score an audit."""
    framework = asked.framework or bc.load_framework(asked.audit.framework)
    return _json(bc.score_audit(asked.audit, framework), asked.audit, framework)


def plan(asked: PlanRequest, stop: Stop) -> bytes:
    """Draft a plan."""
    catalogue = asked.catalogue
    if catalogue is None:
        catalogue = bc.load_catalogue(asked.result.framework)
    made = bc.draft_plan(
        asked.result,
        catalogue=catalogue,
        school=asked.school,
        priorities=asked.priorities,
        starts=asked.starts,
        id=asked.id,
        stop=stop,
    )
    return _json(made, asked.result, catalogue, asked.school)


def schedule(asked: ScheduleRequest, stop: Stop) -> bytes:
    """Schedule a plan."""
    made = bc.schedule_plan(
        asked.plan,
        calendar=asked.year,
        capacity=asked.capacity,
        budget=asked.budget,
        seed=asked.seed,
        stop=stop,
        id=asked.id,
    )
    if stop():  # it is the best so far, and nobody waits for it
        raise StoppedError("scheduling", 0, 1)
    return _json(made, asked.plan, asked.year, asked.capacity)


def forecast(asked: ForecastRequest, stop: Stop) -> bytes:
    """Forecast a plan."""
    made = bc.forecast(
        asked.plan,
        asked.result,
        asked.schedule,
        calendar=asked.year,
        draws=asked.draws,
        seed=asked.seed,
        stop=stop,
        id=asked.id,
    )
    return _json(made, asked.plan, asked.result, asked.schedule, asked.year)


def report(asked: ReportRequest, _stop: Stop) -> bytes:
    """Make the page of a journey: one text that loads nothing."""
    parts = ReportParts(
        framework=asked.framework or bc.load_framework(asked.plan.framework),
        audit=asked.result,
        plan=asked.plan,
        school=asked.school,
        schedule=asked.schedule,
        forecast=asked.forecast,
        calendar=asked.year,
        title=asked.title,
        written_on=asked.written_on,
    )
    return render_html(parts).encode()


def workbook(asked: ReportRequest, _stop: Stop) -> bytes:
    """Make the workbook of a plan, in memory."""
    book = io.BytesIO()
    write_plan_workbook(
        book,
        framework=asked.framework or bc.load_framework(asked.plan.framework),
        audit=asked.result,
        plan=asked.plan,
        school=asked.school,
        schedule=asked.schedule,
        calendar=asked.year,
        title=asked.title,
    )
    return book.getvalue()


def _json(result: object, *inputs: object) -> bytes:
    """Return a result as JSON, with the digests of what it was made from."""
    data = bc.to_dict(result, made_from=filter(None, inputs))
    return json.dumps(data, ensure_ascii=False, allow_nan=False).encode()
