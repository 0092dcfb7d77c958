"""Users' functions that are told of each attempt of a call. Nothing here sends anything."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, Literal, TypeAlias, TypedDict, cast

import attrs

from julep._callbacks import refused, settled
from julep._keywords import checked
from julep.errors import ConfigurationError
from julep.types._repr import Shown


@attrs.define(kw_only=True, eq=False)
class Attempt(Shown):
    """One attempt to get a call answered, as `event_hooks` see it.

    The same object is given to the hooks before and after it, so that they can be matched.

    Attributes:
        method: The HTTP method.
        url: Where it goes, without the query.
        number: 1 for the first attempt of a call, 2 for the one that repeats it, and so on.
        headers: Sent besides the client's headers, and instead of them; None takes one away. It has
            what `request` hooks put in, and `traceparent` where calls are traced, but not what the
            client sends anyway: the key is among that.
        status: The HTTP status of the answer, once there is one.
        response_headers: The headers of the answer, once there is one.
        error: Why there is no answer, once that is known.
        seconds: How long it took: until the answer was read, or, for a stream, until it began.
    """

    method: str
    url: str
    number: int = 1
    headers: dict[str, str | None] = attrs.field(factory=dict[str, "str | None"], repr=False)
    status: int | None = None
    response_headers: Mapping[str, str] = attrs.field(factory=dict[str, str], repr=False)
    error: BaseException | None = None
    seconds: float | None = None


Hook: TypeAlias = Callable[[Attempt], object]
Event: TypeAlias = Literal["request", "response", "error"]


class EventHooks(TypedDict, total=False):
    """Functions that are told of each attempt; those of one event are called in their order.

    Attributes:
        request: Called before the request is sent.
        response: Called when there is an answer, whatever its status.
        error: Called when there is none, since it failed on the way or was cancelled.
    """

    request: Sequence[Hook]
    response: Sequence[Hook]
    error: Sequence[Hook]


@attrs.frozen
class Hooks:
    """The event hooks of a client, checked.

    Attributes:
        of: The functions by event.
        blocks: Whether the client blocks.
    """

    of: Mapping[str, tuple[Hook, ...]]
    blocks: bool

    async def tell(self, event: Event, attempt: Attempt) -> None:
        """Call the functions of an event, one after the other."""
        __tracebackhide__ = True
        for hook in self.of.get(event, ()):
            await settled(f"event_hooks[{event!r}]", hook(attempt), blocks=self.blocks)


NO_HOOKS: Final = Hooks({}, blocks=True)


def checked_hooks(given: EventHooks | None, *, blocks: bool) -> Hooks | None:
    """Return the hooks of a client; None if there are none.

    Raises:
        ConfigurationError: They are not lists of functions by event, or one can't be awaited.
    """
    if not given:
        return None
    if not isinstance(cast("object", given), Mapping):
        raise ConfigurationError(f"event_hooks must be {_FORM}, not {type(given).__name__}")
    try:
        events = checked(EventHooks, given)
    except TypeError as mistake:
        raise ConfigurationError(f"event_hooks: {mistake}") from None
    return Hooks({name: _functions(name, hooks, blocks) for name, hooks in events.items()}, blocks)


_FORM: Final = 'a dict of lists of functions, such as {"request": [f]}'


def _functions(event: str, hooks: Any, blocks: bool) -> tuple[Hook, ...]:
    if not isinstance(hooks, list | tuple):
        raise ConfigurationError(
            f"event_hooks[{event!r}] must be a list of functions, not {type(hooks).__name__}"
        )
    for index, hook in enumerate(cast("Sequence[object]", hooks)):
        name = f"event_hooks[{event!r}][{index}]"
        if not callable(hook):
            raise ConfigurationError(f"{name} must be a function, not {type(hook).__name__}")
        if blocks and inspect.iscoroutinefunction(hook):
            raise ConfigurationError(str(refused(name)))
    return tuple(cast("Sequence[Hook]", hooks))
