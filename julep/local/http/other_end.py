"""The other end of a connection: whether somebody there still waits for an answer."""

from __future__ import annotations

import asyncio  # noqa: TID251 - this is what uvicorn runs on
from typing import Any, Final

import anyio
import attrs
from starlette.requests import Request

_KEY: Final = "julep.other_end"


@attrs.define(eq=False)
class OtherEnd:
    """Who sent the requests of a connection.

    Attributes:
        is_quiet: Set when nothing more comes from them. They have left, or have closed their side and
            wait for the answer: that shows only when something is sent.
        is_gone: Whether the connection is lost, so that nothing can be sent any more.
        takes_events: Whether they are sent events. These may be far between: nobody would notice for
            long that they have left.
    """

    is_quiet: anyio.Event = attrs.field(factory=anyio.Event)
    is_gone: bool = False
    takes_events: bool = False

    @classmethod
    def of(cls, request: Request) -> OtherEnd:
        """Return who sent a request; of a server without such connections, somebody who waits for ever."""
        state: dict[str, Any] = request.scope.get("state", {})
        return state.get(_KEY) or cls()


def watched(protocol: type[asyncio.Protocol]) -> type[asyncio.Protocol]:
    """Derive from one of uvicorn's protocols one that tells of the other end.

    Uvicorn takes the end of what is sent to it for the end of the connection. This one sends the rest
    of an answer to who has closed their side.
    """
    return type("Watched", (_Watched, protocol), {})


class _Watched(asyncio.Protocol):
    cycle: Any = None
    app_state: dict[str, Any]

    def __init__(self, *args: Any, **keywords: Any) -> None:
        super().__init__(*args, **keywords)
        self._other_end = OtherEnd()
        self.app_state = {**self.app_state, _KEY: self._other_end}

    def eof_received(self) -> bool | None:
        self._other_end.is_quiet.set()
        if self._other_end.takes_events or not self._is_answering():
            return super().eof_received()
        self.cycle.keep_alive = False
        return True

    def _is_answering(self) -> bool:
        # With another uvicorn, which may have other names, rather closed than left open for ever.
        has_asked = not getattr(self.cycle, "more_body", True)
        return has_asked and not getattr(self.cycle, "response_complete", True)

    def connection_lost(self, exc: Exception | None) -> None:
        self._other_end.is_gone = True
        self._other_end.is_quiet.set()
        super().connection_lost(exc)
