"""A server that speaks OpenAI's API: the connection to it, and what its errors mean."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from contextlib import asynccontextmanager

import httpx

from julep.local.errors import ModelFailed, ModelRefused
from julep.local.json_text import mended, to_json, well_formed
from julep.local.transient import OF_MODELS
from julep.local.urls import without_userinfo
from julep.types._json import JsonObject, as_object, finite_or_null, is_object

_OURS_TO_MEND = {400, 404, 413, 422}  # statuses that blame the request
_SECONDS = 600  # between two pieces of an answer: large models think for minutes
_MOST_BYTES = 64 * 1024 * 1024
"""Of an answer, unpacked: a stream of 200,000 tokens, each an event of its own, fits in."""
_SHOWN = 500  # characters of an error; some servers answer with whole pages
_WORDS = ("error", "message", "detail")
_PAGE = "a web page; its address usually ends in /v1"
_NEVER = -9999.0
"""The logarithm of a probability of zero, as OpenAI writes it."""
_LEAST_SECRET = 8
"""Characters; servers that ask for no key get words such as `ollama` for one."""


class Endpoint:
    """Sends requests and gives answers as JSON, their text well formed.

    Args:
        base_url: Up to and including `/v1`.
        key: Sent as a bearer token when there is one.
    """

    def __init__(self, base_url: str, key: str | None = None) -> None:
        url = httpx.URL(base_url)
        # Requests take the login as a header: URLs stand in errors and in httpx's own log.
        login = httpx.BasicAuth(url.username, url.password) if url.userinfo else None
        self.url: str = str(url.copy_with(userinfo=b"")).rstrip("/")
        self._key = (key or "").strip()
        headers = {b"Content-Type": b"application/json"}
        if self._key:
            headers[b"Authorization"] = f"Bearer {self._key}".encode()
        timeout = httpx.Timeout(_SECONDS, connect=10)
        # Answers take long, and a hundred of them at once must not keep others waiting.
        limits = httpx.Limits(max_connections=None, max_keepalive_connections=20)
        self._client = httpx.AsyncClient(
            headers=headers, timeout=timeout, limits=limits, auth=login
        )

    async def call(
        self, method: str, path: str, body: Mapping[str, object] | None = None
    ) -> JsonObject:
        """Return the whole answer.

        Raises:
            ModelRefused: The server says that the request is wrong.
            ModelFailed: The server failed, wasn't reached, or answered with something else.
        """
        async with self._send(method, path, body) as response:
            return as_object(mended(self.read(await _whole(response))))

    @asynccontextmanager
    async def stream(
        self, path: str, body: Mapping[str, object]
    ) -> AsyncGenerator[AsyncIterator[bytes]]:
        """Yield the pieces of a streamed answer; raise as `call` does, whenever that fails."""
        async with self._send("POST", path, body) as response:
            yield _pieces(response)

    def read(self, content: bytes | str) -> JsonObject:
        """Read the JSON object that a server sent.

        Raises:
            ModelRefused: It is an error that blames the request.
            ModelFailed: It is another error, or no JSON object.
        """
        value = _parsed(content)
        if not is_object(value):
            raise ModelFailed(f"The model's server answered with {_kind(content)}")
        if value.get("error"):
            # Some servers put errors into answers that have begun well.
            raise self.failure(value)
        return value

    def failure(self, value: object) -> ModelFailed:
        """Return the error in an answer that began well, in the server's words.

        Args:
            value: What it sent, as JSON text or read already.
        """
        told = _parsed(value) or value if isinstance(value, str) else value
        return ModelFailed(f"The model's server failed: {self._words(told)}", transient=True)

    async def aclose(self) -> None:
        """Close the connections."""
        await self._client.aclose()

    @asynccontextmanager
    async def _send(
        self, method: str, path: str, body: Mapping[str, object] | None
    ) -> AsyncGenerator[httpx.Response]:
        content = None if body is None else to_json(body).encode()
        happened = "wasn't reached"
        try:
            async with self._client.stream(
                method, f"{self.url}{path}", content=content
            ) as response:
                happened = "broke off its answer"
                if not response.is_success:
                    raise self._refused(response, await _whole(response))
                yield response
        except httpx.InvalidURL as error:
            raise ModelFailed(f"{self.url} is no URL: {error}") from error
        except httpx.HTTPError as error:
            message = f"The model's server at {self.url} {happened}: {_cause(error)}"
            raise ModelFailed(message, transient=True) from error

    def _refused(self, response: httpx.Response, text: bytes) -> ModelRefused | ModelFailed:
        words = self._words(_parsed(text) or _decoded(text).strip() or response.reason_phrase)
        if target := response.headers.get("location"):
            words = f"{words}; it has moved to {without_userinfo(target)}"
        return refusal(response.status_code, words)

    def _words(self, value: object) -> str:
        text = _reason(value)
        return text.replace(self._key, "***") if len(self._key) >= _LEAST_SECRET else text


async def _whole(response: httpx.Response) -> bytes:
    return b"".join([piece async for piece in _pieces(response)])


async def _pieces(response: httpx.Response) -> AsyncIterator[bytes]:
    """Yield an answer's body, unpacked; a server of models may be anybody's, and go on for ever."""
    if "," in response.headers.get("content-encoding", ""):
        # Each packing may make a thousandfold of the one below, before there is anything to count.
        raise ModelFailed("The model's server packed its answer more than once")
    size = 0
    async for piece in response.aiter_bytes():
        size += len(piece)
        if size > _MOST_BYTES:
            raise ModelFailed(f"The model's server answered with more than {_MOST_BYTES:,} bytes")
        yield piece


def refusal(status: int, words: str) -> ModelRefused | ModelFailed:
    """Say what the error status of a model's server means: some blame the request."""
    message = f"The model's server answered {status}: {words}"
    if status in _OURS_TO_MEND:
        return ModelRefused(message)
    return ModelFailed(message, transient=status in OF_MODELS)


def _parsed(content: bytes | str) -> object:
    """Return the JSON value of an answer, or None if it isn't one."""
    text = _decoded(content)
    try:
        return json.loads(text, parse_constant=_constant, parse_float=finite_or_null)
    except (ValueError, RecursionError):
        return None


def _decoded(content: bytes | str) -> str:
    text = content if isinstance(content, str) else content.decode(errors="replace")
    return text.removeprefix("\ufeff")


def _constant(name: str) -> float | None:
    """Return what stands for NaN and the infinities, which JSON doesn't have."""
    return _NEVER if name == "-Infinity" else None


def _reason(value: object) -> str:
    """Find the words of an error, wherever a server puts them."""
    while is_object(value) and (found := [value[key] for key in _WORDS if value.get(key)]):
        value = found[0]
    text = well_formed(value) if isinstance(value, str) else to_json(value)
    return _PAGE if _is_page(text) else text[:_SHOWN]


def _kind(content: bytes | str) -> str:
    return _PAGE if _is_page(_decoded(content)) else "something that isn't a JSON object"


def _is_page(text: str) -> bool:
    return text.lstrip().startswith("<")


def _cause(error: httpx.HTTPError) -> str:
    if isinstance(error, httpx.ReadTimeout):
        return f"nothing came for {_SECONDS} seconds"
    return str(error) or type(error).__name__
