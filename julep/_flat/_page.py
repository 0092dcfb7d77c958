"""Lists as the documented client has them: one page, asked for in five words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

from julep._options import RequestOptions
from julep._query import metadata_query, parsed_filter
from julep._request import Request

if TYPE_CHECKING:
    from typing_extensions import TypeForm

R = TypeVar("R")

Paging: TypeAlias = tuple[int, int, str, str, str | Mapping[str, Any]]
"""`limit`, `offset`, `sort_by`, `direction` and `metadata_filter`."""


def page(
    where: str, form: TypeForm[R], paging: Paging, options: RequestOptions | None
) -> Request[R]:
    """Describe a list as one page, its query sent as given.

    A `metadata_filter` that is a dict, which the document does not foresee, goes out in the forms
    of both server generations.
    """
    limit, offset, sort_by, direction, wanted = paging
    filters: dict[str, Any] = {"metadata_filter": wanted}
    if not isinstance(wanted, str):
        values = parsed_filter(wanted)
        filters = metadata_query(values, values)
    query = {"limit": limit, "offset": offset, "sort_by": sort_by, "direction": direction}
    return Request("GET", where, form, query={**query, **filters}).with_options(options)
