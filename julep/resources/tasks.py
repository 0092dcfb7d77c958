"""Tasks: workflows of steps."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any, Unpack

from julep._codec import OMIT
from julep._faces import FaceT, operation, part, reading, workflow
from julep._keywords import shows_keywords
from julep._pages import ListOptions, Pages
from julep._paths import Id, path
from julep._request import Request
from julep._runs.requests import fetching_task
from julep._server_errors.hints import EMBEDDED
from julep.types.common import ResourceDeleted
from julep.types.tasks import Task

from .ensuring import ensured
from .executions import TaskExecutions
from .idempotence import repeatable
from .keyed_tasks import keyed
from .task_runs import TaskRuns
from .task_writes import ALL, Steps, TaskSource, TaskTools, checked_fields, creation

ONE = "/agents/{agent_id}/tasks/{task_id}"


class Tasks(TaskRuns[FaceT]):
    """Workflows that run on the server, step by step.

    A task in a file goes in as `create(agent, "flow.yaml")`, one in a dict as `create(agent, **task)`:
    keywords that are not fields of a task are further workflows, each a list of steps.
    """

    @part
    def executions(self) -> TaskExecutions[FaceT]:
        """The runs of a task."""
        return TaskExecutions(self._face, self._engine)

    @shows_keywords
    def list(self, agent_id: Id, **options: Unpack[ListOptions]) -> Pages[FaceT, Task]:
        """List the tasks of an agent, newest first. Pages are fetched as they are needed.

        Args:
            agent_id: The agent, or its id.
            **options: `limit` (most items in all), `page_size` (1 to 100), `offset`, `sort_by`,
                `direction`; no server filters tasks by metadata.
        """
        __tracebackhide__ = True
        return Pages(self, path(ALL, agent_id=agent_id), Task, options)

    @reading
    def create(
        self,
        /,
        agent_id: Id,
        *task: TaskSource,
        name: str = OMIT,
        main: Steps = OMIT,
        description: str = OMIT,
        tools: TaskTools = OMIT,
        inherit_tools: bool = OMIT,
        input_schema: Mapping[str, Any] | None = OMIT,
        metadata: Mapping[str, Any] | None = OMIT,
        canonical_name: str = OMIT,
        idempotent: bool = False,
        **workflows: Steps,
    ) -> Request[Task]:
        """Create a task, from keywords or from a file.

        Args:
            agent_id: The agent that it belongs to, or its id.
            *task: The whole task instead of the keywords: what `load_task` gave, or the path or text
                that it takes. `tools` may come with it, and join its own.
            name: 1 to 255 characters.
            main: The steps that an execution begins with, at least one.
            description: What the task does.
            tools: Tools for this task alone, as dicts or models. Functions are described here; to
                have them called, pass them to `run`, too.
            inherit_tools: Whether the agent's tools can be used too. Default true on servers of
                2024, false on those of 2025.
            input_schema: JSON Schema that the input of executions must match; None takes any.
            metadata: Data of your own.
            canonical_name: A unique name of letters, digits and underscores (servers of 2025).
            idempotent: Whether the client chooses the id, so that a request whose answer was lost is
                sent again and has one effect.
            **workflows: Further workflows by name, for the steps that run one.

        Returns:
            The task as written.

        Raises:
            BadRequestError: A step, an expression or the schema is not valid. Of a loaded task the
                message says where in its file.
            TaskFileError: The file holds no task. Nothing was sent.
            TypeError: A further keyword is not a list of steps. Nothing was sent.
        """
        __tracebackhide__ = True
        fields = {
            "name": name,
            "main": main,
            "description": description,
            "tools": tools,
            "inherit_tools": inherit_tools,
            "input_schema": input_schema,
            "metadata": metadata,
            "canonical_name": canonical_name,
            **workflows,
        }
        return repeatable(creation(agent_id, task, fields), is_wanted=idempotent)

    @workflow
    async def ensure(
        self,
        /,
        key: str,
        agent_id: Id,
        *task: TaskSource,
        name: str = OMIT,
        main: Steps = OMIT,
        tools: TaskTools = OMIT,
        **fields: Any,
    ) -> Task:
        """Make sure that an agent has one task of this key, with these fields.

        As `agents.ensure` does: each run finds the same task, under an id that is made of
        `["task","<id of the agent>","flow"]`, and nothing is written if nothing differs. Servers of
        2024 take no such ids, and refuse the first request.

        Args:
            key: A text of your choice, unique for the agent.
            agent_id: The agent that it belongs to, or its id.
            *task: The whole task instead of the keywords, as for `create`. What it does not name goes
                back to its default.
            name: 1 to 255 characters.
            main: The steps that an execution begins with, at least one.
            tools: Tools for this task alone.
            **fields: The other fields and workflows, as for `create`. A field that is not given stays
                as it is. The workflows are given whole, and so are `metadata`, `tools` and
                `input_schema`. A `canonical_name` is settled when the task is created.

        Returns:
            The task as the server has it.

        Raises:
            BadRequestError: A step, an expression or the schema is not valid. Of a loaded task the
                message says where in its file.
            TaskFileError: The file holds no task. Nothing was sent.
            TypeError: A further keyword is not a list of steps. Nothing was sent.
            ValueError: The key is empty. Nothing was sent.
        """
        __tracebackhide__ = True
        given = {"name": name, "main": main, "tools": tools, **fields}
        describe = partial(keyed, self._engine, key, agent_id, task, given)
        return await ensured(await self._engine.transport.aside(describe))

    @operation
    def get(self, task_id: Id) -> Request[Task]:
        """Fetch one task.

        Args:
            task_id: The task, or its id.

        Raises:
            NotFoundError: There is no such task (`BadRequestError` on servers of 2024).
        """
        return fetching_task(task_id)

    @operation
    def create_or_update(
        self,
        /,
        agent_id: Id,
        task_id: Id,
        *,
        name: str,
        main: Steps,
        tools: TaskTools = OMIT,
        **fields: Any,
    ) -> Request[Task]:
        """Write a task under an id of your choice: create it, or overwrite it whole.

        Args:
            agent_id: The agent that it belongs to, or its id.
            task_id: A UUID, new or that of an existing task.
            name: 1 to 255 characters.
            main: The steps that an execution begins with, at least one.
            tools: Tools for this task alone.
            **fields: The other fields and workflows, as for `create`.
        """
        body = checked_fields({"name": name, "main": main, "tools": tools, **fields})
        where = path(ONE, agent_id=agent_id, task_id=task_id)
        return Request("POST", where, Task, body=body, written=body, repeatable=True)

    @operation
    def reset(
        self,
        /,
        agent_id: Id,
        task_id: Id,
        *,
        main: Steps,
        tools: TaskTools = OMIT,
        **fields: Any,
    ) -> Request[Task]:
        """Overwrite a task: what is not given goes back to its default.

        Only the embedded server does it: the API describes the operation, and no self-hosted server
        offers it. Use `create_or_update` there.

        Args:
            agent_id: The agent that it belongs to, or its id.
            task_id: The task, or its id.
            main: The steps that an execution begins with, at least one.
            tools: Tools for this task alone.
            **fields: The other fields and workflows, as for `create`.
        """
        body = checked_fields({"main": main, "tools": tools, **fields})
        where = path(ONE, agent_id=agent_id, task_id=task_id)
        written = {"name": "", **body}
        return Request("PUT", where, Task, body=body, written=written, missing=EMBEDDED)

    @operation
    def update(
        self,
        /,
        agent_id: Id,
        task_id: Id,
        *,
        main: Steps = OMIT,
        tools: TaskTools = OMIT,
        **changes: Any,
    ) -> Request[Task]:
        """Change some fields of a task; `metadata` replaces what is there.

        Only the embedded server does it: the API describes the operation, and no self-hosted server
        offers it. Use `create_or_update` there.

        Args:
            agent_id: The agent that it belongs to, or its id.
            task_id: The task, or its id.
            main: The steps that an execution begins with, at least one.
            tools: Tools for this task alone.
            **changes: Other fields and workflows, as for `create`; what is not given stays.
        """
        where = path(ONE, agent_id=agent_id, task_id=task_id)
        fetch = Tasks.get(self, task_id)
        body = checked_fields({"main": main, "tools": tools, **changes})
        return Request("PATCH", where, Task, body=body, otherwise=fetch, missing=EMBEDDED)

    @operation
    def delete(self, agent_id: Id, task_id: Id) -> Request[ResourceDeleted]:
        """Delete a task and its executions.

        Only the embedded server does it: the API describes it, and no self-hosted server offers it.

        Args:
            agent_id: The agent that it belongs to, or its id.
            task_id: The task, or its id.
        """
        where = path(ONE, agent_id=agent_id, task_id=task_id)
        return Request("DELETE", where, ResourceDeleted, missing=EMBEDDED)
