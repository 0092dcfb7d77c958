"""Sessions: conversations between agents and users."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar, cast

from julep.local.errors import BadRequest
from julep.local.fields import (
    Field,
    Form,
    boolean,
    identifier,
    mapping,
    number,
    one_of,
    optional,
    sequence,
    text,
)
from julep.local.records import (
    CompletedSession,
    NewSession,
    Participants,
    Record,
    Session,
    SessionFields,
)
from julep.local.store.store import Store

from .collection import Collection
from .names import METADATA_FIELD
from .recall_options import recall_field

_GREATEST_BUDGET = 65_535


class Sessions(Collection[NewSession, Session]):
    """All sessions.

    Args:
        store: Where they are kept.
        recall_mode: How documents are recalled in a session that doesn't say.
    """

    kind: ClassVar[str] = "Session"
    merged: ClassVar[frozenset[str]] = frozenset({"metadata", "recall_options"})
    form: Form[NewSession] = Form[NewSession](
        {
            "metadata": METADATA_FIELD,
            "agent": Field(optional(identifier), None),
            "agents": Field(optional(sequence(identifier, 1)), None),
            "user": Field(optional(identifier), None),
            "users": Field(optional(sequence(identifier)), None),
            "situation": Field(optional(text()), None),
            "system_template": Field(optional(text()), None),
            "render_templates": Field(boolean, True),
            "token_budget": Field(optional(number(0, _GREATEST_BUDGET, whole=True)), None),
            "context_overflow": Field(optional(one_of("truncate", "adaptive")), None),
            "auto_run_tools": Field(boolean, False),
            "forward_tool_calls": Field(boolean, False),
            "recall_options": Field(optional(mapping), None),
        }
    )

    def __init__(self, store: Store, recall_mode: str) -> None:
        super().__init__(store, store.sessions)
        self._recall_mode = recall_mode

    def complete(self, record: Record, fields: NewSession, old: Session | None) -> Session:
        """Give the session the ids of its participants and complete recall options."""
        # Who takes part is settled at creation; only create_or_update replaces it.
        who = old or self._participants(fields)
        completed: CompletedSession = {
            "agent": who["agent"],
            "agents": who["agents"],
            "user": who["user"],
            "users": who["users"],
            "recall_options": recall_field(fields["recall_options"] or {"mode": self._recall_mode}),
            "kind": None,
            "summary": None,
        }
        return {**record, **cast("SessionFields", fields), **completed}

    def create_or_update(self, id: str, body: Mapping[str, object]) -> Session:
        """Create or overwrite the session of this id, its participants too."""
        old = self._table.get(id)
        if old is None:
            return super().create_or_update(id, body)
        fields = self.form.read(body)
        return self._save({**old, **self._participants(fields)}, fields)

    def _participants(self, fields: NewSession) -> Participants:
        agents = _either(fields["agent"], fields["agents"], "agent")
        users = _either(fields["user"], fields["users"], "user")
        if not agents:
            raise BadRequest(
                "A session needs an agent: send `agent` with an id, or `agents` with a list"
            )
        for kind, table, ids in (
            ("Agent", self._store.agents, agents),
            ("User", self._store.users, users),
        ):
            if unknown := [id for id in ids if table.get(id) is None]:
                raise BadRequest(f"{kind} {unknown[0]} can't take part: there is none with this id")
        first_user = users[0] if users else None
        return {"agent": agents[0], "agents": agents, "user": first_user, "users": users}


def _either(single: str | None, several: Sequence[str] | None, name: str) -> list[str]:
    if single is not None and several:
        raise BadRequest(f"Send either `{name}` or `{name}s`, not both")
    return [single] if single is not None else list(dict.fromkeys(several or []))
