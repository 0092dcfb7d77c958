"""Secrets: values that tasks can use and nobody can read back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, cast

from julep.local.fields import Field, Form, hidden, mapping, optional, text
from julep.local.records import Secret, SecretFields
from julep.local.store.rows import Shown
from julep.local.store.store import Store
from julep.local.strictness import Strictness

from .answers import Deleted
from .collection import Resource, new_record, renewed

_MASK = "ENCRYPTED"
SECRET = Form[SecretFields](
    {
        "name": Field(text(1, pattern="[A-Za-z_][A-Za-z0-9_]*")),
        "value": Field(hidden(text())),
        "description": Field(optional(text()), None),
        "metadata": Field(optional(mapping), None),
    },
    secret=True,
)


class Secrets(Resource[Secret]):
    """All secrets."""

    kind: ClassVar[str] = "Secret"

    def __init__(self, store: Store, strictness: Strictness) -> None:
        super().__init__(store, store.secrets)
        self._form = strictness.form(SECRET, name=text(1))

    def create(self, body: Mapping[str, object]) -> Secret:
        """Store a secret; return it with its value masked."""
        return _masked(self._add({**new_record(), **self._form.read(body)}))

    def list(self, query: Mapping[str, str]) -> Shown[Secret, Secret]:
        """Return a page of secrets, their values masked."""
        return Shown(self._page(query), _masked)

    def update(self, id: str, body: Mapping[str, object]) -> Secret:
        """Change a secret; return it with its value masked. What isn't sent stays."""
        old = self._find(id, "update")
        sent = {name: value for name, value in self._form.read(body).items() if name in body}
        return _masked(self._replace(cast("Secret", {**old, **sent, **renewed(old)})))

    def delete(self, id: str) -> Deleted:
        """Delete it; return its id and when that was."""
        return self._remove(id)

    def values(self) -> dict[str, str]:
        """Return all values by name, for the server's own use."""
        return {secret["name"]: secret["value"] for secret in self._table.find()}

    def _clash(self, record: Secret, operation: str) -> str:
        del operation
        return f"A secret named {record['name']} already exists"


def _masked(secret: Secret) -> Secret:
    return {**secret, "value": _MASK}
