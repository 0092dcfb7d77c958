"""What help and notebooks say about keywords that several methods share.

`**options: Unpack[RunOptions]` is one argument with one line in a docstring. Its keywords are described
where they are declared, or by `create`, so each is written out below that line when the method is made.
"""

from __future__ import annotations

import inspect
import re
import sys
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, is_typeddict

_SECTION = re.compile(r"^(?:Args|Attributes):\n((?:    .*\n|\n)+)", re.MULTILINE)
_ENTRY = re.compile(r"^    (\w+): (.*\n(?:     .*\n)*)", re.MULTILINE)
_UNPACK = re.compile(r"Unpack\[(\w+)\]")
_KEYWORDS = re.compile(r"^( *)\*\*\w+: .*\n(?:\1 +.*\n)*", re.MULTILINE)


def form_of(call: Callable[..., object]) -> Any | None:
    """Return the `TypedDict` of a function's keywords, if it has one."""
    function = inspect.unwrap(call)
    found = [_UNPACK.fullmatch(str(each)) for each in function.__annotations__.values()]
    return next((function.__globals__[one[1]] for one in found if one), None)


def write_out(call: Callable[..., object], create: object = None) -> None:
    """Describe each of a function's keywords in its docstring.

    Args:
        call: The function.
        create: Describes what the form leaves out: changes of an agent are what it is created of.
    """
    form = form_of(call)
    if form is None or not call.__doc__:
        return
    known = {**_entries(getattr(create, "__doc__", None)), **_described(form)}
    texts = {name: known[name] for name in form.__annotations__ if name in known}
    call.__doc__ = _KEYWORDS.sub(lambda line: line[0] + _below(line[1], texts), call.__doc__, 1)


def _below(margin: str, texts: Mapping[str, str]) -> str:
    lines = [f"{name}: {text}" for name, text in texts.items()]
    inner = f"\n{margin}        "
    return "".join(f"{margin}    {inner.join(line.splitlines())}\n" for line in lines)


@cache
def _described(form: Any) -> dict[str, str]:
    """Return what a form and those that it extends say of their keywords.

    Before Python 3.12 a `TypedDict` doesn't know what it extends. Whatever that is has a name in the
    same module, and no other keywords.
    """
    nearby = (one for one in vars(sys.modules[form.__module__]).values() if is_typeddict(one))
    keywords = form.__annotations__.keys()
    found: dict[str, str] = {}
    for one in nearby:
        if one.__annotations__.keys() < keywords:
            found |= _described(one)
    return found | _entries(form.__doc__)


@cache
def _entries(doc: str | None) -> dict[str, str]:
    """Return what a docstring says of each argument or attribute, its lines without a margin."""
    section = _SECTION.search(f"{inspect.cleandoc(doc or '')}\n")
    return {
        name: "\n".join(line.strip() for line in text.splitlines())
        for name, text in _ENTRY.findall(section[1] if section else "")
    }
