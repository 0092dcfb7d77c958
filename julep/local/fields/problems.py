"""What is wrong with a request, in the words of the API's validation errors."""

from __future__ import annotations

from collections.abc import Mapping
from reprlib import Repr
from typing import TypeAlias

from julep.local.errors import Invalid, Problem

Problems: TypeAlias = list[Problem]

MOST_TOLD = 100
"""Problems after which no more are looked for: to tell of one takes longer than to check a value."""
_SHOWN = 200
_FIXES: Mapping[str, str] = {
    "missing": "send this field; it has no default",
    "json_invalid": "send the body as JSON",
    "uuid_parsing": "send a UUID, such as 0190163d-8694-7394-8000-4f6aebec3ba9",
}
_REPR = Repr()
_REPR.maxstring = _REPR.maxother = _SHOWN
_REPR.maxdict = _REPR.maxlist = 10


def problem(problems: Problems, kind: str, message: str, loc: str, received: object = None) -> None:
    """Describe one problem; what was received is shown as text of a readable length."""
    note: Problem = {"type": kind, "msg": message, "loc": loc, "received": _shown(received)}
    if fix := _FIXES.get(kind):
        note["fix"] = fix
    if kind == "missing":
        note["example"] = f'{{"{loc.rpartition(".")[2]}": …}}'
    problems.append(note)


def invalid(kind: str, message: str, loc: str, received: object = None) -> Invalid:
    """Make the error of a request with this one problem."""
    problems: Problems = []
    problem(problems, kind, message, loc, received)
    return Invalid(problems)


def join(loc: str, key: str | int) -> str:
    """Return the place of a field of an object, or of an item of a list."""
    if isinstance(key, int):
        return f"{loc}[{key}]"
    return f"{loc}.{key}" if loc else key


def _shown(received: object) -> str:
    text = received if isinstance(received, str) else _REPR.repr(received)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
