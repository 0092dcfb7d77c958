"""Checks of request bodies: each takes a value and where it stands, and notes what is wrong.

A check is a function of `(value, loc, problems)` that returns the value to store. It adds to
`problems` instead of raising, so one answer tells the caller everything that is wrong.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias
from uuid import UUID

import attrs

from julep.local.errors import Invalid
from julep.local.json_types import JsonObject, is_array, is_object

Problems: TypeAlias = list[JsonObject]
Check: TypeAlias = Callable[[Any, str, Problems], Any]

REQUIRED: Any = object()
_SHOWN = 200


def problem(problems: Problems, kind: str, message: str, loc: str, received: Any = None) -> None:
    """Note one problem; what was received is cut to a readable length."""
    shown = received
    if len(text := str(received)) > _SHOWN:
        shown = text[:_SHOWN] + "…"
    problems.append({"type": kind, "msg": message, "loc": loc, "received": shown})


def invalid(kind: str, message: str, loc: str, received: Any = None) -> Invalid:
    """The error of a request with this one problem."""
    problems: Problems = []
    problem(problems, kind, message, loc, received)
    return Invalid(problems)


def _join(loc: str, key: object) -> str:
    return f"{loc}.{key}" if loc else str(key)


def anything(value: Any, _loc: str, _problems: Problems) -> Any:
    """Any JSON value."""
    return value


def text(minimum: int = 0, maximum: int | None = None, pattern: str | None = None) -> Check:
    """Text of a length in characters, matching `pattern` from end to end."""

    def check(value: Any, loc: str, problems: Problems) -> Any:
        if not isinstance(value, str):
            problem(problems, "string_type", "Input should be a valid string", loc, value)
        elif len(value) < minimum:
            unit = "character" if minimum == 1 else "characters"
            message = f"String should have at least {minimum} {unit}"
            problem(problems, "string_too_short", message, loc, value)
        elif maximum is not None and len(value) > maximum:
            message = f"String should have at most {maximum} characters"
            problem(problems, "string_too_long", message, loc, value)
        elif pattern and not re.fullmatch(pattern, value):
            message = f"String should match pattern '{pattern}'"
            problem(problems, "string_pattern_mismatch", message, loc, value)
        return value

    return check


def hidden(check: Check) -> Check:
    """What `check` takes; its problems don't repeat what was received."""

    def checked(value: Any, loc: str, problems: Problems) -> Any:
        found: Problems = []
        result = check(value, loc, found)
        problems += [{**each, "received": None} for each in found]
        return result

    return checked


def boolean(value: Any, loc: str, problems: Problems) -> Any:
    """True or false, and nothing that merely looks like it."""
    if not isinstance(value, bool):
        problem(problems, "bool_type", "Input should be a valid boolean", loc, value)
    return value


def number(
    minimum: float | None = None,
    maximum: float | None = None,
    *,
    below: float | None = None,
    whole: bool = False,
) -> Check:
    """A number between two bounds, both allowed, or below an excluded one."""
    kind, noun = ("int_type", "integer") if whole else ("float_type", "number")
    accepted = (int,) if whole else (int, float)

    def check(value: Any, loc: str, problems: Problems) -> Any:
        if isinstance(value, bool) or not isinstance(value, accepted):
            problem(problems, kind, f"Input should be a valid {noun}", loc, value)
        elif minimum is not None and value < minimum:
            message = f"Input should be greater than or equal to {minimum}"
            problem(problems, "greater_than_equal", message, loc, value)
        elif maximum is not None and value > maximum:
            message = f"Input should be less than or equal to {maximum}"
            problem(problems, "less_than_equal", message, loc, value)
        elif below is not None and value >= below:
            problem(problems, "less_than", f"Input should be less than {below}", loc, value)
        return value

    return check


def one_of(*choices: str) -> Check:
    """One of these words."""
    *most, last = (f"'{choice}'" for choice in choices)
    listed = f"{', '.join(most)} or {last}" if most else last

    def check(value: Any, loc: str, problems: Problems) -> Any:
        if not isinstance(value, str) or value not in choices:
            problem(problems, "literal_error", f"Input should be {listed}", loc, value)
        return value

    return check


