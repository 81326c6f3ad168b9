"""The one door of arrays: what comes in as numbers, what is missing, what is refused where."""

from __future__ import annotations

import decimal
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import behaviour_culture as bc
from behaviour_culture._arrays import frozen_array, plain_array
from behaviour_culture.arguments import Arguments
from behaviour_culture.errors import InvalidInputError
from behaviour_culture.monitoring import funnel
from behaviour_culture.planning.scoring import step_draws
from behaviour_culture.programme import Cohort

ma = np.ma.array
HOLES = [1.0, np.nan, 3.0]


def came_in(values: object, **rules: Any) -> tuple[list[Any], list[str]]:
    """Return the numbers that came in, and the paths of the faults."""
    given_ = Arguments("here")
    found = given_.numbers("x", values, ndim=None, **rules)
    return found.tolist(), [fault.path for fault in given_.faults]


def with_holes() -> dict[str, object]:
    """A column of 1, nothing, 3 in every form."""
    pd, pl, pa = (pytest.importorskip(name) for name in ("pandas", "polars", "pyarrow"))
    return {
        "list": [1, None, 3],
        "tuple": (1.0, None, 3.0),
        "list with masked": [1, np.ma.masked, 3],
        "list with NA": [1, pd.NA, 3],
        "objects": np.array([1, None, 3], dtype=object),
        "masked": ma([1.0, 999.0, 3.0], mask=[0, 1, 0]),
        "masked whole": ma([1, 999, 3], mask=[0, 1, 0]),
        "masked objects": ma([1, "x", 3], mask=[0, 1, 0], dtype=object),
        "masked field": ma(
            [(1, 2), (9, 9), (3, 4)], dtype=[("a", int), ("b", int)], mask=[(0, 0), (1, 0), (0, 0)]
        )["a"],
        "Int64": pd.Series([1, None, 3], dtype="Int64"),
        "Float64": pd.Series([1, None, 3], dtype="Float64"),
        "category": pd.Series([1, None, 3]).astype("category"),
        "pandas Arrow": pd.Series([1, None, 3], dtype="int64[pyarrow]"),
        "polars": pl.Series([1, None, 3]),
        "arrow": pa.array([1, None, 3]),
        "arrow in chunks": pa.chunked_array([[1], [None, 3]]),
    }


def test_a_missing_number_is_missing_in_every_form_or_refused_at_its_place() -> None:
    for name, column in with_holes().items():
        found, faults = came_in(column, missing=True)
        assert (name, faults) == (name, [])
        assert np.array_equal(found, HOLES, equal_nan=True), name
        assert came_in(column) == ([], ["x[1]"]), name


def test_a_frame_with_missing_numbers() -> None:
    pd, pl = pytest.importorskip("pandas"), pytest.importorskip("polars")
    whole = pd.DataFrame({"a": pd.array([1, None], dtype="Int64"), "b": [1.5, 2.0]})
    for frame in (whole, pl.DataFrame({"a": [1, None], "b": [1.5, 2.0]})):
        found, faults = came_in(frame, missing=True)
        assert not faults
        assert np.array_equal(found, [[1, 1.5], [np.nan, 2]], equal_nan=True)
        assert came_in(frame) == ([], ["x[1, 0]"])
    rows = [ma([1, 2], mask=[0, 1]), ma([1, 2])]
    assert came_in(rows) == ([], ["x[0, 1]"])


class Closed:
    def __array__(self, *_: object) -> None:
        raise TypeError


def no_numbers() -> dict[str, object]:
    pd, pl, pa = (pytest.importorskip(name) for name in ("pandas", "polars", "pyarrow"))
    return {
        "truths": [True, False, True],
        "a truth among numbers": [True, 2, 3],
        "a truth of numpy": [np.True_, 2.5],
        "a truth in a row": [[1, 2], [True, 2]],
        "truths of a frame": pd.DataFrame({"a": [1, 2], "b": [True, False]}),
        "boolean": pd.Series([True, None, False], dtype="boolean"),
        "texts": ["1", "2"],
        "a text among numbers": [1, "2", 3],
        "string": pd.Series(["1", "2"], dtype="string"),
        "categories of texts": pd.Series(["1", "2"]).astype("category"),
        "polars texts": pl.Series(["1", "2"]),
        "polars categories": pl.Series(["1", "2"], dtype=pl.Categorical),
        "arrow texts": pa.array(["1", "2"]).dictionary_encode(),
        "days": np.array(["2026-01-01"], dtype="M8[D]"),
        "spans": np.array([1, 2], dtype="m8[D]"),
        "no time": [1, pd.NaT, 3],
        "complex": [1 + 0j, 2],
        "complex of numpy": [np.complex128(1), None],
        "spans in a list": [np.timedelta64(1, "D"), None],
        "what gives no array": Closed(),
        "decimals": [decimal.Decimal(1)],
        "bytes": b"ab",
        "bytearray": bytearray(b"ab"),
        "a set": {1, 2},
        "a mapping": {1: 2},
        "an iterator": iter([1, 2]),
        "ragged": [[1, 2], [3]],
        "a row among numbers": [[1, 2], 3],
        "records": np.array([(1, 2)], dtype=[("a", int), ("b", int)]),
    }


