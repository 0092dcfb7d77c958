"""Which function stands for which integration."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from copy import deepcopy

import anyio.to_thread

from julep.local.json_text import to_json
from julep.local.scripting import Integrations
from julep.local.strictness.integrations import METHODS
from julep.local.workflow.ports import EffectError
from julep.types._json import JsonObject, as_object


class Registry:
    """Calls integrations: scripted ones first, then those that the program gives.

    Args:
        integrations: Both.
    """

    def __init__(self, integrations: Integrations) -> None:
        self._integrations = integrations

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
        return await self._answer(f"{provider}.{method}" if method else provider, given, setup)

    async def _answer(self, name: str, arguments: JsonObject, setup: JsonObject) -> object:
        if scripted := self._integrations.take(name):
            if scripted.error is not None:
                raise EffectError(scripted.error)
            return scripted.result
        if (function := self._integrations.functions.get(name)) is None:
            raise EffectError(_absent(name))
        try:
            # It is the program's own and may take long.
            result = await anyio.to_thread.run_sync(
                function, deepcopy(arguments), deepcopy(setup), abandon_on_cancel=True
            )
            return await result if inspect.isawaitable(result) else result
        except Exception as error:
            raise EffectError(f"{type(error).__name__}: {error}") from error


def _absent(name: str) -> str:
    provider, _, method = name.partition(".")
    return (
        f"The integration {name} isn't available on the embedded server; give it a function, "
        f"LocalServer(integrations={{{name!r}: function}}), in a test script its result, "
        f"integrations.add({provider!r}, {method!r}, result=...), "
        "or use an api_call or function tool in its place"
    )
