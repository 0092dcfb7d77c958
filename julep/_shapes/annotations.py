"""Annotations as types, also those that are text and name classes made inside functions."""

from __future__ import annotations

import builtins
import inspect
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from functools import lru_cache
from types import FrameType, SimpleNamespace
from typing import Any, get_type_hints


class Unresolved(Exception):
    """An annotation names what can't be found, or can't be read."""


def annotation_of(parameter: inspect.Parameter, function: Callable[..., Any]) -> Any:
    """Return the type that a parameter of a function is annotated with.

    Raises:
        Unresolved: The annotation can't be read.
    """
    owner = getattr(function, "__self__", None)
    function = inspect.unwrap(function)
    names: Mapping[str, Any] = getattr(function, "__globals__", {})
    variables: tuple[Any, ...] = getattr(function, "__type_params__", ())
    form = parameter.annotation
    if isinstance(form, str) and not variables:
        form = names.get(form, vars(builtins).get(form, form))
    if isinstance(form, type):
        return form  # as most are: this takes a tenth of the time
    # One at a time: what is wrong with a result's annotation is not our concern.
    one = _annotated(parameter.annotation, names, variables)
    return _resolved(lambda: one, lambda: _around_function(function, owner))["it"]


def meaning_of_alias(alias: Any) -> Any:
    """Return the type that `type Name = …` stands for.

    Raises:
        Unresolved: It can't be read.
    """
    names = vars(sys.modules[alias.__module__])

    def meaning() -> Any:
        return _annotated(alias.__value__, names, alias.__type_params__)

    return _resolved(meaning, _running)["it"]


def _annotated(annotation: Any, names: Mapping[str, Any], variables: tuple[Any, ...]) -> Any:
    """Make what looks like a function with one parameter."""
    return SimpleNamespace(
        __annotations__={"it": annotation}, __globals__=names, __type_params__=variables
    )


@lru_cache(maxsize=512)
def annotations_of_class(kind: type[Any]) -> dict[str, Any]:
    """Return the annotations of a class, with those that it inherits.

    They are kept by class: a class means the same wherever it is used, and the function that its
    annotations speak of may have ended by then.

    Raises:
        Unresolved: One can't be read.
    """
    return _resolved(lambda: kind, lambda: _around_class(kind))


def _resolved(
    make: Callable[[], Any], around: Callable[[], Iterator[Mapping[str, Any]]]
) -> dict[str, Any]:
    """Look up names in the module, and elsewhere only those that are missing there."""
    missing: dict[str, Any] = {}
    while True:
        try:
            return get_type_hints(make(), localns=missing or None, include_extras=True)
        except NameError as error:
            name = str(error.name)
            places = (names for names in around() if name in names)
            if name in missing or (names := next(places, None)) is None:
                raise Unresolved(
                    f"{name!r} can't be found; import it at run time, or define it where the type "
                    "is used"
                ) from None
            missing[name] = names[name]
        except Exception as error:  # noqa: BLE001 - annotations are code of the user's
            kind = type(error).__name__
            raise Unresolved(f"the annotation can't be read: {kind}: {error}") from None


def _around_class(kind: type[Any]) -> Iterator[Mapping[str, Any]]:
    """Yield where a class may know names from that its module lacks, the nearest place first."""
    yield from map(vars, kind.__mro__)
    yield {kind.__name__: kind}
    yield from _running()


def _around_function(function: Callable[..., Any], owner: object) -> Iterator[Mapping[str, Any]]:
    """Yield what a function closes over, then the class of a method's object, then what runs."""
    names: tuple[str, ...] = getattr(getattr(function, "__code__", None), "co_freevars", ())
    for name, cell in zip(names, getattr(function, "__closure__", None) or (), strict=False):
        with suppress(ValueError):  # it is not set yet
            yield {name: cell.cell_contents}
    yield from map(vars, type(owner).__mro__)
    yield from _running()


def _running() -> Iterator[Mapping[str, Any]]:
    """Yield the variables of the functions that run, without our own."""
    frame: FrameType | None = sys._getframe()  # noqa: SLF001 - what `inspect` gives, without sources
    while frame is not None:
        if not str(frame.f_globals.get("__name__")).startswith("julep."):
            yield frame.f_locals
        frame = frame.f_back
