"""Listings with a metadata filter that are read out of an index."""

from __future__ import annotations

import json
from typing import Any

import pytest

from julep.local.clock import now
from julep.local.records import Agent, Doc, Task, User
from julep.local.store.metadata_filter import MetadataFilter
from julep.local.store.metadata_lookup import pairs
from julep.local.store.page import Page
from julep.local.store.store import Store
from tests.local.records import some

VALUES: list[Any] = [
    *(7, 7.0, 7.5, "7", "7.0", 0, -0.0, -0.5, 2**53, 2**53 + 1, 2.0**53, 2**70, 10**400, 1e300),
    *(True, False, "true", 1, None, "null", "", 'é😀\n"\\', "a\0b", "a", "x" * 64 + "a", "x" * 64 + "b"),
    *({"a": 7}, {"a": {"b": "x"}}, {}, [7, "x"], [{"a": 7}], [], "[7]"),
]  # fmt: skip
KEYS = ["a", "x.y", 'q"u\\o\nte', "ü😀", "k" * 70 + "1", "k" * 70 + "2", "", "a\0b", "0", "$.a"]


def user(store: Store, metadata: object, **fields: object) -> str:
    """Keep a user with this metadata; return the id."""
    moment = now()
    times = {"created_at": moment, "updated_at": moment}
    store.users.insert(some(User, **{"id": moment, "metadata": metadata, **times, **fields}))
    return moment


def change(store: Store, id: str, metadata: object, **fields: object) -> None:
    """Give a user other metadata."""
    (kept,) = store.users.find(id=id)
    store.users.replace(some(User, **{**kept, "metadata": metadata, **fields}))


def found(store: Store, contained: dict[str, object], **asked: Any) -> list[str]:
    """The ids of users that pass, in the order of the listing."""
    page = Page(**asked, metadata=MetadataFilter(contained))
    return [each["id"] for each in store.users.page(page)]


@pytest.mark.parametrize("key", KEYS)
def test_the_same_is_found_as_by_looking_at_each(store: Store, key: str) -> None:
    """Whatever the values, in both spellings of a filter."""
    kept = [{key: value, "n": number % 3} for number, value in enumerate(VALUES)]
    ids = [user(store, metadata) for metadata in kept]
    texts = [json.dumps(value) for value in VALUES] + [v for v in VALUES if isinstance(v, str)]
    filters = [MetadataFilter({key: value}) for value in VALUES]
    filters += [MetadataFilter({"n": 1, key: value}) for value in VALUES]
    filters += [MetadataFilter(texts={key: text}) for text in texts]
    for wanted in filters:
        passing = [id for id, each in zip(ids, kept, strict=True) if wanted(each)]
        page = Page(direction="asc", metadata=wanted)
        assert [each["id"] for each in store.users.page(page)] == passing, wanted
        assert store.users.passing(wanted, [*ids, "unknown"]) == {*passing}
        assert {*passing} <= {*(store.users.few(wanted) or ids)}


def test_what_is_changed_or_gone_is_not_found_by_what_it_was(store: Store) -> None:
    """One that gets other metadata, or none; one whose metadata stays is found as before."""
    id, other = user(store, {"a": 1, "b": 2}), user(store, {"a": 1})
    change(store, id, {"b": 2, "c": [1]})
    assert found(store, {"a": 1}) == [other]
    assert found(store, {"b": 2}) == [id]
    change(store, id, {"b": 2, "c": [1]}, name="N")
    assert found(store, {"b": 2}) == [id]
    change(store, id, {})
    store.users.delete(id=other)
    assert found(store, {"a": 1}) == found(store, {"b": 2}) == []


def test_pages_are_in_order(store: Store) -> None:
    """In both directions, by either time, and from any offset."""
    ids = [user(store, {"a": number % 2}, updated_at=str(5 - number)) for number in range(6)]
    odd = ids[1::2]
    assert found(store, {"a": 1}) == odd[::-1]
    assert found(store, {"a": 1}, direction="asc", limit=2, offset=1) == odd[1:]
    assert found(store, {"a": 1}, sort_by="updated_at") == odd
    assert found(store, {"a": 1}, sort_by="updated_at", direction="asc", limit=1) == odd[-1:]


