"""Keywords that several methods share, written once as a `TypedDict`.

Type checkers and editors read `**fields: Unpack[AgentFields]` as the keywords it stands for. At run
time Python checks nothing of it, so `checked` does, and `expanded` lets help and notebooks see them.
"""

from __future__ import annotations

import difflib
import functools
import inspect
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final, TypeVar, cast, get_overloads, get_type_hints

from ._elsewhere import keyword_elsewhere
from ._keyword_docs import form_of, write_out
from ._misspelt import refuse_misspelt

F = TypeVar("F", bound=Callable[..., object])


def checked(form: Any, given: Mapping[str, Any], others: Iterable[str] = ()) -> dict[str, Any]:
    """Return the keywords that a method was given, after a check of their names.

    The keys of dicts that they hold are looked at too. `others` are keywords of the method that the
    form doesn't have: they may be what was meant.

    Raises:
        TypeError: One is unknown, or a required one is missing.
    """
    __tracebackhide__ = True
    refuse_unknown(given, [*form.__annotations__, *others])
    if missing := sorted(form.__required_keys__ - given.keys()):
        raise TypeError(f"missing keyword {missing[0]!r}")
    for name, value in given.items():
        if not isinstance(value, str | int | float | None):
            refuse_misspelt(value, _hints(form)[name], name)
    return dict(given)


_hints = functools.cache(get_type_hints)


def refuse_unknown(given: Iterable[str], known: Iterable[str], owner: str = "") -> None:
    """Say what was meant by a keyword that is not known.

    Args:
        given: The keywords of a call.
        known: Those that the method has.
        owner: The class of the method.

    Raises:
        TypeError: There is one.
    """
    __tracebackhide__ = True
    for name in given:
        if name not in known:
            raise TypeError(f"unknown keyword {name!r}{_suggestion(name, known, owner)}")


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
    """Let help and notebooks see the keywords of a method's `Unpack` one by one, and no `FaceT`."""
    signature = expanded(call)
    # What stands behind overloads gives an object; the first of them has the type to read.
    told = inspect.signature(next(iter(get_overloads(call)), call)).return_annotation
    result = str(told).replace("[FaceT, ", "[").replace("[FaceT]", "")
    call.__dict__["__signature__"] = signature.replace(return_annotation=result)
    write_out(call)
    return call


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


def _suggestion(name: str, known: Iterable[str], owner: str) -> str:
    if hint := keyword_elsewhere(name, owner):
        return hint
    ends_alike = [each for each in known if each.endswith(f"_{name}")]
    close = ends_alike or difflib.get_close_matches(name, list(known), n=1)
    return f"; did you mean {close[0]!r}?" if close else f"; there are {', '.join(sorted(known))}"
