"""Checking a step's expressions without running them."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from typing import Any

from attrs import define, field

from julep.local.json_types import JsonValue
from julep.local.sandbox.budget import InvalidExpression
from julep.local.sandbox.expressions import parse, rewritten
from julep.local.sandbox.functions import FUNCTIONS
from julep.local.sandbox.modules import CONSTANTS, MODULES
from julep.local.sandbox.values import is_list, is_object
from julep.local.workflow.issues import Issue
from julep.local.workflow.step_kinds import SHAPES, kind_of, wire_names

_STANDARD = frozenset(
    {"_", "inputs", "outputs", "state", "steps", "hasattr", *FUNCTIONS, *MODULES, *CONSTANTS}
)
_CONTEXT = frozenset(
    [
        "agent",
        "agent_tools",
        "arguments",
        "current_input",
        "current_scope_id",
        "current_step",
        "current_workflow",
        "cursor",
        "developer_id",
        "execution",
        "is_first_step",
        "is_last_step",
        "is_main",
        "loaded",
        "session",
        "task",
        "user",
    ]
)
_UNAVAILABLE: Mapping[type[ast.AST], str] = {
    ast.SetComp: "Set comprehensions are",
    ast.Lambda: "Lambda functions are",
    ast.NamedExpr: "Assignment expressions (:=) are",
}


def check_expressions(location: str, step: Mapping[str, JsonValue]) -> Iterator[Issue]:
    """Yields what is wrong with the expressions of one step, not of those inside it."""
    for place, value, extra in _expressions(step):
        for where, text in _strings(f"{location}.{place}", value):
            yield from _check(where, text, extra)


def _expressions(step: Mapping[str, JsonValue]) -> Iterator[tuple[str, JsonValue, frozenset[str]]]:
    kind = kind_of(step)
    none = frozenset[str]()
    if kind == "switch":
        for i, case in enumerate(step["switch"]):
            yield f"switch[{i}].case", case["case"], none
    if kind == "foreach":
        yield "foreach.in", wire_names(step["foreach"])["in"], none
    for name, each in SHAPES[kind].fields.items():
        value = step.get(name)
        if each.holds == "expressions" and value is not None:
            yield name, value, none
        if each.holds == "code" and value is not None:
            yield name, "$ " + value.strip().removeprefix("$ "), frozenset({"results"})


def _strings(location: str, value: JsonValue) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield location, value
    elif is_list(value):
        for i, item in enumerate(value):
            yield from _strings(f"{location}[{i}]", item)
    elif is_object(value):
        for name, item in value.items():
            yield from _strings(f"{location}.{name}", item)


def _check(location: str, text: str, extra: frozenset[str]) -> Iterator[Issue]:
    code = rewritten(text)
    is_code = code.startswith("$ ")
    source = code[2:].strip() if is_code else f"f'''{code}'''"
    if not is_code and "{" not in source and "}" not in source:
        return
    try:
        tree = parse(source)
    except (SyntaxError, InvalidExpression, ValueError, RecursionError, MemoryError) as error:
        # Plain text with braces may be meant as it is; it fails only if its step is reached.
        yield Issue(
            location=location,
            message=f"Syntax error in the expression: {error}",
            severity="error" if is_code else "warning",
            type="syntax_error",
            details={"expression": text},
        )
        return
    finder = _Finder(extra=extra, is_code=is_code)
    finder.visit(tree)
    yield from (Issue(location=location, details={"expression": text}, **f) for f in finder.found)


@define
class _Finder(ast.NodeVisitor):
    """Collects what a tree uses and expressions don't have."""

    extra: frozenset[str]
    is_code: bool
    found: list[dict[str, Any]] = field(factory=list[dict[str, Any]])
    _bound: list[str] = field(factory=list[str])

    def _report(self, type: str, message: str, *, warn: bool = False) -> None:
        severity = "warning" if warn or not self.is_code else "error"
        self.found.append({"type": type, "message": message, "severity": severity})

    def visit(self, node: ast.AST) -> None:
        """Looks at a node and what is inside it."""
        if (wrong := _UNAVAILABLE.get(type(node))) is not None:
            self._report("unsupported_feature", f"{wrong} not available in expressions")
            return
        match node:
            case ast.Name():
                self._check_name(node.id)
            case ast.Attribute():
                self._check_attribute(node)
            case ast.BinOp(op=ast.Div() | ast.FloorDiv() | ast.Mod(), right=ast.Constant(value=0)):
                self._report("division_by_zero", "Division by zero", warn=True)
            case ast.Subscript(value=ast.List() | ast.Tuple() as items, slice=ast.Constant() as at):
                self._check_index(items, at.value)
            case _:
                pass
        if isinstance(node, ast.ListComp | ast.GeneratorExp | ast.DictComp):
            self._visit_comprehension(node)
        else:
            self.generic_visit(node)

    def _visit_comprehension(self, node: ast.ListComp | ast.GeneratorExp | ast.DictComp) -> None:
        targets = [
            name.id
            for generator in node.generators
            for name in ast.walk(generator.target)
            if isinstance(name, ast.Name)
        ]
        self._bound += targets
        self.generic_visit(node)
        del self._bound[len(self._bound) - len(targets) :]

    def _check_name(self, name: str) -> None:
        if name in _STANDARD or name in self.extra or name in self._bound:
            return
        if name in _CONTEXT:
            message = f"'{name}' is known at run time, but other servers refuse it here"
            self._report("undefined_name", message, warn=True)
        else:
            self._report("undefined_name", f"'{name}' is not defined")

    def _check_attribute(self, node: ast.Attribute) -> None:
        if node.attr.startswith("_"):
            self._report("unsafe_attribute", f"'{node.attr}' can't be read", warn=True)
        elif isinstance(node.value, ast.Name) and node.value.id in self._bound:
            message = f"'{node.value.id}.{node.attr}' works only where each item has it"
            self._report("attribute_of_item", message, warn=True)

    def _check_index(self, items: ast.List | ast.Tuple, at: Any) -> None:
        if isinstance(at, int) and not -len(items.elts) <= at < len(items.elts):
            self._report("index_out_of_range", f"Index {at} is out of range", warn=True)
