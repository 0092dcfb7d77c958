"""Documents: create, read, list, delete, embed."""

from __future__ import annotations

import math
import subprocess
import sys
from array import array
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from uuid import uuid4

import anyio
import anyio.lowlevel
import httpx
import pytest

from julep.local.errors import ApiError, Conflict
from julep.local.models.embeddings import HashingVectors
from julep.local.records import Doc
from julep.local.resources.agents import Agents
from julep.local.resources.docs import Docs
from julep.local.resources.jobs import Jobs
from julep.local.resources.projects import Projects
from julep.local.search.embedder import Embedder
from julep.local.search.search import Search
from julep.local.store.store import Store
from tests.local.conftest import JSON, Make
from tests.local.records import some

_OWNED: dict[str, Any] = {
    "owner_role": "agent",
    "metadata": {},
    "created_at": "then",
    "modality": "text",
    "language": "english",
    "embedding_model": "m",
    "embedding_dimensions": 1024,
}


def _docs(owner: JSON) -> str:
    return f"/agents/{owner['id']}/docs"


def test_each_piece_of_content_is_a_snippet_with_a_vector(
    http: httpx.Client, make: Make, agent: JSON
) -> None:
    """A new document is returned whole: its pieces in order and a vector for each."""
    new = make(_docs(agent), title="Cats", content=["They purr", "They nap"], metadata={"k": 1})
    assert new["embeddings"] is None
    doc = http.get(f"/docs/{new['id']}").json()
    assert (doc["title"], doc["content"]) == ("Cats", ["They purr", "They nap"])
    assert (doc["metadata"], doc["modality"], doc["embedding_dimensions"]) == (
        {"k": 1},
        "text",
        1024,
    )
    assert [len(vector) for vector in doc["embeddings"]] == [1024, 1024]
    assert not doc.keys() & {"owner_id", "digest", "agent_id"}


def test_a_long_document_keeps_its_order(http: httpx.Client, make: Make, agent: JSON) -> None:
    """Thousands of pieces are written in several turns, and read as one document."""
    pieces = [f"piece {number}" for number in range(1_000)]
    assert make(_docs(agent), title="Long", content=pieces)["content"] == pieces
    hits = http.post(f"/agents/{agent['id']}/search", json={"text": "piece 999"}).json()["docs"]
    assert [hit["snippet"]["index"] for hit in hits] == [999]


def test_others_are_answered_while_a_document_is_written() -> None:
    """Writing it takes many turns, and to cancel it between two of them leaves nothing."""
    store = Store()
    agent = Agents(store, Projects(store), str).create({"name": "A"})
    docs = Docs(store, "agent", Embedder(store, HashingVectors()), Jobs(store))
    body = {"title": "T", "content": [f"piece {number}" for number in range(2_000)]}

    def written() -> int:
        return len(store.snippets.owned(agent["id"]).fetchall())

    async def play() -> None:
        seen: list[int] = []
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(docs.create, agent["id"], body)
            while written() < 1_000:
                await anyio.lowlevel.checkpoint()
                seen.append(written())
            tasks.cancel_scope.cancel()
        assert len(set(seen)) > 3
        assert written() == 0
        await docs.create(agent["id"], body)
        assert written() == 2_000

    anyio.run(play)
    store.close()


def test_a_document_is_shown_when_it_is_whole(store: Store) -> None:
    """Until then it is in no list, can't be read, and isn't found, whatever is searched by."""
    agent = Agents(store, Projects(store), str).create({"name": "A"})
    owner, embedder = agent["id"], Embedder(store, HashingVectors())
    docs, search = Docs(store, "agent", embedder, Jobs(store)), Search(store, embedder)
    store.docs.insert(some(Doc, id="d", title="T", **_OWNED, agent_id=owner, owner_id=owner))
    store.snippets.begin("d")
    store.snippets.add("d", owner, "T", ["a cat"])
    (vector,) = anyio.run(embedder.embed_texts, ["a cat"])
    queries = [{"text": "cat"}, {"vector": vector}, {"text": "cat", "vector": vector}]

    def found() -> list[int]:
        listed = docs.list(owner, {})["items"]
        hits = [anyio.run(search.of_owner, owner, query)["docs"] for query in queries]
        return [len(list(listed)), *map(len, hits)]

    assert found() == [0, 0, 0, 0]
    with pytest.raises(ApiError):
        docs.get("d", {})
    store.snippets.finish("d")
    assert found() == [1, 1, 1, 1]
    assert docs.get("d", {})["content"] == ["a cat"]


def test_a_document_that_is_deleted_while_its_vectors_are_made_is_a_conflict() -> None:
    """Its caller isn't told of a document that isn't there."""
    store = Store()
    agent = Agents(store, Projects(store), str).create({"name": "A"})

    class Slow(HashingVectors):
        async def vectors(self, texts: Sequence[str]) -> list[array[float]]:
            store.docs.delete(owner_id=agent["id"])
            return await super().vectors(texts)

    docs = Docs(store, "agent", Embedder(store, Slow()), Jobs(store))
    with pytest.raises(Conflict, match="deleted during create"):
        anyio.run(docs.create, agent["id"], {"title": "T", "content": ["piece"]})
    store.close()


