"""What the readers of a school's own files make of a file of the corpus."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

import behaviour_culture as bc

CORPUS = Path(__file__).parent / "data" / "corpus"
INDICATOR = bc.load_indicators().indicator("low-level-incidents")
YEAR = bc.load_calendar("blue-coat-2024-25")
COLUMNS = {"occurred_at": "Date", "pupil_key": "Adm", "category": "Type", "incident_id": "Id"}


def paths(case: dict[str, Any]) -> Any:
    """One path, or several where the case has several files."""
    name = case["file"]
    return [CORPUS / one for one in name] if isinstance(name, list) else CORPUS / name


def read_log(case: dict[str, Any]) -> bc.Series:
    dropped = case.get("drop", ())
    columns = {field: name for field, name in COLUMNS.items() if field not in dropped}
    log = bc.read_behaviour_log(
        paths(case),
        case.get("mapping", columns),
        salt=None if "pupil_key" in dropped else "a salt for tests only",
        **case.get("read", {}),
    )
    options = dict(case.get("series", {}))
    if "covers" in options:
        first, last = map(dt.date.fromisoformat, options["covers"])
        options["covers"] = bc.model.DateRange(start=first, end=last)
    return log.to_series(INDICATOR, YEAR, 900, by="week", **options)


def read_series(case: dict[str, Any]) -> bc.Series:
    given = case.get("read", {})
    return bc.read_series(paths(case), indicator=INDICATOR, calendar=YEAR, pupils=900, **given)


def read_audit(case: dict[str, Any]) -> bc.Audit:
    return bc.read_audit(paths(case), framework=bc.load_framework("bennett-2017"))


READERS: dict[str, Any] = {
    "log": read_log,
    "series": read_series,
    "calendar": lambda case: bc.load_calendar(paths(case)),
    "audit": read_audit,
}


def check(case: dict[str, Any]) -> None:
    """Check the numbers or the refusal of one case."""
    read = READERS[case["reader"]]
    if "refused" in case:
        with pytest.raises(bc.InvalidInputError) as caught:
            read(case)
        assert [fault.path for fault in caught.value.faults] == case["refused"]
        assert case.get("mend", "") in str(caught.value)
        return
    found = read(case)
    if isinstance(found, bc.SchoolYear):
        assert [found.staff_days, found.teaching_days] == case["days"]
    elif isinstance(found, bc.Audit):
        ratings = [response.rating for response in found.responses]
        assert [-1 if rating is None else rating for rating in ratings] == case["ratings"]
    else:
        right_numbers(found, case)


def right_numbers(series: bc.Series, case: dict[str, Any]) -> None:
    if "counts" in case:
        assert [c for c in series.counts() if c is not None] == case["counts"]
    account = series.reading
    assert account is not None
    assert account.read == account.counted + case.get("left_out", account.left_out)
    codes = {doubt.code for doubt in account.doubts} - {"covers-assumed"}
    assert codes == set(case.get("doubts", ()))
