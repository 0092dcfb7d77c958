"""Files, with their content in base64."""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Mapping
from typing import ClassVar

from julep.local.fields import Field, Form, invalid, optional, text
from julep.local.records import File, FileFields
from julep.local.store.page import Page
from julep.local.store.rows import Rows
from julep.local.store.store import Store

from .answers import Deleted
from .collection import Resource, new_record
from .projects import PROJECT_FIELD, Projects

_MIME = (
    r"(application|audio|font|example|image|message|model|multipart|text|video|x-[^/\s]+)/[^/\s]+"
)
_ALL = Page(limit=2**62)
FILE = Form[FileFields](
    {
        "name": Field(text(1, 120)),
        "description": Field(text(), ""),
        "mime_type": Field(optional(text(0, 120, _MIME)), None),
        "content": Field(text(1)),
        "project": PROJECT_FIELD,
    }
)


class Files(Resource[File]):
    """All files."""

    kind: ClassVar[str] = "File"

    def __init__(self, store: Store, projects: Projects) -> None:
        super().__init__(store, store.files)
        self._projects = projects

    def create(self, body: Mapping[str, object]) -> File:
        """Store a file; return it with its size in bytes and its SHA-256 sum."""
        fields = FILE.read(body)
        content = _decoded(fields["content"])
        fields["project"] = self._projects.named(fields["project"], "file")
        digest = hashlib.sha256(content).hexdigest()
        return self._add({**new_record(), **fields, "size": len(content), "hash": digest})

    def get(self, id: str) -> File:
        """Return the file of this id."""
        return self._find(id)

    def list(self) -> Rows[File]:
        """Return all files with their contents, newest first."""
        return self._table.page(_ALL)

    def delete(self, id: str) -> Deleted:
        """Delete it; return its id and when that was."""
        return self._remove(id)


def _decoded(content: str) -> bytes:
    try:
        return base64.b64decode(content, validate=True)
    except (binascii.Error, ValueError):
        raise invalid(
            "base64_decode", "Input should be a file's content in base64", "content"
        ) from None
