"""Chats that are answered whole, as they are or as a value of a type."""

from __future__ import annotations

from typing import Any

from julep._codec.mismatch import Mismatch
from julep._output import Output, complaint, output_mismatch
from julep.errors import APIError
from julep.types.turns import ParsedAnswer

from .chat_loop import AnswerT, Loop


async def answered(loop: Loop, returns: type[AnswerT]) -> AnswerT:
    """Ask the model until it calls no more functions."""
    __tracebackhide__ = True
    with loop.span():
        await loop.begin()
        return await _last(loop, returns)


async def parsed_answer(loop: Loop, output: Output, repairs: int) -> ParsedAnswer[Any]:
    """Ask for an answer that can be read; ask again up to `repairs` times if it does not fit.

    Raises:
        OutputMismatch: The answer can't be read.
    """
    __tracebackhide__ = True
    with loop.span(may_repair=repairs > 0):
        await loop.begin()
        return await _parsed(loop, output, repairs)


async def _parsed(loop: Loop, output: Output, repairs: int) -> ParsedAnswer[Any]:
    __tracebackhide__ = True
    while True:
        answer = await _last(loop, ParsedAnswer[Any])
        try:
            answer.parsed = output.of_answer(answer)
        except Mismatch as mismatch:
            if repairs == 0 or not loop.may_ask:
                raise output_mismatch(mismatch, answer) from None
            await loop.ask_again(answer, complaint(mismatch))
        else:
            return answer
        repairs -= 1


async def _last(loop: Loop, returns: type[AnswerT]) -> AnswerT:
    __tracebackhide__ = True
    while True:
        answer = await _asked(loop, returns)
        if not await loop.goes_on_after(answer):
            return loop.completed(answer)


async def _asked(loop: Loop, returns: type[AnswerT]) -> AnswerT:
    __tracebackhide__ = True
    try:
        return await loop.engine.call(loop.exchange.request(returns))
    except APIError as refusal:
        if not await loop.mends(refusal):
            raise
    return await loop.engine.call(loop.exchange.request(returns))
