"""The commands, and how each of them ends."""

from __future__ import annotations

import logging
import os
import signal
import sys
import warnings
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Final, Literal, TextIO

import click
from click.shell_completion import shell_complete

from julep._version import __version__

from .completion import NAME, VARIABLE
from .failures import EXPECTED, INTERRUPTED, end_at_once, status_of, tell
from .plain_text import in_a_line
from .typed import is_reading

_COMMANDS: Final = (
    "serve",
    "chat",
    "run",
    "check",
    "logs",
    "ls",
    "show",
    "docs",
    "search",
    "doctor",
    "completion",
)
"""In the order of the help; each is a module of this package with a `command`."""

_EPILOG: Final = """
\b
Server:  JULEP_BASE_URL and JULEP_API_KEY, or --base-url and --api-key.
Output:  --json on each command; no colours in pipes, or with NO_COLOR.
Shells:  julep completion --help switches on completion.

\b
Exit status:
  0    done; the execution succeeded
  1    it failed, or the server did
  2    wrong usage, file or setting
  3    the execution did not end in time
  4    the execution needs input that nobody gives
  130  Ctrl-C
  141  whoever read the output has gone
"""


class _Commands(click.Group):
    """Commands that are imported when they are needed."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return their names."""
        del ctx
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import one of them."""
        del ctx
        if cmd_name not in _COMMANDS:
            return None
        command: click.Command = import_module(f"{__package__}.{cmd_name}").command
        return command


@click.group(
    cls=_Commands,
    help="The Julep agents API: run a server, talk to agents, run tasks.",
    epilog=_EPILOG,
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.version_option(__version__, message=f"julep-sdk {__version__}")
def app() -> None:
    """Do nothing by itself."""


def run(arguments: Sequence[str]) -> int:
    """Run a command; return its exit status."""
    _set_up()
    status = _run(arguments)
    # What is done stays done, whatever is pressed from here on.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if is_reading() or status == INTERRUPTED:
        end_at_once(status)
    return status


def _run(arguments: Sequence[str]) -> int:
    try:
        if asked := os.environ.get(VARIABLE):
            return shell_complete(app, {}, NAME, VARIABLE, asked)
        # Not `app.main`, which has statuses of its own for Ctrl-C and closed pipes.
        with app.make_context(NAME, list(arguments)) as context:
            app.invoke(context)
        sys.stdout.flush()
    except ModuleNotFoundError:
        # Of an extra, which the caller names.
        raise
    except click.exceptions.Exit as ended:
        return ended.exit_code
    except (*EXPECTED, click.ClickException) as error:
        # From here on, Ctrl-C ends at once what takes its time to end.
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        return status_of(error)
    return 0


def _set_up() -> None:
    # The commands say themselves what the SDK would log.
    logging.getLogger("julep").addHandler(logging.NullHandler())
    warnings.showwarning = _tell_warning
    # Any of the three may be closed, and what a terminal can't write is no reason to end.
    sys.stdin = _stream(sys.stdin, "r", errors="strict")
    sys.stdout = _stream(sys.stdout, "w", errors="backslashreplace")
    sys.stderr = _stream(sys.stderr, "w", errors="backslashreplace")


def _stream(stream: TextIO | None, mode: Literal["r", "w"], *, errors: str) -> TextIO:
    if stream is None:
        return Path(os.devnull).open(mode, encoding="utf-8")
    # Streams that tests put there can't be set.
    reconfigure = getattr(stream, "reconfigure", None)
    if reconfigure is not None:
        reconfigure(errors=errors)
    return stream


def _tell_warning(
    message: Warning | str,
    category: type[Warning],
    filename: str,
    lineno: int,
    file: TextIO | None = None,
    line: str | None = None,
) -> None:
    # Where in this program it arose is nothing that its users want to know.
    del category, filename, lineno, file, line
    tell(f"julep: warning: {in_a_line(message)}")
