"""Sessions: conversations with memory."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypedDict, Unpack

from julep._codec import OMIT
from julep._faces import FaceT, Resource, operation, part, workflow
from julep._keywords import checked, shows_keywords
from julep._pages import FilteredListOptions, Pages
from julep._paths import Id, id_or_omit, ids_or_omit
from julep._request import Request
from julep._server_errors.hints import LATE
from julep.types.common import ResourceDeleted
from julep.types.sessions import KnownContextOverflow, RecallOptions, RenderResponse, Session
from julep.types.setting_dicts import RecallOptionsDict

from .chat import Chat, Messages, prompt_request
from .chat_options import PromptOptions
from .ensuring import ensured
from .history import SessionHistory
from .idempotence import repeatable
from .keyed_sessions import keyed
from .session_requests import fetching, where_of
from .updating import changed


class SessionSettings(TypedDict, total=False):
    """How a session works.

    Attributes:
        situation: What the conversation is about; a Jinja template on servers of 2024.
        system_template: Jinja template of the system message, instead of the agent's.
        render_templates: Whether messages are Jinja templates. Default true.
        token_budget: Number of tokens above which `context_overflow` applies.
        context_overflow: `truncate` or `adaptive`. Self-hosted servers can't chat with it set.
        auto_run_tools: Whether the server runs the tools that the model calls. Servers of June 2025
            don't store it.
        forward_tool_calls: Whether calls of tools are passed on to the client.
        recall_options: How documents are recalled (servers of 2025).
        metadata: Data of your own, to be filtered by.
    """

    situation: str | None
    system_template: str | None
    render_templates: bool
    token_budget: int | None
    context_overflow: KnownContextOverflow | None
    auto_run_tools: bool
    forward_tool_calls: bool
    recall_options: RecallOptionsDict | RecallOptions | Mapping[str, Any] | None
    metadata: Mapping[str, Any] | None


class SessionFields(SessionSettings, total=False):
    """Who talks, and how; `Sessions.create` explains each."""

    agent: Id | None
    agents: Sequence[Id] | None
    user: Id | None
    users: Sequence[Id] | None


class Sessions(Resource[FaceT]):
    """Conversations between agents and users, with their history."""

    @part
    def chat(self) -> Chat[FaceT]:
        """Say something in a session and get the agent's answer.

        `chat(session_id, messages, …)` answers, `chat.stream(session_id, messages, …)` streams.

        Args:
            session_id: The session, or its id.
            messages: A text, a message (a dict or a `Message`), or a list of those.
            stream: Whether to give a stream of chunks instead of the whole answer.
            **options: `model`, `agent`, `tools`, `tool_choice`, `recall`, `save`, `temperature`,
                `max_tokens` and the other settings that the signature shows.
        """
        return Chat(self._face, self._engine)

    @part
    def history(self) -> SessionHistory[FaceT]:
        """What was said in a session.

        `history(session_id)` reads it, `history.delete(session_id)` clears it.

        Args:
            session_id: The session, or its id.
        """
        return SessionHistory(self._face, self._engine)

    @shows_keywords
    def list(self, **options: Unpack[FilteredListOptions]) -> Pages[FaceT, Session]:
        """List all sessions, newest first. Pages are fetched as they are needed.

        Args:
            **options: `limit` (most items in all), `page_size`, `offset`, `sort_by`, `direction`,
                `metadata_filter`.
        """
        __tracebackhide__ = True
        return Pages(self, "/sessions", Session, options, form=FilteredListOptions)

    @operation
    def create(
        self,
        *,
        agent: Id | None = OMIT,
        agents: Sequence[Id] | None = OMIT,
        user: Id | None = OMIT,
        users: Sequence[Id] | None = OMIT,
        idempotent: bool = False,
        **settings: Unpack[SessionSettings],
    ) -> Request[Session]:
        """Open a session.

        Args:
            agent: The agent that answers, or its id.
            agents: Several agents, instead of one; the first answers unless a chat picks another.
            user: The user whom it talks to, or their id.
            users: Several users, instead of one.
            idempotent: Whether the client chooses the id, so that a request whose answer was lost is
                sent again and has one effect. Servers of 2024 create the session, and
                answer with a 500.
            **settings: `situation`, `system_template`, `render_templates`, `token_budget`,
                `context_overflow`, `auto_run_tools`, `forward_tool_calls`, `recall_options`,
                `metadata`.

        Returns:
            The session as written.

        Raises:
            ValueError: Not exactly one of `agent` and `agents` is given. Nothing was sent.
        """
        participants = SessionFields(agent=agent, agents=agents, user=user, users=users)
        fields = _fields(participants, checked(SessionFields, settings))
        creation = Request("POST", "/sessions", Session, body=fields, written=fields)
        return repeatable(creation, is_wanted=idempotent)

    @operation
    def get(self, session_id: Id) -> Request[Session]:
        """Fetch one session.

        Args:
            session_id: The session, or its id.

        Raises:
            NotFoundError: There is no such session (`BadRequestError` on servers of 2024).
        """
        return fetching(session_id)

    @operation
    def create_or_update(self, session_id: Id, **fields: Unpack[SessionFields]) -> Request[Session]:
        """Write a session under an id of your choice: create it, or overwrite it whole.

        Args:
            session_id: A UUID, new or that of an existing session.
            **fields: As for `create`.

        Raises:
            ValueError: Not exactly one of `agent` and `agents` is given. Nothing was sent.
        """
        body = _fields(fields, checked(SessionFields, fields))
        where = where_of(session_id)
        return Request("POST", where, Session, body=body, written=body, repeatable=True)

    @workflow
    async def ensure(self, /, key: str, **fields: Unpack[SessionFields]) -> Session:
        """Make sure that there is one session of this key, with these fields.

        As `agents.ensure` does: each run finds the same session with its history, and nothing is
        written if nothing differs. What is not given stays as it is. No server can change who takes
        part, so the id is made of `["session",[<ids of agents>],[<sorted ids of users>],"talk"]`: with
        others it is another session. Servers of 2024 take no such ids, and refuse the first request.

        Args:
            key: A text of your choice, unique for these agents and users.
            **fields: As for `create`. `metadata` is given whole. `auto_run_tools` is written when
                the session is created or otherwise changed; self-hosted servers don't store it.

        Returns:
            The session as the server has it.

        Raises:
            ValueError: The key is empty, or not exactly one of `agent` and `agents` is given.
                Nothing was sent.
        """
        __tracebackhide__ = True
        given = _fields(fields, checked(SessionFields, fields))
        return await ensured(keyed(self._engine, key, given))

    @workflow
    async def update(self, session_id: Id, **changes: Unpack[SessionSettings]) -> Session:
        """Change some settings of a session; what is not given stays. `metadata` is merged.

        Who takes part can't be changed.

        Not atomic: fields that servers of 2025 reset when they are not sent are read first and sent
        along, so a change that somebody else makes in between may be undone. Both requests count
        towards one `timeout`.

        Args:
            session_id: The session, or its id.
            **changes: Settings as for `create`.

        Returns:
            The whole session.

        Raises:
            NotFoundError: There is no such session (`BadRequestError` on servers of 2024).
        """
        __tracebackhide__ = True
        fetch = Sessions.get(self, session_id)
        given = checked(SessionSettings, changes)
        return await changed(self._engine, fetch, given, ("render_templates", "forward_tool_calls"))

    @operation
    def reset(self, session_id: Id, **settings: Unpack[SessionSettings]) -> Request[Session]:
        """Overwrite a session's settings: what is not given goes back to its default.

        Who takes part can't be changed. Servers of 2024 keep what is not given.

        Args:
            session_id: The session, or its id.
            **settings: As for `create`.
        """
        body = checked(SessionSettings, settings)
        return Request("PUT", where_of(session_id), Session, body=body, written=body)

    @operation
    def delete(self, session_id: Id) -> Request[ResourceDeleted]:
        """Delete a session and what was said in it.

        Args:
            session_id: The session, or its id.
        """
        return Request("DELETE", where_of(session_id), ResourceDeleted)

    @operation
    def render(
        self, session_id: Id, messages: Messages, **options: Unpack[PromptOptions]
    ) -> Request[RenderResponse]:
        """Return what the model would be sent for a chat, without sending it (servers of 2025).

        Args:
            session_id: The session, or its id.
            messages: As for `chat`.
            **options: As for `chat`.
        """
        where = where_of(session_id, "/render")
        return prompt_request(where, messages, options, RenderResponse, missing=LATE)


def _fields(participants: SessionFields, settings: Mapping[str, Any]) -> dict[str, Any]:
    one, several = participants.get("agent", OMIT), participants.get("agents", OMIT)
    if _is_given(one) == _is_given(several):
        raise ValueError("a session needs an agent: pass either agent=… or agents=[…]")
    return {
        **settings,
        "agent": id_or_omit("agent", one),
        "agents": ids_or_omit("agents", several),
        "user": id_or_omit("user", participants.get("user", OMIT)),
        "users": ids_or_omit("users", participants.get("users", OMIT)),
    }


def _is_given(agents: object) -> bool:
    return agents is not OMIT and agents is not None and agents != []
