"""Where the task of a run lives: under an agent that is named, or under one of the command's own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final, Self, TypeVar
from uuid import uuid4

import attrs

from julep.errors import APIError, BadRequestError, JulepError, UnprocessableEntityError

from .failures import tell, words
from .interrupts import Deferred

if TYPE_CHECKING:
    from julep import Julep, LoadedTask
    from julep.resources.agents import AgentFields
    from julep.types import Execution, Task

T = TypeVar("T")

KEY: Final = "julep-run"
"""What the agent is ensured by, and called."""
_TOKEN: Final = "julep_cli_run"  # noqa: S105 - the name of a field
"""Where in the metadata of an execution its command finds it again."""
_LEAVES: Final = "julep_cli_agent"
"""Where the agent stands whose task goes when the execution is over, whichever command sees that."""


@attrs.define
class PlacedTask:
    """A task that is there for a run.

    Attributes:
        client: Who talks to the server.
        agent: The id of its agent.
        task: The task.
        stays: Whether it is left there.
        token: By which the run's execution is found again, in its metadata.
    """

    client: Julep
    agent: str
    task: Task
    stays: bool
    token: str = attrs.field(factory=lambda: str(uuid4()))

    @classmethod
    def of(cls, client: Julep, execution: Execution) -> Self:
        """Return the task of an execution; it goes if the command that made it would have it go."""
        agent = (execution.metadata or {}).get(_LEAVES)
        task = client.tasks.get(execution.task_id)
        return cls(client, str(agent), task, stays=agent is None)

    @property
    def marks(self) -> dict[str, str]:
        """What an execution has in its metadata."""
        return {_TOKEN: self.token} | ({} if self.stays else {_LEAVES: self.agent})

    def has_started(self, execution: Execution) -> bool:
        """Tell whether it is the execution of this run."""
        return (execution.metadata or {}).get(_TOKEN) == self.token

    def put_away(self) -> bool:
        """Delete the task with its executions, unless it stays; say so if that can't be done.

        Returns:
            Whether it is gone.
        """
        if self.stays:
            return False
        try:
            self.client.tasks.delete(self.agent, self.task)
        except JulepError as error:
            tell(f"julep: task {self.task.id} is left there: {words(error)}")
            return False
        return True


def placed(client: Julep, task: LoadedTask, agent: str, *, keep: bool) -> PlacedTask:
    """See to it that a task is there; with `keep` once for each name of a file, changed where need be.

    Raises:
        APIError: The server refuses it.
        KeyboardInterrupt: Ctrl-C was pressed; nothing is left there.
    """
    if keep:
        key = Path(task.file).name if task.file else "stdin"
        made = _ensured(
            lambda: client.tasks.ensure(key, agent, task), lambda: client.tasks.create(agent, task)
        )
        return PlacedTask(client, agent, made, stays=True)
    with Deferred() as interrupt:
        found = PlacedTask(client, agent, client.tasks.create(agent, task), stays=False)
    if interrupt.is_due:
        found.put_away()
        raise KeyboardInterrupt
    return found


def own_agent(client: Julep, model: str | None) -> str:
    """See to it that there is an agent of the command's own, one for each model; return its id."""
    name = f"{KEY} {model}" if model else KEY
    fields: AgentFields = {"name": name, "model": model} if model else {"name": name}

    def found_or_made() -> str:
        same = (one.id for one in client.agents.list() if one.name == name)
        return next(same, None) or client.agents.create(**fields).id

    return _ensured(lambda: client.agents.ensure(name, **fields).id, found_or_made)


def _ensured(ensure: Callable[[], T], make: Callable[[], T]) -> T:
    """Ensure something, or make it where the server takes no ids that are made of keys."""
    try:
        return ensure()
    except (BadRequestError, UnprocessableEntityError) as refusal:
        if not _is_about_ids(refusal):
            raise
    return make()


def _is_about_ids(refusal: APIError) -> bool:
    return "UUID version 4" in str(refusal)
