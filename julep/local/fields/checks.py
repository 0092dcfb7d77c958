"""Checks of single values."""

from __future__ import annotations

import re
import sys
from contextlib import suppress
from urllib.parse import urlsplit
from uuid import UUID

from julep.types._json import is_object

from .problems import Problems, problem
from .schema import Check, described, schema_of


@described()
def anything(value: object, _loc: str, _problems: Problems) -> object:
    """Accept any JSON value."""
    return value


@described(type="boolean")
def boolean(value: object, loc: str, problems: Problems) -> object:
    """Accept true and false, and nothing that merely looks like them."""
    if not isinstance(value, bool):
        problem(problems, "bool_type", "Input should be a valid boolean", loc, value)
    return value


@described(type="string", format="uuid")
def identifier(value: object, loc: str, problems: Problems) -> object:
    """Accept a UUID of any version; return it in its usual spelling."""
    if isinstance(value, str):
        with suppress(ValueError):
            return str(UUID(value))
    problem(problems, "uuid_parsing", "Input should be a valid UUID", loc, value)
    return value


@described(type="object")
def mapping(value: object, loc: str, problems: Problems) -> object:
    """Accept a JSON object."""
    if not is_object(value):
        problem(problems, "dict_type", "Input should be a valid dictionary", loc, value)
    return value


def text(minimum: int = 0, maximum: int | None = None, pattern: str | None = None) -> Check:
    """Accept text of a length in characters, matching `pattern` from end to end."""
    whole = pattern and f"^{pattern}$"

    @described(type="string", minLength=minimum or None, maxLength=maximum, pattern=whole)
    def check(value: object, loc: str, problems: Problems) -> object:
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


def number(
    minimum: float | None = None,
    maximum: float | None = None,
    *,
    below: float | None = None,
    whole: bool = False,
) -> Check:
    """Accept a number between two bounds, both allowed, or below an excluded one."""
    kind, noun = ("int_type", "integer") if whole else ("float_type", "number")
    accepted = (int,) if whole else (int, float)

    @described(type=noun, minimum=minimum, maximum=maximum, exclusiveMaximum=below)
    def check(value: object, loc: str, problems: Problems) -> object:
        if isinstance(value, bool) or not isinstance(value, accepted):
            problem(problems, kind, f"Input should be a valid {noun}", loc, value)
        elif not whole and abs(value) > sys.float_info.max:
            problem(problems, "finite_number", "Input should be a finite number", loc, value)
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


def whole_number(minimum: int, maximum: int) -> Check:
    """Accept a whole number between two bounds, also one that is written as text."""
    bounded = number(minimum, maximum, whole=True)

    @described(**schema_of(bounded))
    def check(value: object, loc: str, problems: Problems) -> object:
        if isinstance(value, str):
            with suppress(ValueError):
                value = int(value)
        elif isinstance(value, float) and value.is_integer():
            value = int(value)
        return bounded(value, loc, problems)

    return check


@described(type="string", format="uri")
def web_address(value: object, loc: str, problems: Problems) -> object:
    """Accept a whole URL; return it with its path, if only a slash."""
    with suppress(ValueError):
        url = urlsplit(value if isinstance(value, str) else "")
        if url.scheme and url.hostname and url.port != 0:
            return url._replace(path=url.path or "/").geturl()
    problem(problems, "url_parsing", "Input should be a valid URL", loc, value)
    return value


def one_of(*choices: str) -> Check:
    """Accept one of these words."""
    *most, last = (f"'{choice}'" for choice in choices)
    listed = f"{', '.join(most)} or {last}" if most else last

    @described(type="string", enum=list(choices))
    def check(value: object, loc: str, problems: Problems) -> object:
        if not isinstance(value, str) or value not in choices:
            problem(problems, "literal_error", f"Input should be {listed}", loc, value)
        return value

    return check
