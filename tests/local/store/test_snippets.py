"""The pieces of documents: kept, given vectors, found, and gone with what they belong to."""

from __future__ import annotations

from array import array
from pathlib import Path
from typing import Any

import pytest

from julep.local.store.snippet_words import SnippetWords
from julep.local.store.snippets import Snippets
from julep.local.store.store import Store

VECTOR = array("f", [1.0, 0.0]).tobytes()


@pytest.fixture
def snippets(store: Store) -> Snippets:
    """Those of two documents of one owner, and of one of another."""
    for doc_id, owner in (("a", "joe"), ("b", "joe"), ("c", "ada")):
        add(store, doc_id, owner)
    store.snippets.add("a", "joe", "Cats", ["cats sleep", "dogs and cats"])
    store.snippets.add("b", "joe", "", ["birds"])
    store.snippets.add("c", "ada", "Cats", ["cats"])
    return store.snippets


def add(store: Store, doc_id: str, owner: str, **fields: Any) -> None:
    """Keep a document without pieces."""
    doc: Any = {"id": doc_id, "owner_id": owner, "digest": doc_id, **fields}
    store.docs.insert(doc)


def test_the_pieces_of_a_document_are_in_order(snippets: Snippets) -> None:
    """From the position on that the first one has; no other document's are among them."""
    snippets.add("a", "joe", "Cats", ["later", "last"], first=2)
    pieces = [(piece.position, piece.content) for piece in snippets.of_doc("a")]
    assert pieces == [(0, "cats sleep"), (1, "dogs and cats"), (2, "later"), (3, "last")]
    assert snippets.of_doc("nothing") == []


def test_pieces_without_a_vector_are_waiting_for_it(snippets: Snippets) -> None:
    """Those of the owners who are asked for, and no more than so many."""
    waiting = snippets.pending(["joe"], 10)
    assert [(title, content) for _, title, content in waiting] == [
        ("Cats", "cats sleep"),
        ("Cats", "dogs and cats"),
        ("", "birds"),
    ]
    assert len(snippets.pending(["joe", "ada"], 10)) == 4
    assert len(snippets.pending(["joe"], 2)) == 2
    snippets.embed([(waiting[0][0], VECTOR), (waiting[2][0], VECTOR)])
    assert [content for _, _, content in snippets.pending(["joe"], 10)] == ["dogs and cats"]


def test_vectors_are_kept_by_number(snippets: Snippets) -> None:
    """A piece without one has an empty one."""
    first, second = snippets.of_doc("a")
    snippets.embed([(first.number, VECTOR)])
    numbers = [first.number, second.number]
    assert snippets.numbered(numbers) == dict(zip(numbers, (first, second), strict=True))
    assert snippets.embeddings(numbers) == {first.number: VECTOR}
    assert snippets.embeddings_of_doc("a") == [VECTOR]
    assert snippets.vectors("joe") == [(first.number, "a", VECTOR)]
    assert snippets.vectors("ada") == []


def found(snippets: Snippets, query: str, *owners: str, most: int = 10) -> list[str]:
    """The contents of what fits a query, best first."""
    numbers = [*snippets.matching(query, owners, most)]
    pieces = snippets.numbered(numbers)
    return [pieces[number].content for number in numbers]


def test_words_are_found_by_their_stems(snippets: Snippets) -> None:
    """In titles, which count more, and in contents, of the owners who are asked for."""
    assert found(snippets, '"cat"', "ada") == ["cats"]
    assert set(found(snippets, '"sleeping"', "joe", "ada")) == {"cats sleep"}
    assert set(found(snippets, '"cats"', "joe")) == {"cats sleep", "dogs and cats"}
    snippets.add("b", "joe", "A bird", ["nothing"])
    assert found(snippets, '"bird"', "joe") == ["nothing", "birds"]
    assert found(snippets, '"cats"') == []


def test_of_too_many_the_newest_are_ranked(snippets: Snippets) -> None:
    """What fits first may stand far behind."""
    assert found(snippets, '"cats"', "joe", most=1) == ["dogs and cats"]
    assert found(snippets, '"cats"', "joe") == ["cats sleep", "dogs and cats"]


