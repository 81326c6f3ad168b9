"""Whatever is read gives an object that is whole, or an error of this library; nothing else."""

from __future__ import annotations

import json
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import behaviour_culture as bc
from behaviour_culture.errors import BehaviourCultureError, InvalidInputError
from behaviour_culture.interchange import loads, read
from behaviour_culture.interchange.converter import from_data, to_data
from behaviour_culture.interchange.kinds import KINDS, class_of
from builders import public_classes

SAVED = [c for c in public_classes() if c.__name__ not in {"BehaviourLog", "StepGraph"}]

scalars = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.integers(-(10**40), 10**40)
    | st.floats()
    | st.text(max_size=8)
    | st.sampled_from(["", "a", "2026-09-01", "primary", "head", "\ud800"])
)
json_values = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=8,
)


def whole(value: object) -> None:
    """What could be read can be shown, compared and written again."""
    assert str(value).strip()
    assert repr(value)
    assert value._repr_html_()  # type: ignore[attr-defined]
    text = bc.dumps(value, format="json")
    assert loads(text, format="json") == value
    if hasattr(value, "to_rows"):
        assert json.dumps(value.to_rows())


def read_or_refused(text: str, format_: str) -> None:
    try:
        value = loads(text, format=format_)
    except BehaviourCultureError as error:
        refused = error
    else:
        whole(value)
        return
    assert str(refused)
    if isinstance(refused, InvalidInputError):
        assert refused.faults
        assert all(f.message and len(f.value) <= 80 for f in refused.faults)


@given(st.text())
def test_any_text_as_json(text: str) -> None:
    read_or_refused(text, "json")


@given(st.text() | st.text(alphabet='a=[]{}."\n1,-:T#'))
def test_any_text_as_toml(text: str) -> None:
    read_or_refused(text, "toml")


@given(json_values)
def test_any_json_value(value: Any) -> None:
    read_or_refused(json.dumps(value), "json")


@given(keys=st.dictionaries(st.text(max_size=8), json_values, max_size=4))
def test_any_table_of_each_kind(keys: dict[str, Any]) -> None:
    for kind in KINDS:
        read_or_refused(json.dumps(keys | {"kind": kind, "format": 1}), "json")


@pytest.mark.parametrize("suffix", ["json", "toml"])
@given(data=st.binary())
def test_any_bytes_in_a_file(
    tmp_path_factory: pytest.TempPathFactory, suffix: str, data: bytes
) -> None:
    path: Path = tmp_path_factory.mktemp("bytes") / f"a.{suffix}"
    path.write_bytes(data)
    with pytest.raises(BehaviourCultureError):
        read(path)


@st.composite
def damaged(draw: st.DrawFn, kind: str) -> dict[str, Any]:
    """A file of a kind in which a few places were overwritten, taken out or filled twice."""
    value = draw(st.from_type(class_of(kind, "test")))
    data = deepcopy(to_data(value))
    for _ in range(draw(st.integers(1, 3))):
        places = list(containers(data))
        place = draw(st.sampled_from(places))
        if isinstance(place, dict):
            key = draw(st.sampled_from(sorted(place)) if place else st.text(max_size=8))
        elif place:
            key = draw(st.integers(0, len(place) - 1))
        else:
            continue
        how = draw(st.sampled_from(["replace", "remove", "extra", "copy"]))
        if how == "remove" and (isinstance(place, list) or key in place):
            del place[key]
        elif how == "extra" and isinstance(place, dict):
            place[draw(st.text(max_size=8))] = draw(json_values)
        elif how == "copy" and isinstance(place, list):
            place.append(deepcopy(place[key]))
        else:
            place[key] = draw(json_values)
    return data | {"kind": kind, "format": 1}


def containers(data: Any) -> Any:
    yield data
    for inner in list(data.values() if isinstance(data, dict) else data):
        if isinstance(inner, (dict, list)):
            yield from containers(inner)


@pytest.mark.parametrize("kind", sorted(KINDS))
@settings(max_examples=settings.default.max_examples // 6)
@given(data=st.data())
def test_a_damaged_file_of_each_kind(kind: str, data: st.DataObject) -> None:
    read_or_refused(json.dumps(data.draw(damaged(kind))), "json")


@given(data=st.data())
def test_a_damaged_text_of_each_format(data: st.DataObject) -> None:
    format_ = data.draw(st.sampled_from(["json", "toml"]))
    text = bc.dumps(data.draw(st.from_type(bc.School)), format=format_)
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, min(len(text), start + 6)))
    instead = data.draw(st.text(alphabet='"\\{}[]=,.\n0e-', max_size=3))
    read_or_refused(text[:start] + instead + text[end:], format_)


@given(json_values)
def test_data_that_never_were_a_file(value: Any) -> None:
    for class_ in SAVED:
        try:
            made = from_data(value, class_)
        except BehaviourCultureError as error:
            made = error
        assert isinstance(made, class_) or str(made).startswith(class_.__name__)
