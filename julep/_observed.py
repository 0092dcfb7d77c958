"""Attempts that somebody watches: by event hooks, or by spans."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from itertools import count
from typing import TypeAlias, TypeVar, cast

import attrs

from julep._tracing.attempts import attempt_span, tell_status
from julep._tracing.spans import is_traced

from ._event_hooks import NO_HOOKS, Attempt, Hooks
from ._exchange import Incoming, Outgoing, encoded
from ._options import merged
from ._reply import Reply
from ._retry import Answer

AnswerT = TypeVar("AnswerT", bound=Answer)
Send: TypeAlias = Callable[[Outgoing], Awaitable[AnswerT]]
"""What makes one attempt."""


def observed(send: Send[AnswerT], hooks: Hooks | None) -> Send[AnswerT]:
    """Return what sends as before, and tells of each attempt. It serves one call."""
    if hooks is None and not is_traced():
        return send
    told, numbers = hooks or NO_HOOKS, count(1)

    async def sending(outgoing: Outgoing) -> AnswerT:
        __tracebackhide__ = True
        attempt = Attempt(method=outgoing.method, url=outgoing.shown_url, number=next(numbers))
        with attempt_span(attempt) as span:
            began = time.monotonic()
            await told.tell("request", attempt)
            changed = _changed(outgoing, attempt, time.monotonic() - began)
            changed.refuse_no_time()
            answer = await _answer(send(changed), attempt, told)
            tell_status(span, answer.status)
            await _tell_of(answer, attempt, told)
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
