"""Checks made of others."""

from __future__ import annotations

from julep.types._json import is_array, is_object

from .checks import mapping
from .problems import MOST_TOLD, Problems, join, problem
from .schema import Check, described, schema_of

_HIDDEN = "(not shown)"


def hidden(check: Check) -> Check:
    """Accept what `check` accepts; its problems don't repeat what was received."""

    @described(**schema_of(check), writeOnly=True)
    def checked(value: object, loc: str, problems: Problems) -> object:
        found: Problems = []
        result = check(value, loc, found)
        problems.extend({**each, "received": _HIDDEN} for each in found)
        return result

    return checked


def optional(check: Check) -> Check:
    """Accept null, or what `check` accepts."""
    schema = schema_of(check)

    @described(**({"anyOf": [schema, {"type": "null"}]} if schema else {}))
    def checked(value: object, loc: str, problems: Problems) -> object:
        return None if value is None else check(value, loc, problems)

    return checked


def or_empty(check: Check) -> Check:
    """Accept an object that `check` accepts; null stands for an empty one."""
    given = optional(check)

    @described(**schema_of(given))
    def checked(value: object, loc: str, problems: Problems) -> object:
        result = given(value, loc, problems)
        return {} if result is None else result

    return checked


def either(**members: Check) -> Check:
    """Accept what one of these accepts; problems of all are reported, those of the closest first.

    Args:
        members: The checks, by the names that stand in the places of their problems.
    """

    @described(anyOf=[schema_of(check) for check in members.values()])
    def checked(value: object, loc: str, problems: Problems) -> object:
        tries: list[Problems] = []
        for name, check in members.items():
            found: Problems = []
            result = check(value, join(loc, name), found)
            if not found:
                return result
            tries.append(found)
        problems += [each for found in sorted(tries, key=_distance) for each in found]
        return value

    return checked


def _distance(found: Problems) -> tuple[int, bool]:
    """Rank a check: one that accepts the type, and finds problems deep inside, was meant."""
    deepest = max(each["loc"].count(".") + each["loc"].count("[") for each in found)
    return -deepest, any(each["type"].endswith("_type") for each in found)


def sequence(check: Check, minimum: int = 0, maximum: int | None = None) -> Check:
    """Accept a list of items, each as `check` accepts it."""

    @described(type="array", items=schema_of(check), minItems=minimum or None, maxItems=maximum)
    def checked(value: object, loc: str, problems: Problems) -> object:
        if not is_array(value):
            problem(problems, "list_type", "Input should be a valid list", loc, value)
            return value
        if len(value) < minimum:
            message = f"List should have at least {minimum} item after validation, not {len(value)}"
            problem(problems, "too_short", message, loc, value)
        elif maximum is not None and len(value) > maximum:
            message = f"List should have at most {maximum} items after validation, not {len(value)}"
            problem(problems, "too_long", message, loc, value)
            return value
        return [
            check(item, join(loc, at), problems)
            for at, item in enumerate(value)
            if len(problems) < MOST_TOLD
        ]

    return checked


def texts(check: Check, minimum: int = 0, maximum: int | None = None) -> Check:
    """Accept a list of texts, each as `check` accepts it, or a single one."""
    given = either(**{"Text": check, "list[Text]": sequence(check, minimum, maximum)})

    @described(**schema_of(given))
    def checked(value: object, loc: str, problems: Problems) -> object:
        result = given(value, loc, problems)
        return [result] if isinstance(result, str) else result

    return checked


def values(check: Check) -> Check:
    """Accept a JSON object whose values are as `check` accepts them."""

    @described(type="object", additionalProperties=schema_of(check))
    def checked(value: object, loc: str, problems: Problems) -> object:
        if not is_object(value):
            return mapping(value, loc, problems)
        return {
            key: check(item, join(loc, key), problems)
            for key, item in value.items()
            if len(problems) < MOST_TOLD
        }

    return checked
