"""One request to a model: its tokens are counted, and it has a span."""

from __future__ import annotations

from types import TracebackType
from typing import Any, Self

from julep._exchange import Transport
from julep._request import Request

from .genai_spans import chat_span, tell_answer
from .spans import Span
from .usage import add_to, open_counts


class ModelCall:
    """One answer of a model, from the request to its end.

    In a `with` block it is asked for, and ended with the block; that of a stream goes on until `end`.

    Args:
        transport: What sends the request, by which clients are told apart.
        request: The request.
        url: Where the client sends its requests.

    Attributes:
        answer: What has come, once something has.
        span: Its span.
        has_ended: Whether it is counted.
    """

    def __init__(self, transport: Transport, request: Request[Any], url: str) -> None:
        self.answer: Any = None
        self.span: Span = chat_span(request, url)
        self._counts = open_counts(transport)
        self.has_ended: bool = False

    def __enter__(self) -> Self:
        self._block = self.span.current()
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

    def end(self, error: BaseException | None = None) -> None:
        """Count and trace what has come, once.

        Args:
            error: Why it is not whole.
        """
        if self.has_ended:
            return
        self.has_ended = True
        if self.answer is not None:
            add_to(self._counts, self.answer.usage)
            tell_answer(self.span, self.answer)
        self.span.end(error)
