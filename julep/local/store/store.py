"""SQLite: one connection, one table class for all resources, and the transactions around them.

The server runs in one thread, and nothing is awaited inside a transaction, so a transaction is
never seen half done. A file is held by one server at a time: two would run executions twice.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Generic, TypeVar

from julep.local.durability import DEFAULT_DURABILITY, Durability
from julep.local.errors import Conflict
from julep.local.json_text import to_json
from julep.local.records import (
    Agent,
    Doc,
    Entry,
    File,
    Job,
    Project,
    Secret,
    Session,
    Task,
    Tool,
    User,
)
from julep.local.unwritable import find_fault
from julep.types._json import as_object

from .database import StoreUnusable, open_database
from .entry_rows import EntryRows
from .execution_log import ExecutionLog
from .execution_rows import ExecutionRows
from .listing import Listing, conditions
from .metadata_filter import MetadataFilter
from .metadata_lookup import MetadataLookup
from .outage import Outage
from .page import Page
from .row_numbers import unused_numbers
from .rows import ALL, Rows, Stored
from .snippet_words import SnippetWords
from .snippets import FINISHED, Snippets
from .verdicts import VerdictsByFilter

R = TypeVar("R", bound=Mapping[str, object])
_ROWS_AT_ONCE = 100  # that a filter looks at, if the page isn't longer


class Table(Generic[R]):
    """One kind of resource. Keys given by name narrow every reading to rows that have them.

    Args:
        connection: The database.
        name: Of the table.
        shown: What holds of the rows that are read, in SQL; the others can only be deleted.
    """

    def __init__(self, connection: sqlite3.Connection, name: str, shown: str = "1") -> None:
        self._connection = connection
        self._execute = connection.execute
        self._name = name
        self._shown = shown
        self._metadata = MetadataLookup(connection, name)
        self._verdicts = VerdictsByFilter()
        self._unused = unused_numbers(connection, name)

    def insert(self, body: R) -> None:
        """Add a resource.

        Raises:
            sqlite3.IntegrityError: Its id or a unique key is taken, or its parent is missing.
        """
        self.insert_text(str(body["id"]), to_json(body))

    def insert_text(self, id: str, text: str) -> None:
        """Add a resource of this id as `insert` does, given as JSON."""
        sql = f"INSERT INTO {self._name} (rowid, id, body) VALUES (?, ?, ?)"  # noqa: S608 - our own names
        self._execute(sql, (next(self._unused), id, text))

    def replace(self, body: R) -> None:
        """Overwrite the resource of this id."""
        sql = f"UPDATE {self._name} SET body = ? WHERE id = ? RETURNING rowid"  # noqa: S608 - our own names
        for (number,) in self._execute(sql, (to_json(body), body["id"])).fetchall():
            self._verdicts.forget(number)

    def get(self, id: str, **keys: str) -> R | None:
        """Return the resource of this id, or None."""
        return next(iter(self.find(id=id, **keys)), None)

    def stored(self, id: str) -> Stored[R] | None:
        """Return the resource of this id as it is stored, or None."""
        sql = f"SELECT CAST(body AS BLOB) FROM {self._name} WHERE {self._shown} AND id = ?"  # noqa: S608 - our own names
        row = self._execute(sql, (id,)).fetchone()
        return Stored(row[0]) if row else None

    def find(self, **keys: str) -> list[R]:
        """Return all resources with these keys, oldest first."""
        where, values = conditions(keys, self._shown)
        rows = self._execute(
            f"SELECT body FROM {self._name} WHERE {where} ORDER BY rowid",  # noqa: S608 - our own names
            values,
        )
        return self._load(rows)

    def rows(self, **keys: str) -> Rows[R]:
        """Return all resources with these keys, oldest first, read while they are walked through."""
        return Rows(self._connection, self._name, keys, partial(self._numbers, keys))

    def _numbers(self, keys: Mapping[str, str]) -> Iterator[Sequence[int]]:
        where, values = conditions(keys, self._shown)
        sql = f"SELECT rowid FROM {self._name} WHERE {where} ORDER BY rowid"  # noqa: S608 - our own names
        yield [number for (number,) in self._execute(sql, values)]

    def newest(self, most: int, **keys: str) -> list[R]:
        """Return the newest resources with these keys, oldest first, within so many characters."""
        where, values = conditions(keys, self._shown)
        sql = f"SELECT body FROM {self._name} WHERE {where} ORDER BY rowid DESC"  # noqa: S608 - our own names
        kept: list[tuple[str]] = []
        for row in self._execute(sql, values):
            most -= len(row[0])
            if most < 0:
                break
            kept.append(row)
        return self._load(reversed(kept))

    def page(self, page: Page, **keys: str) -> Rows[R]:
        """Return a part of the resources with these keys."""
        rows = partial(Rows[R], self._connection, self._name, keys, limit=page.limit)
        listing = Listing(self._connection, self._name, self._shown, self._metadata, page, keys)
        if not page.metadata:
            return rows(partial(listing.rounds, (), page.limit, page.offset))
        verdicts, state = self._verdicts.of(page.metadata.source), listing.state()
        start = verdicts.start(state, page.offset)
        offset = page.offset - start.offset
        first = min(max(_ROWS_AT_ONCE, offset + page.limit), ALL)
        return rows(
            partial(listing.rounds, start.place, first),
            offset=offset,
            wanted=partial(_passes, page.metadata),
            verdicts=verdicts,
            ended=partial(listing.note_end, verdicts, state),
        )

    def few(self, wanted: MetadataFilter, **keys: str) -> list[str] | None:
        """Return the ids of all with these keys that may pass a filter, or None if those are many."""
        return self._metadata.few(wanted, keys)

    def passing(self, wanted: MetadataFilter, ids: Iterable[str]) -> set[str]:
        """Return which of these ids are of resources that pass a filter."""
        sql = f"""SELECT id, coalesce(body -> '$.metadata', '{{}}') FROM {self._name}
                  WHERE {self._shown} AND id IN (SELECT value FROM json_each(?))"""  # noqa: S608 - our own names
        rows = self._execute(sql, (json.dumps([*ids]),))
        # One after the other: some are very long.
        return {id for id, metadata in rows if wanted(as_object(json.loads(metadata)))}

    def delete(self, **keys: str) -> int:
        """Delete the resources with these keys (cascading); return how many they were."""
        where, values = conditions(keys)
        return self._execute(f"DELETE FROM {self._name} WHERE {where}", values).rowcount  # noqa: S608 - our own names

    def _load(self, rows: Iterable[tuple[str]]) -> list[R]:
        # One text is parsed much faster than many.
        bodies: list[R] = json.loads(f"[{','.join(body for (body,) in rows)}]")
        return bodies


class Store:
    """All tables of one database.

    Args:
        path: The file, made when it isn't there; None keeps everything in memory.
        durability: What a power cut may take.

    Raises:
        StoreUnusable: The file isn't such a database, can't be written, or is in use.
    """

    def __init__(
        self, path: str | Path | None = None, durability: Durability = DEFAULT_DURABILITY
    ) -> None:
        self.path: Path | None = None if path is None else Path(path)
        self._connection = open_database(self.path, durability)
        self.outage: Outage = self._connection.outage
        self.agents: Table[Agent] = Table(self._connection, "agents")
        self.users: Table[User] = Table(self._connection, "users")
        self.tools: Table[Tool] = Table(self._connection, "tools")
        self.sessions: Table[Session] = Table(self._connection, "sessions")
        self.entries: Table[Entry] = Table(self._connection, "entries")
        self.entry_rows: EntryRows = EntryRows(self._connection)
        self.docs: Table[Doc] = Table(self._connection, "docs", FINISHED)
        self.files: Table[File] = Table(self._connection, "files")
        self.projects: Table[Project] = Table(self._connection, "projects")
        self.secrets: Table[Secret] = Table(self._connection, "secrets")
        self.tasks: Table[Task] = Table(self._connection, "tasks")
        self.jobs: Table[Job] = Table(self._connection, "jobs")
        self.snippets: Snippets = Snippets(self._connection)
        self.words: SnippetWords = SnippetWords(self._connection)
        self.executions: ExecutionRows = ExecutionRows(self._connection)
        self.log: ExecutionLog = ExecutionLog(self._connection, self.transaction)

    def use_vectors_of(self, model: str) -> None:
        """Forget the vectors that another model made: they can't be compared with this one's.

        Raises:
            StoreUnusable: That can't be written.
        """
        get = "SELECT value FROM facts WHERE name = 'embedding_model'"
        if self._connection.execute(get).fetchone() == (model,):
            return
        keep = "INSERT OR REPLACE INTO facts (name, value) VALUES ('embedding_model', ?)"
        try:
            with self.transaction():
                self._connection.execute("UPDATE snippets SET embedding = NULL")
                self._connection.execute(keep, (model,))
        except sqlite3.OperationalError as error:
            problem, remedy = find_fault(error) or (error, "Try again")
            raise StoreUnusable(f"{self.path} can't be opened: {problem}. {remedy}") from error

    @contextmanager
    def transaction(self) -> Generator[None]:
        """Keep all that is written inside, or none of it."""
        if self._connection.in_transaction:
            yield
            return
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            yield
            self._connection.execute("COMMIT")
        except BaseException:
            # A full disk ends the transaction by itself.
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
            raise

    @contextmanager
    def unique(self, message: str) -> Generator[None]:
        """Answer a taken key, or a parent that is gone, with a conflict of this message."""
        try:
            yield
        except sqlite3.IntegrityError as error:
            raise Conflict(message) from error

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()


def _passes(wanted: MetadataFilter, body: bytes) -> bool:
    return wanted(as_object(as_object(json.loads(body)).get("metadata")))
