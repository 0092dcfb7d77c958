"""Functions as tools: what a language model is given of a function, and how its call is read.

All of it is known before a request is made, so that what can't be a tool is refused where it is
given.
"""

from __future__ import annotations

import copy
import functools
import re
from collections.abc import Callable, Iterable, Mapping
from types import MethodType
from typing import Any, Concatenate, Final, Generic, ParamSpec, Protocol, TypeVar, cast, overload

from julep._codec.mismatch import Mismatch
from julep._shapes import parse, read, schema_of
from julep.types.tools import FunctionDef

from .signature import is_async, lacks_its_object, own_name, understood

P = ParamSpec("P")
R = TypeVar("R")
S = TypeVar("S")
Rest = ParamSpec("Rest")
R2 = TypeVar("R2")

LONGEST_NAME: Final = 40
"""Characters that servers take as the name of a tool."""
_NAME = re.compile(rf"[^\W0-9]\w{{0,{LONGEST_NAME - 1}}}")


class LocalTool(Protocol):
    """A tool that is run here when a model calls it.

    Attributes:
        name: What the model calls it by.
        description: What the model is told that it does.
        is_async: Whether a call certainly gives a coroutine.
    """

    name: str
    description: str | None
    is_async: bool

    @property
    def definition(self) -> FunctionDef:
        """What servers and models are given of it."""
        ...

    def read(self, arguments: str | Mapping[str, Any] | None) -> dict[str, Any]:
        """Read what a model calls it with as keyword arguments."""
        ...

    def __call__(self, /, **arguments: Any) -> Any:
        """Run it."""
        ...


class Function(Generic[P, R]):
    """A function as a tool. Calling it calls the function.

    Attributes:
        function: The function that it was made from.
        name: What the model calls it by.
        description: What the model is told that it does; None if it has no description.
        parameters: The JSON Schema of its arguments.
        is_async: Whether a call certainly gives a coroutine. A decorator may hide that a function
            is async, so look at the result of others too.
    """

    function: Callable[P, R]
    name: str
    description: str | None
    parameters: dict[str, Any]
    is_async: bool

    def __init__(
        self, function: Callable[P, R], *, name: str | None = None, description: str | None = None
    ) -> None:
        for keyword, given in {"name": name, "description": description}.items():
            if not isinstance(cast("object", given), str | None):
                raise TypeError(f"{keyword} must be a text, not {type(given).__name__}")
        self.name = _checked_name(function, name)
        functools.update_wrapper(self, function, updated=())
        self.function = function
        summary, self._fields = understood(function)
        self.description = (summary if description is None else description) or None
        self.parameters = schema_of(self._fields)
        self.is_async = is_async(function)

    def __call__(self, /, *args: P.args, **kwargs: P.kwargs) -> R:
        __tracebackhide__ = True
        return self.function(*args, **kwargs)

    @overload
    def __get__(self, instance: None, owner: type) -> Function[P, R]: ...
    @overload
    def __get__(
        self: Function[Concatenate[S, Rest], R2], instance: S, owner: type
    ) -> Function[Rest, R2]: ...
    def __get__(self, instance: Any, owner: type) -> Any:
        """Bind a method that `julep.tool` decorates to its object."""
        if instance is None or not lacks_its_object(self.function):
            return self
        bound: Function[..., Any] = copy.copy(self)
        bound.function = MethodType(self.function, instance)
        functools.update_wrapper(bound, bound.function, updated=())
        return bound

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.name}>"

    @property
    def definition(self) -> FunctionDef:
        """What servers and models are given of it."""
        return FunctionDef(name=self.name, description=self.description, parameters=self.parameters)

    def read(self, arguments: str | Mapping[str, Any] | None) -> dict[str, Any]:
        """Read what a model calls it with as keyword arguments of the annotated types.

        Args:
            arguments: JSON text, or what such text was parsed to; empty for no arguments.

        Raises:
            Mismatch: It is not JSON, an argument is missing, unknown, or not of its type. The text
                says what is wrong in words that are meant for the model.
        """
        try:
            found: dict[str, Any] = read(self._fields, json_arguments(arguments))
        except Mismatch as mismatch:
            raise mismatch if mismatch.path else mismatch.under("the arguments") from None
        return found


@overload
def tool(
    function: Callable[P, R], /, *, name: str | None = None, description: str | None = None
) -> Function[P, R]: ...
@overload
def tool(
    *, name: str | None = None, description: str | None = None
) -> Callable[[Callable[P, R]], Function[P, R]]: ...
def tool(
    function: Callable[..., Any] | None = None,
    /,
    *,
    name: str | None = None,
    description: str | None = None,
) -> Any:
    """Make a tool of a function, with a name or a description of your choice.

    Plain functions are tools as they are; this is for those whose name or docstring says the wrong
    thing to a model. It is a decorator, with and without arguments, or a call, and leaves the
    function as it was::

        lookup = julep.tool(orders.find, name="find_order", description="Find an order by number.")

    Args:
        function: Any callable whose parameters have annotations.
        name: What the model calls it by, an identifier of up to 40 characters; the function's name
            by default.
        description: What it does; what the docstring says before its first section by default.

    Returns:
        A tool that is called as the function is.

    Raises:
        TypeError: The function can't be a tool; the message names the parameter.
        ValueError: Servers take no such name.
    """
    if function is None:
        return functools.partial(tool, name=name, description=description)
    if not isinstance(function, Function):
        return Function(function, name=name, description=description)
    given = cast("Function[..., Any]", function)
    return Function(
        given.function,
        name=given.name if name is None else name,
        description=given.description or "" if description is None else description,
    )


def tool_schema(function: Callable[..., Any]) -> dict[str, Any]:
    """Show the JSON Schema of a function's arguments, as a model is given it.

    Raises:
        TypeError: The function can't be a tool; the message names the parameter.
        ValueError: Servers take no such name.
    """
    return tool(function).parameters


def functions_by_name(functions: Iterable[Callable[..., Any]]) -> dict[str, Function[..., Any]]:
    """Make tools of functions.

    Raises:
        TypeError: One can't be a tool; the message names the parameter.
        ValueError: Two have the same name, or one has a name that no server takes.
    """
    found: dict[str, Function[..., Any]] = {}
    for function in functions:
        is_made = isinstance(function, Function)
        made = cast("Function[..., Any]", function) if is_made else Function(function)
        if lacks_its_object(made.function):
            raise TypeError(f"{made.name} is a method; pass that of an object: object.{made.name}")
        if made.name in found:
            raise ValueError(
                f"two tools are called {made.name}; give one another name: "
                "julep.tool(function, name=…)"
            )
        found[made.name] = made
    return found


def _checked_name(function: Callable[..., Any], name: str | None) -> str:
    if not callable(function) or isinstance(function, type):
        raise TypeError(f"{function!r} can't be a tool; pass a function, or an object to call")
    name = own_name(function) if name is None else name
    if not is_name(name):
        raise ValueError(
            f"{name!r} can't be the name of a tool: it must be an identifier of up to 40 "
            "characters; choose one with julep.tool(function, name=…)"
        )
    return name


def is_name(text: str) -> bool:
    """Whether servers take it as the name of a tool: an identifier of up to 40 characters."""
    return _NAME.fullmatch(text) is not None


def json_arguments(arguments: str | Mapping[str, Any] | None) -> Any:
    """Parse what a model calls a tool with; no text is no arguments.

    Raises:
        Mismatch: It is no JSON.
    """
    if isinstance(arguments, str):
        return parse(arguments) if arguments.strip() else {}
    return dict(arguments or {})
