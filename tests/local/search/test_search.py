"""Searching documents by text, by vector and by both."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import httpx
import pytest

from julep.local.records import Agent, Doc
from julep.local.search.fts_query import websearch
from julep.local.search.text_search import TextSearch
from julep.local.store.migrations import STEPS
from julep.local.store.store import Store
from tests.local.conftest import JSON, Make
from tests.local.records import some

_DOCS: list[JSON] = [
    {"title": "Cats", "content": ["Cats are small furry animals", "They purr loudly"]},
    {"title": "Dogs", "content": ["A dog barks, and chases cats"], "metadata": {"loud": True}},
    {"title": "Café menu", "content": ["Coffee costs 3 euros"], "metadata": {"loud": False}},
]


@pytest.fixture
def library(make: Make, agent: JSON) -> str:
    """The search path of an agent with three documents."""
    for doc in _DOCS:
        make(f"/agents/{agent['id']}/docs", **doc)
    return f"/agents/{agent['id']}/search"


def _titles(http: httpx.Client, path: str, **body: Any) -> list[str]:
    response = http.post(path, json=body)
    assert response.status_code == 200, response.text
    return [hit["title"] for hit in response.json()["docs"]]


@pytest.mark.parametrize(
    ("query", "titles"),
    [
        ("cat", ["Cats", "Dogs"]),
        ("CATS animal", ["Cats"]),
        ("what do the dogs chase", ["Dogs"]),
        ('"small furry"', ["Cats"]),
        ('"furry small"', []),
        ("purr OR coffee", ["Cats", "Café menu"]),
        ("cats -dog", ["Cats"]),
        ("cafe", ["Café menu"]),
        ("unicorn", []),
        ("", []),
        ("the", []),
        ("-cats", []),
    ],
)
def test_text_search_reads_queries_as_the_web_does(
    http: httpx.Client, library: str, query: str, titles: list[str]
) -> None:
    """All words, "phrases", OR and -; stems and accents don't matter."""
    found = _titles(http, library, text=query)
    assert sorted(set(found)) == sorted(titles)


@pytest.mark.parametrize(
    "query",
    [
        "what?",
        "a.b",
        '"',
        "'; DROP TABLE docs; --",
        "title:cats",
        "cats*",
        "NEAR(a b)",
        "(",
        "^x",
        "OR",
        "OR OR",
        "a OR",
        "- -",
        "日本語",
        "\x00",
        "{}",
        "cats AND",
    ],
)
def test_no_text_breaks_the_query_syntax(http: httpx.Client, library: str, query: str) -> None:
    """Every text is a query."""
    assert http.post(library, json={"text": query}).status_code == 200


@pytest.mark.parametrize(
    "query",
    [
        " OR ".join(["cat"] * 50 + ["word"] * 50_000),
        " ".join(["cat"] * 100 + ["word"] * 50_000),
        "cat " + " ".join(f"-w{i}" for i in range(50_000)),
    ],
    ids=["or", "and", "not"],
)
def test_of_a_very_long_query_the_beginning_counts(
    http: httpx.Client, library: str, query: str
) -> None:
    """A page pasted into the search is answered, and doesn't keep the server for minutes."""
    assert set(_titles(http, library, text=query)) == {"Cats", "Dogs"}


def test_words_of_any_length_are_looked_for(http: httpx.Client, make: Make, agent: JSON) -> None:
    """Those that the index cuts within a character too."""
    long = "中" * 10_923
    doc = make(f"/agents/{agent['id']}/docs", title="Long", content=long)
    assert _titles(http, f"/agents/{agent['id']}/search", text=long) == [doc["title"]]
    assert _titles(http, f"/agents/{agent['id']}/search", text="é" * 20_000) == []


def test_title_matches_come_first(http: httpx.Client, library: str) -> None:
    """A word in the title weighs more than one in the text; scores fall."""
    docs = http.post(library, json={"text": "cats"}).json()["docs"]
    assert docs[0]["title"] == "Cats"
    distances = [doc["distance"] for doc in docs]
    assert distances == sorted(distances, reverse=True)


@pytest.mark.parametrize(
    ("query", "distances"),
    [
        ("purr", [0.2857]),
        ("cats", [0.5833, 0.5833]),
        ("purr OR bark", [0.2857, 0.2857]),
        ('"bark at night"', [0.1667]),
        ("happy purr", [0.1667]),
        ("cats lot", [0.1176]),
        ("cats sleeping", [0.2857]),
        ("bark -cats", [0.2857]),
        ("bark OR _", [0.2857]),
        ("night_bark", []),
        ('"bark at" night', [0.1667]),
    ],
)
def test_scores_are_those_of_servers_of_2025(
    http: httpx.Client, make: Make, agent: JSON, query: str, distances: list[float]
) -> None:
    """Words of titles weigh more, words that stand together more than those far apart."""
    path = f"/agents/{agent['id']}"
    make(f"{path}/docs", title="Cats", content=["Cats purr when happy.", "Cats sleep a lot."])
    make(f"{path}/docs", title="Dogs", content="Dogs bark at night.")
    hits = http.post(f"{path}/search", json={"text": query}).json()["docs"]
    assert [round(hit["distance"], 4) for hit in hits] == distances


