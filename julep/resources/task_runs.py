"""Tasks that are run to their end, one at a time or many."""

from __future__ import annotations

from collections.abc import Awaitable, Coroutine, Iterable, Mapping
from typing import Any, TypeVar, Unpack
from typing import overload as variant

from julep._faces import Async, FaceT, Resource, Sync, as_face, workflow
from julep._keywords import checked, shows_keywords
from julep._paths import Id
from julep._runs.batch import Batch
from julep._runs.journal import Journal
from julep._runs.requests import fetching
from julep._runs.run_options import FollowOptions, MapOptions, RunOptions, pace, run_setup
from julep._runs.running import follow_to_end, run_to_end
from julep._runs.starting import Start
from julep.types.runs import Run

from .executions import NO_INPUT
from .runs import Runs

T = TypeVar("T")


class TaskRuns(Resource[FaceT]):
    """What runs tasks."""

    @variant
    def run(
        self: TaskRuns[Sync],
        task_id: Id,
        *,
        input: Mapping[str, Any] = ...,
        output: type[T],
        **options: Unpack[RunOptions],
    ) -> Run[T]: ...
    @variant
    def run(
        self: TaskRuns[Sync],
        task_id: Id,
        *,
        input: Mapping[str, Any] = ...,
        output: Any = None,
        **options: Unpack[RunOptions],
    ) -> Run[Any]: ...
    @variant
    def run(
        self: TaskRuns[Async],
        task_id: Id,
        *,
        input: Mapping[str, Any] = ...,
        output: type[T],
        **options: Unpack[RunOptions],
    ) -> Coroutine[Any, Any, Run[T]]: ...
    @variant
    def run(
        self: TaskRuns[Async],
        task_id: Id,
        *,
        input: Mapping[str, Any] = ...,
        output: Any = None,
        **options: Unpack[RunOptions],
    ) -> Coroutine[Any, Any, Run[Any]]: ...
    @shows_keywords
    def run(
        self: TaskRuns[Any],
        task_id: Id,
        *,
        input: Mapping[str, Any] = NO_INPUT,
        output: Any = None,
        **options: Unpack[RunOptions],
    ) -> Run[Any] | Awaitable[Run[Any]]:
        """Run a task to its end: start it, answer what it waits for, return its result.

        Args:
            task_id: The task, or its id.
            input: What the first step gets. An empty object when not given.
            output: The type that the output is read as, for `parsed`: a class, `list[…]`, a union
                and so on, or a JSON Schema as a dict, which the output must fit, and which leaves it as it is.
            **options: `timeout`, `cancel_on_timeout`, `tools`, `answer`, `on_transition`,
                `on_call`, `on_tool_error`, `parallel`, `progress`, `metadata`.

        Returns:
            The run: `.output`, `.parsed`, `.steps`, `.transitions`, `.execution`, `.seconds`.

        Raises:
            TypeError: A function can't be used. Nothing was sent.
            ExecutionFailed: A step failed; `.step` and `.reason` tell more.
            ExecutionCancelled: Somebody cancelled it.
            ExecutionTimeout: It did not end in time; `.cancelled` tells whether it goes on.
            ExecutionAwaitsInput: It waits, and neither `tools` nor `answer` has an answer. Calls of
                functions that `tools` doesn't have are not for `answer`: the message names them.
            OutputMismatch: The output is not of the type `output`.
        """
        __tracebackhide__ = True
        given = checked(RunOptions, options, ("input", "output"))
        setup = run_setup(task_id, output, given, blocks=isinstance(self._face, Sync))
        start = Start(setup.task, input, setup.metadata)
        return as_face(self._face, run_to_end(self._engine, start, setup))

    @workflow
    async def follow(self, execution_id: Id, **options: Unpack[FollowOptions]) -> Run[Any]:
        """Follow an execution that was started before to its end, and answer what it waits for.

        A program that was started again goes on with a run in this way.

        Args:
            execution_id: The execution, or its id.
            **options: `timeout`, `cancel_on_timeout`, `tools`, `answer`, `on_transition`,
                `on_call`, `on_tool_error`, `parallel`, `progress`, as for `run`; `on_transition`
                hears of what came before, too.

        Returns:
            The run, as from `run`; `.seconds` is how long it was followed.

        Raises:
            NotFoundError: There is no such execution.
            TypeError: A function can't be used.
            ExecutionFailed: A step failed; `.step` and `.reason` tell more.
            ExecutionCancelled: Somebody cancelled it.
            ExecutionTimeout: It did not end in time; `.cancelled` tells whether it goes on.
            ExecutionAwaitsInput: It waits, and neither `tools` nor `answer` has an answer.
        """
        __tracebackhide__ = True
        given = checked(FollowOptions, options)
        execution = await self._engine.call(fetching(execution_id))
        setup = run_setup(execution.task_id, None, given, blocks=isinstance(self._face, Sync))
        return await follow_to_end(self._engine, execution, setup)

    @variant
    def map(
        self: TaskRuns[Sync],
        task_id: Id,
        inputs: Iterable[Mapping[str, Any]],
        *,
        output: type[T],
        **options: Unpack[MapOptions],
    ) -> Runs[Sync, T]: ...
    @variant
    def map(
        self: TaskRuns[Sync],
        task_id: Id,
        inputs: Iterable[Mapping[str, Any]],
        *,
        output: Any = None,
        **options: Unpack[MapOptions],
    ) -> Runs[Sync, Any]: ...
    @variant
    def map(
        self: TaskRuns[Async],
        task_id: Id,
        inputs: Iterable[Mapping[str, Any]],
        *,
        output: type[T],
        **options: Unpack[MapOptions],
    ) -> Runs[Async, T]: ...
    @variant
    def map(
        self: TaskRuns[Async],
        task_id: Id,
        inputs: Iterable[Mapping[str, Any]],
        *,
        output: Any = None,
        **options: Unpack[MapOptions],
    ) -> Runs[Async, Any]: ...
    @shows_keywords
    def map(
        self: TaskRuns[Any],
        task_id: Id,
        inputs: Iterable[Mapping[str, Any]],
        *,
        output: Any = None,
        **options: Unpack[MapOptions],
    ) -> Runs[Any, Any]:
        """Run a task for many inputs, several at a time: `for done in tasks.map(task, inputs)`.

        Inputs are taken as they are needed, so they may be without end. Use it in a `with` block to
        have what is under way cancelled however the block is left. Functions in `tools` and
        `answer` are called from several threads at a time; while one of them is at work, the other
        executions are followed, and no item is given.

        Args:
            task_id: The task, or its id.
            inputs: What the first step gets, for each run. An iterator that waits for its next one
                holds up the others.
            output: The type that each output is read as, for `done.run.parsed`; see `run`.
            **options: `concurrency`, `ordered`, `on_error`, `journal`, `key`, and as for `run`
                `timeout`, `cancel_on_timeout`, `tools`, `answer`, `on_transition`, `on_call`,
                `on_tool_error`, `parallel`, `progress`, `metadata`. The `timeout` is for each of the runs.

        Returns:
            An iterator over `done.input` and `done.run`, or `done.error` with
            `on_error="collect"`. It may be used as `with client.tasks.map(…) as runs`.

        Raises:
            TypeError: A function can't be used, or `inputs` is not a series. Nothing was sent.
            OSError: The journal can't be read or written.
            ExecutionError: While iterating, by default: what `run` raises.
        """
        given = checked(MapOptions, options, ("output",))
        setup = run_setup(task_id, output, given, blocks=isinstance(self._face, Sync))
        batch = Batch(self._engine, setup, _series(inputs), pace(given), _journal(given))
        return Runs[Any, Any](self._face, self._engine, batch)


def _series(inputs: Iterable[Mapping[str, Any]]) -> Iterable[Mapping[str, Any]]:
    __tracebackhide__ = True
    given: object = inputs
    if isinstance(given, str | bytes | Mapping) or not isinstance(given, Iterable):
        kind = type(inputs).__name__
        raise TypeError(f"inputs must be a list or another series of mappings, not {kind}")
    return inputs


def _journal(given: Mapping[str, Any]) -> Journal | None:
    __tracebackhide__ = True
    file, key = given.get("journal"), given.get("key")
    if key is not None and file is None:
        raise TypeError("key names inputs in a journal; give a journal, too")
    return None if file is None else Journal(file, key)
