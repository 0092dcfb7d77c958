"""The SDKs that are compared: how each of them does the same work."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from inspect import isawaitable
from operator import attrgetter
from typing import Any, Final, NamedTuple

from .samples import ID, KEY


class Sdk(NamedTuple):
    """How one SDK does the work.

    Attributes:
        name: What the table calls it.
        package: What pip installs; nothing for the one of this project.
        loading: What a program imports.
        making: The client that blocks, in terms of `URL`.
        making_awaited: The same for the one that is awaited.
        getting: The method of a client that asks for one thing by its id.
        stream: Begins a stream; what it gives may have to be awaited before it is read.
        path: Where the stream comes from.
        http: The HTTP library below it.
    """

    name: str
    package: str
    loading: str
    making: str
    making_awaited: str
    getting: str
    stream: Callable[[Any], Any]
    path: str
    http: str = "httpx"

    def client(self, url: str, *, is_awaited: bool) -> Any:
        """Make a client."""
        making = self.making_awaited if is_awaited else self.making
        root = making.partition(".")[0]
        return eval(making, {root: import_module(root), "URL": url, "KEY": KEY})

    def get(self, client: Any) -> Any:
        """Ask for one thing."""
        return attrgetter(self.getting)(client)(ID)

    async def read_stream(self, client: Any) -> None:
        """Read a stream to its end."""
        stream = self.stream(client)
        events = await stream if isawaitable(stream) else stream
        async for _ in events:
            pass


_MESSAGES: Final = [{"role": "user", "content": "hello"}]
_JULEP: Final = "base_url=URL, api_key=KEY)"


def _stream_of_chat(client: Any) -> Any:
    return client.sessions.chat.stream(ID, "hello")


def _chat(client: Any) -> Any:
    return client.sessions.chat(ID, messages=_MESSAGES, stream=True)


def _completion(client: Any) -> Any:
    return client.chat.completions.create(model="m", messages=_MESSAGES, stream=True)


def _message(client: Any) -> Any:
    return client.messages.create(model="m", max_tokens=9, messages=_MESSAGES, stream=True)


def _run(client: Any) -> Any:
    return client.runs.stream(ID, ID, input={})


SDKS: Final = (
    Sdk(
        "this SDK",
        "",
        "import julep; julep.Julep",
        f"julep.Julep({_JULEP}",
        f"julep.AsyncJulep({_JULEP}",
        "agents.get",
        _stream_of_chat,
        f"/sessions/{ID}/chat",
    ),
    Sdk(
        "julep",
        "julep==2.21.0",
        "import julep; julep.Julep",
        f"julep.Julep({_JULEP}",
        f"julep.AsyncJulep({_JULEP}",
        "agents.get",
        _chat,
        f"/sessions/{ID}/chat",
    ),
    Sdk(
        "openai",
        "openai",
        "import openai; openai.OpenAI",
        f"openai.OpenAI({_JULEP}",
        f"openai.AsyncOpenAI({_JULEP}",
        "models.retrieve",
        _completion,
        "/chat/completions",
        "httpx2",
    ),
    Sdk(
        "anthropic",
        "anthropic",
        "import anthropic; anthropic.Anthropic",
        f"anthropic.Anthropic({_JULEP}",
        f"anthropic.AsyncAnthropic({_JULEP}",
        "models.retrieve",
        _message,
        "/v1/messages",
        "httpx2",
    ),
    Sdk(
        "langgraph-sdk",
        "langgraph-sdk",
        "import langgraph_sdk; langgraph_sdk.get_client",
        "langgraph_sdk.get_sync_client(url=URL, api_key=KEY)",
        "langgraph_sdk.get_client(url=URL, api_key=KEY)",
        "assistants.get",
        _run,
        f"/threads/{ID}/runs/stream",
    ),
)
