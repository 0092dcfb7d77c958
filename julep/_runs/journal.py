"""What is done of many runs, kept in a file: a line of JSON for each."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from os import PathLike
from pathlib import Path
from typing import Any

from julep._codec import decode_json, encode, structure, to_plain
from julep._codec.mismatch import Mismatch
from julep._warning import warn
from julep.types._json import is_object
from julep.types.executions import Execution

from .work import hashed


class Journal:
    """Executions that have succeeded, by the keys of their inputs and the work that they did.

    A line is written with one call, and begins a new line where what was written last has no end:
    whoever is killed meanwhile loses that line alone. So several processes may write to one file.
    Each knows what was there when it began; what two of them do at the same time is done twice.

    Attributes:
        work: What is to be done, once that is known: executions that did something else don't count.

    Raises:
        OSError: The file can't be read or written.
        TypeError: `key` is not a function.
    """

    work: str = ""

    def __init__(self, file: str | PathLike[str], key: Callable[[Any], str] | None) -> None:
        given: object = key
        if given is not None and not callable(given):
            raise TypeError(f"key must be a function, not {type(given).__name__}")
        self._path = Path(file)
        self._key = key
        # Where the lines begin, not what they say: outputs may be large.
        self._places: dict[tuple[str, str], int] = {}
        self._hashes: dict[str, str] = {}
        with self._path.open("a+b") as lines:
            lines.seek(0)
            self._places.update(_places(lines))
        self._known = {key for _, key in self._places}

    def key(self, position: int, input: Mapping[str, Any]) -> str:
        """Return what an input is known by.

        Raises:
            TypeError: The function of the user's gave no text.
        """
        if self._key is None:
            return f"{position}-{hashed(to_plain(input))}"
        key: object = self._key(input)
        if not isinstance(key, str):
            raise TypeError(f"key gave {type(key).__name__}; the key of an input is text")
        self._look_at(key, hashed(to_plain(input)))
        return key

    def _look_at(self, key: str, hash: str) -> None:
        """Warn where a key is of several inputs."""
        if self._hashes.setdefault(key, hash) != hash:
            warn(
                f"key gave {key!r} for inputs that differ; what is done of one is given for all: let "
                "key tell them apart, or take another file"
            )

    def get(self, key: str) -> Execution | None:
        """Read the execution of an input that is done."""
        if (place := self._places.get((self.work, key))) is None:
            self._tell_other_work(key)
            return None
        with self._path.open("rb") as lines:
            lines.seek(place)
            entry = _entry(lines.readline()) or {}
        try:
            execution = structure(entry.get("execution"), Execution)
        except Mismatch:
            return None
        if isinstance(hash := entry.get("input"), str):
            self._look_at(key, hash)
        return execution

    def _tell_other_work(self, key: str) -> None:
        if key in self._known:
            warn(
                f"{self._path} has results of another task, or from before the task or a function was "
                "changed: they are not taken, and their inputs are run again"
            )
            self._known.clear()

    def add(self, key: str, execution: Execution) -> None:
        """Keep an execution that has succeeded."""
        known = {"key": key, "work": self.work, "input": self._hashes.get(key)}
        line = encode({**known, "execution": execution}) + b"\n"
        with self._path.open("a+b", buffering=0) as lines:
            size = lines.seek(0, os.SEEK_END)
            lines.write(line if size == 0 or _ends_line(lines, size) else b"\n" + line)
            # Others may have written since the size was asked for.
            self._places[self.work, key] = lines.tell() - len(line)


def _places(lines: Any) -> Iterator[tuple[tuple[str, str], int]]:
    place = 0
    for line in lines:
        if entry := _entry(line):
            yield (entry["work"], entry["key"]), place
        place += len(line)


def _entry(line: bytes) -> dict[str, Any] | None:
    """Read what a line says, if it is whole."""
    try:
        entry = decode_json(line)
    except ValueError:
        return None
    if not is_object(entry):
        return None
    return entry if all(isinstance(entry.get(name), str) for name in ("key", "work")) else None


def _ends_line(lines: Any, size: int) -> bool:
    lines.seek(size - 1)
    return bool(lines.read(1) == b"\n")
