"""Every answer of a file is in the audit, or listed once as left out."""

from __future__ import annotations

import io

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

import behaviour_culture as bc
from behaviour_culture.limits import LIMITS
from builders import examples

FRAMEWORK = bc.load_framework("bennett-2017")
ITEMS = [item.id for item in FRAMEWORK.items]
FORMER = [old.id for old in FRAMEWORK.retired]


@examples(30)
@given(
    st.lists(st.sampled_from([*ITEMS, *FORMER]), min_size=1, max_size=40, unique=True),
    st.sampled_from(["leaders", "teachers", "pupils", "governors"]),
)
def test_answers_in_are_answers_kept_and_answers_listed(items: list[str], group: str) -> None:
    rows = "".join(f"p,{group},{item},1\n" for item in items)
    file = io.StringIO("rater,group,item,rating\n" + rows)
    open_to = {item.id for item in FRAMEWORK.items if item.open_to(group)}
    right = [item for item in items if item in open_to]
    if not right:
        return
    audit = bc.read_audit(file, framework=FRAMEWORK)
    assert [response.item for response in audit.responses] == right
    assert sum(d.count for d in audit.doubts if d.left_out) == len(items) - len(right)


@pytest.mark.parametrize(("encoding", "said"), [("cp1252", "Windows-1252"), ("utf-16", "UTF-16")])
def test_an_encoding_is_said(encoding: str, said: str) -> None:
    text = "rater,item,rating,note\nhead,build-routines-1,2,café\n"
    file = io.BytesIO(text.encode(encoding))
    audit = bc.read_audit(file, framework=FRAMEWORK)
    assert [said in str(doubt) for doubt in audit.doubts] == [True]


def test_as_many_files_as_the_limit_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("behaviour_culture.audit.reading.LIMITS", evolve(LIMITS, files=2))

    def read(count: int) -> bc.Audit:
        rows = [f"rater,item,rating\np{n},{ITEMS[0]},1\n" for n in range(count)]
        return bc.read_audit([io.StringIO(row) for row in rows], framework=FRAMEWORK)

    assert len(read(2).responses) == 2
    with pytest.raises(bc.InvalidInputError, match=r"expected 1 to 2 files .*, got 3"):
        read(3)
