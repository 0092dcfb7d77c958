"""A chat's answer while it is being written."""

from __future__ import annotations

from typing import Any

from julep._exchange import Incoming
from julep._faces import FaceT, Resource
from julep._observability.model_calls import ModelCall
from julep._observability.spans import NO_SPAN
from julep._request import Request
from julep._streams.stream import Stream
from julep.errors import APIError
from julep.types._repr import one_line
from julep.types.chat import ChunkChatResponse, CompletionUsage, FinishReason
from julep.types.docs import DocReference
from julep.types.entries import Message
from julep.types.tools import ToolCall
from julep.types.turns import Answer, Turn, sum_of, without_results

from .chat_draft import ChatDraft
from .chat_loop import Loop


class ChatStream(Stream[FaceT, ChunkChatResponse]):
    """A chat's answer while it is being written: iterate over its chunks.

    While and after iterating, `text`, `message`, `docs` and `finish_reason` hold what has come so
    far of the last turn, `turns` holds those that are over, and `usage` is the sum.

    An answer that is not whole raises `StreamInterrupted`, with the message so far as its `partial`:
    when the connection breaks, the server reports an error, or the stream ends before the model
    did. Servers of 2025 say `stop` from the first chunk on; there an answer whose use of tokens is
    never reported counts as one that the model broke off. They also lose all but the first piece of
    the arguments of a tool call. That raises at the end; ask without streaming instead.
    """

    def __init__(self, resource: Resource[FaceT], loop: Loop) -> None:
        super().__init__(resource, _request(loop), ChunkChatResponse)
        self._loop = loop
        self._draft = ChatDraft()
        self._has_begun = False
        self._call: ModelCall | None = None
        self._span = NO_SPAN
        self._turn_is_whole = False
        self._turn_is_counted = False

    def __repr__(self) -> str:
        return f"{super().__repr__()[:-1]}: {one_line(self.text)}>"

    def __str__(self) -> str:
        return self.text or repr(self)

    def _repr_html_(self) -> str | None:
        """Return what has been said so far for notebooks, in the form of an answer."""
        if not self._has_begun:
            return None
        said = self._draft.answer()
        said.turns, said.usage = self.turns, self.usage
        return said._repr_html_()

    @property
    def turns(self) -> list[Turn]:
        """The answers of the model that are whole, with the calls of functions that were made."""
        return self._loop.turns

    @property
    def results(self) -> list[Message]:
        """Results of functions that were called beside tools whose calls are open."""
        return self._loop.results

    @property
    def text(self) -> str:
        """The text so far."""
        return "".join(self._draft.first.text)

    @property
    def message(self) -> Message:
        """The message so far, tool calls included."""
        return self._draft.first.message()

    @property
    def tool_calls(self) -> list[ToolCall]:
        """The tool calls that the answer asks for, so far, but for those that `results` answers."""
        return without_results(self.message.tool_calls or (), self.results)

    @property
    def usage(self) -> CompletionUsage | None:
        """Tokens used in all turns, as far as the server has reported them; None before."""
        now = None if self._turn_is_counted else self._draft.usage
        return sum_of([*(turn.usage for turn in self.turns), now])

    @property
    def docs(self) -> list[DocReference]:
        """The documents that were recalled for the answer."""
        return self._draft.docs

    @property
    def finish_reason(self) -> FinishReason | None:
        """Why the model stopped: `stop`, `length`, `content_filter` or `tool_calls`.

        It is final when the stream is over: servers of 2025 say `stop` until then.
        """
        return self._draft.first.finish_reason

    async def _open(self) -> Incoming:
        __tracebackhide__ = True
        if self._body is not None:
            return self._body
        try:
            if not self._has_begun:
                await self._begin_loop()
            with self._span.current():
                return await self._asked()
        except BaseException as error:
            self._end(error)
            raise

    async def _begin_loop(self) -> None:
        self._has_begun = True
        self._span = self._loop.span()
        with self._span.current():
            self._engine = await self._loop.begin()

    async def _asked(self) -> Incoming:
        __tracebackhide__ = True
        try:
            return await self._ask()
        except APIError as refusal:
            if not await self._loop.mends(refusal):
                raise
        return await self._ask()

    async def _ask(self) -> Incoming:
        __tracebackhide__ = True
        self._request = _request(self._loop)
        self._call = self._engine.model_call(self._request)
        try:
            with self._call.span.current():
                return await super()._open()
        except BaseException as error:
            self._call.end(error)
            raise

    async def _next(self) -> ChunkChatResponse | None:
        __tracebackhide__ = True
        try:
            chunk = await super()._next()
            while chunk is None and self._turn_is_whole and await self._has_next_turn():
                chunk = await super()._next()
        except BaseException as error:
            self._end(error)
            raise
        if chunk is None:
            self._end()
        return chunk

    async def _has_next_turn(self) -> bool:
        """Do what follows a whole turn; tell whether the model is asked again."""
        __tracebackhide__ = True
        self._turn_is_whole, self._turn_is_counted = False, True
        answer = self._end_call()
        with self._span.current():
            if not await self._loop.goes_on_after(answer):
                return False
        self._draft, self._turn_is_counted = ChatDraft(), False
        self._restart(_request(self._loop))
        return True

    def _end_call(self, error: BaseException | None = None) -> Answer:
        """Count what has come of the present turn."""
        answer = self._draft.answer()
        if self._call is not None:
            self._call.answer = answer if self._draft.head else None
            self._call.end(error)
        return answer

    def _end(self, error: BaseException | None = None) -> None:
        """Count what has come although more was to come."""
        if self._call is not None and not self._call.has_ended:
            self._end_call(error)
        self._span.end(error)

    async def _leave(self) -> None:
        await super()._leave()
        self._end()

    def _abandon(self) -> None:
        super()._abandon()
        self._end()

    def _overtime(self) -> str:
        return f"the chat did not end within {self._loop.timeout} s"

    def _make(self, value: Any) -> ChunkChatResponse:
        return self._draft.read(value)

    def _check_end(self, *, is_told: bool) -> None:
        if fault := self._draft.fault(is_told=is_told):
            raise self._interrupted(fault)
        self._turn_is_whole = True

    def _partial(self) -> Message:
        return self.message


def _request(loop: Loop) -> Request[Any]:
    return loop.exchange.request(ChunkChatResponse, stream=True)
