"""Query parameters."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, cast
from urllib.parse import quote, urlencode

from julep.types._json import is_array, is_object

from ._codec import OMIT, decode_json, encode, to_plain


def query_text(query: Mapping[str, Any]) -> str:
    """Encode parameters for a URL: without those that are None or `OMIT`, lists repeated.

    Raises:
        TypeError: A value can't be sent. The message names the parameter.
    """
    return urlencode(list(_parameters(query)), quote_via=quote)


def metadata_query(wanted: Mapping[str, Any], late: Iterable[str]) -> dict[str, Any]:
    """Write a metadata filter in the forms of both server generations; each ignores the other's.

    Args:
        wanted: The values that metadata must have.
        late: The keys of those that servers of 2025 are asked for.
    """
    dotted = {f"metadata_filter.{key}": _json_word(wanted[key]) for key in late}
    return {"metadata_filter": _json(wanted), **dotted} if wanted else {}


def parsed_filter(metadata_filter: Mapping[str, Any] | str | None) -> dict[str, Any]:
    """Return the values that metadata must have, in whichever form they are given.

    Raises:
        ValueError: It is text, and not that of a JSON object.
    """
    if metadata_filter is OMIT or metadata_filter is None:
        return {}
    text = metadata_filter if isinstance(metadata_filter, str) else None
    plain = to_plain(metadata_filter if text is None else _parsed(text), "metadata_filter")
    if not is_object(plain):
        raise ValueError(
            f"metadata_filter must be a dict or the text of a JSON object, not {metadata_filter!r}"
        )
    return plain


def _parsed(text: str) -> Any:
    try:
        return decode_json(text)
    except ValueError:
        return None


def _json_word(value: Any) -> str:
    return value if isinstance(value, str) else _json(value)


def _json(value: Any) -> str:
    return encode(value).decode()


def _parameters(query: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for name, value in cast("dict[str, Any]", to_plain(query, "query")).items():
        yield from _words(name, value)


def _words(name: str, plain: Any) -> Iterator[tuple[str, str]]:
    if is_object(plain):
        for key, item in plain.items():
            yield from _words(f"{name}[{key}]", item)
    elif is_array(plain):
        for item in plain:
            yield from _words(name, item)
    elif plain is not None:
        yield name, ("true" if plain else "false") if isinstance(plain, bool) else str(plain)
