"""Messages on a pipe: their length, and then their bytes."""

from __future__ import annotations

import struct
from typing import IO

_LENGTH = struct.Struct(">Q")
_MOST_BYTES = 1 << 28  # nothing that crosses comes near it: a length beyond it is no length


def write(pipe: IO[bytes], message: bytes) -> None:
    """Write a message.

    Raises:
        OSError: The other side is gone.
    """
    pipe.write(_LENGTH.pack(len(message)))
    pipe.write(message)
    pipe.flush()


def read(pipe: IO[bytes]) -> bytes | None:
    """Return the next message, or `None` when the other side is gone.

    Raises:
        ValueError: It is longer than any message.
    """
    head = pipe.read(_LENGTH.size)
    if len(head) < _LENGTH.size:
        return None
    (length,) = _LENGTH.unpack(head)
    if length > _MOST_BYTES:
        raise ValueError(f"A message of {length} bytes")
    message = pipe.read(length)
    return message if len(message) == length else None
