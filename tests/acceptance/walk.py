"""A walk through the methods of a client, which knows where it has been."""

from __future__ import annotations

from operator import attrgetter
from typing import Any, TypeVar, cast, get_args, get_origin

from julep._faces import Resource
from julep.local.scripting import Replies
from tests.conftest import AnyClient, Face

T = TypeVar("T")


class Walk:
    """Calls methods by their dotted names, and checks what they answer with.

    Attributes:
        seen: the names of all methods that were called.
        replies: what the model of the server says next.
    """

    def __init__(
        self, face: Face, client: AnyClient, seen: set[str], replies: Replies | None = None
    ) -> None:
        self.face = face
        self.client = client
        self.seen = seen
        self.replies: Replies = Replies() if replies is None else replies

    async def __call__(self, kind: type[T], method: str, /, *args: Any, **kwargs: Any) -> T:
        """What a method answers with, which must be of this kind."""
        answer = await self.face.call(self._called(method), *args, **kwargs)
        assert isinstance(answer, get_origin(kind) or kind), f"{method} gave {type(answer)}"
        for item in getattr(answer, "items", ()):
            assert isinstance(item, get_args(kind) or object), f"{method} gave {type(item)}"
        return cast("T", answer)

    async def each(self, kind: type[T], method: str, /, *args: Any, **kwargs: Any) -> list[T]:
        """The items of a list or a stream, which must be of this kind."""
        source = self._called(method)(*args, **kwargs)
        items = await self.face.take(source)
        assert items, f"{method} gave nothing"
        wrong = [item for item in items if not isinstance(item, kind)]
        assert not wrong, f"{method} gave {wrong}"
        return items

    def _called(self, method: str) -> Any:
        self.seen.add(method)
        return attrgetter(method)(self.client)


def offered(resource: Resource[Any], path: str = "") -> set[str]:
    """The dotted names of everything that can be called on a resource and those below it."""
    names = {path} if path and callable(resource) else set[str]()
    for name in dir(type(resource)):
        if not name.startswith("_"):
            below = f"{path}.{name}".lstrip(".")
            member: Any = getattr(resource, name)
            names |= offered(member, below) if hasattr(member, "_engine") else {below}
    return names
