"""Runs the code of README.md, docs/ and the docstrings as tests, in a folder of its own."""

from __future__ import annotations

import os
import shutil
import tempfile
import tomllib
from doctest import ELLIPSIS, NORMALIZE_WHITESPACE
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sybil import Example, Sybil
from sybil.parsers.myst import CodeBlockParser, PythonCodeBlockParser, SkipParser
from sybil.parsers.rest import DocTestParser
from sybil.sybil import SybilCollection
from sybil.typing import Parser

# The arrays of tests are small: threads of BLAS would wait for each other, at four times the
# processor time. Read when numpy is imported, which nothing above does.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

HERE = Path(__file__).parent
FLAGS = ELLIPSIS | NORMALIZE_WHITESPACE


def enter_folder(namespace: dict[str, Any]) -> None:
    """Begin a page in an empty folder that holds a copy of examples/."""
    folder = tempfile.TemporaryDirectory()
    shutil.copytree(HERE / "examples", Path(folder.name) / "examples")
    namespace["_page_folder"], namespace["_page_before"] = folder, Path.cwd()
    os.chdir(folder.name)


def leave_folder(namespace: dict[str, Any]) -> None:
    """Go back, and remove what the page wrote."""
    os.chdir(namespace["_page_before"])
    namespace["_page_folder"].cleanup()


def check_toml(example: Example) -> None:
    """Parse a TOML block; one of a kind of ours is read, one that begins ``# name`` is saved."""
    text = str(example.parsed)
    data = tomllib.loads(text)
    if "kind" in data:
        import behaviour_culture as bc  # noqa: PLC0415  (only pages that show our files)

        bc.loads(text, format="toml")
    first = text.splitlines()[0]
    if first.startswith("# ") and first.endswith(".toml"):
        path = Path(first[2:])
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


page_parsers: list[Parser] = [
    PythonCodeBlockParser(doctest_optionflags=FLAGS),
    CodeBlockParser("toml", check_toml),
    SkipParser(),
]
in_folder = partial(Sybil, setup=enter_folder, teardown=leave_folder)
readme = in_folder(page_parsers, pattern="README.md", exclude="*/README.md", path=str(HERE))
pages = in_folder(page_parsers, pattern="*.md", path=str(HERE / "docs"))
reference = in_folder([DocTestParser(FLAGS)], pattern="*.rst", path=str(HERE / "docs"))
docstrings = in_folder([DocTestParser(FLAGS)], pattern="*.py", path=str(HERE / "src"))
pytest_collect_file = SybilCollection([readme, pages, reference, docstrings]).pytest()


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:  # noqa: ANN401
    """Keep the examples of one page on one worker: each builds on those above it."""
    if config.getoption("dist") != "load":
        return None
    from xdist.scheduler import LoadFileScheduling  # type: ignore[import-untyped]  # noqa: PLC0415

    return LoadFileScheduling(config, log)