def test_what_is_no_number_is_refused() -> None:
    for name, values in no_numbers().items():
        assert came_in(values, missing=True) == ([], ["x"]), name


def test_a_number_too_large_is_refused_at_its_place() -> None:
    assert came_in([1, 10**400]) == ([], ["x[1]"])
    assert came_in([1, float("inf")], missing=True) == ([], ["x[1]"])


class TestTruths:
    def truths(self, values: object) -> tuple[list[Any], list[str]]:
        given_ = Arguments("here")
        found = given_.truths("x", values)
        return found.tolist(), [fault.message for fault in given_.faults]

    def test_truths_and_ones_come_in(self) -> None:
        pd, pl, pa = (pytest.importorskip(name) for name in ("pandas", "polars", "pyarrow"))
        data = [True, False, True]
        for values in (
            data,
            [1, 0, 1],
            np.array(data),
            np.array(data, dtype=object),
            np.array([1.0, 0.0, 1.0]),
            pd.Series(data, dtype="boolean"),
            pd.Series(data, dtype=object),
            pd.Series(data).astype("category"),
            pl.Series(data),
            pa.array(data),
            ma(data, mask=False),
        ):
            assert self.truths(values) == (data, [])

    def test_a_text_is_never_true_because_it_is_not_empty(self) -> None:
        pd, pl = pytest.importorskip("pandas"), pytest.importorskip("polars")
        for values in (
            ["True", "False"],
            [True, "False"],
            ["0", "1"],
            np.array(["no", "yes"]),
            pd.Series(["False", ""], dtype="string"),
            pd.Series(["True", "False"]).astype("category"),
            pl.Series(["true", "false"]),
            "True",
        ):
            found, faults = self.truths(values)
            assert not found
            assert len(faults) == 1

    def test_what_is_missing_or_neither_is_named(self) -> None:
        pd, pl = pytest.importorskip("pandas"), pytest.importorskip("polars")
        for values in (
            [True, None],
            ma([True, True], mask=[0, 1]),
            pd.Series([True, None], dtype="boolean"),
            pl.Series([True, None]),
        ):
            assert "[1] is missing" in self.truths(values)[1][0]
        assert "[1] is 2, [2] is 0.5" in self.truths([0, 2, 0.5])[1][0]


class TestLabels:
    def labels(self, values: object, length: int = 2) -> tuple[list[object], list[str]]:
        given_ = Arguments("here")
        found = given_.labels("x", values, length=length)
        return found, [fault.path for fault in given_.faults]

    def test_texts_of_every_form_come_in(self) -> None:
        pd, pl, pa = (pytest.importorskip(name) for name in ("pandas", "polars", "pyarrow"))
        for values in (
            ["a", "b"],
            np.array(["a", "b"]),
            pd.Series(["a", "b"], dtype="string"),
            pd.Series(["a", "b"]).astype("category"),
            pl.Series(["a", "b"], dtype=pl.Categorical),
            pa.array(["a", "b"]).dictionary_encode(),
            ma(["a", "b"]),
        ):
            assert self.labels(values) == (["a", "b"], [])
        assert self.labels(pa.array([1, 2])) == ([1, 2], [])

    def test_what_is_no_label_is_refused_at_its_place(self) -> None:
        pd, pa = pytest.importorskip("pandas"), pytest.importorskip("pyarrow")
        for values in (
            ["a", None],
            ["a", True],
            ["a", " "],
            ["a", np.nan],
            pd.Series(["a", None], dtype="string"),
            pa.array(["a", None]),
            ma(["a", "b"], mask=[0, 1]),
        ):
            assert self.labels(values) == ([], ["x[1]"])
        for values in ({"a", "b"}, "ab", {"a": 1, "b": 2}, [["a", "b"]] * 2):
            assert self.labels(values)[1]


TFI = bc.load_framework("tfi-2.1")


