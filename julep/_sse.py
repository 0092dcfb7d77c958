"""Server-sent events: bytes in, events out.

https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation
"""

from __future__ import annotations

from codecs import BOM_UTF8
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
        self._line: list[bytes] = []
        self._line_size = 0
        self._has_begun = False
        self._ended_by_cr = False
        self._data: list[bytes] = []
        self._data_size = 0
        self._name = ""
        self._id = ""

    @property
    def held(self) -> int:
        """Bytes of the event that is not complete yet."""
        return self._line_size + self._data_size

    def feed(self, piece: bytes) -> list[Event]:
        """Return the events that are complete with this piece."""
        # A list, since what is held back would be lost with an iterator that is not read to its end.
        events: list[Event] = []
        for line in self._lines(piece):
            if line:
                self._take_in(line)
            else:
                if self._data:
                    events.append(self._take())
                self._name = ""
        return events

    def end(self) -> list[Event]:
        """Return the event that a body without a blank line at its end still holds, if any."""
        held = self.feed(b"\n")
        return [*held, self._take()] if self._data else held

    def _lines(self, piece: bytes) -> list[bytes]:
        """Return the lines that are complete with this piece."""
        # UTF-8 has no byte of a line end inside of a character, so that values are decoded whole.
        if piece and self._ended_by_cr:
            self._ended_by_cr = False
            piece = piece.removeprefix(b"\n")  # the other half of a line end
        if b"\r" in piece:
            self._ended_by_cr = piece.endswith(b"\r")
            piece = piece.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        lines = piece.split(b"\n")
        last = lines.pop()
        if lines:
            lines[0] = self._completed(lines[0])
        if last:
            self._line.append(last)
            self._line_size += len(last)
        return lines

    def _completed(self, end: bytes) -> bytes:
        """Return the line that these bytes complete."""
        line = b"".join([*self._line, end]) if self._line else end
        self._line = []
        self._line_size = 0
        if not self._has_begun:
            self._has_begun = True
            line = line.removeprefix(BOM_UTF8)
        return line

    def _take_in(self, line: bytes) -> None:
        """Note what a line says."""
        field, _, value = line.partition(b":")
        value = value.removeprefix(b" ")
        if field == b"data":
            self._data.append(value)
            self._data_size += len(value)
        elif field == b"event":
            self._name = value.decode(errors="replace")
        elif field == b"id" and b"\0" not in value:
            self._id = value.decode(errors="replace")

    def _take(self) -> Event:
        data = self._data[0] if len(self._data) == 1 else b"\n".join(self._data)
        self._data = []
        self._data_size = 0
        return Event(data.decode(errors="replace"), self._name, self._id)
