"""The pieces of documents that searches look through, in SQLite."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence

import attrs

from .row_numbers import unused_numbers

_MOST_ALIKE = 200
_ANY_LENGTH = 2**62
_PREFIX = "unfinished doc "
FINISHED = f"id NOT IN (SELECT value FROM facts WHERE name LIKE '{_PREFIX}%')"  # noqa: S608 - our own text
"""What is asked of documents that have all their pieces. The others, which are few, are read once."""
_REMOVE_UNFINISHED = """
    DELETE FROM docs WHERE id IN (SELECT value FROM facts WHERE name LIKE 'unfinished doc %');
    DELETE FROM facts WHERE name LIKE 'unfinished doc %';
"""
_TITLE_WEIGHT, _CONTENT_WEIGHT = 4.0, 1.0
# Triggers also see what goes because its document, agent or user went.
_SCORE = f"-bm25(snippets_text, {_TITLE_WEIGHT}, {_CONTENT_WEIGHT})"
_WATCH = """
    CREATE TEMP TRIGGER snippet_added AFTER INSERT ON main.snippets BEGIN
        SELECT owner_changed(new.owner_id);
    END;
    CREATE TEMP TRIGGER snippet_embedded AFTER UPDATE OF embedding ON main.snippets BEGIN
        SELECT owner_changed(new.owner_id);
    END;
    CREATE TEMP TRIGGER snippet_removed AFTER DELETE ON main.snippets BEGIN
        SELECT owner_changed(old.owner_id);
    END;
