"""Queries and paths: what people pass stands in the URL, and what can't is refused by name."""

from __future__ import annotations

from datetime import UTC, date, datetime
from enum import Enum
from pathlib import PurePosixPath
from typing import Any
from uuid import UUID

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from julep import AsyncJulep, Julep, Request
from julep._codec import OMIT
from julep._query import metadata_query, parsed_filter, query_text

from .conftest import KEY, URL, Face


class Shade(Enum):
    """An enum whose values are text."""

    DARK = "dark"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("a b&c", "q=a%20b%26c"),
        (True, "q=true"),
        (np.bool_(False), "q=false"),
        (7, "q=7"),
        (np.int64(7), "q=7"),
        (np.float32(0.5), "q=0.5"),
        (Shade.DARK, "q=dark"),
        (UUID(int=1), "q=00000000-0000-0000-0000-000000000001"),
        (datetime(2024, 5, 1, 12, tzinfo=UTC), "q=2024-05-01T12%3A00%3A00Z"),
        (date(2024, 5, 1), "q=2024-05-01"),
        (PurePosixPath("a/b"), "q=a%2Fb"),
        ([1, None, "x"], "q=1&q=x"),
        (np.array([1, 2]), "q=1&q=2"),
        ({"a": {"b": 1}, "c": [True]}, "q%5Ba%5D%5Bb%5D=1&q%5Bc%5D=true"),
        (None, ""),
        (OMIT, ""),
        ([], ""),
    ],
)
def test_a_query_says_what_was_passed(value: Any, text: str) -> None:
    """In the words that JSON has for it, lists repeated and mappings in brackets."""
    assert query_text({"q": value}) == text


@pytest.mark.parametrize(
    ("query", "place"),
    [
        ({"q": "\ud800"}, "query.q: text with half"),
        ({"q": ["a", "\udfff"]}, "query.q[1]: text with half"),
        ({"q": {"\ud800": 1}}, "query.q: a mapping has the key"),
        ({"\ud800": 1}, "query: a mapping has the key"),
        ({"q": object()}, "query.q: object of type `object`"),
    ],
)
def test_a_query_that_can_not_be_sent_is_refused(query: Any, place: str) -> None:
    """With the place, before anything is sent."""
    with pytest.raises(TypeError) as refused:
        query_text(query)
    assert str(refused.value).startswith(place)


LONG = "x" * 70_000


async def test_what_is_too_long_for_a_url_is_refused(face: Face) -> None:
    """With what makes it so long, before anything is sent."""
    client = face.client()
    for call, place in [
        (lambda: client.agents.get(LONG), "path: the URL has 70008 characters"),
        (lambda: client.agents.list(metadata_filter={"a": LONG}).to_list(), "metadata_filter: the"),
    ]:
        with pytest.raises(ValueError, match=place):
            await face.call(call)


@pytest.mark.parametrize("path", ["x", "", "/a\nb", "/a\0", "/\u2028", "http://other/x"])
def test_a_path_that_is_none_is_refused(path: str) -> None:
    """It begins with a slash, and has nothing in it that can't be shown."""
    with pytest.raises(ValueError, match="doesn't begin with a slash, or isn't printable"):
        Request("GET", path, Any).target()


TEXT = st.text(st.characters(codec=None))
HALF = "\ud83d"


async def test_half_a_pair_is_refused_wherever_it_stands(face: Face) -> None:
    """In keys, ids, parameters and paths, by name."""
    client = face.client()
    for call, place in [
        (lambda: client.agents.get(HALF), "agent_id: "),
        (lambda: client.agents.create(name="A", metadata={HALF: 1}), "metadata: "),
        (lambda: client.agents.create(name="A", metadata={"a": [HALF]}), r"metadata\.a\[0\]: "),
        (lambda: client.sessions.chat(HALF, "hi"), "session_id: "),
        (lambda: client.sessions.chat("s", HALF), r"messages\[0\]\.content: "),
        (lambda: client.send(Request("GET", "/x", Any, query={"q": HALF})), r"query\.q: "),
        (lambda: client.send(Request("GET", f"/{HALF}", Any)), "path: "),
        (lambda: client.send(Request("GET", "/x", Any, headers={"X-A": HALF})), "X-A holds"),
        (lambda: client.send(Request("GET", "/x", Any, headers={HALF: "a"})), "headers: "),
    ]:
        with pytest.raises((TypeError, ValueError), match=place):
            await face.call(call)


@pytest.mark.parametrize("kind", [Julep, AsyncJulep])
def test_half_a_pair_in_the_address_is_refused(kind: Any) -> None:
    """When the client is made."""
    with pytest.raises(ValueError, match="base_url"):
        kind(api_key=KEY, base_url=f"{URL}/{HALF}")


@given(TEXT | st.lists(TEXT))
def test_queries_of_any_text_are_made_or_refused(value: str | list[str]) -> None:
    """What UTF-8 can carry is sent, and nothing else."""
    if any("\ud800" <= letter <= "\udfff" for text in value for letter in text):
        with pytest.raises(TypeError, match=r"query\.q"):
            query_text({"q": value})
    else:
        assert query_text({"q": value}).isascii()


@pytest.mark.parametrize(
    ("wanted", "late", "query"),
    [
        ({}, [], {}),
        ({"a": 1}, [], {"metadata_filter": '{"a":1}'}),
        (
            {"a": "x", "b": 7, "c": None},
            ["a", "b"],
            {
                "metadata_filter": '{"a":"x","b":7,"c":null}',
                "metadata_filter.a": "x",
                "metadata_filter.b": "7",
            },
        ),
    ],
)
def test_a_metadata_filter_is_written_for_both_generations(
    wanted: dict[str, Any], late: list[str], query: dict[str, str]
) -> None:
    """Late servers are asked for single keys, texts without quotes."""
    assert metadata_query(wanted, late) == query


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        (None, {}),
        (OMIT, {}),
        ({}, {}),
        ({"a": (1,)}, {"a": [1]}),
        ('{"a": [1]}', {"a": [1]}),
        ("{}", {}),
    ],
)
def test_a_metadata_filter_is_read_in_any_form(given: Any, wanted: dict[str, Any]) -> None:
    """As a dict, or as the text of an object."""
    assert parsed_filter(given) == wanted


@pytest.mark.parametrize("given", ["", "[]", "x", "1", "null", [], 7])
def test_what_is_no_metadata_filter_is_refused(given: Any) -> None:
    """The error shows it."""
    with pytest.raises(ValueError, match="must be a dict or the text of a JSON object, not"):
        parsed_filter(given)
