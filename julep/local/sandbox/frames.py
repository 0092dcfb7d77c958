"""Messages on a pipe: their length, and then their bytes."""

from __future__ import annotations

import struct
from typing import IO

_LENGTH = struct.Struct(">Q")
HEAD = _LENGTH.size
"""Bytes that say how long a message is."""
_MOST_BYTES = 1 << 28  # nothing that crosses comes near it: a length beyond it is no length


def framed(message: bytes) -> bytes:
    """Return a message as it is on the pipe."""
    return _LENGTH.pack(len(message)) + message


def length(head: bytes) -> int:
    """Return how long the message behind a head is.

    Raises:
        ValueError: It is longer than any message.
    """
    (found,) = _LENGTH.unpack(head)
    if found > _MOST_BYTES:
        raise ValueError(f"A message of {found} bytes")
    return int(found)


def write(pipe: IO[bytes], message: bytes) -> None:
    """Write a message.

    Raises:
        OSError: The other side is gone.
    """
    pipe.write(framed(message))
    pipe.flush()


def read(pipe: IO[bytes]) -> bytes | None:
    """Return the next message, or `None` when the other side is gone.

    Raises:
        ValueError: It is longer than any message.
    """
    head = pipe.read(HEAD)
    if len(head) < HEAD:
        return None
    count = length(head)
    message = pipe.read(count)
    return message if len(message) == count else None
