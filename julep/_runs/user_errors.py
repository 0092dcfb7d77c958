"""What functions of the user's raise while an execution is followed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from julep import _callbacks


class UserError(Exception):
    """Carries what a function of the user's raised past what handles failures of the server.

    Attributes:
        error: What it raised.
    """

    def __init__(self, error: Exception) -> None:
        super().__init__()
        self.error = error


def called(function: Callable[[Any], Any], value: Any) -> Any:
    """Call a function of the user's.

    Raises:
        UserError: It raised something.
    """
    __tracebackhide__ = True
    try:
        return function(value)
    except Exception as error:  # noqa: BLE001 - raised again where the run ends
        raise UserError(error) from None


async def settled(name: str, given: Any, *, blocks: bool) -> Any:
    """Return what a function of the user's gave, awaited if need be.

    Args:
        name: What errors call the function.
        given: What it gave.
        blocks: Whether the client blocks.

    Raises:
        UserError: It raised something, or has to be awaited where the client blocks.
    """
    __tracebackhide__ = True
    try:
        return await _callbacks.settled(name, given, blocks=blocks)
    except Exception as error:  # noqa: BLE001 - as above
        raise UserError(error) from None
