"""An owner's documents on a server of either generation, which may lose requests and answers."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable

import httpx

from .servers import Json


class Shelf:
    """Documents, by what a client sends for them.

    Args:
        generation: Servers of 2025 refuse the same title and text twice.

    Attributes:
        docs: What is there, oldest first.
        calls: The methods of requests.
        breaks: The numbers of requests that are lost, from 0: before they are done, or after.
        meanwhile: Is called before each creation.
    """

    def __init__(self, generation: str = "2025") -> None:
        self.generation = generation
        self.docs: list[Json] = []
        self.calls: list[str] = []
        self.breaks: dict[int, str] = {}
        self.meanwhile: Callable[[], object] = int
        self._made = 0
        self._lock = threading.Lock()

    def answer(self, request: httpx.Request) -> httpx.Response:
        """Do what a request asks for, but where the connection breaks."""
        if request.method == "POST":
            self.meanwhile()
        with self._lock:
            broken = self.breaks.pop(len(self.calls), "")
            self.calls.append(request.method)
            if broken == "before":
                raise httpx.ReadError("broken")
            answer: httpx.Response = getattr(self, f"_{request.method.lower()}")(request)
            if broken == "after":
                raise httpx.ReadError("broken")
        return answer

    @property
    def paths(self) -> list[str]:
        """What the documents were made of."""
        return sorted(doc["metadata"]["julep_path"] for doc in self.docs)

    def texts(self) -> dict[str, str]:
        """What the documents say, by title."""
        return {doc["title"]: "\n".join(doc["content"]) for doc in self.docs}

    def _get(self, request: httpx.Request) -> httpx.Response:
        query = request.url.params
        first, size = int(query.get("offset", 0)), int(query.get("limit", 100))
        return httpx.Response(200, json={"items": self.docs[::-1][first : first + size]})

    def _post(self, request: httpx.Request) -> httpx.Response:
        sent = json.loads(request.content)
        same = [(doc["title"], doc["content"]) for doc in self.docs]
        if self.generation == "2025" and (sent["title"], sent["content"]) in same:
            return _error(409, "A doc with this content already exists during create")
        self._made += 1
        made: Json = {
            "id": f"d{self._made:03}",
            "created_at": f"2025-01-01T00:00:{self._made % 60:02}Z",
        }
        self.docs.append({**sent, **made})
        whole: Json = self.docs[-1] if self.generation == "2025" else {**made, "jobs": []}
        return httpx.Response(201, json=whole)

    def _delete(self, request: httpx.Request) -> httpx.Response:
        id = request.url.path.rpartition("/")[2]
        doc = next((one for one in self.docs if one["id"] == id), None)
        if doc is None:
            is_late = self.generation == "2025"
            return _error(
                *((404, "no doc") if is_late else (400, "asserted to return some results"))
            )
        self.docs.remove(doc)
        deleted: Json = {"id": id, "deleted_at": "2025-01-01T00:01:00Z", "jobs": []}
        return httpx.Response(202, json=deleted)


def _error(status: int, message: str) -> httpx.Response:
    return httpx.Response(status, json={"error": {"message": message}})
