"""The ports of the workflow engine: a log that survives, and the effects that executions have.

The engine keeps nothing that matters in memory. Three records, all written through `Log`, let it
go on after a crash at any moment:

- **transitions**, the public history. Each has a `key` that names the moment in the execution it
  stands for (``main/2.foreach[0]/0:done``); keys are the same on every replay, so a transition
  that is in the log already is read, never written or acted out again.
- **notes**, private values under keys of the same kind: what a step decided or learnt before it
  was done (the branch that was taken, the items of a loop, a model's reply among several).
- **answers**, the inputs that resumed a wait, stored beside the `wait` transition itself.

Calls of `Log` are plain functions: they take microseconds and must be atomic and durable when
they return. Calls of `Effects` are coroutines, since they wait for other machines.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol, TypedDict

from attrs import field, frozen

from julep.local.models.completion_objects import Completion
from julep.local.records import Agent, Message, Task, Tool
from julep.types._json import JsonObject
from julep.types.executions import KnownExecutionStatus, KnownTransitionType


@frozen(kw_only=True)
class Target:
    """A step's address: the workflow's name, the step's index, and that run of a workflow."""

    workflow: str
    step: int
    scope_id: str


class TargetView(TypedDict):
    """The same as the API shows it."""

    workflow: str
    step: int
    scope_id: str


@frozen(kw_only=True)
class Answer:
    """The input that resumed a wait; `None` is an input too."""

    input: object


@frozen(kw_only=True)
class Transition:
    """One line of an execution's history.

    Attributes:
        id: From `Effects.new_id`; ids grow with time.
        key: Names the moment in the execution; unique in it. Private, never shown by the API.
        created_at: Seconds since the epoch, from `Effects.now`.
        answer: Set once the wait was resumed; only `wait` transitions have one. Private.
    """

    id: str
    execution_id: str
    key: str
    type: KnownTransitionType
    current: Target
    next: Target | None
    output: object
    metadata: Mapping[str, object] = field(factory=JsonObject)
    step_label: str | None = None
    created_at: float
    answer: Answer | None = None


@frozen(kw_only=True)
class StatusView:
    """An execution's status, output and error as `GET /executions/{id}` shows them."""

    status: KnownExecutionStatus
    output: object
    error: str | None


@frozen(kw_only=True)
class Execution:
    """Everything about an execution that never changes.

    Attributes:
        id: The execution's id.
        task: The task as it is on the wire: `main`, sub-workflows, `tools`, `inherit_tools`.
        input: The execution's input.
        agent: The agent as it is on the wire (`name`, `model`, `default_settings` …).
        agent_tools: The agent's own tools; the engine heeds `inherit_tools`.
        developer_id: Seen by expressions as `developer_id`.
        metadata: The execution's metadata.
        created_at: Seconds since the epoch.
    """

    id: str
    task: Task
    input: object
    agent: Agent
    agent_tools: Sequence[Tool] = ()
    developer_id: str = "00000000-0000-0000-0000-000000000000"
    metadata: Mapping[str, object] = field(factory=JsonObject)
    created_at: float = 0.0


class Log(Protocol):
    """Where executions are kept. Every method is atomic, and durable when it returns."""

    def execution(self, execution_id: str) -> Execution | None:
        """Return the execution, or `None` if there is none."""
        ...

    def unfinished(self) -> Sequence[str]:
        """Return the ids of all executions without a final transition, oldest first."""
        ...

    def transitions(self, execution_id: str) -> Sequence[Transition]:
        """Return the whole history, in the order in which it was written."""
        ...

    def notes(self, execution_id: str) -> Mapping[str, object]:
        """Return the execution's private notes."""
        ...

    def append(self, transition: Transition, view: StatusView) -> bool:
        """Write a transition and, in the same atomic step, the status that follows from it.

        Returns:
            False, with nothing written, when the execution is over (its last transition is
            `finish`, `error` or `cancelled`) or has a transition with that key already.
        """
        ...

    def note(self, execution_id: str, key: str, value: object) -> None:
        """Keep a private value; a key is written once."""
        ...

    def answer(self, execution_id: str, wait_id: str, answer: Answer, view: StatusView) -> bool:
        """Store what resumed a wait, and in the same atomic step the status that follows.

        Returns:
            False, with nothing written, when that wait has an answer already or the execution
            is over.
        """
        ...


class EffectError(Exception):
    """A call to the outside failed; its text is what the execution's error will say.

    Attributes:
        transient: Whether trying again may help (connection lost, timeout, overload).
        patience: For how many seconds of trying again.
    """

    def __init__(self, message: str, *, transient: bool = False, patience: float = 3_600.0) -> None:
        super().__init__(message)
        self.transient = transient
        self.patience = patience


@frozen(kw_only=True)
class ModelRequest:
    """One call of a model, in the terms of the chat completions API.

    Attributes:
        settings: Sampling settings and the like, without nulls: `temperature`, `max_tokens` …
        tools: Tools in the form the model takes; `None` sends none.
    """

    model: str
    messages: Sequence[Message]
    settings: JsonObject
    tools: Sequence[JsonObject] | None = None
    tool_choice: object = None


@frozen(kw_only=True)
class HttpCall:
    """A request to another server: what to send.

    Attributes:
        options: Any of `params`, `json`, `data`, `content`, `files`, `cookies`, as httpx takes
            them, and `follow_redirects`.
        timeout: Seconds for the whole call.
        secret_params: More of the query, which shows in no log and no error.
    """

    method: str
    url: str
    headers: Mapping[str, str]
    options: Mapping[str, object]
    timeout: float = 600.0
    secret_params: Mapping[str, str] = field(factory=dict[str, str])


@frozen(kw_only=True)
class HttpReply:
    """The answer of another server, whatever its status.

    Attributes:
        url: What was asked in the end, its query and redirects included.
    """

    status_code: int
    headers: Mapping[str, str]
    content: bytes
    reason: str = ""
    url: str = ""


@frozen(kw_only=True)
class SystemCall:
    """A call of the server's own API: `resource`, `subresource` and `operation` name it.

    Attributes:
        arguments: Keyword arguments of the operation: ids, `data`, `limit`, query fields …
    """

    resource: str
    subresource: str | None
    operation: str
    arguments: Mapping[str, object]


class Effects(Protocol):
    """What executions act on. Failures are raised as `EffectError`."""

    def now(self) -> float:
        """Return the time, in seconds since the epoch."""
        ...

    def new_id(self) -> str:
        """Return a new id; later ids sort after earlier ones."""
        ...

    def secrets(self) -> Mapping[str, str]:
        """Return the developer's secrets, by name."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Return after that many seconds."""
        ...

    async def complete(self, execution: Execution, request: ModelRequest) -> Completion:
        """Ask a model, and return the whole chat completion object."""
        ...

    async def http(self, execution: Execution, call: HttpCall) -> HttpReply:
        """Send a request on behalf of an `api_call`; the engine judges the status."""
        ...

    async def integration(
        self,
        execution: Execution,
        definition: JsonObject,
        arguments: object,
    ) -> object:
        """Call an integration other than `dummy`; `definition` has provider, method, setup."""
        ...

    async def system(self, execution: Execution, call: SystemCall) -> object:
        """Call an operation of the server's own API, and return its answer as JSON."""
        ...

    async def embed(self, texts: Sequence[str]) -> Sequence[Sequence[float]]:
        """Return one vector for each text."""
        ...

    async def search(self, execution: Execution, request: JsonObject) -> object:
        """Search the agent's documents, with the body and the answer of `/agents/{id}/search`."""
        ...