"""


@attrs.frozen
class Snippet:
    """One piece of a document."""

    number: int
    doc_id: str
    position: int
    content: str


class Snippets:
    """The table of snippets and its full text index."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._unused = unused_numbers(connection, "snippets")
        self._on_change: list[Callable[[str], object]] = []
        connection.create_function("owner_changed", 1, self._changed)
        connection.executescript(_WATCH)
        # What a server that was killed had begun. Its caller was told nothing, and asks again.
        connection.executescript(_REMOVE_UNFINISHED)

    def watch(self, on_change: Callable[[str], object]) -> None:
        """Register a callback for the id of each owner whose snippets change."""
        self._on_change.append(on_change)

    def _changed(self, owner_id: str) -> None:
        for each in self._on_change:
            each(owner_id)

    def begin(self, doc_id: str) -> None:
        """Note that a document's pieces come one after the other; without all it isn't shown."""
        sql = "INSERT INTO facts (name, value) VALUES (? || ?, ?)"
        self._connection.execute(sql, (_PREFIX, doc_id, doc_id))

    def finish(self, doc_id: str) -> None:
        """Note that all of the document's pieces are there, or that it is gone."""
        self._connection.execute("DELETE FROM facts WHERE name = ? || ?", (_PREFIX, doc_id))

    def any_unfinished(self) -> bool:
        """Tell whether there is a document whose pieces aren't all there."""
        sql = f"SELECT EXISTS (SELECT 1 FROM facts WHERE name LIKE '{_PREFIX}%')"  # noqa: S608 - our own text
        return bool(self._connection.execute(sql).fetchone()[0])

    def add(
        self, doc_id: str, owner_id: str, title: str, contents: Iterable[str], first: int = 0
    ) -> None:
        """Store a document's pieces in order, from that position on."""
        sql = """INSERT INTO snippets (number, doc_id, owner_id, position, title, content)
                 VALUES (?, ?, ?, ?, ?, ?)"""
        rows = (
            (next(self._unused), doc_id, owner_id, at, title, content)
            for at, content in enumerate(contents, first)
        )
        self._connection.executemany(sql, rows)

    def pending(self, owners: Sequence[str], limit: int) -> list[tuple[int, str, str]]:
        """Return number, title and content of the owners' snippets without a vector."""
        sql = f"""SELECT number, title, content FROM snippets
                  WHERE embedding IS NULL AND owner_id IN ({_marks(owners)}) LIMIT ?"""  # noqa: S608 - question marks only
        return self._connection.execute(sql, (*owners, limit)).fetchall()

    def embed(self, vectors: Iterable[tuple[int, bytes]]) -> None:
        """Store the vectors of snippets, given by number."""
        sql = "UPDATE snippets SET embedding = ? WHERE number = ?"
        self._connection.executemany(sql, ((vector, number) for number, vector in vectors))

    def of_doc(self, doc_id: str) -> list[Snippet]:
        """Return a document's pieces in order."""
        sql = """SELECT number, doc_id, position, content FROM snippets
                 WHERE doc_id = ? ORDER BY position"""
        return [Snippet(*row) for row in self._connection.execute(sql, (doc_id,))]

    def embeddings_of_doc(self, doc_id: str) -> list[bytes]:
        """Return the vectors of a document's pieces in order, as far as they have one."""
        sql = """SELECT embedding FROM snippets
                 WHERE doc_id = ? AND embedding IS NOT NULL ORDER BY position"""
        return [vector for (vector,) in self._connection.execute(sql, (doc_id,))]

    def matching(self, query: str, owners: Sequence[str], most: int) -> Iterator[int]:
        """Find the numbers of what fits a query of FTS5, best first; of more than `most`, the newest."""
        # The index says who owns a snippet; the table, which has the long texts, isn't read.
        sql = f"""SELECT number FROM (
                      SELECT rowid AS number,
                             {_SCORE} AS score
                      FROM snippets_text
                      WHERE snippets_text MATCH ? AND EXISTS (
                          SELECT 1 FROM snippets INDEXED BY snippets_by_owner
                          WHERE number = snippets_text.rowid AND owner_id IN ({_marks(owners)}))
                      ORDER BY rowid DESC LIMIT ?)
                  ORDER BY score DESC, number"""  # noqa: S608 - question marks only
        for (number,) in self._connection.execute(sql, (query, *owners, most)):
            yield number

    def scores(self, term: str) -> sqlite3.Cursor:
        """Find what has a term of FTS5, whoever owns it, as numbers with what it adds to scores."""
        sql = (
            f"SELECT rowid, {_SCORE} FROM snippets_text WHERE snippets_text MATCH ? ORDER BY rowid"  # noqa: S608 - our own text
        )
        return self._connection.execute(sql, (term,))

    def owned(self, owner_id: str) -> sqlite3.Cursor:
        """Return the numbers of an owner's snippets, each with 0."""
        sql = "SELECT number, 0 FROM snippets WHERE owner_id = ? ORDER BY number"
        return self._connection.execute(sql, (owner_id,))

    def docs(self, numbers: Sequence[int]) -> dict[int, str]:
        """Return the documents of these snippets."""
        sql = f"SELECT number, doc_id FROM snippets WHERE number IN ({_marks(numbers)})"  # noqa: S608 - question marks only
        return dict(self._connection.execute(sql, numbers).fetchall())

    def with_any_run(
        self, runs: Sequence[str], owners: Sequence[str], longest: int
    ) -> list[tuple[int, str, str, str]]:
        """Return number, document, title and content of snippets with most of these runs.

        Args:
            runs: Of three letters each.
            owners: Ids of agents and users.
            longest: Contents of more characters are passed over, and only their titles looked at.
        """
        query = " OR ".join(f'"{run}"' for run in runs)
        # Titles are looked at by themselves: beside a long content a short one hardly counts.
        sql = f"""SELECT s.number, s.doc_id, s.title, s.content
                  FROM snippets_runs JOIN snippets s ON s.number = snippets_runs.rowid
                  WHERE snippets_runs MATCH ? AND s.owner_id IN ({_marks(owners)})
                        AND length(s.content) <= ?
                  ORDER BY rank LIMIT {_MOST_ALIKE}"""  # noqa: S608 - question marks only
        by_title = self._connection.execute(sql, (f"title: ({query})", *owners, _ANY_LENGTH))
        found = {row[0]: row for row in by_title.fetchall()}
        by_content = self._connection.execute(sql, (f"content: ({query})", *owners, longest))
        return list({**found, **{row[0]: row for row in by_content.fetchall()}}.values())

    def numbered(self, numbers: Sequence[int]) -> dict[int, Snippet]:
        """Return the snippets of these numbers."""
        sql = f"SELECT number, doc_id, position, content FROM snippets WHERE number IN ({_marks(numbers)})"  # noqa: S608 - question marks only
        return {row[0]: Snippet(*row) for row in self._connection.execute(sql, numbers)}

    def embeddings(self, numbers: Sequence[int]) -> dict[int, bytes]:
        """Return the vectors of the snippets of these numbers, as far as they have one."""
        sql = f"""SELECT number, embedding FROM snippets
                  WHERE embedding IS NOT NULL AND number IN ({_marks(numbers)})"""  # noqa: S608 - question marks only
        return dict(self._connection.execute(sql, numbers).fetchall())

    def vectors(self, owner_id: str) -> list[tuple[int, str, bytes]]:
        """Return number, document and vector of the owner's snippets that have one."""
        sql = """SELECT number, doc_id, embedding FROM snippets
                 WHERE owner_id = ? AND embedding IS NOT NULL ORDER BY number"""
        return self._connection.execute(sql, (owner_id,)).fetchall()


def _marks(items: Sequence[object]) -> str:
    return ", ".join("?" * len(items))
