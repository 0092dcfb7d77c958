"""Bytes in, events out, wherever the chunks end."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from julep._sse import Event, EventDecoder


def decoded(*chunks: bytes) -> list[Event]:
    """The events of a whole body."""
    decoder = EventDecoder()
    events = [event for chunk in chunks for event in decoder.feed(chunk)]
    return events + list(decoder.end())


def data(*chunks: bytes) -> list[str]:
    """What the events of a body say."""
    return [event.data for event in decoded(*chunks)]


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"data: a\n\ndata: b\n\n", ["a", "b"]),
        (b"data:a\n\n", ["a"]),
        (b"data:  a \n\n", [" a "]),
        (b"data: a\r\n\r\ndata: b\r\n\r\n", ["a", "b"]),
        (b"data: a\r\rdata: b\r\r", ["a", "b"]),
        (b"data: a\n\r\ndata: b\r\n\n", ["a", "b"]),
        (b"data: a\ndata: b\n\n", ["a\nb"]),
        (b"data: a\ndata:\ndata: b\n\n", ["a\n\nb"]),
        (b"data\n\n", [""]),
        (b"data: a:b: c\n\n", ["a:b: c"]),
        (b": comment\n\ndata: a\n: more\n\n", ["a"]),
        (b"\n\n\ndata: a\n\n\n\n", ["a"]),
        (b"\xef\xbb\xbfdata: a\n\n", ["a"]),
        (b"event: x\n\ndata: a\n\n", ["a"]),
        (b"retry: 10\nunknown: x\ndata: a\n\n", ["a"]),
        (b"Data: a\n\n", []),
        (b"data: a\n", ["a"]),
        (b"data: a", ["a"]),
        (b"", []),
        (b"data: \xc3\xa9\xe2\x82\xac\n\n", ["\u00e9\u20ac"]),
        (b"data: \xff\n\n", ["\ufffd"]),
        (b"data: a\xe2\x80\xa8b\x0bc\x85d\n\n", ["a\u2028b\x0bc\ufffdd"]),
    ],
)
def test_a_body_is_cut_into_events(body: bytes, said: list[str]) -> None:
    """Line ends, comments, several lines of data, marks and unknown fields, as the standard says."""
    assert data(body) == said


def test_an_event_has_its_name_and_id() -> None:
    """A name is of one event only, an id stays until the next; one with a null byte is none."""
    assert decoded(b"event: e\nid: 1\ndata: a\n\ndata: b\n\n") == [
        Event("a", "e", "1"),
        Event("b", "", "1"),
    ]
    assert decoded(b"id: 1\nid: 2\0\ndata: a\n\n") == [Event("a", "", "1")]


BODY = (
    b'\xef\xbb\xbf: hi\r\ndata: {"a": "\xc3\xa9\xf0\x9f\x98\x80"}\r\n\r\n'
    b"event: x\rdata: one\rdata: two\r\rid: 7\ndata: last\n\n"
)


@given(st.lists(st.integers(0, len(BODY)), max_size=12))
def test_it_does_not_matter_where_chunks_end(cuts: list[int]) -> None:
    """Between the halves of a line end, of a character or of a mark, the events are the same."""
    places = [0, *sorted(cuts), len(BODY)]
    chunks = [BODY[start:end] for start, end in pairwise(places)]
    assert decoded(*chunks) == decoded(BODY)
    assert len(decoded(BODY)) == 3


@given(st.lists(st.text(st.characters(exclude_characters="\r\n", exclude_categories=["Cs"]))))
def test_what_is_encoded_is_decoded(texts: list[str]) -> None:
    """Any text without line ends comes back as it was."""
    body = "".join(f"data: {text}\n\n" for text in texts).encode()
    assert data(body) == texts


@pytest.mark.parametrize(("length", "size"), [(300_000, 1), (8_000_000, 1400)])
def test_a_long_event_may_come_in_small_pieces(length: int, size: int) -> None:
    """Each piece is looked at once, so that its length costs no more than it must."""
    body = b"data: " + b"x" * length + b"\n\n"
    pieces = (body[at : at + size] for at in range(0, len(body), size))
    (event,) = decoded(*pieces)
    assert len(event.data) == length


def test_an_event_is_given_as_soon_as_it_is_complete() -> None:
    """The blank line is the end; nothing after it is waited for."""
    decoder = EventDecoder()
    assert list(decoder.feed(b"data: a\n")) == []
    assert [event.data for event in decoder.feed(b"\n")] == ["a"]


def test_what_is_held_is_known() -> None:
    """Only what the next event will have counts, in whole lines and in the last one."""
    decoder = EventDecoder()
    sizes = list[int]()
    for piece in (b"data: a\n\ndat", b"a: bcd", b"\ndata: e\n", b": comment\n", b"\n"):
        decoder.feed(piece)
        sizes.append(decoder.held)
    assert sizes == [3, 9, 4, 4, 0]
    assert EventDecoder().held == 0


@pytest.mark.parametrize("end", [b"\n", b"\r", b"\r\n"])
@pytest.mark.parametrize(
    "lines", [[b"data: a", b"data: b", b""], [b"", b"data: a", b"data: b", b""]]
)
def test_a_line_end_may_come_in_two_pieces(end: bytes, lines: list[bytes]) -> None:
    """Its second half is no blank line, also where nothing comes between."""
    body = b"".join(line + end for line in lines)
    decoder = EventDecoder()
    events = [event for at in range(len(body)) for event in decoder.feed(body[at : at + 1])]
    assert [event.data for event in [*events, *decoder.end()]] == ["a\nb"]
    decoder = EventDecoder()
    assert [decoder.feed(piece) for piece in (b"data: a\r", b"", b"\n")] == [[], [], []]
    assert [event.data for event in decoder.feed(b"data: b\n\n")] == ["a\nb"]
