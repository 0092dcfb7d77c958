"""Checking a step's expressions without running them."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping, Sequence

from attrs import define, evolve, field, frozen

from julep.local.sandbox.attributes import Namespace
from julep.local.sandbox.budget import InvalidExpression, LimitExceeded
from julep.local.sandbox.expressions import parse, rewritten
from julep.local.sandbox.functions import FUNCTIONS
from julep.local.sandbox.modules import CONSTANTS, MODULES
from julep.local.sandbox.operators import formatted
from julep.types._json import is_array, is_object, objects

from .issues import Issue
from .misread import Found, Severity, how_to_quote, misread, syntax_error
from .plain_text import missing_sign
from .scope import CONTEXT_NAMES, HISTORY_NAMES
from .step_kinds import STEP_KINDS, kind_of, wire_names

_LANGUAGE = frozenset({*FUNCTIONS, *MODULES, *CONSTANTS})
_IN_STEPS = _LANGUAGE | HISTORY_NAMES
_IN_TOOLS = _LANGUAGE | {"secrets"}
# What the self-hosted server looks at when a task is created, and how deep inside the field: a nested
# value is not looked at, nor is a step inside of a switch or a map.
_EARLY: Mapping[str, int] = {"evaluate": 1, "set": 1, "if": 0}
_LATE = re.compile(r"\.(?:switch\[|map\b|parallel\[)")
_NEEDS_CARE = re.compile(r"[{}\\]|'''|'$")
_UNAVAILABLE: Mapping[type[ast.AST], str] = {
    ast.SetComp: "Set comprehensions are",
    ast.Lambda: "Lambda functions are",
    ast.NamedExpr: "Assignment expressions (:=) are",
}


_PLAIN_TEXT: Found = {
    "type": "plain_text",
    "message": "This is plain text: expressions begin with a dollar sign and a blank",
    "severity": "warning",
}


@frozen
class _Written:
    """An expression where it stands.

    Attributes:
        names: What it may mention.
        is_known_early: The self-hosted server looks at it when the task is created, and then knows
            no names but those of all expressions.
        is_list: It must give a list.
    """

    location: str
    text: str
    names: frozenset[str] = _IN_STEPS
    is_known_early: bool = False
    is_list: bool = False

    def issue(self, found: Found, hint: str | None = None) -> Issue:
        """Return what was found, with its place."""
        details = {"expression": self.text}
        return Issue(location=self.location, details=details, hint=hint, **found)

    @property
    def placeholders(self) -> frozenset[str]:
        """What may be filled in, functions aside."""
        return (self.names | CONTEXT_NAMES) - _LANGUAGE


def check_expressions(
    location: str, step: Mapping[str, object], *, strict: bool
) -> Iterator[Issue]:
    """Yield what is wrong with the expressions of one step, not of those inside it."""
    for written in _expressions(location, step):
        yield from _check(written, strict=strict)


def check_tools(tools: Sequence[Mapping[str, object]], *, strict: bool) -> Iterator[Issue]:
    """Yield what is wrong with the expressions of a task's own tools."""
    for index, tool in enumerate(tools):
        kind = str(tool.get("type"))
        if kind != "function" and not tool.get("inherited"):
            for written in _strings(f"tools[{index}].{kind}", tool.get(kind)):
                yield from _check(evolve(written, names=_IN_TOOLS), strict=strict)


def _expressions(location: str, step: Mapping[str, object]) -> Iterator[_Written]:
    kind = kind_of(step)
    early = not _LATE.search(location)
    if kind == "switch":
        for i, case in enumerate(objects(step["switch"])):
            yield from _strings(f"{location}.switch[{i}].case", case["case"])
    if kind == "foreach":
        place, value = f"{location}.foreach.in", wire_names(step["foreach"])["in"]
        yield from _strings(place, value, early_at=0 if early else -1, is_list=True)
    for name, each in STEP_KINDS[kind].fields.items():
        value, place = step.get(name), f"{location}.{name}"
        if value is not None and each.holds == "expressions":
            depth = _EARLY.get(name, -1) if early else -1
            read = _evaluated_parts(value) if name == "prompt" else value
            yield from _strings(place, read, early_at=depth, is_list=name == "over")
        if value is not None and each.holds == "code":
            text = "$ " + str(value).strip().removeprefix("$ ")
            yield _Written(place, text, names=_IN_STEPS | {"results"})


def _evaluated_parts(prompt: object) -> object:
    # The calls in a message are data, and full of braces.
    if not is_array(prompt):
        return prompt
    names = ("role", "content", "name")
    return [{name: message.get(name) for name in names} for message in objects(prompt)]


def _strings(
    location: str, value: object, *, early_at: int = -1, is_list: bool = False
) -> Iterator[_Written]:
    """Yield the texts in a value; those at the depth `early_at` are looked at early."""
    if isinstance(value, str):
        yield _Written(location, value, is_known_early=early_at == 0, is_list=is_list)
    elif is_array(value):
        for i, item in enumerate(value):
            yield from _strings(f"{location}[{i}]", item)
    elif is_object(value):
        for name, item in value.items():
            yield from _strings(f"{location}.{name}", item, early_at=early_at - 1)


