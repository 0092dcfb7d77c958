"""Functions as tools: what a language model is told of a function, and how its call is read.

Everything is known before a request is made, so that what can't be a tool is refused where it is
given, by the name of the function and of the parameter.
"""

from __future__ import annotations

import functools
import inspect
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from types import MethodType
from typing import Any, Generic, ParamSpec, TypeVar, cast, overload

from ._codec import decode_json
from ._misfit import Misfit
from ._shapes import (
    Builder,
    Declared,
    Fields,
    annotation_of,
    described,
    read,
    schema_of,
    unresolved,
)
from .types._plain import OMIT
from .types.tools import FunctionDef

__all__ = ["Function", "functions_by_name", "tool", "tool_schema"]

P = ParamSpec("P")
R = TypeVar("R")

_NAME = re.compile(r"[^\W0-9]\w{0,39}")
"""What servers take as the name of a tool: an identifier of up to 40 characters."""


class Function(Generic[P, R]):
    """A function as a tool. Calling it calls the function.

    Attributes:
        function: The function that it was made from.
        name: What the model calls it by.
        description: What the model is told that it does; None where nobody said.
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
        functools.update_wrapper(self, function, updated=())
        self.function = function
        self.name = _checked_name(function, name)
        summary, self._fields = _described(function)
        self.description = (summary if description is None else description) or None
        self.parameters = schema_of(self._fields)
        self.is_async = inspect.iscoroutinefunction(_called(function))

    def __call__(self, /, *args: P.args, **kwargs: P.kwargs) -> R:
        return self.function(*args, **kwargs)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.name}>"

    @property
    def definition(self) -> FunctionDef:
        """What servers and models are told of it."""
        return FunctionDef(name=self.name, description=self.description, parameters=self.parameters)

    def read(self, arguments: str | Mapping[str, Any] | None) -> dict[str, Any]:
        """Read what a model calls it with as keyword arguments of the annotated types.

        Args:
            arguments: JSON text, or what such text was parsed to; empty for no arguments.

        Raises:
            Misfit: It is no JSON, an argument is missing, unknown, or not of its type. The text
                says what is wrong in words that are meant for the model.
        """
        try:
            found: dict[str, Any] = read(self._fields, _parsed(arguments))
        except Misfit as misfit:
            raise misfit if misfit.path else misfit.under("the arguments") from None
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
        ValueError: The name is none that servers take.
    """
    if function is None:
        return functools.partial(Function, name=name, description=description)
    if not isinstance(function, Function):
        return Function(function, name=name, description=description)
    given = cast("Function[..., Any]", function)
    if name is None and description is None:
        return given
    return Function(
        given.function,
        name=given.name if name is None else name,
        description=given.description or "" if description is None else description,
    )


def tool_schema(function: Callable[..., Any]) -> dict[str, Any]:
    """Show the JSON Schema of a function's arguments, as a model is given it.

    Raises:
        TypeError: The function can't be a tool; the message names the parameter.
        ValueError: Its name is none that servers take.
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
        made = tool(function)
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
    name = _own_name(function) if name is None else name
    if not _NAME.fullmatch(name):
        raise ValueError(
            f"{name!r} can't be the name of a tool: it must be an identifier of up to 40 "
            "characters; choose one with julep.tool(function, name=…)"
        )
    return name


def _own_name(function: Callable[..., Any]) -> str:
    while isinstance(function, functools.partial):
        function = function.func
    return str(getattr(function, "__name__", type(function).__name__))


def _called(function: Callable[..., Any]) -> Callable[..., Any]:
    """What runs in the end: the method of an object that is called, and what a partial is of."""
    if isinstance(function, functools.partial):
        return _called(function.func)
    if isinstance(function, Function):
        return _called(cast("Function[..., Any]", function).function)
    return (
        function if inspect.isroutine(function) else MethodType(type(function).__call__, function)
    )


def _described(function: Callable[..., Any]) -> tuple[str, Fields]:
    """What the docstring says of the function, and its parameters."""
    name = _own_name(function)
    called = _called(function)
    if inspect.isasyncgenfunction(called):
        raise TypeError(f"{name} is an async generator; return a list, or a text, instead")
    summary, parts = described(_docstring(function, called))
    build = Builder()
    fields = [
        build.field(_declared(parameter, called, where), where, parts.get(parameter.name, ""))
        for parameter in _parameters(function, name)
        for where in [f"{name}: parameter {parameter.name!r}"]
    ]
    return summary, Fields(fields, closed=True)


def _docstring(function: Callable[..., Any], called: Callable[..., Any]) -> str | None:
    if inspect.isroutine(function) or isinstance(function, functools.partial):
        return inspect.getdoc(called)
    return called.__doc__ or type(function).__doc__  # `getdoc` would find that of all classes


def _parameters(function: Callable[..., Any], name: str) -> Iterator[inspect.Parameter]:
    """The parameters that a call has to fill, or may."""
    try:
        signature = inspect.signature(function)
    except ValueError:
        raise TypeError(f"{name} can't be a tool: Python doesn't know its parameters") from None
    bound = function.keywords if isinstance(function, functools.partial) else {}
    return (each for each in signature.parameters.values() if each.name not in bound)


_UNNAMED = {
    inspect.Parameter.VAR_POSITIONAL: "takes any number of arguments",
    inspect.Parameter.VAR_KEYWORD: "takes any number of arguments",
    inspect.Parameter.POSITIONAL_ONLY: "is positional-only",
}


def _declared(parameter: inspect.Parameter, called: Callable[..., Any], where: str) -> Declared:
    if parameter.kind in _UNNAMED:
        raise TypeError(
            f"{where} {_UNNAMED[parameter.kind]}; a model gives arguments by name, so name each"
        )
    empty = inspect.Parameter.empty
    if parameter.annotation is empty:
        raise TypeError(f"{where} has no annotation; a model must be told its type")
    try:
        form = annotation_of(parameter, called)
    except NameError as error:
        raise unresolved(where, error) from None
    required = parameter.default is empty
    default = OMIT if required else parameter.default
    return Declared(parameter.name, parameter.name, form, required, default)


def _parsed(arguments: str | Mapping[str, Any] | None) -> Any:
    if not isinstance(arguments, str):
        return dict(arguments or {})
    if not arguments.strip():
        return {}
    try:
        return decode_json(arguments)
    except ValueError as error:
        raise Misfit("", "a JSON object", f"text that is not JSON ({error})") from None
