from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import networkx as nx
import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "src" / "behaviour_culture"
HELPERS = {
    *(
        "_arrays",
        "_chunks",
        "_deprecation",
        "_display",
        "_entries",
        "_field_docs",
        "_frame",
        "_frozenmap",
        "_lazy",
        "_pictures",
        "_plot",
        "_rows",
        "_seeds",
        "_version",
        "_watch",
        "errors",
        "limits",
    ),
    *("checkers", "checks", "fields"),
}
"""What the map does not repeat in every row."""


def map_rows() -> dict[str, list[str]]:
    """The rows of the layer map: the name in the first cell, the names in the last one."""
    text = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    section = re.search(r"^## The layers\n(.*?)(?=^## )", text, re.DOTALL | re.MULTILINE)
    assert section is not None
    rows = {}
    for line in section.group(1).splitlines():
        cells = [c.strip() for c in line.strip().strip("|").split("|")]
        if len(cells) == 3 and cells[0].startswith("`"):
            rows[name(cells[0])] = [name(c) for c in cells[2].split(",") if "`" in c]
    assert rows
    return rows


def name(cell: str) -> str:
    """`planning/` and `errors.py` are planning and errors."""
    return cell.strip().strip("`").removesuffix("/").removesuffix(".py")


def parts() -> set[str]:
    """The subpackages and modules of the package."""
    folders = {p.parent.name for p in PACKAGE.glob("*/__init__.py")}
    return folders | {p.stem for p in PACKAGE.glob("*.py")} - {"__init__"}


def contract() -> list[set[str]]:
    """The layers of the import contract, highest first."""
    with (ROOT / "pyproject.toml").open("rb") as file:
        contracts = tomllib.load(file)["tool"]["importlinter"]["contracts"]
    layers = next(c["layers"] for c in contracts if c["type"] == "layers")
    there = [
        # a name in brackets is a layer that may not exist yet
        {n.strip().strip("()") for n in layer.split("|")} & parts()
        for layer in layers
    ]
    return [layer for layer in there if layer]


def statements(node: ast.AST) -> Iterator[ast.stmt]:
    """The statements below a node; imports are among them, and nothing inside an expression."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.stmt):
            yield child
        if not isinstance(child, ast.expr):
            yield from statements(child)


@cache
def imported(file: Path) -> tuple[tuple[str, str], ...]:
    """What a file imports, wherever in it: each module, and the name in it or nothing."""
    found: list[tuple[str, str]] = []
    for node in statements(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            found += [(node.module, alias.name) for alias in node.names]
        elif isinstance(node, ast.Import):
            found += [(alias.name, "") for alias in node.names]
    return tuple(found)


def imports_of(part: str) -> set[str]:
    """The other parts from which a part imports, wherever in its files."""
    one = PACKAGE / f"{part}.py"
    files = [one] if one.is_file() else sorted((PACKAGE / part).rglob("*.py"))
    found: set[str] = set()
    for module, name in (pair for file in files for pair in imported(file)):
        head, *rest = f"{module}.{name}".rstrip(".").split(".")
        if head == "behaviour_culture" and rest:
            found.add(rest[0])
    return (found & parts()) - {part} - HELPERS


class TestTheLayerMap:
    def test_every_part_of_the_package_is_in_it_and_nothing_else(self) -> None:
        assert set(map_rows()) == parts()

    def test_it_has_the_order_of_the_import_contract(self) -> None:
        level = {part: i for i, layer in enumerate(contract()) for part in layer}
        assert set(level) == set(map_rows())
        order = [level[part] for part in map_rows()]
        assert order == sorted(order)

    def test_it_points_down_only(self) -> None:
        level = {part: i for i, layer in enumerate(contract()) for part in layer}
        for part, below in map_rows().items():
            assert all(level[other] > level[part] for other in below), part

    @pytest.mark.parametrize("part", sorted(parts()))
    def test_it_says_from_what_each_part_imports(self, part: str) -> None:
        assert set(map_rows()[part]) == imports_of(part)


@cache
def file_imports() -> nx.DiGraph[str]:
    """Which file imports from which, wherever in the file; a package's own list does not count."""
    files = {
        ".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts): path
        for path in PACKAGE.rglob("*.py")
        if path.name != "__init__.py"
    }
    graph: nx.DiGraph[str] = nx.DiGraph()
    for name, path in files.items():
        places = {place for pair in imported(path) for place in (pair[0], ".".join(pair))}
        graph.add_edges_from((name, place) for place in places & files.keys())
    nx.freeze(graph)
    return graph


class TestTheFiles:
    def test_no_circle_of_files(self) -> None:
        graph = file_imports()
        assert len(graph) > 200
        assert [c for c in nx.strongly_connected_components(graph) if len(c) > 1] == []

    def test_no_package_imports_a_private_module_of_another(self) -> None:
        for one, other in file_imports().edges:
            *room, name = other.split(".")
            private = name.startswith("_") and len(room) > 1
            assert not private or one.startswith(".".join(room)), (one, other)


class TestTheDocument:
    def test_the_paths_that_it_names_exist(self) -> None:
        text = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
        folders = "src|tests|docs|examples"
        paths = re.findall(rf"`((?:{folders})/[\w./-]*|[A-Z]+\.(?:md|cff)|\w+\.toml)`", text)
        assert len(paths) > 5
        for path in paths:
            assert (ROOT / path).exists(), path
