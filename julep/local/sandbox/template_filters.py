"""Jinja's filters and tests, with limits on the size of their input and output."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import wraps
from math import prod
from typing import Any, cast

from jinja2 import Environment, pass_environment
from jinja2.filters import make_attrgetter

from . import attributes
from .budget import LimitExceeded, budget, pay_for, ticking
from .functions import text
from .operators import BINARY
from .values import indented, is_branch, is_list, printable, weigh

_LONGEST_SLOW = 50_000  # characters for filters whose time grows with the square of it
_HEAVIEST_PRINTED = 1_000_000  # bytes of a value that is laid out, which takes long for each


def guard_filters(environment: Environment) -> None:
    """Put limits before all filters and tests of an environment."""
    filters: dict[str, Any] = environment.filters
    tests: dict[str, Any] = environment.tests
    filters.update(attr=_attribute, format=_format, join=_join)
    for table in (filters, tests):
        table.update({name: _guarded(name, function) for name, function in table.items()})


def weighed(value: object) -> object:
    """Return the value, unless it would take too long to write or to compare."""
    if is_branch(value):
        weigh(value)
    return value


def _guarded(name: str, function: Callable[..., object]) -> Callable[..., object]:
    check = _CHECKS.get(name)
    given = 1 if hasattr(function, "jinja_pass_arg") else 0  # Jinja puts the context in front
    look = printable if name in _WRITING else weighed

    @wraps(function)
    def guarded(*args: object, **kwargs: object) -> object:
        budget().look()
        for value in (*args[given:], *kwargs.values()):
            look(value)
        if check:
            check(*args, **kwargs)
        return function(*(_ticking(name, value) for value in args), **kwargs)

    return guarded


def _ticking(name: str, value: object) -> object:
    # Chained filters hand on iterators, so that the last one does the work of all; and to add up
    # lists takes quadratic time.
    if isinstance(value, Iterator) or (name == "sum" and is_list(value)):
        return ticking(cast("Iterable[object]", value))
    return value


@pass_environment
def _join(
    environment: Environment, value: Iterable[object], d: str = "", attribute: Any = None
) -> str:
    if attribute is not None:
        value = map(make_attrgetter(environment, attribute), value)
    return attributes.join(str(d), map(text, value))


@pass_environment
def _attribute(environment: Environment, value: object, name: object) -> object:
    return cast("Any", environment).attribute(value, str(name))


def _format(value: object, *args: object, **named: object) -> str:
    return str(BINARY[ast.Mod](str(value), named or args))


def _check_counts(_value: object, *counts: object, **named: object) -> None:
    values = (*counts, *named.values())
    pay_for(sum(abs(count) for count in values if isinstance(count, int)))


def _check_json(_context: object, value: object, indent: object = 0) -> None:
    budget().allocate(indented(value, indent if isinstance(indent, int) else 0))


def _check_indent(value: object, width: Any = 4, *_: object, **__: object) -> None:
    lines = str(value).count("\n") + 1
    pay_for(lines * (abs(width) if isinstance(width, int) else len(width)))


def _check_replace(
    _context: object, value: object, old: object, new: object, *_: object, **__: object
) -> None:
    written = str(value)
    pay_for(len(written) + written.count(str(old)) * len(str(new)))


def _check_slow(*args: object, **named: object) -> None:
    # Quadratic in their text's length, and able to repeat what else they are given.
    lengths = sorted(len(value) for value in (*args, *named.values()) if isinstance(value, str))
    if lengths and lengths[-1] > _LONGEST_SLOW:
        raise LimitExceeded(f"This filter takes at most {_LONGEST_SLOW} characters")
    pay_for(prod(lengths[-2:]))


def _check_print(value: object) -> None:
    if weigh(value) > _HEAVIEST_PRINTED:
        raise LimitExceeded("The value is too big to be laid out")
    budget().allocate(indented(value, 1))


_WRITING = frozenset({
    "capitalize", "center", "e", "escape", "forceescape", "format", "indent", "lower", "pprint",
    "replace", "safe", "string", "striptags", "title", "trim", "truncate", "upper", "urlencode",
    "urlize", "wordcount", "wordwrap", "xmlattr",
})  # fmt: skip
_CHECKS: Mapping[str, Callable[..., None]] = {
    "batch": _check_counts,
    "center": _check_counts,
    "indent": _check_indent,
    "pprint": _check_print,
    "replace": _check_replace,
    "round": _check_counts,
    "slice": _check_counts,
    "striptags": _check_slow,
    "tojson": _check_json,
    "urlize": _check_slow,
    "wordwrap": _check_slow,
}
