"""What agents, users and sessions have in common: create, read, overwrite, merge, delete."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Generic, TypeVar, cast

from julep.local.clock import now
from julep.local.errors import missing
from julep.local.fields import Form
from julep.local.ids import new_id
from julep.local.json_types import JsonObject, as_object, is_object
from julep.local.resources.answers import Deleted, deleted
from julep.local.store.page import read_page
from julep.local.store.store import Store, Table

R = TypeVar("R", bound=Mapping[str, object])


class Collection(Generic[R]):
    """Resources of one kind. A subclass names them and says what their fields are.

    Attributes:
        kind: the singular name, as error texts have it.
        form: the fields that callers may send.
        merged: fields that PATCH merges key by key; it replaces the others.
    """

    kind: ClassVar[str]
    form: Form[JsonObject]
    merged: ClassVar[frozenset[str]] = frozenset({"metadata"})

    def __init__(self, store: Store, table: Table[R]) -> None:
        self.store = store
        self.table = table

    def create(self, body: JsonObject) -> R:
        """The new resource."""
        return self._insert(new_id(), body)

    def get(self, id: str, operation: str = "get") -> R:
        """The resource of this id.

        Raises:
            NotFound: there is none.
        """
        if (resource := self.table.get(id)) is None:
            raise missing(self.kind, operation)
        return resource

    def list(self, query: Mapping[str, str]) -> JsonObject:
        """A page of resources, under `items`."""
        return {"items": self.table.page(read_page(query))}

    def update(self, id: str, body: JsonObject) -> R:
        """The resource, overwritten: what isn't sent gets its default."""
        old = self.get(id, "update")
        return self._save(old, self.form.read(body))

    def patch(self, id: str, body: JsonObject) -> R:
        """The resource with what was sent, and everything else as it was."""
        old = self.get(id, "patch")
        changes = self.form.sent(body)
        for name in self.merged & changes.keys():
            if is_object(known := old[name]):
                changes[name] = {**known, **as_object(changes[name])}
        return self._save(old, {**old, **changes})

    def create_or_update(self, id: str, body: JsonObject) -> R:
        """The resource of this id, new or overwritten; an old one keeps its `created_at`."""
        old = self.table.get(id)
        return self._insert(id, body) if old is None else self._save(old, self.form.read(body))

    def delete(self, id: str) -> Deleted:
        """Its id and when it was deleted; all that belongs to it goes too."""
        if not self.table.delete(id=id):
            raise missing(self.kind, "delete")
        return deleted(id)

    def prepare(self, resource: JsonObject, old: R | None) -> JsonObject:
        """The resource as it is stored; the place for checks that need other resources."""
        del old
        return resource

    def _insert(self, id: str, body: JsonObject) -> R:
        moment = now()
        fields = self.prepare(self.form.read(body), None)
        resource = self._record({"id": id, **fields, "created_at": moment, "updated_at": moment})
        with self.store.unique(self._clash("create")):
            self.table.insert(resource)
        return resource

    def _save(self, old: R, fields: JsonObject) -> R:
        kept = {"id": old["id"], "created_at": old["created_at"], "updated_at": now()}
        resource = self._record({**self.prepare(fields, old), **kept})
        with self.store.unique(self._clash("update")):
            self.table.replace(resource)
        return resource

    def _record(self, checked: JsonObject) -> R:
        # The form and `prepare` have seen to its fields; `tests/test_definitions.py` compares them.
        return cast("R", checked)

    def _clash(self, operation: str) -> str:
        name = self.kind.lower()
        return f"A {name} with these unique properties already exists during {operation}"
