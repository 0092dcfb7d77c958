"""What is offered to a model as tools, and how its calls of functions are made."""

from __future__ import annotations

import inspect
import logging
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import partial
from types import CodeType
from typing import Any, Literal, Protocol, TypeAlias

import attrs

from julep._callbacks import refused, settled
from julep._codec import to_plain
from julep._exchange import Transport
from julep.errors import APITimeoutError, ToolError
from julep.types._json import is_object
from julep.types._model import Model
from julep.types._plain import is_foreign_model
from julep.types.tool_dicts import ToolDict
from julep.types.tools import CreateTool
from julep.types.turns import Call

from .function import Function, LocalTool, functions_by_name
from .invocation import Invocation
from .mcp import McpSession, McpTool, is_session, tools_of


class Callee(Protocol):
    """What can be called. mypy would take a plain `Callable` in a union for a `WrittenFunction`."""

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Call it."""
        ...


class WrittenFunction(Protocol):
    """A function of a list of several: where their signatures differ, mypy knows of no call."""

    @property
    def __code__(self) -> CodeType: ...


AnyFunction: TypeAlias = Callee | WrittenFunction
OfferedTool: TypeAlias = ToolDict | Model | Mapping[str, Any] | AnyFunction | McpSession
"""What `tools` may hold: a function that the client calls, the description of a tool whose calls are the
caller's, or a session with an MCP server, whose tools the client calls. Of a variable with several of
these mypy makes a list of objects, unless it is annotated."""
OnCall: TypeAlias = Callable[[Call], object]
OnToolError: TypeAlias = Literal["tell", "raise"]

_log = logging.getLogger("julep")


@attrs.define
class Toolbox:
    """The tools of a chat.

    Attributes:
        functions: Those that are run here, by name.
        offered: All of them as they go over the wire.
        others: Names of those that are not functions.
        blocks: Whether it belongs to a client that blocks.
        on_call: Hears of each call before and after it is made.
        on_tool_error: What becomes of the exceptions of functions.
        parallel: Whether several calls are made at a time.
        sessions: Sessions with MCP servers that have not listed their tools yet.
    """

    functions: Mapping[str, LocalTool]
    offered: list[Any]
    others: frozenset[str]
    blocks: bool
    on_call: OnCall | None = None
    on_tool_error: OnToolError = "tell"
    parallel: bool = True
    sessions: Sequence[McpSession] = ()

    async def list_tools(self, transport: Transport, seconds: float | None) -> None:
        """Ask sessions with MCP servers for their tools, once.

        Raises:
            APITimeoutError: They did not answer within so many seconds.
        """
        if self.sessions and not await transport.gather([self._list_tools], seconds):
            raise APITimeoutError("an MCP server did not list its tools in time")

    async def _list_tools(self) -> None:
        listed = [(session, await tools_of(session)) for session in self.sessions]
        self.sessions = ()
        for session, tools in listed:
            for tool in tools:
                found = McpTool(session, tool, self.functions.keys() | self.others)
                self.functions = {**self.functions, found.name: found}
                self.offered.append(_definition(found))

    def invocation(self, call: Call, given: str | None) -> Invocation:
        """Prepare a call that is to be made."""
        function = self.functions.get(call.name)
        known = ", ".join([*self.functions, *sorted(self.others)])
        fault = None if function else f"there is no tool {call.name!r}; there are: {known}"
        return Invocation(call, function, given, fault)

    async def make(
        self,
        transport: Transport,
        invocations: Sequence[Invocation],
        left: Callable[[], float | None],
    ) -> bool:
        """Make calls; tell whether all ended in time.

        Args:
            transport: What waits.
            invocations: The calls, in the order that the model asked for them in.
            left: Seconds that are left for them.

        Raises:
            Exception: A function raised it, and `on_tool_error` is `raise`.
        """
        __tracebackhide__ = True
        for group in [invocations] if self.parallel else [[one] for one in invocations]:
            await self._announce(group)
            begun = [one for one in group if one.call.state == "started"]
            jobs = [partial(one.make, transport, blocks=self.blocks) for one in begun]
            if not await transport.gather(jobs, left()):
                return False
            await self._conclude(group)
        return True

    async def _announce(self, invocations: Sequence[Invocation]) -> None:
        __tracebackhide__ = True
        # On the caller's thread and one after the other: it may ask somebody on a terminal.
        for invocation in invocations:
            invocation.call.state = "started"
            try:
                await self._tell(invocation.call)
            except ToolError as refusal:
                invocation.call.state, invocation.raised = "failed", refusal

    async def _conclude(self, invocations: Sequence[Invocation]) -> None:
        __tracebackhide__ = True
        for invocation in invocations:
            invocation.settle(blocks=self.blocks)
            await self._tell(invocation.call)
        if self.on_tool_error == "raise":
            for invocation in invocations:
                if invocation.unexpected:
                    raise invocation.unexpected
        for invocation in invocations:
            # What is told on purpose is no news to whoever wrote the function.
            if invocation.call.state == "failed" and not isinstance(invocation.raised, ToolError):
                _log.warning("%s failed: %s", invocation.call.name, invocation.call.error)

    async def _tell(self, call: Call) -> None:
        __tracebackhide__ = True
        if self.on_call is not None:
            await settled("on_call", self.on_call(call), blocks=self.blocks)


def toolbox(
    tools: Iterable[OfferedTool],
    *,
    blocks: bool,
    on_call: OnCall | None = None,
    on_tool_error: OnToolError = "tell",
    parallel: bool = True,
) -> Toolbox:
    """Sort out what was given as tools.

    Call it where the user does: annotations of local classes are looked up in the frames that run.

    Raises:
        TypeError: One is not a tool, or a function that the model or the client can't call.
        ValueError: Two have the same name.
    """
    __tracebackhide__ = True
    _check(on_call, on_tool_error, blocks=blocks)
    given = list(_checked(tools))
    sessions = [one for one in given if is_session(one)]
    rest = [one for one in given if not is_session(one)]
    functions = functions_by_name(one for one in rest if _is_function(one))
    if blocks:
        _check_blocking(functions.values(), sessions)
    return Toolbox(
        functions,
        _offered(rest, functions),
        _names_of_others(rest, functions),
        blocks,
        on_call,
        on_tool_error,
        bool(parallel),
        sessions,
    )


def _offered(tools: Iterable[Any], functions: Mapping[str, Function[..., Any]]) -> list[Any]:
    """Return tools as they go over the wire, with functions described."""
    definitions = map(_definition, functions.values())
    return [next(definitions) if _is_function(one) else one for one in tools]


def _names_of_others(tools: Iterable[Any], functions: Collection[str]) -> frozenset[str]:
    """Return the names of tools that are not functions, none of which a function may have."""
    __tracebackhide__ = True
    names = frozenset(name_of(one) for one in tools if not _is_function(one))
    if twice := sorted(names.intersection(functions)):
        raise ValueError(f"two tools are called {twice[0]}; give one another name")
    return names


def described(*tools: Iterable[OfferedTool]) -> list[Any]:
    """Return tools as they go over the wire, where none of them is called.

    Args:
        *tools: The tools, in one list or more.

    Raises:
        TypeError: As for `toolbox`, and for sessions with MCP servers, which can't be asked here.
        ValueError: Two have the same name.
    """
    __tracebackhide__ = True
    box = toolbox([one for some in tools for one in _checked(some)], blocks=False)
    for session in box.sessions:
        name = type(session).__name__
        raise TypeError(f"{name} is an MCP session, which chats and runs of tasks alone can ask")
    return box.offered


def _checked(tools: Iterable[OfferedTool]) -> Iterator[Any]:
    __tracebackhide__ = True
    given: object = tools
    if isinstance(given, str | Mapping | Model) or not hasattr(given, "__iter__"):
        raise TypeError(f"tools must be a list of functions or tools, not {type(tools).__name__}")
    for index, one in enumerate(tools):
        if not (callable(one) or _is_described(one) or is_session(one)):
            kind = type(one).__name__
            raise TypeError(
                f"tools[{index}] must be a function, a dict or a CreateTool, not {kind}"
            )
        yield one


def _is_described(tool: Any) -> bool:
    return isinstance(tool, Mapping | Model) or is_foreign_model(tool)


def _is_function(tool: Any) -> bool:
    return callable(tool) and not isinstance(tool, Mapping | Model)


def _check_blocking(
    functions: Iterable[Function[..., Any]], sessions: Iterable[McpSession]
) -> None:
    __tracebackhide__ = True
    for session in sessions:
        name = type(session).__name__
        raise TypeError(f"{name} is an MCP session, and this client blocks: use AsyncJulep")
    for function in functions:
        if function.is_async:
            raise refused(function.name)


def _check(on_call: OnCall | None, on_tool_error: str, *, blocks: bool) -> None:
    __tracebackhide__ = True
    if on_call is not None and not callable(on_call):
        raise TypeError(f"on_call must be a function, not {type(on_call).__name__}")
    if blocks and inspect.iscoroutinefunction(on_call):
        raise refused("on_call")
    if on_tool_error not in ("tell", "raise"):
        raise ValueError(f"on_tool_error must be 'tell' or 'raise', not {on_tool_error!r}")


def _definition(function: LocalTool) -> CreateTool:
    # Servers of 2024 look for the description in the function alone, and some for the name.
    described = function.definition
    return CreateTool(name=function.name, description=function.description, function=described)


def name_of(tool: Any) -> str:
    """Return what a tool that is not a function is called; empty if it has no name."""
    plain = to_plain(tool)
    function = plain.get("function")
    within = function.get("name") if is_object(function) else None
    return str(plain.get("name") or within or "")
