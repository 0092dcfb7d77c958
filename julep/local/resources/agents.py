"""Agents: a model with a name, instructions and settings."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from julep.local.fields import Field, Form, or_empty, text, texts
from julep.local.records import Agent, AgentFields, Record
from julep.local.sandbox.system_template import DEFAULT_SYSTEM_TEMPLATE
from julep.local.store.store import Store

from .answers import Deleted
from .collection import Collection
from .names import CANONICAL_FIELD, DISPLAY, METADATA_FIELD, canonical_name
from .projects import PROJECT_FIELD, Projects
from .settings import DEFAULT_SETTINGS


class Agents(Collection[AgentFields, Agent]):
    """All agents.

    Args:
        store: Where they are kept.
        projects: Those that an agent may belong to.
        cancel: Ends an execution; called for those of a deleted agent.
    """

    kind: ClassVar[str] = "Agent"
    form: Form[AgentFields] = Form[AgentFields](
        {
            "metadata": METADATA_FIELD,
            "project": PROJECT_FIELD,
            "name": Field(DISPLAY),
            "canonical_name": CANONICAL_FIELD,
            "about": Field(text(), ""),
            "model": Field(text(), ""),
            "instructions": Field(texts(text()), list),
            "default_settings": Field(or_empty(DEFAULT_SETTINGS), dict),
            "default_system_template": Field(text(), DEFAULT_SYSTEM_TEMPLATE),
        }
    )

    def __init__(self, store: Store, projects: Projects, cancel: Callable[[str], object]) -> None:
        super().__init__(store, store.agents)
        self._projects = projects
        self._cancel = cancel

    def delete(self, id: str) -> Deleted:
        """Delete it with all that belongs to it, after ending its executions."""
        for execution_id in self._store.executions.unfinished_of_agent(id):
            self._cancel(execution_id)
        return self._remove(id)

    def complete(self, record: Record, fields: AgentFields, old: Agent | None) -> Agent:
        """Give the agent a canonical name and its project."""
        known = old["canonical_name"] if old else canonical_name()
        fields["canonical_name"] = fields["canonical_name"] or known
        # Servers of 2025 show none for an agent that was made without.
        if name := fields["project"]:
            fields["project"] = self._projects.named(name, "agent")
        return {**record, **fields}
