"""What the engine asks of a transport: to send one request and give what comes back."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Iterator, Mapping, Sequence
from typing import Any, Protocol, TypeAlias, TypeVar

import attrs

from ._masking import Mask
from ._options import keys_in, shown_url
from ._reply import Reply
from ._retry import Answer
from .errors import APITimeoutError

R = TypeVar("R")

Headers: TypeAlias = tuple[tuple[bytes, bytes], ...]
"""Names and values, as they go over the wire."""

Job: TypeAlias = Callable[[], Coroutine[Any, Any, object]]
"""Something to do beside others, which keeps its result itself."""


def too_large(what: str, most: int) -> str:
    """Say that what a server sends has more bytes than a client takes."""
    return f"{what} is larger than {most} bytes; max_response_bytes sets the limit"


class Body(Protocol):
    """A body that is made piece by piece while it is sent, anew each time."""

    def __len__(self) -> int:
        """Return how many bytes it has."""
        ...

    def __iter__(self) -> Iterator[bytes]:
        """Begin to make it."""
        ...


@attrs.define
class Outgoing:
    """A request as it goes over the wire.

    Attributes:
        method: The HTTP method.
        url: Where it goes, query included.
        headers: All that is sent besides what HTTP itself needs.
        content: The body, or None.
        timeout: Seconds that are left; None leaves it to the transport.
        follow_redirects: Whether redirects are followed.
        max_response_bytes: How large the answer may be; for a stream, what one piece unpacks to.
        is_confidential: Whether the body must not follow a redirect to another server.
        is_piecewise: Whether any success that `open` brings is read piece by piece.
    """

    method: str
    url: str
    headers: Headers = attrs.field(repr=False)
    content: bytes | Body | None = attrs.field(repr=False)
    timeout: float | None
    follow_redirects: bool
    max_response_bytes: int
    is_confidential: bool = False
    is_piecewise: bool = False

    @property
    def shown_url(self) -> str:
        """The address as it may be shown."""
        return shown_url(self.url)

    @property
    def is_upload(self) -> bool:
        """Whether the body is made while it is sent, which may take any time."""
        return not isinstance(self.content, bytes | None)

    @property
    def named_headers(self) -> dict[str, str]:
        """The headers by name."""
        return {name.decode(): value.decode() for name, value in self.headers}

    @property
    def mask(self) -> Mask:
        """What takes the keys that are sent out of what comes back."""
        return Mask(keys_in(self.named_headers).values())

    def refuse_no_time(self) -> None:
        """Refuse a timeout of 0, which means something else to a socket: that it must not block.

        Raises:
            APITimeoutError: It is 0.
        """
        if self.timeout == 0:
            raise APITimeoutError(
                "not sent: its timeout is 0 seconds",
                method=self.method,
                url=self.shown_url,
                delivered=False,
            )


def encoded(headers: Mapping[str, str]) -> Headers:
    """Return headers as they go over the wire."""
    return tuple((name.encode(), value.encode()) for name, value in headers.items())


class Incoming(Answer, Protocol):
    """An answer whose body is still arriving."""

    async def chunk(self) -> bytes | None:
        """Return the next bytes, or None at the end."""
        ...

    async def close(self) -> None:
        """Let go of the connection."""
        ...

    def abandon(self) -> None:
        """Let go of the connection where nothing can be awaited."""
        ...


class Transport(Protocol):
    """Sends requests and waits. Its methods are coroutines, also where they never suspend."""

    async def send(self, outgoing: Outgoing) -> Reply:
        """Send once and read the whole answer; raise `APIConnectionError` when there is none."""
        ...

    async def open(self, outgoing: Outgoing) -> Incoming | Reply:
        """Send once; a success is still arriving, anything else has been read."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Let time pass."""
        ...

    async def aside(self, function: Callable[[], R]) -> R:
        """Call a function of the user's, which may take long."""
        ...

    async def gather(
        self, jobs: Sequence[Job], seconds: float | None = None, *, shielded: bool = False
    ) -> bool:
        """Do several things at a time; tell whether all ended in time.

        Args:
            jobs: What to do.
            seconds: How long all of it may take. What has not ended then is cancelled, or left
                behind where it can't be.
            shielded: Whether they are done although the caller has been cancelled.
        """
        ...

    async def close(self) -> None:
        """Let go of all connections."""
        ...
