"""Servers that are killed, or whose power is cut, lose what they may lose and nothing else."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from . import power_cut
from .durability import Trial


@pytest.mark.slow
@pytest.mark.parametrize("power", [False, True], ids=["kill -9", "power cut"])
def test_nothing_that_was_answered_is_lost(tmp_path: Path, *, power: bool) -> None:
    """With full durability whatever happens; the file is whole, and what was begun goes on."""
    if power and not power_cut.can_be_simulated():
        pytest.skip("needs Linux and a C compiler")
    trial = Trial(tmp_path, "full", power=power)
    for number in range(2):
        loss = trial.kill(number, 1.0)
        assert loss.answered > 0
        assert (loss.gone, loss.holes) == (0, 0)


def test_a_power_cut_leaves_what_was_synchronised(tmp_path: Path) -> None:
    """Of what was written later some sectors are there and some aren't."""
    synced, data = tmp_path / "synced", tmp_path / "data"
    synced.mkdir()
    data.mkdir()
    old, new = b"o" * 5120, b"n" * 10_240
    (synced / "a").write_bytes(old)
    (data / "a").write_bytes(new)
    (data / "b").write_bytes(new)
    power_cut.cut(tmp_path, data, random.Random(1))
    left = (data / "a").read_bytes()
    assert [file.name for file in data.iterdir()] == ["a"]
    assert {left[at] for at in range(0, 5120, 512)} == {*b"on"}
    assert {left[at : at + 512] for at in range(0, 5120, 512)} <= {b"o" * 512, b"n" * 512}