def test_documents_that_are_deleted_while_they_are_listed_are_left_out(store: Store) -> None:
    """Each is read with its pieces, and the page is as full as it was."""
    agent = Agents(store, Projects(store), str).create({"name": "A"})
    docs = Docs(store, "agent", Embedder(store, HashingVectors()), Jobs(store))
    bodies = [{"title": f"{number}", "content": ["piece"]} for number in range(5)]
    ids = [anyio.run(docs.create, agent["id"], body)["id"] for body in bodies]
    listed = docs.list(agent["id"], {"direction": "asc", "limit": "3"})["items"]
    shown: list[tuple[object, object]] = []
    for doc in listed:
        shown.append((doc["title"], doc["content"]))
        store.docs.delete(id=ids[1])
    assert shown == [(title, ["piece"]) for title in ("0", "2", "3")]


def test_a_document_that_was_half_written_is_gone_at_the_next_start(tmp_path: Path) -> None:
    """Whoever sent it to a server that was killed got no answer, and sends it again."""
    path = tmp_path / "data.db"
    store = Store(path)
    agent = Agents(store, Projects(store), str).create({"name": "A"})
    for id in ("half", "whole"):
        owner = agent["id"]
        store.docs.insert(some(Doc, id=id, agent_id=owner, owner_id=owner, digest=id))
        store.snippets.begin(id)
        store.snippets.add(id, agent["id"], "T", ["piece"])
    store.snippets.finish("whole")
    store.close()
    store = Store(path)
    assert [doc["id"] for doc in store.docs.find()] == ["whole"]
    assert [len(store.snippets.of_doc(id)) for id in ("half", "whole")] == [0, 1]
    store.close()


def test_a_text_is_a_document_of_one_snippet(make: Make, agent: JSON) -> None:
    """Content may be text alone; it is returned as a list."""
    assert make(_docs(agent), title="Dogs", content="bark")["content"] == ["bark"]


def test_embedding_a_document_is_a_job_that_succeeded(
    http: httpx.Client, make: Make, agent: JSON
) -> None:
    """The job of a new document can be read; unknown jobs are told in the API's words."""
    (job_id,) = make(_docs(agent), title="Dogs", content="bark")["jobs"]
    job = http.get(f"/jobs/{job_id}").json()
    assert (job["state"], job["reason"]) == ("succeeded", "Execution status: succeeded")
    unknown = http.get(f"/jobs/{uuid4()}")
    assert unknown.status_code == 400
    assert unknown.json()["error"]["message"] == "job not found or invalid"


def test_docs_are_read_by_id_with_or_without_vectors(
    http: httpx.Client, make: Make, agent: JSON
) -> None:
    """`include_embeddings=false` leaves the vectors out."""
    doc = make(_docs(agent), title="Cats", content="purr")
    url = f"/docs/{doc['id']}"
    del doc["jobs"]
    assert http.get(url, params={"include_embeddings": "false"}).json() == doc
    assert len(http.get(url).json()["embeddings"][0]) == 1024
    assert http.get(f"/docs/{uuid4()}").status_code == 404


def test_an_owner_lists_its_own_docs(http: httpx.Client, make: Make, agent: JSON) -> None:
    """Newest first, filtered by metadata, and nobody else's."""
    other = make("/agents", name="Eve")
    make(_docs(other), title="Other", content="x")
    titles = ["a", "b", "c"]
    for n, title in enumerate(titles):
        make(_docs(agent), title=title, content="x", metadata={"n": n})
    listed = http.get(_docs(agent)).json()["items"]
    assert [doc["title"] for doc in listed] == ["c", "b", "a"]
    params = {"metadata_filter.n": "1"}
    assert [d["title"] for d in http.get(_docs(agent), params=params).json()["items"]] == ["b"]
    assert http.get(_docs(agent), params={"limit": 101}).status_code == 400
    assert http.get(_docs(agent), params={"sort_by": "updated_at"}).status_code == 200


def test_the_same_doc_again_is_a_conflict(http: httpx.Client, make: Make, agent: JSON) -> None:
    """Title and content together are unique for an owner."""
    body = {"title": "Cats", "content": ["purr"]}
    make(_docs(agent), **body)
    response = http.post(_docs(agent), json=body)
    assert response.status_code == 409
    message = response.json()["error"]["message"]
    assert message == "A doc with this content already exists during create"
    make(_docs(make("/agents", name="Eve")), **body)


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"title": "x" * 801, "content": "x"}, 422),
        ({"title": "x", "content": "x" * 30_001}, 422),
        ({"title": "x", "content": ["x", "x" * 30_001]}, 422),
        ({"title": "x", "content": []}, 422),
        ({"title": "x", "content": ["x"] * 5_001}, 422),
        ({"title": "x"}, 422),
        ({"title": "x" * 800, "content": "x" * 30_000}, 201),
    ],
)
def test_limits_of_documents(
    http: httpx.Client, agent: JSON, body: dict[str, Any], status: int
) -> None:
    """Titles have 800 characters at most, pieces 30 000, and there are 1 to 5 000."""
    assert http.post(_docs(agent), json=body).status_code == status


