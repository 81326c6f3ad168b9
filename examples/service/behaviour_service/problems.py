"""What went wrong, as ``application/problem+json`` (RFC 9457) with the faults of the library."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from fastapi.responses import JSONResponse

import behaviour_culture as bc
from behaviour_culture.errors import FaultCode, MissingExtraError

__all__ = ["PROBLEM", "of_error", "problem"]

_PAGE = "https://behaviour-culture.readthedocs.io/en/latest/reference/errors.html"
_MOST = 100
"""Faults of one answer: a large wrong request does not get a larger answer."""
_FAULT_KEYS = ("path", "code", "message", "value", "mend")
PROBLEM: dict[str, Any] = {
    "type": "object",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string", "format": "uri-reference"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "subject": {"type": "string"},
        "faults": {
            "type": "array",
            "maxItems": _MOST,
            "items": {
                "type": "object",
                "required": list(_FAULT_KEYS),
                "properties": {key: {"type": "string"} for key in _FAULT_KEYS}
                | {"code": {"enum": [code.value for code in FaultCode]}},
            },
        },
        "more_faults": {"type": "integer"},
    },
}
"""The schema of a problem, for OpenAPI."""


def problem(status: int, detail: str = "", **more: Any) -> JSONResponse:  # noqa: ANN401  (plain data)
    """Return the answer for something that went wrong."""
    title = HTTPStatus(status).phrase
    headers = more.pop("headers", None)
    body = {"type": "about:blank", "title": title, "status": status, "detail": detail or title}
    return JSONResponse(body | more, status, headers=headers, media_type="application/problem+json")


def of_error(error: bc.BehaviourCultureError) -> JSONResponse:
    """Return the answer for an error of the library."""
    told = error.to_dict()
    faults = told["faults"]
    if any(fault["code"] == FaultCode.SYNTAX for fault in faults):
        status = HTTPStatus.BAD_REQUEST
    elif isinstance(error, MissingExtraError):
        status = HTTPStatus.NOT_IMPLEMENTED
    else:
        status = HTTPStatus.UNPROCESSABLE_ENTITY
    return problem(
        status,
        told["message"],
        type=f"{_PAGE}#{type(error).__module__}.{told['error']}",
        title=told["error"],
        subject=told["subject"],
        faults=faults[:_MOST],
        more_faults=max(0, len(faults) - _MOST),
    )
