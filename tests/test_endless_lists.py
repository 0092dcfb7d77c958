"""Lists that a server gives without pages, or over and over, come to an end."""

from __future__ import annotations

from typing import Any

import pytest
from pytest_httpx import HTTPXMock

from julep import UnexpectedResponse

from .conftest import Face
from .test_pages import ids, served


@pytest.mark.parametrize("renames", [False, True])
@pytest.mark.parametrize("size", [1, 2, 100])
async def test_a_list_without_pages_ends(
    face: Face, size: int, renames: bool, httpx_mock: HTTPXMock
) -> None:
    """A server that always gives everything can't keep a loop going, at any size of the page."""
    shelf = served(httpx_mock, size, heeds_offset=False, heeds_limit=False, renames=renames)
    assert ids(await face.take(face.client().agents.list(page_size=size))) == shelf.ids
    assert len(shelf.asked) == 4


@pytest.mark.parametrize("renames", [False, True])
@pytest.mark.parametrize("options", [{}, {"page_size": 1}, {"page_size": 7}, {"limit": 150}])
async def test_a_list_that_can_not_be_read_on_is_an_error(
    face: Face, options: Any, renames: bool, httpx_mock: HTTPXMock
) -> None:
    """Where a server ignores `offset` alone, part of a list must not pass for all of it."""
    shelf = served(httpx_mock, 200, heeds_offset=False, renames=renames)
    with pytest.raises(UnexpectedResponse, match="ignore `offset`, so the rest can't be read"):
        await face.call(face.client().agents.list(**options).to_list)
    assert len(shelf.asked) == 4


async def test_full_pages_of_what_was_seen_may_end_the_list(
    face: Face, httpx_mock: HTTPXMock
) -> None:
    """As many items as a page holds were inserted in front, once; then nothing is left."""
    shelf = served(httpx_mock, 2)
    shelf.before = [["x", "y"]]
    assert ids(await face.take(face.client().agents.list(page_size=2))) == ["0", "1"]
