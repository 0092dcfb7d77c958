"""Lists that arrive page by page, and the filters that the SDK applies to them itself."""

from __future__ import annotations

from .page import Page
from .pages import SERVER_PAGE, FilteredListOptions, ListOptions, Pages

__all__ = ["SERVER_PAGE", "FilteredListOptions", "ListOptions", "Page", "Pages"]
