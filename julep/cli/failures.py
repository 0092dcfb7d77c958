"""What ends a command before its end: the line that is told of it, and the exit status."""

from __future__ import annotations

import errno
import os
import re
import sys
from typing import Final

import click

from julep.errors import ConfigurationError, JulepError, TaskFileError

from .plain_text import in_a_line

FAILED: Final = 1
USAGE: Final = 2
TIMED_OUT: Final = 3
NEEDS_INPUT: Final = 4
INTERRUPTED: Final = 130
PIPE_CLOSED: Final = 141
"""What a shell sees of other programs whose reader has gone."""

WRONG_USE: Final = (ConfigurationError, TaskFileError, ImportError, TypeError, ValueError)
"""What is raised of what was typed, before anything is sent."""
_ERRNO: Final = re.compile(r"\[Errno \d+\] ")
EXPECTED: Final = (
    JulepError,
    OSError,
    RecursionError,  # what a server sends may be nested without end
    *WRONG_USE,
    click.Abort,
    KeyboardInterrupt,
)
"""What ends a command with a line. Anything else is a fault of this program."""


def status_of(error: BaseException) -> int:
    """Say on stderr what ended the command, and return the exit status."""
    if isinstance(error, click.ClickException):
        tell(_usage(error))
        return error.exit_code
    if isinstance(error, KeyboardInterrupt | click.Abort):
        tell("\njulep: interrupted")
        return INTERRUPTED
    if _is_closed_pipe(error):
        _forget_output()
        return PIPE_CLOSED
    tell(f"julep: {words(error)}")
    return USAGE if isinstance(error, WRONG_USE) else FAILED


def _usage(error: click.ClickException) -> str:
    """Return what is wrong with what was typed, in a line."""
    text = error.format_message()
    if text.startswith("Usage:"):
        # The help, of a group without a command.
        return text
    context = error.ctx if isinstance(error, click.UsageError) else None
    more = f" (see `{context.command_path} --help`)" if context else ""
    return f"julep: {in_a_line(text).rstrip('.')}{more}"


def words(error: BaseException) -> str:
    """Return what an error says, in a line that a terminal can be given."""
    if isinstance(error, UnicodeDecodeError):
        return f"what was read is not text in {error.encoding.upper()}: {error.reason}"
    text = " ".join(str(error).split()) or type(error).__name__
    return in_a_line(_ERRNO.sub("", text))


def tell(line: str) -> None:
    """Write a line to stderr, if anybody is there."""
    try:
        sys.stderr.write(f"{line}\n")
        sys.stderr.flush()
    except (AttributeError, OSError, ValueError):
        return


def _is_closed_pipe(error: BaseException) -> bool:
    return isinstance(error, OSError) and error.errno in {errno.EPIPE, errno.ESHUTDOWN}


def _forget_output() -> None:
    """Leave nothing to be written when the interpreter ends: that would fail again."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)
