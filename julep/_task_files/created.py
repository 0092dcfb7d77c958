"""The files that this program created tasks from, so that what fails in a run is told with its place."""

from __future__ import annotations

from typing import Final

from .task import LoadedTask

MOST_KEPT: Final = 100
"""Tasks whose files are remembered. A program has few, and one that makes tasks without end keeps no more."""

_LOADED: Final[dict[str, LoadedTask]] = {}
"""By the ids of the tasks, the newest last."""


def remember(task_id: str, loaded: LoadedTask) -> None:
    """Keep in mind which file a task is from."""
    _LOADED.pop(task_id, None)
    _LOADED[task_id] = loaded
    for oldest in [*_LOADED][:-MOST_KEPT]:
        _LOADED.pop(oldest, None)


def loaded_as(task_id: str | None) -> LoadedTask | None:
    """Return what a task was created from, if it was a file or a text, and in this program."""
    return _LOADED.get(task_id) if task_id else None
