"""Reading a streamed completion, piece by piece of its bytes."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Sequence
from typing import Any

import anyio
import anyio.lowlevel
import httpx
import pytest

from julep.local.errors import ModelFailed
from julep.local.models.completion_stream import read_chunks
from julep.local.models.openai_http import Endpoint

DONE = b"data: [DONE]\n\n"


def event(content: str | None = None, finish: str | None = None, at: int = 0) -> bytes:
    """A chunk with one choice, as an event."""
    delta = {} if content is None else {"content": content}
    choice = {"index": at, "delta": delta, "finish_reason": finish}
    return b"data: " + json.dumps({"choices": [choice]}).encode() + b"\n\n"


async def _arriving(pieces: Sequence[bytes], error: Exception | None) -> AsyncIterator[bytes]:
    for piece in pieces:
        await anyio.lowlevel.checkpoint()
        yield piece
    if error:
        raise error


def read(*pieces: bytes, error: Exception | None = None) -> list[Any]:
    """The chunks of a body that arrives in these pieces and then ends, or fails."""

    async def play() -> list[Any]:
        endpoint = Endpoint("http://127.0.0.1:1")
        found = [chunk async for chunk in read_chunks(_arriving(pieces, error), endpoint)]
        await endpoint.aclose()
        return found

    return anyio.run(play)


def said(chunks: list[Any], at: int = 0) -> list[str]:
    """The texts of a choice, chunk by chunk."""
    choices = [choice for chunk in chunks for choice in chunk["choices"]]
    return [each["delta"].get("content") or "" for each in choices if each["index"] == at]


@pytest.mark.parametrize("size", [1, 2, 7, 1000])
def test_pieces_of_any_size_add_up(size: int) -> None:
    """Wherever they are cut, in the middle of a character too."""
    body = event("é") + b": a comment\n\ndata:\n\n" + event("中", "stop") + DONE
    chunks = read(*(body[at : at + size] for at in range(0, len(body), size)))
    assert said(chunks) == ["é", "中"]
    assert [chunk["choices"][0]["finish_reason"] for chunk in chunks] == [None, "stop"]


@pytest.mark.parametrize(
    "body",
    [
        pytest.param((event("a"), event(None, "stop"), DONE), id="as it should be"),
        pytest.param((event("a"), event(None, "stop")), id="without the last word"),
        pytest.param((event("a"), DONE), id="without a reason"),
        pytest.param((event("a", "stop"), DONE.strip()), id="without a blank line"),
        pytest.param((b"\xef\xbb\xbf \r\n", event("a", "stop")), id="after blanks"),
        pytest.param((event("a"), DONE, event("b")), id="with more behind the end"),
    ],
)
def test_an_end_is_an_end(body: Sequence[bytes]) -> None:
    """What comes after it isn't read."""
    assert "".join(said(read(*body))) == "a"


@pytest.mark.parametrize(
    "body",
    [
        pytest.param((), id="nothing"),
        pytest.param((b"\n\n",), id="blanks"),
        pytest.param((event("a"),), id="no end"),
        pytest.param((event("a", "stop"), event("b", at=1)), id="a choice without an end"),
    ],
)
def test_what_breaks_off_has_failed(body: Sequence[bytes]) -> None:
    """It may be tried again."""
    with pytest.raises(ModelFailed, match="broke off its answer") as caught:
        read(*body)
    assert caught.value.transient


def test_who_hangs_up_after_the_end_has_not_failed() -> None:
    """Before it, the failure is the connection's."""
    lost = httpx.ReadError("lost")
    assert said(read(event("a", "stop"), error=lost)) == ["a"]
    assert said(read(event("a"), DONE, error=None)) == ["a"]
    with pytest.raises(httpx.ReadError):
        read(event("a"), error=lost)


def test_an_answer_that_is_no_stream_is_cut_into_one() -> None:
    """Some servers don't stream, whatever they are asked for."""
    message = {"role": "assistant", "content": "two words"}
    whole = json.dumps({"choices": [{"index": 0, "message": message}], "usage": None}).encode()
    assert said(read(b" ", whole[:5], whole[5:])) == ["", "two", " words", ""]


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b'{"error": {"message": "too long"}}', "too long"),
        (b"<html>", "a web page"),
        (b"[1]", "something that isn't a JSON object"),
        (b'data: {"error": {"message": "oh"}}\n\n', "oh"),
        (b'event: error\ndata: "oh"\n\n', "oh"),
        (b'data: {"detail": "oh"}\n\n', "oh"),
        (b"data: nonsense\n\n", "something that isn't a JSON object"),
    ],
)
def test_an_error_in_the_place_of_an_answer_is_told(body: bytes, words: str) -> None:
    """In the server's words."""
    with pytest.raises(ModelFailed, match=words):
        read(body)


def test_events_of_other_kinds_are_passed_over() -> None:
    """A chunk that tells the use of tokens alone isn't one of them."""
    ping = b'event: ping\ndata: {"at": 1}\n\n'
    usage = b'data: {"usage": {"total_tokens": 3.0, "x": "y"}}\n\n'
    chunks = read(ping, event("a", "stop"), usage, DONE)
    assert [chunk.get("usage") for chunk in chunks] == [None, {"total_tokens": 3}]
    assert chunks[1]["choices"] == []


@pytest.mark.parametrize(
    ("texts", "whole"),
    [
        (["a\ud83d", "\ude00b"], ["a", "😀b"]),
        (["a\ud83d", "b"], ["a", "\ufffdb"]),
        (["\ude00"], ["\ufffd"]),
    ],
)
def test_halves_of_characters_are_put_together(texts: list[str], whole: list[str]) -> None:
    """Of each choice by itself; one that stays alone is replaced."""
    other = [event("x", at=1), event(None, "stop", at=1)]
    body = [piece for text in texts for piece in (event(text), *other)]
    chunks = read(*body, DONE)
    assert said(chunks)[: len(whole)] == whole
    assert "".join(said(chunks, 1)) == "x" * len(texts)


def calls(*pieces: tuple[int | None, str]) -> bytes:
    """An event with pieces of arguments, each with the index of its call."""
    told = [
        {**({} if index is None else {"index": index}), "function": {"arguments": text}}
        for index, text in pieces
    ]
    choice = {"index": 0, "delta": {"tool_calls": told}, "finish_reason": None}
    return b"data: " + json.dumps({"choices": [choice]}).encode() + b"\n\n"


@pytest.mark.parametrize(
    ("first", "second"),
    [
        pytest.param([(1, "a\ud83d")], [(0, "b"), (1, "\ude00")], id="by index"),
        pytest.param(
            [(None, "b"), (None, "a\ud83d")], [(None, ""), (None, "\ude00")], id="by place"
        ),
    ],
)
def test_halves_in_arguments_belong_to_their_call(first: Any, second: Any) -> None:
    """Which is named by its index, or by its place in the list."""
    chunks = read(calls(*first), calls(*second), DONE)
    told = [piece for chunk in chunks for piece in chunk["choices"][0]["delta"]["tool_calls"]]
    assert {piece["function"]["arguments"] for piece in told} - {""} == {"a", "b", "😀"}


@pytest.mark.parametrize("end", [event(None, "stop"), DONE])
def test_half_a_character_at_the_end_is_replaced(end: bytes) -> None:
    """Whether the end is told or not."""
    assert "".join(said(read(event("a\ud83d"), end))) == "a\ufffd"
