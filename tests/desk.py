"""A session to chat in, on a server whose model is scripted, with functions to call."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import attrs

from julep import Answer, Session
from julep.local import LocalServer

from .conftest import AnyClient, Face

SEARCH = {"name": "search", "type": "function", "function": {"description": "finds"}}


def order_status(order: str) -> dict[str, Any]:
    """Say where an order is.

    Args:
        order: Its number.
    """
    return {"order": order, "status": "sent"}


def refund(order: str, amount: int = 1) -> str:
    """Give money back."""
    return f"{amount} for {order}"


@attrs.define
class Desk:
    """A session of a client of some face, on a server whose model is scripted.

    Attributes:
        face: The face.
        client: The client.
        server: The server.
        session: The session.
    """

    face: Face
    client: AnyClient
    server: LocalServer
    session: Session

    def script(self, *turns: str | list[tuple[str, dict[str, Any]]]) -> None:
        """What the model says, text or calls, turn by turn."""
        for said in turns:
            if isinstance(said, str):
                self.server.replies.add(said)
            else:
                self.server.replies.add(tool_calls=said)

    async def chat(self, *turns: Any, **options: Any) -> Answer:
        """The answer to a chat in which the model says this."""
        self.script(*turns)
        chat = self.client.sessions.chat
        answer: Answer = await self.face.call(chat, self.session, "hi", **options)
        for asked in self.server.model_calls:
            check_rules(asked["messages"])
        return answer

    async def result_of(self, function: Callable[..., Any], **options: Any) -> str:
        """What the model is told when it calls a function without arguments."""
        name = getattr(function, "name", None) or function.__name__
        await self.chat([(name, {})], "ok", tools=[function], **options)
        return self.results()[-1]

    def results(self) -> list[str]:
        """The results of tools that the model was told in the last request."""
        said = self.server.model_calls[-1]["messages"]
        return [message["content"] for message in said if message["role"] == "tool"]


def check_rules(messages: list[dict[str, Any]]) -> None:
    """Fail where OpenAI's servers would: calls without results right after them, or the reverse."""
    due: list[str] = []
    for message in messages:
        if message["role"] == "tool":
            due.remove(message["tool_call_id"])
        else:
            assert due == []
            due = [call["id"] for call in message.get("tool_calls") or ()]
    assert due == []


async def desk(face: Face, server: LocalServer, **settings: Any) -> Desk:
    """Somewhere to chat."""
    client = face.client(base_url=server.url, api_key=server.key)
    agent = await face.call(client.agents.create, name="Ada")
    session = await face.call(client.sessions.create, agent=agent, **settings)
    return Desk(face, client, server, session)
