"""The documented clients: one method for each of the API's 52 operations of 2024.

`JulepApi` and `AsyncJulepApi` have all that `Julep` and `AsyncJulep` have, and besides it these
methods, named and typed as documents of 2024 print them. Each describes its request with the words
of the fluent face and reads the answer as the documented type. For new code the fluent face is the
better one: it needs fewer arguments and tells more.
"""

from __future__ import annotations

import typing
from typing import TYPE_CHECKING, Generic, TypeVar

from julep._client.base import BaseClient
from julep._engine import Engine
from julep._faces import Async, FaceT, Sync
from julep._keywords import keywords_alone
from julep._options import DEFAULT_TIMEOUT, JulepApiEnvironment, resolve_documented
from julep.client import AsyncJulep, Julep

from .agents import AgentRoutes
from .chat import ChatRoutes
from .docs import DocRoutes
from .executions import ExecutionRoutes
from .sessions import SessionRoutes
from .tasks import TaskRoutes
from .tools import ToolRoutes
from .users import UserRoutes

if TYPE_CHECKING:
    import httpx  # noqa: F401 - the bases below name it, in text that is never evaluated

__all__ = ["AsyncJulepApi", "JulepApi"]

HttpT = TypeVar("HttpT")


class DocumentedClient(
    AgentRoutes[FaceT],
    ToolRoutes[FaceT],
    DocRoutes[FaceT],
    UserRoutes[FaceT],
    SessionRoutes[FaceT],
    ChatRoutes[FaceT],
    TaskRoutes[FaceT],
    ExecutionRoutes[FaceT],
    BaseClient[FaceT, HttpT],
    Generic[FaceT, HttpT],
):
    """What both faces of the documented client have in common.

    Args:
        base_url: Where the API is, such as `http://localhost:8080/api`. It goes before
            `environment`.
        environment: A known address.
        auth_key: Sent as `X-Auth-Key`, as it is.
        api_key: Sent as `Authorization`, as it is: a server that wants `Bearer …` needs it here.
        timeout: Seconds for a whole call, retries and reading included. None stands for 300, and
            with an `httpx_client` for that client's own timeout.
        follow_redirects: Whether redirects are followed; an `httpx_client` decides for itself.
        httpx_client: An HTTP client to use, with its own settings; it is not closed with this one.

    Raises:
        ConfigurationError: `base_url` and `environment` are both None, or an argument can't be
            used.
    """

    @keywords_alone
    def __init__(
        self,
        *,
        base_url: typing.Optional[str] = None,
        environment: JulepApiEnvironment = JulepApiEnvironment.DEFAULT,
        auth_key: str,
        api_key: str,
        timeout: typing.Optional[float] = None,
        follow_redirects: typing.Optional[bool] = True,
        httpx_client: typing.Optional[HttpT] = None,
    ) -> None:
        if timeout is None and httpx_client is None:
            timeout = DEFAULT_TIMEOUT
        options = resolve_documented(
            base_url=base_url,
            environment=environment,
            auth_key=auth_key,
            api_key=api_key,
            timeout=timeout,
            follow_redirects=follow_redirects,
        )
        self._set_up(Engine(self._transport(httpx_client), options))


class JulepApi(DocumentedClient[Sync, "httpx.Client"], Julep):
    """The blocking client with the documented operations beside those of `Julep`."""


class AsyncJulepApi(DocumentedClient[Async, "httpx.AsyncClient"], AsyncJulep):
    """The awaiting client with the documented operations beside those of `AsyncJulep`."""
