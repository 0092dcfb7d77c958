"""A span, and what stands for it where nobody traces."""

from __future__ import annotations

import sys
from collections.abc import Mapping, MutableMapping
from contextlib import AbstractContextManager, nullcontext
from types import TracebackType
from typing import Any, Final, Literal, Self, TypeAlias

Kind: TypeAlias = Literal["client", "internal"]


class Span:
    """What stands for a span where nobody traces: it does nothing.

    In a `with` block it is what other spans belong to, and ends with it.
    """

    is_recording: bool = False
    """Whether somebody may look at what it is told."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None
    ) -> None:
        """End it."""

    def current(self) -> AbstractContextManager[object]:
        """Return a block in which other spans belong to this one, which goes on after it."""
        return nullcontext()

    def set(self, attributes: Mapping[str, Any]) -> None:
        """Add attributes; None leaves one out."""

    def fail(self, error_type: str) -> None:
        """Say that what it stands for went wrong."""

    def end(self, error: BaseException | None = None) -> None:
        """End it, once."""

    def inject(self, headers: MutableMapping[str, Any]) -> None:
        """Put into headers what lets a server go on with the trace."""


NO_SPAN: Final = Span()


def is_traced() -> bool:
    """Tell whether the program has set up OpenTelemetry, without importing it."""
    trace: Any = sys.modules.get("opentelemetry.trace")
    if trace is None or not hasattr(trace, "get_tracer_provider"):  # which is being imported
        return False
    return not isinstance(trace.get_tracer_provider(), trace.ProxyTracerProvider)


def begun(name: str, kind: Kind, attributes: Mapping[str, Any], *, is_http: bool = False) -> Span:
    """Begin a span, which belongs to the current one. Call it where `is_traced` says so.

    Args:
        name: Its name.
        kind: Whether it stands for a call of a server, or for work that is done here.
        attributes: What it is about; None leaves one out.
        is_http: Whether it is a request over HTTP, for which others must not make spans.
    """
    from .otel import begun as begun_there  # noqa: PLC0415 - only who traces has it

    return begun_there(name, kind, attributes, is_http=is_http)
