"""Projects: names that agents, users and files are grouped under."""

from __future__ import annotations

from typing import ClassVar

from julep.local.errors import NotFound
from julep.local.fields import Field, Form, mapping, optional
from julep.local.json_types import JsonObject
from julep.local.resources.collection import Collection
from julep.local.resources.names import CANONICAL, CANONICAL_FIELD, DISPLAY, canonical_name
from julep.local.store.store import Store

PROJECT_FIELD = Field(optional(CANONICAL), None)
_DEFAULT = "default"


class Projects(Collection[JsonObject]):
    """All projects; one named "default" is always there."""

    kind: ClassVar[str] = "Project"
    form: Form[JsonObject] = Form[JsonObject](
        {
            "name": Field(DISPLAY),
            "canonical_name": CANONICAL_FIELD,
            "metadata": Field(optional(mapping), dict),
        }
    )

    def __init__(self, store: Store) -> None:
        super().__init__(store, store.projects)
        if not self.table.find(canonical_name=_DEFAULT):
            self.create({"name": "Default Project", "canonical_name": _DEFAULT})

    def prepare(self, resource: JsonObject, old: JsonObject | None) -> JsonObject:
        """The project, with a name in code when it came without."""
        del old
        resource["canonical_name"] = resource["canonical_name"] or canonical_name()
        resource["metadata"] = resource["metadata"] or {}
        return resource

    def named(self, name: str | None, kind: str) -> str:
        """This project's name, or the default one's.

        Raises:
            NotFound: there is no such project.
        """
        if name is None or self.table.find(canonical_name=name):
            return name or _DEFAULT
        raise NotFound(f"Project '{name}' not found; create it before this {kind}")
