"""The library as a guest in somebody's process: it says nothing, and starts processes one way."""

from __future__ import annotations

import ast
import io
import logging
from collections.abc import Iterable, Iterator
from functools import cache
from importlib import import_module
from pathlib import Path

import pytest

import behaviour_culture as bc
from behaviour_culture.commands.terminal import say

HOME = Path(str(bc.__file__)).parent
SPEAKS = {"__main__.py", "commands"}
"""What talks to the person at a terminal."""
PRINTS = {"print", "input", "breakpoint", "stdout", "stderr"}
FORKS = {"fork", "forkpty", "Process", "Pool", "Popen", "set_start_method", "system", "popen"}
LOOKED_FOR = [*(f"{word}(" for word in FORKS), "print(", "input(", "breakpoint", ".stdout"]
LOOKED_FOR += [".stderr", "logging", "subprocess", "get_context", "ProcessPool"]


@cache
def sources() -> list[tuple[Path, list[ast.AST]]]:
    """Return all nodes of each file that has one of the words looked for, with its path."""
    texts = ((path, path.read_text("utf-8")) for path in sorted(HOME.rglob("*.py")))
    return [
        (path.relative_to(HOME), list(ast.walk(ast.parse(text))))
        for path, text in texts
        if any(word in text for word in LOOKED_FOR)
    ]


def calls(nodes: Iterable[ast.AST]) -> Iterator[tuple[str, ast.Call]]:
    """Yield each call with the last part of the name that is called."""
    for node in nodes:
        if isinstance(node, ast.Call) and isinstance(node.func, (ast.Name, ast.Attribute)):
            yield node.func.id if isinstance(node.func, ast.Name) else node.func.attr, node


def imported(nodes: Iterable[ast.AST]) -> set[str]:
    """Return the packages that are imported anywhere in a file."""
    found = set()
    for node in nodes:
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add(str(node.module).partition(".")[0])
    return found


def test_nothing_but_the_command_line_prints() -> None:
    found = [
        f"{path}:{node.lineno}"
        for path, nodes in sources()
        if path.parts[0] not in SPEAKS
        for node in nodes
        if (isinstance(node, ast.Name) and node.id in PRINTS)
        or (isinstance(node, ast.Attribute) and node.attr in PRINTS)
    ]
    assert not found


def test_no_logger_speaks_unless_it_is_asked_to() -> None:
    using = [path for path, nodes in sources() if "logging" in imported(nodes)]
    for path in using:
        import_module(f"behaviour_culture.{'.'.join(path.with_suffix('').parts)}")
    handlers = logging.getLogger("behaviour_culture").handlers
    silent = [handler for handler in handlers if isinstance(handler, logging.NullHandler)]
    assert handlers == silent
    assert bool(silent) == bool(using), f"loggers without a NullHandler: {using}"


def test_every_process_is_spawned() -> None:
    pools = []
    for path, nodes in sources():
        assert "subprocess" not in imported(nodes), path
        for name, call in calls(nodes):
            assert name not in FORKS, f"{path}:{call.lineno} starts a process in another way"
            if name == "get_context":
                assert ast.unparse(call.args[0]) == "'spawn'", f"{path}:{call.lineno}"
            if name == "ProcessPoolExecutor":
                context = {k.arg: ast.unparse(k.value) for k in call.keywords}.get("mp_context")
                assert context == "get_context('spawn')", f"{path}:{call.lineno}"
                pools.append(path)
    assert pools == [Path("_chunks.py")], "others go through run_chunks, which outlives a death"


@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "latin-1", "utf-8"])
def test_a_terminal_without_the_letters_of_a_name_is_no_error(encoding: str) -> None:
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding, write_through=True)
    say("Ysgol T\u0177 Ddewi, \u5b66\u6821, \udce9", stream=stream)
    said = raw.getvalue().decode(encoding)
    assert said.startswith("Ysgol T")
    assert said.rstrip().endswith("\\udce9")
    assert ("\u0177" in said) == (encoding == "utf-8")
