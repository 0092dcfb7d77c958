"""Server-sent events: bytes in, events out.

https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation
"""

from __future__ import annotations

from codecs import getincrementaldecoder
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
    """Cuts a stream of bytes into events, wherever its pieces happen to end.

    Feed it what arrives, and end it when nothing more does. Lines end at CR, LF or CRLF and nowhere
    else. It takes time in proportion to what it is fed, however large an event or small a piece is.
    """

    def __init__(self) -> None:
        self._utf8 = getincrementaldecoder("utf-8-sig")(errors="replace")
        self._line: list[str] = []
        self._line_size = 0
        self._ended_by_cr = False
        self._data: list[str] = []
        self._data_size = 0
        self._name = ""
        self._id = ""

    @property
    def held(self) -> int:
        """Characters of the event that is not complete yet."""
        return self._line_size + self._data_size

    def feed(self, piece: bytes) -> list[Event]:
        """Return the events that are complete with this piece."""
        # A list, since what is held back would be lost with an iterator that is not read to its end.
        return [event for line in self._lines(piece) if (event := self._take_in(line))]

    def end(self) -> list[Event]:
        """Return the event that a body without a blank line at its end still holds, if any."""
        held = self.feed(b"\n")
        return [*held, self._take()] if self._data else held

    def _lines(self, piece: bytes) -> list[str]:
        """Return the lines that are complete with this piece."""
        text = self._utf8.decode(piece)
        if not text:
            return []
        ends_with_cr = text.endswith("\r")
        if self._ended_by_cr:
            text = text.removeprefix("\n")  # the other half of a line end
        self._ended_by_cr = ends_with_cr
        if "\r" in text:
            text = text.replace("\r\n", "\n").replace("\r", "\n")
        first, *others = text.split("\n")
        self._line.append(first)
        self._line_size += len(first)
        if not others:
            return []
        lines = ["".join(self._line), *others]
        self._line = [lines.pop()]
        self._line_size = len(self._line[0])
        return lines

    def _take_in(self, line: str) -> Event | None:
        """Note what a line says; the event that it ends, if it is blank and there is one."""
        if not line:
            event = self._take() if self._data else None
            self._name = ""
            return event
        field, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if field == "data":
            self._data.append(value)
            self._data_size += len(value)
        elif field == "event":
            self._name = value
        elif field == "id":
            self._id = value
        return None

    def _take(self) -> Event:
        event = Event("\n".join(self._data), self._name, self._id)
        self._data = []
        self._data_size = 0
        self._name = ""
        return event
