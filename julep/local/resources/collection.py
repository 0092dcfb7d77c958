"""What all kinds of resources have in common: how they are found, written and deleted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Generic, TypeVar, cast

from julep.local.clock import now
from julep.local.errors import ApiError, missing
from julep.local.fields import Form
from julep.local.ids import new_id
from julep.local.records import Record
from julep.local.store.page import read_page
from julep.local.store.rows import Rows
from julep.local.store.store import Store, Table
from julep.types._json import JsonObject, as_object

from .answers import Deleted, Items, deleted

R = TypeVar("R", bound=Record)
F = TypeVar("F", bound=Mapping[str, object])


class Resource(Generic[R]):
    """One kind of resource. Keys given by name narrow what is found to those that have them.

    Attributes:
        kind: The singular name, as error texts have it.
        longest_page: How many may be listed at once, if that is limited.
    """

    kind: ClassVar[str]
    longest_page: ClassVar[int | None] = None

    def __init__(self, store: Store, table: Table[R]) -> None:
        self._store = store
        self._table = table

    def _find(self, id: str, operation: str = "get", **keys: str) -> R:
        if (found := self._table.get(id, **keys)) is None:
            raise self._missing(operation)
        return found

    def _page(self, query: Mapping[str, str], **keys: str) -> Rows[R]:
        most = self.longest_page
        page = read_page(query) if most is None else read_page(query, least=1, most=most)
        return self._table.page(page, **keys)

    def _add(self, record: R) -> R:
        with self._store.unique(self._clash(record, "create")):
            self._table.insert(record)
        return record

    def _replace(self, record: R) -> R:
        with self._store.unique(self._clash(record, "update")):
            self._table.replace(record)
        return record

    def _remove(self, id: str, **keys: str) -> Deleted:
        if not self._table.delete(id=id, **keys):
            raise self._missing("delete")
        return deleted(id)

    def _missing(self, operation: str) -> ApiError:
        return missing(self.kind, operation)

    def _clash(self, record: R, operation: str) -> str:
        del record
        name = self.kind.lower()
        return f"A {name} with these unique properties already exists during {operation}"

    def _need_agent(self, agent_id: str) -> None:
        if self._store.agents.get(agent_id) is None:
            raise missing("Agent", "create")


class Collection(Resource[R], Generic[F, R]):
    """Resources that belong to nobody: create, read, overwrite, merge, delete.

    Attributes:
        form: The fields that callers may send.
        merged: Fields that PATCH merges key by key; it replaces the others.
    """

    form: Form[F]
    merged: ClassVar[frozenset[str]] = frozenset({"metadata"})

    def create(self, body: Mapping[str, object]) -> R:
        """Create a resource."""
        return self._create(new_id(), body)

    def get(self, id: str) -> R:
        """Return the resource of this id.

        Raises:
            NotFound: There is no such resource.
        """
        return self._find(id)

    def list(self, query: Mapping[str, str]) -> Items[R]:
        """Return a page of resources, under `items`."""
        return {"items": self._page(query)}

    def update(self, id: str, body: Mapping[str, object]) -> R:
        """Overwrite a resource: what isn't sent gets its default."""
        return self._save(self._find(id, "update"), self.form.read(body))

    def patch(self, id: str, body: Mapping[str, object]) -> R:
        """Change what was sent, and leave the rest of the resource as it was."""
        old, changes = self._find(id, "patch"), self.form.sent(body)
        kept: JsonObject = {name: old.get(name) for name in self.form.fields}
        for name in self.merged & changes.keys():
            changes[name] = {**as_object(kept[name]), **as_object(changes[name])}
        return self._save(old, cast("F", {**kept, **changes}))

    def create_or_update(self, id: str, body: Mapping[str, object]) -> R:
        """Create or overwrite the resource of this id; an old one keeps its `created_at`."""
        old = self._table.get(id)
        return self._create(id, body) if old is None else self._save(old, self.form.read(body))

    def delete(self, id: str) -> Deleted:
        """Delete it with all that belongs to it; return its id and when that was."""
        return self._remove(id)

    def complete(self, record: Record, fields: F, old: R | None) -> R:
        """Make a whole resource of what was sent; the place for checks that need other resources.

        Args:
            record: What all resources have, settled already.
            fields: What was sent, checked by the form.
            old: What is overwritten, if anything is.
        """
        raise NotImplementedError

    def _create(self, id: str, body: Mapping[str, object]) -> R:
        return self._add(self.complete(new_record(id), self.form.read(body), None))

    def _save(self, old: R, fields: F) -> R:
        return self._replace(self.complete(renewed(old), fields, old))


def new_record(id: str | None = None) -> Record:
    """Make what a new resource has, under a new id if none is given."""
    moment = now()
    return {"id": id or new_id(), "created_at": moment, "updated_at": moment}


def renewed(old: Record) -> Record:
    """Make what an overwritten resource has."""
    return {"id": old["id"], "created_at": old["created_at"], "updated_at": now()}
