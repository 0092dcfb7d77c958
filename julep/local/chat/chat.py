"""Chat: a model's answer to what is said in a session, whole or in a stream."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from functools import partial

from julep.local.clock import now
from julep.local.ids import new_id
from julep.local.models.completion_objects import Choice, Chunk, ChunkChoice
from julep.local.models.completions import Model
from julep.local.records import Message
from julep.local.resources.history import History
from julep.local.sandbox.callers import CALLER
from julep.local.store.store import Store
from julep.types._json import JsonObject

from .prompt import Prompt, PromptBuilder
from .transcript import Transcript

_NOT_SAID: JsonObject = {"name": None, "tool_calls": [], "tool_call_id": None, "continue": None}


class Chat:
    """Chat in all sessions."""

    def __init__(self, store: Store, prompts: PromptBuilder, model: Model) -> None:
        self._store = store
        self._prompts = prompts
        self._model = model
        self._history = History(store)

    async def chat(self, session_id: str, body: object) -> JsonObject | AsyncGenerator[JsonObject]:
        """Answer a message; with `stream` in the request return the answer's chunks.

        Raises:
            NotFound: There is no such session, or the chosen agent takes no part in it.
            PromptTooBig: The messages don't fit and the session doesn't say how to shorten them.
            ModelFailed: The model didn't answer.
            CallerGone: Nobody waits for the first word of a stream any longer.
        """
        prompt = await self._prompts.prepare(session_id, body)
        if prompt.request["stream"]:
            return await self._begin_stream(prompt)
        answer = await self._model.complete(prompt.for_model())
        choices = [_choice(choice) for choice in answer["choices"]]
        self._save(prompt, [_message(choice) for choice in answer["choices"][:1]])
        return {
            "id": new_id(),
            "created_at": now(),
            "usage": answer["usage"],
            "jobs": [],
            "docs": prompt.docs,
            "choices": choices,
        }

    async def render(self, session_id: str, body: object) -> JsonObject:
        """Return what `chat` would send to the model."""
        prompt = await self._prompts.prepare(session_id, body)
        return {
            "messages": [{**_NOT_SAID, **message} for message in prompt.messages],
            "docs": prompt.docs,
            "tools": prompt.tools or None,
            "tool_choice": prompt.request["tool_choice"],
        }

    async def _begin_stream(self, prompt: Prompt) -> AsyncGenerator[JsonObject]:
        chunks = self._model.stream(prompt.for_model())
        # The first word is awaited here, where a failing model can still become a status. Models think
        # for long before it, and nobody pays for that whose caller has left.
        first = await CALLER.get().unless_gone(partial(_up_to_first_word, chunks))
        return self._stream(prompt, first, chunks)

    async def _stream(
        self, prompt: Prompt, first: Sequence[Chunk], rest: AsyncGenerator[Chunk]
    ) -> AsyncGenerator[JsonObject]:
        transcript = Transcript(prompt.docs, prompt.messages)
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
            # Some hang up at the last word; one that broke off before it is not an answer.
            self._save(prompt, transcript.messages()[:1] if transcript.finished else [])

    def _save(self, prompt: Prompt, said: Sequence[Message]) -> None:
        """Keep what was asked and said, both or neither."""
        if not prompt.request["save"]:
            return
        context = prompt.context
        with self._store.transaction():
            for source, messages in (("api_request", prompt.new), ("api_response", said)):
                self._history.add(context.session["id"], messages, source, context.model)


async def _up_to_first_word(chunks: AsyncGenerator[Chunk]) -> list[Chunk]:
    said: list[Chunk] = []
    async for chunk in chunks:
        said.append(chunk)
        if any(map(_says_something, chunk["choices"])):
            break
    return said


def _says_something(choice: ChunkChoice) -> bool:
    said = [value for key, value in choice["delta"].items() if key != "role"]
    return bool(choice["finish_reason"]) or any(said)


def _choice(choice: Choice) -> JsonObject:
    refusal = choice["message"].get("refusal")
    return {
        "index": choice["index"],
        "finish_reason": choice["finish_reason"],
        "logprobs": choice["logprobs"],
        "tool_calls": None,
        "message": {
            **_message(choice),
            "created_at": None,
            "id": None,
            # No server of Julep's says so, and whoever reads an answer as data has to know.
            **({"refusal": refusal} if refusal else {}),
        },
    }


def _message(choice: Choice) -> Message:
    message = choice["message"]
    return {
        "role": message["role"] or "assistant",
        "content": message["content"],
        "name": None,
        "tool_calls": message.get("tool_calls") or None,
        "tool_call_id": None,
    }
