"""Web pages whose scripts may read a server's answers (CORS)."""

from __future__ import annotations

import re
from collections.abc import Iterable

_ORIGIN = re.compile(r"https?://[^\s/?#@]+")


def read_origins(given: Iterable[str]) -> tuple[str, ...]:
    """Return origins as browsers spell them: in lower case, without a slash at the end.

    Raises:
        TypeError: It is one text, not several.
        ValueError: One of them isn't a scheme, a host and, where needed, a port.
    """
    if isinstance(given, str):
        raise TypeError(f"allow_origins is a list, such as [{given!r}]")
    origins = tuple(origin.lower().removesuffix("/") for origin in given)
    for origin in origins:
        if not _ORIGIN.fullmatch(origin):
            raise ValueError(f"{origin!r} is no origin: write it like http://localhost:3000")
    return origins
