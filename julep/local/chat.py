"""Chat: from a session's past and a new message to a model's answer."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from typing import Any

import attrs

from julep.local.chat_form import CHAT, sent_settings
from julep.local.chat_stream import Transcript
from julep.local.errors import NotFound
from julep.local.fitting import Fitter
from julep.local.history import History, as_message, as_parts
from julep.local.json_types import JSON, as_object, is_array, is_object
from julep.local.models import Model
from julep.local.recalling import Recaller
from julep.local.sessions import Sessions
from julep.local.stamps import new_id, now
from julep.local.store import Store
from julep.local.templates import render
from julep.local.tools import Tools


@attrs.frozen
class Turn:
    """One request of a session, ready for the model."""

    session: JSON
    request: JSON
    messages: list[JSON]
    new: list[JSON]
    docs: list[JSON]
    tools: list[JSON]
    settings: JSON

    def for_model(self) -> JSON:
        """The request as the chat completions API takes it."""
        body = {**self.settings, "messages": self.messages}
        if functions := [_function(tool) for tool in self.tools if tool["type"] == "function"]:
            body["tools"] = functions
            if choice := self.request["tool_choice"]:
                body["tool_choice"] = (
                    {"type": "function", **choice} if is_object(choice) else choice
                )
        return body


class Chat:
    """Chat in all sessions."""

    def __init__(
        self, store: Store, sessions: Sessions, tools: Tools, recaller: Recaller, model: Model
    ) -> None:
        self._store = store
        self._sessions = sessions
        self._tools = tools
        self._recaller = recaller
        self._model = model
        self._history = History(store)
        self._fitter = Fitter(self._history, model)

    async def chat(self, session_id: str, body: JSON) -> JSON | AsyncGenerator[JSON]:
        """The model's answer, or its chunks when the request says `stream`.

        Raises:
            NotFound: there is no such session, or the chosen agent takes no part in it.
            PromptTooBig: the messages don't fit and the session doesn't say how to shorten them.
            ModelFailed: the model didn't answer.
        """
        turn = await self._turn(session_id, body)
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

    async def render(self, session_id: str, body: JSON) -> JSON:
        """What `chat` would send to the model."""
        turn = await self._turn(session_id, body)
        return {
            "messages": turn.messages,
            "docs": turn.docs,
            "tools": turn.tools or None,
            "tool_choice": turn.request["tool_choice"],
        }

    async def _begin_stream(self, turn: Turn) -> AsyncGenerator[JSON]:
        chunks = self._model.stream(turn.for_model())
        # The first chunk is awaited here, where a failing model can still become a status.
        first = await anext(aiter(chunks), None)
        if turn.request["save"]:
            self._save(turn, turn.new, "api_request")
        return self._stream(turn, first, chunks)

    async def _stream(
        self, turn: Turn, first: JSON | None, rest: AsyncGenerator[JSON]
    ) -> AsyncGenerator[JSON]:
        transcript = Transcript(turn.docs)
        try:
            # A caller who hangs up must not leave the model talking.
            async with aclosing(rest):
                if first is not None:
                    yield transcript.event(first)
                async for chunk in rest:
                    yield transcript.event(chunk)
            if closing := transcript.close():
                yield closing
        finally:
            # Some hang up at the last word; an answer that broke off before it is none.
            if transcript.finished and turn.request["save"]:
                self._save(turn, transcript.messages()[:1], "api_response")

    def _save(self, turn: Turn, messages: Sequence[JSON], source: str) -> None:
        model = turn.settings.get("model") or ""
        self._history.add(turn.session["id"], messages, source, model)

    async def _turn(self, session_id: str, body: JSON) -> Turn:
        request = CHAT.read(body)
        session = self._sessions.get(session_id)
        agents = [self._agent(agent_id) for agent_id in session["agents"]]
        agent = _active(agents, request["agent"])
        users = [user for id in session["users"] if (user := self._store.users.get(id))]
        settings = {**agent["default_settings"], **sent_settings(request)}
        settings = {"model": agent["model"], **settings}
        past = self._history.past(session_id)
        docs = await self._recaller.recall(session, agent, users, past, request)
        own_tools = self._tools.of_agent(agent["id"])
        names: JSON = {
            "session": session,
            "agents": agents,
            "current_agent": agent,
            "agent": agent,
            "users": users,
            "user": users[0] if users else None,
            "settings": settings,
            "tools": own_tools,
            "docs": [_as_template_sees(doc) for doc in docs],
        }
        if request["metadata"] is not None:
            names["metadata"] = request["metadata"]
        template = session["system_template"] or agent["default_system_template"]
        system = {"role": "system", "content": render(template, names)}
        new = request["messages"]
        if session["render_templates"]:
            new = _rendered(new, names)
        tools = _with_new(own_tools, request["tools"] or [])
        fixed = [system, *map(_for_model, new)]
        recent = await self._fitter.fit(session, past, fixed, settings["model"])
        messages = [system, *recent, *fixed[1:]]
        return Turn(session, request, messages, new, docs, tools, settings)

    def _agent(self, agent_id: str) -> JSON:
        if (agent := self._store.agents.get(agent_id)) is None:
            raise NotFound(f"Agent {agent_id} of this session is gone")
        return agent


def _active(agents: Sequence[JSON], wanted: str | None) -> JSON:
    for agent in agents:
        if wanted in {None, agent["id"]}:
            return agent
    raise NotFound(f"Agent {wanted} takes no part in this session")


def _as_template_sees(doc: JSON) -> JSON:
    content = [snippet["content"] for snippet in doc["snippets"]]
    return {"title": doc["title"], "content": content, "metadata": doc["metadata"]}


def _rendered(value: Any, names: JSON) -> Any:
    if isinstance(value, str):
        return render(value, names)
    if is_array(value):
        return [_rendered(item, names) for item in value]
    if is_object(value):
        return {key: _rendered(item, names) for key, item in value.items()}
    return value


def _for_model(message: JSON) -> JSON:
    return as_message({**message, "content": as_parts(message["content"])})


def _with_new(own: Sequence[JSON], sent: Sequence[JSON]) -> list[JSON]:
    known = {tool["name"] for tool in own}
    return [*own, *(tool for tool in sent if tool["name"] not in known)]


def _function(tool: JSON) -> JSON:
    spec = tool["function"]
    function = {"name": tool["name"], "description": spec["description"] or ""}
    parameters = as_object(spec["parameters"]) or {"type": "object", "properties": {}}
    return {"type": "function", "function": {**function, "parameters": parameters}}


def _choice(choice: JSON) -> JSON:
    message = choice["message"]
    return {
        "index": choice.get("index", 0),
        "finish_reason": choice.get("finish_reason") or "stop",
        "logprobs": choice.get("logprobs"),
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
