"""Jinja templates from callers, rendered in a sandbox that ends.

Jinja's sandbox keeps templates away from Python's insides, but lets them loop for ever and build
texts of any size. So every loop and call is counted against a deadline here, and everything that
can multiply text or numbers is paid for before it is done, out of the budget of expressions.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache, wraps
from math import prod
from typing import Any, cast

from jinja2 import TemplateSyntaxError, Undefined, UndefinedError, nodes
from jinja2.compiler import CodeGenerator, Frame
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment

from julep.local.errors import BadRequest
from julep.local.workflow.attributes import Namespace
from julep.local.workflow.budget import Budget, budget, pay_for, spending, ticking
from julep.local.workflow.functions import FUNCTIONS
from julep.local.workflow.modules import CONSTANTS, MODULES

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
        with spending(Budget()):
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


class _Counting(CodeGenerator):
    """Compiles loops and `~` to calls that are counted and measured."""

    def visit_For(self, node: nodes.For, frame: Frame) -> None:  # noqa: N802 - Jinja's name
        node.iter = _call("counted", node.iter)
        super().visit_For(node, frame)

    def visit_Concat(self, node: nodes.Concat, frame: Frame) -> None:  # noqa: N802 - Jinja's name
        self.visit(_call("concatenated", *node.nodes), frame)


def _call(name: str, *arguments: nodes.Node) -> nodes.Call:
    return nodes.Call(nodes.EnvironmentAttribute(name), list(arguments), [], None, None)


class _Sandbox(ImmutableSandboxedEnvironment):
    """Jinja's own sandbox, with an end to it."""

    intercepted_binops = frozenset({"*", "**", "%", "+"})
    code_generator_class = _Counting
    counted = staticmethod(ticking)

    @staticmethod
    def concatenated(*parts: Any) -> str:
        """The parts as one text."""
        texts = [str(part) for part in parts]
        _measure(sum(map(len, texts)))
        return "".join(texts)

    def getattr(self, obj: Any, attribute: str) -> Any:
        """An attribute, which in a module is a member."""
        if isinstance(obj, Namespace) and attribute in obj.members:
            return obj.members[attribute]
        return super().getattr(obj, attribute)

    def call(self, context: Context, obj: Any, /, *args: Any, **kwargs: Any) -> Any:
        """Call a function for a template, as long as there is time."""
        budget().look()
        _measure_call(obj, args, kwargs)
        return super().call(context, obj, *args, **kwargs)

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        """Compute what stays of a bearable size."""
        _measure(_size_of_result(operator, left, right))
        return super().call_binop(context, operator, left, right)

    def wrap_str_format(self, value: Any) -> Callable[..., str] | None:
        """`str.format`, for results of a bearable size."""
        if (wrapper := super().wrap_str_format(value)) is None:
            return None

        @wraps(wrapper)
        def measured(*args: Any, **kwargs: Any) -> str:
            _measure(_widest(value.__self__, (*args, *kwargs.values())))
            return wrapper(*args, **kwargs)

        return measured


def _joined(pieces: Iterable[str]) -> str:
    result: list[str] = []
    for piece in pieces:
        _measure(len(piece))
        result.append(piece)
    return "".join(result)


def _measure(size: float) -> None:
    pay_for(int(size))


def _size_of_result(operator: str, left: Any, right: Any) -> float:
    if operator == "**":
        return _bits(left) * (abs(right) if isinstance(right, int) else 1) / 8
    if operator == "%" and isinstance(left, str):
        return _widest(left, _as_tuple(right))
    sizes = [len(side) for side in (left, right) if hasattr(side, "__len__")]
    if operator == "+":
        return sum(sizes)
    counts = [side for side in (left, right) if isinstance(side, int)]
    return sizes[0] * counts[0] if sizes and counts else 0


def _bits(value: Any) -> int:
    return value.bit_length() if isinstance(value, int) else 0


def _as_tuple(value: Any) -> tuple[Any, ...]:
    return tuple(value) if isinstance(value, tuple) else (value,)  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType] - a template's tuple holds anything


def _widest(pattern: str, values: Iterable[Any]) -> float:
    # A width is written out, as in `%999999999d`, or is one of the values: `%*d`, `{:{width}}`.
    counts = [abs(value) for value in values if isinstance(value, int)]
    from_values = max(counts, default=0) if re.search(r"\*|\{[^{}]*\{", pattern) else 0
    return max(_greatest_number(pattern), from_values)


def _greatest_number(text: str) -> float:
    digits = "".join(character if character.isdigit() else " " for character in text).split()
    return max((float(run) for run in digits), default=0)


def _measure_call(function: Any, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> None:
    owner = getattr(function, "__self__", None)
    if not isinstance(owner, str):
        return
    values = (*args, *kwargs.values())
    lengths = [len(value) for value in values if hasattr(value, "__len__")]
    counts = [abs(value) for value in values if isinstance(value, int)]
    _measure(max(counts, default=0) + _greatest_number(owner))
    if function.__name__ in {"replace", "join"}:
        _measure((len(owner) + 1) * (max(lengths, default=0) + 1))


def _make_environment() -> _Sandbox:
    environment = _Sandbox(
        autoescape=False,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        undefined=Undefined,
    )
    names = {**FUNCTIONS, **MODULES, **CONSTANTS}
    cast("dict[str, Any]", environment.globals).update(names)
    for name in ("batch", "center", "format", "indent", "replace", "slice", "wordwrap"):
        environment.filters[name] = _measured(environment.filters[name])
    return environment


def _measured(function: Callable[..., Any]) -> Callable[..., Any]:
    # Filters that take a width, a count or a replacement are as strong as the operators.
    @wraps(function)
    def measured(*args: Any, **kwargs: Any) -> Any:
        values = (*args, *kwargs.values())
        if function.__name__ != "do_format":
            _measure(sum(abs(value) for value in values if isinstance(value, int)))
        texts = [value for value in values if isinstance(value, str)]
        if function.__name__ == "do_replace":
            _measure(prod(len(text) + 1 for text in (texts[0], texts[-1])))
        if function.__name__ == "do_format":
            _measure(_widest(texts[0], values[1:]))
        return function(*args, **kwargs)

    return measured


_environment = _make_environment()


@lru_cache(maxsize=512)
def _template(source: str) -> Any:
    return _environment.from_string(source)
