"""The workflow engine of the embedded server: tasks in, transitions out, no HTTP and no SQL.

How it is used, in one breath (`ports.py` says what `log` and `effects` are)::

    issues = await validate_isolated(task_body)      # at creation; errors refuse the task
    async with Engine(log, effects) as engine:       # asyncio or trio
        engine.recover()                             # goes on with what a crash interrupted
        engine.start(execution_id)                   # returns at once; the log has the execution
        engine.resume(execution_id, {"ok": True})    # newest open wait, or by task_token=
        engine.cancel(execution_id)
    status_view(log.transitions(execution_id))       # status, output, error for GET
    completed(task_body)                             # the task as answers show it

`start`, `resume` and `cancel` are plain functions to be called on the event loop's thread; the
last two return False when there is nothing to resume or to cancel. What a wait's transition has
as `task_token` in its metadata, `read_task_token` turns into the ids of execution and wait.
"""

from __future__ import annotations

from .engine import Engine
from .isolated_validation import validate_isolated
from .issues import Issue
from .scope import wire_target
from .status import status_view
from .task_token import read_task_token
from .tasks import TASK_FIELDS, completed, workflows
from .toolset import TOOL_TYPES
from .validation import validate

__all__ = [
    "TASK_FIELDS",
    "TOOL_TYPES",
    "Engine",
    "Issue",
    "completed",
    "read_task_token",
    "status_view",
    "validate",
    "validate_isolated",
    "wire_target",
    "workflows",
]
