"""What the readers of published tables and of the register make of a file of the corpus."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from behaviour_culture.errors import BehaviourCultureError
from behaviour_culture.interchange import read_gias
from behaviour_culture.model.reading import Reading
from behaviour_culture.monitoring import read_published, series_from_published

CORPUS = Path(__file__).parent / "data" / "corpus"


def check(case: dict[str, Any]) -> None:
    """Check the numbers or the refusal of one case."""
    path = CORPUS / case["file"]
    if "refused" in case:
        with pytest.raises(BehaviourCultureError) as caught:
            outcome(case, path)
        for words in case["refused"]:
            assert words in str(caught.value)
        return
    found = outcome(case, path)
    expected = {key: case[key] for key in found if key in case}
    assert {key: found[key] for key in expected} == expected
    assert expected, "a case says what is right"


def outcome(case: dict[str, Any], path: Path) -> dict[str, Any]:
    """Return the rows, the doubts, and the series or the schools of a file."""
    if path.name.startswith("register-"):
        register = read_gias(path, urn=case.get("urn"), status=case.get("status"))
        return account(register.reading) | {
            "schools": [f"{school.urn} {school.name}" for school in register],
            "rolls": [school.roll for school in register],
        }
    table = read_published(path)
    found = account(table.reading) | {"dataset": table.dataset}
    if "count" not in case:
        return found
    place = case.get("place", "England") or None
    series = series_from_published(table, case["count"], place=place, where=case.get("where", {}))
    return found | {
        "periods": [
            [p.label, "masked" if p.count is None or p.exposure is None else [p.count, p.exposure]]
            for p in series.periods
        ],
        "changes": [str(change.day) for change in series.recording_changes],
    }


def account(reading: Reading) -> dict[str, Any]:
    """Return the account of a file, its doubts as code and count."""
    assert reading.read == reading.counted + reading.left_out
    return {
        "read": reading.read,
        "counted": reading.counted,
        "doubts": sorted([doubt.code, doubt.count] for doubt in reading.doubts),
    }
