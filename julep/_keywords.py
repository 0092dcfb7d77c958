"""Keywords that several methods share, written once as a `TypedDict`.

Type checkers and editors read `**fields: Unpack[AgentFields]` as the keywords it stands for. At run
time Python checks nothing of it, so `checked` does, and `expanded` lets help and notebooks see them.
"""

from __future__ import annotations

import difflib
import inspect
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

F = TypeVar("F", bound=Callable[..., object])


def checked(form: Any, given: Mapping[str, Any]) -> dict[str, Any]:
    """The keywords that a method was given, after a look at their names.

    Raises:
        TypeError: One is unknown, or a required one is missing.
    """
    known: Mapping[str, Any] = form.__annotations__
    for name in given:
        if name not in known:
            raise TypeError(f"unknown keyword {name!r}{_suggestion(name, known)}")
    if missing := sorted(form.__required_keys__ - given.keys()):
        raise TypeError(f"missing keyword {missing[0]!r}")
    return dict(given)


def expanded(call: Callable[..., object]) -> inspect.Signature:
    """The signature of a function with its `Unpack` written out."""
    signature = inspect.signature(call)
    parameters = list(signature.parameters.values())
    last = parameters.pop() if parameters else None
    if last is None or not str(last.annotation).startswith("Unpack["):
        return signature
    name = str(last.annotation).removeprefix("Unpack[").removesuffix("]")
    form: Any = inspect.unwrap(call).__globals__[name]
    required = form.__required_keys__
    names = sorted(form.__annotations__, key=lambda key: key not in required)
    keywords = [_keyword(key, form.__annotations__[key], key in required) for key in names]
    return signature.replace(parameters=[*parameters, *keywords])


def shows_keywords(call: F) -> F:
    """Let help and notebooks see the keywords of a method's `Unpack` one by one."""
    call.__dict__["__signature__"] = expanded(call)
    return call


def _keyword(name: str, kind: Any, required: bool) -> inspect.Parameter:
    annotation = getattr(kind, "__forward_arg__", kind)
    default = inspect.Parameter.empty if required else ...
    return inspect.Parameter(
        name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=annotation
    )


def _suggestion(name: str, known: Iterable[str]) -> str:
    close = difflib.get_close_matches(name, list(known), n=1)
    return f"; did you mean {close[0]!r}?" if close else f"; there are {', '.join(sorted(known))}"
