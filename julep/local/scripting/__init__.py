"""What a test tells a server beforehand, and what it can look at afterwards.

All of it may be used from any thread while the server runs. Importing this is cheap.
"""

from __future__ import annotations

from julep.local.scripting.calls import Calls
from julep.local.scripting.clock import Clock
from julep.local.scripting.faults import Fault, Faults
from julep.local.scripting.integrations import Integration, Integrations
from julep.local.scripting.replies import Replies, Reply
from julep.local.scripting.script import Script
from julep.local.scripting.web import Web, WebAnswer

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
