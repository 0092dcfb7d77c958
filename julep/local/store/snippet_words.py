"""The words of snippets, as the full text index keeps them."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

_TABLES = """
    CREATE VIRTUAL TABLE temp.asked USING fts5(
        words, tokenize='porter unicode61 remove_diacritics 2'
    );
    CREATE VIRTUAL TABLE temp.stems USING fts5vocab('temp', 'asked', 'instance');
    CREATE VIRTUAL TABLE temp.places USING fts5vocab('main', 'snippets_text', 'instance');
"""


_PLACES = """
    SELECT doc, col, offset, (SELECT title FROM snippets WHERE number = doc)
    FROM temp.places WHERE term = ?
"""
_WORD = re.compile(r"\w+")


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

    def places(self, stem: str, numbers: Sequence[int]) -> Iterator[tuple[int, int]]:
        """Find where a stem stands in these snippets, as `all_places` does."""
        marks = ", ".join("?" * len(numbers))
        sql = f"{_PLACES} AND doc IN ({marks}) ORDER BY doc"
        return _packed(self._connection.execute(sql, (stem, *numbers)))

    def all_places(self, stem: str) -> Iterator[tuple[int, int]]:
        """Find where a stem stands, as numbers of snippets in order and packed places.

        A place is after how many words the stem stands, as if the content stood behind the title:
        twice that, and one more in the title.
        """
        return _packed(self._connection.execute(f"{_PLACES} ORDER BY doc", (stem,)))


def _packed(rows: Iterable[tuple[int, str, int, str]]) -> Iterator[tuple[int, int]]:
    for number, column, offset, title in rows:
        in_title = column == "title"
        yield number, 2 * (offset + (0 if in_title else _words_in(title))) + in_title


@lru_cache(maxsize=1024)
def _words_in(title: str) -> int:
    return len(_WORD.findall(title))
