"""What of answered requests survives a power cut: how it is named."""

from __future__ import annotations

from typing import Any

import pytest

from julep.local import LocalServer
from julep.local.durability import read_durability


def test_a_durability_has_a_name() -> None:
    """Another one is refused before anything starts, and the names are told."""
    assert [read_durability(name) for name in ("normal", "full")] == ["normal", "full"]
    wrong: Any = "extra"
    with pytest.raises(ValueError, match="durability is 'normal' or 'full', and not 'extra'"):
        LocalServer(durability=wrong)
