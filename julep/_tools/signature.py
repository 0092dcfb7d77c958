"""What the signature and the docstring of a function say to those who are to call it.

What a model could not call is refused here, by the name of the function and of the parameter.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Iterator
from types import MethodType
from typing import Any

from julep._shapes import Builder, Declared, Fields, Unresolved, annotation_of, described
from julep.types._plain import OMIT

_EMPTY = inspect.Parameter.empty
_UNNAMED = {
    inspect.Parameter.VAR_POSITIONAL: "takes any number of arguments (decorators: functools.wraps)",
    inspect.Parameter.VAR_KEYWORD: "takes any number of arguments (decorators: functools.wraps)",
    inspect.Parameter.POSITIONAL_ONLY: "is positional-only",
}


def own_name(function: Callable[..., Any]) -> str:
    """Return the name of a function; of an object that is called, the name of its class."""
    function = _without_partials(function)
    return str(getattr(function, "__name__", type(function).__name__))


def is_async(function: Callable[..., Any]) -> bool:
    """Tell whether a call certainly gives a coroutine."""
    return inspect.iscoroutinefunction(_run(function))


def lacks_its_object(function: Callable[..., Any]) -> bool:
    """Tell whether it was written in a class as a method, and no object is bound to it."""
    if not inspect.isfunction(function):
        return False
    place = function.__qualname__.rpartition(".")[0]
    if not place or place.endswith("<locals>"):
        return False
    return next(iter(inspect.signature(function).parameters), None) in ("self", "cls")


def understood(function: Callable[..., Any]) -> tuple[str, Fields]:
    """Return what a function does, in the words of its docstring, and the arguments of its calls.

    Raises:
        TypeError: A model could not call it.
    """
    name = own_name(function)
    written = _written(function)
    if inspect.isasyncgenfunction(written):
        raise TypeError(f"{name} is an async generator; return a list or text instead")
    summary, parts = described(_docstring(function))
    build = Builder()
    fields = [
        build.field(_declared(parameter, written, where), where, parts.get(parameter.name, ""))
        for parameter in _parameters(function, name)
        for where in [f"{name}: parameter {parameter.name!r}"]
    ]
    return summary, Fields(fields, closed=True)


def _without_partials(function: Callable[..., Any]) -> Callable[..., Any]:
    return _without_partials(function.func) if isinstance(function, functools.partial) else function


def _run(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return what runs when it is called: a function, or the method of an object."""
    function = _without_partials(function)
    return (
        function if inspect.isroutine(function) else MethodType(type(function).__call__, function)
    )


def _written(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return what somebody wrote to be called, under all that wraps it."""
    function = _without_partials(function)
    wrapped = _wrapped(function)
    return _run(function) if wrapped is None else _written(wrapped)


def _wrapped(function: Callable[..., Any]) -> Callable[..., Any] | None:
    """Return what an object stands for that a decorator made, where the decorator is a class."""
    wrapped = None if inspect.isroutine(function) else getattr(function, "__wrapped__", None)
    return wrapped if callable(wrapped) else None


def _docstring(function: Callable[..., Any]) -> str | None:
    function = _without_partials(function)
    if inspect.isroutine(function) or _wrapped(function):
        return inspect.getdoc(_written(function))
    return _run(function).__doc__ or type(function).__doc__  # `getdoc` finds that of all classes


def _parameters(function: Callable[..., Any], name: str) -> Iterator[inspect.Parameter]:
    """Return the parameters that a call has to fill, or may."""
    try:
        signature = inspect.signature(function)
    except ValueError:
        raise TypeError(f"{name} can't be a tool: Python doesn't know its parameters") from None
    parameters = list(signature.parameters.values())[lacks_its_object(function) :]
    bound = function.keywords if isinstance(function, functools.partial) else {}
    return (each for each in parameters if each.name not in bound)


def _declared(parameter: inspect.Parameter, written: Callable[..., Any], where: str) -> Declared:
    if parameter.kind in _UNNAMED:
        raise TypeError(
            f"{where} {_UNNAMED[parameter.kind]}; a model gives arguments by name, so name each"
        )
    if parameter.annotation is _EMPTY:
        raise TypeError(f"{where} has no annotation; a model must be told its type")
    try:
        form = annotation_of(parameter, written)
    except Unresolved as error:
        raise TypeError(f"{where}: {error}") from None
    required = parameter.default is _EMPTY
    default = OMIT if required else parameter.default
    return Declared(parameter.name, parameter.name, form, required, default)
