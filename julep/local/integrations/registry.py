"""Which function stands for which integration."""

from __future__ import annotations

import inspect
import re
from collections.abc import Mapping
from copy import deepcopy

import anyio
import anyio.to_thread

from julep.local.json_text import to_json
from julep.local.outbound.client import MOST_THREADS, OutboundClient
from julep.local.scripting import Integration, Integrations
from julep.local.strictness.integrations import METHODS
from julep.local.workflow.masking import masked
from julep.local.workflow.ports import EffectError
from julep.types._json import JsonObject, as_object

from .providers import BUILT_IN

_SECRET = re.compile("key|password|secret|token", re.IGNORECASE)
"""Which fields of a setup must not be shown."""


class Registry:
    """Calls integrations: scripted ones first, then those that the program gives, then built-in ones.

    Args:
        integrations: The first two, and where the services of the built-in ones are.
        client: Reaches these services.
    """

    def __init__(self, integrations: Integrations, client: OutboundClient) -> None:
        self._integrations = integrations
        self._client = client
        self._threads = anyio.CapacityLimiter(MOST_THREADS)

    async def call(self, definition: Mapping[str, object], arguments: object) -> object:
        """Call an integration.

        Args:
            definition: Its `provider`, `method` and `setup`.
            arguments: Of the call.

        Raises:
            EffectError: It failed, or there is no such integration here.
        """
        provider, method = str(definition["provider"]), definition.get("method")
        method = method or next(iter(METHODS.get(provider, ())), None)
        given, setup = as_object(arguments), as_object(definition.get("setup"))
        call = deepcopy(
            {"provider": provider, "method": method, "arguments": given, "setup": setup}
        )
        self._integrations.calls.note(call, len(to_json(call)))
        try:
            return await self._answer(f"{provider}.{method}" if method else provider, given, setup)
        except EffectError as error:
            # Whatever it was, nothing tries again: it may have been done.
            raise EffectError(masked(str(error), _secrets(setup))) from None

    async def _answer(self, name: str, arguments: JsonObject, setup: JsonObject) -> object:
        if scripted := self._integrations.take(name):
            if scripted.error is not None:
                raise EffectError(scripted.error)
            return scripted.result
        if function := self._integrations.functions.get(name):
            return await self._of_program(function, arguments, setup)
        if (built_in := BUILT_IN.get(name)) is None:
            raise EffectError(
                f"The integration {name} isn't available on the embedded server; {_help(name)}"
            )
        if self._integrations:
            raise EffectError(f"Nothing is scripted for the integration {name}; {_help(name)}")
        address = self._integrations.addresses.get(name.partition(".")[0], "")
        return await built_in.call(self._client, address, arguments, setup)

    async def _of_program(
        self, function: Integration, arguments: JsonObject, setup: JsonObject
    ) -> object:
        try:
            # It is the program's own and may take long.
            result = await anyio.to_thread.run_sync(
                function,
                deepcopy(arguments),
                deepcopy(setup),
                abandon_on_cancel=True,
                limiter=self._threads,
            )
            return await result if inspect.isawaitable(result) else result
        except Exception as error:
            raise EffectError(f"{type(error).__name__}: {error}") from error


def _secrets(setup: JsonObject) -> dict[str, str]:
    values = (item for item in setup.items() if _SECRET.search(item[0]))
    return {name: str(value) for name, value in values if value}


def _help(name: str) -> str:
    provider, _, method = name.partition(".")
    return (
        f"give it a function, LocalServer(integrations={{{name!r}: function}}), in a test script its "
        f"result, integrations.add({provider!r}, {method!r}, result=...), "
        "or use an api_call or function tool in its place"
    )
