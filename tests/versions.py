"""`python -m tests.versions`: the versions that are installed here of Python and of what the project names."""

from __future__ import annotations

import platform
from importlib.metadata import PackageNotFoundError, version

from .floors import floors


def installed() -> dict[str, str]:
    """Return the version of each dependency that is installed, in the project's order."""
    names = dict.fromkeys(line.partition("==")[0] for line in floors())
    found = {"Python": platform.python_version()}
    for name in names:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found
