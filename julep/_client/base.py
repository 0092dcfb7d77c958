"""What both faces of the client have in common: their options, and how they are made."""

from __future__ import annotations

import weakref
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Generic, Self, TypeVar, cast
from typing import overload as variant

from julep._engine import Engine
from julep._exchange import Transport
from julep._faces import Async, Face, FaceT, Sync, as_face, workflow
from julep._keywords import keywords_alone, shows_keywords
from julep._observability.event_hooks import EventHooks, Hooks, checked_hooks
from julep._observability.usage import TokenUsage, counting
from julep._options import (
    DEFAULT_RESPONSE_BYTES,
    DEFAULT_RETRIES,
    DEFAULT_TIMEOUT,
    Environment,
    changed,
    resolve,
    shown_url,
)
from julep._request import Request
from julep.errors import ConfigurationError
from julep.types._plain import OMIT

from .navigation import Navigation
from .ping import Ping, ping

if TYPE_CHECKING:
    from julep.local import LocalServer

R = TypeVar("R")
HttpT = TypeVar("HttpT")


class BaseClient(Navigation[FaceT], Generic[FaceT, HttpT]):
    """What both faces of the client have in common.

    Args:
        api_key: Sent as `Authorization: Bearer …`, or as it is when it names its scheme itself.
            From `JULEP_API_KEY` when not given.
        auth_key: Sent as `X-Auth-Key`, which self-hosted servers look at unless told otherwise.
        base_url: Where the API is, such as `http://localhost:8080/api`. From `JULEP_BASE_URL` or
            `JULEP_API_URL` when not given.
        environment: A known address instead: `local` is `http://localhost:8080`,
            `local_multi_tenant` is `http://localhost/api`. From `JULEP_ENVIRONMENT` when not given.
        timeout: Seconds for a whole call, retries and reading included; for a stream, seconds of
            silence. Default 300; None for no limit. An `httpx_client` keeps its own unless this is
            given.
        max_retries: How often a call that is safe to repeat is sent again. Default 2.
        headers: Sent with every call.
        follow_redirects: Whether redirects are followed. To another server go no headers that say
            who you are, and no secrets.
        max_response_bytes: How large an answer may be, as it comes and when it is unpacked.
            Default 256 MiB.
        event_hooks: Functions that are told of each attempt, repeated ones included: lists of them under
            `request`, `response` and `error`, each called with an `Attempt`; see `EventHooks`. What
            one raises, the caller gets.
        httpx_client: An HTTP client to use, with its own settings; it is not closed with this one.

    Raises:
        ConfigurationError: There is neither a URL nor an environment, or an argument can't be used.
    """

    _face_kind: ClassVar[type[Face]]

    @keywords_alone
    def __init__(
        self,
        *,
        api_key: str | None = None,
        auth_key: str | None = None,
        base_url: str | None = None,
        environment: Environment | None = None,
        timeout: float | None = OMIT,
        max_retries: int = DEFAULT_RETRIES,
        headers: Mapping[str, str] | None = None,
        follow_redirects: bool = True,
        max_response_bytes: int = DEFAULT_RESPONSE_BYTES,
        event_hooks: EventHooks | None = None,
        httpx_client: HttpT | None = None,
    ) -> None:
        if timeout is OMIT:
            timeout = DEFAULT_TIMEOUT if httpx_client is None else None
        options = resolve(
            api_key=api_key,
            auth_key=auth_key,
            base_url=base_url,
            environment=environment,
            timeout=timeout,
            max_retries=max_retries,
            headers=headers,
            follow_redirects=follow_redirects,
            max_response_bytes=max_response_bytes,
            hooks=self._hooks(event_hooks),
        )
        self._set_up(Engine(self._transport(httpx_client), options))

    def _set_up(self, engine: Engine, stop_server: Callable[[], object] | None = None) -> None:
        super().__init__(cast("FaceT", self._face_kind()), engine)
        self._stop_server = stop_server

    @classmethod
    def _transport(cls, http: HttpT | None, *, is_direct: bool = False) -> Transport:
        raise NotImplementedError

    def __repr__(self) -> str:
        options = self._engine.options
        key = f", key from {options.key_source}: ***" if options.key_source else ""
        return f"<{type(self).__name__} at {shown_url(options.base_url)}{key}>"

    @shows_keywords
    def with_options(
        self,
        *,
        api_key: str = OMIT,
        auth_key: str = OMIT,
        base_url: str = OMIT,
        timeout: float | None = OMIT,
        max_retries: int = OMIT,
        headers: Mapping[str, str] = OMIT,
        follow_redirects: bool = OMIT,
        max_response_bytes: int = OMIT,
        event_hooks: EventHooks | None = OMIT,
    ) -> Self:
        """Make a client that differs in some options and shares the connections of this one.

        `client.with_options(timeout=5).agents.get(id)` is how one call gets options of its own.
        `headers` are added to the present ones, `event_hooks` replace them; the rest is as for the
        constructor. Closing one of the two closes the connections of both.
        """
        changes = {
            "api_key": api_key,
            "auth_key": auth_key,
            "base_url": base_url,
            "timeout": timeout,
            "max_retries": max_retries,
            "headers": headers,
            "follow_redirects": follow_redirects,
            "max_response_bytes": max_response_bytes,
            "hooks": event_hooks if event_hooks is OMIT else self._hooks(event_hooks),
        }
        options = changed(self._engine.options, changes)
        return self._made(Engine(self._engine.transport, options), self._stop_server)

    @classmethod
    def _hooks(cls, given: EventHooks | None) -> Hooks | None:
        return checked_hooks(given, blocks=issubclass(cls._face_kind, Sync))

    @classmethod
    def _made(cls, engine: Engine, stop_server: Callable[[], object] | None) -> Self:
        client = cls.__new__(cls)
        client._set_up(engine, stop_server)  # noqa: SLF001 - of this very class
        return client

    @classmethod
    def local(cls, path: str | Path | None = None, **server_options: Any) -> Self:
        """Start a server in this process, and make its client: no account, no Docker, no network.

        The server listens on 127.0.0.1 at a free port under a generated key, and stops when the
        client is closed or the program ends. It needs the extra `julep-sdk[local]`.

        Args:
            path: The SQLite file that keeps the data; None keeps it in memory.
            **server_options: The other arguments of `julep.local.LocalServer`, such as
                `openai_base_url` and `openai_api_key` for the model that answers, or
                `strict=False` to also run tasks that servers of 2025 refuse.

        Raises:
            ImportError: The extra `julep-sdk[local]` is not installed.
            ConfigurationError: The file can't be used or another process has it, or the port is
                taken.
        """
        from julep.local import LocalServer

        try:
            server = LocalServer(path, **server_options).start()
        except OSError as error:
            raise ConfigurationError(str(error)) from error
        return cls._of(server)

    @classmethod
    def _of(cls, server: LocalServer) -> Self:
        options = resolve(base_url=server.url, api_key=server.key)
        transport = cls._transport(None, is_direct=True)
        # Resources and copies hold the transport too, and may outlive the client.
        return cls._made(Engine(transport, options), weakref.finalize(transport, server.stop))

    @variant
    def send(self: BaseClient[Sync, Any], request: Request[R]) -> R: ...
    @variant
    def send(self: BaseClient[Async, Any], request: Request[R]) -> Coroutine[Any, Any, R]: ...
    @shows_keywords
    def send(self: BaseClient[Any, Any], request: Request[R]) -> R | Awaitable[R]:
        """Make a call that was described as a value.

        `client.send(Request("GET", "/healthz", dict))` reaches what has no method.

        Args:
            request: What to send, and how to read the answer.
        """
        __tracebackhide__ = True
        return as_face(self._face, self._engine.call(request))

    def usage(self) -> AbstractContextManager[TokenUsage]:
        """Count the tokens that chats take: `with client.usage() as used: …`, on both faces.

        What is begun in the block counts: chats as a whole, streamed, parsed, and each turn where
        functions are called; of this client and those that `with_options` makes of it; in tasks, in
        threads that the SDK starts, and wherever else context variables go along. Blocks may be
        nested. Of what `tasks.run` and `tasks.map` have the server do, prompt steps without `unwrap` count;
        servers tell no tokens of others.

        Returns:
            A context manager that gives a `TokenUsage`: `total_tokens`, `prompt_tokens`,
            `completion_tokens`, `calls`, and in `unreported` how many of the calls it has no tokens
            of.
        """
        return counting(self._engine.transport)

    @workflow
    async def ping(self) -> Ping:
        """Find out whether the server is there, takes the key, and which generation it is.

        Raises:
            APIConnectionError: There is no server, or it does not answer.
            AuthenticationError: It does not take the key.
        """
        __tracebackhide__ = True
        return await ping(self._engine)