def test_a_hit_tells_owner_snippet_and_vector(http: httpx.Client, library: str) -> None:
    """Both forms of the snippet are there, and the vector unless it isn't wanted."""
    (hit,) = http.post(library, json={"text": "barks"}).json()["docs"]
    assert (hit["owner"]["role"], hit["metadata"]) == ("agent", {"loud": True})
    assert hit["snippet"]["content"] == "A dog barks, and chases cats"
    assert hit["snippets"] == [{"index": 0, "content": hit["snippet"]["content"]}]
    assert len(hit["snippet"]["embedding"]) == 1024
    body = {"text": "barks", "include_embeddings": False}
    assert http.post(library, json=body).json()["docs"][0]["snippet"]["embedding"] is None


def _vector(http: httpx.Client, text: str) -> list[float]:
    vector: list[float] = http.post("/embed", json={"text": text}).json()["vectors"][0]
    return vector


def test_vector_search_finds_what_is_near(http: httpx.Client, library: str) -> None:
    """The nearest document comes first; confidence is the least similarity."""
    vector = _vector(http, "Title: Dogs\n\nA dog barks, and chases cats")
    docs = http.post(library, json={"vector": vector}).json()["docs"]
    assert [doc["title"] for doc in docs] == ["Dogs"]
    assert docs[0]["distance"] == pytest.approx(0, abs=1e-6)
    everything = _titles(http, library, vector=vector, confidence=-1, mmr_strength=0)
    assert everything[0] == "Dogs"
    assert sorted(everything) == ["Café menu", "Cats", "Dogs"]


@pytest.mark.parametrize("size", [1e308, 1e-300, 1e200])
def test_the_length_of_a_vector_does_not_matter(
    http: httpx.Client, library: str, size: float
) -> None:
    """Numbers whose squares are no floats have a direction too."""
    (cats,) = http.post("/embed", json={"text": "cats purr"}).json()["vectors"]
    scaled = [number * size for number in cats]
    body = {"confidence": 0.1, "mmr_strength": 0}
    expected = _titles(http, library, vector=cats, **body)
    assert expected
    assert _titles(http, library, vector=scaled, **body) == expected


def _with_docs(store: Store, names: Sequence[str]) -> None:
    store.agents.insert(some(Agent, id="a"))
    for name in names:
        store.docs.insert(some(Doc, id=name, agent_id="a", owner_id="a", digest=name))
        store.snippets.add(name, "a", name, ["one two three"])


def test_of_very_many_that_fit_the_newest_are_compared() -> None:
    """The store ranks as many as it is told, so that words that all have keep nobody waiting."""
    store = Store()
    _with_docs(store, ["old", "middle", "new"])
    found = [*store.snippets.matching("one", ["a"], 2)]
    assert [*store.snippets.docs(found).values()] == ["middle", "new"]
    assert not [*store.snippets.matching("one", ["b"], 2)]
    store.close()


def test_what_a_filter_keeps_out_is_not_ranked() -> None:
    """Each document is asked for before its places are read; of long queries the beginning ranks."""
    store = Store()
    _with_docs(store, ["old", "new"])
    search = TextSearch(store)
    found = search.matching(["a"], websearch("one two"), lambda _: {"old"})
    assert [match.doc_id for match in found] == ["old"]
    known = websearch(" or ".join(["one", *(f"w{number}" for number in range(99))]))
    assert [match.score > 0 for match in search.matching(["a"], known, set)] == [True, True]
    store.close()


def test_words_that_are_said_again_ask_for_nothing_more() -> None:
    """A query of one word is as quick as its first."""
    assert websearch("cat dog " * 40 + "or fish fish") == websearch("cat dog or fish")


def test_vector_search_sees_changes(http: httpx.Client, make: Make, agent: JSON) -> None:
    """Documents that come and go between searches are found and not found."""
    path, docs = f"/agents/{agent['id']}/search", f"/agents/{agent['id']}/docs"
    search = {"vector": _vector(http, "x"), "confidence": -1}
    assert _titles(http, path, **search) == []
    doc = make(docs, title="One", content="x")
    assert _titles(http, path, **search) == ["One"]
    http.delete(f"{docs}/{doc['id']}")
    assert _titles(http, path, **search) == []


