"""Old formats of an invented kind of file, and files from the future."""

from __future__ import annotations

import json
from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import behaviour_culture as bc
from behaviour_culture.interchange import KINDS, migrations
from behaviour_culture.interchange.migrations import migrate, newest_format


def rename_title(data: dict[str, Any]) -> dict[str, Any]:
    """Format 1 to 2: 'title' is now 'label'."""
    return {"label" if key == "title" else key: value for key, value in data.items()}


def split_days(data: dict[str, Any]) -> dict[str, Any]:
    """Format 2 to 3: 'days', a text with dashes, is now 'first' and 'last'."""
    days = data.get("days")
    if not isinstance(days, str) or days.count("-") != 1:
        return data
    first, last = days.split("-")
    return {**{k: v for k, v in data.items() if k != "days"}, "first": first, "last": last}


def rename_pupils(data: dict[str, Any]) -> dict[str, Any]:
    return {"roll" if key == "pupils" else key: value for key, value in data.items()}


STEPS = {"rota": (rename_title, split_days)}
FORMS: dict[int, dict[str, Any]] = {
    1: {"title": "Gate", "days": "Mon-Fri"},
    2: {"label": "Gate", "days": "Mon-Fri"},
    3: {"label": "Gate", "first": "Mon", "last": "Fri"},
}


@pytest.fixture
def rota(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(migrations, "MIGRATIONS", STEPS)


@pytest.mark.usefixtures("rota")
class TestAnInventedKind:
    @pytest.mark.parametrize("number", [1, 2, 3])
    def test_each_format_becomes_the_newest(self, number: int) -> None:
        given_ = deepcopy(FORMS[number])
        assert migrate(given_, "rota", number, "x") == FORMS[3]
        assert given_ == FORMS[number]

    def test_the_newest_format_follows_from_the_migrations(self) -> None:
        assert newest_format("rota") == 3
        assert newest_format("school") == 1

    def test_what_a_migration_does_not_understand_is_left_for_the_reader(self) -> None:
        assert migrate({"days": 5, "x": 1}, "rota", 1, "x") == {"days": 5, "x": 1}

    @pytest.mark.parametrize("number", [4, 2**70])
    def test_the_future_is_refused_with_what_to_do(self, number: int) -> None:
        with pytest.raises(bc.InvalidInputError) as caught:
            migrate({}, "rota", number, "rota.toml")
        (fault,) = caught.value.faults
        assert fault.path == "$.format"
        assert "expected format = 3 or older" in fault.message
        assert "a newer version of behaviour_culture wrote this file; install" in fault.message

    @given(number=st.integers(max_value=0) | st.booleans() | st.none() | st.text() | st.floats())
    def test_what_is_no_format(self, number: object) -> None:
        with pytest.raises(bc.InvalidInputError, match="expected format = 1 to 3"):
            migrate({}, "rota", number, "x")


class TestThroughTheReader:
    def test_an_old_school_is_read_and_written_anew(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(migrations, "MIGRATIONS", {"school": [rename_pupils]})
        old = {"kind": "school", "format": 1, "id": "hill", "name": "Hill", "pupils": 300}
        school = bc.loads(json.dumps(old), format="json")
        assert school == bc.School(id="hill", name="Hill", roll=300)
        assert json.loads(bc.dumps(school, format="json"))["format"] == 2
        assert bc.loads(bc.dumps(school, format="toml"), format="toml") == school
        assert bc.json_schema("school")["properties"]["format"] == {"const": 2}
        with pytest.raises(bc.InvalidInputError, match="no such key here"):
            bc.loads(json.dumps(old | {"format": 2}), format="json")

    @pytest.mark.parametrize("kind", sorted(KINDS))
    def test_a_file_of_any_kind_from_the_future(self, kind: str) -> None:
        future = {"kind": kind, "format": newest_format(kind) + 1, "whatever": "it holds"}
        with pytest.raises(bc.InvalidInputError, match="a newer version") as caught:
            bc.loads(json.dumps(future), format="json")
        assert [f.path for f in caught.value.faults] == ["$.format"]


class TestActionPlans:
    def test_format_1_says_scale_and_basis_in_texts(self) -> None:
        objective = {
            "id": "calm",
            "title": "Calm",
            "principle": "routines",
            "measure": "audit score, 0 to 1",
            "baseline": {"value": 0.2, "lower": 0.1, "upper": 0.3, "method": "Wilson"},
            "target": 0.5,
            "target_basis": "judgement: one level of the rating scale in a year",
        }
        own = objective | {"id": "own", "measure": "incidents a week", "target_basis": "our plan"}
        data = {
            "kind": "action-plan",
            "format": 1,
            "id": "a-plan",
            "title": "A plan",
            "framework": "f",
            "edition": "1",
            "catalogue": "c",
            "objectives": [objective, own],
            "steps": [],
            "inclusions": [],
        }
        plan = bc.loads(json.dumps(data), format="json")
        found = [(o.scale.value, o.basis.value) for o in plan.objectives]
        assert found == [("audit", "judgement"), ("own", "stated")]
        assert json.loads(bc.dumps(plan, format="json"))["format"] == 2
