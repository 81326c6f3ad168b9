"""Small wrong changes of source text, one at a time: what ``run.py`` draws its sample from.

Left out, since no test should pin them: docstrings and other texts (so what stands within an
f-string or a raised error too), what objects print, annotations, decorators, ``__all__``,
``TYPE_CHECKING``, and ``strict`` of `zip`, a guard that is there because it never fires.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import TypeAlias

from attrs import frozen

__all__ = ["Mutant", "find_mutants"]

_COMPARISONS = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
}
_OPERATORS = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Div,
    ast.Mod: ast.Div,
    ast.Pow: ast.Mult,
    ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd,
}
_NAMES = {"any": "all", "all": "any", "min": "max", "max": "min", "sorted": "list"}
_NAMES |= {"floor": "ceil", "ceil": "floor"}
_SHOWING = {"__repr__", "__str__", "_repr_html_", "_repr_svg_", "_repr_mimebundle_", "__dir__"}
_SHOWING |= {"_lines", "_label"}  # what `Displayed` prints
_GUARDS = {None, "strict"}
_TEXTS = (ast.JoinedStr, ast.Raise)

_Change: TypeAlias = tuple[ast.expr | ast.stmt | ast.keyword, str]


@frozen
class Mutant:
    """One change: the text from ``start`` to ``end`` of a file becomes ``new``.

    ``inside`` says that it stands in a function, so that its line runs in tests and not only
    when its module is imported.
    """

    path: str
    line: int
    start: int
    end: int
    old: str
    new: str
    inside: bool

    def apply(self, source: str) -> str:
        """Return the text of the file with the change made."""
        data = source.encode()
        return (data[: self.start] + self.new.encode() + data[self.end :]).decode()


def find_mutants(root: Path, path: str) -> list[Mutant]:
    """Return all mutants of a file below ``root``, in the order in which they stand there."""
    source = (root / path).read_text(encoding="utf-8")
    data = source.encode()
    starts = [0]
    for line in data.splitlines(keepends=True):
        starts.append(starts[-1] + len(line))
    found = []
    for (node, new), inside in _changes(ast.parse(source), inside=False):
        assert node.end_lineno is not None
        assert node.end_col_offset is not None
        start = starts[node.lineno - 1] + node.col_offset
        end = starts[node.end_lineno - 1] + node.end_col_offset
        old = data[start:end].decode()
        found.append(Mutant(path, node.lineno, start, end, old, new, inside))
    return sorted(found, key=lambda m: (m.start, m.end, m.new))


def _changes(node: ast.AST, *, inside: bool) -> Iterator[tuple[_Change, bool]]:
    if isinstance(node, _TEXTS) or _shows(node):
        return
    yield from ((change, inside) for change in _of_node(node))
    if isinstance(node, ast.keyword) and node.arg in _GUARDS - {None}:
        return
    for name, value in ast.iter_fields(node):
        if name in {"annotation", "returns", "decorator_list", "type_params"}:
            continue
        within = inside or (isinstance(node, ast.FunctionDef) and name == "body")
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.AST):
                yield from _changes(child, inside=within)


def _shows(node: ast.AST) -> bool:
    match node:
        case ast.FunctionDef(name=name):
            return name in _SHOWING
        case ast.Assign(targets=[ast.Name(id="__all__")]):
            return True
        case ast.AnnAssign(annotation=ast.Name(id="TypeAlias")):
            return True
        case ast.If(test=ast.Name(id="TYPE_CHECKING")):
            return True
    return False


def _of_node(node: ast.AST) -> Iterator[_Change]:  # noqa: C901, PLR0912  (a case a kind)
    match node:
        case ast.Compare(left=left, ops=ops, comparators=rest):
            for i, op in enumerate(ops):
                changed = [*ops[:i], _COMPARISONS[type(op)](), *ops[i + 1 :]]
                yield node, _text(ast.Compare(left, changed, rest))
        case ast.BoolOp(op=op, values=values):
            yield (
                node,
                _text(ast.BoolOp(ast.Or() if isinstance(op, ast.And) else ast.And(), values)),
            )
            for i in range(len(values)):
                rest = values[:i] + values[i + 1 :]
                yield node, _text(ast.BoolOp(op, rest) if len(rest) > 1 else rest[0])
        case ast.BinOp(left=left, op=op, right=right) if type(op) in _OPERATORS:
            yield node, _text(ast.BinOp(left, _OPERATORS[type(op)](), right))
        case ast.AugAssign(target=target, op=op, value=value) if type(op) in _OPERATORS:
            yield node, ast.unparse(ast.AugAssign(target, _OPERATORS[type(op)](), value))
        case ast.UnaryOp(op=ast.Not() | ast.USub(), operand=operand):
            yield node, _text(operand)
        case ast.Constant(value=bool() as value):
            yield node, str(not value)
        case ast.Constant(value=int() as value):
            yield node, str(value + 1)
            yield node, f"({value - 1})"
        case ast.Constant(value=float() as value):
            yield node, str(value * 2 + 1)
        case ast.If(test=test) | ast.While(test=test) | ast.IfExp(test=test):
            if not isinstance(test, ast.Compare | ast.UnaryOp):  # these are turned round below
                yield test, f"(not {_text(test)})"
        case ast.comprehension(ifs=ifs):
            yield from ((test, "True") for test in ifs)
        case ast.Subscript(slice=ast.Slice(lower=lower, upper=upper)):
            yield from ((bound, "None") for bound in (lower, upper) if bound is not None)
        case ast.Call():
            yield from _of_call(node)
        case ast.Expr(value=ast.Call()) | ast.Continue() | ast.Break():
            yield node, "pass"


def _of_call(call: ast.Call) -> Iterator[_Change]:
    if isinstance(call.func, ast.Name | ast.Attribute):
        name = call.func.id if isinstance(call.func, ast.Name) else call.func.attr
        if name in _NAMES:
            keep = [] if name == "sorted" else call.keywords
            other = _NAMES[name]
            named = isinstance(call.func, ast.Name)
            func = ast.Name(other) if named else ast.Attribute(call.func.value, other)
            yield call, ast.unparse(ast.Call(func, call.args, keep))
    yield from ((keyword, "**{}") for keyword in call.keywords if keyword.arg not in _GUARDS)


def _text(node: ast.expr) -> str:
    return f"({ast.unparse(node)})"
