"""Which server the examples talk to, and which model their agents have.

Without settings it is a server of their own, inside the program. `JULEP_BASE_URL` (and
`JULEP_API_KEY`) name another one, `JULEP_MODEL` a model that it serves.
"""

import os

from julep import AsyncJulep, Julep

MODEL = os.environ.get("JULEP_MODEL", "gpt-4o")
IS_EMBEDDED = "JULEP_BASE_URL" not in os.environ


def connect() -> Julep:
    """Make a blocking client of that server."""
    return Julep.local() if IS_EMBEDDED else Julep()


def connect_async() -> AsyncJulep:
    """Make an awaiting client of that server."""
    return AsyncJulep.local() if IS_EMBEDDED else AsyncJulep()
