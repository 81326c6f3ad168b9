"""A kind of file of the user's: a class with its kind and its migrations, and no registry."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any, ClassVar

import pytest
from attrs import frozen
from jsonschema import Draft202012Validator

import behaviour_culture as bc
from behaviour_culture.checks import Value
from behaviour_culture.errors import FaultCode
from behaviour_culture.fields import Slug, Text
from builders import faults_of, plan_of, step


def _date_is_day(data: dict[str, Any]) -> dict[str, Any]:
    """Format 1 to 2: ``date`` is called ``day``."""
    return {"day" if key == "date" else key: value for key, value in data.items()}


@frozen(kw_only=True, repr=False)
class Visit(Value):
    """A visit to a school, as another tool keeps it."""

    FILE_KIND: ClassVar[str] = "our-trust.visit"
    FILE_MIGRATIONS: ClassVar[Any] = (_date_is_day,)

    id: Slug
    day: dt.date
    seen: Text
    plan: bc.ActionPlan | None = None


VISIT = Visit(id="first", day="2026-10-01", seen="Calm corridors.", plan=plan_of(step("one")))


@pytest.mark.parametrize("suffix", ["toml", "json"])
def test_it_is_written_and_read_like_ours(tmp_path: Path, suffix: str) -> None:
    path = bc.write(VISIT, tmp_path / f"visit.{suffix}")
    assert bc.read(path, Visit) == VISIT
    assert bc.to_dict(VISIT)["kind"] == "our-trust.visit"
    assert bc.to_dict(VISIT)["format"] == 2
    assert bc.from_dict(bc.to_dict(VISIT), Visit) == VISIT


def test_its_older_formats_are_read() -> None:
    old = {"kind": "our-trust.visit", "format": 1, "id": "a", "date": "2026-10-01", "seen": "x"}
    assert bc.from_dict(old, Visit).day == dt.date(2026, 10, 1)
    with pytest.raises(bc.InvalidInputError, match="a newer version") as caught:
        bc.from_dict(old | {"format": 3}, Visit)
    assert caught.value.faults[0].code is FaultCode.NEWER_FORMAT


def test_its_schema() -> None:
    schema = bc.json_schema(Visit)
    assert schema["properties"]["format"] == {"const": 2}
    Draft202012Validator.check_schema(schema)
    assert Draft202012Validator(schema).is_valid(bc.to_dict(VISIT))
    assert bc.json_schema(bc.School) == bc.json_schema("school")


@frozen(kw_only=True, repr=False)
class ActionStep(Value):
    id: Slug


@frozen(kw_only=True, repr=False)
class Walk(Value):
    plan: bc.ActionPlan
    step: ActionStep


def test_a_part_with_the_name_of_one_of_ours_is_told() -> None:
    (fault,) = faults_of(lambda: bc.json_schema(Walk)).values()
    assert fault.path == "kind"
    assert fault.message == (
        "two classes of it have one name, behaviour_culture.model.step.ActionStep and "
        f"{__name__}.ActionStep: give yours another"
    )


def test_without_its_class_nobody_knows_it(tmp_path: Path) -> None:
    path = bc.write(VISIT, tmp_path / "visit.toml")
    with pytest.raises(bc.InvalidInputError, match="is read by its class"):
        bc.read(path)
    with pytest.raises(bc.InvalidInputError, match="expected a file of kind 'school'"):
        bc.read(path, bc.School)
    with pytest.raises(bc.InvalidInputError, match=r"expected a file of kind 'our-trust\.visit'"):
        bc.from_dict({"kind": "school", "id": "a"}, Visit)


@pytest.mark.parametrize("kind", ["school", "visit", "Our.Visit", 3])
def test_a_kind_that_could_be_one_of_ours_is_refused_by_name(kind: Any) -> None:
    @frozen(kw_only=True, repr=False)
    class Clash(Value):
        FILE_KIND: ClassVar[Any] = kind

        id: Slug

    with pytest.raises(bc.InvalidInputError, match="Clash: 1 fault\n  FILE_KIND: expected an id"):
        bc.to_dict(Clash(id="a"))
