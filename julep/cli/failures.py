"""What ends a command before its end: the line that is told of it, and the exit status."""

from __future__ import annotations

import difflib
import errno
import os
import re
import sys
from collections.abc import Iterable
from ipaddress import ip_address
from typing import Final
from urllib.parse import urlsplit

import click

from julep.errors import (
    APIError,
    AuthenticationError,
    ConfigurationError,
    JulepError,
    PermissionDeniedError,
    TaskFileError,
)

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
_KEYWORD: Final = re.compile(r"\b(api|auth)_key\b")
"""What the SDK calls the options that name a key."""
_KEY_OF_SERVE: Final = "`julep serve` prints its key when it starts: set JULEP_API_KEY to that"
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
    text = " ".join(_told(error).split()) or type(error).__name__
    return in_a_line(_ERRNO.sub("", text))


def _told(error: BaseException) -> str:
    text = str(error)
    if not isinstance(error, APIError):
        return text
    if error.hint:
        text = text.replace(error.hint, as_options(error.hint))
    is_about_key = isinstance(error, PermissionDeniedError | AuthenticationError)
    is_here = is_loopback(urlsplit(error.url or "").hostname or "")
    return f"{text}; {_KEY_OF_SERVE}" if is_about_key and is_here else text


def as_options(text: str) -> str:
    """Return a text of the SDK with its keywords for keys as they are called here."""
    return _KEYWORD.sub(r"--\1-key", text)


def is_loopback(host: str) -> bool:
    """Tell whether a host is this machine."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def meant(given: str, known: Iterable[str]) -> str:
    """Return which word was probably meant, or which there are."""
    words = list(known)
    close = difflib.get_close_matches(given.lower(), words, n=1)
    return f"did you mean {close[0]!r}?" if close else f"there are {', '.join(words)}"


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
