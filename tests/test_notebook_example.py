"""The notebook of the examples, run as a reader runs it."""

from __future__ import annotations

import pytest

from . import notebook


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")  # of the libraries that run it
def test_the_notebook_shows_what_is_kept_in_it() -> None:
    """Each cell runs and shows what readers see on GitHub; `python -m tests.notebook` renews that."""
    kept, ran = (list(notebook.shown(one)) for one in (notebook.read(), notebook.run()))
    assert ran == kept
    assert sum("text/html" in output for _, outputs in kept for output in outputs) >= 10
