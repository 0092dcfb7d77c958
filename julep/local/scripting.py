"""What a test tells a server beforehand: the model's replies, and what is to go wrong.

Both queues may be filled from any thread while the server runs. Importing this is cheap.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Sequence
from fnmatch import fnmatchcase
from typing import Any, Literal, NamedTuple

Drop = Literal["before", "after"]


class Reply(NamedTuple):
    """One scripted reply of the model."""

    text: str | None
    tool_calls: Sequence[tuple[str, Mapping[str, Any]]]
    error: str | None
    status: int
    delay: float


class Replies:
    """Replies that are given, in order, before any real model is asked."""

    def __init__(self) -> None:
        self._queue: deque[Reply] = deque()

    def add(
        self,
        text: str | None = None,
        *,
        tool_calls: Sequence[tuple[str, Mapping[str, Any]]] = (),
        error: str | None = None,
        status: int = 500,
        delay: float = 0,
    ) -> None:
        """Have the model answer one more request.

        Args:
            text: what it says.
            tool_calls: what it calls: names of functions, each with its arguments.
            error: it fails with this message in the place of an answer.
            status: the HTTP status of the failing model's server, 400..599; 400, 404, 413 and
                422 blame the request.
            delay: seconds before it answers.

        Raises:
            ValueError: the reply would be empty.
        """
        if text is None and not tool_calls and error is None:
            raise ValueError("give a text, tool_calls or an error")
        self._queue.append(Reply(text, tuple(tool_calls), error, status, delay))

    def clear(self) -> None:
        """Forget the replies that weren't given."""
        self._queue.clear()

    def take(self) -> Reply | None:
        """The next reply, or None when there's none left."""
        return self._queue.popleft() if self._queue else None

    def __len__(self) -> int:
        return len(self._queue)


class Fault(NamedTuple):
    """Something that goes wrong with requests of a method and path."""

    method: str
    path: str
    status: int | None
    headers: Mapping[str, str]
    drop: Drop | None
    cut_after: int | None
    delay: float


class Faults:
    """Faults that happen, in order, to the requests that they are meant for."""

    def __init__(self) -> None:
        self._faults: list[Fault] = []

    def add(
        self,
        *,
        method: str = "*",
        path: str = "*",
        times: int = 1,
        status: int | None = None,
        headers: Mapping[str, str] | None = None,
        drop: Drop | None = None,
        cut_after: int | None = None,
        delay: float = 0,
    ) -> None:
        """Let something go wrong with the next requests.

        Args:
            method: which requests: `GET`, `POST` …, or `*` for all.
            path: which requests: a pattern as of file names, such as `/sessions/*/chat`.
            times: how many requests it happens to.
            status: they are answered with this HTTP status and not handled.
            headers: of that answer, such as `Retry-After`.
            drop: the connection is closed `before` they are handled, or `after`, without answer.
            cut_after: their streamed answers break off after so many events.
            delay: seconds before anything else happens.

        Raises:
            ValueError: nothing would go wrong.
        """
        if status is None and drop is None and cut_after is None and not delay:
            raise ValueError("give a status, drop, cut_after or delay")
        kind = Fault(method.upper(), path, status, headers or {}, drop, cut_after, delay)
        self._faults += [kind] * times

    def clear(self) -> None:
        """Forget the faults that didn't happen."""
        self._faults.clear()

    def take(self, method: str, path: str) -> Fault | None:
        """The next fault that is meant for such a request, or None."""
        for index, fault in enumerate(self._faults):
            if fault.method in {"*", method} and fnmatchcase(path, fault.path):
                return self._faults.pop(index)
        return None

    def __len__(self) -> int:
        return len(self._faults)
