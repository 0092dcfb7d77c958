"""Opening a database: for its owner alone, held by one server, brought up to date."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Mapping
from contextlib import ExitStack
from functools import partial
from pathlib import Path

from julep.local.durability import DEFAULT_DURABILITY, Durability

from . import holder
from .bounded import BoundedConnection
from .migrations import is_newer, is_ours, migrate
from .room import Room

_OWNER_ALONE = 0o600
# In WAL mode both survive a killed process, and no power cut harms the file.
_SYNCHRONOUS: Mapping[Durability, str] = {"normal": "NORMAL", "full": "FULL"}
_SIDE_FILES = ("", "-wal", "-shm", "-journal")


class StoreUnusable(OSError):
    """The file can't be opened as this server's data."""


def open_database(
    path: Path | None, durability: Durability = DEFAULT_DURABILITY
) -> BoundedConnection:
    """Connect to this file, or to a new database in memory.

    Raises:
        StoreUnusable: The file isn't such a database, can't be written, or is in use.
    """
    try:
        with ExitStack() as cleanup:
            if path:
                make_file(path)
            connection = _connect(path)
            cleanup.callback(connection.close)
            _check(connection, path)
            if path:
                _close_to_others(path)
            _configure(connection, durability)
            migrate(connection)
            if path:
                connection.room = Room(path, partial(sqlite3.Connection.execute, connection))
            cleanup.pop_all()
            return connection
    except sqlite3.DatabaseError as error:
        raise StoreUnusable(_reason(path, error)) from error


def make_file(path: Path) -> None:
    """Make the file, for its owner alone, unless it is there.

    Raises:
        StoreUnusable: It can't be made, or is read-only.
    """
    # SQLite would make it readable for everyone. Its side files get the permissions of this one.
    # A file that is there isn't opened: closing it would end the locks that this process has on it.
    try:
        os.close(os.open(path.resolve(), os.O_CREAT | os.O_EXCL | os.O_RDWR, _OWNER_ALONE))
    except FileExistsError:
        effective = os.access in os.supports_effective_ids
        if path.is_file() and not os.access(path, os.W_OK, effective_ids=effective):
            raise StoreUnusable(f"{path} can't be opened as a database: it is read-only") from None
    except OSError as error:
        raise StoreUnusable(f"{path} can't be opened as a database: {error.strerror}") from error


def _connect(path: Path | None) -> BoundedConnection:
    return sqlite3.connect(
        path or ":memory:",
        isolation_level=None,
        check_same_thread=False,
        cached_statements=512,
        factory=BoundedConnection,
    )


def _check(connection: sqlite3.Connection, path: Path | None) -> None:
    connection.execute("PRAGMA busy_timeout = 200")
    connection.execute("PRAGMA locking_mode = EXCLUSIVE")
    if not is_ours(connection):
        raise StoreUnusable(f"{path} is a database of another program; choose another file")
    if is_newer(connection):
        raise StoreUnusable(f"{path} was written by a newer version of this package; update it")


def _close_to_others(path: Path) -> None:
    file = path.resolve()
    for suffix in _SIDE_FILES:
        try:
            file.with_name(file.name + suffix).chmod(_OWNER_ALONE)
        except FileNotFoundError:
            continue
        except OSError:
            # Another user's file, or a file system without permissions.
            return


def _configure(connection: sqlite3.Connection, durability: Durability) -> None:
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute(f"PRAGMA synchronous = {_SYNCHRONOUS[durability]}")
    # Without it macOS leaves what was synchronised in the cache of the disk.
    connection.execute(f"PRAGMA fullfsync = {durability == 'full':d}")
    connection.execute("PRAGMA foreign_keys = ON")
    # Some builds of SQLite overwrite whatever is deleted: great values would need room for that.
    connection.execute("PRAGMA secure_delete = FAST")


def _reason(path: Path | None, error: sqlite3.DatabaseError) -> str:
    if "locked" in str(error):
        held = holder.who(path) if path else "another program"
        return f"{path} is in use by {held}; stop that one or choose another file"
    return f"{path} can't be opened as a database: {error}"
