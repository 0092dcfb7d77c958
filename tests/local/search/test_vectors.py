"""Vectors of documents: made when they are needed, kept, compared, and searched."""

from __future__ import annotations

import math
import random
from array import array
from collections.abc import Sequence
from operator import mul
from typing import Any

import anyio
import pytest

from julep.local.errors import BadRequest, Invalid, ModelFailed
from julep.local.models.embeddings import DIMENSIONS, fitted
from julep.local.search.embedder import Embedder, unpack
from julep.local.search.search import Search
from julep.local.search.vector_index import VectorIndex
from julep.local.store.store import Store


class Angles:
    """Vectors of texts that are angles in degrees.

    Attributes:
        asked: what vectors were made for.
        fails: whether none are made.
    """

    name = "angles"
    semantic = True

    def __init__(self) -> None:
        self.asked: list[list[str]] = []
        self.fails = False

    async def vectors(self, texts: Sequence[str]) -> list[array[float]]:
        """One vector for each text."""
        if self.fails:
            raise ModelFailed("no")
        self.asked.append(list(texts))
        return [at(float(text.rpartition("\n\n")[2])) for text in texts]


def at(angle: float) -> array[float]:
    """The vector of an angle in degrees."""
    return fitted([math.cos(math.radians(angle)), math.sin(math.radians(angle))])


def add(store: Store, doc_id: str, *pieces: str, owner: str = "joe", **fields: Any) -> None:
    """Keep a document."""
    about: Any = {
        "title": "",
        "metadata": {},
        "owner_id": owner,
        "owner_role": "user",
        "digest": doc_id,
        "created_at": "then",
    }
    doc: Any = {"id": doc_id, **about, **fields}
    store.docs.insert(doc)
    store.snippets.add(doc_id, owner, doc["title"], pieces)


@pytest.fixture
def model() -> Angles:
    """The model."""
    return Angles()


@pytest.fixture
def embedder(store: Store, model: Angles) -> Embedder:
    """What keeps the vectors of three documents."""
    add(store, "a", "0", "90", title="A")
    add(store, "b", "30")
    add(store, "c", "10", owner="ada")
    return Embedder(store, model)


def test_documents_get_their_vectors_once(store: Store, embedder: Embedder, model: Angles) -> None:
    """Those of the owners who are asked for; a title stands in front of a piece."""
    anyio.run(embedder.embed_pending, ["joe"])
    anyio.run(embedder.embed_pending, ["joe"])
    assert model.asked == [["Title: A\n\n0", "Title: A\n\n90", "30"]]
    assert [unpack(packed) for *_, packed in store.snippets.vectors("joe")] == [
        at(angle).tolist() for angle in (0, 90, 30)
    ]
    assert store.snippets.vectors("ada") == []


def test_many_pieces_are_asked_for_a_hundred_at_a_time(store: Store, model: Angles) -> None:
    """Until all have vectors."""
    add(store, "many", *map(str, range(250)))
    anyio.run(Embedder(store, model).embed_pending, ["joe"])
    assert list(map(len, model.asked)) == [100, 100, 50]


def test_a_vector_that_comes_late_is_no_other_documents(store: Store) -> None:
    """The document that it was made for was deleted, and the next one is kept meanwhile."""

    class Slow(Angles):
        async def vectors(self, texts: Sequence[str]) -> list[array[float]]:
            if not self.asked:
                store.docs.delete(id="old")
                add(store, "new", "30")
            return await super().vectors(texts)

    add(store, "old", "90")
    anyio.run(Embedder(store, Slow()).embed_pending, ["joe"])
    vectors = [unpack(packed) for *_, packed in store.snippets.vectors("joe")]
    assert vectors == [at(30).tolist()]


def test_a_model_that_fails_loses_nothing(store: Store, embedder: Embedder, model: Angles) -> None:
    """The vectors are made the next time."""
    model.fails = True
    with pytest.raises(ModelFailed):
        anyio.run(embedder.embed_pending, ["joe"])
    model.fails = False
    anyio.run(embedder.embed_pending, ["joe"])
    assert len(store.snippets.vectors("joe")) == 3


def test_vectors_of_another_model_are_made_anew(
    store: Store, embedder: Embedder, model: Angles
) -> None:
    """They can't be compared; those of the same model stay."""
    anyio.run(embedder.embed_pending, ["joe"])
    Embedder(store, model)
    assert len(store.snippets.vectors("joe")) == 3
    other = Angles()
    other.name = "others"
    assert Embedder(store, other).model == "others"
    assert store.snippets.vectors("joe") == []


