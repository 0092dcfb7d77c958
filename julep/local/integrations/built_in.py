"""What makes a built-in integration, and how what it is given is checked."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TypeAlias

import anyio
import attrs

from julep.local.errors import Invalid
from julep.local.fields import Form
from julep.local.outbound.client import OutboundClient
from julep.local.strictness.integration_fields import Takes
from julep.local.workflow.ports import EffectError
from julep.types._json import JsonObject

from .service import Service

Run: TypeAlias = Callable[[Service, JsonObject, JsonObject], Awaitable[object]]
_SECONDS = 60.0


@attrs.frozen(kw_only=True)
class BuiltIn:
    """An integration that this server runs itself.

    Attributes:
        run: Calls the service with arguments and setup, both checked.
        takes: What arguments and setup must be.
        seconds: How long all of it may take.
    """

    run: Run
    takes: Takes
    seconds: float = _SECONDS

    async def call(
        self, client: OutboundClient, address: str, arguments: JsonObject, setup: JsonObject
    ) -> object:
        """Call it.

        Args:
            client: Sends its requests.
            address: Where its service is.
            arguments: As they are given.
            setup: The same.

        Raises:
            EffectError: It failed.
        """
        used, given = self._read_setup(setup), _read(self.takes.arguments, arguments, "arguments")
        try:
            with anyio.fail_after(self.seconds):
                return await self.run(Service(client, address), given, used)
        except TimeoutError:
            raise EffectError(f"It took more than {self.seconds:g} seconds") from None

    def _read_setup(self, given: JsonObject) -> JsonObject:
        if self.takes.setup is not None:
            return _read(self.takes.setup, given, "setup")
        if given:
            raise EffectError("It takes no setup: leave it out")
        return {}


def _read(form: Form[JsonObject], given: JsonObject, place: str) -> JsonObject:
    # Null is what servers store for a field that isn't given.
    sent = {name: value for name, value in given.items() if value is not None}
    try:
        return form.read(sent, place)
    except Invalid as error:
        raise EffectError(error.in_words()) from None
