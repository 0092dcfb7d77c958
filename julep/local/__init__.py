"""The embedded server: the Julep API on this machine, over real HTTP, with nothing to set up.

Importing this is cheap; what the server needs (the extra `julep-sdk[local]`) is imported at its start.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from secrets import token_urlsafe
from types import TracebackType
from typing import TYPE_CHECKING, Any

from julep.local.models.settings import model_settings
from julep.local.outbound.policy import CallPolicy

from .durability import DEFAULT_DURABILITY, Durability, read_durability
from .origins import read_origins
from .scripting import Clock, Faults, Integration, Integrations, Replies, Script, Web
from .setup import Setup

if TYPE_CHECKING:
    from typing import Self

    from julep.local.http.sharing import Lease

__all__ = ["LocalServer"]

MOST_API_CALL_BYTES = 3 * 1024 * 1024
"""As JSON and in base64 it fits into what a step's output may have, 8 MB."""
_LEAST_KEY = 8
_MEMORY = ":memory:"
"""What SQLite's own users call a database without a file."""
_LOOPBACK = {"127.0.0.1", "localhost", "::1"}


class LocalServer:
    """A server of the Julep API in this process, on a thread of its own.

    Use it as a context manager, or call `start` and `stop`. A server can be started again after it
    was stopped; one in memory then begins empty.

    Attributes:
        path: The SQLite file, or None.
        host: The address it listens on.
        key: What callers must show.

    Args:
        path: The SQLite file to keep the data in, made when it isn't there; None keeps it in
            memory. One process at a time can use a file. Opening it again in that process shares the
            running server, with its key and everything that is scripted.
        host: The address to listen on. Binding to any other than loopback requires a `key` of at
            least 8 characters.
        port: The port to listen on, 1..65535; 0 takes a free one.
        key: What callers must show, without the blanks around it; None, or nothing but blanks,
            makes one up.
        openai_base_url: Where models answer, up to `/v1`; None takes `OPENAI_BASE_URL`, or
            OpenAI's own when there is a key; without either the offline echo answers.
        openai_api_key: The key for it; None takes `OPENAI_API_KEY`.
        embedding_model: Which model there makes vectors; None takes `OPENAI_EMBEDDING_MODEL`, or
            OpenAI's own on its own server. Without any, fastembed does if it and its weights are
            installed, else vectors are made from words alone.
        allow_api_calls: Whether tasks may send requests to other servers, integrations among them.
        allow_private_calls: Whether these may go to addresses that aren't public, such as this
            machine's and its network's. None allows it where the server listens on loopback only.
        max_api_call_bytes: How long the answer to such a request may be, as it is sent and
            unpacked. What a step gives may have 8 MB in all, its content in base64.
        strict: Whether tasks and resources that the self-hosted server of 2025 refuses, or is certain to
            fail on, are refused when they are created, so that what runs here runs there.
        allow_origins: The web pages whose scripts may read the answers, such as
            `http://localhost:3000`; none by default. They need the key all the same.
        integrations: Functions that stand for integrations, by names such as `brave.search`. Each
            is called with the arguments of the step and the tool's setup, both dicts, on a thread of
            its own; what it returns is the step's output, and what it raises fails the step.
            Providers that the self-hosted server doesn't know need `strict=False`. Those that this server
            runs itself (arxiv, brave, email, spider, weather and wikipedia) need none. Their requests
            are bound like those of `api_call`, and a text replaces the address of a service:
            `{"wikipedia": "https://de.wikipedia.org"}`.
        durability: What a power cut may take of what was answered: nothing (`full`), or the changes
            of the last moments (`normal`, several times as fast). A crash of the program takes
            nothing from a file, and neither harms it.

    Raises:
        ValueError: Another host than loopback was given without a key or with a short one, the key
            can't be sent in a header, an origin or an address isn't one, a size is below 1, or
            `durability` is unknown.
        TypeError: `integrations` holds anything but functions by such names, and addresses.
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
        allow_private_calls: bool | None = None,
        max_api_call_bytes: int = MOST_API_CALL_BYTES,
        strict: bool = True,
        allow_origins: Iterable[str] = (),
        integrations: Mapping[str, Integration | str] | None = None,
        durability: Durability = DEFAULT_DURABILITY,
    ) -> None:
        key = _read_key(key, host)
        self.path: Path | None = None if path is None or str(path) == _MEMORY else Path(path)
        self.host = host
        self.key: str = key or token_urlsafe(24)
        self._key_is_given = key is not None
        self._script = Script()
        self._functions = dict(integrations or {})
        self._script.integrations.provide(self._functions)
        self._may_be_unused = False
        self._port = port
        self._strict = strict
        self._durability: Durability = read_durability(durability)
        self._models = (openai_base_url, openai_api_key, embedding_model)
        self._origins = read_origins(allow_origins)
        if max_api_call_bytes < 1:
            raise ValueError("max_api_call_bytes must be 1 or more")
        self._calls = CallPolicy(
            allow_api_calls=allow_api_calls,
            allow_private_calls=host in _LOOPBACK
            if allow_private_calls is None
            else allow_private_calls,
            max_api_call_bytes=max_api_call_bytes,
        )
        self._lease: Lease | None = None

    @property
    def port(self) -> int:
        """The port it listens on; 0 before the start if it is to take a free one."""
        return self._lease.running.port if self._lease else self._port

    @property
    def url(self) -> str:
        """Where it listens, such as `http://127.0.0.1:8080`."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"http://{host}:{self.port}"

    def start(self) -> Self:
        """Listen and answer; return once requests are answered.

        Raises:
            ImportError: The extra `julep-sdk[local]` isn't installed.
            OSError: The port is taken, or the file can't be used.
            RuntimeError: It runs already.
            ValueError: The file is open in this process with other settings, or
                `openai_base_url` is not a URL.
        """
        if self._lease:
            raise RuntimeError(f"this server runs already, at {self.url}")
        open_server = _opener()
        self._lease = open_server(self._setup())
        shared = self._lease.setup
        self.key, self._script = shared.key, shared.script
        self._script.integrations.provide(self._functions)
        return self

    def _setup(self) -> Setup:
        return Setup(
            path=self.path,
            host=self.host,
            port=self._port,
            key=self.key,
            key_is_given=self._key_is_given,
            models=model_settings(*self._models),
            allow_origins=self._origins,
            api_calls=self._calls,
            durability=self._durability,
            strict=self._strict,
            script=self._script,
        )

    def stop(self) -> None:
        """End all requests and let go of the port and the file; do nothing if it is stopped."""
        lease, self._lease = self._lease, None
        if lease:
            lease.end()

    @property
    def about(self) -> dict[str, str]:
        """What the running server uses, for people to read: `model`, `embeddings` and `data`."""
        if not self._lease:
            raise RuntimeError("start the server first")
        return self._lease.running.about

    def model_in_words(self, seconds: float = 3) -> str:
        """Ask the model's server what it lists, for people to read.

        Args:
            seconds: How long to wait for its answer.

        Returns:
            Which model answers where none is named, or why none would.
        """
        if not self._lease:
            raise RuntimeError("start the server first")
        return self._lease.running.model_in_words(seconds)

    @property
    def replies(self) -> Replies:
        """What the model says, before any real one is asked."""
        return self._script.replies

    @property
    def faults(self) -> Faults:
        """What goes wrong with the next requests."""
        return self._script.faults

    @property
    def integrations(self) -> Integrations:
        """What integrations give to tasks, before the functions of this program."""
        return self._script.integrations

    @property
    def web(self) -> Web:
        """What other servers answer to `api_call` steps and integrations, instead of being asked."""
        return self._script.web

    @property
    def clock(self) -> Clock:
        """The clock that tasks sleep by; `clock.advance(3600)` lets an hour pass."""
        return self._script.clock

    @property
    def model_calls(self) -> list[dict[str, Any]]:
        """What the model was asked, oldest first: `messages`, `model` and settings.

        These are the last 500 requests; of very long ones only as many as take 16 MB. So are the
        other calls.
        """
        return self._script.model_calls

    @property
    def integration_calls(self) -> list[dict[str, Any]]:
        """Which integrations were called: `provider`, `method`, `arguments` and `setup`."""
        return self._script.integrations.calls

    @property
    def web_calls(self) -> list[dict[str, Any]]:
        """What `api_call` steps sent: `method`, `url`, `headers`, `json` and `text`."""
        return self._script.web.calls

    def assert_used(self) -> None:
        """Fail unless every scripted reply, result, answer and fault was used.

        Raises:
            AssertionError: Some weren't, and `allow_unused` wasn't called.
        """
        unused = [] if self._may_be_unused else list(self._script.unused())
        if unused:
            raise AssertionError(
                f"never used: {', '.join(unused)} (allow_unused() on the server if that is meant)"
            )

    def allow_unused(self) -> None:
        """Have `assert_used` pass, whatever is left over."""
        self._may_be_unused = True

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
        state = self.url if self._lease else "stopped"
        return f"LocalServer({state}, data={self.path or 'in memory'})"


def _opener() -> Callable[[Setup], Lease]:
    """Import what starts a server, and with it all that a server needs."""
    try:
        from julep.local.http.sharing import open_server  # noqa: PLC0415 - here it gets heavy
    except ModuleNotFoundError as error:
        raise ImportError(
            f"the embedded server needs {error.name}; install it with: "
            'python -m pip install "julep-sdk[local]" (in a checkout: -e ".[local]")'
        ) from error
    return open_server


def _read_key(key: str | None, host: str) -> str | None:
    key = (key or "").strip()
    if not key.isascii() or not key.isprintable():
        raise ValueError("the key is sent in a header: it may hold printable ASCII characters only")
    if host not in _LOOPBACK and len(key) < _LEAST_KEY:
        raise ValueError(
            f"a server on {host} can be reached by others: give it a key of at least {_LEAST_KEY} "
            "characters, key=... here or JULEP_API_KEY on the command line"
        )
    return key or None
