"""`python -m tests.notebook`: run the notebook of the examples, and keep what it shows.

Readers on GitHub see what is kept; a test compares it with what a run gives.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import nbformat
from nbclient import NotebookClient

NOTEBOOK: Final = Path(__file__).parent.parent / "examples" / "notebook.ipynb"
_CHANGING: Final = re.compile(
    r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"  # ids
    r"|\d{4}-\d\d-\d\dT[\d:]+Z"  # times
    r"|127\.0\.0\.1:\d+"
    r"|(?<=seconds=)[\d.]+|[\d.]+ m?s\b|(?<=margin-left:)[\d.]+|(?<=width:)[\d.]+(?=%)"  # durations
)


def run(path: Path = NOTEBOOK) -> Any:
    """The notebook as a run of all its cells leaves it.

    Raises:
        CellExecutionError: A cell failed.
    """
    notebook: Any = nbformat.read(path, as_version=4)
    NotebookClient(notebook, timeout=60, resources={"metadata": {"path": path.parent}}).execute()
    return notebook


def outputs(notebook: Any) -> Iterator[tuple[str, Any]]:
    """Each cell's source with what it shows, but for what each run changes."""
    for cell in notebook.cells:
        if cell.cell_type == "code":
            yield cell.source, [_stable(output) for output in cell.outputs]


def _stable(output: Any) -> Any:
    shown = output.get("data") or {"text/plain": output.get("text")}
    return {kind: _CHANGING.sub("…", text) for kind, text in shown.items()}


if __name__ == "__main__":
    nbformat.write(run(), NOTEBOOK)
