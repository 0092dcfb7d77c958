"""What needs the extra `local`, where the command was installed without it."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from importlib.util import find_spec
from typing import Final

INSTALL: Final = 'python -m pip install "julep-sdk[cli,local]" (in a checkout: -e ".[cli,local]")'
NEEDS_LOCAL: Final = "(extra `local`)"
"""What the help says of a command."""
_PART_OF_LOCAL: Final = "uvicorn"
"""A package that nothing else of the SDK brings."""


def is_local_there() -> bool:
    """Tell whether the embedded server can run here, as far as that is seen without importing it."""
    return find_spec(_PART_OF_LOCAL) is not None


@contextmanager
def of_local(command: str) -> Generator[None]:
    """Say what to install, where a command needs more than there is.

    Raises:
        ImportError: A package of the extra is missing.
    """
    try:
        yield
    except ImportError as error:
        if not isinstance(error.__cause__, ModuleNotFoundError):
            raise
        raise ImportError(f"`julep {command}` needs the extra `local`: {INSTALL}") from error
