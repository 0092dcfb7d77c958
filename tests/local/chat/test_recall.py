"""Which documents a session recalls, and what a chat request may contain."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import anyio
import pytest

from julep.local.chat.recall import Recaller
from julep.local.chat.request import CHAT, SETTINGS, sent_settings
from julep.local.errors import Invalid


class Looking:
    """A search and a maker of vectors that note what they are asked.

    Attributes:
        requests: what was searched for.
        texts: what vectors were made of.
    """

    def __init__(self) -> None:
        self.requests: list[Any] = []
        self.texts: list[str] = []

    async def find(self, request: Any) -> list[str]:
        """Two hits."""
        self.requests.append(request)
        return ["one", "two"]

    def shown(self, hits: list[str], *, embeddings: bool) -> list[tuple[str, bool]]:
        """Hits as they are shown."""
        return [(hit, embeddings) for hit in hits]

    async def embed_texts(self, texts: Sequence[str]) -> list[list[float]]:
        """A vector for each text."""
        self.texts += texts
        return [[1.0]] * len(texts)


SAID: Any = [
    {"role": "user", "content": "first", "name": "joe"},
    {"role": "assistant", "content": [{"type": "text", "text": "second"}]},
    {"role": "system", "content": "passed over"},
    {"role": "tool", "content": "passed over"},
    {"role": "user", "content": "  "},
    {"role": "user", "content": "third one of the cats"},
]


def recalled(said: Any = SAID, **options: Any) -> tuple[Any, Looking]:
    """What is recalled for what was said."""
    looking: Any = Looking()
    defaults: Any = {"num_search_messages": 4, "max_query_length": 1000, "include_embeddings": True}
    recaller = Recaller(looking, looking)
    given: Any = {**defaults, **options}
    hits = anyio.run(recaller.recall, given, ["joe", "ada"], said)
    return hits, looking


@pytest.mark.parametrize("mode", ["text", "vector", "hybrid"])
def test_the_mode_decides_what_is_searched_for(mode: str) -> None:
    """The last message as text, the last few as a vector, or both."""
    hits, looking = recalled(mode=mode)
    (request,) = looking.requests
    assert hits == [("one", True), ("two", True)]
    assert request.owners == ["joe", "ada"]
    text = None if mode == "vector" else "third one of the cats"
    assert request.text == text
    assert request.query.as_fts5() == ('("third") OR ("one") OR ("cats")' if text else "")
    assert request.vector == (None if mode == "text" else [1.0])
    spoken = "joe: first\n\nassistant: second\n\nuser: third one of the cats"
    assert looking.texts == ([] if mode == "text" else [spoken])


@pytest.mark.parametrize(
    ("options", "spoken"),
    [
        ({"num_search_messages": 1}, "user: third one of the cats"),
        ({"num_search_messages": 2}, "assistant: second\n\nuser: third one of the cats"),
        ({"max_query_length": 4}, "cats"),
    ],
)
def test_so_much_of_the_end_is_searched_for(options: Any, spoken: str) -> None:
    """So many messages, and so many characters of them; of a text the first."""
    _, looking = recalled(mode="hybrid", **options)
    assert looking.texts == [spoken]
    assert looking.requests[0].text == "third one of the cats"[: options.get("max_query_length")]


@pytest.mark.parametrize("said", [[], SAID[2:5]])
def test_nothing_is_recalled_for_nothing(said: Any) -> None:
    """Nobody is asked."""
    hits, looking = recalled(said, mode="hybrid")
    assert (hits, looking.requests, looking.texts) == ([], [], [])


def test_vectors_are_shown_where_they_are_wanted() -> None:
    """As the options say."""
    assert recalled(mode="text", include_embeddings=False)[0] == [("one", False), ("two", False)]


MESSAGES = [{"role": "user", "content": "hi"}]


def test_a_chat_request_is_completed() -> None:
    """What isn't sent has its default; only settings that are sent go to the model."""
    request: Any = CHAT.read({"messages": MESSAGES, "temperature": 0, "stop": ["x"]})
    (message,) = request["messages"]
    assert message == {**MESSAGES[0], "name": None, "tool_calls": None, "tool_call_id": None}
    flags = {name: request[name] for name in ("recall", "save", "stream", "recall_tools")}
    assert flags == {"recall": True, "save": True, "stream": False, "recall_tools": True}
    assert sent_settings(request) == {"temperature": 0, "stop": ["x"]}
    assert {name: request[name] for name in SETTINGS if name not in {"temperature", "stop"}} == {
        name: None for name in SETTINGS if name not in {"temperature", "stop"}
    }


@pytest.mark.parametrize(
    "content", [None, "a", ["a", {"type": "text", "x": 1}], {"a": 1}, [{"type": "image_url"}]]
)
def test_a_content_comes_in_many_forms(content: Any) -> None:
    """And is kept as it is."""
    request: Any = CHAT.read({"messages": [{"role": "user", "content": content}]})
    assert request["messages"][0]["content"] == content


@pytest.mark.parametrize(
    ("more", "place"),
    [
        ({"messages": []}, "messages"),
        ({"messages": [{"role": "x"}]}, "messages[0].role"),
        (
            {"messages": [{"role": "user", "content": [{"type": "x"}]}]},
            "messages[0].content.Parts[0].Part.type",
        ),
        ({"n": 0}, "n"),
        ({"n": 17}, "n"),
        ({"seed": 1001}, "seed"),
        ({"seed": -2}, "seed"),
        ({"max_tokens": 0}, "max_tokens"),
        ({"stop": ["a"] * 5}, "stop"),
        ({"model": "x" * 121}, "model"),
        ({"logit_bias": {"a": 101}}, "logit_bias.a"),
        ({"temperature": 5.1}, "temperature"),
        ({"agent": "x"}, "agent"),
        ({"tool_choice": "x"}, "tool_choice.Word"),
        ({"tools": [{"type": "function"}]}, "tools[0].name"),
        ({"tools": [7]}, "tools[0]"),
        ({"response_format": {"type": "x"}}, "response_format.type"),
    ],
)
def test_what_is_wrong_with_a_request_is_told_with_its_place(more: Any, place: str) -> None:
    """The closest reading first."""
    with pytest.raises(Invalid) as caught:
        CHAT.read({"messages": MESSAGES, **more})
    assert caught.value.details[0]["loc"] == place


def test_a_function_may_have_its_name_inside() -> None:
    """As the first clients sent it."""
    sent: Any = {"type": "function", "function": {"name": "f", "parameters": {}}}
    request: Any = CHAT.read({"messages": MESSAGES, "tools": [sent]})
    (tool,) = request["tools"]
    assert (tool["name"], tool["function"]["name"]) == ("f", "f")
