"""What the server keeps and hands around, field by field, so that checkers know every key.

A record is JSON: what the forms of `resources` have checked, or what was stored before. `Fields` are
what is sent of a resource.
"""

from __future__ import annotations

from julep.local.records.agents import Agent, AgentFields, Project, ProjectFields, User, UserFields
from julep.local.records.docs import (
    Doc,
    DocDetails,
    DocFields,
    DocOwner,
    DocReference,
    DocView,
    Piece,
    SearchOptions,
)
from julep.local.records.files import File, FileFields, Secret, SecretFields
from julep.local.records.messages import Entry, FunctionCall, Message, ToolCall
from julep.local.records.record import Record
from julep.local.records.sessions import (
    CompletedSession,
    NewSession,
    Participants,
    RecallOptions,
    Session,
    SessionFields,
)
from julep.local.records.tasks import Job, Task, TaskFields
from julep.local.records.tools import FunctionSpec, TaskTool, Tool, ToolDefinition

__all__ = [
    "Agent",
    "AgentFields",
    "CompletedSession",
    "Doc",
    "DocDetails",
    "DocFields",
    "DocOwner",
    "DocReference",
    "DocView",
    "Entry",
    "File",
    "FileFields",
    "FunctionCall",
    "FunctionSpec",
    "Job",
    "Message",
    "NewSession",
    "Participants",
    "Piece",
    "Project",
    "ProjectFields",
    "RecallOptions",
    "Record",
    "SearchOptions",
    "Secret",
    "SecretFields",
    "Session",
    "SessionFields",
    "Task",
    "TaskFields",
    "TaskTool",
    "Tool",
    "ToolCall",
    "ToolDefinition",
    "User",
    "UserFields",
]
