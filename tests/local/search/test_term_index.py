"""What is kept of the full text index between searches."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any

import pytest

from julep.local.records import Doc
from julep.local.search.fts_query import websearch
from julep.local.search.term_index import TermIndex
from julep.local.store.store import Store
from tests.local.records import some

WORDS = [
    "cat",
    "cats",
    "dog",
    "running",
    "run",
    "tree",
    "house",
    "über",
    "uber",
    "a_b",
    "the",
    "of",
]
QUERIES = [
    *("cat", "cat dog", "cats DOG tree", "cat cat", "cat OR dog OR tree", "cat OR cat"),
    *('"cat dog"', 'tree "cat dog"', '"cat dog" OR run', "über house", "a_b tree"),
]


def add(store: Store, owner: str, doc_id: str, chance: random.Random) -> None:
    """Keep a document of random words."""
    store.docs.insert(some(Doc, id=doc_id, owner_id=owner, digest=doc_id))
    pieces = [" ".join(chance.choices(WORDS, k=chance.randrange(12))) for _ in range(3)]
    store.snippets.add(doc_id, owner, " ".join(chance.choices(WORDS, k=2)), pieces)


@pytest.fixture
def filled(store: Store) -> Store:
    """Documents of two owners."""
    chance = random.Random(7)
    for number in range(40):
        add(store, chance.choice(["one", "two"]), f"d{number}", chance)
    return store


@pytest.fixture
def index(filled: Store) -> TermIndex:
    """An index of them that was asked nothing yet."""
    return TermIndex(filled.snippets, filled.words)


def same(store: Store, index: TermIndex, typed: str, owners: list[str], most: int = 100) -> bool:
    """Tell whether it finds what the store does, or False if it has the store asked."""
    query = websearch(typed)
    found = index.matching(query, owners, most)
    if found is None:
        return False
    assert list(found) == list(store.snippets.matching(query.as_fts5(), owners, most))
    return True


@pytest.mark.parametrize("typed", QUERIES)
@pytest.mark.parametrize("owners", [["one"], ["one", "two", "one"], ["nobody"]])
@pytest.mark.parametrize("most", [5, 100])
def test_it_finds_what_the_store_does(
    filled: Store, index: TermIndex, typed: str, owners: list[str], most: int
) -> None:
    """In the same order, from the second search on."""
    assert [same(filled, index, typed, owners, most) for _ in range(3)] == [False, True, True]


@pytest.mark.parametrize("typed", ["cat -dog", "cat dog OR tree"])
def test_the_store_is_asked_where_terms_are_more_than_their_sum(
    filled: Store, index: TermIndex, typed: str
) -> None:
    """What is excluded, and groups of several words."""
    assert not any(same(filled, index, typed, ["one"]) for _ in range(3))


@pytest.mark.parametrize("change", ["added", "deleted", "of another owner"])
def test_a_change_is_seen_at_once(filled: Store, index: TermIndex, change: str) -> None:
    """One of another owner too: it changes how much a word tells."""
    for _ in range(2):
        same(filled, index, "cat dog", ["one"])
        index.places(["cat"], range(200))
    if change == "deleted":
        filled.docs.delete(owner_id="one")
    else:
        add(filled, "one" if change == "added" else "two", "new", random.Random(1))
    assert [same(filled, index, "cat dog", ["one"]) for _ in range(2)] == [False, True]
    for _ in range(2):
        assert places(index, ["cat"], range(200)) == known_places(filled, ["cat"], range(200))


def places(index: TermIndex, stems: Sequence[str], numbers: Sequence[int]) -> list[Any]:
    """Where the index says that stems stand: snippet, stem, position and weight."""
    found = zip(*(column.tolist() for column in index.places(stems, numbers)), strict=True)
    return sorted((numbers[text], stems[word], *place) for text, word, *place in found)


def known_places(store: Store, stems: Sequence[str], numbers: Sequence[int]) -> list[Any]:
    """Where the store says that they stand."""
    return sorted(
        (number, stem, packed // 2, 1.0 if packed % 2 else 0.4)
        for stem in stems
        for number, packed in store.words.places(stem, numbers)
    )


def test_places_are_those_of_the_store(filled: Store, index: TermIndex) -> None:
    """In the order of the snippets that are asked for or not, those that have none included."""
    numbers = [9, 3, 50, 1000, 4]
    for _ in range(3):
        for stems in (["cat"], ["tree", "cat"], ["nowhere"], ["nowhere", "cat"], []):
            assert places(index, stems, numbers) == known_places(filled, stems, numbers)


def test_memory_is_bounded(filled: Store) -> None:
    """The store is asked for terms of too many rows; when all is full it starts anew."""
    small = TermIndex(filled.snippets, filled.words, most_of_term=3)
    assert not any(same(filled, small, "cat", ["one"]) for _ in range(3))
    full = TermIndex(filled.snippets, filled.words, most=1)
    assert [same(filled, full, "cat", ["one"]) for _ in range(3)].count(True) <= 1
