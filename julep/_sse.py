"""Server-sent events: bytes in, events out.

https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation
"""

from __future__ import annotations

from codecs import getincrementaldecoder
from collections.abc import Iterator
from typing import NamedTuple


class Event(NamedTuple):
    """One event of a stream.

    Attributes:
        data: Its text, lines joined by a line feed.
        name: What kind of event it is; Julep servers name none.
        id: Where a client that reconnects would ask to go on.
    """

    data: str
    name: str = ""
    id: str = ""


class EventDecoder:
    """Cuts a stream of bytes into events, wherever its chunks happen to end."""

    def __init__(self) -> None:
        self._text = getincrementaldecoder("utf-8-sig")(errors="replace")
        self._rest = ""
        self._data: list[str] = []
        self._name = ""
        self._id = ""

    def feed(self, chunk: bytes) -> Iterator[Event]:
        """The events that are complete with this chunk."""
        text = self._rest + self._text.decode(chunk)
        # A carriage return at the end may be half of a line end.
        held = "\r" if text.endswith("\r") else ""
        text = text.removesuffix("\r")
        if "\r" in text:
            text = text.replace("\r\n", "\n").replace("\r", "\n")
        *lines, self._rest = text.split("\n")
        self._rest += held
        for line in lines:
            if line.startswith("data: "):
                self._data.append(line[6:])
            elif line:
                self._field(line)
            elif self._data:
                yield self._take()

    def end(self) -> Iterator[Event]:
        """The event that a body without a blank line at its end still holds."""
        yield from self.feed(b"\n")
        if self._data:
            yield self._take()

    def _field(self, line: str) -> None:
        name, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if name == "data":
            self._data.append(value)
        elif name == "event":
            self._name = value
        elif name == "id":
            self._id = value

    def _take(self) -> Event:
        event = Event("\n".join(self._data), self._name, self._id)
        self._data, self._name = [], ""
        return event