def alike(snippets: Snippets, *runs: str, longest: int = 100) -> set[str]:
    """The contents of the owner's pieces with some of these runs of letters."""
    return {content for *_, content in snippets.with_any_run(runs, ["joe"], longest)}


def test_runs_of_letters_find_what_has_any_of_them(snippets: Snippets) -> None:
    """In the title or in the content, each piece once."""
    assert alike(snippets, "sle") == {"cats sleep"}
    assert alike(snippets, "ird", "xyz") == {"birds"}
    assert alike(snippets, "cat") == {"cats sleep", "dogs and cats"}
    assert len(snippets.with_any_run(["cat"], ["joe"], 100)) == 2
    assert alike(snippets, "xyz") == set()


def test_of_long_pieces_only_the_title_is_looked_at(snippets: Snippets) -> None:
    """A content of exactly so many characters is not too long."""
    assert alike(snippets, "ird", longest=5) == {"birds"}
    assert alike(snippets, "ird", longest=4) == set()
    assert alike(snippets, "cat", longest=1) == {"cats sleep", "dogs and cats"}


def test_every_change_of_pieces_is_told(store: Store, snippets: Snippets) -> None:
    """Also where they go because their document goes."""
    told: list[str] = []
    snippets.watch(told.append)
    snippets.embed([(snippets.pending(["ada"], 1)[0][0], VECTOR)])
    assert told == ["ada"]
    store.docs.delete(id="b")
    assert told == ["ada", "joe"]
    assert found(snippets, '"birds"', "joe") == []
    assert alike(snippets, "ird") == set()


def test_a_document_that_was_not_finished_is_gone_after_a_crash(tmp_path: Path) -> None:
    """One that was stays, with all its pieces."""
    path = tmp_path / "agents.db"
    store = Store(path)
    for doc_id in ("whole", "half"):
        add(store, doc_id, "joe")
        store.snippets.begin(doc_id)
        store.snippets.add(doc_id, "joe", "", ["one"])
    store.snippets.finish("whole")
    store.close()
    store = Store(path)
    assert [doc["id"] for doc in store.docs.find()] == ["whole"]
    assert len(store.snippets.of_doc("whole")) == 1
    assert store.snippets.of_doc("half") == []
    add(store, "half", "joe")
    store.snippets.begin("half")
    store.close()


@pytest.fixture
def words(store: Store, snippets: Snippets) -> SnippetWords:
    """The words of the snippets."""
    assert snippets.of_doc("a")
    return store.words


def test_words_have_stems(words: SnippetWords) -> None:
    """As the index makes them: without case and accents; one may be several, or none."""
    assert words.stems(["Sleeping", "cats", "Café", "well-known", "!", "cats"]) == {
        "Sleeping": ["sleep"],
        "cats": ["cat"],
        "Café": ["cafe"],
        "well-known": ["well", "known"],
        "!": [],
    }
    assert words.stems(["dogs"]) == {"dogs": ["dog"]}


def test_a_stem_that_is_cut_within_a_character_is_no_trouble(words: SnippetWords) -> None:
    """SQLite cuts long words at a byte."""
    word = "é" * 50_000
    assert list(words.stems([word])) == [word]


def test_the_places_of_stems_are_known(snippets: Snippets, words: SnippetWords) -> None:
    """Of the snippets that are asked for, or of all; the content stands behind the title."""
    first, second = (piece.number for piece in snippets.of_doc("a"))
    in_title, behind_one, behind_three = 1, 2, 6
    cats = [(first, in_title), (first, behind_one), (second, in_title), (second, behind_three)]
    assert sorted(words.places("cat", [first, second])) == cats
    assert sorted(words.places("cat", [second])) == cats[2:]
    assert [number for number, _ in words.places("cat", [second, first])] == [first] * 2 + [
        second
    ] * 2
    assert [*words.places("dog", [first, second])] == [(second, behind_one)]
    assert [*words.places("bird", [first])] == [*words.places("cat", [])] == []
    assert {*words.all_places("cat")} > {*cats}
