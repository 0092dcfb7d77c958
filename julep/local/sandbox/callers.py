"""For whom text is evaluated: it decides whose turn it is, and when nobody waits any longer."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection
from contextvars import ContextVar
from typing import TypeVar

import anyio
from attrs import frozen

T = TypeVar("T")


class CallerGone(Exception):
    """The caller left before there was a result."""


@frozen
class Caller:
    """Somebody who has text evaluated.

    Attributes:
        name: Callers with the same name share their turns.
        leaving: Each returns when nobody waits any longer; none for those who wait however long it
            takes, such as executions.
    """

    name: str = ""
    leaving: Collection[Callable[[], Awaitable[object]]] = ()

    async def unless_gone(self, work: Callable[[], Awaitable[T]]) -> T:
        """Return what the work gives, which is cancelled when the caller goes.

        Raises:
            CallerGone: That happened.
            Exception: What the work raises.
        """
        if not self.leaving:
            return await work()
        results: list[T] = []
        failures: list[Exception] = []
        async with anyio.create_task_group() as tasks:
            for leaving in self.leaving:
                tasks.start_soon(_cancel_after, leaving, tasks.cancel_scope)
            try:
                results.append(await work())
            except Exception as error:  # noqa: BLE001 - a group would wrap it: raised again below
                failures.append(error)
            tasks.cancel_scope.cancel()
        for failure in failures:
            raise failure
        if not results:
            raise CallerGone
        return results[0]


async def _cancel_after(leaving: Callable[[], Awaitable[object]], scope: anyio.CancelScope) -> None:
    await leaving()
    scope.cancel()


CALLER: ContextVar[Caller] = ContextVar("caller", default=Caller())  # noqa: B039 - it is frozen
