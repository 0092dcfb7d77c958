"""Lists: everything, page by page, each item once, and no request too many."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any

import httpx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytest_httpx import HTTPXMock

from julep import OMIT, AsyncJulep, Julep, UnexpectedResponse
from julep._pages.pages import _Walk

from .conftest import KEY, URL, Face


class Shelf:
    """A server's list of agents, newest first.

    Attributes:
        ids: What it holds.
        asked: Limit and offset of each request, as sent.
        before: Ids to put in front before each further request.
        heeds_offset: Whether `offset` is listened to.
        heeds_limit: Whether `limit` is.
        renames: Whether items are changed between two requests.
    """

    def __init__(
        self,
        count: int,
        *,
        heeds_offset: bool = True,
        heeds_limit: bool = True,
        renames: bool = False,
    ) -> None:
        self.ids = [str(number) for number in range(count)]
        self.asked: list[tuple[str | None, str | None]] = []
        self.before: list[list[str]] = []
        self.heeds_offset = heeds_offset
        self.heeds_limit = heeds_limit
        self.renames = renames

    def __call__(self, request: httpx.Request) -> httpx.Response:
        """Answer one request."""
        if self.asked and self.before:
            self.ids = self.before.pop(0) + self.ids
        limit, offset = (request.url.params.get(name) for name in ("limit", "offset"))
        self.asked.append((limit, offset))
        start = int(offset or 0) if self.heeds_offset else 0
        page = self.ids[start : start + int(limit or 100)] if self.heeds_limit else self.ids
        name = f"version {len(self.asked)}" if self.renames else "n"
        return httpx.Response(200, json={"items": [{"id": id_, "name": name} for id_ in page]})


def served(httpx_mock: HTTPXMock, count: int, **options: Any) -> Shelf:
    """A shelf behind the mock."""
    shelf = Shelf(count, **options)
    httpx_mock.add_callback(shelf, is_reusable=True)
    return shelf


def ids(found: Any) -> list[str]:
    """The ids of agents."""
    return [agent.id for agent in found]


@pytest.mark.parametrize(
    ("count", "options", "asked"),
    [
        (3, {}, [(None, None)]),
        (100, {}, [(None, None), (None, "100")]),
        (250, {}, [(None, None), (None, "100"), (None, "200")]),
        (5, {"page_size": 2}, [("2", None), ("2", "2"), ("2", "4")]),
        (4, {"page_size": 2}, [("2", None), ("2", "2"), ("2", "4")]),
        (0, {"page_size": 2}, [("2", None)]),
        (1, {"page_size": 100}, [("100", None)]),
    ],
)
async def test_iteration_gives_everything(
    face: Face, count: int, options: Any, asked: list[Any], httpx_mock: HTTPXMock
) -> None:
    """Pages are asked for until one is short, and none after it."""
    shelf = served(httpx_mock, count)
    found = await face.take(face.client().agents.list(**options))
    assert ids(found) == shelf.ids
    assert shelf.asked == asked


@pytest.mark.parametrize(
    ("options", "wanted", "asked"),
    [
        ({"limit": 3}, range(3), [("3", None)]),
        ({"limit": 150}, range(150), [("100", None), ("50", "100")]),
        ({"limit": 5, "page_size": 2}, range(5), [("2", None), ("2", "2"), ("2", "4")]),
        ({"limit": 4, "page_size": 2}, range(4), [("2", None), ("2", "2")]),
        ({"limit": 2, "page_size": 9}, range(2), [("9", None)]),
        ({"limit": 2, "offset": 3}, range(3, 5), [("2", "3")]),
        ({"offset": 198}, range(198, 200), [(None, "198")]),
        ({"limit": 3, "page_size": 2, "offset": 1}, range(1, 4), [("2", "1"), ("2", "3")]),
        ({"offset": 0, "limit": 1}, range(1), [("1", "0")]),
        ({"limit": 0}, range(0), []),
        ({"limit": None, "offset": None, "page_size": OMIT}, range(200), None),
    ],
)
async def test_a_limit_counts_items_not_pages(
    face: Face, options: Any, wanted: range, asked: Any, httpx_mock: HTTPXMock
) -> None:
    """`limit` is the most items in all, `page_size` what goes on the wire, `offset` the start."""
    shelf = Shelf(200)
    httpx_mock.add_callback(shelf, is_reusable=True, is_optional=True)
    found = await face.take(face.client().agents.list(**options))
    assert ids(found) == [str(number) for number in wanted]
    assert asked is None or shelf.asked == asked


async def test_nothing_is_sent_before_it_is_needed(face: Face, httpx_mock: HTTPXMock) -> None:
    """A list that is not used sends nothing; a loop that is left early stops asking."""
    shelf = served(httpx_mock, 9)
    pages = face.client().agents.list(page_size=3)
    assert shelf.asked == []
    assert ids(await face.take(pages, 2)) == ["0", "1"]
    assert shelf.asked == [("3", None)]


async def test_each_iteration_starts_anew(face: Face, httpx_mock: HTTPXMock) -> None:
    """The same list can be read twice."""
    served(httpx_mock, 3)
    pages = face.client().agents.list(page_size=2)
    assert ids(await face.take(pages)) == ids(await face.take(pages)) == ["0", "1", "2"]


@pytest.mark.parametrize("inserted", [["x"], ["x", "y"], ["x", "y", "z"]])
async def test_items_that_shift_come_once(
    face: Face, inserted: list[str], httpx_mock: HTTPXMock
) -> None:
    """What is inserted in front meanwhile moves items to later pages, and none is lost or doubled."""
    shelf = served(httpx_mock, 6)
    shelf.before = [inserted]
    found = await face.take(face.client().agents.list(page_size=2))
    assert [one for one in ids(found) if one.isdigit()] == ["0", "1", "2", "3", "4", "5"]
    assert len(set(ids(found))) == len(found)


async def test_a_longer_page_than_asked_for_is_everything(
    face: Face, httpx_mock: HTTPXMock
) -> None:
    """Lists that come whole are read once, and cut to `limit`."""
    everything = [{"id": str(number), "name": "n"} for number in range(120)]
    httpx_mock.add_response(json=everything, is_reusable=True)
    assert len(await face.take(face.client().agents.list())) == 120
    assert len(await face.take(face.client().agents.list(limit=7))) == 7
    assert len(httpx_mock.get_requests()) == 2


@pytest.mark.parametrize("shape", ["items", "results", "bare"])
async def test_all_shapes_of_pages_are_read(face: Face, shape: str, httpx_mock: HTTPXMock) -> None:
    """`items`, `results` and a bare array are the same to the caller."""
    page = [{"id": "1", "name": "n"}]
    httpx_mock.add_response(json=page if shape == "bare" else {shape: page})
    assert ids(await face.take(face.client().agents.list())) == ["1"]


@pytest.mark.parametrize("body", [{}, {"items": None}, {"items": "x"}, {"error": "x"}, "x"])
async def test_what_is_no_page_is_unexpected(face: Face, body: Any, httpx_mock: HTTPXMock) -> None:
    """A success without a list in it is an error, not an empty list."""
    httpx_mock.add_response(json=body)
    with pytest.raises(UnexpectedResponse):
        await face.take(face.client().agents.list())


async def test_first_asks_for_one(face: Face, httpx_mock: HTTPXMock) -> None:
    """`first()` sends one request for one item, from the offset on."""
    shelf = served(httpx_mock, 9)
    first = await face.call(face.client().agents.list(offset=4, limit=3).first)
    assert first.id == "4"
    assert shelf.asked == [("1", "4")]


async def test_first_of_a_list_cut_to_nothing_asks_nobody(
    face: Face, httpx_mock: HTTPXMock
) -> None:
    """With `limit=0` there is no first item, and no request for it."""
    assert await face.call(face.client().agents.list(limit=0).first) is None
    assert httpx_mock.get_requests() == []


async def test_first_of_nothing_is_none(face: Face, httpx_mock: HTTPXMock) -> None:
    """An empty list has no first item."""
    served(httpx_mock, 0)
    assert await face.call(face.client().agents.list().first) is None


async def test_to_list_gives_everything(face: Face, httpx_mock: HTTPXMock) -> None:
    """`to_list()` reads all pages, within `limit`."""
    shelf = served(httpx_mock, 5)
    found = await face.call(face.client().agents.list(page_size=2).to_list)
    assert ids(found) == shelf.ids


def test_items_are_the_first_page(httpx_mock: HTTPXMock) -> None:
    """`pages.items` on the blocking client is one request's worth."""
    shelf = served(httpx_mock, 9)
    with Julep(api_key=KEY, base_url=URL) as client:
        page = client.agents.list(page_size=4).items
    assert ids(page) == ids(page.items) == ["0", "1", "2", "3"]
    assert shelf.asked == [("4", None)]


