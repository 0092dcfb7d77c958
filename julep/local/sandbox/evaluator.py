"""A walk over a Python expression's syntax tree: what simpleeval evaluates, within a budget.

Written out rather than derived from simpleeval, whose checks cost time in proportion to the data
at every node, and whose f-strings, lists and methods can be made to fill the memory. The errors
keep simpleeval's wording.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Mapping
from typing import Any, ClassVar

from .attributes import get_attribute, join
from .budget import MAX_LENGTH, POINTER, InvalidExpression, LimitExceeded, budget
from .functions import FUNCTIONS, text
from .operators import BINARY, COMPARE, UNARY, formatted
from .values import hashed

_MAX_COMPREHENSION = 10_000  # items, as simpleeval has it and servers of 2025 keep it
_CLOSED_PREFIXES = ("_", "func_")
_CLOSED_METHODS = frozenset(
    {"format", "format_map", "mro", "tb_frame", "gi_frame", "ag_frame", "cr_frame", "exec"}
)


class Evaluator:
    """Evaluates one expression; `names` are the values that it may mention."""

    def __init__(self, source: str, names: Mapping[str, object]) -> None:
        self._source = source
        self._names = names
        self._locals: list[dict[str, object]] = []
        self._comprehended = 0
        self._budget = budget()

    def evaluate(self, node: ast.AST) -> Any:
        """Return the value of a node.

        Raises:
            InvalidExpression: It uses what expressions don't have, or too much of what they do.
        """
        self._budget.tick()
        handler = self._HANDLERS.get(type(node))
        if handler is None:
            kind = type(node).__name__
            raise InvalidExpression(f"Sorry, {kind} is not available in this evaluator")
        return handler(self, node)

    def _constant(self, node: ast.Constant) -> object:
        if isinstance(node.value, str | bytes) and len(node.value) > MAX_LENGTH:
            raise LimitExceeded(
                f"Literal in statement is too long! ({len(node.value)}, when {MAX_LENGTH} is max)"
            )
        return node.value

    def _name(self, node: ast.Name) -> object:
        for scope in reversed(self._locals):
            if node.id in scope:
                return scope[node.id]
        if node.id in self._names:
            return self._names[node.id]
        if node.id in FUNCTIONS:
            return FUNCTIONS[node.id]
        raise InvalidExpression(f"'{node.id}' is not defined for expression '{self._source}'")

    def _unary(self, node: ast.UnaryOp) -> object:
        return UNARY[type(node.op)](self.evaluate(node.operand))

    def _binary(self, node: ast.BinOp) -> object:
        operator = BINARY.get(type(node.op))
        if operator is None:
            raise InvalidExpression(
                f"Operator '{node.op}' does not exist in expression '{self._source}'"
            )
        return operator(self.evaluate(node.left), self.evaluate(node.right))

    def _boolean(self, node: ast.BoolOp) -> object:
        value = None
        for operand in node.values:
            value = self.evaluate(operand)
            if bool(value) is isinstance(node.op, ast.Or):
                break
        return value

    def _compare(self, node: ast.Compare) -> object:
        right = self.evaluate(node.left)
        result: object = True
        for operator, operand in zip(node.ops, node.comparators, strict=True):
            left, right = right, self.evaluate(operand)
            result = COMPARE[type(operator)](left, right)
            if not result:
                break
        return result

    def _conditional(self, node: ast.IfExp) -> object:
        return self.evaluate(node.body if self.evaluate(node.test) else node.orelse)

    def _call(self, node: ast.Call) -> object:
        function = self._callee(node.func)
        arguments = [self.evaluate(argument) for argument in node.args]
        named: dict[str, object] = {}
        for keyword in node.keywords:
            value = self.evaluate(keyword.value)
            named.update({keyword.arg: value} if keyword.arg is not None else value)
        return function(*arguments, **named)

    def _callee(self, node: ast.expr) -> Callable[..., object]:
        if isinstance(node, ast.Attribute):
            method: Callable[..., object] = self.evaluate(node)
            return method
        if not isinstance(node, ast.Name):
            raise InvalidExpression("Lambda Functions not implemented")
        if node.id not in FUNCTIONS:
            raise InvalidExpression(
                f"Function '{node.id}' not defined, for expression '{self._source}'."
            )
        return FUNCTIONS[node.id]

    def _subscript(self, node: ast.Subscript) -> object:
        container, key = self.evaluate(node.value), self.evaluate(node.slice)
        item = container[hashed(key)]
        if isinstance(key, slice):
            self._budget.allocate(POINTER * len(item))
        return item

    def _slice(self, node: ast.Slice) -> slice:
        ends = (node.lower, node.upper, node.step)
        return slice(*(self.evaluate(end) if end is not None else None for end in ends))

    def _attribute(self, node: ast.Attribute) -> object:
        if node.attr.startswith(_CLOSED_PREFIXES):
            raise InvalidExpression(
                "Sorry, access to __attributes  or func_ attributes is not available. "
                f"({node.attr})"
            )
        if node.attr in _CLOSED_METHODS:
            raise InvalidExpression(f"Sorry, this method is not available. ({node.attr})")
        value = self.evaluate(node.value)
        try:
            return get_attribute(value, node.attr)
        except AttributeError:
            raise InvalidExpression(
                f"Attribute '{node.attr}' does not exist in expression '{self._source}'"
            ) from None

    def _joined(self, node: ast.JoinedStr) -> str:
        return join("", [text(self.evaluate(piece)) for piece in node.values])

    def _formatted(self, node: ast.FormattedValue) -> object:
        value = self.evaluate(node.value)
        if node.format_spec is None:
            return value
        spec = self.evaluate(node.format_spec)
        return formatted(value, spec)

    def _list(self, node: ast.List) -> list[object]:
        self._budget.allocate(POINTER * len(node.elts))
        items: list[object] = []
        for element in node.elts:
            if isinstance(element, ast.Starred):
                self._extend(items, self.evaluate(element.value))
            else:
                items.append(self.evaluate(element))
        return items

    def _extend(self, items: list[object], more: Iterable[object]) -> None:
        for item in more:
            self._budget.tick()
            self._budget.allocate(POINTER)
            items.append(item)

    def _tuple(self, node: ast.Tuple) -> tuple[object, ...]:
        return tuple(self.evaluate(element) for element in node.elts)

    def _set(self, node: ast.Set) -> set[object]:
        return {hashed(self.evaluate(element)) for element in node.elts}

    def _dict(self, node: ast.Dict) -> dict[object, object]:
        made: dict[object, object] = {}
        for key, value in zip(node.keys, node.values, strict=True):
            more = (
                self.evaluate(value)
                if key is None
                else {hashed(self.evaluate(key)): self.evaluate(value)}
            )
            self._budget.allocate(POINTER * len(more))
            made.update(more)
        return made

    def _list_comprehension(self, node: ast.ListComp | ast.GeneratorExp) -> list[object]:
        items: list[object] = []
        self._comprehend(node.generators, lambda: items.append(self.evaluate(node.elt)))
        return items

    def _dict_comprehension(self, node: ast.DictComp) -> dict[object, object]:
        made: dict[object, object] = {}

        def keep() -> None:
            made[hashed(self.evaluate(node.key))] = self.evaluate(node.value)

        self._comprehend(node.generators, keep)
        return made

    def _comprehend(self, generators: list[ast.comprehension], keep: Callable[[], None]) -> None:
        self._locals.append({})
        try:
            self._generate(generators, keep)
        finally:
            self._locals.pop()

    def _generate(self, generators: list[ast.comprehension], keep: Callable[[], None]) -> None:
        if not generators:
            keep()
            return
        for item in self.evaluate(generators[0].iter):
            self._comprehended += 1
            if self._comprehended > _MAX_COMPREHENSION:
                raise LimitExceeded("Comprehension generates too many elements")
            self._bind(generators[0].target, item)
            if all(self.evaluate(condition) for condition in generators[0].ifs):
                self._generate(generators[1:], keep)

    def _bind(self, target: ast.expr, value: Any) -> None:
        if isinstance(target, ast.Name):
            self._locals[-1][target.id] = value
        elif isinstance(target, ast.Tuple | ast.List):
            for part, item in zip(target.elts, value, strict=False):
                self._bind(part, item)
        else:
            raise InvalidExpression("A comprehension's target must be a name")

    _HANDLERS: ClassVar[Mapping[type[ast.AST], Any]] = {
        ast.Constant: _constant,
        ast.Name: _name,
        ast.UnaryOp: _unary,
        ast.BinOp: _binary,
        ast.BoolOp: _boolean,
        ast.Compare: _compare,
        ast.IfExp: _conditional,
        ast.Call: _call,
        ast.Subscript: _subscript,
        ast.Slice: _slice,
        ast.Attribute: _attribute,
        ast.JoinedStr: _joined,
        ast.FormattedValue: _formatted,
        ast.List: _list,
        ast.Tuple: _tuple,
        ast.Set: _set,
        ast.Dict: _dict,
        ast.ListComp: _list_comprehension,
        ast.GeneratorExp: _list_comprehension,
        ast.DictComp: _dict_comprehension,
    }
