"""No example, but what all of them share: which server they talk to, and their agents' model.

Without settings it is a server of their own, inside the program. `JULEP_BASE_URL` (and
`JULEP_API_KEY`) name another one, `JULEP_MODEL` a model that it serves.
"""

import os
from collections.abc import AsyncGenerator, Callable, Generator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from typing import Any, TypeAlias

from julep import AsyncJulep, Julep
from julep.local import LocalServer

MODEL = os.environ.get("JULEP_MODEL", "gpt-4o")
IS_OFFLINE = not os.environ.keys() & {"JULEP_BASE_URL", "OPENAI_BASE_URL", "OPENAI_API_KEY"}

Spoken: TypeAlias = str | Sequence[tuple[str, Mapping[str, Any]]]
Said: TypeAlias = Spoken | Callable[[list[dict[str, Any]]], Spoken]
"""What a model says offline: a text, calls of functions, or what a function of the messages returns."""


@contextmanager
def connect(*said: Said) -> Generator[Julep]:
    """Connect a blocking client; offline, the model says these things, and is an echo then."""
    with _server(said) as options, Julep(**options) as client:
        yield client


@asynccontextmanager
async def connect_async(*said: Said) -> AsyncGenerator[AsyncJulep]:
    """Connect an awaiting client; offline, the model says these things, and is an echo then."""
    with _server(said) as options:
        async with AsyncJulep(**options) as client:
            yield client


@contextmanager
def _server(said: Sequence[Said]) -> Generator[dict[str, Any]]:
    if "JULEP_BASE_URL" in os.environ:
        yield {}
        return
    with LocalServer() as server:
        if said and IS_OFFLINE:
            server.replies.add(*said)
        yield {"base_url": server.url, "api_key": server.key}
