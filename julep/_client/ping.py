"""Is the server there, is the key right, and which generation is it?"""

from __future__ import annotations

from typing import Any, Literal, TypeAlias

import attrs

from julep._engine import Engine
from julep._options import shown_url
from julep._request import Request

Generation: TypeAlias = Literal["2024", "2025"]


@attrs.frozen(kw_only=True)
class Ping:
    """What `client.ping()` found: a server that answers and takes the key.

    Attributes:
        url: The base URL.
        generation: Which line of servers it belongs to: `2024` answers writes with ids and knows
            no files, projects and secrets; `2025` does, and so does the embedded server.
        health: What a server of 2025 says of its parts, such as `{"postgres": "ok"}`.
    """

    url: str
    generation: Generation
    health: dict[str, Any] = attrs.field(factory=dict[str, Any])


async def ping(engine: Engine) -> Ping:
    """Ask for the health, which only servers of 2025 report, and for something that needs a key.

    Raises:
        APIConnectionError: There is no server, or it does not answer.
        AuthenticationError: It does not take the key.
    """
    __tracebackhide__ = True
    ask = Request("GET", "/healthz", Any)
    health = await engine.send(ask)
    await engine.call(Request("GET", "/agents", Any, query={"limit": 1}))
    url = shown_url(engine.options.base_url)
    if health.status == 404:
        return Ping(url=url, generation="2024")
    return Ping(url=url, generation="2025", health=ask.decode(health))
