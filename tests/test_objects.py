"""Object by object: each shows itself, becomes a frame, and says what its columns mean."""

from __future__ import annotations

import copy
import pickle
from datetime import date, timedelta
from enum import Enum
from inspect import getattr_static
from typing import Annotated, Any, Literal

import polars as pl
import pytest
from attrs import frozen
from hypothesis import given, settings
from hypothesis import strategies as st

import behaviour_culture as bc
from behaviour_culture._display import Displayed
from behaviour_culture._entries import Entries
from behaviour_culture._frame import types_of
from behaviour_culture._rows import cells_of, columns_of
from behaviour_culture.checks import Value
from behaviour_culture.disclosure import DisclosureRules
from behaviour_culture.fields import Rule
from behaviour_culture.interchange.columns import WORDS, dictionary
from builders import public_classes
from objects_page import OWN_COLUMNS, PAGES, REFERENCE, displayed

FEW = max(2, settings.default.max_examples // 10)
NOT_SHOWN = {
    "BehaviourLog": "its rows are those of pupils: it has a repr and rows of its own",
    "Fault": "a line of an error",
    "ScheduledPlan": "three objects for tests",
    "ScoreBatch": "an array with its place in a stream",
    **dict.fromkeys(("CostRange", "Place", "Weeks"), "two or three numbers, a named tuple"),
}
"""Public classes that do not show themselves, and why."""


@pytest.mark.parametrize("name", sorted(PAGES))
def test_the_page_is_what_the_code_says(name: str) -> None:
    """``python tests/objects_page.py`` writes the pages anew."""
    assert (REFERENCE / name).read_text(encoding="utf-8") == PAGES[name]()


def test_every_public_class_shows_itself_or_says_why_not() -> None:
    quiet = {cls.__name__ for cls in public_classes() if not issubclass(cls, Displayed)}
    tuples = {cls.__name__ for cls in public_classes() if issubclass(cls, tuple)}
    assert quiet - tuples <= set(NOT_SHOWN)
    assert {"ActionPlan", "Schedule", "Forecast"} <= {cls.__name__ for cls in displayed()}


def test_every_object_keeps_the_promises_of_all_tables(public_type: type[Any]) -> None:
    """Each object that is drawn is looked at in every way: to draw it takes the longest."""
    if not issubclass(public_type, Displayed) or public_type.__name__ == "ReportParts":
        pytest.skip("no object of its own")

    @settings(max_examples=FEW)
    @given(st.from_type(public_type))
    def check(value: Any) -> None:
        becomes_a_frame_with_the_columns_of_the_dictionary(value)
        shows_every_tuple_of_objects_that_it_holds(value)

    check()


def becomes_a_frame_with_the_columns_of_the_dictionary(value: Any) -> None:
    frame = value.to_frame(kind="polars")
    assert isinstance(frame, pl.DataFrame)
    if type(value).__name__ not in OWN_COLUMNS:
        assert frame.columns == [row["column"] for row in dictionary(type(value))]
    for name, type_ in types_of(value).items():
        if issubclass(type_, Enum):
            assert isinstance(frame.schema[name], pl.Enum)
        if type_ is date:
            assert frame.schema[name] == pl.Date


def shows_every_tuple_of_objects_that_it_holds(value: Any) -> None:
    class_ = type(value)
    fields = [f.name for f in getattr(class_, "__attrs_attrs__", ())]
    properties = [n for n in dir(class_) if isinstance(getattr_static(class_, n), property)]
    for name in (*fields, *properties):
        held = getattr(value, name) if not name.startswith("_") else None
        if isinstance(held, tuple) and held and all(isinstance(e, Displayed) for e in held):
            assert type(held) is Entries, name


def test_every_column_of_a_result_has_a_meaning() -> None:
    bare = [
        f"{cls.__name__}.{row['column']}"
        for cls in displayed()
        if hasattr(cls, "to_rows") and cls.__name__ not in OWN_COLUMNS
        for row in dictionary(cls)
        if not row["meaning"]
    ]
    assert not bare


def test_the_dictionary_has_no_column_that_nothing_has() -> None:
    used = {row["column"] for cls in displayed() for row in dictionary(cls)}
    used |= {"day", "polarity", "category", "location", "points", "logged"}  # of BehaviourLog
    assert not set(WORDS) - used


class TestEntries:
    @pytest.fixture
    def steps(self, catalogue: bc.StepCatalogue) -> Any:
        return catalogue.steps

    def test_it_is_a_tuple_like_any_other(self, steps: Any) -> None:
        plain = tuple(steps)
        assert steps == plain
        assert hash(steps) == hash(plain)
        for back in (pickle.loads(pickle.dumps(steps)), copy.deepcopy(steps), copy.copy(steps)):  # noqa: S301
            assert back == steps
            assert type(back) is Entries

    def test_parts_of_it_are_of_its_kind(self, steps: Any) -> None:
        assert type(steps[2:5]) is Entries
        assert type(steps + steps) is Entries
        assert type(steps + (1,)) is tuple  # noqa: RUF005  (its own plus)
        assert steps[3] is tuple(steps)[3]
        assert steps[-1].id == tuple(steps)[-1].id

    def test_an_entry_by_its_id(self, steps: Any) -> None:
        assert steps["baseline-audit"].id == "baseline-audit"
        with pytest.raises(bc.errors.UnknownNameError, match="did you mean 'baseline-audit'"):
            steps["baseline-audt"]
        with pytest.raises(bc.errors.UnknownNameError):
            Entries()["a"]

    def test_filters_keep_what_has_the_values(self, steps: Any) -> None:
        quick = steps.where(payoff="quick")
        assert type(quick) is Entries
        assert quick == tuple(s for s in steps if s.payoff.value == "quick")
        assert steps.where(lambda s: s.weeks.likely > 5).where(payoff="quick") == tuple(
            s for s in quick if s.weeks.likely > 5
        )
        with pytest.raises(bc.InvalidInputError, match="did you mean 'payoff'"):
            steps.where(payof="quick")
        with pytest.raises(bc.InvalidInputError, match="expected a function"):
            steps.where("quick")

    def test_it_is_sorted_by_a_field_of_a_field(self, steps: Any) -> None:
        longest = steps.sorted_by("weeks.likely", largest_first=True)
        assert longest[0].weeks.likely == max(s.weeks.likely for s in steps)
        assert steps.sorted_by("weeks_likely", largest_first=True) == longest
        assert longest[0] in steps.where(weeks_likely=longest[0].weeks.likely)
        with pytest.raises(bc.InvalidInputError, match="did you mean 'weeks_likely'"):
            steps.sorted_by("weeks_likly")
        with pytest.raises(bc.InvalidInputError, match="no such field"):
            steps.sorted_by("weeks.most")
        with pytest.raises(bc.InvalidInputError, match="have no order"):
            steps.sorted_by("hours_per_week")

    def test_what_has_nothing_to_sort_by_comes_last(self) -> None:
        day = date(2026, 9, 7)
        periods = [
            bc.model.SeriesPeriod(
                label=str(n), start=day, end=day, count=n, exposure=9, masked="" if n else "shut"
            )
            for n in (None, 30, 20)
        ]
        for up in (False, True):
            made = Entries(periods).sorted_by("count", largest_first=up)
            assert [p.count for p in made] == [*sorted([20, 30], reverse=up), None]

    def test_it_shows_its_first_entries_and_how_many_there_are(self, steps: Any) -> None:
        lines = repr(steps).splitlines()
        assert lines[0] == f"{len(steps)} of ActionStep"
        assert lines[-1].startswith(f"and {len(steps) - 10} more")
        assert len(lines) <= 14
        assert all(len(line) <= 100 for line in lines)
        assert str(steps) == repr(steps)
        assert "<table>" in steps._repr_html_()
        assert repr(Entries()) == "no entries"
        assert Entries()._repr_html_() == "<p>no entries</p>"

    def test_texts_in_it_are_escaped(self) -> None:
        school = bc.School(id="a", name="<script>alert(1)</script>")
        assert "<script>" not in Entries([school])._repr_html_()

    def test_a_score_is_seen_in_the_table_of_scores(self) -> None:
        made = bc.Estimate(value=0.4321, lower=0.2, upper=0.6, method="counted")
        assert "0.4321" in repr(Entries([made]))

    @pytest.mark.parametrize("kind", ["pandas", "polars", "pyarrow", None])
    def test_it_becomes_a_frame(self, steps: Any, kind: str | None) -> None:
        pytest.importorskip(kind or "pandas")
        frame = steps.to_frame(kind=kind)
        assert frame.shape == (len(steps), len(columns_of(bc.ActionStep)))
        assert bc.to_frame(list(steps), kind=kind).shape == frame.shape

    def test_counts_of_pupils_are_in_no_table_of_periods(self) -> None:
        period = bc.model.SeriesPeriod(
            label="w1", start=date(2026, 9, 7), end=date(2026, 9, 11), count=3, exposure=1777
        )
        made = Entries([period])
        for text in (repr(made), made._repr_html_(), str(made.to_rows())):
            assert "1777" not in text
        assert set(cells_of(period)) == {"label", "start", "end", "masked", "suppressed"}

    def test_counts_are_kept_inside_and_hidden_by_the_rules_that_are_given(self) -> None:
        pytest.importorskip("pandas")
        days = [date(2026, 9, 7) + n * timedelta(days=7) for n in range(3)]
        periods = [
            bc.model.SeriesPeriod(label=str(d), start=d, end=d, count=n, exposure=1777)
            for d, n in zip(days, (31, 3, 15), strict=True)
        ]
        series = bc.Series(
            id="s", indicator="i", exposure_kind=bc.model.ExposureKind.PUPIL_DAYS, periods=periods
        )
        assert "count" not in series.periods[0].to_frame(kind="pandas")
        for made in (
            series.periods.to_frame(kind="pandas", internal=True),
            bc.to_frame(series.periods, kind="pandas", internal=True),
            bc.to_frame(periods, kind="pandas", internal=True),
        ):
            assert list(made["count"]) == [31, 3, 15]
        assert periods[1].to_frame(kind="pandas", internal=True)["count"][0] == 3

        shrunk = bc.monitoring.shrink_rates([31, 3, 15, 40], [500.0, 500.0, 500.0, 500.0])
        rules = DisclosureRules(threshold=20)
        alone = shrunk.published(rules)
        assert alone != shrunk.published()
        assert Entries([shrunk]).to_rows(rules=rules) == [cells_of(alone)]
        assert Entries([shrunk]).to_rows() == [cells_of(shrunk.published())]


@frozen(kw_only=True, repr=False)
class Note(Value):
    """A class of a user's own, with types that none of ours has.

    Attributes
    ----------
    size : anything
        How large.
    twice : float
        Twice as large.
    """

    size: int | float
    mark: int | str
    tone: Literal["calm", "loud"]
    place: Annotated[Any, Rule()] = None

    @property
    def twice(self) -> float:
        return 2 * self.size


@frozen(kw_only=True, repr=False)
class Diary(Value):
    """A class with a field for itself alone."""

    day: str
    _pages: int = 0


class TestAClassOfAUsersOwn:
    def test_a_private_field_is_not_shown(self) -> None:
        shown = Diary(day="Monday", pages=123)._repr_html_()
        assert "Monday" in shown
        assert "123" not in shown

    def test_a_field_of_several_types_is_one_column(self) -> None:
        pytest.importorskip("polars")
        notes = [Note(size=1, mark=3, tone="calm"), Note(size=2.5, mark="c", tone="loud")]
        found = Entries(notes).to_frame(kind="polars").select("size", "mark", "tone")
        assert found.rows() == [(1.0, "3", "calm"), (2.5, "c", "loud")]

    def test_its_docstring_lists_its_fields_and_what_it_says_of_a_property(self) -> None:
        assert Note.__doc__ == (
            "A class of a user's own, with types that none of ours has.\n\n"
            "Attributes\n----------\n"
            "size : whole number or number\n    How large.\n"
            "mark : whole number or text\n"
            "tone : Literal\n"
            "place : anything\n"
            "twice\n    Twice as large.\n"
        )

    def test_without_fields_that_can_be_read_it_stays_as_written(self) -> None:
        later: dict[str, Any] = {"__doc__": "Later.", "__annotations__": {"size": "Nowhere"}}
        empty = {"__doc__": "Empty.", "__annotations__": {}}
        for given_ in (later, empty):
            made = frozen(kw_only=True, repr=False)(type("Own", (Value,), given_))
            assert made.__doc__ == given_["__doc__"]


class TestFieldsInDocstrings:
    def test_help_lists_every_field_with_its_range(self) -> None:
        text = bc.ActionStep.__doc__ or ""
        assert "\nreach : number, at least 0 and at most 1\n" in text
        assert "    Share of pupils whose school day it touches" in text

    def test_every_public_class_of_fields_lists_them_all(self, public_type: type[Any]) -> None:
        if not issubclass(public_type, Displayed) or not hasattr(public_type, "__attrs_attrs__"):
            pytest.skip("no fields")
        text = public_type.__doc__ or ""
        lines = text.splitlines()
        for field in public_type.__attrs_attrs__:
            if field.init and not field.name.startswith("_"):
                assert any(line.startswith(f"{field.name} : ") for line in lines), field.name

    def test_the_schema_says_the_same(self) -> None:
        schema = bc.json_schema("school")
        context = schema["$defs"]["Context"]["properties"]
        assert context["fsm_percent"]["description"] == "Pupils eligible for free school meals."
