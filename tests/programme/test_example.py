from __future__ import annotations

import runpy
import sys
from functools import partial
from pathlib import Path

import pytest

import behaviour_culture as bc
from behaviour_culture import programme
from behaviour_culture.programme import plan_support

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"


@pytest.mark.parametrize("budget", [5, pytest.param(2_000, marks=pytest.mark.slow)])
def test_the_hub_runs_from_audits_to_a_file_for_each_school(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], budget: int
) -> None:
    # As it stands it has the budget that is usual: 2,000.
    monkeypatch.setattr(programme, "plan_support", partial(plan_support, budget=budget))
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
