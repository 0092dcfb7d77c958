"""Attempts as event hooks and spans see them."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from typing import TypeAlias, TypeVar, cast

import attrs

from julep._exchange import Incoming, Outgoing, encoded
from julep._options import merged
from julep._reply import Reply
from julep._retry import Answer
from julep.errors import APIConnectionError

from .event_hooks import NO_HOOKS, Attempt, Hooks
from .http_spans import attempt_span, tell_status
from .spans import is_traced

AnswerT = TypeVar("AnswerT", bound=Answer)
OutcomeT = TypeVar("OutcomeT")
Send: TypeAlias = Callable[[Outgoing], Awaitable[AnswerT]]
"""What a transport does."""
Attempting: TypeAlias = Callable[
    [Send[AnswerT], Outgoing, int], Awaitable[AnswerT | APIConnectionError]
]
"""What sends once and gives what came of it; the number is that of the attempt."""


def observed(attempting: Attempting[AnswerT], hooks: Hooks | None) -> Attempting[AnswerT]:
    """Return a function that makes attempts as before, and tells hooks and spans of each."""
    if hooks is None and not is_traced():
        return attempting
    told = hooks or NO_HOOKS

    async def watched(
        send: Send[AnswerT], outgoing: Outgoing, number: int
    ) -> AnswerT | APIConnectionError:
        __tracebackhide__ = True
        attempt = Attempt(method=outgoing.method, url=outgoing.shown_url, number=number)
        with attempt_span(attempt) as span:
            began = time.monotonic()
            await told.tell("request", attempt)
            changed = _changed(outgoing, attempt, time.monotonic() - began)
            trying = _in_time(attempting, send, changed, number)
            outcome = await _outcome(trying, attempt, told)
            if isinstance(outcome, APIConnectionError):
                span.end(outcome)
            else:
                tell_status(span, outcome.status)
                await _tell_answer(outcome, changed, attempt, told)
        return outcome

    return watched


async def _in_time(
    attempting: Attempting[AnswerT], send: Send[AnswerT], outgoing: Outgoing, number: int
) -> AnswerT | APIConnectionError:
    """Make an attempt, if hooks have left any time for it."""
    __tracebackhide__ = True
    outgoing.refuse_no_time()
    return await attempting(send, outgoing, number)


async def _outcome(trying: Awaitable[OutcomeT], attempt: Attempt, hooks: Hooks) -> OutcomeT:
    """Return what came of an attempt; hooks are told here if that is no answer."""
    __tracebackhide__ = True
    began = time.monotonic()
    try:
        outcome = await trying
    except GeneratorExit:
        # A coroutine that is closed may not wait for anything.
        raise
    except BaseException as error:
        attempt.error, attempt.seconds = error, time.monotonic() - began
        await hooks.tell("error", attempt)
        raise
    attempt.seconds = time.monotonic() - began
    if isinstance(outcome, APIConnectionError):
        attempt.error = outcome
        await hooks.tell("error", attempt)
    return outcome


async def _tell_answer(answer: Answer, outgoing: Outgoing, attempt: Attempt, hooks: Hooks) -> None:
    __tracebackhide__ = True
    if not hooks.of:
        return
    attempt.status = answer.status
    attempt.response_headers = outgoing.mask.headers(answer.headers)
    try:
        await hooks.tell("response", attempt)
    except BaseException:
        # Nobody gets the answer: a stream would keep its connection.
        if not isinstance(answer, Reply):
            await cast("Incoming", answer).close()
        raise


def _changed(outgoing: Outgoing, attempt: Attempt, seconds: float) -> Outgoing:
    """Return a request with the headers that hooks added, and what they left of its time."""
    left = None if outgoing.timeout is None else max(0.0, outgoing.timeout - seconds)
    headers = outgoing.headers
    if attempt.headers:
        headers = encoded(merged(outgoing.named_headers, attempt.headers))
    return attrs.evolve(outgoing, headers=headers, timeout=left)
