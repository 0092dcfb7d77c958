"""A call of a function, from what the model wrote to what it is told."""

from __future__ import annotations

import inspect
import re
import threading
import time
from typing import Any, Final, cast

import attrs

from julep._callbacks import refused_coroutine
from julep._codec import decode_json, encode, to_plain
from julep._codec.mismatch import Mismatch, text_of
from julep._exchange import Transport
from julep._observability.genai_spans import tell_result, tool_span
from julep.errors import ToolError
from julep.types._json import is_object
from julep.types.entries import Message
from julep.types.tools import ToolCall
from julep.types.turns import Call

from .function import LocalTool

LONGEST_RESULT: Final = 100_000
"""Bytes of a result that a model is given; more would hardly fit what it can read."""

_OF_THREADS: Final = re.compile(r"\bthreads?\b", re.IGNORECASE)
"""What those say who belong to one thread: connections of sqlite3, event loops, windows, signals."""
_STAY_HERE: Final = (
    "the function was called on another thread; parallel=False, without a timeout, calls functions on "
    "the thread of the caller"
)
_STAY_IN_LOOP: Final = (
    "the function was called on another thread; a coroutine function runs on that of the event loop"
)


@attrs.define
class Invocation:
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
    function: LocalTool | None
    given: str | None
    fault: str | None = None
    raised: Exception | None = None
    text: str = ""
    _value: Any = None
    _thread: int | None = None

    @property
    def message(self) -> Message:
        """What tells the model the result."""
        return Message(role="tool", tool_call_id=self.call.id, content=self.text)

    async def make(self, transport: Transport, *, blocks: bool) -> None:
        """Call the function."""
        __tracebackhide__ = True
        if self.function is None:
            return
        with tool_span(self.call, self.function.description) as span:
            await self._make(self.function, transport, blocks=blocks)
            tell_result(span, self.text, self._error_type)

    async def _make(self, function: LocalTool, transport: Transport, *, blocks: bool) -> None:
        __tracebackhide__ = True
        began = time.monotonic()
        if function.is_async:
            self._begin()
        else:
            await transport.aside(self._begin)
        if inspect.isawaitable(self._value):
            if blocks:
                raise refused_coroutine(self.call.name, self._value)
            await self._wait()
        self.call.seconds = time.monotonic() - began
        if self.raised is None and self.fault is None:
            self.call.state = "done"

    def _begin(self) -> None:
        """Call the function, on whichever thread; what it gives may have to be awaited yet."""
        __tracebackhide__ = True
        function = cast("LocalTool", self.function)
        self._thread = threading.get_ident()
        try:
            arguments = function.read(self.given)
        except Mismatch as mismatch:
            self.fault = str(mismatch)
            return
        except Exception as error:  # noqa: BLE001 - a type of the user's did not take its value
            self.fault = _words(error)
            return
        try:
            self._take(function(**arguments))
        except Exception as error:  # noqa: BLE001 - the model is told, or the caller
            self.raised = error

    async def _wait(self) -> None:
        __tracebackhide__ = True
        try:
            self._take(await self._value)
        except Exception as error:  # noqa: BLE001 - as above
            self.raised = error

    def _take(self, value: Any) -> None:
        self._value = value
        if not inspect.isawaitable(value):
            self.text = _told(value)
            self.call.result = value

    def settle(self, *, blocks: bool) -> None:
        """Write down how it ended, on the thread of the caller."""
        if self.call.state == "done":
            return
        if self.raised is not None:
            self.fault = _words(self.raised)
            if self._thread not in (None, threading.get_ident()) and _OF_THREADS.search(self.fault):
                hint = _STAY_HERE if blocks else _STAY_IN_LOOP
                self.raised.add_note(hint)
                self.fault = f"{self.fault} ({hint})"
        self.call.state = "failed"
        told = self.fault or "the call was cancelled"
        # Names of files and what users raise may hold half of a surrogate pair.
        self.call.error = told.encode("utf-8", "replace").decode()
        self.text = _cut(self.call.error)

    @property
    def _error_type(self) -> str | None:
        """The kind of error that it ended with, if it did; bad arguments have none of their own."""
        if self.raised is not None:
            return type(self.raised).__qualname__
        return None if self.fault is None else "_OTHER"

    @property
    def unexpected(self) -> Exception | None:
        """What the function raised, unless it did so to tell the model."""
        return None if isinstance(self.raised, ToolError) else self.raised


def call_of(asked: ToolCall) -> Call:
    """Make the call that a model asked for, as users see it."""
    if asked.function is None:
        return Call(name=str(asked.type), id=asked.id)
    return Call(name=asked.function.name, arguments=_read(asked.function.arguments), id=asked.id)


def _read(arguments: str | None) -> dict[str, Any]:
    try:
        value = decode_json(arguments or "{}")
    except ValueError:
        return {}
    return value if is_object(value) else {}


def _told(value: Any) -> str:
    """Return a result as text, or as JSON."""
    plain = to_plain(value, "the result", nulls=False)
    return _cut(plain if isinstance(value, str) else encode(plain).decode())


def _words(error: Exception) -> str:
    text = text_of(error)
    return (
        text or "it failed" if isinstance(error, ToolError) else f"{type(error).__name__}: {text}"
    )


def _cut(text: str) -> str:
    whole = text.encode()
    if len(whole) <= LONGEST_RESULT:
        return text
    note = f"\n[cut: the result has {len(whole)} bytes]"
    return whole[: LONGEST_RESULT - len(note)].decode(errors="ignore") + note
