"""Send a request until it is answered.

Two rules for editors. Nothing here may wait except through the transport: the blocking face drives
these coroutines without an event loop, so one that suspends for any other reason can't go on (see
`_faces.drive`). And no locks, no timeout scopes, no async generators: they raise in a script and
work by accident inside a notebook's loop.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Awaitable, Callable
from itertools import count
from typing import Any, Final, TypeVar

import attrs

from julep._observability.attempts import Attempting, observed
from julep._observability.model_calls import ModelCall
from julep._server_errors.hints import hint_for_key

from ._checks import check_timeout
from ._exchange import Body, Incoming, Outgoing, Transport, encoded
from ._masking import Mask
from ._options import Options, keys_in, merged, shown_url
from ._reply import Reply
from ._request import Request, noted
from ._retry import Answer, Retry, leaves_open
from ._version import __version__
from .errors import (
    APIConnectionError,
    AuthenticationError,
    StreamInterrupted,
    UnexpectedResponse,
)

R = TypeVar("R")
AnswerT = TypeVar("AnswerT", bound=Answer)

_log = logging.getLogger("julep")

_OWN_HEADERS: Final = {"Accept": "application/json", "User-Agent": f"julep-python/{__version__}"}
_JSON_BODY: Final = {"Content-Type": "application/json"}


class Engine:
    """What turns requests into answers, for one client."""

    def __init__(
        self, transport: Transport, options: Options, *, until: float | None = None
    ) -> None:
        self.transport = transport
        self.options = options
        self._until = until
        self._headers = {**_OWN_HEADERS, **options.headers}
        self._without_body = encoded(self._headers)
        self._with_body = encoded({**self._headers, **_JSON_BODY})

    def within(self, seconds: float | None) -> Engine:
        """Return an engine whose calls share one time limit that begins now; None sets none."""
        if seconds is None:
            return self
        until = time.monotonic() + seconds
        until = until if self._until is None else min(until, self._until)
        return Engine(self.transport, self.options, until=until)

    def within_timeout(self) -> Engine:
        """Return an engine whose calls share the client's `timeout`, as if they were one call."""
        return self.within(self.options.timeout)

    @property
    def left(self) -> float | None:
        """Seconds until the limit that all calls share, 0 when it is over; None without one."""
        return None if self._until is None else max(0.0, self._until - time.monotonic())

    async def call(self, request: Request[R]) -> R:
        """Send and decode; fetch what was written when a write was answered with its ids only."""
        __tracebackhide__ = True
        if request.asks_model:
            return await self._ask(request)
        reply = await self.send(request)
        if request.otherwise is not None and reply.status < 300 and request.is_receipt(reply):
            return await self.call(request.otherwise)
        return self._decode(request, reply)

    def model_call(self, request: Request[Any]) -> ModelCall:
        """Begin to count and trace what a model is asked."""
        return ModelCall(self.transport, request, self.options.base_url)

    async def _ask(self, request: Request[R]) -> R:
        __tracebackhide__ = True
        with self.model_call(request) as call:
            answer = call.answer = self._decode(request, await self.send(request))
        return answer

    async def send(self, request: Request[Any]) -> Reply:
        """Send until answered with something that is not worth another try."""
        __tracebackhide__ = True
        return await self._until_answered(self.transport.send, request)

    async def open(self, request: Request[Any]) -> Incoming:
        """Send, and return the answer while it arrives.

        Raises:
            APIError: The answer is not a stream.
        """
        __tracebackhide__ = True
        answer = await self._until_answered(self.transport.open, request)
        if isinstance(answer, Reply):
            self._decode(request, answer)
            reply = self.without_keys(request, answer)
            text = reply.content.decode(errors="replace")
            raise request.unexpected(reply, "it is not a stream", text)
        return answer

    async def sleep(self, seconds: float) -> None:
        """Let time pass."""
        await self.transport.sleep(seconds)

    def shown_url(self, request: Request[Any]) -> str:
        """Return where a request goes, as it may be shown."""
        return shown_url(self.options.base_url + request.path)

    def without_keys(self, request: Request[Any], reply: Reply) -> Reply:
        """Return an answer without the keys that a server may have put into it."""
        return self.mask(request).reply(reply)

    def mask(self, request: Request[Any]) -> Mask:
        """Return what takes the keys of a request out of what a server says."""
        return Mask(self._keys(request).values())

    async def _until_answered(
        self, send: Callable[[Outgoing], Awaitable[AnswerT]], request: Request[Any]
    ) -> AnswerT:
        __tracebackhide__ = True
        outgoing = self._prepare(request)
        outgoing.refuse_no_time()
        # Hooks are called outside of `_try`, so that nothing they raise is tried again.
        attempting: Attempting[AnswerT] = observed(_try, self.options.hooks)
        until = None if outgoing.timeout is None else time.monotonic() + outgoing.timeout
        was_lost = False
        for attempt in count(1):
            outcome = await attempting(send, outgoing, attempt)
            if not _is_failure(outcome, request):
                return _settled(outcome, attempt, request, was_lost=was_lost)
            was_lost = was_lost or leaves_open(outcome)
            wait = self._retry(request).pause(attempt, outcome)
            if wait is None or not _fits(wait, until):
                return _settled(outcome, attempt, request, was_lost=was_lost)
            await self.transport.sleep(wait)
            # A wait may take longer than asked for; what is left then is no time to send anything.
            if not _fits(0, until):
                return _settled(outcome, attempt, request, was_lost=was_lost)
            outgoing.timeout = None if until is None else until - time.monotonic()
        raise AssertionError("unreachable")

    def _retry(self, request: Request[Any]) -> Retry:
        times = self.options.max_retries if request.retries is None else request.retries
        return Retry(times, request.is_repeatable, insisting=request.retries is not None)

    def _prepare(self, request: Request[Any]) -> Outgoing:
        __tracebackhide__ = True
        target, content = _written(request)
        headers = self._without_body if content is None else self._with_body
        if request.headers:
            own = self._headers if content is None else {**self._headers, **_JSON_BODY}
            headers = encoded(merged(own, request.headers))
        return Outgoing(
            request.method,
            self.options.base_url + target,
            headers,
            content,
            self._timeout(request),
            self.options.follow_redirects,
            self.options.max_response_bytes,
            request.is_confidential,
            request.is_piecewise,
        )

    def _timeout(self, request: Request[Any]) -> float | None:
        """Return the seconds for a request, of which there are no more than calls share."""
        __tracebackhide__ = True
        own = self.options.timeout if request.timeout is None else check_timeout(request.timeout)
        if (left := self.left) is None:
            return own
        return left if own is None else min(own, left)

    def _decode(self, request: Request[R], reply: Reply) -> R:
        """Read an answer; an error tells which key was sent, and never the key itself."""
        __tracebackhide__ = True
        if 200 <= reply.status < 300:
            try:
                return request.decode(reply)
            except (StreamInterrupted, UnexpectedResponse):
                # Said again below, by an error that never saw the keys.
                pass
        try:
            return request.decode(self.without_keys(request, reply))
        except AuthenticationError as error:
            # Not here, since the variables of this frame are in the error's traceback.
            error.hint = self._hint_for_key(request, error.status)
            raise

    def _hint_for_key(self, request: Request[Any], status: int) -> str:
        headers = merged(self._headers, request.headers)
        return hint_for_key(status, headers, list(keys_in(headers)), self.options.key_source)

    def _keys(self, request: Request[Any]) -> dict[str, str]:
        return keys_in(merged(self._headers, request.headers))


