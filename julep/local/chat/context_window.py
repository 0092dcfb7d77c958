"""Making a long past fit into a session's token budget."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import islice

from julep.local.errors import PromptTooBig
from julep.local.models.completions import Model
from julep.local.models.token_count import count_messages, plain_text
from julep.local.records import Message, Session
from julep.local.resources.history import History, as_message

from .past import Past
from .tool_results import Told

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
        self, session: Session, read: Callable[[], Past], fixed: Sequence[Message], model: str
    ) -> Told:
        """Choose the past messages to send, oldest first.

        Args:
            session: Whose `token_budget` is to be kept; none sends everything.
            read: Reads what could be sent.
            fixed: The messages that are sent whatever happens.
            model: The name of the model that may have to write a summary.

        Raises:
            PromptTooBig: The budget can't be kept.
        """
        past = read()
        if session["token_budget"] is None:
            return past.told.copy()
        room = session["token_budget"] - count_messages(fixed)
        left_out = _overflow(past, room)
        if room < 0 or (left_out and session["context_overflow"] is None):
            raise _too_big(session, count_messages(fixed) + sum(past.tokens))
        if left_out and session["context_overflow"] == "adaptive":
            # Half of the room is for the summary, or the next message would need another one.
            await self._sum_up(session["id"], past.ids[: _overflow(past, room // 2)], model)
            past = read()
            # The summary itself may be longer than what it replaces.
            left_out = _overflow(past, room)
        return past.told.copy() if not left_out else _end(past, left_out)

    async def _sum_up(self, session_id: str, ids: Sequence[str], model: str) -> None:
        chosen = set(ids)
        old = [entry for entry in self._history.past(session_id) if entry["id"] in chosen]
        messages: list[Message] = [*map(as_message, old), {"role": "user", "content": _REQUEST}]
        answer = await self._model.complete({"model": model, "messages": messages})
        text = plain_text(answer["choices"][0]["message"]["content"])
        content = f"Summary of the conversation so far: {text}"
        summary: Message = {"role": "system", "content": content}
        self._history.summarise(old, summary, session_id, model)


def _overflow(past: Past, room: int) -> int:
    # How many of the oldest entries don't fit any more.
    for index in reversed(range(len(past.tokens))):
        room -= past.tokens[index]
        if room < 0:
            return index + 1
    return 0


def _end(past: Past, left_out: int) -> Told:
    told = Told()
    for message in islice(past.messages, left_out, None):
        told.add_unless_stray(message)
    return told


def _too_big(session: Session, tokens: int) -> PromptTooBig:
    return PromptTooBig(
        f"The messages need about {tokens} tokens and the session's token_budget "
        f"is {session['token_budget']}; raise it, send less, or set context_overflow to 'truncate' "
        "or 'adaptive'"
    )
