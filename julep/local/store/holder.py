"""Who has a file: a note beside it, for others who find it locked.

The lock itself is SQLite's. The note only names its holder, so one that a killed server left behind
does no harm.
"""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

_SUFFIX = "-server"
_LONGEST = 300


def note(path: Path, address: str) -> None:
    """Write down that this process has the file, and where it answers, if there is room for it."""
    place = _place(path)
    with contextlib.suppress(OSError):
        place.unlink(missing_ok=True)
        file = os.open(place, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        with os.fdopen(file, "w") as writing:
            writing.write(f"{_this_process()} {address}")


def forget(path: Path) -> None:
    """Remove the note, if it is this process's own (a fork has its parent's) and can be removed."""
    if _read(path).startswith(_this_process()):
        with contextlib.suppress(OSError):
            _place(path).unlink()


def who(path: Path) -> str:
    """Name the holder in words."""
    told = _read(path)
    return f"another server ({told})" if told else "another program"


def _this_process() -> str:
    return f"process {os.getpid()} at"


def _read(path: Path) -> str:
    try:
        return _place(path).read_text()[:_LONGEST]
    except (OSError, ValueError):
        return ""


def _place(path: Path) -> Path:
    file = path.resolve()
    return file.with_name(file.name + _SUFFIX)
