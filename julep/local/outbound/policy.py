"""What the `api_call` steps of one server may do; SANDBOX.md says why."""

from __future__ import annotations

import attrs


@attrs.frozen(kw_only=True)
class CallPolicy:
    """What requests of tasks may reach and bring back.

    Attributes:
        allow_api_calls: Whether there are any.
        allow_private_calls: Whether they may go to addresses that aren't public.
        max_api_call_bytes: How long the body of an answer may be, both as it is sent and unpacked.
    """

    allow_api_calls: bool
    allow_private_calls: bool
    max_api_call_bytes: int
