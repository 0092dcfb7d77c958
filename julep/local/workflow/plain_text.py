"""Text that was probably meant as an expression, and is none to servers."""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterator, Mapping

from julep.local.sandbox.budget import InvalidExpression
from julep.local.sandbox.expressions import parse, rewritten
from julep.types._json import is_array, is_object

from .issues import Issue
from .step_kinds import STEP_KINDS, kind_of
from .text_as_code import F_STRINGS

_USES_INPUT = re.compile(r"\{_[.\[}]")
_IS_INPUT = re.compile(r"_(?:[.[]|$)")
_INPUT = "_"
_LONGEST = 1_000
"""Characters of an expression that a sign is missing from; longer texts are texts."""


def missing_sign(text: str, names: Collection[str]) -> str | None:
    """Return what to write instead of a text that is an expression but for the `$ ` before it.

    Args:
        text: The text, which servers take as it stands.
        names: What expressions may mention there.
    """
    code = text.strip()
    is_marked = code.startswith("$")
    code = code.removeprefix("$").strip()
    # What is filled in, such as `n is {_.n}`, may be Python, too.
    is_filled = "{" in code and not code.startswith(F_STRINGS)
    if len(code) > _LONGEST or is_filled or not (is_marked or _INPUT in code):
        return None
    try:
        tree = parse(code)
    except (SyntaxError, InvalidExpression, ValueError, RecursionError, MemoryError):
        return None
    mentioned = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    is_meant = not mentioned.isdisjoint(names) if is_marked else _INPUT in mentioned
    return f"$ {code}" if is_meant else None


def never_evaluated(location: str, step: Mapping[str, object]) -> Iterator[Issue]:
    """Yield the expressions of a step in fields that are taken as they stand."""
    for name, field in STEP_KINDS[kind_of(step)].fields.items():
        value = step.get(name)
        if field.holds != "data" or not isinstance(value, str):
            continue
        if rewritten(value).startswith("$ ") or _USES_INPUT.search(value):
            yield Issue(
                location=f"{location}.{name}",
                message=f"{name} is not evaluated, it is this very text",
                severity="warning",
                type="plain_text",
                details={"expression": value},
            )


def unquoted(location: str, step: Mapping[str, object]) -> Iterator[Issue]:
    """Yield what YAML made objects of, such as `{_.who}` without quotes, and was meant as text."""
    for name, field in STEP_KINDS[kind_of(step)].fields.items():
        if field.holds == "expressions":
            yield from _unquoted(f"{location}.{name}", step.get(name))


def _unquoted(location: str, value: object) -> Iterator[Issue]:
    if is_array(value):
        for i, item in enumerate(value):
            yield from _unquoted(f"{location}[{i}]", item)
    elif is_object(value) and value and all(map(_is_bare, value.items())):
        yield Issue(
            location=location,
            message="Braces without quotes make an object in YAML, whose keys these are: "
            f'{", ".join(value)}. Write the text in quotes, such as "{{{next(iter(value))}}}"',
            severity="warning",
            type="plain_text",
        )
    elif is_object(value):
        for key, item in value.items():
            yield from _unquoted(f"{location}.{key}", item)


def _is_bare(member: tuple[str, object]) -> bool:
    key, value = member
    return value is None and bool(_IS_INPUT.match(key))
