"""A way to an embedded server on which some of the answers are exchanged for faults."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import Final

import attrs
import httpx

from tests.wire import HANG_UP, Connection, Seen, Wire

from .kinds import Fault
from .operations import Operation, not_called

SILENCE: Final = 2.0
"""Seconds for which a stream may tell nothing before it is ended; executions that wait tell nothing."""


@attrs.frozen
class Place:
    """Which answers are exchanged.

    How many looks a job takes depends on the machine, so its requests are counted by kind.

    Attributes:
        kind: Of the first of them, as `kind_of` tells it; the server does the work of it all the same.
        number: Which of its kind that is, from 1.
        stays: Whether all later ones are, too.
    """

    kind: str
    number: int = 1
    stays: bool = False

    def holds(self, asked: Sequence[str]) -> bool:
        """Whether the answer to the last of these is exchanged."""
        if self.stays:
            return asked.count(self.kind) >= self.number
        return asked[-1] == self.kind and asked.count(self.kind) == self.number

    def __str__(self) -> str:
        return f"{'from' if self.stays else 'at'} {self.kind}, {self.number}"


class Passage(Wire):
    """Listens in front of an embedded server.

    Attributes:
        fault: What is answered instead; None where the server is well.
        place: Where.
        asked: The kinds of the requests, in their order.
    """

    def __init__(self, http: httpx.Client, fault: Fault | None, place: Place) -> None:
        super().__init__(self._pass)
        self.fault = fault
        self.place = place
        self.asked: list[str] = []
        self._http = http
        self._asked_lock = threading.Lock()

    def _pass(self, connection: Connection, seen: Seen) -> object:
        with self._asked_lock:
            self.asked.append(kind_of(seen))
            is_here = self.place.holds(self.asked)
        if self.fault is None or not is_here:
            return self._forward(connection, seen)
        is_undone = self.fault.is_refusal or (
            self.fault.moves_all_but_posts and seen.method != "POST"
        )
        answered = NOT_DONE if is_undone else self._done(seen)
        return self.fault.answer(connection, seen, answered)

    def _asking(self, seen: Seen) -> Iterator[httpx.Response]:
        kind = {"Content-Type": "application/json"}
        with self._http.stream(
            seen.method, seen.target, content=seen.body or None, headers=kind
        ) as answer:
            yield answer

    def _forward(self, connection: Connection, seen: Seen) -> object:
        for answer in self._asking(seen):
            if _is_stream(answer):
                return _tell(connection, answer)
            body = answer.read()
            head = f"HTTP/1.1 {answer.status_code} Status\r\nContent-Type: application/json\r\n"
            connection.send(f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body)
        return None

    def _done(self, seen: Seen) -> Operation:
        """Have the work done; what it is answered with is what faults are made of."""
        for answer in self._asking(seen):
            is_stream = _is_stream(answer)
            # A stream that is no answer of a model goes on for as long as an execution does.
            pieces = answer.iter_raw()
            body = next(pieces) if is_stream and seen.method == "GET" else b"".join(pieces)
            status = f"{answer.status_code} Status"
            return Operation(not_called, body, is_stream=is_stream, status=status)
        raise AssertionError("unreachable")


_ID: Final = re.compile(r"[0-9a-f]{8}-[0-9a-f-]+")


def kind_of(seen: Seen) -> str:
    """What a request is for, apart from which thing."""
    return f"{seen.method} {_ID.sub('', seen.target.partition('?')[0])}"


NOT_DONE: Final = Operation(not_called, {})


def _is_stream(answer: httpx.Response) -> bool:
    return str(answer.headers.get("content-type")).startswith("text/event-stream")


def _tell(connection: Connection, answer: httpx.Response) -> object:
    """Pass a stream on, piece by piece."""
    with suppress(httpx.ReadTimeout):
        connection.pass_on(answer.iter_raw())
        return None
    return HANG_UP
