"""The key of a server that was given none, kept beside the file of its data.

`agents.db` has its key in `agents.db.key`, for its owner alone. So a server that starts again takes
the key that its clients know.
"""

from __future__ import annotations

import contextlib
import os
from pathlib import Path
from typing import Final

from .failures import words

_SUFFIX: Final = ".key"
_BEGUN: Final = "-begun"
_LONGEST: Final = 1000
"""Characters of a key, and more than any has: the file may be another one by mistake."""
_OTHERS: Final = 0o077


def place_of(database: str | None) -> Path | None:
    """Return where the key of a database is kept; nowhere without a file."""
    if database is None or database == ":memory:":
        return None
    file = Path(database).resolve()
    return file.with_name(file.name + _SUFFIX)


def read(place: Path | None) -> str | None:
    """Return the key that is kept, if there is one.

    Raises:
        OSError: The file can't be read, or others can read it.
        ValueError: It holds no key.
    """
    if place is None or not place.exists():
        return None
    # A pipe would be waited for.
    key = _begin(place).strip() if place.is_file() else ""
    if not key or len(key) > _LONGEST or not (key.isascii() and key.isprintable()):
        raise ValueError(f"{place} holds no key: delete it, and a new one is made up")
    return key


def _begin(place: Path) -> str:
    """Return what a file begins with, as much as shows whether it is a key."""
    with place.open(encoding="ascii", errors="replace") as file:
        if os.name == "posix" and _is_known_to_others(os.fstat(file.fileno())):
            raise PermissionError(f"others can read the key in {place}: chmod 600 it, or delete it")
        return file.read(_LONGEST + 2)


def _is_known_to_others(about: os.stat_result) -> bool:
    return bool(about.st_mode & _OTHERS) or about.st_uid != os.geteuid()


def keep(place: Path, key: str) -> str | None:
    """Keep a key, for the next start; return in words what prevents that."""
    # Beside it first: a full disk, or a server that is killed, must not leave a file without a key.
    begun = place.with_name(place.name + _BEGUN)
    try:
        begun.unlink(missing_ok=True)
        _write(begun, f"{key}\n")
        begun.replace(place)
    except OSError as error:
        with contextlib.suppress(OSError):
            begun.unlink()
        return words(error)
    return None


def _write(place: Path, text: str) -> None:
    file = os.open(place, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    with os.fdopen(file, "w", encoding="ascii") as writing:
        writing.write(text)
        writing.flush()
        os.fsync(file)