def test_hybrid_search_weighs_both(http: httpx.Client, library: str) -> None:
    """With alpha 0 the text decides, with 1 the vector."""
    vector = _vector(http, "Coffee costs 3 euros")
    body = {"text": "purr", "vector": vector, "confidence": -1, "mmr_strength": 0}
    assert _titles(http, library, alpha=0, **body)[0] == "Cats"
    assert _titles(http, library, alpha=1, **body)[0] == "Café menu"


@pytest.mark.parametrize("by", ["text", "vector"])
def test_metadata_filters_hits(http: httpx.Client, library: str, by: str) -> None:
    """Only documents whose metadata holds the filter are found."""
    body = (
        {"text": "cats OR coffee"}
        if by == "text"
        else {"vector": _vector(http, "cats"), "confidence": -1}
    )
    assert _titles(http, library, metadata_filter={"loud": False}, **body) == ["Café menu"]


def test_diversity_puts_different_documents_first(
    http: httpx.Client, make: Make, agent: JSON
) -> None:
    """With a strong MMR the second hit isn't the twin of the first."""
    path = f"/agents/{agent['id']}"
    for title, content in (("a", "red apple pie"), ("b", "red apple pies"), ("c", "red bicycle")):
        make(f"{path}/docs", title=title, content=content)
    body = {"vector": _vector(http, "red apple pie"), "confidence": -1, "limit": 2}
    assert _titles(http, f"{path}/search", mmr_strength=0, **body) == ["a", "b"]
    assert _titles(http, f"{path}/search", mmr_strength=0.9, **body)[1] == "c"


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({}, 422),
        ({"text": "x", "limit": 51}, 422),
        ({"text": "x", "lang": "klingon!"}, 422),
        ({"text": "x", "lang": "zz"}, 422),
        ({"text": "x", "lang": "de"}, 200),
        ({"text": "x", "lang": "pt-BR"}, 200),
        ({"vector": [1, 2]}, 400),
        ({"vector": []}, 422),
        ({"vector": ["a"]}, 422),
        ({"vector": [1] * 16_001}, 422),
        ({"vector": [10**400] * 1024}, 422),
        ({"vector": [0.0] * 1024, "confidence": 2}, 422),
        ({"vector": [0.0] * 1024}, 200),
        ({"body": {"text": "x"}}, 422),
    ],
)
def test_searches_that_make_no_sense_are_refused(
    http: httpx.Client, library: str, body: dict[str, Any], status: int
) -> None:
    """Limits of search requests."""
    assert http.post(library, json=body).status_code == status


def test_a_threshold_finds_what_is_misspelt(http: httpx.Client, library: str) -> None:
    """With a trigram threshold, texts that are nearly the same are found behind those that fit."""
    assert _titles(http, library, text="coffe costs 4 euros") == []
    found = _titles(http, library, text="coffe costs 4 euros", trigram_similarity_threshold=0.5)
    assert found == ["Café menu"]
    assert (
        _titles(http, library, text="coffe costs 4 euros", trigram_similarity_threshold=0.9) == []
    )
    both = _titles(http, library, text="cats", trigram_similarity_threshold=0.1, limit=2)
    assert both[0] == "Cats"


def test_what_is_misspelt_is_found_among_many(http: httpx.Client, make: Make, agent: JSON) -> None:
    """However many newer documents there are, in contents and in titles of long ones."""
    path = f"/agents/{agent['id']}"
    make(f"{path}/docs", title="Hours", content="opening hours of the library")
    make(f"{path}/docs", title="Swimming pool", content="water " * 2000)
    for start in range(0, 2500, 100):
        texts = [f"number {at} of the others" for at in range(start, start + 100)]
        make(f"{path}/docs", title=f"n{start}", content=texts)
    for text, title in (("openning hors of the libary", "Hours"), ("swiming pol", "Swimming pool")):
        hits = _titles(http, f"{path}/search", text=text, trigram_similarity_threshold=0.3)
        assert hits == [title]


def test_older_files_learn_to_find_what_is_misspelt(tmp_path: Path) -> None:
    """What was stored before there was an index of runs of letters is in it."""
    path = tmp_path / "old.db"
    with sqlite3.connect(path) as old:
        old.executescript("".join(STEPS[:2]) + "PRAGMA user_version = 2;")
        old.execute("INSERT INTO agents (id, body) VALUES ('a', '{}')")
        doc: JSON = {
            "id": "d",
            "title": "T",
            "metadata": {},
            "owner_id": "a",
            "owner_role": "agent",
        }
        old.execute("INSERT INTO docs (id, body) VALUES ('d', ?)", (json.dumps(doc),))
        row = ("d", "a", 0, "T", "opening hours")
        columns = "doc_id, owner_id, position, title, content"
        old.execute(f"INSERT INTO snippets ({columns}) VALUES (?, ?, ?, ?, ?)", row)
    old.close()
    store = Store(path)
    found = store.snippets.with_any_run(["ope", "hou"], ["a"], 1000)
    store.close()
    assert [content for _, _, _, content in found] == ["opening hours"]
