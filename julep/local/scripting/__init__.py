"""What a test tells a server beforehand, and what it can look at afterwards.

All of it may be used from any thread while the server runs. Importing this is cheap.
"""

from __future__ import annotations

from .calls import Calls
from .clock import Clock
from .faults import Fault, Faults
from .integrations import Integration, Integrations
from .replies import Replies, Reply
from .script import Script
from .web import Web, WebAnswer

__all__ = [
    "Calls",
    "Clock",
    "Fault",
    "Faults",
    "Integration",
    "Integrations",
    "Replies",
    "Reply",
    "Script",
    "Web",
    "WebAnswer",
]
