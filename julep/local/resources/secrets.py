"""Secrets: values that tasks can use and nobody can read back."""

from __future__ import annotations

from collections.abc import Mapping

from julep.local.clock import now
from julep.local.errors import missing
from julep.local.fields import Field, Form, hidden, mapping, optional, text
from julep.local.ids import new_id
from julep.local.json_types import JsonObject
from julep.local.resources.answers import Deleted, deleted
from julep.local.store.page import read_page
from julep.local.store.store import Store
from julep.local.strictness import Strictness

_MASK = "ENCRYPTED"
SECRET = Form[JsonObject](
    {
        "name": Field(text(1, pattern="[A-Za-z_][A-Za-z0-9_]*")),
        "value": Field(hidden(text())),
        "description": Field(optional(text()), None),
        "metadata": Field(optional(mapping), None),
    },
    secret=True,
)


class Secrets:
    """All secrets."""

    def __init__(self, store: Store, strictness: Strictness) -> None:
        self._store = store
        self._form = strictness.form(SECRET, name=text(1))
        self._table = store.secrets

    def create(self, body: JsonObject) -> JsonObject:
        """The new secret, its value masked."""
        moment = now()
        secret = {
            "id": new_id(),
            "created_at": moment,
            "updated_at": moment,
            **self._form.read(body),
        }
        with self._store.unique(_clash(secret)):
            self._table.insert(secret)
        return _masked(secret)

    def list(self, query: Mapping[str, str]) -> list[JsonObject]:
        """A page of secrets, their values masked."""
        return [_masked(secret) for secret in self._table.page(read_page(query))]

    def update(self, id: str, body: JsonObject) -> JsonObject:
        """The secret with another value, its value masked; what isn't sent stays."""
        if (old := self._table.get(id)) is None:
            raise missing("Secret", "update")
        changes = {name: value for name, value in self._form.read(body).items() if name in body}
        secret = {**old, **changes, "updated_at": now()}
        with self._store.unique(_clash(secret)):
            self._table.replace(secret)
        return _masked(secret)

    def delete(self, id: str) -> Deleted:
        """Its id and when it was deleted."""
        if not self._table.delete(id=id):
            raise missing("Secret", "delete")
        return deleted(id)

    def values(self) -> dict[str, str]:
        """All values by name, for the server's own use."""
        return {secret["name"]: secret["value"] for secret in self._table.find()}


def _masked(secret: JsonObject) -> JsonObject:
    return {**secret, "value": _MASK}


def _clash(secret: JsonObject) -> str:
    return f"A secret named {secret['name']} already exists"