def _written(request: Request[Any]) -> tuple[str, bytes | Body | None]:
    __tracebackhide__ = True
    try:
        content = request.content() if request.pieces is None else request.pieces
        return request.target(), content
    except (TypeError, ValueError) as mistake:
        # As in `_faces`: its text says which argument is wrong.
        raise mistake.with_traceback(None)  # noqa: B904 - it is the same error


async def _try(
    send: Callable[[Outgoing], Awaitable[AnswerT]], outgoing: Outgoing, attempt: int
) -> AnswerT | APIConnectionError:
    __tracebackhide__ = True
    start = time.monotonic()
    outcome: AnswerT | APIConnectionError
    try:
        outcome = await send(outgoing)
    except APIConnectionError as failure:
        outcome = failure
    if _log.isEnabledFor(logging.DEBUG):
        told = type(outcome).__name__ if isinstance(outcome, OSError) else outcome.status
        _log.debug(
            "%s %s -> %s in %.0f ms, attempt %d",
            outgoing.method,
            outgoing.shown_url,
            told,
            (time.monotonic() - start) * 1000,
            attempt,
        )
    return outcome


def _is_failure(outcome: Answer | APIConnectionError, request: Request[Any]) -> bool:
    if isinstance(outcome, APIConnectionError) or outcome.status >= 400:
        return True
    return outcome.was_done and isinstance(outcome, Reply) and request.is_undone(outcome)


def _fits(wait: float, until: float | None) -> bool:
    return until is None or time.monotonic() + wait < until


def _settled(
    outcome: AnswerT | APIConnectionError, attempts: int, request: Request[Any], *, was_lost: bool
) -> AnswerT:
    __tracebackhide__ = True
    if isinstance(outcome, APIConnectionError):
        outcome.attempts = attempts
        outcome.delivered = was_lost
        raise noted(outcome, request) if was_lost else outcome
    if attempts > 1 and isinstance(outcome, Reply):
        return attrs.evolve(outcome, attempts=attempts, was_lost=was_lost or outcome.was_lost)
    return outcome