def cohort(ratings: object) -> Cohort:
    return Cohort(framework=TFI, schools=list("abc"), rounds=[1], ratings=ratings)


class TestFields:
    def test_masked_ratings_do_not_come_back_to_life(self) -> None:
        masked = ma(np.full((1, 3, 45), 2.0), mask=[[[True] * 45, [False] * 45, [False] * 45]])
        with pytest.raises(InvalidInputError, match=r"45 values are masked.*\[0\]\[0\]\[0\]"):
            cohort(masked)

    def test_truths_and_texts_are_no_ratings(self) -> None:
        for bad in (np.full((1, 3, 45), True), np.full((1, 3, 45), "2"), [[[True] * 45] * 3]):
            with pytest.raises(InvalidInputError, match="ratings"):
                cohort(bad)

    def test_nothing_is_not_assessed(self) -> None:
        ratings: list[Any] = [[[2.0] * 44 + [None]] * 3]
        assert np.isnan(np.asarray(cohort(ratings).ratings)[0, :, -1]).all()

    def test_masked_draws_are_refused(self) -> None:
        faults: list[Any] = []
        step_draws(ma(np.ones((2, 2)), mask=np.eye(2)), 2, "benefits", faults)
        assert len(faults) == 1

    def test_frames_of_every_kind_are_draws(self) -> None:
        pd, pl = pytest.importorskip("pandas"), pytest.importorskip("polars")
        whole = {"a": [1.0, 2.0], "b": [3.0, 4.0]}
        for frame in (
            pd.DataFrame(whole).astype("Float64"),
            pd.DataFrame(whole).astype(object),
            pl.DataFrame(whole),
        ):
            faults: list[Any] = []
            assert step_draws(frame, 2, "x", faults).tolist() == [[1, 3], [2, 4]]
            assert not faults


@given(st.lists(st.none() | st.floats(-1e9, 1e9) | st.integers(-(10**9), 10**9), max_size=9))
def test_all_forms_of_one_column_are_the_same_array(cells: list[Any]) -> None:
    holes = [np.nan if c is None else c for c in cells]
    expected = np.array(holes, dtype=np.float64)
    for form in (
        cells,
        tuple(cells),
        np.array(cells, dtype=object),
        ma(np.nan_to_num(expected), mask=[c is None for c in cells]),
        expected,
    ):
        found = plain_array(form)
        assert found is not None
        assert np.array_equal(found, expected, equal_nan=True)
    assert np.array_equal(np.asarray(frozen_array(cells)), expected, equal_nan=True)


REFUSED: dict[str, Callable[[Any], Any]] = {
    "interrupted_time_series": lambda v: bc.monitoring.interrupted_time_series(v, change_at=1),
    "funnel": lambda v: bc.monitoring.funnel(v, [1, 1, 1]),
    "shrink_rates": lambda v: bc.monitoring.shrink_rates(v, [1, 1, 1]),
    "difference_in_differences": lambda v: bc.monitoring.difference_in_differences(
        v, unit=[1, 2, 3], period=[1, 1, 1], treated=[0, 0, 1], after=[0, 0, 1]
    ),
    "rank_acceptability": lambda v: bc.impact.rank_acceptability([v]),
    "pool_effects": lambda v: bc.impact.pool_effects(v, [0.1, 0.1, 0.1]),
    "match_partners": lambda v: bc.programme.match_partners([v], [[1, 1, 1]], [1]),
    "icc": lambda v: bc.audit.icc([v, v], form="ICC(2,1)"),
    "cohen_kappa": lambda v: bc.audit.cohen_kappa(v, [1, 2, 3], weights="linear"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_every_function_has_the_same_door(name: str) -> None:
    for values in with_holes().values():
        with pytest.raises(
            InvalidInputError, match=r"\[(0, )?1\]: nan is not a (finite|whole) number"
        ):
            REFUSED[name](values)
    for values in ([True, 2, 3], ["1", "2", "3"]):
        with pytest.raises(InvalidInputError, match="of numbers, got"):
            REFUSED[name](values)


def test_columns_of_pandas_in_another_order_are_refused() -> None:
    pd = pytest.importorskip("pandas")
    counts = pd.Series([1, 9, 11, 30, 14], index=list("abcde"))
    expected = pd.Series([2, 10, 10, 20, 20], index=list("abcde"))
    right = funnel(counts, expected)
    assert funnel(counts, expected.reset_index(drop=True)) == right
    assert funnel(counts.sort_index(), expected.sort_index()) == right
    with pytest.raises(InvalidInputError, match="in another order than those of observed"):
        funnel(counts, expected[::-1])
