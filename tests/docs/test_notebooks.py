"""Each notebook runs as a plain script, prints what it says and draws; each has its page."""

from __future__ import annotations

import ast
import contextlib
import io
import runpy
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "docs" / "notebooks"
NOTEBOOKS = sorted(FOLDER.glob("*.py"))
LONG = {"what_do_we_believe"}
"""Those that take more than a few seconds."""


def test_there_are_six_and_each_has_its_page() -> None:
    assert len(NOTEBOOKS) == 6
    listed = (FOLDER / "index.md").read_text(encoding="utf-8")
    for path in NOTEBOOKS:
        page = path.stem.replace("_", "-")
        assert f"\n{page}\n" in listed
        assert (FOLDER / f"{page}.md").read_text() == f"```{{notebook}} {path.name}\n```\n"


@pytest.mark.parametrize("path", NOTEBOOKS, ids=[p.stem for p in NOTEBOOKS])
def test_it_is_a_script_that_jupytext_reads(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    ast.parse(text)
    assert "format_name: percent" in text
    cells = text.split("\n# %%")[1:]
    assert cells[0].startswith(" [markdown]\n# # ")
    for cell in cells:
        if cell.startswith(" [markdown]"):
            assert all(not line or line.startswith("#") for line in cell.splitlines()[1:])


def marked(path: Path) -> object:
    marks = [pytest.mark.slow] if path.stem in LONG else []
    return pytest.param(path, marks=marks, id=path.stem)


@pytest.mark.parametrize("path", [marked(p) for p in NOTEBOOKS])
def test_it_runs(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    matplotlib = pytest.importorskip("matplotlib")
    pytest.importorskip("statsmodels")
    pytest.importorskip("polars")
    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    drawn: list[int] = []

    def show() -> None:
        drawn.extend(plt.get_fignums())
        plt.close("all")

    monkeypatch.setattr(plt, "show", show)
    printed = io.StringIO()
    with contextlib.chdir(FOLDER), contextlib.redirect_stdout(printed):
        runpy.run_path(str(path), run_name="__main__")
    assert drawn
    assert len(printed.getvalue()) > 500
