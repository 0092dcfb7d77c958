"""The server's benchmark goes on working; how fast it is depends on the machine."""

from __future__ import annotations

import pytest

from tests.benchmarks import server


def test_the_benchmark_prints_everything(capsys: pytest.CaptureFixture[str]) -> None:
    """A tiny run prints one line for each thing that is measured."""
    server.main(server.TINY)
    titles = [line[:34].strip() for line in capsys.readouterr().out.splitlines()]
    assert titles == [
        "process until it answers",
        "create an agent",
        "get an agent",
        "list 10 of 1000 agents",
        "chat, beside the model",
        "chat after 10 entries",
        "history of 10 entries",
        "2 executions of 2 steps",
        "text search in 200 snippets",
        "vector search in 200 snippets",
        "hybrid search in 200 snippets",
    ]