def identifier(value: Any, loc: str, problems: Problems) -> Any:
    """A UUID of any version, returned in its usual spelling."""
    try:
        return str(UUID(value))
    except (ValueError, AttributeError, TypeError):
        problem(problems, "uuid_parsing", "Input should be a valid UUID", loc, value)
        return value


def mapping(value: Any, loc: str, problems: Problems) -> Any:
    """A JSON object."""
    if not is_object(value):
        problem(problems, "dict_type", "Input should be a valid dictionary", loc, value)
    return value


def optional(check: Check) -> Check:
    """Null, or what `check` takes."""

    def checked(value: Any, loc: str, problems: Problems) -> Any:
        return None if value is None else check(value, loc, problems)

    return checked


def either(*checks: Check) -> Check:
    """What one of these takes; the problems of the closest one are told."""

    def checked(value: Any, loc: str, problems: Problems) -> Any:
        tries: list[Problems] = []
        for check in checks:
            found: Problems = []
            result = check(value, loc, found)
            if not found:
                return result
            tries.append(found)
        closest: Problems = max(tries, key=_closeness)
        problems += closest
        return value

    return checked


def _closeness(found: Problems) -> tuple[int, bool]:
    """A check that accepts the type, and then finds problems deep inside, is what was meant."""
    deepest = max(len(each["loc"]) for each in found)
    return deepest, not any(each["type"].endswith("_type") for each in found)


def sequence(check: Check, minimum: int = 0, maximum: int | None = None) -> Check:
    """A list of items, each as `check` takes it."""

    def checked(value: Any, loc: str, problems: Problems) -> Any:
        if not is_array(value):
            problem(problems, "list_type", "Input should be a valid list", loc, value)
            return value
        if len(value) < minimum:
            message = f"List should have at least {minimum} item after validation, not {len(value)}"
            problem(problems, "too_short", message, loc, value)
        elif maximum is not None and len(value) > maximum:
            message = f"List should have at most {maximum} items after validation, not {len(value)}"
            problem(problems, "too_long", message, loc, value)
        return [check(item, _join(loc, index), problems) for index, item in enumerate(value)]

    return checked


def values(check: Check) -> Check:
    """A JSON object whose values are as `check` takes them."""

    def checked(value: Any, loc: str, problems: Problems) -> Any:
        if not is_object(value):
            return mapping(value, loc, problems)
        return {key: check(item, _join(loc, key), problems) for key, item in value.items()}

    return checked


@attrs.frozen
class Field:
    """A field of a body: how it is checked, and what it is when it isn't sent."""

    check: Check
    default: Any = REQUIRED


@attrs.frozen
class Form:
    """The fields of a body; others are dropped, or kept where `open` says so."""

    fields: Mapping[str, Field]
    open: bool = False

    def read(self, body: Any) -> JsonObject:
        """The whole resource: what was sent, and defaults for the rest."""
        return self._checked(body, defaults=True)

    def sent(self, body: Any) -> JsonObject:
        """Only what was sent and isn't null, for a change that leaves the rest alone.

        Raises:
            Invalid: a field has the wrong type or size.
        """
        checked = self._checked(body, defaults=False)
        return {key: value for key, value in checked.items() if value is not None}

    def __call__(self, value: Any, loc: str, problems: Problems) -> Any:
        """Check a nested object, as a part of another form."""
        return self._fill(value, loc, problems, defaults=True)

    def _checked(self, body: Any, *, defaults: bool) -> JsonObject:
        problems: Problems = []
        result: JsonObject = self._fill(body, "", problems, defaults=defaults)
        if problems:
            raise Invalid(problems)
        return result

    def _fill(self, value: Any, loc: str, problems: Problems, *, defaults: bool) -> Any:
        if not is_object(value):
            return mapping(value, loc, problems)
        result = dict(value) if self.open else {}
        for name, field in self.fields.items():
            if name in value and (defaults or value[name] is not None):
                result[name] = field.check(value[name], _join(loc, name), problems)
            elif name in value:
                result[name] = None
            elif defaults and field.default is REQUIRED:
                problem(problems, "missing", "Field required", _join(loc, name))
            elif defaults:
                result[name] = field.default() if callable(field.default) else field.default
        return result
