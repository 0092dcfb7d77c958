"""Agents: a model with a name, instructions and settings."""

from __future__ import annotations

from typing import ClassVar

from julep.local.fields import Field, Form, either, mapping, optional, sequence, text
from julep.local.json_types import JsonObject
from julep.local.records import Agent
from julep.local.resources.collection import Collection
from julep.local.resources.names import CANONICAL_FIELD, DISPLAY, canonical_name
from julep.local.resources.projects import PROJECT_FIELD, Projects
from julep.local.resources.settings import DEFAULT_SETTINGS
from julep.local.sandbox.system_template import DEFAULT_SYSTEM_TEMPLATE
from julep.local.store.store import Store


class Agents(Collection[Agent]):
    """All agents."""

    kind: ClassVar[str] = "Agent"
    form: Form[JsonObject] = Form[JsonObject](
        {
            "metadata": Field(optional(mapping), dict),
            "project": PROJECT_FIELD,
            "name": Field(DISPLAY),
            "canonical_name": CANONICAL_FIELD,
            "about": Field(text(), ""),
            "model": Field(text(), ""),
            "instructions": Field(either(**{"Text": text(), "list[Text]": sequence(text())}), list),
            "default_settings": Field(optional(DEFAULT_SETTINGS), dict),
            "default_system_template": Field(text(), DEFAULT_SYSTEM_TEMPLATE),
        }
    )

    def __init__(self, store: Store, projects: Projects) -> None:
        super().__init__(store, store.agents)
        self._projects = projects

    def prepare(self, resource: JsonObject, old: Agent | None) -> JsonObject:
        """The agent with a list of instructions, a canonical name and its project."""
        instructions = resource["instructions"]
        known = old["canonical_name"] if old else canonical_name()
        return {
            **resource,
            "instructions": [instructions] if isinstance(instructions, str) else instructions,
            "canonical_name": resource["canonical_name"] or known,
            "project": self._project(resource["project"]),
            "metadata": resource["metadata"] or {},
            "default_settings": resource["default_settings"] or {},
        }

    def _project(self, name: str | None) -> str | None:
        # Servers of 2025 show none for an agent that was made without.
        return name and self._projects.named(name, "agent")
