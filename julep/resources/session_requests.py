"""What is asked about sessions, by what users call and by the loop of chats."""

from __future__ import annotations

from julep._paths import Id, path
from julep._request import Request
from julep.types.entries import History
from julep.types.sessions import Session

_ONE = "/sessions/{session_id}"


def where_of(session_id: Id, part: str = "") -> str:
    """Return the path of a session, or of a part of it, such as `/chat`."""
    return path(_ONE, session_id=session_id) + part


def fetching(session_id: Id) -> Request[Session]:
    """Describe a look at a session."""
    return Request("GET", where_of(session_id), Session)


def history_of(session_id: Id) -> Request[History]:
    """Describe the reading of what was said in a session."""
    return Request("GET", where_of(session_id, "/history"), History)
