"""The functions that expressions may call."""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from . import json_yaml, operators, regex
from .attributes import Function, TypeFunction, check_encoding
from .budget import POINTER, InvalidExpression, LimitExceeded, budget, ticking
from .to_html import markdown_to_html
from .to_markdown import html_to_markdown
from .values import has_length, printable, weigh, with_hashed

_MAX_RANGE = 1_000_000  # numbers; a list of them would fill the budget
_MAX_ROUNDING = 4_300  # digits, as Python limits those of a number's text


def watched(function: Callable[..., object], *, builds: bool = False) -> Function:
    """Return a function that looks at the clock first and pays for what it built."""

    def call(*args: object, **kwargs: object) -> object:
        budget().look()
        made = function(*args, **kwargs)
        if builds and has_length(made):
            budget().allocate(len(made) * (1 if isinstance(made, str) else POINTER))
        return made

    return Function(function.__name__.lstrip("_"), call)


def text(value: object = "", *encoding: str) -> str:
    """Return a value as text; bytes are decoded if their encoding is given."""
    for name in encoding[:1]:
        check_encoding(name)
    return str(printable(value), *encoding)


def _range(*bounds: int) -> range:
    made = range(*bounds)
    if len(made) > _MAX_RANGE:
        raise LimitExceeded(f"A range of {len(made)} numbers where {_MAX_RANGE} is the most")
    return made


def _round(number: float, ndigits: int | None = None) -> object:
    if ndigits is not None and abs(ndigits) > _MAX_ROUNDING:
        raise LimitExceeded(f"Rounding to {ndigits} digits is too much")
    return round(number, ndigits) if ndigits is not None else round(number)


def _any(iterable: Iterable[object]) -> bool:
    return any(ticking(iterable))


def _all(iterable: Iterable[object]) -> bool:
    return all(ticking(iterable))


def _collect(kind: Callable[[Iterable[Any]], object]) -> TypeFunction:
    def collect(items: Iterable[object] = ()) -> object:
        return kind(with_hashed(ticking(items)))

    assert isinstance(kind, type)
    return TypeFunction(kind, watched(collect, builds=True))


def _dict(*items: Any, **named: object) -> dict[Any, object]:
    return dict(*(with_hashed(item) for item in items), **named)


def _sum(iterable: Iterable[Any], start: Any = 0) -> object:
    # Python 3.12 carries along what floats lose, so that ten times 0.1 is 1.0; older ones don't.
    total, lost = start, 0.0
    for item in ticking(iterable):
        before, total = total, operators.add(total, item)
        if type(before) is float and type(item) is float:
            larger, smaller = (before, item) if abs(before) >= abs(item) else (item, before)
            lost += (larger - total) + smaller
    return total + lost if lost and math.isfinite(lost) else total


def _reduce(
    function: Callable[[object, object], object], iterable: Iterable[object], *initial: object
) -> object:
    return functools.reduce(function, ticking(iterable), *initial)


def _extreme(choose: Callable[..., object]) -> Callable[..., object]:
    def extreme(*args: object, **kwargs: object) -> object:
        weigh(args)
        return choose(*args, **kwargs)

    return watched(extreme)


def match_regex(pattern: str, string: str) -> bool:
    """Tell whether the pattern matches the whole text."""
    return regex.fullmatch(pattern, string) is not None


def _missing(name: str, why: str) -> Callable[..., object]:
    def missing(*_: object, **__: object) -> object:
        raise InvalidExpression(f"'{name}' is not available on the embedded server: {why}")

    return Function(name, missing)


FUNCTIONS: Mapping[str, Callable[..., object]] = {
    "abs": watched(abs),
    "all": watched(_all),
    "any": watched(_any),
    "bool": watched(bool),
    "dict": TypeFunction(dict, watched(_dict, builds=True)),
    "enumerate": watched(enumerate),
    "float": TypeFunction(float, watched(float)),
    "int": TypeFunction(int, watched(int)),
    "len": watched(len),
    "list": _collect(list),
    "map": watched(map),
    "max": _extreme(max),
    "min": _extreme(min),
    "round": watched(_round),
    "set": _collect(set),
    "str": TypeFunction(str, watched(text, builds=True)),
    "sum": watched(_sum),
    "tuple": _collect(tuple),
    "zip": watched(zip),
    "reduce": watched(_reduce),
    "range": watched(_range),
    "load_json": watched(json_yaml.load_json),
    "load_yaml": watched(json_yaml.load_yaml),
    "dump_json": watched(json_yaml.dump_json, builds=True),
    "dump_yaml": watched(json_yaml.dump_yaml, builds=True),
    "extract_json": watched(json_yaml.extract_json),
    "search_regex": watched(regex.search),
    "match_regex": watched(match_regex),
    "nlp": _missing("nlp", "it needs a language model for linguistics"),
    "chunk_doc": watched(json_yaml.chunk_doc),
    "humanize_text_alpha": _missing("humanize_text_alpha", "it needs services of its own"),
    "markdown_to_html": watched(markdown_to_html, builds=True),
    "html_to_markdown": watched(html_to_markdown, builds=True),
}
