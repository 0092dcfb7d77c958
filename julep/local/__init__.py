"""The embedded server: the Julep API on this machine, over real HTTP, with nothing to set up.

Importing this is cheap; what the server needs (the extra `julep-sdk[local]`) is imported at its start.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from secrets import token_urlsafe
from types import TracebackType
from typing import TYPE_CHECKING, Any

from julep.local.origins import read_origins
from julep.local.outbound.policy import CallPolicy
from julep.local.scripting import Faults, Replies

if TYPE_CHECKING:
    from typing import Self

    from julep.local.http.server import Running

__all__ = ["LocalServer"]

MOST_API_CALL_BYTES = 4 * 1024 * 1024
_LOOPBACK = {"127.0.0.1", "localhost", "::1"}


class LocalServer:
    """A server of the Julep API in this process, on a thread of its own.

    Use it as a context manager, or call `start` and `stop`. A server can be started again after it
    was stopped; one in memory then begins empty.

    Attributes:
        path: the SQLite file, or None.
        host: the address it listens on.
        key: what callers must show.
        replies: scripted replies that are given before any model is asked, for tests.
        faults: what is to go wrong with the next requests, for tests.
        model_calls: what the model was asked, the last 500 requests, oldest first: `messages`,
            `model` and settings.

    Args:
        path: the SQLite file to keep the data in, made when it isn't there; None keeps it in
            memory. One server at a time can have a file.
        host: the address to listen on. Any other than loopback needs a key of yours.
        port: the port to listen on, 1..65535; 0 takes a free one.
        key: what callers must show; None makes one up.
        openai_base_url: where models answer, up to `/v1`; None takes `OPENAI_BASE_URL`, or
            OpenAI's own when there is a key; without either the offline echo answers.
        openai_api_key: the key for it; None takes `OPENAI_API_KEY`.
        embedding_model: which model there makes vectors; None takes `OPENAI_EMBEDDING_MODEL`, or
            OpenAI's own on its own server. Without any, fastembed does if it and its weights are
            installed, else vectors are made from words alone.
        allow_api_calls: whether tasks may send requests to other servers.
        allow_origins: the web pages whose scripts may read the answers, such as
            `http://localhost:3000`; none by default. They need the key all the same.
        allow_private_calls: whether these may go to addresses that aren't public, such as this
            machine's and its network's. None allows it where the server listens on loopback only.
        max_api_call_bytes: how long the answer to such a request may be, as it is sent and unpacked.

    Raises:
        ValueError: another host than loopback was given without a key, or an origin is none.
    """

    def __init__(
        self,
        path: str | Path | None = None,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        key: str | None = None,
        openai_base_url: str | None = None,
        openai_api_key: str | None = None,
        embedding_model: str | None = None,
        allow_api_calls: bool = True,
        allow_origins: Iterable[str] = (),
        allow_private_calls: bool | None = None,
        max_api_call_bytes: int = MOST_API_CALL_BYTES,
    ) -> None:
        if host not in _LOOPBACK and not key:
            raise ValueError(
                f"a server on {host} can be reached by others: give it a key, "
                "key=... here or JULEP_API_KEY on the command line"
            )
        self.path: Path | None = None if path is None else Path(path)
        self.host = host
        self.key: str = key or token_urlsafe(24)
        self.replies: Replies = Replies()
        self.faults: Faults = Faults()
        self.model_calls: list[dict[str, Any]] = []
        self._port = port
        self._models = {
            "base_url": openai_base_url,
            "key": openai_api_key,
            "embedding_model": embedding_model,
        }
        self._origins = read_origins(allow_origins)
        self._calls = CallPolicy(
            allowed=allow_api_calls,
            private=host in _LOOPBACK if allow_private_calls is None else allow_private_calls,
            most_bytes=max_api_call_bytes,
        )
        self._running: Running | None = None

    @property
    def port(self) -> int:
        """The port it listens on; 0 before the start if it is to take a free one."""
        return self._running.port if self._running else self._port

    @property
    def url(self) -> str:
        """Where it listens, such as `http://127.0.0.1:8080`."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"http://{host}:{self.port}"

    def start(self) -> Self:
        """Listen and answer; returns when requests are answered.

        Raises:
            ImportError: the extra `julep-sdk[local]` isn't installed.
            OSError: the port is taken.
            RuntimeError: it runs already.
        """
        if self._running:
            raise RuntimeError(f"this server runs already, at {self.url}")
        try:
            from julep.local.http.server import Setup, run  # noqa: PLC0415 - here it gets heavy
            from julep.local.models.providers import find_sources  # noqa: PLC0415 - as above
        except ModuleNotFoundError as error:
            raise ImportError(
                f"the embedded server needs {error.name}; install it with: "
                'python -m pip install "julep-sdk[local]" (in a checkout: -e ".[local]")'
            ) from error
        self._running = run(
            Setup(
                path=self.path,
                host=self.host,
                port=self._port,
                key=self.key,
                sources=find_sources(**self._models),
                origins=self._origins,
                api_calls=self._calls,
                replies=self.replies,
                faults=self.faults,
                model_calls=self.model_calls,
            )
        )
        return self

    def stop(self) -> None:
        """End all requests and let go of the port and the file; does nothing when it is stopped."""
        running, self._running = self._running, None
        if running:
            running.stop()

    @property
    def about(self) -> dict[str, str]:
        """What the running server uses, for people to read: `model`, `embeddings` and `data`."""
        if not self._running:
            raise RuntimeError("start the server first")
        return self._running.about

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.stop()

    def __repr__(self) -> str:
        state = self.url if self._running else "stopped"
        return f"LocalServer({state}, data={self.path or 'in memory'})"
