"""Searching by text: what has the words, and what is spelt nearly like them."""

from __future__ import annotations

import pytest

from julep.local.records import Doc
from julep.local.search.fts_query import websearch
from julep.local.search.text_search import TextSearch
from julep.local.store.store import Store
from tests.local.records import some

DOCS = {
    "library": ("Library", ["opening hours of the library", "books that can be borrowed"]),
    "museum": ("Museum of hours", ["every day it is open"]),
    "other": ("Other", ["nothing to see", "the hours, and long after them all: opening"]),
}


@pytest.fixture
def store(store: Store) -> Store:
    """Three documents of an owner, and one of another."""
    for doc_id, (title, pieces) in DOCS.items():
        add(store, "owner", doc_id, title, pieces)
    add(store, "stranger", "strange", "Hours", ["opening hours"])
    return store


def add(store: Store, owner: str, doc_id: str, title: str, pieces: list[str]) -> None:
    """Keep a document with its pieces."""
    store.docs.insert(some(Doc, id=doc_id, owner_id=owner, digest=doc_id))
    store.snippets.add(doc_id, owner, title, pieces)


def matching(store: Store, typed: str, *without: str) -> list[str]:
    """The documents of the pieces that fit, best first."""
    found = TextSearch(store).matching(
        ["owner"], websearch(typed), lambda docs: {*docs} - {*without}
    )
    return [match.doc_id for match in found]


def alike(store: Store, text: str, threshold: float, *seen: int) -> list[str]:
    """The documents of the pieces that are alike, best first."""
    return [each.doc_id for each in TextSearch(store).alike(["owner"], text, threshold, seen)]


@pytest.mark.parametrize(
    ("typed", "docs"),
    [
        pytest.param("opening hours", ["library", "museum", "other"], id="the nearer the better"),
        pytest.param("opened", ["library", "museum", "other"], id="by stems"),
        pytest.param("museum day", ["museum"], id="title and content"),
        pytest.param('"opening hours"', ["library"], id="a phrase"),
        pytest.param("hours -library", ["museum", "other"], id="what is excluded"),
        pytest.param("elsewhere", [], id="nothing"),
        pytest.param("", [], id="no query"),
        pytest.param("the", [], id="a word that says nothing"),
    ],
)
def test_what_has_the_words_is_found(store: Store, typed: str, docs: list[str]) -> None:
    """Of the owners who are asked for alone; each piece counts by itself."""
    assert sorted(set(matching(store, typed))) == sorted(docs)


def test_what_stands_nearer_together_is_better(store: Store) -> None:
    """A title counts more than a content, and scores lie between 0 and 1."""
    assert matching(store, "opening hours")[0] == "library"
    assert matching(store, "hours")[0] == "museum"
    found = TextSearch(store).matching(["owner"], websearch("opening hours"), set)
    scores = [match.score for match in found]
    assert scores == sorted(scores, reverse=True)
    assert all(0 < score < 1 for score in scores)


def test_the_content_stands_behind_the_title(store: Store) -> None:
    """A word at the end of the one is next to a word at the start of the other."""
    add(store, "one", "doc", "Of great openings", ["hours in which one may come"])
    (match,) = TextSearch(store).matching(["one"], websearch("opening hours"), set)
    density = 2 / (1 / 1.0 + 1 / 0.4)
    assert match.score == pytest.approx(density / (density + 1))


def test_the_most_alike_come_first(store: Store) -> None:
    """Of equal ones the oldest."""
    for doc_id in ("less", "much", "as much"):
        add(store, "one", doc_id, "", ["a museum" if doc_id == "less" else "museum"])
    found = TextSearch(store).alike(["one"], "museum", 0.1, ())
    assert [match.doc_id for match in found] == ["much", "as much", "less"]


def test_documents_can_be_kept_out(store: Store) -> None:
    """By their ids, before they are ranked."""
    assert "library" not in matching(store, "hours", "library")
    assert set(matching(store, "hours", "museum", "other")) == {"library"}


@pytest.mark.parametrize(
    ("text", "threshold", "first"),
    [
        ("openning hors of the libary", 0.3, "library"),
        ("musem", 0.2, "museum"),
        ("Musem of hors", 0.3, "museum"),
    ],
)
def test_what_is_misspelt_is_found(store: Store, text: str, threshold: float, first: str) -> None:
    """By the title or by the content, whichever is more alike."""
    assert alike(store, text, threshold)[0] == first


def test_the_threshold_is_the_least_likeness(store: Store) -> None:
    """What is exactly as alike is found."""
    search = TextSearch(store)
    (best, *_) = search.alike(["owner"], "musem", 0.1, ())
    assert [each.number for each in search.alike(["owner"], "musem", best.score, ())] == [
        best.number
    ]
    assert search.alike(["owner"], "musem", best.score + 0.001, ()) == []


def test_what_was_seen_already_is_left_out(store: Store) -> None:
    """By the number of its piece."""
    search = TextSearch(store)
    found = search.alike(["owner"], "libary", 0.1, ())
    assert found
    assert search.alike(["owner"], "libary", 0.1, {each.number for each in found}) == []


@pytest.mark.parametrize("text", ["", "  ", "?! ...", "of it"])
def test_a_text_without_runs_of_letters_is_like_nothing(store: Store, text: str) -> None:
    """Not even with no threshold."""
    assert alike(store, text, 0.0) == []


@pytest.mark.parametrize(("times", "is_found"), [(30, True), (171, True), (172, False)])
def test_contents_that_are_much_longer_are_not_looked_at(
    store: Store, times: int, is_found: bool
) -> None:
    """Unless they could be alike by the threshold."""
    add(store, "one", "doc", "", [("museum " * times).strip()])
    found = TextSearch(store).alike(["one"], "museum", 0.1, ())
    assert [match.score for match in found] == [1.0] * is_found
