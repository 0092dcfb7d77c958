"""Projects: names that agents, users and files are grouped under."""

from __future__ import annotations

from typing import ClassVar

from julep.local.errors import NotFound
from julep.local.fields import Field, Form, optional
from julep.local.records import Project, ProjectFields, Record
from julep.local.store.store import Store

from .collection import Collection
from .names import (
    CANONICAL,
    CANONICAL_FIELD,
    DISPLAY,
    METADATA_FIELD,
    canonical_name,
)

PROJECT_FIELD = Field(optional(CANONICAL), None)
_DEFAULT = "default"


class Projects(Collection[ProjectFields, Project]):
    """All projects; one named "default" is always there."""

    kind: ClassVar[str] = "Project"
    form: Form[ProjectFields] = Form[ProjectFields](
        {
            "name": Field(DISPLAY),
            "canonical_name": CANONICAL_FIELD,
            "metadata": METADATA_FIELD,
        }
    )

    def __init__(self, store: Store) -> None:
        super().__init__(store, store.projects)
        if not self._table.find(canonical_name=_DEFAULT):
            self.create({"name": "Default Project", "canonical_name": _DEFAULT})

    def complete(self, record: Record, fields: ProjectFields, old: Project | None) -> Project:
        """Give the project a canonical name when it came without."""
        del old
        fields["canonical_name"] = fields["canonical_name"] or canonical_name()
        return {**record, **fields}

    def named(self, name: str | None, kind: str) -> str:
        """Return this project's name, or the default one's.

        Raises:
            NotFound: There is no such project.
        """
        if name is None or self._table.find(canonical_name=name):
            return name or _DEFAULT
        raise NotFound(f"Project '{name}' not found; create it before this {kind}")
