"""What every error of the SDK is, and how its text looks."""

from __future__ import annotations

from typing import Final


class JulepError(Exception):
    """Anything that this library raises on purpose."""


class ConfigurationError(JulepError, ValueError):
    """A client can't be built, or used, as it was asked for."""


class BlockingCallWarning(UserWarning):
    """A blocking client is used in a running event loop. Given only under `JULEP_DEBUG=1`."""


_LONGEST: Final = 2_000
"""Characters of what a server says that an error's text has; logs would drown in what some say."""


def shortened(text: str, attribute: str) -> str:
    """Cut a text that is longer than anybody reads, and say which attribute of the error has it all."""
    if len(text) <= _LONGEST:
        return text
    return f"{text[:_LONGEST]}… ({len(text):,} characters, all of them in `{attribute}`)"


def folded(text: str) -> str:
    """Return a text in one line, for logs."""
    return " ".join(text.split())
