"""Bytes that are to be a document, read as text where they are one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from julep._warning import warn
from julep.types.added_docs import SkippedText

_EXTRACT: Final = "not text: extract its text{} and add that with title=…"
_FORMATS: Final = {
    b"%PDF-": f"a PDF, {_EXTRACT.format(', with pypdf for example,')}",
    b"PK\x03\x04": f"a zip archive, or a file of Word, Excel and the like, {_EXTRACT.format('')}",
    b"\xd0\xcf\x11\xe0": f"an old file of Word, Excel and the like, {_EXTRACT.format('')}",
    b"{\\rtf": f"RTF, {_EXTRACT.format('')}",
    b"%!PS": f"PostScript, {_EXTRACT.format('')}",
}
"""What files with a text in them begin with, and why they are skipped. Some are letters alone, and would
pass for the text."""
_CONTROLS: Final = frozenset(map(chr, [*range(1, 7), *range(0x0E, 0x1B), *range(0x1C, 0x20), 0x7F]))
"""Characters that texts don't have, unlike tabs, line and page ends, and escapes of terminals."""
_MOST_CONTROLS: Final = 0.01
"""The share of them in a text, at most: a few may be left of a conversion. In packed data that is read
by an encoding of single bytes they are a tenth."""
_LOOKED_AT: Final = 10_000
"""Characters in which they are counted."""
_MOST_NAMED: Final = 3
"""Files that a warning names."""


class Skip(Exception):
    """A text that can't be a document, and why."""


def text_of(content: bytes, encoding: str | None) -> str:
    """Read bytes as text.

    Args:
        content: The bytes.
        encoding: What a text is read as that is not UTF-8.

    Raises:
        Skip: They are no text.
    """
    if known := next((each for each in _FORMATS if content.startswith(each)), None):
        raise Skip(_FORMATS[known])
    for each in filter(None, ("utf-8", encoding)):
        try:
            text = content.decode(each)
        except UnicodeError:
            continue
        if _is_text(text):
            return text
    raise Skip(f"not text in UTF-8{f' or {encoding}' if encoding else ''}")


def warn_of_unread(skipped: Sequence[SkippedText]) -> None:
    """Warn of documents whose format is not read: people take them to be added, unlike pictures."""
    unread = [one for one in skipped if one.reason in _FORMATS.values()]
    if unread:
        named = "; ".join(f"{one.path} is {one.reason}" for one in unread[:_MOST_NAMED])
        more = f"; and {len(unread) - _MOST_NAMED} more" if unread[_MOST_NAMED:] else ""
        warn(f"{len(unread)} skipped, see .skipped of the result: {named}{more}")


def _is_text(text: str) -> bool:
    # Files with the character 0 are no text, but for UTF-16 that is read as UTF-8.
    start = text[:_LOOKED_AT]
    controls = sum(letter in _CONTROLS for letter in start)
    return "\0" not in text and controls <= len(start) * _MOST_CONTROLS
