"""Making a long past fit into a session's token budget."""

from __future__ import annotations

from collections.abc import Sequence

from julep.local.errors import PromptTooBig
from julep.local.models.completions import Model
from julep.local.models.token_count import PER_REPLY, count_messages, plain_text
from julep.local.records import Entry, Message, Session
from julep.local.resources.history import History, as_message

_REQUEST = (
    "Summarise the conversation so far in a few sentences. Keep names, numbers, decisions and "
    "open questions; leave out greetings."
)


class ContextWindow:
    """Chooses what of a session's past is sent, as its `context_overflow` says.

    `truncate` leaves the oldest entries out; `adaptive` has the model sum them up first, and keeps
    the summary in their place; null refuses to send a part.
    """

    def __init__(self, history: History, model: Model) -> None:
        self._history = history
        self._model = model

    async def fit(
        self,
        session: Session,
        past: Sequence[Entry],
        fixed: Sequence[Message],
        model: str,
    ) -> list[Message]:
        """Choose the past messages to send, oldest first.

        Args:
            session: Whose `token_budget` is to be kept; none sends everything.
            past: The entries that could be sent.
            fixed: The messages that are sent whatever happens.
            model: The name of the model that may have to write a summary.

        Raises:
            PromptTooBig: The budget can't be kept.
        """
        if session["token_budget"] is None:
            return [as_message(entry) for entry in past]
        room = session["token_budget"] - count_messages(fixed)
        left_out = _overflow(past, room)
        if room < 0 or (left_out and session["context_overflow"] is None):
            raise _too_big(session, [*fixed, *map(as_message, past)])
        if left_out and session["context_overflow"] == "adaptive":
            # Half of the room is for the summary, or the next message would need another one.
            await self._sum_up(session["id"], past[: _overflow(past, room // 2)], model)
            past = self._history.past(session["id"])
            # The summary itself may be longer than what it replaces.
            left_out = _overflow(past, room)
        return [as_message(entry) for entry in past[left_out:]]

    async def _sum_up(self, session_id: str, old: Sequence[Entry], model: str) -> None:
        messages: list[Message] = [*map(as_message, old), {"role": "user", "content": _REQUEST}]
        answer = await self._model.complete({"model": model, "messages": messages})
        text = plain_text(answer["choices"][0]["message"]["content"])
        content = f"Summary of the conversation so far: {text}"
        summary: Message = {"role": "system", "content": content}
        self._history.summarise(old, summary, session_id, model)


def _overflow(past: Sequence[Entry], room: int) -> int:
    # How many of the oldest entries don't fit any more.
    for index in reversed(range(len(past))):
        # Each entry was counted as a prompt of its own.
        room -= past[index]["token_count"] - PER_REPLY
        if room < 0:
            return index + 1
    return 0


def _too_big(session: Session, messages: Sequence[Message]) -> PromptTooBig:
    return PromptTooBig(
        f"The messages need about {count_messages(messages)} tokens and the session's token_budget "
        f"is {session['token_budget']}; raise it, send less, or set context_overflow to 'truncate' "
        "or 'adaptive'"
    )
