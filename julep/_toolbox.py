"""What is offered to a model as tools, and a call of a function from its start to its result."""

from __future__ import annotations

import inspect
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any, Final, Literal, TypeAlias, cast

import attrs

from ._codec import decode_json, encode, to_plain
from ._engine import Transport
from ._function import Function, functions_by_name
from ._misfit import Misfit
from .errors import ToolError
from .types._model import Model
from .types._plain import is_foreign_model, is_object
from .types.entries import Message
from .types.tools import CreateTool, ToolCall
from .types.turns import Call

OfferedTool: TypeAlias = Model | Mapping[str, Any] | Callable[..., Any]
"""A function that the client calls, or the description of a tool whose calls are the caller's."""
OnCall: TypeAlias = Callable[[Call], object]
OnToolError: TypeAlias = Literal["tell", "raise"]

LONGEST_RESULT: Final = 100_000
"""Bytes of a result that a model is given; more would hardly fit what it can read."""


@attrs.define
class Errand:
    """A call that is made here.

    Attributes:
        call: What users see of it.
        function: What is called; None where there is no such tool, which `fault` says then.
        given: The arguments, as the model wrote them.
        fault: What the model is told instead of a result.
        raised: What the function raised.
        text: The result, as the model is given it.
    """

    call: Call
    function: Function[..., Any] | None
    given: str | None
    fault: str | None = None
    raised: Exception | None = None
    text: str = ""
    _value: Any = None

    @property
    def message(self) -> Message:
        """What tells the model the result."""
        return Message(role="tool", tool_call_id=self.call.id, content=self.text)

    async def make(self, transport: Transport, *, blocks: bool) -> None:
        """Call the function."""
        began = time.monotonic()
        if self.function is None:
            return
        if self.function.is_async:
            self._begin()
        else:
            await transport.aside(self._begin)
        if inspect.isawaitable(self._value):
            if blocks:
                raise _refused_coroutine(self.call.name, self._value)
            await self._wait()
        self.call.seconds = time.monotonic() - began
        if self.raised is None and self.fault is None:
            self.call.state = "done"

    def _begin(self) -> None:
        """Call the function, on whichever thread; what it gives may have to be awaited yet."""
        function = cast("Function[..., Any]", self.function)
        try:
            arguments = function.read(self.given)
        except Misfit as misfit:
            self.fault = str(misfit)
            return
        except Exception as error:  # noqa: BLE001 - a type of the user's did not take its value
            self.fault = _words(error)
            return
        try:
            self._take(function(**arguments))
        except Exception as error:  # noqa: BLE001 - the model is told, or the caller
            self.raised = error

    async def _wait(self) -> None:
        try:
            self._take(await self._value)
        except Exception as error:  # noqa: BLE001 - as above
            self.raised = error

    def _take(self, value: Any) -> None:
        self._value = value
        if not inspect.isawaitable(value):
            self.text = _told(value)
            self.call.result = value

    def settle(self) -> None:
        """Write down how it ended."""
        if self.call.state == "done":
            return
        if self.raised is not None:
            self.fault = _words(self.raised)
        self.call.state = "failed"
        self.call.error = self.fault or "the call was cancelled"
        self.text = _cut(self.call.error.encode("utf-8", "replace").decode() or "it failed")

    @property
    def unexpected(self) -> Exception | None:
        """What the function raised, unless it did so to tell the model."""
        return None if isinstance(self.raised, ToolError) else self.raised


@attrs.define
class Toolbox:
    """The tools of a chat.

    Attributes:
        functions: The functions among them, by name.
        offered: All of them as they go over the wire.
        others: Names of those that are not functions.
        blocks: Whether it belongs to a client that blocks.
        on_call: Hears of each call before and after it is made.
        on_tool_error: What becomes of the exceptions of functions.
        parallel: Whether several calls are made at a time.
    """

    functions: Mapping[str, Function[..., Any]]
    offered: list[Any]
    others: frozenset[str]
    blocks: bool
    on_call: OnCall | None = None
    on_tool_error: OnToolError = "tell"
    parallel: bool = True

    def knows(self, name: str) -> bool:
        """Whether a tool of this name was offered."""
        return name in self.functions or name in self.others

    def errand(self, call: Call, given: str | None) -> Errand:
        """A call that is to be made."""
        function = self.functions.get(call.name)
        known = ", ".join([*self.functions, *sorted(self.others)])
        fault = None if function else f"there is no tool {call.name!r}; there are: {known}"
        return Errand(call, function, given, fault)

    async def make(
        self, transport: Transport, errands: Sequence[Errand], left: Callable[[], float | None]
    ) -> bool:
        """Make calls; tell whether all ended in time.

        Args:
            transport: What waits.
            errands: The calls, in the order that the model asked for them in.
            left: Seconds that are left for them.

        Raises:
            Exception: A function raised it, and `on_tool_error` is `raise`.
        """
        for group in [errands] if self.parallel else [[one] for one in errands]:
            await self._announce(group)
            begun = [one for one in group if one.call.state == "started"]
            jobs = [partial(one.make, transport, blocks=self.blocks) for one in begun]
            if not await transport.together(jobs, left()):
                return False
            await self._conclude(group)
        return True

    async def _announce(self, errands: Sequence[Errand]) -> None:
        # On the caller's thread and one after the other: it may ask somebody on a terminal.
        for errand in errands:
            errand.call.state = "started"
            try:
                await self._tell(errand.call)
            except ToolError as refusal:
                errand.call.state, errand.raised = "failed", refusal

    async def _conclude(self, errands: Sequence[Errand]) -> None:
        for errand in errands:
            errand.settle()
            await self._tell(errand.call)
        if self.on_tool_error == "raise":
            for errand in errands:
                if errand.unexpected:
                    raise errand.unexpected

    async def _tell(self, call: Call) -> None:
        if self.on_call is None:
            return
        told = self.on_call(call)
        if inspect.isawaitable(told):
            if self.blocks:
                raise _refused_coroutine("on_call", told)
            await told


