"""Lists that arrive page by page."""

from __future__ import annotations

from collections import deque
from collections.abc import AsyncIterator, Callable, Generator, Iterator, Mapping
from copy import copy
from operator import index
from typing import Any, Final, Generic, TypedDict, TypeVar, cast

import attrs

from julep._codec import OMIT
from julep._faces import Async, FaceT, Resource, Sync, drive, require, workflow
from julep._keywords import checked
from julep._reply import Reply
from julep._request import Request
from julep.types.common import Direction, Listing, SortBy

from .filters import MetadataFilter
from .frameworks import as_list, introduce
from .page import Page

T = TypeVar("T")

SERVER_PAGE: Final = 100
"""Items in a page when none are asked for, on all servers; those of 2025 refuse more in some lists."""
MOST_REPEATS: Final = 1
"""Pages in a row without anything new. One may be: so many items were inserted in front meanwhile."""

_ITERATE: Final = "use `async for`, or `await` the list for its first page or its `to_list()`"

LONGEST_LOOK: Final = 5.0
"""Seconds that showing a list in a notebook takes at most."""


class ListOptions(TypedDict, total=False):
    """What every list takes.

    Attributes:
        limit: The most items to get in all. Without it, everything.
        page_size: Items in one request, 1 to 100 on most routes. Default 100.
        offset: How many items to skip.
        sort_by: `created_at` (default) or `updated_at`.
        direction: `asc` or `desc`. All servers start with the newest by default.
    """

    limit: int
    page_size: int
    offset: int
    sort_by: SortBy
    direction: Direction


class FilteredListOptions(ListOptions, total=False):
    """What lists of things with metadata take.

    Attributes:
        metadata_filter: A dict, or the text of a JSON object: only items whose metadata has these
            values. What a server can't match (those of 2025: flags, lists, nulls and texts that
            read as a number) is matched here, after fetching what else fits.
    """

    metadata_filter: Mapping[str, Any] | str


class Pages(Resource[FaceT], Generic[FaceT, T]):
    """Everything that a list holds: loop with `for`, or with `async for` for `AsyncJulep`.

    Pages are fetched as they are needed: nothing is sent before the first item is asked for, and
    nothing after a page that was not full. Each iteration starts anew. A server that gives the same
    page over and over ends in `UnexpectedResponse`. Each page has the whole of the client's `timeout`.

    Servers count pages by offsets. So what is inserted meanwhile hides nothing, and nothing comes
    twice; but each item that is deleted from what was read already hides one of those behind it,
    which move up. To delete what a list holds, take `to_list()` first.

    `pages.items`, or `await pages`, is the first page alone.
    """

    def __init__(
        self,
        resource: Resource[FaceT],
        path: str,
        item: type[T],
        options: Mapping[str, Any],
        query: Mapping[str, Any] | None = None,
        *,
        form: type[Any] = ListOptions,
        asks_numbers: bool = True,
        missing: str = "",
    ) -> None:
        __tracebackhide__ = True
        super().__init__(resource._face, resource._engine)  # noqa: SLF001 - pages belong to a resource
        introduce(Pages)
        given = checked(form, options)
        self._passes = MetadataFilter(given.pop("metadata_filter", None), asks_numbers)
        self._limit = _count("limit", given.pop("limit", None), least=0)
        self._page_size = _count("page_size", given.pop("page_size", None), least=1)
        self._offset = _count("offset", given.pop("offset", None), least=0)
        listing = cast("type[Listing[T]]", cast("Any", Listing)[item])
        query = {**given, **self._passes.query, **(query or {})}
        self._request = Request("GET", path, listing, query=query, missing=missing)
        self._name = path.rpartition("/")[2].capitalize()

    def __iter__(self: Pages[Sync, T]) -> Iterator[T]:
        __tracebackhide__ = True
        require(self, Sync, _ITERATE)
        walk = self._walk()
        while walk.goes_on:
            yield from drive(self._fetch(walk))

    def __aiter__(self: Pages[Async, T]) -> AsyncIterator[T]:
        require(self, Async, "use `for`")
        return _Items(self, self._walk())

    def __await__(self: Pages[Async, T]) -> Generator[Any, Any, Page[T]]:
        require(self, Async, "use `.items` for the first page")
        return self._first_page().__await__()

    def __repr__(self) -> str:
        is_async = isinstance(self._face, Async)
        way = "async for, await or await .to_list()" if is_async else "for, .items or .to_list()"
        return f"<Pages of {self._request.method} {self._request.path}: fetched by {way}>"

    def _repr_html_(self) -> str:
        """Return the first page as a table for notebooks, where it can be fetched without `await`."""
        from julep._html import list_html, waiting_html  # noqa: PLC0415 - only notebooks pay for it

        if isinstance(self._face, Async):
            return waiting_html(
                self._name, "`await` it for its first page, or loop with `async for`"
            )
        quick = copy(self)
        quick._engine = self._engine.within(LONGEST_LOOK)  # noqa: SLF001 - its own copy
        return list_html(self._name, lambda: drive(quick._first_page()))  # noqa: SLF001 - as above

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: Any) -> Any:
        return as_list(source, handler)

    @property
    def items(self: Pages[Sync, T]) -> Page[T]:
        """The first page. With `AsyncJulep`, use `await pages`."""
        __tracebackhide__ = True
        require(self, Sync, "`await` the list for its first page")
        return drive(self._first_page())

    @workflow
    async def first(self) -> T | None:
        """Fetch the first item, or None if there is none; ask the server for one item only."""
        __tracebackhide__ = True
        size = 1 if self._passes.is_asked else self._page_size
        walk = _Walk[T](0 if self._limit == 0 else 1, size, self._passes)
        found = await self._first_of(walk)
        return found[0] if found else None

    @workflow
    async def to_list(self) -> list[T]:
        """Fetch everything, at once."""
        __tracebackhide__ = True
        walk = self._walk()
        found: list[T] = []
        while walk.goes_on:
            found += await self._fetch(walk)
        return found

    async def _first_page(self) -> Page[T]:
        __tracebackhide__ = True
        return Page(await self._first_of(self._walk()), self)

    async def _first_of(self, walk: _Walk[T]) -> list[T]:
        """Fetch the first page in which something passes."""
        __tracebackhide__ = True
        found: list[T] = []
        while walk.goes_on and not found:
            found = await self._fetch(walk)
        return found

    def _walk(self) -> _Walk[T]:
        # Most of a page may not pass, so that one of the size of the limit could bring too little.
        size = self._page_size if self._passes.is_asked else self._page_size or SERVER_PAGE
        return _Walk[T](self._limit, size, self._passes)

    async def _fetch(self, walk: _Walk[T]) -> list[T]:
        __tracebackhide__ = True
        offset = walk.passed + (self._offset or 0)
        paging = {"limit": walk.wire_limit, "offset": offset or self._offset}
        page = await self._page(paging)
        new = walk.take(page)
        if walk.is_stuck:
            await self._refuse_to_lose(len(page), walk.passed)
        return new

    async def _page(self, paging: Mapping[str, int | None]) -> list[T]:
        __tracebackhide__ = True
        request = attrs.evolve(self._request, query={**self._request.query, **paging})
        return (await self._engine.call(request)).items

    async def _refuse_to_lose(self, size: int, passed: int) -> None:
        """Tell a list that comes whole, whatever is asked for, from one that can't be read on.

        Raises:
            UnexpectedResponse: The server heeds `limit` and not `offset`.
        """
        page = await self._page({"limit": 2 if size == 1 else 1, "offset": self._offset})
        if len(page) != size:
            reply = Reply(200, {}, b"", self._engine.shown_url(self._request))
            reason = (
                f"after {passed} items the list brought nothing new. The server seems to ignore "
                "`offset`, so the rest can't be read"
            )
            raise self._request.unexpected(reply, reason, None)


