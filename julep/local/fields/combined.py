"""Checks made of others."""

from __future__ import annotations

from julep.local.fields.checks import mapping
from julep.local.fields.problems import Problems, join, problem
from julep.local.fields.schema import Check, described, schema_of
from julep.types._json import is_array, is_object

_HIDDEN = "(not shown)"


def hidden(check: Check) -> Check:
    """What `check` takes; its problems don't repeat what was received."""

    @described(**schema_of(check), writeOnly=True)
    def checked(value: object, loc: str, problems: Problems) -> object:
        found: Problems = []
        result = check(value, loc, found)
        problems.extend({**each, "received": _HIDDEN} for each in found)
        return result

    return checked


def optional(check: Check) -> Check:
    """Null, or what `check` takes."""
    schema = schema_of(check)

    @described(**({"anyOf": [schema, {"type": "null"}]} if schema else {}))
    def checked(value: object, loc: str, problems: Problems) -> object:
        return None if value is None else check(value, loc, problems)

    return checked


def or_empty(check: Check) -> Check:
    """What `check` takes, an object; null stands for an empty one."""
    given = optional(check)

    @described(**schema_of(given))
    def checked(value: object, loc: str, problems: Problems) -> object:
        result = given(value, loc, problems)
        return {} if result is None else result

    return checked


def either(**members: Check) -> Check:
    """What one of these takes; the problems of all are told, those of the closest one first.

    Args:
        members: the checks, by the names that stand in the places of their problems.
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
    """A check that accepts the type, and then finds problems deep inside, is what was meant."""
    deepest = max(each["loc"].count(".") + each["loc"].count("[") for each in found)
    return -deepest, any(each["type"].endswith("_type") for each in found)


def sequence(check: Check, minimum: int = 0, maximum: int | None = None) -> Check:
    """A list of items, each as `check` takes it."""

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
        return [check(item, join(loc, at), problems) for at, item in enumerate(value)]

    return checked


def texts(check: Check, minimum: int = 0, maximum: int | None = None) -> Check:
    """A list of texts, each as `check` takes it; a single one stands for a list of it."""
    given = either(**{"Text": check, "list[Text]": sequence(check, minimum, maximum)})

    @described(**schema_of(given))
    def checked(value: object, loc: str, problems: Problems) -> object:
        result = given(value, loc, problems)
        return [result] if isinstance(result, str) else result

    return checked


def values(check: Check) -> Check:
    """A JSON object whose values are as `check` takes them."""

    @described(type="object", additionalProperties=schema_of(check))
    def checked(value: object, loc: str, problems: Problems) -> object:
        if not is_object(value):
            return mapping(value, loc, problems)
        return {key: check(item, join(loc, key), problems) for key, item in value.items()}

    return checked
