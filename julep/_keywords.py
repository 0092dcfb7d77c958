"""Keywords that several methods share, written once as a `TypedDict`.

Type checkers and editors read `**fields: Unpack[AgentFields]` as the keywords it stands for. At run
time Python checks nothing of it, so `checked` does, and `expanded` lets help and notebooks see them.
"""

from __future__ import annotations

import difflib
import inspect
from collections.abc import Callable, Collection, Iterable, Mapping
from functools import cache
from typing import Any, Final, TypeVar, cast, get_args, get_type_hints

F = TypeVar("F", bound=Callable[..., object])

_NEARLY: Final = 0.85
"""From which likeness on a key is a misspelt one; `top_k` is not to be taken for `top_p`."""

_ELSEWHERE: Final[Mapping[str, str]] = {
    "extra_headers": "client.with_options(headers=…) makes a client that sends them",
    "timeout": "client.with_options(timeout=…) makes a client with another one",
    "max_retries": "client.with_options(max_retries=…) makes a client with another number",
    "extra_query": "client.send(Request(…, query=…)) sends what has no keyword",
    "extra_body": "client.send(Request(…, body=…)) sends what has no keyword",
    "tools": "agents.tools.create gives an agent its tools",
    "docs": "agents.docs.create and users.docs.create give them their documents",
}
"""What other clients take as keywords, and what stands for it here."""


def checked(form: Any, given: Mapping[str, Any]) -> dict[str, Any]:
    """Return the keywords that a method was given, after a check of their names.

    Of a mapping that stands for a model, the keys are looked at too.

    Raises:
        TypeError: One is unknown, or a required one is missing.
    """
    refuse_unknown(given, form.__annotations__)
    if missing := sorted(form.__required_keys__ - given.keys()):
        raise TypeError(f"missing keyword {missing[0]!r}")
    for name, value in given.items():
        if isinstance(value, Mapping):
            refuse_misspelt(cast("Mapping[str, Any]", value), _keys_of(form).get(name, ()), name)
    return dict(given)


@cache
def _keys_of(form: Any) -> Mapping[str, Collection[str]]:
    """Return the keys of the mappings that may stand for a model, by keyword."""
    hints = get_type_hints(form)
    models = {
        name: [arm for arm in get_args(hint) if hasattr(arm, "__fields__")]
        for name, hint in hints.items()
    }
    return {
        name: [key for arm in arms for _, key, _ in arm.__fields__] for name, arms in models.items()
    }


def refuse_unknown(given: Iterable[str], known: Iterable[str]) -> None:
    """Say what was meant by a keyword that is not known.

    Raises:
        TypeError: There is one.
    """
    for name in given:
        if name not in known:
            raise TypeError(f"unknown keyword {name!r}{_suggestion(name, known)}")


def refuse_misspelt(given: Mapping[Any, Any], known: Collection[str], where: str) -> None:
    """Refuse a key that is nearly one of those that are known; others may be a server's own.

    Raises:
        TypeError: There is one.
    """
    for name in given:
        close = difflib.get_close_matches(str(name), known, n=1, cutoff=_NEARLY)
        if name not in known and close:
            raise TypeError(f"{where}: unknown key {name!r}; did you mean {close[0]!r}?")


def own_keywords(call: Callable[..., object]) -> frozenset[str] | None:
    """Return the keywords of a function, or None if it takes any and checks them itself."""
    parameters = inspect.signature(call).parameters
    if any(one.kind is inspect.Parameter.VAR_KEYWORD for one in parameters.values()):
        return None
    return frozenset(parameters)


def elsewhere(name: str) -> str:
    """Say what to write for a keyword of another client; empty if it is none of theirs."""
    return f"; {_ELSEWHERE[name]}" if name in _ELSEWHERE else ""


def expanded(call: Callable[..., object]) -> inspect.Signature:
    """Return the signature of a function with its `Unpack` written out."""
    signature = _showing_omit(inspect.signature(call))
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
    """Let help and notebooks see the keywords of a method's `Unpack` one by one, and no `FaceT`."""
    signature = expanded(call)
    result = str(signature.return_annotation).replace("[FaceT, ", "[").replace("[FaceT]", "")
    call.__dict__["__signature__"] = signature.replace(return_annotation=result)
    return call


class _Omit:
    """`OMIT` as help shows it; by its own `repr` it would be `Ellipsis`."""

    def __repr__(self) -> str:
        return "OMIT"

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


def _suggestion(name: str, known: Iterable[str]) -> str:
    if hint := elsewhere(name):
        return hint
    close = difflib.get_close_matches(name, list(known), n=1)
    return f"; did you mean {close[0]!r}?" if close else f"; there are {', '.join(sorted(known))}"
