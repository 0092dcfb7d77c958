"""All that is scripted of one server."""

from __future__ import annotations

from collections.abc import Iterator

from .calls import Calls
from .clock import Clock
from .faults import Faults
from .integrations import Integrations
from .replies import Replies
from .web import Web


class Script:
    """The script of one server; `LocalServer` says what each part is."""

    def __init__(self) -> None:
        self.replies: Replies = Replies()
        self.faults: Faults = Faults()
        self.integrations: Integrations = Integrations()
        self.web: Web = Web()
        self.clock: Clock = Clock()
        self.model_calls: Calls = Calls()

    def unused(self) -> Iterator[str]:
        """Return what was never used, in words."""
        for part in (self.replies, self.faults, self.integrations, self.web):
            yield from part.unused()
