"""Searches by words, by meaning and by both, and how well each hit fits."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest
from pytest_httpx import HTTPXMock

from julep import DocReference, DocSearchResponse
from julep.local import LocalServer

from .conftest import URL, AnyClient, Face
from .servers import Json

QUESTION = "When can I visit the garden that is hidden?"
PAGES = {
    "Garden": "The hidden garden is open on Saturday.",
    "Rooms": "There is place for four in the small room.",
    "Lending": "Books are lent for four weeks.",
}


async def librarian(face: Face, server: LocalServer) -> tuple[AnyClient, Any]:
    """A client, and an agent with some pages."""
    client = face.client(base_url=server.url, api_key=server.key)
    agent = await face.call(client.agents.create, name="Librarian")
    for title, text in PAGES.items():
        await face.call(client.agents.docs.add, agent, text, title=title)
    return client, agent


async def hits(face: Face, client: AnyClient, agent: Any, *text: str, **how: Any) -> list[Any]:
    """What a search finds, the best first, each with a score of 0 to 1."""
    found = await face.call(client.agents.docs.search, agent, *text, **how)
    assert isinstance(found, DocSearchResponse)
    scores = [doc.score for doc in found.docs if doc.score is not None]
    assert len(scores) == len(found.docs)
    assert scores == sorted(scores, reverse=True)
    assert all(0 <= score <= 1 for score in scores)
    return found.docs


async def test_a_question_finds_what_a_chat_recalls(face: Face, julep_server: LocalServer) -> None:
    """Though no page has all of its words, and with a title, a text and a score."""
    client, agent = await librarian(face, julep_server)
    assert await hits(face, client, agent, QUESTION) == []
    session = await face.call(client.sessions.create, agent=agent)
    recalled = (await face.call(client.sessions.chat, session, QUESTION)).docs
    found = await hits(face, client, agent, QUESTION, mode="hybrid")
    assert {doc.title for doc in recalled} <= {doc.title for doc in found}
    assert (found[0].title, found[0].text) == ("Garden", PAGES["Garden"])
    limited = await hits(
        face, client, agent, QUESTION, mode="hybrid", limit=1, include_embeddings=False
    )
    assert [doc.title for doc in limited] == ["Garden"]
    assert [piece.embedding for piece in limited[0].snippets] == [None]
    assert limited[0].score == pytest.approx(found[0].score)


async def test_scores_are_not_rescaled(face: Face, julep_server: LocalServer) -> None:
    """The mix is the weighted mean of rank and similarity, whatever else is found."""
    client, agent = await librarian(face, julep_server)

    async def score(text: str, **how: Any) -> float:
        found = await hits(face, client, agent, text, **how)
        return next(float(doc.score) for doc in found if doc.title == "Garden")

    similarity = await score("hidden garden", mode="vector", confidence=0)
    rank = await score("hidden OR garden", mode="text")
    for weight in (0, 0.3, 1):
        mixed = await score("hidden garden", mode="hybrid", alpha=weight)
        assert mixed == pytest.approx(weight * similarity + (1 - weight) * rank)
    before = await score("hidden garden", mode="hybrid")
    for number in range(20):
        text = f"A garden, the hidden garden of hidden gardens, number {number}"
        await face.call(client.agents.docs.add, agent, text, title=f"Garden {number}")
    assert await score("hidden garden", mode="hybrid", limit=50) == pytest.approx(before)


async def test_what_is_only_near_is_near_enough(face: Face, julep_server: LocalServer) -> None:
    """`confidence` is the least similarity of what has none of the words."""
    client, agent = await librarian(face, julep_server)
    vector = (await face.call(client.docs.embed, text="hidden garden")).vectors[0]
    for least, expected in ((0.01, {"Garden", "Rooms"}), (0.99, {"Rooms"})):
        found = await hits(
            face, client, agent, "small", mode="hybrid", vector=vector, confidence=least
        )
        assert expected <= {doc.title for doc in found} <= expected | {"Lending"}


class Searched:
    """A server that finds what it is told to.

    Attributes:
        by_text: What a search by text finds.
        by_vector: What one by vector finds.
        sent: The bodies of searches.
    """

    def __init__(self, by_text: list[Json], by_vector: list[Json]) -> None:
        self.by_text = by_text
        self.by_vector = by_vector
        self.sent: list[Json] = []

    def answer(self, request: httpx.Request) -> httpx.Response:
        """Answer a search."""
        if request.url.path.endswith("/embed"):
            return httpx.Response(200, json={"vectors": [[0.5]]})
        body = json.loads(request.content)
        self.sent.append(body)
        found = self.by_vector if "vector" in body else self.by_text
        return httpx.Response(200, json={"docs": found, "time": 0.1})


def hit(id: str, distance: float, *pieces: int) -> Json:
    """A document that a search found."""
    snippets = [{"index": index, "content": f"piece {index}"} for index in pieces]
    owner = {"id": "a1", "role": "agent"}
    return {"id": id, "owner": owner, "title": id, "snippets": snippets, "distance": distance}


@pytest.mark.parametrize(
    ("given", "distance", "score"),
    [
        ({"text": "x"}, 0.25, 0.25),
        ({"text": "x"}, -3.0, 0.75),
        ({"text": "x"}, 10_000_000, 0.0),
        ({"vector": [0.5]}, 0.25, 0.75),
        ({"vector": [0.5]}, 1.5, 0.0),
        ({"text": "x", "vector": [0.5]}, 0.25, 0.75),
    ],
)
async def test_scores_are_the_same_on_all_servers(
    face: Face, given: Json, distance: float, score: float, httpx_mock: HTTPXMock
) -> None:
    """Those of 2024 tell a rank as a negative distance, those of 2025 as a score."""
    httpx_mock.add_response(json={"docs": [hit("d1", distance, 0)]})
    found = await face.call(face.client().agents.docs.search, "a1", **given)
    assert found.docs[0].score == pytest.approx(score)
    assert found.docs[0].distance == distance


async def test_hits_of_both_searches_are_one(face: Face, httpx_mock: HTTPXMock) -> None:
    """With the pieces of both, however often and in which order servers give them."""
    server = Searched(
        [hit("d1", -1.0, 2), hit("d1", 10_000_000, 2), hit("d2", -3.0, 0)],
        [hit("d3", 0.4, 0), hit("d1", 0.2, 1, 2, 1)],
    )
    httpx_mock.add_callback(server.answer, is_reusable=True)
    found = await face.call(
        face.client().agents.docs.search, "a1", "What, OR (who)?", mode="hybrid", lang="en-US"
    )
    assert [(doc.id, doc.score) for doc in found.docs] == [
        ("d1", pytest.approx(0.65)),
        ("d2", pytest.approx(0.375)),
        ("d3", pytest.approx(0.3)),
    ]
    assert found.docs[0].text == "piece 1\npiece 2"
    assert found.time == 0.1
    by_text, by_vector = sorted(server.sent, key=lambda body: "vector" in body)
    both = {"limit": 50, "lang": "en-US"}
    assert by_text == {**both, "text": "what OR who", "include_embeddings": True}
    assert by_vector == {**both, "vector": [0.5], "mmr_strength": 0.1}


async def test_the_best_comes_first(face: Face, httpx_mock: HTTPXMock) -> None:
    """Servers of 2025 sort what is near by id."""
    server = Searched([], [hit("d1", 0.4, 0), hit("d2", 0.2, 0)])
    httpx_mock.add_callback(server.answer, is_reusable=True)
    found = await face.call(face.client().users.docs.search, "u1", "who?", mode="vector")
    assert [doc.id for doc in found.docs] == ["d2", "d1"]
    assert server.sent == [{"vector": [0.5]}]


WRONG: list[tuple[dict[str, Any], type[Exception], str]] = [
    ({}, ValueError, "search for text=…, vector=… or both"),
    ({"mode": "hybrid"}, ValueError, "mode='hybrid' needs a text"),
    ({"mode": "vector"}, ValueError, "mode='vector' needs a text"),
    ({"text": "x", "mode": "text", "vector": [1]}, ValueError, "takes no vector"),
    ({"text": "x", "mode": "both"}, ValueError, "'text', 'vector', 'hybrid', not 'both'"),
    ({"text": "x", "mode": "hybrid", "limit": "5"}, TypeError, "limit must be a whole number"),
    ({"text": 5}, TypeError, "text must be a str, not int"),
    ({"text": "x", "limitt": 5}, TypeError, "did you mean 'limit'"),
]


@pytest.mark.parametrize(("given", "kind", "fault"), WRONG)
async def test_a_search_for_nothing_is_told(
    face: Face, given: dict[str, Any], kind: type[Exception], fault: str
) -> None:
    """Before anything is sent; nobody listens at this address."""
    assert face.client(base_url=URL)
    with pytest.raises(kind, match=fault):
        await face.call(face.client().agents.docs.search, "a1", **given)


def test_what_a_chat_recalls_has_no_score() -> None:
    """Nobody tells how it was looked for."""
    reference: Any = DocReference
    assert reference(id="d1", owner=None).score is None
