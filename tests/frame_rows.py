"""Rows of frames by the means of their own libraries, to be held beside plain rows."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pandas as pd
import polars as pl
import pyarrow as pa

__all__ = ["KINDS", "as_texts", "plain_rows"]

KINDS = ("pandas", "polars", "pyarrow")


def plain_rows(frame: Any) -> list[dict[str, Any]]:
    """The rows of a frame by its own library's means; a pandas NaN or NaT is None."""
    if isinstance(frame, pl.DataFrame):
        return frame.to_dicts()
    if isinstance(frame, pa.Table):
        rows: list[dict[str, Any]] = frame.to_pylist()
        return rows
    assert isinstance(frame, pd.DataFrame)
    return [
        {str(k): None if pd.isna(v) else v for k, v in row.items()}
        for row in frame.to_dict("records")
    ]


def as_texts(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Rows with days as the texts that ``to_rows()`` has."""
    return [
        {k: v.isoformat()[:10] if isinstance(v, dt.date) else v for k, v in row.items()}
        for row in rows
    ]
