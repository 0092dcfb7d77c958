"""What is known of rows that were looked at for a filter."""

from __future__ import annotations

import json
from random import Random

import attrs
import pytest

from julep.local.records import User
from julep.local.store.metadata_filter import MetadataFilter, from_query
from julep.local.store.page import Page
from julep.local.store.store import Store
from julep.local.store.verdicts import End, Verdicts, VerdictsByFilter
from tests.local.records import some

_HALF = json.dumps({"fraction": 0.5})  # there is no index of fractions


def _user(number: int, fraction: float, updated: int = 0) -> User:
    times = {"created_at": f"{number:05}", "updated_at": f"{updated or number:05}"}
    return some(User, id=f"{number}", metadata={"fraction": fraction, "all": 1}, **times)


def _add(store: Store, count: int) -> None:
    for number in range(count):
        store.users.insert(_user(number, 0.5 if number % 2 else 0.25))


def test_a_row_is_known_by_its_number() -> None:
    """Until it changes; numbers beyond all that are kept are looked at each time."""
    verdicts = Verdicts()
    for number, passes in ((3, True), (1, False), (900, True), (10**9, False)):
        verdicts.note(number, passes=passes)
    assert verdicts.not_failing([1, 2, 3, 900, 901, 10**9]) == [2, 3, 900, 901, 10**9]
    assert verdicts.all_pass([3, 900])
    assert not any(verdicts.all_pass([3, other]) for other in (1, 2, 901, 10**9))
    for number in (1, 3, 10**9):
        verdicts.forget(number)
    assert verdicts.not_failing([1, 3]) == [1, 3]
    assert not verdicts.all_pass([3])


def test_filters_are_told_apart_by_what_they_were_read_from() -> None:
    """Few are kept; of one that was made otherwise nothing is."""
    kept = VerdictsByFilter()
    kept.of("a").note(1, passes=False)
    kept.of("b").note(1, passes=True)
    assert kept.of("a").not_failing([1]) == []
    assert kept.of("b").all_pass([1])
    kept.of("").note(1, passes=True)
    assert not kept.of("").all_pass([1])
    for number in range(100):
        kept.of(f"{number}")
    assert not kept.of("b").all_pass([1])


@pytest.mark.parametrize(
    "query",
    [
        {"metadata_filter": '{"a": 1}'},
        {"metadata_filter": '{"a": "1"}'},
        {"metadata_filter": '{"a": true}'},
        {"metadata_filter.a": "1"},
        {"metadata_filter.a": "1", "metadata_filter.b": "1"},
        {},
    ],
)
def test_filters_that_differ_come_from_different_sources(query: dict[str, str]) -> None:
    """Those that are equal to Python too: 1 is true there."""
    other = from_query({"metadata_filter": '{"a": 1.0}'})
    assert from_query(query).source != other.source
    assert from_query(query).source == from_query({**query, "offset": "100"}).source


def test_a_page_starts_where_another_ended() -> None:
    """If that was before it, in a listing that is the same as then."""
    verdicts = Verdicts()
    assert verdicts.start("listing", 7) == End()
    verdicts.end = End("listing", 5, ("then", 9))
    assert verdicts.start("listing", 5) == verdicts.start("listing", 7) == verdicts.end
    assert verdicts.start("listing", 4) == verdicts.start("other", 5) == End()


@pytest.mark.parametrize("changes", [False, True], ids=["the same", "with others meanwhile"])
@pytest.mark.parametrize("sort_by", ["created_at", "updated_at"])
def test_a_walk_with_a_filter_looks_at_no_row_again_and_again(
    store: Store, sort_by: str, changes: bool
) -> None:
    """However many pages there are, each is read behind those before it."""
    _add(store, 2_000)
    wanted, looked, found = from_query({"metadata_filter": _HALF}), list[int](), list[str]()
    for offset in range(0, 1_000, 100):
        if changes:
            store.users.insert(_user(2_000 + offset, 0.25))
        page = Page(offset=offset, sort_by=sort_by, direction="asc", metadata=wanted)
        rows = store.users.page(page)

        def counted(body: bytes) -> bool:
            looked.append(len(body))
            return bool(wanted(json.loads(body)["metadata"]))

        found += [user["id"] for user in attrs.evolve(rows, wanted=counted)]
    assert found == [f"{number}" for number in range(1, 2_000, 2)]
    # Those of a page that isn't the first follow others in a part that is read as a whole.
    assert len(looked) < 2 * 2_000


@pytest.mark.parametrize("fraction", [0.5, 0.25])
@pytest.mark.parametrize("sort_by", ["created_at", "updated_at"])
def test_pages_are_as_if_none_was_read_before(store: Store, sort_by: str, fraction: float) -> None:
    """Whatever is inserted, changed and deleted between them."""
    _add(store, 300)
    random = Random(1)
    wanted = from_query({"metadata_filter": json.dumps({"fraction": fraction, "all": 1})})
    for moment in range(300, 400):
        changed, deleted = random.sample(range(moment), 2)
        if store.users.get(f"{changed}"):
            store.users.replace(_user(changed, random.choice([0.5, 0.25]), moment))
        store.users.delete(id=f"{deleted}")
        store.users.insert(_user(moment, random.choice([0.5, 0.25])))
        direction = random.choice(["asc", "desc"])
        limit, offset = random.randrange(60), random.randrange(100)
        for skipped in (offset, offset + limit, random.randrange(150)):
            page, fresh = (
                Page(limit, skipped, sort_by, direction, each)
                for each in (wanted, MetadataFilter(wanted.contained))
            )
            assert [*store.users.page(page)] == [*store.users.page(fresh)]


def test_what_a_transaction_took_back_is_looked_at_again(store: Store) -> None:
    """As it was before, from where it was."""
    _add(store, 10)
    wanted = from_query({"metadata_filter": _HALF})

    def ids(offset: int) -> list[str]:
        return [user["id"] for user in store.users.page(Page(2, offset, metadata=wanted))]

    def change_and_fail() -> None:
        with store.transaction():
            store.users.replace(_user(9, 0.25))
            assert ids(0) == ["7", "5"]
            raise KeyError

    with pytest.raises(KeyError):
        change_and_fail()
    assert (ids(2), ids(0)) == (["5", "3"], ["9", "7"])
