"""Tasks: what an agent can be told to do, step by step."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import ClassVar, cast

from julep.local.errors import BadRequest, Invalid
from julep.local.fields import problem
from julep.local.ids import new_id
from julep.local.records import Task, TaskFields, TaskTool, Tool, ToolDefinition
from julep.local.sandbox.isolated import schema_problem
from julep.local.store.rows import Shown
from julep.local.store.store import Store
from julep.local.strictness import Strictness
from julep.local.workflow import TOOL_TYPES, Engine, Issue, completed
from julep.types._json import JsonObject, objects

from .answers import Deleted, Items
from .collection import Resource, new_record, renewed
from .names import canonical_name
from .task_form import read_task
from .tools import Tools, function_spec


class _CheckedTask(TaskFields):
    tools: list[TaskTool]


class Tasks(Resource[Task]):
    """The tasks of all agents.

    Args:
        store: Where they are kept.
        tools: The agents' own ones, which a task may inherit.
        engine: Runs executions; those of a deleted task are cancelled.
        strictness: Says what is wrong with a task.
    """

    kind: ClassVar[str] = "Task"
    longest_page: ClassVar[int | None] = 100

    def __init__(self, store: Store, tools: Tools, engine: Engine, strictness: Strictness) -> None:
        super().__init__(store, store.tasks)
        self._strictness = strictness
        self._tools = tools
        self._engine = engine

    async def create(self, agent_id: str, body: Mapping[str, object]) -> JsonObject:
        """Create a task."""
        return await self._insert(agent_id, new_id(), body)

    async def create_or_update(
        self, agent_id: str, task_id: str, body: Mapping[str, object]
    ) -> JsonObject:
        """Create or overwrite the task of this id; this agent takes over another one's."""
        old = self._table.get(task_id)
        if old is None:
            return await self._insert(agent_id, task_id, body)
        self._need_agent(agent_id)
        return self._save({**old, "agent_id": agent_id}, await self._read(body))

    def get(self, task_id: str) -> JsonObject:
        """Return the task of this id, whoever its agent is."""
        return self._shown(self.stored(task_id))

    def list(self, agent_id: str, query: Mapping[str, str]) -> Items[JsonObject]:
        """Return a page of the agent's tasks, under `items`."""
        return {"items": Shown(self._page(query, agent_id=agent_id).one_by_one(), self._shown)}

    async def update(self, agent_id: str, task_id: str, body: Mapping[str, object]) -> JsonObject:
        """Overwrite a task; executions that run continue with the old one."""
        # The documented update has no name to give.
        return await self._change(
            agent_id, task_id, "update", lambda old: {"name": old["name"], **body}
        )

    async def patch(self, agent_id: str, task_id: str, body: Mapping[str, object]) -> JsonObject:
        """Change what was sent of a task; the rest stays as it was."""
        sent = {key: value for key, value in body.items() if value is not None}
        return await self._change(agent_id, task_id, "patch", lambda old: {**old, **sent})

    def delete(self, agent_id: str, task_id: str) -> Deleted:
        """Delete it, after ending its executions; return its id and when that was."""
        self._find(task_id, "delete", agent_id=agent_id)
        for execution_id in self._store.executions.unfinished_of(task_id):
            self._engine.cancel(execution_id)
        return self._remove(task_id)

    def stored(self, task_id: str) -> Task:
        """Return the task as it was sent, with defaults for what wasn't."""
        return self._find(task_id)

    async def _insert(self, agent_id: str, task_id: str, body: Mapping[str, object]) -> JsonObject:
        self._need_agent(agent_id)
        fields = await self._read(body)
        # While the task was checked, the agent may have gone or another request made the task.
        self._need_agent(agent_id)
        if (made := self._table.get(task_id, agent_id=agent_id)) is not None:
            return self._save(made, fields)
        fields["canonical_name"] = fields["canonical_name"] or canonical_name()
        return self._shown(self._add({**fields, **new_record(task_id), "agent_id": agent_id}))

    async def _change(
        self,
        agent_id: str,
        task_id: str,
        operation: str,
        changed: Callable[[Task], JsonObject],
    ) -> JsonObject:
        while True:
            old = self._find(task_id, operation, agent_id=agent_id)
            fields = await self._read(changed(old))
            # Others may have changed it while it was checked: then from the start, on theirs.
            if self._find(task_id, operation, agent_id=agent_id) == old:
                return self._save(old, fields)

    def _save(self, old: Task, fields: _CheckedTask) -> JsonObject:
        fields["canonical_name"] = fields["canonical_name"] or old["canonical_name"]
        return self._shown(self._replace({**fields, **renewed(old), "agent_id": old["agent_id"]}))

    async def _read(self, body: Mapping[str, object]) -> _CheckedTask:
        task, problems = read_task(body, self._strictness)
        issues = await self._strictness.task(task)
        for issue in issues:
            if issue.type == "invalid_shape":
                problem(problems, "invalid_shape", issue.sentence, issue.location)
        if problems:
            raise Invalid(problems)
        if wrong := await schema_problem(task["input_schema"]):
            raise BadRequest(f"Invalid input schema: {wrong}")
        _refuse(issues)
        return cast("_CheckedTask", {**task, "tools": objects(task.get("tools"))})

    def _shown(self, task: Task) -> JsonObject:
        tools = [_tool(tool, inherited=False) for tool in task["tools"]]
        if task["inherit_tools"]:
            names = {tool["name"] for tool in tools}
            own = self._tools.of_agent(task["agent_id"])
            tools += [_tool(tool, inherited=True) for tool in own if tool["name"] not in names]
        return {**completed(task), "tools": tools}


def _refuse(issues: list[Issue]) -> None:
    if any(issue.severity == "error" for issue in issues):
        message = "Task specification contains validation errors"
        # The self-hosted server answers with the repr of this, and clients read it as such.
        raise BadRequest(repr({"message": message, "issues": [issue.wire() for issue in issues]}))


def _tool(tool: TaskTool | Tool, *, inherited: bool) -> JsonObject:
    spec = {kind: tool.get(kind) for kind in TOOL_TYPES}
    shown = {"type": "function", "description": None, **tool, **spec, "inherited": inherited}
    if shown["type"] == "function":
        shown["function"] = function_spec(cast("ToolDefinition", shown))
    return shown
