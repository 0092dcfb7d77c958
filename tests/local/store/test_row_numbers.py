"""Numbers of rows, which whoever waits may have noted."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from julep.local.records import User
from julep.local.store.page import Page
from julep.local.store.row_numbers import unused_numbers
from julep.local.store.store import Store
from tests.local.records import some


def test_numbers_go_on_behind_those_of_the_table() -> None:
    """Whatever is deleted meanwhile."""
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE TABLE users (id)")
    assert next(unused_numbers(connection, "users")) == 1
    connection.execute("INSERT INTO users (rowid) VALUES (7)")
    numbers = unused_numbers(connection, "users")
    connection.execute("DELETE FROM users")
    assert [next(numbers), next(numbers)] == [8, 9]
    connection.close()


@pytest.mark.parametrize("in_file", [False, True], ids=["in memory", "in a file that was there"])
def test_a_list_that_is_being_read_shows_nothing_that_came_later(
    tmp_path: Path, in_file: bool
) -> None:
    """Not even where the last rows were deleted, whose numbers SQLite would use again."""
    path = tmp_path / "data.db" if in_file else None
    store = Store(path)
    add_users(store, "a", "b", "c", "d")
    if in_file:
        store.close()
        store = Store(path)
    rows = iter(store.users.page(Page(direction="asc")))
    read = [next(rows)["id"]]
    store.users.delete(id="c")
    store.users.delete(id="d")
    add_users(store, "e", "f")
    assert read + [user["id"] for user in rows] == ["a", "b"]
    store.close()


def add_users(store: Store, *ids: str) -> None:
    """Keep users, each too long to be read together with another."""
    for id in ids:
        store.users.insert(some(User, id=id, about="x" * 600_000))
