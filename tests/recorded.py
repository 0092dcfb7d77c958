"""Exchanges recorded from a real server, and what is lost between JSON and models."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

from julep.types._plain import is_array, is_object

DATA = Path(__file__).parent / "data"


def exchanges(folder: str = "real_responses") -> dict[str, Any]:
    """Give the recorded requests with their answers, by the name of their file."""
    files = sorted((DATA / folder).glob("*.json"))
    return {path.stem: json.loads(path.read_text()) for path in files}


def lost(sent: Any, read: Any, path: str = "") -> list[str]:
    """Where `read` lacks something of `sent`."""
    if is_object(sent) and is_object(read):
        gone = [f"{path}.{key}" for key in sent if key not in read]
        kept = [lost(sent[key], read[key], f"{path}.{key}") for key in sent if key in read]
        return gone + [place for places in kept for place in places]
    if is_array(sent) and is_array(read) and len(sent) == len(read):
        pairs = enumerate(zip(sent, read, strict=True))
        return [place for i, (a, b) in pairs for place in lost(a, b, f"{path}[{i}]")]
    return [] if sent == read or same_instant(sent, read) else [path]


def same_instant(sent: Any, read: Any) -> bool:
    """Whether two values are the same time in different words."""
    try:
        instant = datetime.fromisoformat(read)
        seconds = sent if isinstance(sent, float) else datetime.fromisoformat(sent).timestamp()
    except (TypeError, ValueError):
        return False
    return abs(instant.timestamp() - seconds) < 1e-6
