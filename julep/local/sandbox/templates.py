"""Jinja templates from callers, rendered in a sandbox that ends.

Jinja's sandbox keeps templates away from Python's insides, but lets them loop for ever and build
texts of any size. So every loop and call is counted against a deadline here, and everything that
can multiply text or numbers is paid for before it is done, out of the budget of expressions.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache, wraps
from typing import Any, cast

from jinja2 import TemplateSyntaxError, Undefined, UndefinedError, nodes
from jinja2.compiler import CodeGenerator, Frame
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment

from julep.local.errors import BadRequest
from julep.local.sandbox.attributes import Namespace, get_attribute, has_methods, join
from julep.local.sandbox.budget import InvalidExpression, budget, pay_for, spending, ticking
from julep.local.sandbox.functions import FUNCTIONS, text
from julep.local.sandbox.modules import CONSTANTS, MODULES
from julep.local.sandbox.operators import BINARY
from julep.local.sandbox.template_filters import check_format, guard_filters, weighed

_NEWLINE = '{{ "\\n" }}'

DEFAULT_SYSTEM_TEMPLATE = (
    "{% if agent.name %}You are {{ agent.name }}. {% endif %}"
    "{% if agent.about %}About you: {{ agent.about }}. {% endif %}"
    "{% if user %}You are talking to a user"
    "{% if user.name %}  and their name is {{ user.name }}"
    "{% if user.about %}. About the user: {{ user.about }}{% endif %}.{% endif %}"
    "{% endif %}"
    f"{_NEWLINE}"
    "{% if session.situation %}Situation: {{ session.situation }}{% endif %}"
    f"{_NEWLINE * 2}"
    "{% if agent.instructions %}"
    f"Instructions:{_NEWLINE}"
    "{% if agent.instructions is string %}"
    f"{{{{ agent.instructions }}}}{_NEWLINE}"
    "{% else %}"
    f"{{% for instruction in agent.instructions %}}- {{{{ instruction }}}}{_NEWLINE}{{% endfor %}}"
    "{% endif %}"
    f"{_NEWLINE}"
    "{% endif %}"
    "{% if docs %}"
    f"Relevant documents:{_NEWLINE}"
    "{% for doc in docs %}"
    f"{{{{ doc.title }}}}{_NEWLINE}"
    f"{{% for snippet in doc.content %}}{{{{ snippet }}}}{_NEWLINE}{{% endfor %}}"
    "---"
    "{% endfor %}"
    "{% endif %}"
)
"""The system message of an agent that has no template of its own."""


def render(source: str, names: Mapping[str, Any]) -> str:
    """The text that a template gives with these names.

    Raises:
        BadRequest: the template is wrong, reaches out of the sandbox, or takes too much.
    """
    if "{" not in source:
        return source
    try:
        with spending():
            return _joined(_template(source).generate(names))
    except TemplateSyntaxError as error:
        raise BadRequest(f"Template syntax error: {error}") from error
    except UndefinedError as error:
        raise BadRequest(f"Template undefined variable: {error}") from error
    except MemoryError as error:
        raise BadRequest("Template error: it takes too much memory") from error
    except Exception as error:
        # Filters and functions raise whatever they like; all of it is the template's fault.
        raise BadRequest(f"Template error: {error}") from error


_OPERATORS = {
    "*": BINARY[ast.Mult],
    "**": BINARY[ast.Pow],
    "/": BINARY[ast.Div],
    "//": BINARY[ast.FloorDiv],
    "%": BINARY[ast.Mod],
    "+": BINARY[ast.Add],
}


class _Counting(CodeGenerator):
    """Compiles loops, comparisons and `~` to calls that are counted and measured."""

    def visit_For(self, node: nodes.For, frame: Frame) -> None:  # noqa: N802 - Jinja's name
        node.iter = _call("counted", node.iter)
        super().visit_For(node, frame)

    def visit_Compare(self, node: nodes.Compare, frame: Frame) -> None:  # noqa: N802 - as above
        node.expr = _call("weighed", node.expr)
        super().visit_Compare(node, frame)

    def visit_Concat(self, node: nodes.Concat, frame: Frame) -> None:  # noqa: N802 - as above
        self.visit(_call("concatenated", *node.nodes), frame)


def _call(name: str, *arguments: nodes.Node) -> nodes.Call:
    return nodes.Call(nodes.EnvironmentAttribute(name), list(arguments), [], None, None)


class _Sandbox(ImmutableSandboxedEnvironment):
    """Jinja's own sandbox, with an end to it."""

    intercepted_binops = frozenset({"*", "**", "/", "//", "%", "+"})
    code_generator_class = _Counting
    counted = staticmethod(ticking)
    weighed = staticmethod(weighed)

    @staticmethod
    def concatenated(*parts: Any) -> str:
        """The parts as one text."""
        return join("", map(text, parts))

    def getattr(self, obj: Any, attribute: str) -> Any:
        """An attribute, which in a module is a member."""
        if isinstance(obj, Namespace) and attribute in obj.members:
            return obj.members[attribute]
        return super().getattr(obj, attribute)

    def call(self, context: Context, obj: Any, /, *args: Any, **kwargs: Any) -> Any:
        """Call a function for a template, as long as there is time."""
        budget().look()
        return super().call(context, _limited(obj), *args, **kwargs)

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        """Whether a template may read it."""
        return attr != "strptime" and super().is_safe_attribute(obj, attr, value)

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        """Compute what stays of a bearable size."""
        del context
        return _OPERATORS[operator](left, right)

    def wrap_str_format(self, value: Any) -> Callable[..., str] | None:
        """`str.format`, for results of a bearable size."""
        if (wrapper := super().wrap_str_format(value)) is None:
            return None

        @wraps(wrapper)
        def measured(*args: Any, **kwargs: Any) -> str:
            check_format(value.__self__, *args, *kwargs.values())
            return wrapper(*args, **kwargs)

        return measured


def _limited(function: Any) -> Any:
    # Methods of plain values are those of expressions, with limits to what they make.
    owner = getattr(function, "__self__", None)
    owner = str(owner) if isinstance(owner, str) else owner
    if not has_methods(owner):
        return function
    try:
        return get_attribute(owner, function.__name__)
    except AttributeError:
        raise InvalidExpression(f"the method {function.__name__} is not available") from None


def _joined(pieces: Iterable[str]) -> str:
    result: list[str] = []
    for piece in pieces:
        pay_for(len(piece))
        result.append(piece)
    return "".join(result)


def _make_environment() -> _Sandbox:
    environment = _Sandbox(
        autoescape=False,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        undefined=Undefined,
        finalize=weighed,
    )
    names = {**FUNCTIONS, **MODULES, **CONSTANTS}
    cast("dict[str, Any]", environment.globals).update(names)
    del environment.globals["lipsum"]  # as much text as is asked for
    guard_filters(environment)
    return environment


_environment = _make_environment()


@lru_cache(maxsize=512)
def _template(source: str) -> Any:
    return _environment.from_string(source)
