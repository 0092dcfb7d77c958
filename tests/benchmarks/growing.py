"""Things that are made in growing numbers, and the requests whose cost is to stay the same."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

Call: TypeAlias = Callable[..., Any]
Requests: TypeAlias = Mapping[str, Callable[[], object]]
"""What is measured, by name."""

MESSAGE: Mapping[str, str] = {"role": "user", "content": "hi"}
_PART = 100  # entries of a chat, pieces of a document, and items of a page


class Agents:
    """Agents with metadata."""

    def __init__(self, call: Call) -> None:
        self._call = call
        self._made = 0
        self._newest = ""

    def __call__(self, size: int) -> Requests:
        """Have so many of them."""
        while self._made < size:
            metadata = {"number": self._made, "odd": self._made % 2}
            body = {"name": "A", "metadata": metadata}
            self._newest = self._call("POST", "/agents", body)["id"]
            self._made += 1
        last = f"/agents?limit={_PART}&offset={max(0, size - _PART)}"
        return {
            "create": lambda: self._call("POST", "/agents", {"name": "A"}),
            "get": lambda: self._call("GET", f"/agents/{self._newest}"),
            "first page": lambda: self._call("GET", f"/agents?limit={_PART}"),
            "last page": lambda: self._call("GET", last),
            "find by metadata": lambda: self._call("GET", "/agents?metadata_filter.number=7"),
            "walk by change": lambda: self._walk(size, "sort_by=updated_at"),
            "walk with a filter": lambda: self._walk(size // 2, "metadata_filter.odd=1"),
            "walk by change with a filter": lambda: self._walk(
                size // 2, "sort_by=updated_at&metadata_filter.odd=1"
            ),
        }

    def _walk(self, size: int, query: str) -> None:
        for offset in range(0, size, _PART):
            self._call("GET", f"/agents?limit={_PART}&offset={offset}&{query}")


class Entries:
    """What was said in a session."""

    def __init__(self, call: Call) -> None:
        self._call = call
        self._agent = call("POST", "/agents", {"name": "A"})["id"]

    def __call__(self, size: int) -> Requests:
        """Have so many of them in a session, and in another one that has a budget."""
        whole, short = (
            self._session(size, more)
            for more in ({}, {"token_budget": 2_000, "context_overflow": "truncate"})
        )
        kept, lost = {"messages": [MESSAGE]}, {"messages": [MESSAGE], "save": False}
        return {
            "chat": lambda: self._call("POST", f"{whole}/chat", lost),
            "chat that is kept": lambda: self._call("POST", f"{whole}/chat", kept),
            "chat within 2,000 tokens": lambda: self._call("POST", f"{short}/chat", lost),
            "session": lambda: self._call("GET", whole),
        }

    def _session(self, size: int, more: Mapping[str, object]) -> str:
        made = self._call("POST", "/sessions", {"agent": self._agent, **more})
        place = f"/sessions/{made['id']}"
        # Half of a chat's entries are answers where it has one message.
        for first in range(0, size, _PART):
            messages = [MESSAGE] * (min(_PART, size - first) - 1)
            self._call("POST", f"{place}/chat", {"messages": messages or [MESSAGE]})
        return place


class Snippets:
    """Pieces of documents."""

    def __init__(self, call: Call) -> None:
        self._call = call

    def __call__(self, size: int) -> Requests:
        """Have so many of them, of an agent of their own."""
        agent = f"/agents/{self._call('POST', '/agents', {'name': 'A'})['id']}"
        docs = [self._doc(agent, number) for number in range(max(1, size // _PART))]
        vector = self._call("POST", "/embed", {"text": "w0x7"})["vectors"][0]
        lean = {"include_embeddings": False}
        near = {"vector": vector, "confidence": 0.1, **lean}
        other = {"title": "T", "content": "one piece"}
        return {
            "create and delete": lambda: self._call(
                "DELETE", f"{agent}/docs/{self._call('POST', f'{agent}/docs', other)['id']}"
            ),
            "get": lambda: self._call("GET", f"/docs/{docs[-1]}?include_embeddings=false"),
            "first page": lambda: self._call(
                "GET", f"{agent}/docs?limit=1&include_embeddings=false"
            ),
            "text search": lambda: self._call("POST", f"{agent}/search", {"text": "w0x7", **lean}),
            "vector search": lambda: self._call("POST", f"{agent}/search", near),
        }

    def _doc(self, agent: str, number: int) -> str:
        content = [f"{'many words ' * 6} w{number}x{at}" for at in range(_PART)]
        body = {"title": f"T{number}", "content": content}
        return str(self._call("POST", f"{agent}/docs", body)["id"])


class Transitions:
    """Steps of an execution."""

    def __init__(self, call: Call) -> None:
        self._call = call
        self._agent = call("POST", "/agents", {"name": "A"})["id"]

    def __call__(self, size: int) -> Requests:
        """Have so many of them."""
        body = {"name": "T", "main": [{"evaluate": {"n": "1"}}] * size}
        task = self._call("POST", f"/agents/{self._agent}/tasks", body)
        place = run(self._call, f"/tasks/{task['id']}/executions", {})
        path = f"{place}/transitions?limit={_PART}"
        return {
            "execution": lambda: self._call("GET", place),
            "first page": lambda: self._call("GET", path),
            "last page": lambda: self._call("GET", f"{path}&offset={max(0, size - _PART)}"),
        }


class Executions:
    """Executions of a task."""

    def __init__(self, call: Call) -> None:
        self._call = call
        self._made = 0
        self._newest = ""
        agent = call("POST", "/agents", {"name": "A"})["id"]
        body = {"name": "T", "main": [{"evaluate": {"n": "1"}}]}
        task = call("POST", f"/agents/{agent}/tasks", body)
        self._place = f"/tasks/{task['id']}/executions"

    def __call__(self, size: int) -> Requests:
        """Have so many of them."""
        while self._made < size:
            self._newest = run(self._call, self._place, {})
            self._made += 1
        last = f"{self._place}?limit={_PART}&offset={max(0, size - _PART)}"
        return {
            "create and run": lambda: run(self._call, self._place, {}),
            "get": lambda: self._call("GET", self._newest),
            "first page": lambda: self._call("GET", f"{self._place}?limit={_PART}"),
            "last page": lambda: self._call("GET", last),
        }


KINDS: Sequence[Callable[[Call], Callable[[int], Requests]]] = (
    Agents,
    Entries,
    Snippets,
    Transitions,
    Executions,
)


def run(call: Call, place: str, given: Mapping[str, object]) -> str:
    """Where the execution is that was started there, and has ended."""
    execution = f"/executions/{call('POST', place, {'input': given})['id']}"
    while (status := call("GET", execution)["status"]) != "succeeded":
        assert status in {"queued", "starting", "running"}, status
    return execution
