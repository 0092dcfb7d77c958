"""Mutants that no test can kill, and why: what they change makes no difference that we promise."""

from __future__ import annotations

from typing import Final

EXPLAINED: Final[dict[str, dict[str, str]]] = {}
"""By module: the change as it is printed, and the reason."""
