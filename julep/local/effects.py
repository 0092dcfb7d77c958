"""What executions act on: the model, other servers, and this one's own API."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Generator, Mapping, Sequence
from contextlib import contextmanager
from typing import TypeAlias

from julep.local.models.completion_objects import Completion, completion_request
from julep.local.models.completions import Model
from julep.local.outbound.client import OutboundClient
from julep.local.resources.secrets import Secrets
from julep.local.search.embedder import Embedder
from julep.local.search.search import Search
from julep.local.workflow.ports import (
    EffectError,
    Execution,
    HttpCall,
    HttpReply,
    ModelRequest,
    SystemCall,
)
from julep.types._json import JsonObject

from .errors import ApiError, Invalid, ModelFailed
from .ids import new_id
from .integrations import Registry
from .json_text import mended, well_formed
from .timers import Timers

SystemCaller: TypeAlias = Callable[[SystemCall], Awaitable[object]]


class LocalEffects:
    """What executions of one server act on; the engine's ports say what each method promises.

    Args:
        model: Answers prompts.
        embedder: Makes vectors.
        search: Looks through the agent's documents.
        secrets: Values for tools.
        client: Sends requests to other servers.
        integrations: Stand for those of the self-hosted server.
        timers: Measure sleeps.
    """

    def __init__(
        self,
        model: Model,
        embedder: Embedder,
        search: Search,
        secrets: Secrets,
        *,
        client: OutboundClient,
        integrations: Registry,
        timers: Timers,
    ) -> None:
        self._model = model
        self._embedder = embedder
        self._search = search
        self._secrets = secrets
        self._client = client
        self._integrations = integrations
        self._timers = timers
        self.system_caller: SystemCaller = _no_system

    def now(self) -> float:
        """Return the seconds since the epoch."""
        return self._timers.now()

    def new_id(self) -> str:
        """Make an id that sorts after earlier ones."""
        return new_id()

    def secrets(self) -> Mapping[str, str]:
        """Return all secrets by name."""
        return self._secrets.values()

    async def sleep(self, seconds: float) -> None:
        """Return after that time."""
        await self._timers.sleep(seconds)

    async def complete(self, execution: Execution, request: ModelRequest) -> Completion:
        """Ask the model for a completion."""
        del execution
        settings = {**request.settings, "model": request.model}
        body = completion_request(
            settings, list(request.messages), request.tools or (), request.tool_choice
        )
        with _translated_errors():
            return await self._model.complete(body)

    async def http(self, execution: Execution, call: HttpCall) -> HttpReply:
        """Ask another server."""
        del execution
        return await self._client.call(call)

    async def integration(
        self, execution: Execution, definition: JsonObject, arguments: object
    ) -> object:
        """Call an integration."""
        del execution
        return await self._integrations.call(definition, arguments)

    async def system(self, execution: Execution, call: SystemCall) -> object:
        """Ask this server's own API."""
        del execution
        with _translated_errors():
            return await self.system_caller(call)

    async def embed(self, texts: Sequence[str]) -> Sequence[Sequence[float]]:
        """Make one vector for each text."""
        with _translated_errors():
            return await self._embedder.embed_texts([well_formed(text) for text in texts])

    async def search(self, execution: Execution, request: JsonObject) -> object:
        """Search the agent's documents."""
        with _translated_errors():
            return await self._search.of_owner(execution.agent["id"], mended(request))

    async def aclose(self) -> None:
        """Close the connections."""
        await self._client.aclose()


@contextmanager
def _translated_errors() -> Generator[None]:
    try:
        yield
    except Invalid as error:
        raise EffectError(error.in_words()) from error
    except ApiError as error:
        transient = isinstance(error, ModelFailed) and error.transient
        raise EffectError(str(error), transient=transient) from error


async def _no_system(call: SystemCall) -> object:
    raise EffectError(f"System call not implemented for {call.resource}.{call.operation}")
