"""Pieces of a text, cut where its author would cut it."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from typing import Final, NamedTuple

CHUNK: Final = 1200
"""Characters of a piece: some paragraphs, of which a prompt can hold ten."""
OVERLAP: Final = 150
"""Characters that a piece repeats of the one before: a sentence or two."""


class _Boundary(NamedTuple):
    """A kind of place to cut at, and how full a piece has to be for it."""

    pattern: re.Pattern[str]
    least: float


_HEADING: Final = re.compile(
    r"^(?P<fence>```|~~~)"  # what looks like a heading inside of code is none
    r"|^#{1,6}[ \t]+\S"
    r"|^(?=\S)[^\n]*\n(?:={3,}|-{3,})[ \t\r]*$",
    re.MULTILINE,
)
_SENTENCE: Final = re.compile(r"[.!?…][\"'”’»)\]]*\s+|[。！？][”’」』）]*\s*")  # noqa: RUF001 - they end sentences too
_WORD: Final = re.compile(r"\s+")
_BOUNDARIES: Final = (
    _Boundary(re.compile(r"\n[ \t\r]*\n\s*"), 0.5),
    _Boundary(_SENTENCE, 0.5),
    _Boundary(re.compile(r"\r?\n"), 0.5),
    _Boundary(_WORD, 0.0),
)
_LEAST_SECTION: Final = 0.25
"""How full a piece has to be to end before a heading; shorter sections are put together."""


def chunks(text: str, size: int = CHUNK, overlap: int = OVERLAP) -> list[str]:
    """Cut a text into pieces that can be found one by one.

    A piece ends before a heading of Markdown (or one that is underlined) if that comes late enough,
    else after a paragraph, a sentence, a line, or a word, in this order. Only a word that is longer
    than a piece is cut. Each piece stands in the text as it is, but for white space around it.

    Args:
        text: The text.
        size: The most characters of a piece, at least 1.
        overlap: The most characters at the end of a piece that the next one repeats, less than `size`.
            They begin with a sentence if one begins there, else with a word, unless a word is cut.
            A piece that begins with a heading repeats nothing.

    Returns:
        The pieces, in their order; none of a text of white space.

    Raises:
        TypeError: `text` is not text, or a number is not whole.
        ValueError: A number is out of its range.
    """
    check_sizes(size, overlap)
    if not isinstance(text, str):
        raise TypeError(f"text must be a str, not {type(text).__name__}")
    return list(_Cutter(text, size, overlap).pieces())


def check_sizes(size: int, overlap: int, names: tuple[str, str] = ("size", "overlap")) -> None:
    """Refuse what no text can be cut by.

    Raises:
        TypeError: A number is not whole.
        ValueError: A number is out of its range.
    """
    for name, number in zip(names, (size, overlap), strict=True):
        if isinstance(number, bool) or not isinstance(number, int):
            raise TypeError(f"{name} must be a whole number of characters, not {number!r}")
    if size < 1:
        raise ValueError(f"{names[0]} must be 1 or more, not {size}")
    if not 0 <= overlap < size:
        raise ValueError(f"{names[1]} must be 0 or more and less than {names[0]}, not {overlap}")


class _Cutter:
    """Cuts one text."""

    def __init__(self, text: str, size: int, overlap: int) -> None:
        self._text = text
        self._size = size
        self._overlap = overlap
        self._headings = _headings(text) if len(text) > size else []

    def pieces(self) -> Iterator[str]:
        """Cut from the front to the end."""
        start = done = self._solid(0)
        while done < len(self._text):
            end = self._end(start, done)
            yield self._text[start:end].strip()
            done = self._solid(end)
            start = self._next_start(end, done)

    def _end(self, start: int, done: int) -> int:
        """Return where the piece ends that begins at `start`, and repeats all before `done`."""
        last = start + self._size
        if last >= len(self._text):
            return len(self._text)
        heading = self._heading_before(last)
        if heading > done and heading - start >= self._size * _LEAST_SECTION:
            return heading
        for pattern, least in _BOUNDARIES:
            earliest = max(done + 1, start + int(self._size * least))
            if (end := self._last_match(pattern, earliest, last)) is not None:
                return end
        return last

    def _last_match(self, pattern: re.Pattern[str], earliest: int, last: int) -> int | None:
        """Return the end of the last match that leaves a piece which is not too long."""
        end = None
        for match in pattern.finditer(self._text, earliest, last + 1):
            end = min(match.end(), last)
        return end

    def _heading_before(self, last: int) -> int:
        place = bisect_right(self._headings, last)
        return self._headings[place - 1] if place else 0

    def _next_start(self, end: int, done: int) -> int:
        """Return where the next piece begins; text before `done` is in the pieces before it."""
        if not self._overlap or self._heading_before(done) == done:
            return done
        # There may be white space between, and the piece is to bring something new.
        earliest = max(0, end - self._overlap, done - self._size + 1)
        for pattern in (_SENTENCE, _WORD):
            for match in pattern.finditer(self._text, max(0, earliest - 1), end):
                if earliest <= match.end() < end:
                    return match.end()
        is_within_a_word = done == end and not self._text[end - 1].isspace()
        return earliest if is_within_a_word else done

    def _solid(self, start: int) -> int:
        """Return where the next character stands that is no white space."""
        match = _WORD.match(self._text, start)
        return match.end() if match else start


def _headings(text: str) -> list[int]:
    """Return where headings begin."""
    found: list[int] = []
    fence = ""
    for match in _HEADING.finditer(text):
        if mark := match["fence"]:
            fence = "" if fence == mark else fence or mark
        elif not fence:
            found.append(match.start())
    return found
