"""Sessions that are known by a key."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import attrs

from julep._engine import Engine
from julep._request import Request
from julep.types.sessions import CreateSession, Session

from .ensuring import Keyed, id_for, without_omitted
from .session_requests import fetching


def keyed(engine: Engine, key: str, fields: Mapping[str, Any]) -> Keyed[Session]:
    """Describe a session that is to be there, from the fields that are sent of it.

    Raises:
        ValueError: The key is empty.
    """
    given = without_omitted(fields)
    id = id_for("session", key, *_participants(given))
    return _KeyedSession(
        engine,
        "session",
        key,
        id,
        fetch=fetching(id),
        form=CreateSession,
        creation=Request("POST", "/sessions", Session, body=given, written=given),
        given=given,
        settled=frozenset({"agent", "agents", "user", "users"}),
    )


def _participants(fields: Mapping[str, Any]) -> Iterator[list[str]]:
    """Return the ids of the agents, whose first one answers, and those of the users in order."""
    yield _ids(fields, "agent", "agents")
    yield sorted(_ids(fields, "user", "users"))


def _ids(fields: Mapping[str, Any], one: str, several: str) -> list[str]:
    ids = [fields[one]] if fields.get(one) else fields.get(several) or []
    return [id.lower() for id in ids]


class _KeyedSession(Keyed[Session]):
    def is_as(self, found: Session) -> bool:
        """Tell whether it is as it should be."""
        if not found.agents:
            # Servers that show no agents are self-hosted ones, which don't store this.
            found = attrs.evolve(found, auto_run_tools=self.given.get("auto_run_tools"))
        return super().is_as(found)
