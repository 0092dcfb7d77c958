"""Chat: a model's answer to what is said in a session, whole or in a stream."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing

from julep.local.chat.prompt import Turn, Turns
from julep.local.chat.transcript import Transcript
from julep.local.clock import now
from julep.local.ids import new_id
from julep.local.json_types import JsonObject, as_object, objects
from julep.local.models.completions import Model
from julep.local.resources.history import History
from julep.local.store.store import Store

_NOT_SAID: JsonObject = {"name": None, "tool_calls": [], "tool_call_id": None, "continue": None}


class Chat:
    """Chat in all sessions."""

    def __init__(self, store: Store, turns: Turns, model: Model) -> None:
        self._store = store
        self._turns = turns
        self._model = model
        self._history = History(store)

    async def chat(
        self, session_id: str, body: JsonObject
    ) -> JsonObject | AsyncGenerator[JsonObject]:
        """The model's answer, or its chunks when the request says `stream`.

        Raises:
            NotFound: there is no such session, or the chosen agent takes no part in it.
            PromptTooBig: the messages don't fit and the session doesn't say how to shorten them.
            ModelFailed: the model didn't answer.
        """
        turn = await self._turns.prepare(session_id, body)
        if turn.request["stream"]:
            return await self._begin_stream(turn)
        answer = await self._model.complete(turn.for_model())
        choices = [_choice(choice) for choice in answer["choices"]]
        if turn.request["save"]:
            with self._store.transaction():
                self._save(turn, turn.new, "api_request")
                self._save(turn, [choice["message"] for choice in choices[:1]], "api_response")
        return {
            "id": new_id(),
            "created_at": now(),
            "usage": answer.get("usage"),
            "jobs": [],
            "docs": turn.docs,
            "choices": choices,
        }

    async def render(self, session_id: str, body: JsonObject) -> JsonObject:
        """What `chat` would send to the model."""
        turn = await self._turns.prepare(session_id, body)
        return {
            "messages": [{**_NOT_SAID, **message} for message in turn.messages],
            "docs": turn.docs,
            "tools": turn.tools or None,
            "tool_choice": turn.request["tool_choice"],
        }

    async def _begin_stream(self, turn: Turn) -> AsyncGenerator[JsonObject]:
        chunks = self._model.stream(turn.for_model())
        # The first word is awaited here, where a failing model can still become a status.
        first = [chunk async for chunk in _up_to_first_word(chunks)]
        if turn.request["save"]:
            self._save(turn, turn.new, "api_request")
        return self._stream(turn, first, chunks)

    async def _stream(
        self, turn: Turn, first: Sequence[JsonObject], rest: AsyncGenerator[JsonObject]
    ) -> AsyncGenerator[JsonObject]:
        transcript = Transcript(turn.docs, turn.messages)
        try:
            # A caller who hangs up must not leave the model talking.
            async with aclosing(rest):
                for chunk in first:
                    yield transcript.event(chunk)
                async for chunk in rest:
                    yield transcript.event(chunk)
            if closing := transcript.close():
                yield closing
        finally:
            # Some hang up at the last word; an answer that broke off before it is none.
            if transcript.finished and turn.request["save"]:
                self._save(turn, transcript.messages()[:1], "api_response")

    def _save(self, turn: Turn, messages: Sequence[JsonObject], source: str) -> None:
        model = turn.settings.get("model") or ""
        self._history.add(turn.session["id"], messages, source, model)


async def _up_to_first_word(chunks: AsyncGenerator[JsonObject]) -> AsyncGenerator[JsonObject]:
    async for chunk in chunks:
        yield chunk
        if any(map(_says_something, objects(chunk.get("choices")))):
            return


def _says_something(choice: JsonObject) -> bool:
    delta = as_object(choice.get("delta"))
    said = [value for key, value in delta.items() if key != "role"]
    return bool(choice.get("finish_reason")) or any(said)


def _choice(choice: JsonObject) -> JsonObject:
    message = choice["message"]
    return {
        "index": choice.get("index", 0),
        "finish_reason": choice["finish_reason"],
        "logprobs": choice.get("logprobs"),
        "tool_calls": None,
        "message": {
            "role": message.get("role") or "assistant",
            "content": message.get("content"),
            "name": None,
            "tool_calls": message.get("tool_calls") or None,
            "tool_call_id": None,
            "created_at": None,
            "id": None,
        },
    }
