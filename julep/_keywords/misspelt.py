"""Keys of dicts that are nearly the ones that were meant.

What a dict may have is said once, by the `TypedDict` that type checkers and editors read.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from functools import cache
from types import UnionType
from typing import (
    Any,
    Final,
    Literal,
    Required,
    TypeAlias,
    Union,
    cast,
    get_args,
    get_origin,
    get_type_hints,
    is_typeddict,
)

from julep.types._plain import wire_name

Forms: TypeAlias = tuple[Any, ...]
"""The members of a union."""

_NEARLY: Final = 0.85
"""From which likeness on a key is a misspelt one; `top_k` is not to be taken for `top_p`."""


class MisspeltKey(TypeError):
    """A key that is nearly one of those of its dict.

    Attributes:
        where: The dict, such as `main[0]`.
        reason: What is wrong with it.
    """

    def __init__(self, where: str, reason: str) -> None:
        super().__init__(where, reason)
        self.where = where
        self.reason = reason

    def __str__(self) -> str:
        return f"{self.where}: {self.reason}"


def refuse_misspelt(value: object, form: Any, where: str) -> None:
    """Refuse a key, however deep, that is nearly one of those of its dict; others may be a server's own.

    Args:
        value: What was given.
        form: The type that it should have: a `TypedDict`, a union, a sequence of those and so on.
        where: What to call it in the error.

    Raises:
        MisspeltKey: There is such a key.
    """
    with suppress(RecursionError):  # what is too deep for this is so for JSON, which tells
        _refuse(value, _members(form), where)


def _refuse(value: object, forms: Forms, where: str) -> None:
    if isinstance(value, Mapping):
        _refuse_in_dict(cast("Mapping[object, Any]", value), forms, where)
    elif isinstance(value, list | tuple) and (items := _forms_of_items(forms)):
        for index, item in enumerate(cast("Sequence[object]", value)):
            _refuse(item, items, f"{where}[{index}]")


def _refuse_in_dict(value: Mapping[object, Any], forms: Forms, where: str) -> None:
    given = {wire_name(str(key)): item for key, item in value.items()}
    dicts = tuple(form for form in forms if is_typeddict(form))
    meant = tuple(form for form in dicts if _fits(given, form))
    known = _fields(meant or dicts)
    for name, item in given.items():
        if name in known:
            _refuse(item, known[name], f"{where}.{name}")
        elif close := _close(name, known):
            raise MisspeltKey(where, f"unknown key {name!r}; did you mean {close[0]!r}?")


def _fits(given: Mapping[str, Any], form: Any) -> bool:
    """Whether a dict has what a form requires, and the words by which forms are told apart."""
    return _required(form) <= given.keys() and all(
        given[name] in words for name, words in _words(form).items() if name in given
    )


def _close(name: str, known: Mapping[str, Forms]) -> list[str]:
    if not name.isidentifier():
        return []  # `$schema` is not meant to be `schema`
    swapped = [each for each in known if sorted(each) == sorted(name)]
    return swapped or difflib.get_close_matches(name, known, n=1, cutoff=_NEARLY)


@cache
def _members(form: Any) -> Forms:
    if _kind(form) is Required:
        return _members(get_args(form)[0])
    if _kind(form) in (Union, UnionType):
        return tuple(member for each in get_args(form) for member in _members(each))
    return (form,)


@cache
def _forms_of_items(forms: Forms) -> Forms:
    members = (item for form in forms if _is_list(form) for item in _members(get_args(form)[0]))
    return tuple(item for item in members if is_typeddict(item) or _is_list(item))


@cache
def _fields(dicts: Forms) -> Mapping[str, Forms]:
    """Return the keys of several forms of dicts, and what each may hold in any of them."""
    fields: dict[str, Forms] = {}
    for form in dicts:
        for name, hint in _hints(form).items():
            fields[name] = fields.get(name, ()) + _members(hint)
    return fields


@cache
def _required(form: Any) -> set[str]:
    # Where annotations are text, as in this package, `__required_keys__` misses those marked so.
    marked = {name for name, hint in _hints(form).items() if _kind(hint) is Required}
    return marked.union(form.__required_keys__)


@cache
def _words(form: Any) -> Mapping[str, tuple[Any, ...]]:
    """Return the fields that hold known words alone, and these."""
    fields = {name: _members(hint) for name, hint in _hints(form).items()}
    return {
        name: get_args(only)
        for name, (only, *others) in fields.items()
        if not others and _kind(only) is Literal
    }


@cache
def _hints(form: Any) -> Mapping[str, Any]:
    return get_type_hints(form, include_extras=True)


def _is_list(form: Any) -> bool:
    return _kind(form) in (Sequence, Iterable, list)


def _kind(form: Any) -> Any:
    return get_origin(form)
