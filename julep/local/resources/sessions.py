"""Sessions: conversations between agents and users."""

from __future__ import annotations

from typing import ClassVar

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
from julep.local.json_types import JsonObject
from julep.local.records import Participants, Session
from julep.local.resources.collection import Collection
from julep.local.resources.recall_options import recall_field
from julep.local.store.store import Store

_GREATEST_BUDGET = 65_535


class Sessions(Collection[Session]):
    """All sessions.

    Args:
        store: where they are kept.
        recall_mode: how documents are recalled in a session that doesn't say.
    """

    kind: ClassVar[str] = "Session"
    merged: ClassVar[frozenset[str]] = frozenset({"metadata", "recall_options"})
    form: Form[JsonObject] = Form[JsonObject](
        {
            "metadata": Field(optional(mapping), dict),
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

    def prepare(self, resource: JsonObject, old: Session | None) -> JsonObject:
        """The session with the ids of its participants and complete recall options."""
        if old is None:
            participants = self._participants(resource)
        else:
            # Who takes part is settled at creation; only create_or_update replaces it.
            participants = Participants(
                agent=old["agent"], agents=old["agents"], user=old["user"], users=old["users"]
            )
        options = resource["recall_options"] or {"mode": self._recall_mode}
        return {
            **resource,
            **participants,
            "kind": None,
            "summary": None,
            "metadata": resource["metadata"] or {},
            "recall_options": recall_field(options),
        }

    def create_or_update(self, id: str, body: JsonObject) -> Session:
        """The session of this id, new or overwritten, its participants too."""
        old = self.table.get(id)
        if old is None:
            return super().create_or_update(id, body)
        fields = self.form.read(body)
        return self._save({**old, **self._participants(fields)}, fields)

    def _participants(self, fields: JsonObject) -> Participants:
        agents = _either(fields, "agent", "agents")
        users = _either(fields, "user", "users")
        if not agents:
            raise BadRequest(
                "A session needs an agent: send `agent` with an id, or `agents` with a list"
            )
        for kind, table, ids in (
            ("Agent", self.store.agents, agents),
            ("User", self.store.users, users),
        ):
            if unknown := [id for id in ids if table.get(id) is None]:
                raise BadRequest(f"{kind} {unknown[0]} can't take part: there is none with this id")
        first_user = users[0] if users else None
        return {"agent": agents[0], "agents": agents, "user": first_user, "users": users}


def _either(fields: JsonObject, one: str, many: str) -> list[str]:
    single, several = fields[one], fields[many]
    if single is not None and several:
        raise BadRequest(f"Send either `{one}` or `{many}`, not both")
    return [single] if single is not None else list(dict.fromkeys(several or []))
