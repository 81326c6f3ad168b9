"""Large tables are looked at in pieces: the pieces are the table, and the answer is the same."""

from __future__ import annotations

from unittest import mock

from hypothesis import given
from hypothesis import strategies as st

from behaviour_culture.monitoring.published import shape

cells = st.text("ab", max_size=3)
tables = st.lists(st.lists(cells, min_size=2, max_size=3), min_size=1, max_size=8)


@given(rows=tables, size=st.integers(1, 12), ends=st.booleans())
def test_pieces_are_whole_lines_and_together_the_table(
    rows: list[list[str]], size: int, *, ends: bool
) -> None:
    content = ("\n".join(",".join(row) for row in rows) + "\n" * bool(ends)).encode()
    with mock.patch.object(shape, "_CHUNK", size):
        pieces = list(shape._chunks(content))
        even = shape.is_even(content, 2)
    assert b"".join(pieces) == content
    assert all(piece.endswith(b"\n") for piece in pieces[:-1])
    assert all(pieces)
    assert even == shape.is_even(content, 2) == all(len(row) == 2 for row in rows)


def test_a_piece_is_as_long_as_it_may_be_and_longer_only_for_a_long_line() -> None:
    content = b"a,b\nc,d\n" + b"e" * 9 + b",f\ng,h\n"
    with mock.patch.object(shape, "_CHUNK", 8):
        assert list(shape._chunks(content)) == [b"a,b\nc,d\n", b"e" * 9 + b",f\n", b"g,h\n"]
        assert list(shape._chunks(content[:8])) == [b"a,b\nc,d\n"]
    with mock.patch.object(shape, "_CHUNK", 9):
        assert next(shape._chunks(content)) == b"a,b\nc,d\n"
