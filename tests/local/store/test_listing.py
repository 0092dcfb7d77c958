"""The order of a listing."""

from __future__ import annotations

import pytest

from julep.local.records import User
from julep.local.store.listing import conditions
from julep.local.store.metadata_filter import from_query
from julep.local.store.page import Page
from julep.local.store.store import Store
from tests.local.records import some


def test_conditions_are_sql_and_its_values() -> None:
    """What is shown at all, and keys."""
    assert conditions({}) == ("1", [])
    assert conditions({"a": "x", "b": "y"}, "shown") == ("shown AND a = ? AND b = ?", ["x", "y"])


@pytest.mark.parametrize("direction", ["asc", "desc"])
@pytest.mark.parametrize("sort_by", ["created_at", "updated_at"])
def test_rows_of_one_time_are_walked_through_by_their_numbers(
    store: Store, sort_by: str, direction: str
) -> None:
    """Each page goes on behind the one before, also where an index finds what passes."""
    for number in range(50):
        times = {"created_at": "then", "updated_at": "then"}
        store.users.insert(some(User, id=f"{number}", metadata={"all": True}, **times))
    wanted, found = from_query({"metadata_filter.all": "true"}), list[int]()
    for offset in range(0, 50, 10):
        page = Page(10, offset, sort_by, direction, wanted)
        found += [int(user["id"]) for user in store.users.page(page)]
    assert found == sorted(range(50), reverse=direction == "desc")
