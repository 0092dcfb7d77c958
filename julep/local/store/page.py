"""Which part of a listing is asked for."""

from __future__ import annotations

import re
from collections.abc import Mapping

import attrs

from julep.local.errors import BadRequest, Invalid
from julep.local.fields import Check, Problems, one_of, problem

from .metadata_filter import MetadataFilter, from_query

_MOST = 2**63 - 1


@attrs.frozen
class Page:
    """A slice of a listing, in an order, of what passes a filter."""

    limit: int = 100
    offset: int = 0
    sort_by: str = "created_at"
    direction: str = "desc"
    metadata: MetadataFilter = attrs.field(factory=MetadataFilter)


def read_page(query: Mapping[str, str], *, most: int = _MOST, least: int = 0) -> Page:
    """Read the page that a query asks for; the newest 100 items if it doesn't say.

    Args:
        query: `limit`, `offset`, `sort_by`, `direction` and metadata filters.
        most: The greatest limit of this listing.
        least: The smallest one.

    Raises:
        Invalid: A value can't be read.
        BadRequest: A number is out of its range.
    """
    problems: Problems = []
    page = Page(
        _whole(query, "limit", 100, problems),
        _whole(query, "offset", 0, problems),
        _word(query, "sort_by", one_of("created_at", "updated_at"), "created_at", problems),
        _word(query, "direction", one_of("asc", "desc"), "desc", problems),
        from_query(query),
    )
    if problems:
        raise Invalid(problems)
    if not least <= page.limit <= most:
        bounds = f"between {least} and {most}" if most < _MOST else f"{least} or more"
        raise BadRequest(f"Limit must be {bounds}")
    if not 0 <= page.offset <= _MOST:
        raise BadRequest("Offset must be >= 0")
    return page


def _word(
    query: Mapping[str, str], name: str, check: Check, default: str, problems: Problems
) -> str:
    value = check(query.get(name, default), f"query.{name}", problems)
    return str(value)


def _whole(query: Mapping[str, str], name: str, default: int, problems: Problems) -> int:
    text = query.get(name, str(default))
    # Python's own reading takes underscores and the digits of all scripts.
    if re.fullmatch(r"\s*[+-]?[0-9]{1,30}\s*", text):
        return int(text)
    message = "Input should be a valid integer, unable to parse string as an integer"
    problem(problems, "int_parsing", message, f"query.{name}", text)
    return default
