"""Files with the old ids of outcomes can still be read."""

from __future__ import annotations

import pytest

from behaviour_culture.interchange.migrations import migrate

OLD = {"behaviour": "conduct", "staff-view": "climate-staff", "absence-rate": "absence"}


@pytest.mark.parametrize(
    ("old", "new"),
    [("behaviour", "conduct"), ("suspensions", "suspension"), ("bullying", "bullied")],
)
def test_effects_and_rows_of_an_evidence_base(old: str, new: str) -> None:
    was = {"parameters": [{"outcome": old}], "findings": [{"outcome": old}, {"id": "x"}]}
    made = migrate(was, "evidence", 1, "old.toml")
    assert made == {"parameters": [{"outcome": new}], "findings": [{"outcome": new}, {"id": "x"}]}


@pytest.mark.parametrize(("old", "new"), OLD.items())
def test_forecasts_comparisons_and_beliefs(old: str, new: str) -> None:
    forecast = {"outcomes": [{"id": old}], "inputs": {"outcomes": [old]}}
    assert migrate(forecast, "forecast", 1, "old.json") == {
        "outcomes": [{"id": new}],
        "inputs": {"outcomes": [new]},
    }
    compared = {"differences": [{"outcomes": [{"id": old}]}]}
    assert migrate(compared, "forecast-comparison", 1, "old.json") == {
        "differences": [{"outcomes": [{"id": new}]}]
    }
    beliefs = {
        "observations": [{"outcome": old}],
        "evidence": {"parameters": [{"outcome": "behaviour"}]},
    }
    assert migrate(beliefs, "beliefs", 1, "old.json") == {
        "observations": [{"outcome": new}],
        "evidence": {"parameters": [{"outcome": "conduct"}]},
    }


@pytest.mark.parametrize("data", [{"outcomes": 3}, {"outcomes": [3]}, {"inputs": {"outcomes": 4}}])
def test_what_is_not_understood_is_left_for_the_reader(data: dict[str, object]) -> None:
    assert migrate(data, "forecast", 1, "old.json") == data


def test_one_effect_of_a_step_becomes_a_list() -> None:
    link = {"parameter": "p", "grade": "B", "reason": "r"}
    was = {"steps": [{"id": "a", "effect": link}, {"id": "b"}, {"id": "c", "effect": None}]}
    now = {"steps": [{"id": "a", "effects": [link]}, {"id": "b"}, {"id": "c", "effects": []}]}
    assert migrate(was, "catalogue", 1, "old.toml") == now
    assert migrate(was, "action-plan", 2, "old.toml") == now
    hub = {"schools": [{"plan": was}]}
    assert migrate(hub, "support-calendar", 2, "old.json") == {"schools": [{"plan": now}]}


def test_the_effects_of_a_forecast_stand_apart_from_its_steps() -> None:
    per_step = {"study": [-1, 0], "outcome": [-1, 0], "grades": ["", "B"]}
    sizes = ("effect_mean", "effect_error", "effect_spread")
    was = {"inputs": {"outcomes": ["behaviour"], **per_step, **{k: [0.0, 0.2] for k in sizes}}}
    made = migrate(was, "forecast", 1, "old.json")["inputs"]
    assert made == {
        "outcomes": ["conduct"],
        "acting": [1],
        "study": [0],
        "outcome": [0],
        "grades": ["B"],
        **{k: [0.2] for k in sizes},
    }