async def test_awaited_pages_are_the_first_page(face: Face, httpx_mock: HTTPXMock) -> None:
    """`await pages` gives one page, and `async for` over it goes on to the rest."""
    shelf = served(httpx_mock, 5)
    if face.blocks:
        page = face.client().agents.list(page_size=2).items
        assert ids(page) == ["0", "1"]
        return
    page = await face.client().agents.list(page_size=2)
    assert ids(page) == ids(page.items) == ["0", "1"]
    assert ids([agent async for agent in page]) == shelf.ids


async def test_no_items_are_asked_for_with_a_limit_of_none_at_all(
    face: Face, httpx_mock: HTTPXMock
) -> None:
    """A limit of 0 is an empty page without a request."""
    pages = face.client().agents.list(limit=0)
    assert await face.call(pages.to_list) == []
    assert (pages.items if face.blocks else await pages) == []


async def test_options_go_with_every_page(face: Face, httpx_mock: HTTPXMock) -> None:
    """Sorting and filters are part of each request."""
    served(httpx_mock, 3)
    options = {"sort_by": "updated_at", "direction": "asc", "metadata_filter": {"a": 1}}
    await face.take(face.client().agents.list(page_size=2, **options))
    for request in httpx_mock.get_requests():
        assert request.url.params["sort_by"] == "updated_at"
        assert request.url.params["direction"] == "asc"
        assert request.url.params["metadata_filter.a"] == "1"