def toolbox(
    tools: Sequence[OfferedTool],
    *,
    blocks: bool,
    on_call: OnCall | None = None,
    on_tool_error: OnToolError = "tell",
    parallel: bool = True,
) -> Toolbox:
    """Sort out what was given as tools.

    Call it where the user does: annotations of local classes are looked up in the frames that run.

    Raises:
        TypeError: One is no tool, or a function that a model can't call, or that the client can't.
        ValueError: Two have the same name.
    """
    _check(on_call, on_tool_error, blocks=blocks)
    given = list(_checked(tools))
    functions = functions_by_name(one for one in given if _is_function(one))
    for function in functions.values():
        if blocks and function.is_async:
            raise _refused(function.name)
    definitions = map(_definition, functions.values())
    offered = [next(definitions) if _is_function(one) else one for one in given]
    others = [_name_of(one) for one in given if not _is_function(one)] if functions else []
    if twice := sorted(functions.keys() & set(others)):
        raise ValueError(f"two tools are called {twice[0]}; give one another name")
    return Toolbox(
        functions, offered, frozenset(others), blocks, on_call, on_tool_error, bool(parallel)
    )


def call_of(asked: ToolCall) -> Call:
    """A call that a model asked for, as users see it."""
    if asked.function is None:
        return Call(name=str(asked.type), id=asked.id)
    return Call(name=asked.function.name, arguments=_read(asked.function.arguments), id=asked.id)


def _read(arguments: str | None) -> dict[str, Any]:
    try:
        value = decode_json(arguments or "{}")
    except ValueError:
        return {}
    return value if is_object(value) else {}


def _checked(tools: Sequence[OfferedTool]) -> Iterator[Any]:
    if isinstance(tools, str | Mapping | Model) or not hasattr(tools, "__iter__"):
        raise TypeError(f"tools must be a list of functions or tools, not {type(tools).__name__}")
    for index, one in enumerate(tools):
        if not (callable(one) or isinstance(one, Mapping | Model) or is_foreign_model(one)):
            kind = type(one).__name__
            raise TypeError(
                f"tools[{index}] must be a function, a dict or a CreateTool, not {kind}"
            )
        yield one


def _is_function(tool: Any) -> bool:
    return callable(tool) and not isinstance(tool, Mapping | Model)


def _check(on_call: OnCall | None, on_tool_error: str, *, blocks: bool) -> None:
    if on_call is not None and not callable(on_call):
        raise TypeError(f"on_call must be a function, not {type(on_call).__name__}")
    if blocks and inspect.iscoroutinefunction(on_call):
        raise _refused("on_call")
    if on_tool_error not in ("tell", "raise"):
        raise ValueError(f"on_tool_error must be 'tell' or 'raise', not {on_tool_error!r}")


def _definition(function: Function[..., Any]) -> CreateTool:
    # Servers of 2024 look for the description in the function alone, and some for the name.
    described = function.definition
    return CreateTool(name=function.name, description=function.description, function=described)


def _name_of(tool: Any) -> str:
    plain = to_plain(tool)
    function = plain.get("function")
    within = function.get("name") if is_object(function) else None
    return str(plain.get("name") or within or "")


def _refused(name: str) -> TypeError:
    return TypeError(
        f"{name} is an async function, and this client blocks: pass a plain one, or use AsyncJulep"
    )


def _refused_coroutine(name: str, given: Any) -> TypeError:
    if inspect.iscoroutine(given):
        given.close()
    return _refused(name)


def _told(value: Any) -> str:
    """A result as text, or as JSON."""
    plain = to_plain(value, "the result", nulls=False)
    return _cut(plain if isinstance(plain, str) else encode(plain).decode())


def _words(error: Exception) -> str:
    return str(error) if isinstance(error, ToolError) else f"{type(error).__name__}: {error}"


def _cut(text: str) -> str:
    whole = text.encode()
    if len(whole) <= LONGEST_RESULT:
        return text
    note = f"\n[cut: the result has {len(whole)} bytes]"
    return whole[: LONGEST_RESULT - len(note)].decode(errors="ignore") + note
