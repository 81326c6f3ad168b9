"""The mutants themselves: each is Python, changes one thing, and none is of what is left out."""

from __future__ import annotations

import ast
import tomllib
from pathlib import Path

import behaviour_culture as bc
from mutation.mutants import find_mutants

SOURCE = '''"""A module with 3 words."""

__all__ = ["first"]

LIMIT: Annotated[int, Range(low=1)] = 5


@frozen(kw_only=True)
def first(values, *, strict=True):
    """Return 7."""
    if len(values) > LIMIT and not strict:
        raise ValueError(f"more than {LIMIT + 1}: {'é' * 2}")
    for a, b in zip(values[1:], values, strict=True):
        if a is b:
            continue
    return max(values, key=abs, default=-1.5)


class Shown:
    def __repr__(self):
        return str(1 + 1)
'''


def test_each_change_is_one_change_and_python(tmp_path: Path) -> None:
    (tmp_path / "m.py").write_text(SOURCE, encoding="utf-8")
    found = find_mutants(tmp_path, "m.py")
    for mutant in found:
        changed = mutant.apply(SOURCE)
        assert ast.dump(ast.parse(changed)) != ast.dump(ast.parse(SOURCE))
        assert SOURCE.splitlines()[mutant.line - 1].count(mutant.old.splitlines()[0])
    assert len({m.apply(SOURCE) for m in found}) == len(found)
    assert {(m.old, m.new) for m in found} == {
        ("5", "6"),
        ("5", "(4)"),
        ("True", "False"),  # the default of strict
        ("len(values) > LIMIT and not strict", "(not (len(values) > LIMIT and (not strict)))"),
        ("len(values) > LIMIT and not strict", "(len(values) > LIMIT or not strict)"),
        ("len(values) > LIMIT and not strict", "(len(values) > LIMIT)"),
        ("len(values) > LIMIT and not strict", "(not strict)"),
        ("len(values) > LIMIT", "(len(values) >= LIMIT)"),
        ("not strict", "(strict)"),
        ("1", "None"),  # the slice
        ("1", "2"),
        ("1", "(0)"),
        ("a is b", "(a is not b)"),
        ("continue", "pass"),
        ("max(values, key=abs, default=-1.5)", "min(values, key=abs, default=-1.5)"),
        ("key=abs", "**{}"),
        ("default=-1.5", "**{}"),
        ("-1.5", "(1.5)"),
        ("1.5", "4.0"),
    }
    assert {m.inside for m in found if m.line > 9} == {True}
    assert {m.inside for m in found if m.line <= 9} == {False}


def test_each_change_that_is_listed_as_none_is_still_one_of_the_code() -> None:
    listed = tomllib.loads((Path(__file__).parent / "equal.toml").read_text("utf-8"))["equal"]
    root = Path(bc.__file__).parent
    for entry in listed:
        lines = (root / entry["path"]).read_text("utf-8").splitlines()
        here = [m for m in find_mutants(root, entry["path"]) if m.old == entry["old"]]
        found = {(lines[m.line - 1].strip(), m.new) for m in here}
        assert (entry["line"], entry["new"]) in found, entry["path"]
