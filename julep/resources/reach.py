"""Whether the tools of chats reach the model: not on all servers do they."""

from __future__ import annotations

from typing import Any, Final
from weakref import WeakSet

from julep._engine import Engine
from julep._exchange import Transport
from julep._paths import Id
from julep._request import Request
from julep._warning import warn
from julep.errors import JulepError

from .session_requests import where_of

PATIENCE: Final = 5.0
"""Seconds to wait for the server's word; the answer to the chat is there already."""

_settled: WeakSet[Transport] = WeakSet()


def has_reached(engine: Engine) -> None:
    """Remember that a model of this server called a tool."""
    _settled.add(engine.transport)


async def warn_if_unheard(engine: Engine, session_id: Id, tools: list[Any]) -> None:
    """Warn, once for a client, if its server leaves out the tools of a chat.

    Servers of 2025 do so without a word, and the model answers as if there were none.
    """
    if engine.transport in _settled:
        return
    _settled.add(engine.transport)
    try:
        prompt = await engine.within(PATIENCE).call(_rendered(session_id, tools))
    except JulepError:  # not all servers tell, and the chat went well
        return
    if not prompt.get("tools", True):
        warn(
            "this server does not tell the model of the tools of a chat, so it can't call them; "
            "function steps of tasks work there"
        )


def _rendered(session_id: Id, tools: list[Any]) -> Request[dict[str, Any]]:
    """Ask what the model would be told."""
    where = where_of(session_id, "/render")
    body = {"messages": [{"role": "user", "content": "x"}], "tools": tools, "recall": False}
    return Request("POST", where, dict[str, Any], body=body)
