"""Events of streams are those of a plain reading of the whole, wherever the pieces end."""

from __future__ import annotations

import re
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from julep._sse import Event, EventDecoder

from . import examples


def on_one_line(value: bytes) -> bytes:
    """A value without line ends."""
    return re.sub(rb"[\r\n]", b"", value)


ENDS = st.sampled_from([b"\n", b"\r", b"\r\n"])
NAMES = st.sampled_from(
    [b"data", b"event", b"id", b"retry", b"", b"dat", b"data ", b"\xef\xbb\xbfdata"]
)
COLONS = st.sampled_from([b":", b": ", b":  ", b""])
VALUES = st.one_of(
    st.text(max_size=4).map(lambda text: text.encode(errors="surrogatepass")).map(on_one_line),
    st.binary(max_size=3).map(on_one_line),
    st.sampled_from([b":", b" ", b"\0", "\u2028\u0085\v".encode(), b"\xef\xbb\xbf"]),
)
LINES = st.tuples(NAMES, COLONS, VALUES, ENDS).map(b"".join) | ENDS | ENDS
BODIES = st.tuples(
    st.sampled_from([b"", b"", b"\xef\xbb\xbf"]),
    st.lists(LINES, max_size=8).map(b"".join),
    st.sampled_from([b"", b"data: last", b"data", b"\r"]),
).map(b"".join)


def plainly_read(body: bytes) -> list[Event]:
    """The events of a whole body, as the standard has it; one that only its end completes counts."""
    data, name, id_ = list[bytes](), b"", b""
    events: list[Event] = []
    for line in [*re.split(rb"\r\n|\r|\n", body.removeprefix(b"\xef\xbb\xbf")), b""]:
        if not line:
            if data:
                events.append(
                    Event(
                        *(part.decode(errors="replace") for part in (b"\n".join(data), name, id_))
                    )
                )
            data, name = [], b""
            continue
        field, _, value = line.partition(b":")
        value = value.removeprefix(b" ")
        if field == b"data":
            data.append(value)
        elif field == b"event":
            name = value
        elif field == b"id" and b"\0" not in value:
            id_ = value
    return events


@examples(200)
@given(BODIES, st.data())
def test_events_are_those_of_the_whole(body: bytes, data: st.DataObject) -> None:
    """Between any two bytes, with empty pieces too."""
    cuts = data.draw(st.lists(st.integers(0, len(body)), max_size=6).map(sorted))
    pieces = [body[start:end] for start, end in pairwise([0, *cuts, len(body)])]
    for each in (pieces, [body[at : at + 1] for at in range(len(body))]):
        decoder = EventDecoder()
        events = [event for piece in each for event in decoder.feed(piece)]
        assert [*events, *decoder.end()] == plainly_read(body)
        assert decoder.held == 0
