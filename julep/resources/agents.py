"""Agents."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypedDict, Unpack

from julep._codec import OMIT
from julep._faces import FaceT, Resource, operation, part, workflow
from julep._keywords import checked, shows_keywords
from julep._pages import FilteredListOptions, Pages
from julep._paths import Id, path
from julep._request import Request
from julep._server_errors.hints import LATE
from julep.types.agents import Agent, CreateAgent, ListModelsResponse
from julep.types.common import ResourceDeleted
from julep.types.setting_dicts import ChatSettingsDict
from julep.types.settings import ChatSettings

from .ensuring import DEFAULT_PROJECT, Keyed, ensured, id_for, without_omitted
from .idempotence import repeatable
from .updating import changed

if TYPE_CHECKING:
    from .docs import AgentDocs
    from .tools import Tools

RESET_BY_SERVERS = ("about", "model", "instructions", "default_system_template")
"""What a PATCH resets on servers of 2025 when it is not sent."""


class AgentDetails(TypedDict, total=False):
    """What an agent has besides its name; `Agents.create` explains each."""

    about: str
    model: str
    instructions: str | Sequence[str]
    metadata: Mapping[str, Any] | None
    default_settings: ChatSettingsDict | ChatSettings | Mapping[str, Any] | None
    project: str
    canonical_name: str
    default_system_template: str


class AgentFields(AgentDetails):
    """A whole agent."""

    name: str


class AgentChanges(AgentDetails, total=False):
    """Some fields of an agent."""

    name: str


class Agents(Resource[FaceT]):
    """Your agents: a model, instructions, tools and documents under one name."""

    @part
    def tools(self) -> Tools[FaceT]:
        """The tools that an agent can call."""
        from .tools import Tools

        return Tools(self._face, self._engine)

    @part
    def docs(self) -> AgentDocs[FaceT]:
        """The documents that an agent knows."""
        from .docs import AgentDocs

        return AgentDocs(self._face, self._engine)

    @shows_keywords
    def list(self, **options: Unpack[FilteredListOptions]) -> Pages[FaceT, Agent]:
        """List all agents, newest first. Pages are fetched as they are needed.

        Args:
            **options: `limit` (most items in all), `page_size`, `offset`, `sort_by`, `direction`,
                `metadata_filter`.
        """
        __tracebackhide__ = True
        return Pages(self, "/agents", Agent, options, form=FilteredListOptions)

    @operation
    def create(
        self,
        *,
        name: str,
        about: str = "",
        model: str = "",
        instructions: str | Sequence[str] = OMIT,
        metadata: Mapping[str, Any] | None = OMIT,
        default_settings: ChatSettingsDict | ChatSettings | Mapping[str, Any] | None = OMIT,
        project: str = OMIT,
        canonical_name: str = OMIT,
        default_system_template: str = OMIT,
        idempotent: bool = False,
    ) -> Request[Agent]:
        """Create an agent.

        Args:
            name: Display name, 1 to 255 characters. Servers of 2024 take 120, and no leading digit.
            about: What the agent is, in a few words.
            model: Name of the language model, such as `gpt-4o`.
            instructions: What the agent is told in each session.
            metadata: Data of your own, to be filtered by.
            default_settings: Sampling settings for chats that don't set their own: `temperature`
                0 to 5, `top_p` and `min_p` 0 to 1, `frequency_penalty` and `presence_penalty`
                -2 to 2, `repetition_penalty` and `length_penalty` 0 to 2.
            project: Canonical name of the project that it belongs to (servers of 2025).
            canonical_name: A unique name of letters, digits and underscores (servers of 2025).
            default_system_template: Jinja template of the system message (servers of 2025).
            idempotent: Whether the client chooses the id, so that a request whose answer was lost is
                sent again and has one effect. Servers of 2024 can't read such an agent again,
                unless `default_settings` are given whole.

        Returns:
            The agent as written.

        Raises:
            UnprocessableEntityError: A field is out of its range; `details` names it.
        """
        fields = AgentFields(
            name=name,
            about=about,
            model=model,
            instructions=instructions,
            metadata=metadata,
            default_settings=default_settings,
            project=project,
            canonical_name=canonical_name,
            default_system_template=default_system_template,
        )
        body = checked(AgentFields, fields)
        creation = Request("POST", "/agents", Agent, body=body, written=body)
        return repeatable(creation, is_wanted=idempotent)

    @operation
    def get(self, agent_id: Id) -> Request[Agent]:
        """Fetch one agent.

        Args:
            agent_id: The agent, or its id.

        Raises:
            NotFoundError: There is no such agent.
        """
        return Request("GET", _where(agent_id), Agent)

    @operation
    def create_or_update(self, agent_id: Id, **fields: Unpack[AgentFields]) -> Request[Agent]:
        """Write an agent under an id of your choice: create it, or overwrite it whole.

        Args:
            agent_id: A UUID, new or that of an existing agent.
            **fields: As for `create`.
        """
        body = {"about": "", "model": "", **checked(AgentFields, fields)}
        where = _where(agent_id)
        return Request("POST", where, Agent, body=body, written=body, repeatable=True)

    @workflow
    async def ensure(self, /, key: str, **fields: Unpack[AgentFields]) -> Agent:
        """Make sure that there is one agent of this key, with these fields.

        A program can begin with it, and so can several at once: each run finds the same agent. What
        is not given stays as it is, and nothing is written if nothing differs. That the agent was
        created, changed or unchanged is logged at INFO. Its id is the UUIDv5, in the namespace
        `b954d93e-8406-47f1-a9f9-bfdd110a1c60`, of `["agent","default","librarian"]`, with its project
        and its key in JSON.

        Not atomic: to change it, it is read, and written whole. All requests count towards one
        `timeout`. Servers of 2024 take no such ids, and refuse the first request.

        Args:
            key: A text of your choice, such as `librarian`.
            **fields: As for `create`. `metadata` and `default_settings` are given whole. Another
                `project` is another agent, and `canonical_name` is settled when it is created.

        Returns:
            The agent as the server has it.

        Raises:
            ValueError: The key is empty. Nothing was sent.
        """
        __tracebackhide__ = True
        given = without_omitted(checked(AgentFields, fields))
        if "instructions" in given:
            given["instructions"] = _listed(given["instructions"])
        id = id_for("agent", key, given.get("project") or DEFAULT_PROJECT)
        agent = Keyed(
            self._engine,
            "agent",
            key,
            id,
            fetch=Agents.get(self, id),
            form=CreateAgent,
            creation=Agents.create(self, **given),
            given=given,
            settled=frozenset({"project", "canonical_name"}),
        )
        return await ensured(agent)

    @workflow
    async def update(self, agent_id: Id, **changes: Unpack[AgentChanges]) -> Agent:
        """Change some fields of an agent; what is not given stays. `metadata` is merged.

        Not atomic: fields that servers of 2025 reset when they are not sent are read first and sent
        along, so a change that somebody else makes in between may be undone. Both requests count
        towards one `timeout`.

        Args:
            agent_id: The agent, or its id.
            **changes: Fields as for `create`.

        Returns:
            The whole agent.

        Raises:
            NotFoundError: There is no such agent.
        """
        __tracebackhide__ = True
        given = checked(AgentChanges, changes)
        if isinstance(given.get("instructions"), str):
            # Servers of 2024 can't patch text.
            given = {**given, "instructions": _listed(given["instructions"])}
        fetch = Agents.get(self, agent_id)
        return await changed(self._engine, fetch, given, RESET_BY_SERVERS)

    @workflow
    async def reset(self, agent_id: Id, **fields: Unpack[AgentFields]) -> Agent:
        """Overwrite an agent: what is not given goes back to its default.

        Not atomic: servers of 2025 leave the instructions out, so they are written by a request of
        their own, within the same `timeout`.

        Args:
            agent_id: The agent, or its id.
            **fields: As for `create`.

        Raises:
            NotFoundError: There is no such agent (`BadRequestError` on servers of 2024).
        """
        __tracebackhide__ = True
        engine = self._engine.within_timeout()
        agent = await engine.call(replacement(agent_id, fields))
        wanted = _listed(fields.get("instructions", OMIT))
        if _listed(agent.instructions) == wanted:
            return agent
        missed = {"instructions": wanted}
        return await changed(engine, Agents.get(self, agent_id), missed, RESET_BY_SERVERS)

    @operation
    def delete(self, agent_id: Id) -> Request[ResourceDeleted]:
        """Delete an agent with its tools and documents.

        Args:
            agent_id: The agent, or its id.

        Raises:
            NotFoundError: There is no such agent.
        """
        return Request("DELETE", _where(agent_id), ResourceDeleted)

    @operation
    def list_models(self) -> Request[ListModelsResponse]:
        """Fetch the language models that the server offers (servers of 2025)."""
        return Request("GET", "/agents/models", ListModelsResponse, missing=LATE)


def replacement(agent_id: Id, fields: AgentFields) -> Request[Agent]:
    """Describe the overwriting of an agent."""
    body = checked(AgentFields, fields)
    where = _where(agent_id)
    return Request("PUT", where, Agent, body=body, written=body)


def _listed(instructions: Any) -> list[str]:
    if instructions is OMIT or not instructions:
        return []
    return [instructions] if isinstance(instructions, str) else list(instructions)


def _where(agent_id: Id) -> str:
    return path("/agents/{agent_id}", agent_id=agent_id)
