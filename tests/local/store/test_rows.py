"""Pages of tables that are read in parts."""

from __future__ import annotations

from collections.abc import Sequence

import attrs
import pytest

from julep.local.records import Agent, Task, User
from julep.local.store.metadata_filter import MetadataFilter
from julep.local.store.page import Page
from julep.local.store.rows import Rows, Shown, read_all
from julep.local.store.store import Store
from julep.types._json import JsonObject
from tests.local.records import some

_ASCENDING = Page(direction="asc", limit=1000)


def _add(store: Store, numbers: Sequence[int], length: int = 0) -> None:
    for number in numbers:
        store.users.insert(some(User, id=f"{number}", created_at="then", about="x" * length))


def _ids(rows: Rows[User]) -> list[int]:
    return [int(user["id"]) for user in rows]


@pytest.mark.parametrize("length", [0, 3_000, 400_000])
@pytest.mark.parametrize("direction", ["asc", "desc"])
def test_rows_come_in_the_order_of_their_page(store: Store, length: int, direction: str) -> None:
    """Long ones and short ones, and as often as they are walked through."""
    _add(store, range(20 if length else 250), length)
    every = sorted(range(20 if length else 250), reverse=direction == "desc")
    for limit, offset in ((1000, 0), (7, 3), (110, 0), (0, 0), (5, 1000)):
        page = store.users.page(Page(limit=limit, offset=offset, direction=direction))
        for _ in range(2):
            assert _ids(page) == every[offset : offset + limit]


def test_no_more_is_read_at_once_than_others_may_wait_for(store: Store) -> None:
    """Half a megabyte, and the rest of the row that ends it."""
    _add(store, range(12), 200_000)
    sizes = [sum(map(len, part)) for part in store.users.page(_ASCENDING).parts()]
    assert len(sizes) == 4
    assert max(sizes) < 1_000_000


def test_what_was_deleted_meanwhile_makes_room_for_what_comes_after(store: Store) -> None:
    """A page that others follow stays full, so that nobody takes it for the last one."""
    _add(store, range(10), 600_000)
    rows = iter(store.users.page(Page(direction="asc", limit=5, offset=1)))
    read = [next(rows)["id"]]
    for id in ("3", "4", "6"):
        store.users.delete(id=id)
    read += [user["id"] for user in rows]
    assert read == ["1", "2", "5", "7", "8"]


@pytest.mark.parametrize("metadata", [None, {"fraction": 0.5}], ids=["all", "a filter"])
@pytest.mark.parametrize("sort_by", ["created_at", "updated_at"])
def test_each_thing_comes_once_while_others_come_and_go(
    store: Store, sort_by: str, metadata: JsonObject | None
) -> None:
    """Newest first, in several rounds: none is left out that is there all the time."""

    def body(number: int, updated: int) -> User:
        times = {"created_at": f"{number:04}", "updated_at": f"{updated:04}"}
        long, kept = "x" * 20_000, {"fraction": 0.5}
        return some(User, id=f"{number}", about=long, metadata=kept, **times)

    for number in range(250):
        store.users.insert(body(number, number))
    wanted = MetadataFilter(metadata or {})
    rows = iter(store.users.page(Page(limit=150, sort_by=sort_by, metadata=wanted)))
    read = [int(next(rows)["id"])]
    for id in range(180, 220):
        store.users.delete(id=f"{id}")
    for number in range(250, 300):
        store.users.insert(body(number, number))
    store.users.replace(body(80, 400))
    store.users.replace(body(248, 401))
    read += [int(user["id"]) for user in rows]
    assert read == [*range(249, 219, -1), *range(179, 59, -1)]


def test_a_row_that_goes_to_another_owner_meanwhile_is_left_out(store: Store) -> None:
    """As a task does that another agent takes over."""
    for id in ("a", "b"):
        store.agents.insert(some(Agent, id=id, canonical_name=id))
    for id in ("1", "2"):
        store.tasks.insert(_task(id, "a", "x" * 600_000))
    rows = iter(store.tasks.page(_ASCENDING, agent_id="a"))
    next(rows)
    store.tasks.replace(_task("2", "b"))
    assert list(rows) == []


