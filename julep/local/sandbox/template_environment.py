"""What a template may reach: plain data, vetted functions, and Jinja's own helpers by name.

Jinja's sandbox starts from Python's attributes and takes the dangerous ones away. This one starts
from nothing: `attributes.get_attribute` says what may be read of plain values and modules, a table
what of Jinja's own objects, and everything else does not exist. It does not matter who asks, the
template, a filter or a format string: all of them come through `getattr` and `getitem` below.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from functools import partial
from types import MethodType
from typing import Any, cast

from jinja2 import Environment, Undefined, nodes
from jinja2.compiler import CodeGenerator, Frame
from jinja2.exceptions import SecurityError
from jinja2.ext import Extension
from jinja2.lexer import Token, TokenStream
from jinja2.runtime import BlockReference, Context, LoopContext, Macro, TemplateReference
from jinja2.sandbox import SandboxedEnvironment, SandboxedFormatter
from jinja2.utils import Cycler, Joiner
from jinja2.utils import Namespace as JinjaNamespace

from .attributes import (
    Function,
    Namespace,
    TypeFunction,
    changes,
    get_attribute,
    join,
)
from .budget import (
    POINTER,
    InvalidExpression,
    LimitExceeded,
    budget,
    pay_for,
    ticking,
)
from .functions import text
from .operators import BINARY, COMPARE, formatted
from .regex import MATCH_TYPE
from .template_filters import weighed
from .values import hashed, is_dict, printable


class _Variables(JinjaNamespace):
    """What `namespace()` makes; written as text it does not show what is in it."""

    def __repr__(self) -> str:
        return "<namespace>"


_a_group: object = Environment().call_filter("groupby", [{"a": 0}], ["a"])[0]  # noqa: S701 - no HTML
_GROUP: type[object] = type(_a_group)  # it has no public name
_HELPERS: Mapping[type, frozenset[str]] = {
    kind: frozenset(names.split())
    for kind, names in {
        LoopContext: """changed cycle depth depth0 first index index0 last length nextitem previtem
            revindex revindex0""",
        Cycler: "current next reset",
        Macro: "arguments caller catch_kwargs catch_varargs name",
        _GROUP: "grouper list",
    }.items()
}
_WRITERS = (Macro, BlockReference)
_CALLABLE = (Function, TypeFunction, Namespace, LoopContext, Joiner, *_WRITERS)
_SUBSCRIPTABLE = (dict, list, tuple, str, bytes, range, MATCH_TYPE)
_OPERATORS = {
    "*": BINARY[ast.Mult],
    "**": BINARY[ast.Pow],
    "/": BINARY[ast.Div],
    "//": BINARY[ast.FloorDiv],
    "%": BINARY[ast.Mod],
    "+": BINARY[ast.Add],
    "-": BINARY[ast.Sub],
}
_OF_OTHERS = (nodes.Include, nodes.Import, nodes.FromImport, nodes.Extends)
_MOST_TOKENS = 100_000  # to read more takes longer than the second that there is
HELPERS: Mapping[str, Function] = {
    "namespace": Function("namespace", _Variables),
    "cycler": Function("cycler", Cycler),
    "joiner": Function("joiner", Joiner),
}


class _Counting(CodeGenerator):
    """Compiles loops, slices, comparisons and `~` to calls that are counted and measured."""

    def visit(self, node: nodes.Node, *args: object, **kwargs: object) -> object:
        if isinstance(node, _OF_OTHERS):
            kind = type(node).__name__.lower()
            self.fail(f"{kind} takes another template, and there are none here", node.lineno)
        return super().visit(node, *args, **kwargs)

    def visit_For(self, node: nodes.For, frame: Frame) -> None:  # noqa: N802 - Jinja's name
        node.iter = _call("counted", node.iter)
        super().visit_For(node, frame)

    def visit_Compare(self, node: nodes.Compare, frame: Frame) -> None:  # noqa: N802 - as above
        first = node.ops[0]
        if len(node.ops) == 1 and first.op in {"in", "notin"}:
            found = _call("contains", node.expr, first.expr)
            self.visit(found if first.op == "in" else nodes.Not(found), frame)
            return
        node.expr = _call("weighed", node.expr)
        super().visit_Compare(node, frame)

    def visit_Dict(self, node: nodes.Dict, frame: Frame) -> None:  # noqa: N802 - as above
        for pair in node.items:
            if not isinstance(pair.key, nodes.Const):
                pair.key = _call("hashed", pair.key)
        super().visit_Dict(node, frame)

    def visit_Concat(self, node: nodes.Concat, frame: Frame) -> None:  # noqa: N802 - as above
        self.visit(_call("concatenated", *node.nodes), frame)

    def visit_Getitem(self, node: nodes.Getitem, frame: Frame) -> None:  # noqa: N802 - as above
        if not isinstance(node.arg, nodes.Slice):
            super().visit_Getitem(node, frame)
            return
        ends = (node.arg.start, node.arg.stop, node.arg.step)
        written = (nodes.Const(None) if end is None else end for end in ends)
        self.visit(_call("sliced", node.node, *written), frame)


def _call(name: str, *arguments: nodes.Node) -> nodes.Call:
    return nodes.Call(nodes.EnvironmentAttribute(name), list(arguments), [], None, None)


class _Bounded(Extension):
    """Reads no more of a template than can be compiled in time."""

    def filter_stream(self, stream: TokenStream) -> Iterator[Token]:
        for number, token in enumerate(ticking(stream)):
            if number == _MOST_TOKENS:
                raise LimitExceeded(f"The template has more than {_MOST_TOKENS:,} words and signs")
            yield token


class TemplateEnvironment(SandboxedEnvironment):
    """An environment of Jinja in which nothing is open that is not listed."""

    intercepted_binops: frozenset[str] = frozenset(_OPERATORS)
    code_generator_class: type[CodeGenerator] = _Counting

    def __init__(self, **options: Any) -> None:
        super().__init__(extensions=[_Bounded], **options)
        # What the generator above writes calls to.
        self.counted: Function = Function("counted", _Counted)
        self.weighed: Function = Function("weighed", weighed)
        self.concatenated: Function = Function("concatenated", _concatenated)
        self.contains: Function = Function("contains", COMPARE[ast.In])
        self.hashed: Function = Function("hashed", hashed)
        self.sliced: Function = Function("sliced", _sliced)

    def getattr(self, obj: object, attribute: str) -> object:
        """Return an attribute, or else the item of that name; undefined if there is neither."""
        found = self.attribute(obj, attribute)
        if isinstance(found, Undefined) and is_dict(obj):
            return obj.get(attribute, found)
        return found

    def getitem(self, obj: Any, argument: Any) -> object:
        """Return an item, or else the attribute of that name; undefined if there is neither."""
        budget().tick()
        if isinstance(obj, _SUBSCRIPTABLE):
            try:
                return cast("Any", obj)[hashed(argument)]
            except (TypeError, LookupError):
                pass
        if isinstance(argument, str):
            return self.attribute(obj, str(argument))
        return self.undefined(obj=obj, name=argument)

    def attribute(self, obj: Any, name: str) -> object:
        """Return an attribute that templates may read; undefined if there is none."""
        budget().tick()
        if isinstance(obj, Undefined):
            obj()  # raises what it says of itself
        if why := _why_closed(obj, name):
            return self.undefined(why, exc=SecurityError)
        if isinstance(obj, TemplateReference):
            return self._block(obj, name)
        if isinstance(obj, _Variables) or name in _HELPERS.get(obj.__class__, ()):
            return _closed(name, getattr(obj, name, self.undefined(obj=obj, name=name)))
        if isinstance(obj, str):
            obj = str(obj)  # also what is marked as safe
            if name in {"format", "format_map"}:
                return Function(name, partial(_format, self, obj, name))
        try:
            return get_attribute(obj, name)
        except AttributeError:
            return self.undefined(f"{_kind(obj)} has no attribute {name!r} here")

    def _block(self, template: TemplateReference, name: str) -> object:
        try:
            return template[name]
        except KeyError:
            return self.undefined(f"the template has no block {name!r}")

    def call(self, context: Context, obj: object, /, *args: object, **kwargs: object) -> object:
        """Call a function that templates may call, as long as there is time."""
        budget().look()
        if isinstance(obj, Undefined):
            obj()  # raises what it says of itself
        if not isinstance(obj, _CALLABLE):
            raise InvalidExpression(f"{_kind(obj)} is not a function")
        made = context.call(obj, *args, **kwargs)
        if isinstance(obj, _WRITERS):
            pay_for(len(made))
        return made

    def call_binop(self, context: Context, operator: str, left: object, right: object) -> object:
        """Compute what stays of a bearable size."""
        del context
        return _OPERATORS[operator](left, right)


class _Counted:
    """What a loop runs over: each item is a small operation, and the length is no work."""

    def __init__(self, items: Any) -> None:
        self._items = items

    def __iter__(self) -> Iterator[object]:
        return ticking(self._items)

    def __len__(self) -> int:
        return len(self._items)


class _Formatter(SandboxedFormatter):
    """Fills `{}` fields; paths in them go through the environment."""

    def format_field(self, value: object, format_spec: str) -> str:
        made = formatted(printable(value), format_spec)
        pay_for(len(made))
        return made

    def convert_field(self, value: object, conversion: Any) -> object:
        return super().convert_field(printable(value), conversion)


def _format(
    environment: TemplateEnvironment, pattern: str, name: str, /, *args: Any, **kwargs: object
) -> str:
    if name == "format_map":
        (kwargs,), args = args, ()
    pay_for(len(pattern))
    return _Formatter(environment).vformat(pattern, args, kwargs)


def _why_closed(obj: object, name: str) -> str:
    if name.startswith("_"):
        return f"the attribute {name!r} is not available"
    return f"the method {name} is not available: it changes its value" if changes(obj, name) else ""


def _closed(name: str, value: object) -> object:
    # Methods of Jinja's objects, such as `loop.cycle`; what they compare is weighed first.
    if isinstance(value, MethodType):
        return Function(name, lambda *args, **kwargs: value(*map(weighed, args), **kwargs))
    return value


def _kind(value: object) -> str:
    return type(value).__name__


def _concatenated(*parts: object) -> str:
    return join("", map(text, parts))


def _sliced(value: object, *ends: object) -> object:
    if not isinstance(value, _SUBSCRIPTABLE):
        raise InvalidExpression(f"{_kind(value)} has no slices")
    made = cast("Any", value)[slice(*ends)]
    pay_for(len(made), 1 if isinstance(made, str | bytes) else POINTER)
    return made
