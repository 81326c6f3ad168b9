"""The service: routes, their limits, and OpenAPI from the schemas of the library."""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import AsyncIterator, Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import asynccontextmanager
from functools import partial
from typing import Any, NamedTuple

from fastapi import FastAPI, Request, Response
from fastapi.openapi.utils import get_openapi
from starlette.exceptions import HTTPException

import behaviour_culture as bc
from behaviour_culture.errors import StoppedError
from behaviour_culture.interchange.kinds import Kind
from behaviour_culture.typing import Stop
from behaviour_service import work
from behaviour_service.problems import PROBLEM, of_error, problem
from behaviour_service.requests import (
    AuditRequest,
    ForecastRequest,
    PlanRequest,
    ReportRequest,
    ScheduleRequest,
)

__all__ = ["PROBLEM", "TASKS", "Limits", "app", "create_app"]

_JSON = "application/json"
_SHEETS = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_REFS = "#/components/schemas/"
_PROBLEMS = {
    400: "no JSON",
    413: "too large",
    415: "not JSON",
    422: "faults",
    500: "our mistake",
    503: "busy, or slow",
}
_POLL = 0.1
"""Seconds after which it is looked again whether anybody waits for an answer."""


class Limits(NamedTuple):
    """How much one process takes on."""

    max_bytes: int = 4 * 1024 * 1024
    seconds: float = 30.0
    threads: int = os.cpu_count() or 1
    waiting: int = 200
    """Requests at work or waiting for a thread; more are turned away."""


class Task(NamedTuple):
    """What a route does: the class of its requests, the work, the kind of its answer."""

    asks: type[Any]
    call: Callable[[Any, Stop], bytes]
    answers: Kind | None
    media: str = _JSON
    file: str = ""


TASKS = {
    "audit": Task(AuditRequest, work.audit, "audit-result"),
    "plan": Task(PlanRequest, work.plan, "action-plan"),
    "schedule": Task(ScheduleRequest, work.schedule, "schedule"),
    "forecast": Task(ForecastRequest, work.forecast, "forecast"),
    "report": Task(ReportRequest, work.report, None, "text/html; charset=utf-8"),
    "workbook": Task(ReportRequest, work.workbook, None, _SHEETS, "plan.xlsx"),
}


class Workers:
    """The threads that do the work. Each request gets its answer in time, or its work is ended."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.pool = ThreadPoolExecutor(limits.threads, thread_name_prefix="work")
        self.busy = 0

    async def run(self, task: Task, body: bytes, http: Request) -> bytes:
        """Return the answer to a request."""
        if self.busy >= self.limits.waiting:
            raise HTTPException(503, "too many requests at once", {"Retry-After": "5"})
        loop, stop = asyncio.get_running_loop(), threading.Event()
        ends = loop.time() + self.limits.seconds
        future = self.pool.submit(_answer, task, body, stop.is_set)
        self.busy += 1
        future.add_done_callback(partial(loop.call_soon_threadsafe, self._done))
        waits = asyncio.wrap_future(future)
        while not (await asyncio.wait({waits}, timeout=_POLL))[0]:
            if loop.time() > ends or await http.is_disconnected():
                stop.set()
                waits.cancel()  # where no thread has begun it
                raise HTTPException(
                    503, f"not done in {self.limits.seconds:g} seconds: ask for less"
                )
        return waits.result()

    def _done(self, _future: Future[bytes]) -> None:
        self.busy -= 1


def _answer(task: Task, body: bytes, stop: Stop) -> bytes:
    if stop():
        raise StoppedError("waiting", 0, 1)
    text = body.decode("utf-8", errors="strict")
    return task.call(bc.loads(text, task.asks, format="json", subject="request"), stop)


def create_app(limits: Limits | None = None) -> FastAPI:
    """Return the service with some limits."""
    workers = Workers(limits or Limits())

    @asynccontextmanager
    async def life(_app: FastAPI) -> AsyncIterator[None]:
        yield
        workers.pool.shutdown(cancel_futures=True)

    service = FastAPI(title="behaviour_culture", version=bc.__version__, lifespan=life)
    for name, task in TASKS.items():
        service.add_api_route(
            f"/{name}",
            _endpoint(task, workers),
            methods=["POST"],
            operation_id=name,
            summary=(task.call.__doc__ or "").strip(),
            openapi_extra=_described(task),
        )

    @service.get("/frameworks", summary="List the frameworks that come with the library.")
    def frameworks() -> list[str]:
        return list(bc.framework_ids())

    service.exception_handler(bc.BehaviourCultureError)(_library_error)
    service.exception_handler(UnicodeDecodeError)(_not_text)
    service.exception_handler(HTTPException)(_http_error)
    service.exception_handler(Exception)(_our_mistake)
    service.openapi = partial(_openapi, service)  # type: ignore[method-assign]
    return service


def _endpoint(task: Task, workers: Workers) -> Callable[..., Any]:
    async def endpoint(request: Request) -> Response:
        if request.headers.get("content-type", "").partition(";")[0].strip().lower() != _JSON:
            raise HTTPException(415, f"send {_JSON}")
        content = await workers.run(task, await _body(request, workers.limits.max_bytes), request)
        file = {"Content-Disposition": f'attachment; filename="{task.file}"'} if task.file else None
        return Response(content, media_type=task.media, headers=file)

    return endpoint


async def _body(request: Request, most: int) -> bytes:
    """Return the body of a request; no more of it is ever held than may be."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > most:
            raise HTTPException(413, f"a request has at most {most:,} bytes")
    return bytes(body)


async def _library_error(_request: Request, error: Exception) -> Response:
    assert isinstance(error, bc.BehaviourCultureError)  # noqa: S101  (the handler is for it)
    return of_error(error)


async def _not_text(_request: Request, _error: Exception) -> Response:
    return problem(400, "the request is not UTF-8")


async def _http_error(_request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101  (the handler is for it)
    return problem(error.status_code, error.detail, headers=error.headers)


async def _our_mistake(_request: Request, _error: Exception) -> Response:
    return problem(500)  # the server's log has the error; strangers need no more


# -- OpenAPI -----------------------------------------------------------------------------------


def _described(task: Task) -> dict[str, Any]:
    """Return what OpenAPI says of a route: references to schemas of the library."""
    content: dict[str, Any] = {"schema": {"type": "string", "format": "binary"}}
    if task.answers is not None:
        content = {"schema": {"$ref": _REFS + task.answers}}
    responses: dict[str, Any] = {
        "200": {"description": "done", "content": {task.media: content}},
    }
    refused = {"application/problem+json": {"schema": {"$ref": f"{_REFS}problem"}}}
    for status, words in _PROBLEMS.items():
        responses[str(status)] = {"description": words, "content": refused}
    asked = {_JSON: {"schema": {"$ref": _REFS + task.asks.__name__}}}
    return {"requestBody": {"required": True, "content": asked}, "responses": responses}


def _openapi(service: FastAPI) -> dict[str, Any]:
    """Return the OpenAPI document, made once."""
    if service.openapi_schema is None:
        made = get_openapi(title=service.title, version=service.version, routes=service.routes)
        parts: dict[str, Any] = made.setdefault("components", {}).setdefault("schemas", {})
        parts["problem"] = PROBLEM
        for task in TASKS.values():
            for named in filter(None, (task.asks, task.answers)):
                schema = bc.json_schema(named, refs=_REFS)
                parts |= schema.pop("$defs", {})
                for key in ("$schema", "$id"):
                    schema.pop(key, None)
                parts[named if isinstance(named, str) else named.__name__] = schema
        service.openapi_schema = made
    return service.openapi_schema


app = create_app()
