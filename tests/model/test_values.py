"""What every public class promises: frozen, comparable, saved and shown without loss or harm."""

from __future__ import annotations

import copy
import json
import pickle
from collections.abc import Mapping
from html.parser import HTMLParser
from typing import Any

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import behaviour_culture as bc
from behaviour_culture import audit, impact, monitoring, programme, review, scheduling
from behaviour_culture.errors import InvalidInputError
from behaviour_culture.planning import StepGraph
from behaviour_culture.testing import assert_round_trip
from behaviour_culture.testing.register import registered_types

FEW = settings.default.max_examples // 10
"""Examples for each class: there are many of them; the thorough profile draws twenty times more."""

HOSTILE = (
    "<img src=x onerror=alert(1)>",
    "</td></table><script>alert(2)</script>",
    "\" onmouseover='alert(3)' x=\"",
    "&lt;script&gt;&#60;b&#62;",
)
TAGS = {
    *("details", "div", "p", "strong", "summary", "br"),
    *("caption", "table", "tbody", "td", "th", "thead", "tr"),
}


def pickled(value: Any) -> Any:
    return pickle.loads(pickle.dumps(value))  # noqa: S301  (made on this line)


def is_value(cls: type) -> bool:
    return attrs.has(cls)


def test_no_public_class_is_without_a_strategy() -> None:
    public = [getattr(bc, name) for name in bc.__all__]
    for stage in (audit, impact, monitoring, programme, review, scheduling):
        public += [getattr(stage, name) for name in stage.__all__]
    values = {cls for cls in public if isinstance(cls, type) and is_value(cls)}
    # A log and what is counted in it are made by reading one, never by hand.
    made_by_reading = {"BehaviourLog", "JourneyResult", "LogConcentration"}
    missing = {c.__name__ for c in values} - {c.__name__ for c in registered_types()}
    assert missing <= made_by_reading


# Their files are JSON lines and tables of Arrow: see tests/programme.
IN_OTHER_FILES = (programme.Cohort, programme.ResearchExport)


def comes_back(value: Any) -> None:
    if isinstance(value, IN_OTHER_FILES):
        assert pickled(value) == value == copy.deepcopy(value)
        assert hash(pickled(value)) == hash(value)
        return
    if isinstance(value, StepGraph):  # a view of a plan: it is saved with the plan
        back = pickled(value)
        assert (back.steps, back.to_rows()) == (value.steps, value.to_rows())
        return
    assert_round_trip(value)
    assert hash(pickled(value)) == hash(value)


@given(data=st.data())
def test_comes_back_the_same_from_toml_json_pickle_and_copy(
    model_type: type, data: st.DataObject
) -> None:
    comes_back(data.draw(st.from_type(model_type)))


@settings(max_examples=FEW)
@given(data=st.data())
def test_results_come_back_the_same_too(result_type: type, data: st.DataObject) -> None:
    comes_back(data.draw(st.from_type(result_type)))


@settings(max_examples=3)
@given(data=st.data())
def test_no_field_can_be_set_or_deleted(public_type: type, data: st.DataObject) -> None:
    value = data.draw(st.from_type(public_type))
    names = [f.name for f in attrs.fields(public_type)] if is_value(public_type) else ["steps"]
    if issubclass(public_type, tuple):
        names = list(value._fields)
    for name in names:
        with pytest.raises(AttributeError):
            setattr(value, name, None)
        with pytest.raises(AttributeError):
            delattr(value, name)
    with pytest.raises(AttributeError):
        value.not_a_field = 1


@settings(max_examples=3)
@given(data=st.data())
def test_everything_inside_is_frozen_too(public_type: type, data: st.DataObject) -> None:
    for part in parts(data.draw(st.from_type(public_type))):
        assert not isinstance(part, (list, dict, set, bytearray)), part


@settings(max_examples=FEW)
@given(data=st.data())
def test_evolving_changes_the_new_one_only(data: st.DataObject) -> None:
    school = data.draw(st.from_type(bc.School))
    before = pickle.dumps(school)
    other = attrs.evolve(school, name=f"{school.name}!")
    assert other != school
    assert pickle.dumps(school) == before


def parts(value: Any) -> list[Any]:
    """Return a value and all that is inside it."""
    found = [value]
    inside: list[Any] = []
    if is_value(type(value)):
        inside = [getattr(value, f.name) for f in attrs.fields(type(value))]
    elif isinstance(value, tuple):
        inside = list(value)
    elif hasattr(value, "items"):
        inside = [x for pair in value.items() for x in pair]
    for part in inside:
        found += parts(part)
    return found


@settings(max_examples=FEW)
@given(data=st.data())
def test_repr_is_one_short_line_and_str_is_not_empty(shown_type: type, data: st.DataObject) -> None:
    value = data.draw(st.from_type(shown_type))
    assert len(repr(value)) <= 120
    assert len(repr(value).splitlines()) == 1
    assert repr(value).startswith(f"<{shown_type.__name__}")
    assert str(value).strip()


@settings(max_examples=FEW)
@given(data=st.data())
def test_html_holds_hostile_texts_as_text(shown_type: type, data: st.DataObject) -> None:
    value = poisoned(data.draw(st.from_type(shown_type)), iter(range(10**6)))
    html = value._repr_html_()
    page = Page(html)
    assert page.tags <= TAGS
    assert page.attributes <= {("scope", "col"), ("scope", "row")}
    assert page.open == []
    assert "</td></table><script>" not in html


@settings(max_examples=FEW)
@given(data=st.data())
def test_rows_are_plain_and_all_alike(table_type: type, data: st.DataObject) -> None:
    rows = data.draw(st.from_type(table_type)).to_rows()
    assert json.loads(json.dumps(rows, allow_nan=False)) == rows
    assert len({tuple(row) for row in rows}) <= 1
    assert all(
        cell is None or isinstance(cell, (str, int, float)) for r in rows for cell in r.values()
    )


def test_a_hostile_name_is_seen_as_it_was_written() -> None:
    for name in HOSTILE:
        school = bc.School(id="hill", name=name)
        assert name in Page(school._repr_html_()).text
        assert name in str(school)


def test_a_long_table_says_how_much_more_there_is(framework: bc.Framework) -> None:
    html = framework._repr_html_()
    more = len(framework.items) - 60
    assert f"and {more} more rows" in html


def poisoned(value: Any, numbers: Any) -> Any:
    """Return a value with hostile markup in every text that may be anything."""
    if not is_value(type(value)):
        if isinstance(value, tuple) and not hasattr(value, "_fields"):
            return tuple(poisoned(v, numbers) for v in value)
        return value
    for field in attrs.fields(type(value)):
        old = getattr(value, field.name)
        if not field.init:
            continue
        if isinstance(old, str) and type(old) is str:
            number = next(numbers)
            new: Any = f"{HOSTILE[number % len(HOSTILE)]} {number}"
        elif isinstance(old, Mapping) and all(isinstance(v, str) for v in old.values()):
            new = {key: HOSTILE[next(numbers) % len(HOSTILE)] for key in old}
        else:
            new = poisoned(old, numbers)
        if new is old or new == old:  # an array has no single ==
            continue
        try:
            value = attrs.evolve(value, **{field.name: new})
        except InvalidInputError:  # an id, or a name that something else refers to
            continue
    return value


class Page(HTMLParser):
    """The tags, attributes and visible text of some HTML."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: set[str] = set()
        self.attributes: set[tuple[str, str | None]] = set()
        self.open: list[str] = []
        self.text = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes.update(attrs)
        if tag != "br":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data
