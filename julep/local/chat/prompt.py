"""From a session's past and a new message to what the model is asked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from typing import TypedDict, cast

import attrs

from julep.local.errors import NotFound
from julep.local.models.completion_objects import CompletionRequest, completion_request
from julep.local.records import (
    Agent,
    DocReference,
    Message,
    Session,
    Tool,
    ToolDefinition,
    User,
)
from julep.local.resources.history import History, as_message, as_parts
from julep.local.resources.sessions import Sessions
from julep.local.resources.tools import Tools
from julep.local.sandbox import isolated
from julep.local.store.store import Store
from julep.types._json import JsonObject, is_array, is_object

from .context_window import ContextWindow
from .past import Past, Pasts
from .recall import Recaller
from .request import CHAT, ChatRequest, sent_settings
from .tool_results import without_tools


@attrs.frozen
class ChatContext:
    """Who talks to whom, with what: what templates see."""

    session: Session
    agents: list[Agent]
    agent: Agent
    users: list[User]
    tools: Sequence[Tool]
    settings: JsonObject

    @property
    def model(self) -> str:
        """The model that is asked; empty for the first one that there is."""
        return str(self.settings["model"] or "")

    def names(self, docs: Sequence[DocReference], metadata: JsonObject | None) -> JsonObject:
        """Return the names that a template finds; `metadata` only if a request has it."""
        return {
            "session": self.session,
            "agents": self.agents,
            "current_agent": self.agent,
            "agent": self.agent,
            "users": self.users,
            "user": self.users[0] if self.users else None,
            "settings": self.settings,
            "tools": [_as_templates_see_tool(tool) for tool in self.tools],
            "docs": _as_templates_see(docs),
            **({} if metadata is None else {"metadata": metadata}),
        }

    def template(self) -> str:
        """Return the template of the system message."""
        return str(self.session["system_template"] or self.agent["default_system_template"])


@attrs.frozen
class Prompt:
    """One request of a session, ready for the model."""

    context: ChatContext
    request: ChatRequest
    messages: list[Message]
    new: list[Message]
    docs: list[DocReference]
    tools: list[ToolDefinition]

    def for_model(self) -> CompletionRequest:
        """Return the request as the chat completions API takes it."""
        functions = [_function(tool) for tool in self.tools if tool["type"] == "function"]
        choice = self.request["tool_choice"]
        if is_object(choice):
            choice = {"type": "function", **choice}
        return completion_request(self.context.settings, self.messages, functions, choice)


class _SeenDoc(TypedDict):
    title: str
    content: list[str]
    metadata: JsonObject


class PromptBuilder:
    """Prepares requests for the model."""

    def __init__(
        self,
        store: Store,
        sessions: Sessions,
        tools: Tools,
        recaller: Recaller,
        window: ContextWindow,
    ) -> None:
        self._store = store
        self._sessions = sessions
        self._tools = tools
        self._recaller = recaller
        self._window = window
        self._history = History(store)
        self._pasts = Pasts(store)

    async def prepare(self, session_id: str, body: object) -> Prompt:
        """Prepare the request that the model is to answer.

        Raises:
            NotFound: There is no such session, or the chosen agent takes no part in it.
            BadRequest: A template is wrong.
            PromptTooBig: The messages don't fit and the session doesn't say how to shorten them.
        """
        request = CHAT.read(body)
        context = self._context(session_id, request)
        read = partial(self._past, session_id, tools=request["recall_tools"])
        docs: list[DocReference] = []
        if request["recall"]:
            said = [*read().said, *request["messages"]]
            owners = [*context.session["users"], context.agent["id"]]
            docs = await self._recaller.recall(context.session["recall_options"], owners, said)
        system, new = await _written(context, context.names(docs, request["metadata"]), request)
        added = [*map(_for_model, new)]
        told = await self._window.fit(context.session, read, [system, *added], context.model)
        for message in added:
            told.add(message)
        tools = _with_new(context.tools, request["tools"] or [])
        return Prompt(context, request, told.messages.behind(system), new, docs, tools)

    def _past(self, session_id: str, *, tools: bool) -> Past:
        if tools:
            return self._pasts.of(session_id)
        return Past(without_tools(self._history.past(session_id)))

    def _context(self, session_id: str, request: ChatRequest) -> ChatContext:
        session = self._sessions.get(session_id)
        agents = [self._agent(agent_id) for agent_id in session["agents"]]
        agent = _active(agents, request["agent"])
        users = [user for id in session["users"] if (user := self._store.users.get(id))]
        settings = {**agent["default_settings"], **sent_settings(request)}
        tools = self._tools.of_agent(agent["id"])
        return ChatContext(
            session, agents, agent, users, tools, {"model": agent["model"], **settings}
        )

    def _agent(self, agent_id: str) -> Agent:
        if (agent := self._store.agents.get(agent_id)) is None:
            raise NotFound(f"Agent {agent_id} of this session is gone")
        return agent


def _active(agents: Sequence[Agent], wanted: str | None) -> Agent:
    for agent in agents:
        if wanted in {None, agent["id"]}:
            return agent
    raise NotFound(f"Agent {wanted} takes no part in this session")


def _as_templates_see(docs: Sequence[DocReference]) -> list[_SeenDoc]:
    """Return each document once, best first, with its recalled pieces in their own order."""
    seen: dict[str, _SeenDoc] = {}
    for doc in sorted(docs, key=lambda doc: doc["snippets"][0]["index"]):
        new: _SeenDoc = {"title": doc["title"], "content": [], "metadata": doc["metadata"]}
        known = seen.setdefault(doc["id"], new)
        known["content"] += [snippet["content"] for snippet in doc["snippets"]]
    return [seen[id] for id in dict.fromkeys(doc["id"] for doc in docs)]


def _as_templates_see_tool(tool: Tool) -> JsonObject:
    """Return what a tool is for. How it is called stays hidden: that holds keys."""
    return {key: tool.get(key) for key in ("id", "name", "type", "description", "function")}


async def _written(
    context: ChatContext, names: JsonObject, request: ChatRequest
) -> tuple[Message, list[Message]]:
    new = request["messages"]
    written = _texts(new) if context.session["render_templates"] else []
    if not any("{" in text for text in written):
        written = []
    system, *rendered = await isolated.render([context.template(), *written], names)
    messages = cast("list[Message]", _with_texts(new, iter(rendered))) if rendered else new
    return {"role": "system", "content": system}, messages


def _texts(value: object) -> list[str]:
    if isinstance(value, str):
        return [value]
    items = value.values() if is_object(value) else value if is_array(value) else ()
    return [text for item in items for text in _texts(item)]


def _with_texts(value: object, texts: Iterator[str]) -> object:
    """Replace the texts of a message, in their order; those that are left out stay."""
    if isinstance(value, str):
        return next(texts, value)
    if is_array(value):
        return [_with_texts(item, texts) for item in value]
    if is_object(value):
        return {key: _with_texts(item, texts) for key, item in value.items()}
    return value


def _for_model(message: Message) -> Message:
    return as_message({**message, "content": as_parts(message["content"])})


def _with_new(
    own: Sequence[ToolDefinition], sent: Sequence[ToolDefinition]
) -> list[ToolDefinition]:
    known = {tool["name"] for tool in own}
    return [*own, *(tool for tool in sent if tool["name"] not in known)]


def _function(tool: ToolDefinition) -> JsonObject:
    spec = tool["function"]
    function = {"name": tool["name"], "description": (spec and spec["description"]) or ""}
    parameters = (spec and spec["parameters"]) or {"type": "object", "properties": {}}
    return {"type": "function", "function": {**function, "parameters": parameters}}
