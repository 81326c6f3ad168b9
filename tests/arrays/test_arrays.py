"""Arrays in frozen results: nothing writes to them, and they are saved and compared."""

from __future__ import annotations

import copy
import json
import pickle

import numpy as np
import pytest
from attrs import frozen
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from behaviour_culture._arrays import FrozenArray, array_field, frozen_array
from behaviour_culture.errors import InvalidInputError
from behaviour_culture.interchange.converter import from_data, to_data

ARRAYS = hnp.arrays(
    np.float64,
    hnp.array_shapes(min_dims=1, max_dims=3, min_side=1, max_side=4),
    elements=st.floats(-1e9, 1e9) | st.just(float("nan")),
)


@frozen(kw_only=True)
class Held:
    values: FrozenArray = array_field()


@given(ARRAYS)
def test_nothing_can_write(values: np.ndarray) -> None:
    held = Held(values=values).values
    for array in (held, held[:1], pickle.loads(pickle.dumps(held)), copy.deepcopy(held)):  # noqa: S301
        assert not array.flags.writeable
        with pytest.raises(ValueError, match=r"read-only|WRITEABLE"):
            array.setflags(write=True) or array.__setitem__(0, 1.0)


@given(ARRAYS)
def test_equality_hash_and_the_way_through_a_file(values: np.ndarray) -> None:
    held = Held(values=values)
    text = json.dumps(to_data(held), allow_nan=False)
    back = from_data(json.loads(text), Held)
    assert back == held
    assert hash(back) == hash(held)
    assert pickle.loads(pickle.dumps(held)) == held  # noqa: S301
    np.testing.assert_array_equal(back.values, values)


def test_what_is_computed_is_plain_and_may_be_changed() -> None:
    held = frozen_array([1.0, 2.0])
    total = held + 1
    assert type(total) is np.ndarray
    total[0] = 5
    own = held.copy()
    own[0] = 7
    assert type(own) is np.ndarray
    assert copy.copy(held) is held
    assert hash(held) == hash(frozen_array([1, 2]))
    assert held.tolist() == [1.0, 2.0]
    assert float(held.mean()) == 1.5


def test_the_callers_array_is_not_shared() -> None:
    mine = np.array([1.0, 2.0])
    held = frozen_array(mine)
    mine[0] = 9
    assert held.tolist() == [1.0, 2.0]


@pytest.mark.parametrize(
    ("data", "path"),
    [
        ({"values": [1, "2"]}, "values[1]"),
        ({"values": [[1, 2], [3]]}, "values"),
        ({"values": 3}, "values"),
        ({"values": [float("inf")]}, "values[0]"),
        ({"values": [True]}, "values[0]"),
    ],
)
def test_what_is_no_array_is_refused_with_its_place(data: object, path: str) -> None:
    with pytest.raises(InvalidInputError) as caught:
        from_data(data, Held)
    assert [f.path for f in caught.value.faults] == [path]


@pytest.mark.parametrize(
    ("name", "value"),
    [("strides", (0,)), ("dtype", "int64"), ("shape", (2, 2)), ("note", "mine"), ("real", 1.0)],
)
def test_nothing_of_an_array_can_be_set(name: str, value: object) -> None:
    held = Held(values=[1.0, 2.0, 3.0, 4.0])
    before = hash(held)
    with pytest.raises(AttributeError, match=r"use .copy\(\) before you set"):
        setattr(held.values, name, value)
    with pytest.raises(AttributeError):
        delattr(held.values, name)
    assert hash(held) == before
    assert held.values.tolist() == [1.0, 2.0, 3.0, 4.0]


def test_the_state_of_a_pickle_cannot_be_put_into_one() -> None:
    array = frozen_array([1.0, 2.0])
    with pytest.raises(AttributeError):
        array.__setstate__((1, (1,), np.dtype("f8"), False, b"\0" * 8))
    assert array.tolist() == [1.0, 2.0]
    own = array.copy()
    own.__setstate__((1, (1,), np.dtype("f8"), False, np.float64(3.0).tobytes()))
    assert own.tolist() == [3.0]