@pytest.mark.parametrize(
    ("body", "asked"),
    [
        ({"text": "1"}, ["1"]),
        ({"text": ["1", "2"]}, ["1", "2"]),
        ({"text": "1", "embed_instruction": "x"}, ["x\n\n1"]),
        ({"text": "1", "embed_instruction": ""}, ["1"]),
    ],
)
def test_callers_get_vectors_too(
    embedder: Embedder, model: Angles, body: Any, asked: list[str]
) -> None:
    """Of one text or several, with an instruction in front."""
    answer: Any = anyio.run(embedder.embed, body)
    assert model.asked == [asked]
    assert [len(vector) for vector in answer["vectors"]] == [DIMENSIONS] * len(asked)


@pytest.mark.parametrize("body", [{}, {"text": []}, {"text": ["1"] * 101}, {"text": 7}])
def test_what_is_no_text_gets_no_vector(embedder: Embedder, body: Any) -> None:
    """Nor too many texts."""
    with pytest.raises(Invalid):
        anyio.run(embedder.embed, body)


def nearest(index: VectorIndex, angle: float, least: float, *owners: str) -> list[str]:
    """The documents of the pieces nearest to an angle."""
    return [match.doc_id for match in index.nearest(owners, at(angle).tolist(), least)]


def test_the_nearest_pieces_come_first(store: Store, embedder: Embedder) -> None:
    """Of all owners together, down to a likeness that is allowed itself."""
    anyio.run(embedder.embed_pending, ["joe", "ada"])
    index = VectorIndex(store.snippets)
    assert nearest(index, 0, -1, "joe", "ada") == ["a", "c", "b", "a"]
    assert nearest(index, 80, -1, "joe") == ["a", "b", "a"]
    assert nearest(index, 0, 0.86, "joe") == ["a", "b"]
    assert nearest(index, 0, 0.87, "joe") == ["a"]
    assert nearest(index, 0, -1, "nobody") == []
    scores = [match.score for match in index.nearest(["joe"], at(0).tolist(), -1)]
    assert scores == pytest.approx([1, math.cos(math.radians(30)), 0], abs=1e-6)


@pytest.mark.parametrize("size", [1e-300, 1.0, 7.0, 1e300])
def test_the_length_of_what_is_searched_for_does_not_matter(
    store: Store, embedder: Embedder, size: float
) -> None:
    """Its direction does; one without any is like nothing."""
    anyio.run(embedder.embed_pending, ["joe"])
    index = VectorIndex(store.snippets)
    query = [number * size for number in at(0)]
    assert next(index.nearest(["joe"], query, -1)).score == pytest.approx(1, abs=1e-5)
    assert [match.score for match in index.nearest(["joe"], [0.0] * DIMENSIONS, 0)] == [0, 0, 0]


@pytest.mark.parametrize("given", [1, 127, 128, DIMENSIONS])
def test_however_many_numbers_a_query_has_likeness_is_the_same(store: Store, given: int) -> None:
    """The cosine of the angle to each of many vectors, in order."""
    chance = random.Random(given)
    add(store, "many", *["piece"] * 200)
    numbers = [number for number, *_ in store.snippets.pending(["joe"], 1000)]
    vectors = [fitted([chance.gauss() for _ in range(DIMENSIONS)]) for _ in numbers]
    store.snippets.embed(zip(numbers, (vector.tobytes() for vector in vectors), strict=True))
    query = fitted([0.0] * (DIMENSIONS - given) + [chance.gauss() for _ in range(given)])
    expected = {
        number: sum(map(mul, vector, query))
        for number, vector in zip(numbers, vectors, strict=True)
    }
    found = [*VectorIndex(store.snippets).nearest(["joe"], query.tolist(), -1)]
    assert {match.number: match.score for match in found} == pytest.approx(expected, abs=1e-6)
    assert [match.number for match in found] == sorted(numbers, key=lambda at: -expected[at])


def test_changes_are_seen_at_once(store: Store, embedder: Embedder) -> None:
    """What was read stays in memory only as long as it is true."""
    anyio.run(embedder.embed_pending, ["joe"])
    index = VectorIndex(store.snippets)
    assert nearest(index, 30, 0.99, "joe") == ["b"]
    store.docs.delete(id="b")
    assert nearest(index, 30, 0.99, "joe") == []
    add(store, "d", "31")
    anyio.run(embedder.embed_pending, ["joe"])
    assert nearest(index, 30, 0.99, "joe") == ["d"]