class _Items(AsyncIterator[T]):
    """One walk, item by item. Not an async generator: trio warns of those that are left early."""

    def __init__(self, pages: Pages[Async, T], walk: _Walk[T]) -> None:
        self._pages = pages
        self._walk = walk
        self._ready: deque[T] = deque()

    async def __anext__(self) -> T:
        __tracebackhide__ = True
        while not self._ready:
            if not self._walk.goes_on:
                raise StopAsyncIteration
            self._ready.extend(await self._pages._fetch(self._walk))  # noqa: SLF001 - a part of Pages
        return self._ready.popleft()


class _Walk(Generic[T]):
    """One walk through a list: its position, and what it has seen."""

    def __init__(
        self, limit: int | None, page_size: int | None, passes: Callable[[T], bool]
    ) -> None:
        self.passed = 0
        self.goes_on = limit != 0
        self._left = limit
        self._page_size = page_size
        self._passes = passes
        self._seen: set[object] = set()
        self._previous: list[T] = []
        self._repeats = 0

    @property
    def wire_limit(self) -> int | None:
        """What to ask the server for; None leaves it at its default."""
        if self._page_size is not None or self._left is None:
            return self._page_size
        return min(self._left, SERVER_PAGE)

    @property
    def is_stuck(self) -> bool:
        """Whether full pages come, and nothing new in them."""
        return self._repeats > MOST_REPEATS

    def take(self, page: list[T]) -> list[T]:
        """Return what of a page is new and wanted."""
        is_full = len(page) == (self.wire_limit or SERVER_PAGE)
        new = [item for item in page if self._is_new(item)]
        is_repeat = is_full and (not new or page == self._previous)
        self._repeats = self._repeats + 1 if is_repeat else 0
        self._previous = page
        self.passed += len(page)
        self.goes_on = is_full and not self.is_stuck
        new = list(filter(self._passes, new))
        if self._left is not None:
            new = new[: self._left]
            self._left -= len(new)
            self.goes_on = self.goes_on and self._left > 0
        return new

    def _is_new(self, item: T) -> bool:
        key = getattr(item, "id", None)
        if key is None:
            return True
        before = len(self._seen)
        self._seen.add(key)
        return len(self._seen) > before


def _count(name: str, value: Any, *, least: int) -> int | None:
    __tracebackhide__ = True
    if value is OMIT or value is None:
        return None
    if isinstance(value, bool) or not hasattr(value, "__index__"):
        raise TypeError(f"{name} must be a whole number, not {value!r}")
    if (number := index(value)) < least:
        raise ValueError(f"{name} must be {least} or more, not {number}")
    return number
