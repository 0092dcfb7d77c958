"""Files, with their content in base64."""

from __future__ import annotations

import base64
import binascii
import hashlib

from julep.local.clock import now
from julep.local.errors import missing
from julep.local.fields import Field, Form, invalid, optional, text
from julep.local.ids import new_id
from julep.local.json_types import JsonObject
from julep.local.resources.answers import Deleted, deleted
from julep.local.resources.projects import PROJECT_FIELD, Projects
from julep.local.store.page import Page
from julep.local.store.store import Store

_MIME = (
    r"(application|audio|font|example|image|message|model|multipart|text|video|x-[^/\s]+)/[^/\s]+"
)
_ALL = Page(limit=2**62)
FILE = Form[JsonObject](
    {
        "name": Field(text(1, 120)),
        "description": Field(text(), ""),
        "mime_type": Field(optional(text(0, 120, _MIME)), None),
        "content": Field(text(1)),
        "project": PROJECT_FIELD,
    }
)


class Files:
    """All files."""

    def __init__(self, store: Store, projects: Projects) -> None:
        self._table = store.files
        self._projects = projects

    def create(self, body: JsonObject) -> JsonObject:
        """The new file, with its size in bytes and its SHA-256 sum."""
        fields = FILE.read(body)
        content = _decoded(fields["content"])
        moment = now()
        file = {
            "id": new_id(),
            "created_at": moment,
            "updated_at": moment,
            **fields,
            "project": self._projects.named(fields["project"], "file"),
            "size": len(content),
            "hash": hashlib.sha256(content).hexdigest(),
        }
        self._table.insert(file)
        return file

    def get(self, id: str) -> JsonObject:
        """The file of this id."""
        if (file := self._table.get(id)) is None:
            raise missing("File")
        return file

    def list(self) -> list[JsonObject]:
        """All files with their contents, newest first."""
        return self._table.page(_ALL)

    def delete(self, id: str) -> Deleted:
        """Its id and when it was deleted."""
        if not self._table.delete(id=id):
            raise missing("File", "delete")
        return deleted(id)


def _decoded(content: str) -> bytes:
    try:
        return base64.b64decode(content, validate=True)
    except (binascii.Error, ValueError):
        raise invalid(
            "base64_decode", "Input should be a file's content in base64", "content"
        ) from None
