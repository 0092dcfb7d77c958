"""What makes a built-in integration, and how what it is given is checked."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import TypeAlias

import anyio
import attrs

from julep.local.errors import Invalid
from julep.local.fields import Check, Form, Problems, described, number, schema_of
from julep.local.outbound.client import OutboundClient
from julep.local.workflow.masking import masked
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
        arguments: What the arguments must be; others are dropped.
        setup: The same of the setup; None takes none.
        seconds: How long all of it may take.
    """

    run: Run
    arguments: Form[JsonObject]
    setup: Form[JsonObject] | None = None
    seconds: float = _SECONDS

    async def call(
        self, client: OutboundClient, address: str, arguments: JsonObject, setup: JsonObject
    ) -> object:
        """Call it once: what failed may have been done, and whoever waits can decide.

        Args:
            client: Sends its requests.
            address: Where its service is.
            arguments: As they are given.
            setup: The same.

        Raises:
            EffectError: It failed. The text shows no secret of the setup.
        """
        used, given = self._read_setup(setup), _read(self.arguments, arguments, "arguments")
        try:
            with anyio.fail_after(self.seconds):
                return await self.run(Service(client, address), given, used)
        except TimeoutError:
            raise EffectError(f"It took more than {self.seconds:g} seconds") from None
        except EffectError as error:
            raise EffectError(masked(str(error), self._secrets(used))) from None

    def _read_setup(self, given: JsonObject) -> JsonObject:
        if self.setup is not None:
            return _read(self.setup, given, "setup")
        if given:
            raise EffectError("It takes no setup: leave it out")
        return {}

    def _secrets(self, setup: JsonObject) -> dict[str, str]:
        if self.setup is None:
            return {}
        fields = self.setup.fields.items()
        return {name: str(setup[name]) for name, field in fields if field.schema.get("writeOnly")}


def _read(form: Form[JsonObject], given: JsonObject, place: str) -> JsonObject:
    # Null is what servers store for a field that isn't given.
    sent = {name: value for name, value in given.items() if value is not None}
    try:
        return form.read(sent, place)
    except Invalid as error:
        raise EffectError(error.in_words()) from None


def whole_number(minimum: int, maximum: int) -> Check:
    """Accept a whole number, also one that is written as text, as expressions and secrets give it."""
    bounded = number(minimum, maximum, whole=True)

    @described(**schema_of(bounded))
    def check(value: object, loc: str, problems: Problems) -> object:
        if isinstance(value, str):
            with suppress(ValueError):
                value = int(value)
        elif isinstance(value, float) and value.is_integer():
            value = int(value)
        return bounded(value, loc, problems)

    return check
