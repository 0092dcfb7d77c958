"""A program that has set up OpenTelemetry, for the length of a test."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import attrs
import pytest
from opentelemetry import trace
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.util._once import Once


@attrs.frozen
class Told:
    """A span that has ended.

    Attributes:
        name: Its name.
        parent: The name of the span that it belongs to.
        kind: Its kind.
        status: Its status.
        error: Its `error.type`.
        attributes: All of its attributes.
        trace: The trace that it belongs to.
    """

    name: str
    parent: str | None
    kind: str
    status: str
    error: str | None
    attributes: Mapping[str, Any]
    trace: int


@attrs.define
class Spans:
    """The spans that have ended."""

    exporter: InMemorySpanExporter

    def all(self) -> list[Told]:
        """All of them, in the order in which they began."""
        ended = sorted(self.exporter.get_finished_spans(), key=lambda span: span.start_time or 0)
        names = {span.context.span_id: span.name for span in ended if span.context}
        return [_told(span, names) for span in ended]

    def tree(self) -> list[tuple[str, str | None]]:
        """Their names, each with that of the one that it belongs to."""
        return [(one.name, one.parent) for one in self.all()]

    def named(self, name: str) -> Told:
        """The one of a name."""
        (found,) = (one for one in self.all() if one.name == name)
        return found


def _told(span: ReadableSpan, names: Mapping[int, str]) -> Told:
    attributes: dict[str, Any] = dict(span.attributes or {})
    return Told(
        span.name,
        names.get(span.parent.span_id) if span.parent else None,
        span.kind.name,
        span.status.status_code.name,
        attributes.get("error.type"),
        attributes,
        span.context.trace_id if span.context else 0,
    )


@contextmanager
def no_provider_yet() -> Generator[None]:
    """Let a test set the tracer provider, which a program does once and for all."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(trace, "_TRACER_PROVIDER", None)
        patch.setattr(trace, "_TRACER_PROVIDER_SET_ONCE", Once())
        yield


@pytest.fixture
def spans() -> Iterator[Spans]:
    """The spans of a test."""
    exporter = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    with no_provider_yet():
        trace.set_tracer_provider(provider)
        yield Spans(exporter)
    provider.shutdown()


def own_span(name: str) -> Any:
    """A block of the program's that has a span."""
    return trace.get_tracer("a program").start_as_current_span(name)
