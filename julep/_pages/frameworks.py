"""Lists as pydantic and FastAPI see them."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from types import GenericAlias
from typing import Any, get_args

from julep.types._plain import to_plain


def as_list(source: Any, handler: Any) -> Any:
    """Describe a list to pydantic, and so to FastAPI: it is written and read as a list of its items.

    Args:
        source: The class of the list, with what it holds as its last argument if that is known.
        handler: What pydantic gives for the types of others.
    """
    item = (get_args(source) or (Any,))[-1]
    return handler.generate_schema(GenericAlias(list, item))


def introduce(kind: type[Iterable[object]]) -> None:
    """Tell FastAPI how a list is written that a route without an annotation returns.

    Of other iterables FastAPI takes for granted that they are pairs. It is looked for, and never imported.
    """
    encoders: Any = sys.modules.get("fastapi.encoders")
    if encoders is not None:
        getattr(encoders, "ENCODERS_BY_TYPE", {})[kind] = _written


def _written(items: Iterable[object]) -> list[Any]:
    return [to_plain(item) for item in items]
