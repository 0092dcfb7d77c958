"""Users: the people that agents talk to."""

from __future__ import annotations

from typing import ClassVar

from julep.local.fields import Field, Form, text
from julep.local.records import Record, User, UserFields
from julep.local.store.store import Store
from julep.local.strictness import Strictness

from .collection import Collection
from .names import DISPLAY, METADATA_FIELD, person
from .projects import PROJECT_FIELD, Projects


class Users(Collection[UserFields, User]):
    """All users."""

    kind: ClassVar[str] = "User"
    form: Form[UserFields] = Form[UserFields](
        {
            "metadata": METADATA_FIELD,
            "project": PROJECT_FIELD,
            "name": Field(person),
            "about": Field(text(), ""),
        }
    )

    def __init__(self, store: Store, projects: Projects, strictness: Strictness) -> None:
        super().__init__(store, store.users)
        self.form = strictness.form(self.form, name=DISPLAY)
        self._projects = projects

    def complete(self, record: Record, fields: UserFields, old: User | None) -> User:
        """Give the user its project."""
        del old
        fields["project"] = self._projects.named(fields["project"], "user")
        return {**record, **fields}
