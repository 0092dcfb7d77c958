"""What a program needs when it starts, created, changed or left as it is, however often it starts.

What is ensured by a key has an id that is made of the key, so that each run finds the same one: the
UUIDv5, in the namespace `NAMESPACE`, of a JSON array in ASCII, without blanks between its items, such
as `["agent","default","librarian"]`. The first item is the kind, the last the key. Between them stands
what the thing belongs to and can never leave: the project of an agent or a user (`default` if none is
named), the id of a task's agent, and of a session an array of the ids of its agents and a sorted one of
those of its users.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping, Sequence
from typing import Any, Final, Generic, Protocol, TypeVar
from uuid import UUID, uuid5

import attrs

from julep._codec import OMIT, decode_json, encode
from julep._engine import Engine
from julep._request import Request
from julep._retry import may_be_there
from julep.errors import (
    APIConnectionError,
    APIError,
    NotFoundError,
)
from julep.types._model import Model

from .idempotence import under

NAMESPACE: Final = UUID("b954d93e-8406-47f1-a9f9-bfdd110a1c60")
"""Of the ids that are made of keys. It never changes, or programs would lose what they have."""

DEFAULT_PROJECT: Final = "default"
"""Where servers put what names no project."""

T = TypeVar("T")
ModelT = TypeVar("ModelT", bound=Model)

_log = logging.getLogger("julep")


class Wanted(Protocol[T]):
    """Something that is to be there."""

    @property
    def title(self) -> str:
        """What the log calls it."""
        ...

    async def find(self) -> T | None:
        """Look for it on the server."""
        ...

    def is_as(self, found: T) -> bool:
        """Tell whether it is as it should be."""
        ...

    async def create(self) -> T:
        """Write it, now that it is missing."""
        ...

    async def change(self, found: T) -> T:
        """Make it what it should be."""
        ...


async def ensured(wanted: Wanted[T]) -> T:
    """Create, change or leave something, and return it as it is then."""
    before = await wanted.find()
    if before is None:
        try:
            return _told(wanted, await wanted.create(), "created")
        except (APIConnectionError, APIError) as failure:
            if not may_be_there(failure) or (before := await wanted.find()) is None:
                raise
    if wanted.is_as(before):
        return _told(wanted, before, "unchanged")
    try:
        return _told(wanted, await wanted.change(before), "changed")
    except (APIConnectionError, APIError) as failure:
        now = await wanted.find() if may_be_there(failure) else None
        if now is None or not wanted.is_as(now):
            raise
        return _told(wanted, now, "changed")


def _told(wanted: Wanted[T], thing: T, state: str) -> T:
    _log.info("%s: %s", wanted.title, state)
    return thing


def id_for(kind: str, key: str, *within: str | Sequence[str]) -> str:
    """Return the id of what is known by a key.

    Args:
        kind: What it is, such as `agent`.
        key: The key.
        within: What it belongs to.

    Raises:
        TypeError: The key is no text.
        ValueError: The key is empty.
    """
    __tracebackhide__ = True
    if not isinstance(key, str):
        raise TypeError(f"key must be a text of your choice, not {type(key).__name__}")
    if not key.strip():
        raise ValueError("key is empty; pass a text of your choice that no other has")
    return str(uuid5(NAMESPACE, json.dumps([kind, *within, key], separators=(",", ":"))))


def without_omitted(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields that are given."""
    return {name: value for name, value in fields.items() if value is not OMIT}


def _within_timeout(engine: Engine) -> Engine:
    # Mypy takes no methods of classes for converters.
    return engine.within_timeout()


def _as_json(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Read fields once, which may hold generators, before they are compared and sent."""
    return dict(decode_json(encode(fields)))


@attrs.frozen
class Keyed(Generic[ModelT]):
    """A resource that is known by a key.

    Attributes:
        engine: What sends, within one timeout.
        kind: What it is, such as `agent`.
        key: The key.
        id: The id that is made of both.
        fetch: The request that fetches it.
        form: What such a resource is made from.
        creation: The request that would create it under an id of the server's.
        given: The fields that it is to have.
        settled: Fields that are settled when it is created, and don't count afterwards.
    """

    engine: Engine = attrs.field(converter=_within_timeout)
    kind: str
    key: str
    id: str
    fetch: Request[ModelT]
    form: type[Model]
    creation: Request[ModelT]
    given: Mapping[str, Any] = attrs.field(converter=_as_json)
    settled: frozenset[str]

    @property
    def title(self) -> str:
        """What the log calls it."""
        return f"{self.kind} {self.key} ({self.id})"

    async def find(self) -> ModelT | None:
        """Look for it on the server."""
        try:
            return await self.engine.call(self.fetch)
        except NotFoundError:
            return None

    def is_as(self, found: ModelT) -> bool:
        """Tell whether it is as it should be."""
        from .likeness import has

        given = {name: value for name, value in self.given.items() if name not in self.settled}
        return has(found, self.form, given)

    async def create(self) -> ModelT:
        """Write it whole."""
        return await self._write({})

    async def change(self, found: ModelT) -> ModelT:
        """Overwrite it: to merge, as PATCH does, would keep keys of metadata that are gone."""
        return await self._write(self.kept(found))

    def kept(self, found: ModelT) -> dict[str, Any]:
        """Return the fields of what was found that are to stay, unless they are given."""
        fields = {wire: getattr(found, own) for own, wire, _ in self.form.__fields__}
        return {
            name: value
            for name, value in fields.items()
            if name not in self.settled and value is not None
        }

    async def _write(self, kept: Mapping[str, Any]) -> ModelT:
        body = {**self.creation.body, **kept, **self.given}
        whole = attrs.evolve(self.creation, body=body, written=body)
        return await self.engine.call(under(self.id, whole))
