"""The checks of the embedded server, which belong to an extra."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from julep.local.workflow import Issue


def checks() -> Callable[..., Iterable[Issue]]:
    """Return what finds all that is wrong with a task.

    Raises:
        ImportError: The extra `julep-sdk[local]` is not installed.
    """
    try:
        from julep.local.resources.task_issues import all_issues  # noqa: PLC0415 - of an extra
    except ModuleNotFoundError as error:
        raise ImportError(
            f"checking a task needs {error.name}; install it with: "
            'python -m pip install "julep-sdk[local]"'
        ) from error
    return all_issues