def found(search: Search, **body: Any) -> list[tuple[str, int, float]]:
    """The documents that a search finds, each with its best piece and its distance."""
    answer: Any = anyio.run(search.of_owner, "joe", body)
    return [
        (hit["id"], hit["snippet"]["index"], round(hit["distance"], 3)) for hit in answer["docs"]
    ]


@pytest.fixture
def search(store: Store, embedder: Embedder) -> Search:
    """Searching in the documents."""
    return Search(store, embedder)


def test_a_vector_finds_each_document_by_its_best_piece(search: Search) -> None:
    """The smaller its distance the better it fits."""
    vector = at(80).tolist()
    assert found(search, vector=vector, confidence=-1) == [("a", 1, 0.015), ("b", 0, 0.357)]
    assert found(search, vector=vector, confidence=0.9) == [("a", 1, 0.015)]
    assert found(search, vector=vector, confidence=-1, limit=1) == [("a", 1, 0.015)]
    assert found(search, vector=at(180).tolist(), confidence=0.5) == []


def test_results_differ_where_that_is_wanted(store: Store, search: Search) -> None:
    """Three times as many are looked at."""
    add(store, "twin", "81")
    add(store, "other", "50")
    vector = at(80).tolist()
    alike = found(search, vector=vector, confidence=-1, limit=2, mmr_strength=0)
    unlike = found(search, vector=vector, confidence=-1, limit=2, mmr_strength=0.9)
    assert [id for id, *_ in alike] == ["twin", "a"]
    assert [id for id, *_ in unlike] == ["twin", "b"]


def test_both_searches_are_one_ranking(store: Store, search: Search) -> None:
    """By the weight that the vectors have."""
    add(store, "text", "30", title="thirty")
    for alpha, first in ((0.0, "text"), (1.0, "a")):
        both = found(search, text="thirty", vector=at(0).tolist(), confidence=0.5, alpha=alpha)
        assert both[0][0] == first
        assert {id for id, *_ in both} == {"a", "b", "text"}


def test_what_does_not_pass_a_filter_is_not_found(store: Store, search: Search) -> None:
    """By text or by vector; a limit counts what passes."""
    add(store, "m", "30", title="thirty", metadata={"k": 1})
    add(store, "n", "30", title="thirty", metadata={"k": 2})
    for body in ({"text": "thirty"}, {"vector": at(30).tolist()}):
        hits = found(search, metadata_filter={"k": 1}, limit=1, **body)
        assert [id for id, *_ in hits] == ["m"]


@pytest.mark.parametrize("contained", [{"k": 1}, {"half": 0.5}, {"of": ["x"]}])
def test_what_passes_a_filter_is_found_behind_many_others(
    store: Store, search: Search, contained: dict[str, Any]
) -> None:
    """Where an index has what is asked for, and where each document has to be looked at."""
    for number in range(200):
        metadata: dict[str, Any] = {"k": 2, "half": 0.25, "of": ["y"]}
        add(store, f"other{number}", "30", title="thirty", metadata=metadata)
    for id in ("m", "n"):
        add(store, id, "40", title="thirty", metadata={"k": 1, "half": 0.5, "of": ["x"]})
    for body in ({"text": "thirty"}, {"vector": at(30).tolist()}):
        hits = found(search, metadata_filter=contained, limit=3, **body)
        assert {id for id, *_ in hits} == {"m", "n"}


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ({}, Invalid),
        ({"text": None}, Invalid),
        ({"text": 7}, Invalid),
        ({"vector": [1.0]}, BadRequest),
        ({"vector": []}, Invalid),
    ],
)
def test_a_search_needs_a_text_or_a_vector(
    search: Search, body: Any, error: type[Exception]
) -> None:
    """Of the size that this server's have."""
    with pytest.raises(error):
        found(search, **body)


def test_a_hit_is_shown_in_both_forms(search: Search) -> None:
    """With its vector where that is wanted."""
    body = {"vector": at(0).tolist(), "include_embeddings": True}
    answer: Any = anyio.run(search.of_owner, "joe", body)
    hit = answer["docs"][0]
    assert hit["owner"] == {"id": "joe", "role": "user"}
    assert (hit["title"], hit["metadata"]) == ("A", {})
    assert hit["snippet"] == {"index": 0, "content": "0", "embedding": at(0).tolist()}
    assert hit["snippets"] == [{"index": 0, "content": "0"}]
    bare: Any = anyio.run(search.of_owner, "joe", {**body, "include_embeddings": False})
    assert bare["docs"][0]["snippet"]["embedding"] is None
    assert answer["time"] >= 0
