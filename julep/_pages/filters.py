"""Metadata filters: a part is matched by servers, and the rest here.

Servers of 2024 ignore the filter of a list of documents. Those of 2025 read every value as a number
if they can, so they match neither flags, lists and nulls nor texts such as "7", and give nothing; in
a list of documents they refuse numbers.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import attrs

from julep._query import metadata_query, parsed_filter
from julep.types._plain import contains


@attrs.frozen
class MetadataFilter:
    """What the metadata of an item must hold.

    Attributes:
        wanted: The values by key.
        asks_numbers: Whether servers of 2025 are asked for numbers.
    """

    wanted: Mapping[str, Any] = attrs.field(converter=parsed_filter)
    asks_numbers: bool = True

    @property
    def query(self) -> dict[str, Any]:
        """What of it servers can match, as query parameters."""
        return metadata_query(self.wanted, [key for key in self.wanted if self._is_asked(key)])

    @property
    def is_asked(self) -> bool:
        """Whether servers of 2025 match all of it."""
        return all(map(self._is_asked, self.wanted))

    def __call__(self, item: object) -> bool:
        """Tell whether an item passes; one without metadata does."""
        metadata = getattr(item, "metadata", None)
        return not self.wanted or metadata is None or contains(metadata, self.wanted)

    def _is_asked(self, key: str) -> bool:
        value = self.wanted[key]
        if isinstance(value, str):
            return not _is_number(value)
        return self.asks_numbers and isinstance(value, int | float) and not isinstance(value, bool)


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
