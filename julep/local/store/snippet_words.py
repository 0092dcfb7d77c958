"""The words of snippets, as the full text index keeps them."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from typing import NamedTuple

_TABLES = """
    CREATE VIRTUAL TABLE temp.asked USING fts5(
        words, tokenize='porter unicode61 remove_diacritics 2'
    );
    CREATE VIRTUAL TABLE temp.stems USING fts5vocab('temp', 'asked', 'instance');
    CREATE VIRTUAL TABLE temp.places USING fts5vocab('main', 'snippets_text', 'instance');
"""


class WordPlace(NamedTuple):
    """Where a stem stands: in which snippet and column, after how many other words."""

    number: int
    stem: str
    column: str
    offset: int


class SnippetWords:
    """Looks up stems, and where they stand."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        connection.executescript(_TABLES)

    def stems(self, words: Iterable[str]) -> dict[str, list[str]]:
        """Return what the index makes of each word: a stem, or several if it sees several words."""
        known: dict[str, list[str]] = {word: [] for word in words}
        self._connection.execute("DELETE FROM temp.asked")
        rows = enumerate(known)
        self._connection.executemany("INSERT INTO temp.asked(rowid, words) VALUES (?, ?)", rows)
        # FTS5 cuts long words at a byte, within a character too: such a stem is not text to SQLite.
        sql = "SELECT doc, CAST(term AS BLOB) FROM temp.stems ORDER BY doc, offset"
        names = list(known)
        for number, stem in self._connection.execute(sql).fetchall():
            known[names[number]].append(stem.decode(errors="replace"))
        return known

    def places(self, stems: Iterable[str], numbers: Sequence[int]) -> list[WordPlace]:
        """Find where these stems stand in these snippets."""
        marks = ", ".join("?" * len(numbers))
        sql = f"SELECT doc, term, col, offset FROM temp.places WHERE term = ? AND doc IN ({marks})"  # noqa: S608 - question marks only
        found = [self._connection.execute(sql, (stem, *numbers)).fetchall() for stem in set(stems)]
        return [WordPlace(*row) for rows in found for row in rows]

    def all_places(self, stem: str) -> sqlite3.Cursor:
        """Find where a stem stands anywhere, as numbers of snippets and packed places."""
        sql = (
            "SELECT doc, offset * 2 + (col = 'title') FROM temp.places WHERE term = ? ORDER BY doc"
        )
        return self._connection.execute(sql, (stem,))

    def titles(self, numbers: Sequence[int]) -> dict[int, str]:
        """Return the titles of these snippets' documents."""
        marks = ", ".join("?" * len(numbers))
        sql = f"SELECT number, title FROM snippets WHERE number IN ({marks})"  # noqa: S608 - question marks only
        return dict(self._connection.execute(sql, numbers).fetchall())


def unpacked(place: int) -> tuple[str, int]:
    """Return column and offset of a packed place."""
    return "title" if place % 2 else "content", place // 2