def _task(id: str, agent_id: str, description: str = "") -> Task:
    return some(
        Task,
        id=id,
        agent_id=agent_id,
        canonical_name=id,
        created_at="then",
        description=description,
    )


def test_a_page_without_others_behind_it_ends_where_they_end(store: Store) -> None:
    """Rows that were deleted are missing then."""
    _add(store, range(4), 600_000)
    rows = iter(store.users.rows())
    next(rows)
    store.users.delete(id="2")
    assert [user["id"] for user in rows] == ["1", "3"]


def _every_third(store: Store, count: int, length: int = 0) -> list[str]:
    for number in range(count):
        # There is no index of fractions: each has to be looked at.
        metadata = {"fraction": 0.5 if number % 3 == 0 else 0.25}
        store.users.insert(
            some(User, id=f"{number}", created_at="then", about="x" * length, metadata=metadata)
        )
    return [f"{number}" for number in range(0, count, 3)]


@pytest.mark.parametrize(("count", "length"), [(1_000, 0), (40, 300_000)])
def test_a_filter_goes_before_limit_and_offset(store: Store, count: int, length: int) -> None:
    """However far it has to be looked for what passes."""
    thirds = _every_third(store, count, length)
    wanted = MetadataFilter({"fraction": 0.5})
    for limit, offset in (
        (1000, 0),
        (1, 0),
        (3, 7),
        (0, 0),
        (0, 5),
        (5, 1000),
        (9, len(thirds) - 3),
    ):
        page = Page(limit=limit, offset=offset, direction="asc", metadata=wanted)
        assert [user["id"] for user in store.users.page(page)] == thirds[offset : offset + limit]


def test_no_more_is_read_than_fills_a_page(store: Store) -> None:
    """Nor is what stands behind it."""
    _every_third(store, 12, 600_000)
    page = Page(limit=2, direction="asc", metadata=MetadataFilter({"fraction": 0.5}))
    assert len([*store.users.page(page).parts()]) == 4


@pytest.mark.parametrize("is_one_by_one", [False, True])
def test_others_have_their_turn_after_as_many_rows(store: Store, is_one_by_one: bool) -> None:
    """However many are read at once: of 500 rows that don't pass, after each hundred at most."""
    _every_third(store, 500)
    rows = store.users.page(Page(metadata=MetadataFilter({"fraction": 0.75})))
    parts = [*attrs.evolve(rows, is_one_by_one=is_one_by_one).parts()]
    assert parts == [[]] * len(parts)
    assert 5 <= len(parts) <= 10


def test_each_row_is_read_when_it_has_its_turn(store: Store) -> None:
    """For what is read beside it elsewhere."""
    _add(store, range(4))
    rows = iter(store.users.page(Page(direction="asc", limit=2)).one_by_one())
    read = [next(rows)["id"]]
    store.users.delete(id="1")
    assert [*read, *(user["id"] for user in rows)] == ["0", "2"]


def test_each_row_that_passed_a_filter_is_read_when_it_has_its_turn(store: Store) -> None:
    """Those are looked for many at a time; who doesn't pass any longer makes room for another."""
    _every_third(store, 20)
    wanted = MetadataFilter({"fraction": 0.5})
    page = Page(direction="asc", limit=3, offset=1, metadata=wanted)
    rows = iter(store.users.page(page).one_by_one())
    read = [next(rows)["id"]]
    store.users.delete(id="6")
    store.users.replace(some(User, id="9", created_at="then", metadata={"fraction": 0.75}))
    assert [*read, *(user["id"] for user in rows)] == ["3", "12", "15"]


def test_what_is_shown_otherwise_is_made_of_each_row(store: Store) -> None:
    """In the same parts, and whole or lazily as it is needed."""
    _every_third(store, 4, 300_000)
    page = Page(direction="asc", metadata=MetadataFilter({"fraction": 0.5}))
    shown = Shown(store.users.page(page), lambda user: {"n": user["id"], "both": iter([1, 2])})
    assert [[item["n"] for item in part] for part in shown.parts()] == [["0"], ["3"]]
    whole = [{"n": "0", "both": [1, 2]}, {"n": "3", "both": [1, 2]}]
    assert read_all({"items": shown}) == {"items": whole}
    assert read_all(shown) == whole
