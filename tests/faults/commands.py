"""Jobs that are done by the command line."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, TypeAlias
from unittest.mock import patch

import attrs

from julep import JulepError
from julep._client import base
from tests.cli.conftest import Done, Terminal, variables
from tests.conftest import KEY, AnyClient, Face

from .grounds import Ground
from .jobs import Do, Job, nothing

Argument: TypeAlias = str | Callable[[Ground], object]

ENDS: Final = {1, 2, 3, 4}
"""The exit statuses of what did not go well, apart from those of signals and pipes."""


CALL_TAKES: Final = 1.0
"""Seconds for each call of a command; the usual ones are minutes."""


class CommandFailed(JulepError):
    """A command ended with a line that says why."""


class CommandBroke(Exception):
    """A command ended in a way that none should end in."""


def _command(*arguments: Argument, gives: Callable[[str, Ground], Any]) -> Do:
    async def do(_: Face, __: AnyClient, ground: Ground) -> Any:
        ground.server.replies.add(*["it is 2"] * 3)
        home = str(ground.folder)
        environment = variables(JULEP_BASE_URL=ground.url, JULEP_API_KEY=KEY, HOME=home)
        terminal = Terminal(environment)
        given = [one if isinstance(one, str) else str(one(ground)) for one in arguments]
        with patch.object(base, "DEFAULT_TIMEOUT", ground.within(CALL_TAKES)):
            done = (terminal.start if ground.in_processes else terminal.run)(*given)
        return gives(_out(done), ground)

    return do


def _out(done: Done) -> str:
    """Return what a command wrote, if it went well.

    Raises:
        CommandFailed: It did not.
        CommandBroke: It does not say so as it should.
    """
    lines = done.stderr.strip().splitlines()
    if "Traceback" in done.stderr or (done.returncode and not lines):
        raise CommandBroke(f"{done.returncode}: {done.stderr}")
    if done.returncode and done.returncode not in ENDS:
        raise CommandBroke(f"{done.returncode}: {lines[-1]}")
    if done.returncode:
        raise CommandFailed(f"{done.returncode}: {lines[-1]}")
    return done.stdout


def _names(out: str, ground: Ground) -> bool:
    return ground.name in out


def _text(out: str, _: Ground) -> str:
    return out


def _lines(out: str, _: Ground) -> int:
    return out.count("\n")


def _agent(ground: Ground) -> str:
    return ground.agent.id


def _seconds(ground: Ground) -> float:
    return ground.within(3)


def _flow(ground: Ground) -> object:
    return ground.flow


def _texts(ground: Ground) -> object:
    return ground.texts


def _ended(ground: Ground) -> str:
    execution = ground.client.tasks.executions.create(ground.quick, input={"n": 1})
    return ground.client.executions.wait(execution).id


_RUN: Final[tuple[Argument, ...]] = (
    "run",
    _flow,
    "-i",
    "n=1",
    "--agent",
    _agent,
    "--timeout",
    _seconds,
)
_SLOW: Final = 8.0
"""Seconds for commands that make many requests, each of which may run into its limit."""

_JOBS: Final[dict[str, Job]] = {
    "julep run": Job(
        _command(*_RUN, gives=_text), Ground.runs_of_the_flow, rides_out=True, seconds=_SLOW
    ),
    "julep run --json": Job(
        _command(*_RUN, "--json", gives=lambda out, _: '"succeeded"' in out),
        Ground.runs_of_the_flow,
        rides_out=True,
        seconds=_SLOW,
    ),
    "julep run, with no agent": Job(
        _command("run", _flow, "-i", "n=1", "--timeout", _seconds, gives=_text),
        nothing,
        seconds=_SLOW,
    ),
    "julep chat": Job(
        _command("chat", _agent, "hi", gives=_text), Ground.said_anywhere, seconds=_SLOW
    ),
    "julep chat --json": Job(
        _command("chat", _agent, "hi", "--json", gives=lambda out, _: '"it is 2"' in out),
        Ground.said_anywhere,
        seconds=_SLOW,
    ),
    "julep docs add": Job(
        _command("docs", "add", _texts, "--agent", _agent, gives=lambda out, _: bool(out)),
        Ground.documents,
        rides_out=True,
        seconds=_SLOW,
    ),
    "julep ls agents": Job(_command("ls", "agents", gives=_names), nothing, rides_out=True),
    "julep ls": Job(_command("ls", gives=_names), nothing, rides_out=True, seconds=_SLOW),
    "julep show": Job(_command("show", _agent, gives=_names), nothing, rides_out=True),
    "julep logs": Job(_command("logs", _ended, gives=_lines), nothing, rides_out=True),
    "julep logs -f": Job(_command("logs", "-f", _ended, gives=_lines), nothing, rides_out=True),
}
COMMANDS: Final = {name: attrs.evolve(job, faces=("sync",)) for name, job in _JOBS.items()}
"""On the face that is behind each command."""
