"""What documents may have, and how texts are made documents."""

from __future__ import annotations

import codecs
from collections.abc import Mapping
from typing import Any, Final, TypedDict

from julep._codec import to_plain

from .chunks import CHUNK, OVERLAP, check_sizes
from .sources import Cutting

ALL_FILES: Final = "**/*"
LONGEST_PIECE: Final = 30_000
"""Characters that servers take."""


class DocFields(TypedDict, total=False):
    """What a document may have besides title and content.

    Attributes:
        metadata: Data of your own, to be filtered by.
        embed_instruction: What the text is for, for the embedding model (servers of 2025).
    """

    metadata: Mapping[str, Any] | None
    embed_instruction: str | None


class AddOptions(DocFields, total=False):
    """How files are found, read and cut. `metadata` and `embed_instruction` are for all of them.

    Attributes:
        glob: Which files of a folder, such as `**/*.md`. By default all, also those of folders in it.
        chunk: The most characters of a piece, 1 to 30000. Default 1200.
        overlap: The most characters that two pieces share, less than `chunk`. Default 150.
        encoding: What files are read as that are not UTF-8. By default they are skipped.
        title: The title of a single text, and what it is known by if it is no file.
        prune: Whether documents of files that are gone from the folder are deleted.
        concurrency: How many requests are under way at a time, at most. Default 8.
        progress: Whether a line on stderr tells how far it is.
    """

    glob: str
    chunk: int
    overlap: int
    encoding: str | None
    title: str | None
    prune: bool
    concurrency: int
    progress: bool


def cutting(given: Mapping[str, Any]) -> Cutting:
    """Return how texts are read and cut.

    Raises:
        TypeError: A number is not whole.
        ValueError: A number is out of its range, or there is no such encoding.
    """
    __tracebackhide__ = True
    size, overlap = given.get("chunk", CHUNK), given.get("overlap", OVERLAP)
    check_sizes(size, overlap, ("chunk", "overlap"))
    if size > LONGEST_PIECE:
        raise ValueError(f"chunk must be {LONGEST_PIECE} or less, not {size}: servers take no more")
    if (encoding := given.get("encoding")) is not None:
        _check_encoding(encoding)
    own = DocFields.__annotations__
    fields = {name: value for name, value in given.items() if name in own and value is not None}
    return Cutting(size, overlap, encoding, to_plain(fields))


def _check_encoding(name: str) -> None:
    __tracebackhide__ = True
    try:
        codecs.lookup(name)
    except LookupError:
        raise ValueError(f"encoding: Python knows none of the name {name!r}") from None
