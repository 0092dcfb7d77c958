"""All that can hear of calls, hearing of them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import attrs

from julep import Attempt


@attrs.define
class Watch:
    """Hooks that count.

    Attributes:
        begun: How many attempts there were.
        ended: How many of them came to an answer or an error.
    """

    begun: int = 0
    ended: int = 0

    @property
    def hooks(self) -> Any:
        """Hooks of every event."""
        return {"request": [self._begin], "response": [self._end], "error": [self._end]}

    def _begin(self, attempt: Attempt) -> None:
        self.begun += 1

    def _end(self, attempt: Attempt) -> None:
        self.ended += 1

    def noise(self) -> Iterator[str]:
        """What is odd."""
        if self.begun != self.ended:
            yield f"hooks: {self.begun} attempts began, and {self.ended} ended"
        if (open_spans := SPANS.taken()) != 0:
            yield f"spans: {open_spans} did not end"


class _Spans:
    """Counts the spans that are open, where OpenTelemetry is installed."""

    def __init__(self) -> None:
        self._open = 0

    def on_start(self, *_: Any, **__: Any) -> None:
        """Count one."""
        self._open += 1

    def on_end(self, *_: Any) -> None:
        """Count one less."""
        self._open -= 1

    def taken(self) -> int:
        """How many are open, of which each is told once."""
        found, self._open = self._open, 0
        return found

    def listen(self) -> None:
        """Hear of all spans of this program."""
        with suppress(ImportError):
            from opentelemetry import trace  # noqa: PLC0415 - only where it is there
            from opentelemetry.sdk.trace import (  # noqa: PLC0415 - as above
                SpanProcessor,
                TracerProvider,
            )

            processor: Any = type("Processor", (SpanProcessor,), {})()
            processor.on_start, processor.on_end = self.on_start, self.on_end
            provider = TracerProvider()
            provider.add_span_processor(processor)
            trace.set_tracer_provider(provider)


SPANS = _Spans()
