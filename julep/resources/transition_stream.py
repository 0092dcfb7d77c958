"""An execution's transitions while they happen.

Real servers stream the Python `repr` of each event, show the first steps only, leave the last event
out, and stop after ten minutes. So what they stream is passed on as it comes, and the rest is read
from the list of transitions, until one of them is final or the execution has ended.
"""

from __future__ import annotations

from collections import deque
from typing import Any, Final

from julep._codec import decode_json, literal, structure
from julep._faces import FaceT, Resource
from julep._pages import ListOptions, Pages
from julep._paths import Id, path
from julep._request import Request
from julep._stream import Stream
from julep.errors import APIConnectionError
from julep.types._plain import is_object
from julep.types.executions import Execution, Transition

from .status import ENDED

FINAL: Final = frozenset({"finish", "error", "cancelled"})
"""The types of the transition that ends an execution."""
FIRST_WAIT: Final = 0.25
LONGEST_WAIT: Final = 5.0
"""Seconds between two looks at the list, at first and at most."""


class TransitionStream(Stream[FaceT, Transition]):
    """Each transition of an execution once, until it has ended."""

    def __init__(self, resource: Resource[FaceT], where: str, execution_id: Id) -> None:
        super().__init__(resource, Request("GET", f"{where}.stream", Transition), Transition)
        self._listing = Pages(resource, where, Transition, ListOptions(direction="asc"))
        self._execution = Request(
            "GET", path("/executions/{execution_id}", execution_id=execution_id), Execution
        )
        self._ready: deque[Transition] = deque()
        self._unlisted: list[Transition] = []
        self._listed: set[str | None] = set()
        self._streaming = True
        self._over = False
        self._wait = FIRST_WAIT

    async def _next(self) -> Transition | None:
        while not (self._over or self._ready):
            await self._look()
        if not self._ready:
            await self._close()
            return None
        transition = self._ready.popleft()
        self._over = self._over or transition.type in FINAL
        return transition

    async def _look(self) -> None:
        """Find out what has happened since."""
        if self._streaming and (transition := await self._streamed()) is not None:
            self._ready.append(transition)
            self._unlisted.append(transition)
        elif not await self._catch_up():
            await self._engine.sleep(self._wait)
            self._wait = min(self._wait * 2, LONGEST_WAIT)

    async def _streamed(self) -> Transition | None:
        try:
            transition = await super()._next()
        except APIConnectionError:
            if self._told_fault:
                raise
            # The list of transitions has what the stream does not tell any more.
            transition = None
        self._streaming = transition is not None
        return transition

    async def _catch_up(self) -> bool:
        """Read the list; whether there was something new, or the execution has ended."""
        ended = (await self._engine.call(self._execution)).status in ENDED
        listed = await self._listing._collect()  # noqa: SLF001 - a part of Pages
        self._ready.extend(one for one in listed if self._is_news(one))
        self._over = ended and not self._ready
        return self._over or bool(self._ready)

    def _is_news(self, transition: Transition) -> bool:
        if transition.id in self._listed:
            return False
        self._listed.add(transition.id)
        # What was streamed has no id on real servers, so the first that is like it stands for it.
        for position, streamed in enumerate(self._unlisted):
            if _same(transition, streamed):
                del self._unlisted[position]
                return False
        return True

    def _parse(self, text: str) -> Any:
        try:
            return decode_json(text)
        except ValueError:
            return literal(text)

    def _make(self, value: Any) -> Transition:
        return structure(value.get("transition", value) if is_object(value) else value, Transition)


def _same(one: Transition, other: Transition) -> bool:
    return one.id == other.id or (one.type, one.output) == (other.type, other.output)