def test_metadata_that_is_too_large_for_the_index_is_found(store: Store) -> None:
    """With what is in the index beside it."""
    large = {"a": 1, "text": "x" * 100_000}
    first, second = user(store, large), user(store, {"a": 1})
    assert found(store, {"a": 1}) == [second, first]
    change(store, first, {"a": 1})
    assert found(store, {"a": 1}) == [second, first]
    change(store, first, large)
    store.users.delete(id=second)
    assert found(store, {"a": 1}) == [first]


def test_documents_are_found_among_those_of_their_owner(store: Store) -> None:
    """Others' are not, and they are gone with their owner."""
    for owner in ("one", "two"):
        user(store, {}, id=owner)
        for number in range(2):
            fields = {"id": f"{owner}{number}", "digest": str(number), "metadata": {"n": number}}
            owned = {"owner_id": owner, "user_id": owner, "created_at": now()}
            store.docs.insert(some(Doc, **fields, **owned))
    page = Page(metadata=MetadataFilter({"n": 1}))
    assert [doc["id"] for doc in store.docs.page(page, owner_id="one", user_id="one")] == ["one1"]
    assert len([*store.docs.page(page)]) == 2
    store.users.delete(id="one")
    assert [*store.docs.page(page, owner_id="one")] == []
    assert [doc["id"] for doc in store.docs.page(page, owner_id="two")] == ["two1"]


def test_few_that_may_pass_are_told_without_looking_at_any(store: Store) -> None:
    """Of an owner; nobody can tell what no index has, or what very many have."""
    for owner in ("one", "two"):
        user(store, {}, id=owner)
        for number in range(3):
            fields = {"id": f"{owner}{number}", "digest": str(number), "metadata": {"n": number}}
            owned = {"owner_id": owner, "user_id": owner, "created_at": now()}
            store.docs.insert(some(Doc, **fields, **owned))
    assert store.docs.few(MetadataFilter({"n": 1}), owner_id="one") == ["one1"]
    assert store.docs.few(MetadataFilter({"n": 7}), owner_id="one") == []
    assert store.docs.few(MetadataFilter({"n": 0.5}), owner_id="one") is None
    assert store.docs.few(MetadataFilter({"n": 1})) is None
    for _ in range(1_000):
        user(store, {"all": True})
    assert store.users.few(MetadataFilter({"all": True})) is None
    assert store.users.few(MetadataFilter({"all": True, "n": 1})) == []


def test_tasks_are_found_among_those_of_their_agent(store: Store) -> None:
    """One whose agent is not asked for too."""
    store.agents.insert(some(Agent, id="agent", created_at=now()))
    task = some(Task, id="task", created_at=now(), agent_id="agent", metadata={"n": 1})
    store.tasks.insert(task)
    page = Page(metadata=MetadataFilter({"n": 1}))
    assert [*store.tasks.page(page, agent_id="agent")] == [*store.tasks.page(page)] == [task]
    assert [*store.tasks.page(page, agent_id="other")] == []


@pytest.mark.parametrize(
    ("wanted", "kept"),
    [
        (MetadataFilter({"user": 7}), [("user", "7")]),
        (MetadataFilter({"user": 7.0, "ok": True}), [("user", "7"), ("ok", "true")]),
        (MetadataFilter({"deep": {"a": {"b": "x"}}}), [("b", "x")]),
        (MetadataFilter({"k" * 70: "v" * 70}), [("k" * 64, "v" * 64)]),
        (MetadataFilter({"a": None, "b": 0.5, "c": 2**53, "d": [1], "e": {}}), []),
        (MetadataFilter({"a": "x\0", "\0": "x", "n": float("nan")}), []),
        (MetadataFilter(texts={"user": "7"}), [("user", "7")]),
        (MetadataFilter(texts={"user": "Ada"}), [("user", "Ada")]),
        (MetadataFilter(texts={"a": "7.0", "b": "null", "c": '"x"', "d": "[1]", "e.f": "1"}), []),
        (MetadataFilter(), []),
    ],
)
def test_a_filter_is_read_by_what_is_surely_in_the_index(
    wanted: MetadataFilter, kept: list[tuple[str, str]]
) -> None:
    """A filter that has nothing of the kind is for looking at each."""
    assert pairs(wanted) == kept


def test_very_deep_filters_are_read() -> None:
    """Deeper than functions may call each other."""
    wanted: dict[str, Any] = {"a": 1}
    for _ in range(5000):
        wanted = {"a": wanted}
    assert pairs(MetadataFilter(wanted)) == [("a", "1")]