def test_an_unknown_owner_can_have_no_docs(http: httpx.Client) -> None:
    """The conflict is told in the API's words."""
    response = http.post(f"/users/{uuid4()}/docs", json={"title": "x", "content": "x"})
    assert response.status_code == 409
    assert response.json()["error"]["message"] == "Reference to user not found during create"


def test_docs_are_deleted_by_their_owner(http: httpx.Client, make: Make, agent: JSON) -> None:
    """The wrong owner deletes nothing."""
    doc = make(_docs(agent), title="x", content="x")
    other = make("/agents", name="Eve")
    assert http.delete(f"{_docs(other)}/{doc['id']}").status_code == 404
    assert http.delete(f"{_docs(agent)}/{doc['id']}").status_code == 202
    assert http.delete(f"{_docs(agent)}/{doc['id']}").status_code == 404


def test_docs_go_with_their_owner(http: httpx.Client, make: Make, user: JSON) -> None:
    """A deleted user's documents can't be read or found any more."""
    doc = make(f"/users/{user['id']}/docs", title="Zebra", content="stripes")
    http.delete(f"/users/{user['id']}")
    assert http.get(f"/docs/{doc['id']}").status_code == 404
    found = http.post(f"/users/{user['id']}/search", json={"text": "zebra"}).json()["docs"]
    assert found == []


def test_owners_of_one_id_have_documents_of_their_own(http: httpx.Client, make: Make) -> None:
    """An agent and a user whom a caller gave the same id don't share their documents."""
    id = str(uuid4())
    make(f"/agents/{id}", name="Ada")
    make(f"/users/{id}", name="Joe")
    doc = make(f"/agents/{id}/docs", title="Cats", content="They purr")
    assert http.get(f"/users/{id}/docs").json() == {"items": []}
    assert http.delete(f"/users/{id}/docs/{doc['id']}").status_code == 404
    assert http.delete(f"/agents/{id}/docs/{doc['id']}").status_code == 202


def test_bulk_delete_takes_a_filter_or_everything(
    http: httpx.Client, make: Make, agent: JSON
) -> None:
    """Neither a filter nor `delete_all` deletes nothing."""
    for n in range(4):
        make(_docs(agent), title=str(n), content="x", metadata={"even": n % 2 == 0})

    def deleted(**body: Any) -> int:
        response = http.request("DELETE", _docs(agent), json=body)
        assert response.status_code == 202
        return len(response.json()["items"])

    assert deleted() == 0
    assert deleted(metadata_filter={"even": True}) == 2
    assert deleted(delete_all=True) == 2


def test_embed_gives_vectors_of_length_one(http: httpx.Client) -> None:
    """One text or several give as many vectors, whatever the instruction."""
    one = http.post("/embed", json={"text": "cats purr"}).json()["vectors"]
    body = {"text": ["cats purr", "", "дом"], "embed_instruction": ""}
    several = http.post("/embed", json=body).json()["vectors"]
    assert several[0] == one[0]
    assert [len(vector) for vector in several] == [1024] * 3
    assert math.hypot(*one[0]) == pytest.approx(1, abs=1e-6)
    instructed = http.post("/embed", json={"text": "x", "embed_instruction": "find"}).json()
    assert len(instructed["vectors"]) == 1


@pytest.mark.parametrize("body", [{}, {"text": []}, {"text": 1}, {"text": ["x"] * 101}])
def test_embed_takes_1_to_100_texts(http: httpx.Client, body: dict[str, Any]) -> None:
    """Anything else is a validation error."""
    assert http.post("/embed", json=body).status_code == 422


def test_vectors_are_the_same_in_every_process(http: httpx.Client) -> None:
    """Hashing doesn't depend on the process's hash seed."""
    code = (
        "import asyncio; from julep.local.models.embeddings import HashingVectors; "
        "print(sum(i * x for i, x in enumerate(asyncio.run(HashingVectors().vectors(['a cat']))[0])))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    here = http.post("/embed", json={"text": "a cat"}).json()["vectors"][0]
    assert float(done.stdout) == pytest.approx(sum(i * x for i, x in enumerate(here)))


def test_texts_that_share_words_are_nearer(http: httpx.Client) -> None:
    """The offline vectors order texts by their words."""
    texts = ["feeding cats", "how to feed a cat", "interest rates"]
    cat, near, far = http.post("/embed", json={"text": texts}).json()["vectors"]

    def cosine(one: list[float], other: list[float]) -> float:
        return sum(x * y for x, y in zip(one, other, strict=True))

    assert cosine(cat, near) > 0.2 > cosine(cat, far)
