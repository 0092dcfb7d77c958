"""One page of a list."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Any, TypeVar

from .frameworks import as_list

if TYPE_CHECKING:
    from .pages import Pages

T = TypeVar("T")


class Page(list[T]):
    """The first page of a list, as a list. `async for` over it goes on to the pages after it."""

    def __init__(self, items: list[T], pages: Pages[Any, T]) -> None:
        super().__init__(items)
        self._pages = pages

    @property
    def items(self) -> list[T]:
        """The page itself, under the name that the API has for it."""
        return self

    def __aiter__(self) -> AsyncIterator[T]:
        return self._pages.__aiter__()

    def _repr_html_(self) -> str:
        """Return a table for notebooks."""
        from julep._html import page_html  # noqa: PLC0415 - only notebooks pay for it

        return page_html(self._pages._name, self)  # noqa: SLF001 - its own list

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: Any) -> Any:
        return as_list(source, handler)