def _check(written: _Written, *, strict: bool) -> Iterator[Issue]:
    code = rewritten(written.text)
    is_code = code.startswith("$ ")
    if not is_code and (meant := missing_sign(code, written.names | CONTEXT_NAMES)):
        yield written.issue(_PLAIN_TEXT, f"did you mean {meant!r}?")
    if not is_code and not _NEEDS_CARE.search(code) and not written.is_list:
        return
    try:
        tree = parse(code[2:].strip() if is_code else _as_literal(code, strict=strict))
    except (SyntaxError, InvalidExpression, ValueError, RecursionError, MemoryError) as error:
        found = syntax_error(written.text, error, written.placeholders, strict=strict)
        yield written.issue(found)
        return
    finder = _Finder(written, strict=strict, is_code=is_code)
    finder.visit(tree)
    if strict and written.is_list:
        finder.check_list(tree)
    yield from map(written.issue, finder.found)
    if "invalid_format" not in {found["type"] for found in finder.found}:
        yield from map(written.issue, misread(written.text, tree, written.placeholders))


def _as_literal(text: str, *, strict: bool) -> str:
    if strict and "'''" in text:
        raise SyntaxError("three single quotes end the text")
    return f"f'''{text}'''"


@define
class _Finder(ast.NodeVisitor):
    """Collects what a tree uses and expressions don't have."""

    written: _Written
    strict: bool
    is_code: bool
    found: list[Found] = field(factory=list["Found"])
    _bound: list[str] = field(factory=list[str])

    def _report(self, type: str, message: str, *, warn: bool = False) -> None:
        is_warning = warn or not (self.is_code or self.strict)
        severity: Severity = "warning" if is_warning else "error"
        self.found.append({"type": type, "message": message, "severity": severity})

    def visit(self, node: ast.AST) -> None:
        """Look at a node and what is inside it."""
        if (wrong := _UNAVAILABLE.get(type(node))) is not None:
            self._report("unsupported_feature", f"{wrong} not available in expressions")
            return
        match node:
            case ast.Name():
                self._check_name(node.id)
            case ast.Attribute():
                self._check_attribute(node)
            case ast.Call(func=called) if module := self._module(called):
                message = f"'{module.name}' can't be called in expressions"
                self._report("no_function", message, warn=not self.strict)
            case ast.BinOp(op=ast.Div() | ast.FloorDiv() | ast.Mod(), right=ast.Constant(value=0)):
                self._report("division_by_zero", "Division by zero", warn=True)
            case ast.Subscript(value=ast.List() | ast.Tuple() as items, slice=ast.Constant() as at):
                self._check_index(items, at.value)
            case ast.FormattedValue(
                value=ast.Constant() as value,
                format_spec=ast.JoinedStr(values=[ast.Constant() as spec]),
            ):
                self._check_format(value.value, str(spec.value))
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
        if name in self.written.names or name in self._bound:
            return
        if self.written.names is _IN_TOOLS:
            message = f"'{name}' is not known to tools, only secrets: give it in the arguments"
            self._report("undefined_name", message, warn=not self.strict)
        elif name in CONTEXT_NAMES:
            if self.written.is_known_early and self.is_code:
                message = (
                    f"'{name}' is known at run time, but self-hosted servers refuse it here: "
                    "take what you need from the input, or use it in a prompt, a tool's "
                    "arguments or a return"
                )
                self._report("undefined_name", message, warn=not self.strict)
        else:
            self._report("undefined_name", f"'{name}' is not defined")

    def _check_attribute(self, node: ast.Attribute) -> None:
        if node.attr.startswith("_"):
            self._report("unsafe_attribute", f"'{node.attr}' can't be read", warn=True)
        elif (module := self._module(node.value)) and node.attr not in module.members:
            known = ", ".join(module.members)
            message = f"'{module.name}' has no '{node.attr}' in expressions, only: {known}"
            self._report("unknown_member", message, warn=not self.strict)
        elif isinstance(node.value, ast.Name) and node.value.id in self._bound:
            message = f"'{node.value.id}.{node.attr}' works only where each item has it"
            self._report("attribute_of_item", message, warn=True)

    def _module(self, node: ast.expr) -> Namespace | None:
        found: object = None
        if isinstance(node, ast.Name) and node.id not in self._bound:
            found = MODULES.get(node.id)
        elif isinstance(node, ast.Attribute) and (outer := self._module(node.value)):
            found = outer.members.get(node.attr)
        return found if isinstance(found, Namespace) else None

    def _check_format(self, value: object, spec: str) -> None:
        try:
            formatted(value, spec)
        except (ValueError, TypeError, LimitExceeded) as error:
            message = f"{{{value!r}:{spec}}} fails: {error}. "
            message += how_to_quote(self.written.text, self.written.placeholders)
            self._report("invalid_format", message, warn=not self.strict)

    def check_list(self, tree: ast.AST) -> None:
        """Report an expression that is certain to give no list."""
        if isinstance(tree, ast.JoinedStr | ast.Constant):
            value = tree.value if isinstance(tree, ast.Constant) else ""
            given = "text" if isinstance(value, str) else f"{value!r}"
            message = (
                f"This is {given} where a list belongs: write it as code, such as $ _['items']"
            )
            self._report("no_list", message)

    def _check_index(self, items: ast.List | ast.Tuple, at: object) -> None:
        if isinstance(at, int) and not -len(items.elts) <= at < len(items.elts):
            self._report("index_out_of_range", f"Index {at} is out of range", warn=True)
