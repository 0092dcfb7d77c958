"""Executions and their transitions as readers see them, out of SQLite."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import attrs

from julep.local.clock import from_seconds
from julep.local.workflow.status import shown_output
from julep.types.executions import FINAL_STATUSES, KnownExecutionStatus

from .execution_views import ExecutionView, Origin, TransitionView
from .page import Page
from .rows import Rows

UNFINISHED = "status NOT IN ({})".format(
    ", ".join(f"'{status}'" for status in sorted(FINAL_STATUSES))
)
"""What is asked of rows for executions that aren't over."""
_SHOWN = """id, task_id, status, input, error, created_at, updated_at, metadata,
            transition_count, (SELECT t.body FROM transitions t
                WHERE t.execution_id = executions.id ORDER BY t.number DESC LIMIT 1),
            CASE status WHEN 'awaiting_input' THEN (
                SELECT json_extract(t.body, '$.metadata.task_token')
                FROM transitions t WHERE t.execution_id = executions.id AND t.type = 'wait'
                AND t.answer IS NULL ORDER BY t.number DESC LIMIT 1) END"""


class _Row(NamedTuple):
    """What `_SHOWN` reads; input, metadata and the newest transition are JSON text."""

    id: str
    task_id: str
    status: KnownExecutionStatus
    input: str
    error: str | None
    created_at: float
    updated_at: float
    metadata: str
    transition_count: int
    newest: str | None
    task_token: str | None


@attrs.frozen
class NewExecution:
    """An execution that is to be stored."""

    id: str
    task_id: str
    job_id: str
    input: object
    metadata: Mapping[str, object]
    origin: Origin
    created_at: float


class ExecutionRows:
    """The tables of executions and transitions, read for the API."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def insert(self, new: NewExecution) -> None:
        """Store an execution that waits to be started; call it in a transaction."""
        sql = """INSERT INTO executions
                 (id, task_id, job_id, input, metadata, created_at, updated_at)
                 VALUES (?, ?, ?, ?, ?, ?, ?)"""
        texts = json.dumps(new.input), json.dumps(new.metadata)
        times = (new.created_at, new.created_at)
        self._connection.execute(sql, (new.id, new.task_id, new.job_id, *texts, *times))
        # In a table of its own: the other row is written again with every transition.
        origin = "INSERT INTO origins (execution_id, body) VALUES (?, ?)"
        self._connection.execute(origin, (new.id, json.dumps(new.origin)))

    def get(self, id: str) -> ExecutionView | None:
        """Return the execution of this id, or None."""
        sql = f"SELECT {_SHOWN} FROM executions WHERE id = ?"  # noqa: S608 - our own columns
        row = self._connection.execute(sql, (id,)).fetchone()
        return _execution(_Row(*row)) if row else None

    def page(self, page: Page, task_id: str) -> Iterator[ExecutionView]:
        """Return a part of a task's executions, each read when it has its turn."""
        order = f"{page.sort_by} {page.direction}, id {page.direction}"
        sql = f"SELECT id FROM executions WHERE task_id = ? ORDER BY {order} LIMIT ? OFFSET ?"  # noqa: S608 - our own columns
        ids = self._connection.execute(sql, (task_id, page.limit, page.offset)).fetchall()
        # They only go together, with their task: none is missing from a page that others follow.
        return (execution for (id,) in ids if (execution := self.get(id)))

    def unfinished_of(self, task_id: str) -> list[str]:
        """Return ids of a task's executions that aren't over."""
        sql = f"SELECT id FROM executions WHERE task_id = ? AND {UNFINISHED}"  # noqa: S608 - our own text
        return [id for (id,) in self._connection.execute(sql, (task_id,))]

    def unfinished_of_agent(self, agent_id: str) -> list[str]:
        """Return ids of the executions of an agent's tasks that aren't over."""
        sql = f"""SELECT id FROM executions WHERE {UNFINISHED}
                  AND task_id IN (SELECT id FROM tasks WHERE agent_id = ?)"""  # noqa: S608 - our own text
        return [id for (id,) in self._connection.execute(sql, (agent_id,))]

    def transitions(
        self, execution_id: str, page: Page, scope_id: str | None
    ) -> Rows[TransitionView]:
        """Return a part of an execution's transitions, of one scope or of all."""
        sql = f"""SELECT number FROM transitions
                  WHERE execution_id = ? AND (? IS NULL OR scope_id = ?)
                  ORDER BY number {page.direction} LIMIT ? OFFSET ?"""  # noqa: S608 - asc or desc

        def numbers() -> Iterator[Sequence[int]]:
            values = (execution_id, scope_id, scope_id, page.limit, page.offset)
            # They only go together: none is missing from a page that others follow.
            yield [number for (number,) in self._connection.execute(sql, values)]

        keys = {"execution_id": execution_id}
        return Rows(self._connection, "transitions", keys, numbers)

    def transition(self, execution_id: str, id: str) -> TransitionView | None:
        """Return one transition, or None."""
        sql = "SELECT body FROM transitions WHERE execution_id = ? AND id = ?"
        row = self._connection.execute(sql, (execution_id, id)).fetchone()
        return json.loads(row[0]) if row else None


def _execution(row: _Row) -> ExecutionView:
    view: ExecutionView = {
        "id": row.id,
        "task_id": row.task_id,
        "status": row.status,
        "input": json.loads(row.input),
        "output": shown_output(json.loads(row.newest)["output"]) if row.newest else {},
        "error": row.error,
        "created_at": from_seconds(row.created_at),
        "updated_at": from_seconds(row.updated_at),
        "metadata": json.loads(row.metadata),
        "transition_count": row.transition_count,
    }
    if row.status == "awaiting_input":
        view["task_token"] = row.task_token
    return view
