"""Metadata filters on servers that match a part of them, or nothing at all."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any, TypeAlias
from urllib.parse import parse_qsl

import pytest
from pytest_httpx import HTTPXMock

from julep import UnexpectedResponse
from julep._pages.filters import MetadataFilter

from .conftest import Face
from .wire import Connection, Seen, Wire

Json: TypeAlias = dict[str, Any]
Matches: TypeAlias = Callable[[Json, dict[str, str]], bool]

KEPT: list[Json] = [
    {"floor": 1, "name": "x"},
    {"floor": "1", "name": "y"},
    {"floor": True, "deep": {"a": 1, "b": [1, 2]}},
    {"floor": None},
    {},
]


def as_in_2025(metadata: Json, query: dict[str, str]) -> bool:
    """Whether a server of 2025 finds an item: it reads each value as a number if it can."""
    dotted = {k.partition(".")[2]: v for k, v in query.items() if k.startswith("metadata_filter.")}
    return all(key in metadata and _same(metadata[key], text) for key, text in dotted.items())


def _same(value: Any, text: str) -> bool:
    try:
        number = float(text)
    except ValueError:
        return bool(value == text)
    return not isinstance(value, bool) and bool(value == number)


def as_documents_in_2024(_: Json, __: dict[str, str]) -> bool:
    """Whether a server of 2024 lists a document: whatever the filter."""
    return True


def serving(matches: Matches, sizes: list[int]) -> Callable[[Connection, Seen], None]:
    """A list of what has this metadata, fifty times over, whose pages are counted."""
    items: list[Json] = [
        {"id": str(number), "name": "n", "title": "t", "content": "c", "metadata": metadata}
        for number, metadata in enumerate(KEPT * 50)
    ]

    def answer(connection: Connection, seen: Seen) -> None:
        query = dict(parse_qsl(seen.target.partition("?")[2]))
        start, size = int(query.get("offset", 0)), int(query.get("limit", 100))
        found = [item for item in items if matches(item["metadata"], query)]
        sizes.append(size)
        connection.send_json({"items": found[start : start + size]})

    return answer


WANTED: list[tuple[Json, int]] = [
    ({"floor": 1}, 0),
    ({"floor": "1"}, 1),
    ({"floor": True}, 2),
    ({"floor": None}, 3),
    ({"deep": {"b": [2]}}, 2),
    ({"name": "x", "floor": 1}, 0),
]


@pytest.mark.parametrize(
    ("resource", "ids", "matches"),
    [
        ("users", (), as_in_2025),
        ("agents.docs", ("a1",), as_in_2025),
        ("agents.docs", ("a1",), as_documents_in_2024),
    ],
)
@pytest.mark.parametrize(("wanted", "place"), WANTED)
async def test_a_filter_gives_what_it_asks_for(
    face: Face, *, resource: str, ids: tuple[str, ...], matches: Matches, wanted: Json, place: int
) -> None:
    """What the server can't match is matched by the client, limits and first items included."""
    sizes: list[int] = []
    with Wire(serving(matches, sizes)) as server:
        client: Any = face.client(base_url=server.url)
        for part in resource.split("."):
            client = getattr(client, part)
        everything = await face.take(client.list(*ids, metadata_filter=wanted))
        some = await face.take(client.list(*ids, metadata_filter=wanted, limit=3))
        first = await face.call(client.list(*ids, metadata_filter=wanted).first)
    assert [item.metadata for item in everything] == [KEPT[place]] * 50
    assert [item.id for item in some] == [str(place + 5 * number) for number in range(3)]
    assert first.id == str(place)


async def test_what_the_server_matches_is_fetched_as_asked(face: Face) -> None:
    """A limit is the size of the page where all of it will pass."""
    sizes: list[int] = []
    with Wire(serving(as_in_2025, sizes)) as server:
        client = face.client(base_url=server.url)
        await face.take(client.users.list(metadata_filter={"floor": 1}, limit=2))
        await face.take(client.users.list(metadata_filter={"floor": True}, limit=2))
    assert sizes == [2, 100]


@pytest.mark.parametrize("name", ["tasks", "agents.tools", "executions", "executions.transitions"])
def test_lists_that_no_server_filters_take_no_filter(name: str) -> None:
    """A filter that would be ignored is refused."""
    client: Any = Face("sync").client()
    for part in name.split("."):
        client = getattr(client, part)
    with pytest.raises(TypeError, match="unknown keyword 'metadata_filter'"):
        client.list("x1", metadata_filter={"a": 1})


async def test_a_search_whose_filter_is_ignored_is_an_error(
    face: Face, httpx_mock: HTTPXMock
) -> None:
    """Hits of servers of 2024 tell no metadata, so nobody can say whether they should be there."""
    hit: Json = {"id": "d1", "owner": {"id": "a1", "role": "agent"}, "snippets": []}
    search = face.client().agents.docs.search
    httpx_mock.add_response(json={"docs": [hit], "time": 0.1}, is_reusable=True)
    assert len((await face.call(search, "a1", text="x")).docs) == 1
    with pytest.raises(UnexpectedResponse, match="metadata_filter was ignored"):
        await face.call(search, "a1", text="x", metadata_filter={"k": 1})


@pytest.mark.parametrize(
    ("value", "by_text", "by_number"),
    [
        ("x", True, True),
        ("", True, True),
        ("7", False, False),
        (" 1e3", False, False),
        ("nan", False, False),
        (7, False, True),
        (0.5, False, True),
        (True, False, False),
        (None, False, False),
        ([1], False, False),
        ({"a": 1}, False, False),
    ],
)
def test_late_servers_are_asked_for_what_they_match(
    value: Any, by_text: bool, by_number: bool
) -> None:
    """They read each text as a number if they can; some lists refuse numbers."""
    for asks_numbers, asked in ((False, by_text), (True, by_number)):
        wanted = MetadataFilter({"k": value}, asks_numbers)
        assert ("metadata_filter.k" in wanted.query) is asked
        assert wanted.is_asked is asked
        assert "metadata_filter" in wanted.query
        assert not MetadataFilter({"k": value, "other": None}).is_asked


@pytest.mark.parametrize(
    ("metadata", "passes"),
    [({"k": 1, "o": 2}, True), ({"k": 2}, False), ({}, False), (None, True)],
)
def test_an_item_passes_by_its_metadata(metadata: Any, passes: bool) -> None:
    """One that tells none does, and every one where nothing is asked for."""
    item = SimpleNamespace(metadata=metadata)
    assert MetadataFilter({"k": 1})(item) is passes
    assert MetadataFilter(None)(item)
    assert MetadataFilter({"k": 1})(object())
    assert MetadataFilter(None).query == {}
    assert MetadataFilter(None).is_asked
