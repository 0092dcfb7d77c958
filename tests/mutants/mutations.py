"""All the ways in which one thing in a source file can be made wrong."""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterator
from itertools import accumulate
from typing import Final, cast

import attrs

_OTHER: Final[dict[type[ast.AST], type[ast.AST]]] = {
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
    ast.And: ast.Or,
    ast.Or: ast.And,
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.FloorDiv,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.FloorDiv,
    ast.Pow: ast.Mult,
    ast.LShift: ast.RShift,
    ast.RShift: ast.LShift,
}
"""What stands in the place of an operator. Not `|`, which joins types more often than sets."""
_NEVER_RUN: Final = {"annotation", "returns", "decorator_list", "bases", "type_params"}
_SHOWN: Final = 70


@attrs.frozen(order=True)
class Mutant:
    """One change: bytes `start` to `end` of a file replaced.

    Attributes:
        line: Where it begins, from 1.
        before: What stands there, on one line.
        after: What is put there.
    """

    line: int
    start: int
    end: int
    before: str
    after: str

    @property
    def name(self) -> str:
        """The change in words, the same wherever in the file it stands."""
        return f"{_short(self.before)} -> {_short(self.after)}"

    def applied(self, source: str) -> str:
        """The source with this change."""
        text = source.encode()
        return (text[: self.start] + self.after.encode() + text[self.end :]).decode()


def mutants(source: str) -> list[Mutant]:
    """All mutants of a module, in the order of its lines."""
    lines = source.encode().splitlines(keepends=True)
    starts = [0, *accumulate(map(len, lines))]
    found: list[Mutant] = []
    for node in _run(ast.parse(source)):
        for place, after in _changes(node):
            start = starts[place.lineno - 1] + place.col_offset
            end = starts[(place.end_lineno or 0) - 1] + (place.end_col_offset or 0)
            before = " ".join(source.encode()[start:end].decode().split())
            found.append(Mutant(place.lineno, start, end, before, after))
    return sorted(found)


def _run(node: ast.AST) -> Iterator[ast.AST]:
    """The nodes that are executed and whose places are known."""
    match node:
        case ast.JoinedStr():  # before Python 3.12 the places inside are wrong
            return
        case (
            ast.If(test=ast.Name(id="TYPE_CHECKING"))
            | ast.AnnAssign(annotation=ast.Name(id="TypeAlias"))
        ):
            return
        case _:
            yield node
    for name, value in ast.iter_fields(node):
        if name not in _NEVER_RUN:
            for child in cast("list[object]", value if isinstance(value, list) else [value]):
                if isinstance(child, ast.AST):
                    yield from _run(child)


def _changes(node: ast.AST) -> Iterator[tuple[ast.expr | ast.stmt, str]]:
    match node:
        case ast.Constant(value=bool(value)):
            yield node, str(not value)
        case ast.Constant(value=int(value) | float(value)):
            yield node, str(value + 1)
        case ast.Compare(ops=[op]):
            yield node, _with(node, ops=[_OTHER[type(op)]()])
        case ast.BoolOp() | ast.BinOp() if other := _OTHER.get(type(node.op)):
            yield node, _with(node, op=other())
        case ast.UnaryOp(op=ast.Not() | ast.USub()):
            yield node, f"({ast.unparse(node.operand)})"
        case ast.stmt() if _is_missed(node):
            yield node, "return None" if isinstance(node, ast.Return) else "pass"
        case _:
            yield from ((test, f"(not ({ast.unparse(test)}))") for test in _tests(node))


def _is_missed(node: ast.stmt) -> bool:
    """Whether a statement does something that nobody sees at once when it is left out."""
    match node:
        case ast.Return():
            return ast.unparse(node) not in {"return", "return None"}
        case ast.Expr():  # neither a docstring nor dots
            return not isinstance(node.value, ast.Constant)
        case ast.Assign():
            return isinstance(node.targets[0], ast.Attribute | ast.Subscript)
        case _:
            return isinstance(node, ast.Raise | ast.AugAssign | ast.Break | ast.Continue)


def _tests(node: ast.AST) -> list[ast.expr]:
    """The conditions that decide what is run."""
    if isinstance(node, ast.If | ast.While | ast.IfExp):
        return [node.test]
    return node.ifs if isinstance(node, ast.comprehension) else []


def _with(node: ast.expr, **fields: object) -> str:
    """The expression with other fields."""
    changed = copy.copy(node)
    changed.__dict__.update(fields)
    return f"({ast.unparse(changed)})"


def _short(text: str) -> str:
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
