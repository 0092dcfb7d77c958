"""A conversation in one session: what is said goes in, the answer is written as it comes."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

import attrs

from julep.errors import JulepError

from .failures import tell
from .interrupts import Deferred
from .last_sessions import Known, remember
from .plain_text import as_json, in_a_line
from .typed import typed_line

if TYPE_CHECKING:
    from julep import Julep
    from julep.resources.chat_options import ChatOptions
    from julep.types import Session, ToolCall

    from .screen import Screen

_TEMPLATE: Final = re.compile(r"\{[{%#]")
"""What a template begins with."""


class LooksLikeTemplate(JulepError):
    """A text would be run as a template, and nobody asked for that."""


@attrs.define
class Conversation:
    """A session that is opened with the first thing said.

    Attributes:
        client: Who talks to the server.
        screen: Where answers are written.
        url: The address of the server.
        is_streamed: Whether the server can write an answer piece by piece.
        agent: The agent that answers, by id; empty where that is not known.
        open: Opens the session.
        settings: Options of each chat.
        renders: Whether what is said may be a template.
        session: The session, once it is open.
    """

    client: Julep
    screen: Screen
    url: str
    is_streamed: bool
    agent: str
    open: Callable[[], Session]
    settings: ChatOptions
    renders: bool
    session: Session | None = None

    def say(self, text: str) -> None:
        """Say something, and write the answer.

        Raises:
            LooksLikeTemplate: The session renders templates, and that wasn't asked for.
            JulepError: The server refused, or failed.
        """
        session = self._opened()
        if session.render_templates is not False and not self.renders and _TEMPLATE.search(text):
            raise LooksLikeTemplate(
                "this session runs {{ … }} in messages: --templates allows it, a new session does not"
            )
        messages: Any = text
        while calls := self._answer(session, messages):
            messages = self._results(calls)
            if not messages:
                return

    def _opened(self) -> Session:
        if self.session is None:
            with Deferred() as interrupt:
                self.session = self.open()
            remember(Known(self.url, self.agent or self.session.agent or "", self.session.id))
            if interrupt.is_due:
                raise KeyboardInterrupt
        return self.session

    def _answer(self, session: Session, messages: Any) -> list[ToolCall]:
        """Write the answer; return the calls of tools that it leaves open."""
        if self.screen.wants_json:
            return self._as_json(session, messages)
        chat = self.client.sessions.chat
        if not self.is_streamed:
            answer = chat(session, messages, **self.settings)
            self.screen.write(f"{answer.text}\n" * bool(answer.text))
            return self._told(answer.tool_calls)
        with chat.stream(session, messages, **self.settings) as chunks:
            try:
                for chunk in chunks:
                    self.screen.write(chunk.text)
            finally:
                self.screen.write("\n" * bool(chunks.text))
        return self._told(chunks.tool_calls)

    def _as_json(self, session: Session, messages: Any) -> list[ToolCall]:
        answer = self.client.sessions.chat(session, messages, **self.settings)
        self.screen.json(
            {
                "session_id": session.id,
                "text": answer.text,
                "tool_calls": [call.to_dict() for call in answer.tool_calls],
                "finish_reason": answer.finish_reason,
                "usage": answer.usage.to_dict() if answer.usage else None,
                "docs": [{"id": doc.id, "title": doc.title} for doc in answer.docs],
            }
        )
        return []

    def _told(self, calls: list[ToolCall]) -> list[ToolCall]:
        for call in calls:
            tell(in_a_line(f"[calls {_words(call)}]"))
        return calls if self.screen.is_terminal and sys.stdin.isatty() else []

    def _results(self, calls: list[ToolCall]) -> list[dict[str, Any]]:
        """Ask for what tools give; nothing where one of them is left open."""
        results: list[dict[str, Any]] = []
        for call in calls:
            name = in_a_line(call.function.name if call.function else call.type)
            given = typed_line(f"result of {name} (empty to leave it open)> ")
            if not given:
                return []
            results.append({"role": "tool", "tool_call_id": call.id, "content": given})
        return results


def _words(call: ToolCall) -> str:
    if call.function is None:
        return as_json(call.to_dict())
    return f"{call.function.name}({call.function.arguments or ''})"
