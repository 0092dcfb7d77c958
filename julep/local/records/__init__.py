"""What the server keeps and hands around, field by field, so that checkers know every key.

A record is JSON: what the forms of `resources` have checked, or what was stored before. `Fields` are
what is sent of a resource.
"""

from __future__ import annotations

from .agents import Agent, AgentFields, Project, ProjectFields, User, UserFields
from .docs import (
    Doc,
    DocDetails,
    DocFields,
    DocOwner,
    DocReference,
    DocView,
    Piece,
    SearchOptions,
)
from .files import File, FileFields, Secret, SecretFields
from .messages import Entry, FunctionCall, Message, ToolCall
from .record import Record
from .sessions import (
    CompletedSession,
    NewSession,
    Participants,
    RecallOptions,
    Session,
    SessionFields,
)
from .tasks import Job, Task, TaskFields
from .tools import FunctionSpec, TaskTool, Tool, ToolDefinition

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
