from __future__ import annotations

import runpy
import sys
from pathlib import Path

import pytest

import behaviour_culture as bc

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"


def test_the_hub_runs_from_audits_to_a_file_for_each_school(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["hub.py", str(tmp_path)])
    done = runpy.run_path(str(EXAMPLES / "hub.py"))
    assert capsys.readouterr().out.startswith("6 of 6 partners placed")
    calendar = done["calendar"]
    assert not calendar.unscheduled
    assert calendar.gap <= 0.05
    assert bc.read(tmp_path / "harbour-support.json") == calendar
    for school in calendar.schools:
        assert bc.read(tmp_path / f"{school.id}-schedule.toml") == school.schedule


def test_every_school_of_the_example_is_illustrative() -> None:
    hub = bc.read(EXAMPLES / "illustrative_hub.toml")
    assert all(s.illustrative and s.urn is None for s in (*hub.leads, *hub.partners))
