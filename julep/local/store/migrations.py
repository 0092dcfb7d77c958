"""The steps from an empty file to today's tables.

A file keeps the number of the last step it took. A step that was released is never changed: a new
table, column or index is a new step at the end.
"""

from __future__ import annotations

import sqlite3

from .released_tables import CHANGES, METADATA, RUNS_OF_LETTERS, SCHEMA

APPLICATION_ID = 0x4A4C4550
"""Stands in the header of each file, to tell other programs' files apart: "JLEP"."""
STEPS: tuple[str, ...] = (
    SCHEMA,
    f"PRAGMA application_id = {APPLICATION_ID};",
    RUNS_OF_LETTERS,
    METADATA,
    CHANGES,
)
_TABLES_OF_STEP_1 = {"agents", "executions", "facts", "transitions"}


def is_ours(connection: sqlite3.Connection) -> bool:
    """Tell whether a file is empty, or was written by this server."""
    application, version = _pragma(connection, "application_id"), _version(connection)
    if application:
        return application == APPLICATION_ID
    tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master")}
    if version == 0:
        return not tables
    return version == 1 and tables >= _TABLES_OF_STEP_1


def is_newer(connection: sqlite3.Connection) -> bool:
    """Tell whether a file took steps that aren't known here."""
    return _version(connection) > len(STEPS)


def migrate(connection: sqlite3.Connection) -> None:
    """Take the steps that are missing, each one whole or not at all."""
    taken = _version(connection)
    for number, step in enumerate(STEPS[taken:], start=taken + 1):
        connection.executescript(
            f"BEGIN IMMEDIATE;{step}\nPRAGMA user_version = {number};COMMIT;",
        )


def _version(connection: sqlite3.Connection) -> int:
    return _pragma(connection, "user_version")


def _pragma(connection: sqlite3.Connection, name: str) -> int:
    (value,) = connection.execute(f"PRAGMA {name}").fetchone()
    return int(value)
