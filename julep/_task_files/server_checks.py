"""The checks of the embedded server, which belong to an extra."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
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


def problems_of_input(schema: object, value: object) -> Iterator[tuple[Sequence[str | int], str]]:
    """Yield what of an input doesn't fit its schema, as far as the extra is there to tell."""
    try:
        from julep.local.sandbox.json_schema import (  # noqa: PLC0415 - of an extra
            UnusableSchema,
            problems_of,
        )
    except ModuleNotFoundError:
        return
    try:
        yield from problems_of(schema, value)
    except UnusableSchema:
        return  # servers may be able to
