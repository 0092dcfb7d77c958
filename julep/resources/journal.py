"""What is done of many runs, kept in a file: a line of JSON for each."""

from __future__ import annotations

import hashlib
import json
import os
import warnings
from collections.abc import Callable, Iterator, Mapping
from os import PathLike
from pathlib import Path
from typing import Any, Final

from julep._codec import decode_json, encode, structure, to_plain
from julep._codec.mismatch import Mismatch
from julep.types._json import is_object
from julep.types.executions import Execution

_LONGEST_HASH: Final = 16
"""Hexadecimal digits of an input's hash, which need only tell it from others at its position."""


class Journal:
    """Executions that have succeeded, by the keys of their inputs.

    A line is written with one call, and begins a new line where what was written last has no end:
    whoever is killed meanwhile loses that line alone. So several processes may write to one file.
    Each knows what was there when it began; what two of them do at the same time is done twice.

    Raises:
        OSError: The file can't be read or written.
        TypeError: `key` is not a function.
    """

    def __init__(self, file: str | PathLike[str], key: Callable[[Any], str] | None) -> None:
        given: object = key
        if given is not None and not callable(given):
            raise TypeError(f"key must be a function, not {type(given).__name__}")
        self._path = Path(file)
        self._key = key
        # Where the lines begin, not what they say: outputs may be large.
        self._places: dict[str, int] = {}
        self._hashes: dict[str, str] = {}
        with self._path.open("a+b") as lines:
            lines.seek(0)
            self._places.update(_places(lines))

    def key(self, position: int, input: Mapping[str, Any]) -> str:
        """Return what an input is known by.

        Raises:
            TypeError: The function of the user's gave no text.
        """
        if self._key is None:
            return f"{position}-{_hash(input)}"
        key: object = self._key(input)
        if not isinstance(key, str):
            raise TypeError(f"key gave {type(key).__name__}; the key of an input is text")
        self._look_at(key, _hash(input))
        return key

    def _look_at(self, key: str, hash: str) -> None:
        """Warn where a key is of several inputs."""
        if self._hashes.setdefault(key, hash) != hash:
            warnings.warn(
                f"key gave {key!r} for inputs that differ; what is done of one is given for all",
                UserWarning,
                stacklevel=2,
            )

    def get(self, key: str) -> Execution | None:
        """Read the execution of an input that is done."""
        if (place := self._places.get(key)) is None:
            return None
        with self._path.open("rb") as lines:
            lines.seek(place)
            entry = _entry(lines.readline()) or {}
        try:
            return structure(entry.get("execution"), Execution)
        except Mismatch:
            return None

    def add(self, key: str, execution: Execution) -> None:
        """Keep an execution that has succeeded."""
        line = encode({"key": key, "execution": execution}) + b"\n"
        with self._path.open("a+b", buffering=0) as lines:
            size = lines.seek(0, os.SEEK_END)
            lines.write(line if size == 0 or _ends_line(lines, size) else b"\n" + line)
            # Others may have written since the size was asked for.
            self._places[key] = lines.tell() - len(line)


def _places(lines: Any) -> Iterator[tuple[str, int]]:
    place = 0
    for line in lines:
        if entry := _entry(line):
            yield entry["key"], place
        place += len(line)


def _entry(line: bytes) -> dict[str, Any] | None:
    """Read what a line says, if it is whole."""
    try:
        entry = decode_json(line)
    except ValueError:
        return None
    return entry if is_object(entry) and isinstance(entry.get("key"), str) else None


def _ends_line(lines: Any, size: int) -> bool:
    lines.seek(size - 1)
    return bool(lines.read(1) == b"\n")


def _hash(input: Mapping[str, Any]) -> str:
    text = json.dumps(to_plain(input), sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:_LONGEST_HASH]
