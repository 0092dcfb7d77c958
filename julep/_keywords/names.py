"""Names of keywords and of the keys of their dicts, checked at run time."""

from __future__ import annotations

import difflib
import functools
from collections.abc import Iterable, Mapping
from typing import Any, get_type_hints

from .elsewhere import keyword_elsewhere
from .misspelt import refuse_misspelt


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
    """Refuse unknown keywords, and suggest what was meant.

    Args:
        given: The keywords of a call.
        known: Those that the method has.
        owner: The class of the method.

    Raises:
        TypeError: There is an unknown keyword.
    """
    __tracebackhide__ = True
    for name in given:
        if name not in known:
            wrong = f"unknown keyword {name!r}{_suggestion(name, known, owner)}"
            raise TypeError(wrong) from None


def _suggestion(name: str, known: Iterable[str], owner: str) -> str:
    if hint := keyword_elsewhere(name, owner):
        return hint
    ends_alike = [each for each in known if each.endswith(f"_{name}")]
    close = ends_alike or difflib.get_close_matches(name, list(known), n=1)
    return f"; did you mean {close[0]!r}?" if close else f"; there are {', '.join(sorted(known))}"
