"""Files, with their content in base64."""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Mapping
from typing import ClassVar

from anyio import to_thread

from julep.local.errors import Invalid
from julep.local.fields import Field, Form, invalid, optional, text
from julep.local.json_text import to_json
from julep.local.records import File, FileFields
from julep.local.store.page import Page
from julep.local.store.rows import Rows, Stored
from julep.local.store.store import Store

from .answers import Deleted
from .collection import Resource, new_record
from .projects import PROJECT_FIELD, Projects

_MIME = (
    r"(application|audio|font|example|image|message|model|multipart|text|video|x-[^/\s]+)/[^/\s]+"
)
_ALL = Page(limit=2**62)
_AT_ONCE = 400_000
"""Characters that are decoded at once: fours, each of which stands for three bytes."""
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

    async def create(self, body: Mapping[str, object]) -> Stored[File]:
        """Store a file; return it with its size in bytes and its SHA-256 sum."""
        fields = FILE.read(body)
        size, digest = await to_thread.run_sync(_measured, fields["content"])
        fields["project"] = self._projects.named(fields["project"], "file")
        file: File = {**new_record(), **fields, "size": size, "hash": digest}
        text = await to_thread.run_sync(to_json, file)
        with self._store.unique(self._clash(file, "create")):
            self._table.insert_text(file["id"], text)
        return Stored(text.encode())

    def get(self, id: str) -> Stored[File]:
        """Return the file of this id."""
        if (found := self._table.stored(id)) is None:
            raise self._missing("get")
        return found

    def list(self) -> Rows[File]:
        """Return all files with their contents, newest first."""
        return self._table.page(_ALL)

    def delete(self, id: str) -> Deleted:
        """Delete it; return its id and when that was."""
        return self._remove(id)


def _measured(content: str) -> tuple[int, str]:
    """Return the size of what is in base64 and its SHA-256 sum, which needs no copy of the whole."""
    size, digest = 0, hashlib.sha256()
    for at in range(0, len(content), _AT_ONCE):
        decoded = _decoded(content[at : at + _AT_ONCE])
        if len(decoded) % 3 and at + _AT_ONCE < len(content):
            raise _no_base64()  # it has its end in the middle
        size += len(decoded)
        digest.update(decoded)
    return size, digest.hexdigest()


def _decoded(content: str) -> bytes:
    try:
        return base64.b64decode(content, validate=True)
    except (binascii.Error, ValueError):
        raise _no_base64() from None


def _no_base64() -> Invalid:
    return invalid("base64_decode", "Input should be a file's content in base64", "content")
