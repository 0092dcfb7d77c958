"""Exchanges recorded from servers of 2024 and 2025, and what is lost between JSON and models."""

from __future__ import annotations

import json
import re
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from julep.types._json import is_array, is_object

DATA = Path(__file__).parent / "data"


def exchanges() -> dict[str, Any]:
    """Give the requests that were recorded from a server of 2024, by the name of their file."""
    files = sorted((DATA / "real_responses").glob("*.json"))
    return {path.stem: json.loads(path.read_text()) for path in files}


class Recorded(NamedTuple):
    """An exchange with a server of 2025.

    Attributes:
        name: What it is about.
        method: The HTTP method.
        path: The path, without the query.
        params: The query.
        body: The body that was sent, if any.
        status: The HTTP status of the answer.
        headers: The headers of the answer that matter.
        answer: The body of the answer: a JSON value, or text.
        pieces: An event stream in its pieces, each with the seconds since the request.
        ended_by: Who closed the stream, `server` or `client`.
    """

    name: str
    method: str
    path: str
    status: int
    headers: dict[str, str]
    params: dict[str, Any] | None = None
    body: Any = None
    answer: Any = None
    pieces: list[tuple[float, str]] = []  # noqa: RUF012 - a default that nobody changes
    ended_by: str = ""
    seconds: float = 0.0

    @property
    def content(self) -> bytes:
        """The body of the answer as it came."""
        if self.pieces:
            return "".join(text for _, text in self.pieces).encode()
        is_text = not self.headers.get("content-type", "").startswith("application/json")
        return str(self.answer or "").encode() if is_text else json.dumps(self.answer).encode()


@cache
def recorded_2025() -> dict[str, Recorded]:
    """Give the exchanges with the server of 2025 by their names."""
    text = (DATA / "real_responses_2025.jsonl").read_text("utf-8")
    # Vectors were left out of the recordings, and stand there as their length.
    text = re.sub(r'"<(\d+) floats>"', lambda found: str([0.5] * int(found[1])), text)
    exchanges = [Recorded(**json.loads(line)) for line in text.rstrip("\n").split("\n")]
    return {exchange.name: exchange for exchange in exchanges}


def lost(sent: Any, read: Any, path: str = "") -> list[str]:
    """Where `read` lacks something of `sent`, but for what stood there more than once."""
    if is_object(sent) and is_object(read):
        gone = [f"{path}.{key}" for key in sent if key not in read]
        kept = [lost(sent[key], read[key], f"{path}.{key}") for key in sent if key in read]
        return gone + [place for places in kept for place in places]
    if is_array(sent) and is_array(read) and len(sent) != len(read):
        sent = [one for place, one in enumerate(sent) if one not in sent[:place]]
    if is_array(sent) and is_array(read) and len(sent) == len(read):
        pairs = enumerate(zip(sent, read, strict=True))
        return [place for i, (a, b) in pairs for place in lost(a, b, f"{path}[{i}]")]
    return [] if sent is None or sent == read or same_instant(sent, read) else [path]


def same_instant(sent: Any, read: Any) -> bool:
    """Whether two values are the same time in different words."""
    try:
        instant = datetime.fromisoformat(read)
        seconds = sent if isinstance(sent, float) else datetime.fromisoformat(sent).timestamp()
    except (TypeError, ValueError):
        return False
    return abs(instant.timestamp() - seconds) < 1e-6
