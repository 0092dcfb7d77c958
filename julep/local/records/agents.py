"""Agents, users, and the projects that they are grouped under."""

from __future__ import annotations

from typing import TypedDict

from julep.types._json import JsonObject

from .record import Record


class AgentFields(TypedDict):
    """What is sent of an agent.

    Attributes:
        canonical_name: None is sent for one that the server chooses; an agent always has one.
    """

    name: str
    canonical_name: str | None
    about: str
    model: str
    instructions: list[str]
    default_settings: JsonObject
    default_system_template: str
    project: str | None
    metadata: JsonObject


class Agent(AgentFields, Record):
    """A model with a name, instructions and settings."""


class UserFields(TypedDict):
    """What is sent of a user."""

    name: str
    about: str
    project: str | None
    metadata: JsonObject


class User(UserFields, Record):
    """Somebody whom agents talk with."""


class ProjectFields(TypedDict):
    """What is sent of a project; `canonical_name` as with agents."""

    name: str
    canonical_name: str | None
    metadata: JsonObject


class Project(ProjectFields, Record):
    """A name that agents, users and files are grouped under."""
