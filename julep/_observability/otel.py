"""Spans of OpenTelemetry. No other module imports it, and this one is imported only where it is set up."""

from __future__ import annotations

from collections.abc import Mapping, MutableMapping
from functools import lru_cache
from types import TracebackType
from typing import Any, Final, Self

from opentelemetry import context, propagate, trace

from julep._version import __version__

from .spans import NO_SPAN, Kind, Span

_KINDS: Final[Mapping[Kind, trace.SpanKind]] = {
    "client": trace.SpanKind.CLIENT,
    "internal": trace.SpanKind.INTERNAL,
}
# Instrumentations agree on these keys, by which they keep out of each other's way.
_NO_SPANS: Final[str] = getattr(context, "_SUPPRESS_INSTRUMENTATION_KEY", "")
_NO_HTTP_SPANS: Final[str] = getattr(context, "_SUPPRESS_HTTP_INSTRUMENTATION_KEY", "")


class OpenSpan(Span):
    """A span of OpenTelemetry's.

    Args:
        span: The span.
        around: The context in which others belong to it.
    """

    def __init__(self, span: trace.Span, around: context.Context) -> None:
        self.is_recording = span.is_recording()
        self._span = span
        self._around = around
        self._block = _Block(around)

    def __enter__(self) -> Self:
        self._block.__enter__()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._block.__exit__(kind, error, trace)
        self.end(error)

    def current(self) -> _Block:
        """Return a block in which other spans belong to this one, which goes on after it."""
        return _Block(self._around)

    def set(self, attributes: Mapping[str, Any]) -> None:
        """Add attributes; None leaves one out."""
        self._span.set_attributes(_given(attributes))

    def fail(self, error_type: str) -> None:
        """Say that what it stands for went wrong; words could be somebody's secret."""
        self._span.set_status(trace.Status(trace.StatusCode.ERROR))
        self._span.set_attribute("error.type", error_type)

    def end(self, error: BaseException | None = None) -> None:
        """End it, once."""
        if not self._span.is_recording():
            return
        # A loop that is left early has not failed.
        if error is not None and not isinstance(error, GeneratorExit):
            self.fail(type(error).__qualname__)
        self._span.end()

    def inject(self, headers: MutableMapping[str, Any]) -> None:
        """Put into headers what lets a server go on with the trace."""
        propagate.inject(headers, self._around)


class _Block:
    """A block that runs under a context of OpenTelemetry's."""

    def __init__(self, around: context.Context) -> None:
        self._around = around

    def __enter__(self) -> None:
        self._token = context.attach(self._around)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None
    ) -> None:
        # A coroutine that nobody awaits to its end may be closed anywhere, under another context.
        if kind is not GeneratorExit:
            context.detach(self._token)


def begun(name: str, kind: Kind, attributes: Mapping[str, Any], *, is_http: bool) -> Span:
    """Begin a span, unless the program has asked for none here."""
    if context.get_value(_NO_SPANS) or (is_http and context.get_value(_NO_HTTP_SPANS)):
        return NO_SPAN
    tracer = _tracer(trace.get_tracer_provider())
    span = tracer.start_span(name, kind=_KINDS[kind], attributes=_given(attributes))
    around = trace.set_span_in_context(span)
    if is_http:
        around = context.set_value(_NO_HTTP_SPANS, True, around)
    return OpenSpan(span, around)


@lru_cache(maxsize=1)
def _tracer(provider: trace.TracerProvider) -> trace.Tracer:
    return provider.get_tracer("julep", __version__)


def _given(attributes: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in attributes.items() if value is not None}
