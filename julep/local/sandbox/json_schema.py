"""JSON Schema validation that neither downloads references nor meets patterns without end."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import jsonschema_specifications  # type: ignore[import-untyped]  # pyright: ignore[reportMissingTypeStubs] - it ships no annotations
from jsonschema import Draft202012Validator, ValidationError, validators

from julep.local.json_limits import is_too_deep
from julep.types._json import as_object

from . import regex
from .budget import LimitExceeded, budget


def _pattern(_: object, pattern: str, instance: object, __: object) -> Iterator[ValidationError]:
    if isinstance(instance, str) and regex.search(pattern, instance) is None:
        yield ValidationError(f"{instance!r} does not match {pattern!r}")


def _pattern_properties(
    validator: Any, patterns: Mapping[str, object], instance: object, _: object
) -> Iterator[ValidationError]:
    named = as_object(instance)
    for pattern, schema in patterns.items():
        for name in named:
            if regex.search(pattern, name) is not None:
                yield from validator.descend(named[name], schema, path=name, schema_path=pattern)


def _counted(keyword: Callable[..., Any]) -> Callable[..., Iterator[ValidationError]]:
    def counted(*args: object) -> Iterator[ValidationError]:
        budget().tick()
        yield from keyword(*args) or ()

    return counted


_KNOWN: Any = jsonschema_specifications.REGISTRY  # of the standard's own schemas, offline
_validators: Any = validators  # its `extend` has no annotations
_KEYWORDS: Mapping[str, Callable[..., Any]] = {
    **Draft202012Validator.VALIDATORS,
    "pattern": _pattern,
    "patternProperties": _pattern_properties,
}
_Validator: Any = _validators.extend(
    Draft202012Validator, {name: _counted(keyword) for name, keyword in _KEYWORDS.items()}
)
_DEEPEST = 100
"""Levels of a schema. The library recurses, and Python gives up at about 125 of them, or later where
whoever called it has more room: what a schema may be must not depend on that."""
_LONGEST_PROBLEM = 2_000  # characters, of which the first say what is wrong
SCHEMA_OF_SCHEMAS: object = _Validator.META_SCHEMA


class UnusableSchema(Exception):
    """A schema that nothing can be held against."""


def first_problem(schema: object, value: object) -> str | None:
    """Return the first thing in a value that does not fit a schema, with its place."""
    try:
        for path, message in problems_of(schema, value):
            place = ".".join(map(str, path))
            return f"{place}: {message}" if place else message
    except UnusableSchema as error:
        return str(error)
    return None


def problems_of(schema: object, value: object) -> Iterator[tuple[Sequence[str | int], str]]:
    """Yield the path and the fault of each thing in a value that does not fit a schema.

    Raises:
        UnusableSchema: The schema makes no sense.
    """
    if is_too_deep(value if schema is SCHEMA_OF_SCHEMAS else schema, _DEEPEST):
        raise UnusableSchema(f"the schema can't be used: it has more than {_DEEPEST} levels")
    try:
        for error in _Validator(schema, registry=_KNOWN).iter_errors(value):
            # The message may hold the whole value.
            yield [*error.absolute_path], error.message[:_LONGEST_PROBLEM]
    except LimitExceeded:
        raise
    except Exception as failure:
        # References, patterns and numbers that make no sense end in errors of many libraries.
        raise UnusableSchema(f"the schema can't be used: {failure}") from failure
