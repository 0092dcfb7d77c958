"""The log of the embedded server on a file, of which each start reads what the one before left."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from julep.local.records import Agent, Task
from julep.local.store.store import Store
from julep.local.workflow.ports import Answer, Execution, StatusView, Transition
from tests.local.records import some
from tests.local.store.test_execution_log import in_sqlite
from tests.local.workflow.fakes import Fuse


class FileLog:
    """A log on a file, with a fuse.

    Args:
        file: Where it is.
        execution: The execution that it is of.
    """

    def __init__(self, file: Path, execution: Execution) -> None:
        self.fuse = Fuse()
        self._file = file
        self._store = Store(file)
        self._store.agents.insert(some(Agent, id="agent", canonical_name="ada", created_at="1"))
        self._store.tasks.insert(some(Task, id="task", agent_id="agent", canonical_name="t"))
        in_sqlite(self._store).add(execution)

    def revive(self) -> None:
        """Start again, on what is in the file."""
        self.close()
        self._store = Store(self._file)
        self.fuse.revive()

    def close(self) -> None:
        """Let go of the file."""
        self._store.close()

    def execution(self, execution_id: str) -> Execution | None:
        """Returns an execution."""
        return self._store.log.execution(execution_id)

    def unfinished(self) -> Sequence[str]:
        """Returns the ids of executions that are not over."""
        return self._store.log.unfinished()

    def transitions(self, execution_id: str) -> Sequence[Transition]:
        """Returns the history."""
        return self._store.log.transitions(execution_id)

    def notes(self, execution_id: str) -> Mapping[str, Any]:
        """Returns the private notes."""
        return self._store.log.notes(execution_id)

    def append(self, transition: Transition, view: StatusView) -> bool:
        """Appends to the history."""
        self.fuse.write()
        return self._store.log.append(transition, view)

    def note(self, execution_id: str, key: str, value: Any) -> None:
        """Keeps a note."""
        self.fuse.write()
        self._store.log.note(execution_id, key, value)

    def answer(self, execution_id: str, wait_id: str, answer: Answer, view: StatusView) -> bool:
        """Stores a wait's answer."""
        self.fuse.write()
        return self._store.log.answer(execution_id, wait_id, answer, view)
