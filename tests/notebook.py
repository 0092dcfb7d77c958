"""`python -m tests.notebook`: run the notebook of the examples, and keep what it shows.

Readers on GitHub see what is kept, so a test compares it with what a run gives.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import nbformat
from nbclient import NotebookClient

_FORMAT: Final[Any] = nbformat  # it has no types
NOTEBOOK: Final = Path(__file__).parent.parent / "examples" / "notebook.ipynb"
_CHANGING: Final = re.compile(
    r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|127\.0\.0\.1:\d+"
    r"|\d{4}-\d\d-\d\dT[\d:]+Z|[\d.]+ m?s\b|(?<=width:)[\d.]+%|(?<=margin-left:)[\d.]+%"
    r"|\d+ (?=prompt|total)"
)
"""Ids, ports, times, lengths of time, and the tokens that ids take."""


def read() -> Any:
    """The notebook as it is kept."""
    return _FORMAT.read(NOTEBOOK, as_version=4)


def run() -> Any:
    """The notebook as a run of all its cells leaves it.

    Raises:
        CellExecutionError: A cell failed.
    """
    notebook = read()
    NotebookClient(notebook, timeout=60, record_timing=False).execute()
    for output in (one for cell in notebook.cells for one in cell.get("outputs", [])):
        if "text/html" in output.get("data", ()):
            del output["data"]["text/plain"]
    return notebook


def shown(notebook: Any) -> Iterator[tuple[str, list[Any]]]:
    """The cells with what they show, but for what each run changes."""
    for cell in notebook.cells:
        outputs = [output.get("data") or output.get("text") for output in cell.get("outputs", [])]
        yield cell.source, [_CHANGING.sub("…", str(output)) for output in outputs]


if __name__ == "__main__":
    _FORMAT.write(run(), NOTEBOOK)
