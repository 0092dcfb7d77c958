"""What the `api_call` steps of one server may do.

Who writes a task decides where its requests go. On a server that only this machine can reach, that
is who runs the server, and nothing is closed to them. Where others can reach it, their tasks must
not reach for them what only this machine can: its own services, its network, its provider's
metadata. So then requests go to public addresses alone. The address is judged that the connection
is made to, for the first request and for each redirect; a name is looked up once, and proxies of the
environment, which would look it up themselves, are not used.
"""

from __future__ import annotations

import attrs


@attrs.frozen(kw_only=True)
class CallPolicy:
    """What requests of tasks may reach and bring back.

    Attributes:
        allow_api_calls: whether there are any.
        allow_private_calls: whether they may go to addresses that aren't public.
        max_api_call_bytes: how long the body of an answer may be, both as it is sent and unpacked.
    """

    allow_api_calls: bool
    allow_private_calls: bool
    max_api_call_bytes: int
