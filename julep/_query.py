"""Query parameters."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from enum import Enum
from typing import Any, cast
from urllib.parse import quote, urlencode

from ._codec import OMIT, decode_json, encode


def query_text(query: Mapping[str, Any]) -> str:
    """Parameters as they stand in a URL: without those that are None or `OMIT`, lists repeated."""
    return urlencode(list(_parameters(query)), quote_via=quote)


def metadata_query(metadata_filter: Mapping[str, Any] | str | None) -> dict[str, Any]:
    """A metadata filter in the forms of both server generations; each ignores the other's.

    Raises:
        ValueError: It is text, and not that of a JSON object.
    """
    if metadata_filter is OMIT or metadata_filter is None:
        return {}
    wanted = metadata_filter if isinstance(metadata_filter, Mapping) else _object(metadata_filter)
    dotted = {f"metadata_filter.{key}": _json_word(value) for key, value in wanted.items()}
    return {"metadata_filter": encode(wanted).decode(), **dotted}


def _object(text: str) -> Mapping[str, Any]:
    try:
        value = json.loads(text)
    except (TypeError, ValueError):
        value = None
    if isinstance(value, dict):
        return cast("dict[str, Any]", value)
    raise ValueError(f"metadata_filter must be a dict or the text of a JSON object, not {text!r}")


def _json_word(value: Any) -> str:
    return value if isinstance(value, str) else encode(value).decode()


def _parameters(query: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for name, value in query.items():
        if value is None or value is OMIT:
            continue
        if isinstance(value, Mapping):
            nested = cast("Mapping[str, Any]", value)
            yield from _parameters({f"{name}[{key}]": item for key, item in nested.items()})
        elif isinstance(value, list | tuple | set | frozenset):
            yield from ((name, _word(item)) for item in cast("list[Any]", value))
        else:
            yield name, _word(value)


def _word(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Enum):
        return str(value.value)
    if isinstance(value, datetime):
        return cast("str", decode_json(encode(value)))
    return str(value)
