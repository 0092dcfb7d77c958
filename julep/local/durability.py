"""What of answered requests survives a power cut."""

from __future__ import annotations

from typing import Final, Literal, TypeAlias, cast, get_args

Durability: TypeAlias = Literal["normal", "full"]
"""`full` writes each change to the disk before it is answered, `normal` a little later."""
DEFAULT_DURABILITY: Final = "normal"


def read_durability(given: str) -> Durability:
    """Return the durability of this name.

    Raises:
        ValueError: There is no durability of this name.
    """
    if given not in get_args(Durability):
        raise ValueError(f"durability is 'normal' or 'full', and not {given!r}")
    return cast("Durability", given)
