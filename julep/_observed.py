"""Attempts that somebody watches."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from itertools import count
from typing import TypeAlias, TypeVar, cast

import attrs

from ._event_hooks import Attempt, Hooks
from ._exchange import Incoming, Outgoing, encoded
from ._options import merged
from ._reply import Reply
from ._retry import Answer

AnswerT = TypeVar("AnswerT", bound=Answer)
Send: TypeAlias = Callable[[Outgoing], Awaitable[AnswerT]]
"""What makes one attempt."""


def observed(send: Send[AnswerT], hooks: Hooks) -> Send[AnswerT]:
    """Return what sends as before, and tells hooks of each attempt. It serves one call."""
    numbers = count(1)

    async def sending(outgoing: Outgoing) -> AnswerT:
        __tracebackhide__ = True
        attempt = Attempt(method=outgoing.method, url=outgoing.shown_url, number=next(numbers))
        began = time.monotonic()
        await hooks.tell("request", attempt)
        outgoing = _changed(outgoing, attempt, time.monotonic() - began)
        outgoing.refuse_no_time()
        answer = await _answer(send(outgoing), attempt, hooks)
        await _tell_of(answer, attempt, hooks)
        return answer

    return sending


async def _answer(sending: Awaitable[AnswerT], attempt: Attempt, hooks: Hooks) -> AnswerT:
    __tracebackhide__ = True
    began = time.monotonic()
    try:
        answer = await sending
    except GeneratorExit:
        # A coroutine that is closed may not wait for anything.
        raise
    except BaseException as error:
        attempt.error, attempt.seconds = error, time.monotonic() - began
        await hooks.tell("error", attempt)
        raise
    attempt.seconds = time.monotonic() - began
    return answer


async def _tell_of(answer: Answer, attempt: Attempt, hooks: Hooks) -> None:
    __tracebackhide__ = True
    attempt.status, attempt.response_headers = answer.status, answer.headers
    try:
        await hooks.tell("response", attempt)
    except BaseException:
        # Nobody gets the answer: a stream would keep its connection.
        if not isinstance(answer, Reply):
            await cast("Incoming", answer).close()
        raise


def _changed(outgoing: Outgoing, attempt: Attempt, seconds: float) -> Outgoing:
    """Return what hooks made of a request, in what they left of its time."""
    left = None if outgoing.timeout is None else max(0.0, outgoing.timeout - seconds)
    headers = outgoing.headers
    if attempt.headers:
        headers = encoded(merged(outgoing.named_headers, attempt.headers))
    return attrs.evolve(outgoing, headers=headers, timeout=left)
