"""Tasks that a command is given as files."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, ParamSpec

import click

from .option_values import named_values

if TYPE_CHECKING:
    from julep import LoadedTask

P = ParamSpec("P")

STDIN = "-"


def with_variables(function: Callable[P, None]) -> Callable[..., None]:
    """Give a command the option that fills the variables of task files."""
    option = click.option(
        "--var",
        "variables",
        multiple=True,
        callback=named_values,
        metavar="NAME=VALUE",
        help="Value of ${NAME} in the file; may be repeated.",
    )
    return option(function)


def load(file: str, variables: Mapping[str, Any]) -> LoadedTask:
    """Read a task from a file, or from stdin where that is `-`.

    Raises:
        TaskFileError: It holds no task.
        OSError: It can't be read.
    """
    from julep import load_task

    if file != STDIN:
        return load_task(file, variables=variables)
    # With a line break it can't be a path.
    return load_task(f"{sys.stdin.read()}\n", variables=variables)
