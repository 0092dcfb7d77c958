"""The workflow engine's log in SQLite: each transition with the status that follows from it."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager

from julep.local.clock import from_seconds
from julep.local.workflow.ports import Answer, Execution, StatusView, Target, Transition
from julep.local.workflow.scope import wire_target
from julep.types.executions import FINAL_STATUSES

from .execution_rows import UNFINISHED
from .execution_views import Origin, TransitionView
from .row_numbers import unused_numbers

# Jobs have words of their own for how they ended.
_JOB_STATES = {status: status for status in FINAL_STATUSES} | {"cancelled": "aborted"}


class ExecutionLog:
    """What the engine reads and writes; see the engine's ports for what each method promises.

    Args:
        connection: The database.
        transaction: Makes several statements one.
    """

    def __init__(
        self,
        connection: sqlite3.Connection,
        transaction: Callable[[], AbstractContextManager[None]],
    ) -> None:
        self._execute = connection.execute
        self._transaction = transaction
        self._unused = unused_numbers(connection, "transitions")
        self._on_change: Callable[[str], object] = str  # does nothing

    def watch(self, on_change: Callable[[str], object]) -> None:
        """Register a callback for the id of each execution with a new transition or status."""
        self._on_change = on_change

    def execution(self, execution_id: str) -> Execution | None:
        """Return an execution, or None."""
        sql = """SELECT e.input, e.metadata, o.body, e.created_at
                 FROM executions e JOIN origins o ON o.execution_id = e.id WHERE e.id = ?"""
        row = self._execute(sql, (execution_id,)).fetchone()
        if row is None:
            return None
        origin: Origin = json.loads(row[2])
        return Execution(
            id=execution_id,
            input=json.loads(row[0]),
            metadata=json.loads(row[1]),
            created_at=row[3],
            **origin,
        )

    def unfinished(self) -> Sequence[str]:
        """Return ids of the executions that aren't over, oldest first."""
        rows = self._execute(f"SELECT id FROM executions WHERE {UNFINISHED} ORDER BY created_at")  # noqa: S608 - our own text
        return [id for (id,) in rows]

    def transitions(self, execution_id: str) -> Sequence[Transition]:
        """Return the whole history in the order of writing."""
        sql = """SELECT key, created_at, answer, body FROM transitions
                 WHERE execution_id = ? ORDER BY number"""
        return [_transition(*row) for row in self._execute(sql, (execution_id,))]

    def notes(self, execution_id: str) -> dict[str, object]:
        """Return the private notes, by key."""
        rows = self._execute("SELECT key, value FROM notes WHERE execution_id = ?", (execution_id,))
        return {key: json.loads(value) for key, value in rows}

    def append(self, transition: Transition, view: StatusView) -> bool:
        """Add a transition and its status, unless it is there or the execution is over."""
        sql = f"""INSERT OR IGNORE INTO transitions
                  (number, id, execution_id, key, type, scope_id, body, created_at)
                  SELECT ?, ?, id, ?, ?, ?, ?, ? FROM executions WHERE id = ? AND {UNFINISHED}"""  # noqa: S608 - our own text
        body = json.dumps(_public(transition))
        values = (transition.key, transition.type, transition.current.scope_id, body)
        ends = (transition.created_at, transition.execution_id)
        with self._transaction():
            named = (next(self._unused), transition.id)
            if self._execute(sql, (*named, *values, *ends)).rowcount == 0:
                return False
            self._set_view(transition.execution_id, view, transition.created_at, added=1)
        self._on_change(transition.execution_id)
        return True

    def note(self, execution_id: str, key: str, value: object) -> None:
        """Keep a private value; the first one of a key stays."""
        sql = "INSERT OR IGNORE INTO notes (execution_id, key, value) VALUES (?, ?, ?)"
        self._execute(sql, (execution_id, key, json.dumps(value)))

    def answer(self, execution_id: str, wait_id: str, answer: Answer, view: StatusView) -> bool:
        """Keep what resumed a wait and the status after it, unless it was resumed before."""
        sql = f"""UPDATE transitions SET answer = ?
                  WHERE execution_id = ? AND id = ? AND type = 'wait' AND answer IS NULL
                  AND EXISTS (SELECT 1 FROM executions WHERE id = ? AND {UNFINISHED})"""  # noqa: S608 - our own text
        values = (json.dumps({"input": answer.input}), execution_id, wait_id, execution_id)
        with self._transaction():
            if self._execute(sql, values).rowcount == 0:
                return False
            self._set_view(execution_id, view, None, added=0)
        self._on_change(execution_id)
        return True

    def _set_view(
        self, execution_id: str, view: StatusView, moment: float | None, *, added: int
    ) -> None:
        sql = """UPDATE executions SET status = ?, error = ?,
                 updated_at = coalesce(?, updated_at), transition_count = transition_count + ?
                 WHERE id = ?"""
        # The output is that of the newest transition: it isn't stored twice.
        values = (view.status, view.error, moment, added, execution_id)
        self._execute(sql, values)
        if state := _JOB_STATES.get(view.status):
            self._end_job(execution_id, state)

    def _end_job(self, execution_id: str, state: str) -> None:
        sql = """UPDATE jobs SET body = json_set(body, '$.state', ?, '$.reason', ?)
                 WHERE id = (SELECT job_id FROM executions WHERE id = ?)"""
        self._execute(sql, (state, f"Execution status: {state}", execution_id))


def _public(transition: Transition) -> TransitionView:
    moment = from_seconds(transition.created_at)
    return {
        "id": transition.id,
        "execution_id": transition.execution_id,
        "type": transition.type,
        "current": wire_target(transition.current),
        "next": wire_target(transition.next) if transition.next else None,
        "output": transition.output,
        "metadata": dict(transition.metadata),
        "step_label": transition.step_label,
        "created_at": moment,
        "updated_at": moment,
    }


def _transition(key: str, created_at: float, answer: str | None, body: str) -> Transition:
    shown: TransitionView = json.loads(body)
    return Transition(
        id=shown["id"],
        execution_id=shown["execution_id"],
        key=key,
        type=shown["type"],
        current=Target(**shown["current"]),
        next=Target(**shown["next"]) if shown["next"] else None,
        output=shown["output"],
        metadata=shown["metadata"],
        step_label=shown["step_label"],
        created_at=created_at,
        answer=Answer(**json.loads(answer)) if answer else None,
    )
