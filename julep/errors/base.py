"""What every error of the SDK is, and how its text looks."""

from __future__ import annotations


class JulepError(Exception):
    """Anything that this library raises on purpose."""


class ConfigurationError(JulepError, ValueError):
    """A client can't be built, or used, as it was asked for."""


class BlockingCallWarning(UserWarning):
    """A blocking client is used in a running event loop. Given only under `JULEP_DEBUG=1`."""


def one_line(text: str) -> str:
    """Fold white space, so that an error is one line in a log."""
    return " ".join(text.split())
