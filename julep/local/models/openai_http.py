"""A server that speaks OpenAI's API: the connection to it, and what its errors mean."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import httpx

from julep.local.errors import ModelFailed, ModelRefused
from julep.local.json_types import JsonObject, is_object

_OURS_TO_MEND = {400, 404, 413, 422}
_PASSING = {408, 429, 500, 502, 503, 504}
_SECONDS = 600
_SHOWN = 500
_LEAST_SECRET = 8
"""Characters; servers that ask for no key get words such as `ollama` for one."""


class Endpoint:
    """Sends requests and gives answers as JSON.

    Args:
        base_url: up to and including `/v1`.
        key: sent as a bearer token when there is one.
    """

    def __init__(self, base_url: str, key: str | None = None) -> None:
        self.url: str = base_url.rstrip("/")
        self._key = key or ""
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        timeout = httpx.Timeout(_SECONDS, connect=10)
        self._client = httpx.AsyncClient(headers=headers, timeout=timeout)

    async def call(self, method: str, path: str, body: JsonObject | None = None) -> JsonObject:
        """The whole answer.

        Raises:
            ModelRefused: the server says that the request is wrong.
            ModelFailed: the server failed, wasn't reached, or answered with something else.
        """
        async with self._send(method, path, body) as response:
            return self._read(await response.aread())

    async def events(self, path: str, body: JsonObject) -> AsyncGenerator[JsonObject]:
        """The events of a streamed answer; raises as `call` does."""
        async with self._send("POST", path, body) as response:
            async for line in response.aiter_lines():
                data = line.removeprefix("data:").strip()
                if line.startswith("data:") and data != "[DONE]":
                    yield self._read(data.encode())

    async def aclose(self) -> None:
        """Close the connections."""
        await self._client.aclose()

    @asynccontextmanager
    async def _send(
        self, method: str, path: str, body: JsonObject | None
    ) -> AsyncGenerator[httpx.Response]:
        try:
            async with self._client.stream(method, f"{self.url}{path}", json=body) as response:
                if response.is_error:
                    raise self._failure(response.status_code, await response.aread())
                yield response
        except httpx.InvalidURL as error:
            raise ModelFailed(f"{self.url} is no URL: {error}") from error
        except httpx.HTTPError as error:
            reason = str(error) or type(error).__name__
            message = f"The model's server at {self.url} wasn't reached: {reason}"
            raise ModelFailed(message, transient=True) from error

    def _read(self, content: bytes) -> JsonObject:
        try:
            value = json.loads(content)
        except ValueError:
            value = None
        if not is_object(value):
            raise ModelFailed("The model's server answered with something that isn't a JSON object")
        if value.get("error"):
            # Some servers put errors into streams that have begun.
            raise self._failure(502, content)
        return value

    def _failure(self, status: int, content: bytes) -> ModelRefused | ModelFailed:
        message = f"The model's server answered {status}: {self._without_key(_reason(content))}"
        if status in _OURS_TO_MEND:
            return ModelRefused(message)
        return ModelFailed(message, transient=status in _PASSING)

    def _without_key(self, text: str) -> str:
        return text.replace(self._key, "***") if len(self._key) >= _LEAST_SECRET else text


def _reason(content: bytes) -> str:
    text = content.decode(errors="replace")
    try:
        error = json.loads(text)["error"]
        return str(error["message"] if is_object(error) else error)
    except (ValueError, LookupError, TypeError):
        return text[:_SHOWN]
