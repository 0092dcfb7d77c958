"""What every error of the SDK is, and how its text looks."""

from __future__ import annotations

from typing import Final


class JulepError(Exception):
    """Anything that this library raises on purpose."""


class ConfigurationError(JulepError, ValueError):
    """A client can't be built, or used, as it was asked for."""


class BlockingCallWarning(UserWarning):
    """A blocking client is used in a running event loop. Given only under `JULEP_DEBUG=1`."""


LONGEST: Final = 4_000
"""Characters of what a server says that an error's text has; the error keeps all of it otherwise."""


def shortened(text: str) -> str:
    """Cut a text that is longer than anybody reads."""
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}… ({len(text)} characters)"


def one_line(text: str) -> str:
    """Fold white space, so that an error is one line in a log."""
    return " ".join(text.split())