@pytest.mark.parametrize(
    ("given", "dotted"),
    [
        ({"a": 1, "b": "x"}, {"a": "1", "b": "x"}),
        ('{"a": 1, "b": "x"}', {"a": "1", "b": "x"}),
        ({"a": True, "b": None}, {}),
        ({"a": {"b": [1]}, "c": "x"}, {"c": "x"}),
        ({"a": "7", "b": "1e3", "c": "7 days"}, {"c": "7 days"}),
        ({"a": np.int64(7), "b": np.bool_(True)}, {"a": "7"}),
    ],
)
def test_a_filter_is_sent_in_both_forms(given: Any, dotted: dict[str, str]) -> None:
    """As JSON text, and as dotted keys where servers of 2025 match the value."""
    pages = Julep(api_key=KEY, base_url=URL).agents.list(metadata_filter=given)
    sent = dict(httpx.URL(URL + pages._request.target()).params)
    wanted = json.loads(given) if isinstance(given, str) else given
    assert json.loads(sent.pop("metadata_filter")) == wanted
    assert sent == {f"metadata_filter.{key}": value for key, value in dotted.items()}


@pytest.mark.parametrize(
    ("options", "kind", "message"),
    [
        ({"limit": -1}, ValueError, "limit must be 0 or more, not -1"),
        ({"page_size": 0}, ValueError, "page_size must be 1 or more, not 0"),
        ({"offset": -5}, ValueError, "offset must be 0 or more, not -5"),
        ({"limit": "5"}, TypeError, "limit must be a whole number, not '5'"),
        ({"limit": True}, TypeError, "limit must be a whole number, not True"),
        ({"limit": np.int64(-1)}, ValueError, "limit must be 0 or more, not -1"),
        ({"limit": np.float32(1)}, TypeError, "limit must be a whole number"),
        ({"limit": 1.5}, TypeError, "limit must be a whole number, not 1.5"),
        ({"limt": 5}, TypeError, "unknown keyword 'limt'; did you mean 'limit'?"),
        ({"metadata_filter": "[1]"}, ValueError, "metadata_filter must be a dict or the text"),
        ({"metadata_filter": "a=1"}, ValueError, "metadata_filter must be a dict or the text"),
        ({"metadata_filter": 5}, ValueError, "metadata_filter must be a dict or the text"),
        ({"metadata_filter": {"a": object()}}, TypeError, "metadata_filter.a: object"),
        ({"metadata_filter": {"a": "\ud800"}}, TypeError, "metadata_filter.a: text with half"),
        ({"metadata_filter": {"\ud800": 1}}, TypeError, "metadata_filter: a mapping has the key"),
    ],
)
@pytest.mark.parametrize("kind_of_client", [Julep, AsyncJulep])
def test_a_bad_option_is_named_at_once(
    kind_of_client: Any, options: Any, kind: type[Exception], message: str
) -> None:
    """The mistake is raised where the list is made, not where it is read."""
    with pytest.raises(kind) as caught:
        kind_of_client(api_key=KEY, base_url=URL).agents.list(**options)
    assert message in str(caught.value)


