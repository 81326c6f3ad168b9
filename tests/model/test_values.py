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
from behaviour_culture import programme
from behaviour_culture.errors import InvalidInputError
from behaviour_culture.fields import field_types
from behaviour_culture.planning import StepGraph
from behaviour_culture.testing import assert_round_trip
from builders import pickled

FEW = max(2, settings.default.max_examples // 10)
"""Examples of a class: there are many of them; the thorough profile draws many more."""

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


def is_value(cls: type) -> bool:
    return attrs.has(cls)


# Made by reading, never saved, or saved with the plan that they are a view of.
NOT_SAVED = {
    *("BehaviourLog", "Effort", "JourneyResult", "ScheduledPlan", "ScoreBatch"),
    *("StepGraph", "SuppressedTable"),
}
# Their files are JSON lines and tables of Arrow: see tests/programme.
IN_OTHER_FILES = (programme.Cohort, programme.ResearchExport)
NO_PICKLE = {"BehaviourLog"}


def drawn(class_: type) -> st.SearchStrategy[Any]:
    """An object of a class; a report with one more part at a time, since all are too large.

    Its sections are functions of the user's, which nothing draws.
    """
    if class_.__name__ != "ReportParts":
        return st.from_type(class_)
    types = {name: type_ for name, type_ in field_types(class_).items() if name != "sections"}
    least = {f.name for f in attrs.fields(class_) if f.default is attrs.NOTHING}

    def with_part(part: str) -> st.SearchStrategy[Any]:
        return st.builds(
            class_, **{name: st.from_type(types[name]) for name in sorted({*least, part})}
        )

    return st.sampled_from([name for name in types if name not in least]).flatmap(with_part)


def test_every_public_class_keeps_the_promises_of_all(public_type: type) -> None:
    """Each object that is drawn is looked at in every way: to draw it takes the longest.

    A result is made by the function that users call, and few are; a class of the model is
    drawn field by field, and more often.
    """
    in_model = public_type.__module__.startswith("behaviour_culture.model")

    @settings(max_examples=settings.default.max_examples if in_model else FEW)
    @given(drawn(public_type))
    def check(value: Any) -> None:
        assert type(value) is public_type
        comes_back(value)
        is_frozen(value)
        is_frozen_inside(value)
        if hasattr(value, "_repr_html_"):
            is_shown_in_one_short_line(value)
            shows_hostile_texts_as_text(value)
        if hasattr(value, "to_rows"):
            has_plain_rows_that_are_alike(value)

    check()


def comes_back(value: Any) -> None:
    """It is the same after a file of TOML and JSON, pickling and copying."""
    name = type(value).__name__
    if name in NO_PICKLE:
        return
    if isinstance(value, IN_OTHER_FILES) or name in NOT_SAVED:
        back = pickled(value)
        if isinstance(value, StepGraph):
            assert (back.steps, back.to_rows()) == (value.steps, value.to_rows())
        elif name != "ScoreBatch":  # its array has no single ==
            assert back == value == copy.deepcopy(value)
            assert hash(back) == hash(value)
        return
    assert_round_trip(value)
    assert hash(pickled(value)) == hash(value)


def is_frozen(value: Any) -> None:
    """No field can be set or deleted."""
    names = [f.name for f in attrs.fields(type(value))] if is_value(type(value)) else []
    if isinstance(value, tuple):
        names = list(value._fields)  # type: ignore[attr-defined]
    for name in names or ["steps"]:
        with pytest.raises(AttributeError):
            setattr(value, name, None)
        with pytest.raises(AttributeError):
            delattr(value, name)
    with pytest.raises(AttributeError):
        value.not_a_field = 1


def is_frozen_inside(value: Any) -> None:
    for part in parts(value):
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


def is_shown_in_one_short_line(value: Any) -> None:
    assert len(repr(value)) <= 120
    assert len(repr(value).splitlines()) == 1
    assert repr(value).startswith(f"<{type(value).__name__}")
    assert str(value).strip()


def shows_hostile_texts_as_text(value: Any) -> None:
    html = poisoned(value, iter(range(10**6)))._repr_html_()
    page = Page(html)
    assert page.tags <= TAGS
    assert page.attributes <= {("scope", "col"), ("scope", "row")}
    assert page.open == []
    assert "</td></table><script>" not in html


def has_plain_rows_that_are_alike(value: Any) -> None:
    rows = value.to_rows()
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


class TestEvolve:
    def test_a_copy_has_the_changes_and_the_old_one_none(self) -> None:
        old = bc.School(id="hill", name="Hill", roll=300)
        new = old.evolve(name="Hill School", roll=310)
        assert (new.id, new.name, new.roll) == ("hill", "Hill School", 310)
        assert (old.name, old.roll) == ("Hill", 300)
        assert old.evolve() == old

    def test_all_checks_run_again(self) -> None:
        with pytest.raises(bc.InvalidInputError) as caught:
            bc.School(id="hill", name="Hill").evolve(name="", roll=-1)
        assert sorted((f.path, f.code.value) for f in caught.value.faults) == [
            ("name", "empty"),
            ("roll", "out-of-range"),
        ]

    def test_a_field_that_is_none(self) -> None:
        with pytest.raises(bc.InvalidInputError, match="did you mean 'name'") as caught:
            bc.School(id="hill", name="Hill").evolve(nmae="x", rol=3)
        assert [(f.path, f.code.value) for f in caught.value.faults] == [
            ("nmae", "unknown-key"),
            ("rol", "unknown-key"),
        ]
