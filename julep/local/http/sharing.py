"""One server for each file in a process: who opens the file again shares the server that has it."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from concurrent.futures import Future
from pathlib import Path
from typing import TypeAlias

import attrs
from attrs import AttrsInstance

from julep.local.models.settings import ModelSettings
from julep.local.outbound.policy import CallPolicy
from julep.local.setup import Setup
from julep.local.store.database import make_file

from .server import Running, ServerThread, run

_File: TypeAlias = tuple[int, int]


@attrs.define(eq=False)
class _Held:
    """A file's server, from before its start until after its end."""

    setup: Setup
    users: int = 1
    server: Future[Running] = attrs.field(factory=Future[Running])
    ended: threading.Event = attrs.field(factory=threading.Event)


# Held only while the table is looked at: what starts or stops may collect garbage, and with it
# another client whose server stops.
_lock = threading.RLock()
_held: dict[_File, _Held] = {}


class Lease:
    """The use of a server, which stops when the last one ends.

    Attributes:
        running: The server.
        setup: What it was set up with; for a shared one, by who came first.
    """

    def __init__(self, running: Running, setup: Setup, held: _Held | None = None) -> None:
        self.running = running
        self.setup = setup
        self._held = held

    def end(self) -> None:
        """Stop the server, unless it has other users.

        Garbage is collected in any thread, and with it a client whose server this is. Where a
        server's own loop runs, nothing is waited for.
        """
        if isinstance(threading.current_thread(), ServerThread):
            threading.Thread(target=self.end, name="julep-local-stop", daemon=True).start()
        elif self._held is None:
            self.running.stop()
        elif _is_last(self._held):
            try:
                self.running.stop()
            finally:  # others wait for it
                _forget(self._held)


def open_server(setup: Setup) -> Lease:
    """Start a server, or share the one that has the file already, if it is set up alike.

    Raises:
        ValueError: The server that has the file was set up otherwise.
    """
    if setup.path is None:
        return Lease(run(setup), setup)
    file = _identify(setup.path)
    while True:
        with _lock:
            if (held := _held.get(file)) is None:
                held = _held[file] = _Held(setup)
                break
            if held.users:
                held.users += 1
                break
        held.ended.wait()
    return _begin(held) if held.setup is setup else _join(held, setup)


def _identify(path: Path) -> _File:
    make_file(path)
    found = path.stat()
    return found.st_dev, found.st_ino


def _begin(held: _Held) -> Lease:
    try:
        held.server.set_result(run(held.setup))
    except BaseException as error:
        _forget(held)
        held.server.set_exception(error)
        raise
    return Lease(held.server.result(), held.setup, held)


def _join(held: _Held, setup: Setup) -> Lease:
    lease = Lease(held.server.result(), held.setup, held)
    try:
        _refuse_other_settings(held, setup)
    except ValueError:
        lease.end()
        raise
    return lease


def _is_last(held: _Held) -> bool:
    with _lock:
        held.users -= 1
        return held.users == 0


def _forget(held: _Held) -> None:
    with _lock:
        for file in [file for file, each in _held.items() if each is held]:
            del _held[file]
    held.ended.set()


def _refuse_other_settings(held: _Held, setup: Setup) -> None:
    if names := list(_differences(held.setup, setup)):
        raise ValueError(
            f"{setup.path} is open in this process already, with other settings "
            f"({', '.join(names)}): use the same ones, or close that client or server first"
        )


def _differences(one: Setup, other: Setup) -> Iterator[str]:
    if other.key_is_given and other.key != one.key:
        yield "key"
    if other.port not in {0, one.port}:
        yield "port"
    yield from _unequal(one, other)


def _unequal(one: AttrsInstance, other: AttrsInstance) -> Iterator[str]:
    for field in attrs.fields(one.__class__):
        first, second = getattr(one, field.name), getattr(other, field.name)
        if not field.eq or first == second:
            continue
        if isinstance(first, (ModelSettings, CallPolicy)):
            yield from _unequal(first, second)
        else:
            yield field.name


def _start_anew() -> None:
    """Forget the servers of the parent: a fork has none of their threads."""
    global _lock  # noqa: PLW0603 - another thread may have held it
    _lock = threading.RLock()
    _held.clear()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_start_anew)
