"""Users: the people that agents talk to."""

from __future__ import annotations

from typing import ClassVar

from julep.local.fields import Field, Form, mapping, optional, text
from julep.local.json_types import JsonObject
from julep.local.records import User
from julep.local.resources.collection import Collection
from julep.local.resources.names import DISPLAY, person
from julep.local.resources.projects import PROJECT_FIELD, Projects
from julep.local.store.store import Store
from julep.local.strictness import Strictness


class Users(Collection[User]):
    """All users."""

    kind: ClassVar[str] = "User"
    form: Form[JsonObject] = Form[JsonObject](
        {
            "metadata": Field(optional(mapping), dict),
            "project": PROJECT_FIELD,
            "name": Field(person),
            "about": Field(text(), ""),
        }
    )

    def __init__(self, store: Store, projects: Projects, strictness: Strictness) -> None:
        super().__init__(store, store.users)
        self.form = strictness.form(self.form, name=DISPLAY)
        self._projects = projects

    def prepare(self, resource: JsonObject, old: User | None) -> JsonObject:
        """The user with its project."""
        del old
        resource["project"] = self._projects.named(resource["project"], "user")
        resource["metadata"] = resource["metadata"] or {}
        return resource
