"""Steps that are taken side by side."""

from __future__ import annotations

from julep._runs.rounds import Round


def test_nobody_joins_whom_no_one_sees() -> None:
    """As long as one is at work others may join; once all are seen to have left, nobody may."""
    together = Round(["a"])
    assert together.join("b")
    together.leave("a")
    assert not together.is_over()
    together.leave("b")
    assert together.join("a")
    together.leave("a")
    assert together.is_over()
    assert not together.join("b")
    assert together.is_over()