def test_pages_show_what_they_read() -> None:
    """`repr` names the request, and how what it brings is had."""
    pages = Julep(api_key=KEY, base_url=URL).users.list()
    assert repr(pages) == "<Pages of GET /users: fetched by for, .items or .to_list()>"
    awaited = AsyncJulep(api_key=KEY, base_url=URL).users.list()
    assert "fetched by async for, await or await .to_list()" in repr(awaited)


@given(
    count=st.integers(0, 30),
    limit=st.none() | st.integers(1, 40),
    page_size=st.integers(1, 12),
    offset=st.integers(0, 35),
)
def test_any_paging_gives_the_same_as_a_slice(
    count: int, limit: int | None, page_size: int, offset: int
) -> None:
    """Whatever the page size, a walk sees what a slice of the whole would be."""
    whole = list(range(count))
    walk, seen = _Walk[int](limit, page_size, lambda _: True), list[int]()
    while walk.goes_on:
        start = offset + walk.passed
        seen += walk.take(whole[start : start + (walk.wire_limit or 100)])
    assert seen == whole[offset : None if limit is None else offset + limit]


def item(id: str | None, name: str = "") -> Any:
    """Something in a list."""
    return SimpleNamespace(name=name) if id is None else SimpleNamespace(id=id, name=name)


SAME = [item("a"), item("b")]
RENAMED = [item("a", "new"), item("b", "new")]
NAMELESS = [item(None), item(None)]


@pytest.mark.parametrize(
    ("pages", "stuck"),
    [
        pytest.param([SAME, SAME, SAME], [False, False, True], id="the same"),
        pytest.param([SAME, RENAMED, SAME], [False, False, True], id="nothing new"),
        pytest.param([NAMELESS, NAMELESS, NAMELESS], [False, False, True], id="without ids"),
        pytest.param([SAME, SAME, [item("c"), item("d")]], [False] * 3, id="one may be"),
        pytest.param([SAME, SAME, NAMELESS, SAME], [False] * 4, id="begun anew"),
        pytest.param([SAME[:1], SAME[:1]], [False, False], id="not full"),
    ],
)
def test_full_pages_without_anything_new_end_a_walk(pages: list[Any], stuck: list[bool]) -> None:
    """Not the first such page: so many items may have been inserted in front."""
    walk = _Walk[Any](None, 2, lambda _: True)
    seen: list[bool] = []
    for page in pages:
        walk.take(page)
        seen.append(walk.is_stuck)
        assert walk.goes_on is (len(page) == 2 and not walk.is_stuck)
    assert seen == stuck
    assert walk.passed == sum(map(len, pages))


@pytest.mark.parametrize(
    ("limit", "page_size", "asked"),
    [(None, None, None), (None, 7, 7), (5, None, 5), (100, None, 100), (101, None, 100), (5, 7, 7)],
)
def test_a_walk_asks_for_no_more_than_is_wanted(
    limit: int | None, page_size: int | None, asked: int | None
) -> None:
    """Unless a page has a size of its own."""
    assert _Walk[int](limit, page_size, lambda _: True).wire_limit == asked


def test_what_does_not_pass_does_not_count() -> None:
    """A limit is one of items that are wanted; what came twice comes once."""
    walk = _Walk[Any](2, 3, lambda it: it.name != "no")
    assert walk.take([item("a", "no"), item("b"), item("b")]) == [item("b")]
    assert walk.goes_on
    assert [it.id for it in walk.take([item("c"), item("d"), item("e")])] == ["c"]
    assert not walk.goes_on
    assert not _Walk[Any](0, 3, bool).goes_on


@pytest.mark.parametrize("size", [1, 3])
def test_a_list_that_can_not_be_read_on_is_told_from_a_whole_one(
    size: int, httpx_mock: HTTPXMock
) -> None:
    """By what comes when another number is asked for."""
    with Julep(api_key=KEY, base_url=URL) as client:
        served(httpx_mock, size, heeds_offset=False, heeds_limit=False)
        assert len(client.agents.list(page_size=size).to_list()) == size
        httpx_mock.reset()
        served(httpx_mock, 9, heeds_offset=False)
        with pytest.raises(UnexpectedResponse, match="ignore `offset`"):
            client.agents.list(page_size=size).to_list()
