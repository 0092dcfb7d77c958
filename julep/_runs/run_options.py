"""How a task is run: all options but its input."""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable, Iterable, Mapping
from os import PathLike
from typing import Any, Literal, TypeAlias, TypedDict, cast

import attrs

from julep._callbacks import refused
from julep._checks import check_count, check_flag, check_timeout
from julep._observability.genai_spans import run_span
from julep._observability.spans import Span
from julep._output import Output
from julep._paths import Id, id_of
from julep._progress import Progress
from julep._tools.toolbox import OfferedTool, OnCall, OnToolError, Toolbox, toolbox
from julep.types.executions import Execution, Transition

GivesInput: TypeAlias = Callable[[Any], Mapping[str, Any] | Awaitable[Mapping[str, Any]]]
OnTransition: TypeAlias = Callable[[Transition], object]


class FollowOptions(TypedDict, total=False):
    """How an execution is followed to its end.

    Attributes:
        timeout: Seconds for the whole, at most. None (default) sets no limit.
        cancel_on_timeout: Whether the execution is cancelled when time is over, or the run is
            interrupted. By default it continues on the server.
        tools: Functions that answer function-tool steps, by their name. With `AsyncJulep` also open
            sessions of the `mcp` package, whose servers' tools do. The calls of tools that are dicts
            or models go to `answer`: `tools=task.tools` has it answer all of them. Calls of a prompt
            come as a list, whose answer has the result of each by its id.
        answer: Gives the input for any other wait, a mapping, from the wait's output. With
            `AsyncJulep` it may be a coroutine function.
        on_transition: Is called with each transition, oldest first.
        on_call: Is called with each `Call` of a function, before and after; see `chat`.
        on_tool_error: What becomes of an exception of a function: the step gives
            `{"error": "…"}` (`tell`, the default), or the caller gets it (`raise`); see `chat`.
        parallel: Whether several calls of one prompt are made at the same time. Default true.
        progress: Whether a line on stderr tells how far it is: one that is kept up to date in
            terminals and notebooks, and a new one for news elsewhere.
    """

    timeout: float | None
    cancel_on_timeout: bool
    tools: Iterable[OfferedTool]
    answer: GivesInput | None
    on_transition: OnTransition | None
    on_call: OnCall | None
    on_tool_error: OnToolError
    parallel: bool
    progress: bool


class RunOptions(FollowOptions, total=False):
    """How a task is run.

    Attributes:
        metadata: Data of your own, kept with the execution; `julep_client_token` is added to it.
    """

    metadata: Mapping[str, Any] | None


class MapOptions(RunOptions, total=False):
    """How a task is run for many inputs. `timeout` is for each of the runs.

    Attributes:
        concurrency: How many executions run at a time, at most. Default 8.
        ordered: Whether the items come in the order of the inputs (default), or as they are done.
        on_error: `raise` (default) raises what went wrong at that item, and cancels the rest;
            `collect` gives it as the item's `error`.
        journal: A file that keeps what is done, as lines of JSON. What it has is given again and
            starts nothing; what failed is started again. So is, with a warning, what was done before
            the steps, schema or tools of the task, or a function in `tools` or `answer`, changed.
            Changes of the agent, and of what functions call, aren't seen: take another file then.
        key: Gives the text by which the journal knows an input; by default its position and hash.
            A result is given for all inputs with its key, with a warning if they differ.
    """

    concurrency: int
    ordered: bool
    on_error: Literal["raise", "collect"]
    journal: str | PathLike[str] | None
    key: Callable[[Any], str] | None


@attrs.define
class Pace:
    """How many runs go on at a time, and how they come.

    Attributes:
        concurrency: How many at a time, at most.
        ordered: Whether they come in the order of the inputs.
        raises: Whether what goes wrong is raised.
    """

    concurrency: int
    ordered: bool
    raises: bool


def pace(given: Mapping[str, Any]) -> Pace:
    """Read how runs go on and come, as the keywords of `map` say.

    Raises:
        TypeError: `concurrency` is not a whole number, or `ordered` neither True nor False.
        ValueError: It is less than 1, or `on_error` is neither.
    """
    __tracebackhide__ = True
    concurrency = check_count("concurrency", given.get("concurrency", 8))
    on_error = given.get("on_error", "raise")
    if on_error not in ("raise", "collect"):
        raise ValueError(f"on_error must be 'raise' or 'collect', not {on_error!r}")
    return Pace(concurrency, check_flag("ordered", given.get("ordered", True)), on_error == "raise")


@attrs.define
class Callbacks:
    """The functions of the user's that take part in a run.

    Attributes:
        box: Those that answer function-tool steps.
        answer: Answers other waits.
        on_transition: Hears of each transition.
    """

    box: Toolbox
    answer: GivesInput | None
    on_transition: OnTransition | None

    @property
    def may_take_long(self) -> bool:
        """Whether one of them may be at work for a while: a person or a model may answer."""
        return self.answer is not None or bool(self.box.functions)

    def __attrs_post_init__(self) -> None:
        for name in ("answer", "on_transition"):
            function = getattr(self, name)
            if function is not None and not callable(function):
                raise TypeError(f"{name} must be a function, not {type(function).__name__}")
            if self.box.blocks and inspect.iscoroutinefunction(function):
                raise refused(name)


@attrs.define
class RunSetup:
    """What all runs of one call have in common.

    Attributes:
        task: The task, or its id.
        metadata: Data of the user's for the executions.
        callbacks: The functions that take part.
        output: What reads the output as a type, if that is asked for.
        seconds: How long a run may take.
        cancels: Whether an execution is cancelled when time is over.
        progress: Tells how far it is.
    """

    task: Id
    metadata: Mapping[str, Any] | None
    callbacks: Callbacks
    output: Output | None
    seconds: float | None
    cancels: bool
    progress: Progress

    def span(self) -> Span:
        """Begin the span of a run."""
        return run_span(id_of("task_id", self.task), getattr(self.task, "name", None))

    def parsed(self, done: Execution) -> Any:
        """Read the output of an execution as a value of the type that was asked for.

        Raises:
            OutputMismatch: It is not of that type.
        """
        return done.output if self.output is None else self.output.of_task(done)


def run_setup(task_id: Id, output: Any, given: Mapping[str, Any], *, blocks: bool) -> RunSetup:
    """Sort out how a task is to be run.

    Call it where the user does: annotations of local classes are looked up in the frames that run.

    Raises:
        TypeError: A function can't be used, or `metadata` is no mapping.
        ValueError: `on_tool_error` is neither.
        ConfigurationError: `timeout` is not a number of seconds.
    """
    __tracebackhide__ = True
    id_of("task_id", task_id)
    box = toolbox(
        given.get("tools") or (),
        blocks=blocks,
        on_call=given.get("on_call"),
        on_tool_error=given.get("on_tool_error", "tell"),
        parallel=given.get("parallel", True),
    )
    return RunSetup(
        task_id,
        _checked_metadata(given.get("metadata")),
        Callbacks(box, given.get("answer"), given.get("on_transition")),
        None if output is None else Output(output),
        check_timeout(given.get("timeout")),
        check_flag("cancel_on_timeout", given.get("cancel_on_timeout", False)),
        Progress(is_wanted=check_flag("progress", given.get("progress", False))),
    )


def _checked_metadata(metadata: object) -> Mapping[str, Any] | None:
    __tracebackhide__ = True
    if not isinstance(metadata, Mapping | None):
        kind = type(metadata).__name__
        raise TypeError(f"metadata must be a mapping, such as a dict, not {kind}")
    return cast("Mapping[str, Any] | None", metadata)
