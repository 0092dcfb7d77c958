"""The loop between a model that calls functions and those functions.

It asks the model nothing itself: whole answers and streams do, each in its own way. They give it
each answer of the model, and it says what to send next.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeVar

import attrs

from julep._codec import OMIT, structure, to_plain
from julep._engine import Engine
from julep._faces import Async
from julep._observability.genai_spans import agent_span
from julep._observability.spans import NO_SPAN, Span
from julep._paths import Id, id_of
from julep._request import Request
from julep._tools.invocation import Invocation, call_of
from julep._tools.toolbox import Toolbox
from julep.errors import APIError, APITimeoutError, JulepError, TurnLimitReached
from julep.types.entries import Message
from julep.types.sessions import Session
from julep.types.tools import ToolCall
from julep.types.turns import Answer, Call, Turn, sum_of

from .open_calls import filled, is_refused_for_them, left_open, open_in
from .reach import has_reached, warn_if_unheard
from .session_requests import fetching, history_of
from .template_marks import escaped, has_mark
from .tools import Tools

R = TypeVar("R")
AnswerT = TypeVar("AnswerT", bound=Answer)


@attrs.define
class Exchange:
    """What is sent to the model, turn by turn.

    Attributes:
        where: The path of the chat.
        messages: What is sent next.
        options: How the model is asked.
    """

    where: str
    messages: Sequence[Any]
    options: dict[str, Any]

    @property
    def is_sent_whole(self) -> bool:
        """Whether all messages are sent each time, since the server keeps none of them."""
        return self.options.get("save", True) is False

    def request(self, returns: type[R], *, stream: bool = OMIT) -> Request[R]:
        """Return the request that is due."""
        body = {"messages": self.messages, **self.options, "stream": stream}
        return Request("POST", self.where, returns, body=body, asks_model=True)

    def go_on(self, said: Any, messages: Sequence[Any]) -> None:
        """Let messages be sent next."""
        self.messages = [*self.messages, said, *messages] if self.is_sent_whole else messages
        if self.options.get("tool_choice") not in ("auto", "none"):
            # A call that is forced is forced once, or the model could never answer.
            self.options.pop("tool_choice", None)


@attrs.define
class Loop:
    """The turns of one chat.

    Attributes:
        engine: What sends; once the loop has begun, it knows what is left of the time.
        session_id: The session, or its id.
        exchange: What is sent to the model.
        box: The tools.
        max_turns: How often the model is asked, at most.
        timeout: Seconds for the whole.
        turns: Each answer of the model so far.
        results: Results that are not sent, since other calls are open.
    """

    engine: Engine
    session_id: Id
    exchange: Exchange
    box: Toolbox
    max_turns: int
    timeout: float | None
    turns: list[Turn] = attrs.field(factory=list[Turn])
    results: list[Message] = attrs.field(factory=list[Message])
    _session: Session | None = None
    _own_names: frozenset[str] | None = None
    _has_looked: bool = False

    def span(self, *, may_repair: bool = False) -> Span:
        """Begin the span that the turns belong to, where there may be several.

        Args:
            may_repair: Whether the model may be told what is wrong with its answer.
        """
        if not (may_repair or self.box.functions or self.box.sessions):
            return NO_SPAN
        return agent_span(self._key, self.exchange.options.get("agent"))

    async def begin(self) -> Engine:
        """Start the clock, and answer what an earlier chat left open in the session."""
        self.engine = self.engine.within(self.timeout)
        await self.box.list_tools(self.engine.transport, self.engine.left)
        if ids := left_open(self.engine.transport).get(self._key):
            self.exchange.messages = filled(self.exchange.messages, ids)
        return self.engine

    async def mends(self, refusal: APIError) -> bool:
        """Answer calls that the history has no results of, where a chat is refused for them."""
        if self._has_looked or not is_refused_for_them(refusal):
            return False
        self._has_looked = True
        try:
            ids = open_in(await self.engine.call(history_of(self.session_id)))
        except JulepError:
            return False
        before = self.exchange.messages
        self.exchange.messages = filled(before, ids)
        return len(self.exchange.messages) > len(before)

    async def goes_on_after(self, answer: Answer) -> bool:
        """Make the calls of an answer; tell whether the model is to be asked again.

        Raises:
            TurnLimitReached: There are calls to make, and the model may not be asked again.
            APITimeoutError: They did not end in time.
        """
        __tracebackhide__ = True
        calls = [call_of(asked) for asked in answer.tool_calls]
        self.turns.append(Turn(answer.text, calls, answer.usage))
        await self._look_at_reach(calls)
        goes_on = False
        try:
            goes_on = await self._makes(calls, answer)
        finally:
            self._leave_open([] if goes_on else calls)
        return goes_on

    @property
    def may_ask(self) -> bool:
        """Whether the model may be asked once more."""
        return len(self.turns) < self.max_turns

    async def ask_again(self, answer: Answer, why: str) -> None:
        """Send next what is wrong with an answer."""
        await self._send_next(answer, [await self._as_data(Message(role="user", content=why))])

    async def _makes(self, calls: Sequence[Call], answer: Answer) -> bool:
        __tracebackhide__ = True
        invocations = await self._invocations(calls, answer.tool_calls)
        if not invocations:
            return False
        if len(invocations) < len(calls):
            self.results = await self._results(invocations)
            return False
        if not self.may_ask:
            raise TurnLimitReached(answer=self.completed(answer), turns=self.turns)
        await self._send_next(answer, await self._results(invocations))
        return True

    def completed(self, answer: AnswerT) -> AnswerT:
        """Return the last answer, with what happened on the way."""
        answer.turns = self.turns
        answer.results = self.results
        answer.usage = sum_of(turn.usage for turn in self.turns)
        return answer

    async def _results(self, invocations: Sequence[Invocation]) -> list[Message]:
        __tracebackhide__ = True
        engine = self.engine
        if engine.left == 0 or not await self.box.make(
            engine.transport, invocations, lambda: engine.left
        ):
            raise self._too_late(invocations)
        return [await self._as_data(invocation.message) for invocation in invocations]

    async def _look_at_reach(self, calls: Sequence[Call]) -> None:
        if calls:
            has_reached(self.engine)
        elif self.box.functions:
            await warn_if_unheard(self.engine, self.session_id, self.box.offered)

    def _leave_open(self, calls: Sequence[Call]) -> None:
        """Remember the calls that the next chat has to give a result; earlier ones have theirs.

        Calls whose results are on their way are not among them: should that fail, only the history
        knows whether they have arrived.
        """
        if self.exchange.is_sent_whole:
            return
        open_calls = left_open(self.engine.transport)
        open_calls.pop(self._key, None)
        if calls and self.box.functions:
            open_calls[self._key] = [call.id for call in calls if call.id]

    async def _send_next(self, answer: Answer, messages: Sequence[Message]) -> None:
        """Send messages next; where no history is kept, all that was said again."""
        said: Any = None
        if self.exchange.is_sent_whole:
            calls = answer.tool_calls
            said = await self._as_data(
                Message(role="assistant", content=answer.text or None, tool_calls=calls)
            )
        self.exchange.go_on(said, messages)

    async def _as_data(self, message: Message) -> Message:
        """Escape a message for servers that render new ones, so that the model sees it as it is."""
        plain = to_plain(message, nulls=False)
        if not has_mark(plain) or not await self._renders():
            return message
        return structure(escaped(plain), Message)

    def _too_late(self, invocations: Sequence[Invocation]) -> APITimeoutError:
        names = ", ".join(one.call.name for one in invocations if one.call.state == "started")
        behind = f"; left behind, and perhaps running still: {names}" if names else ""
        return APITimeoutError(f"the chat did not end within {self.timeout} s{behind}")

    async def _invocations(
        self, calls: Sequence[Call], asked: Sequence[ToolCall]
    ) -> list[Invocation]:
        """Return the calls that are answered here, if any are."""
        if not self.box.functions:
            return []
        return [
            self.box.invocation(call, one.function.arguments if one.function else None)
            for call, one in zip(calls, asked, strict=True)
            if await self._is_ours(call, one)
        ]

    async def _is_ours(self, call: Call, asked: ToolCall) -> bool:
        """Tell whether a call is answered here: of a function, or of no tool that there is."""
        if asked.function is None or call.name in self.box.others:
            return False
        return call.name in self.box.functions or not await self._is_agents_own(call.name)

    async def _is_agents_own(self, name: str) -> bool:
        if self._own_names is None:
            self._own_names = await self._names_of_agents_tools()
        return name in self._own_names

    async def _names_of_agents_tools(self) -> frozenset[str]:
        agent = self.exchange.options.get("agent")
        if agent is None:
            session = await self._its_session()
            agent = session.agent or next(iter(session.agents or []), None)
        if agent is None:
            return frozenset()
        tools = await Tools(Async(), self.engine).list(agent).to_list()
        return frozenset(tool.name for tool in tools)

    async def _renders(self) -> bool:
        # Servers render new messages unless they were told not to.
        return (await self._its_session()).render_templates is not False

    @property
    def _key(self) -> str:
        return id_of("session_id", self.session_id)

    async def _its_session(self) -> Session:
        if self._session is not None:
            return self._session
        self._session = await self.engine.call(fetching(self.session_id))
        return self._session
