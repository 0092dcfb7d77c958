"""Signatures of methods as help and notebooks see them: each keyword by itself."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Sized
from typing import Any, Final, TypeVar, cast, get_overloads

from .docs import form_of, write_out
from .names import refuse_unknown

F = TypeVar("F", bound=Callable[..., object])

MOST_SHOWN: Final = 4
"""Keywords that an error names: the first ones are those that are passed by position."""


def own_keywords(call: Callable[..., object]) -> frozenset[str] | None:
    """Return the keywords of a function, or None if it takes any and checks them itself."""
    parameters = inspect.signature(call).parameters
    if any(one.kind is inspect.Parameter.VAR_KEYWORD for one in parameters.values()):
        return None
    return frozenset(parameters) - {"self"}


def keywords_alone(init: F) -> F:
    """Say how a class is called where its arguments don't fit, and show `OMIT` for what may be left out."""
    known = own_keywords(init) or frozenset[str]()

    @functools.wraps(init)
    def checking(self: object, *args: object, **given: object) -> object:
        __tracebackhide__ = True
        if args:
            raise TypeError(
                f"{type(self).__name__} takes keywords alone: {', '.join(sorted(known))}"
            )
        refuse_unknown(given, known)
        try:
            return init(self, **given)
        except (TypeError, ValueError) as mistake:
            # Its text says which argument is wrong; where that was noticed says nothing.
            raise mistake.with_traceback(None)  # noqa: B904 - it is the same error

    checking.__dict__["__signature__"] = expanded(init)
    return cast("F", checking)


def refuse_positions(call: Callable[..., object], given: Sized) -> None:
    """Name the keywords of a method that was given more arguments by position than it takes.

    Raises:
        TypeError: There are more.
    """
    __tracebackhide__ = True
    kinds = inspect.Parameter
    _, *parameters = inspect.signature(call).parameters.values()
    positions = [one.name for one in parameters if one.kind < kinds.VAR_POSITIONAL]
    keywords = [f"{one.name}=…" for one in parameters if one.kind is kinds.KEYWORD_ONLY]
    takes_any = any(one.kind is kinds.VAR_POSITIONAL for one in parameters)
    if takes_any or len(given) <= len(positions):
        return
    shown = ", ".join([*keywords[:MOST_SHOWN], *(["…"] if keywords[MOST_SHOWN:] else [])])
    method = call.__qualname__.removesuffix(".__call__")
    raise TypeError(f"{method} takes {_taken(', '.join(positions), shown)}") from None


def _taken(positions: str, keywords: str) -> str:
    if positions and keywords:
        return f"{positions} by position, the rest by keyword: {keywords}"
    if positions:
        return f"{positions} alone"
    return f"keywords alone: {keywords}" if keywords else "no arguments"


def expanded(call: Callable[..., object]) -> inspect.Signature:
    """Return the signature of a function with its `Unpack` written out."""
    signature = _showing_omit(inspect.signature(call))
    parameters = list(signature.parameters.values())
    form = form_of(call)
    if form is None:
        return signature
    parameters.pop()
    required = form.__required_keys__
    names = sorted(form.__annotations__, key=lambda key: key not in required)
    keywords = [_keyword(key, form.__annotations__[key], key in required) for key in names]
    return signature.replace(parameters=[*parameters, *keywords])


def shows_keywords(call: F) -> F:
    """Let help and notebooks see the keywords of a method's `Unpack` one by one, and no `FaceT`.

    Who passes one of them by position is told its name.
    """
    signature = expanded(call)
    # What stands behind overloads gives an object; the first of them has the type to read.
    told = inspect.signature(next(iter(get_overloads(call)), call)).return_annotation
    result = str(told).replace("[FaceT, ", "[").replace("[FaceT]", "")
    call.__dict__["__signature__"] = signature.replace(return_annotation=result)
    write_out(call)
    owner = call.__qualname__.partition(".")[0]

    @functools.wraps(call)
    def checking(self: object, /, *args: object, **given: object) -> object:
        __tracebackhide__ = True
        try:
            return call(self, *args, **given)
        except TypeError:
            refuse_positions(call, args)
            refuse_unknown(given, signature.parameters, owner)
            raise

    return cast("F", checking)


class _Omit:
    """`OMIT` as help shows it; by its own `repr` it would be `Ellipsis`."""

    def __repr__(self) -> str:
        return "not given"

    def __eq__(self, other: object) -> bool:
        return other is ... or isinstance(other, _Omit)

    def __hash__(self) -> int:
        return hash(...)


_OMIT: Final = _Omit()


def _showing_omit(signature: inspect.Signature) -> inspect.Signature:
    shown = [
        one.replace(default=_OMIT) if one.default is ... else one
        for one in signature.parameters.values()
    ]
    return signature.replace(parameters=shown)


def _keyword(name: str, kind: Any, required: bool) -> inspect.Parameter:
    annotation = getattr(kind, "__forward_arg__", kind)
    default = inspect.Parameter.empty if required else _OMIT
    return inspect.Parameter(
        name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=annotation
    )
