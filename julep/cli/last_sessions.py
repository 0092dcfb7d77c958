"""Which sessions were talked in last, kept for `chat -c`: ids alone, in a file of the user's."""

from __future__ import annotations

import contextlib
import json
import os
import tempfile
from pathlib import Path
from typing import Any, Final

import attrs
import click

from julep.types._json import is_array, is_object

_MOST: Final = 100
"""Sessions that are remembered; older ones are forgotten."""


@attrs.frozen
class Known:
    """A session that was talked in.

    Attributes:
        url: The server that has it.
        agent: The agent that answers there, by id.
        session: Its id.
    """

    url: str
    agent: str
    session: str


def remember(known: Known) -> None:
    """Keep a session as the last one, where there is room for it."""
    others = [one for one in _all() if one.session != known.session]
    entries = [attrs.asdict(one) for one in [*others, known][-_MOST:]]
    with contextlib.suppress(OSError):
        _write(json.dumps(entries))


def last(url: str, agent: str | None = None) -> Known | None:
    """Return the last session with a server, and with an agent if one is named."""
    fitting = (one for one in reversed(_all()) if one.url == url and agent in {None, one.agent})
    return next(fitting, None)


def _all() -> list[Known]:
    try:
        read: object = json.loads(_place().read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        # What can't be read is as good as nothing: it only spares a look for an id.
        return []
    return [_known(one) for one in read if is_object(one)] if is_array(read) else []


def _known(one: Any) -> Known:
    return Known(*(str(one.get(field.name)) for field in attrs.fields(Known)))


def _place() -> Path:
    return Path(click.get_app_dir("julep")) / "sessions.json"


def _write(text: str) -> None:
    """Replace the file in one step: others may read it, or write it, at the same time."""
    place = _place()
    place.parent.mkdir(parents=True, exist_ok=True)
    number, name = tempfile.mkstemp(dir=place.parent, prefix=place.name)
    try:
        with os.fdopen(number, "w", encoding="utf-8") as file:
            file.write(text)
        Path(name).replace(place)
    except OSError:
        Path(name).unlink(missing_ok=True)
        raise
