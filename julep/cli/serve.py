"""`julep serve`: the embedded server on its own."""

from __future__ import annotations

import logging
import os
import sys
import threading
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final, get_args

import click

from julep.local import MOST_API_CALL_BYTES, LocalServer
from julep.local.durability import DEFAULT_DURABILITY, Durability
from julep.local.store.outage import LOGGER as DISK

from . import kept_key
from .extras import NEEDS_LOCAL, of_local
from .failures import tell
from .interrupts import on_interrupt

if TYPE_CHECKING:
    from pathlib import Path

_MOST_PORT: Final = 65_535
_WIDTH: Final = len("listening on")
_REQUESTS: Final = "julep.local.requests"
"""The logger that has a line for each request."""

_EPILOG: Final = """
Environment: JULEP_API_KEY is the key that callers must show. Else a new one is made up; with --db it
is kept beside the file, in FILE.key for you alone, and the next start takes it again. OPENAI_BASE_URL,
OPENAI_API_KEY and OPENAI_EMBEDDING_MODEL say which models answer.
"""


def _port(text: str) -> int:
    if not text.isdecimal() or int(text) > _MOST_PORT:
        raise click.BadParameter(f"{text} is no port: give a number from 0 to {_MOST_PORT}")
    return int(text)


def _size(text: str) -> int:
    if not text.isdecimal() or int(text) == 0:
        raise click.BadParameter(f"{text} is no size: give a number of bytes")
    return int(text)


@click.command(
    "serve",
    epilog=_EPILOG,
    help="Run the embedded server until Ctrl-C. It needs the extra `local`.",
    short_help=f"Run the embedded server until Ctrl-C {NEEDS_LOCAL}.",
)
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--port",
    type=_port,
    metavar="PORT",
    default="8080",
    show_default=True,
    help="Port, 0 for a free one.",
)
@click.option(
    "--db", metavar="FILE", help="SQLite file to keep the data in; without it, in memory."
)
@click.option("-v", "--verbose", is_flag=True, help="Log each request, a line on stderr.")
@click.option(
    "--durability",
    type=click.Choice(get_args(Durability)),
    default=DEFAULT_DURABILITY,
    show_default=True,
    help="Whether each change is on the disk before it is answered; else a power cut may take the last.",
)
@click.option(
    "--allow-origin",
    multiple=True,
    metavar="ORIGIN",
    help="Web page whose scripts may read the answers, like http://localhost:3000; may be repeated.",
)
@click.option(
    "--strict/--no-strict",
    default=True,
    help="Whether to refuse tasks that servers of 2025 refuse, or are certain to fail on.",
)
@click.option(
    "--api-calls/--no-api-calls", default=True, help="Whether tasks may call other servers."
)
@click.option(
    "--allow-private-calls/--no-allow-private-calls",
    default=None,
    help="Whether they may call addresses that aren't public (default: on loopback only).",
)
@click.option(
    "--max-api-call-bytes",
    type=_size,
    metavar="BYTES",
    default=str(MOST_API_CALL_BYTES),
    show_default=True,
    help="Longest answer to a call of a task.",
)
def command(
    host: str,
    port: int,
    db: str | None,
    verbose: bool,
    durability: Durability,
    allow_origin: tuple[str, ...],
    strict: bool,
    api_calls: bool,
    allow_private_calls: bool | None,
    max_api_call_bytes: int,
) -> None:
    """Run the embedded server until Ctrl-C."""
    place = kept_key.place_of(db)
    given = os.environ.get("JULEP_API_KEY", "").strip()
    server = LocalServer(
        db,
        host=host,
        port=port,
        key=given or kept_key.read(place),
        durability=durability,
        allow_origins=allow_origin,
        allow_api_calls=api_calls,
        strict=strict,
        allow_private_calls=allow_private_calls,
        max_api_call_bytes=max_api_call_bytes,
    )
    with of_local("serve"):
        server.start()
    try:
        _log(DISK)
        if verbose:
            _log(_REQUESTS)
        _announce(server, "as JULEP_API_KEY says" if given else _told(server.key, place))
        _wait_for_end()
    finally:
        server.stop()


def _told(key: str, place: Path | None) -> str:
    """Return what is said of a key that was made up, once it is kept."""
    if place is None:
        return key
    if not place.exists() and (problem := kept_key.keep(place, key)):
        tell(f"julep: the key can't be kept, so the next start makes up a new one: {problem}")
    return key


def _announce(server: LocalServer, key: str) -> None:
    # A key that the user has set is known to them, and does not belong into logs.
    _tell({"listening on": server.url, "key": key})
    # The model's server may take a while to answer, or to be given up.
    _tell({**server.about, "model": server.model_in_words()})
    sys.stdout.write("Ctrl-C stops it. Clients find it by JULEP_BASE_URL and JULEP_API_KEY.\n")
    sys.stdout.flush()


def _tell(lines: Mapping[str, str]) -> None:
    sys.stdout.write("".join(f"{name:<{_WIDTH}}  {value}\n" for name, value in lines.items()))
    sys.stdout.flush()


def _log(name: str) -> None:
    handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter("%(asctime)s %(message)s", "%H:%M:%S"))
    logger = logging.getLogger(name)
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)


def _wait_for_end() -> None:
    ended = threading.Event()

    def end(_number: int, _frame: object) -> None:
        ended.set()

    on_interrupt(end)
    ended.wait()
