"""`julep docs`: documents from folders."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import attrs
import click

from .options import with_client
from .owners import owned_docs, with_owner

if TYPE_CHECKING:
    from julep import Julep
    from julep.types import AddedDocs, Doc

    from .screen import Screen

_MARKS: Final = {"added": "+", "changed": "~", "removed": "-"}
_PATH: Final = "julep_path"
"""What of its metadata says which file a document was made of."""


@click.group("docs")
def command() -> None:
    """Add documents to an agent or a user."""


@command.command("add")
@click.argument(
    "paths",
    nargs=-1,
    required=True,
    metavar="FOLDER...",
    type=click.Path(exists=True, path_type=Path),
)
@with_owner
@click.option("--glob", help="Which files of a folder, such as '**/*.md'; all of them by default.")
@click.option("--prune", is_flag=True, help="Delete documents whose files are gone.")
@click.option("--chunk", type=click.IntRange(1), help="Most characters of a piece (1200).")
@click.option("--overlap", type=click.IntRange(0), help="Characters that pieces share (150).")
@click.option("--encoding", help="What files are read as that are not UTF-8.")
@with_client
def add(
    screen: Screen,
    client: Julep,
    /,
    paths: Sequence[Path],
    agent: str | None,
    user: str | None,
    **options: Any,
) -> None:
    """Make documents of the files in a FOLDER, or of single files; only what is new is sent.

    A line for each document: + added, ~ changed, - removed, ! skipped and why; then how many there are
    of each. With --json, one object: added, changed, unchanged and removed (lists of id and path) and
    skipped (path and reason). Broken off, the next run finishes it.
    """
    docs, owner = owned_docs(client, agent, user)
    given = {name: value for name, value in options.items() if value not in {None, False}}
    wants_progress = not screen.wants_json and screen.is_terminal
    with warnings.catch_warnings(action="ignore"):  # what is skipped has a line of its own
        added = docs.add(owner, paths, progress=wants_progress, **given)
    if screen.wants_json:
        screen.json(_plain(added))
    else:
        _show(screen, added)


def _plain(added: AddedDocs) -> dict[str, Any]:
    skipped = [{"path": str(path), "reason": reason} for path, reason in added.skipped]
    groups = {name: getattr(added, name) for name in attrs.fields_dict(type(added))}
    docs = {
        name: [{"id": doc.id, "path": _path(doc)} for doc in group]
        for name, group in groups.items()
        if name != "skipped"
    }
    return {**docs, "skipped": skipped}


def _show(screen: Screen, added: AddedDocs) -> None:
    for name, mark in _MARKS.items():
        for doc in getattr(added, name):
            screen.line(f"{mark} {_path(doc)}")
    for path, reason in added.skipped:
        screen.line(f"! {path}: {reason}", "yellow")
    screen.line(added)


def _path(doc: Doc) -> str:
    return str((doc.metadata or {}).get(_PATH) or doc.title)
