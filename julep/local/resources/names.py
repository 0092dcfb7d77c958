"""Names: the patterns they follow, and canonical ones for resources that came without."""

from __future__ import annotations

import secrets

from julep.local.fields import Field, optional, text

DISPLAY = text(1, 255)
CANONICAL = text(1, 255, r"[a-zA-Z][a-zA-Z0-9_]*")
IDENTIFIER = text(1, 40, r"[^\W0-9]\w*")

CANONICAL_FIELD = Field(optional(CANONICAL), None)

_FIRST = "amber brave calm deft eager fair glad keen lively merry noble quiet rapid spry warm"
_SECOND = "badger crane dolphin egret finch gecko heron ibis lynx marten otter puffin robin swan"


def canonical_name() -> str:
    """A readable name that nobody has yet."""
    words = secrets.choice(_FIRST.split()), secrets.choice(_SECOND.split())
    return f"{'_'.join(words)}_{secrets.token_hex(4)}"
