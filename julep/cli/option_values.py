"""What is written as `name=value`, and JSON on the command line."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final, cast

import click

from julep.types._json import is_object

from .failures import words

_BEGINS_JSON: Final = ("{", "[", '"')


class BrokenJson(ValueError):
    """A text begins like JSON, and is none."""


def value_of(text: str) -> Any:
    """Return what a text says as JSON, or the text where it does not begin like JSON.

    Raises:
        BrokenJson: It begins like JSON, and is none: half of a list is nothing that was meant.
    """
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        if begins_json(text):
            raise BrokenJson(
                f"it is not JSON: {error}; a text that begins so must stand in double quotes"
            ) from None
        return text


def begins_json(text: str) -> bool:
    """Tell whether a text begins as only JSON does."""
    return text.lstrip().startswith(_BEGINS_JSON)


def named_value(text: str) -> tuple[str, Any]:
    """Read `name=value`.

    Raises:
        BadParameter: It is none.
    """
    name, equals, value = text.partition("=")
    if not (equals and name.strip()):
        raise click.BadParameter(f"{text!r} is not of the form name=value")
    try:
        return name.strip(), value_of(value)
    except BrokenJson as error:
        raise click.BadParameter(f"{name.strip()}: {error}") from None


def named_values(
    _context: click.Context, _option: click.Parameter, given: Iterable[str]
) -> dict[str, Any]:
    """Read an option that is given as `name=value`, several times."""
    return dict(map(named_value, given))


def merged_objects(
    _context: click.Context, _option: click.Parameter, given: Iterable[str]
) -> dict[str, Any]:
    """Read an option that is given as JSON objects, `@file` and `name=value`; later ones go before."""
    read: dict[str, Any] = {}
    for text in given:
        read |= _object(text)
    return read


def _object(text: str) -> dict[str, Any]:
    if text.startswith("@"):
        text = _contents(text[1:])
    elif not begins_json(text):
        return dict([named_value(text)])
    try:
        value: object = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise click.BadParameter(f"it is not JSON: {error}") from None
    if not is_object(value):
        raise click.BadParameter("it must be a JSON object, such as '{\"n\": 1}'")
    return cast("dict[str, Any]", value)


def _contents(file: str) -> str:
    try:
        return sys.stdin.read() if file == "-" else Path(file).read_text(encoding="utf-8")
    except (OSError, ValueError) as error:
        raise click.BadParameter(f"{file} can't be read: {words(error)}") from None
