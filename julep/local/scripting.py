"""What a test tells a server beforehand: the model's replies, and what is to go wrong.

Both queues may be filled from any thread while the server runs. Importing this is cheap.
"""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Mapping, Sequence
from fnmatch import fnmatchcase
from typing import Any, Literal, NamedTuple

Drop = Literal["before", "after"]


class ToolCall(NamedTuple):
    """A call of a function, its arguments as JSON."""

    name: str
    arguments: str


class Reply(NamedTuple):
    """One scripted reply of the model."""

    text: str | None
    tool_calls: Sequence[ToolCall]
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
            TypeError: an argument is of another type.
            ValueError: the reply would be empty, or a number is out of its range.
        """
        if text is None and not tool_calls and error is None:
            raise ValueError("give a text, tool_calls or an error")
        _check("text", text, str | None, "a text")
        _check("error", error, str | None, "a text")
        _check_number("status", status, int, 400, 599)
        _check_number("delay", delay, int | float, 0)
        self._queue.append(Reply(text, _calls(tool_calls), error, status, delay))

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
            TypeError: an argument is of another type.
            ValueError: nothing would go wrong, or a value is out of its range.
        """
        if status is None and drop is None and cut_after is None and not delay:
            raise ValueError("give a status, drop, cut_after or delay")
        _check("method", method, str, "a text")
        _check("path", path, str, "a text")
        _check("headers", headers, Mapping | None, "a mapping of names and texts")
        _check_number("times", times, int, 1)
        _check_number("status", status, int | None, 200, 599)
        _check_number("cut_after", cut_after, int | None, 0)
        _check_number("delay", delay, int | float, 0)
        if drop not in {None, "before", "after"}:
            raise ValueError("drop must be 'before' or 'after'")
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


def _check(name: str, value: object, kind: Any, words: str) -> None:
    if isinstance(value, bool) or not isinstance(value, kind):
        raise TypeError(f"{name} must be {words}, not {type(value).__name__}")


def _check_number(
    name: str, value: float | None, kind: Any, least: int, most: int | None = None
) -> None:
    _check(name, value, kind, "a number")
    if value is not None and not (least <= value and (most is None or value <= most)):
        bounds = f"{least} or more" if most is None else f"between {least} and {most}"
        raise ValueError(f"{name} must be {bounds}")


def _calls(given: Sequence[tuple[str, Mapping[str, Any]]]) -> tuple[ToolCall, ...]:
    _check("tool_calls", given, list | tuple, "a list of pairs of a name and its arguments")
    for call in given:
        _check("tool_calls", call, list | tuple, "a list of pairs of a name and its arguments")
        name, arguments = call
        _check("a tool call's name", name, str, "a text")
        _check("a tool call's arguments", arguments, Mapping, "a mapping")
    return tuple(ToolCall(name, json.dumps(dict(arguments))) for name, arguments in given)
