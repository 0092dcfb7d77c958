"""`julep check`: what is wrong with task files, without a server."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import attrs
import click

from julep.errors import TaskFileError

from .extras import NEEDS_LOCAL, of_local
from .failures import FAILED
from .options import with_json
from .task_sources import STDIN, load, with_variables

if TYPE_CHECKING:
    from julep import Problem

    from .screen import Screen


@click.command("check", short_help=f"Say what is wrong with task files {NEEDS_LOCAL}.")
@click.argument(
    "files",
    type=click.Path(exists=True, dir_okay=False, allow_dash=True),
    nargs=-1,
    required=True,
    metavar="FILE...",
)
@with_variables
@click.option(
    "--strict/--no-strict",
    default=True,
    help="Whether to tell what only self-hosted servers refuse, or are sure to fail on.",
)
@with_json
def command(
    screen: Screen, files: Sequence[str], variables: Mapping[str, Any], strict: bool
) -> None:
    """Say what is wrong with task files, and where; `-` is stdin.

    A line for each problem: FILE:LINE:COLUMN, the place in the task, what is wrong, what to write.
    With --json, an object for each file: file, ok, problems (file, line, column, path, message, hint,
    severity). The status is 1 if there is an error; warnings are none. It needs the extra `local`.
    """
    found = {file: _problems(file, variables, strict=strict) for file in files}
    for file, problems in found.items():
        _show(screen, file, problems)
    if not all(map(_is_ok, found.values())):
        raise click.exceptions.Exit(FAILED)


def _problems(file: str, variables: Mapping[str, Any], *, strict: bool) -> list[Problem]:
    try:
        with warnings.catch_warnings(action="ignore"):
            # What it warns of is among the problems.
            task = load(file, variables)
    except TaskFileError as error:
        return error.problems
    with of_local("check"):
        return task.check(strict=strict)


def _is_ok(problems: Sequence[Problem]) -> bool:
    return all(problem.severity != "error" for problem in problems)


def _show(screen: Screen, file: str, problems: Sequence[Problem]) -> None:
    if screen.wants_json:
        told = [attrs.asdict(problem) for problem in problems]
        screen.json({"file": file, "ok": _is_ok(problems), "problems": told})
        return
    for problem in problems:
        screen.line(problem, "yellow" if problem.severity == "warning" else "red")
    if _is_ok(problems):
        screen.line(f"{'<stdin>' if file == STDIN else file}: ok", "green")
