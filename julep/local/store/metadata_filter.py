"""Metadata filters: does this resource's metadata hold what the caller asks for?"""

from __future__ import annotations

import json
from collections.abc import Mapping

import attrs

from julep.local.errors import BadRequest
from julep.local.json_text import is_well_formed
from julep.types._json import JsonObject, is_object
from julep.types._plain import contains

_DOTTED = "metadata_filter."


@attrs.frozen
class MetadataFilter:
    """What metadata must hold: JSON values, and texts of query parameters for single keys.

    Attributes:
        source: What it was read from, which tells it from others; empty if it wasn't read.
    """

    contained: JsonObject = attrs.field(factory=dict[str, object])
    texts: Mapping[str, str] = attrs.field(factory=dict[str, str])
    source: str = attrs.field(default="", eq=False)

    def __bool__(self) -> bool:
        return bool(self.contained or self.texts)

    def __call__(self, metadata: Mapping[str, object]) -> bool:
        """Tell whether this metadata passes."""
        return contains(metadata, self.contained) and all(
            _reads_as(metadata, key, text) for key, text in self.texts.items()
        )


def from_query(query: Mapping[str, str]) -> MetadataFilter:
    """Read the filter of a query, in either spelling, or both.

    Args:
        query: `metadata_filter` with a JSON object, and `metadata_filter.KEY` with one value.

    Raises:
        BadRequest: `metadata_filter` isn't a JSON object.
    """
    texts = {k.removeprefix(_DOTTED): v for k, v in query.items() if k.startswith(_DOTTED)}
    whole = query.get("metadata_filter") or "{}"
    try:
        contained = json.loads(whole)
    except (ValueError, RecursionError):
        contained = None
    if not is_object(contained) or not is_well_formed(contained):
        raise BadRequest("metadata_filter is not a valid JSON object")
    return MetadataFilter(contained, texts, json.dumps([whole, texts], sort_keys=True))


def _reads_as(metadata: Mapping[str, object], key: str, text: str) -> bool:
    # A query parameter has no type: "7" may mean the number or the text.
    if not (found := _look_up(metadata, key)):
        return False
    (value,) = found
    if value == text:
        return True
    try:
        return contains(value, json.loads(text))
    except (ValueError, RecursionError):
        return False


def _look_up(metadata: object, key: str) -> tuple[object, ...]:
    # `a.b` is a key of that name, or else `b` inside of `a`.
    if not is_object(metadata):
        return ()
    if key in metadata:
        return (metadata[key],)
    head, _, rest = key.partition(".")
    return _look_up(metadata.get(head), rest) if rest else ()
